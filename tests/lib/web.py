"""The HTTPS door for tests: a daemon with one, a client of it, raw bytes over TLS, passwords put in by hand.

    with web_daemon(database, authority) as daemon, Web(daemon, authority) as web:
        web.sign_in("giaodich", "mật khẩu")
        web.rpc("status.daemon")
"""

import hashlib
import http.client
import json
import secrets
import socket
import time

import vonvay_env

SCRYPT = {"https.scrypt_log2_n": 10, "https.scrypt_r": 8, "https.scrypt_p": 1}  # cheap: what is tested is not its cost
COOKIE = "__Host-vonvay"


def web_daemon(database, authority, **settings):
    """Settings are those of [https]; others are given with their section."""
    named = {name if "." in name else f"https.{name}": value for name, value in settings.items()}
    more = {"https.listen": "127.0.0.1:0", **SCRYPT, **named}
    files = {name: value for name, value in authority.settings().items() if name != "tls.listen"}
    return vonvay_env.Daemon(database, settings={**files, **more})


def port_of(daemon):
    """The port of the HTTPS door."""
    with daemon.rpc() as rpc:
        ports = [door["port"] for door in rpc.call("status.daemon")["doors"] if door["kind"] == "https"]
    assert len(ports) == 1, ports
    return ports[0]


def set_password(database, name, password, log2_n=10, r=8, p=1):
    """Beside the daemon: the hash as another implementation of scrypt makes it."""
    salt = secrets.token_bytes(16)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=1 << log2_n, r=r, p=p, dklen=32, maxmem=1 << 28)
    database.psql(f"""
        update loan.credential set superseded_at = now() where superseded_at is null
            and staff_id = (select staff_id from loan.staff where name = '{name}');
        insert into loan.credential (branch, staff_id, log2_n, r, p, salt, hash)
        select branch, staff_id, {log2_n}, {r}, {p}, '\\x{salt.hex()}', '\\x{digest.hex()}' from loan.staff where name = '{name}'""")


class Web:
    """One client with its cookie. Every request is a connection of its own unless `keep`."""

    def __init__(self, daemon, authority, certificate=None, keep=False, source=None):
        self.port = port_of(daemon)
        self.context = authority.context(certificate)
        self.origin = f"https://localhost:{self.port}"
        self.cookie = None
        self.keep = keep
        self.source = source
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def _connect(self):
        source = (self.source, 0) if self.source else None
        return http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=60, source_address=source)

    def request(self, method, path, body=None, headers=None):
        """The response with .body, its headers and status; self.cookie goes along, Origin with every POST."""
        if not self.connection:
            self.connection = self._connect()
        given = {"Origin": self.origin, "Content-Type": "application/json"} if method == "POST" else {}
        if self.cookie:
            given["Cookie"] = f"{COOKIE}={self.cookie}"
        given.update(headers or {})
        given = {name: value for name, value in given.items() if value is not None}
        self.connection.request(method, path, body, given)
        response = self.connection.getresponse()
        response.body = response.read()
        if not self.keep:
            self.close()
        return response

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, value=None, **options):
        body = value if isinstance(value, bytes) or value is None else json.dumps(value).encode()
        return self.request("POST", path, body, **options)

    def try_password(self, name, password):
        return self.post("/sign-in", {"name": name, "password": password})

    def sign_in(self, name, password):
        response = self.try_password(name, password)
        assert response.status == 200, (response.status, response.body)
        self.cookie = response.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
        return json.loads(response.body)

    def rpc_reply(self, method, params=None, **options):
        response = self.post("/rpc", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}, **options)
        assert response.status == 200, (response.status, response.body)
        return json.loads(response.body)

    def rpc(self, method, params=None, **options):
        reply = self.rpc_reply(method, params, **options)
        assert "result" in reply, reply
        return reply["result"]

    def metrics(self):
        """{line without its value: value}"""
        response = self.get("/metrics")
        assert response.status == 200, response.body
        lines = [line for line in response.body.decode().split("\n") if line and not line.startswith("#")]
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def raw(self):
        """A bare TLS socket."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        return self.context.wrap_socket(plain, server_hostname="localhost")

    def send_raw(self, data):
        """What comes back for these bytes until the daemon closes."""
        with self.raw() as tls:
            tls.sendall(data)
            return read_all(tls)


def read_all(tls, seconds=60):
    """Everything up to the end, however that comes."""
    out = b""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            piece = tls.recv(65536)
        except (ConnectionResetError, OSError):
            return out
        if not piece:
            return out
        out += piece
    raise TimeoutError("the daemon did not close")
