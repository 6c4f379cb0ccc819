"""Applications from 01/TD to the disbursement (domain.md 5.6): who acts, by when, in which order, and what stops them."""

import concurrent.futures
import itertools

import loan_district
import pytest
import vonvay_env

# 2024-03-15 is a Friday; the points have their sessions on the 10th (farmers) and the 25th (women)
numbers = itertools.count(100_000)


def act(rpc, who, method, **params):
    """The reply of a request of a member of the staff."""
    number = next(numbers)
    if method not in ("application.list", "application.show", "application.queue", "status.household", "loan.events"):
        params.setdefault("key", vonvay_env.uuid7())
    rpc.send({"jsonrpc": "2.0", "id": number, "method": method, "as": who, "params": params})
    reply = rpc.receive()
    assert reply["id"] == number
    return reply


def does(rpc, who, method, **params):
    reply = act(rpc, who, method, **params)
    assert "result" in reply, reply
    return reply["result"]


def refused(rpc, who, method, **params):
    """(word, field, message) of the refusal."""
    reply = act(rpc, who, method, **params)
    assert "error" in reply, reply
    return reply["error"]["data"]["word"], reply["error"]["data"].get("field"), reply["error"]["message"]


@pytest.fixture
def rpc(database):
    loan_district.fill(database)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as connection:
        connection.database = database
        connection.daemon = daemon
        yield connection


def submit(rpc, who="hoinongdan", household=1, amount=30_000_000, programme="01", term_months=24, **more):
    return does(
        rpc, who, "application.submit", household=str(household), programme=programme, amount=amount, term_months=term_months, **more
    )["application"]


def appraised(rpc, amount=30_000_000, on="2024-03-15", **more):
    application = submit(rpc, amount=amount, on="2024-03-11", **more)
    does(rpc, "giaodich", "application.appraise", group="1", on=on, agreed=[{"application": application}])
    return application


def confirmed(rpc, **more):
    application = appraised(rpc, **more)
    does(rpc, "giaodich", "application.confirm", confirmed=[application])
    return application


def approved(rpc, **more):
    application = confirmed(rpc, **more)
    does(rpc, "tindung", "application.approve", application=application)
    return application


def test_from_the_application_to_the_check(rpc):
    taken = does(
        rpc, "hoinongdan", "application.submit", household="1", programme="01", amount=30_000_000, term_months=24, on="2024-03-11",
        plan="nuôi bò", number="12",
    )
    application = taken["application"]
    assert taken["state"] == "applied" and taken["number"] == "12" and taken["group"] == "0000001"
    assert taken["due_on"] == "2024-03-18"  # 5 working days after Monday the 11th

    meeting = does(
        rpc, "hoinongdan", "application.appraise", group="1", on="2024-03-13", minutes="BB 03",
        agreed=[{"application": application, "amount": 25_000_000}],
    )
    assert (meeting["minutes"], meeting["list"]) == ("BB 03", "2024/000001")
    row = meeting["applications"][0]
    assert (row["state"], row["amount"], row["due_on"]) == ("appraised", 25_000_000, "2024-03-20")

    confirmed_list = does(rpc, "giaodich", "application.confirm", confirmed=[application], on="2024-03-14")
    assert confirmed_list["list"] == "2024/000001"
    assert confirmed_list["applications"][0]["due_on"] == "2024-03-19"  # 3 working days over a weekend

    notice = does(rpc, "tindung", "application.approve", application=application, amount=24_000_000, on="2024-03-15")
    assert (notice["state"], notice["amount"], notice["number"]) == ("approved", 24_000_000, "2024/000001")
    assert notice["due_on"] == "2024-04-10"  # the next session of the point

    assert refused(rpc, "giaodich", "application.disburse", application=application)[:2] == ("date_out_of_range", "disbursed_on")
    loan_district.move_business(rpc.database, "2024-04-10")
    word, field, message = refused(rpc, "giaodich", "application.disburse", application=application, amount=24_000_001)
    assert (word, field) == ("invalid_params", "amount") and "24000000" in message
    lent = does(rpc, "giaodich", "application.disburse", application=application, disbursed_on="2024-04-10")
    assert lent["application"] == str(int(application)) and lent["outstanding"] == 24_000_000
    assert [(row["due_on"], row["amount"]) for row in lent["schedule"]] == [("2026-04-10", 24_000_000)]

    shown = does(rpc, "tindung", "application.show", application=application)
    assert shown["loan"] == lent["loan"] and shown["state"] == "disbursed" and shown["plan"] == "nuôi bò"
    assert [(step["state"], step["on"], step["amount"], step["by"]) for step in shown["steps"]] == [
        ("applied", "2024-03-11", 30_000_000, "hoinongdan"),
        ("appraised", "2024-03-13", 25_000_000, "hoinongdan"),
        ("confirmed", "2024-03-14", 25_000_000, "giaodich"),
        ("approved", "2024-03-15", 24_000_000, "tindung"),
        ("disbursed", "2024-04-10", 24_000_000, "giaodich"),
    ]
    assert shown["due_on"] == "2024-05-10"  # the use is checked within 30 days
    assert [(form["form"], form["number"], form["on"]) for form in shown["forms"]] == [
        ("01/TD", "12", "2024-03-11"),
        ("03/TD", "2024/000001", "2024-03-13"),
        ("10C/TD", "BB 03", "2024-03-13"),
        ("04/TD", "2024/000001", "2024-03-15"),
    ]
    assert refused(rpc, "giaodich", "application.disburse", application=application)[0] == "application_state"
    does(rpc, "hoinongdan", "check.record", loan=lent["loan"], by="Hồ Văn Nam", result="as_agreed")
    checked = does(rpc, "tindung", "application.show", application=application)
    assert (checked["state"], checked["due_on"]) == ("checked", None)
    assert does(rpc, "tindung", "application.list")["applications"] == []
    assert len(does(rpc, "tindung", "application.list", state="checked")["applications"]) == 1


def test_a_meeting_refuses_with_reasons(rpc):
    one, two = submit(rpc, household=1), submit(rpc, household=2, programme="19")
    meeting = does(
        rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": one}],
        refused=[{"application": two, "reason": "chưa có phương án"}],
    )
    assert [row["state"] for row in meeting["applications"]] == ["appraised", "refused"]
    shown = does(rpc, "giaodich", "application.show", application=two)
    assert shown["steps"][-1]["reason"] == "chưa có phương án" and shown["due_on"] is None
    assert [form["form"] for form in shown["forms"]] == ["01/TD", "10C/TD"]  # not on the list of what was agreed
    word, field, message = refused(rpc, "giaodich", "application.confirm", confirmed=[two])
    assert (word, field) == ("application_state", "application") and "refused" in message


def test_a_list_is_taken_as_a_whole(rpc):
    one, two = submit(rpc, household=1), submit(rpc, household=3, who="hoiphunu")
    word, field, message = refused(
        rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": one}, {"application": two}]
    )
    assert (word, field) == ("conflict", "group") and two in message
    assert does(rpc, "giaodich", "application.show", application=one)["state"] == "applied"
    assert refused(rpc, "giaodich", "application.appraise", group="1")[1] == "refused"
    twice = refused(
        rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": one}],
        refused=[{"application": one, "reason": "x"}],
    )
    assert twice[0] == "invalid_params" and "twice" in twice[2]
    too_much = refused(
        rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": one, "amount": 30_000_001}]
    )
    assert too_much[:2] == ("invalid_params", "amount") and "30000000" in too_much[2]


def test_who_made_it_does_not_approve_it(rpc):
    # the user of the demo may do everything, but not approve what it took itself
    own = rpc.write("application.submit", household="1", programme="01", amount=10_000_000, term_months=12)["application"]
    does(rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": own}])
    does(rpc, "giaodich", "application.confirm", confirmed=[own])
    assert rpc.fails("application.approve", application=own, key=vonvay_env.uuid7()).word == "same_person"
    assert does(rpc, "giamdoc", "application.approve", application=own)["state"] == "approved"


@pytest.mark.parametrize(
    "who,method",
    [
        ("giaodich", "application.approve"),
        ("hoinongdan", "application.approve"),
        ("giaodich", "application.refuse"),
        ("tindung", "application.submit"),
        ("quantri", "application.appraise"),
        ("hoinongdan", "application.disburse"),
        ("tindung", "application.disburse"),
    ],
)
def test_rights(rpc, who, method):
    params = {
        "application.approve": {"application": "1"},
        "application.refuse": {"application": "1", "reason": "x"},
        "application.submit": {"household": "1", "programme": "01", "amount": 1_000_000, "term_months": 12},
        "application.appraise": {"group": "1", "agreed": [{"application": "1"}]},
        "application.disburse": {"application": "1"},
    }[method]
    assert refused(rpc, who, method, **params)[0] == "denied"


def test_an_organisation_sees_its_own(rpc):
    application = submit(rpc, household=1)
    assert refused(rpc, "hoiphunu", "application.show", application=application)[0] == "application_not_found"
    assert refused(rpc, "hoiphunu", "application.withdraw", application=application)[0] == "application_not_found"
    assert does(rpc, "hoiphunu", "application.list")["applications"] == []
    assert does(rpc, "hoiphunu", "application.queue")["queue"] == []
    assert does(rpc, "hoinongdan", "application.withdraw", application=application, reason="đi xa")["state"] == "withdrawn"


def test_steps_keep_their_order_and_days(rpc):
    application = submit(rpc, on="2024-03-12")
    assert refused(rpc, "tindung", "application.approve", application=application)[0] == "application_state"
    assert refused(rpc, "giaodich", "application.confirm", confirmed=[application])[0] == "application_state"
    early = refused(rpc, "giaodich", "application.appraise", group="1", on="2024-03-11", agreed=[{"application": application}])
    assert early[:2] == ("date_out_of_range", "on")
    late = refused(rpc, "giaodich", "application.appraise", group="1", on="2024-03-16", agreed=[{"application": application}])
    assert late[:2] == ("date_out_of_range", "on")
    assert refused(rpc, "giaodich", "application.withdraw", application="999")[0] == "application_not_found"


def test_a_refusal_in_writing(rpc):
    application = appraised(rpc)
    notice = does(rpc, "tindung", "application.refuse", application=application, reason="hồ sơ thiếu", number="TB 9")
    assert (notice["state"], notice["number"], notice["reason"]) == ("refused", "TB 9", "hồ sơ thiếu")
    assert refused(rpc, "tindung", "application.refuse", application=application, reason="x")[0] == "application_state"
    again = submit(rpc)  # nothing keeps the household from asking again
    word, field, _ = refused(
        rpc, "hoinongdan", "application.submit", household="1", programme="01", amount=5_000_000, term_months=12
    )
    assert (word, field) == ("conflict", "programme")  # but once at a time
    assert does(rpc, "hoinongdan", "application.withdraw", application=again)["state"] == "withdrawn"


def test_an_application_is_refused_with_its_rule(rpc):
    def reasons(**params):
        error = act(rpc, "giaodich", "application.submit", amount=1_000_000, term_months=12, **params)["error"]
        assert error["data"]["word"] == "not_eligible"
        return [(row["reason"], row["rule"]) for row in error["data"]["reasons"]]

    assert reasons(household="2", programme="01") == [("class", "Decree 78/2002")]
    assert ("programme_closed", "33/2015/QD-TTg") in reasons(household="1", programme="07")
    assert ("no_group", "783/2003/QĐ-HĐQT: lent through a savings and credit group") in reasons(household="8", programme="01")
    error = act(rpc, "giaodich", "application.submit", household="1", programme="01", amount=100_000_001, term_months=24)["error"]
    assert error["data"]["field"] == "amount" and error["data"]["reasons"] == [{"reason": "cap", "rule": "Decree 78/2002"}]
    assert refused(rpc, "giaodich", "application.submit", household="1", programme="01", amount=1_000_000, term_months=121)[1] == "term_months"
    assert refused(rpc, "giaodich", "application.submit", household="1", programme="01", amount=1_000_000)[1] == "term_months"
    assert refused(rpc, "giaodich", "application.submit", household="1", programme="99", amount=1_000_000, term_months=9)[1] == "programme"
    assert refused(
        rpc, "giaodich", "application.submit", household="1", programme="01", amount=1_000_000, term_months=9, fund=7
    )[1] == "fund"


def test_a_household_that_lost_its_right_is_not_approved(rpc):
    application = confirmed(rpc)
    rpc.database.psql(
        "insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 1, '2024-03-15', 4, 'QĐ 2', 1)"
    )
    error = act(rpc, "tindung", "application.approve", application=application)["error"]
    assert error["data"]["word"] == "not_eligible" and error["data"]["reasons"][0]["reason"] == "class"
    rpc.database.psql("delete from loan.household_class where decision = 'QĐ 2'")
    # the night has found it: the commune has to confirm again
    rpc.database.psql(
        f"insert into loan.application_recheck (branch, application_id, household_id, on_day, reasons, entry_id) "
        f"values (1, {int(application)}, 1, '2024-03-15', '{{class}}', 1)"
    )
    assert refused(rpc, "tindung", "application.approve", application=application)[0] == "recheck"
    does(rpc, "giaodich", "application.confirm", confirmed=[application])
    assert does(rpc, "tindung", "application.approve", application=application)["state"] == "approved"


def test_the_same_questions_again_on_the_day_of_the_money(rpc):
    application = approved(rpc, amount=60_000_000)
    loan_district.move_business(rpc.database, "2024-04-10")
    rpc.database.psql("update loan.programme_limit set cap = 50000000 where code = '01' and purpose = ''; update loan.reference_version set version = version + 1")
    error = act(rpc, "giaodich", "application.disburse", application=application)["error"]
    assert error["data"]["word"] == "not_eligible" and error["data"]["reasons"] == [{"reason": "cap", "rule": "Decree 78/2002"}]
    assert does(rpc, "giaodich", "application.show", application=application)["state"] == "approved"
    lent = does(rpc, "giaodich", "application.disburse", application=application, amount=50_000_000)
    assert lent["outstanding"] == 50_000_000


def test_what_is_approved_uses_the_cap(rpc):
    """100,000,000 for programme 01: 60 approved leave 40, whoever asks for them."""
    first = approved(rpc, amount=60_000_000)
    word, field, message = refused(rpc, "hoinongdan", "application.submit", household="1", programme="01", amount=40_000_001, term_months=24)
    assert (word, field) == ("not_eligible", "amount") and "40000000" in message
    error = act(rpc, "giaodich", "loan.disburse", household="1", programme="01", amount=40_000_001, term_months=24)["error"]
    assert error["data"]["reasons"] == [{"reason": "cap", "rule": "Decree 78/2002"}]
    headroom = lambda: max(row["headroom"] for row in rpc.call("status.household", household="1")["eligibility"] if row["programme"] == "01")  # noqa: E731
    assert headroom() == 40_000_000
    # given back, the cap is free again
    does(rpc, "hoinongdan", "application.withdraw", application=first)
    assert headroom() == 100_000_000


def test_two_approvals_at_once_keep_the_cap(rpc):
    """95,000,000 for its business and 10,000,000 for water, both inside 100,000,000 and asked for while nothing was approved."""
    both = [confirmed(rpc, amount=95_000_000), confirmed(rpc, amount=10_000_000, purpose="water")]

    def approve(application):
        with rpc.daemon.rpc() as mine:
            return act(mine, "tindung", "application.approve", application=application)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(approve, both))
    (error,) = [reply["error"] for reply in replies if "error" in reply]
    assert error["data"]["word"] == "not_eligible" and error["data"]["reasons"] == [{"reason": "cap", "rule": "Decree 78/2002"}]
    assert rpc.database.psql("select count(*), sum(amount) from loan.application_state where state = 4") in ("1|95000000", "1|10000000")


def test_a_reversed_disbursement_opens_the_application_again(rpc):
    application = approved(rpc)
    loan_district.move_business(rpc.database, "2024-04-10")
    lent = does(rpc, "giaodich", "application.disburse", application=application)
    assert refused(rpc, "giaodich", "application.withdraw", application=application)[0] == "application_state"
    does(rpc, "tindung", "loan.reverse", loan=lent["loan"], fact=1, reason="hộ chưa nhận tiền")
    shown = does(rpc, "tindung", "application.show", application=application)
    assert (shown["state"], shown["loan"], shown["amount"], shown["due_on"]) == ("approved", None, 30_000_000, "2024-04-10")
    assert [(s["state"], s["on"], s["reason"], s["by"]) for s in shown["steps"]][-2:] == [
        ("disbursed", "2024-04-10", None, "giaodich"), ("approved", "2024-04-10", "hộ chưa nhận tiền", "tindung")]
    again = does(rpc, "giaodich", "application.disburse", application=application, amount=20_000_000)
    assert again["loan"] != lent["loan"] and again["outstanding"] == 20_000_000
    does(rpc, "tindung", "loan.reverse", loan=again["loan"], fact=1, reason="x")
    assert does(rpc, "tindung", "application.show", application=application)["amount"] == 30_000_000, "what was approved"
    assert does(rpc, "hoinongdan", "application.withdraw", application=application)["state"] == "withdrawn"


def test_a_disbursement_happens_once(rpc):
    application = approved(rpc)
    loan_district.move_business(rpc.database, "2024-04-10")
    key = vonvay_env.uuid7()
    first = does(rpc, "giaodich", "application.disburse", application=application, key=key)
    assert does(rpc, "giaodich", "application.disburse", application=application, key=key) == first
    assert rpc.database.psql("select count(*) from loan.contract").strip() == "1"

    # two clerks at once, with keys of their own
    other = submit(rpc, household=2, programme="19", amount=30_000_000)
    does(rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": other}])
    does(rpc, "giaodich", "application.confirm", confirmed=[other])
    does(rpc, "tindung", "application.approve", application=other)

    def disburse(_):
        with rpc.daemon.rpc() as mine:
            return act(mine, "giaodich", "application.disburse", application=other)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(disburse, range(4)))
    assert sum("result" in reply for reply in replies) == 1
    assert {reply["error"]["data"]["word"] for reply in replies if "error" in reply} <= {"application_state", "try_again"}
    assert rpc.database.psql("select count(*) from loan.contract where household_id = 2").strip() == "1"


def test_late_steps_are_told(rpc):
    application = submit(rpc, on="2024-03-11")
    assert [row["late"] for row in does(rpc, "tindung", "application.list")["applications"]] == [False]
    assert does(rpc, "tindung", "application.list", late=True)["applications"] == []
    loan_district.move_business(rpc.database, "2024-03-18")
    assert [row["late"] for row in does(rpc, "tindung", "application.list")["applications"]] == [False]
    loan_district.move_business(rpc.database, "2024-03-19")
    late = does(rpc, "tindung", "application.list", late=True)["applications"]
    assert [(row["application"], row["due_on"], row["late"]) for row in late] == [(application, "2024-03-18", True)]
    work = rpc.call("work.list", kind="application")["rows"]
    assert [(row["subject_id"], row["due_on"], row["days_late"], row["action"]) for row in work] == [
        (application, "2024-03-18", 1, "appraise")
    ]


def test_limits_in_days_are_dated_policies(rpc):
    rpc.database.psql(
        "insert into loan.policy (name, programme, from_on, value, reason, mark) values "
        "('application_days_appraise', '01', '2024-03-15', '2', 'test', 'derived'); update loan.reference_version set version = version + 1"
    )
    assert does(rpc, "giaodich", "application.show", application=submit(rpc, on="2024-03-14"))["due_on"] == "2024-03-21"
    assert does(rpc, "giaodich", "application.show", application=submit(rpc, household=3, who="hoiphunu", on="2024-03-15"))["due_on"] == "2024-03-19"


def test_the_queue_explains_itself(rpc):
    """Registered to escape poverty, extremely difficult place, ethnic minority, then the day."""
    rpc.database.psql(
        "update loan.household_attribute set attributes = 16 where household_id in (3, 4);"
        "insert into loan.escape_registration (branch, household_id, year, on_day, entry_id) values (1, 4, 2024, '2024-01-10', 1)"
    )
    loan_district.add_households(rpc.database, 21, 1)  # Hồng Kim, extremely difficult; of the majority
    first = submit(rpc, household=3, who="hoiphunu", on="2024-03-11")  # A Ngo, of the majority
    second = submit(rpc, household=21, on="2024-03-12")
    third = submit(rpc, household=1, on="2024-03-13")  # Hồng Kim, of a minority
    fourth = submit(rpc, household=4, who="hoiphunu", on="2024-03-14")  # registered
    queue = does(rpc, "tindung", "application.queue")["queue"]
    assert [(row["rank"], row["application"]["application"], row["reasons"]) for row in queue] == [
        (1, fourth, ["registered"]),
        (2, third, ["extremely_difficult", "ethnic_minority"]),
        (3, second, ["extremely_difficult"]),
        (4, first, []),
    ]
    assert [row["rank"] for row in does(rpc, "tindung", "application.queue", group="1")["queue"]] == [1, 2]
    assert does(rpc, "tindung", "application.queue", state="confirmed")["queue"] == []
    # an extremely difficult hamlet in a difficult commune counts as well
    rpc.database.psql(
        "insert into loan.area (branch, code, name, search, kind, parent, difficulty, valid_from, mark) "
        "values (1, 'C2H1', 'Pâr Nghi', 'par nghi', 'hamlet', 'C2', 2, '2020-01-01', 'demo');"
        "update loan.household_residence set hamlet = 'Pâr Nghi' where household_id = 3"
    )
    queue = does(rpc, "tindung", "application.queue")["queue"]
    assert [(row["application"]["application"], row["reasons"]) for row in queue][2] == (first, ["extremely_difficult"])


def test_a_disbursement_serves_the_need(rpc):
    rpc.database.psql(
        "insert into loan.need (branch, household_id, kind, on_day, amount, entry_id) values (1, 1, 'credit', '2024-01-05', 30000000, 1)"
    )
    application = approved(rpc)
    loan_district.move_business(rpc.database, "2024-04-10")
    lent = does(rpc, "giaodich", "application.disburse", application=application)
    assert rpc.database.psql("select how, on_day, reference from loan.need_end").strip() == f"loan|2024-04-10|{lent['loan']}"


def test_lent_directly_without_a_meeting(rpc):
    """Programme 03 may be lent without a group: the commune confirms, any day will do."""
    rpc.database.psql("update loan.household_attribute set attributes = 16 where household_id = 8")
    application = submit(rpc, who="giaodich", household=8, programme="03", amount=50_000_000, term_months=36, on="2024-03-11")
    shown = does(rpc, "giaodich", "application.show", application=application)
    assert shown["group"] is None and shown["due_on"] == "2024-03-18"
    assert refused(rpc, "giaodich", "application.appraise", group="1", agreed=[{"application": application}])[0] == "application_state"
    does(rpc, "giaodich", "application.confirm", confirmed=[application], on="2024-03-14")
    does(rpc, "tindung", "application.approve", application=application)
    lent = does(rpc, "giaodich", "application.disburse", application=application)
    assert lent["disbursed_on"] == "2024-03-15"
    assert rpc.call("status.loan", loan=lent["loan"])["rate_line"] == "03B"


def test_an_application_is_seen_with_a_household_out_of_sight(rpc):
    application = submit(rpc, who="giaodich", household=8, programme="03", amount=50_000_000, term_months=36, on="2024-03-11")
    rpc.database.psql(
        "set session_replication_role = replica; update loan.staff_role set area = null, organisation = 99"
        " where staff_id = (select staff_id from loan.staff where name = 'hoinongdan')"
    )
    for method, rows in (("application.queue", "queue"), ("application.list", "applications")):
        shown = does(rpc, "hoinongdan", method)[rows]
        lines = [row.get("application") for row in shown]
        assert [line["application"] if isinstance(line, dict) else line for line in lines] == [application]


def test_the_point_of_an_old_commune_serves_it_in_the_new_one(rpc):
    """C1 and C2 became CX on 2025-07-01; household 8 has no group and lives where C2 was."""
    rpc.database.psql("update loan.household_attribute set attributes = 16 where household_id = 8")
    loan_district.move_business(rpc.database, "2025-08-01")
    order = {"household": "8", "programme": "03", "amount": 50_000_000, "term_months": 36}
    lent = does(rpc, "giaodich", "loan.disburse", **order)
    shown = rpc.call("status.loan", loan=lent["loan"])
    assert (shown["point"], shown["commune"], shown["organisation"]) == ("TXN02", "CX", "direct")
