"""One loan from the socket to the disk: quote, disburse, pay, events, status; keys, stale versions, back-dated payments."""

import datetime
import fractions
import random
import threading

import loan_district
import pytest
import vonvay_env

DAY_RATE = fractions.Fraction(66, 1000) / 365  # 6.6 % a year, programme 01 until 2025-11-30


@pytest.fixture(scope="module")
def district(postgres, template):
    """The small district, business date 2024-03-15; copied for each test."""
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


class Served:
    """One daemon for the tests that only need a household of their own."""

    def __init__(self, database, daemon, rpc):
        self.database, self.daemon, self.rpc = database, daemon, rpc
        self.households = iter(range(101, 200))

    def contract(self, **terms):
        """The number of a new contract of a household that has none."""
        return loan_district.contract(self.rpc, household=next(self.households), **terms)


@pytest.fixture(scope="module")
def served(postgres, district):
    copy = postgres.database(district)
    loan_district.add_households(copy, 101, 99)
    with vonvay_env.Daemon(copy, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        yield Served(copy, daemon, rpc)
    copy.drop()


@pytest.fixture
def shared(served):
    return served.rpc


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


def facts(database, loan):
    return int(database.psql(f"select count(*) from loan.fact where loan_id = {loan}"))


# ---- loan.quote ----

QUOTE = {
    "principal": 50_000_000,
    "rate_percent": "6.6",
    "disbursed_on": "2024-01-10",
    "term_months": 12,
    "instalment_months": 6,
}


def test_quote_schedule_and_position(shared):
    result = shared.call("loan.quote", QUOTE, as_of=["2024-02-09", "2024-01-10", "2025-01-12"])
    assert [row["due_on"] for row in result["schedule"][:2]] == ["2024-02-10", "2024-03-10"]
    assert [row["principal"] for row in result["schedule"]] == [0] * 5 + [25_000_000] + [0] * 5 + [25_000_000]
    assert result["schedule"][0]["interest"] == half_up(50_000_000 * DAY_RATE * 31)
    first, second, third = result["positions"]
    assert first["interest_accrued"] == 271233 and first["interest_accrued_units"] == str(50_000_000 * 660000 * 30)
    assert second["interest_accrued"] == 0 and second["next_on"] == "2024-07-10"
    assert third["status"] == "overdue" and third["overdue"] == 50_000_000 and third["next_on"] is None


@pytest.mark.parametrize(
    "change, field",
    [
        ({"principal": 0}, "principal"),
        ({"principal": 10**13 + 1}, "principal"),
        ({"principal": "5"}, "principal"),
        ({"rate_percent": "6.66666"}, "rate_percent"),
        ({"rate_percent": "100.1"}, "rate_percent"),
        ({"rate_percent": 6.6}, "rate_percent"),
        ({"term_months": 361}, "term_months"),
        ({"instalment_months": 13}, "instalment_months"),
        ({"instalment_months": 0}, "instalment_months"),
        ({"principal_grace_months": 12}, "principal_grace_months"),
        ({"interest_grace_months": -1}, "interest_grace_months"),
        ({"session_day": 32}, "session_day"),
        ({"instalment_rounding": 0}, "instalment_rounding"),
        ({"instalment_default": "drop"}, "instalment_default"),
        ({"overdue_percent": 135}, "overdue_percent"),
        ({"overdue_percent": 210}, "overdue_percent"),
        ({"colour": 1}, "colour"),
        ({"rate_changes": [{"on": "2024-02-30", "rate_percent": "5"}]}, "rate_changes[0].on"),
        ({"rate_changes": [{"on": "2024-02-01", "rate_percent": "5", "x": 1}]}, "rate_changes[0].x"),
        ({"rate_changes": [{"on": "2024-02-01"}]}, "rate_changes[0].rate_percent"),
        ({"events": [{"on": "2024-01-09", "kind": "paid", "amount": 1}]}, "events[0].on"),
        ({"events": [{"on": "2024-02-09", "kind": "paid", "amount": 60_000_000}]}, "events[0].amount"),
        ({"events": [{"on": "2024-02-09", "kind": "given", "amount": 6}]}, "events[0].kind"),
        ({"events": [{"on": "2025-02-09", "kind": "disbursed", "amount": 6}]}, "events[0].on"),
        ({"as_of": ["2024-02-09", "2024-01-09"]}, "as_of[1]"),
    ],
)
def test_quote_names_the_wrong_parameter(shared, change, field):
    error = shared.fails("loan.quote", {**QUOTE, **change})
    assert (error.code, error.field) == (-32602, field)


def test_quote_is_for_anybody(database, daemon):
    """Also for a user of the machine who is no staff."""
    database.psql("update loan.staff set uid = null")
    with daemon.rpc() as rpc:
        assert rpc.call("loan.quote", QUOTE)["positions"] == []
        assert rpc.fails("loan.find", text="a").word == "denied"


# ---- disburse and pay ----


def test_disburse_and_status(served):
    loan = served.contract(on="2023-01-15", instalment_months=6, amount=30_050_000)
    shown = served.rpc.call("status.loan", loan=loan)
    assert [(i["due_on"], i["amount"]) for i in shown["instalments"]] == [
        ("2023-07-10", 7_500_000),
        ("2024-01-10", 7_500_000),
        ("2024-07-10", 7_500_000),
        ("2025-01-10", 7_550_000),
    ]
    assert shown["interest_unpaid"]["in_term"] == half_up(30_050_000 * DAY_RATE * 425)
    assert shown["arrears"] == 15_000_000 and shown["status"] == "in_term"
    assert shown["next"] == {"on": "2024-07-10", "reason": "instalment"}
    assert shown["rate_percent"] == "6.6" and shown["overdue_rate_percent"] == "8.58"
    assert (shown["group"], shown["commune"]) == ("0000001", "C1")


def test_payment_is_allocated_and_told(served):
    loan = served.contract(on="2023-01-15", instalment_months=6)
    interest = half_up(30_000_000 * DAY_RATE * 425)
    paid = served.rpc.write("loan.pay", loan=loan, amount=interest + 16_000_000)
    assert paid["allocation"] == {
        "principal_overdue": 0,
        "principal_due": 15_000_000,
        "principal_early": 1_000_000,
        "principal_frozen": 0,
        "interest_overdue": 0,
        "interest_in_term": interest,
        "interest_grace": 0,
    }
    assert paid["outstanding"] == 14_000_000 and paid["interest_unpaid"]["total"] == 0
    books = served.database.psql(f"select debit, credit, amount from loan.posting where loan_id = {loan}")
    assert set(books.splitlines()) == {"2111|1011|30000000", f"1011|7020|{interest}", "1011|2111|16000000"}


def test_pay_off_closes_the_loan(served):
    loan = served.contract(on="2023-01-15")
    payoff = served.rpc.call("status.loan", loan=loan)["payoff"]
    assert served.rpc.fails("loan.pay", loan=loan, amount=payoff + 1, key=vonvay_env.uuid7()).word == "amount_too_large"
    assert served.rpc.write("loan.pay", loan=loan, amount=payoff)["status"] == "closed"
    assert served.rpc.fails("loan.pay", loan=loan, amount=1, key=vonvay_env.uuid7()).word == "loan_closed"
    kinds = [event["kind"] for event in served.rpc.call("loan.events", loan=loan)["events"]]
    assert kinds == ["disbursed", "paid", "rounding_dropped", "closed"]
    assert served.database.psql(f"select until_on from loan.span where loan_id = {loan}") == "2024-03-15"


def test_further_drawdown(served):
    loan = served.contract(on="2024-01-12", amount=40_000_000, instalment_months=12)
    more = served.rpc.write("loan.disburse", loan=loan, amount=20_000_000)
    assert more["outstanding"] == 60_000_000
    assert [row["amount"] for row in more["schedule"]] == [30_000_000, 30_000_000]
    refused = served.rpc.fails("loan.disburse", loan=loan, amount=40_000_001, key=vonvay_env.uuid7())
    assert refused.word == "not_eligible" and refused.data["reasons"][0]["reason"] == "cap"
    assert served.rpc.fails("loan.disburse", loan=loan, amount=1, programme="01", key=vonvay_env.uuid7()).field == "programme"


@pytest.mark.parametrize(
    "change, word, field",
    [
        ({"household": "999"}, "household_not_found", "household"),
        ({"programme": "99"}, "invalid_params", "programme"),
        ({"programme": "25"}, "invalid_params", "purpose"),
        ({"term_months": 121}, "invalid_params", "term_months"),
        ({"instalment_months": 25}, "invalid_params", "instalment_months"),
        ({"disbursed_on": "2024-03-16"}, "date_out_of_range", "disbursed_on"),
        ({"amount": 100_000_001}, "not_eligible", "amount"),
        ({"household": "2"}, "not_eligible", "household"),
        ({"household": "8"}, "not_eligible", "household"),
    ],
)
def test_disburse_refuses(shared, change, word, field):
    params = {"household": "1", "programme": "01", "amount": 10_000_000, "term_months": 24, **change}
    key = vonvay_env.uuid7()
    error = shared.fails("loan.disburse", params, key=key)
    assert error.word == word and (field is None or error.field == field)
    assert shared.call("loan.find", household=params["household"])["loans"] == []


def test_refusal_lists_every_reason_with_its_rule(shared):
    error = shared.fails(
        "loan.disburse", household="8", programme="19", amount=1_000_000, term_months=12, key=vonvay_env.uuid7()
    )
    assert {r["reason"] for r in error.data["reasons"]} == {"class", "no_group"}
    assert {r["reason"]: r["rule"] for r in error.data["reasons"]}["class"] == "15/2013/QD-TTg"


def test_cap_is_shared_by_the_group_of_programmes(rpc):
    loan_district.contract(rpc, amount=90_000_000)
    rows = rpc.call("status.household", household="1")["eligibility"]
    poor = next(row for row in rows if row["programme"] == "01")
    assert (poor["counted"], poor["headroom"]) == (90_000_000, 10_000_000)
    error = rpc.fails("loan.disburse", household="1", programme="01", amount=10_000_001, term_months=12, key=vonvay_env.uuid7())
    assert error.field == "amount"


# ---- keys ----


def test_a_key_repeated_has_one_effect_and_one_answer(served):
    loan = served.contract()
    key = vonvay_env.uuid7()
    first = served.rpc.call("loan.pay", loan=loan, amount=1_000_000, key=key)
    assert served.rpc.call("loan.pay", amount=1_000_000, key=key, loan=loan) == first
    assert served.rpc.fails("loan.pay", loan=loan, amount=1_000_001, key=key).word == "key_reused"
    assert facts(served.database, loan) == 2


def test_a_refused_request_stores_nothing(served):
    loan = served.contract()
    key = vonvay_env.uuid7()
    before = served.database.psql("select count(*) from loan.entry")
    assert served.rpc.fails("loan.pay", loan=loan, amount=40_000_000, key=key).word == "amount_too_large"
    assert served.database.psql("select count(*) from loan.entry") == before
    assert served.rpc.call("loan.pay", loan=loan, amount=1_000_000, key=key)["amount"] == 1_000_000


def test_a_client_that_leaves_finds_its_answer_under_the_key(served):
    loan = served.contract()
    key = vonvay_env.uuid7()
    with served.daemon.rpc() as leaving:
        leaving.send({"jsonrpc": "2.0", "id": 1, "method": "loan.pay", "params": {"loan": loan, "amount": 1000, "key": key}})
    vonvay_env.wait_until(lambda: facts(served.database, loan) == 2, what="the write of the client that left")
    assert served.rpc.call("loan.pay", loan=loan, amount=1000, key=key)["fact"] == 2
    assert facts(served.database, loan) == 2


def test_many_writers_of_one_loan(served):
    loan = served.contract(amount=90_000_000)
    outcomes = []

    def pay(number):
        with served.daemon.rpc() as mine:
            for _ in range(10):
                key = vonvay_env.uuid7()
                reply = mine.request("loan.pay", loan=loan, amount=1000 + number, kind="principal_paid", key=key)
                outcomes.append(reply["result"])

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome["fact"] for outcome in outcomes) == list(range(2, 62))
    assert served.rpc.call("status.loan", loan=loan)["outstanding"] == 90_000_000 - sum(1000 + n for n in range(6)) * 10


def test_two_contracts_at_once_keep_to_the_cap(daemon, rpc):
    """Each fits under the cap of 100,000,000 by itself."""
    outcomes = []

    def disburse():
        with daemon.rpc() as mine:
            params = {"household": "1", "programme": "01", "amount": 60_000_000, "term_months": 24}
            outcomes.append(mine.request("loan.disburse", params, key=vonvay_env.uuid7()))

    threads = [threading.Thread(target=disburse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("result" in outcome for outcome in outcomes) == 1
    assert {outcome["error"]["data"]["word"] for outcome in outcomes if "error" in outcome} <= {"not_eligible", "try_again"}
    assert rpc.call("status.household", household="1")["loans"][0]["outstanding"] == 60_000_000


# ---- days ----


def test_as_of_the_past(served):
    loan = served.contract(on="2023-01-15", instalment_months=6)
    served.rpc.write("loan.pay", loan=loan, amount=5_000_000, paid_on="2023-09-10", reason="ghi sổ muộn", kind="principal_paid")
    for day, outstanding, days in [("2023-01-15", 30_000_000, 0), ("2023-09-09", 30_000_000, 237), ("2023-09-10", 25_000_000, 238)]:
        shown = served.rpc.call("status.loan", loan=loan, as_of=day)
        assert shown["outstanding"] == outstanding
        assert shown["interest_unpaid"]["total"] == half_up(30_000_000 * DAY_RATE * days)
    assert served.rpc.call("status.loan", loan=loan, as_of="2022-12-31")["status"] == "pending"
    for day in ("2024-03-16", "2017-12-31"):
        assert served.rpc.fails("status.loan", loan=loan, as_of=day).field == "as_of"


@pytest.mark.parametrize("paid_on", ["2024-03-16", "2023-01-14", "2017-01-01"])
def test_pay_outside_of_its_days(served, paid_on):
    loan = served.contract(on="2023-01-15")
    error = served.rpc.fails("loan.pay", loan=loan, amount=1, paid_on=paid_on, key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("date_out_of_range", "paid_on")


PAYMENTS = [
    ("2026-08-10", 400_000, "paid"),
    ("2026-09-10", 9_000_000, "paid"),
    ("2026-11-05", 100_000, "interest_paid"),
    ("2027-03-10", 3_000_000, "principal_paid"),
    ("2027-05-20", 8_000_000, "paid"),
]


def entrusted_contract(rpc):
    """A contract on which the rule of 2026-03-01 moves missed instalments to overdue."""
    return loan_district.contract(rpc, on="2026-03-12", term=12, instalment_months=6)


def late_business(database):
    database.psql("update loan.business set business_date = '2026-03-12'")


def finish(rpc, loan):
    """The same last write on both sides brings both to the business date."""
    rpc.write("loan.pay", loan=loan, amount=1000, kind="principal_paid", paid_on="2027-06-01", reason="ghi sổ muộn")


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 0, 4, 2, 3], [3, 4, 0, 2, 1]])
def test_back_dated_equals_punctual(postgres, district, order):
    exports = []
    for punctual in (True, False):
        database = postgres.database(district)
        late_business(database)
        with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
            loan = entrusted_contract(rpc)
            if not punctual:
                loan_district.move_business(database, "2027-06-01")
            for number in range(5) if punctual else order:
                day, amount, kind = PAYMENTS[number]
                if punctual:
                    loan_district.move_business(database, day)
                rpc.write("loan.pay", loan=loan, amount=amount, kind=kind, paid_on=day, reason="ghi sổ muộn")
            loan_district.move_business(database, "2027-06-01")
            finish(rpc, loan)
            days = ["2026-09-10", "2026-10-09", "2026-10-10", "2027-03-31", "2027-06-01"]
            shown = [rpc.call("status.loan", loan=loan, as_of=day) for day in days]
            sums = [rpc.call("status.portfolio", as_of=day)["total"] for day in days]
        exports.append((loan_district.export(database), shown, sums))
        superseded = int(database.psql("select count(*) from loan.transition where superseded_by is not null"))
        assert punctual <= (superseded == 0)
        if not punctual and order == [4, 3, 2, 1, 0]:
            assert superseded > 0
        database.drop()
    assert exports[0] == exports[1]


def test_events_in_order_of_effect(database, rpc):
    late_business(database)
    loan = entrusted_contract(rpc)
    loan_district.move_business(database, "2027-06-01")
    rpc.write("loan.pay", loan=loan, amount=1_000_000, kind="principal_paid")
    rpc.write("loan.pay", loan=loan, amount=2_000_000, kind="principal_paid", paid_on="2026-05-10", reason="ghi sổ muộn")
    events = rpc.call("loan.events", loan=loan)["events"]
    assert [(e["on"], e["kind"], e["amount"], e["overdue"]) for e in events] == [
        ("2026-03-12", "disbursed", 30_000_000, 0),
        ("2026-05-10", "principal_paid", 2_000_000, 0),
        ("2026-10-10", "instalment_overdue", 13_000_000, 13_000_000),
        ("2027-04-10", "matured", 15_000_000, 28_000_000),
        ("2027-06-01", "principal_paid", 1_000_000, 27_000_000),
    ]
    assert [e["no"] for e in events] == [1, 3, None, None, 2]
    assert all(e["recorded_at"] for e in events)


# ---- any life ----


def random_day(rng, first, last):
    return str(first + datetime.timedelta(days=rng.randrange((last - first).days + 1)))


def random_writes(rng, rpc, loans, first, last, count):
    """Payments and drawdowns on any day of the past, most of them accepted."""
    accepted = 0
    for _ in range(count):
        loan, day = rng.choice(loans), random_day(rng, first, last)
        if rng.random() < 0.15:
            reply = rpc.request("loan.disburse", loan=loan, amount=rng.randrange(1, 5_000_000), disbursed_on=day, key=vonvay_env.uuid7())
        else:
            kind = rng.choice(["paid", "paid", "principal_paid", "interest_paid"])
            amount = rng.choice([rng.randrange(1, 200_000), rng.randrange(1, 9_000_000)])
            reply = rpc.request("loan.pay", loan=loan, amount=amount, kind=kind, paid_on=day, reason="ghi sổ muộn", key=vonvay_env.uuid7())
        if "result" in reply:
            accepted += 1
        else:
            word = reply["error"]["data"]["word"]
            assert word in ("amount_too_large", "date_out_of_range", "loan_closed", "not_eligible"), reply
    return accepted


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_gives_what_its_facts_give(database, daemon, rpc, seed):
    """Back-dated writes in any order: stored state, events, portfolio of any day and the books stay one."""
    print(f"seed {seed}")
    rng = random.Random(seed)
    loan_district.move_business(database, "2027-06-01")
    loans = [
        loan_district.contract(rpc, household=household, on=on, amount=amount, term=24, instalment_months=6)
        for household, on, amount in [(1, "2025-01-20", 30_000_000), (3, "2026-03-05", 25_000_001), (4, "2026-05-31", 40_000_000)]
    ]
    first, last = datetime.date(2025, 1, 20), datetime.date(2027, 6, 1)
    assert random_writes(rng, rpc, loans, first, last, 60) > 15
    for day in sorted(random_day(rng, first, last) for _ in range(15)) + ["2027-06-01"]:
        shown = [rpc.call("status.loan", loan=loan, as_of=day) for loan in loans]
        total = rpc.call("status.portfolio", as_of=day)["total"]
        for word in ("outstanding", "in_term", "overdue"):
            assert total[word] == sum(loan[word] for loan in shown), (day, word)
        assert abs(total["interest_unpaid"] - sum(loan["interest_unpaid"]["total"] for loan in shown)) <= 5, day
        assert total["borrowers"] == sum(loan["outstanding"] > 0 for loan in shown), day
    for loan, shown in zip(loans, shown):
        events = rpc.call("loan.events", loan=loan)["events"]
        assert all(event["recorded_at"] for event in events)
        assert (events[-1]["in_term"], events[-1]["overdue"]) == (shown["in_term"], shown["overdue"])
        stored = database.psql(f"select count(*) from loan.transition where loan_id = {loan} and superseded_by is null")
        assert int(stored) == sum(event["type"] == "transition" for event in events)
        books = database.psql(
            f"select coalesce(sum(case debit when 2111 then amount when 2112 then amount else 0 end"
            f" - case credit when 2111 then amount when 2112 then amount else 0 end), 0) from loan.posting where loan_id = {loan}"
        )
        assert int(books) == shown["outstanding"]


# ---- who may ----


def call_as(rpc, name, method, params):
    rpc.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": params, "as": name})
    return rpc.receive()


RIGHTS = {
    "giaodich": {"loan.pay", "loan.disburse", "loan.events", "status.loan", "group.sheet"},
    "tindung": {"loan.pay", "loan.events", "status.loan", "group.sheet", "sweep.held", "import.begin"},
    "hoinongdan": {"status.loan", "group.sheet"},
    "thanhtra": {"loan.events", "status.loan", "group.sheet", "sweep.held"},
    "quantri": set(),
}


@pytest.mark.parametrize("name", RIGHTS)
def test_rights_by_role(rpc, name):
    loan = loan_district.contract(rpc)
    calls = {
        "loan.pay": {"loan": loan, "amount": 1000, "key": vonvay_env.uuid7()},
        "loan.disburse": {"household": "3", "programme": "01", "amount": 10**7, "term_months": 12, "key": vonvay_env.uuid7()},
        "loan.events": {"loan": loan},
        "status.loan": {"loan": loan},
        "group.sheet": {"group": "1"},
        "sweep.held": {},
        "import.begin": {"kind": "areas", "name": "a.csv", "size": 5, "sha256": "0" * 64, "key": vonvay_env.uuid7()},
    }
    allowed = set()
    for method, params in calls.items():
        reply = call_as(rpc, name, method, params)
        if "result" in reply:
            allowed.add(method)
        else:
            assert reply["error"]["data"]["word"] == "denied", reply
    assert allowed == RIGHTS[name]


def test_an_organisation_sees_its_own_groups_only(rpc):
    farmers = loan_district.contract(rpc, household=1)
    women = loan_district.contract(rpc, household=3)
    assert "result" in call_as(rpc, "hoinongdan", "status.loan", {"loan": farmers})
    assert call_as(rpc, "hoinongdan", "status.loan", {"loan": women})["error"]["data"]["word"] == "loan_not_found"
    assert call_as(rpc, "hoinongdan", "status.group", {"group": "2"})["error"]["data"]["word"] == "group_not_found"
    found = call_as(rpc, "hoinongdan", "loan.find", {"text": "n"})["result"]["loans"]
    assert [row["loan"] for row in found] == [farmers]
    assert call_as(rpc, "hoiphunu", "status.portfolio", {})["result"]["total"]["loans"] == 1


# ---- many at once ----


def test_forty_disbursements_for_one_household(daemon, database):
    """3,000,000 each, 100,000,000 in all: 33 fit, the others are told how much is left, whatever came first."""
    connections = [daemon.rpc() for _ in range(8)]
    for number in range(40):
        connections[number % 8].send({"jsonrpc": "2.0", "id": number, "method": "loan.disburse", "params": {
            "household": "1", "programme": "01", "amount": 3_000_000, "term_months": 24, "key": vonvay_env.uuid7()}})
    replies = [connections[number % 8].receive() for number in range(40)]
    for connection in connections:
        connection.close()
    refused = [reply["error"] for reply in replies if "error" in reply]
    assert len(refused) == 7 and {(e["data"]["word"], e["data"]["field"]) for e in refused} == {("not_eligible", "amount")}, refused
    assert database.psql("select count(*), sum(disbursed), sum(in_term) from loan.state where household_id = 1") == "33|99000000|99000000"
