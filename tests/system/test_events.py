"""Events of loans: payments of earlier days, reversals, moves, re-scheduling, extension, freezes, write-offs, misuse, relief.
Programme 01, 6.6 % a year; session of point 1 on the 10th; business date 2024-03-15."""

import fractions
import threading

import loan_district
import pytest
import small_district
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


def test_events_show_their_decision_and_their_place(served):
    loan = loan_district.contract(served.rpc, household=2, programme="19", amount=10_000_000, on="2024-01-10")
    served.rpc.write("loan.move", loans=[loan], household="4", on="2024-03-12", reason="thừa kế", number="12/QĐ", decided_on="2024-03-11")
    served.rpc.write("loan.freeze", loans=[loan], **{**FREEZE, "from": "2024-03-13"})
    served.rpc.write("loan.unfreeze", loan=loan, reason="nhầm")
    events = {(e["no"], e["kind"]): e for e in served.rpc.call("loan.events", loan=loan)["events"]}
    assert "decision" not in events[1, "disbursed"]
    moved = events[2, "moved"]
    assert moved["decision"] == {"number": "12/QĐ", "decided_on": "2024-03-11", "reason": "thừa kế"}
    assert [moved[name] for name in ("household", "household_name", "member", "group", "group_name", "point", "commune")] == [
        "0000000004", "A Viết Sơn", 1, "0000002", "Tổ Pâr Nghi", "TXN02", "C2"]
    assert events[3, "frozen"]["decision"] == {"number": "5/QĐ", "decided_on": "2024-03-10", "authority": "HĐQT", "risk_case": "K1"}
    assert events[4, "unfrozen"]["decision"]["reason"] == "nhầm"
    shown = served.daemon.client("--lang", "en", "loan", "events", loan).stdout
    papers = shown[shown.index("Decisions and moves"):]
    assert all(text in papers for text in ("12/QĐ", "thừa kế", "HĐQT", "K1", "0000000004", "A Viết Sơn", "TXN02", "C2")), papers


def test_a_loan_that_moved_draws_down_on_a_day_before(served):
    """The loan was another household's on that day: whose it is now answers for it."""
    loan = served.contract(amount=10_000_000, on="2024-01-10")
    served.rpc.write("loan.move", loans=[loan], household="4", on="2024-03-12", reason="thừa kế")
    drawn = served.rpc.write("loan.disburse", loan=loan, amount=1_000_000, disbursed_on="2024-03-01")
    assert drawn["outstanding"] == 11_000_000


# ---- dates of repayment ----


def test_an_instalment_is_moved(served):
    """36 months in three yearly instalments of 10,000,000: 2025-01-10, 2026-01-10, 2027-01-10."""
    loan = served.contract(amount=30_000_000, term=36, instalment_months=12, on="2024-01-10")
    moved = served.rpc.write("loan.reschedule", loan=loan, instalment=1, until="2025-06-10", asked_on="2024-03-11")
    assert (moved["instalment"], moved["first_on"], moved["until"]) == (1, "2025-01-10", "2025-06-10")
    rows = served.show(loan)["instalments"]
    assert [(r["due_on"], r["first_on"]) for r in rows] == [
        ("2025-06-10", "2025-01-10"), ("2026-01-10", "2026-01-10"), ("2027-01-10", "2027-01-10")]
    assert served.word("loan.reschedule", loan=loan, instalment=1, until="2026-01-11", asked_on="2024-03-11") == ("date_out_of_range", "until")
    assert served.word("loan.reschedule", loan=loan, instalment=1, until="2025-06-09", asked_on="2024-03-11") == ("date_out_of_range", "until")
    assert served.word("loan.reschedule", loan=loan, instalment=3, until="2027-06-10", asked_on="2024-03-11") == ("invalid_params", "instalment")
    agenda = served.database.psql(f"select due_on, reason from loan.agenda where loan_id = {loan} order by 1, 2")
    assert "2025-06-10|1" in agenda
    forms = served.database.psql(f"select d.kind, d.form, d.number, d.note ->> 'asked_on' from loan.decision d where loan_id = {loan}")
    assert forms.startswith("reschedule|08/TD|2024/") and forms.strip().endswith("|2024-03-11")
    served.rpc.write("loan.reverse", loan=loan, fact=moved["fact"], reason="rút đơn")
    assert served.show(loan)["instalments"][0]["due_on"] == "2025-01-10"


def test_who_asks_too_late_is_refused(served):
    """A final date on 2024-03-22, a Friday: asked on Friday the 15th there are five working days, none less."""
    loan = served.contract(amount=10_000_000, term=12, on="2023-03-22")
    assert served.show(loan)["matures_on"] == "2024-03-10"
    assert served.word("loan.extend", loan=loan, until="2024-09-10", asked_on="2024-03-04")[1] in ("until", "asked_on", "loan")
    later = served.contract(amount=10_000_000, term=12, on="2023-06-01")
    assert served.show(later)["matures_on"] == "2024-05-10"
    error = served.rpc.fails("loan.extend", loan=later, until="2024-11-10", asked_on="2024-03-16", key=vonvay_env.uuid7())
    assert (error.word, error.field) == ("date_out_of_range", "asked_on")


def test_an_extension_keeps_to_its_cap(served):
    """A short loan: 12 months in all. A loan of 24 months: 12, half of its term, from the first final date."""
    short = served.contract(amount=10_000_000, term=12, on="2024-01-10")
    assert served.word("loan.extend", loan=short, until="2026-01-11", asked_on="2024-03-14") == ("date_out_of_range", "until")
    assert served.rpc.write("loan.extend", loan=short, until="2025-07-10", asked_on="2024-03-14")["until"] == "2025-07-10"
    assert served.word("loan.extend", loan=short, until="2026-01-11", asked_on="2024-03-14") == ("date_out_of_range", "until")
    served.rpc.write("loan.extend", loan=short, until="2026-01-10", asked_on="2024-03-14")
    shown = served.show(short)
    assert (shown["matures_on"], shown["matured_first_on"]) == ("2026-01-10", "2025-01-10")
    medium = served.contract(amount=10_000_000, term=24, on="2024-01-10")
    assert served.word("loan.extend", loan=medium, until="2027-01-11", asked_on="2024-03-14") == ("date_out_of_range", "until")
    served.rpc.write("loan.extend", loan=medium, until="2027-01-10", asked_on="2024-03-14")


# ---- risk ----

FREEZE = {"case": "K1", "loss_percent": 50, "number": "5/QĐ", "decided_on": "2024-03-10", "authority": "HĐQT"}


def test_a_freeze_stops_interest(served):
    """20,000,000 from 2024-01-10; frozen whole on 2024-03-10, 60 days later: 216,986 of interest, and no more."""
    loan = served.contract(amount=20_000_000, term=36, on="2024-01-10")
    made = served.rpc.write("loan.freeze", loans=[loan], **FREEZE)["loans"][0]
    assert (made["amount"], made["until"], made["on"], made["status"]) == (20_000_000, "2027-03-10", "2024-03-10", "frozen")
    shown = served.show(loan)
    assert balances(shown) == (0, 0, 20_000_000) and shown["frozen_until"] == "2027-03-10"
    assert shown["interest_unpaid"]["total"] == half_up(20_000_000 * DAY_RATE * 60) == 216_986
    assert served.word("loan.freeze", loans=[loan], **FREEZE) == ("conflict", "loans")
    assert served.word("loan.freeze", loans=[loan], **{**FREEZE, "until": "2027-03-11"})[0] == "date_out_of_range"
    ended = served.rpc.write("loan.unfreeze", loan=loan, reason="đã có khả năng trả")
    assert (ended["in_term"], ended["frozen"], ended["status"]) == (20_000_000, 0, "in_term")
    again = served.rpc.write("loan.freeze", loans=[loan], supplementary=True, **{**FREEZE, "from": "2024-03-15"})["loans"][0]
    assert again["frozen"] == 20_000_000
    agenda = served.database.psql(f"select due_on, reason from loan.agenda where loan_id = {loan} order by 1, 2").split()
    assert "2027-03-10|2" in agenda and "2027-03-10|4" in agenda


def test_a_freeze_by_case_and_loss(served):
    loan = served.contract(amount=20_000_000, term=60, on="2024-01-10")
    assert served.word("loan.freeze", loans=[loan], **{**FREEZE, "loss_percent": 39}) == ("not_eligible", "case")
    assert served.word("loan.freeze", loans=[loan], **{**FREEZE, "loss_percent": 79, "until": "2027-03-11"}) == ("date_out_of_range", "until")
    made = served.rpc.write("loan.freeze", loans=[loan], **{**FREEZE, "loss_percent": 80, "until": "2029-03-10", "amount": 5_000_000})["loans"][0]
    assert balances(served.show(loan)) == (15_000_000, 0, 5_000_000)
    longer = served.rpc.write("loan.freeze", loans=[loan], supplementary=True, **{**FREEZE, "from": "2024-03-12"})["loans"][0]
    assert longer["until"] == "2034-03-10" and made["until"] == "2029-03-10"
    assert served.show(loan)["frozen_until"] == "2034-03-10"


def test_a_freeze_is_prolonged_for_all_that_is_frozen(served):
    loan = served.contract(amount=20_000_000, term=60, on="2024-01-10")
    served.rpc.write("loan.freeze", loans=[loan], **{**FREEZE, "amount": 5_000_000})
    again = {**FREEZE, "from": "2024-03-12", "supplementary": True}
    assert served.word("loan.freeze", loans=[loan], **again, amount=5_000_000) == ("invalid_params", "amount")
    assert served.rpc.write("loan.freeze", loans=[loan], **again)["loans"][0]["frozen"] == 5_000_000


def test_a_supplementary_freeze_follows_one_of_its_past(served):
    """Told on the 15th for the 1st: the freeze of the 10th is none that ended before it."""
    loan = served.contract(amount=20_000_000, term=60, on="2024-01-10")
    served.rpc.write("loan.freeze", loans=[loan], **{**FREEZE, "until": "2024-03-12"})
    early = {**FREEZE, "decided_on": "2024-03-01", "until": "2024-03-05", "supplementary": True, "reason": "ghi muộn"}
    assert served.word("loan.freeze", loans=[loan], **early) == ("conflict", "supplementary")


def test_several_loans_are_frozen_or_none(served):
    one, two = served.contract(amount=10_000_000, on="2024-01-10"), served.contract(amount=20_000_000, on="2024-01-10")
    late = served.contract(amount=20_000_000, on="2024-03-12")
    assert served.word("loan.freeze", loans=[one, two, late], **FREEZE)[0] == "date_out_of_range"
    assert served.show(one)["frozen"] == 0
    made = served.rpc.write("loan.freeze", loans=[two, one], **FREEZE)["loans"]
    assert [row["amount"] for row in made] == [20_000_000, 10_000_000]


def test_a_debt_is_written_off_after_a_freeze_and_recovered(served):
    loan = served.contract(amount=10_000_000, term=36, on="2024-01-10")
    decision = {"case": "K1", "number": "9/QĐ", "decided_on": "2024-03-15", "authority": "HĐQT"}
    assert served.word("loan.write_off", loan=loan, **decision) == ("conflict", "loan")
    served.rpc.write("loan.freeze", loans=[loan], **{**FREEZE, "until": "2024-03-12"})
    gone = served.rpc.write("loan.write_off", loan=loan, **decision)
    interest = half_up(10_000_000 * DAY_RATE * (60 + 3))
    assert (gone["amount"], gone["interest"], gone["outstanding"], gone["status"]) == (10_000_000, interest, 0, "closed")
    shown = served.show(loan)
    assert (shown["written_off"], shown["interest_written_off"], shown["recovered"]) == (10_000_000, interest, 0)
    back = served.rpc.write("loan.recover", loan=loan, amount=4_000_000)
    assert back["recovered"] == 4_000_000
    assert served.word("loan.recover", loan=loan, amount=6_000_000 + interest + 1) == ("amount_too_large", "amount")
    books = served.database.psql(
        f"select debit, credit, amount from loan.posting where loan_id = {loan} and (debit in (8090) or credit in (7090)) order by ordinal, entry_id")
    assert "8090|2111|10000000" in books and "1011|7090|4000000" in books


def test_death_needs_no_freeze(served):
    loan = served.contract(amount=10_000_000, on="2024-01-10")
    decision = {"case": "K4a", "number": "10/QĐ", "decided_on": "2024-03-15", "authority": "HĐQT"}
    assert served.rpc.write("loan.write_off", loan=loan, **decision)["status"] == "closed"
    assert served.call_as("tindung", "loan.write_off", loan=loan, **decision)["error"]["data"]["word"] == "denied"


def test_misused_principal_is_overdue_at_once(served):
    loan = served.contract(amount=10_000_000, on="2024-03-05")
    made = served.rpc.write("loan.misuse", loan=loan, amount=4_000_000, on="2024-03-10", reason="mua xe")
    assert (made["in_term"], made["overdue"], made["status"]) == (6_000_000, 4_000_000, "overdue")
    shown = served.show(loan)
    assert shown["interest_unpaid"]["overdue"] == half_up(4_000_000 * DAY_RATE * fractions.Fraction(13, 10) * 5)
    assert served.rpc.write("loan.misuse", loan=loan, reason="mua xe")["overdue"] == 10_000_000


def test_payoff_is_what_closes_the_loan(served):
    loan = served.contract(amount=10_000_000, on="2024-01-10")
    asked = served.rpc.call("loan.payoff", loan=loan)
    interest = half_up(10_000_000 * DAY_RATE * 65)
    assert (asked["principal"], asked["interest"]["in_term"], asked["total"]) == (10_000_000, interest, 10_000_000 + interest)
    assert (asked["deposit"], asked["from_deposit"], asked["from_cash"]) == (0, 0, asked["total"])
    assert served.rpc.write("loan.pay", loan=loan, amount=asked["total"])["status"] == "closed"
    assert served.rpc.call("loan.payoff", loan=loan)["total"] == 0


# ---- late is what punctual would have been ----

LIFE = [
    ("2024-03-20", "loan.pay", {"amount": 2_000_000, "kind": "principal_paid", "paid_on": "2024-03-20"}),
    ("2024-06-12", "loan.misuse", {"amount": 3_000_000, "on": "2024-06-12"}),
    ("2024-09-10", "loan.freeze", {"case": "K1", "loss_percent": 50, "number": "1", "decided_on": "2024-09-10", "amount": 5_000_000, "until": "2025-03-01"}),
    ("2024-12-10", "loan.extend", {"until": "2026-11-10", "asked_on": "2024-12-02", "on": "2024-12-10"}),
    ("2025-01-20", "loan.move", {"household": "3", "on": "2025-01-20"}),
    ("2025-05-10", "loan.pay", {"amount": 1_000_000, "paid_on": "2025-05-10"}),
]


@pytest.mark.parametrize("order", [range(6), [5, 3, 0, 1, 2, 4], [2, 4, 0, 5, 1, 3]])
def test_late_events_equal_punctual_ones(postgres, district, order):
    exports = []
    for punctual in (True, False):
        database = postgres.database(district)
        with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
            loan = loan_district.contract(rpc, household=1, amount=30_000_000, term=24, on="2024-01-10")
            if not punctual:
                loan_district.move_business(database, "2027-02-20")
            for number in range(6) if punctual else order:
                day, method, params = LIFE[number]
                if punctual:
                    loan_district.move_business(database, day)
                target = {"loans": [loan]} if method in ("loan.freeze", "loan.move") else {"loan": loan}
                rpc.write(method, **target, **params, reason="ghi sổ muộn")
            loan_district.move_business(database, "2027-02-20")
            # what the calendar brought since comes with a write that is taken back
            paid = rpc.write("loan.pay", loan=loan, amount=1000)
            rpc.write("loan.reverse", loan=loan, fact=paid["fact"], reason="x")
            shown = rpc.call("status.loan", loan=loan)
        exports.append((loan_district.export(database), {k: v for k, v in shown.items() if k != "next"}))
        database.drop()
    assert exports[0][1] == exports[1][1]
    assert exports[0][0] == exports[1][0]
    assert exports[0][1]["overdue"] == exports[0][1]["outstanding"] > 0


# ---- the night, many at once ----


@pytest.fixture
def daemon(database):
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as running:
        yield running


def test_the_night_ends_a_freeze_and_finds_moved_loans(daemon, rpc, database):
    """Frozen until 2024-04-20, past the final date of 2024-04-10: in term on that day, overdue at the session of 2024-05-10.
    The other loan moves to point 2 and is overdue at its session of the 25th of April, not at that of May the 10th."""
    frozen = loan_district.contract(rpc, household=1, amount=10_000_000, term=12, on="2023-04-20")
    moved = loan_district.contract(rpc, household=2, programme="19", amount=8_000_000, term=12, on="2023-04-20")
    assert rpc.call("status.loan", loan=frozen)["matures_on"] == "2024-04-10"
    rpc.write("loan.freeze", loans=[frozen], **{**FREEZE, "until": "2024-04-20"})
    rpc.write("loan.move", loans=[moved], household="3", reason="thừa kế")
    small_district.run_nights(rpc, "2024-04-19")
    assert balances(rpc.call("status.loan", loan=frozen)) == (0, 0, 10_000_000)
    small_district.run_nights(rpc, "2024-04-20")
    kinds = f"select kind, effective_on from loan.transition where loan_id = {{}} and superseded_by is null order by 2, 1"
    assert database.psql(kinds.format(frozen)).split() == ["7|2024-04-20"]
    assert balances(rpc.call("status.loan", loan=frozen)) == (10_000_000, 0, 0)
    small_district.run_nights(rpc, "2024-05-20")
    assert database.psql(kinds.format(frozen)).split() == ["7|2024-04-20", "4|2024-05-10"]
    assert database.psql(kinds.format(moved)).split() == ["4|2024-04-25"]
    assert balances(rpc.call("status.loan", loan=frozen)) == (0, 10_000_000, 0)


def test_forty_at_once_all_succeed(daemon, rpc):
    loan = loan_district.contract(rpc, household=1, amount=40_000_000)
    replies = []

    def pay():
        with daemon.rpc() as mine:
            replies.append(mine.request("loan.pay", loan=loan, amount=1000, kind="principal_paid", key=vonvay_env.uuid7()))

    threads = [threading.Thread(target=pay) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(reply["result"]["fact"] for reply in replies) == list(range(2, 42)), replies
    assert rpc.call("status.loan", loan=loan)["outstanding"] == 40_000_000 - 40 * 1000


# ---- relief ----


def test_a_relief_lowers_the_rate_and_asks_no_interest(daemon, rpc, database):
    """2 points less from 2024-03-01 to 2024-03-31, no interest asked for before 2024-04-15; 36,500,000 at 6.6 % and 4.6 %."""

    def staff(who, method, **params):
        rpc.send({"jsonrpc": "2.0", "id": 3, "method": method, "as": who, "params": {"key": vonvay_env.uuid7(), **params}})
        reply = rpc.receive()
        assert "result" in reply, reply
        return reply["result"]

    loan = loan_district.contract(rpc, household=1, amount=36_500_000, on="2024-02-10")
    other = loan_district.contract(rpc, household=3, amount=36_500_000, on="2024-02-10")
    change = staff("tindung", "relief.define", name="Bão số 3", rate_delta="2", until="2024-04-01", holiday_from="2024-03-01",
                   holiday_until="2024-04-15", lines=["01"], reason="bão", decision="QĐ 1", **{"from": "2024-03-01"})
    staff("giamdoc", "change.approve", change=change["change"])
    made = rpc.write("loan.relieve", relief="Bão số 3", households=["1", "4"], number="QĐ 2", decided_on="2024-03-14")
    assert [(row["loan"], row["on"], row["until"], row["holiday_until"]) for row in made["loans"]] == [(loan, "2024-03-01", "2024-04-01", "2024-04-15")]
    shown = rpc.call("status.loan", loan=loan)
    assert (shown["rate_percent"], shown["relieved"], shown["relieved_until"], shown["holiday_until"]) == ("4.6", True, "2024-04-01", "2024-04-15")
    # a day at 6.6 % is 6,600 đồng, at 4.6 % 4,600: 20 days from 10/02 to 01/03, then 14
    assert shown["interest_unpaid"]["total"] == 20 * 6_600 + 14 * 4_600
    assert rpc.call("status.loan", loan=other)["interest_unpaid"]["total"] == 34 * 6_600
    total = rpc.call("status.portfolio")["total"]
    assert total["interest_unpaid"] == 20 * 6_600 + 14 * 4_600 + 34 * 6_600
    small_district.run_nights(rpc, "2024-04-02")
    assert database.psql(f"select kind, effective_on from loan.transition where loan_id = {loan}").split() == ["8|2024-04-01"]
    shown = rpc.call("status.loan", loan=loan)
    assert (shown["rate_percent"], shown["relieved"]) == ("6.6", False)
    assert shown["interest_unpaid"]["total"] == 20 * 6_600 + 31 * 4_600 + 1 * 6_600
    assert rpc.fails("loan.relieve", relief="nothing", households=["1"], number="x", decided_on="2024-03-14", key=vonvay_env.uuid7()).word == "not_found"
