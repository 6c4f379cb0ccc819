"""The TLS door: who gets in and who does not, limits, reload, and what it says of itself."""

import json
import select
import socket
import ssl
import subprocess
import threading
import xml.etree.ElementTree

import pytest
import vonvay_env
from certificates import Authority, TlsRpc, doors, tls_port
from loan_district import contract, fill
from vonvay_env import Daemon, wait_until

REFUSED = (ssl.SSLError, ConnectionError)


@pytest.fixture(scope="module")
def authority(postgres):
    made = Authority(postgres.dir / "ca")
    for name in ("giaodich", "giamdoc", "nobody-of-the-staff"):
        made.client(name)
    made.client("old", "20200101000000Z", "20200201000000Z")
    made.client("future", "20990101000000Z", "20990201000000Z")
    made.client("revoked").revoke("revoked")
    return made


@pytest.fixture(scope="module")
def stranger(postgres):
    """Another authority, which has issued a certificate to the same name."""
    return Authority(postgres.dir / "ca2", "another authority").client("giaodich")


@pytest.fixture(scope="module")
def shared(module_database, authority):
    fill(module_database)
    with Daemon(module_database, settings=authority.settings(handshake_timeout_s=300)) as daemon:
        yield daemon


@pytest.fixture
def connect(shared, authority):
    return lambda name, **options: TlsRpc(tls_port(shared), authority.context(name), **options)


@pytest.fixture
def own(database, authority):
    """A daemon of this test's own, with these settings of [tls]."""
    daemons = []

    def start(settings=None, **tls):
        daemons.append(Daemon(database, settings={**authority.settings(**tls), **(settings or {})}))
        return daemons[-1]

    yield start
    for daemon in daemons:
        daemon.check_end(daemon.stop())


def refused(port, context, host="127.0.0.1"):
    """The handshake fails, or the first read after it. Returns what was said."""
    with pytest.raises(REFUSED) as why:
        with TlsRpc(port, context, host=host) as rpc:
            line = rpc.receive_line()  # with TLS 1.3 a client may believe in the handshake before the daemon has judged it
            assert line == b"", line
            raise ConnectionError("closed")
    return str(why.value)


# --- who gets in ---------------------------------------------------------------------------------------------------------


def test_the_certificate_names_the_member_of_staff(connect):
    for name in ("giaodich", "giamdoc"):
        with connect(name) as rpc:
            assert rpc.call("status.daemon")["actor"] == name


def test_the_protocol_is_tls_1_3(connect):
    with connect("giaodich") as rpc:
        assert rpc.socket.version() == "TLSv1.3"
        assert rpc.socket.cipher()[0] == "TLS_AES_256_GCM_SHA384"


def test_rights_are_those_of_the_name(connect):
    with connect("giaodich") as rpc:
        assert rpc.fails("sweep.run", key=vonvay_env.uuid7()).word == "denied"


def test_a_name_that_is_no_staff_gets_nothing(shared, connect):
    with connect("nobody-of-the-staff") as rpc:
        for method in ("status.daemon", "status.portfolio"):
            error = rpc.fails(method)
            assert (error.word, error.message) == (
                "denied", 'the certificate of "nobody-of-the-staff" names nobody of the staff')
    assert "the certificate of nobody-of-the-staff names nobody" in shared.log()


@pytest.mark.parametrize("name, alert, logged", [
    ("old", "certificate expired", "certificate of old refused: certificate has expired"),
    ("future", "bad certificate", "certificate of future refused: certificate is not yet valid"),
    ("revoked", "certificate revoked", "certificate of revoked refused: certificate revoked"),
    ("server", "unsupported certificate", "certificate of server refused: unsuitable certificate purpose"),
])
def test_a_bad_certificate_is_refused_and_logged(shared, authority, name, alert, logged):
    assert alert in refused(tls_port(shared), authority.context(name))
    assert logged in shared.log()


def test_a_certificate_of_another_authority_is_refused(shared, authority, stranger):
    assert "unknown ca" in refused(tls_port(shared), stranger.context("giaodich", trust=authority)).lower()


def test_no_certificate_is_refused(shared, authority):
    assert "certificate required" in refused(tls_port(shared), authority.context())


def test_tls_1_2_is_refused(shared, authority):
    context = authority.context("giaodich")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert "protocol version" in refused(tls_port(shared), context)
    assert "unsupported protocol" in shared.log()


def test_plain_text_is_refused(shared):
    with socket.create_connection(("127.0.0.1", tls_port(shared)), 30) as plain:
        plain.sendall(b'{"jsonrpc":"2.0","id":1,"method":"status.daemon"}\n')
        try:
            assert plain.recv(1000)[:1] in (b"", b"\x15")  # an alert at most
        except ConnectionResetError:
            pass
    assert wait_until(lambda: "(TLS handshake from 127.0.0.1)" in shared.log())


def test_a_list_that_has_run_out_refuses_everybody(own, authority, postgres):
    late = Authority(postgres.dir / "ca3").client("giaodich")
    late.list("20200101000000Z", "20200201000000Z")
    daemon = own(crl_file=late.crl, client_ca_file=late.ca)
    assert "has run out" in daemon.log()
    refused(tls_port(daemon), late.context("giaodich", trust=authority))
    assert "certificate of giaodich refused: CRL has expired" in daemon.log()


# --- writes --------------------------------------------------------------------------------------------------------------


def test_a_write_says_by_which_door_it_came(shared, connect):
    with connect("giaodich") as rpc:
        loan = contract(rpc)
        rpc.write("loan.pay", loan=loan, amount=100_000)
        events = rpc.call("loan.events", loan=loan)
    assert '"tls_socket"' in json.dumps(events)
    assert shared.database.psql("select door, method from loan.entry where door <> 4 order by entry_id") == (
        "5|loan.disburse\n5|loan.pay")


# --- the connection ------------------------------------------------------------------------------------------------------


def test_big_replies_and_lines(connect):
    with connect("giaodich") as rpc:
        document = rpc.call("rpc.discover")
        assert len(json.dumps(document)) > 100_000
        error = rpc.fails("status.loan", loan="9" * 900_000)
        assert error.field == "loan"


def test_many_requests_at_once(connect):
    with connect("giaodich") as rpc:
        lines = [json.dumps({"jsonrpc": "2.0", "id": n, "method": "rpc.discover"}) for n in range(60)]
        rpc.send_raw("\n".join(lines) + "\n")
        assert sorted(rpc.receive()["id"] for _ in lines) == list(range(60))


def test_a_line_over_several_records(connect):
    with connect("giaodich") as rpc:
        for piece in (b'{"jsonrpc":"2.0",', b'"id":7,"meth', b'od":"status.daemon"}', b"\n"):
            rpc.send_raw(piece)
        assert rpc.receive()["id"] == 7


def half_closed(port, context, line):
    """Send a line, say over TLS that no more comes, and return all that is answered."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 30) as plain:

        def step(function):
            while True:
                try:
                    return function()
                except ssl.SSLWantReadError:
                    plain.sendall(outgoing.read())
                    incoming.write(plain.recv(65536))

        step(tls.do_handshake)
        tls.write(line)
        with pytest.raises(ssl.SSLWantReadError):
            tls.unwrap()
        plain.sendall(outgoing.read())
        while True:
            try:
                piece = step(lambda: tls.read(65536))
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return answer
            if not piece:
                return answer
            answer += piece


def test_half_a_close_still_gets_its_answers(shared, authority):
    line = b'{"jsonrpc":"2.0","id":1,"method":"status.daemon"}\n{"jsonrpc":"2.0","id":2,"method":"rpc.discover"}'
    answers = half_closed(tls_port(shared), authority.context("giaodich"), line)
    assert sorted(json.loads(answer)["id"] for answer in answers.splitlines()) == [1, 2]


def test_an_end_of_the_stream_alone_is_no_end_of_a_line(shared, authority, connect):
    """Whoever can cut a connection must not be able to shorten a request."""
    with connect("giaodich") as rpc:
        rpc.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"status.daemon"}')
        socket.socket.shutdown(rpc.socket, socket.SHUT_WR)  # of the stream below TLS
        try:
            assert rpc.receive_line() == b""
        except REFUSED:
            pass


def test_keys_may_change_while_it_lives(shared, authority):
    """KeyUpdate with an answer asked for (K of openssl s_client): reading then has to write."""
    said = authority.dir / "s_client.err"
    process = subprocess.Popen(
        ["openssl", "s_client", "-brief", "-connect", f"127.0.0.1:{tls_port(shared)}", "-CAfile", authority.ca,
         "-cert", authority.certificate("giaodich"), "-key", authority.key("giaodich")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said.open("wb"), preexec_fn=vonvay_env.die_with_parent)
    try:
        for number in (1, 2, 3):
            request = {"jsonrpc": "2.0", "id": number, "method": "status.daemon"}
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
            process.stdin.write(b"K\n")  # by itself it is a command of s_client
            process.stdin.flush()
            wait_until(lambda: said.read_text().count("KEYUPDATE") == number, 30)
    finally:
        process.kill()
        process.communicate()


def test_sessions_are_resumed(shared, authority):
    context = authority.context("giaodich")
    with TlsRpc(tls_port(shared), context) as rpc:
        rpc.call("status.daemon")
        session = rpc.socket.session
        assert not rpc.socket.session_reused
    with TlsRpc(tls_port(shared), context, session=session) as rpc:
        assert rpc.call("status.daemon")["actor"] == "giaodich"
        assert rpc.socket.session_reused


# --- limits --------------------------------------------------------------------------------------------------------------


def test_a_handshake_that_stalls_is_cut_off(own):
    daemon = own(handshake_timeout_s=1)
    with socket.create_connection(("127.0.0.1", tls_port(daemon)), 30) as silent:
        with socket.create_connection(("127.0.0.1", tls_port(daemon)), 30) as halfway:
            halfway.sendall(b"\x16\x03\x01\x02\x00")
            assert halfway.recv(1) == b""
        assert silent.recv(1) == b""
    assert daemon.log().count("no TLS handshake within handshake_timeout_s") == 2


def test_connections_of_one_address_are_limited(own, authority):
    daemon = own(max_clients_per_address=2, handshake_timeout_s=300)
    port = tls_port(daemon)
    context = authority.context("giaodich")
    with TlsRpc(port, context) as first, TlsRpc(port, context) as second:
        refused(port, context)
        assert "too many clients from one address (max_clients_per_address)" in daemon.log()
        for rpc in (first, second):
            assert rpc.call("status.daemon")["actor"] == "giaodich"


def test_a_full_tls_door_leaves_the_unix_door_open(own, authority):
    daemon = own({"daemon.max_clients": 2})
    port = tls_port(daemon)
    context = authority.context("giaodich")
    with TlsRpc(port, context), TlsRpc(port, context):
        refused(port, context)
        assert "too many clients (max_clients)" in daemon.log()
        with daemon.rpc() as rpc:
            assert rpc.call("status.daemon")["connections"]["refused"] == 1


def test_an_idle_client_is_cut_off(own, authority):
    daemon = own({"daemon.idle_timeout_s": 1})
    with TlsRpc(tls_port(daemon), authority.context("giaodich")) as rpc:
        assert rpc.receive_line() == b""
    assert "idle for longer than idle_timeout_s" in daemon.log()


def test_a_client_that_does_not_read_is_cut_off(own, authority):
    daemon = own({"daemon.slow_reader_timeout_s": 1, "daemon.max_in_flight": 8})
    with TlsRpc(tls_port(daemon), authority.context("giaodich"), receive_bytes=65536) as rpc:
        rpc.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n' * 200)
        wait_until(lambda: "reads nothing for longer than slow_reader_timeout_s" in daemon.log(), 60)


def test_a_slow_but_reading_client_gets_everything(shared, authority):
    with TlsRpc(tls_port(shared), authority.context("giaodich"), receive_bytes=262144) as rpc:
        rpc.send_raw(b'{"jsonrpc":"2.0","id":1,"method":"rpc.discover"}\n' * 8)
        whole = b""
        while whole.count(b"\n") < 8:
            piece = rpc.socket.recv(8000)
            assert piece
            whole += piece
        assert len(set(whole.splitlines())) == 1


# --- reload --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def changing(postgres, database):
    """A daemon whose authority the test may change, and that authority."""
    folder = postgres.dir / f"{database.name}.ca"
    made = Authority(folder).client("giaodich").client("giamdoc")
    with Daemon(database, settings=made.settings()) as daemon:
        yield daemon, made


def reload(daemon, said):
    before = daemon.log().count(said)
    daemon.reload()
    wait_until(lambda: daemon.log().count(said) > before, what=said)


def test_a_revoked_certificate_is_refused_at_its_next_request(changing):
    daemon, authority = changing
    port = tls_port(daemon)
    context = authority.context("giaodich")
    with TlsRpc(port, context) as rpc, TlsRpc(port, authority.context("giamdoc")) as other:
        assert rpc.call("status.daemon")["actor"] == "giaodich"
        session = rpc.socket.session
        authority.revoke("giaodich")
        assert rpc.call("status.daemon")["actor"] == "giaodich"  # the daemon has not read the list yet
        reload(daemon, "reloaded ")
        rpc.send({"jsonrpc": "2.0", "id": 9, "method": "status.daemon"})
        reply = rpc.receive()
        assert reply["id"] is None
        assert reply["error"]["data"]["word"] == "denied"
        assert reply["error"]["message"] == "certificate refused: certificate revoked"
        assert rpc.receive_line() == b""
        assert other.call("status.daemon")["actor"] == "giamdoc"  # its connection lived on
        assert "revoked" in refused(port, context)
        with pytest.raises(REFUSED):  # nor does the ticket of the session before help
            with TlsRpc(port, context, session=session) as again:
                again.call("status.daemon")
    assert "cut off: certificate refused: certificate revoked" in daemon.log()


def test_a_new_certificate_is_shown_to_new_connections(changing):
    daemon, authority = changing
    port = tls_port(daemon)
    context = authority.context("giaodich")
    with TlsRpc(port, context) as rpc:
        before = rpc.socket.getpeercert()["serialNumber"]
        authority.server("server", "IP:127.0.0.1")
        reload(daemon, "reloaded ")
        with TlsRpc(port, context) as new:
            assert new.socket.getpeercert()["serialNumber"] != before
            assert new.call("status.daemon")["actor"] == "giaodich"
        assert rpc.call("status.daemon")["actor"] == "giaodich"


@pytest.mark.parametrize("setting, name, why", [
    ("certificate_file", "server.crt", "no start line"),
    ("key_file", "server.key", "unsupported"),
    ("client_ca_file", "ca.crt", "no certificate or crl found"),
    ("crl_file", "ca.crl", "no start line"),
])
def test_a_bad_file_keeps_the_old_one_and_says_why(changing, setting, name, why):
    daemon, authority = changing
    port = tls_port(daemon)
    path = authority.dir / name
    good = path.read_bytes()
    with TlsRpc(port, authority.context("giaodich")) as rpc:
        context = authority.context("giamdoc")
        path.write_text("nothing\n")
        daemon.settings["daemon.max_clients"] = 99
        daemon.write_config()
        reload(daemon, "not reloaded, all stays as it was: ")
        assert f"all stays as it was: {setting} in [tls]: {path}: {why}" in daemon.log()
        assert "max_clients in [daemon] is now 99" not in daemon.log()
        assert rpc.call("status.daemon")["actor"] == "giaodich"
        with TlsRpc(port, context) as new:
            assert new.call("status.daemon")["actor"] == "giamdoc"
        path.write_bytes(good)
        reload(daemon, "reloaded ")
        assert "max_clients in [daemon] is now 99" in daemon.log()


def test_a_key_of_another_certificate_is_refused(changing):
    daemon, authority = changing
    authority.key("server").write_bytes(authority.key("giaodich").read_bytes())
    reload(daemon, "not reloaded, all stays as it was: ")
    assert "key values mismatch" in daemon.log()


@pytest.mark.parametrize("tls, said", [
    ({"certificate_file": ""}, "the TLS door needs certificate_file in [tls]"),
    ({"key_file": ""}, "key_file in [tls] is empty: TLS needs it"),
    ({"client_ca_file": "/nowhere/ca.crt"}, "client_ca_file in [tls]: /nowhere/ca.crt: No such file or directory"),
    ({"listen": "localhost:7443"}, 'listen in [tls]: "localhost:7443" is not ADDRESS:PORT'),
    ({"listen": "127.0.0.1"}, 'listen in [tls]: "127.0.0.1" is not ADDRESS:PORT'),
    ({"listen": "::1:7443"}, 'listen in [tls]: "::1:7443" is not ADDRESS:PORT'),
    ({"listen": "127.0.0.1:70000"}, 'listen in [tls]: "127.0.0.1:70000" is not ADDRESS:PORT'),
    ({"listen": "192.0.2.1:0"}, "listen in [tls]: 192.0.2.1:0: Cannot assign requested address"),
])
def test_bad_settings_end_the_start(database, authority, tls, said):
    daemon = Daemon(database, settings=authority.settings(**tls), start=False)
    with pytest.raises(RuntimeError, match="ended with 1"):
        daemon.start()
    daemon._forget()
    assert said in daemon.log()


def test_a_key_with_a_passphrase_is_refused(database, authority):
    key = authority.dir / "locked.key"
    subprocess.run(["openssl", "ec", "-aes256", "-passout", "pass:x", "-in", authority.key("server"), "-out", key],
                   check=True, capture_output=True)
    daemon = Daemon(database, settings=authority.settings(key_file=key), start=False)
    with pytest.raises(RuntimeError, match="ended with 1"):
        daemon.start()
    daemon._forget()
    assert f"key_file in [tls]: {key}: " in daemon.log()


def test_files_may_be_credentials_of_systemd(database, authority):
    settings = authority.settings(certificate_file="server.crt", key_file="server.key")
    daemon = Daemon(database, settings=settings, start=False)
    daemon.start(CREDENTIALS_DIRECTORY=str(authority.dir))
    with TlsRpc(tls_port(daemon), authority.context("giaodich")) as rpc:
        assert rpc.call("status.daemon")["actor"] == "giaodich"
    daemon.check_end(daemon.stop())


# --- what it says of itself ----------------------------------------------------------------------------------------------


def test_the_doors_are_listed_as_really_bound(own, authority):
    daemon = own(listen="127.0.0.1:0 [::1]:0")
    context = authority.context("giaodich")
    first, second = doors(daemon)
    assert [door["address"] for door in (first, second)] == ["127.0.0.1", "::1"]
    assert doors(daemon, "unix") == [{"kind": "unix", "path": str(daemon.socket_path), "connections": 1}]
    with TlsRpc(second["port"], context, host="::1") as rpc:
        rows = {door.get("address"): door["connections"] for door in rpc.call("status.daemon")["doors"]}
        assert rows == {None: 0, "127.0.0.1": 0, "::1": 1}
    with TlsRpc(first["port"], context) as rpc:
        assert rpc.call("status.daemon")["actor"] == "giaodich"
    assert f"listening on [::1]:{second['port']} (tls)" in daemon.log()


ACTIVATE = """
import os, socket, sys
sockets = [socket.socket(socket.AF_UNIX), socket.socket()]
sockets[0].bind(sys.argv[1])
sockets[1].bind(("127.0.0.1", 0))
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="2", LISTEN_FDNAMES=sys.argv[4])
kept = [os.dup(s.fileno()) for s in sockets]
for fd, (s, copy) in enumerate(zip(sockets, kept), 3):
    s.listen()
for fd, copy in enumerate(kept, 3):
    os.dup2(copy, fd + 20)
for fd in (3, 4):
    os.dup2(fd + 20, fd)
    os.set_inheritable(fd, True)
os.execv(sys.argv[2], ["vonvayd", "--config", sys.argv[3]])
"""


def activated(daemon, names):
    with open(daemon.log_path, "ab") as log:
        return subprocess.Popen(
            ["/usr/bin/python3", "-c", ACTIVATE, str(daemon.socket_path), vonvay_env.program("vonvayd"),
             str(daemon.config_path), names], stderr=log, preexec_fn=vonvay_env.die_with_parent)


def test_sockets_of_systemd_go_by_their_names(database, authority):
    daemon = Daemon(database, settings=authority.settings(listen=""), start=False)
    process = activated(daemon, "unix:tls")
    try:
        wait_until(lambda: "(tls)" in daemon.log(), 30)
        with TlsRpc(tls_port(daemon), authority.context("giaodich")) as rpc:
            assert rpc.call("status.daemon")["actor"] == "giaodich"
        process.terminate()
        assert process.wait(20) == 0
        assert daemon.socket_path.exists()
    finally:
        process.kill()
        process.wait()


def test_a_socket_of_systemd_without_a_name_we_know_ends_the_start(database, authority):
    daemon = Daemon(database, settings=authority.settings(), start=False)
    process = activated(daemon, "unix:other")
    try:
        assert process.wait(30) == 1
    finally:
        process.kill()
        process.wait()
    assert 'systemd handed over a socket "other" that is neither' in daemon.log()


# --- the client ----------------------------------------------------------------------------------------------------------


def vonvay(daemon, authority, *arguments, name="giaodich", host=None, trust=None, status=0, lang="vi"):
    """Run the client over TLS; what it printed, or with a status what it complained of."""
    who = ["--cert", authority.certificate(name), "--key", authority.key(name)] if name else []
    out = daemon.client("--lang", lang, "--host", host or f"127.0.0.1:{tls_port(daemon)}", *who, "--ca",
                        (trust or authority).ca, *arguments, check=False)
    assert out.returncode == status, out.stdout + out.stderr
    return out.stderr if status else out.stdout


def test_the_client_shows_the_doors(shared, authority):
    port = tls_port(shared)
    out = vonvay(shared, authority, "status", "daemon")
    assert f"127.0.0.1:{port}" in out
    assert str(shared.socket_path) in out


def test_the_client_takes_its_target_from_the_environment(shared, authority):
    env = {"VONVAY_HOST": f"localhost:{tls_port(shared)}", "VONVAY_CERT": str(authority.certificate("giamdoc")),
           "VONVAY_CERT_KEY": str(authority.key("giamdoc")), "VONVAY_CA": str(authority.ca)}
    assert json.loads(shared.client("--json", "status", "daemon", env=env).stdout)["actor"] == "giamdoc"
    out = shared.client("--json", "--socket", shared.socket_path, "status", "daemon", env=env)
    assert json.loads(out.stdout)["actor"] is None  # --socket comes before VONVAY_HOST


def test_the_client_writes_over_tls_with_the_key_of_the_write_too(shared, authority, connect):
    with connect("giaodich") as rpc:
        loan = contract(rpc)
    key = vonvay_env.uuid7()
    first = vonvay(shared, authority, "--json", "--key", key, "loan", "pay", loan, "100.000")
    assert json.loads(vonvay(shared, authority, "--json", "--key", key, "loan", "pay", loan, "100.000")) == json.loads(first)
    assert shared.database.psql(f"select count(*) from loan.request_key where key = '{key}'") == "1"


@pytest.mark.parametrize("name, sentence", [
    ("revoked", "vonvayd không nhận chứng thư: chứng thư đã bị thu hồi"),
    ("old", "vonvayd không nhận chứng thư: chứng thư đã hết hạn"),
    ("future", "vonvayd không nhận chứng thư: chứng thư bị hỏng hoặc chưa đến ngày có hiệu lực"),
    ("server", "vonvayd không nhận chứng thư: đây không phải chứng thư của một người"),
])
def test_the_client_says_why_its_certificate_is_refused(shared, authority, name, sentence):
    assert sentence in vonvay(shared, authority, "status", "daemon", name=name, status=3)


def test_the_client_says_that_its_authority_is_unknown_there(shared, authority, stranger):
    said = vonvay(shared, stranger, "status", "daemon", trust=authority, status=3)
    assert "ở đó không biết nơi cấp chứng thư này" in said


def test_the_client_says_that_it_is_no_staff(shared, authority):
    said = vonvay(shared, authority, "status", "daemon", name="nobody-of-the-staff", status=1, lang="en")
    assert 'the certificate of "nobody-of-the-staff" names nobody of the staff' in said


def test_the_client_does_not_trust_a_daemon_of_another_authority(shared, authority, stranger):
    said = vonvay(shared, authority, "status", "daemon", trust=stranger, status=3)
    assert "chứng thư ở đó do một nơi cấp không có trong --ca" in said


@pytest.mark.parametrize("names, host, sentence", [
    ("DNS:bank.example", "localhost", "chứng thư ở đó thuộc tên khác"),
    ("DNS:127.0.0.1", "127.0.0.1", "chứng thư ở đó thuộc địa chỉ khác"),
])
def test_the_client_checks_whose_certificate_it_is(own, authority, names, host, sentence):
    authority.server("elsewhere", names)
    daemon = own(certificate_file=authority.certificate("elsewhere"), key_file=authority.key("elsewhere"))
    said = vonvay(daemon, authority, "status", "daemon", host=f"{host}:{tls_port(daemon)}", status=3)
    assert sentence in said


def test_the_client_finds_a_daemon_by_ipv6(own, authority):
    daemon = own(listen="[::1]:0")
    assert str(daemon.socket_path) in vonvay(daemon, authority, "status", "daemon", host=f"[::1]:{tls_port(daemon)}")


@pytest.mark.parametrize("arguments, sentence", [
    (["--host", "127.0.0.1:1"], "--host cần có --cert"),
    (["--host", "127.0.0.1", "--cert", "x"], '--host: "127.0.0.1" không có dạng MÁY:CỔNG'),
    (["--host", "::1:7443", "--cert", "x"], '--host: "::1:7443" không có dạng MÁY:CỔNG'),
    (["--host", "127.0.0.1:1", "--socket", "x"], "chỉ một trong hai: --socket hoặc --host"),
    (["--cert", "x"], "--cert chỉ dùng cùng --host"),
    (["--key", "x"], "--key FILE chỉ dùng cùng --host"),
])
def test_the_client_says_what_does_not_go_together(shared, arguments, sentence):
    out = shared.client(*arguments, "status", "daemon", check=False)
    assert (out.returncode, sentence in out.stderr) == (2, True), out.stderr


def test_the_client_names_a_file_that_is_not_there(shared, authority):
    for option in ("--cert", "--key", "--ca"):
        files = {"--cert": authority.certificate("giaodich"), "--key": authority.key("giaodich"), "--ca": authority.ca}
        files[option] = "/nowhere"
        out = shared.client("--host", f"127.0.0.1:{tls_port(shared)}", *[x for pair in files.items() for x in pair],
                            "status", "daemon", check=False)
        assert out.returncode == 3
        assert f"{option} /nowhere: " in out.stderr


def serve(answer):
    """A listening socket with a thread that gives each connection to answer()."""
    listening = socket.create_server(("127.0.0.1", 0))

    def run():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=run, daemon=True).start()
    return listening


def test_the_client_wants_tls_1_3(shared, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(str(authority.certificate("server")), str(authority.key("server")))
    context.maximum_version = ssl.TLSVersion.TLSv1_2

    def answer(connection):
        with pytest.raises(ssl.SSLError), connection:
            context.wrap_socket(connection, server_side=True)

    with serve(answer) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        said = vonvay(shared, authority, "status", "daemon", host=host, status=3)
    assert "không nối được bằng TLS 1.3: " in said


def test_the_client_says_when_the_door_shuts_at_once(shared, authority):
    def answer(connection):
        connection.recv(65536)
        connection.close()

    with serve(answer) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        said = vonvay(shared, authority, "status", "daemon", host=host, status=3)
    assert "kết nối bị đóng ngay" in said


class Relay:
    """Between client and daemon. A connection is let through, or (the first `losing` ones) lose() is called once its request is on its way,
    and it is cut when that returns, without a byte of the answer."""

    def __init__(self, port, lose, losing=1):
        self.port, self.lose, self.losing, self.seen = port, lose, losing, 0
        self.listening = serve(self.answer)
        self.host = f"127.0.0.1:{self.listening.getsockname()[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.listening.close()

    def answer(self, client):
        self.seen += 1
        lost = self.seen <= self.losing
        with client, socket.create_connection(("127.0.0.1", self.port)) as daemon:
            answers = 0
            sides = {client: daemon, daemon: client}
            while True:
                for side in select.select([*sides], [], [])[0]:
                    data = side.recv(65536)
                    if side is daemon and answers and lost:
                        self.lose()  # what comes after the daemon's part of the handshake
                        return
                    if not data:
                        return
                    answers += side is daemon
                    sides[side].sendall(data)


def pays(daemon):
    return int(daemon.database.psql("select count(*) from loan.entry where method = 'loan.pay'"))


def test_a_write_whose_answer_is_lost_is_asked_for_again(shared, authority, connect):
    with connect("giaodich") as rpc:
        loan = contract(rpc, household=3)
    before = pays(shared)
    with Relay(tls_port(shared), lambda: wait_until(lambda: pays(shared) > before, 60)) as relay:
        out = vonvay(shared, authority, "--json", "loan", "pay", loan, "100.000", host=relay.host)
        assert relay.seen == 2
    assert json.loads(out)["loan"] == loan
    assert pays(shared) == before + 1
    assert json.loads(vonvay(shared, authority, "--json", "pending")) == []


def test_a_write_that_stays_without_an_answer_waits_with_its_target(shared, authority, connect):
    with connect("giaodich") as rpc:
        loan = contract(rpc, household=4)
    before = pays(shared)
    with Relay(tls_port(shared), lambda: wait_until(lambda: pays(shared) > before, 60), losing=6) as relay:
        said = vonvay(shared, authority, "loan", "pay", loan, "100.000", host=relay.host, status=3)
        assert "vonvay pending retry" in said
        waiting, = json.loads(shared.client("--json", "pending").stdout)
        assert (waiting["host"], waiting["cert"], waiting["cert_key"], waiting["ca"]) == (
            relay.host, *map(str, (authority.certificate("giaodich"), authority.key("giaodich"), authority.ca)))
        assert f"--key {waiting['key']} --lang vi --host {relay.host}" in said
        shared.client("pending", "retry")  # goes where the write was meant for
        assert relay.seen == 7
    assert pays(shared) == before + 1
    assert json.loads(shared.client("--json", "pending").stdout) == []


# --- seen by others ------------------------------------------------------------------------------------------------------


def scan(port, name, authority):
    """What sslscan finds, as XML."""
    who = [f"--certs={authority.certificate(name)}", f"--pk={authority.key(name)}"] if name else []
    out = subprocess.run(["sslscan", "--xml=-", "--no-colour", *who, f"127.0.0.1:{port}"], capture_output=True, text=True,
                         timeout=300)
    return xml.etree.ElementTree.fromstring(out.stdout[out.stdout.index("<?xml"):])


def assert_tls_1_3_only(found):
    test = found.find("ssltest")
    enabled = {(p.get("type"), p.get("version")) for p in test.findall("protocol") if p.get("enabled") == "1"}
    assert enabled == {("tls", "1.3")}
    ciphers = {(c.get("sslversion"), c.get("cipher"), c.get("strength")) for c in test.findall("cipher")}
    assert {version for version, _, _ in ciphers} == {"TLSv1.3"}
    assert {name for _, name, _ in ciphers} <= {
        "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"}
    assert all(c.get("strength") in ("strong", "acceptable") for c in test.findall("cipher"))
    assert all(c.get("supported") == "0" for c in test.findall("compression"))
    assert {group.get("name") for group in test.findall("group")} <= {
        "x25519", "secp256r1 (NIST P-256)", "secp384r1 (NIST P-384)"}


def test_sslscan_finds_tls_1_3_and_nothing_weak(own, authority):
    daemon = own(max_clients_per_address=1000)
    assert_tls_1_3_only(scan(tls_port(daemon), "giaodich", authority))
