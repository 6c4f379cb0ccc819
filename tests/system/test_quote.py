"""loan.quote through the socket: the same random requests as the model tests, and every bound the contract documents."""

import os
import pathlib
import sys

import pytest
from hypothesis import HealthCheck, given, settings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "model"))

import naive_quote  # noqa: E402
import quote_cases  # noqa: E402

INVALID_PARAMS = -32602
MANY = {"ci": 60, "quick": 20, "long": 2000}[os.environ.get("VONVAY_HYPOTHESIS", "ci")]
RANDOM = settings(
    max_examples=MANY,
    deadline=None,
    derandomize=MANY < 2000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
PLAIN = {
    "principal": 50_000_000,
    "rate_percent": "6.6",
    "disbursed_on": "2025-09-10",
    "term_months": 36,
    "instalment_months": 12,
}


def refused(rpc, params, *fields):
    error = rpc.fails("loan.quote", params)
    assert error.code == INVALID_PARAMS, error
    assert error.field in fields, error
    assert error.word == "invalid_params" and error.data.get("ref"), error


def compare(rpc, params):
    answer, fields = quote_cases.expected(params)
    if fields is None:
        assert rpc.call("loan.quote", params) == answer
    else:
        refused(rpc, params, *fields, *({"as_of"} if any(f.startswith("as_of") for f in fields) else ()))


@RANDOM
@given(params=quote_cases.requests(longest=14, most_events=8))
def test_short_loans(module_rpc, params):
    compare(module_rpc, params)


@RANDOM
@given(params=quote_cases.defaulted())
def test_payments_in_default(module_rpc, params):
    compare(module_rpc, params)


@RANDOM
@given(params=quote_cases.requests(longest=60))
def test_loans(module_rpc, params):
    compare(module_rpc, params)


# ---- known answers, from outside the project ----


def test_thirty_days_of_fifty_million(module_rpc):
    position = module_rpc.call("loan.quote", PLAIN, as_of=["2025-10-10"])["positions"][0]
    assert position["interest_accrued"] == 271_233
    assert position["interest_unpaid"] == {"in_term": 271_233, "overdue": 0, "grace": 0}


def test_the_change_of_december_2025(module_rpc):
    """domain.md 2.10, first day counted: 21 days at 6.6 %, 9 at 6.24 %."""
    params = {**PLAIN, "disbursed_on": "2025-11-10", "rate_changes": [{"on": "2025-12-01", "rate_percent": "6.24"}]}
    assert module_rpc.call("loan.quote", params, as_of=["2025-12-10"])["positions"][0]["interest_accrued"] == 266_795


def test_an_overdue_month(module_rpc):
    """domain.md 2.10: 5,000,000 overdue at 8.112 % for 31 days = 34448."""
    params = {
        "principal": 5_000_000,
        "rate_percent": "6.24",
        "disbursed_on": "2026-01-01",
        "term_months": 1,
        "instalment_months": 1,
        "as_of": ["2026-02-02", "2026-03-05"],
    }
    before, after = module_rpc.call("loan.quote", params)["positions"]
    assert (before["overdue"], before["interest_unpaid"]["overdue"]) == (5_000_000, 0)
    assert after["interest_unpaid"]["overdue"] == 34_448


def test_session_days_of_domain_md(module_rpc):
    """domain.md 3.3: day 25, 04/08 -> 25/07; day 10, 15/09 -> 10/09; due 22/10, day 07 -> overdue on 07/11."""

    def last(disbursed_on, day, as_of):
        params = {**PLAIN, "disbursed_on": disbursed_on, "session_day": day, "as_of": as_of}
        return module_rpc.call("loan.quote", {**params, "term_months": 12})

    assert last("2031-08-04", 25, [])["schedule"][-1]["due_on"] == "2032-07-25"
    assert last("2023-09-15", 10, [])["schedule"][-1]["due_on"] == "2024-09-10"
    moved = last("2023-10-22", 7, ["2024-11-06", "2024-11-07"])
    assert moved["schedule"][-1]["due_on"] == "2024-10-07"
    assert [p["overdue"] for p in moved["positions"]] == [0, 50_000_000]


# ---- what is allowed, and what is not ----

ALLOWED = [
    {"principal": 1},
    {"principal": 10**13},
    {"rate_percent": "0"},
    {"rate_percent": "100"},
    {"rate_percent": "100.0000"},
    {"rate_percent": "0.0001"},
    {"term_months": 1, "instalment_months": 1},
    {"term_months": 360, "instalment_months": 1},
    {"term_months": 360, "instalment_months": 360},
    {"principal_grace_months": 35},
    {"interest_grace_months": 35},
    {"session_day": 1},
    {"session_day": 31},
    {"instalment_rounding": 1},
    {"instalment_rounding": 10**9},
    {"instalment_default": "carry"},
    {"instalment_default": "overdue"},
    {"overdue_percent": 100},
    {"overdue_percent": 200},
    {"rate_changes": [], "events": [], "as_of": []},
    {"as_of": ["2025-09-10"]},
    {"events": [{"on": "2025-09-10", "kind": "principal_paid", "amount": 50_000_000}], "as_of": ["2025-09-10"]},
    {"rate_changes": [{"on": "2024-01-01", "rate_percent": "0"}], "as_of": ["2026-09-10"]},
    {"disbursed_on": "1900-01-01", "session_day": 31, "as_of": ["1900-01-01", "1904-01-01"]},
    {"disbursed_on": "2299-12-31", "session_day": 30, "term_months": 360, "as_of": ["2299-12-31"]},
    {"rate_changes": [{"on": "1900-01-01", "rate_percent": "7"}, {"on": "2299-12-31", "rate_percent": "100"}]},
    {"principal": 10**13, "rate_percent": "100", "term_months": 360, "overdue_percent": 200, "as_of": ["2110-01-01"]},
]


@pytest.mark.parametrize("change", ALLOWED, ids=str)
def test_bounds_are_inside(module_rpc, change):
    params = {**PLAIN, **change}
    assert module_rpc.call("loan.quote", params) == naive_quote.quote(params)


REFUSED = [
    ("principal", 0, -1, 10**13 + 1, 1.5, "1", None, True, [1], {}),
    ("rate_percent", 6.6, 6, "", "6,6", "-1", "+1", "6.60001", "6.", ".6", "100.0001", "101", "1e1", " 6.6", "6.6%", None),
    ("disbursed_on", "2025-02-29", "2025-9-10", "10/09/2025", "", 20250910, None, "2025-09-10T00:00:00"),
    ("term_months", 0, -1, 361, "36", 36.0, None),
    ("instalment_months", 0, -1, 37, 361, "12", None),
    ("principal_grace_months", -1, 36, 360, "0", 0.5),
    ("interest_grace_months", -1, 36, 360, "0", 0.5),
    ("session_day", 0, -1, 32, "7", 7.5),
    ("instalment_rounding", 0, -1, 10**9 + 1, "1", 0.1),
    ("instalment_default", "", "CARRY", "both", 1),
    ("overdue_percent", 99, 90, 210, 201, 131, 135, "130", 130.0),
    ("rate_changes", {}, "", 1),
    ("events", {}, "", 1),
    ("as_of", "2025-10-10", {}, 1),
]


@pytest.mark.parametrize("name,value", [(row[0], value) for row in REFUSED for value in row[1:]], ids=str)
def test_bounds_are_outside(module_rpc, name, value):
    refused(module_rpc, {**PLAIN, name: value}, name)


@pytest.mark.parametrize("name", naive_quote.REQUIRED)
def test_what_is_required_is_named(module_rpc, name):
    refused(module_rpc, {key: value for key, value in PLAIN.items() if key != name}, name)


def test_an_unknown_parameter_is_named(module_rpc):
    refused(module_rpc, {**PLAIN, "rate": "6.6"}, "rate")


GOOD_EVENT = {"on": "2025-10-10", "kind": "paid", "amount": 1000}
GOOD_CHANGE = {"on": "2025-12-01", "rate_percent": "6.24"}
IN_LISTS = [
    ("events", GOOD_EVENT, "on", ("2025-09-09", "2025-02-30", 1, None)),
    ("events", GOOD_EVENT, "kind", ("opened", "reversed", "Paid", "", 3, None)),
    ("events", GOOD_EVENT, "amount", (0, -1, 10**13 + 1, "1000", 1000.5, 60_000_000, None)),
    ("rate_changes", GOOD_CHANGE, "on", ("2025-02-30", 1, None)),
    ("rate_changes", GOOD_CHANGE, "rate_percent", ("101", "6.60001", "", 6.24, "-1", None)),
]


@pytest.mark.parametrize("place", (0, 2))
@pytest.mark.parametrize("name,good,member,value", [(n, g, m, v) for n, g, m, values in IN_LISTS for v in values], ids=str)
def test_a_member_of_a_list_is_named_with_its_place(module_rpc, name, good, member, value, place):
    rows = [dict(good) for _ in range(3)]
    rows[place][member] = value
    refused(module_rpc, {**PLAIN, name: rows}, f"{name}[{place}].{member}")


@pytest.mark.parametrize("member", ("on", "kind", "amount"))
def test_a_member_of_an_event_that_is_absent(module_rpc, member):
    rows = [GOOD_EVENT, {key: value for key, value in GOOD_EVENT.items() if key != member}]
    refused(module_rpc, {**PLAIN, "events": rows}, f"events[1].{member}")


def test_an_unknown_member_of_an_event(module_rpc):
    refused(module_rpc, {**PLAIN, "events": [{**GOOD_EVENT, "note": "x"}]}, "events[0].note")


@pytest.mark.parametrize("day", ("2025-09-09", "2000-01-01"))
def test_as_of_before_the_disbursement(module_rpc, day):
    refused(module_rpc, {**PLAIN, "as_of": ["2025-09-10", day]}, "as_of[1]", "as_of")


def test_as_of_that_is_no_date(module_rpc):
    refused(module_rpc, {**PLAIN, "as_of": ["2025-10-10", "2025-02-30"]}, "as_of[1]", "as_of")


def test_a_disbursement_without_an_instalment_left(module_rpc):
    late = {"on": "2028-09-10", "kind": "disbursed", "amount": 1000}
    refused(module_rpc, {**PLAIN, "events": [GOOD_EVENT, late]}, "events[1].on")
    paid_off = {"on": "2025-09-20", "kind": "principal_paid", "amount": 50_000_000}
    refused(module_rpc, {**PLAIN, "events": [{**late, "on": "2025-10-10"}, paid_off]}, "events[0].on")


@pytest.mark.parametrize(
    "kind,owed", [("principal_paid", 50_000_000), ("interest_paid", 271_233), ("paid", 50_271_233)]
)
def test_one_dong_more_than_owed(module_rpc, kind, owed):
    def paid(amount):
        return {**PLAIN, "events": [{"on": "2025-10-10", "kind": kind, "amount": amount}], "as_of": ["2025-10-10"]}

    position = module_rpc.call("loan.quote", paid(owed))["positions"][0]
    assert position["status"] == ("closed" if kind == "paid" else "in_term")
    refused(module_rpc, paid(owed + 1), "events[0].amount")
