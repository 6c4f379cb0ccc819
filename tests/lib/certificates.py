"""Certificates for tests and connections over TLS: a private authority (config/demo/ca) with holders of every kind.

    authority = Authority(folder)
    daemon = Daemon(database, settings=authority.settings())
    with TlsRpc(tls_port(daemon), authority.context("giaodich")) as rpc: ...
"""

import pathlib
import socket
import ssl
import subprocess

import vonvay_env

CA = vonvay_env.ROOT / "config/demo/ca"
SERVER_NAMES = "DNS:localhost,IP:127.0.0.1,IP:::1"


class Authority:
    """certificate(NAME) and key(NAME) are paths; the server's NAME is "server"."""

    def __init__(self, folder, name="authority of a test"):
        self.dir = pathlib.Path(folder)
        self._run("new", name)
        self._run("server", "server", SERVER_NAMES)

    def _run(self, what, *arguments):
        subprocess.run([str(CA), what, str(self.dir), *map(str, arguments)], check=True, stdin=subprocess.DEVNULL)

    def client(self, name, start=None, end=None):
        """Issue a certificate; start and end as YYYYMMDDHHMMSSZ."""
        self._run("client", name, *((start, end) if start else ()))
        return self

    def server(self, name, names):
        self._run("server", name, names)
        return self

    def revoke(self, name):
        self._run("revoke", name)

    def list(self, start, end):
        """A new revocation list with its times."""
        self._run("list", start, end)

    def certificate(self, name):
        return self.dir / f"{name}.crt"

    def key(self, name):
        return self.dir / f"{name}.key"

    @property
    def ca(self):
        return self.dir / "ca.crt"

    @property
    def crl(self):
        return self.dir / "ca.crl"

    def settings(self, **more):
        """Settings of a daemon with a TLS door on a free port."""
        return {
            "tls.listen": "127.0.0.1:0",
            "tls.certificate_file": self.certificate("server"),
            "tls.key_file": self.key("server"),
            "tls.client_ca_file": self.ca,
            "tls.crl_file": self.crl,
            **{f"tls.{name}": value for name, value in more.items()},
        }

    def context(self, name=None, trust=None):
        """What a client with this holder's certificate needs; trust: another authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(str((trust or self).ca))
        if name:
            context.load_cert_chain(str(self.certificate(name)), str(self.key(name)))
        return context


def doors(daemon, kind="tls"):
    """The rows of that kind in status.daemon."""
    with daemon.rpc() as rpc:
        return [door for door in rpc.call("status.daemon")["doors"] if door["kind"] == kind]


def tls_port(daemon):
    return doors(daemon)[0]["port"]


class TlsRpc(vonvay_env.Rpc):
    """One connection to the TLS door."""

    def __init__(self, port, context, timeout=60.0, host="127.0.0.1", session=None, receive_bytes=None):
        plain = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        plain.settimeout(timeout)
        if receive_bytes:  # before it connects, as the window of TCP is agreed then
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        plain.connect((host, port))
        self.socket = context.wrap_socket(plain, server_hostname=host, session=session)
        self._start()

    def silent(self, seconds):
        return not self.socket.pending() and super().silent(seconds)
