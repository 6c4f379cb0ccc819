"""The HTTPS door: paths and codes, who gets in and how long they stay, guessing, hostile requests and slow ones."""

import concurrent.futures
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import threading

import certificates
import pytest
import vonvay_env
import web
from vonvay_env import wait_until
from web import Web

PASSWORD = "Mật khẩu dài 1"
OTHER = "127.0.0.2"  # another address of this machine


@pytest.fixture(scope="module")
def authority(postgres):
    made = certificates.Authority(postgres.dir / "web-ca")
    for name in ("giaodich", "giamdoc", "nobody"):
        made.client(name)
    return made


@pytest.fixture(scope="module")
def shared(module_database, authority):
    """One daemon for all tests that leave nothing behind but sessions."""
    web.set_password(module_database, "giaodich", PASSWORD)
    with web.web_daemon(module_database, authority) as daemon:
        yield daemon


@pytest.fixture
def client(shared, authority):
    with Web(shared, authority) as made:
        yield made


@pytest.fixture
def signed_in(client):
    client.sign_in("giaodich", PASSWORD)
    return client


@pytest.fixture
def own(database, authority):
    """A daemon of its own: own(header_timeout_s=1) gives (daemon, client)."""
    running = []

    def start(password=True, **settings):
        if password:
            web.set_password(database, "giaodich", PASSWORD)
        running.append(web.web_daemon(database, authority, **settings))
        return running[0], Web(running[0], authority)

    yield start
    for daemon in running:
        daemon.check_end(daemon.stop())


def error(response):
    return json.loads(response.body)["error"]


def attributes(response):
    return [part.strip() for part in response.headers["Set-Cookie"].split(";")][1:]


# ---- paths and codes


def test_health_and_readiness(client):
    assert (client.get("/healthz").status, client.get("/healthz").body) == (200, b'{"status":"ok"}\n')
    assert (client.get("/readyz").status, client.get("/readyz").body) == (200, b'{"status":"ready"}\n')
    head = client.request("HEAD", "/healthz")
    assert (head.status, head.body) == (200, b"")


def test_other_paths_and_methods(client):
    for path in ("/", "/rpc/", "/rpc%00", "/RPC", "/metrics/x", "/..%2frpc"):
        assert client.get(path).status == 404, path
    assert client.get("/healthz?a=b").status == 200
    for method, path, allow in (
        ("GET", "/rpc", "POST"),
        ("PUT", "/rpc", "POST"),
        ("DELETE", "/session", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
        ("OPTIONS", "/rpc", "POST"),
        ("PATCH", "/sign-in", "POST"),
    ):
        response = client.request(method, path)
        assert (response.status, response.headers["Allow"]) == (405, allow), (method, path)
    assert client.request("TRACE", "/rpc").status == 501


def test_every_answer_has_the_headers(client):
    for response in (client.get("/healthz"), client.get("/x"), client.post("/rpc", {}), client.request("TRACE", "/")):
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert int(re.fullmatch(r"max-age=(\d+)", response.headers["Strict-Transport-Security"])[1]) >= 31536000
        assert "Access-Control-Allow-Origin" not in response.headers


def test_tls_1_2_is_refused(client):
    client.context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        client.get("/healthz")


def test_doors_are_listed(shared):
    with shared.rpc() as rpc:
        doors = rpc.call("status.daemon")["doors"]
    assert [door["kind"] for door in doors].count("https") == 1
    (door,) = [door for door in doors if door["kind"] == "https"]
    assert door["address"] == "127.0.0.1" and door["port"] > 0 and door["connections"] >= 0


# ---- /rpc


def test_rpc_needs_somebody(client):
    response = client.post("/rpc", {"jsonrpc": "2.0", "id": 1, "method": "status.daemon"})
    assert (response.status, error(response)) == (401, "sign_in")
    for cookie in ("", "x", "0" * 63, "0" * 64, "0" * 65, "g" * 64):
        client.cookie = cookie
        assert client.post("/rpc", {"jsonrpc": "2.0", "id": 1, "method": "status.daemon"}).status == 401, cookie


def test_rpc_is_the_same_table(signed_in):
    assert signed_in.rpc("status.daemon")["name"] == "vonvayd"
    assert signed_in.rpc("status.sweep")["business_date"] == "2018-01-01"
    assert signed_in.rpc_reply("no.method")["error"]["data"]["word"] == "method_not_found"
    refused = signed_in.rpc_reply("sweep.run", {"key": vonvay_env.uuid7()})
    assert refused["error"]["data"]["word"] == "denied"
    assert "giaodich" in refused["error"]["message"]


def test_rpc_batches_and_notifications(signed_in):
    batch = [{"jsonrpc": "2.0", "id": n, "method": "status.sweep"} for n in range(20)]
    response = signed_in.post("/rpc", [*batch, {"jsonrpc": "2.0", "method": "status.sweep"}])
    assert response.headers["Content-Type"] == "application/json"
    assert sorted(reply["id"] for reply in json.loads(response.body)) == list(range(20))
    response = signed_in.post("/rpc", {"jsonrpc": "2.0", "method": "status.sweep"})
    assert (response.status, response.body) == (204, b"")
    spread = b'{"jsonrpc": "2.0",\r\n\t"id": 1,\n "method": "status.daemon"}\n'
    assert "result" in json.loads(signed_in.post("/rpc", spread).body)
    mixed = signed_in.post("/rpc", [1, {"jsonrpc": "2.0", "id": 1, "method": "status.daemon"}])
    assert len(json.loads(mixed.body)) == 2


@pytest.mark.parametrize("body", [b"{", b"\x00", b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', b"[" * 1000, b"{}\n{}", b"[]", b"7"])
def test_rpc_bad_bodies(signed_in, body):
    response = signed_in.post("/rpc", body)
    assert response.status == 200
    assert json.loads(response.body)["error"]["data"]["word"] in ("parse_error", "invalid_request")


def test_rpc_empty_body(signed_in):
    for body in (b"", b"  "):
        assert signed_in.post("/rpc", body).status == 204


def test_rpc_takes_only_json(signed_in):
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", "x;application/json"):
        response = signed_in.post("/rpc", {}, headers={"Content-Type": kind})
        assert (response.status, error(response)) == (415, "not_json"), kind
    assert signed_in.post("/rpc", {}, headers={"Content-Type": "Application/JSON; charset=utf-8"}).status == 200
    assert signed_in.post("/rpc", {}, headers={"Content-Encoding": "gzip"}).status == 415


def test_only_our_own_pages(signed_in):
    """A browser sends Origin with every POST, so without it nobody with a cookie gets in."""
    port = signed_in.port
    for origin in (None, "null", "", f"http://localhost:{port}", f"https://localhost:{port + 1}", "https://localhost",
                   f"https://localhost:{port}/", f"https://localhost:{port}.evil.example", f"https://evil.example:{port}"):
        for path in ("/rpc", "/sign-in", "/sign-out"):
            response = signed_in.post(path, {"name": "x", "password": "y"}, headers={"Origin": origin})
            assert (response.status, error(response)) == (403, "foreign_origin"), (origin, path)
    assert signed_in.get("/session").status == 200


def test_origins_of_the_settings(own):
    _, client = own(origins="https://a.example  https://b.example:8443")
    client.origin = "https://b.example:8443"
    client.sign_in("giaodich", PASSWORD)
    assert client.rpc("status.daemon")
    for origin in (f"https://localhost:{client.port}", "https://b.example", "https://a.example https://b.example:8443"):
        assert client.post("/rpc", {}, headers={"Origin": origin}).status == 403


def test_certificate_instead_of_a_password(shared, authority):
    with Web(shared, authority, certificate="giamdoc") as director:
        assert json.loads(director.get("/session").body) == {"by": "certificate", "name": "giamdoc"}
        assert director.rpc("status.sweep", headers={"Origin": None})["business_date"]
        assert director.post("/rpc", {}, headers={"Origin": "https://evil.example"}).status == 403
    with Web(shared, authority, certificate="nobody") as stranger:
        assert stranger.rpc_reply("status.sweep")["error"]["data"]["word"] == "denied"


# ---- signing in


def test_cookie(client, module_database):
    response = client.try_password("giaodich", PASSWORD)
    assert json.loads(response.body)["name"] == "giaodich"
    assert sorted(attributes(response)) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]
    name, token = response.headers["Set-Cookie"].split(";")[0].split("=")
    assert name == "__Host-vonvay" and re.fullmatch(r"[0-9a-f]{64}", token)
    stored = module_database.psql("select encode(token_sha256, 'hex') from loan.web_session order by session_id desc limit 1")
    assert stored != token
    assert stored == module_database.psql(f"select encode(sha256('\\x{token}'), 'hex')")
    session = json.loads(client.get("/session", headers={"Cookie": f"a=b; {name}={token}; c=d"}).body)
    assert (session["by"], session["name"], session["full_name"]) == ("session", "giaodich", "Hồ Thị Giao Dịch")
    assert client.get("/session", headers={"Cookie": f"x{name}={token}"}).status == 401


def test_a_new_session_at_every_sign_in(signed_in):
    first = signed_in.cookie
    signed_in.sign_in("giaodich", PASSWORD)
    second = signed_in.cookie
    assert first != second
    signed_in.cookie = first
    assert signed_in.get("/session").status == 401
    signed_in.cookie = second
    assert signed_in.get("/session").status == 200


def test_sign_out(signed_in):
    response = signed_in.post("/sign-out")
    assert response.status == 204
    assert "Max-Age=0" in attributes(response) and response.headers["Set-Cookie"].startswith("__Host-vonvay=;")
    assert signed_in.get("/session").status == 401
    assert signed_in.post("/rpc", {}).status == 401
    signed_in.cookie = None
    assert signed_in.post("/sign-out").status == 401


def move_sessions(database, column, interval):
    database.psql(f"update loan.web_session set {column} = {column} - interval '{interval}' where ended_at is null")


def test_idle_and_absolute_end(signed_in, module_database):
    move_sessions(module_database, "used_at", "29 minutes")
    assert signed_in.get("/session").status == 200
    move_sessions(module_database, "used_at", "29 minutes")  # it was used just now
    assert signed_in.get("/session").status == 200
    move_sessions(module_database, "used_at", "31 minutes")
    assert signed_in.get("/session").status == 401
    assert signed_in.post("/rpc", {}).status == 401
    signed_in.cookie = None
    signed_in.sign_in("giaodich", PASSWORD)
    move_sessions(module_database, "expires_at", "599 minutes")
    assert signed_in.get("/session").status == 200
    move_sessions(module_database, "expires_at", "1 minute")
    assert signed_in.get("/session").status == 401


def test_whoever_has_ended(own, database):
    _, client = own()
    client.sign_in("giaodich", PASSWORD)
    database.psql("update loan.staff set until_on = current_date - 1 where name = 'giaodich'")
    assert client.get("/session").status == 401
    assert client.post("/rpc", {}).status == 401
    assert error(client.try_password("giaodich", PASSWORD)) == "wrong_password"


def test_bad_sign_ins(client):
    for body in (b"", b"{", b"[]", {"name": "giaodich"}, {"name": "giaodich", "password": 1}, {"name": "", "password": "x"},
                 {"name": "giaodich", "password": ""}, {"name": "giaodich", "password": "x", "more": 1},
                 {"name": "x" * 64, "password": "x"}, {"name": "x", "password": "x" * 1025}, {"name": "x\0y", "password": "x"},
                 b'{"name":"a","name":"b","password":"c"}', b'{"name":"\xff","password":"c"}'):
        response = client.post("/sign-in", body)
        assert (response.status, error(response)) == (400, "bad_body"), body
    assert client.try_password("giaodich", PASSWORD).status == 200


def hashes(client):
    return client.metrics()["vonvay_password_hashes_total"]


def test_the_same_work_for_an_unknown_name(own):
    """Wrong password, no password, no such name: one scrypt each and the same answer."""
    _, client = own(tries_free=100)
    before = hashes(client)
    answers = [client.try_password(name, "wrong") for name in ("giaodich", "giamdoc", "nobody at all", "system", "night")]
    assert hashes(client) == before + len(answers)
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert all(answer.headers.get("Set-Cookie") is None for answer in answers)
    client.sign_in("giaodich", PASSWORD)
    assert hashes(client) == before + len(answers) + 1


def test_dearer_hashes_are_made_at_sign_in(own, database):
    web.set_password(database, "giaodich", PASSWORD, log2_n=10)
    _, client = own(password=False, scrypt_log2_n=11, scrypt_p=2)
    current = "select c.log2_n || ' ' || c.p from loan.credential c join loan.staff using (staff_id) where name = 'giaodich'"
    client.try_password("giaodich", "wrong")
    assert database.psql(current) == "10 1"
    client.sign_in("giaodich", PASSWORD)
    assert database.psql(current + " and superseded_at is null") == "11 2"
    before = hashes(client)
    client.sign_in("giaodich", PASSWORD)
    assert hashes(client) == before + 1
    assert database.psql(current.replace("c.log2_n || ' ' || c.p", "count(*)")) == "2"


def test_the_operator_sets_a_password(own, database):
    daemon, client = own()
    client.sign_in("giaodich", PASSWORD)

    def set_it(name, password):
        return subprocess.run([vonvay_env.program("vonvayd"), "--config", str(daemon.config_path), "--set-password", name],
                              input=password, capture_output=True, text=True)

    assert set_it("giaodich", "short\n").stderr == "vonvayd: a password is a line of 8 to 1024 bytes of UTF-8\n"
    assert set_it("nobody", "long enough").stderr == "vonvayd: there is no staff of the name nobody\n"
    assert client.get("/session").status == 200
    done = set_it("giaodich", "Mật khẩu mới\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert client.get("/session").status == 401, "its sessions have ended"
    assert database.psql("select ended from loan.web_session") == "password"
    assert client.try_password("giaodich", PASSWORD).status == 401
    client.sign_in("giaodich", "Mật khẩu mới")


# ---- guessing


def delays(database):
    return database.psql("select extract(epoch from next_at - last_at)::integer from loan.sign_in_try order by name, address").split("\n")


def pass_time(database):
    database.psql("update loan.sign_in_try set next_at = now()")


def test_the_delay_grows(own, database):
    daemon, client = own(tries_free=2, try_delay_s=100, try_delay_max_s=350)
    before = hashes(client)
    assert [client.try_password("giaodich", "wrong").status for _ in range(3)] == [401, 401, 401]
    response = client.try_password("giaodich", PASSWORD)
    assert (response.status, error(response)) == (429, "too_many_tries")
    assert 1 <= int(response.headers["Retry-After"]) <= 100
    assert hashes(client) == before + 3, "a try that comes too early is not hashed"
    seen = [delays(database)]
    for _ in range(3):
        pass_time(database)
        assert client.try_password("giaodich", "wrong").status == 401
        seen.append(delays(database))
    assert seen == [["100"], ["200"], ["350"], ["350"]]
    with Web(daemon, client_authority(client), source=OTHER) as elsewhere:
        elsewhere.sign_in("giaodich", PASSWORD)
    assert client.try_password("giaodich", PASSWORD).status == 429, "there it was another address"
    assert client.try_password("giamdoc", "wrong").status == 401, "and here another name"
    pass_time(database)
    client.sign_in("giaodich", PASSWORD)
    assert database.psql("select count(*) from loan.sign_in_try where name = 'giaodich'") == "0"
    assert client.metrics()['vonvay_sign_ins_total{outcome="delayed"}'] == 2


class client_authority:
    """What Web asks of an authority, from a client that has it."""

    def __init__(self, client):
        self.client = client

    def context(self, certificate):
        return self.client.context


def test_many_guesses_at_once(own):
    _, client = own(tries_free=3, try_delay_s=600)
    before = hashes(client)

    def guess(n):
        return Web.post(fresh[n], "/sign-in", {"name": "giaodich", "password": f"wrong {n}"}).status

    fresh = [clone(client) for _ in range(12)]
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        got = sorted(pool.map(guess, range(12)))
    assert got == [401] * 4 + [429] * 8
    assert hashes(client) == before + 4


def clone(client):
    made = Web.__new__(Web)
    made.__dict__.update(client.__dict__)
    made.connection = None
    return made


def test_tries_are_bounded_and_forgotten(own, database):
    _, client = own(tries_max=10, tries_forget_s=1000, tries_free=1)
    for n in range(15):
        assert client.try_password(f"nobody {n}", "x").status == 401
    assert int(database.psql("select count(*) from loan.sign_in_try")) <= 11
    database.psql("update loan.sign_in_try set last_at = last_at - interval '1001 seconds', next_at = now()")
    client.try_password("one more", "x")
    assert database.psql("select name from loan.sign_in_try") == "one more"


def hasher(daemon):
    with daemon.rpc() as rpc:
        return rpc.call("status.daemon")["passwords"]


def test_the_queue_is_bounded(own):
    daemon, client = own(password_queue=2, tries_free=100)
    pid = hasher(daemon)["pid"]
    os.kill(pid, signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(clone(client).try_password, "giaodich", PASSWORD) for _ in range(2)]
        wait_until(lambda: hasher(daemon)["waiting"] == 2, 60, "two passwords wait")
        response = client.try_password("giaodich", PASSWORD)
        assert (response.status, error(response), response.headers["Retry-After"]) == (503, "busy", "2")
        assert client.get("/readyz").status == 200, "the loop waits for no password"
        os.kill(pid, signal.SIGCONT)
        assert [done.result().status for done in waiting] == [200, 200]
    client.sign_in("giaodich", PASSWORD)


def test_the_worker_for_passwords_dies(own):
    daemon, client = own(tries_free=100)
    pid = hasher(daemon)["pid"]
    os.kill(pid, signal.SIGSTOP)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        lost = pool.submit(clone(client).try_password, "giaodich", PASSWORD)
        wait_until(lambda: hasher(daemon)["waiting"] == 1, 60, "a password waits")
        os.kill(pid, signal.SIGKILL)
        assert lost.result().status == 503
    wait_until(lambda: hasher(daemon)["state"] == "running" and hasher(daemon)["pid"] != pid, 60, "another worker")
    client.sign_in("giaodich", PASSWORD)


def test_no_password_in_the_log(own):
    daemon, client = own()
    client.sign_in("giaodich", PASSWORD)
    client.try_password("giaodich", "wrong-secret")
    client.try_password("name-secret", "x")
    log = daemon.log()
    assert "giaodich signed in from 127.0.0.1" in log and "sign-in of giaodich from 127.0.0.1 refused" in log
    for secret in (PASSWORD, "wrong-secret", "name-secret", client.cookie):
        assert secret not in log


# ---- metrics


def test_metrics(shared, signed_in, module_database):
    for _ in range(3):
        signed_in.rpc("status.sweep")
    signed_in.rpc_reply("sweep.run", {"key": vonvay_env.uuid7()})
    text = signed_in.get("/metrics").body.decode()
    for line in text.strip().split("\n"):
        assert re.fullmatch(r'# (HELP|TYPE) vonvay_\w+ .+|vonvay_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? \d+(\.\d+)?', line), line
    names = re.findall(r"^# TYPE (\w+)", text, re.M)
    assert len(names) == len(set(names))
    now = signed_in.metrics()
    assert now['vonvay_requests_total{method="status.sweep",outcome="ok"}'] >= 3
    assert now['vonvay_requests_total{method="sweep.run",outcome="denied"}'] >= 1
    buckets = [now[f'vonvay_request_seconds_bucket{{method="status.sweep",le="{le}"}}'] for le in re.findall(
        r'vonvay_request_seconds_bucket\{method="status.sweep",le="([^"]+)"', text)]
    assert len(buckets) == 14 and buckets == sorted(buckets)
    assert buckets[-1] == now['vonvay_request_seconds_count{method="status.sweep"}']
    assert now["vonvay_business_date_seconds"] == 1514739600  # 2018-01-01 at midnight in Vietnam
    assert now["vonvay_database_up"] == 1 and now["vonvay_night_running"] == 0
    assert now['vonvay_database_connections_ready{pool="write"}'] == 4
    assert now['vonvay_connections{door="https"}'] >= 1
    assert "vonvay_sealed_until_seconds" not in now
    assert any(name.startswith("vonvay_build_info{version=") for name in now)


def test_metrics_are_for_some(own, authority):
    daemon, client = own(metrics_from="10.0.0.0/8 ::1/128")
    client.sign_in("giaodich", PASSWORD)
    assert client.get("/metrics").status == 403
    with Web(daemon, authority, certificate="giamdoc") as certified:
        assert certified.get("/metrics").status == 200


def test_the_database_is_away(own, database):
    daemon, client = own(**{"database.queue_timeout_ms": 500})
    client.sign_in("giaodich", PASSWORD)
    database.postgres.psql(f"""alter database {database.name} allow_connections false;
        select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database.name}'""")
    assert client.get("/readyz").status == 503
    assert client.get("/healthz").status == 200
    assert client.metrics()["vonvay_database_up"] == 0
    response = client.post("/rpc", {})
    assert (response.status, error(response)) == (503, "unavailable")
    assert client.try_password("giaodich", PASSWORD).status == 503
    database.postgres.psql(f"alter database {database.name} allow_connections true")
    wait_until(lambda: client.get("/readyz").status == 200, 60, "the database is back")


# ---- hostile requests

HEAD = b"Host: h\r\n"
HOSTILE = [
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"Content-Length: 30\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"X: a\0b\r\n\r\n", 400),
    (b"GET /\0 HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    (b"GET /\xff HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"X: 1\r\n folded: 2\r\n\r\n", 400),
    (b"GET / HTTP/1.1\nHost: h\n\n", 400),
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\n" + HEAD + HEAD + b"\r\n", 400),
    (b"GET http://h/healthz HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    (b"GET //h/healthz HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (b"GET / HTTP/3.0\r\n" + HEAD + b"\r\n", 505),
    (b"FOO / HTTP/1.1\r\n" + HEAD + b"\r\n", 501),
    (b"GET /" + b"a" * 20000, 414),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 20000, 431),
    (b"GET / HTTP/1.1\r\n" + HEAD + b"X: 1\r\n" * 200 + b"\r\n", 431),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Content-Length: 1048577\r\n\r\n", 413),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n", 413),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Content-Length: 18446744073709551617\r\n\r\n", 400),
    (b"POST /rpc HTTP/1.1\r\n" + HEAD + b"Expect: nothing\r\nContent-Length: 1\r\n\r\n", 417),
]


@pytest.mark.parametrize("data, status", HOSTILE)
def test_hostile_heads(client, data, status):
    got = client.send_raw(data)
    assert got.startswith(b"HTTP/1.1 %d " % status), got[:100]
    assert got.count(b"HTTP/1.1 ") == 1 and b"Connection: close\r\n" in got
    assert b"Content-Security-Policy: default-src 'none'" in got
    assert client.get("/healthz").status == 200


def test_hostile_heads_byte_by_byte(client):
    for data, status in HOSTILE[:5]:
        with client.raw() as tls:
            try:
                for byte in data:
                    tls.sendall(bytes([byte]))
            except OSError:
                pass  # it was refused before its end
            assert web.read_all(tls).startswith(b"HTTP/1.1 %d " % status)


GET = b"GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


def test_pipelining(client):
    """Answers in order; what can't be read after a request ends the connection, and no answer comes twice."""
    last = b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    got = client.send_raw(GET * 3 + last)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200", b"200", b"200", b"404"]
    got = client.send_raw(GET + b"nonsense\r\n\r\n" + GET)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"200"]
    login = b'{"name":"x","password":"y"}'
    post = b"POST /sign-in HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nOrigin: https://h\r\nContent-Length: %d\r\n\r\n" % len(login)
    got = client.send_raw(post + login + last)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"401", b"404"]


def test_a_body_is_no_request(client):
    """Nobody is made to read the body of one request as the next."""
    hidden = b"GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n"
    post = b"POST /rpc HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    got = client.send_raw(post + hidden)
    assert re.findall(rb"HTTP/1.1 (\d+)", got) == [b"415"]


def test_kept_connections(shared, authority):
    with Web(shared, authority, keep=True) as kept:
        kept.sign_in("giaodich", PASSWORD)
        socket_before = kept.connection.sock
        for _ in range(5):
            kept.rpc("status.sweep")
            assert kept.get("/x").status == 404
        assert kept.connection.sock is socket_before
        assert kept.get("/healthz", headers={"Connection": "close"}).headers["Connection"] == "close"


def test_http_1_0(client):
    got = client.send_raw(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert got.startswith(b"HTTP/1.0 200 OK\r\n") and got.endswith(b'{"status":"ok"}\n')


def test_no_tls_at_all(client):
    with socket.create_connection(("127.0.0.1", client.port), timeout=60) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        while plain.recv(4096):
            pass
    assert client.get("/healthz").status == 200


# ---- limits of time and of connections


def test_slow_ones_are_cut_off(own):
    daemon, client = own(header_timeout_s=1, body_timeout_s=1, idle_timeout_s=1, reply_timeout_s=2)
    client.sign_in("giaodich", PASSWORD)
    plain = socket.create_connection(("127.0.0.1", client.port), timeout=60)
    tls = [client.raw() for _ in range(4)]
    tls[1].sendall(b"GET /healthz HTTP/1.1\r\nHo")
    tls[2].sendall(b"POST /rpc HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{")
    tls[3].sendall(GET)
    assert plain.recv(10) == b"", "no handshake"
    assert web.read_all(tls[0]) == b"", "no request"
    assert web.read_all(tls[1]).startswith(b"HTTP/1.1 408 "), "half a head"
    assert web.read_all(tls[2]).startswith(b"HTTP/1.1 408 "), "half a body"
    assert web.read_all(tls[3]).startswith(OK), "no second request"
    plain.close()
    for each in tls:
        each.close()


def test_a_drop_at_a_time_is_cut_off(own):
    """The time of a head is that of the whole, however busy its sender."""
    _, client = own(header_timeout_s=1)
    ended = threading.Event()

    def drip(tls):
        try:
            while not ended.wait(0.1):
                tls.sendall(b"X: 1\r\n")
        except OSError:
            pass

    with client.raw() as tls:
        tls.sendall(b"GET /healthz HTTP/1.1\r\n")
        sender = threading.Thread(target=drip, args=(tls,))
        sender.start()
        got = web.read_all(tls)
        ended.set()
        sender.join()
    assert got.startswith(b"HTTP/1.1 408 ") or got == b""


def test_a_reply_that_nobody_takes(own):
    daemon, client = own(reply_timeout_s=1)
    client.sign_in("giaodich", PASSWORD)
    body = json.dumps([{"jsonrpc": "2.0", "id": n, "method": "rpc.discover"} for n in range(100)]).encode()
    head = (f"POST /rpc HTTP/1.1\r\nHost: localhost:{client.port}\r\nOrigin: {client.origin}\r\nContent-Type: application/json\r\n"
            f"Cookie: {web.COOKIE}={client.cookie}\r\nContent-Length: {len(body)}\r\n\r\n")
    with client.raw() as tls:
        tls.sendall(head.encode() + body)
        wait_until(lambda: client.metrics()['vonvay_connections_cut_total{door="https"}'] == 1, 60, "it is cut off")
        assert client.get("/healthz").status == 200


def test_room_is_made(own):
    """Whoever only waits loses the place to somebody new."""
    daemon, client = own(max_connections=5)
    idle = [client.raw() for _ in range(5)]
    assert client.get("/healthz").status == 200
    wait_until(lambda: client.metrics()['vonvay_connections_cut_total{door="https"}'] >= 1, 60, "one had to go")
    assert web.read_all(idle[0]) == b""
    for each in idle:
        each.close()


def test_clients_that_leave(own):
    """Requests under way outlive their client."""
    daemon, client = own()
    client.sign_in("giaodich", PASSWORD)
    pid = hasher(daemon)["pid"]
    os.kill(pid, signal.SIGSTOP)
    login = json.dumps({"name": "giaodich", "password": PASSWORD}).encode()
    post = f"POST /sign-in HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nOrigin: https://h\r\nContent-Length: {len(login)}\r\n\r\n"
    with client.raw() as tls:
        tls.sendall(post.encode() + login)
        wait_until(lambda: hasher(daemon)["waiting"] == 1, 60, "the password waits")
    os.kill(pid, signal.SIGCONT)
    wait_until(lambda: hasher(daemon)["waiting"] == 0, 60, "it is hashed")
    assert client.get("/session").status == 200


def test_a_stop_answers_what_is_under_way(own):
    daemon, client = own()
    pid = hasher(daemon)["pid"]
    os.kill(pid, signal.SIGSTOP)
    kept = client.raw()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(clone(client).try_password, "giaodich", PASSWORD)
        wait_until(lambda: hasher(daemon)["waiting"] == 1, 60, "the password waits")
        daemon.process.terminate()
        wait_until(lambda: "signal 15: stopping" in daemon.log(), 60, "it stops")
        os.kill(pid, signal.SIGCONT)
        assert under_way.result().status == 200
    kept.close()


def test_settings_of_the_door_are_checked(own, database, authority):
    with pytest.raises(RuntimeError, match="certificate_file in \\[tls\\]"):
        vonvay_env.Daemon(database, settings={"https.listen": "127.0.0.1:0"})
    with pytest.raises(RuntimeError, match='metrics_from in \\[https\\] is "10.0.0.0"'):
        web.web_daemon(database, authority, metrics_from="10.0.0.0")


# ---- slowhttptest


@pytest.mark.parametrize("kind", [["-H"], ["-B", "-t", "POST"], ["-X", "-k", "3", "-w", "10", "-y", "20", "-z", "5", "-n", "1"]], ids=["head", "body", "read"])
def test_slowhttptest(own, tmp_path, kind):
    """Forty slow clients: others are answered all the while, and at the end none of the forty is left."""
    daemon, client = own(header_timeout_s=2, body_timeout_s=2, idle_timeout_s=2, reply_timeout_s=2, max_connections=50)
    client.sign_in("giaodich", PASSWORD)
    url = f"https://127.0.0.1:{client.port}/" + ("rpc" if "-B" in kind else "healthz")
    attack = subprocess.Popen(
        ["slowhttptest", *kind, "-c", "40", "-r", "40", "-i", "1", "-l", "8", "-p", "3", "-u", url],
        cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    answered = 0
    while attack.poll() is None:
        assert client.rpc("status.sweep")["business_date"] == "2018-01-01"
        answered += 1
    said = attack.communicate()[0]
    assert attack.returncode == 0, said
    assert answered > 0
    assert client.metrics()['vonvay_connections_total{door="https"}'] > 40
    wait_until(lambda: client.metrics()['vonvay_connections{door="https"}'] == 1, 60, "they are gone")
