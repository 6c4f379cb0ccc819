"""What a system test needs: a private PostgreSQL, a daemon of its own, a JSON-RPC connection. Used through the fixtures
of tests/system/conftest.py, or directly:

    with Postgres() as postgres, Daemon(postgres.database()) as daemon, daemon.rpc() as rpc:
        rpc.call("status.daemon")

The programs come from the folder named by VONVAY_BUILD (default: build). Everything started here goes with this
process, however it ends: tests/lib/pg.sh guards the cluster, the kernel kills a daemon whose parent has died.
"""

import contextlib
import base64
import ctypes
import itertools
import json
import os
import pathlib
import re
import secrets
import select
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = (ROOT / os.environ.get("VONVAY_BUILD", "build")).resolve()
PG_SH = ROOT / "tests/lib/pg.sh"
PSQL = "/usr/lib/postgresql/15/bin/psql"  # not Debian's wrapper of it, which takes longer to begin than most statements
PR_SET_PDEATHSIG = 1
SANITIZER = re.compile(r"(Address|Leak|UndefinedBehavior)Sanitizer|runtime error:")
# How long anything may take that is expected to happen: a loaded machine is slow, and only a failing test waits for it.
PATIENCE_S = 120.0
_libc = ctypes.CDLL(None, use_errno=True)


def program(name):
    """Path of a built program."""
    path = BUILD / name
    if not path.exists():
        raise FileNotFoundError(f"{path} is not built: run make")
    return str(path)


def uuid7():
    """A key for a write, as the client makes them."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0x2 << 62) | secrets.randbits(62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def wait_until(condition, seconds=PATIENCE_S, what="condition"):
    """Poll until condition() is true, and return its value. No test is decided by how fast a machine is: PATIENCE_S is
    the least that is waited."""
    seconds = max(seconds, PATIENCE_S)
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def die_with_parent():
    """preexec_fn: the kernel kills the child when this process ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Postgres:
    """A private cluster in a short temporary folder; `dir` is also the socket folder."""

    def __init__(self):
        out = subprocess.run(
            [str(PG_SH), "new", str(os.getpid())], check=True, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL
        )
        self.dir = pathlib.Path(out.stdout.strip())
        self._count = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.drop()

    def drop(self):
        subprocess.run([str(PG_SH), "drop", str(self.dir)], check=True, stdin=subprocess.DEVNULL)

    def psql(self, sql, database="postgres", user="postgres", check=True):
        """Run SQL with psql, as superuser unless told; returns its unaligned, tuples-only output."""
        out = subprocess.run(
            [PSQL, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.dir), "-U", user, "-d", database],
            input=sql,
            capture_output=True,
            text=True,
        )
        if check and out.returncode != 0:
            raise RuntimeError(f"psql: {out.stderr.strip()}")
        return out.stdout.rstrip("\n") if check else out

    def database(self, template=None):
        """Create a database and return it; with a template, as a copy of that Database (nobody may be connected to it)."""
        name = f"t{next(self._count)}"
        self.psql(f"create database {name}" + (f" template {template.name}" if template else ""))
        return Database(self, name)

    def signal(self, how):
        """pg_ctl of the whole server: 'stop-immediate', 'start' or 'restart'."""
        subprocess.run([str(PG_SH), how, str(self.dir)], check=True, stdin=subprocess.DEVNULL)


class Database:
    def __init__(self, postgres, name):
        self.postgres = postgres
        self.name = name

    def psql(self, sql, **options):
        return self.postgres.psql(sql, database=self.name, **options)

    @contextlib.contextmanager
    def held(self, lock):
        """Within this another session holds what the statement `lock` takes in its transaction."""
        session = subprocess.Popen(
            [PSQL, "-X", "-q", "-A", "-t", "-h", str(self.postgres.dir), "-U", "postgres", "-d", self.name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent,
        )
        try:
            session.stdin.write(f"begin; {lock}; select 'held';\n")
            session.stdin.flush()
            while "held" not in (line := session.stdout.readline()):
                assert line, f"the session that holds {lock} has ended"
            yield
        finally:
            session.stdin.close()
            session.stdout.close()
            session.wait()

    def conninfo(self, user):
        return f"host={self.postgres.dir} dbname={self.name} user={user}"

    def drop(self):
        self.postgres.psql(f"drop database if exists {self.name} with (force)")


class RpcError(Exception):
    """The error object of a JSON-RPC reply."""

    def __init__(self, error):
        super().__init__(f"{error.get('code')} {error.get('message')} {error.get('data')}")
        self.error = error
        self.code = error["code"]
        self.message = error["message"]
        self.data = error.get("data") or {}
        self.word = self.data.get("word") if isinstance(self.data, dict) else None
        self.field = self.data.get("field") if isinstance(self.data, dict) else None


class Rpc:
    """One connection to the Unix socket; one JSON text a line."""

    def __init__(self, path, timeout=PATIENCE_S):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self._start()

    def _start(self):
        self._buffer = b""
        self._ids = itertools.count(1)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.socket.close()

    def send_raw(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def send(self, value):
        """Send one JSON value as a line."""
        self.send_raw(json.dumps(value, ensure_ascii=False).encode() + b"\n")

    def receive_line(self):
        """The next line without its end, b"" when the daemon has closed the connection."""
        while b"\n" not in self._buffer:
            data = self.socket.recv(1 << 16)
            if not data:
                line, self._buffer = self._buffer, b""
                return line
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        return line

    def receive(self):
        line = self.receive_line()
        if not line:
            raise ConnectionError("the daemon closed the connection")
        return json.loads(line)

    def silent(self, seconds):
        """True if nothing arrives within this time."""
        return not self._buffer and not select.select([self.socket], [], [], seconds)[0]

    def request(self, method, params=None, **more):
        """Send a request and return its reply object, whatever it says."""
        number = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": {**(params or {}), **more}})
        reply = self.receive()
        assert reply.get("jsonrpc") == "2.0" and reply.get("id") == number, reply
        assert ("result" in reply) != ("error" in reply), reply
        return reply

    def call(self, method, params=None, **more):
        """The result of a request; an error is raised as RpcError."""
        reply = self.request(method, params, **more)
        if "error" in reply:
            raise RpcError(reply["error"])
        return reply["result"]

    def write(self, method, params=None, **more):
        """call() with a fresh key."""
        return self.call(method, params, **{"key": uuid7(), **more})

    def fails(self, method, params=None, **more):
        """The error of a request that has to be refused."""
        reply = self.request(method, params, **more)
        assert "error" in reply, f"{method} was not refused: {reply}"
        return RpcError(reply["error"])


class Daemon:
    """build/vonvayd with a configuration of its own; settings are those of the settings table, given by name."""

    def __init__(self, database, folder=None, settings=None, start=True, under=()):
        """`under`: a command that runs the daemon, with its options."""
        self.database = database
        self.dir = pathlib.Path(folder or database.postgres.dir / f"{database.name}.d")
        self.dir.mkdir(exist_ok=True)
        self.socket_path = self.dir / "vonvayd.sock"
        self.config_path = self.dir / "vonvayd.conf"
        self.log_path = self.dir / "vonvayd.log"
        self.pid_path = database.postgres.dir / f"{database.name}.{secrets.token_hex(3)}.pid"
        self.settings = {**default_settings(database, self.socket_path), **(settings or {})}
        self.under = under
        self.process = None
        self.write_config()
        if start:
            self.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *exc):
        status = self.stop()
        if kind is None:
            self.check_end(status)

    def check_end(self, status):
        """A daemon has to end well, and no sanitizer may have said anything, in the worker neither."""
        log = self.log()
        if status not in (None, 0) or SANITIZER.search(log):
            raise RuntimeError(f"vonvayd ended with {status}:\n{log[-8000:]}")

    def write_config(self):
        self.config_path.write_text(config_text(self.settings))

    def start(self, seconds=PATIENCE_S, **environment):
        """Start it and wait until its socket answers."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.under, program("vonvayd"), "--config", str(self.config_path)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **environment},
                cwd=ROOT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.pid_path.write_text(str(self.process.pid))
        deadline = time.monotonic() + seconds
        while not self._answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"vonvayd ended with {self.process.returncode}:\n{self.log()[-4000:]}")
            if time.monotonic() > deadline:
                self.kill()
                raise TimeoutError(f"vonvayd did not answer within {seconds} s:\n{self.log()[-4000:]}")
            time.sleep(0.02)
        return self

    def _answers(self):
        try:
            with Rpc(self.socket_path, timeout=30.0) as rpc:
                return "result" in rpc.request("status.daemon")
        except (OSError, ValueError):
            return False

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def pid(self):
        return self.process.pid

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self, seconds=PATIENCE_S):
        """SIGTERM, and the exit status it ended with. A daemon that does not stop in time is killed and is an error."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired as late:
            self.kill()
            raise TimeoutError(f"vonvayd did not stop within {seconds} s:\n{self.log()[-4000:]}") from late
        self._forget()
        return status

    def kill(self):
        """SIGKILL, worker and all."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._forget()

    def _forget(self):
        self.process = None
        self.pid_path.unlink(missing_ok=True)

    def restart(self):
        self.stop()
        return self.start()

    def rpc(self, **options):
        return Rpc(self.socket_path, **options)

    def client(self, *arguments, check=True, **options):
        """Run build/vonvay against this daemon; the finished process with its text output."""
        env = {**os.environ, "VONVAY_SOCKET": str(self.socket_path), "HOME": str(self.dir), "NO_COLOR": "1"}
        env.update(options.pop("env", {}))
        out = subprocess.run(
            [program("vonvay"), *map(str, arguments)], capture_output=True, text=True, env=env, cwd=ROOT, **options
        )
        if check and out.returncode != 0:
            raise RuntimeError(f"vonvay {' '.join(map(str, arguments))}: {out.returncode}\n{out.stdout}{out.stderr}")
        return out


def vonvayd(*arguments, **environment):
    """Run build/vonvayd to its end (--migrate, --check-config…)."""
    return subprocess.run(
        [program("vonvayd"), *map(str, arguments)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        cwd=ROOT,
    )


def default_settings(database, socket_path):
    """What a test daemon needs beyond the defaults; names as in the settings table (daemon/base/settings.c)."""
    return {
        "daemon.socket": str(socket_path),
        "daemon.demo_act_as": "yes",
        "database.conninfo": database.conninfo("vonvayd"),
        "database.migrate_conninfo": database.conninfo("postgres"),
        # a loaded machine is no reason to answer "unavailable"
        "database.queue_timeout_ms": 60000,
        "database.statement_timeout_ms": 60000,
        "security.data_key_file": str(data_key(database.postgres.dir)),
        "security.seal_key_file": str(seal_key(database.postgres.dir / "seal.pem")),
        "sql.dir": str(ROOT / "sql"),
    }


def data_key(folder):
    """A key for personal data, made once a cluster."""
    path = folder / "data.key"
    if not path.exists():
        path.write_text(secrets.token_hex(32) + "\n")
        path.chmod(0o600)
    return path


def seal_key(path):
    """A private key of Ed25519 in PEM, made once."""
    if not path.exists():
        der = bytes.fromhex("302e020100300506032b657004220420") + secrets.token_bytes(32)
        path.write_text(f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n")
        path.chmod(0o600)
    return path


def config_text(settings):
    """Settings named section.key as the INI text the daemon reads."""
    sections = {}
    for name, value in settings.items():
        section, key = name.split(".", 1)
        sections.setdefault(section, []).append(f"{key} = {value}\n")
    return "".join(f"[{section}]\n{''.join(lines)}\n" for section, lines in sections.items())


def migrate(database):
    """Bring a database to the schema of this tree."""
    config = database.postgres.dir / f"{database.name}.migrate.conf"
    config.write_text(config_text(default_settings(database, database.postgres.dir / f"{database.name}.sock")))
    out = vonvayd("--migrate", "--config", config)
    if out.returncode != 0:
        raise RuntimeError(f"vonvayd --migrate ended with {out.returncode}:\n{out.stdout}{out.stderr}")
    return database


def enter_staff(database, uid=None):
    """The staff of the demo; `uid` (ours) has the whole district and may act as the others."""
    sql = (ROOT / "config/demo/staff.sql").read_text()
    database.psql(f"\\set uid {os.getuid() if uid is None else uid}\n{sql}")
    return database
