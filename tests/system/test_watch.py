"""Inactive loans by both definitions, what falls due, notices and checks, signs of wrongdoing; figures reckoned by hand."""

import pytest

import loan_district
import vonvay_env


@pytest.fixture(scope="module")
def district(postgres, template):
    """30 million to household 1 (group 1) on 10/10/2023 and 10 million for a year to household 3 (group 2) on 25/10/2023."""
    database = loan_district.fill(postgres.database(template), business="2023-10-10")
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running, running.rpc() as rpc:
        database.first = loan_district.contract(rpc, household=1, amount=30_000_000, term=36, on="2023-10-10")
        loan_district.move_business(database, "2023-10-25")
        database.second = loan_district.contract(rpc, household=3, amount=10_000_000, term=12, on="2023-10-25")
    yield database
    database.drop()


@pytest.fixture
def database(postgres, district):
    copy = postgres.database(district)
    copy.first, copy.second = district.first, district.second
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running:
        yield running


def test_inactive_by_dates(rpc, database):
    loan_district.move_business(database, "2024-01-26")
    assert rpc.call("watch.inactive", on="2024-01-10")["rows"] == []
    shown = rpc.call("watch.inactive", on="2024-01-11")
    assert [(row["loan"], row["last_on"], row["days"], row["outstanding"]) for row in shown["rows"]] == [
        (database.first, "2023-10-10", 93, 30_000_000)
    ]
    assert [row["loan"] for row in rpc.call("watch.inactive")["rows"]] == [database.first, database.second]
    assert [row["loan"] for row in rpc.call("watch.inactive", group="2")["rows"]] == [database.second]
    assert [row["loan"] for row in rpc.call("watch.inactive", point="TXN01")["rows"]] == [database.first]
    assert [row["loan"] for row in rpc.call("watch.inactive", organisation="women")["rows"]] == [database.second]
    paid = rpc.write("loan.pay", loan=database.first, amount=1000, kind="interest_paid")
    assert paid and [row["loan"] for row in rpc.call("watch.inactive")["rows"]] == [database.second]
    assert rpc.call("watch.inactive")["total"] == {"loans": 1, "outstanding": 10_000_000}


def test_inactive_by_interest(rpc, database):
    loan_district.move_business(database, "2023-12-10")
    shown = rpc.call("watch.inactive", definition="interest")
    # 30,000,000 x 6.6 % x 61 / 365 = 330,904; a month is 165,000. 10,000,000 x 6.6 % x 46 / 365 = 83,178; a month is 55,000
    assert [(row["loan"], row["state"], row["unpaid"], row["month_interest"]) for row in shown["rows"]] == [
        (database.first, "warning", 330_904, 165_000), (database.second, "warning", 83_178, 55_000),
    ]
    loan_district.move_business(database, "2024-01-10")  # 92 days: 499,068 > 495,000; 77 days: 139,233 < 165,000
    shown = rpc.call("watch.inactive", definition="interest")
    assert [(row["loan"], row["state"], row["unpaid"]) for row in shown["rows"]] == [
        (database.first, "inactive", 499_068), (database.second, "warning", 139_233),
    ]
    assert shown["total"] == {"loans": 1, "warnings": 1, "unpaid": 638_301}
    rpc.write("loan.pay", loan=database.first, amount=499_068, kind="interest_paid")
    assert [row["loan"] for row in rpc.call("watch.inactive", definition="interest")["rows"]] == [database.second]
    assert rpc.fails("watch.inactive", definition="interest", on="2023-11-01").field == "on"


def test_what_falls_due(rpc, database):
    loan_district.move_business(database, "2024-09-20")
    shown = rpc.call("watch.due", month="2024-10")
    assert [(row["loan"], row["frame"], row["due_on"], row["transfer_on"], row["amount"], row["last"]) for row in shown["rows"]] == [
        (database.second, "next_period", "2024-10-25", "2024-11-25", 10_000_000, True)
    ]
    assert rpc.call("watch.due")["rows"] == shown["rows"]  # the next month is what is asked for when nothing is
    assert rpc.call("watch.due", month="2024-11")["rows"][0]["frame"] == "this_period"
    assert rpc.call("watch.due", month="2024-11")["total"]["this_period"] == {"instalments": 1, "amount": 10_000_000}
    assert rpc.call("watch.due", month="2024-10", group="1")["rows"] == []
    assert rpc.fails("watch.due", month="2024-08").field == "month"
    loan_district.move_business(database, "2024-11-26")
    assert rpc.call("watch.due", month="2024-12")["rows"][0]["frame"] == "past_due"  # its session is not settled yet
    loan_district.move_business(database, "2024-11-27")
    assert rpc.call("watch.due", month="2024-12")["rows"] == []  # overdue now


def test_notices(rpc, database):
    loan_district.move_business(database, "2024-09-20")
    shown = rpc.call("notice.list", month="2024-10")
    assert [(row["loan"], row["due_on"], row["amount"], row["upto"], row["state"]) for row in shown["rows"]] == [
        (database.second, "2024-10-25", 10_000_000, "2024-09-25", "open")
    ]
    work = rpc.call("work.list", kind="notice")["rows"]
    assert [(row["subject_id"], row["due_on"], row["action"]) for row in work] == [(f"{database.second}/2024-10", "2024-09-25", "give_notice")]
    loan_district.move_business(database, "2024-09-26")
    assert rpc.call("notice.list", month="2024-10")["total"] == {"open": 0, "late": 1, "done": 0, "done_late": 0}
    assert rpc.fails("notice.give", month="2024-10", loans=[database.first], key=vonvay_env.uuid7()).field == "loans"
    assert rpc.fails("notice.give", month="2024-13", loans=[database.second], key=vonvay_env.uuid7()).field == "month"
    assert rpc.fails("notice.give", month="2024-10", loans=[database.second], on="2024-09-27", key=vonvay_env.uuid7()).field == "on"
    key = vonvay_env.uuid7()
    given = rpc.call("notice.give", month="2024-10", loans=[database.second], on="2024-09-24", to="tổ trưởng", key=key)
    assert given == {"month": "2024-10", "on": "2024-09-24", "notices": 1}
    assert rpc.call("notice.give", month="2024-10", loans=[database.second], on="2024-09-24", to="tổ trưởng", key=key) == given
    assert rpc.fails("notice.give", month="2024-10", loans=[database.second], key=vonvay_env.uuid7()).word == "conflict"
    row = rpc.call("notice.list", month="2024-10")["rows"][0]
    assert (row["state"], row["given_on"], row["given_to"]) == ("done", "2024-09-24", "tổ trưởng")
    assert rpc.call("work.list", kind="notice")["rows"] == []


def rules(shown):
    return {row["rule"]: (row["asked"], row["done"], row["late"]) for row in shown["rules"]}


def test_checks(rpc, database):
    loan_district.move_business(database, "2023-11-09")
    assert rules(rpc.call("check.list"))["new_loan"] == (2, 0, 0)
    work = rpc.call("work.list", kind="check")["rows"]
    assert [(row["subject_id"], row["due_on"], row["action"]) for row in work] == [
        (database.first, "2023-11-09", "check_loan"), (database.second, "2023-11-24", "check_loan"),
    ]
    loan_district.move_business(database, "2023-11-10")
    shown = rpc.call("check.list", rule="new_loan")
    assert [(row["loan"], row["upto"], row["state"]) for row in shown["rows"]] == [
        (database.first, "2023-11-09", "late"), (database.second, "2023-11-24", "open"),
    ]
    done = rpc.write("check.record", loan=database.first, by="Hồ Văn Nam", result="as_agreed")
    assert (done["form"], done["number"], done["on"]) == ("06/TD", "2023/000001", "2023-11-10")
    misused = rpc.write("check.record", loan=database.second, by="Kăn Lành", result="misused", amount=2_000_000, number="17")
    assert (misused["amount"], misused["number"]) == (2_000_000, "17")
    assert rules(rpc.call("check.list"))["new_loan"] == (2, 2, 1)
    assert rpc.call("work.list", kind="check")["rows"] == []
    assert rules(rpc.call("check.list"))["each_group"] == (2, 0, 0)
    group = rpc.write("check.record", group="1", by="Hồ Văn Nam", result="faults", note="sổ ghi chưa đủ")
    assert group["form"] == "16/TD"
    assert rules(rpc.call("check.list"))["each_group"] == (2, 1, 0)


def test_checks_of_earlier_years_and_of_inactive_loans(rpc, database):
    rpc.write("check.record", loan=database.first, by="x", result="as_agreed", on="2023-10-20")
    loan_district.move_business(database, "2024-02-10")
    shown = rpc.call("check.list")
    assert rules(shown) == {"new_loan": (0, 0, 0), "inactive": (2, 0, 0), "each_group": (2, 0, 0), "earlier": (2, 0, 0)}
    assert [(g["group"], g["loans"], g["percent_needed"], g["needed"], g["missing"]) for g in shown["groups"]] == [
        ("0000001", 1, 75, 1, 1), ("0000002", 1, 75, 1, 1),  # both communes are difficult
    ]
    rpc.write("check.record", loan=database.first, by="x", result="borrower_gone")
    assert rules(rpc.call("check.list")) == {"new_loan": (0, 0, 0), "inactive": (2, 1, 0), "each_group": (2, 0, 0), "earlier": (2, 1, 0)}
    assert [row["loan"] for row in rpc.call("check.list", rule="earlier", group="2")["rows"]] == [database.second]
    assert rpc.call("watch.inactive")["rows"][0]["checked_on"] == "2024-02-10"


@pytest.mark.parametrize(
    "params, field",
    [
        ({"by": "x", "result": "as_agreed"}, "loan"),
        ({"loan": "FIRST", "group": "1", "by": "x", "result": "as_agreed"}, "loan"),
        ({"loan": "FIRST", "by": "x", "result": "misused"}, "amount"),
        ({"loan": "FIRST", "by": "x", "result": "as_agreed", "amount": 5}, "amount"),
        ({"loan": "FIRST", "by": "x", "result": "misused", "amount": 30_000_001}, "amount"),
        ({"loan": "FIRST", "by": "x", "result": "faults"}, "result"),
        ({"group": "1", "by": "x", "result": "lost", "amount": 1}, "result"),
        ({"loan": "FIRST", "by": "x", "result": "as_agreed", "on": "2023-10-26"}, "on"),
        ({"loan": "FIRST", "by": "x", "result": "as_agreed", "on": "2023-10-09"}, "on"),
        ({"loan": "6600000000009999", "by": "x", "result": "as_agreed"}, "loan"),
        ({"group": "99", "by": "x", "result": "as_agreed"}, "group"),
    ],
)
def test_a_check_that_is_refused_changes_nothing(rpc, database, params, field):
    if params.get("loan") == "FIRST":
        params = {**params, "loan": database.first}
    assert rpc.fails("check.record", key=vonvay_env.uuid7(), **params).field == field
    assert database.psql("select count(*) from loan.loan_check").strip() == "0"


def test_freezes_that_end_soon(rpc, database):
    loan_district.move_business(database, "2024-02-10")
    assert rpc.call("watch.frozen")["rows"] == []
    paper = {"case": "K1", "loss_percent": 50, "number": "5/QĐ", "decided_on": "2024-02-10", "authority": "HĐQT"}
    rpc.write("loan.freeze", loans=[database.first], until="2024-08-10", **paper)
    rpc.write("loan.freeze", loans=[database.second], amount=4_000_000, until="2024-08-11", **paper)
    shown = rpc.call("watch.frozen")
    assert [(row["loan"], row["frozen"], row["frozen_until"], row["days"]) for row in shown["rows"]] == [
        (database.first, 30_000_000, "2024-08-10", 182)
    ]
    loan_district.move_business(database, "2024-02-11")
    assert [row["loan"] for row in rpc.call("watch.frozen")["rows"]] == [database.first, database.second]
    assert rpc.call("watch.inactive", on="2024-02-11")["rows"] == [], "frozen loans are left out"


def test_the_client_shows_what_is_watched(daemon, database):
    loan_district.move_business(database, "2024-09-20")
    assert database.first in daemon.client("watch", "inactive").stdout
    assert "Lãi một tháng" in daemon.client("watch", "inactive", "--by", "interest").stdout
    assert "10.000.000" in daemon.client("watch", "due").stdout
    assert daemon.client("watch", "frozen").returncode == 0
    assert "06/TD" in daemon.client("check", "record", "--loan", database.first, "--by", "Nam", "--result", "as_agreed").stdout
    assert "Vùng khó khăn" in daemon.client("check", "list").stdout
    assert "Đã ghi 1 thông báo." in daemon.client("notice", "give", "2024-10", database.second).stdout
    assert "25/09/2024" in daemon.client("notice", "list").stdout


def signs(rpc, **params):
    return {row["sign"]: row for row in rpc.call("watch.signs", **params)["signs"]}


def personal(database, household, field, value):
    database.psql(
        "insert into loan.data_key (key_id) values (1) on conflict do nothing;"
        f"insert into loan.personal (branch, household_id, member_no, field, key_id, sealed, hash, entry_id) "
        f"values (1, {household}, 1, {field}, 1, '\\x00', sha256('{value}'), 1)"
    )


def test_no_sign_without_a_reason(rpc, database):
    shown = signs(rpc)
    assert list(shown) == [
        "shared_telephone", "shared_address", "duplicate_citizen", "duplicate_person", "cash_difference", "late_posting", "reversals", "over_cap", "registered_elsewhere",
    ]
    assert all(row["count"] == 0 and row["rows"] == [] and row["rule"] for row in shown.values())
    assert (shown["late_posting"]["policy"], shown["late_posting"]["threshold"]) == ("signs_late_days", 3)


def test_signs_of_borrowing_for_others(rpc, database):
    personal(database, 1, 2, "0912")
    personal(database, 2, 2, "0912")  # does not borrow
    personal(database, 1, 3, "A Đớt 5")
    assert signs(rpc)["shared_telephone"]["count"] == 0
    personal(database, 3, 2, "0912")
    personal(database, 3, 3, "A Đớt 5")
    shown = signs(rpc)
    finding = {"households": ["0000000001", "0000000003"], "loans": sorted([database.first, database.second])}
    assert shown["shared_telephone"]["rows"] == [finding] and shown["shared_address"]["rows"] == [finding]
    assert "0912" not in str(shown) and shown["duplicate_citizen"]["count"] == 0
    database.psql("update loan.household_member set search = 'ho van duc', name = 'Hồ Văn Đức' where household_id = 3")
    person = signs(rpc, sign="duplicate_person")
    assert list(person) == ["duplicate_person"]
    assert person["duplicate_person"]["rows"] == [{**finding, "name": "Hồ Văn Đức", "born_on": "1980-05-05"}]


def test_signs_in_the_books(rpc, database):
    loan_district.move_business(database, "2023-11-14")
    on_time = rpc.write("loan.pay", loan=database.first, amount=1000, kind="interest_paid", paid_on="2023-11-11")
    assert on_time and signs(rpc)["late_posting"]["count"] == 0
    rpc.write("loan.pay", loan=database.first, amount=2000, kind="interest_paid", paid_on="2023-11-10")
    row, = signs(rpc)["late_posting"]["rows"]
    assert (row["loan"], row["on"], row["posted_on"], row["days"], row["amount"]) == (database.first, "2023-11-10", "2023-11-14", 4, 2000)
    assert signs(rpc, **{"from": "2023-10-01", "to": "2023-11-13"})["late_posting"]["count"] == 0
    database.psql(
        f"""insert into loan.fact (branch, loan_id, no, entry_id, kind, effective_on, amount, reverses)
        select 1, {database.first}, 100 + n, (select max(entry_id) from loan.entry), case when n % 2 = 0 then 4 else 6 end, '2023-11-14',
            case when n % 2 = 0 then 1 else 0 end, case when n % 2 = 1 then 99 + n end from generate_series(0, 5) n"""
    )
    assert signs(rpc)["reversals"]["count"] == 0  # three
    database.psql(
        f"""insert into loan.fact (branch, loan_id, no, entry_id, kind, effective_on, amount, reverses)
        values (1, {database.first}, 106, (select max(entry_id) from loan.entry), 4, '2023-11-14', 1, null),
            (1, {database.first}, 107, (select max(entry_id) from loan.entry), 6, '2023-11-14', 0, 106)"""
    )
    row, = signs(rpc)["reversals"]["rows"]
    assert (row["month"], row["count"], len(row["facts"])) == ("2023-11-01", 4, 4)


def test_signs_of_cash_and_caps(rpc, daemon, database):
    loan_district.move_business(database, "2023-11-14")
    database.psql(
        """insert into loan.session (branch, point_id, session_on, entry_id) values (1, 1, '2023-11-10', 1);
        insert into loan.session_sheet (branch, entry_id, point_id, session_on, group_id, kind, posted_on, received_on, lines_posted, lines_refused,
            cash_expected, cash_counted, principal_expected, principal_counted)
        values (1, 1, 1, '2023-11-10', 1, 'posted', '2023-11-10', '2023-11-10', 1, 0, 500000, 450000, 0, 0)"""
    )
    row, = signs(rpc)["cash_difference"]["rows"]
    assert (row["group"], row["leader"], row["expected"], row["counted"], row["difference"]) == ("0000001", "Hồ Văn Nam", 500_000, 450_000, -50_000)
    assert signs(rpc)["over_cap"]["count"] == 0
    database.psql("update loan.programme_limit set cap = 20000000 where code = '01'; update loan.reference_version set version = version + 1")
    vonvay_env.wait_until(lambda: signs(rpc)["over_cap"]["count"] == 1, seconds=30)
    row, = signs(rpc)["over_cap"]["rows"]
    assert (row["household"], row["programme"], row["cap"], row["counted"], row["loans"]) == ("0000000001", "01", 20_000_000, 30_000_000, [database.first])
    assert "20.000.000" in daemon.client("watch", "signs", "--sign", "over_cap").stdout
    assert "Dấu hiệu" in daemon.client("--as", "giamdoc", "watch", "signs").stdout
    assert daemon.client("--as", "giaodich", "watch", "signs", check=False).returncode != 0
