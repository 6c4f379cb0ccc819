"""Odd and broken JSON texts with their exact replies: tests/protocol/NNN-name/{input,expected}. The input is sent as it
is, then our side of the connection is closed; whatever comes back until the daemon closes its side must be what is
expected. In `ref` the number of the connection varies and is written as N."""

import pathlib
import re
import socket

import pytest

import vonvay_env

CASES = sorted(p for p in (vonvay_env.ROOT / "tests/protocol").iterdir() if p.is_dir())


def exchange(path, data):
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(vonvay_env.PATIENCE_S)
        client.connect(str(path))
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        received = b""
        while piece := client.recv(1 << 16):
            received += piece
    return re.sub(rb'"ref":"c\d+-', b'"ref":"cN-', received)


def test_there_are_enough_cases():
    assert len(CASES) >= 400


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.name)
def test_reply(module_daemon, case: pathlib.Path):
    received = exchange(module_daemon.socket_path, (case / "input").read_bytes())
    assert received.decode() == (case / "expected").read_bytes().decode()
