"""Builds and runs the load generator load.c."""

import json
import os
import pathlib
import subprocess

import vonvay_env

SOURCE = pathlib.Path(__file__).with_name("load.c")


def build():
    """Compile load.c into $(BUILD)/bench/ when it is newer than what is there."""
    program = vonvay_env.BUILD / "bench/load"
    if not program.exists() or program.stat().st_mtime < SOURCE.stat().st_mtime:
        program.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2",
             "-o", str(program), str(SOURCE)], check=True,
        )
    return program


class Failed(Exception):
    """Requests were refused: a rate of them would say nothing."""


def request(number, method, params):
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}, separators=(",", ":"))


class Load:
    def __init__(self, district):
        self.socket, self.folder, self.program = district.daemon.socket_path, district.daemon.dir, build()

    def run(self, lines, clients, seconds, once=False):
        """Send lines with so many clients; {"count", "per_second", "p50_us", "p99_us", "max_us", …}."""
        path = self.folder / "lines"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        out = subprocess.run(
            [str(self.program), str(self.socket), str(clients), str(seconds), "once" if once else "again", str(path)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )
        path.unlink()
        if out.returncode != 0:
            raise Failed(f"load: {out.stdout}{out.stderr}")
        return json.loads(out.stdout)
