"""What the machine can do, measured in the same run: S, P and F. A case is told as a ratio to one of them."""

import os
import re
import subprocess
import time

from cluster import PG_BIN

PGBENCH_SCALE = 10
FLUSH_BYTES = 8192

# S: exact interest of every loan on a day, in units of 1/3,650,000,000 dong: balance x (sum of the rates of all days before
# `day` - the same before `since`). Written here on its own; no code of the product. What is timed is one scan of one
# narrow table by one process, so the loans with their rates are put into a table of the session first.
LOANS = """
create temp table rate as
select line, case when before is null then '-infinity' else valid_from end as from_on, valid_from, rate_e7,
    coalesce(lead(valid_from) over w, 'infinity') as to_on, coalesce(before, 0)::bigint as before
from (select line, valid_from, rate_e7, sum(rate_e7::bigint * days) over (partition by line order by valid_from
        rows between unbounded preceding and 1 preceding) as before
    from (select line, valid_from, rate_e7, lead(valid_from) over (partition by line order by valid_from) - valid_from as days
        from loan.rate_row where superseded_at is null) r) r
window w as (partition by line order by valid_from);
analyze rate;
create temp table yard as
select s.loan_id, c.commune, s.status, s.in_term::bigint as in_term, s.overdue::bigint as overdue, c.overdue_percent,
    (s.interest_in_term_dong + s.interest_overdue_dong + s.interest_grace_dong)::bigint as dong,
    (s.interest_in_term_units + s.interest_overdue_units + s.interest_grace_units)::bigint as units,
    (t.before - r.before - t.rate_e7::bigint * t.valid_from_no + r.rate_e7::bigint * r.valid_from_no
        - r.rate_e7::bigint * (s.since - date '1970-01-01'))::bigint as rate_sum, t.rate_e7
from loan.state s join loan.contract c using (branch, loan_id)
    join (select *, valid_from - date '1970-01-01' as valid_from_no from rate) r
        on r.line = c.rate_line and s.since >= r.from_on and s.since < r.to_on
    join (select *, valid_from - date '1970-01-01' as valid_from_no from rate) t
        on t.line = c.rate_line and date '{day}' >= t.from_on and date '{day}' < t.to_on;
analyze yard;
set max_parallel_workers_per_gather = 0;
"""
INTEREST_SUM = """
select sum(dong)::numeric * 3650000000 + sum(units + (in_term + overdue * overdue_percent / 100)
    * (rate_sum + rate_e7::bigint * (date '{day}' - date '1970-01-01'))) from yard;
"""


def interest_sum(database, day, times=9):
    """S: (median milliseconds of the statement, the sum). One process: no parallel workers."""
    statement = INTEREST_SUM.format(day=day)
    out = database.psql(f"{LOANS.format(day=day)}\\timing on\n{statement * times}")
    taken = sorted(float(ms) for ms in re.findall(r"Time: ([0-9.]+) ms", out))
    return taken[len(taken) // 2], int(out.split("\n")[0])


def flush(folder, seconds=0.5):
    """F: median microseconds of an 8 kB write and fdatasync, over a file as long as a segment of the WAL."""
    path, block, taken = folder / "flush", os.urandom(FLUSH_BYTES), []
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.write(file, bytes(16 << 20))
        os.fsync(file)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            began = time.perf_counter()
            os.pwrite(file, block, len(taken) * FLUSH_BYTES % (16 << 20))
            os.fdatasync(file)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(file)
        path.unlink()
    return sorted(taken)[len(taken) // 2] * 1e6


class Pgbench:
    """P: reads of one row by key, prepared, 8 clients; tables of its own in the same cluster."""

    def __init__(self, cluster):
        self.database = cluster.database()
        self._run("-i", "-q", "-s", str(PGBENCH_SCALE))

    def _run(self, *options):
        return subprocess.run(
            [str(PG_BIN / "pgbench"), "-h", str(self.database.postgres.dir), "-U", "postgres", *options, self.database.name],
            check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        ).stdout

    def rate(self, seconds):
        """Transactions a second."""
        out = self._run("-n", "-S", "-M", "prepared", "-c", "8", "-T", str(seconds))
        return float(re.search(r"^tps = ([0-9.]+)", out, re.M).group(1))
