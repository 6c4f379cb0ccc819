"""The daemon under valgrind: no read of what was not written or has gone, and nothing lost when it ends, while it answers
odd texts, reads the database, loses clients and reloads. (The worker runs outside of it.)"""

import os
import re

import pytest

import test_protocol
import vonvay_env

COMMAND = (
    "valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=definite,indirect",
    "--errors-for-leak-kinds=definite,indirect", "--num-callers=30", "--child-silent-after-fork=yes",
)
ONE_OF = 4  # of the texts

pytestmark = pytest.mark.skipif("-fsanitize" in (vonvay_env.BUILD / "flags").read_text(), reason="valgrind runs no sanitizers")


def test_valgrind_is_clean(database):
    with vonvay_env.Daemon(database, under=COMMAND) as daemon:
        for case in test_protocol.CASES[::ONE_OF]:
            received = test_protocol.exchange(daemon.socket_path, (case / "input").read_bytes())
            assert received.decode() == (case / "expected").read_bytes().decode(), case.name
        with daemon.rpc() as rpc:
            assert rpc.fails("status.loan", loan="1").word == "loan_not_found"
            rpc.call("status.portfolio")
            rpc.call("rpc.discover")
            rpc.call("work.list")
            number = rpc.write("import.begin", kind="areas", name="a.csv", size=1, sha256="0" * 64)["import"]
            assert rpc.call("import.status", {"import": number})["state"] == "uploading"
        for _ in range(5):
            with daemon.rpc() as leaving:
                leaving.send({"jsonrpc": "2.0", "id": 1, "method": "status.portfolio", "params": {}})
        daemon.reload()
        vonvay_env.wait_until(lambda: "reloaded" in daemon.log())
        assert daemon.stop() == 0, daemon.log()
    assert not re.search(r"^==\d+==", daemon.log(), re.M), daemon.log()


def test_valgrind_finds_a_fault(tmp_path):
    """What the test before rests on."""
    source = tmp_path / "x.c"
    source.write_text("#include <stdlib.h>\nint main(void) { char *p = malloc(4); volatile char c = p[4]; return c & 0; }\n")
    assert os.system(f"cc -g -O0 -o {tmp_path}/x {source}") == 0
    assert os.waitstatus_to_exitcode(os.system(f"{' '.join(COMMAND)} {tmp_path}/x 2>{tmp_path}/log")) == 99
