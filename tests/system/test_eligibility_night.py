"""What the nights find out about households: only changes, each once, with reasons; a night on which nothing happens stays
idle. The day of the small district is 2024-03-15; households 1, 3, 4, 8 are poor, 2 is near-poor, 5 average."""

import json

import loan_district
import pytest
import small_district
import vonvay_env


@pytest.fixture(scope="module")
def district(postgres, template):
    """One night has run: it has said which programmes lend."""
    database = loan_district.fill(postgres.database(template))
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        small_district.run_nights(rpc, "2024-03-16")
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


def written(database, sql, household=None, since="2024-03-16"):
    """A write of the business date as another part of the daemon makes it: {entry} is its entry."""
    changed = f"select loan.household_changed(1::smallint, {household}, '{since}');" if household else ""
    database.psql(
        "with e as (insert into loan.entry (branch, business_date, actor, door, method) "
        "select 1, business_date, 1, 1, 'test' from loan.business returning entry_id) "
        "select set_config('test.entry', entry_id::text, false) from e;"
        + sql.replace("{entry}", "current_setting('test.entry')::bigint") + ";" + changed
    )


def classify(database, household, day, code, changed=True):
    written(
        database,
        f"insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id) "
        f"values (1, {household}, '{day}', {code}, 'QĐ 9', {{entry}})",
        household if changed else None, day,
    )


def changes(database):
    rows = database.psql("select jsonb_agg(jsonb_build_array(household_id, effective_on, reason, lost, gained, reasons) order by row_id) from loan.eligibility_change")
    return json.loads(rows or "null") or []


def entries(database):
    return int(database.psql("select count(*) from loan.entry"))


def test_the_first_night_says_what_lends_and_is_no_news(rpc, database):
    assert database.psql("select count(*), bool_and(first), count(*) filter (where open) from loan.programme_change") == "21|t|17"
    assert rpc.call("work.list")["count"] == 0


def test_idle_nights_read_and_write_nothing(rpc, database):
    before = entries(database)
    run = small_district.run_nights(rpc, "2024-06-30")
    assert run["days_done"] == 106
    assert database.psql("select count(*) from loan.entry where method like 'sweep.%' and method <> 'sweep.run'") == "1"
    assert entries(database) == before + 1  # the request itself
    assert changes(database) == []


def test_a_class_decided_late_is_found_by_the_next_night(rpc, database):
    classify(database, 1, "2024-02-01", 2)
    small_district.run_nights(rpc, "2024-03-20")
    assert changes(database) == [[1, "2024-03-17", "changed", ["01", "25"], ["19"],
                                  {"01": ["class"], "19": ["class"], "25": ["class"]}]]
    assert database.psql("select on_day from loan.sweep_day where households_changed > 0") == "2024-03-17"


def test_a_review_that_confirms_changes_nothing(rpc, database):
    classify(database, 1, "2024-03-16", 1)
    before = entries(database)
    small_district.run_nights(rpc, "2024-03-20")
    assert changes(database) == [] and entries(database) == before + 1


def test_the_end_of_the_months_after_leaving_poverty(rpc, database):
    classify(database, 1, "2024-03-16", 3)
    small_district.run_nights(rpc, "2027-03-20")
    found = changes(database)
    assert [(day, reason) for _, day, reason, *_ in found] == [("2024-03-17", "changed"), ("2027-03-17", "escaped_end")]
    assert found[1][3:] == [["09"], [], {"09": ["escaped_too_long"]}]


def test_a_member_comes_of_age(rpc, database):
    written(database, "update loan.household_member set born_on = '2006-05-05', entry_id = {entry} where household_id = 1", 1)
    small_district.run_nights(rpc, "2024-03-20")
    # as it was known the night before there was nobody at all: the row was changed in place
    assert database.psql("select on_day, reason from loan.household_agenda where household_id = 1 and reason = 'adult'") == "2024-05-05|adult"
    small_district.run_nights(rpc, "2024-05-06")
    household, day, reason, lost, gained, reasons = changes(database)[-1]
    assert (household, day, reason, lost) == (1, "2024-05-05", "adult", [])
    assert "01" in gained and reasons["01"] == ["no_adult"]


def test_a_change_dated_ahead_is_looked_at_on_its_day(rpc, database):
    classify(database, 2, "2024-04-10", 1)
    small_district.run_nights(rpc, "2024-04-30")
    assert [row[:5] for row in changes(database)] == [[2, "2024-04-10", "dated", ["19"], ["01", "25"]]]


def test_who_leaves_the_group_may_not_borrow_through_it(rpc, database):
    written(database, "update loan.group_member set until_on = '2024-03-16', ended_by = {entry} where household_id = 1", 1)
    small_district.run_nights(rpc, "2024-03-17")
    (change,) = changes(database)
    assert change[3] and change[5]["01"] == ["no_group"] and change[4] == []


def test_a_programme_that_ceases_to_lend_is_one_row(rpc, database):
    database.psql("update loan.programme set closed = '2024-06-30' where code = '10'; update loan.reference_version set version = version + 1")
    small_district.run_nights(rpc, "2024-07-05")
    assert database.psql("select programme, effective_on, open, reasons from loan.programme_change where not first") == "10|2024-07-01|f|{programme_closed}"
    assert changes(database) == []
    (row,) = rpc.call("work.list")["rows"]
    assert (row["kind"], row["due_on"], row["detail"]["programme"], row["action"]) == ("programme", "2024-07-01", "10", "tell_groups")


def test_a_programme_that_was_closed_late(rpc, database):
    database.psql("update loan.programme set closed = '2024-01-31' where code = '10'; update loan.reference_version set version = version + 1")
    small_district.run_nights(rpc, "2024-03-20")
    assert database.psql("select programme, effective_on, open from loan.programme_change where not first") == "10|2024-03-17|f"
    small_district.run_nights(rpc, "2024-03-25")
    assert database.psql("select count(*) from loan.programme_change where not first") == "1"


def test_households_of_a_unit_that_becomes_more_difficult(rpc, database):
    """C2 is difficult, CX in its place from 2025-07-01 on extremely difficult: household 4, no minority, gains Decree 28."""
    database.psql("update loan.household_attribute set attributes = 16 where household_id = 4")
    small_district.run_nights(rpc, "2025-07-02")
    assert changes(database) == [[4, "2025-07-01", "area", [], ["25"], {"25": ["attribute"]}]]


def approved(rpc, kind, **params):
    """A change of reference data by two people."""
    def ask(name, method, params):
        rpc.send({"jsonrpc": "2.0", "id": 1, "method": method, "as": name, "params": {"key": vonvay_env.uuid7(), **params}})
        return rpc.receive()["result"]

    change = ask("tindung", "change.propose", {"kind": kind, "reason": "rà soát", **params})["change"]
    assert ask("giamdoc", "change.approve", {"change": change})["state"] == "applied"


def test_a_unit_that_keeps_its_code_becomes_more_difficult(rpc, database):
    """C2 is difficult; decided on 2024-03-16 that it is extremely difficult: household 4, no minority, gains Decree 28; 3 and 8,
    of a minority, had it."""
    database.psql("update loan.household_attribute set attributes = 16 where household_id = 4")
    approved(rpc, "area_difficulty", area="C2", difficulty=2)
    small_district.run_nights(rpc, "2024-03-20")
    assert changes(database) == [[4, "2024-03-17", "changed", [], ["25"], {"25": ["attribute"]}]]
    approved(rpc, "area_difficulty", area="C2", difficulty=1)
    small_district.run_nights(rpc, "2024-03-25")
    assert changes(database)[1:] == [[4, "2024-03-21", "changed", ["25"], [], {"25": ["attribute"]}]]


def test_units_that_were_merged_from_a_day_gone_by(rpc, database):
    """C2 (difficult) ends on 2024-02-29 in favour of a new unit that is extremely difficult; told on 2024-03-16."""
    database.psql("update loan.household_attribute set attributes = 16 where household_id = 4")
    database.psql("update loan.area set valid_to = null, successor = null where code = 'C2'; update loan.reference_version set version = version + 1")
    approved(rpc, "area_new", area="C9", name="Xã Mới", parent="AL", difficulty=2, **{"from": "2024-03-01"})
    approved(rpc, "area_end", areas=["C2"], successor="C9", until="2024-02-29")
    small_district.run_nights(rpc, "2024-03-20")
    assert changes(database) == [[4, "2024-03-17", "changed", [], ["25"], {"25": ["attribute"]}]]


def test_catching_up_finds_what_punctual_nights_find(postgres, database):
    """What is written between the nights stays between them."""
    classify(database, 1, "2024-03-01", 3)
    classify(database, 2, "2024-05-01", 1)
    found = []
    for days in (["2024-03-17", "2024-04-30", "2024-05-01", "2027-03-10"], ["2027-03-10"]):
        copy = postgres.database(database)
        with vonvay_env.Daemon(copy, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
            for day in days:
                small_district.run_nights(rpc, day)
        found.append(changes(copy))
        copy.drop()
    assert found[0] == found[1] and len(found[0]) >= 3


def test_what_was_found_waits_until_it_is_seen(daemon, rpc, database):
    classify(database, 1, "2024-02-01", 2)
    small_district.run_nights(rpc, "2024-03-20")
    (row,) = rpc.call("work.list", organisation="farmers")["rows"]
    assert (row["kind"], row["household"], row["days_late"], row["role"]) == ("eligibility", "0000000001", 3, "officer")
    assert rpc.call("work.list", organisation="women")["count"] == 0
    shown = daemon.client("--lang", "vi", "work", "list").stdout
    assert "Hồ Văn Đức" in shown and "báo cho hộ biết nay được vay gì" in shown and "không còn được vay: 01, 25" in shown
    done = daemon.client("--lang", "en", "work", "done", "eligibility", row["subject_id"]).stdout
    assert "Seen on" in done and "0000000001" in done
    assert rpc.call("work.list")["count"] == 0
    assert rpc.call("work.list", as_of="2024-03-19")["count"] == 1
    assert rpc.fails("work.done", kind="eligibility", subject_id=row["subject_id"], key=vonvay_env.uuid7()).word == "not_found"


# ---- opened applications ----


def apply_for(database, application, household, programme="01", purpose="", state=2):
    """An opened application as application.* leaves it."""
    written(
        database,
        f"insert into loan.application (branch, application_id, household_id, group_id, point_id, organisation, commune, programme, purpose, "
        f"amount, term_months, units, declared_priority, fund, plan, applied_on, entry_id) values (1, {application}, {household}, 1, 1, 11, 'C1', "
        f"'{programme}', '{purpose}', 10000000, 36, 1, false, 1, 'nuôi bò', '2024-03-16', {{entry}}); "
        f"insert into loan.application_state (branch, application_id, steps, state, since_on, amount) "
        f"values (1, {application}, 1, {state}, '2024-03-16', 10000000)",
    )


def marks(database):
    rows = database.psql("select jsonb_agg(jsonb_build_array(application_id, on_day, reasons) order by application_id, on_day) from loan.application_recheck")
    return json.loads(rows or "null") or []


def test_opened_applications_of_a_household_are_checked_again(rpc, database):
    apply_for(database, 1, 1)
    apply_for(database, 2, 1, state=7)  # disbursed: not open
    apply_for(database, 3, 2, programme="19")
    classify(database, 1, "2024-03-16", 2)
    classify(database, 2, "2024-03-16", 2)  # stays near-poor
    small_district.run_nights(rpc, "2024-03-20")
    assert marks(database) == [[1, "2024-03-17", ["class"]]]
    work = [row for row in rpc.call("work.list")["rows"] if row["kind"] == "recheck"]
    assert [(row["household"], row["detail"]["reasons"], row["role"]) for row in work] == [("0000000001", ["class"], "officer")]


def test_an_application_is_marked_once_until_it_is_confirmed(rpc, database):
    apply_for(database, 1, 1)
    classify(database, 1, "2024-03-16", 2)
    small_district.run_nights(rpc, "2024-03-18")
    classify(database, 1, "2024-03-18", 4)
    small_district.run_nights(rpc, "2024-03-20")
    assert marks(database) == [[1, "2024-03-17", ["class"]]]
    database.psql("update loan.application_recheck set confirmed_by = (select max(entry_id) from loan.entry)")
    assert rpc.call("work.list", kind="recheck")["count"] == 0
    assert rpc.call("work.list", kind="recheck", as_of="2024-03-17")["count"] == 1
    classify(database, 1, "2024-03-20", 0)
    small_district.run_nights(rpc, "2024-03-22")
    assert marks(database) == [[1, "2024-03-17", ["class"]], [1, "2024-03-21", ["class"]]]


def test_applications_to_a_programme_that_ceases_to_lend(rpc, database):
    apply_for(database, 1, 1, programme="10")
    apply_for(database, 3, 2, programme="19")
    database.psql("update loan.programme set closed = '2024-04-30' where code = '10'; update loan.reference_version set version = version + 1")
    small_district.run_nights(rpc, "2024-05-10")
    assert marks(database) == [[1, "2024-05-01", ["programme_closed"]]]
    assert changes(database) == []
