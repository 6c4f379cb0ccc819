"""Events of loans: payments of earlier days, reversals, moves, re-scheduling, extension, freezes, write-offs, misuse, relief.
Programme 01, 6.6 % a year; session of point 1 on the 10th; business date 2024-03-15."""

import fractions

import loan_district
import pytest
import vonvay_env

DAY_RATE = fractions.Fraction(66, 1000) / 365


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


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


class Served:
    def __init__(self, database, daemon, rpc):
        self.database, self.daemon, self.rpc = database, daemon, rpc
        self.households = iter(range(101, 200))

    def contract(self, **terms):
        """The number of a new contract of a household that has none."""
        return loan_district.contract(self.rpc, household=next(self.households), **terms)

    def show(self, loan, **more):
        return self.rpc.call("status.loan", loan=loan, **more)

    def call_as(self, name, method, **params):
        """{"result"} or {"error"} of a write by one of the staff."""
        self.rpc.send({"jsonrpc": "2.0", "id": 7, "method": method, "params": {"key": vonvay_env.uuid7(), **params}, "as": name})
        return self.rpc.receive()

    def word(self, method, **params):
        """What a write is refused with: (word, field)."""
        error = self.rpc.fails(method, key=vonvay_env.uuid7(), **params)
        return error.word, error.field


@pytest.fixture(scope="module")
def served(postgres, district):
    copy = postgres.database(district)
    loan_district.add_households(copy, 101, 99)
    with vonvay_env.Daemon(copy, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        yield Served(copy, daemon, rpc)
    copy.drop()


def balances(shown):
    return shown["in_term"], shown["overdue"], shown["frozen"]


# ---- how far back ----


def test_a_clerk_reaches_the_last_session(served):
    loan = served.contract(on="2024-02-01")
    reply = served.call_as("giaodich", "loan.pay", loan=loan, amount=1000, paid_on="2024-03-10")
    assert reply["result"]["fact"] == 2
    refused = served.call_as("giaodich", "loan.pay", loan=loan, amount=1000, paid_on="2024-03-09", reason="x")["error"]
    assert (refused["data"]["word"], refused["data"]["field"]) == ("date_out_of_range", "paid_on")
    assert "2024-03-10 to 2024-03-15" in refused["message"]


def test_an_officer_reaches_the_open_month_and_says_why(served):
    loan = served.contract(on="2024-02-01")
    refused = served.call_as("tindung", "loan.pay", loan=loan, amount=1000, paid_on="2024-03-01")["error"]
    assert (refused["data"]["word"], refused["data"]["field"]) == ("invalid_params", "reason")
    assert "result" in served.call_as("tindung", "loan.pay", loan=loan, amount=1000, paid_on="2024-03-01", reason="quên ghi")
    refused = served.call_as("tindung", "loan.pay", loan=loan, amount=1000, paid_on="2024-02-29", reason="quên ghi")["error"]
    assert refused["data"]["word"] == "date_out_of_range" and "2024-03-01" in refused["message"]
    assert "result" in served.call_as("giamdoc", "loan.pay", loan=loan, amount=1000, paid_on="2024-02-02", reason="quên ghi")
    assert served.database.psql(f"select string_agg(kind || ' ' || reason, ',' order by no) from loan.decision where loan_id = {loan}").strip() \
        == "pay quên ghi,pay quên ghi"


def test_nobody_pays_tomorrow(served):
    loan = served.contract()
    assert served.word("loan.pay", loan=loan, amount=1, paid_on="2024-03-16", reason="x") == ("date_out_of_range", "paid_on")


# ---- reversals ----


def test_a_reversal_gives_back_what_was(served):
    loan = served.contract(amount=20_000_000, on="2024-01-10")
    before = served.show(loan)
    paid = served.rpc.write("loan.pay", loan=loan, amount=5_000_000, kind="principal_paid", paid_on="2024-02-10", reason="x")
    assert served.show(loan)["outstanding"] == 15_000_000
    reply = served.rpc.write("loan.reverse", loan=loan, fact=paid["fact"], reason="nhầm người")
    assert (reply["fact"], reply["reverses"], reply["kind"], reply["amount"], reply["outstanding"]) == (3, 2, "principal_paid", 5_000_000, 20_000_000)
    assert served.show(loan) == before
    assert served.word("loan.reverse", loan=loan, fact=2, reason="x") == ("conflict", "fact")
    assert served.word("loan.reverse", loan=loan, fact=3, reason="x") == ("conflict", "fact")
    assert served.word("loan.reverse", loan=loan, fact=9, reason="x") == ("not_found", "fact")
    events = served.rpc.call("loan.events", loan=loan)["events"]
    assert [(e["kind"], e["reversed"]) for e in events] == [("disbursed", False), ("principal_paid", True), ("reversed", False)]


def test_a_clerk_reverses_payments_only(served):
    loan = served.contract()
    refused = served.call_as("giaodich", "loan.reverse", loan=loan, fact=1, reason="x")["error"]
    assert refused["data"]["word"] == "denied"
    paid = served.call_as("giaodich", "loan.pay", loan=loan, amount=1000)["result"]
    assert "result" in served.call_as("giaodich", "loan.reverse", loan=loan, fact=paid["fact"], reason="x")


def test_a_later_payment_keeps_an_earlier_one(served):
    """The disbursement can't be taken out from below a payment, nor a payment that a closing needs twice."""
    loan = served.contract(amount=10_000_000)
    served.rpc.write("loan.pay", loan=loan, amount=1_000_000)
    assert served.word("loan.reverse", loan=loan, fact=1, reason="x")[0] == "date_out_of_range"
    assert served.show(loan)["outstanding"] == 9_000_000


def test_a_payment_goes_to_the_loan_it_was_meant_for(served):
    wrong, right = served.contract(amount=20_000_000, on="2024-01-10"), served.contract(amount=10_000_000, on="2024-01-10")
    before = served.show(wrong)
    served.rpc.write("loan.pay", loan=wrong, amount=3_000_000, paid_on="2024-02-10", reason="x")
    moved = served.rpc.write("loan.pay_move", loan=wrong, fact=2, to=right, reason="ghi nhầm tên")
    interest = half_up(10_000_000 * DAY_RATE * 31)
    assert moved["amount"] == 3_000_000 and moved["paid_on"] == "2024-02-10"
    assert moved["to"]["allocation"]["interest_in_term"] == interest
    assert moved["to"]["outstanding"] == 7_000_000 + interest
    assert served.show(wrong) == before
    assert served.show(right)["outstanding"] == 7_000_000 + interest
    assert served.word("loan.pay_move", loan=right, fact=1, to=wrong, reason="x") == ("invalid_params", "fact")
    assert served.word("loan.pay_move", loan=right, fact=2, to=right, reason="x") == ("invalid_params", "to")
    small = served.contract(amount=1_000_000)
    assert served.word("loan.pay_move", loan=right, fact=2, to=small, reason="x")[0] in ("amount_too_large", "date_out_of_range")
    assert served.show(right)["outstanding"] == 7_000_000 + interest, "all or nothing"


# ---- moves ----


def test_a_loan_moves_to_an_heir_and_back(served):
    loan = loan_district.contract(served.rpc, household=1, amount=10_000_000, on="2024-01-10")
    before = served.show(loan)
    assert served.word("loan.move", loans=[loan], household="1", reason="x") == ("conflict", "loans")
    moved = served.rpc.write("loan.move", loans=[loan], household="3", on="2024-03-12", reason="thừa kế", number="12/QĐ")
    assert (moved["household"], moved["group"], moved["commune"], moved["point"]) == ("0000000003", "0000002", "C2", "TXN02")
    shown = served.show(loan)
    assert (shown["household"], shown["household_name"], shown["organisation"], shown["point"]) == ("0000000003", "Quỳnh Nga", "women", "TXN02")
    assert [row["loan"] for row in served.rpc.call("loan.find", group="2")["loans"]] == [loan]
    assert loan not in [row["loan"] for row in served.rpc.call("loan.find", household="1")["loans"]]
    assert served.show(loan, as_of="2024-03-11")["household"] == "0000000001"
    by = {row["organisation"]: row["in_term"] for row in served.rpc.call("status.portfolio", by=["organisation"])["rows"] if row["in_term"]}
    assert by["women"] == 10_000_000
    old = {row["organisation"]: row["in_term"] for row in served.rpc.call("status.portfolio", by=["organisation"], as_of="2024-03-11")["rows"] if row["in_term"]}
    assert "women" not in old
    served.rpc.write("loan.pay", loan=loan, amount=1_000_000, kind="principal_paid", paid_on="2024-02-10", reason="trước khi chuyển")
    assert {row["organisation"]: row["in_term"] for row in served.rpc.call("status.portfolio", by=["organisation"])["rows"]}["women"] == 9_000_000
    served.rpc.write("loan.reverse", loan=loan, fact=3, reason="x")
    served.rpc.write("loan.reverse", loan=loan, fact=2, reason="không thừa kế")
    assert served.show(loan) == before
