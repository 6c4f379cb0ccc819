"""Member deposits through the socket and the client: balances of any day, overdrafts, interest to the đồng, reversals, books."""

import fractions
import threading

import loan_district
import pytest
import vonvay_env

RATE = fractions.Fraction(5, 1000) / 365


def half_up(value):
    return int(value + fractions.Fraction(1, 2))


@pytest.fixture
def district(database):
    loan_district.fill(database)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon, daemon.rpc() as rpc:
        rpc.daemon, rpc.database = daemon, database
        yield rpc


def refused(rpc, method, **params):
    return rpc.fails(method, {**params, "key": vonvay_env.uuid7()})


def balance_of_4232(database):
    return int(
        database.psql(
            "select coalesce(sum(case when credit = 4232 then amount when debit = 4232 then -amount else 0 end), 0) from ("
            "select debit, credit, amount from loan.deposit_posting union all select debit, credit, amount from loan.posting) p"
        )
    )


def test_put_withdraw_show(district):
    rpc = district
    put = rpc.write("deposit.put", household="1", amount=500_000, put_on="2024-01-10")
    assert put == {"household": "0000000001", "fact": 1, "kind": "put", "on": "2024-01-10", "amount": 500_000, "balance": 500_000}
    rpc.write("deposit.put", household="1", amount=200_000, put_on="2024-03-10")
    assert rpc.write("deposit.withdraw", household="1", amount=450_000)["balance"] == 250_000
    shown = rpc.call("deposit.show", household="1")
    assert [(f["fact"], f["kind"], f["change"], f["balance"]) for f in shown["facts"]] == [
        (1, "put", 500_000, 500_000), (2, "put", 200_000, 700_000), (3, "withdrawn", -450_000, 250_000),
    ]
    assert (shown["balance"], shown["group"], shown["rate_percent"]) == (250_000, "0000001", "0.5")
    earlier = rpc.call("deposit.show", household="1", as_of="2024-02-29")
    assert (earlier["balance"], len(earlier["facts"])) == (500_000, 1)
    assert earlier["interest_earned"] == half_up(500_000 * RATE * 50)
    assert balance_of_4232(rpc.database) == 250_000
    assert rpc.call("deposit.show", household="2")["balance"] == 0


def test_how_far_back_is_a_matter_of_the_role(district):
    """As for payments: the last session of TXN01 was on 2024-03-10; the month is open from the first for an officer."""
    rpc = district

    def ask(who, method, **params):
        rpc.send({"jsonrpc": "2.0", "id": 5, "method": method, "as": who, "params": {"household": "1", "key": vonvay_env.uuid7(), **params}})
        reply = rpc.receive()
        return reply["error"]["data"] if "error" in reply else reply["result"]

    refused_on = ask("giaodich", "deposit.put", amount=1_000, put_on="2024-03-09")
    assert (refused_on["word"], refused_on["field"]) == ("date_out_of_range", "put_on")
    assert ask("giaodich", "deposit.put", amount=200_000, put_on="2024-03-10")["balance"] == 200_000
    assert ask("giaodich", "deposit.withdraw", amount=1_000, withdrawn_on="2024-03-09")["field"] == "withdrawn_on"
    old = rpc.write("deposit.put", household="1", amount=5_000, put_on="2024-02-20")["fact"]
    assert ask("tindung", "deposit.reverse", fact=old, reason="x")["word"] == "date_out_of_range"
    assert rpc.write("deposit.reverse", household="1", fact=old, reason="x")["balance"] == 200_000


def test_overdrafts_are_refused_on_every_day(district):
    rpc = district
    rpc.write("deposit.put", household="1", amount=100_000, put_on="2024-01-10")
    rpc.write("deposit.withdraw", household="1", amount=80_000, withdrawn_on="2024-03-01")
    error = refused(rpc, "deposit.withdraw", household="1", amount=20_001, withdrawn_on="2024-02-01")
    assert (error.word, error.field) == ("overdrawn", "amount")
    assert refused(rpc, "deposit.withdraw", household="1", amount=1, withdrawn_on="2024-01-09").word == "overdrawn"
    assert rpc.write("deposit.withdraw", household="1", amount=20_000, withdrawn_on="2024-02-01")["balance"] == 0
    assert refused(rpc, "deposit.withdraw", household="2", amount=1).word == "overdrawn"


def test_refusals(district):
    rpc = district
    assert refused(rpc, "deposit.put", household="77", amount=5).word == "household_not_found"
    error = refused(rpc, "deposit.put", household="8", amount=5)
    assert (error.word, error.field) == ("not_found", "household")
    error = refused(rpc, "deposit.put", household="1", amount=5, put_on="2024-03-16")
    assert (error.word, error.field) == ("date_out_of_range", "put_on")
    assert refused(rpc, "deposit.put", household="1", amount=0).field == "amount"
    assert refused(rpc, "deposit.reverse", household="1", fact=1, reason="x").field == "fact"
    assert refused(rpc, "deposit.credit").field == "point"
    assert refused(rpc, "deposit.credit", point="TXN99").word == "not_found"


def test_interest_is_credited_once_and_carried(district):
    rpc = district
    rpc.write("deposit.put", household="1", amount=1_234_567, put_on="2024-01-10")
    rpc.write("deposit.put", household="2", amount=3_000, put_on="2024-03-01")
    rpc.write("deposit.put", household="3", amount=5_000_000, put_on="2024-01-10")
    credited = rpc.write("deposit.credit", point="TXN01", credited_on="2024-02-10")
    first = half_up(1_234_567 * RATE * 31)
    assert credited == {"credited_on": "2024-02-10", "deposits": 2, "credited": 1, "interest": first}
    assert rpc.write("deposit.credit", point="TXN01", credited_on="2024-02-10")["credited"] == 0
    exact = 1_234_567 * RATE * 31 - first + (1_234_567 + first) * RATE * 34
    assert rpc.call("deposit.show", household="1")["interest_earned"] == half_up(exact)
    assert rpc.write("deposit.credit", household="1")["interest"] == half_up(exact)
    assert rpc.call("deposit.show", household="3")["interest_earned"] == half_up(5_000_000 * RATE * 65)
    books = rpc.database.psql("select sum(amount) from loan.deposit_posting where debit = 8010 and credit = 4232")
    assert int(books) == first + half_up(exact)


def test_the_rate_is_dated(district):
    rpc = district
    rpc.database.psql(
        "insert into loan.policy (name, from_on, value, reason, mark) values ('deposit_rate_percent', '2024-02-10', '1.2', 'thử', 'known');"
        "update loan.reference_version set version = version + 1"
    )
    rpc.write("deposit.put", household="1", amount=10_000_000, put_on="2024-01-10")
    exact = 10_000_000 * (RATE * 31 + fractions.Fraction(12, 1000) / 365 * 34)
    assert rpc.call("deposit.show", household="1")["interest_earned"] == half_up(exact)


def test_reversal(district):
    rpc = district
    rpc.write("deposit.put", household="1", amount=90_000, put_on="2024-01-10")
    rpc.write("deposit.put", household="1", amount=900_000, put_on="2024-02-10")
    undone = rpc.write("deposit.reverse", household="1", fact=2, reason="ghi nhầm số 0")
    assert (undone["kind"], undone["reverses"], undone["reversed"], undone["balance"]) == ("reversed", 2, 900_000, 90_000)
    assert refused(rpc, "deposit.reverse", household="1", fact=2, reason="x").word == "conflict"
    assert refused(rpc, "deposit.reverse", household="1", fact=3, reason="x").word == "conflict"
    rpc.write("deposit.withdraw", household="1", amount=50_000)
    assert refused(rpc, "deposit.reverse", household="1", fact=1, reason="x").word == "overdrawn"
    assert [f["fact"] for f in rpc.call("deposit.show", household="1")["facts"]] == [1, 4]
    assert balance_of_4232(rpc.database) == 40_000


def test_a_key_counts_once(district):
    key = vonvay_env.uuid7()
    first = district.call("deposit.put", household="1", amount=70_000, key=key)
    assert district.call("deposit.put", household="1", amount=70_000, key=key) == first
    assert district.fails("deposit.put", household="1", amount=70_001, key=key).word == "key_reused"
    assert district.call("deposit.show", household="1")["balance"] == 70_000


def test_many_at_once_never_overdraw(district):
    district.write("deposit.put", household="1", amount=100_000)
    words = []

    def withdraw():
        with district.daemon.rpc() as rpc:
            reply = rpc.request("deposit.withdraw", household="1", amount=30_000, key=vonvay_env.uuid7())
            words.append(reply["error"]["data"]["word"] if "error" in reply else "done")

    threads = [threading.Thread(target=withdraw) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert words.count("done") <= 3 and set(words) <= {"done", "overdrawn", "try_again"}
    assert district.call("deposit.show", household="1")["balance"] == 100_000 - 30_000 * words.count("done")


def test_rights(district):
    district.send({"jsonrpc": "2.0", "id": 1, "method": "deposit.credit", "as": "giaodich",
                   "params": {"household": "1", "key": vonvay_env.uuid7()}})
    assert district.receive()["error"]["data"]["word"] == "denied"


def test_client(district):
    run = district.daemon.client
    put = run("deposit", "put", "1", "1.234.567", "--on", "10/01/2024")
    assert "1.234.567" in put.stdout and "gửi vào" in put.stdout
    late = run("deposit", "withdraw", "1", "2.000.000", check=False)
    assert late.returncode == 1 and "số dư tiền gửi nhỏ hơn" in late.stderr
    assert "Lãi đã nhập" in run("deposit", "credit", "--point", "TXN01").stdout
    shown = run("deposit", "show", "1").stdout
    assert "Tiền gửi tổ viên" in shown and "nhập lãi" in shown
