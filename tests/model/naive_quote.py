"""loan.quote, read a second time: written from the text of the contract alone, day by day, in exact fractions.

Nothing here is shared with daemon/domain and nothing is clever: every day is visited, every rule is applied where the
text says it applies. quote(params) gives what the method has to answer; QuoteError carries the field it has to name.
"""

import datetime
import re
from fractions import Fraction

ONE_DAY = datetime.timedelta(days=1)
UNITS_OF_ONE_DONG = 3_650_000_000
LARGEST_AMOUNT = 10**13
REQUIRED = ("principal", "rate_percent", "disbursed_on", "term_months", "instalment_months")
DEFAULTS = {
    "principal_grace_months": 0,
    "interest_grace_months": 0,
    "session_day": None,
    "instalment_rounding": 100000,
    "instalment_default": "carry",
    "overdue_percent": 130,
    "rate_changes": [],
    "events": [],
    "as_of": [],
}


class QuoteError(Exception):
    """-32602 with this field."""

    def __init__(self, field):
        super().__init__(field)
        self.field = field


# ---- what may be asked ----


def whole(value, field, low, high):
    if type(value) is not int or not low <= value <= high:
        raise QuoteError(field)
    return value


def percent(text, field):
    if type(text) is not str or not re.fullmatch(r"[0-9]+(\.[0-9]{1,4})?", text):
        raise QuoteError(field)
    if Fraction(text) > 100:
        raise QuoteError(field)
    return Fraction(text)


def day(text, field):
    if type(text) is not str or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise QuoteError(field)
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise QuoteError(field) from None


def checked(params):
    """The request with defaults filled in and texts turned into dates and fractions."""
    for name in params:
        if name not in DEFAULTS and name not in REQUIRED:
            raise QuoteError(name)
    for name in REQUIRED:
        if name not in params:
            raise QuoteError(name)
    q = dict(DEFAULTS)
    q.update(params)
    whole(q["principal"], "principal", 1, LARGEST_AMOUNT)
    q["rate_percent"] = percent(q["rate_percent"], "rate_percent")
    q["disbursed_on"] = day(q["disbursed_on"], "disbursed_on")
    term = whole(q["term_months"], "term_months", 1, 360)
    whole(q["instalment_months"], "instalment_months", 1, term)
    whole(q["principal_grace_months"], "principal_grace_months", 0, term - 1)
    whole(q["interest_grace_months"], "interest_grace_months", 0, term - 1)
    if q["session_day"] is not None:
        whole(q["session_day"], "session_day", 1, 31)
    whole(q["instalment_rounding"], "instalment_rounding", 1, 10**9)
    if q["instalment_default"] not in ("carry", "overdue"):
        raise QuoteError("instalment_default")
    whole(q["overdue_percent"], "overdue_percent", 100, 200)
    if q["overdue_percent"] % 10 != 0:
        raise QuoteError("overdue_percent")
    q["rate_changes"] = [
        {"on": day(c["on"], f"rate_changes[{i}].on"), "rate_percent": percent(c["rate_percent"], f"rate_changes[{i}].rate_percent")}
        for i, c in enumerate(q["rate_changes"])
    ]
    q["events"] = [checked_event(e, i) for i, e in enumerate(q["events"])]
    q["as_of"] = [day(text, "as_of") for text in q["as_of"]]
    for event in q["events"]:
        if event["on"] < q["disbursed_on"]:
            raise QuoteError(f"events[{event['index']}].on")
    for index, as_of in enumerate(q["as_of"]):
        if as_of < q["disbursed_on"]:
            raise QuoteError(f"as_of[{index}]")
    return q


def checked_event(event, index):
    if event["kind"] not in ("disbursed", "principal_paid", "interest_paid", "paid"):
        raise QuoteError(f"events[{index}].kind")
    whole(event["amount"], f"events[{index}].amount", 1, LARGEST_AMOUNT)
    return {"index": index, "on": day(event["on"], f"events[{index}].on"), "kind": event["kind"], "amount": event["amount"]}


# ---- dates ----


def last_day_of_month(year, month):
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - ONE_DAY).day


def months_later(start, months):
    """Counted from the start, clamped to the end of the month, never cumulatively."""
    year, month = start.year, start.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return datetime.date(year, month, min(start.day, last_day_of_month(year, month)))


def is_session(d, session_day):
    return d.day == min(session_day, last_day_of_month(d.year, d.month))


def due_date(q, month):
    contract_date = months_later(q["disbursed_on"], month)
    if q["session_day"] is None:
        return contract_date
    d = contract_date
    while not is_session(d, q["session_day"]):
        d -= ONE_DAY
    return d if d > q["disbursed_on"] else contract_date


def transfer_date(q, due_on):
    d = due_on + ONE_DAY
    while q["session_day"] is not None and not is_session(d, q["session_day"]):
        d += ONE_DAY
    return d


# ---- instalments ----


def divide(total, parts, rounding):
    """Equal parts, each floored; the rest in the last."""
    each = total // parts // rounding * rounding
    return [each] * (parts - 1) + [total - each * (parts - 1)]


def instalments_of(q, due_on):
    term, grace, step = q["term_months"], q["principal_grace_months"], q["instalment_months"]
    months = [m for m in range(1, term) if m > grace and (m - grace) % step == 0] + [term]
    amounts = divide(q["principal"], len(months), q["instalment_rounding"])
    return [
        {"month": m, "due_on": due_on[m], "amount": a, "paid": 0, "overdue": False} for m, a in zip(months, amounts)
    ]


def unpaid(instalment):
    return instalment["amount"] - instalment["paid"]


def settle(instalments, paid):
    """Writes all principal paid so far onto the instalments, in order of their dates."""
    for instalment in instalments:
        instalment["paid"] = min(paid, instalment["amount"])
        paid -= instalment["paid"]
    assert paid == 0


def lend_more(q, state, event):
    open_ones = [i for i in state["instalments"] if i["due_on"] > event["on"] and unpaid(i) > 0]
    if not open_ones:
        raise QuoteError(f"events[{event['index']}].on")
    total = sum(i["amount"] for i in open_ones) + event["amount"]
    for instalment, amount in zip(open_ones, divide(total, len(open_ones), q["instalment_rounding"])):
        instalment["amount"] = amount
    settle(state["instalments"], state["principal_paid"])


# ---- interest ----


def half_up(value):
    return (value + Fraction(1, 2)).__floor__()


def rate_on(q, d):
    """A fraction a year. The change of the latest day counts, of two on one day the one given last."""
    rate, since = q["rate_percent"], None
    for change in q["rate_changes"]:
        if change["on"] <= d and (since is None or change["on"] >= since):
            rate, since = change["rate_percent"], change["on"]
    return rate / 100


def in_term(state):
    return sum(unpaid(i) for i in state["instalments"] if not i["overdue"])


def overdue(state):
    return sum(unpaid(i) for i in state["instalments"] if i["overdue"])


def bear_interest(q, state, d, rate, grace_ends):
    """The interest of day d, on what is owed at its end."""
    of_in_term = in_term(state) * rate / 365
    of_overdue = overdue(state) * rate / 365 * Fraction(q["overdue_percent"], 100)
    state["accrued"] += of_in_term + of_overdue
    if d < grace_ends:
        state["interest"]["grace"] += of_in_term + of_overdue
    else:
        state["interest"]["in_term"] += of_in_term
        state["interest"]["overdue"] += of_overdue


# ---- payments ----


def asked_interest(state):
    return {bucket: half_up(value) for bucket, value in state["interest"].items()}


def owed_parts(state, d):
    """What could be paid on day d, by the name of the part; principal parts are disjoint."""
    interest = asked_interest(state)
    due = sum(unpaid(i) for i in state["instalments"] if not i["overdue"] and i["due_on"] <= d)
    return {
        "overdue principal": overdue(state),
        "principal due": due,
        "early principal": in_term(state) - due,
        "overdue interest": interest["overdue"],
        "in-term interest": interest["in_term"],
        "grace interest": interest["grace"],
    }


PRINCIPAL_ONLY = ("overdue principal", "principal due", "early principal")
INTEREST_ONLY = ("overdue interest", "in-term interest", "grace interest")
PAID_IN_TERM = ("overdue interest", "in-term interest", "grace interest", "principal due", "early principal")
PAID_OVERDUE = ("overdue principal", "principal due", "overdue interest", "in-term interest", "grace interest", "early principal")
BUCKET_OF = {"overdue interest": "overdue", "in-term interest": "in_term", "grace interest": "grace"}


def order_of(event, state):
    if event["kind"] == "principal_paid":
        return PRINCIPAL_ONLY
    if event["kind"] == "interest_paid":
        return INTEREST_ONLY
    return PAID_OVERDUE if overdue(state) > 0 else PAID_IN_TERM


def pay(state, event):
    parts = owed_parts(state, event["on"])
    order = order_of(event, state)
    if event["amount"] > sum(parts[name] for name in order):
        raise QuoteError(f"events[{event['index']}].amount")
    left = event["amount"]
    for name in order:
        taken = min(left, parts[name])
        left -= taken
        if name in BUCKET_OF:
            state["interest"][BUCKET_OF[name]] -= taken
        else:
            state["principal_paid"] += taken
    settle(state["instalments"], state["principal_paid"])


# ---- a day, a position ----


def events_of(q, d):
    """disbursed first, then payments as given."""
    of_day = [e for e in q["events"] if e["on"] == d]
    return [e for e in of_day if e["kind"] == "disbursed"] + [e for e in of_day if e["kind"] != "disbursed"]


def becomes_overdue_on(q, instalment):
    """The day on which the unpaid part of this instalment is transferred."""
    if q["instalment_default"] == "carry":
        return transfer_date(q, due_date(q, q["term_months"]))
    return transfer_date(q, instalment["due_on"])


def transfer(state, d):
    for instalment in state["instalments"]:
        if instalment["transfer_on"] == d:
            instalment["overdue"] = True


def position(q, state, d):
    asked = asked_interest(state)
    open_ones = [i for i in state["instalments"] if unpaid(i) > 0]
    coming = [i["due_on"] for i in open_ones] + [i["transfer_on"] for i in open_ones]
    coming = [c for c in coming if c > d]
    if overdue(state) > 0:
        status = "overdue"
    elif in_term(state) > 0 or any(asked.values()):
        status = "in_term"
    else:
        status = "closed"
    units = state["accrued"] * UNITS_OF_ONE_DONG
    assert units.denominator == 1
    return {
        "as_of": d.isoformat(),
        "in_term": in_term(state),
        "overdue": overdue(state),
        "frozen": 0,
        "interest_accrued": half_up(state["accrued"]),
        "interest_accrued_units": str(units.numerator),
        "interest_unpaid": asked,
        "arrears": sum(unpaid(i) for i in open_ones if i["due_on"] <= d),
        "next_on": min(coming).isoformat() if coming else None,
        "status": status,
    }


def live(q, due_on):
    """All days from the disbursement to the last one anybody asks about. Gives the positions and the instalments."""
    grace_ends = due_on[q["interest_grace_months"]] if q["interest_grace_months"] > 0 else q["disbursed_on"]
    state = {
        "instalments": instalments_of(q, due_on),
        "principal_paid": 0,
        "interest": {"in_term": Fraction(0), "overdue": Fraction(0), "grace": Fraction(0)},
        "accrued": Fraction(0),
    }
    for instalment in state["instalments"]:
        instalment["transfer_on"] = becomes_overdue_on(q, instalment)
    last = max([q["disbursed_on"]] + q["as_of"] + [e["on"] for e in q["events"]])
    seen = {}
    d = q["disbursed_on"]
    while d <= last:
        for event in events_of(q, d):
            if event["kind"] == "disbursed":
                lend_more(q, state, event)
            else:
                pay(state, event)
        transfer(state, d)
        if d in q["as_of"]:
            seen[d] = position(q, state, d)
        bear_interest(q, state, d, rate_on(q, d), grace_ends)
        d += ONE_DAY
    return [dict(seen[d]) for d in q["as_of"]], state["instalments"]


# ---- the schedule: everything paid when due ----


def planned_totals(q, due_on, instalments):
    """Exact interest from the disbursement to the date of each month, had everything been paid when due."""
    totals, total = {}, Fraction(0)
    d = q["disbursed_on"]
    while True:
        for month in due_on:
            if due_on[month] == d:
                totals[month] = total
        if len(totals) == len(due_on):
            return totals
        lent = q["principal"] + sum(e["amount"] for e in q["events"] if e["kind"] == "disbursed" and e["on"] <= d)
        repaid = sum(i["amount"] for i in instalments if i["due_on"] <= d)
        total += (lent - repaid) * rate_on(q, d) / 365
        d += ONE_DAY


def schedule(q, due_on, instalments):
    totals = planned_totals(q, due_on, instalments)
    rows, charged = [], 0
    for month in range(1, q["term_months"] + 1):
        interest = 0
        if month > q["interest_grace_months"]:
            interest = half_up(totals[month]) - charged
            charged += interest
        principal = sum(i["amount"] for i in instalments if i["month"] == month)
        rows.append({"due_on": due_on[month].isoformat(), "principal": principal, "interest": interest})
    return rows


def quote(params):
    q = checked(params)
    due_on = {month: due_date(q, month) for month in range(1, q["term_months"] + 1)}
    positions, instalments = live(q, due_on)
    return {"schedule": schedule(q, due_on, instalments), "positions": positions}
