"""Needs, registrations to escape poverty, who helps, targets, as staff use them: through the socket and the client."""

import subprocess

import loan_district
import pytest
import vonvay_env


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


def vonvay(daemon, *words, status=0, language="en"):
    """The client, acting for the demo user."""
    out = subprocess.run(
        [vonvay_env.program("vonvay"), "--socket", str(daemon.socket_path), "--lang", language, *words], capture_output=True, text=True, timeout=vonvay_env.PATIENCE_S
    )
    assert out.returncode == status, out.stdout + out.stderr
    return out.stdout + out.stderr


def open_needs(rpc, **params):
    return [(n["household"].lstrip("0"), n["kind"], n["since"]) for n in rpc.call("need.list", params)["needs"]]


def test_need_recorded_served_withdrawn(rpc):
    credit = rpc.write("need.record", household="1", kind="credit", amount=20_000_000, programme="01", on="2024-01-05", note="nuôi bò")
    assert credit == {"need": credit["need"], "household": "0000000001", "kind": "credit", "on": "2024-01-05", "amount": 20_000_000,
                      "programme": "01", "note": "nuôi bò"}
    water = rpc.write("need.record", household="3", kind="water", on="2023-11-01")["need"]
    job = rpc.write("need.record", household="2", kind="job")["need"]
    assert open_needs(rpc) == [("3", "water", "2023-11-01"), ("1", "credit", "2024-01-05"), ("2", "job", "2024-03-15")]
    assert open_needs(rpc, area="C1", since="2024-02-01") == [("2", "job", "2024-03-15")]
    page = rpc.call("need.list", limit=1)
    assert (page["count"], page["amount"], page["needs"][0]["days"]) == (3, 20_000_000, 135)
    assert open_needs(rpc, limit=1, after=page["needs"][0]["need"]) == [("1", "credit", "2024-01-05")]
    assert rpc.write("need.serve", need=water, by="other", reference="dự án nước sạch", on="2024-02-01")["by"] == "other"
    assert rpc.write("need.withdraw", need=job)["withdrawn"] is True
    assert open_needs(rpc) == [("1", "credit", "2024-01-05")]
    assert open_needs(rpc, as_of="2024-01-31") == [("3", "water", "2023-11-01"), ("1", "credit", "2024-01-05")]


def test_a_need_is_served_by_a_loan_of_the_household(rpc):
    need = rpc.write("need.record", household="1", kind="credit", amount=1, note="")["need"]
    other = loan_district.contract(rpc, household=3)
    error = rpc.fails("need.serve", need=need, by="loan", reference=other, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("invalid_params", "reference")


@pytest.mark.parametrize("params, word, field", [
    ({"household": "77", "kind": "job"}, "household_not_found", "household"),
    ({"household": "1", "kind": "credit"}, "invalid_params", "amount"),
    ({"household": "1", "kind": "job", "amount": 5}, "invalid_params", "amount"),
    ({"household": "1", "kind": "credit", "amount": 5, "programme": "98"}, "invalid_params", "programme"),
    ({"household": "1", "kind": "gold"}, "invalid_params", "kind"),
    ({"household": "1", "kind": "job", "on": "2024-03-16"}, "date_out_of_range", "on"),
    ({"household": "1", "kind": "job", "on": "2017-12-31"}, "date_out_of_range", "on"),
])
def test_need_refuses(rpc, params, word, field):
    error = rpc.fails("need.record", {**params, "key": vonvay_env.uuid7()})
    assert (error.word, error.field) == (word, field)
    assert rpc.call("need.list")["count"] == 0


def test_a_write_is_done_once(rpc, database):
    key = vonvay_env.uuid7()
    first = rpc.call("need.record", household="1", kind="job", key=key)
    assert rpc.call("need.record", household="1", kind="job", key=key) == first
    assert rpc.fails("need.record", household="2", kind="job", key=key).word == "key_reused"
    assert database.psql("select count(*) from loan.need") == "1"
    assert rpc.fails("need.record", household="1", kind="job", key=vonvay_env.uuid7()).word == "conflict"


def test_organisations_look_at_their_own_and_write_nothing(daemon):
    with daemon.rpc() as rpc:
        rpc.write("need.record", household="1", kind="job")
        rpc.write("need.record", household="3", kind="job")
        rpc.send({"jsonrpc": "2.0", "id": 1, "method": "need.list", "params": {}, "as": "hoiphunu"})
        listed = rpc.receive()["result"]
        assert [need["household"] for need in listed["needs"]] == ["0000000003"]
        params = {"household": "3", "kind": "water", "key": vonvay_env.uuid7()}
        rpc.send({"jsonrpc": "2.0", "id": 2, "method": "need.record", "params": params, "as": "hoiphunu"})
        assert rpc.receive()["error"]["data"]["word"] == "denied"


def test_escape(rpc):
    assert rpc.write("escape.register", household="1", year=2024, on="2024-01-10")["registered"] is True
    rpc.write("escape.register", household="3", year=2024)
    rpc.write("escape.register", household="2", year=2025)
    assert rpc.fails("escape.register", household="5", year=2024, key=vonvay_env.uuid7()).word == "not_eligible"
    assert rpc.fails("escape.register", household="1", year=2024, key=vonvay_env.uuid7()).word == "conflict"
    listed = rpc.call("escape.list")
    assert (listed["year"], listed["count"], [h["household"] for h in listed["households"]]) == (2024, 2, ["0000000001", "0000000003"])
    assert [h["household"] for h in rpc.call("escape.list", area="C2")["households"]] == ["0000000003"]
    assert rpc.write("escape.withdraw", household="3", year=2024)["registered"] is False
    assert [h["household"] for h in rpc.call("escape.list")["households"]] == ["0000000001"]


def test_plan(rpc):
    rpc.write("plan.assign", {"household": "1", "unit": "Hội Nông dân xã", "plan": "hai con bò cái", "from": "2024-01-01", "until": "2024-02-29"})
    rpc.write("plan.assign", {"household": "1", "unit": "Phòng Nông nghiệp", "plan": "tập huấn", "from": "2024-03-01"})
    assert [(p["unit"], p["until"]) for p in rpc.call("plan.list")["plans"]] == [("Phòng Nông nghiệp", None)]
    assert [p["unit"] for p in rpc.call("plan.list", as_of="2024-02-29")["plans"]] == ["Hội Nông dân xã"]
    assert rpc.call("plan.list", unit="nong nghiep")["count"] == 1
    error = rpc.fails("plan.assign", {"household": "1", "unit": "x", "plan": "y", "from": "2024-03-02", "until": "2024-03-01", "key": vonvay_env.uuid7()})
    assert (error.word, error.field) == ("invalid_params", "until")


def test_targets_say_what_was_reached(rpc, database):
    """Households 1, 3, 4, 8 are poor, 2 near-poor, 5 average: C1 has 1, 2, 5 and C2 has 3, 4, 8."""
    for household in ("1", "2", "3"):
        rpc.write("escape.register", household=household, year=2024, on="2024-01-10")
    need = rpc.write("need.record", household="1", kind="water", on="2024-01-10")["need"]
    rpc.write("need.record", household="2", kind="water", on="2024-01-10")
    rpc.write("need.record", household="3", kind="job", on="2024-01-10")
    rpc.write("need.serve", need=need, by="other", on="2024-02-10")
    for commune, metric, value in (("C1", "poor_rate", "33.33"), ("C1", "demand_served", "100"), ("C1", "escaped_households", "1"),
                                   ("C2", "poor_households", "2")):
        rpc.write("target.register", commune=commune, year=2024, metric=metric, value=value)
    # the commune decides that household 1 left poverty and that 3 is only near-poor
    database.psql("insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) "
                  "values (1, 1, '2024-03-01', 3, 'QĐ 2', 1), (1, 3, '2024-03-01', 2, 'QĐ 2', 1)")
    shown = rpc.call("status.targets")
    total = shown["total"]
    assert {name: total[name] for name in ("registered", "escaped", "priority", "need", "served", "unmet", "demand_served")} == {
        "registered": 3, "escaped": 1, "priority": 2, "need": 3, "served": 1, "unmet": 2, "demand_served": "33.33"}
    assert shown["needs"] == [
        {"kind": "job", "need": 1, "served": 0, "unmet": 1, "demand_served": "0.00", "target": "100.00"},
        {"kind": "water", "need": 2, "served": 1, "unmet": 1, "demand_served": "50.00", "target": "100.00"}]
    assert [(t["commune"], t["metric"], t["value"], t["reached"], t["met"]) for t in shown["registered"]] == [
        ("C1", "demand_served", "100.00", "50.00", False), ("C1", "escaped_households", "1", "1", True),
        ("C1", "poor_rate", "33.33", "0.00", True), ("C2", "poor_households", "2", "2", True)]
    before = rpc.call("status.targets", as_of="2024-02-09")
    assert (before["total"]["escaped"], before["total"]["served"], before["registered"]) == (0, 0, [])
    assert {row["commune"]: (row["registered"], row["escaped"]) for row in shown["rows"]} == {"C1": (2, 1), "C2": (1, 0)}


def test_target_of_a_commune_that_was_merged_counts_what_lives_there(rpc, database):
    loan_district.move_business(database, "2025-12-31")
    rpc.write("target.register", commune="C1", year=2025, metric="poor_households", value="1")
    rpc.write("target.register", commune="CX", year=2025, metric="poor_households", value="1")
    assert [(t["commune"], t["reached"], t["met"]) for t in rpc.call("status.targets")["registered"]] == [("C1", "1", True), ("CX", "4", False)]


@pytest.mark.parametrize("metric, value", [("poor_rate", "100.01"), ("poor_rate", "1.234"), ("poor_rate", "-1"), ("poor_rate", "x"),
                                           ("poor_households", "1.5"), ("poor_households", "9999999999")])
def test_target_refuses(rpc, metric, value):
    error = rpc.fails("target.register", commune="C1", year=2024, metric=metric, value=value, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("invalid_params", "value")
    assert rpc.fails("target.register", commune="AL", year=2024, metric="poor_rate", value="1", key=vonvay_env.uuid7()).field == "commune"


def test_the_client(daemon):
    vonvay(daemon, "need", "record", "1", "credit", "--amount", "20.000.000", "--on", "05/01/2024", "--note", "nuôi bò")
    vonvay(daemon, "need", "record", "3", "water")
    shown = vonvay(daemon, "need", "list")
    assert "Of credit      20,000,000" in shown and "nuôi bò" in shown and "clean water" in shown
    assert "Nhu cầu chưa được đáp ứng" in vonvay(daemon, "need", "list", language="vi")
    assert "1 of 2" in vonvay(daemon, "need", "list", "--limit", "1")
    vonvay(daemon, "escape", "register", "1", "2024")
    assert "Hồ Văn Đức" in vonvay(daemon, "escape", "list")
    vonvay(daemon, "plan", "assign", "1", "--unit", "Đoàn xã", "--plan", "trồng keo")
    assert "trồng keo" in vonvay(daemon, "plan", "list")
    vonvay(daemon, "target", "register", "C1", "2024", "poor_rate", "25,5", status=1)
    vonvay(daemon, "target", "register", "C1", "2024", "poor_rate", "25.5")
    targets = vonvay(daemon, "targets")
    assert "Targets that communes registered" in targets and "25.50%" in targets
    assert "Chỉ tiêu các xã đăng ký" in vonvay(daemon, "targets", language="vi")
    assert "household 0000000001 is registered for 2024 already" in vonvay(daemon, "escape", "register", "1", "2024", status=1)
