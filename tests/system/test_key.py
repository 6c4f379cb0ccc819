"""The key of a write: whatever happens to client, daemon and database, a write happens once and its key gives its answer.
The write is import.begin; a lock held on its table makes it as slow as a test wants."""

import contextlib
import time

import pytest

import vonvay_env
from vonvay_env import Daemon, uuid7, wait_until

PARAMS = {"kind": "areas", "name": "a.csv", "size": 10, "sha256": "0" * 64}


@pytest.fixture
def demo(database):
    with Daemon(database, settings={"daemon.demo_act_as": "yes"}) as daemon:
        yield daemon


def imports(daemon):
    return int(daemon.database.psql("select count(*) from loan.import"))


def keys(daemon):
    return int(daemon.database.psql("select count(*) from loan.request_key"))


@contextlib.contextmanager
def writes_held(daemon):
    """Within this every import.begin waits inside PostgreSQL."""
    with daemon.database.held("lock table loan.import in share row exclusive mode"):
        yield


def waiting(daemon):
    sql = "select count(*) from pg_stat_activity where usename = 'vonvayd' and wait_event_type = 'Lock'"
    return int(daemon.database.psql(sql))


def test_a_repeated_key_gives_the_first_answer(demo):
    with demo.rpc() as rpc, demo.rpc() as other:
        key = uuid7()
        first = rpc.call("import.begin", PARAMS, key=key)
        assert other.call("import.begin", PARAMS, key=key) == first
        assert other.call("import.begin", dict(reversed(PARAMS.items())), key=key) == first
        assert other.call("import.begin", PARAMS, key=key.upper()) == first
        assert imports(demo) == 1


def test_a_key_with_another_body_is_refused(demo):
    with demo.rpc() as rpc:
        key = uuid7()
        rpc.call("import.begin", PARAMS, key=key)
        error = rpc.fails("import.begin", {**PARAMS, "size": 11}, key=key)
        assert (error.code, error.word, error.field) == (-32007, "key_reused", "key")
        error = rpc.fails("sweep.run", key=key)
        assert error.word == "key_reused"
        assert imports(demo) == 1


def test_a_key_belongs_to_its_actor(demo):
    with demo.rpc() as rpc:
        key = uuid7()
        rpc.call("import.begin", PARAMS, key=key)
        rpc.send({"jsonrpc": "2.0", "id": 9, "method": "import.begin", "params": {**PARAMS, "key": key}, "as": "tindung"})
        assert "result" in rpc.receive()
        assert imports(demo) == 2


def test_a_refused_request_stores_nothing(demo):
    with demo.rpc() as rpc:
        key = uuid7()
        rpc.fails("import.begin", {**PARAMS, "size": 0}, key=key)
        rpc.fails("loan.pay", loan="1", amount=1, key=key)
        assert keys(demo) == 0
        assert "import" in rpc.call("import.begin", PARAMS, key=key)


def test_a_write_completes_after_its_client_has_left(demo):
    key = uuid7()
    with writes_held(demo):
        with demo.rpc() as rpc:
            rpc.send({"jsonrpc": "2.0", "id": 1, "method": "import.begin", "params": {**PARAMS, "key": key}})
            wait_until(lambda: waiting(demo) == 1)
    wait_until(lambda: imports(demo) == 1)
    with demo.rpc() as rpc:
        number = demo.database.psql("select import_id from loan.import")
        assert rpc.call("import.begin", PARAMS, key=key)["import"] == number
        assert imports(demo) == 1


def test_the_same_key_at_once_on_many_connections(demo):
    key = uuid7()
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(demo.rpc()) for _ in range(8)]
        with writes_held(demo):
            for number, rpc in enumerate(clients):
                rpc.send({"jsonrpc": "2.0", "id": number, "method": "import.begin", "params": {**PARAMS, "key": key}})
            wait_until(lambda: waiting(demo) == 4)  # write_connections
        results = [rpc.receive()["result"] for rpc in clients]
        assert all(result == results[0] for result in results)
        assert imports(demo) == 1


def test_a_write_whose_connection_is_lost_is_unavailable_and_can_be_repeated(demo):
    key = uuid7()
    with demo.rpc() as rpc:
        with writes_held(demo):
            rpc.send({"jsonrpc": "2.0", "id": 1, "method": "import.begin", "params": {**PARAMS, "key": key}})
            wait_until(lambda: waiting(demo) == 1)
            demo.database.psql("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'")
            error = rpc.receive()["error"]
            assert (error["code"], error["data"]["word"]) == (-32000, "unavailable")
        assert imports(demo) == 0
        rpc.call("import.begin", PARAMS, key=key)
        assert imports(demo) == 1


def test_a_killed_daemon_leaves_a_write_whole_or_undone(demo):
    for _ in range(5):
        key, before = uuid7(), imports(demo)
        with demo.rpc() as rpc:
            rpc.send({"jsonrpc": "2.0", "id": 1, "method": "import.begin", "params": {**PARAMS, "key": key}})
            time.sleep(0.002)
            demo.kill()
        demo.start()
        with demo.rpc() as rpc:
            rpc.call("import.begin", PARAMS, key=key)
        assert imports(demo) == before + 1
        assert keys(demo) == before + 1


def test_a_stop_waits_for_a_write(demo):
    key = uuid7()
    with demo.rpc() as rpc:
        with writes_held(demo):
            rpc.send({"jsonrpc": "2.0", "id": 1, "method": "import.begin", "params": {**PARAMS, "key": key}})
            wait_until(lambda: waiting(demo) == 1)
            demo.process.terminate()
            wait_until(lambda: not demo.socket_path.exists())
        assert "result" in rpc.receive()
    assert demo.stop() == 0
    assert imports(demo) == 1
