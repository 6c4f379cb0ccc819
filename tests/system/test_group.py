"""Groups in time: forming, leading, joining, leaving, and what the client says of it."""

import loan_district
import pytest
import vonvay_env

FOUNDERS = [str(no) for no in range(101, 106)]


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template))
    loan_district.add_households(database, 101, 70)
    database.psql("delete from loan.group_member where household_id >= 101")
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.daemon, rpc.database = daemon, database
        yield rpc
    database.drop()


def refused(rpc, method, params=None, **more):
    return rpc.fails(method, {**(params or {}), "key": vonvay_env.uuid7(), **more})


def refused_as(rpc, name, method, **params):
    rpc.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "key": vonvay_env.uuid7()}, "as": name})
    return vonvay_env.RpcError(rpc.receive()["error"])


def form(rpc, group, households, **more):
    params = {
        "group": group, "name": "Tổ mới", "organisation": "women", "area": "C1", "hamlet": "A Tia", "point": "TXN01",
        "leader": "Kăn Mới", "leader_household": households[0], "households": households, "decision": "5/UBND", **more,
    }
    return {"method": "group.form", "params": params}


def test_form_lead_join_leave(district):
    rpc = district
    formed = rpc.write(**form(rpc, "11", FOUNDERS, formed_on="2024-01-05"))
    assert formed == {"group": "0000011", "name": "Tổ mới", "formed_on": "2024-01-05", "leader": "Kăn Mới", "members": 5}
    assert rpc.call("status.group", group="11")["organisation"] == "women"
    assert rpc.write("group.join", group="11", household="110", joined_on="2024-02-01")["members"] == 6
    assert rpc.write("group.lead", group="11", leader="Hồ Thị Lan", household="102", from_on="2024-03-01", reason="bầu lại")[
        "before"] == "Kăn Mới"
    assert rpc.call("status.group", group="11", as_of="2024-02-29")["leader"] == "Kăn Mới"
    assert rpc.call("status.group", group="11")["leader"] == "Hồ Thị Lan"
    assert rpc.call("status.group", group="11", as_of="2024-01-31")["members"] == 5
    left = rpc.write("group.leave", group="11", household="110", left_on="2024-03-10", reason="chuyển đi")
    assert (left["members"], left["too_few"]) == (5, False)
    assert rpc.call("status.group", group="11", as_of="2024-03-09")["members"] == 6
    history = rpc.call("group.history", group="11")
    assert [leader["name"] for leader in history["leaders"]] == ["Kăn Mới", "Hồ Thị Lan"]
    assert [(m["household"], m["until"]) for m in history["members"]][-1] == ("0000000110", "2024-03-10")
    assert history["events"] == [{"on": "2024-01-05", "kind": "formed", "other_group": None, "decision": "5/UBND"}]


@pytest.mark.parametrize(
    "change, word, field",
    [
        ({"households": FOUNDERS[:4]}, "group_size", "households"),
        ({"households": [str(no) for no in range(101, 162)]}, "group_size", "households"),
        ({"households": [*FOUNDERS[:4], "999"]}, "household_not_found", "households"),
        ({"households": [*FOUNDERS[:4], "1"]}, "conflict", "households"),
        ({"leader_household": "170"}, "invalid_params", "leader_household"),
        ({"group": "1"}, "conflict", "group"),
        ({"point": "TXN77"}, "not_found", "point"),
        ({"area": "CX"}, "not_found", "area"),
        ({"formed_on": "2024-03-16"}, "date_out_of_range", "formed_on"),
        ({"organisation": "nobody"}, "invalid_params", "organisation"),
    ],
)
def test_form_refused(district, change, word, field):
    spare = [str(no) for no in range(120, 125)]
    call = form(district, "77", spare)
    call["params"].update({"leader_household": call["params"]["households"][0], **change} if "households" not in change else
                          {**change, "leader_household": change["households"][0]})
    error = refused(district, **call)
    assert (error.word, error.field) == (word, field)
    assert district.fails("status.group", group="77").word == "group_not_found"


def test_the_policy_of_the_day_counts(district):
    spare = [str(no) for no in range(130, 134)]
    assert refused(district, **form(district, "12", spare)).word == "group_size"
    district.database.psql(
        "insert into loan.policy (name, from_on, value, reason, mark) values ('group_members_min', '2024-03-01', '4', 'thử', 'known');"
        "update loan.reference_version set version = version + 1"
    )
    assert district.write(**form(district, "12", spare))["members"] == 4
    assert refused(district, **form(district, "13", [str(no) for no in range(134, 138)], formed_on="2024-02-29")).word == "group_size"


def test_who_owes_does_not_leave(district):
    loan_district.contract(district, household=1, amount=10_000_000, on="2024-02-01")
    error = refused(district, "group.leave", group="1", household="1", reason="x")
    assert (error.word, error.field) == ("has_balance", "household")
    error = refused(district, "group.dissolve", group="1", decision="x")
    assert (error.word, error.field) == ("has_balance", "group")


def test_rights(district):
    assert refused_as(district, "giaodich", "group.dissolve", group="1", decision="x").word == "denied"
    assert refused_as(district, "hoinongdan", "group.join", group="1", household="150").word == "denied"


def test_client(district):
    run = district.daemon.client
    formed = run("group", "form", "21", "--name", "Tổ Pa Ris", "--organisation", "farmers", "--area", "C1", "--point", "TXN01", "--leader",
                 "Hồ Văn Pa", "--households", "140,141,142,143,144", "--decision", "9/UBND")
    assert formed.returncode == 0, formed.stderr
    assert "Đã thành lập tổ" in formed.stdout and "0000021" in formed.stdout
    joined = run("group", "join", "21", "145", "--on", "10/03/2024", check=False)
    assert joined.returncode == 1 and "0000021" in joined.stderr
    assert run("group", "join", "21", "145").returncode == 0
    shown = run("group", "history", "21").stdout
    assert "thành lập" in shown and "Hồ Văn Pa" in shown and "0000000145" in shown


# --- loans that follow --------------------------------------------------------------------------------------------------


@pytest.fixture
def moving(database):
    """Group 1 (farmers, TXN01) with 12 more households, group 2 (women, TXN02); households 1 and 101 borrow."""
    loan_district.fill(database)
    loan_district.add_households(database, 101, 12)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.daemon, rpc.database = daemon, database
        rpc.one = loan_district.contract(rpc, household=1, amount=10_000_000, on="2024-01-15")
        rpc.two = loan_district.contract(rpc, household=101, amount=20_000_000, on="2024-02-01")
        rpc.three = loan_district.contract(rpc, household=102, amount=5_000_000, on="2024-02-01")
        yield rpc


def by_group(rpc, **more):
    """Outstanding of each group, which has to add up to the whole."""
    return {no: rpc.call("status.group", group=no, **more)["outstanding"] for no in ("1", "2")}


def portfolio(rpc, by, **more):
    rows = rpc.call("status.portfolio", by=[by], **more)["rows"]
    return {row[by]: row["outstanding"] for row in rows}


def test_loans_follow_their_households(moving):
    rpc = moving
    assert by_group(rpc) == {"1": 35_000_000, "2": 0}
    moved = rpc.write("group.move", group="1", to_group="2", households=["1", "101", "103"], moved_on="2024-03-01", reason="dời nhà")
    assert moved == {
        "group": "0000001", "to": "0000002", "moved_on": "2024-03-01", "households": 3, "loans": 2, "reason": "dời nhà", "members": 12,
        "members_there": 5, "too_few": False,
    }
    assert by_group(rpc) == {"1": 5_000_000, "2": 30_000_000}
    assert portfolio(rpc, "organisation") == {"farmers": 5_000_000, "women": 30_000_000}
    assert portfolio(rpc, "organisation", as_of="2024-02-29") == {"farmers": 35_000_000}
    assert rpc.call("status.group", group="2", as_of="2024-02-29")["members"] == 2
    assert by_group(rpc, as_of="2024-02-29") == {"1": 35_000_000, "2": 0}, "where they stood on that day"
    past = {day: {g["group"]: {row["loan"] for row in g["rows"] if row["loan"]} for g in rpc.call("session.sheets", point="TXN01", session_on=day)["groups"]}
            for day in ("2024-02-10", "2024-03-10")}
    assert past == {"2024-02-10": {"0000001": {rpc.one, rpc.two, rpc.three}}, "2024-03-10": {"0000001": {rpc.three}}}
    sheets = rpc.call("session.sheets", point="TXN02")
    assert {row["loan"] for row in sheets["groups"][0]["rows"]} == {rpc.one, rpc.two, None}
    rpc.write("loan.pay", loan=rpc.one, amount=50_000)
    back = rpc.write("group.move", group="2", to_group="1", households=["1"], reason="về lại")
    assert (back["loans"], back["too_few"]) == (1, True)
    assert by_group(rpc)["2"] == 20_000_000
    assert rpc.database.psql("select count(*) from loan.place").strip() == "3"


def test_the_move_is_all_or_nothing(moving):
    rpc = moving
    before = loan_district.export(rpc.database)
    for change, word, field in (
        ({"households": ["1", "3"]}, "not_found", "households"),
        ({"households": ["1", "999"]}, "not_found", "households"),
        ({"to_group": "9"}, "group_not_found", "to_group"),
        ({"to_group": "1"}, "invalid_params", "to_group"),
        ({"moved_on": "2024-03-16"}, "date_out_of_range", "moved_on"),
        ({"moved_on": "2024-01-10"}, "date_out_of_range", "moved_on"),
    ):
        params = {"group": "1", "to_group": "2", "households": ["1"], "moved_on": "2024-03-01", "reason": "x", **change}
        error = refused(rpc, "group.move", params)
        assert (error.word, error.field) == (word, field), change
    rpc.database.psql("update loan.policy set value = '2' where name = 'group_members_max'; update loan.reference_version set version = version + 1")
    error = refused(rpc, "group.move", {"group": "1", "to_group": "2", "households": ["1"], "reason": "x"})
    assert (error.word, error.field) == ("group_size", "to_group")
    assert loan_district.export(rpc.database) == before
    assert rpc.call("status.group", group="1")["members"] == 15


def test_a_late_sheet_is_of_who_stood_there_on_the_day(moving):
    """Its session was on the 10th; the loan went to another group on the 12th."""
    rpc = moving
    rpc.write("group.move", group="1", to_group="2", households=["1"], moved_on="2024-03-12", reason="dời nhà")
    asked = [row["interest_asked"] for group in rpc.call("session.sheets", point="TXN01", session_on="2024-03-10")["groups"] for row in group["rows"]
             if row["loan"] == rpc.one]
    assert asked == [99_452]  # 10,000,000 x 6.6 % x 55 / 365
    posted = rpc.write("session.post", group="1", session_on="2024-03-10", cash_counted=99_452, principal_counted=0,
                       lines=[{"household": "1", "loan": rpc.one, "interest": 99_452}])
    assert (posted["posted"], posted["refused"]) == (1, 0), posted
    assert by_group(rpc) == {"1": 25_000_000, "2": 10_000_000}


def test_merge(moving):
    rpc = moving
    merged = rpc.write("group.merge", group="1", to_group="2", merged_on="2024-03-10", decision="21/QĐ")
    assert (merged["households"], merged["loans"], merged["members_there"]) == (15, 3, 17)
    assert by_group(rpc) == {"1": 0, "2": 35_000_000}
    assert rpc.call("status.group", group="1", as_of="2024-03-09")["members"] == 15
    events = rpc.call("group.history", group="1")
    assert (events["dissolved_on"], events["events"][0]["kind"], events["events"][0]["other_group"]) == ("2024-03-10", "merged", "0000002")
    assert refused(rpc, "group.join", {"group": "1", "household": "8"}).word == "date_out_of_range"


def test_split(moving):
    rpc = moving
    params = {
        "group": "1", "new_group": "5", "name": "Tổ mới", "organisation": "youth", "area": "C1", "point": "TXN02", "leader": "Hộ 101",
        "leader_household": "101", "households": ["101", "102", "103", "104", "105"], "split_on": "2024-03-10", "decision": "22/QĐ",
    }
    assert refused(rpc, "group.split", {**params, "households": params["households"][:4]}).word == "group_size"
    many = [str(no) for no in range(101, 113)]
    assert refused(rpc, "group.split", {**params, "households": many}).word == "group_size"
    split = rpc.write("group.split", params)
    assert (split["to"], split["loans"], split["members"], split["members_there"]) == ("0000005", 2, 10, 5)
    assert rpc.call("status.group", group="5")["outstanding"] == 25_000_000
    assert portfolio(rpc, "organisation") == {"farmers": 10_000_000, "youth": 25_000_000}
    assert rpc.call("group.history", group="5")["events"][0]["kind"] == "split"
    assert refused(rpc, "group.split", {**params, "new_group": "1"}).word == "conflict"
    out = rpc.daemon.client("group", "move", "5", "--to", "1", "--households", "101", "--reason", "về lại")
    assert "Món vay đã chuyển" in out.stdout
