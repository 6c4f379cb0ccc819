"""Imports through the socket: every error of a file by line and column (one folder of tests/import a case: input.csv,
kind, expected.json), and applying: in chunks, once, resumed, refused while there is an error."""

import json
import pathlib

import export_state
import pytest
import small_district
import vonvay_env

CASES = sorted(pathlib.Path(__file__).resolve().parents[1].joinpath("import").glob("*/"))


@pytest.fixture(scope="module")
def base(postgres, template):
    """Areas, groups and four households; what the cases refer to."""
    database = postgres.database(template)
    files = small_district.files(households=4, loans=0)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        for kind in ("areas", "groups", "households"):
            small_district.bring_in(rpc, kind, files[kind])
        small_district.begin(database)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def checking(postgres, base):
    """One daemon for all cases: checking a file changes nothing but the import itself."""
    database = postgres.database(base)
    with vonvay_env.Daemon(database) as running:
        yield running
    database.drop()


@pytest.fixture
def database(postgres, base):
    copy = postgres.database(base)
    yield copy
    copy.drop()


def is_text(data):
    try:
        return data.decode() if b"\0" not in data else None
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_errors(checking, case):
    data, kind = (case / "input.csv").read_bytes(), (case / "kind").read_text().strip()
    today = checking.database.psql("select (now() at time zone 'Asia/Ho_Chi_Minh')::date")
    expected = json.loads((case / "expected.json").read_text().replace("{today}", today))
    with checking.rpc() as rpc:
        if is_text(data):
            number = small_district.stage(rpc, kind, is_text(data))
        else:
            number = small_district.stage_bytes(checking.database, kind, data)
        status = small_district.check(rpc, number)
    found = [{k: e[k] for k in ("line", "column", "message")} for e in status["error_list"]]
    assert found == expected
    assert status["errors"] == len(expected)
    assert status["state"] == ("invalid" if expected else "valid")
    assert status["applied_lines"] == 0


def test_there_are_cases():
    assert len(CASES) >= 40


def test_more_errors_than_are_kept(rpc):
    rows = "".join(f"{n},Tổ,nobody,C1,,TXN01,,2020-01-01,\n" for n in range(10, 1510))
    status = small_district.check(rpc, small_district.stage(rpc, "groups", small_district.GROUPS.split("\n")[0] + "\n" + rows))
    assert status["errors"] == 1500 and len(status["error_list"]) == 1000
    assert [e["line"] for e in status["error_list"]] == list(range(2, 1002))


def test_apply_is_refused_without_a_check_and_with_errors(rpc, database):
    number = small_district.stage(rpc, "groups", small_district.GROUPS)
    assert rpc.fails("import.apply", {"import": number}, key=vonvay_env.uuid7()).word == "conflict"
    assert small_district.check(rpc, number)["state"] == "invalid"
    assert rpc.fails("import.apply", {"import": number}, key=vonvay_env.uuid7()).word == "import_invalid"
    assert database.psql("select count(*) from loan.credit_group") == "3"


def test_check_needs_the_whole_file(rpc):
    text = small_district.GROUPS
    begun = rpc.write("import.begin", kind="groups", name="g.csv", size=len(text.encode()), sha256="0" * 64)["import"]
    assert rpc.fails("import.check", {"import": begun}, key=vonvay_env.uuid7()).word == "conflict"
    rpc.write("import.append", {"import": begun, "at_byte": 0, "text": text})
    status = small_district.check(rpc, begun)
    assert [(e["line"], e["message"][:31]) for e in status["error_list"] if e["line"] == 0] == [(0, "what was received is not the fi")]


def test_unknown_import(rpc):
    error = rpc.fails("import.status", {"import": "4711"})
    assert (error.word, error.field) == ("import_not_found", "import")


def test_applied_district_has_what_the_file_says(rpc, database, daemon):
    loans = small_district.files(households=4, loans=30)["loans"]
    small_district.bring_in(rpc, "loans", loans)
    rows = [row.split(",") for row in loans.strip().split("\n")[1:]]
    count = {word: sum(row[0] == word for row in rows) for word in ("loan", "opened", "disbursed", "interest_paid", "principal_paid")}
    assert database.psql("select count(*) from loan.contract") == str(count["loan"])
    facts = database.psql(
        "select k.word, count(*) from loan.fact f join loan.code k on k.kind = 'fact_kind' and k.code = f.kind group by 1"
    )
    found = dict(line.split("|") for line in facts.split("\n"))
    assert found == {word: str(n) for word, n in count.items() if n and word != "loan"}
    lent = sum(int(row[9]) for row in rows if row[0] == "disbursed") + sum(int(row[14]) for row in rows if row[0] == "opened")
    assert database.psql("select sum(disbursed) from loan.state") == str(lent)
    assert database.psql("select count(*) from loan.personal where field = 1") == database.psql("select count(*) from loan.household_member")
    assert rpc.call("status.portfolio")["total"]["loans"] == count["opened"], "what was disbursed later is not there yet"


def test_applied_again_is_refused(rpc, database):
    number = small_district.bring_in(rpc, "groups", small_district.GROUPS.replace("\n1,", "\n11,").replace("\n2,", "\n12,").replace("\n3,", "\n13,"))
    assert rpc.fails("import.apply", {"import": number}, key=vonvay_env.uuid7()).word == "conflict"
    assert database.psql("select count(*) from loan.credit_group") == "6"


def test_facts_after_the_business_date_only_before_the_first_night(rpc, database):
    loans = small_district.files(households=4, loans=1)["loans"].split("\n")
    row = f"loan,6600000000009999,1,2,01,,,central,2024-03-10,,24,12,0,0{',' * 7}\ndisbursed,,,,,,,,2024-03-10,20000000{',' * 11}\n"
    text = loans[0] + "\n" + row
    number = small_district.stage(rpc, "loans", text)
    assert small_district.check(rpc, number)["state"] == "valid"
    small_district.run_nights(rpc, "2024-01-31")
    assert [(e["line"], e["column"], e["message"]) for e in small_district.check(rpc, number)["error_list"]] == [
        (2, "on", "after 2024-01-31"),
        (3, "on", "after 2024-01-31"),
    ]


def test_import_behind_the_nights_is_brought_up_to_them(postgres, rpc, database, base):
    """Loans imported when nights have passed stand as if they had been there all the time."""
    files = small_district.files(households=4, loans=30, pay_until="2024-09-30")
    small_district.run_nights(rpc, "2025-01-31")
    small_district.bring_in(rpc, "loans", files["loans"])
    small_district.run_nights(rpc, "2025-02-28")
    other = postgres.database(base)
    with vonvay_env.Daemon(other) as running, running.rpc() as second:
        small_district.bring_in(second, "loans", files["loans"])
        small_district.run_nights(second, "2025-02-28")
    skip = ("eligibility",)  # a household's debts are part of it
    export_state.assert_same(export_state.export(database, skip), export_state.export(other, skip))
    other.drop()
