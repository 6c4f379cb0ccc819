"""The night through the daemon: catch-up equals punctual nights, payments in between, hold and release, by the clock."""

import random

import export_state
import pytest
import small_district
import vonvay_env

UNTIL = "2025-06-30"
NIGHTS = 366 + 181


@pytest.fixture(scope="module")
def imported(postgres, template):
    """The small district imported through the socket, no night yet; a template for the tests."""
    database = postgres.database(template)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        small_district.bring_in_all(rpc, database)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def punctual(postgres, imported):
    """The exported state after one night at a time."""
    database = postgres.database(imported)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        for day in small_district.days_from("2024-01-01", NIGHTS):
            rpc.write("sweep.run", until=day)
            small_district.nights_over(rpc)
    state = export_state.export(database)
    database.drop()
    return state


@pytest.fixture
def database(postgres, imported):
    copy = postgres.database(imported)
    yield copy
    copy.drop()


def test_catch_up_makes_what_punctual_nights_make(daemon, rpc, database, punctual):
    run = small_district.run_nights(rpc, UNTIL)
    assert run["state"] == "done" and run["days_done"] == run["days_total"] == NIGHTS
    export_state.assert_same(punctual, export_state.export(database))


def test_nights_change_something(daemon, rpc, database):
    """What the comparisons of this file rest on: the small district keeps the nights busy."""
    small_district.run_nights(rpc, UNTIL)
    kinds = dict(row.split("|") for row in database.psql("select kind, count(*) from loan.transition group by 1").split("\n"))
    assert {"1", "2", "4"} <= set(kinds), kinds
    changed = database.psql("select sum(loans_changed) > 50, sum(households_changed) > 2, count(*) from loan.sweep_day")
    assert changed == f"t|t|{NIGHTS}"
    assert rpc.call("status.sweep")["swept_until"] == UNTIL == rpc.call("status.daemon")["business_date"]


def test_gap_in_several_runs(daemon, rpc, database, punctual):
    random_ = random.Random(7)
    day = 0
    days = small_district.days_from("2024-01-01", NIGHTS)
    while day < len(days):
        day = min(len(days), day + random_.randrange(1, 120))
        small_district.run_nights(rpc, days[day - 1])
    export_state.assert_same(punctual, export_state.export(database))


def test_only_one_run_at_a_time_and_only_forward(daemon, rpc, database):
    rpc.write("sweep.run", until=UNTIL)
    assert rpc.fails("sweep.run", until=UNTIL, key=vonvay_env.uuid7()).word == "sweep_running"
    small_district.nights_over(rpc)
    assert rpc.fails("sweep.run", until=UNTIL, key=vonvay_env.uuid7()).word == "date_out_of_range"


def break_loan(database, loan):
    """Leave a balance whose interest does not fit any more: the domain answers overflow at its next transition."""
    database.psql(f"update loan.state set interest_in_term_dong = 9223372036854775000 where loan_id = {loan}")


def first_loan_to_be_moved(database):
    """A contract that the nights until UNTIL mature with nothing paid."""
    return database.psql(
        "select c.loan_id from loan.contract c join loan.state s using (branch, loan_id) where s.status = 1 and s.last_on < '2024-03-01' "
        "and c.due_on[array_length(c.due_on, 1)] between '2024-06-01' and '2025-02-01' and s.in_term > 0 order by 1 limit 1"
    )


def test_what_cannot_be_decided_is_held_and_released(daemon, rpc, database, punctual):
    loan = first_loan_to_be_moved(database)
    whole = database.psql(f"select interest_in_term_dong from loan.state where loan_id = {loan}")
    break_loan(database, loan)
    run = small_district.run_nights(rpc, "2025-05-31")
    assert run["state"] == "done", "one loan must not stop the night"
    held = rpc.call("sweep.held")["held"]
    assert [(h["loan"], h["reason"]) for h in held] == [(loan, "overflow")]
    assert rpc.call("status.sweep")["held"] == 1
    version = database.psql(f"select version from loan.state where loan_id = {loan}")
    small_district.run_nights(rpc, "2025-06-15")
    assert version == database.psql(f"select version from loan.state where loan_id = {loan}"), "held: not touched"
    database.psql(f"update loan.state set interest_in_term_dong = {whole} where loan_id = {loan}")
    assert rpc.write("sweep.release", loan=loan)["released"] is True
    assert rpc.call("sweep.held")["held"] == []
    small_district.run_nights(rpc, UNTIL)
    export_state.assert_same(punctual, export_state.export(database))


def test_release_of_what_is_not_held(daemon, rpc, database):
    loan = first_loan_to_be_moved(database)
    assert rpc.fails("sweep.release", loan=loan, key=vonvay_env.uuid7()).word == "not_found"


def test_payments_during_catch_up(postgres, imported, database):
    """The same payments, dated the day before the first night, sent while the nights run or before all of them."""
    loans = database.psql("select loan_id from loan.state where status = 1 and in_term > 1000000 and last_on < '2024-01-01' order by 1").split("\n")
    payments = [(loan, 10_000 * n) for n in range(1, 8) for loan in loans]
    states = []
    for during in (False, True):
        copy = postgres.database(imported)
        with vonvay_env.Daemon(copy) as running, running.rpc() as rpc:
            if during:
                rpc.write("sweep.run", until=UNTIL)
            for loan, amount in payments:
                small_district.write_until_taken(rpc, "loan.pay", loan=loan, amount=amount, paid_on=small_district.BEGIN, reason="ghi sổ muộn")
            if not during:
                rpc.write("sweep.run", until=UNTIL)
            assert small_district.nights_over(rpc)["state"] == "done"
        states.append(export_state.export(copy))
        copy.drop()
    export_state.assert_same(*states)


def test_night_by_the_clock(database):
    """[night] at has passed today in Viet Nam: the worker asks for the nights up to today by itself, at its start."""
    today = database.psql("select (now() at time zone 'Asia/Ho_Chi_Minh')::date")
    with vonvay_env.Daemon(database, settings={"night.at": "00:00"}) as running, running.rpc() as rpc:
        vonvay_env.wait_until(lambda: rpc.call("status.sweep")["swept_until"] == today, 90, "the nights up to today")
        asked = database.psql("select s.name from loan.sweep_run r join loan.staff s on s.staff_id = r.asked_by")
        assert asked == "night"
