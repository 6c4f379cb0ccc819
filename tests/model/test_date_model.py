"""date.h against Python's datetime."""

import calendar
import ctypes
import datetime
from ctypes import byref, c_int

import domain_lib as c
import pytest
from hypothesis import given, strategies as st

FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2299, 12, 31)
dates = st.one_of(st.dates(FIRST, LAST), st.sampled_from([FIRST, LAST, datetime.date(2000, 2, 29), datetime.date(2100, 2, 28)]))


def made(year, month, day):
    out = c.Date(12345)
    ok = c.date_make(year, month, day, byref(out))
    return (out.days if ok else None), out.days


@given(st.integers(1890, 2310), st.integers(-1, 14), st.integers(-1, 33))
def test_make(year, month, day):
    try:
        wanted = datetime.date(year, month, day) if FIRST.year <= year <= LAST.year else None
    except ValueError:
        wanted = None
    days, _ = made(year, month, day)
    assert days == (None if wanted is None else (wanted - c.EPOCH).days)


def test_every_day_is_split_and_written_as_python_does():
    text = ctypes.create_string_buffer(11)
    year, month, day = c_int(), c_int(), c_int()
    d = FIRST
    while d <= LAST:
        raw = c.Date((d - c.EPOCH).days)
        c.date_split(raw, byref(year), byref(month), byref(day))
        c.date_format(raw, text)
        assert (year.value, month.value, day.value) == (d.year, d.month, d.day)
        assert text.value.decode() == d.isoformat()
        if d == LAST:
            break
        d += datetime.timedelta(days=1)


def parse(text):
    out = c.Date(0)
    return c.py_date(out) if c.date_parse(text.encode(), byref(out)) else None


@given(dates)
def test_parse_reads_what_is_written(d):
    assert parse(d.isoformat()) == d


WRONG = """2025-1-01 2025-01-1 25-01-01 2025-13-01 2025-02-29 2025-00-10 2025-01-00 2025-01-32 2025/01/01 20250101
2025-01-01T 2025-01-011 -2025-01-01 +2025-01-01 2025-+1-01 2025--1-01 1899-12-31 2300-01-01 ２０２５-01-01 2025-01- x""".split()


@pytest.mark.parametrize("text", WRONG + ["", " 2025-01-01", "2025-01-01 ", "2025-01- 1", "2025-01-01\n"])
def test_parse_refuses(text):
    assert parse(text) is None


@given(st.text(alphabet="0123456789-", min_size=8, max_size=11))
def test_parse_agrees_with_python(text):
    try:
        wanted = datetime.datetime.strptime(text, "%Y-%m-%d").date() if len(text) == 10 else None
    except ValueError:
        wanted = None
    if wanted is not None and not (FIRST <= wanted <= LAST and wanted.isoformat() == text):
        wanted = None
    assert parse(text) == wanted


@given(st.dates(datetime.date(1930, 1, 1), datetime.date(2260, 1, 1)), st.integers(-360, 420))
def test_add_months_clamps_to_the_end_of_the_month(d, months):
    number = d.year * 12 + d.month - 1 + months
    year, month = number // 12, number % 12 + 1
    wanted = datetime.date(year, month, min(d.day, calendar.monthrange(year, month)[1]))
    assert c.py_date(c.date_add_months(c.c_date(d), months)) == wanted


@given(dates, dates)
def test_diff_and_order(a, b):
    assert c.date_diff(c.c_date(a), c.c_date(b)) == (a - b).days
    assert c.py_date(c.date_add_days(c.c_date(b), (a - b).days)) == a
    assert (c.date_cmp(c.c_date(a), c.c_date(b)) > 0) == (a > b)
    assert (c.date_cmp(c.c_date(a), c.c_date(b)) == 0) == (a == b)
    assert c.date_cmp(c.NO_DATE, c.c_date(a)) < 0 < c.date_cmp(c.EVER, c.c_date(a))


@given(dates, st.integers(1, 31))
def test_months_have_numbers(d, day):
    number = c.date_month_number(c.c_date(d))
    assert number == d.year * 12 + d.month - 1
    last = calendar.monthrange(d.year, d.month)[1]
    assert c.date_days_in_month(d.year, d.month) == last
    assert c.py_date(c.date_in_month(number, day)) == d.replace(day=min(day, last))
