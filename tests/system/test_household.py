"""Households through the socket: registering, members and who signs, residence, class, attributes, surveys."""

import loan_district
import pytest
import vonvay_env

ID = "046185000099"


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template))
    yield database
    database.drop()


@pytest.fixture
def database(postgres, district):
    copy = postgres.database(district)
    yield copy
    copy.drop()


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running:
        yield running


HEAD = {"household": "77", "name": "Hồ Thị Đào", "sex": "female", "born_on": "1985-02-03", "ethnic": "Pa Cô", "area": "C1",
        "hamlet": "A Đớt"}


def register(rpc, **more):
    return rpc.write("household.register", {**HEAD, **more})


def changed(database, household):
    """The nights that are told of a change of a household, with its earliest day."""
    return database.psql(
        f"select on_day || ' ' || since from loan.household_agenda where household_id = {household} and reason = 'changed'")


def test_register(rpc, database):
    reply = register(
        rpc, on="2024-03-01", citizen_id=ID, telephone="0905111222", address="Hồng Kim", attributes=["student"],
        members=[{"name": "Hồ Văn Nam", "sex": "male", "born_on": "2010-01-01", "relation": "child", "citizen_id": "046210000001"}],
        **{"class": "near_poor", "decision": "QĐ 12"})
    assert reply == {"household": "0000000077", "name": "Hồ Thị Đào", "registered_on": "2024-03-01", "area": "C1", "members": 2}
    found = rpc.call("status.household", household="77")
    assert [(m["no"], m["name"], m["relation"], m["representative"]) for m in found["members"]] == [
        (1, "Hồ Thị Đào", "head", True), (2, "Hồ Văn Nam", "child", False)]
    assert (found["class"], found["class_since"], found["attributes"]) == ("near_poor", "2024-03-01", ["student"])
    assert found["classes"] == [{"from": "2024-03-01", "class": "near_poor", "decision": "QĐ 12"}]
    assert (found["area"], found["hamlet"], found["registered_on"]) == ("C1", "A Đớt", "2024-03-01")
    assert changed(database, 77) == "2024-03-16 2024-03-01"
    assert [h["household"] for h in rpc.call("household.find", citizen_id=ID)["households"]] == ["0000000077"]
    assert database.psql("select count(*) from loan.personal where household_id = 77") == "4"
    trail = database.psql("select subject_id, fields from loan.audit where subject = 'household_member' order by 1")
    assert trail == "77/1|{citizen_id,telephone,address}\n77/2|{citizen_id}"


def test_personal_data_go_nowhere_in_clear(rpc, database, daemon):
    register(rpc, citizen_id=ID, telephone="0905111222", address="Hồng Kim 12")
    everything = database.psql(
        "select query_to_xml('select * from loan.' || relname, true, false, '')::text from pg_class "
        "where relnamespace = 'loan'::regnamespace and relkind = 'r'")
    for secret in (ID, "0905111222", "Hồng Kim 12"):
        assert secret not in everything
        assert secret not in daemon.log()
        assert secret not in str(rpc.call("status.household", household="77"))


@pytest.mark.parametrize("more,word,field", [
    ({"household": "1"}, "conflict", "household"),
    ({"household": "10000000000"}, "invalid_params", "household"),
    ({"area": "C9"}, "not_found", "area"),
    ({"area": "AL"}, "not_found", "area"),
    ({"area": "CX"}, "date_out_of_range", "area"),
    ({"on": "2024-03-16"}, "date_out_of_range", "on"),
    ({"born_on": "2010-01-01"}, "conflict", "representative"),
    ({"born_on": "2024-03-16"}, "date_out_of_range", "born_on"),
    ({"representative": 2}, "invalid_params", "representative"),
    ({"class": "poor"}, "invalid_params", "decision"),
    ({"citizen_id": "123"}, "invalid_params", "citizen_id"),
    ({"telephone": "call me"}, "invalid_params", "telephone"),
    ({"members": [{"name": "x", "sex": "male", "born_on": "2000-01-01", "relation": "son", "citizen_id": "12a"}]},
     "invalid_params", "members[0].citizen_id"),
    ({"members": [{"name": "x", "sex": "male", "born_on": "2030-01-01", "relation": "son"}]},
     "date_out_of_range", "members[0].born_on"),
])
def test_register_refuses(rpc, database, more, word, field):
    error = rpc.fails("household.register", {**HEAD, **more}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)
    assert database.psql("select count(*) from loan.household") == "6"
    assert database.psql("select count(*) from loan.entry") == "1"


def test_a_child_may_be_the_head_when_another_signs(rpc):
    register(rpc, born_on="2010-01-01", representative=2,
             members=[{"name": "Kăn Lành", "sex": "female", "born_on": "1950-01-01", "relation": "grandparent"}])
    assert [m["representative"] for m in rpc.call("status.household", household="77")["members"]] == [False, True]


def test_a_citizen_id_known_elsewhere_is_refused_without_saying_where(rpc):
    register(rpc, citizen_id=ID)
    error = rpc.fails("household.register", {**HEAD, "household": "78", "citizen_id": ID}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "citizen_id")
    assert "77" not in error.message and ID not in error.message
    error = rpc.fails("household.member", {"household": "2", "member": 1, "citizen_id": ID}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "citizen_id")


def test_register_is_safe_to_repeat(rpc, database):
    key = vonvay_env.uuid7()
    first = rpc.call("household.register", HEAD, key=key)
    assert rpc.call("household.register", HEAD, key=key) == first
    assert database.psql("select count(*) from loan.household") == "7"


def test_who_may_write(rpc):
    for name, allowed in (("giaodich", True), ("tindung", True), ("hoinongdan", False), ("quantri", False)):
        reply = rpc.request("household.register", {**HEAD, "household": "79" + str(len(name)), "key": vonvay_env.uuid7()})
        rpc.send({"jsonrpc": "2.0", "id": 1, "as": name, "method": "household.survey",
                  "params": {"household": "1", "income": 1, "key": vonvay_env.uuid7()}})
        reply = rpc.receive()
        assert ("result" in reply) == allowed, (name, reply)


# ---- members ----


def test_a_member_is_added_changed_and_leaves(rpc, database):
    added = rpc.write("household.member", household="1", name="Kăn Hoa", sex="female", born_on="1990-01-01", relation="wife",
                      from_on="2024-02-01", telephone="0905000001")
    assert added == {"household": "0000000001", "member": 2, "name": "Kăn Hoa", "from_on": "2024-02-01", "until_on": None}
    rpc.write("household.member", household="1", member=2, name="Kăn Thị Hoa", ethnic="Cơ Tu", telephone="")
    assert database.psql("select count(*) from loan.personal where household_id = 1") == "0"
    assert database.psql("select count(*) from loan.personal_past where household_id = 1 and superseded_by > entry_id") == "1"
    assert database.psql("select name, ethnic from loan.household_member_past where household_id = 1") == "Kăn Hoa|"
    left = rpc.write("household.member", household="1", member=2, until_on="2024-03-10")
    assert left["until_on"] == "2024-03-10"
    assert [m["no"] for m in rpc.call("status.household", household="1")["members"]] == [1]
    assert [m["name"] for m in rpc.call("status.household", household="1", as_of="2024-03-09")["members"]] == ["Hồ Văn Đức", "Kăn Thị Hoa"]
    assert rpc.call("status.household", household="1")["former_members"] == [
        {"no": 2, "name": "Kăn Thị Hoa", "until_on": "2024-03-10", "ended": "left"}]
    assert changed(database, 1) == "2024-03-16 2024-02-01"


def test_who_has_left_takes_the_citizen_id_along(rpc):
    rpc.write("household.member", household="1", name="Kăn Hoa", sex="female", born_on="1990-01-01", relation="wife", citizen_id=ID)
    new = {"household": "2", "name": "Kăn Hoa", "sex": "female", "born_on": "1990-01-01", "relation": "sister", "citizen_id": ID}
    assert rpc.fails("household.member", new, key=vonvay_env.uuid7()).field == "citizen_id"
    rpc.write("household.member", household="1", member=2, until_on="2024-03-15")
    assert rpc.write("household.member", new)["member"] == 2


@pytest.mark.parametrize("params,word,field", [
    ({"household": "999", "member": 1, "name": "x"}, "household_not_found", "household"),
    ({"household": "1", "member": 7, "name": "x"}, "not_found", "member"),
    ({"household": "1", "member": 1}, "invalid_params", "name"),
    ({"household": "1", "name": "x"}, "invalid_params", "sex"),
    ({"household": "1", "member": 1, "until_on": "2024-03-01"}, "conflict", "until_on"),
    ({"household": "1", "member": 1, "born_on": "2010-01-01"}, "conflict", "born_on"),
    ({"household": "1", "name": "x", "sex": "male", "born_on": "2000-01-01", "relation": "son", "from_on": "2024-03-16"},
     "date_out_of_range", "from_on"),
    ({"household": "1", "name": "x", "sex": "male", "born_on": "2000-01-01", "relation": "son", "from_on": "2017-12-31"},
     "date_out_of_range", "from_on"),
    ({"household": "1", "name": "x", "sex": "male", "born_on": "2024-03-10", "relation": "son", "from_on": "2024-03-09"},
     "date_out_of_range", "born_on"),
])
def test_member_refuses(rpc, database, params, word, field):
    error = rpc.fails("household.member", params, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)
    assert database.psql("select count(*) from loan.entry") == "1"


def test_the_name_of_the_head_is_that_of_the_household(rpc):
    rpc.write("household.member", household="1", member=1, name="Hồ Văn Đức Em")
    assert rpc.call("household.find", text="duc em")["households"][0]["name"] == "Hồ Văn Đức Em"


def test_another_signs(rpc, database):
    for name, born in (("Kăn Hoa", "1990-01-01"), ("Hồ Con", "2006-03-16")):
        rpc.write("household.member", household="1", name=name, sex="female", born_on=born, relation="child", from_on="2024-01-01")
    reply = rpc.write("household.represent", household="1", member=2, from_on="2024-02-01")
    assert reply == {"household": "0000000001", "member": 2, "name": "Kăn Hoa", "from_on": "2024-02-01"}
    signs = lambda day: [m["no"] for m in rpc.call("status.household", household="1", as_of=day)["members"] if m["representative"]]
    assert signs("2024-01-31") == [1] and signs("2024-02-01") == [2] and signs("2024-03-15") == [2]
    error = rpc.fails("household.represent", household="1", member=3, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "member") and "18" in error.message
    assert rpc.fails("household.represent", household="1", member=2, from_on="2023-12-31", key=vonvay_env.uuid7()).field == "member"
    rpc.write("household.member", household="1", member=1, until_on="2024-03-01")
    assert rpc.write("loan.disburse", household="1", programme="01", amount=1_000_000, term_months=12)["loan"]
    assert database.psql("select member_no from loan.contract") == "2"


# ---- residence, class, attributes ----


def test_move(rpc, database):
    loan = loan_district.contract(rpc, household=1)
    reply = rpc.write("household.move", household="1", area="C2", hamlet="Pâr Nghi", from_on="2024-03-01")
    assert reply == {"household": "0000000001", "area": "C2", "hamlet": "Pâr Nghi", "from_on": "2024-03-01", "group": None, "moved": [],
                     "loans": [loan]}
    assert rpc.call("status.household", household="1", as_of="2024-02-29")["area"] == "C1"
    assert rpc.call("status.household", household="1")["area"] == "C2"
    error = rpc.fails("household.move", household="1", area="C1", from_on="2024-03-01", key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "from_on")
    rpc.write("household.move", household="1", area="C1", from_on="2024-03-05", replaces="2024-03-01")
    assert rpc.call("status.household", household="1", as_of="2024-03-04")["hamlet"] == ""
    assert database.psql("select count(*) from loan.household_residence where household_id = 1 and superseded_by is not null") == "1"
    for more, field in (({"replaces": "2024-03-02"}, "replaces"), ({"from_on": "2024-03-16"}, "from_on"),
                        ({"from_on": "2017-01-01"}, "from_on"), ({"area": "X"}, "area"),
                        ({"replaces": "2018-01-01", "from_on": "2018-02-01"}, "from_on")):
        assert rpc.fails("household.move", {"household": "1", "area": "C2", **more}, key=vonvay_env.uuid7()).field == field


def test_class(rpc, database):
    reply = rpc.write("household.class", {"household": "1", "class": "newly_escaped", "decision": "QĐ 9", "from_on": "2024-01-10"})
    assert reply == {"household": "0000000001", "class": "newly_escaped", "decision": "QĐ 9", "from_on": "2024-01-10", "change": "escapes"}
    found = rpc.call("status.household", household="1")
    assert (found["class"], found["class_since"]) == ("newly_escaped", "2024-01-10")
    agenda = "select on_day from loan.household_agenda where household_id = 1 and reason = 'escaped_end' order by 1"
    assert database.psql(agenda) == "2027-01-11"
    # the decision was of another day: the row is replaced, what was known stays
    rpc.write("household.class", {"household": "1", "class": "newly_escaped", "decision": "QĐ 9", "from_on": "2023-12-20", "replaces": "2024-01-10"})
    assert database.psql(agenda) == "2026-12-21\n2027-01-11"
    assert [c["from"] for c in rpc.call("status.household", household="1")["classes"]] == ["2022-01-01", "2023-12-20"]
    assert database.psql("select count(*) from loan.household_class where household_id = 1") == "3"
    # a review that confirms it does not begin it again
    rpc.write("household.class", {"household": "1", "class": "newly_escaped", "decision": "QĐ 10", "from_on": "2024-03-01"})
    assert database.psql(agenda) == "2026-12-21\n2027-01-11"
    back = rpc.write("household.class", {"household": "1", "class": "poor", "decision": "QĐ 11"})
    assert back["change"] == "falls_back" and back["from_on"] == "2024-03-15"
    assert changed(database, 1) == "2024-03-16 2023-12-20"


@pytest.mark.parametrize("more,word,field", [
    ({"from_on": "2022-01-01"}, "conflict", "from_on"),
    ({"from_on": "2024-03-16"}, "date_out_of_range", "from_on"),
    ({"from_on": "2017-12-31"}, "date_out_of_range", "from_on"),
    ({"replaces": "2022-01-02"}, "not_found", "replaces"),
    ({"class": "rich"}, "invalid_params", "class"),
    ({"decision": ""}, "invalid_params", "decision"),
])
def test_class_refuses(rpc, database, more, word, field):
    error = rpc.fails("household.class", {"household": "1", "class": "average", "decision": "QĐ", **more}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)
    assert database.psql("select count(*) from loan.entry") == "1"


def test_attributes(rpc):
    on = lambda day: rpc.call("status.household", household="1", as_of=day)["attributes"]
    rpc.write("household.attribute", household="1", add=["student"], remove=["worker"], from_on="2024-03-01")
    reply = rpc.write("household.attribute", household="1", add=["flood_zone"], from_on="2023-01-01")
    assert reply == {"household": "0000000001", "from_on": "2023-01-01", "attributes": ["ethnic_minority", "flood_zone", "worker"]}
    assert on("2022-12-31") == ["ethnic_minority", "worker"]
    assert on("2024-02-29") == ["ethnic_minority", "flood_zone", "worker"]
    assert on("2024-03-15") == ["ethnic_minority", "flood_zone", "student"]
    for params, field in (({}, "add"), ({"add": ["student"]}, "add"), ({"add": ["trader"], "remove": ["trader"]}, "remove"),
                          ({"add": ["rich"]}, "add[0]"), ({"add": ["trader"], "from_on": "2024-04-01"}, "from_on")):
        assert rpc.fails("household.attribute", {"household": "1", **params}, key=vonvay_env.uuid7()).field == field


def test_survey_and_the_class_by_the_standard(rpc, database):
    reply = rpc.write("household.survey", household="1", income=1_500_000, lacking=["water", "latrine"], on="2024-03-01")
    assert reply == {"household": "0000000001", "on": "2024-03-01", "income": 1_500_000, "lacking": ["water", "latrine"],
                     "class": "poor", "computed_class": "near_poor", "standard": "07/2021/NĐ-CP", "differs": True}
    found = rpc.call("status.household", household="1")
    assert found["computed_class"] == "near_poor", "it differs from the decision"
    assert found["survey"] == {"on": "2024-03-01", "income": 1_500_000, "lacking": ["water", "latrine"],
                               "lacking_count": 2, "standard": "07/2021/NĐ-CP", "line": 1_500_000, "computed_class": "near_poor"}
    again = rpc.write("household.survey", household="1", income=1_500_000, lacking=["water", "latrine", "quality"], on="2024-03-01")
    assert again["differs"] is False
    found = rpc.call("status.household", household="1")
    assert "computed_class" not in found and found["survey"]["computed_class"] == "poor"
    assert "survey" not in rpc.call("status.household", household="1", as_of="2024-02-29")
    assert database.psql("select count(*) from loan.household_survey") == "2"
    for more, field in (({"on": "2024-03-16"}, "on"), ({"income": -1}, "income"), ({"lacking": ["roof"]}, "lacking[0]")):
        assert rpc.fails("household.survey", {"household": "1", "income": 1, **more}, key=vonvay_env.uuid7()).field == field


def test_the_standard_of_2027(rpc, database):
    loan_district.move_business(database, "2026-12-31")
    rpc.write("household.survey", household="1", income=2_100_000, lacking=["water", "latrine", "quality"])
    found = rpc.call("status.household", household="1")
    assert (found["computed_class"], found["survey"]["line"]) == ("average", 1_500_000)
    loan_district.move_business(database, "2027-01-01")
    found = rpc.call("status.household", household="1")
    assert "computed_class" not in found, "poor by the new standard, as decided"
    assert (found["survey"]["standard"], found["survey"]["line"]) == ("351/2025/NĐ-CP", 2_200_000)


def test_a_province_sets_a_higher_line(rpc, database):
    database.psql("insert into loan.poverty_standard (area, from_on, rural, urban, lacking_poor, instrument, reason, mark) "
                  "values ('HUE', '2023-01-01', 1800000, 2400000, 3, 'NQ 5/HĐND', 'test', 'demo')")
    database.psql("update loan.reference_version set version = version + 1")
    reply = rpc.write("household.survey", household="1", income=1_700_000, lacking=["water", "latrine", "quality"])
    assert (reply["computed_class"], reply["standard"]) == ("poor", "NQ 5/HĐND")


def test_no_standard_before_the_first(rpc):
    reply = rpc.write("household.survey", household="1", income=1, on="2020-05-05")
    assert "computed_class" not in reply and reply["class"] == "none"


def test_two_changes_at_once_both_happen(daemon, rpc):
    with daemon.rpc() as second:
        for n in range(10):
            for connection in (rpc, second):
                connection.send({"jsonrpc": "2.0", "id": n, "method": "household.survey", "params": {
                    "household": "1", "income": n, "on": f"2024-0{1 if connection is rpc else 2}-{n + 1:02d}", "key": vonvay_env.uuid7()}})
        for connection in (rpc, second):
            replies = [connection.receive() for _ in range(10)]
            for reply in replies:
                assert "result" in reply or reply["error"]["data"]["word"] == "try_again", reply


# ---- as people do it ----


def test_through_the_client(daemon, tmp_path):
    run = lambda *arguments: daemon.client("--as", "giaodich", *arguments).stdout
    out = run("household", "register", "77", "--name", "Hồ Thị Đào", "--sex", "female", "--born-on", "03/02/1985", "--area", "C1",
              "--on", "01/03/2024", "--citizen-id", ID, "--class", "poor", "--decision", "QĐ 12", "--attributes", "student,worker")
    assert "0000000077" in out and "Hồ Thị Đào" in out and ID not in out
    assert "Thành viên" in run("household", "member", "77", "--name", "Hồ Con", "--sex", "male", "--born-on", "2000-01-01", "--relation", "child")
    run("household", "represent", "77", "--member", "2")
    run("household", "move", "77", "--area", "C2", "--from", "2024-03-10")
    run("household", "attribute", "77", "--add", "trader", "--remove", "student")
    out = run("household", "survey", "77", "--income", "1.600.000", "--lacking", "water,latrine")
    assert "nguồn nước sinh hoạt" in out and "Loại hộ theo quyết định khác loại hộ theo chuẩn." in out
    out = run("household", "show", "77")
    for text in ("Hồ Con", "hộ nghèo", "1.600.000", "07/2021/NĐ-CP", "Loại hộ theo chuẩn"):
        assert text in out, out
    assert "30/03/2024" in run("household", "review", "77", "--note", "mất mùa")
    assert "mất mùa" in run("review", "list")
    assert "thoát nghèo" in run("review", "close", "77", "--class", "newly_escaped", "--decision", "QĐ 13", "--income", "1.600.000")
    assert "0000000078" in run("household", "split", "77", "--into", "78", "--members", "1")
    assert "nhập hộ" in daemon.client("help", "household", "merge").stdout.lower()
    run("household", "merge", "77", "--other", "78")
    died = run("household", "death", "77", "--member", "2")
    assert "Tên người đứng tên" in died and "Hồ Thị Đào" in died and "Project-Id" not in died
    assert "đã mất" in run("household", "show", "77")
    run("household", "leave", "77")
    assert "hộ 0000000077" not in run("household", "find", "--group", "1")


def test_a_file_of_reviews_through_the_client(daemon, tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text("household,on,class,decision,income,lacking\n1,2024-03-10,newly_escaped,QĐ 9,2000000,\n2,2024-03-10,poor,QĐ 9,,\n")
    out = daemon.client("--as", "tindung", "import", "reviews", path).stdout
    assert "thoát nghèo" in out and "hộ cận nghèo thành hộ nghèo" in out and "Chưa áp dụng gì" in out
    assert daemon.database.psql("select count(*) from loan.household_class where decision = 'QĐ 9'") == "0"
    number = out.rsplit("import apply ", 1)[1].strip()
    daemon.client("--as", "tindung", "import", "apply", number)
    assert daemon.database.psql("select count(*) from loan.household_class where decision = 'QĐ 9'") == "2"
    bad = tmp_path / "bad.csv"
    bad.write_text("household,on,class,decision\n999,2024-03-10,poor,QĐ 9\n")
    failed = daemon.client("--as", "tindung", "import", "reviews", bad, check=False)
    assert failed.returncode != 0 and "bad.csv:2:household" in failed.stderr
