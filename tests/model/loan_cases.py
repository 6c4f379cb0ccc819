"""Random lives of a loan for both sides: plain dictionaries for the naive model, structs for the domain."""

import copy
import datetime
from ctypes import byref, c_int32, pointer
from fractions import Fraction

import domain_lib as c
import naive_calendar as cal
import naive_loan
from hypothesis import strategies as st

DAY = datetime.timedelta(days=1)
PAYMENTS = ("paid", "paid", "principal_paid", "interest_paid")
KINDS = PAYMENTS + ("paid", "disbursed", "frozen", "recovered", *naive_loan.DECISIONS)
RATES_E7 = (0, 300_000, 624_000, 660_000, 792_480, 900_000, 1_000_000, 10_000_000, 10)
DEFAULT_ORDERS = (
    [*naive_loan.INTEREST_ORDER, *naive_loan.PRINCIPAL_ORDER],
    ["principal_overdue", "principal_due", *naive_loan.INTEREST_ORDER, "principal_frozen", "principal_early"],
)

# ---- calendars ----


@st.composite
def session_days(draw):
    if draw(st.integers(0, 4)) == 0:
        return []
    day = st.one_of(st.integers(1, 31), st.sampled_from((29, 30, 31)))
    rows = [(datetime.date(2010, 1, 1), draw(day))]
    if draw(st.booleans()):
        rows.append((datetime.date(2020, draw(st.integers(1, 12)), 1), draw(day)))
    return rows


def plain_calendar(days):
    return {"days": days, "changes": {}, "holidays": set(), "holiday_rule": "stays", "close_days": 0, "closed_upto": None}


@st.composite
def calendars(draw, days):
    """Moved and cancelled sessions and holidays of 2019 to 2022; no two sessions on one day."""
    calendar = {
        "days": days,
        "changes": {},
        "holidays": set(),
        "holiday_rule": draw(st.sampled_from(("stays", "next_working_day", "cancels"))),
        "close_days": draw(st.integers(0, 12)),
        "closed_upto": draw(st.one_of(st.none(), st.dates(datetime.date(2019, 1, 1), datetime.date(2022, 12, 31)))),
    }
    for month in draw(st.lists(st.integers(2019 * 12, 2023 * 12 - 1), max_size=8, unique=True)):
        year, month = month // 12, month % 12 + 1
        held_on = datetime.date(year, month, draw(st.integers(1, cal.last_day_of_month(year, month))))
        calendar["changes"][(year, month)] = draw(st.sampled_from((held_on, None)))
    if days:
        for month in draw(st.lists(st.integers(2019 * 12, 2023 * 12 - 1), max_size=6)):
            fixed = cal.fixed_day(calendar, month // 12, month % 12 + 1)
            calendar["holidays"] |= {fixed + n * DAY for n in range(draw(st.integers(0, 2)))}
    return calendar


def c_calendar(calendar, keep):
    days = c.array(c.SessionDay, (c.SessionDay(c.c_date(since), day) for since, day in calendar["days"]))
    changes = c.array(
        c.SessionChange,
        (c.SessionChange(y * 12 + m - 1, c.c_date(held)) for (y, m), held in sorted(calendar["changes"].items())),
    )
    holidays = c.array(c.Date, map(c.c_date, sorted(calendar["holidays"])))
    keep += [days, changes, holidays]
    return c.Calendar(
        days=days,
        days_count=len(calendar["days"]),
        changes=changes,
        changes_count=len(calendar["changes"]),
        holidays=holidays,
        holidays_count=len(calendar["holidays"]),
        holiday_rule=c.HOLIDAY_RULE[calendar["holiday_rule"]],
        close_days=calendar["close_days"],
        closed_upto=c.c_date(calendar["closed_upto"]),
    )


# ---- contracts ----


@st.composite
def schedule_terms(draw, longest):
    term = draw(st.integers(1, longest))
    return {
        "contract_on": draw(
            st.one_of(
                st.dates(datetime.date(2019, 1, 1), datetime.date(2020, 12, 31)),
                st.sampled_from([datetime.date(2019, 12, 31), datetime.date(2020, 2, 29), datetime.date(2020, 1, 30)]),
            )
        ),
        "term_months": term,
        "instalment_months": draw(st.integers(1, term)),
        "principal_grace_months": draw(st.sampled_from((0, 0, term - 1, term // 2))),
        "interest_grace_months": draw(st.sampled_from((0, 0, 0, term - 1, term // 3))),
        "rounding": draw(st.sampled_from((1, 1000, 100_000))),
        "equal_moves_back": draw(st.booleans()),
    }


@st.composite
def orders(draw):
    """Any order of the parts that pays overdue principal first, then what is due, frozen, early."""
    order = list(draw(st.permutations(naive_loan.PARTS)))
    principal = iter(naive_loan.PRINCIPAL_ORDER)
    return [next(principal) if part in naive_loan.PRINCIPAL_ORDER else part for part in order]


@st.composite
def rate_lines(draw):
    rate_days = draw(st.lists(st.dates(datetime.date(2019, 1, 1), datetime.date(2022, 12, 31)), max_size=3, unique=True))
    return [(d, Fraction(draw(st.sampled_from(RATES_E7)), 10**7)) for d in sorted([datetime.date(2018, 1, 1)] + rate_days)]


@st.composite
def any_calendars(draw):
    days = draw(session_days())
    return draw(st.one_of(st.just(plain_calendar(days)), calendars(days)))


@st.composite
def contracts(draw, longest=15):
    days = draw(session_days())
    then = draw(st.one_of(st.just(plain_calendar(days)), calendars(days)))
    now = draw(st.one_of(st.just(then), calendars(days)))
    terms = draw(schedule_terms(longest))
    return {
        "terms": terms,
        "written_with": then,
        "calendar": now,
        "contract_on": terms["contract_on"],
        "rounding": terms["rounding"],
        "default": draw(st.sampled_from(("carry", "overdue"))),
        "overdue_percent": draw(st.sampled_from((100, 130, 150, 200))),
        "rates": draw(rate_lines()),
        "overlays": {number: draw(rate_lines()) for number in (1, 2)},
        "places": {number: draw(any_calendars()) for number in (1, 2)},
        "policies": [(datetime.date(2018, 1, 1), *DEFAULT_ORDERS)]
        + ([(datetime.date(2020, 9, 1), draw(orders()), draw(orders()))] if draw(st.integers(0, 3)) == 0 else []),
    }


def c_terms(terms):
    return c.ScheduleTerms(**{**terms, "contract_on": c.c_date(terms["contract_on"])})


class CContract:
    """The structs of a contract; holds all memory they borrow. Fills in the dates the domain makes of the terms, which
    test_calendar_model.py checks by itself."""

    def __init__(self, contract):
        keep = self.keep = []
        terms = c_terms(contract["terms"])
        written_with = c_calendar(contract["written_with"], keep)
        self.count = c.schedule_count(byref(terms))
        self.rows = c.array(c.Instalment, [c.Instalment()] * c.SCHEDULE_TERM_MAX)
        c.schedule_make(byref(terms), byref(written_with), c.Money(0), self.rows)
        contract["due_on"] = [c.py_date(r.due_on) for r in self.rows[: self.count]]
        contract["grace_end"] = c.py_date(c.schedule_grace_end(byref(terms), byref(written_with)))
        self.struct = self.make(contract)

    def make(self, contract):
        self.line = self.rate_line(contract["rates"])
        self.calendar = c_calendar(contract["calendar"], self.keep)
        policies = c.array(c.AllocationPolicy, map(c_policy, contract["policies"]))
        lines = {number: self.rate_line(rates) for number, rates in contract["overlays"].items()}
        calendars_ = {number: c_calendar(calendar, self.keep) for number, calendar in contract["places"].items()}
        overlays = c.array(c.LoanOverlay, (c.LoanOverlay(number, pointer(line)) for number, line in lines.items()))
        places = c.array(c.LoanPlace, (c.LoanPlace(number, pointer(calendar)) for number, calendar in calendars_.items()))
        self.keep += [policies, lines, calendars_, overlays, places]
        return c.LoanContract(
            loan_id=1,
            contract_on=c.c_date(contract["contract_on"]),
            grace_end=c.c_date(contract["grace_end"]),
            rounding=contract["rounding"],
            instalment_default=c.DEFAULT[contract["default"]],
            overdue_percent=contract["overdue_percent"],
            line=pointer(self.line),
            calendar=pointer(self.calendar),
            overlays=overlays,
            overlays_count=len(lines),
            places=places,
            places_count=len(calendars_),
            policies=policies,
            policies_count=len(contract["policies"]),
        )

    def rate_line(self, rates):
        rows = c.array(c.RateRow, (c.RateRow(c.c_date(d), (r * 10**7).numerator, 0) for d, r in rates))
        line = c.RateLine()
        assert c.rate_line_init(byref(line), rows, len(rates))
        self.keep.append(rows)
        return line

    def new_loan(self):
        loan = c.Loan()
        c.loan_init(byref(loan), self.rows, self.count)
        return loan


def c_policy(policy):
    since, in_term, overdue = policy
    numbers = [(c.c_uint8 * c.PART_COUNT)(*map(c.PARTS.index, order)) for order in (in_term, overdue)]
    return c.AllocationPolicy(c.c_date(since), *numbers)


# ---- facts ----


def turning_days(contract):
    """Days on which something happens by itself."""
    calendar = contract["calendar"]
    turning = set(contract["due_on"]) | {contract["contract_on"], contract["grace_end"]}
    turning |= {cal.due(calendar, d) for d in contract["due_on"]} | {cal.decides(calendar, d) for d in contract["due_on"]}
    return sorted(d for d in turning if d >= contract["contract_on"])


@st.composite
def days_of_life(draw, contract):
    turning = turning_days(contract)
    near = draw(st.sampled_from(turning)) + draw(st.integers(-1, 1)) * DAY
    anywhere = contract["contract_on"] + draw(st.integers(0, (turning[-1] - turning[0]).days + 70)) * DAY
    return max(contract["contract_on"], draw(st.sampled_from((near, anywhere))))


@st.composite
def amounts(draw, lent):
    """0 stands for all that there is; fitting() puts it in."""
    return draw(st.one_of(st.integers(1, max(1, lent // 4)), st.integers(1, lent + lent // 4), st.just(0)))


@st.composite
def later_days(draw, contract, on):
    """A day that mostly is after `on`, near or far."""
    return draw(st.one_of(days_of_life(contract), st.integers(0, 500).map(lambda n: on + n * DAY)))


@st.composite
def facts_of_kind(draw, contract, kind, lent):
    """A fact without a number. Nothing but the kind says which of its fields mean something."""
    fact = {"kind": kind, "on": draw(days_of_life(contract))}
    if kind in ("frozen", "misused", "recovered", "written_off", "disbursed") or kind in PAYMENTS:
        fact["amount"] = draw(amounts(lent))
    if kind == "written_off":
        fact["interest"] = draw(st.one_of(st.just(0), st.integers(1, max(1, lent // 10))))
    if kind in ("rescheduled", "extended", "frozen", "freeze_prolonged"):
        fact["until"] = draw(later_days(contract, fact["on"]))
    if kind == "rescheduled":
        fact["number"] = draw(st.integers(0, len(contract["due_on"])))
        spans = contract["due_on"][fact["number"] : fact["number"] + 2]
        if len(spans) == 2 and draw(st.integers(0, 3)) > 0:
            span = max(1, (spans[1] - spans[0]).days)
            fact["until"] = spans[0] + draw(st.one_of(st.sampled_from((1, span, span + 1)), st.integers(1, span))) * DAY
            fact["on"] = max(contract["contract_on"], spans[0] - draw(st.integers(0, 60)) * DAY)
    if kind in ("frozen", "freeze_prolonged", "misused") and draw(st.booleans()):
        # about the maturity: a freeze over it or behind it, misuse before it
        fact["on"] = max(contract["contract_on"], contract["due_on"][-1] + draw(st.integers(-60, 60)) * DAY)
        if kind != "misused":
            fact["until"] = fact["on"] + draw(st.integers(1, 120)) * DAY
    if kind == "extended" and draw(st.integers(0, 3)) > 0:
        fact["on"] = max(contract["contract_on"], contract["due_on"][-1] - draw(st.integers(-5, 90)) * DAY)
        fact["until"] = contract["due_on"][-1] + draw(st.integers(1, 200)) * DAY
    if kind == "relieved":
        fact["number"] = draw(st.sampled_from((1, 1, 2, 2, 3, 0)))
        fact["until"] = draw(later_days(contract, fact["on"])) if fact["number"] else None
        fact["holiday_until"] = draw(st.one_of(st.none(), later_days(contract, fact["on"])))
    if kind == "moved":
        fact["number"] = draw(st.sampled_from((1, 1, 2, 2, 3)))
    if kind in PAYMENTS + ("recovered",):
        fact["source"] = draw(st.sampled_from(("cash", "cash", "deposit")))
    return fact


@st.composite
def fact_lists(draw, contract, most=8, kinds=KINDS):
    """In the order recorded, which is not the order of their days. Some don't fit; fitting() tells which do."""
    lent = draw(st.one_of(st.integers(1, 5_000_000), st.integers(1, 1000).map(lambda n: n * 100_000)))
    facts = [{"no": 1, "kind": "disbursed", "on": contract["contract_on"], "amount": lent}]
    for no in range(2, 2 + draw(st.integers(0, most))):
        facts.append({"no": no, **draw(facts_of_kind(contract, draw(st.sampled_from(kinds)), lent))})
    return facts


def fitting(contract, facts):
    """Those facts that fit when tried in the order of their days; amount 0 becomes all that there is then."""
    taken, state, d = [], naive_loan.nothing_yet(contract), contract["contract_on"]
    for fact in naive_loan.living(facts):
        d = naive_loan.live_up_to(contract, state, d, fact["on"])
        fact = filled_in(contract, state, fact)
        trial = copy.deepcopy(state)
        try:
            naive_loan.take(contract, trial, fact)
        except naive_loan.LoanError:
            continue
        state = trial
        taken.append(fact)
    return taken


def filled_in(contract, state, fact):
    if fact.get("amount") != 0:
        return fact
    parts = naive_loan.owed(contract, state, fact["on"])
    principal = sum(parts[name] for name in naive_loan.PRINCIPAL_ORDER)
    interest = sum(parts[name] for name in naive_loan.INTEREST_ORDER)
    all_there_is = {
        "disbursed": 100_000,
        "paid": principal + interest,
        "interest_paid": interest,
        "misused": naive_loan.in_term(state),
        "recovered": state["written_off"] + state["interest_written_off"] - state["recovered"],
    }
    fact = {**fact, "amount": all_there_is.get(fact["kind"], principal)}
    if fact["kind"] == "written_off":
        fact["interest"] = interest
    return fact


def c_opening(opening):
    if opening is None:
        return c.LoanOpening()
    money = {name: c.Money(opening[name]) for name in ("principal", "in_term", "overdue", "frozen")}
    interest = {
        f"interest_{b}": c.interest_of_units(opening["interest"][b]) for b in ("in_term", "overdue", "grace")
    }
    return c.LoanOpening(**money, **interest)


def c_fact(fact):
    return c.Fact(
        no=fact["no"],
        kind=c.FACT[fact["kind"]],
        on=c.c_date(fact["on"]),
        amount=c.Money(fact.get("amount", 0)),
        interest=c.Money(fact.get("interest", 0)),
        until=c.c_date(fact.get("until")),
        holiday_until=c.c_date(fact.get("holiday_until")),
        number=fact.get("number", 0),
        source=c.FACT_SOURCE[fact.get("source", "cash")],
        reverses=fact.get("reverses", 0),
        opening=c_opening(fact.get("opening")),
    )


# ---- what the domain answers, in the words of the model ----


def balances(b):
    return {
        "status": c.word_of(c.STATUS, b.status),
        "disbursed": b.disbursed.dong,
        "paid": b.paid.dong,
        "written_off": b.written_off.dong,
        "interest_written_off": b.interest_written_off.dong,
        "recovered": b.recovered.dong,
        "in_term": b.in_term.dong,
        "overdue": b.overdue.dong,
        "frozen": b.frozen.dong,
        "frozen_until": c.py_date(b.frozen_until),
        "line": b.line,
        "place": b.place,
        "interest_in_term": c.interest_units(b.interest_in_term),
        "interest_overdue": c.interest_units(b.interest_overdue),
        "interest_grace": c.interest_units(b.interest_grace),
        "accrued": c.interest_units(b.accrued),
    }


def balances_on(cc, loan, on):
    out = c.LoanBalances()
    assert c.loan_balances_on(byref(cc.struct), byref(loan), c.c_date(on), byref(out)) == c.LOAN_ERROR["ok"]
    return out


def replay(cc, facts, on, business, steps=None):
    """(loan, error word, number of the fact to blame)."""
    loan = cc.new_loan()
    c_facts = c.array(c.Fact, map(c_fact, facts))
    scratch = c.array(c.Fact, [c.Fact()] * len(facts))
    failed = c_int32(-1)
    told = c.collect(steps) if steps is not None else c.NO_STEP
    error = c.loan_replay(
        byref(cc.struct),
        byref(loan),
        c_facts,
        len(facts),
        scratch,
        c.c_date(on),
        c.EVER if business is None else c.c_date(business),
        told,
        None,
        byref(failed),
    )
    return loan, c.word_of(c.LOAN_ERROR, error), failed.value
