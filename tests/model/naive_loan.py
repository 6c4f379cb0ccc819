"""A loan, read a second time: nothing is kept but the facts, and every question is answered by living all days again.

contract = {"contract_on", "grace_end", "rounding", "default": "carry" | "overdue", "overdue_percent",
            "rates": [(from, fraction a year)], "calendar": see naive_calendar, "due_on": [scheduled date of each instalment],
            "policies": [(from, order in term, order when overdue)]}, orders being lists of the names in PARTS
            and where there are any "overlays": {number: rates}, "places": {number: calendar}
fact     = {"no", "kind", "on"} and "amount", "interest", "until", "holiday_until", "number", "reverses", "opening" where the
           kind has one

Principal is a row of đồng in the order of the instalments. From the front of it come what is settled (paid or written
off), what is frozen, what is overdue; the rest is in term. Which instalment holds how much of each follows (pieces).
"""

import datetime
from fractions import Fraction

import naive_calendar as cal

ONE_DAY = datetime.timedelta(days=1)
EVER = datetime.date.max
PARTS = (
    "principal_overdue",
    "principal_due",
    "principal_early",
    "interest_overdue",
    "interest_in_term",
    "interest_grace",
    "principal_frozen",
)
PRINCIPAL_ORDER = ("principal_overdue", "principal_due", "principal_frozen", "principal_early")
INTEREST_ORDER = ("interest_overdue", "interest_in_term", "interest_grace")
WRITTEN_OFF_ORDER = ("principal_frozen", "principal_overdue", "principal_due", "principal_early")
LENDING = ("opened", "disbursed")
PAYING = ("paid", "principal_paid", "interest_paid")
DECISIONS = (
    "rescheduled",
    "extended",
    "frozen",
    "freeze_prolonged",
    "unfrozen",
    "written_off",
    "misused",
    "relieved",
    "moved",
)


class LoanError(Exception):
    """A fact that does not fit; `words` are all the reasons, any of which may be the one that is said."""

    def __init__(self, words, no):
        super().__init__(f"{words} of fact {no}")
        self.words = {words} if isinstance(words, str) else set(words)
        self.no = no


def half_up(value):
    return (value + Fraction(1, 2)).__floor__()


def rank(fact):
    return 0 if fact["kind"] in LENDING else 1 if fact["kind"] in DECISIONS else 2


def living(facts):
    """The facts that count, in their order: what was reversed never happened."""
    taken_out = {f["reverses"] for f in facts if f["kind"] == "reversed"}
    left = [f for f in facts if f["kind"] != "reversed" and f["no"] not in taken_out]
    return sorted(left, key=lambda f: (f["on"], rank(f), f["no"]))


# ---- what a state answers ----


def settled(state):
    return state["repaid"] + state["written_off"]


def in_term(state):
    return state["lent"] - settled(state) - state["frozen"] - state["overdue"]


def pieces(state):
    """Of each instalment, how much is settled, frozen, overdue and in term."""
    layers = {"settled": settled(state), "frozen": state["frozen"], "overdue": state["overdue"], "in_term": in_term(state)}
    rows = []
    for instalment in state["instalments"]:
        left, row = instalment["amount"], {}
        for name in layers:
            row[name] = min(left, layers[name])
            layers[name] -= row[name]
            left -= row[name]
        assert left == 0
        rows.append(row)
    assert not any(layers.values())
    return rows


def calendar_of(contract, state):
    return contract["places"][state["place"]] if state["place"] else contract["calendar"]


def due_day(contract, state, instalment):
    return cal.due(calendar_of(contract, state), instalment["due_on"])


def due_in_term(contract, state, d):
    """Principal whose day has come and that is neither settled, frozen nor overdue."""
    rows = zip(state["instalments"], pieces(state))
    return sum(row["in_term"] for instalment, row in rows if due_day(contract, state, instalment) <= d)


def arrears(contract, state, d):
    return state["overdue"] + due_in_term(contract, state, d)


def owed(contract, state, d):
    parts = {f"interest_{bucket}": half_up(value) for bucket, value in state["interest"].items()}
    due = due_in_term(contract, state, d)
    return {
        **parts,
        "principal_overdue": state["overdue"],
        "principal_due": due,
        "principal_early": in_term(state) - due,
        "principal_frozen": state["frozen"],
    }


def owes_nothing(state):
    return state["lent"] == settled(state) and not any(half_up(value) for value in state["interest"].values())


def status(state):
    if state["lent"] == 0:
        return "pending"
    if state["closed"]:
        return "closed"
    if state["frozen"] > 0:
        return "frozen"
    return "overdue" if state["overdue"] > 0 else "in_term"


def interest_asked(state, d):
    return state["holiday_until"] is None or d >= state["holiday_until"]


# ---- facts that lend ----


def divide(total, parts, rounding):
    each = total // parts // rounding * rounding
    return [each] * (parts - 1) + [total - each * (parts - 1)]


def spread(contract, instalments, total):
    for instalment, amount in zip(instalments, divide(total, len(instalments), contract["rounding"])):
        instalment["amount"] = amount


def disburse(contract, state, fact):
    open_ones = [
        instalment
        for instalment, row in zip(state["instalments"], pieces(state))
        if instalment["due_on"] > fact["on"] and (state["lent"] == 0 or row["settled"] < instalment["amount"])
    ]
    if not open_ones:
        raise LoanError("no_instalment", fact["no"])
    spread(contract, open_ones, sum(i["amount"] for i in open_ones) + fact["amount"])
    state["lent"] += fact["amount"]


def take_over(contract, state, fact):
    """The balances at the beginning of the day; sessions before it have decided."""
    opening = fact["opening"]
    left = opening["in_term"] + opening["overdue"] + opening["frozen"]
    owing = left > 0 or any(half_up(Fraction(i, UNITS_OF_ONE_DONG)) > 0 for i in opening["interest"].values())
    if state["lent"] > 0 or not owing or left > opening["principal"] or opening["principal"] <= 0:
        raise LoanError("opening", fact["no"])
    spread(contract, state["instalments"], opening["principal"])
    state["lent"] = opening["principal"]
    state["repaid"] = opening["principal"] - left
    state["overdue"], state["frozen"] = opening["overdue"], opening["frozen"]
    state["interest"] = {bucket: Fraction(i, UNITS_OF_ONE_DONG) for bucket, i in opening["interest"].items()}
    if opening["frozen"] > 0:
        state["frozen_until"] = fact.get("until") or EVER
    for instalment in state["instalments"]:
        if cal.after(calendar_of(contract, state), due_day(contract, state, instalment)) < fact["on"]:
            instalment["decided"] = True


# ---- facts that pay ----


def order_of(contract, state, fact):
    if fact["kind"] == "principal_paid":
        return PRINCIPAL_ORDER
    if fact["kind"] == "interest_paid":
        return INTEREST_ORDER
    in_force = contract["policies"][0]
    for policy in contract["policies"]:
        if policy[0] <= fact["on"]:
            in_force = policy
    return in_force[2] if state["overdue"] > 0 else in_force[1]


def take_away(state, part, amount, how):
    """`how`: the total it counts to, repaid or written_off."""
    if part.startswith("interest_"):
        state["interest"][part[len("interest_") :]] -= amount
        return
    state[how] += amount
    if part == "principal_overdue":
        state["overdue"] -= amount
    if part == "principal_frozen":
        freeze(state, state["frozen"] - amount)


def freeze(state, amount):
    state["frozen"] = amount
    if amount == 0:
        state["frozen_until"] = None


def split(parts, order, amount):
    """How much of each part, going through them in this order; None when it is more than all of them."""
    taken = {}
    for name in order:
        taken[name] = min(amount, parts[name])
        amount -= taken[name]
    return taken if amount == 0 else None


def pay(contract, state, fact):
    taken = split(owed(contract, state, fact["on"]), order_of(contract, state, fact), fact["amount"])
    if taken is None or fact["amount"] <= 0:
        raise LoanError("too_much", fact["no"])
    for part, amount in taken.items():
        take_away(state, part, amount, "repaid")
    state["paid"] = taken
    state["interest_collected"] += sum(taken.get(part, 0) for part in INTEREST_ORDER)


def write_off(contract, state, fact):
    parts = owed(contract, state, fact["on"])
    principal = split(parts, WRITTEN_OFF_ORDER, fact["amount"])
    interest = split(parts, INTEREST_ORDER, fact["interest"])
    if principal is None or interest is None or fact["amount"] + fact["interest"] == 0:
        raise LoanError("too_much", fact["no"])
    for part, amount in {**principal, **interest}.items():
        take_away(state, part, amount, "written_off")
    state["interest_written_off"] += fact["interest"]
    state["paid"] = {**principal, **interest}


def recover(contract, state, fact):
    if not 0 < fact["amount"] <= state["written_off"] + state["interest_written_off"] - state["recovered"]:
        raise LoanError("too_much", fact["no"])
    state["recovered"] += fact["amount"]


# ---- facts that decide ----


def refuse(fact, **reasons):
    words = {word for word, true in reasons.items() if true}
    if words:
        raise LoanError(words, fact["no"])


def is_later(fact, instalment):
    return fact["until"] > fact["on"] and fact["until"] > instalment["due_on"]


def reschedule(contract, state, fact):
    """Not of the last one: that is an extension. Nothing of it is unpaid when it is settled or frozen."""
    number = fact["number"]
    refuse(fact, number=not 0 <= number < len(state["instalments"]) - 1)
    instalment, following = state["instalments"][number : number + 2]
    row = pieces(state)[number]
    refuse(
        fact,
        decided=instalment["decided"] or row["overdue"] + row["in_term"] == 0,
        until=not is_later(fact, instalment) or fact["until"] > following["due_on"],
    )
    instalment["due_on"] = fact["until"]


def extend(contract, state, fact):
    last = state["instalments"][-1]
    refuse(fact, decided=last["decided"], until=not is_later(fact, last))
    last["due_on"] = fact["until"]


def start_freeze(contract, state, fact):
    refuse(
        fact,
        frozen=state["frozen"] > 0,
        too_much=not 0 < fact["amount"] <= state["overdue"] + in_term(state),
        until=fact["until"] <= fact["on"],
    )
    state["overdue"] -= min(state["overdue"], fact["amount"])
    state["frozen"] = fact["amount"]
    state["frozen_until"] = fact["until"]


def prolong_freeze(contract, state, fact):
    refuse(
        fact,
        not_frozen=state["frozen"] == 0,
        until=fact["until"] <= (fact["on"] if state["frozen_until"] in (None, EVER) else state["frozen_until"]),
    )
    state["frozen_until"] = fact["until"]


def end_freeze(state, d):
    """All of it is in term again. Past the last instalment's session, the next one moves it to overdue."""
    freeze(state, 0)
    if state["instalments"][-1]["decided"]:
        state["thawed_on"] = d


def unfreeze(contract, state, fact):
    refuse(fact, not_frozen=state["frozen"] == 0)
    end_freeze(state, fact["on"])


def misuse(contract, state, fact):
    refuse(fact, too_much=not 0 < fact["amount"] <= in_term(state))
    state["overdue"] += fact["amount"]


def relieve(contract, state, fact):
    """Line 0: only a holiday, or the end of line and holiday."""
    lowered = fact["number"] != 0
    refuse(
        fact,
        number=lowered and fact["number"] not in contract["overlays"],
        until=lowered and fact["until"] <= fact["on"],
    )
    state["line"], state["line_until"] = fact["number"], fact.get("until")
    state["holiday_until"] = fact.get("holiday_until")


def move(contract, state, fact):
    refuse(fact, number=fact["number"] not in contract["places"])
    state["place"], state["moved_on"] = fact["number"], fact["on"]


TAKES = {
    "opened": take_over,
    "disbursed": disburse,
    "paid": pay,
    "principal_paid": pay,
    "interest_paid": pay,
    "rescheduled": reschedule,
    "extended": extend,
    "frozen": start_freeze,
    "freeze_prolonged": prolong_freeze,
    "unfrozen": unfreeze,
    "written_off": write_off,
    "recovered": recover,
    "misused": misuse,
    "relieved": relieve,
    "moved": move,
}


def take(contract, state, fact):
    refuse(fact, before_start=fact["on"] < contract["contract_on"])
    if fact["kind"] not in LENDING:
        refuse(fact, not_disbursed=state["lent"] == 0)
    if fact["kind"] != "recovered":
        refuse(fact, **{"opening" if fact["kind"] == "opened" else "closed": state["closed"]})
    state["paid"] = {}
    TAKES[fact["kind"]](contract, state, fact)
    if fact["kind"] in PAYING + ("written_off",) and owes_nothing(state):
        state["closed"] = True
        state["interest"] = {bucket: Fraction(0) for bucket in state["interest"]}


# ---- days ----


def note(state, d, kind, instalment, amount):
    state["transitions"].append((d, kind, instalment, amount))


def morning(contract, state, d):
    """What the calendar brings at the beginning of a day."""
    if status(state) in ("pending", "closed") or state["held"]:
        return
    if state["frozen"] > 0 and state["frozen_until"] == d:
        note(state, d, "freeze_ended", -1, state["frozen"])
        end_freeze(state, d)
    if state["line_until"] == d:
        note(state, d, "relief_ended", -1, 0)
        state["line"], state["line_until"] = 0, None


def mature(state, d):
    """All that is in term goes to overdue."""
    moved = in_term(state)
    state["overdue"] += moved
    state["thawed_on"] = None
    if moved > 0:
        note(state, d, "matured", len(state["instalments"]) - 1, moved)


def miss(contract, state, number, d):
    """What is in term of this instalment was missed: it is overdue now, or the contract lets it stay."""
    missed = pieces(state)[number]["in_term"]
    if missed == 0:
        return
    if contract["default"] == "overdue":
        state["overdue"] += missed
    note(state, d, "instalment_overdue" if contract["default"] == "overdue" else "instalment_carried", number, missed)


def undecided(contract, state, d):
    """Numbers of the instalments that a session of day d decides about."""
    numbers = []
    for number, instalment in enumerate(state["instalments"]):
        if instalment["decided"]:
            continue
        if due_day(contract, state, instalment) >= d:
            break
        numbers.append(number)
    return numbers


def evening(contract, state, d):
    """The session of day d is closed: what was missed of the instalments it decides about?"""
    if status(state) in ("pending", "closed") or state["held"]:
        return
    if state["thawed_on"] is not None and state["thawed_on"] < d:
        mature(state, d)
    for number in undecided(contract, state, d):
        state["instalments"][number]["decided"] = True
        if number == len(state["instalments"]) - 1:
            mature(state, d)
        else:
            miss(contract, state, number, d)


def unsettled_evening(contract, state, d):
    """A session that may still hear of payments. If it would move or note something, nothing after it happens before it is
    settled; what bears interest at which rate goes by the days alone."""
    if status(state) in ("pending", "closed") or state["held"]:
        return
    if state["thawed_on"] is not None and state["thawed_on"] < d and in_term(state) > 0:
        state["held"] = True
    for number in undecided(contract, state, d):
        missed = in_term(state) if number == len(state["instalments"]) - 1 else pieces(state)[number]["in_term"]
        if state["held"] or missed > 0:
            state["held"] = True
            return
        state["instalments"][number]["decided"] = True


def rate_on(contract, state, d):
    relieved = state["line"] and d < state["line_until"]
    rates = contract["overlays"][state["line"]] if relieved else contract["rates"]
    rate = rates[0][1]
    for since, value in rates:
        if since <= d:
            rate = value
    return rate


def bear_interest(contract, state, d):
    rate = rate_on(contract, state, d)
    thawed = state["frozen"] if state["frozen_until"] is not None and d >= state["frozen_until"] else 0
    of_in_term = (in_term(state) + thawed) * rate / 365
    of_overdue = state["overdue"] * rate / 365 * Fraction(contract["overdue_percent"], 100)
    state["accrued"] += of_in_term + of_overdue
    if d < contract["grace_end"]:
        state["interest"]["grace"] += of_in_term + of_overdue
    else:
        state["interest"]["in_term"] += of_in_term
        state["interest"]["overdue"] += of_overdue


def nothing_yet(contract):
    return {
        "lent": 0,
        "repaid": 0,
        "written_off": 0,
        "interest_written_off": 0,
        "interest_collected": 0,
        "recovered": 0,
        "frozen": 0,
        "frozen_until": None,
        "thawed_on": None,
        "overdue": 0,
        "line": 0,
        "line_until": None,
        "holiday_until": None,
        "place": 0,
        "moved_on": None,
        "held": False,
        "closed": False,
        "paid": {},
        "interest": {"in_term": Fraction(0), "overdue": Fraction(0), "grace": Fraction(0)},
        "accrued": Fraction(0),
        "transitions": [],
        "instalments": [{"due_on": d, "amount": 0, "decided": False} for d in contract["due_on"]],
    }


def live_a_day(contract, state, facts, d, decides):
    """`decides`: does a session of this day decide?"""
    morning(contract, state, d)
    for fact in facts:
        if fact["on"] == d:
            take(contract, state, fact)
    if not cal.is_session(calendar_of(contract, state), d):
        return
    if decides(d):
        evening(contract, state, d)
    else:
        unsettled_evening(contract, state, d)


def live_up_to(contract, state, d, on):
    """Lives from day d, its facts taken, to the morning of day `on`; returns `on`."""
    while d < on:
        if cal.is_session(calendar_of(contract, state), d):
            evening(contract, state, d)
        bear_interest(contract, state, d)
        d += ONE_DAY
        morning(contract, state, d)
    return on


def first_day(contract, facts):
    return min([contract["contract_on"]] + [f["on"] for f in facts])


def live(contract, facts, on, business, begun=None):
    """The state at the end of day `on`, the interest of the days before it, as known on the day `business`.
    A session that is not settled yet decides nothing, unless a later fact is already known: what was paid after a
    session was paid after it. `begun`: (a day, the state at its beginning), to go on from there; it is changed."""
    facts = [f for f in living(facts) if f["on"] <= on]
    last_fact = facts[-1]["on"] if facts else None
    d, state = begun or (first_day(contract, facts), nothing_yet(contract))

    def decides(d):
        known = last_fact is not None and d < last_fact
        return known or cal.settled(calendar_of(contract, state), d, business)

    while d <= on:
        live_a_day(contract, state, facts, d, decides)
        if d < on:
            bear_interest(contract, state, d)
        d += ONE_DAY
    return state


def diary(contract, facts, until):
    """(day, state at its end) of all days, settling being no question. One state, changed from day to day."""
    facts = living(facts)
    state = nothing_yet(contract)
    d = first_day(contract, facts)
    while d <= until:
        live_a_day(contract, state, facts, d, lambda d: True)
        yield d, state
        bear_interest(contract, state, d)
        d += ONE_DAY


def would_move(contract, state, number):
    """What the session of this instalment would move to overdue."""
    if number == len(state["instalments"]) - 1:
        return in_term(state)
    return pieces(state)[number]["in_term"] if contract["default"] == "overdue" else 0


def awaits_session(contract, state, d):
    """Has a session passed that would move something, and did it not decide?"""
    if status(state) in ("pending", "closed"):
        return False
    waiting = [i for i in range(len(state["instalments"])) if decides_by(contract, state, i, d) and would_move(contract, state, i)]
    thawed = state["thawed_on"] is not None and session_after(contract, state, state["thawed_on"]) <= d and in_term(state) > 0
    return bool(waiting) or thawed


def session_after(contract, state, d):
    """The first session after day d that is held where the loan is while it is there."""
    if state["moved_on"] is not None:
        d = max(d, state["moved_on"] - ONE_DAY)
    return cal.after(calendar_of(contract, state), d)


def decides_by(contract, state, number, d):
    instalment = state["instalments"][number]
    return not instalment["decided"] and session_after(contract, state, due_day(contract, state, instalment)) <= d


def next_day(contract, state, d):
    """The next day on which an instalment with principal unpaid and not frozen is due or moved to overdue, or a freeze ends."""
    days = [state["frozen_until"]] if state["frozen"] > 0 and state["frozen_until"] != EVER else []
    for number, (instalment, row) in enumerate(zip(state["instalments"], pieces(state))):
        if row["overdue"] + row["in_term"] > 0:
            days.append(due_day(contract, state, instalment))
            if not instalment["decided"] and would_move(contract, state, number) > 0:
                days.append(session_after(contract, state, due_day(contract, state, instalment)))
    if state["thawed_on"] is not None and in_term(state) > 0:
        days.append(session_after(contract, state, state["thawed_on"]))
    later = [day for day in days if day > d]
    return min(later) if later else None


UNITS_OF_ONE_DONG = 3_650_000_000


def units(value):
    exact = value * UNITS_OF_ONE_DONG
    assert exact.denominator == 1
    return exact.numerator


def balances(state):
    """In the words the domain is asked with (loan_cases.balances)."""
    return {
        "status": status(state),
        "disbursed": state["lent"],
        "paid": state["repaid"],
        "written_off": state["written_off"],
        "interest_written_off": state["interest_written_off"],
        "recovered": state["recovered"],
        "in_term": in_term(state),
        "overdue": state["overdue"],
        "frozen": state["frozen"],
        "frozen_until": state["frozen_until"],
        "line": state["line"],
        "place": state["place"],
        "interest_in_term": units(state["interest"]["in_term"]),
        "interest_overdue": units(state["interest"]["overdue"]),
        "interest_grace": units(state["interest"]["grace"]),
        "accrued": units(state["accrued"]),
    }
