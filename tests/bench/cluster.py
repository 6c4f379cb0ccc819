"""The PostgreSQL of a benchmark: private, on the data disk, durable, with settings that go into the report."""

import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile

import vonvay_env

PG_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
# As for a small server of its own; what makes a commit safe stays on.
SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "wal_compression": "lz4",
    "wal_buffers": "16MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "autovacuum": "on",
}
# MB of (disk, memory) that a size needs: data, WAL and pgbench's tables; server, daemon and load generator.
NEEDS = {"district": (6000, 1500)}
FOLDER = "/var/tmp"  # a disk; /tmp may be memory


class Unable(Exception):
    """Why the benchmark can't run here."""


def memory_mb():
    """MB that new processes can take."""
    for line in pathlib.Path("/proc/meminfo").read_text().split("\n"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) // 1024
    return 0


def check_needs(size):
    """One line saying what is needed and there; Unable when it is not there."""
    disk, memory = NEEDS[size]
    disk_free, memory_free = shutil.disk_usage(FOLDER).free // 2**20, memory_mb()
    line = f"size {size}: needs {disk} MB of disk in {FOLDER} ({disk_free} free), {memory} MB of memory ({memory_free} available)"
    if disk_free < disk or memory_free < memory:
        raise Unable(line)
    return line


class Cluster(vonvay_env.Postgres):
    """As the tests' clusters, `dir` being also the socket folder, but with SETTINGS and on the disk."""

    def __init__(self):
        self._count = itertools.count(1)
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="vvbench.", dir=FOLDER))
        guard = subprocess.Popen(  # removes it should this process be killed
            [str(vonvay_env.PG_SH), "guard", str(os.getpid()), str(self.dir)], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        (self.dir / "guard").write_text(str(guard.pid))
        try:
            self._start()
        except BaseException:
            self.drop()
            raise

    def _start(self):
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        script = f"""
            . '{vonvay_env.ROOT}/config/demo/pg.sh'
            chmod 711 '{self.dir}'
            pg_choose '{self.dir}' || {{ echo 'root can neither become postgres nor enter a user namespace here' >&2; exit 1; }}
            if [ "${{pg_as[*]}}" = pg_as_postgres ]; then chgrp postgres '{self.dir}' && chmod 771 '{self.dir}'; fi
            pg_init '{self.dir}/data' && pg_start '{self.dir}/data' '{self.dir}' '{self.dir}/log' {options}"""
        out = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if out.returncode != 0:
            raise Unable(f"no private PostgreSQL: {out.stderr.strip()}")

    def settings(self):
        """What the server says of SETTINGS, and its version."""
        rows = self.psql("show server_version; " + " ".join(f"show {name};" for name in SETTINGS)).split("\n")
        return dict(zip(["server_version", *SETTINGS], rows))
