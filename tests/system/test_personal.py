"""Personal data: masked, in full with a reason, known elsewhere, never in clear, and who looked at whom."""

import loan_district
import pytest
import vonvay_env
from test_find import import_file

ID, CHILD, PHONE, ADDRESS = "046185000099", "046210000001", "0905111222", "Thôn Kim Mười Hai"
SECRETS = (ID, CHILD, PHONE, ADDRESS, "046 185 000 099", "0905.111.222")
HEAD = {"household": "77", "name": "Hồ Thị Đào", "sex": "female", "born_on": "1985-02-03", "area": "C1"}

STAFF = """
insert into loan.branch (branch, code, name) select 2, 'QT', 'Quảng Trị' where not exists (select from loan.branch where branch = 2);
select loan.staff_add(1, 'hongkim', 'Clerk of C1', 1, '2018-01-01', 'C1');
select loan.staff_add(1, 'ango', 'Director of C2', 5, '2018-01-01', 'C2');
"""


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template))
    database.psql(STAFF)
    yield database
    database.drop()


@pytest.fixture
def database(postgres, district):
    copy = postgres.database(district)
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings={**loan_district.SETTINGS, "daemon.log_level": "debug"}) as running:
        yield running


def ask(rpc, who, method, **params):
    rpc.send({"jsonrpc": "2.0", "id": 1, "as": who, "method": method, "params": params})
    return rpc.receive()


def as_(rpc, who, method, **params):
    reply = ask(rpc, who, method, **params)
    assert "result" in reply, reply
    return reply["result"]


def refused(rpc, who, method, **params):
    reply = ask(rpc, who, method, **params)
    assert "error" in reply, reply
    return vonvay_env.RpcError(reply["error"])


def write(rpc, who, method, **params):
    return as_(rpc, who, method, key=vonvay_env.uuid7(), **params)


def register(rpc, **more):
    return rpc.write("household.register", {**HEAD, "citizen_id": ID, "telephone": PHONE, "address": ADDRESS, **more})


# ---- shown ----


def test_masked_unless_asked_for_with_a_reason(rpc, database):
    register(rpc, members=[{"name": "Hồ Văn Nam", "sex": "male", "born_on": "2010-01-01", "relation": "child", "citizen_id": CHILD}])
    for name in ("giaodich", "giamdoc", "thanhtra"):
        shown = [(m["citizen_id"], m["telephone"], m["address"]) for m in as_(rpc, name, "status.household", household="77")["members"]]
        assert shown == [("0461******99", "09******22", "***"), ("0462******01", None, None)]
    full = as_(rpc, "giaodich", "household.personal", household="77", reason="thẻ mới")
    assert full == {"household": "0000000077", "members": [
        {"no": 1, "name": "Hồ Thị Đào", "citizen_id": ID, "telephone": PHONE, "address": ADDRESS},
        {"no": 2, "name": "Hồ Văn Nam", "citizen_id": CHILD, "telephone": None, "address": None}]}
    one = as_(rpc, "giamdoc", "household.personal", household="77", member=2, reason="thẻ mới")
    assert [m["no"] for m in one["members"]] == [2]
    looks = database.psql("select actor <> 0, method, reason from loan.household_look where method = 'household.personal'")
    assert looks == "t|household.personal|thẻ mới\nt|household.personal|thẻ mới"


def test_who_may_see_them_in_full(rpc, database):
    register(rpc)
    for name in ("thanhtra", "hoinongdan", "quantri"):
        assert refused(rpc, name, "household.personal", household="77", reason="thẻ mới").word == "denied"
    for params, word, field in (
        ({"household": "77"}, "invalid_params", "reason"),
        ({"household": "77", "reason": ""}, "invalid_params", "reason"),
        ({"household": "78", "reason": "thẻ mới"}, "household_not_found", "household"),
        ({"household": "77", "member": 9, "reason": "thẻ mới"}, "not_found", "member"),
    ):
        error = refused(rpc, "giaodich", "household.personal", **params)
        assert (error.word, error.field) == (word, field)
    error = refused(rpc, "ango", "household.personal", household="77", reason="thẻ mới")
    assert (error.word, error.field) == ("household_not_found", "household")
    assert database.psql("select count(*) from loan.household_look where method = 'household.personal'") == "0"


def test_a_changed_or_moved_row_is_not_shown(rpc, database, daemon):
    register(rpc)
    register(rpc, household="78", citizen_id=CHILD)
    database.psql("""
        with taken as (select sealed from loan.personal where household_id = 78 and field = 1)
        update loan.personal p set sealed = taken.sealed from taken where p.household_id = 77 and p.field = 1""")
    member = rpc.call("status.household", household="77")["members"][0]
    assert (member["citizen_id"], member["telephone"], member["unreadable"]) == (None, "09******22", ["citizen_id"])
    assert "citizen_id of member 1 of household 0000000077 can't be opened" in daemon.log()


# ---- known elsewhere ----


def test_found_in_any_form_but_only_in_scope(rpc, database):
    register(rpc)
    for text in (ID, "046 185 000 099", "046.185.000.099"):
        assert [h["household"] for h in as_(rpc, "hongkim", "household.find", citizen_id=text)["households"]] == ["0000000077"]
    assert as_(rpc, "ango", "household.find", citizen_id=ID) == {"households": []}
    assert as_(rpc, "ango", "loan.find", citizen_id=ID) == {"loans": []}
    error = refused(rpc, "ango", "household.find", citizen_id="12345")
    assert (error.word, error.field) == ("invalid_params", "citizen_id") and "12345" not in error.message


def elsewhere(error):
    assert (error.word, error.field, error.code) == ("registered_elsewhere", "citizen_id", -32060)
    for secret in ("77", "C1", "Đào", *SECRETS):
        assert secret not in str(error.error).replace(error.data["ref"], "")


def test_registered_elsewhere_without_a_place_and_recorded(rpc, database, daemon):
    write(rpc, "tindung", "household.register", **HEAD, citizen_id=ID)
    write(rpc, "hongkim", "household.register", **{**HEAD, "household": "79"})
    before = database.psql("select count(*) from loan.household")
    # whoever sees the household is told that the person exists; whoever does not, no more than that they do somewhere
    error = refused(rpc, "hongkim", "household.register", key=vonvay_env.uuid7(), **{**HEAD, "household": "78", "citizen_id": ID})
    assert (error.word, error.field) == ("conflict", "citizen_id")
    database.psql("update loan.household_residence set area = 'C2' where household_id = 77")
    elsewhere(refused(rpc, "hongkim", "household.register", key=vonvay_env.uuid7(),
                      **{**HEAD, "household": "78", "citizen_id": "046-185-000-099"}))
    elsewhere(refused(rpc, "hongkim", "household.member", key=vonvay_env.uuid7(), household="79", member=1, citizen_id=ID))
    assert database.psql("select count(*) from loan.household") == before
    trail = database.psql("select t.subject_id, t.fields, t.hashes, e.method from loan.audit t join loan.entry e using (entry_id) "
                          "where t.subject = 'registered_elsewhere' order by 1")
    assert trail == "78|{citizen_id}|{}|household.register\n79|{citizen_id}|{}|household.member"
    sign = as_(rpc, "giamdoc", "watch.signs", sign="registered_elsewhere")["signs"][0]
    assert [(r["household"], r["actor"], r["method"]) for r in sign["rows"]] == [
        ("0000000078", "hongkim", "household.register"), ("0000000079", "hongkim", "household.member")]
    assert "a citizen id is registered elsewhere" in daemon.log()


def other_branch(database):
    """The person of household 77 moves to a branch that nobody here sees."""
    database.psql("""
        begin;
        set local session_replication_role = replica;
        update loan.household set branch = 2 where household_id = 77;
        update loan.household_residence set branch = 2 where household_id = 77;
        update loan.household_member set branch = 2 where household_id = 77;
        update loan.personal set branch = 2 where household_id = 77;
        commit""")


CITIZENS = """record,household,area,hamlet,group,on,until,member,name,sex,born_on,relation,ethnic,citizen_id,telephone,address,class,attributes,decision
household,21,C1,A Đớt,,2019-05-01,,,Hồ Thị Mai,,,,,,,,,ethnic_minority,
member,21,,,,,,1,Hồ Thị Mai,female,1985-02-03,head,Pa Cô,{id},{phone},{address},,,
class,21,,,,2022-01-01,,,,,,,,,,,near_poor,,QĐ 7
"""


def import_errors(rpc, text):
    import hashlib

    data = text.encode()
    begun = rpc.write("import.begin", kind="households", name="x.csv", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    rpc.write("import.append", **begun, at_byte=0, text=text)
    rpc.write("import.append", **begun, at_byte=0, text=text)  # the same again: known by its keyed hash
    assert rpc.fails("import.append", **begun, at_byte=0, text=text.replace("1985", "1986"), key=vonvay_env.uuid7()).word == "conflict"
    rpc.write("import.check", **begun)

    def ended():
        status = rpc.call("import.status", **begun)
        return status if status["state"] in ("invalid", "valid", "failed") else None

    return vonvay_env.wait_until(ended, 60, "the check")["error_list"]


def test_an_import_is_told_apart_too(rpc, database):
    register(rpc)
    text = CITIZENS.format(id="046 185 000 099", phone="", address="")
    assert [(e["line"], e["column"], e["message"]) for e in import_errors(rpc, text)] == [
        (3, "citizen_id", "a person with this number exists already")]
    other_branch(database)
    assert rpc.call("household.find", citizen_id=ID) == {"households": []}
    assert [(e["line"], e["column"], e["message"]) for e in import_errors(rpc, text)] == [
        (3, "citizen_id", "a person with this number is registered elsewhere")]
    elsewhere(rpc.fails("household.register", {**HEAD, "household": "78", "citizen_id": ID}, key=vonvay_env.uuid7()))


# ---- never in clear ----


def everything(database):
    """All rows of all tables as text; bytea in both of its forms."""
    tables = database.psql("select relname from pg_class where relnamespace = 'loan'::regnamespace and relkind = 'r'").split("\n")
    text = database.psql("".join(f"select t::text from loan.{table} t;\n" for table in tables))
    return text, "\n".join(bytes.fromhex(piece).decode(errors="replace") for piece in hex_pieces(text))


def hex_pieces(text):
    for word in text.replace('"', " ").replace("\\\\x", " \\x").split("\\x")[1:]:
        digits = word[: next((i for i, c in enumerate(word) if c not in "0123456789abcdef"), len(word))]
        if len(digits) % 2 == 0:
            yield digits


def test_nothing_in_clear_anywhere(rpc, database, daemon):
    register(rpc, members=[{"name": "Hồ Văn Nam", "sex": "male", "born_on": "1990-01-01", "relation": "child", "citizen_id": CHILD}])
    rpc.write("household.member", household="77", member=1, telephone="0905.111.222", address=ADDRESS)
    rpc.write("household.member", household="1", name="Kăn Hoa", sex="female", born_on="1990-01-01", relation="wife", telephone=PHONE)
    rpc.fails("household.member", household="2", member=1, citizen_id=ID, key=vonvay_env.uuid7())
    rpc.fails("household.member", household="2", member=1, telephone=PHONE + "x" + ID, key=vonvay_env.uuid7())
    rpc.fails("household.member", household="2", member=1, citizen_id=ID * 3, key=vonvay_env.uuid7())
    rpc.fails("household.member", household="2", member=1, address=ADDRESS * 20, key=vonvay_env.uuid7())
    rpc.fails("household.member", household="2", member=1, address=["x", ADDRESS], key=vonvay_env.uuid7())
    assert len(import_errors(rpc, CITIZENS.format(id=ID, phone=PHONE, address=ADDRESS))) == 1
    import_errors(rpc, CITIZENS.format(id=ID + "1", phone=PHONE * 2, address=ADDRESS * 20))
    import_file(rpc, "households", CITIZENS.format(id="046185000018", phone=PHONE, address=ADDRESS))
    rpc.call("household.find", citizen_id=ID)
    rpc.call("household.personal", household="77", reason="xem thử")
    rpc.write("household.split", household="77", into="91", members=["2"])
    rpc.write("household.death", household="91", member=1)
    text, opened = everything(database)
    for secret in (*SECRETS, "046185000018"):
        assert secret not in text
        assert secret not in opened
        assert secret not in daemon.log()
    assert "household.personal" in daemon.log() or database.psql("select count(*) from loan.household_look") != "0"
    keys = database.psql("select reply from loan.request_key")
    assert "0000000077" in keys  # the stored replies were among what was looked through


def test_the_hash_of_a_request_does_not_give_a_citizen_id_away(rpc, database):
    """Who knows all but the number can't try numbers against the stored hash of the body."""
    import hashlib
    import json

    body = {**HEAD, "citizen_id": ID}
    rpc.write("household.register", body)
    plain = "household.register\n" + json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() not in database.psql("select encode(body_sha256, 'hex') from loan.request_key")


# ---- looks ----


def looks(rpc, name="giamdoc", **params):
    return [(look["household"], look["staff"], look["method"]) for look in as_(rpc, name, "household.looks", **params)["looks"]]


def test_who_looked_at_whom(rpc, database):
    register(rpc)
    as_(rpc, "giaodich", "status.household", household="77")
    as_(rpc, "tindung", "household.find", household="1")
    as_(rpc, "tindung", "household.find", text="kăn")
    as_(rpc, "ango", "household.find", citizen_id=ID)
    as_(rpc, "giaodich", "household.personal", household="77", reason="thẻ mới")
    refused(rpc, "giaodich", "status.household", household="99")
    assert sorted(looks(rpc)) == [
        ("0000000001", "tindung", "household.find"),
        ("0000000077", "giaodich", "household.personal"), ("0000000077", "giaodich", "status.household")]
    assert looks(rpc, household="1") == [("0000000001", "tindung", "household.find")]
    assert sorted(looks(rpc, "thanhtra", staff="giaodich")) == [
        ("0000000077", "giaodich", "household.personal"), ("0000000077", "giaodich", "status.household")]
    assert looks(rpc, limit=1) == [("0000000077", "giaodich", "household.personal")]
    assert looks(rpc, "ango") == []  # nothing of households that one does not see
    assert looks(rpc, to="2024-01-01", **{"from": "2023-01-01"}) == []
    full = as_(rpc, "giamdoc", "household.looks", household="77", limit=1)["looks"][0]
    assert (full["name"], full["door"], full["reason"]) == ("Hồ Thị Đào", "unix_socket", "thẻ mới")
    for params, word, field in (({"household": "99"}, "household_not_found", "household"), ({"staff": "nobody"}, "not_found", "staff")):
        error = refused(rpc, "giamdoc", "household.looks", **params)
        assert (error.word, error.field) == (word, field)
    for name in ("giaodich", "tindung", "hoinongdan", "quantri"):
        assert refused(rpc, name, "household.looks").word == "denied"


def test_the_same_look_again_is_written_once_a_minute_at_most(rpc, database):
    for _ in range(20):
        as_(rpc, "giaodich", "status.household", household="1")
    rows = database.psql("select count(*), count(distinct date_trunc('minute', looked_at)) from loan.household_look")
    count, minutes = map(int, rows.split("|"))
    assert 1 <= count <= minutes + 1  # the daemon's minute may end before the row's


def test_a_look_is_stored_before_the_answer_and_never_changed(rpc, database, daemon):
    """Killed right after the answers: the rows of all of them are there."""
    with daemon.rpc() as other:
        for number in ("1", "2", "3", "4"):
            for connection in (rpc, other):
                connection.send({"jsonrpc": "2.0", "id": number, "method": "status.household", "params": {"household": number}})
        for connection in (rpc, other):
            for _ in range(4):
                assert "result" in connection.receive()
    daemon.kill()
    assert database.psql("select distinct household_id from loan.household_look order by 1") == "1\n2\n3\n4"
    for statement in ("update loan.household_look set actor = 1", "delete from loan.household_look"):
        with pytest.raises(RuntimeError, match="append_only|permission denied"):
            database.psql(f"set role vonvay_owner; {statement}")
    daemon.start()


def test_no_answer_without_its_look(rpc, database):
    database.psql("alter table loan.household_look add constraint broken check (household_id <> 1) not valid")
    reply = rpc.request("status.household", household="1")
    assert "error" in reply and "members" not in str(reply)
    assert "result" in rpc.request("status.household", household="2")


# ---- keys at the start ----


def test_a_wrong_or_missing_key_is_told_at_the_start(rpc, database, daemon, tmp_path):
    register(rpc)
    key = database.psql("select to_hex(key_id) from loan.data_key").zfill(8)
    daemon.stop()
    good = daemon.settings["security.data_key_file"]
    (tmp_path / "other.key").write_text("ab" * 32)
    for setting in ("", str(tmp_path / "other.key")):
        daemon.settings["security.data_key_file"] = setting
        daemon.write_config()
        with pytest.raises(RuntimeError, match=f"sealed with the data key {key}, which is not among those configured"):
            daemon.start()
    daemon.settings["security.data_key_file"] = str(tmp_path / "nothing.key")
    daemon.write_config()
    with pytest.raises(RuntimeError, match="nothing.key: No such file"):
        daemon.start()
    daemon.settings["security.data_key_file"] = good
    daemon.write_config()
    daemon.start()
    with daemon.rpc() as again:
        assert again.call("status.household", household="77")["members"][0]["citizen_id"] == "0461******99"
    daemon.settings["security.data_key_file"] = str(tmp_path / "other.key")
    daemon.write_config()
    daemon.reload()  # refused: it goes on with what it has
    vonvay_env.wait_until(lambda: "the data keys stay as they were" in daemon.log(), 30, "the reload")
    with daemon.rpc() as again:
        assert again.call("household.find", citizen_id=ID)["households"] != []
    daemon.settings["security.data_key_file"] = good
    daemon.write_config()
