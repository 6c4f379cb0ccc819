"""SIGKILL of the worker and of the daemon at random moments of nights and of an import: what stands in the end is what an
undisturbed run leaves. VONVAY_KILLS: kills a test (default 4); VONVAY_SEED: the moments (printed when a test fails)."""

import os
import random
import signal
import threading
import time

import export_state
import pytest
import small_district
import vonvay_env

KILLS = int(os.environ.get("VONVAY_KILLS", "4"))
SEED = int(os.environ.get("VONVAY_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
UNTIL = "2025-06-30"
NIGHTS = 547
SIZE = {"households": 60, "loans": 240}


@pytest.fixture(scope="module")
def people(postgres, template):
    """Everything but the loans."""
    database = postgres.database(template)
    files = small_district.files(1, **SIZE)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        for kind in ("areas", "groups", "households"):
            small_district.bring_in(rpc, kind, files[kind])
    yield database
    database.drop()


@pytest.fixture(scope="module")
def imported(postgres, people):
    database = postgres.database(people)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        small_district.bring_in(rpc, "loans", small_district.files(1, **SIZE)["loans"])
        small_district.begin(database)
    yield database
    database.drop()


@pytest.fixture(scope="module")
def undisturbed(postgres, imported):
    """The exported state after the nights."""
    database = postgres.database(imported)
    with vonvay_env.Daemon(database) as running, running.rpc() as rpc:
        assert small_district.run_nights(rpc, UNTIL)["state"] == "done"
    state = export_state.export(database)
    database.drop()
    return state


@pytest.fixture
def random_(request):
    print(f"VONVAY_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


def kill_worker(daemon):
    with daemon.rpc() as rpc:
        worker = rpc.call("status.daemon")["worker"]
    try:
        os.kill(int(worker["pid"]), signal.SIGKILL)
    except (ProcessLookupError, KeyError, TypeError):
        pass  # it is between two lives


def kill_daemon(daemon):
    daemon.kill()
    daemon.start()


def restart_daemon(daemon):
    """No kill: the worker finishes its chunk and ends."""
    assert daemon.stop() == 0
    daemon.start()


def open_run(database):
    return database.psql("select count(*) from loan.sweep_run where state in ('asked', 'running')") != "0"


def kill_while(daemon, random_, kill, within_s):
    """Kills at random moments."""
    for _ in range(KILLS):
        time.sleep(random_.random() * within_s)
        kill(daemon)


def swept_days(database):
    return int(database.psql("select count(*) from loan.sweep_day"))


def kill_in_the_nights(daemon, database, random_, kill):
    """Kills when random days have been swept, so that they hit however fast the machine is; how many did."""
    hits = 0
    for day in sorted(random_.randrange(0, NIGHTS) for _ in range(KILLS)):
        vonvay_env.wait_until(lambda: not open_run(database) or swept_days(database) >= day, what=f"{day} nights")  # noqa: B023
        hits += open_run(database)
        kill(daemon)
    return hits


@pytest.mark.parametrize("kill", [kill_worker, kill_daemon, restart_daemon])
def test_nights(postgres, imported, undisturbed, random_, kill):
    expected = undisturbed
    database = postgres.database(imported)
    with vonvay_env.Daemon(database) as daemon:
        with daemon.rpc() as rpc:
            rpc.write("sweep.run", until=UNTIL)
        hits = kill_in_the_nights(daemon, database, random_, kill)
        with daemon.rpc() as rpc:
            assert small_district.nights_over(rpc)["state"] == "done"
    assert hits, "no kill hit the nights"
    export_state.assert_same(expected, export_state.export(database))
    assert_once(database)
    database.drop()


def assert_once(database):
    """Nothing of the nights is there twice: chunks have an entry each, days a row each."""
    assert database.psql("select count(*) from loan.sweep_chunk where entry_id is not null") == database.psql(
        "select count(*) from loan.entry where method = 'sweep.chunk'"
    )
    assert database.psql("select count(*), count(distinct on_day) from loan.sweep_day") == f"{NIGHTS}|{NIGHTS}"


def test_another_daemon_takes_over(postgres, imported, undisturbed):
    """Two daemons on one database: one sweeps, and when it dies the other one goes on after the lease has run out."""
    expected = undisturbed
    database = postgres.database(imported)
    folder = postgres.dir / f"{database.name}.second"
    with vonvay_env.Daemon(database) as first, vonvay_env.Daemon(database, folder=folder) as second:
        with first.rpc() as rpc:
            rpc.write("sweep.run", until=UNTIL)
        vonvay_env.wait_until(lambda: swept_days(database) > 100, what="some nights")
        with database.held("lock table loan.sweep_day in share row exclusive mode"):
            assert open_run(database)
            holder = database.psql("select holder from loan.lease where name = 'sweep'")
            dying, other = (first, second) if str(first.socket_path) in holder else (second, first)
            dying.kill()
        with other.rpc() as rpc:
            assert small_district.nights_over(rpc)["state"] == "done"
        assert str(other.socket_path) in database.psql("select holder from loan.lease where name = 'sweep'")
    export_state.assert_same(expected, export_state.export(database))
    assert_once(database)
    database.drop()


@pytest.mark.parametrize("kill", [kill_worker, kill_daemon, restart_daemon])
def test_import(postgres, people, imported, random_, kill):
    database = postgres.database(people)
    loans = small_district.files(1, **SIZE)["loans"]
    with vonvay_env.Daemon(database) as daemon:
        with daemon.rpc() as rpc:
            number = small_district.stage(rpc, "loans", loans)
            rpc.write("import.check", {"import": number})
        kill_while(daemon, random_, kill, 0.1)
        with daemon.rpc() as rpc:
            assert small_district.finished(rpc, number)["state"] == "valid"
            rpc.write("import.apply", {"import": number})
        kill_while(daemon, random_, kill, 0.3)
        with daemon.rpc() as rpc:
            assert small_district.finished(rpc, number)["state"] == "applied"
    small_district.begin(database)
    export_state.assert_same(export_state.export(imported), export_state.export(database))
    database.drop()


def test_payments_while_everything_dies(postgres, imported, random_):
    """A stream of payments, repeated with their keys until they are answered, while worker and daemon are killed in the
    nights: each is there once, and the state is that of an undisturbed run with the same payments."""
    loans = imported.psql("select loan_id from loan.state where status = 1 and in_term > 1000000 and last_on < '2024-01-01' order by 1 limit 20").split("\n")
    payments = [(loan, 10_000 * n) for n in range(1, 1 + KILLS) for loan in loans]
    expected = undisturbed_with(postgres, imported, payments)
    database = postgres.database(imported)
    with vonvay_env.Daemon(database) as daemon:
        with daemon.rpc() as rpc:
            rpc.write("sweep.run", until=UNTIL)
        stream = threading.Thread(target=pay_all, args=(daemon, payments))
        stream.start()
        for _ in range(KILLS):
            time.sleep(random_.random())
            random_.choice((kill_worker, kill_daemon))(daemon)
        stream.join(600)
        assert not stream.is_alive(), "the payments did not end"
        with daemon.rpc() as rpc:
            assert small_district.nights_over(rpc)["state"] == "done"
    export_state.assert_same(expected, export_state.export(database))
    database.drop()


def undisturbed_with(postgres, imported, payments):
    database = postgres.database(imported)
    with vonvay_env.Daemon(database) as daemon, daemon.rpc() as rpc:
        for loan, amount in payments:
            small_district.write_until_taken(rpc, "loan.pay", loan=loan, amount=amount, paid_on=small_district.BEGIN, reason="ghi sổ muộn")
        small_district.run_nights(rpc, UNTIL)
    state = export_state.export(database)
    database.drop()
    return state


def pay_all(daemon, payments):
    for loan, amount in payments:
        pay_until_answered(daemon, {"loan": loan, "amount": amount, "paid_on": small_district.BEGIN, "reason": "ghi sổ muộn", "key": vonvay_env.uuid7()})


def pay_until_answered(daemon, params):
    for _ in range(20000):
        try:
            with daemon.rpc(timeout=30.0) as rpc:
                reply = rpc.request("loan.pay", params)
        except (OSError, ValueError):
            time.sleep(0.02)
            continue
        word = reply.get("error", {}).get("data", {}).get("word")
        if word is None:
            return
        assert word in ("try_again", "stale", "unavailable", "stopping", "key_race"), reply
        time.sleep(0.02)
    raise TimeoutError(f"never answered: {params}")
