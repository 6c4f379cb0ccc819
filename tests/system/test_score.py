"""Scores, ranks and commissions of groups, with figures reckoned by hand for February 2024."""

import pytest

import loan_district
import vonvay_env


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template), business="2023-02-25")
    yield database
    database.drop()


def deposit(database, household, no, on, amount, kind=1):
    database.psql(
        f"""insert into loan.deposit (branch, household_id, facts, balance) values (1, {household}, 0, 0) on conflict do nothing;
        insert into loan.deposit_fact (branch, household_id, no, entry_id, kind, effective_on, amount, group_id)
        values (1, {household}, {no}, 1, {kind}, '{on}', {amount}, 1)"""
    )


@pytest.fixture(scope="module")
def scored(district):
    """Group 1: 50 million from 10/01/2024 on, 10 of them repaid on 10/02. Group 2: 10 million due on 25/02, half of it paid."""
    with vonvay_env.Daemon(district, settings=loan_district.SETTINGS) as running, running.rpc() as rpc:
        second = loan_district.contract(rpc, household=4, amount=10_000_000, term=12, on="2023-02-25")
        loan_district.move_business(district, "2024-01-10")
        first = loan_district.contract(rpc, household=1, amount=50_000_000, term=36, on="2024-01-10")
        loan_district.move_business(district, "2024-02-25")
        rpc.write("loan.pay", loan=first, amount=280_274, kind="interest_paid", paid_on="2024-02-10", reason="ghi sổ muộn")
        rpc.write("loan.pay", loan=first, amount=10_000_000, kind="principal_paid", paid_on="2024-02-10", reason="ghi sổ muộn")
        rpc.write("loan.pay", loan=second, amount=5_000_000, kind="principal_paid")
        for household, no, on, amount in ((1, 1, "2024-01-10", 1_000_000), (1, 2, "2024-02-10", 15_000), (2, 1, "2024-01-10", 500_000)):
            deposit(district, household, no, on, amount)
        district.psql(
            """insert into loan.session (branch, point_id, session_on, entry_id) values (1, 1, '2024-02-10', 1), (1, 2, '2024-02-25', 1);
            insert into loan.session_sheet (branch, entry_id, point_id, session_on, group_id, kind, posted_on, received_on, lines_posted, lines_refused,
                cash_expected, cash_counted, principal_expected, principal_counted)
            values (1, 1, 1, '2024-02-10', 1, 'posted', '2024-02-10', '2024-02-10', 1, 0, 0, 0, 0, 0)"""
        )
        loan_district.move_business(district, "2024-03-15")
        yield running, rpc


def parts(shown):
    return {row["criterion"]: (row["percent"], row["points"], row["most"]) for row in shown["criteria"]}


def test_a_score_explains_itself(scored):
    _, rpc = scored
    shown = rpc.call("group.score", group="1", month="2024-02")
    counted = shown["counted"]
    # 50,000,000 for 9 days and 40,000,000 for 20 days at 6.6 %: 1,250 million days x 0.066 / 365 = 226,027.40
    assert (counted["interest_due"], counted["interest_collected"]) == (226_027, 280_274)
    assert (counted["outstanding"], counted["overdue"]) == (40_000_000, 0)
    assert (counted["deposits_before"], counted["deposits_after"]) == (1_500_000, 1_515_000)
    assert (counted["members"], counted["members_depositing"]) == (3, 1)
    assert parts(shown) == {
        "overdue": ("0", 30, 30),
        "interest": ("124", 20, 20),  # 124.0003 %
        "attendance": ("100", 20, 20),
        "principal_due": (None, 15, 15),
        "deposit_growth": ("1", 10, 10),
        "depositing": ("33.33", 1, 5),
    }
    assert (shown["points"], shown["rank"]) == (96, "rank_good")
    assert {"criterion": "overdue", "percent_from": "0.01", "points": 25} in shown["bands"]


def test_a_weaker_group(scored):
    _, rpc = scored
    shown = rpc.call("group.score", group="2", month="2024-02")
    # 10,000,000 x 6.6 % x 24 days + 5,000,000 x 5 days = 265 million days x 0.066 / 365 = 47,917.81
    assert (shown["counted"]["interest_due"], shown["counted"]["principal_due"], shown["counted"]["principal_collected"]) == (47_918, 10_000_000, 5_000_000)
    assert parts(shown) == {
        "overdue": ("0", 30, 30),
        "interest": ("0", 0, 20),
        "attendance": ("0", 0, 20),
        "principal_due": ("50", 3, 15),
        "deposit_growth": ("0", 3, 10),
        "depositing": ("0", 0, 5),
    }
    assert (shown["points"], shown["rank"]) == (36, "rank_weak")


def test_the_list_of_ranks(scored):
    _, rpc = scored
    shown = rpc.call("group.scores", month="2024-02")
    assert [(row["group"], row["points"], row["rank"]) for row in shown["rows"]] == [("0000001", 96, "rank_good"), ("0000002", 36, "rank_weak")]
    assert shown["ranks"] == {"rank_good": 1, "rank_fair": 0, "rank_average": 0, "rank_weak": 1}
    assert shown["below_full"] == {"overdue": 0, "interest": 1, "attendance": 1, "principal_due": 1, "deposit_growth": 1, "depositing": 2}
    assert [row["group"] for row in rpc.call("group.scores", month="2024-02", below="interest")["rows"]] == ["0000002"]
    assert [row["group"] for row in rpc.call("group.scores", month="2024-02", organisation="women")["rows"]] == ["0000002"]
    assert [row["group"] for row in rpc.call("group.scores", month="2024-02", point="TXN01")["rows"]] == ["0000001"]
    own = rpc.request("group.scores", {"month": "2024-02"})
    assert own["result"]["groups"] == 2


def test_a_month_without_anything_to_measure(scored):
    _, rpc = scored
    shown = rpc.call("group.score", group="1", month="2023-12")
    assert [row["criterion"] for row in shown["criteria"] if not row["measured"]] == ["overdue", "interest", "attendance", "principal_due"]
    assert rpc.fails("group.score", group="1", month="2024-04").field == "month"
    assert rpc.fails("group.score", group="1", month="2024-13").field == "month"
    assert rpc.fails("group.score", group="9", month="2024-02").word == "group_not_found"


def test_commission(scored):
    _, rpc = scored
    shown = rpc.call("group.commission", month="2024-02")
    rows = {row["group"]: row for row in shown["rows"]}
    assert (rows["0000001"]["share_percent"], rows["0000001"]["amount"]) == ("10", 28_027)  # 10 % of 280,274 = 28,027.4
    assert (rows["0000002"]["amount"], rows["0000002"]["reason"]) == (0, "below_bands")
    assert shown["total"]["amount"] == 28_027


def test_the_client_shows_scores(scored):
    running, _ = scored
    assert "96" in running.client("group", "score", "1", "--month", "2024-02").stdout
    assert "Yếu" in running.client("group", "scores", "--month", "2024-02").stdout
    assert "28.027" in running.client("group", "commission", "--month", "2024-02").stdout
