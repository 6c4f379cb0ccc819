"""Sessions of a point: the sheets of all its groups, posting with an outcome a line, corrections, cash, closing, transfers."""

import fractions

import loan_district
import pytest
import vonvay_env

BUSINESS = "2024-03-11"
SESSION = "2024-03-10"
POOR = fractions.Fraction(66, 1000) / 365
NEAR_POOR = fractions.Fraction(792, 10000) / 365


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


def days(first, last):
    import datetime

    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days


@pytest.fixture
def district(database):
    """Group 1 at TXN01 (the 10th): household 1 owes a loan that matured on 2024-02-10, households 2 and 5 run on."""
    loan_district.fill(database, BUSINESS)
    database.psql("insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 5, '2023-01-01', 1, '', 1)")
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.daemon, rpc.database = daemon, database
        rpc.matured = loan_district.contract(rpc, household=1, amount=10_000_000, term=12, on="2023-02-15")
        rpc.near = loan_district.contract(rpc, household=2, amount=20_000_000, on="2024-01-15", programme="19")
        rpc.running = loan_district.contract(rpc, household=5, amount=40_000_000, on="2024-02-01")
        yield rpc


def interest(rpc):
    """What each loan is asked for at the session."""
    return {
        rpc.matured: half_up(10_000_000 * POOR * days("2023-02-15", SESSION)),
        rpc.near: half_up(20_000_000 * NEAR_POOR * days("2024-01-15", SESSION)),
        rpc.running: half_up(40_000_000 * POOR * days("2024-02-01", SESSION)),
    }


def refused(rpc, method, **params):
    return rpc.fails(method, {**params, "key": vonvay_env.uuid7()})


def post(rpc, *lines, cash=0, principal=0, **more):
    return rpc.write(
        "session.post", {"group": "1", "session_on": SESSION, "lines": list(lines), "cash_counted": cash, "principal_counted": principal, **more}
    )


def line(household, loan=None, **amounts):
    return {"household": str(household), **({"loan": loan} if loan else {}), **amounts}


def books(database):
    """Accounts with what they hold, of loans and deposits together."""
    rows = database.psql(
        "select a.account, sum(case when p.debit = a.account then p.amount else -p.amount end) from loan.account a join ("
        "select debit, credit, amount from loan.posting union all select debit, credit, amount from loan.deposit_posting) p"
        " on a.account in (p.debit, p.credit) group by 1 order by 1"
    )
    return {int(a): int(b) for a, b in (row.split("|") for row in rows.split())}


def test_sheets(district):
    rpc = district
    rpc.write("deposit.put", household="2", amount=300_000, put_on="2024-02-10")
    sheets = rpc.call("session.sheets", point="TXN01", session_on=SESSION)
    assert (sheets["point"], sheets["session_on"], sheets["state"]) == ("TXN01", SESSION, "open")
    (group,) = sheets["groups"]
    assert (group["group"], group["leader"], group["organisation"], group["state"]) == ("0000001", "Hồ Văn Nam", "farmers", "open")
    rows = {row["loan"]: row for row in group["rows"]}
    asked = interest(rpc)
    assert {loan: row["interest_asked"] for loan, row in rows.items()} == asked
    assert (rows[rpc.matured]["principal_due"] + rows[rpc.matured]["overdue_principal"], rows[rpc.near]["principal_due"]) == (10_000_000, 0)
    assert rows[rpc.near]["deposit"] == 300_000
    assert group["total"]["interest_asked"] == sum(asked.values())
    assert group["total"]["expected"] == sum(asked.values()) + 10_000_000
    assert sheets["total"] == group["total"]
    assert rpc.call("session.sheets", point="TXN01")["session_on"] == "2024-04-10"
    assert rpc.fails("session.sheets", point="TXN77").word == "not_found"
    other = rpc.call("session.sheets", point="TXN02")
    assert other["session_on"] == "2024-03-25"
    assert [(row["household"], row["loan"]) for row in other["groups"][0]["rows"]] == [("0000000004", None), ("0000000003", None)]


def test_a_sheet_with_an_outcome_a_line(district):
    rpc = district
    asked = interest(rpc)
    before = books(rpc.database)
    posted = post(
        rpc,
        line(1, rpc.matured, interest=asked[rpc.matured], principal=4_000_000),
        line(2, rpc.near, interest=asked[rpc.near] + 1),
        line(5, rpc.running, interest=100_000, deposit=50_000),
        line(5, rpc.running, interest=1),
        line(4, interest=5),
        line(2, deposit=70_000, withdraw=20_000),
        line(3, deposit=5_000),
        line(1, rpc.near, interest=5),
        cash=asked[rpc.matured] + 100_000 + 50_000 + 50_000 + 7_000,
        principal=3_990_000,
    )
    assert [(l["outcome"], l.get("word"), l.get("field")) for l in posted["lines"]] == [
        ("posted", None, None),
        ("refused", "amount_too_large", "interest"),
        ("posted", None, None),
        ("refused", "already_posted", "loan"),
        ("refused", "invalid_params", "loan"),
        ("posted", None, None),
        ("refused", "household_not_found", "household"),
        ("refused", "loan_not_found", "loan"),
    ]
    assert (posted["posted"], posted["refused"]) == (3, 5)
    assert posted["lines"][0]["facts"] == [2, 3]
    allocation = posted["lines"][0]["allocation"]
    assert allocation["principal_overdue"] + allocation["principal_due"] == 4_000_000
    assert allocation["interest_overdue"] + allocation["interest_in_term"] == asked[rpc.matured]
    cash = asked[rpc.matured] + 200_000
    assert posted["cash"] == {"expected": cash, "counted": cash + 7_000, "difference": 7_000}
    assert posted["principal"] == {"expected": 4_000_000, "counted": 3_990_000, "difference": -10_000}
    after = books(rpc.database)
    assert after[1011] - before[1011] == cash + 4_000_000
    assert after[7020] == -(asked[rpc.matured] + 100_000)
    assert after[4232] == -100_000
    assert rpc.call("status.loan", loan=rpc.matured)["outstanding"] == 6_000_000
    assert rpc.call("status.loan", loan=rpc.near)["outstanding"] == 20_000_000
    assert rpc.call("deposit.show", household="2")["balance"] == 50_000
    shown = rpc.call("session.sheets", point="TXN01", session_on=SESSION)["groups"][0]
    assert shown["state"] == "posted"
    assert {row["loan"]: row["posted"] for row in shown["rows"]} == {rpc.matured: True, rpc.near: False, rpc.running: True}


def test_again_with_the_same_key_and_with_another(district):
    rpc = district
    key = vonvay_env.uuid7()
    params = {"group": "1", "session_on": SESSION, "lines": [line(5, rpc.running, interest=100_000)], "cash_counted": 100_000, "principal_counted": 0}
    first = rpc.call("session.post", params, key=key)
    assert rpc.call("session.post", params, key=key) == first
    assert rpc.fails("session.post", {**params, "cash_counted": 1}, key=key).word == "key_reused"
    again = rpc.call("session.post", params, key=vonvay_env.uuid7())
    assert [l["word"] for l in again["lines"]] == ["already_posted"]
    assert again["posted"] == 0
    assert books(rpc.database)[7020] == -100_000
    more = post(rpc, line(2, rpc.near, interest=10_000), cash=10_000)
    assert more["posted"] == 1
    status = rpc.call("session.status", point="TXN01", session_on=SESSION)["groups"][0]
    assert (status["lines_posted"], status["cash_expected"]) == (2, 110_000)


def test_interest_and_principal_from_the_deposit(district):
    rpc = district
    rpc.write("deposit.put", household="1", amount=500_000, put_on="2024-02-10")
    before = books(rpc.database)
    posted = post(
        rpc,
        line(1, rpc.matured, interest=200_000, principal=250_000, **{"from": "deposit"}),
        line(5, rpc.running, interest=1_000, **{"from": "deposit"}),
    )
    assert [(l["outcome"], l.get("word")) for l in posted["lines"]] == [("posted", None), ("refused", "overdrawn")]
    assert posted["cash"]["expected"] == 0 and posted["principal"]["expected"] == 0
    after = books(rpc.database)
    assert after[1011] == before[1011]
    assert after[4232] - before[4232] == 450_000
    shown = rpc.call("deposit.show", household="1")
    assert [(f["kind"], f["change"], f["loan"]) for f in shown["facts"]][1:] == [
        ("taken", -200_000, rpc.matured), ("taken", -250_000, rpc.matured),
    ]
    fixed = rpc.write("session.correct", group="1", session_on=SESSION, household="1", loan=rpc.matured, interest=200_000, reason="trả tiền mặt")
    assert fixed["cash_change"] == 200_000
    assert rpc.call("deposit.show", household="1")["balance"] == 500_000
    assert books(rpc.database)[4232] == before[4232]
    assert books(rpc.database)[1011] == before[1011] + 200_000


def test_a_sheet_that_comes_late_is_the_punctual_one(district, postgres, template):
    """Posted after the transfer to overdue was made: the same state as on the day."""
    rpc = district
    asked = interest(rpc)
    sheet = [line(1, rpc.matured, interest=asked[rpc.matured], principal=10_000_000), line(5, rpc.running, interest=asked[rpc.running])]
    loan_district.move_business(rpc.database, "2024-03-20")
    rpc.write("loan.pay", loan=rpc.running, amount=1_000_000, paid_on="2024-03-15")
    late = post(rpc, *sheet, cash=sum(asked.values()), principal=10_000_000)
    assert [l["outcome"] for l in late["lines"]] == ["posted", "posted"], late
    assert late["posted_on"] == "2024-03-20"
    assert rpc.call("status.loan", loan=rpc.matured)["status"] == "closed"
    assert rpc.call("status.loan", loan=rpc.running)["interest_unpaid"]["total"] >= 0
    late_export = loan_district.export(rpc.database)
    other = loan_district.fill(postgres.database(template), BUSINESS)
    other.psql("insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) values (1, 5, '2023-01-01', 1, '', 1)")
    with vonvay_env.Daemon(other, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as again:
        again.matured = loan_district.contract(again, household=1, amount=10_000_000, term=12, on="2023-02-15")
        again.near = loan_district.contract(again, household=2, amount=20_000_000, on="2024-01-15", programme="19")
        again.running = loan_district.contract(again, household=5, amount=40_000_000, on="2024-02-01")
        post(again, *sheet, cash=sum(asked.values()), principal=10_000_000)
        loan_district.move_business(other, "2024-03-20")
        again.write("loan.pay", loan=again.running, amount=1_000_000, paid_on="2024-03-15")
        assert loan_district.export(other) == late_export
    other.drop()


def test_corrections_until_closed(district):
    rpc = district
    asked = interest(rpc)
    post(rpc, line(1, rpc.matured, interest=asked[rpc.matured], principal=400_000), line(5, deposit=90_000), cash=asked[rpc.matured] + 9_000,
         principal=4_000_000)
    # what stands on the sheet is corrected there, not taken out by itself
    other = loan_district.contract(rpc, household=2, amount=1_000_000, programme="19")
    for method, more in (("loan.reverse", {"loan": rpc.matured, "fact": 2}), ("loan.reverse", {"loan": rpc.matured, "fact": 3}),
                         ("loan.pay_move", {"loan": rpc.matured, "fact": 2, "to": other}),
                         ("deposit.reverse", {"household": "5", "fact": 1})):
        wrong = refused(rpc, method, reason="x", **more)
        assert (wrong.word, wrong.field) == ("conflict", "fact") and "0000001" in wrong.message and SESSION in wrong.message, (method, wrong)
    wrong = refused(rpc, "session.correct", group="1", session_on=SESSION, household="1", loan=rpc.matured, principal=10_000_001, reason="x")
    assert (wrong.word, wrong.field) == ("amount_too_large", "principal")
    assert refused(rpc, "session.correct", group="1", session_on=SESSION, household="2", loan=rpc.near, interest=1, reason="x").word == "not_found"
    fixed = rpc.write("session.correct", group="1", session_on=SESSION, household="1", loan=rpc.matured, interest=asked[rpc.matured],
                      principal=4_000_000, reason="thiếu một số 0")
    assert (fixed["cash_change"], fixed["principal_change"]) == (0, 3_600_000)
    assert rpc.call("status.loan", loan=rpc.matured)["outstanding"] == 6_000_000
    fixed = rpc.write("session.correct", group="1", session_on=SESSION, household="5", deposit=9_000, reason="ghi nhầm")
    assert fixed["cash_change"] == -81_000
    assert rpc.call("deposit.show", household="5")["balance"] == 9_000
    status = rpc.call("session.status", point="TXN01", session_on=SESSION)["groups"][0]
    assert (status["corrections"], status["lines_posted"], status["cash_difference"], status["principal_difference"]) == (2, 2, 0, 0)
    gone = rpc.write("session.correct", group="1", session_on=SESSION, household="5", reason="không gửi")
    assert gone["cash_change"] == -9_000 and rpc.call("deposit.show", household="5")["balance"] == 0
    rpc.write("session.close", point="TXN01", session_on=SESSION)
    for method, more in (("session.correct", {"household": "1", "loan": rpc.matured, "reason": "x"}),
                         ("session.post", {"lines": [], "cash_counted": 0, "principal_counted": 0})):
        assert refused(rpc, method, group="1", session_on=SESSION, **more).word == "session_closed"
    # a closed sheet takes no correction: a fact of it is reversed
    last = rpc.call("loan.events", loan=rpc.matured)["events"]
    fact = [e["no"] for e in last if e["kind"] in ("interest_paid", "principal_paid") and not e["reversed"]][-1]
    assert rpc.write("loan.reverse", loan=rpc.matured, fact=fact, reason="x")["reverses"] == fact


def test_closing_makes_the_transfers(district):
    rpc = district
    assert refused(rpc, "session.close", point="TXN01", session_on=SESSION).word == "sheets_missing"
    post(rpc, line(1, rpc.matured, principal=1_000_000), principal=1_000_000)
    assert rpc.call("status.loan", loan=rpc.matured)["overdue"] == 0
    assert rpc.call("session.status", point="TXN01")["transfers"] == "waiting"
    closed = rpc.write("session.close", point="TXN01", session_on=SESSION)
    assert closed == {"point": "TXN01", "session_on": SESSION, "closed_on": BUSINESS, "posted": 1, "excused": 0, "cash_difference": 0,
                      "principal_difference": 0}
    vonvay_env.wait_until(lambda: rpc.call("session.status", point="TXN01")["transfers"] == "done", what="the transfers")
    stored = rpc.database.psql(f"select status, overdue from loan.state where loan_id = {rpc.matured}")
    assert stored.strip() == "2|9000000"
    moved = [e for e in rpc.call("loan.events", loan=rpc.matured)["events"] if e.get("kind") == "matured"]
    assert moved and moved[0]["on"] == SESSION
    status = rpc.call("session.status", point="TXN01")
    assert (status["state"], status["closed_on"], status["closed_by"]) == ("closed", BUSINESS, "demo")
    assert refused(rpc, "session.close", point="TXN01", session_on=SESSION).word == "session_closed"
    # late is a payment of an earlier day
    rpc.write("loan.pay", loan=rpc.running, amount=50_000, paid_on=SESSION, reason="phiếu nộp muộn")
    held = rpc.call("status.sweep")
    assert (held["retry"], held["held"]) == (0, 0)


def test_excused(district):
    rpc = district
    excused = rpc.write("session.excuse", point="TXN01", group="1", session_on=SESSION, reason="lũ cuốn cầu")
    assert excused["state"] == "excused"
    assert refused(rpc, "session.excuse", point="TXN01", group="1", session_on=SESSION, reason="x").word == "conflict"
    assert refused(rpc, "session.excuse", point="TXN01", group="2", session_on=SESSION, reason="x").word == "group_not_found"
    assert rpc.write("session.close", point="TXN01", session_on=SESSION)["excused"] == 1


def test_cash_journal(district):
    rpc = district
    post(rpc, line(1, rpc.matured, interest=100_000, principal=2_000_000), line(5, deposit=30_000), line(2, rpc.near, interest=7), cash=130_000,
         principal=2_000_000)
    journal = rpc.call("session.cash", point="TXN01", session_on=SESSION)
    assert [(l["household"], l["interest"], l["principal"], l["deposit"]) for l in journal["lines"]] == [
        ("0000000001", 100_000, 2_000_000, 0), ("0000000005", 0, 0, 30_000), ("0000000002", 7, 0, 0),
    ]
    assert journal["total"] == {
        "interest": 100_007, "principal": 2_000_000, "deposit": 30_000, "withdraw": 0, "received": 2_130_007, "paid_out": 0, "lent": 0,
        "cash_counted": 130_000, "principal_counted": 2_000_000, "difference": -7,
    }


@pytest.mark.parametrize(
    "change, word, field",
    [
        ({"session_on": "2024-03-09"}, "date_out_of_range", "session_on"),
        ({"session_on": "2024-04-10"}, "date_out_of_range", "session_on"),
        ({"session_on": "2024-02-10"}, "session_closed", "session_on"),
        ({"group": "9"}, "group_not_found", "group"),
        ({"received_on": "2024-03-12"}, "date_out_of_range", "received_on"),
        ({"lines": [line(n) for n in range(1, 62)]}, "group_size", "lines"),
        ({"lines": [{"household": "1", "interest": -1}]}, "invalid_params", "lines[0].interest"),
        ({"cash_counted": "5"}, "invalid_params", "cash_counted"),
    ],
)
def test_refused_as_a_whole(district, change, word, field):
    params = {"group": "1", "session_on": SESSION, "lines": [], "cash_counted": 0, "principal_counted": 0, **change}
    error = refused(district, "session.post", **params)
    assert (error.word, error.field) == (word, field)
    assert district.database.psql("select count(*) from loan.session_sheet").strip() == "0"


def test_an_empty_sheet_counts_and_a_refused_one_does_not(district):
    rpc = district
    post(rpc, line(2, rpc.near, interest=99_000_000))
    assert rpc.call("session.status", point="TXN01")["groups"][0]["state"] == "open"
    post(rpc)
    assert rpc.call("session.status", point="TXN01")["groups"][0]["state"] == "posted"


# --- without network: the client's file ---------------------------------------------------------------------------------


def exported(rpc, tmp_path, name="phien.csv"):
    path = tmp_path / name
    out = rpc.daemon.client("session", "export", "TXN01", "10/03/2024", path)
    assert "1 tổ, 3 dòng" in out.stdout
    return path


def filled(path, rows, group=None, separator=","):
    """The file with what a clerk writes: {loan or household: {column: text}}."""
    import csv
    import io

    with open(path, newline="", encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file))
    for row in table:
        row.update((group or {}) if row["record"] == "group" else rows.get(row["loan"].lstrip("L") or row["household"].lstrip("H"), {}))
    out = io.StringIO()
    writer = csv.DictWriter(out, table[0].keys(), delimiter=separator)
    writer.writeheader()
    writer.writerows(table)
    path.write_text("\ufeff" + out.getvalue(), encoding="utf-8")
    return path


def test_export_fill_post_twice(district, tmp_path):
    rpc = district
    asked = interest(rpc)
    path = exported(rpc, tmp_path)
    again = rpc.daemon.client("session", "export", "TXN01", SESSION, path, check=False)
    assert again.returncode == 2 and str(path) in again.stderr
    total = asked[rpc.matured] + 200_000
    filled(
        path,
        {rpc.matured: {"interest": str(asked[rpc.matured]), "principal": "4.000.000"},
         rpc.running: {"interest": "150.000 đ", "deposit": "50.000"},
         rpc.near: {"interest": "99.999.999"}},
        {"cash_counted": f"{total:,}".replace(",", "."), "principal_counted": "4.000.000", "received_on": "09/03/2024"},
        separator=";",
    )
    first = rpc.daemon.client("session", "post", path, check=False)
    assert first.returncode == 1
    assert f"{path}:4: interest" in first.stderr
    state = loan_district.export(rpc.database), books(rpc.database)
    sheet = rpc.call("session.status", point="TXN01")["groups"][0]
    assert (sheet["cash_difference"], sheet["principal_difference"]) == (0, 0)
    assert (sheet["lines_posted"], sheet["lines_refused"], sheet["received_on"]) == (2, 1, "2024-03-09")
    second = rpc.daemon.client("session", "post", path, check=False)
    assert (second.returncode, second.stdout, second.stderr) == (first.returncode, first.stdout, first.stderr)
    assert (loan_district.export(rpc.database), books(rpc.database)) == state
    # other figures with the same key are not taken
    path.write_text(path.read_text(encoding="utf-8").replace("4.000.000", "5.000.000"), encoding="utf-8")
    third = rpc.daemon.client("session", "post", path, check=False)
    assert third.returncode == 1 and f"{path}:2: " in third.stderr
    assert (loan_district.export(rpc.database), books(rpc.database)) == state


def test_a_file_killed_in_between_is_sent_again(district, tmp_path):
    """The answer is lost with the daemon; the file sent again does it once."""
    rpc = district
    path = filled(exported(rpc, tmp_path), {rpc.running: {"interest": "100.000"}}, {"cash_counted": "100.000"})
    rpc.daemon.kill()
    lost = rpc.daemon.client("session", "post", path, "--timeout", "2", check=False)
    assert lost.returncode == 3
    rpc.daemon.start()
    assert rpc.daemon.client("session", "post", path).returncode == 0
    assert rpc.daemon.client("session", "post", path).returncode == 0
    with rpc.daemon.rpc() as again:
        assert again.call("session.status", point="TXN01")["groups"][0]["cash_expected"] == 100_000
    assert rpc.database.psql("select count(*) from loan.session_sheet").strip() == "1"


@pytest.mark.parametrize(
    "rows, group, where",
    [
        ({"running": {"interest": "12,5"}}, {"cash_counted": "5"}, "interest"),
        ({"running": {"interest": "1.23"}}, {"cash_counted": "5"}, "interest"),
        ({"running": {"interest": "-5"}}, {"cash_counted": "5"}, "interest"),
        ({"running": {"loan": "6.6E+15", "interest": "5"}}, {"cash_counted": "5"}, "loan"),
        ({"running": {"interest": "5"}}, {}, "cash_counted"),
        ({"running": {"principal": "5"}}, {"cash_counted": "0"}, "principal_counted"),
        ({"running": {"interest": "5", "from": "túi"}}, {"cash_counted": "0"}, "from"),
        ({"running": {"interest": "5", "group": "G0000002"}}, {"cash_counted": "5"}, "group"),
        ({"running": {"interest": "5", "record": "?"}}, {"cash_counted": "5"}, "record"),
        ({}, {"cash_counted": "5", "key": "x"}, "key"),
        ({}, {"cash_counted": "5", "received_on": "30/02/2024"}, "received_on"),
    ],
)
def test_broken_files_send_nothing(district, tmp_path, rows, group, where):
    rpc = district
    path = filled(exported(rpc, tmp_path), {getattr(rpc, name): row for name, row in rows.items()}, group)
    out = rpc.daemon.client("session", "post", path, check=False)
    assert out.returncode == 2
    assert f": {where}: " in out.stderr and f"{path}:" in out.stderr and "chưa gửi gì" in out.stderr
    assert rpc.database.psql("select count(*) from loan.session_sheet").strip() == "0"


@pytest.mark.parametrize("text", ["", "x\n", "record,point\n", '"record\n', "\ufeffrecord;record\n"])
def test_files_that_are_none(district, tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text, encoding="utf-8")
    out = district.daemon.client("session", "post", path, check=False)
    assert out.returncode == 2 and str(path) in out.stderr
    assert district.daemon.client("session", "post", tmp_path / "none.csv", check=False).returncode == 2


def test_a_file_nobody_filled_in(district, tmp_path):
    out = district.daemon.client("session", "post", exported(district, tmp_path), check=False)
    assert out.returncode == 2 and "cash_counted" in out.stderr


def test_client(district, tmp_path):
    rpc, run = district, district.daemon.client
    assert "Bảng kê của tổ" in run("session", "sheets", "TXN01", "--on", SESSION).stdout
    path = filled(exported(rpc, tmp_path), {rpc.running: {"interest": "100.000"}}, {"cash_counted": "120.000"})
    posted = run("session", "post", path).stdout
    assert "Chênh lệch" in posted and "20.000" in posted
    assert "Đã ghi bảng kê" in run("session", "correct", "1", SESSION, "5", "--loan", rpc.running, "--interest", "120.000", "--reason", "x").stdout
    assert "120.000" in run("session", "cash", "TXN01").stdout
    assert "đã ghi" in run("session", "status", "TXN01").stdout
    assert "Phiên giao dịch đã khóa" in run("session", "close", "TXN01", SESSION).stdout
    assert "Ngày khóa phiên" in run("session", "status", "TXN01").stdout
    late = run("session", "correct", "1", SESSION, "5", "--reason", "x", check=False)
    assert late.returncode == 1 and "không nhận thêm" in late.stderr
    more = exported(rpc, tmp_path, "sau.csv").read_text(encoding="utf-8")
    assert "yes" in more
