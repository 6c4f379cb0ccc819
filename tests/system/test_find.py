"""Finding households and loans: by name with or without diacritics, numbers, group, citizen id."""

import hashlib

import loan_district
import pytest
import vonvay_env

CITIZENS = """record,household,area,hamlet,group,on,until,member,name,sex,born_on,relation,ethnic,citizen_id,telephone,address,class,attributes,decision
household,21,C1,A Đớt,,2019-05-01,,,Hồ Thị Đào,,,,,,,,,ethnic_minority,
member,21,,,,,,1,Hồ Thị Đào,female,1985-02-03,head,Pa Cô,046185000017,0905111222,Hồng Kim,,,
class,21,,,,2022-01-01,,,,,,,,,,,near_poor,,QĐ 7
"""


@pytest.fixture(scope="module")
def served(postgres, template):
    database = loan_district.fill(postgres.database(template))
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.database = database
        rpc.loans = {household: loan_district.contract(rpc, household=household) for household in (1, 3, 4)}
        import_file(rpc, "households", CITIZENS)
        yield rpc
    database.drop()


def import_file(rpc, kind, text):
    """A file through the doors, as the client sends it."""
    data = text.encode()
    begun = rpc.write("import.begin", kind=kind, name=f"{kind}.csv", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    half = len(data) // 2
    while (data[half] & 0xC0) == 0x80:
        half += 1
    for at, piece in ((0, data[:half]), (half, data[half:]), (0, data[:half])):
        received = rpc.write("import.append", **begun, at_byte=at, text=piece.decode())["received"]
    assert received == len(data)
    for step, end in (("import.check", "valid"), ("import.apply", "applied")):
        rpc.write(step, **begun)
        status = vonvay_env.wait_until(lambda: ended(rpc.call("import.status", **begun)), seconds=30, what=step)
        assert status["state"] == end, status
    return begun["import"]


def ended(status):
    return status if status["state"] in ("valid", "invalid", "applied", "failed") else None


def households(rpc, **params):
    return [int(row["household"]) for row in rpc.call("household.find", params)["households"]]


@pytest.mark.parametrize("text", ["Hồ Văn Đức", "ho van duc", "ĐỨC hồ", "duc", "văn"])
def test_name_with_or_without_diacritics(served, text):
    assert households(served, text=text) == [1]


def test_household_by_number_group_and_limit(served):
    assert households(served, household="0000000004") == [4]
    assert households(served, group="0000001") == [1, 2, 5]
    assert households(served, group="1", limit=2) == [1, 2]
    assert households(served, text="nobody of this name") == []
    row = served.call("household.find", household="3")["households"][0]
    assert row == {
        "household": "0000000003",
        "name": "Quỳnh Nga",
        "area": "C2",
        "hamlet": "",
        "class": "poor",
        "group": "0000002",
        "loans": 1,
    }


def test_citizen_id_is_found_and_stored_sealed(served):
    assert households(served, citizen_id="046185000017") == [21]
    assert households(served, citizen_id="046185000018") == []
    stored = served.database.psql("select encode(sealed, 'escape') || encode(hash, 'escape') from loan.personal")
    assert stored and "046185000017" not in stored and "0905111222" not in stored
    assert "046185000017" not in served.call("status.household", household="21").__str__()


def test_loans(served):
    def loans(**params):
        return {row["loan"] for row in served.call("loan.find", params)["loans"]}

    assert loans(text="nga quynh") == {served.loans[3]}
    assert loans(loan=served.loans[4]) == {served.loans[4]}
    assert loans(group="2") == {served.loans[3], served.loans[4]}
    assert loans(household="1") == {served.loans[1]}
    assert loans(citizen_id="046185000017") == set()
    assert len(loans(text="n", limit=1)) == 1
    assert served.call("loan.find", loan=served.loans[1])["loans"][0]["outstanding"] == 30_000_000


@pytest.mark.parametrize("params, field", [({}, "text"), ({"limit": 5}, "text"), ({"text": ""}, "text"), ({"text": "  "}, "text"), ({"text": "a", "limit": 201}, "limit"), ({"household": "x"}, "household")])
def test_refused(served, params, field):
    for method in ("loan.find", "household.find"):
        assert served.fails(method, params).field == field


def test_an_import_with_errors_is_not_applied(served):
    text = CITIZENS.replace("21", "22").replace("2019-05-01", "2019-05-32")
    data = text.encode()
    begun = served.write("import.begin", kind="households", name="x.csv", size=len(data), sha256=hashlib.sha256(data).hexdigest())
    assert served.fails("import.check", key=vonvay_env.uuid7(), **begun).word == "conflict"
    served.write("import.append", **begun, at_byte=0, text=text)
    served.write("import.check", **begun)
    status = vonvay_env.wait_until(lambda: ended(served.call("import.status", **begun)), seconds=30)
    assert status["state"] == "invalid" and status["errors"] >= 1
    assert (status["error_list"][0]["line"], status["error_list"][0]["column"]) == (2, "on")
    assert served.fails("import.apply", key=vonvay_env.uuid7(), **begun).word == "import_invalid"
    assert households(served, household="22") == []
    assert served.fails("import.status", **{"import": "999"}).word == "import_not_found"
