"""calendar.h and schedule.h against lists of days."""

import datetime
from ctypes import byref

import domain_lib as c
import loan_cases
import naive_calendar as cal
import naive_quote
from hypothesis import given, strategies as st

DAY = datetime.timedelta(days=1)
days = st.dates(datetime.date(2018, 11, 1), datetime.date(2023, 3, 31))


@st.composite
def calendars(draw):
    rows = draw(loan_cases.session_days())
    if rows and draw(st.booleans()):
        rows = rows + [(draw(st.dates(datetime.date(2021, 1, 1), datetime.date(2022, 6, 30))), draw(st.integers(1, 31)))]
    calendar = draw(loan_cases.calendars(rows))
    keep = []
    return calendar, loan_cases.c_calendar(calendar, keep), keep


@given(calendars(), st.lists(days, min_size=1, max_size=12))
def test_sessions(both, asked):
    calendar, raw, keep = both
    for d in asked:
        out = c.Date(0)
        held = c.calendar_session(byref(raw), d.year * 12 + d.month - 1, byref(out))
        assert (c.py_date(out) if held else None) == cal.session(calendar, d.year, d.month)
        assert c.py_date(c.calendar_session_upto(byref(raw), c.c_date(d))) == cal.upto(calendar, d)
        assert c.py_date(c.calendar_session_after(byref(raw), c.c_date(d))) == cal.after(calendar, d)


@given(calendars(), st.lists(days, min_size=1, max_size=12), st.integers(0, 80), st.booleans())
def test_dates_of_a_contract(both, asked, back, equal_moves_back):
    calendar, raw, keep = both
    for d in asked:
        start = d - back * DAY
        got = c.calendar_scheduled(byref(raw), c.c_date(d), c.c_date(start), equal_moves_back)
        assert c.py_date(got) == cal.scheduled(calendar, d, start, equal_moves_back)
        fixed = cal.fixed_day(calendar, d.year, d.month)
        for on in {d, fixed} - {None}:
            assert c.py_date(c.calendar_due(byref(raw), c.c_date(on))) == cal.due(calendar, on)
            decides = c.calendar_decides(byref(raw), c.c_date(on))
            assert c.py_date(decides) == cal.decides(calendar, on)
            assert c.py_date(c.calendar_agenda_from(byref(raw), decides)) <= on


@given(calendars(), days)
def test_settled(both, session):
    calendar, raw, keep = both
    for later in range(-3, 15):
        business = session + later * DAY
        assert c.calendar_settled(byref(raw), c.c_date(session), c.c_date(business)) == cal.settled(calendar, session, business)


def test_domain_md_examples():
    """domain.md 3.3: day 25, 04/08/2032 -> 25/07/2032; day 10, 15/09/2024 -> 10/09/2024; 8b: equal stays, but for 02."""
    for day, contract, equal, wanted in (
        (25, "2032-08-04", False, "2032-07-25"),
        (10, "2024-09-15", False, "2024-09-10"),
        (10, "2024-09-10", False, "2024-09-10"),
        (10, "2024-09-10", True, "2024-08-10"),
        (31, "2024-03-01", False, "2024-02-29"),
    ):
        raw = loan_cases.c_calendar(loan_cases.plain_calendar([(datetime.date(2010, 1, 1), day)]), keep := [])
        d = c.c_date(datetime.date.fromisoformat(contract))
        got = c.calendar_scheduled(byref(raw), d, c.c_date(datetime.date(2020, 1, 1)), equal)
        assert c.py_date(got).isoformat() == wanted


# ---- schedules ----


def months_of_instalments(terms):
    term, grace, step = terms["term_months"], terms["principal_grace_months"], terms["instalment_months"]
    return [m for m in range(grace + 1, term) if (m - grace) % step == 0] + [term]


@given(loan_cases.schedule_terms(60), calendars(), st.integers(0, 10**13))
def test_schedule(terms, both, principal):
    calendar, raw, keep = both
    start = terms["contract_on"]
    c_terms = loan_cases.c_terms(terms)
    rows = c.array(c.Instalment, [c.Instalment()] * c.SCHEDULE_TERM_MAX)
    c.schedule_make(byref(c_terms), byref(raw), c.Money(principal), rows)
    rows = rows[: c.schedule_count(byref(c_terms))]
    months = months_of_instalments(terms)
    dates = [cal.scheduled(calendar, naive_quote.months_later(start, m), start, terms["equal_moves_back"]) for m in months]
    assert [r.month for r in rows] == months
    assert [c.py_date(r.due_on) for r in rows] == dates
    each = principal // len(months) // terms["rounding"] * terms["rounding"]
    assert [r.amount.dong for r in rows[:-1]] == [each] * (len(months) - 1)
    assert sum(r.amount.dong for r in rows) == principal and rows[-1].amount.dong >= each
    grace = terms["interest_grace_months"]
    wanted = start
    if grace > 0:
        wanted = cal.scheduled(calendar, naive_quote.months_later(start, grace), start, terms["equal_moves_back"])
    assert c.py_date(c.schedule_grace_end(byref(c_terms), byref(raw))) == wanted
