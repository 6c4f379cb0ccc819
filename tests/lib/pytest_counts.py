"""pytest plugin of tests/run: one line a file as soon as it is done, the counts as JSON into $VONVAY_TEST_COUNTS."""

import collections
import json
import os
import time

import pytest


class Counts:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.file = None
        self.since = time.monotonic()
        self.of_file = collections.Counter()

    def line(self):
        if self.file is None:
            return
        words = ", ".join(f"{n} {what}" for what, n in sorted(self.of_file.items(), reverse=True))
        print(f"{self.file:<52} {words:<24} {time.monotonic() - self.since:6.1f} s", flush=True)

    def next_file(self, path):
        if path == self.file:
            return
        self.line()
        self.file, self.since = path, time.monotonic()
        self.of_file.clear()

    def count(self, what):
        setattr(self, what, getattr(self, what) + 1)
        self.of_file[what] += 1


counts = Counts()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid, location):
    counts.next_file(nodeid.split("::")[0])


def pytest_runtest_logreport(report):
    if report.failed:
        counts.count("failed")
    elif report.when == "call" and report.passed:
        counts.count("passed")
    elif report.skipped:
        counts.count("skipped")


def pytest_collectreport(report):
    if report.failed:
        counts.failed += 1


def pytest_report_teststatus(report, config):
    # no dots: the line of the file says it
    return report.outcome, "", report.outcome.upper()


def pytest_sessionfinish(session, exitstatus):
    counts.line()
    counts.file = None
    with open(os.environ["VONVAY_TEST_COUNTS"], "w", encoding="utf-8") as out:
        json.dump({"passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped}, out)
