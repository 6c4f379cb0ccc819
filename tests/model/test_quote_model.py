"""quote_make() against the second reading of the text in naive_quote.py."""

import ctypes
import datetime
from ctypes import byref
from fractions import Fraction

import domain_lib as c
import naive_quote
import quote_cases
from hypothesis import event, given, settings, strategies as st


def c_terms(q):
    return c.ScheduleTerms(
        contract_on=c.c_date(q["disbursed_on"]),
        term_months=q["term_months"],
        instalment_months=q["instalment_months"],
        principal_grace_months=q["principal_grace_months"],
        interest_grace_months=q["interest_grace_months"],
        rounding=q["instalment_rounding"],
        equal_moves_back=False,
    )


def rate_e7(percent):
    e7 = percent * 100_000
    assert e7.denominator == 1
    return e7.numerator


def c_request(q):
    changes = c.array(c.QuoteRateChange, (c.QuoteRateChange(c.c_date(x["on"]), rate_e7(x["rate_percent"])) for x in q["rate_changes"]))
    events = c.array(
        c.QuoteEvent, (c.QuoteEvent(c.c_date(e["on"]), c.FACT[e["kind"]], c.Money(e["amount"])) for e in q["events"])
    )
    return c.QuoteRequest(
        principal=c.Money(q["principal"]),
        rate_e7=rate_e7(q["rate_percent"]),
        terms=c_terms(q),
        session_day=q["session_day"] or 0,
        instalment_default=c.DEFAULT[q["instalment_default"]],
        overdue_percent=q["overdue_percent"],
        rate_changes=changes,
        rate_changes_count=len(q["rate_changes"]),
        events=events,
        events_count=len(q["events"]),
    )


def parsed(params):
    """Like naive_quote.checked, without its opinion about dates before the start."""
    q = {**naive_quote.DEFAULTS, **params}
    q["rate_percent"] = Fraction(q["rate_percent"])
    q["disbursed_on"] = datetime.date.fromisoformat(q["disbursed_on"])
    q["rate_changes"] = [
        {"on": datetime.date.fromisoformat(x["on"]), "rate_percent": Fraction(x["rate_percent"])} for x in q["rate_changes"]
    ]
    q["events"] = [{**e, "on": datetime.date.fromisoformat(e["on"])} for e in q["events"]]
    q["as_of"] = [datetime.date.fromisoformat(d) for d in q["as_of"]]
    return q


def iso(d):
    return None if c.py_date(d) is None else c.py_date(d).isoformat()


def position(p):
    asked = {
        "in_term": c.interest_round(p.b.interest_in_term).dong,
        "overdue": c.interest_round(p.b.interest_overdue).dong,
        "grace": c.interest_round(p.b.interest_grace).dong,
    }
    return {
        "as_of": iso(p.as_of),
        "in_term": p.b.in_term.dong,
        "overdue": p.b.overdue.dong,
        "frozen": p.b.frozen.dong,
        "interest_accrued": c.interest_round(p.b.accrued).dong,
        "interest_accrued_units": c.units_text(p.b.accrued),
        "interest_unpaid": asked,
        "arrears": p.arrears.dong,
        "next_on": iso(p.next_on),
        "status": c.word_of(c.STATUS, p.b.status),
    }


def run(params):
    """(answer, None) or (None, field), as the method would give it."""
    q = parsed(params)
    as_of = c.array(c.Date, map(c.c_date, q["as_of"]))
    rates = c.array(c.RateRow, [c.RateRow()] * (1 + len(q["rate_changes"])))
    facts = c.array(c.Fact, [c.Fact()] * (1 + len(q["events"])))
    schedule = c.array(c.QuoteRow, [c.QuoteRow()] * q["term_months"])
    positions = c.array(c.QuotePosition, [c.QuotePosition()] * len(q["as_of"]))
    index = ctypes.c_size_t(10**6)
    request = c_request(q)
    error = c.quote_make(byref(request), as_of, len(q["as_of"]), rates, facts, schedule, positions, byref(index))
    if error != c.QUOTE_ERROR["ok"]:
        return None, field_of(error, index.value)
    rows = [{"due_on": iso(r.due_on), "principal": r.principal.dong, "interest": r.interest.dong} for r in schedule]
    return {"schedule": rows, "positions": [position(p) for p in positions[: len(q["as_of"])]]}, None


def field_of(error, index):
    return {"event_on": f"events[{index}].on", "event_amount": f"events[{index}].amount", "as_of": f"as_of[{index}]"}.get(
        c.word_of(c.QUOTE_ERROR, error), c.word_of(c.QUOTE_ERROR, error)
    )


def compare(params):
    answer, fields = quote_cases.expected(params)
    got, field = run(params)
    if fields is not None:
        event("refused")
        assert field in fields, (field, fields)
    else:
        event("answered")
        assert field is None, field
        assert got == answer


@settings(max_examples=settings.default.max_examples * 5)
@given(quote_cases.requests(longest=14, most_events=8))
def test_short_loans(params):
    compare(params)


@settings(max_examples=settings.default.max_examples * 3)
@given(quote_cases.defaulted())
def test_payments_in_default(params):
    compare(params)


@given(quote_cases.requests(longest=60))
def test_loans(params):
    compare(params)


@settings(max_examples=max(3, settings.default.max_examples // 12))
@given(quote_cases.requests(longest=360, most_events=2))
def test_long_loans(params):
    compare(params)


@given(quote_cases.requests(longest=36), st.data())
def test_an_answer_holds_its_own_sums(params, data):
    """What no reading of the text may break, checked without the model."""
    got, field = run(params)
    if field is not None:
        return
    lent = params["principal"] + sum(e["amount"] for e in params.get("events", []) if e["kind"] == "disbursed")
    assert sum(row["principal"] for row in got["schedule"]) == lent
    assert len(got["schedule"]) == params["term_months"]
    assert [row["due_on"] for row in got["schedule"]] == sorted(row["due_on"] for row in got["schedule"])
    for p in got["positions"]:
        assert min(p["in_term"], p["overdue"], p["arrears"], *p["interest_unpaid"].values()) >= 0
        assert p["overdue"] <= p["arrears"] <= p["in_term"] + p["overdue"]
        assert (p["status"] == "closed") == (p["in_term"] + p["overdue"] + sum(p["interest_unpaid"].values()) == 0)
    shuffled = data.draw(st.permutations(params["as_of"]))
    again, _ = run({**params, "as_of": shuffled})
    by_day = {p["as_of"]: p for p in got["positions"]}
    assert again["positions"] == [by_day[d] for d in shuffled]
