"""Random requests of loan.quote, as they stand on the wire. Used against the domain (tests/model) and against a running
daemon (tests/system). Dates crowd where rules change: due dates, sessions, the days before and after them."""

import datetime

import naive_quote
from hypothesis import strategies as st

DAY = datetime.timedelta(days=1)
RATES = ("0", "3", "3.3", "6.24", "6.6", "7.92", "9", "12", "0.0001", "99.9999", "100", "8.25", "7.9248")
PAYMENTS = ("principal_paid", "interest_paid", "paid")


def rates():
    any_rate = st.integers(0, 1_000_000).map(lambda e4: f"{e4 // 10000}.{e4 % 10000:04d}")
    return st.one_of(st.sampled_from(RATES), any_rate)


def start_dates():
    any_day = st.dates(datetime.date(2015, 1, 1), datetime.date(2032, 12, 31))
    sharp = [datetime.date(y, m, d) for y in (2019, 2020, 2023, 2024) for m, d in ((1, 29), (1, 30), (1, 31), (2, 28), (8, 31), (12, 31))]
    sharp += [datetime.date(2020, 2, 29), datetime.date(2024, 2, 29)]
    return st.one_of(any_day, st.sampled_from(sharp))


def amounts():
    return st.one_of(
        st.integers(1, 10**13),
        st.integers(1, 2_000_000),
        st.integers(1, 1000).map(lambda n: n * 100_000),
        st.sampled_from((1, 99_999, 100_000, 50_000_000, 100_000_000, 10**9, 10**13)),
    )


@st.composite
def terms(draw, longest):
    """The request without changes, events and days asked about."""
    disbursed_on = draw(start_dates())
    term = draw(st.one_of(st.integers(1, min(12, longest)), st.integers(1, longest)))
    request = {
        "principal": draw(amounts()),
        "rate_percent": draw(rates()),
        "disbursed_on": disbursed_on.isoformat(),
        "term_months": term,
        "instalment_months": draw(st.one_of(st.integers(1, term), st.sampled_from((1, term)))),
    }
    optional = {
        "principal_grace_months": st.integers(0, term - 1),
        "interest_grace_months": st.integers(0, term - 1),
        "session_day": st.one_of(st.integers(1, 31), st.sampled_from((28, 29, 30, 31, disbursed_on.day))),
        "instalment_rounding": st.sampled_from((1, 7, 1000, 100_000, 10**6, 10**9)),
        "instalment_default": st.sampled_from(("carry", "overdue")),
        "overdue_percent": st.integers(10, 20).map(lambda n: n * 10),
    }
    for name, strategy in optional.items():
        if draw(st.booleans()):
            request[name] = draw(strategy)
    return request


def sharp_days(request):
    """Days on which a rule turns, and their neighbours."""
    q = naive_quote.checked(request)
    months = range(1, q["term_months"] + 1)
    due = {naive_quote.due_date(q, m) for m in months} | {naive_quote.months_later(q["disbursed_on"], m) for m in months}
    turning = due | {naive_quote.transfer_date(q, d) for d in due} | {q["disbursed_on"]}
    near = {d + n * DAY for d in turning for n in (-1, 0, 1)}
    return sorted(d for d in near if d >= q["disbursed_on"])


@st.composite
def days(draw, request):
    start = datetime.date.fromisoformat(request["disbursed_on"])
    reach = request["term_months"] * 31 + 100
    sharp = sharp_days(request)
    return draw(st.one_of(st.sampled_from(sharp), st.integers(0, reach).map(lambda n: start + n * DAY)))


def owed_on(request, events, d):
    """All that could be paid on this day, 0 when the events before do not fit."""
    try:
        p = naive_quote.quote({**request, "events": events, "as_of": [d.isoformat()]})["positions"][0]
    except naive_quote.QuoteError:
        return 0, 0
    return p["in_term"] + p["overdue"], sum(p["interest_unpaid"].values())


def paid_amount(draw, request, events, d, kind):
    """Small, large, exactly what is owed, or one đồng more."""
    how = draw(st.sampled_from(("any",) + ("share",) * 8 + ("all",) * 3 + ("too much",)))
    if how == "any":
        return draw(amounts())
    principal, interest = owed_on(request, events, d)
    owed = {"principal_paid": principal, "interest_paid": interest, "paid": principal + interest}[kind]
    if how == "all":
        return max(1, owed)
    if how == "too much":
        return owed + 1
    return max(1, owed * draw(st.integers(1, 99)) // 100)


@st.composite
def event_lists(draw, request, most):
    on_days = sorted(draw(st.lists(days(request), max_size=most)))
    events = []
    for d in on_days:
        kind = draw(st.sampled_from(PAYMENTS + ("paid", "disbursed")))
        amount = draw(amounts()) if kind == "disbursed" else paid_amount(draw, request, events, d, kind)
        events.append({"on": d.isoformat(), "kind": kind, "amount": min(amount, 10**13)})
    return draw(st.permutations(events)) if draw(st.booleans()) else events


@st.composite
def rate_changes(draw, request):
    start = datetime.date.fromisoformat(request["disbursed_on"])
    some_day = st.one_of(days(request), st.integers(-40, 5).map(lambda n: start + n * DAY))
    rows = draw(st.lists(st.tuples(some_day, rates()), max_size=4))
    return [{"on": d.isoformat(), "rate_percent": r} for d, r in rows]


@st.composite
def requests(draw, longest=36, most_events=6):
    request = draw(terms(longest))
    if draw(st.booleans()):
        request["rate_changes"] = draw(rate_changes(request))
    if draw(st.integers(0, 3)) > 0:
        request["events"] = draw(event_lists(request, most_events))
    as_of = draw(st.lists(days(request), max_size=6))
    as_of += draw(st.lists(st.sampled_from(as_of), max_size=2)) if as_of else []
    request["as_of"] = [d.isoformat() for d in as_of]
    if draw(st.integers(0, 19)) == 0:
        break_a_date(draw, request)
    return request


@st.composite
def defaulted(draw):
    """A loan in default, paid now and then with a part of what is owed: all parts of the order of payment have their turn."""
    request = {
        "principal": draw(st.integers(10, 300).map(lambda n: n * 1_000_000)),
        "rate_percent": draw(st.sampled_from(("6.6", "9", "100"))),
        "disbursed_on": draw(start_dates()).isoformat(),
        "term_months": draw(st.integers(3, 12)),
        "instalment_months": draw(st.sampled_from((1, 1, 2))),
        "interest_grace_months": draw(st.integers(0, 2)),
        "instalment_default": draw(st.sampled_from(("overdue", "overdue", "overdue", "carry"))),
    }
    if draw(st.booleans()):
        request["session_day"] = draw(st.integers(1, 31))
    turning = [d for d in sharp_days(request) if d.isoformat() > request["disbursed_on"]]
    events = []
    for d in sorted(draw(st.lists(st.sampled_from(turning[3:]), min_size=1, max_size=4))):
        principal, interest = owed_on(request, events, d)
        if principal + interest > 0:
            amount = max(1, (principal + interest) * draw(st.integers(1, 1000)) // 1000)
            events.append({"on": d.isoformat(), "kind": "paid", "amount": amount})
    asked = {e["on"] for e in events} | {turning[-1].isoformat()}
    return {**request, "events": events, "as_of": sorted(asked)}


def break_a_date(draw, request):
    """One day before the disbursement, in an event or in as_of."""
    before = (datetime.date.fromisoformat(request["disbursed_on"]) - DAY * draw(st.integers(1, 400))).isoformat()
    if draw(st.booleans()):
        events = list(request.get("events", []))
        events.insert(draw(st.integers(0, len(events))), {"on": before, "kind": draw(st.sampled_from(PAYMENTS)), "amount": 1})
        request["events"] = events
    else:
        request["as_of"].insert(draw(st.integers(0, len(request["as_of"]))), before)


def expected(params):
    """(answer, set of fields). Exactly one of them is None: what has to come back, or which fields may be blamed.
    More than one only when several things are wrong at once."""
    blamed = set()
    start = params["disbursed_on"]
    for i, event in enumerate(params.get("events", [])):
        if event["on"] < start:
            blamed.add(f"events[{i}].on")
    for i, d in enumerate(params.get("as_of", [])):
        if d < start:
            blamed.add(f"as_of[{i}]")
    if blamed:
        return None, blamed | folded(params)
    try:
        return naive_quote.quote(params), None
    except naive_quote.QuoteError as error:
        return None, {error.field}


def folded(params):
    """The error of the fold once the dates before the start are moved onto it."""
    start = params["disbursed_on"]
    moved = {**params, "as_of": []}
    moved["events"] = [{**e, "on": max(start, e["on"])} for e in params.get("events", [])]
    try:
        naive_quote.quote(moved)
    except naive_quote.QuoteError as error:
        return {error.field}
    return set()
