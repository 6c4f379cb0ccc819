"""The books through the socket, with figures reckoned by hand; everything reconciled with everything else."""

import pytest

import loan_district
import vonvay_env


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template), business="2024-01-10")
    yield database
    database.drop()


@pytest.fixture(scope="module")
def books(district):
    """Two loans: 50 million to household 1 (point TXN01), 20 million to household 3 (TXN02), two payments."""
    with vonvay_env.Daemon(district, settings=loan_district.SETTINGS) as running, running.rpc() as rpc:
        first = loan_district.contract(rpc, household=1, amount=50_000_000, term=36, on="2024-01-10")
        loan_district.move_business(district, "2024-01-25")
        second = loan_district.contract(rpc, household=3, amount=20_000_000, term=36, on="2024-01-25")
        loan_district.move_business(district, "2024-02-10")
        rpc.write("loan.pay", loan=first, amount=280_274, kind="interest_paid")
        rpc.write("loan.pay", loan=first, amount=10_000_000, kind="principal_paid")
        loan_district.move_business(district, "2024-02-12")
        rpc.write("loan.pay", loan=second, amount=1_000_000, kind="principal_paid", paid_on="2024-02-10", reason="ghi sổ muộn")
        loan_district.move_business(district, "2024-03-15")
        yield running, rpc, first, second


def test_trial(books):
    _, rpc, _, _ = books
    shown = rpc.call("book.trial", {"from": "2024-02-01", "to": "2024-02-29"})
    rows = {row["account"]: row for row in shown["rows"]}
    assert (rows[1011]["opening_credit"], rows[1011]["debit"], rows[1011]["credit"], rows[1011]["closing_credit"]) == (
        70_000_000, 11_280_274, 0, 58_719_726,
    )
    assert (rows[2111]["opening_debit"], rows[2111]["credit"], rows[2111]["closing_debit"]) == (70_000_000, 11_000_000, 59_000_000)
    assert (rows[7020]["opening_credit"], rows[7020]["closing_credit"]) == (0, 280_274)
    assert shown["total"] == {
        "opening_debit": 70_000_000, "opening_credit": 70_000_000, "debit": 11_280_274, "credit": 11_280_274,
        "closing_debit": 59_000_000, "closing_credit": 59_000_000,
    }
    assert shown["balanced"] is True
    whole = rpc.call("book.trial", {"from": "2024-01-10", "to": "2024-03-15"})
    assert whole["total"]["opening_debit"] == 0 and whole["total"]["closing_debit"] == 59_000_000
    refused = rpc.fails("book.trial", {"to": "2024-03-16"})
    assert (refused.word, refused.field) == ("invalid_params", "to")
    assert rpc.fails("book.trial", {"from": "2024-03-02", "to": "2024-03-01"}).field == "from"


def test_account_page_by_page(books):
    _, rpc, first, second = books
    params = {"account": 1011, "from": "2024-01-01", "limit": 2}
    page = rpc.call("book.account", params)
    assert (page["side"], page["opening"], page["debit"], page["credit"], page["closing"]) == ("debit", 0, 11_280_274, 70_000_000, -58_719_726)
    assert [(row["on"], row["loan"], row["contra"], row["credit"], row["balance"]) for row in page["rows"]] == [
        ("2024-01-10", first, 2111, 50_000_000, -50_000_000), ("2024-01-25", second, 2111, 20_000_000, -70_000_000),
    ]
    rows = page["rows"]
    while page["next"]:
        page = rpc.call("book.account", {**params, "after": page["next"]})
        rows += page["rows"]
    assert [row["balance"] for row in rows] == [-50_000_000, -70_000_000, -69_719_726, -59_719_726, -58_719_726]
    assert rows[-1]["balance"] == page["closing"]
    income = rpc.call("book.account", {"account": 7020, "from": "2024-01-01"})
    assert (income["side"], income["closing"], income["rows"][0]["balance"]) == ("credit", 280_274, 280_274)
    assert rpc.fails("book.account", account=1234).field == "account"
    assert rpc.fails("book.account", account=1011, after="yesterday").field == "after"


def test_day(books):
    _, rpc, first, second = books
    shown = rpc.call("book.day", on="2024-02-10")
    assert (shown["opening"], shown["closing"]) == (-70_000_000, -58_719_726)
    assert shown["cash"] == {"principal": 11_000_000, "interest": 280_274, "deposits": 0, "disbursed": 0, "withdrawn": 0, "net": 11_280_274}
    assert [(row["business_date"], row["method"], row["received"]) for row in shown["journal"]] == [
        ("2024-02-10", "loan.pay", 280_274), ("2024-02-10", "loan.pay", 10_000_000), ("2024-02-12", "loan.pay", 1_000_000),
    ]
    assert shown["reconciled"] is True
    late = rpc.call("book.day", on="2024-02-12")
    assert late["cash"]["net"] == 0
    assert [(row["received"], row["received_other_days"]) for row in late["journal"]] == [(0, 1_000_000)]
    point = rpc.call("book.day", on="2024-02-10", point="TXN02")
    assert point["cash"] == {"principal": 1_000_000, "interest": 0, "deposits": 0, "disbursed": 0, "withdrawn": 0, "net": 1_000_000}
    assert point["reconciled"] is True and "opening" not in point
    lent = rpc.call("book.day", on="2024-01-10")
    assert lent["cash"] == {"principal": 0, "interest": 0, "deposits": 0, "disbursed": 50_000_000, "withdrawn": 0, "net": -50_000_000}
    assert rpc.fails("book.day", point="TXN99").field == "point"


def test_loan_book(books):
    _, rpc, first, _ = books
    shown = rpc.call("book.loan", {"loan": first, "to": "2024-03-10"})
    assert [(row["on"], row["kind"], row["lent"], row["principal_paid"], row["charged"]["total"], row["interest_paid"]["total"], row["in_term"], row["unpaid"]["total"])
            for row in shown["rows"]] == [
        ("2024-01-10", "disbursed", 50_000_000, 0, 0, 0, 50_000_000, 0),
        ("2024-02-10", "interest_paid", 0, 0, 280_274, 280_274, 50_000_000, 0),  # 50,000,000 x 6.6 % x 31 / 365 = 280,273.97
        ("2024-02-10", "principal_paid", 0, 10_000_000, 0, 0, 40_000_000, 0),
    ]
    assert shown["charged_since"]["total"] == 209_753  # 40,000,000 x 6.6 % x 29 / 365 = 209,753.42, less the 0.03 asked before
    assert shown["total"]["charged"]["total"] == 490_027
    assert (shown["closing"]["in_term"], shown["closing"]["unpaid"]["total"]) == (40_000_000, 209_753)
    same = rpc.call("status.loan", loan=first, as_of="2024-03-10")
    assert (same["outstanding"], same["interest_unpaid"]) == (shown["closing"]["outstanding"], shown["closing"]["unpaid"])


def test_loan_books_of_periods_chain(books):
    _, rpc, first, _ = books
    days = [("2024-01-10", "2024-01-31"), ("2024-02-01", "2024-02-10"), ("2024-02-11", "2024-03-15")]
    parts = [rpc.call("book.loan", {"loan": first, "from": a, "to": b}) for a, b in days]
    whole = rpc.call("book.loan", {"loan": first})
    for before, after in zip(parts, parts[1:]):
        assert {**before["closing"], "on": 0} == {**after["opening"], "on": 0}
    assert sum(part["total"]["charged"]["total"] for part in parts) == whole["total"]["charged"]["total"]
    for part in parts + [whole]:
        total = part["total"]
        assert part["opening"]["unpaid"]["total"] + total["charged"]["total"] - total["interest_paid"]["total"] == part["closing"]["unpaid"]["total"]
        assert part["opening"]["outstanding"] + total["lent"] - total["principal_paid"] == part["closing"]["outstanding"]


def test_as_known_at_a_position(books, district):
    _, rpc, first, second = books
    district.psql("select api.number_entries(2)")
    events = rpc.call("loan.events", loan=second)["events"]
    paid = next(event for event in events if event["kind"] == "principal_paid")
    known = paid["position"] - 1
    assert rpc.call("book.loan", {"loan": second, "as_known_at": known})["closing"]["outstanding"] == 20_000_000
    assert rpc.call("book.loan", {"loan": second})["closing"]["outstanding"] == 19_000_000
    before = rpc.call("book.trial", {"from": "2024-01-10", "as_known_at": known})
    assert before["total"]["closing_debit"] == 60_000_000 and before["balanced"]
    assert rpc.call("book.day", on="2024-02-10", as_known_at=known)["cash"]["net"] == 10_280_274


def test_reconcile(books):
    _, rpc, first, second = books
    group = rpc.call("book.reconcile", group="1", on="2024-03-10")
    assert (group["form"], [(row["household"], row["loan"], row["in_term"], row["interest_unpaid"]["total"]) for row in group["rows"]]) == (
        "15/TD", [("0000000001", first, 40_000_000, 209_753)],
    )
    assert (group["total"]["outstanding"], group["total"]["loans"]) == (40_000_000, 1)
    one = rpc.call("book.reconcile", household="3")
    assert [row["loan"] for row in one["rows"]] == [second]
    assert rpc.fails("book.reconcile").field == "group"
    assert rpc.fails("book.reconcile", group="1", household="1").field == "group"
    assert rpc.fails("book.reconcile", group="77").word == "group_not_found"


def test_the_client_shows_the_books(books):
    running, _, first, _ = books
    assert "Tổng nợ bằng tổng có." in running.client("book", "trial", "--from", "2024-01-01").stdout
    assert "58.719.726" in running.client("book", "account", "1011", "--from", "2024-01-01").stdout
    assert "khớp nhau" in running.client("book", "day", "--on", "10/02/2024").stdout
    assert "280.274" in running.client("book", "loan", first).stdout
    assert "40.000.000" in running.client("book", "reconcile", "--group", "1").stdout
