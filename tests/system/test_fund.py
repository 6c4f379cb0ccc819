"""Funds: owners, appropriations of a year, what is left, and disbursements that would take more; caps that loans of a
household share, programmes that exclude each other, the rate line of priority."""

import concurrent.futures

import loan_district
import pytest
import vonvay_env


@pytest.fixture
def rpc(database):
    loan_district.fill(database)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as connection:
        connection.database = database
        connection.daemon = daemon
        yield connection


def appropriate(rpc, amount, fund=1, programme="01", year=2024, **more):
    return rpc.write(
        "fund.appropriate", fund=fund, programme=programme, year=year, amount=amount, **{"decision": "QĐ 10/2024", **more}
    )


def fails(rpc, method, **params):
    error = rpc.fails(method, key=vonvay_env.uuid7(), **params)
    return error.word, error.field, error.message


def status(rpc, **params):
    return {(row["fund"], row["programme"]): row for row in rpc.call("fund.status", **params)["rows"]}


def test_what_is_left_of_an_appropriation(rpc):
    set_ = appropriate(rpc, 100_000_000)
    assert (set_["appropriated"], set_["lent"], set_["collected"], set_["left"]) == (100_000_000, 0, 0, 100_000_000)
    loan = loan_district.contract(rpc, household=1, amount=70_000_000)
    row = status(rpc)[1, "01"]
    assert (row["lent"], row["left"], row["kind"]) == (70_000_000, 30_000_000, "central")

    word, field, message = fails(
        rpc, "loan.disburse", household="3", programme="01", amount=30_000_001, term_months=12
    )
    assert (word, field) == ("fund_exhausted", "amount")
    assert "fund 1" in message and "programme 01" in message and "2024" in message and "QĐ 10/2024" in message and " 1 đồng" in message
    assert rpc.database.psql("select count(*) from loan.contract").strip() == "1"
    last = loan_district.contract(rpc, household=3, amount=30_000_000, term=12)
    assert status(rpc)[1, "01"]["left"] == 0

    # what is collected back is lent again (policy fund_revolving), interest is not principal
    rpc.write("loan.pay", loan=loan, amount=5_000_000, kind="principal_paid")
    assert (status(rpc)[1, "01"]["collected"], status(rpc)[1, "01"]["left"]) == (5_000_000, 5_000_000)
    assert fails(rpc, "loan.disburse", loan=last, amount=5_000_001)[0] == "fund_exhausted"
    rpc.write("loan.disburse", loan=last, amount=5_000_000)
    row = status(rpc)[1, "01"]
    assert (row["lent"], row["collected"], row["left"]) == (105_000_000, 5_000_000, 0)


def test_no_appropriation_no_limit_and_each_for_itself(rpc):
    appropriate(rpc, 1_000_000, programme="19")
    appropriate(rpc, 1_000_000, year=2023)
    appropriate(rpc, 1_000_000, fund=2)
    loan_district.contract(rpc, household=1, amount=70_000_000)
    rows = status(rpc)
    assert rows[1, "01"]["appropriated"] is None and rows[1, "01"]["left"] is None and rows[1, "01"]["lent"] == 70_000_000
    assert (rows[1, "19"]["left"], rows[2, "01"]["left"]) == (1_000_000, 1_000_000)
    # a back-dated disbursement belongs to its own year
    assert fails(
        rpc, "loan.disburse", household="3", programme="01", amount=2_000_000, term_months=12, disbursed_on="2023-12-20"
    )[0] == "fund_exhausted"


def test_a_reversed_disbursement_gives_back(rpc):
    appropriate(rpc, 50_000_000)
    loan = loan_district.contract(rpc, household=1, amount=40_000_000)
    rpc.write("loan.disburse", loan=loan, amount=10_000_000)
    rpc.write("loan.reverse", loan=loan, fact=2, reason="nhầm")
    row = status(rpc)[1, "01"]
    assert (row["lent"], row["collected"], row["left"]) == (40_000_000, 0, 10_000_000)


def test_a_later_decision_takes_the_place_of_an_earlier(rpc):
    appropriate(rpc, 50_000_000)
    assert appropriate(rpc, 20_000_000, decision="QĐ 11/2024")["left"] == 20_000_000
    assert fails(rpc, "loan.disburse", household="1", programme="01", amount=20_000_001, term_months=12)[0] == "fund_exhausted"
    history = rpc.call("fund.history", fund=1)["appropriations"]
    assert [(row["amount"], row["decision"], row["in_force"]) for row in history] == [
        (20_000_000, "QĐ 11/2024", True), (50_000_000, "QĐ 10/2024", False),
    ]
    assert fails(rpc, "fund.appropriate", fund=9, programme="01", year=2024, amount=1, decision="x")[:2] == ("not_found", "fund")
    assert fails(rpc, "fund.appropriate", fund=1, programme="77", year=2024, amount=1, decision="x")[1] == "programme"
    assert fails(
        rpc, "fund.appropriate", fund=1, programme="01", year=2024, amount=1, decision="x", decided_on="2024-03-16"
    )[1] == "decided_on"


def test_an_organisation_lends_its_own_fund_to_its_own_groups(rpc):
    fund = rpc.write("fund.add", kind="organisation", name="Quỹ Hỗ trợ nông dân", owner="Hội Nông dân huyện", organisation="farmers")["fund"]
    assert fund == 3
    assert [row["kind"] for row in rpc.call("fund.list")["funds"]] == ["central", "local", "organisation"]
    loan = loan_district.contract(rpc, household=1, amount=10_000_000, fund=fund)
    assert rpc.database.psql(f"select fund from loan.contract where loan_id = {loan}").strip() == "3"
    word, field, message = fails(rpc, "loan.disburse", household="3", programme="01", amount=1_000_000, term_months=12, fund=fund)
    assert (word, field) == ("conflict", "fund") and "Quỹ Hỗ trợ nông dân" in message
    assert fails(rpc, "loan.disburse", household="1", programme="01", amount=1_000_000, term_months=12, fund=4)[1] == "fund"
    assert fails(rpc, "fund.add", kind="investor", name="x", owner="y", organisation="women")[1] == "organisation"
    assert fails(rpc, "fund.add", kind="organisation", name="x", owner="y")[1] == "organisation"


def test_two_at_once_do_not_overrun_it(rpc):
    loan_district.add_households(rpc.database, 31, 6)
    appropriate(rpc, 50_000_000)

    def disburse(household):
        with rpc.daemon.rpc() as mine:
            reply = mine.request(
                "loan.disburse", household=str(household), programme="01", amount=20_000_000, term_months=12, key=vonvay_env.uuid7()
            )
        return reply["error"]["data"]["word"] if "error" in reply else "lent"

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        words = sorted(pool.map(disburse, range(31, 37)))
    assert words == ["fund_exhausted"] * 4 + ["lent"] * 2
    assert status(rpc)[1, "01"]["left"] == 10_000_000


def test_two_drawdowns_of_a_household_share_their_cap(rpc):
    loans = [loan_district.contract(rpc, household=1, amount=20_000_000, term=24 + i) for i in range(4)]

    def draw(loan):
        with rpc.daemon.rpc() as mine:
            reply = mine.request("loan.disburse", loan=loan, amount=15_000_000, key=vonvay_env.uuid7())
        return reply["error"]["data"]["word"] if "error" in reply else "lent"

    for _ in range(3):  # 20 M are left: one of them fits
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            words = list(pool.map(draw, loans))
        owed = int(rpc.database.psql("select sum(in_term) from loan.state"))
        assert owed == 95_000_000 and set(words) <= {"lent", "not_eligible", "try_again"}


def test_programmes_that_exclude_each_other(rpc):
    loan_district.contract(rpc, household=1, amount=20_000_000)
    error = rpc.fails(
        "loan.disburse", household="1", programme="03", amount=1_000_000, term_months=12, key=vonvay_env.uuid7()
    )
    assert error.word == "not_eligible"
    assert [row["reason"] for row in error.data["reasons"]] == ["conflict"]
    assert "poor households" in error.data["reasons"][0]["rule"]
    rpc.write("loan.pay", loan=rpc.database.psql("select loan_id from loan.contract").strip(), amount=20_000_000)
    loan_district.contract(rpc, household=1, amount=20_000_000, programme="03", term=36)


def test_purposes_inside_the_cap_of_the_poor(rpc):
    loan_district.contract(rpc, household=1, amount=97_500_000)
    error = rpc.fails(
        "loan.disburse", household="1", programme="01", purpose="house_repair", amount=2_600_000, term_months=12, key=vonvay_env.uuid7()
    )
    assert error.word == "not_eligible" and "2500000" in error.message
    loan_district.contract(rpc, household=1, amount=1_000_000, purpose="house_repair")
    error = rpc.fails(
        "loan.disburse", household="1", programme="01", purpose="lighting", amount=1_500_001, term_months=12, key=vonvay_env.uuid7()
    )
    assert error.word == "not_eligible" and "1500000" in error.message
    error = rpc.fails(
        "loan.disburse", household="3", programme="01", purpose="house_repair", amount=3_000_001, term_months=12, key=vonvay_env.uuid7()
    )
    assert "3000000" in error.message


def rate_line(rpc, loan):
    return rpc.call("status.loan", loan=loan)["rate_line"]


def test_priority_comes_from_the_data(rpc):
    """Jobs: the line of priority for workers of a minority or with a disability; declared only for what data can't know."""
    rpc.database.psql("update loan.household_attribute set attributes = 16 where household_id in (3, 4);"
                      "update loan.household_attribute set attributes = 16 + 512 where household_id = 2")
    terms = {"programme": "03", "term": 24}
    assert rate_line(rpc, loan_district.contract(rpc, household=1, amount=1_000_000, **terms)) == "03B-priority"
    assert rate_line(rpc, loan_district.contract(rpc, household=2, amount=1_000_000, **terms)) == "03B-priority"
    assert rate_line(rpc, loan_district.contract(rpc, household=3, amount=1_000_000, **terms)) == "03B"
    assert rate_line(rpc, loan_district.contract(rpc, household=4, amount=1_000_000, priority=True, **terms)) == "03B-priority"
    assert rate_line(rpc, loan_district.contract(rpc, household=4, amount=1_000_000, on="2019-11-07", **terms)) == "03A"
    word, field, _ = fails(rpc, "loan.disburse", household="1", programme="01", amount=1_000_000, term_months=12, priority=True)
    assert (word, field) == ("invalid_params", "priority")
