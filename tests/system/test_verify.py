"""Seals and their verification: what a superuser changes behind everybody's back is found and named; receipts."""

import json
import subprocess

import loan_district
import pytest
import vonvay_env

TAMPER = "set session_replication_role = replica;\n"
ZERO = "0" * 64


def public_key(daemon):
    out = vonvay_env.vonvayd("--config", daemon.config_path, "--print-public-key")
    assert out.returncode == 0, out.stderr
    return out.stdout


def verify(rpc, key, **params):
    """The result of a verification."""
    run = rpc.call("verify.run", public_key=key, **params)["run_id"]

    def ended():
        status = rpc.call("status.verify")["run"]
        return status if status["run_id"] == run and status["state"] in ("done", "failed") else None

    result = vonvay_env.wait_until(ended, 120, "the verification")
    assert result["state"] == "done", result
    return result


def found(rpc, key, **params):
    """What a verification finds: {(kind, what)}, positions left out of the names of rows."""
    return {(f["kind"], f["what"].split(" ", 1)[1] if f["kind"] in ("row_changed", "row_deleted", "row_inserted") else f["what"])
            for f in verify(rpc, key, **params)["findings"]}


def night(rpc, until):
    rpc.write("sweep.run", until=until)
    vonvay_env.wait_until(lambda: rpc.call("status.sweep")["run"]["state"] == "done", 60, "the night")


def sealed(rpc, day):
    vonvay_env.wait_until(lambda: rpc.call("status.verify")["seal"] and rpc.call("status.verify")["seal"]["sealed_until"] == day, 60, "the seal")


@pytest.fixture(scope="module")
def office(postgres, template):
    """Loans with payments, a transfer to overdue that a back-dated payment supersedes, a decision, a deposit, a member who
    changed, a leader, a need; sealed in two nights and an empty one."""
    database = loan_district.fill(postgres.database(template))
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.daemon, rpc.database = daemon, database
        rpc.key = public_key(daemon)
        rpc.first = loan_district.contract(rpc, household=1, on="2023-01-15", instalment_months=12)
        rpc.second = loan_district.contract(rpc, household=3, amount=40_000_000, on="2024-02-01", instalment_months=12)
        rpc.third = loan_district.contract(rpc, household=4, on="2023-01-15", instalment_months=12)
        rpc.write("loan.pay", loan=rpc.second, amount=2_000_000)
        rpc.write("household.member", household="1", member=1, ethnic="Kinh")
        rpc.write("need.record", household="3", kind="credit", amount=20_000_000)
        rpc.write("group.lead", group="1", leader="Hồ Thị Mới", reason="bầu lại")
        rpc.write("deposit.put", household="3", amount=50_000)
        night(rpc, "2024-04-20")
        sealed(rpc, "2024-04-19")
        rpc.write("loan.pay", loan=rpc.first, amount=20_000_000, paid_on="2024-01-05", reason="phiếu thu đến muộn")
        rpc.write("loan.freeze", loans=[rpc.second], case="K1", loss_percent=50, until="2025-04-20", number="QĐ 7",
                  decided_on="2024-04-20", authority="HĐQT", **{"from": "2024-04-20"})
        night(rpc, "2024-05-20")
        sealed(rpc, "2024-05-19")
        night(rpc, "2024-05-21")
        sealed(rpc, "2024-05-20")
        yield rpc
    database.drop()


def test_good(office):
    result = verify(office, office.key)
    assert result["good"] and result["found"] == 0 and result["findings"] == []
    seals = office.database.psql("select number || ' ' || from_day || ' ' || business_date || ' ' || closes from loan.seal order by 1").split("\n")
    assert seals == ["1 2018-01-01 2024-04-19 true", "2 2024-04-20 2024-05-19 true", "3 2024-05-20 2024-05-20 true"]
    assert (result["seals"], result["loans"], result["last"]["seal"]) == (3, 3, 3)
    assert result["rows"] == int(office.database.psql("select sum(leaves) from loan.seal")) > 80
    assert result["postings"] and result["transitions"] and result["deltas"] and result["deposits"] == 1
    assert office.call("status.daemon")["seal"] == {"key": True, "sealed_until": "2024-05-20"}


def test_a_night_run_again_seals_nothing(office):
    before = office.database.psql("select count(*), max(recorded_at) from loan.seal")
    assert office.fails("sweep.run", until="2024-05-20", key=vonvay_env.uuid7()).word == "date_out_of_range"
    office.daemon.restart()
    with office.daemon.rpc() as rpc:
        assert verify(rpc, office.key, seals_only=True)["seals"] == 3
    office.socket.close()
    office.socket = office.daemon.rpc().socket
    assert office.database.psql("select count(*), max(recorded_at) from loan.seal") == before


def sealed_tables(database):
    """Tables with sealed rows: name -> (relation, condition of a sealed row, a column to change and its new value)."""
    tables = {}
    new = {"text": "{0} || '.'", "int8": "{0} + 1", "int4": "{0} + 1", "int2": "{0} + 1", "date": "{0} + 1", "bool": "not {0}"}
    columns = database.psql("""
select s.name, s.relation, s.entry, c, coalesce(b.typname, t.typname) from loan.seal_sources() s,
	unnest(s.columns || s.key) with ordinality u (c, n)
join pg_attribute a on a.attname = c join pg_type t on t.oid = a.atttypid left join pg_type b on b.oid = t.typbasetype
where a.attrelid = ('loan.' || s.relation)::regclass and strpos(s.name, '.') = 0 order by s.source, n""")
    counts, choices = [], {}
    for line in columns.split("\n"):
        name, relation, entry, column, kind = line.split("|")
        relation = {"household_member_version": "household_member"}.get(relation, relation)
        condition = f"{entry} in (select entry_id from loan.entry where position <= (select max(last_position) from loan.seal))"
        if kind in new and column != "until_on":
            choices[f"{name}.{column}"] = (name, (relation, condition, column, new[kind].format(column)))
            counts.append(f"select '{name}.{column}', count({column}) from loan.{relation} where {condition}")
    for line in database.psql(" union all ".join(counts)).split("\n"):
        column, count = line.split("|")
        if int(count):
            tables.setdefault(*choices[column])
    return tables


def test_one_changed_row_in_each_table(office):
    database = office.database
    tables = office.tables = sealed_tables(database)
    assert {"entry", "fact", "transition", "posting", "audit", "decision", "contract", "household", "household_member", "need",
            "group_leader", "deposit_fact", "deposit_posting", "credit_group", "group_member", "household_class"} <= set(tables)
    database.psql("create schema save;" + "".join(
        f"create table save.{relation} as select * from loan.{relation};" for relation, *_ in tables.values()))
    database.psql(TAMPER + "alter table loan.fact drop constraint fact_amount;" + "".join(
        f"update loan.{relation} set {column} = {value} where ctid = (select max(ctid) from loan.{relation} where {condition} and {column} is not null);"
        for relation, condition, column, value in tables.values()))
    named = {what.split(" ")[0] for kind, what in found(office, office.key, seals_only=True) if kind in ("row_changed", "row_deleted", "row_inserted")}
    restore(database, tables)
    assert set(tables) <= named
    assert verify(office, office.key)["good"]


def restore(database, tables):
    database.psql(TAMPER + "".join(f"delete from loan.{relation}; insert into loan.{relation} overriding system value select * from save.{relation};"
                                   for relation, *_ in tables.values()))


def test_a_row_deleted_or_inserted_in_each_table(office):
    database = office.database
    tables = office.tables
    database.psql(TAMPER + "".join(f"delete from loan.{relation} where ctid = (select max(ctid) from loan.{relation} where {condition});"
                                   for relation, condition, *_ in tables.values() if relation != "entry"))
    named = {what.split(" ")[0] for kind, what in found(office, office.key, seals_only=True) if kind == "row_deleted"}
    restore(database, tables)
    assert set(tables) - {"entry"} <= named
    # one more of each: a copy of a row under another key
    inserts = {
        "fact": ("no", "no + 100"), "posting": ("ordinal", "ordinal + 100"), "transition": ("ordinal", "ordinal + 100"),
        "audit": ("audit_id", "audit_id + 1000"), "deposit_fact": ("no", "no + 100"), "decision": ("no", "no + 100"),
        "household_class": ("row_id", "row_id + 1000"), "group_leader": ("row_id", "row_id + 1000"),
    }
    for table, (column, value) in inserts.items():
        columns = database.psql(f"select string_agg(attname, ',' order by attnum) from pg_attribute where attrelid = 'loan.{table}'::regclass and attnum > 0 and not attisdropped")
        chosen = ",".join(value if c == column else "null" if (table, c) == ("fact", "reverses") else c for c in columns.split(","))
        database.psql(TAMPER + f"drop index if exists loan.household_class_from; drop index if exists loan.group_leader_from;"
                      f"insert into loan.{table} ({columns}) overriding system value select {chosen} from loan.{table} where {tables[table][1]} limit 1")
    named = {what.split(" ")[0] for kind, what in found(office, office.key, seals_only=True) if kind == "row_inserted"}
    restore(database, tables)
    assert set(inserts) <= named <= set(inserts) | {"transition.superseded"}
    assert verify(office, office.key)["good"]


def test_reordered(office):
    """Two entries change places, then two events of a loan."""
    database = office.database
    swap = TAMPER + """alter table loan.entry drop constraint entry_branch_position_key;
        update loan.entry set position = case position when 4 then 5 else 4 end where position in (4, 5)"""
    database.psql(swap)
    names = found(office, office.key, seals_only=True)
    assert any(what.startswith("entry ") for kind, what in names if kind in ("row_deleted", "row_inserted", "row_changed"))
    database.psql(TAMPER + """update loan.entry set position = case position when 4 then 5 else 4 end where position in (4, 5);
        alter table loan.entry add unique (branch, position)""")
    assert verify(office, office.key, seals_only=True)["good"]
    facts = f"update loan.fact set no = case no when 1 then 2 else 1 end where loan_id = {office.second} and no in (1, 2)"
    unique = "alter table loan.fact {} constraint fact_pkey"
    database.psql(TAMPER + unique.format("drop") + ";" + facts)
    assert {("row_changed", f"fact {office.second}/1"), ("row_changed", f"fact {office.second}/2")} <= found(office, office.key, seals_only=True) or \
        {f"fact {office.second}/1", f"fact {office.second}/2"} <= {what for _, what in found(office, office.key, seals_only=True)}
    database.psql(TAMPER + facts + ";" + unique.format("add") + " primary key (branch, loan_id, no)")
    assert verify(office, office.key)["good"]


def test_positions_and_orphans(office):
    database = office.database
    database.psql(TAMPER + "create table save.gap as select * from loan.entry where position = 3; delete from loan.entry where position = 3")
    names = found(office, office.key, seals_only=True)
    assert ("position", "no entry has the position before 4") in names
    assert any(kind == "orphan" for kind, _ in names) and any(kind == "row_deleted" and what.startswith("entry ") for kind, what in names)
    database.psql(TAMPER + "insert into loan.entry overriding system value select * from save.gap")
    assert verify(office, office.key, seals_only=True)["good"]


@pytest.mark.parametrize("change, kind", [
    ("update loan.seal set root = sha256('x') where number = 2", "seal"),
    ("update loan.seal set salt = sha256('x') where number = 2", "seal"),
    ("update loan.seal set closed_at = closed_at + interval '1 us' where number = 1", "seal"),
    ("update loan.seal set signature = set_byte(signature, 9, 255 - get_byte(signature, 9)) where number = 2", "signature"),
    ("delete from loan.seal where number = 2", "chain"),
    ("update loan.seal_page set hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) where number = 1", "page"),
    ("update loan.seal_page set names = replace(names, ' fact ', ' fakt ') where number = 1", "row_deleted"),
    ("delete from loan.seal_page where number = 2", "page"),
])
def test_a_seal_is_changed(office, change, kind):
    database = office.database
    database.psql("create table save.seal as select * from loan.seal; create table save.seal_page as select * from loan.seal_page")
    database.psql(TAMPER + change)
    try:
        assert kind in {k for k, _ in found(office, office.key, seals_only=True)}
    finally:
        database.psql(TAMPER + "delete from loan.seal; delete from loan.seal_page; insert into loan.seal select * from save.seal;"
                      "insert into loan.seal_page select * from save.seal_page; drop table save.seal, save.seal_page")
    assert verify(office, office.key, seals_only=True)["good"]


def test_another_key_and_a_tail_cut_off(office, tmp_path):
    database = office.database
    other = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, text=True, check=True).stdout
    other = subprocess.run(["openssl", "pkey", "-pubout"], input=other, capture_output=True, text=True, check=True).stdout
    result = verify(office, other, seals_only=True)
    assert {f["kind"] for f in result["findings"]} == {"signature"} and result["found"] == 3
    assert verify(office, other + office.key, seals_only=True)["good"]
    last = office.call("status.verify")["seal"]
    assert verify(office, office.key, since=f"{last['seal']}:{last['hash']}", seals_only=True)["good"]
    assert found(office, office.key, since=f"{last['seal']}:{ZERO}", seals_only=True) == {("chain", "seal 3 is not the one that was given")}
    database.psql("create table save.seal as select * from loan.seal; create table save.seal_page as select * from loan.seal_page")
    database.psql(TAMPER + "delete from loan.seal where number = 3; delete from loan.seal_page where number = 3; update loan.business set business_date = '2024-05-20', swept_until = '2024-05-20'")
    try:
        assert verify(office, office.key, seals_only=True)["good"]  # nobody can tell from what is left
        assert found(office, office.key, since=f"{last['seal']}:{last['hash']}", seals_only=True) == {("chain", "seal 3 was given, the last one here is 2")}
    finally:
        database.psql(TAMPER + "delete from loan.seal; delete from loan.seal_page; insert into loan.seal select * from save.seal;"
                      "insert into loan.seal_page select * from save.seal_page; drop table save.seal, save.seal_page;"
                      "update loan.business set business_date = '2024-05-21', swept_until = '2024-05-21'")


@pytest.mark.parametrize("change, undo, kind, words", [
    ("update loan.state set in_term = in_term + 1, disbursed = disbursed + 1, amounts[1] = amounts[1] + 1 where loan_id = {first}",
     "update loan.state set in_term = in_term - 1, disbursed = disbursed - 1, amounts[1] = amounts[1] - 1 where loan_id = {first}", "loan", "in_term"),
    ("update loan.state set accrued_units = accrued_units + 1 where loan_id = {first}",
     "update loan.state set accrued_units = accrued_units - 1 where loan_id = {first}", "loan", "accrued"),
    ("update loan.transition set superseded_by = 1 where loan_id = {third} and superseded_by is null",
     "update loan.transition set superseded_by = null where loan_id = {third} and superseded_by = 1", "loan", "transition missing"),
    ("update loan.portfolio_delta set overdue = overdue + 1 where ctid = (select min(ctid) from loan.portfolio_delta)",
     "update loan.portfolio_delta set overdue = overdue - 1 where ctid = (select max(ctid) from loan.portfolio_delta)", "summary", "overdue"),
    ("update loan.deposit set balance = balance + 1", "update loan.deposit set balance = balance - 1", "deposit", "50001"),
])
def test_what_is_derived(office, change, undo, kind, words):
    """Not sealed, but it has to follow from the facts."""
    names = {"first": office.first, "third": office.third}
    office.database.psql(TAMPER + change.format(**names))
    findings = found(office, office.key)
    office.database.psql(TAMPER + undo.format(**names))
    assert any(k == kind and words in what for k, what in findings), findings
    assert verify(office, office.key)["good"]


def test_refused(office):
    assert office.fails("verify.run", public_key="x").field == "public_key"
    assert office.fails("verify.run", public_key=office.key, since="1:abc").field == "since"
    assert office.fails("verify.run", public_key=office.key, since=f"0:{ZERO}").field == "since"
    office.send({"jsonrpc": "2.0", "id": 1, "method": "verify.run", "as": "hoinongdan", "params": {"public_key": office.key}})
    assert office.receive()["error"]["data"]["word"] == "denied"


def test_the_client(office, tmp_path):
    path = tmp_path / "seal.pub"
    path.write_text(office.key)
    out = office.daemon.client("--lang", "en", "verify", "--public-key", path)
    assert "Everything is as it was sealed, and follows from the facts." in out.stdout and "Loans made again" in out.stdout
    office.database.psql(TAMPER + f"update loan.fact set effective_on = effective_on - 1 where loan_id = {office.second} and no = 2")
    out = office.daemon.client("--lang", "en", "verify", "--public-key", path, "--seals-only", check=False)
    office.database.psql(TAMPER + f"update loan.fact set effective_on = effective_on + 1 where loan_id = {office.second} and no = 2")
    assert out.returncode == 1 and f"fact {office.second}/2" in out.stdout and "row changed" in out.stdout
    out = office.daemon.client("verify", "--public-key", tmp_path / "none", check=False)
    assert out.returncode == 2 and f"{tmp_path}/none: " in out.stderr
    private = office.daemon.client("--lang", "en", "verify", "--public-key", office.daemon.settings["security.seal_key_file"], check=False)
    assert private.returncode == 2 and "this is a private key" in private.stderr


# --- receipts -----------------------------------------------------------------------------------------------------------


def check(receipt, path):
    return subprocess.run([vonvay_env.program("receipt-check"), path], input=receipt + b"\n", capture_output=True)


def test_a_receipt(office, tmp_path):
    path = tmp_path / "seal.pub"
    path.write_text(office.key)
    answer = office.call("loan.receipt", loan=office.second, fact=2)
    receipt = answer["receipt"]
    good = check(receipt.encode(), path)
    assert good.returncode == 0, good.stdout
    paid = json.loads(good.stdout.decode().removeprefix("good: ").split(" sealed by ")[0])
    assert paid[0] == "fact" and paid[3:5] == [int(office.second), 2] and "2024-03-15" in paid
    assert (answer["seal"], answer["sealed_until"], answer["bytes"]) == (1, "2024-04-19", len(receipt.encode()))
    assert answer["bytes"] < 2331  # fits a QR code with some redundancy (version 40, M)
    assert office.first not in receipt and "household" not in receipt
    assert receipt in office.daemon.client("loan", "receipt", office.second, 2).stdout
    other = tmp_path / "other.pub"
    other.write_text(public_key_of_another())
    assert check(receipt.encode(), other).returncode == 1


def public_key_of_another():
    private = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True, check=True).stdout
    return subprocess.run(["openssl", "pkey", "-pubout"], input=private, capture_output=True, check=True).stdout.decode()


def test_every_byte_of_a_receipt_counts(office, tmp_path):
    path = tmp_path / "seal.pub"
    path.write_text(office.key)
    receipt = office.call("loan.receipt", loan=office.first, fact=1)["receipt"].encode()
    assert check(receipt, path).returncode == 0
    spoilt = [receipt[:i] + bytes([receipt[i] ^ 1]) + receipt[i + 1:] for i in range(len(receipt))]
    spoilt += [receipt[:i] for i in range(1, len(receipt))]
    spoilt += [receipt[:i] + receipt[i + 1:] for i in range(len(receipt))]
    spoilt += [receipt + b" ", b" " + receipt, receipt.replace(b'"index":', b'"index":0')]
    spoilt = [text for text in spoilt if text != receipt]
    lines = check(b"\n".join(spoilt), path).stdout.decode(errors="replace").split("\n")
    assert len(lines) == len(spoilt) + 1
    for line, text in zip(lines, spoilt):
        assert line.startswith("not good: "), text


def test_no_receipt(office):
    assert office.fails("loan.receipt", loan="6600000000009999", fact=1).word == "loan_not_found"
    assert office.fails("loan.receipt", loan=office.first, fact=99).word == "not_found"
    office.write("loan.pay", loan=office.second, amount=1_000)
    error = office.fails("loan.receipt", loan=office.second, fact=4)
    assert error.word == "not_sealed_yet" and "2024-05-21" in error.message


def test_a_row_that_is_not_as_sealed_gets_no_receipt(office):
    office.database.psql(TAMPER + f"update loan.fact set amount = amount + 1 where loan_id = {office.second} and no = 2")
    assert office.fails("loan.receipt", loan=office.second, fact=2).word == "internal"
    office.database.psql(TAMPER + f"update loan.fact set amount = amount - 1 where loan_id = {office.second} and no = 2")
    assert office.call("loan.receipt", loan=office.second, fact=2)["seal"] == 1


def test_without_a_key_days_go_unsealed_and_a_key_catches_up(postgres, template):
    database = loan_district.fill(postgres.database(template))
    daemon = vonvay_env.Daemon(database, settings={**loan_district.SETTINGS, "security.seal_key_file": ""})
    with daemon:
        with daemon.rpc() as rpc:
            loan_district.contract(rpc, household=1)
            night(rpc, "2024-04-16")
            assert rpc.call("status.daemon")["seal"] == {"key": False, "sealed_until": None}
            assert "no seal_key_file in [security]: the days go unsealed" in daemon.log()
        assert vonvay_env.vonvayd("--config", daemon.config_path, "--print-public-key").returncode == 1
        daemon.stop()
        daemon.settings["security.seal_key_file"] = "/nowhere/seal.pem"
        daemon.write_config()
        out = vonvay_env.vonvayd("--config", daemon.config_path)
        assert out.returncode == 1 and "seal key /nowhere/seal.pem" in out.stderr
        daemon.settings["security.seal_key_file"] = str(vonvay_env.seal_key(daemon.dir / "own.pem"))
        daemon.write_config()
        daemon.start()
        with daemon.rpc() as rpc:
            sealed(rpc, "2024-04-15")  # thirty nights and more, one seal
            result = verify(rpc, public_key(daemon))
            assert result["good"] and result["seals"] == 1
    database.drop()
