"""SIGKILL of worker and daemon while a correction of a rate computes its loans anew: rows and loans change together, once."""

import random
import time

import export_state
import pytest
import vonvay_env
from test_kill import KILLS, SEED, imported, kill_daemon, kill_worker, people  # noqa: F401

SETTINGS = {"daemon.demo_act_as": "yes"}


def as_(rpc, name, method, **params):
    rpc.send({"jsonrpc": "2.0", "id": 1, "method": method, "as": name, "params": {"key": vonvay_env.uuid7(), **params}})
    reply = rpc.receive()
    assert "result" in reply, reply
    return reply["result"]


def approve(daemon):
    with daemon.rpc() as rpc:
        change = as_(rpc, "tindung", "change.propose", kind="rate_correction", line="01", rate="6.9", reason="nhập sai", **{"from": "2022-06-01"})
        assert as_(rpc, "giamdoc", "change.approve", change=change["change"])["state"] == "applying"


def state(database):
    return database.psql("select state || coalesce(' ' || message, '') from loan.change").strip()


def wait_applied(database):
    vonvay_env.wait_until(lambda: state(database) != "applying", 60, "the change")
    assert state(database) == "applied"


@pytest.mark.parametrize("kill", [kill_worker, kill_daemon])
def test_a_correction_is_applied_once(postgres, imported, kill):  # noqa: F811
    expected = postgres.database(imported)
    with vonvay_env.Daemon(expected, settings=SETTINGS) as daemon:
        approve(daemon)
        wait_applied(expected)
    assert int(expected.psql("select loans_changed from loan.change")) > 10
    random_ = random.Random(f"{SEED} {kill.__name__}")
    print(f"VONVAY_SEED={SEED}")
    database = postgres.database(imported)
    with vonvay_env.Daemon(database, settings=SETTINGS) as daemon:
        approve(daemon)
        for _ in range(KILLS):
            if state(database) == "applying":
                rows = "select count(*) from loan.rate_row r join loan.change c using (change_id) where c.state <> 'applied'"
                assert database.psql(rows) == "0"  # between nothing and everything there is nothing
            time.sleep(random_.random() * 0.2)
            kill(daemon)
        wait_applied(database)
    export_state.assert_same(export_state.export(expected), export_state.export(database))
    assert database.psql("select count(*) from loan.entry where method = 'change.apply'") == "1"
    expected.drop()
    database.drop()
