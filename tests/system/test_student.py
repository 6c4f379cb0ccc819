"""Student loans (domain.md 3.5) and the graces of programmes 07, 48 and Decree 28, with their figures."""

import loan_district
import pytest
import vonvay_env

STUDY = {"student": 1, "school": "Đại học Huế", "course_months": 48, "study_months": 48}


@pytest.fixture
def rpc(database):
    loan_district.fill(database)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as connection:
        connection.database = database
        yield connection


def lend(rpc, household=1, programme="02", amount=20_000_000, **more):
    return rpc.write("loan.disburse", {"household": str(household), "programme": programme, "amount": amount, **more})


def fails(rpc, method="loan.disburse", **params):
    error = rpc.fails(method, key=vonvay_env.uuid7(), **params)
    return error.word, error.field, error.message


def test_four_years_of_study_are_nine_years(rpc):
    lent = lend(rpc, disbursed_on="2023-09-12", **STUDY)
    # 48 months of drawdown and 12 of waiting, then 48 of repayment in yearly instalments, floored to 100,000;
    # dates on the session day (10th), an equal or later one moved back
    assert [(row["due_on"], row["amount"]) for row in lent["schedule"]] == [
        ("2029-09-10", 5_000_000), ("2030-09-10", 5_000_000), ("2031-09-10", 5_000_000), ("2032-09-10", 5_000_000),
    ]
    terms = rpc.database.psql("select term_months, principal_grace_months, interest_grace_months, grace_end from loan.contract").strip()
    assert terms == "108|60|60|2028-09-10"
    loan_district.move_business(rpc.database, "2024-09-12")
    shown = rpc.call("status.loan", loan=lent["loan"])
    # 366 days of 20,000,000 at 6.6 %: owed, but of the grace, and nothing is asked for
    assert shown["interest_unpaid"]["grace"] == 1_323_616 and shown["interest_unpaid"]["in_term"] == 0


@pytest.mark.parametrize(
    "study,term,grace",
    [
        ({"course_months": 48, "study_months": 18}, 48, 30),  # began late: 18 + 12 + 18
        ({"course_months": 10, "study_months": 10}, 42, 22),  # at most a year: 10 + 12 + 20
        ({"course_months": 72, "study_months": 72, "medicine": True}, 228, 84),  # 72 + 12 + 144
    ],
)
def test_terms(rpc, study, term, grace):
    lend(rpc, amount=4_000_000, **{**STUDY, **study})
    assert rpc.database.psql("select term_months, principal_grace_months, interest_grace_months from loan.contract").strip() == (
        f"{term}|{grace}|{grace}"
    )


def test_what_a_study_is_refused_for(rpc):
    base = {"household": "1", "programme": "02", "amount": 4_000_000}
    assert fails(rpc, **base)[:2] == ("invalid_params", "term_months")
    assert fails(rpc, term_months=108, **base)[:2] == ("invalid_params", "course_months")
    assert fails(rpc, **base, **{**STUDY, "study_months": 49})[1] == "study_months"
    assert fails(rpc, **base, **{**STUDY, "student": 9})[1] == "student"
    word, field, message = fails(rpc, **base, **STUDY, term_months=109)
    assert (word, field) == ("invalid_params", "term_months") and "61 to 108" in message and "157/2007" in message
    assert fails(rpc, household="1", programme="01", amount=1_000_000, term_months=12, **STUDY)[1] == "student"
    # the year that has begun: 10 months of 4 million
    word, field, message = fails(rpc, **{**base, "amount": 40_000_001}, **STUDY)
    assert (word, field) == ("not_eligible", "amount") and "40000000" in message


def test_drawdowns_by_term(rpc):
    rpc.database.psql("update loan.business set began_on = '2018-01-01'")
    loan = lend(rpc, amount=20_000_000, disbursed_on="2023-09-12", **STUDY)["loan"]
    rpc.write("loan.disburse", loan=loan, amount=20_000_000)  # the second term of the first year
    word, field, message = fails(rpc, loan=loan, amount=1)
    assert (word, field) == ("not_eligible", "amount") and "10 months" in message
    loan_district.move_business(rpc.database, "2024-09-12")
    lent = rpc.write("loan.disburse", loan=loan, amount=20_000_000)
    assert lent["outstanding"] == 60_000_000 and [row["amount"] for row in lent["schedule"]] == [15_000_000] * 4
    # each needs eligibility again: the household is average since, and has no right, then poor again
    rpc.database.psql(
        "insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 1, '2024-09-12', 0, 'QĐ 2', 1)"
    )
    error = rpc.fails("loan.disburse", loan=loan, amount=1_000_000, key=vonvay_env.uuid7())
    assert error.word == "not_eligible" and [row["reason"] for row in error.data["reasons"]] == ["class"]
    rpc.database.psql("delete from loan.household_class where decision = 'QĐ 2'")
    rpc.write("loan.disburse", loan=loan, amount=1_000_000)
    # by the dated policy: from a day on nothing is asked again
    rpc.database.psql(
        "insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 1, '2024-09-12', 0, 'QĐ 2', 1);"
        "insert into loan.policy (name, programme, from_on, value, reason, mark) values ('drawdown_recheck', '02', '2024-09-13', 'no', 't', 'derived');"
        "update loan.reference_version set version = version + 1"
    )
    loan_district.move_business(rpc.database, "2024-09-13")
    rpc.write("loan.disburse", loan=loan, amount=1_000_000)
    # after the study nothing is drawn any more
    loan_district.move_business(rpc.database, "2027-09-12")
    assert fails(rpc, loan=loan, amount=1_000_000)[:2] == ("date_out_of_range", "disbursed_on")


def test_an_application_for_the_whole_study(rpc):
    application = rpc.write(
        "application.submit", household="3", programme="02", amount=60_000_000, on="2024-03-11", **STUDY
    )["application"]

    def act(who, method, **params):
        rpc.send({"jsonrpc": "2.0", "id": 77, "method": method, "as": who, "params": {"key": vonvay_env.uuid7(), **params}})
        reply = rpc.receive()
        assert "result" in reply, reply
        return reply["result"]

    act("giaodich", "application.appraise", group="2", agreed=[{"application": application}])
    act("giaodich", "application.confirm", confirmed=[application])
    act("tindung", "application.approve", application=application, amount=50_000_000)
    loan_district.move_business(rpc.database, "2024-03-25")
    word, field, _ = fails(rpc, "application.disburse", application=application)
    assert (word, field) == ("not_eligible", "amount")  # all of it is more than the first year's
    loan = act("giaodich", "application.disburse", application=application, amount=20_000_000)["loan"]
    loan_district.move_business(rpc.database, "2025-03-25")
    rpc.write("loan.disburse", loan=loan, amount=30_000_000)
    word, field, message = fails(rpc, loan=loan, amount=1_000_000)
    assert (word, field) == ("not_eligible", "amount") and "50000000" in message and "04/TD" in message


# ---- graces of other programmes ----


def contract(rpc):
    return rpc.database.psql("select rate_line, principal_grace_months, interest_grace_months from loan.contract").strip()


def test_housing_of_the_poor(rpc):
    """33/2015: five years without principal and interest, then a tenth a year; closed since 2021, balances run on."""
    rpc.database.psql("update loan.household_class set from_on = '2018-01-01'; update loan.household_attribute set attributes = 1 + 4")
    lent = lend(rpc, programme="07", amount=25_000_000, term_months=180, disbursed_on="2019-03-12")
    assert contract(rpc) == "07|60|60"
    assert [row["amount"] for row in lent["schedule"]] == [2_500_000] * 10
    assert [row["due_on"] for row in lent["schedule"]][::9] == ["2025-03-10", "2034-03-10"]
    shown = rpc.call("status.loan", loan=lent["loan"], as_of="2020-03-12")
    assert shown["interest_unpaid"]["grace"] == 752_055 and shown["interest_unpaid"]["in_term"] == 0  # 366 days at 3 %
    word, _, message = fails(rpc, household="3", programme="07", amount=1_000_000, term_months=180)
    assert word == "not_eligible"
    error = rpc.fails(
        "loan.disburse", household="3", programme="07", amount=1_000_000, term_months=180, key=vonvay_env.uuid7()
    )
    assert error.data["reasons"][0] == {"reason": "programme_closed", "rule": "33/2015/QD-TTg"}


def test_flood_proof_housing(rpc):
    rpc.database.psql("update loan.household_class set from_on = '2018-01-01'; update loan.household_attribute set attributes = 1 + 8")
    lent = lend(rpc, programme="48", amount=15_000_000, term_months=120, disbursed_on="2019-03-12")
    assert contract(rpc) == "48|60|60"
    assert [row["amount"] for row in lent["schedule"]] == [3_000_000] * 5


def test_decree_28(rpc):
    """Land: five years without principal, interest is asked; production land: neither."""
    lent = lend(rpc, programme="25", purpose="land", amount=50_000_000, term_months=180, disbursed_on="2023-03-13")
    assert contract(rpc) == "25-land|60|0"
    assert [row["amount"] for row in lent["schedule"]] == [5_000_000] * 10
    shown = rpc.call("status.loan", loan=lent["loan"], as_of="2024-03-13")
    assert shown["interest_unpaid"]["in_term"] == 1_504_110 and shown["interest_unpaid"]["grace"] == 0  # 366 days at 3 %
    rpc.write("loan.pay", loan=lent["loan"], amount=1_000_000, kind="interest_paid")
    other = lend(rpc, household=2 + 1, programme="25", purpose="production_land", amount=77_500_000, term_months=120)
    assert rpc.call("status.loan", loan=other["loan"])["rate_line"] == "25-productionA"
    assert other["schedule"][0]["due_on"] == "2025-02-25"
