"""pytest plugin of tests/run, in place of pytest's own reporter: what failed, one line a file as soon as it is done, and
the counts as JSON into $VONVAY_TEST_COUNTS."""

import collections
import json
import os
import time

import pytest


class Counts:
    def __init__(self):
        self.total = collections.Counter()
        self.of_file = collections.Counter()
        self.file = None
        self.since = time.monotonic()

    def line(self):
        if self.file is None:
            return
        words = ", ".join(f"{self.of_file[what]} {what}" for what in ("passed", "failed", "skipped") if self.of_file[what])
        print(f"{self.file:<52} {words:<24} {time.monotonic() - self.since:6.1f} s", flush=True)

    def next_file(self, path):
        if path == self.file:
            return
        self.line()
        self.file, self.since = path, time.monotonic()
        self.of_file.clear()

    def count(self, what):
        self.total[what] += 1
        self.of_file[what] += 1


counts = Counts()


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.unregister(name="terminalreporter")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logstart(nodeid, location):
    counts.next_file(nodeid.split("::")[0])


def pytest_runtest_logreport(report):
    if report.failed:
        counts.count("failed")
        print(f"\nFAILED {report.nodeid} ({report.when})\n{report.longreprtext}")
        for title, text in report.sections:
            print(f"-- {title}\n{text.rstrip()}")
        print(flush=True)
    elif report.skipped:
        counts.count("skipped")
    elif report.when == "call":
        counts.count("passed")


def pytest_collectreport(report):
    if report.failed:
        counts.next_file(report.nodeid)
        counts.count("failed")
        print(f"\nFAILED {report.nodeid} (reading it)\n{report.longreprtext}\n", flush=True)


def pytest_sessionfinish(session, exitstatus):
    counts.line()
    with open(os.environ["VONVAY_TEST_COUNTS"], "w", encoding="utf-8") as out:
        json.dump({what: counts.total[what] for what in ("passed", "failed", "skipped")}, out)
