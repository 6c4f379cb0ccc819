"""Who may do what: tests/data/rights.csv says it of every method, and every method is asked as every role, in every kind of
scope and through every door. A method that is not in the file fails; so does one that tells somebody of what lies outside
their scope: a number that is hidden is answered as one that there is not. Columns of the file: yes or no for each role;
four_eyes: not by who made it; scope: parameters that name something inside a scope, "branch" for work on all of it, "whole_point" for
work on all of a transaction point; open:
parameters of such a name that name something else, or a number that something new is given: that it is taken can't be hidden
from who wants it."""

import csv
import functools
import itertools
import json
import os
import pathlib
import re

import loan_district
import pytest
import vonvay_env
from certificates import Authority, TlsRpc, tls_port
from vonvay_env import Daemon, uuid7

TABLE = pathlib.Path(__file__).resolve().parents[1] / "data/rights.csv"
ROLES = ("clerk", "officer", "organisation_officer", "administrator", "director", "inspector")
ROLE_CODES = dict(zip(ROLES, (1, 2, 3, 4, 5, 6)))
SCOPES = {"area": "p_area => 'C1'", "organisation": "p_organisation => 11", "point": "p_point => 'TXN01'"}
# All of them see household 1 in group 1 (farmers, C1, TXN01); household 7003 in group 7002 (women, C2, TXN02) is hidden.
HIDDEN = """
insert into loan.credit_group (branch, group_id, name, search, organisation, area, hamlet, point_id, leader, formed_on, entry_id)
values (1, 7002, 'Tổ Kín', 'to kin', 12, 'C2', '', 2, 'Kăn Kín', '2018-01-01', 1);
insert into loan.credit_group (branch, group_id, name, search, organisation, area, hamlet, point_id, leader, formed_on, entry_id)
values (1, 7001, 'Tổ Hai', 'to hai', 11, 'C1', '', 1, 'Hồ Hai', '2018-01-01', 1);
insert into loan.household (branch, household_id, name, search, registered_on, entry_id)
select 1, no, 'Hộ Kín', 'ho kin', '2018-01-01', 1 from generate_series(7003, 7005) no;
insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
select 1, no, '2018-01-01', 'C2', '', 1 from generate_series(7003, 7005) no;
insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, ethnic, representative, entry_id)
select 1, no, 1, 'Hộ Kín', 'ho kin', 'male', '1980-05-05', 'head', 'Tà Ôi', true, 1 from generate_series(7003, 7005) no;
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
select 1, no, '2022-01-01', 1, 'QĐ 1', 1 from generate_series(7003, 7005) no;
insert into loan.group_member (branch, group_id, household_id, from_on, entry_id)
select 1, 7002, no, '2018-01-01', 1 from generate_series(7003, 7005) no;
"""
KINDS = {  # parameter: kind of number
    "household": "household", "households": "household", "other": "household", "leader_household": "household",
    "group": "group", "to_group": "group", "loan": "loan", "loans": "loan", "to": "loan",
    "application": "application", "confirmed": "application", "agreed": "application", "lines": "household", "need": "need", "subject_id": "work",
}
SAMPLE = {
    "amount": 1_000_000, "asked_on": "2024-03-15", "until": "2025-06-10", "decided_on": "2024-03-15", "number": "1/QĐ",
    "reason": "vì thử", "decision": "1/QĐ", "case": "K1", "loss_percent": 90, "authority": "branch_director", "fact": 1, "instalment": 1,
    "programme": "01", "term_months": 24, "year": 2024, "month": "2024-03", "session_on": "2024-03-10", "point": "TXN01", "by": "officer",
    "result": "as_agreed", "kind": "credit", "class": "poor", "name": "Tên", "sex": "female", "born_on": "1990-01-01", "area": "C1",
    "member": 1, "income": 1_000_000, "unit": "UBND", "plan": "kế hoạch", "into": "700", "household": "600",
    "leader": "Hồ Văn Nam", "cash_counted": 0, "principal_counted": 0, "relief": "bão",
    "organisation": "farmers", "new_group": "70", "group": "71", "account": 1011,
}
MORE = {  # what else a method needs to come to its number
    "change.propose": {"kind": "holiday", "day": "2029-02-01", "name": "Nghỉ"}, "import.begin": {"sha256": "0" * 64},
    "application.appraise": {"agreed": [{"application": "APPLICATION"}]}, "group.merge": {"to_group": "7001"},
    "group.form": {"households": ["1"], "leader_household": "1"}, "group.move": {"to_group": "7001"},
    "household.split": {"members": ["2"]}, "need.record": {"kind": "training"}, "need.serve": {"by": "other", "reference": "x"},
    "review.close": {"decision": "1/QĐ"}, "work.done": {"kind": "eligibility"},
    "session.post": {"lines": [{"household": "1", "loan": "LOAN", "interest": 0}]}, "loan.pay": {"reason": "nộp tại quầy"},
    "loan.extend": {"until": "2026-06-10"}, "loan.disburse household": {"programme": "01", "term_months": 24},
}
PUBLIC_KEY = (  # of RFC 8032, 7.1, test 1
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n"
)
MORE["verify.run"] = {"public_key": PUBLIC_KEY}
MISSING = {"household": "9999003", "group": "999902", "loan": "6600000000099999", "application": "99999", "need": "99998", "work": "99997"}


@functools.cache
def rows():
    with open(TABLE, newline="", encoding="utf-8") as file:
        return {row["method"]: row for row in csv.DictReader(file)}


def answers(rpc, requests):
    """The replies to many requests, sent without waiting in between."""
    for chunk in (requests[i : i + 16] for i in range(0, len(requests), 16)):
        rpc.send_raw(b"".join(json.dumps({"jsonrpc": "2.0", "id": n, **r}).encode() + b"\n" for n, r in enumerate(chunk)))
        replies = {reply["id"]: reply for reply in (rpc.receive() for _ in chunk)}
        yield from (replies[n] for n in range(len(chunk)))


def word(reply):
    return reply["error"]["data"]["word"] if "error" in reply else None


@pytest.fixture(scope="module")
def authority(postgres):
    made = Authority(postgres.dir / "rights-ca")
    for role in ROLES:
        made.client(f"{role}_all")
    return made


@pytest.fixture(scope="module")
def district(module_database, authority):
    """The district, with two loans, two applications and two needs; staff of each role in each scope."""
    loan_district.fill(module_database)
    module_database.psql(HIDDEN)
    module_database.psql(
        "".join(
            f"select loan.staff_add(1, '{role}_{scope}', '{role}', {ROLE_CODES[role]}, '2018-01-01', {where});"
            for role in ROLES
            if role != "administrator"
            for scope, where in SCOPES.items()
        )
        + "".join(
            f"select loan.staff_add(1, '{role}_all', '{role}', {ROLE_CODES[role]}, '2018-01-01');" for role in ROLES
        )
    )
    with Daemon(module_database, settings={**loan_district.SETTINGS, **authority.settings()}) as daemon:
        with daemon.rpc() as rpc:
            daemon.numbers = {}
            for where, household, group in (("here", "1", "1"), ("hidden", "7003", "7002")):
                daemon.numbers[where] = {
                    "household": household, "group": group, "work": "98",
                    "loan": loan_district.contract(rpc, household=household),
                    "application": rpc.write("application.submit", household=household, programme="01", amount=10**7, term_months=24)[
                        "application"
                    ],
                    "need": rpc.write("need.record", household=household, kind="training")["need"],
                }
            daemon.numbers["missing"] = MISSING
            daemon.methods = {method["name"]: method for method in rpc.call("rpc.discover")["methods"]}
        yield daemon


@pytest.fixture
def rpc(district):
    with district.rpc(timeout=120.0) as connection:
        yield connection


# ---- the table ----


def test_the_table_answers_for_every_method(district):
    assert sorted(rows()) == list(rows()), "alphabetical"
    assert list(rows()) == sorted(district.methods), "a method without an answer, or one that is gone"
    for name, row in rows().items():
        assert set(row[role] for role in ROLES) <= {"yes", "no"}, name
        assert row["four_eyes"] == ("yes" if district.methods[name]["x-four-eyes"] else "no"), name
        named = sorted(p["name"] for p in district.methods[name]["params"] if p["name"] in KINDS)
        assert sorted(set((row["scope"] + " " + row["open"]).split()) - {"branch", "whole_point"}) == named, f"{name}: columns scope and open"


def test_an_inspector_writes_nothing_and_an_administrator_sees_no_loan(district):
    for name, row in rows().items():
        if district.methods[name]["x-kind"] == "write":
            assert row["inspector"] == "no", name
        if row["administrator"] == "yes":
            assert name.split(".")[0] in ("staff", "sweep", "status", "rpc") or name == "loan.quote", name


# ---- roles ----

REFUSED_PARAMETER = {"no_such_parameter": 1}  # the right is looked at before the parameters


def refusals_of(district, rpc, extra):
    """{method: was it denied?} of a request that could do nothing."""
    names = sorted(district.methods)
    found = {}
    for name, reply in zip(names, answers(rpc, [{"method": name, "params": REFUSED_PARAMETER, **extra} for name in names])):
        assert word(reply) in ("denied", "invalid_params"), (name, reply)
        if word(reply) == "invalid_params":
            assert reply["error"]["data"]["field"] == "no_such_parameter", (name, reply)
        found[name] = word(reply) == "denied"
    return found


@pytest.mark.parametrize("role", ROLES)
def test_who_may_call_what(district, rpc, role):
    denied = refusals_of(district, rpc, {"as": f"{role}_all"})
    assert denied == {name: row[role] == "no" for name, row in rows().items()}


@pytest.mark.parametrize("role", ROLES)
def test_the_door_of_the_branches_gives_the_same_rights(district, authority, role):
    with TlsRpc(tls_port(district), authority.context(f"{role}_all")) as rpc:
        denied = refusals_of(district, rpc, {})
    assert denied == {name: row[role] == "no" for name, row in rows().items()}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_scope_takes_no_right(district, rpc, scope):
    for role in ROLES:
        if role != "administrator":
            denied = refusals_of(district, rpc, {"as": f"{role}_{scope}"})
            assert denied == {name: row[role] == "no" for name, row in rows().items()}, role


def test_a_stranger_may_ask_about_the_daemon_only(district):
    anybody = {"loan.quote", "rpc.discover", "status.daemon"}
    district.database.psql("update loan.staff set uid = null where name = 'demo'")
    try:
        with district.rpc() as rpc:
            denied = refusals_of(district, rpc, {})
    finally:
        district.database.psql(f"update loan.staff set uid = {os.getuid()} where name = 'demo'")
    assert {name for name, no in denied.items() if not no} == anybody


# ---- scopes ----


def sample(district, name, numbers, changed=None, where=None):
    """Parameters of a method: `changed` from `where`, all other numbers from here."""
    params = {}
    for spec in district.methods[name]["params"]:
        key = spec["name"]
        source = numbers[where] if key == changed else numbers["here"]
        if key == "key":
            params[key] = uuid7()
        elif key in rows()[name]["scope"].split() and (spec["required"] or key == changed):
            number = source[KINDS[key]]
            params[key] = wrapped(key, number) if spec["schema"].get("type") == "array" else number
        elif spec["required"]:
            params[key] = sample_value(key, spec["schema"])
    more = {**MORE.get(name, {}), **MORE.get(f"{name} {changed}", {})}
    text = json.dumps({key: value for key, value in more.items() if key != changed})
    for kind, number in numbers["here"].items():
        text = text.replace(kind.upper(), number)
    return {**params, **json.loads(text)}


def wrapped(key, number):
    """A list with one number, as a parameter takes it."""
    if key == "agreed":
        return [{"application": number}]
    return [{"household": number, "loan": number, "interest": 0}] if key == "lines" else [number]


def sample_value(key, schema):
    """Some value that a schema takes."""
    if "enum" in schema:
        return SAMPLE[key] if SAMPLE.get(key) in schema["enum"] else schema["enum"][0]
    if key in SAMPLE:
        return SAMPLE[key]
    if schema.get("format") == "date":
        return "2024-03-15"
    return {"integer": 1, "array": [], "boolean": True}.get(schema.get("type"), "1")


def plain(reply, numbers):
    """A reply without what differs in any two requests: numbers asked for, its own reference."""
    text = json.dumps(reply.get("result", reply.get("error")), ensure_ascii=False, sort_keys=True)
    for number in numbers:
        text = re.sub(rf"(?<![0-9])0*{int(number)}(?![0-9])", "#", text)
    return re.sub(r'"ref": "[^"]*"', "", text)


def hidden_cases(district):
    for (name, row), scope, role in itertools.product(rows().items(), SCOPES, ROLES):
        if row[role] == "yes" and role != "administrator" and "branch" not in row["scope"].split():
            for param in sorted(set(row["scope"].split()) & set(KINDS)):
                yield name, param, f"{role}_{scope}"


def test_what_is_hidden_is_as_if_it_were_not_there(district, rpc):
    """Everything that can be asked about by number, by everybody who may ask, whose it isn't."""
    cases = list(hidden_cases(district))
    requests = [
        {"method": name, "as": who, "params": sample(district, name, district.numbers, param, where)}
        for name, param, who in cases
        for where in ("hidden", "missing")
    ]
    replies = list(answers(rpc, requests))
    wrong = []
    for (name, param, who), hidden, missing in zip(cases, replies[0::2], replies[1::2]):
        kind = KINDS[param]
        told = [plain(r, (district.numbers[w][kind],)) for r, w in ((hidden, "hidden"), (missing, "missing"))]
        if told[0] != told[1]:
            wrong.append(f"{name} {param} {who}\n   hidden  {told[0]}\n   missing {told[1]}")
        elif word(missing) in ("unavailable", "internal", "denied") or (word(missing) == "invalid_params" and "#" not in told[1]):
            wrong.append(f"{name} {param} {who} never came to its number: {told[1]}")
    assert not wrong, "\n".join(wrong)


def test_what_is_in_scope_is_found(district, rpc):
    """The same requests about what is theirs are answered otherwise; reads give something."""
    cases = [case for case in hidden_cases(district) if district.methods[case[0]]["x-kind"] == "read"]
    requests = [
        {"method": name, "as": who, "params": sample(district, name, district.numbers, param, where)}
        for name, param, who in cases
        for where in ("here", "missing")
    ]
    replies = list(answers(rpc, requests))
    wrong = []
    for (name, param, who), here, missing in zip(cases, replies[0::2], replies[1::2]):
        if word(missing) is not None and word(here) == word(missing):
            wrong.append(f"{name} {param} {who}: {here}")
    assert not wrong, "\n".join(wrong)


def test_work_on_the_whole_branch_is_for_who_sees_it(district, rpc):
    cases = [
        (name, f"{role}_{scope}")
        for (name, row), scope, role in itertools.product(rows().items(), SCOPES, ROLES)
        if row[role] == "yes"
        and role != "administrator"
        and ("branch" in row["scope"].split() or ("whole_point" in row["scope"].split() and scope != "point"))
    ]
    requests = [{"method": name, "as": who, "params": sample(district, name, district.numbers)} for name, who in cases]
    wrong = [f"{case} {reply}" for case, reply in zip(cases, answers(rpc, requests)) if word(reply) != "denied"]
    assert not wrong, "\n".join(wrong)


def test_what_happens_elsewhere_changes_nothing_that_is_read(district, rpc):
    """Counts, sums and lists: nobody can tell from them what was written outside their scope."""
    asked = [
        (name, f"{next(role for role in ROLES if row[role] == 'yes')}_{scope}")  # what is read is the same for all roles
        for (name, row), scope in itertools.product(rows().items(), [*SCOPES, "all"])
        if district.methods[name]["x-kind"] == "read" and name != "status.daemon" and row["inspector"] == "yes"
        and name != "household.looks"  # the questions of this test are looks at household 1 themselves
        and not name.startswith("staff.")
    ]
    requests = [{"method": name, "as": who, "params": sample(district, name, district.numbers)} for name, who in asked]
    before = list(answers(rpc, requests))
    loan = loan_district.contract(rpc, household=7004)
    rpc.write("loan.pay", loan=loan, amount=100_000, reason="nộp tại quầy")
    rpc.write("deposit.put", household="7004", amount=50_000)
    rpc.write("need.record", household="7004", kind="credit", amount=10**7)
    rpc.write("household.register", household="500", name="Hộ Mới", sex="female", born_on="1990-01-01", area="C2", citizen_id="046190000001")
    rpc.write("application.submit", household="7004", programme="01", amount=10**7, term_months=24)
    rpc.write("escape.register", household="7004", year=2024)
    after = list(answers(rpc, requests))
    changed = {(name, who): f"{plain(b, ())}\n   {plain(a, ())}" for (name, who), b, a in zip(asked, before, after) if plain(b, ()) != plain(a, ())}
    seen = {name for name, who in changed if who.endswith("_all")}
    assert {"book.trial", "status.portfolio", "need.list", "work.list", "application.list"} <= seen, "the others see it"
    wrong = [f"{name} {who}\n   {told}" for (name, who), told in changed.items() if not who.endswith("_all")]
    assert not wrong, "\n".join(wrong)


# ---- four eyes ----


def made_application(rpc):
    application = rpc.write("application.submit", household="7005", programme="01", amount=10**7, term_months=24)["application"]
    rpc.write("application.appraise", group="7002", agreed=[{"application": application}])
    rpc.write("application.confirm", confirmed=[application])
    return {"application": application}


def made_change(rpc):
    day = f"2029-01-{next(DAYS):02}"
    return {"change": rpc.write("change.propose", kind="holiday", day=day, name="Nghỉ", reason="x")["change"]}


def made_staff_change(rpc):
    return {"change": rpc.write("staff.role", staff="giaodich", role="officer", reason="x")["change"]}


DAYS = itertools.count(1)
MADE = {
    "application.approve": made_application,
    "change.approve": made_change,
    "change.reject": made_change,
    "staff.approve": made_staff_change,
    "staff.reject": made_staff_change,
}


def test_every_method_of_four_eyes_is_tried():
    assert sorted(MADE) == [name for name, row in rows().items() if row["four_eyes"] == "yes"]


@pytest.mark.parametrize("method", MADE)
def test_who_made_it_does_not_decide_it(rpc, method):
    """Even who may do everything, as who runs the demo."""
    error = rpc.fails(method, MADE[method](rpc), key=uuid7())
    assert error.word == "same_person", error
