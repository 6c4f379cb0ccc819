"""The work list as officers and organisations use it: one list from many sources, each row with what is to be done, by whom."""

import loan_district
import pytest
import small_district
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


def ask_as(rpc, name, method, params):
    rpc.send({"jsonrpc": "2.0", "id": 7, "method": method, "params": params, "as": name})
    return rpc.receive()


def kinds(rpc, **params):
    return {row["kind"]: (row["count"], row["late"]) for row in rpc.call("work.list", params)["kinds"]}


def test_a_held_loan_waits_until_it_is_released(rpc, database):
    loan = loan_district.contract(rpc)
    database.psql(f"insert into loan.sweep_held (branch, loan_id, on_day, reason) values (1, {loan}, '2024-03-14', 'overflow')")
    (row,) = rpc.call("work.list", kind="held")["rows"]
    assert (row["subject"], row["subject_id"], row["household"], row["name"], row["commune"], row["group"], row["due_on"], row["days_late"],
            row["action"], row["role"]) == ("loan", loan, "0000000001", "Hồ Văn Đức", "C1", "0000001", "2024-03-14", 1, "release_loan", "officer")
    error = rpc.fails("work.done", kind="held", subject_id=loan, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("invalid_params", "kind")
    rpc.write("sweep.release", loan=loan)
    assert rpc.call("work.list", kind="held")["count"] == 0


def test_whose_work_it_is(rpc, database):
    """Changes of households 1 (farmers, C1), 3 and 4 (women, C2)."""
    database.psql("insert into loan.eligibility_change (branch, household_id, effective_on, reason, lost, gained, entry_id) "
                  "select 1, h, '2024-03-01', 'changed', '{01}', '{}', 1 from unnest('{1,3,4}'::bigint[]) h")
    assert kinds(rpc) == {"eligibility": (3, 3)}
    assert kinds(rpc, area="C2") == {"eligibility": (2, 2)}
    assert kinds(rpc, organisation="farmers") == {"eligibility": (1, 1)}
    assert kinds(rpc, kind="held") == {}
    seen = ask_as(rpc, "hoiphunu", "work.list", {})["result"]
    assert [row["household"] for row in seen["rows"]] == ["0000000003", "0000000004"]
    number = seen["rows"][0]["subject_id"]
    done = {"kind": "eligibility", "subject_id": number, "key": vonvay_env.uuid7()}
    assert ask_as(rpc, "hoiphunu", "work.done", done)["error"]["data"]["word"] == "denied"
    done["key"] = vonvay_env.uuid7()
    assert ask_as(rpc, "tindung", "work.done", done)["result"]["done"] is True
    assert kinds(rpc) == {"eligibility": (2, 2)}


def test_pages(rpc, database):
    database.psql("insert into loan.eligibility_change (branch, household_id, effective_on, reason, lost, gained, entry_id) "
                  "select 1, 1, date '2024-03-01' + d, 'changed', '{01}', '{}', 1 from generate_series(0, 9) d")
    days = []
    for skip in range(0, 12, 4):
        page = rpc.call("work.list", limit=4, skip=skip)
        assert page["count"] == 10
        days += [row["due_on"] for row in page["rows"]]
    assert days == small_district.days_from("2024-03-01", 10)


@pytest.mark.parametrize("method, params, field", [
    ("work.list", {"kind": "nothing"}, "kind"), ("work.list", {"organisation": "x"}, "organisation"),
    ("work.done", {"kind": "nothing", "subject_id": "1"}, "kind"), ("work.done", {"kind": "eligibility", "subject_id": "1"}, "subject_id"),
])
def test_refusals_name_the_field(rpc, method, params, field):
    more = {"key": vonvay_env.uuid7()} if method == "work.done" else {}
    assert rpc.fails(method, {**params, **more}).field == field


def test_minors_are_looked_at_when_they_come_of_age(rpc, database):
    """A household of minors comes with the import; the night of the 18th birthday tells the officer."""
    rows = [
        {"record": "household", "household": 77, "area": "C1", "on": "2020-01-01", "name": "Hồ Thị Mồ Côi", "attributes": "ethnic_minority"},
        {"record": "member", "member": 1, "name": "Hồ Thị Mồ Côi", "sex": "female", "born_on": "2006-04-02", "relation": "head"},
        {"record": "member", "member": 2, "name": "Hồ Văn Em", "sex": "male", "born_on": "2010-04-02", "relation": "sibling"},
        {"record": "class", "class": "poor", "on": "2022-01-01", "decision": "QĐ 1"},
        {"record": "join", "group": 1, "on": "2020-02-01"},
    ]
    small_district.bring_in(rpc, "households", small_district.csv(small_district.HOUSEHOLD_COLUMNS, rows))
    assert database.psql("select on_day, reason from loan.household_agenda where household_id = 77") == "2024-04-02|adult"
    small_district.run_nights(rpc, "2024-04-03")
    (row,) = rpc.call("work.list", kind="eligibility")["rows"]
    assert (row["household"], row["due_on"], row["detail"]["reason"], row["detail"]["lost"]) == ("0000000077", "2024-04-02", "adult", [])
    assert "01" in row["detail"]["gained"] and row["detail"]["reasons"]["01"] == ["no_adult"]


def test_steps_of_an_application_and_the_need_it_serves(rpc, database):
    """Submitted by the union, its next step waits for the meeting; a need of credit is open until the money is there, and again
    when the disbursement is taken back."""
    need = rpc.write("need.record", household="1", kind="credit", amount=20_000_000, programme="01")["need"]
    application = rpc.write("application.submit", household="1", programme="01", amount=20_000_000, term_months=24, plan="nuôi bò")["application"]
    (row,) = rpc.call("work.list", kind="application")["rows"]
    assert (row["subject_id"], row["household"], row["action"], row["role"], row["days_late"]) == (
        application, "0000000001", "appraise", "organisation_officer", 0)
    loan = loan_district.contract(rpc, household=1, amount=20_000_000)
    assert rpc.call("need.list")["count"] == 0
    assert database.psql("select how, reference from loan.need_end where superseded_by is null") == f"loan|{loan}"
    rpc.write("loan.reverse", loan=loan, fact=1, reason="sai hộ vay")
    assert [n["need"] for n in rpc.call("need.list")["needs"]] == [need]
