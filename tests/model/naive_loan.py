"""A loan, read a second time: nothing is kept but the facts, and every question is answered by living all days again.

contract = {"contract_on", "grace_end", "rounding", "default": "carry" | "overdue", "overdue_percent",
            "rates": [(from, fraction a year)], "calendar": see naive_calendar, "due_on": [scheduled date of each instalment],
            "policies": [(from, order in term, order when overdue)]}, orders being lists of the names in PARTS
fact     = {"no", "kind", "on", "amount"} and "reverses" or "opening" where the kind has one
"""

import datetime
from fractions import Fraction

import naive_calendar as cal

ONE_DAY = datetime.timedelta(days=1)
PARTS = ("principal_overdue", "principal_due", "principal_early", "interest_overdue", "interest_in_term", "interest_grace")
PRINCIPAL_ORDER = PARTS[:3]
INTEREST_ORDER = PARTS[3:]
RANK = {"opened": 0, "disbursed": 1, "paid": 2, "principal_paid": 2, "interest_paid": 2}


class LoanError(Exception):
    def __init__(self, word, no):
        super().__init__(f"{word} of fact {no}")
        self.word = word
        self.no = no


def half_up(value):
    return (value + Fraction(1, 2)).__floor__()


def living(facts):
    """The facts that count, in their order: what was reversed never happened."""
    taken_out = {f["reverses"] for f in facts if f["kind"] == "reversed"}
    left = [f for f in facts if f["kind"] != "reversed" and f["no"] not in taken_out]
    return sorted(left, key=lambda f: (f["on"], RANK[f["kind"]], f["no"]))


# ---- what a state answers ----


def unpaid(instalment):
    return instalment["amount"] - instalment["paid"]


def in_term(state):
    return sum(unpaid(i) for i in state["instalments"] if not i["overdue"]) - state["frozen"]


def overdue(state):
    return sum(unpaid(i) for i in state["instalments"] if i["overdue"])


def is_due(contract, instalment, d):
    return cal.due(contract["calendar"], instalment["due_on"]) <= d


def arrears(contract, state, d):
    return sum(unpaid(i) for i in state["instalments"] if is_due(contract, i, d))


def owed(contract, state, d):
    due = sum(unpaid(i) for i in state["instalments"] if not i["overdue"] and is_due(contract, i, d))
    due = min(due, in_term(state))
    parts = {f"interest_{bucket}": half_up(value) for bucket, value in state["interest"].items()}
    parts.update(principal_overdue=overdue(state), principal_due=due, principal_early=in_term(state) - due)
    return parts


def status(state):
    if state["lent"] == 0:
        return "pending"
    if state["frozen"] > 0:
        return "frozen"
    if overdue(state) > 0:
        return "overdue"
    if in_term(state) > 0 or any(half_up(value) for value in state["interest"].values()):
        return "in_term"
    return "closed"


# ---- facts ----


def settle(state):
    """All principal paid, in order of the instalments."""
    left = state["repaid"]
    for instalment in state["instalments"]:
        instalment["paid"] = min(left, instalment["amount"])
        left -= instalment["paid"]
    assert left == 0


def divide(total, parts, rounding):
    each = total // parts // rounding * rounding
    return [each] * (parts - 1) + [total - each * (parts - 1)]


def spread(contract, instalments, total):
    for instalment, amount in zip(instalments, divide(total, len(instalments), contract["rounding"])):
        instalment["amount"] = amount


def disburse(contract, state, fact):
    if state["closed"]:
        raise LoanError("closed", fact["no"])
    open_ones = [i for i in state["instalments"] if i["due_on"] > fact["on"] and (state["lent"] == 0 or unpaid(i) > 0)]
    if not open_ones:
        raise LoanError("no_instalment", fact["no"])
    spread(contract, open_ones, sum(i["amount"] for i in open_ones) + fact["amount"])
    state["lent"] += fact["amount"]
    settle(state)


def order_of(contract, state, fact):
    if fact["kind"] == "principal_paid":
        return PRINCIPAL_ORDER
    if fact["kind"] == "interest_paid":
        return INTEREST_ORDER
    in_force = contract["policies"][0]
    for policy in contract["policies"]:
        if policy[0] <= fact["on"]:
            in_force = policy
    return in_force[2] if overdue(state) > 0 else in_force[1]


def pay(contract, state, fact):
    if state["lent"] == 0:
        raise LoanError("not_disbursed", fact["no"])
    if state["closed"]:
        raise LoanError("closed", fact["no"])
    parts = owed(contract, state, fact["on"])
    order = order_of(contract, state, fact)
    left = fact["amount"]
    if left > sum(parts[name] for name in order):
        raise LoanError("too_much", fact["no"])
    for name in order:
        taken = min(left, parts[name])
        left -= taken
        if name.startswith("interest_"):
            state["interest"][name[len("interest_") :]] -= taken
        else:
            state["repaid"] += taken
    settle(state)


def close_if_paid(state):
    if status(state) == "closed":
        state["closed"] = True
        state["interest"] = {bucket: Fraction(0) for bucket in state["interest"]}


def take(contract, state, fact):
    if fact["on"] < contract["contract_on"]:
        raise LoanError("before_start", fact["no"])
    if fact["kind"] == "disbursed":
        disburse(contract, state, fact)
    else:
        pay(contract, state, fact)
    close_if_paid(state)


# ---- days ----


def decide(contract, state, d):
    """The session of day d is closed: what was missed of the instalments it decides about?"""
    last = state["instalments"][-1]
    for instalment in state["instalments"]:
        if instalment["decides"] != d:
            continue
        instalment["decided"] = True
        if instalment is last:
            missed = in_term(state)
            for i in state["instalments"]:
                i["overdue"] = True
        else:
            missed = unpaid(instalment) if not instalment["overdue"] else 0
            if contract["default"] == "overdue":
                instalment["overdue"] = True
        if missed > 0:
            carried = instalment is not last and contract["default"] == "carry"
            kind = "matured" if instalment is last else "instalment_carried" if carried else "instalment_overdue"
            state["transitions"].append((d, kind, state["instalments"].index(instalment), missed))


def rate_on(contract, d):
    rate = contract["rates"][0][1]
    for since, value in contract["rates"]:
        if since <= d:
            rate = value
    return rate


def bear_interest(contract, state, d):
    of_in_term = in_term(state) * rate_on(contract, d) / 365
    of_overdue = overdue(state) * rate_on(contract, d) / 365 * Fraction(contract["overdue_percent"], 100)
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
        "frozen": 0,
        "closed": False,
        "interest": {"in_term": Fraction(0), "overdue": Fraction(0), "grace": Fraction(0)},
        "accrued": Fraction(0),
        "transitions": [],
        "instalments": [
            {"due_on": d, "amount": 0, "paid": 0, "overdue": False, "decided": False, "decides": cal.decides(contract["calendar"], d)}
            for d in contract["due_on"]
        ],
    }


def live_a_day(contract, state, facts, d, sessions_decide):
    for fact in facts:
        if fact["on"] == d:
            take(contract, state, fact)
    if sessions_decide:
        decide(contract, state, d)


def first_day(contract, facts):
    return min([contract["contract_on"]] + [f["on"] for f in facts])


def live(contract, facts, on, business):
    """The state at the end of day `on`, the interest of the days before it, as known on the day `business`.
    A session that is not settled yet decides nothing, unless a later fact is already known: what was paid after a
    session was paid after it."""
    facts = [f for f in living(facts) if f["on"] <= on]
    last_fact = facts[-1]["on"] if facts else None
    state = nothing_yet(contract)
    d = first_day(contract, facts)
    while d <= on:
        known = last_fact is not None and d < last_fact
        live_a_day(contract, state, facts, d, known or cal.settled(contract["calendar"], d, business))
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
        live_a_day(contract, state, facts, d, True)
        yield d, state
        bear_interest(contract, state, d)
        d += ONE_DAY


def moves(contract, state, instalment):
    """What its session would move to overdue."""
    if instalment is state["instalments"][-1]:
        return in_term(state)
    if contract["default"] == "carry" or instalment["overdue"]:
        return 0
    return unpaid(instalment)


def next_day(contract, state, d):
    """The next day on which an instalment with unpaid principal is due or moved to overdue."""
    days = []
    for instalment in state["instalments"]:
        if unpaid(instalment) > 0:
            days.append(cal.due(contract["calendar"], instalment["due_on"]))
            if not instalment["decided"] and moves(contract, state, instalment) > 0:
                days.append(instalment["decides"])
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
        "in_term": in_term(state),
        "overdue": overdue(state),
        "frozen": state["frozen"],
        "interest_in_term": units(state["interest"]["in_term"]),
        "interest_overdue": units(state["interest"]["overdue"]),
        "interest_grace": units(state["interest"]["grace"]),
        "accrued": units(state["accrued"]),
    }
