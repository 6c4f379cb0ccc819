"""The cases: what is measured, how often, and against which yardstick of the same round. A case fills a Results with
values by name; each round gives one value of each."""

import datetime
import random
import statistics

import vonvay_env
from load import Load, request
from yardstick import Pgbench, flush, interest_sum

ROUNDS = 3
LAST_DAY = datetime.date(2026, 6, 30)
NIGHT_MONTHS = (4, 5, 6)  # of 2026, one a round; the district stands at the end of March
DONG_UNITS = 3_650_000_000
CLIENTS = 50
READ_SECONDS = 2
POST_SECONDS = 3
PAYMENT = 50_000
QUOTE = {
    "principal": 50_000_000, "rate_percent": "6.6", "disbursed_on": "2024-01-10", "term_months": 36, "instalment_months": 6,
    "session_day": 12, "events": [{"on": "2024-08-12", "kind": "paid", "amount": 5_000_000}], "as_of": ["2024-12-31"],
}


class Results:
    """(name, unit) -> values"""

    def __init__(self):
        self.values = {}

    def add(self, name, unit, value):
        self.values.setdefault((name, unit), []).append(value)

    def latency(self, name, found, unit_name=None, unit_us=1):
        """Rate and percentiles of a run of the load generator; in units of a yardstick when one is given."""
        self.add(f"{name}, rate", "1/s", found["per_second"])
        for what in ("p50", "p99"):
            self.add(f"{name}, {what}", "ms", found[f"{what}_us"] / 1000)
            if unit_name:
                self.add(f"{name}, {what}", unit_name, found[f"{what}_us"] / unit_us)


def days_of(month):
    first = datetime.date(2026, month, 1)
    return [first + datetime.timedelta(days=i) for i in range((datetime.date(2026, month + 1, 1) - first).days)]


def night(district, results, say):
    """Business days one at a time; busy: a session is settled with it."""
    for number, month in enumerate(NIGHT_MONTHS):
        say("night", number / ROUNDS)
        scan_ms, _ = interest_sum(district.database, LAST_DAY)
        taken = {day: district.nights(day) * 1000 for day in days_of(month)}
        read = sessions(district, month)
        busy = [ms for day, ms in taken.items() if read[str(day)]]
        idle = [ms for day, ms in taken.items() if not read[str(day)]]
        results.add("S: scan of all loans, exact interest", "ms", scan_ms)
        results.add("busy night", "ms", statistics.mean(busy))
        results.add("busy night", "S", statistics.mean(busy) / scan_ms)
        results.add("slowest busy night", "S", max(busy) / scan_ms)
        results.add("loans looked at in a busy night", "loans", statistics.mean(n for n in read.values() if n))
        results.add("idle night", "ms", statistics.mean(idle))
        results.add("idle night", "S", statistics.mean(idle) / scan_ms)
    check_interest(district)


def sessions(district, month):
    """Loans read in each night of a month, by day."""
    rows = district.database.psql(f"select on_day, loans_read from loan.sweep_day where on_day between "
                                  f"'{days_of(month)[0]}' and '{days_of(month)[-1]}'")
    return {day: int(count) for day, count in (row.split("|") for row in rows.split("\n"))}


def check_interest(district):
    """S does the work it stands for when it finds what the daemon says, which rounds three sums to a dong. Only now: the
    loans were imported with their payments up to the last day, so on a day before it their states tell of a later one."""
    interest = interest_sum(district.database, LAST_DAY)[1]
    said = district.rpc.call("status.portfolio")["total"]["interest_unpaid"]
    if abs(interest - said * DONG_UNITS) > 3 * DONG_UNITS:
        raise RuntimeError(f"S found {interest // DONG_UNITS} dong of interest, status.portfolio {said}")


def open_loans(district, seed):
    """Numbers of loans that can take some payments, in an order that follows from the seed."""
    loans = district.database.psql("select loan_id from loan.state where status = 1 and in_term >= 2000000 order by 1").split("\n")
    random.Random(seed).shuffle(loans)
    return loans


def posting(district, results, say):
    """Single payments, each its own transaction with its own key."""
    load = Load(district)
    district.nights_to(LAST_DAY)
    for number in range(ROUNDS):
        say("posting", number / ROUNDS)
        loans = open_loans(district, number)
        half = len(loans) // 2
        for clients, some in ((1, loans[:half]), (8, loans[half:])):
            flush_us = flush(district.database.postgres.dir)
            lines = [
                request(i, "loan.pay", {"loan": loan, "amount": PAYMENT, "key": vonvay_env.uuid7()}) for i, loan in enumerate(some)
            ]
            found = load.run(lines, clients, POST_SECONDS, once=True)
            results.add("F: 8 kB written and fdatasync", "us", flush_us)
            results.latency(f"loan.pay, {clients} client{'s' * (clients > 1)}", found, "F", flush_us)


def status(district, results, say):
    """Reads of one loan; the same loan comes again only after all others."""
    load, bench = Load(district), Pgbench(district.database.postgres)
    district.nights_to(LAST_DAY)
    for number in range(ROUNDS):
        say("status", number / ROUNDS)
        best = bench.rate(READ_SECONDS)
        lines = [request(i, "status.loan", {"loan": loan}) for i, loan in enumerate(open_loans(district, number))]
        found = load.run(lines, CLIENTS, READ_SECONDS)
        memory = load.run([request(1, "status.daemon", {})], CLIENTS, READ_SECONDS)
        results.add("P: pgbench -S prepared, 8 clients", "1/s", best)
        results.latency(f"status.loan, {CLIENTS} clients", found)
        results.add(f"status.loan, {CLIENTS} clients, rate", "P", found["per_second"] / best)
        results.latency(f"status.daemon, {CLIENTS} clients", memory)
        results.add(f"status.daemon, {CLIENTS} clients, rate", "P", memory["per_second"] / best)
    bench.database.drop()


def quote(district, results, say):
    """Arithmetic and the socket, no database."""
    load = Load(district)
    for number in range(ROUNDS):
        say("quote", number / ROUNDS)
        results.latency(f"loan.quote, {CLIENTS} clients", load.run([request(1, "loan.quote", QUOTE)], CLIENTS, READ_SECONDS))


CASES = {"night": night, "posting": posting, "status": status, "quote": quote}
