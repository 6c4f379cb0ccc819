"""The fold of a loan: against the naive model day by day, and against itself in every order facts can arrive in."""

import datetime
from ctypes import byref, c_int

import domain_lib as c
import loan_cases
import naive_loan
import pytest
from hypothesis import assume, event, given, strategies as st

DAY = datetime.timedelta(days=1)
OK = c.LOAN_ERROR["ok"]
INTERESTS = ("interest_in_term", "interest_overdue", "interest_grace")


@st.composite
def lives(draw, longest=15, most=8):
    """(contract, its structs, facts that fit in the order of their days)."""
    contract = draw(loan_cases.contracts(longest))
    cc = loan_cases.CContract(contract)
    facts = loan_cases.fitting(contract, draw(loan_cases.fact_lists(contract, most)))
    return contract, cc, facts


def last_day(contract, facts):
    return max([f["on"] for f in facts] + loan_cases.turning_days(contract)) + 40 * DAY


def image(loan):
    """All that a loan is, comparable."""
    rows = [(r.due_on.days, r.first_on.days, r.month, r.amount.dong) for r in loan.instalment[: loan.count]]
    b = loan.b
    return (
        loan_cases.balances(b),
        (b.in_grace, b.since.days, loan.last_on.days, loan.last_rank, loan.decided, loan.count),
        (b.thawed_on.days, b.line_until.days, b.holiday_until.days, b.moved_on.days),
        rows,
    )


def apply(cc, loan, fact, steps=None):
    told = c.collect(steps) if steps is not None else c.NO_STEP
    raw = loan_cases.c_fact(fact)
    return c.word_of(c.LOAN_ERROR, c.loan_apply(byref(cc.struct), byref(loan), byref(raw), told, None))


def advance(cc, loan, on, business=None, steps=None):
    told = c.collect(steps) if steps is not None else c.NO_STEP
    until = c.EVER if business is None else c.c_date(business)
    assert c.loan_advance(byref(cc.struct), byref(loan), c.c_date(on), until, told, None) == OK


def replayed(cc, facts, on, business=None, steps=None):
    loan, error, failed = loan_cases.replay(cc, facts, on, business, steps)
    assert error == "ok", (error, failed)
    return loan


def same_state(cc, a, b, on):
    assert image(a)[2:] == image(b)[2:] and a.decided == b.decided
    assert loan_cases.balances(loan_cases.balances_on(cc, a, on)) == loan_cases.balances(loan_cases.balances_on(cc, b, on))


def told(steps):
    """What happened, without who told it."""
    return [(s["kind"], s["fact"], s["on"], s["instalment"], s["amount"], tuple(s["paid"].items())) for s in steps]


# ---- against the model ----


def answers(contract, cc, loan, d):
    b = loan_cases.balances_on(cc, loan, d)
    parts = c.Allocation()
    c.loan_owed(byref(cc.struct), byref(loan), byref(b), c.c_date(d), byref(parts))
    return {
        **loan_cases.balances(b),
        "arrears": c.loan_arrears(byref(cc.struct), byref(loan), c.c_date(d)).dong,
        "owed": {name: parts.part[i].dong for i, name in enumerate(c.PARTS)},
        "asked": c.loan_interest_asked(byref(b), c.c_date(d)),
        "instalments": [(c.py_date(r.due_on), r.amount.dong) for r in loan.instalment[: loan.count]],
    }


def naive_answers(contract, state, d):
    return {
        **naive_loan.balances(state),
        "arrears": naive_loan.arrears(contract, state, d),
        "owed": naive_loan.owed(contract, state, d),
        "asked": naive_loan.interest_asked(state, d),
        "instalments": [(i["due_on"], i["amount"]) for i in state["instalments"]],
    }


def moves_of(steps):
    """The transitions that the model notes too."""
    kinds = ("instalment_carried", "instalment_overdue", "matured", "freeze_ended", "relief_ended")
    return [(s["on"], s["kind"], s["instalment"], s["amount"]) for s in steps if s["kind"] in kinds]


@given(lives())
def test_every_day(life):
    contract, cc, facts = life
    for d, state in naive_loan.diary(contract, facts, last_day(contract, facts)):
        known = [f for f in facts if f["on"] <= d]
        loan = replayed(cc, known, d)
        assert answers(contract, cc, loan, d) == naive_answers(contract, state, d), d
        event(naive_loan.status(state))


@given(lives(longest=18, most=4), st.data())
def test_what_is_known_on_a_day(life, data):
    """Sessions that are not settled yet decide nothing."""
    contract, cc, facts = life
    sessions = [naive_loan.cal.decides(contract["calendar"], d) for d in contract["due_on"]]
    for _ in range(4):
        d = data.draw(st.sampled_from(sessions)) + data.draw(st.integers(0, 8)) * DAY
        business = d + data.draw(st.sampled_from((0, 0, 1, 2, 5, 12))) * DAY
        known = [f for f in facts if f["on"] <= d]
        state = naive_loan.live(contract, known, d, business)
        steps = []
        loan = replayed(cc, known, d, business, steps)
        assert moves_of(steps) == state["transitions"]
        assert answers(contract, cc, loan, d) == naive_answers(contract, state, d)
        waiting = naive_loan.awaits_session(contract, state, d)
        assert c.loan_awaiting_session(byref(cc.struct), byref(loan), c.c_date(d), c.c_date(business)) == waiting
        event("waiting" if waiting else "settled")


@pytest.mark.parametrize("default", ["carry", "overdue"])
@pytest.mark.parametrize("paid", [0, 50, 49])
@pytest.mark.parametrize("ends", [{"kind": "relieved", "number": 1}, {"kind": "frozen", "amount": 1}])
def test_a_session_that_is_not_settled_holds_back_what_ends_after_it(default, paid, ends):
    """Instalments of 50 due on 2020-07-01 and 2021-01-01, the sessions on the 10th closing five days later; relief or freeze
    ends on the 11th. Only where nothing of the first one is missed does it end at once."""
    contract = plain_contract()
    calendar = {**loan_cases.plain_calendar([(datetime.date(2018, 1, 1), 10)]), "close_days": 5}
    contract.update(calendar=calendar, default=default, overlays={1: [(datetime.date(2018, 1, 1), loan_cases.Fraction(1, 50))]})
    cc = loan_cases.CContract(contract)
    facts = [
        {"no": 1, "kind": "disbursed", "on": datetime.date(2020, 1, 1), "amount": 100},
        {"no": 2, "on": datetime.date(2020, 6, 20), "until": datetime.date(2020, 7, 11), **ends},
        {"no": 3, "kind": "principal_paid", "on": datetime.date(2020, 6, 19), "amount": paid},
    ]
    facts = facts if paid else facts[:2]
    told = {}
    for day in range(9, 17):
        d = datetime.date(2020, 7, day)
        steps = []
        loan = replayed(cc, facts, d, d, steps)
        state = naive_loan.live(contract, facts, d, d)
        assert answers(contract, cc, loan, d) == naive_answers(contract, state, d), d
        assert moves_of(steps) == state["transitions"], d
        told[day] = [kind for _, kind, _, _ in moves_of(steps)]
    end = "relief_ended" if ends["kind"] == "relieved" else "freeze_ended"
    missed = [] if paid == 50 or (paid == 49 and end == "freeze_ended") else ["instalment_carried" if default == "carry" else "instalment_overdue"]
    assert told[10] == [] and told[15] == told[16] == missed + [end]
    assert told[11] == told[14] == ([] if missed else [end])


@given(lives(longest=24, most=5), st.data())
def test_next_day(life, data):
    contract, cc, facts = life
    d = data.draw(loan_cases.days_of_life(contract))
    known = [f for f in facts if f["on"] <= d]
    state = naive_loan.live(contract, known, d, datetime.date(2090, 1, 1))
    reason = c_int(-1)
    got = c.loan_next(byref(cc.struct), byref(replayed(cc, known, d)), c.c_date(d), False, byref(reason))
    assert c.py_date(got) == naive_loan.next_day(contract, state, d)
    assert (reason.value == c.NEXT_REASON["nothing"]) == (c.py_date(got) is None)


@given(lives(), st.data())
def test_errors(life, data):
    """A fact that the model refuses is refused with the same word and leaves no trace; what it takes is taken."""
    contract, cc, facts = life
    more = data.draw(loan_cases.fact_lists(contract, most=6))[1:]
    last = max([f["on"] for f in facts], default=contract["contract_on"])
    loan = replayed(cc, facts, last)
    taken = list(facts)
    for no, fact in enumerate((f for f in more if f["on"] > last), 100):
        fact = {**fact, "no": no, "amount": max(1, fact.get("amount", 0))}
        fact["on"] = max(fact["on"], taken[-1]["on"] if taken else last)
        before, steps = image(loan), []
        word = apply(cc, loan, fact, steps if data.draw(st.booleans()) else None)
        try:
            naive_loan.live(contract, taken + [fact], fact["on"], fact["on"])
            assert word in ("ok", "order")
        except naive_loan.LoanError as error:
            assert word in error.words | {"order"}, (word, error.words)
        event(word)
        if word == "ok":
            taken.append(fact)
        else:
            assert image(loan) == before and steps == []
            if word == "order":
                assert taken[-1]["on"] == fact["on"]


@given(lives(), st.sampled_from(("paid", "principal_paid", "interest_paid")), st.integers(1, 900))
def test_before_the_start_and_before_any_money(life, kind, back):
    contract, cc, facts = life
    loan = cc.new_loan()
    early = {"no": 1, "kind": kind, "on": contract["contract_on"], "amount": 1}
    empty = image(loan)
    assert apply(cc, loan, early) == "not_disbursed"
    early["on"] -= back * DAY
    assert apply(cc, loan, early) == "before_start"
    assert apply(cc, loan, {**early, "kind": "disbursed"}) == "before_start"
    assert image(loan) == empty


@given(lives(longest=24, most=3), st.integers(0, 800))
def test_balances_of_a_later_day(life, later):
    """A state that nobody advanced, over the end of the interest grace and changes of the rate: the interest of its days."""
    contract, cc, facts = life
    start = facts[-1]["on"]
    loan = replayed(cc, facts, start)
    state = naive_loan.live(contract, facts, start, datetime.date(2090, 1, 1))
    for n in range(later):
        naive_loan.bear_interest(contract, state, start + n * DAY)
    b = loan_cases.balances_on(cc, loan, start + later * DAY)
    assert loan_cases.balances(b) == naive_loan.balances(state)


# ---- against itself ----


@given(lives(most=10), st.data())
def test_replay_is_incremental(life, data):
    """One fact after the other, with nights between them or not, and all at once."""
    contract, cc, facts = life
    loan, steps = cc.new_loan(), []
    for i, fact in enumerate(facts):
        if i > 0 and data.draw(st.booleans()):
            gap = (fact["on"] - facts[i - 1]["on"]).days
            if gap > 1:
                night = facts[i - 1]["on"] + data.draw(st.integers(0, gap - 1)) * DAY
                advance(cc, loan, night, night + data.draw(st.integers(0, 5)) * DAY, steps)
        if c.loan_needs_replay(byref(loan), c.FACT[fact["kind"]], c.c_date(fact["on"])):
            assert apply(cc, loan, fact) == "order"
            assume(False)
        assert apply(cc, loan, fact, steps) == "ok"
    end = last_day(contract, facts)
    advance(cc, loan, end, None, steps)
    at_once = []
    other = replayed(cc, list(reversed(facts)), end, None, at_once)
    same_state(cc, loan, other, end)
    assert image(loan) == image(other)
    assert told(steps) == told(at_once)


@given(lives(), st.data(), st.integers(2, 400))
def test_thirty_days_at_once(life, data, span):
    contract, cc, facts = life
    start = data.draw(loan_cases.days_of_life(contract))
    known = [f for f in facts if f["on"] <= start]
    at_once, night_by_night = replayed(cc, known, start, start), replayed(cc, known, start, start)
    one, many = [], []
    end = start + span * DAY
    advance(cc, at_once, end, end, one)
    for n in range(1, span + 1):
        advance(cc, night_by_night, start + n * DAY, start + n * DAY, many)
    assert image(at_once) == image(night_by_night)
    assert told(one) == told(many)
    again = []
    advance(cc, at_once, end, end, again)
    assert again == [] and image(at_once) == image(night_by_night)


@given(lives(most=10), st.data())
def test_a_late_fact_gives_what_the_punctual_order_gives(life, data):
    """Facts arrive in any order; the nights have run up to today each time."""
    contract, cc, facts = life
    end = last_day(contract, facts)
    first = [f for f in facts if f["no"] == 1]
    recorded = []
    loan = cc.new_loan()
    for fact in first + data.draw(st.permutations([f for f in facts if f["no"] != 1])):
        kind, on = c.FACT[fact["kind"]], c.c_date(fact["on"])
        late = c.loan_needs_replay(byref(loan), kind, on)
        event("late" if late else "punctual")
        if late:
            before = image(loan)
            assert apply(cc, loan, fact) == "order" and image(loan) == before
            again, error, _ = loan_cases.replay(cc, recorded + [fact], end, end)
            if error != "ok":
                continue
            loan = again
        elif apply(cc, loan, fact) != "ok":
            continue
        recorded.append(fact)
        advance(cc, loan, end, end)
    punctual = cc.new_loan()
    for fact in naive_loan.living(recorded):
        assert apply(cc, punctual, fact) == "ok"
    advance(cc, punctual, end, end)
    assert image(loan) == image(punctual)


@given(lives(most=10), st.data())
def test_what_was_reversed_never_happened(life, data):
    contract, cc, facts = life
    assume(len(facts) > 1)
    wrong = data.draw(st.sampled_from(facts[1:]))
    left = [f for f in facts if f is not wrong]
    end = last_day(contract, facts)
    without, error, failed = loan_cases.replay(cc, left, end, end)
    undo = {"no": 1000, "kind": "reversed", "on": wrong["on"], "reverses": wrong["no"]}
    loan, same_error, same_failed = loan_cases.replay(cc, facts + [undo], end, end)
    assert (same_error, same_failed if error != "ok" else None) == (error, failed if error != "ok" else None)
    if error == "ok":
        same_state(cc, loan, without, end)
    for broken in ({**undo, "reverses": 999}, {**undo, "reverses": 1000}):
        assert loan_cases.replay(cc, facts + [broken], end, end)[1:] == ("reverses", 1000)
    twice = facts + [undo, {**undo, "no": 1001}]
    assert loan_cases.replay(cc, twice, end, end)[1] == "reverses"
    with pytest.raises(AssertionError):
        assert apply(cc, loan, undo) == "ok"


# ---- what must hold at every step ----


def principal_is_kept(loan_or_balances):
    b = loan_or_balances
    return b.disbursed.dong - b.paid.dong - b.written_off.dong == b.in_term.dong + b.overdue.dong + b.frozen.dong


@given(lives(most=10))
def test_no_principal_is_lost_and_nothing_negative_is_asked(life):
    contract, cc, facts = life
    steps = []
    end = last_day(contract, facts)
    loan = replayed(cc, facts, end, None, steps)
    assert sum(r.amount.dong for r in loan.instalment[: loan.count]) == loan.b.disbursed.dong
    assert sum(f["amount"] for f in facts if f["kind"] == "disbursed") == loan.b.disbursed.dong
    for step in steps:
        for b in (step["before"], step["after"]):
            assert principal_is_kept(b)
            assert min(b.in_term.dong, b.overdue.dong, b.frozen.dong) >= 0
            assert all(c.interest_round(getattr(b, name)).dong >= 0 for name in INTERESTS)
    for before, after in zip(steps, steps[1:]):
        assert loan_cases.balances(before["after"])["in_term"] == loan_cases.balances(after["before"])["in_term"]
        assert before["on"] <= after["on"]


@given(lives(most=10))
def test_steps_say_what_the_model_saw(life):
    contract, cc, facts = life
    end = last_day(contract, facts)
    steps = []
    replayed(cc, facts, end, None, steps)
    state = naive_loan.live(contract, facts, end, datetime.date(2090, 1, 1))
    assert moves_of(steps) == state["transitions"]
    assert [s["fact"] for s in steps if s["fact"] is not None] == [f["no"] for f in facts]
    closed = [s["kind"] for s in steps if s["kind"] == "closed"]
    assert len(closed) == (1 if state["closed"] else 0)


@given(lives(most=10))
def test_postings_are_the_balances(life):
    contract, cc, facts = life
    end = last_day(contract, facts)
    steps = []
    loan = replayed(cc, facts, end, None, steps)
    accounts = dict.fromkeys(c.ACCOUNT.values(), 0)
    interest = 0
    for step in steps:
        for debit, credit, amount in step["postings"]:
            assert amount > 0 and debit != credit
            accounts[debit] += amount
            accounts[credit] -= amount
        after = step["after"]
        assert accounts[c.ACCOUNT["in_term"]] == after.in_term.dong
        assert accounts[c.ACCOUNT["overdue"]] == after.overdue.dong
        assert accounts[c.ACCOUNT["frozen"]] == after.frozen.dong
        if step["kind"] in naive_loan.PAYING:
            interest += sum(amount for part, amount in step["paid"].items() if part.startswith("interest_"))
    assert accounts[c.ACCOUNT["income"]] == -interest
    assert accounts[c.ACCOUNT["written_off"]] == loan.b.written_off.dong
    assert accounts[c.ACCOUNT["recovered"]] == -loan.b.recovered.dong
    from_deposit = sum(f["amount"] for f in facts if f.get("source") == "deposit")
    assert accounts[c.ACCOUNT["deposits"]] == from_deposit
    taken_in = loan.b.paid.dong + loan.b.recovered.dong - loan.b.disbursed.dong + interest
    assert accounts[c.ACCOUNT["cash"]] == taken_in - from_deposit


@given(lives(most=10), st.data())
def test_portfolio_of_any_later_day(life, data):
    """What the steps added tells the unpaid interest of every day after them."""
    contract, cc, facts = life
    end = last_day(contract, facts)
    cut = data.draw(loan_cases.days_of_life(contract))
    known = [f for f in facts if f["on"] <= cut]
    steps = []
    loan = replayed(cc, known, cut, None, steps)
    totals = {0: c.PortfolioValues(), 1: c.PortfolioValues(), 2: c.PortfolioValues()}  # by the line the loan follows
    for step in steps:
        for b, change in ((step["after"], c.portfolio_add), (step["before"], c.portfolio_sub)):
            values = c.PortfolioValues()
            assert c.portfolio_of_loan(byref(cc.struct), byref(b), byref(values))
            assert change(byref(totals[b.line]), byref(values))
    for number, total in totals.items():
        if number != loan.b.line or loan.b.status == c.STATUS["closed"]:
            assert c.portfolio_is_zero(byref(total))
    line = cc.struct.overlays[loan.b.line - 1].line if loan.b.line else byref(cc.line)
    total = totals[loan.b.line]
    later = cut
    while later <= end:
        if next_step(cc, loan, cut, later):
            break
        b = loan_cases.balances_on(cc, loan, later)
        out = [c.Interest() for _ in INTERESTS]
        assert c.portfolio_interest(byref(total), line, contract["overdue_percent"], c.c_date(later), *map(byref, out))
        closed = b.status in (c.STATUS["closed"], c.STATUS["pending"])
        wanted = [0 if closed else c.interest_units(getattr(b, name)) for name in INTERESTS]
        assert [c.interest_units(i) for i in out] == wanted
        assert (total.in_term.dong, total.overdue.dong, total.frozen.dong) == (b.in_term.dong, b.overdue.dong, b.frozen.dong)
        assert total.loans == (1 if b.in_term.dong + b.overdue.dong + b.frozen.dong > 0 else 0)
        later += data.draw(st.integers(1, 40)) * DAY


def next_step(cc, loan, cut, later):
    """Does the calendar bring a transition after `cut` and up to `later`?"""
    copy = c.Loan.from_buffer_copy(loan)
    steps = []
    advance(cc, copy, later, None, steps)
    return bool(steps)


# ---- a loan taken over ----


# what these leave stands in the balances of an opening
CARRIED_OVER = naive_loan.PAYING + ("frozen", "freeze_prolonged", "unfrozen", "misused")


def opening_of(b):
    return {
        "principal": b.disbursed.dong,
        "in_term": b.in_term.dong,
        "overdue": b.overdue.dong,
        "frozen": b.frozen.dong,
        "interest": {word: c.interest_units(getattr(b, f"interest_{word}")) for word in ("in_term", "overdue", "grace")},
    }


@given(lives(most=8), st.data())
def test_a_loan_taken_over_goes_on_as_it_would_have(life, data):
    """The balances at the beginning of a day, given to an opening, live on like the loan they were taken from."""
    contract, cc, facts = life
    cut = data.draw(loan_cases.days_of_life(contract))
    assume(cut > contract["contract_on"])
    facts = facts[:1] + [f for f in facts[1:] if f["on"] >= cut and f["kind"] != "disbursed" or f["kind"] in CARRIED_OVER]
    facts = loan_cases.fitting(contract, facts)
    before = [f for f in facts if f["on"] < cut]
    balances = loan_cases.balances_on(cc, replayed(cc, before, cut - DAY), cut)
    assume(balances.status != c.STATUS["closed"] and c.py_date(balances.thawed_on) is None)
    assume(c.py_date(balances.frozen_until) != cut)
    opened = {
        "no": 1,
        "kind": "opened",
        "on": cut,
        "opening": opening_of(balances),
        "until": c.py_date(balances.frozen_until),
    }
    taken_over = [opened] + [f for f in facts if f["on"] >= cut]
    end = last_day(contract, facts)
    day = cut
    while day <= end:
        one, other = replayed(cc, [f for f in facts if f["on"] <= day], day), replayed(
            cc, [f for f in taken_over if f["on"] <= day], day
        )
        left, right = answers(contract, cc, one, day), answers(contract, cc, other, day)
        del left["accrued"], right["accrued"]
        assert left == right, day
        day += data.draw(st.integers(1, 45)) * DAY
    event(c.word_of(c.STATUS, balances.status))


@given(lives(most=0), st.integers(0, 300), st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 2 * 10**9))
def test_frozen_debt_bears_no_interest(life, later, frozen, in_term, interest):
    contract, cc, _ = life
    on = contract["contract_on"] + DAY
    opening = {
        "principal": frozen + in_term,
        "in_term": in_term,
        "overdue": 0,
        "frozen": frozen,
        "interest": {"in_term": interest, "overdue": 0, "grace": 0},
    }
    loan = replayed(cc, [{"no": 1, "kind": "opened", "on": on, "opening": opening}], on)
    assert loan.b.status == c.STATUS["frozen"]
    until = on + later * DAY
    never_relieved = naive_loan.nothing_yet(contract)
    wanted = sum(naive_loan.rate_on(contract, never_relieved, on + n * DAY) * in_term / 365 for n in range(later))
    b = loan_cases.balances_on(cc, loan, until)
    assert c.interest_units(b.accrued) == naive_loan.units(wanted)
    assert b.frozen.dong == frozen


@pytest.mark.parametrize(
    "change",
    [
        {"principal": 99},
        {"principal": 0, "in_term": 0},
        {"in_term": -1},
        {"overdue": -1},
        {"frozen": -1},
        {"in_term": 0},
        {"overdue": 1},
    ],
    ids=str,
)
def test_an_opening_that_does_not_fit(change):
    contract = plain_contract()
    cc = loan_cases.CContract(contract)
    opening = {"principal": 100, "in_term": 100, "overdue": 0, "frozen": 0, "interest": dict.fromkeys(("in_term", "overdue", "grace"), 0)}
    fact = {"no": 1, "kind": "opened", "on": contract["contract_on"], "opening": {**opening, **change}}
    loan = cc.new_loan()
    assert apply(cc, loan, fact) == "opening"
    assert apply(cc, loan, {**fact, "opening": opening}) == "ok"
    assert apply(cc, loan, {**fact, "no": 2, "opening": opening}) == "opening"


def plain_contract():
    day = datetime.date(2020, 1, 1)
    calendar = loan_cases.plain_calendar([])
    return {
        "terms": {
            "contract_on": day,
            "term_months": 12,
            "instalment_months": 6,
            "principal_grace_months": 0,
            "interest_grace_months": 0,
            "rounding": 1,
            "equal_moves_back": False,
        },
        "written_with": calendar,
        "calendar": calendar,
        "contract_on": day,
        "rounding": 1,
        "default": "carry",
        "overdue_percent": 130,
        "rates": [(day, loan_cases.Fraction(66, 1000))],
        "overlays": {},
        "places": {},
        "policies": [(day, *loan_cases.DEFAULT_ORDERS)],
    }
