"""group.sheet: what a group is asked to pay at a session."""

import fractions

import loan_district
import pytest
import vonvay_env

DAY_RATE = fractions.Fraction(66, 1000) / 365


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


@pytest.fixture(scope="module")
def served(postgres, template):
    """Household 1 owes an instalment of 15,000,000 since 2024-01-10, household 5 nothing yet. Business date 2024-03-15."""
    database = loan_district.fill(postgres.database(template))
    database.psql("insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 5, '2023-01-01', 1, '', 1)")
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.loans = [
            loan_district.contract(rpc, household=1, on="2023-01-15", instalment_months=12),
            loan_district.contract(rpc, household=5, amount=40_000_000, on="2024-02-01", instalment_months=12),
        ]
        yield rpc
    database.drop()


def test_next_session(served):
    sheet = served.call("group.sheet", group="1")
    assert (sheet["group"], sheet["point"], sheet["session_on"]) == ("0000001", "TXN01", "2024-04-10")
    first, second = sheet["rows"]
    assert (first["loan"], first["principal_due"], first["overdue_principal"]) == (served.loans[0], 15_000_000, 0)
    assert first["interest_due"]["total"] == half_up(30_000_000 * DAY_RATE * (365 + 86))
    assert (second["household"], second["principal_due"]) == ("0000000005", 0)
    assert second["interest_due"]["in_term"] == half_up(40_000_000 * DAY_RATE * 69)
    assert sheet["total"]["interest"] == first["interest_due"]["total"] + second["interest_due"]["total"]
    assert sheet["total"]["principal_due"] == 15_000_000


def test_session_of_the_past(served):
    sheet = served.call("group.sheet", group="1", session_on="2024-01-10")
    assert [row["loan"] for row in sheet["rows"]] == served.loans[:1]
    assert sheet["total"]["principal_due"] == 15_000_000
    assert served.call("group.sheet", group="1", session_on="2024-01-09")["total"]["principal_due"] == 0


def test_paying_what_the_sheet_asks_leaves_nothing_due(served):
    today = served.call("group.sheet", group="1", session_on="2024-03-15")
    for row in today["rows"]:
        served.write("loan.pay", loan=row["loan"], amount=row["interest_due"]["total"] + row["principal_due"])
    assert served.call("group.sheet", group="1", session_on="2024-03-15")["total"] == {
        "interest": 0,
        "principal_due": 0,
        "overdue_principal": 0,
    }


def test_refused(served):
    assert served.fails("group.sheet", group="9").word == "group_not_found"
    assert served.fails("group.sheet", group="1", session_on="2017-12-31").field == "session_on"
    assert served.fails("group.sheet").field == "group"
