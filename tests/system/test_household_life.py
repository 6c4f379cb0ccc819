"""Households that split, merge, leave; members who die and who takes over."""

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


def member(rpc, household, name, born_on, relation="child", **more):
    return rpc.write("household.member", household=str(household), name=name, sex="female", born_on=born_on, relation=relation,
                     from_on="2020-01-01", **more)["member"]


def members(rpc, household, **more):
    return [(m["no"], m["name"], m["representative"]) for m in rpc.call("status.household", household=str(household), **more)["members"]]


@pytest.fixture
def family(rpc):
    """Household 1 with three more members: 2 and 3 adults, 4 a child."""
    member(rpc, 1, "Kăn Hoa", "1984-01-01", "wife", telephone="0905000001")
    member(rpc, 1, "Hồ Con", "2001-05-05", citizen_id=ID, address="Hồng Kim")
    member(rpc, 1, "Hồ Út", "2015-05-05")


def test_split(rpc, database, family):
    rpc.write("household.class", {"household": "1", "class": "newly_escaped", "decision": "QĐ 9", "from_on": "2024-01-10"})
    reply = rpc.write("household.split", household="1", into="91", members=["3", "4"], from_on="2024-03-01")
    assert reply == {"household": "0000000001", "into": "0000000091", "name": "Hồ Con", "area": "C1", "members": 2,
                     "from_on": "2024-03-01", "group": None, "moved": [], "loans": []}
    assert members(rpc, 1) == [(1, "Hồ Văn Đức", True), (2, "Kăn Hoa", False)]
    assert members(rpc, 1, as_of="2024-02-29")[2:] == [(3, "Hồ Con", False), (4, "Hồ Út", False)]
    assert members(rpc, 91) == [(1, "Hồ Con", True), (2, "Hồ Út", False)]
    new = rpc.call("status.household", household="91")
    assert (new["registered_on"], new["class"], new["class_since"], new["attributes"], new["group"]) == (
        "2024-03-01", "newly_escaped", "2024-01-10", ["ethnic_minority", "worker"], None)
    agenda = "select household_id, on_day from loan.household_agenda where reason = 'escaped_end' order by 1"
    assert database.psql(agenda) == "1|2027-01-11\n91|2027-01-11", "36 months since the recognition, not since the split"
    assert [h["household"] for h in rpc.call("household.find", citizen_id=ID)["households"]] == ["0000000091"]
    assert database.psql("select household_id, member_no, field from loan.personal order by 1, 2, 3") == "1|2|2\n91|1|1\n91|1|3"
    assert rpc.call("status.household", household="1")["former_members"][0]["ended"] == "split"
    # what was sealed anew opens at its new place: it can be sealed for another once more
    rpc.write("household.merge", household="1", other="91", from_on="2024-03-10")
    assert database.psql("select household_id, member_no, field from loan.personal order by 1, 2, 3") == "1|2|2\n1|5|1\n1|5|3"
    assert members(rpc, 1) == [(1, "Hồ Văn Đức", True), (2, "Kăn Hoa", False), (5, "Hồ Con", False), (6, "Hồ Út", False)]
    gone = rpc.call("status.household", household="91")
    assert (gone["left_on"], gone["ended"], gone["merged_into"], gone["members"]) == ("2024-03-10", "merged", "0000000001", [])
    assert "no_adult" in str(gone["eligibility"])


PLACES = """select loan_id, household_id, member_no, coalesce(group_id, 0), point_id, organisation, commune from loan.state
where status between 1 and 3 order by 1"""


@pytest.fixture
def two_loans(rpc, family):
    """One that member 3 signed while representing, one of member 1, who signs again."""
    rpc.write("household.represent", household="1", member=3, from_on="2024-01-01")
    his = loan_district.contract(rpc, household=1, on="2024-01-10")
    rpc.write("household.represent", household="1", member=1, from_on="2024-02-01")
    return his, loan_district.contract(rpc, household=1, amount=12_000_000, on="2024-02-10")


def test_loans_go_along_with_who_signed_them(rpc, database, two_loans):
    his, stays = two_loans
    reply = rpc.write("household.split", household="1", into="91", members=["4", "3"], from_on="2024-03-01", area="C2")
    assert (reply["group"], reply["moved"], reply["loans"]) == ("0000001", [his], [])
    assert database.psql(PLACES) == f"{his}|91|2|1|1|11|C2\n{stays}|1|1|1|1|11|C1"
    assert database.psql("select household_id, from_on from loan.group_member where group_id = 1 and household_id = 91") == "91|2024-03-01"
    assert database.psql("select count(distinct entry_id) from loan.fact where kind = 16") == "1"
    assert [loan["loan"] for loan in rpc.call("status.household", household="91")["loans"]] == [his]
    assert [loan["loan"] for loan in rpc.call("status.household", household="1")["loans"]] == [stays]
    assert rpc.call("status.portfolio", by=["commune"])["rows"] != []
    rpc.write("loan.pay", loan=his, amount=1_000_000)
    # the day before, all of it is the old household's
    before = {h["household"]: h["outstanding"] for h in rpc.call("status.group", group="1", as_of="2024-02-29")["households"]}
    assert (before["0000000001"], before.get("0000000091", 0)) == (42_000_000, 0)


def test_the_split_says_which_loans_go(rpc, database, two_loans):
    his, other = two_loans
    key = vonvay_env.uuid7()
    asked = {"household": "1", "into": "91", "members": ["3"], "from_on": "2024-03-01", "loans": [other], "group": "2", "key": key}
    reply = rpc.call("household.split", asked)
    assert (reply["group"], reply["moved"], reply["loans"]) == ("0000002", [other], [his])
    assert rpc.call("household.split", asked) == reply, "once in effect"
    # its signer stays, so the one who signs for the new household takes it over
    assert database.psql(PLACES) == f"{his}|1|3|1|1|11|C1\n{other}|91|1|2|2|12|C1"
    assert [w["subject_id"] for w in rpc.call("work.list", kind="signer")["rows"]] == [his]


def test_no_loan_goes_when_none_is_named(rpc, database, two_loans):
    reply = rpc.write("household.split", household="1", into="91", members=["3"], loans=[])
    assert (reply["group"], reply["moved"], reply["loans"]) == (None, [], [two_loans[0]])
    assert database.psql("select count(*) from loan.place") == "0"


@pytest.mark.parametrize("more,word,field", [
    ({"loans": ["6600000000000999"]}, "not_found", "loans"),
    ({"group": "99"}, "group_not_found", "group"),
    ({"from_on": "2024-02-05", "loans": "both"}, "date_out_of_range", "from_on"),
])
def test_a_split_with_loans_refuses(rpc, database, two_loans, more, word, field):
    if more.get("loans") == "both":
        more = {**more, "loans": list(two_loans)}
    facts = database.psql("select count(*) from loan.fact"), database.psql("select count(*) from loan.household")
    error = rpc.fails("household.split", {"household": "1", "into": "91", "members": ["3"], **more}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)
    assert (database.psql("select count(*) from loan.fact"), database.psql("select count(*) from loan.household")) == facts
    assert database.psql("select count(*) from loan.place") == "0"


def test_a_group_that_is_full_takes_no_new_household(rpc, database, two_loans):
    loan_district.add_households(database, 100, 57)
    assert database.psql("select count(*) from loan.group_member where group_id = 1") == "60"
    error = rpc.fails("household.split", {"household": "1", "into": "91", "members": ["3"]}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("group_size", "group")


def test_two_moves_at_once_make_their_places_one_after_the_other(rpc, daemon, database, two_loans):
    """Both want the next number of a place: one is asked again."""
    second = loan_district.contract(rpc, household=2, programme="19", amount=5_000_000, on="2024-02-10")
    with daemon.rpc() as other:
        for connection, household in ((rpc, "1"), (other, "2")):
            connection.send({"jsonrpc": "2.0", "id": 900, "method": "household.move", "params": {
                "household": household, "area": "C2", "take_loans": True, "key": vonvay_env.uuid7()}})
        replies = [rpc.receive()["result"], other.receive()["result"]]
    assert [len(r["moved"]) for r in replies] == [2, 1]
    assert database.psql("select count(*), count(distinct place_id) from loan.place") == "3|3"
    assert second in replies[1]["moved"]


def test_a_household_takes_its_loans_to_another_commune(rpc, database, two_loans):
    his, other = two_loans
    reply = rpc.write("household.move", household="1", area="C2", group="2", from_on="2024-03-01")
    assert (reply["area"], reply["group"], reply["moved"], reply["loans"]) == ("C2", "0000002", [his, other], [])
    assert database.psql(PLACES) == f"{his}|1|3|2|2|12|C2\n{other}|1|1|2|2|12|C2"
    assert database.psql("select group_id, until_on from loan.group_member where household_id = 1 order by 1") == "1|2024-03-01\n2|"
    by_commune = {r["commune"]: r["outstanding"] for r in rpc.call("status.portfolio", by=["commune"], as_of="2024-03-15")["rows"]}
    assert by_commune == {"C2": 42_000_000}
    by_commune = {r["commune"]: r["outstanding"] for r in rpc.call("status.portfolio", by=["commune"], as_of="2024-02-29")["rows"]}
    assert by_commune == {"C1": 42_000_000}, "its place follows from the day on"


def test_without_a_group_the_point_of_the_new_commune_serves_them(rpc, database, two_loans):
    his, other = two_loans
    reply = rpc.write("household.move", household="1", area="C2", from_on="2024-02-20")
    assert (reply["group"], reply["moved"], reply["loans"]) == (None, [], [his, other]), "asked for or not, they are named"
    reply = rpc.write("household.move", household="1", area="C2", replaces="2024-02-20", take_loans=True, from_on="2024-03-01")
    assert (reply["group"], reply["moved"], reply["loans"]) == (None, [his, other], [])
    assert database.psql(PLACES) == f"{his}|1|3|0|2|99|C2\n{other}|1|1|0|2|99|C2"
    assert rpc.call("status.household", household="1")["group"] is None
    error = rpc.fails("household.move", {"household": "1", "area": "C1", "group": "1", "take_loans": False}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("invalid_params", "take_loans")


@pytest.mark.parametrize("more,word,field", [
    ({"into": "2"}, "conflict", "into"),
    ({"members": ["1", "3"]}, "conflict", "members"),
    ({"members": ["4"]}, "conflict", "members"),
    ({"members": ["3", "9"]}, "not_found", "members"),
    ({"members": []}, "invalid_params", "members"),
    ({"representative": 2}, "invalid_params", "representative"),
    ({"members": ["3", "4"], "representative": 4}, "conflict", "representative"),
    ({"from_on": "2024-03-16"}, "date_out_of_range", "from_on"),
    ({"from_on": "2019-12-31"}, "conflict", "members"),
    ({"area": "C9"}, "not_found", "area"),
    ({"household": "999"}, "household_not_found", "household"),
])
def test_split_refuses(rpc, database, family, more, word, field):
    entries = database.psql("select count(*) from loan.entry")
    error = rpc.fails("household.split", {"household": "1", "into": "91", "members": ["3"], **more}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == (word, field)
    assert database.psql("select count(*) from loan.entry") == entries


def test_merge_waits_for_loans(rpc, database):
    loan = loan_district.contract(rpc, household=2, programme="19")
    error = rpc.fails("household.merge", household="1", other="2", key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "other") and loan in error.message
    assert rpc.fails("household.merge", household="1", other="1", key=vonvay_env.uuid7()).field == "other"
    assert rpc.fails("household.merge", household="1", other="999", key=vonvay_env.uuid7()).word == "household_not_found"


def test_merge_ends_the_group_membership(rpc, database):
    reply = rpc.write("household.merge", household="1", other="5", from_on="2024-03-10")
    assert reply == {"household": "0000000001", "other": "0000000005", "members": 1, "from_on": "2024-03-10"}
    assert database.psql("select until_on from loan.group_member where household_id = 5") == "2024-03-10"
    assert members(rpc, 1) == [(1, "Hồ Văn Đức", True), (2, "Lê Minh", False)]
    assert database.psql("select relation from loan.household_member where household_id = 1 and member_no = 2") == "other"
    error = rpc.fails("household.class", {"household": "5", "class": "poor", "decision": "x"}, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("conflict", "household"), "a household that is no more does not change"


def test_leave(rpc, database):
    loan = loan_district.contract(rpc, household=1)
    reply = rpc.write("household.leave", household="1")
    assert reply == {"household": "0000000001", "left_on": "2024-03-15", "loans": [loan], "deposit": 0}
    assert database.psql("select until_on is null from loan.group_member where household_id = 1") == "t", "who owes stays in the group"
    assert rpc.write("household.leave", household="5", from_on="2024-03-01")["loans"] == []
    assert database.psql("select until_on from loan.group_member where household_id = 5") == "2024-03-01"
    found = rpc.call("status.household", household="5")
    assert (found["left_on"], found["ended"], found["members"]) == ("2024-03-01", "left", [])
    assert rpc.call("status.household", household="5", as_of="2024-02-29")["members"] != []
    assert rpc.fails("household.leave", household="5", key=vonvay_env.uuid7()).word == "conflict"


def test_death_of_a_borrower(rpc, database, family):
    loan = loan_district.contract(rpc, household=1)
    reply = rpc.write("household.death", household="1", member=1, on="2024-03-15")
    assert reply == {"household": "0000000001", "member": 1, "name": "Hồ Văn Đức", "died_on": "2024-03-15", "representative": 2,
                     "representative_name": "Kăn Hoa", "moved": [loan], "loans": []}
    assert database.psql("select member_no from loan.state") == "2", "the heir owes it now, in the same write"
    assert database.psql("select count(distinct entry_id) from loan.fact where kind = 16") == "1"
    rpc.write("loan.pay", loan=loan, amount=1_000_000)
    assert rpc.call("work.list", kind="signer")["rows"] == []
    assert members(rpc, 1) == [(2, "Kăn Hoa", True), (3, "Hồ Con", False), (4, "Hồ Út", False)]
    assert rpc.call("status.household", household="1")["former_members"] == [
        {"no": 1, "name": "Hồ Văn Đức", "until_on": "2024-03-15", "ended": "died"}]
    assert members(rpc, 1, as_of="2024-03-14")[0] == (1, "Hồ Văn Đức", True)
    assert database.psql("select from_on, member_no from loan.household_signer where superseded_by is null order by 1") == \
        "2018-01-01|1\n2024-03-15|2"


def test_an_heir_is_named(rpc, family):
    for heir, word in ((1, "invalid_params"), (4, "conflict"), (9, "not_found")):
        error = rpc.fails("household.death", household="1", member=1, heir=heir, key=vonvay_env.uuid7())
        assert (error.word, error.field) == (word, "heir")
    assert rpc.write("household.death", household="1", member=1, heir=3)["representative"] == 3


def test_death_of_one_who_does_not_sign(rpc, database, family):
    assert rpc.fails("household.death", household="1", member=2, heir=3, key=vonvay_env.uuid7()).field == "heir"
    reply = rpc.write("household.death", household="1", member=3)
    assert (reply["representative"], reply["loans"]) == (1, [])
    # a dead person's citizen id stays taken
    error = rpc.fails("household.member", household="2", name="x", sex="male", born_on="2001-05-05", relation="son", citizen_id=ID,
                      key=vonvay_env.uuid7())
    assert error.field == "citizen_id"
    assert rpc.fails("household.death", household="1", member=3, key=vonvay_env.uuid7()).field == "member"
    assert rpc.fails("household.death", household="1", member=2, on="2024-03-16", key=vonvay_env.uuid7()).field == "on"


def test_a_death_told_late_leaves_who_took_over_since(rpc, family):
    rpc.write("household.represent", household="1", member=3, from_on="2024-03-01")
    reply = rpc.write("household.death", household="1", member=1, on="2024-02-01")
    assert reply["representative"] == 3
    assert [m for m in members(rpc, 1, as_of="2024-02-02") if m[2]] == [(3, "Hồ Con", True)]


def test_no_adult_is_left(rpc, database):
    member(rpc, 1, "Hồ Út", "2015-05-05")
    loan = loan_district.contract(rpc, household=1)
    reply = rpc.write("household.death", household="1", member=1)
    assert reply["representative"] is None
    assert (reply["moved"], reply["loans"]) == ([], [loan])
    work = rpc.call("work.list", kind="signer")["rows"]
    assert [(w["subject_id"], w["action"], w["detail"]["ended"]) for w in work] == [(loan, "move_loan", "died")]
    assert members(rpc, 1) == [(2, "Hồ Út", False)]
    found = rpc.call("status.household", household="1")
    assert "no_adult" in str(found["eligibility"]) and found["left_on"] is None


def test_the_last_member_dies(rpc, database):
    rpc.write("household.death", household="1", member=1)
    found = rpc.call("status.household", household="1")
    assert (found["ended"], found["left_on"]) == ("died", "2024-03-15")
    assert database.psql("select until_on from loan.group_member where household_id = 1") == "2024-03-15"
