"""The statuses of a small district, today and in the past, and the nights as they are asked for."""

import fractions

import loan_district
import pytest
import vonvay_env

DAY_RATE = fractions.Fraction(66, 1000) / 365


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template), business="2023-01-15")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def served(postgres, district):
    """Three loans: two of poor households, one of them paid late; one for work in commune C2. Business date 2026-02-28."""
    database = postgres.database(district)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        # work first: it is not lent to who owes on a loan for poor households
        work = loan_district.contract(rpc, household=3, amount=20_000_000, term=36, programme="03", instalment_months=12)
        rpc.loans = [
            loan_district.contract(rpc, household=1, amount=30_000_000, term=24, instalment_months=12),
            loan_district.contract(rpc, household=3, amount=50_000_007, term=24, instalment_months=12),
            work,
        ]
        rpc.write("sweep.run", until="2026-02-28")
        vonvay_env.wait_until(lambda: rpc.call("status.sweep")["run"]["state"] == "done", seconds=60)
        rpc.write("loan.pay", loan=rpc.loans[1], amount=10_000_000, kind="principal_paid", paid_on="2024-02-25", reason="ghi sổ muộn")
        rpc.database = database
        yield rpc
    database.drop()


# ---- status.portfolio ----


def test_portfolio_of_a_day_adds_up(served):
    days = 365 + 41  # 2023-01-15 to 2024-02-25
    portfolio = served.call("status.portfolio", as_of="2024-02-25")
    exact = (30_000_000 + 50_000_007) * DAY_RATE * days + 20_000_000 * fractions.Fraction(396, 10000) / 365 * days  # priority
    assert portfolio["total"] == {
        "loans": 3,
        "borrowers": 2,
        "outstanding": 90_000_007,
        "in_term": 90_000_007,
        "overdue": 0,
        "frozen": 0,
        "interest_unpaid": half_up(exact),
        "overdue_ratio": "0.0000",
    }


def test_portfolio_on_the_day_of_a_transfer(served):
    """Due 2025-01-10 and 2024-12-25 (24 months, back to the session): moved at the next session of each point."""
    ratio = {}
    for day in ("2025-01-24", "2025-01-25", "2025-02-09", "2025-02-10"):
        total = served.call("status.portfolio", as_of=day)["total"]
        assert total["outstanding"] == total["in_term"] + total["overdue"]
        ratio[day] = (total["overdue"], total["overdue_ratio"])
    assert ratio == {
        "2025-01-24": (0, "0.0000"),
        "2025-01-25": (40_000_007, "0.4444"),
        "2025-02-09": (40_000_007, "0.4444"),
        "2025-02-10": (70_000_007, "0.7778"),
    }


def test_portfolio_agrees_with_its_loans(served):
    for day in ("2023-01-15", "2023-12-31", "2025-02-10", "2025-12-31", "2026-02-28"):
        loans = [served.call("status.loan", loan=loan, as_of=day) for loan in served.loans]
        total = served.call("status.portfolio", as_of=day)["total"]
        for word in ("outstanding", "in_term", "overdue", "frozen"):
            assert total[word] == sum(loan[word] for loan in loans), (day, word)
        assert abs(total["interest_unpaid"] - sum(loan["interest_unpaid"]["total"] for loan in loans)) <= 3


def test_portfolio_by_commune_follows_the_merger(served):
    before = served.call("status.portfolio", as_of="2025-06-30", by=["commune"])["rows"]
    after = served.call("status.portfolio", as_of="2025-07-01", by=["commune"])["rows"]
    assert [(row["commune"], row["outstanding"]) for row in before] == [("C1", 30_000_000), ("C2", 60_000_007)]
    assert [(row["commune"], row["borrowers"], row["outstanding"]) for row in after] == [("CX", 2, 90_000_007)]


def test_portfolio_by_several_words(served):
    rows = served.call("status.portfolio", as_of="2025-01-31", by=["organisation", "programme", "point", "status"])["rows"]
    assert [(r["organisation"], r["programme"], r["point"], r["status"], r["loans"], r["outstanding"]) for r in rows] == [
        ("farmers", "01", "TXN01", "in_term", 1, 30_000_000),
        ("women", "01", "TXN02", "overdue", 1, 40_000_007),
        ("women", "03", "TXN02", "in_term", 1, 20_000_000),
    ]
    by_programme = served.call("status.portfolio", as_of="2025-02-15", by=["programme"])["rows"]
    assert sum(row["borrowers"] for row in by_programme) == 3  # one household stands in both rows
    assert served.call("status.portfolio", as_of="2025-02-15")["total"]["borrowers"] == 2


@pytest.mark.parametrize(
    "params, field",
    [({"by": ["programme", "programme"]}, "by[1]"), ({"by": ["colour"]}, "by[0]"), ({"as_of": "2026-03-01"}, "as_of"), ({"by": "status"}, "by")],
)
def test_portfolio_refuses(served, params, field):
    error = served.fails("status.portfolio", params)
    assert (error.code, error.field) == (-32602, field)


# ---- status.household, status.group, status.targets ----


def test_household(served):
    shown = served.call("status.household", household="3")
    assert (shown["household"], shown["area"], shown["class"], shown["class_since"]) == ("0000000003", "CX", "poor", "2022-01-01")
    assert shown["attributes"] == ["ethnic_minority", "worker"] and shown["group"] == "0000002"
    assert [loan["status"] for loan in shown["loans"]] == ["overdue", "overdue"]
    verdicts = {(row["programme"], row["purpose"]): row for row in shown["eligibility"]}
    assert len(shown["eligibility"]) == 21  # 16 programmes, one of them for three purposes, the first with three of its own
    assert {r["reason"] for r in verdicts["01", ""]["reasons"]} == {"overdue_debt"}
    assert {r["reason"] for r in verdicts["07", ""]["reasons"]} >= {"programme_closed", "no_limit"}
    assert verdicts["04", ""]["cap"] is None
    assert served.call("status.household", household="3", as_of="2023-06-30")["area"] == "C2"
    assert served.call("household.find", household="3")["households"][0]["area"] == "CX"
    error = served.fails("status.household", household="77")
    assert (error.word, error.field) == ("household_not_found", "household")


def test_household_before_its_loans(served):
    shown = served.call("status.household", household="1", as_of="2022-06-30")
    assert shown["loans"] == []
    assert next(row for row in shown["eligibility"] if row["programme"] == "01")["eligible"]


def test_group(served):
    shown = served.call("status.group", group="2", as_of="2024-06-30")
    assert (shown["group"], shown["members"], shown["loans"], shown["outstanding"]) == ("0000002", 2, 2, 60_000_007)
    assert [(row["household"], row["outstanding"]) for row in shown["households"]] == [
        ("0000000004", 0),
        ("0000000003", 60_000_007),
    ]
    error = served.fails("status.group", group="7")
    assert (error.word, error.field) == ("group_not_found", "group")


def test_targets(served):
    shown = served.call("status.targets", as_of="2024-01-01")
    assert shown["total"] == {
        "households": 6,
        "poor": 4,
        "near_poor": 1,
        "newly_escaped": 0,
        "poor_rate": "66.67",
        "near_poor_rate": "16.67",
        "registered": 0,
        "escaped": 0,
        "priority": 0,
        "need": 0,
        "served": 0,
        "unmet": 0,
        "demand_served": None,
    }
    assert [(row["commune"], row["households"], row["poor_rate"]) for row in shown["rows"]] == [("C1", 3, "33.33"), ("C2", 3, "100.00")]
    assert {"metric": "poor_households", "kind": "actual", "as_of": "2021-12-31", "value": "7022", "unit": "households", "standard": "2022-2025"} in shown["targets"]
    assert [row["commune"] for row in served.call("status.targets", as_of="2025-07-01")["rows"]] == ["CX"]


# ---- the nights ----


@pytest.fixture
def database(postgres, district):
    copy = postgres.database(district)
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running:
        yield running


def test_sweep_runs_and_moves_the_business_date(rpc):
    loan = loan_district.contract(rpc, amount=30_000_000, term=6)
    key = vonvay_env.uuid7()
    asked = rpc.call("sweep.run", until="2023-08-12", key=key)
    assert (asked["from_on"], asked["until_on"]) == ("2023-01-16", "2023-08-12")
    assert rpc.call("sweep.run", until="2023-08-12", key=key) == asked
    vonvay_env.wait_until(lambda: rpc.call("status.sweep")["run"]["state"] == "done", seconds=60)
    shown = rpc.call("status.loan", loan=loan)
    assert (shown["as_of"], shown["status"], shown["overdue"]) == ("2023-08-12", "overdue", 30_000_000)
    assert rpc.fails("sweep.run", until="2023-08-12", key=vonvay_env.uuid7()).field == "until"
    stored = [event for event in rpc.call("loan.events", loan=loan)["events"] if event["kind"] == "matured"]
    assert stored[0]["on"] == "2023-08-10" and stored[0]["recorded_at"]


def test_a_held_loan_takes_payments_and_is_released(rpc, database):
    loan = loan_district.contract(rpc)
    database.psql(f"insert into loan.sweep_held (branch, loan_id, on_day, reason) values (1, {loan}, '2023-01-15', 'test')")
    assert [row["loan"] for row in rpc.call("sweep.held")["held"]] == [loan]
    assert rpc.call("status.loan", loan=loan)["held"] is True
    assert rpc.write("loan.pay", loan=loan, amount=1000, kind="principal_paid")["outstanding"] == 29_999_000
    assert rpc.write("sweep.release", loan=loan) == {"loan": loan, "released": True}
    assert rpc.call("sweep.held")["held"] == []
    error = rpc.fails("sweep.release", loan=loan, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("not_found", "loan")
