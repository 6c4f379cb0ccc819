"""The demo district in a database of its own with a daemon on it: generated, imported, its nights run up to UNTIL."""

import datetime
import subprocess
import time

import small_district
import vonvay_env

OPENING = "2021-12-31"  # day of the opening balances; the nights follow it
UNTIL = "2026-03-31"    # the nights from here on are there to be measured; payments are recorded up to the end of June
KINDS = ("areas", "groups", "households", "loans")


class District:
    """database, daemon, rpc (one connection); `say(text, share)` hears of progress."""

    def __init__(self, cluster, say, households=14050, seed=1):
        self.say = say
        self.files = cluster.dir / "demo"
        self._generate(households, seed)
        self.database = vonvay_env.enter_staff(vonvay_env.migrate(cluster.database()))
        self.daemon = vonvay_env.Daemon(self.database, settings={"database.statement_timeout_ms": "30000"})
        self.rpc = self.daemon.rpc(timeout=60.0)
        self._load()

    def close(self):
        self.rpc.close()
        self.daemon.check_end(self.daemon.stop())

    def _generate(self, households, seed):
        self.say("generate", None)
        self.files.mkdir()
        subprocess.run(
            [vonvay_env.program("vonvay-demo"), "--data", str(vonvay_env.ROOT / "sql/data"), "--out", str(self.files),
             "--households", str(households), "--seed", str(seed)], check=True,
        )

    def _load(self):
        small_district.begin(self.database, OPENING)
        for kind in KINDS:
            number = small_district.stage(self.rpc, kind, (self.files / f"{kind}.csv").read_text(encoding="utf-8"))
            for verb, wanted in (("check", "valid"), ("apply", "applied")):
                self.rpc.write(f"import.{verb}", {"import": number})
                status = self._import_over(kind, verb, number)
                if status["state"] != wanted:
                    raise RuntimeError(f"import of {kind} is {status['state']}: {status}")
        self.say(f"nights to {UNTIL}", None)
        self.nights(UNTIL, pause_s=0.2)
        self.database.psql("checkpoint")

    def _import_over(self, kind, verb, number):
        while True:
            status = self.rpc.call("import.status", {"import": number})
            if status["state"] not in ("validating", "applying"):
                return status
            done = status["checked_lines" if verb == "check" else "applied_lines"]
            self.say(f"{verb} {kind}", done / max(status["lines"] or 1, 1))
            time.sleep(0.2)

    def nights(self, until, pause_s=0.002):
        """Run the nights up to a day; seconds from asking to the end as a caller sees it."""
        began = time.perf_counter()
        self.rpc.write("sweep.run", until=str(until))
        while True:
            run = self.rpc.call("status.sweep")["run"]
            if run["state"] not in ("asked", "running"):
                break
            if pause_s > 0.1:
                self.say(f"nights to {until}", run["days_done"] / max(run["days_total"], 1))
            time.sleep(pause_s)
        seconds = time.perf_counter() - began
        if run["state"] != "done":
            raise RuntimeError(f"the nights to {until} ended {run['state']}: {run['error']}")
        return seconds

    def nights_to(self, day):
        """Whatever is missing up to a day."""
        if self.business_date() < day:
            self.nights(day, pause_s=0.2)

    def business_date(self):
        return datetime.date.fromisoformat(self.rpc.call("status.sweep")["business_date"])
