"""The socket of the daemon: limits, back-pressure, clients that leave or stop reading, a database that goes away, start
and stop. Most tests hold up the look-up of the peer's staff, which every method but a few needs first."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest

import vonvay_env
from vonvay_env import Daemon, wait_until

STAFF = (
    "update loan.staff set uid = null;"
    " select loan.staff_add(1, 'tester', 'Tester', 4, '2018-01-01', p_uid => %d, p_may_act_as => true);"
    " select loan.staff_add(1, 'clerk', 'Clerk', 1, '2018-01-01');" % os.getuid()
)
CLERK = "update loan.staff_role set role = 1 from loan.staff s where s.staff_id = staff_role.staff_id and s.name = 'tester'"
FOUND = (
    " returns table (staff_id bigint, branch smallint, name text, role smallint, area text, organisation smallint,"
    " point_id integer, may_act_as boolean) language plpgsql stable security definer set search_path = '' as $$ begin"
)


@pytest.fixture
def staffed(database):
    database.psql(STAFF)
    return database


@contextlib.contextmanager
def staff_held(database):
    """Within this every look-up of a peer waits inside PostgreSQL."""
    replace_staff_by_uid(database, "pg_advisory_xact_lock_shared(4)")
    with database.held("select pg_advisory_xact_lock(4)"):
        yield


def slow_staff(database, seconds):
    """From now on the look-up of a peer takes so long."""
    replace_staff_by_uid(database, f"pg_sleep({seconds})")


def replace_staff_by_uid(database, wait):
    database.psql(
        f"create or replace function api.staff_by_uid(p_uid integer) {FOUND} perform {wait};"
        " return query select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.uid = p_uid; end $$"
    )


def ask(rpc, number, method="status.loan", params=None, **more):
    rpc.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {"loan": "1"}, **more})


def database_load(rpc):
    state = rpc.call("status.daemon")["database"]["read"]
    return state["under_way"] + state["waiting"]


# --- who may do what -----------------------------------------------------------------------------------------------------


def test_a_stranger_gets_in_memory_answers_only(database):
    database.psql("update loan.staff set uid = null")
    with Daemon(database) as daemon, daemon.rpc() as rpc:
        assert rpc.call("status.daemon")["pid"] == daemon.pid()
        assert rpc.call("rpc.discover")["openrpc"] == "1.2.6"
        error = rpc.fails("status.loan", loan="1")
        assert (error.code, error.word) == (-32002, "denied")
        assert error.message == f"user {os.getuid()} of this machine is no staff"


def test_staff_is_looked_up_again_soon(database):
    database.psql("update loan.staff set uid = null")
    with Daemon(database, settings={"database.context_kept_ms": 0}) as daemon, daemon.rpc() as rpc:
        assert rpc.fails("status.loan", loan="1").word == "denied"
        database.psql(STAFF)
        assert rpc.fails("status.loan", loan="1").word == "loan_not_found"
        database.psql("update loan.staff set until_on = loan.today() where name = 'tester'")
        error = rpc.fails("status.loan", loan="1")
        assert (error.word, error.message) == ("denied", f"user {os.getuid()} of this machine is no staff")


def test_staff_kept_too_long_is_refused_by_the_database(staffed):
    with Daemon(staffed, settings={"database.context_kept_ms": 60000}) as daemon, daemon.rpc() as rpc:
        assert rpc.fails("status.loan", loan="1").word == "loan_not_found"
        staffed.psql("update loan.staff set until_on = loan.today() where name = 'tester'")
        assert rpc.fails("status.loan", loan="1").word == "denied"
        daemon.reload()
        wait_until(lambda: "no staff" in rpc.fails("status.loan", loan="1").message)


def test_a_right_is_needed(staffed):
    staffed.psql(CLERK)
    with Daemon(staffed, settings={"daemon.demo_act_as": "no"}) as daemon, daemon.rpc() as rpc:
        error = rpc.fails("sweep.run", key=vonvay_env.uuid7())
        assert (error.word, error.message) == ("denied", "tester may not call sweep.run")


def test_acting_as_another_is_for_the_demo_only(staffed):
    with Daemon(staffed, settings={"daemon.demo_act_as": "no"}) as daemon, daemon.rpc() as rpc:
        ask(rpc, 1, **{"as": "clerk"})
        error = rpc.receive()["error"]
        assert error["data"]["word"] == "denied" and error["data"]["field"] == "as"


def test_acting_as_another_needs_the_mark(staffed):
    staffed.psql("update loan.staff set may_act_as = false")
    with Daemon(staffed, settings={"daemon.demo_act_as": "yes"}) as daemon, daemon.rpc() as rpc:
        ask(rpc, 1, **{"as": "clerk"})
        assert rpc.receive()["error"]["message"] == "you may not act as another"


def test_acting_as_another_in_the_demo(staffed):
    with Daemon(staffed, settings={"daemon.demo_act_as": "yes"}) as daemon, daemon.rpc() as rpc:
        ask(rpc, 1, **{"as": "clerk"})
        assert rpc.receive()["error"]["data"]["word"] == "loan_not_found"
        ask(rpc, 2, **{"as": "nobody"})
        assert rpc.receive()["error"]["message"] == "there is no staff of this name"


def test_parameters_are_checked_after_the_right_and_before_the_key(staffed):
    staffed.psql(CLERK)
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        error = rpc.fails("loan.pay", loan="1", amount=1, paid_on="2018-01-02")
        assert (error.code, error.field, error.message) == (-32602, "key", "key is required")
        error = rpc.fails("loan.pay", loan="1", amount=1, paid_on="2018-01-02", key="x")
        assert (error.code, error.field) == (-32602, "key")


# --- limits --------------------------------------------------------------------------------------------------------------


def test_a_line_too_long_is_answered_and_skipped(module_daemon):
    with module_daemon.rpc() as rpc:
        rpc.send_raw(b'{"a":"' + b"x" * (1 << 20))
        error = rpc.receive()["error"]
        assert error["code"] == -32700
        assert "max_line_bytes (1048576)" in error["message"] and error["data"]["position"] == 1 << 20
        rpc.send_raw(b"y" * (3 << 20) + b'"}\n')
        assert rpc.call("status.daemon")["pid"] == module_daemon.pid()


def test_a_line_of_exactly_the_limit_is_taken(module_daemon):
    with module_daemon.rpc() as rpc:
        line = b'{"jsonrpc":"2.0","id":1,"method":"nope"}'
        rpc.send_raw(line + b" " * ((1 << 20) - len(line)) + b"\n")
        assert rpc.receive()["error"]["code"] == -32601
        rpc.send_raw(line + b" " * ((1 << 20) - len(line) + 1) + b"\n")
        assert rpc.receive()["error"]["code"] == -32700


def test_one_client_too_many_is_told_and_closed(database):
    with Daemon(database, settings={"daemon.max_clients": 2}) as daemon, daemon.rpc() as one, daemon.rpc():
        wait_until(lambda: one.call("status.daemon")["connections"]["now"] == 2)
        with daemon.rpc() as third:
            error = third.receive()["error"]
            assert (error["code"], error["data"]["word"]) == (-32017, "too_many_clients")
            assert third.receive_line() == b""
        wait_until(lambda: one.call("status.daemon")["connections"]["now"] == 2)
        assert one.call("status.daemon")["connections"]["refused"] == 1


def test_back_pressure(staffed):
    """Of six requests only two are under way at a time, and all are answered."""
    with Daemon(staffed, settings={"daemon.max_in_flight": 2}) as daemon, daemon.rpc() as rpc, daemon.rpc() as watcher:
        # the daemon's own look at its state, when it starts, would count beside the six
        wait_until(lambda: watcher.call("status.daemon")["business_date"] and database_load(watcher) == 0)
        with staff_held(staffed):
            for number in range(6):
                ask(rpc, number)
            wait_until(lambda: database_load(watcher) == 2)
            for _ in range(10):
                assert database_load(watcher) == 2
                time.sleep(0.02)
        assert sorted(rpc.receive()["id"] for _ in range(6)) == list(range(6))


def test_an_idle_client_is_cut_off(database):
    with Daemon(database, settings={"daemon.idle_timeout_s": 1}) as daemon, daemon.rpc() as rpc:
        rpc.call("status.daemon")
        assert rpc.receive_line() == b""
        assert "idle for longer than idle_timeout_s" in daemon.log()


def test_bytes_without_a_line_do_not_keep_a_client_alive(database):
    with Daemon(database, settings={"daemon.idle_timeout_s": 1}) as daemon, daemon.rpc() as rpc:
        with pytest.raises(OSError):
            for _ in range(1000):
                rpc.send_raw(b" ")
                time.sleep(0.1)
        assert "idle for longer than idle_timeout_s" in daemon.log()


def test_a_client_that_does_not_read_is_cut_off(database):
    with Daemon(database, settings={"daemon.slow_reader_timeout_s": 1}) as daemon, daemon.rpc() as rpc:
        with pytest.raises(OSError):
            while True:  # the daemon stops reading us when we leave its answers lying
                rpc.send({"jsonrpc": "2.0", "id": 1, "method": "rpc.discover"})
        assert "reads nothing for longer than slow_reader_timeout_s" in wait_until(
            lambda: "slow_reader" in daemon.log() and daemon.log()
        )


def test_a_client_with_too_many_unread_replies_is_cut_off(database):
    with Daemon(database, settings={"daemon.slow_reader_bytes": 65536}) as daemon, daemon.rpc() as rpc:
        rpc.send([{"jsonrpc": "2.0", "id": n, "method": "rpc.discover"} for n in range(200)])
        wait_until(lambda: "more unread replies than slow_reader_bytes" in daemon.log())
        with daemon.rpc() as other:
            assert other.call("status.daemon")["connections"]["cut_off"] == 1


def test_a_slow_but_reading_client_gets_everything(module_daemon):
    with module_daemon.rpc() as rpc:
        for number in range(60):
            rpc.send({"jsonrpc": "2.0", "id": number, "method": "rpc.discover"})
        for number in range(60):
            assert rpc.receive()["id"] == number


# --- order and batches ---------------------------------------------------------------------------------------------------


def test_replies_need_not_follow_the_order_of_requests(staffed):
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        with staff_held(staffed):
            ask(rpc, "slow")
            rpc.send({"jsonrpc": "2.0", "id": "fast", "method": "status.daemon"})
            assert rpc.receive()["id"] == "fast"
        assert rpc.receive()["id"] == "slow"


def test_a_batch_is_answered_as_one(staffed):
    slow_staff(staffed, 0.2)
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        rpc.send(
            [
                {"jsonrpc": "2.0", "id": 1, "method": "status.loan", "params": {"loan": "1"}},
                {"jsonrpc": "2.0", "method": "status.loan", "params": {"loan": "1"}},
                {"jsonrpc": "2.0", "id": 2, "method": "status.daemon"},
            ]
        )
        replies = {reply["id"]: reply for reply in rpc.receive()}
        assert set(replies) == {1, 2}
        assert replies[1]["error"]["data"]["word"] == "loan_not_found"
        assert rpc.silent(0.3)


def test_half_a_close_still_gets_its_answers(staffed):
    slow_staff(staffed, 0.2)
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        ask(rpc, 5)
        rpc.socket.shutdown(socket.SHUT_WR)
        assert rpc.receive()["id"] == 5
        assert rpc.receive_line() == b""


# --- clients that leave, a database that goes away ------------------------------------------------------------------------


def test_clients_that_leave_with_requests_in_flight(staffed):
    slow_staff(staffed, 0.1)
    with Daemon(staffed) as daemon, daemon.rpc() as watcher:
        for _ in range(20):
            with daemon.rpc() as rpc:
                ask(rpc, 1)
                rpc.send([{"jsonrpc": "2.0", "id": n, "method": "status.loan", "params": {"loan": "1"}} for n in range(3)])
        wait_until(lambda: database_load(watcher) == 0 and watcher.call("status.daemon")["connections"]["now"] == 1)
        assert watcher.call("status.daemon")["requests"]["failed"] == 80  # all were decided, nobody was told


def test_a_read_outlives_the_loss_of_its_connection(staffed):
    with Daemon(staffed) as daemon, daemon.rpc() as rpc, daemon.rpc() as watcher:
        # waiting for the lock: at its start the daemon has reads of its own under way
        held = "from pg_stat_activity where wait_event = 'advisory' and usename = 'vonvayd'"
        with staff_held(staffed):
            ask(rpc, 1)
            wait_until(lambda: staffed.psql(f"select count(*) {held}") == "1")
            assert staffed.psql(f"select pg_terminate_backend(pid) {held}") == "t"
        assert rpc.receive()["error"]["data"]["word"] == "loan_not_found"
        wait_until(lambda: set(watcher.call("status.daemon")["database"]["read"]["connections"]) == {"ready"})


def test_idle_connections_ended_by_the_server_come_back(staffed):
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        for _ in range(3):
            staffed.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'vonvayd'")
            assert rpc.fails("status.loan", loan="1").word == "loan_not_found"


def test_without_a_connection_the_answer_is_unavailable(staffed):
    with Daemon(staffed, settings={"database.queue_timeout_ms": 300, "database.reconnect_max_ms": 200}) as daemon:
        with daemon.rpc() as rpc:
            wait_until(lambda: rpc.fails("status.loan", loan="1").word == "loan_not_found")
            staffed.psql("alter role vonvayd nologin")
            try:
                staffed.psql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'vonvayd'")
                began = time.monotonic()
                error = rpc.fails("status.loan", loan="1")
                assert (error.code, error.word) == (-32000, "unavailable")
                assert time.monotonic() - began > 0.2  # it waits for a connection, though not for ever
                assert rpc.call("status.daemon")["pid"] == daemon.pid()
            finally:
                staffed.psql("alter role vonvayd login")
            wait_until(lambda: rpc.fails("status.loan", loan="1").word == "loan_not_found")


def test_the_daemon_starts_without_a_database(staffed):
    staffed.psql("alter role vonvayd nologin")
    try:
        with Daemon(staffed, settings={"database.reconnect_max_ms": 200}) as daemon, daemon.rpc() as rpc:
            assert "ready" not in rpc.call("status.daemon")["database"]["read"]["connections"]
            staffed.psql("alter role vonvayd login")
            wait_until(lambda: rpc.fails("status.loan", loan="1").word == "loan_not_found")
    finally:
        staffed.psql("alter role vonvayd login")


def test_a_statement_that_takes_too_long_is_ended(staffed):
    slow_staff(staffed, 30)
    with Daemon(staffed, settings={"database.statement_timeout_ms": 200}) as daemon, daemon.rpc() as rpc:
        began = time.monotonic()
        assert rpc.fails("status.loan", loan="1").word == "unavailable"
        assert time.monotonic() - began < 25  # not the 30 s of the statement


def test_one_failing_read_does_not_fail_its_neighbours(staffed):
    """Reads of one turn share a sync: after an error in it the others are asked again, one by one."""
    staffed.psql(
        f"create or replace function api.staff_by_name(p_actor bigint, p_name text) {FOUND}"
        " if p_name = 'bad' then raise exception 'bad' using errcode = 'LN404', column = 'as'; end if;"
        " return query select n.* from loan.staff s cross join lateral loan.staff_now(s.staff_id) n where s.name = p_name; end $$"
    )
    settings = {"daemon.demo_act_as": "yes", "database.read_connections": 1}
    with Daemon(staffed, settings=settings) as daemon, daemon.rpc() as rpc:
        assert rpc.fails("status.loan", loan="1").word == "loan_not_found"
        lines = b""
        for number in range(20):
            name = "bad" if number % 5 == 2 else "clerk"
            request = {"jsonrpc": "2.0", "id": number, "method": "status.daemon", "as": name}
            lines += json.dumps(request).encode() + b"\n"
        rpc.send_raw(lines)
        replies = {reply["id"]: reply for reply in (rpc.receive() for _ in range(20))}
        for number in range(20):
            if number % 5 == 2:
                assert replies[number]["error"]["data"]["word"] == "not_found"
                assert replies[number]["error"]["data"]["field"] == "as"
            else:
                assert replies[number]["result"]["pid"] == daemon.pid()


def test_functions_replaced_under_a_running_daemon(staffed):
    with Daemon(staffed) as daemon, daemon.rpc() as rpc:
        assert rpc.fails("status.loan", loan="1").word == "loan_not_found"
        definition = staffed.psql("select pg_get_functiondef('api.loan_read'::regproc)")
        rights = "grant execute on all functions in schema api to vonvayd;"
        staffed.psql(f"begin; drop function api.loan_read; {definition}; {rights} commit;")
        wait_until(lambda: rpc.fails("status.loan", loan="1").word == "loan_not_found")


# --- start and stop ------------------------------------------------------------------------------------------------------


def test_a_stop_finishes_what_is_in_flight(staffed):
    with Daemon(staffed) as daemon:
        with daemon.rpc() as rpc, daemon.rpc() as watcher:
            with staff_held(staffed):
                ask(rpc, 1)
                wait_until(lambda: database_load(watcher) == 1)
                daemon.process.send_signal(signal.SIGTERM)
                wait_until(lambda: not daemon.socket_path.exists())
                assert watcher.fails("status.daemon").word == "stopping"  # nothing new is begun
            assert rpc.receive()["error"]["data"]["word"] == "loan_not_found"
        assert daemon.stop() == 0
        assert "stopped" in daemon.log()


def test_a_stop_does_not_wait_for_ever(staffed):
    slow_staff(staffed, 30)
    with Daemon(staffed, settings={"daemon.stop_timeout_s": 1, "database.statement_timeout_ms": 60000}) as daemon:
        with daemon.rpc() as rpc, daemon.rpc() as watcher:
            ask(rpc, 1)
            wait_until(lambda: database_load(watcher) == 1)
            began = time.monotonic()
            assert daemon.stop() == 0
            assert time.monotonic() - began < 25  # not the 30 s of the look-up
        assert "took longer than stop_timeout_s" in daemon.log()


def test_a_stale_socket_is_replaced(database):
    daemon = Daemon(database)
    daemon.kill()
    assert daemon.socket_path.exists()
    with daemon.start():
        assert "replaced the stale socket" in daemon.log()


def second_daemon(daemon):
    out = subprocess.run(
        [vonvay_env.program("vonvayd"), "--config", str(daemon.config_path)], capture_output=True, text=True, timeout=vonvay_env.PATIENCE_S
    )
    return out.returncode, out.stderr


def test_a_socket_in_use_is_not_taken(database):
    with Daemon(database) as daemon, daemon.rpc() as rpc:
        status, log = second_daemon(daemon)
        assert status == 1
        assert "another daemon answers there" in log
        assert rpc.call("status.daemon")["pid"] == daemon.pid()
        assert daemon.socket_path.exists()


def test_what_is_no_socket_is_not_removed(database):
    daemon = Daemon(database, start=False)
    daemon.socket_path.write_text("precious")
    status, log = second_daemon(daemon)
    assert status == 1
    assert "there is something else of this name" in log
    assert daemon.socket_path.read_text() == "precious"


def test_the_socket_has_its_mode(database):
    with Daemon(database, settings={"daemon.socket_mode": "0600"}) as daemon:
        assert daemon.socket_path.stat().st_mode & 0o777 == 0o600


def test_a_reload_takes_what_it_can_and_names_the_rest(database):
    with Daemon(database) as daemon, daemon.rpc() as rpc:
        daemon.settings["daemon.max_depth"] = 5
        daemon.settings["database.read_connections"] = 3
        daemon.write_config()
        daemon.reload()
        wait_until(lambda: "reloaded" in daemon.log())
        assert "max_depth in [daemon] is now 5" in daemon.log()
        assert "read_connections in [database] needs a restart to change" in daemon.log()
        rpc.send_raw(b"[[[[[[]]]]]]\n")
        assert "max_depth (5)" in rpc.receive()["error"]["message"]


def test_a_bad_reload_changes_nothing(database):
    with Daemon(database) as daemon, daemon.rpc() as rpc:
        daemon.settings["daemon.max_depth"] = "deep"
        daemon.write_config()
        daemon.reload()
        wait_until(lambda: "not reloaded" in daemon.log())
        assert ': max_depth in [daemon] is "deep"; allowed: a whole number, 4 to 512' in daemon.log()
        assert rpc.call("status.daemon")["pid"] == daemon.pid()


def test_the_worker_is_started_again(database):
    with Daemon(database) as daemon, daemon.rpc() as rpc:
        first = wait_until(lambda: rpc.call("status.daemon")["worker"]["pid"])
        os.kill(first, signal.SIGKILL)
        second = wait_until(lambda: rpc.call("status.daemon")["worker"]["pid"] not in (None, first)
                            and rpc.call("status.daemon")["worker"]["pid"])
        assert second != first
        assert rpc.call("status.daemon")["worker"]["starts"] == 2
        assert f"worker {first} was killed by signal 9" in daemon.log()


def gone(pid):
    """No such process any more, or only its shell that nobody has waited for."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_the_worker_ends_with_the_daemon(database):
    for end in ("stop", "kill -9"):
        daemon = Daemon(database)
        with daemon.rpc() as rpc:
            worker = wait_until(lambda: rpc.call("status.daemon")["worker"]["pid"])
        if end == "stop":
            assert daemon.stop() == 0
        else:
            os.kill(daemon.pid(), signal.SIGKILL)
            daemon.process.wait()
        wait_until(lambda: gone(worker), what=end)
        daemon.kill()


@contextlib.contextmanager
def notify_socket(path):
    """The list of what is said to systemd; read as it comes, or a full queue would stop the daemon."""
    messages = []
    server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    server.bind(str(path))

    def read():
        while message := server.recv(1000).decode():
            messages.append(message)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield messages
    finally:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", str(path))
        reader.join()
        server.close()
        path.unlink()


def test_systemd_is_notified(database):
    with notify_socket(database.postgres.dir / "notify") as messages:
        daemon = Daemon(database, start=False)
        daemon.start(NOTIFY_SOCKET=str(database.postgres.dir / "notify"), WATCHDOG_USEC="400000")
        wait_until(lambda: messages[:3] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"])
        daemon.reload()
        wait_until(lambda: messages.count("READY=1") == 2)
        before = messages.index("READY=1", 1) - 1
        assert messages[before].startswith("RELOADING=1\nMONOTONIC_USEC=")
        assert daemon.stop() == 0
        wait_until(lambda: "STOPPING=1" in messages)


ACTIVATE = """
import os, socket, sys
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = "1"
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
if listening.fileno() != 3:
    os.dup2(listening.fileno(), 3)
os.set_inheritable(3, True)
os.execv(sys.argv[2], ["vonvayd", "--config", sys.argv[3]])
"""


def test_a_socket_of_systemd_is_used_and_left_in_place(database):
    daemon = Daemon(database, start=False)
    with open(daemon.log_path, "ab") as log:
        process = subprocess.Popen(
            ["/usr/bin/python3", "-c", ACTIVATE, str(daemon.socket_path), vonvay_env.program("vonvayd"),
             str(daemon.config_path)],
            stderr=log, preexec_fn=vonvay_env.die_with_parent,
        )
    try:
        wait_until(lambda: daemon.socket_path.exists())
        with wait_until(lambda: try_connect(daemon)) as rpc:
            assert rpc.call("status.daemon")["pid"] == process.pid
        process.terminate()
        assert process.wait(vonvay_env.PATIENCE_S) == 0
        assert daemon.socket_path.exists()
    finally:
        process.kill()
        process.wait()


def try_connect(daemon):
    try:
        return daemon.rpc()
    except OSError:
        return None


# --- discovery -----------------------------------------------------------------------------------------------------------


def test_discovery_describes_every_method(module_rpc):
    document = module_rpc.call("rpc.discover")
    names = [method["name"] for method in document["methods"]]
    assert names == sorted(names)
    assert len(set(names)) == len(names)
    for method in document["methods"]:
        assert method["summary"].endswith("."), method["name"]
        keys = [p for p in method["params"] if p["name"] == "key"]
        assert (len(keys) == 1 and keys[0]["required"]) == (method["x-kind"] == "write"), method["name"]
        for param in method["params"]:
            assert param["description"], (method["name"], param["name"])
            assert param["schema"], (method["name"], param["name"])


def test_discovery_lists_the_errors(module_rpc):
    errors = module_rpc.call("rpc.discover")["components"]["errors"]
    assert errors["loan_closed"]["code"] == -32009
    assert len({error["code"] for error in errors.values()}) == len(errors)


def test_every_method_refuses_an_unknown_parameter(staffed):
    """Also proves that every method of the table answers at all."""
    staffed.psql("update loan.staff set may_act_as = true")
    with Daemon(staffed, settings={"daemon.demo_act_as": "yes"}) as daemon, daemon.rpc() as rpc:
        for method in rpc.call("rpc.discover")["methods"]:
            error = rpc.fails(method["name"], no_such_parameter=1)
            assert (error.code, error.field) == (-32602, "no_such_parameter"), method["name"]
