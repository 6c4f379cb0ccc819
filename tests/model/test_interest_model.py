"""money.h, rate.h and interest.h against integers without limit and fractions."""

import ctypes
import datetime
import json
import pathlib
from ctypes import byref, c_int32
from fractions import Fraction

import domain_lib as c
import pytest
from hypothesis import given, strategies as st

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
int64s = st.one_of(st.integers(INT64_MIN, INT64_MAX), st.integers(-(10**14), 10**14), st.sampled_from([INT64_MIN, INT64_MAX, 0, -1]))
rates = st.integers(0, 10**6).map(lambda n: n * 10)
DAY = datetime.timedelta(days=1)


def half_up(value):
    return (value + Fraction(1, 2)).__floor__()


# ---- money ----


@given(int64s, int64s)
def test_money_is_checked(a, b):
    for function, wanted in ((c.money_add, a + b), (c.money_sub, a - b)):
        out = c.Money(42)
        fits = INT64_MIN <= wanted <= INT64_MAX
        assert function(c.Money(a), c.Money(b), byref(out)) == fits
        assert out.dong == (wanted if fits else 42)


@given(st.integers(0, 10**18), st.integers(1, 360), st.integers(1, 10**9))
def test_money_part_is_floored(a, parts, rounding):
    part = c.money_part(c.Money(a), parts, rounding).dong
    assert part == Fraction(a, parts * rounding).__floor__() * rounding
    assert 0 <= part * parts <= a


# ---- rates ----


def rate_line(rows):
    """rows: [(date, rate_e7)] ascending. Keep the result: the line borrows its rows."""
    c_rows = c.array(c.RateRow, (c.RateRow(c.c_date(d), e7, 0) for d, e7 in rows))
    line = c.RateLine()
    return line, c_rows, c.rate_line_init(byref(line), c_rows, len(rows))


@st.composite
def rate_rows(draw):
    days = draw(st.lists(st.dates(datetime.date(2018, 1, 1), datetime.date(2022, 12, 31)), min_size=1, max_size=5, unique=True))
    return [(d, draw(rates)) for d in sorted(days)]


def naive_rate(rows, d):
    in_force = [e7 for since, e7 in rows if since <= d]
    return in_force[-1] if in_force else rows[0][1]


@given(rate_rows(), st.dates(datetime.date(2017, 1, 1), datetime.date(2024, 1, 1)), st.integers(0, 900))
def test_index_is_the_sum_of_the_days(rows, first, span):
    line, keep, ok = rate_line(rows)
    assert ok
    until = first + span * DAY
    wanted = sum(naive_rate(rows, first + n * DAY) for n in range(span))
    assert c.rate_index(byref(line), c.c_date(until)) - c.rate_index(byref(line), c.c_date(first)) == wanted
    assert c.rate_on(byref(line), c.c_date(first)) == naive_rate(rows, first)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("2020-01-01", 660000), ("2020-01-01", 10)],
        [("2020-01-02", 660000), ("2020-01-01", 10)],
        [("2020-01-01", -10)],
        [("2020-01-01", 10_000_010)],
    ],
)
def test_a_line_is_refused(rows):
    assert not rate_line([(datetime.date.fromisoformat(d), e7) for d, e7 in rows])[2]


def parse_percent(text):
    out = c_int32(-1)
    return out.value if c.rate_parse_percent(text.encode(), byref(out)) else None


@given(st.text(alphabet="0123456789.", max_size=9))
def test_a_percentage_is_read(text):
    whole, dot, decimals = text.partition(".")
    good = whole.isdigit() and (not dot or (decimals.isdigit() and len(decimals) <= 4)) and Fraction(text or 0) <= 100
    got = parse_percent(text) if "." in text or len(text) < 9 else None
    if good and len(whole) <= 3:
        e7 = Fraction(text) * 100_000
        parsed = c_int32(-1)
        assert c.rate_parse_percent(text.encode(), byref(parsed)) and parsed.value == e7
    elif not good:
        assert got is None


@pytest.mark.parametrize("text", ["", ".", "6.", ".6", "-1", "+1", "1e1", "6,6", " 6.6", "6.6 ", "6.60000", "100.0001", "101", "6.6%", "0x1", "1.2.3", "٦"])
def test_a_percentage_is_refused(text):
    assert parse_percent(text) is None


@given(st.integers(0, 10_000_000))
def test_a_percentage_is_written(e7):
    out = ctypes.create_string_buffer(12)
    c.rate_format_percent(e7, out)
    text = out.value.decode()
    assert Fraction(text) == Fraction(e7, 100_000)
    assert "." not in text or not text.endswith(("0", "."))


# ---- interest ----

half_dongs = st.integers(-7, 7).map(lambda n: n * c.UNITS_PER_DONG // 2)
units = st.one_of(half_dongs, st.integers(-(10**27), 10**27), st.integers(-c.UNITS_PER_DONG * 3, c.UNITS_PER_DONG * 3))


@given(units, units)
def test_interest_is_a_number(a, b):
    x, y = c.interest_of_units(a), c.interest_of_units(b)
    assert (c.interest_cmp(x, y) > 0) == (a > b) and (c.interest_cmp(x, y) == 0) == (a == b)
    assert c.interest_is_zero(x) == (a == 0)
    assert c.units_text(x) == str(a)
    assert c.interest_round(x).dong == half_up(Fraction(a, c.UNITS_PER_DONG))
    total = c.interest_of_units(a)
    assert c.interest_add(byref(total), y) and c.interest_units(total) == a + b
    total = c.interest_of_units(a)
    assert c.interest_sub(byref(total), y) and c.interest_units(total) == a - b


@given(units, st.integers(0, 10**13), st.integers(0, 10**7 * 400 * 366), st.integers(10, 20))
def test_accrual_is_exact(start, balance, delta, tens):
    delta -= delta % 10
    i = c.interest_of_units(start)
    assert c.interest_accrue(byref(i), c.Money(balance), delta, tens * 10)
    assert c.interest_units(i) == start + balance * delta * tens // 10


@given(int64s, int64s, st.integers(-(10**17), 10**17), st.integers(10, 20))
def test_overflow_is_told_and_changes_nothing(start, balance, delta, tens):
    """Also when only what is added does not fit."""
    balance, delta = abs(balance) % 2**63, delta - delta % 10
    i = c.Interest(start, 7)
    added = balance * delta * tens // 10
    wanted = start * c.UNITS_PER_DONG + 7 + added
    if c.interest_accrue(byref(i), c.Money(balance), delta, tens * 10):
        assert c.interest_units(i) == wanted
    else:
        assert (i.dong, i.units) == (start, 7)
        assert not all(INT64_MIN <= value // c.UNITS_PER_DONG <= INT64_MAX for value in (wanted, added))


@given(st.integers(0, 10**20))
def test_paying_what_is_asked_leaves_half_a_dong_at_most(value):
    i = c.interest_of_units(value)
    assert c.interest_pay(byref(i), c.interest_round(i))
    assert Fraction(-1, 2) <= Fraction(c.interest_units(i), c.UNITS_PER_DONG) < Fraction(1, 2)
    assert c.interest_round(i).dong == 0


def test_a_billion_over_25_years_at_an_overdue_rate_fits():
    i = c.Interest(0, 0)
    days = (datetime.date(2045, 1, 1) - datetime.date(2020, 1, 1)).days
    assert c.interest_accrue(byref(i), c.Money(10**9), days * c.RATE_E7_MAX, 200)
    assert c.interest_units(i) == 10**9 * days * c.RATE_E7_MAX * 2


# ---- known answers ----

VECTORS = json.loads((pathlib.Path(__file__).parents[1] / "data/interest_vectors.json").read_text())["cases"]


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_known_answers(case):
    line, keep, ok = rate_line([(datetime.date(1990, 1, 1), parse_percent(case["rate_percent"]))])
    assert ok and case["interest_between"]
    for span in case["interest_between"]:
        first, until = (datetime.date.fromisoformat(span[key]) for key in ("first", "until"))
        turns = {datetime.date.fromisoformat(e["on"]) for e in case["principal_events"]} | {first, until}
        turns = sorted(d for d in turns if first <= d <= until)
        i = c.Interest(0, 0)
        for start, end in zip(turns, turns[1:]):
            balance = sum(e["change"] for e in case["principal_events"] if datetime.date.fromisoformat(e["on"]) <= start)
            index = c.rate_index(byref(line), c.c_date(end)) - c.rate_index(byref(line), c.c_date(start))
            assert c.interest_accrue(byref(i), c.Money(balance), index, 100)
        assert c.interest_round(i).dong == span["interest_exact"], span
