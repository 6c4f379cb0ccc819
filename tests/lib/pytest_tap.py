"""pytest plugin of tests/run, in place of pytest's own reporter: TAP, and why a test failed in the lines after it."""

import itertools

import pytest

numbers = itertools.count(1)
reports = []


def say(outcome, name, why=""):
    print(f"{outcome} {next(numbers)} - {name}" + (f" # skip {why}" if why else ""), flush=True)


def details(report):
    print(report.longreprtext)
    for title, text in report.sections:
        print(f"-- {title}\n{text.rstrip()}")
    print(flush=True)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    config.pluginmanager.unregister(name="terminalreporter")


def pytest_collection_finish(session):
    print(f"1..{len(session.items)}", flush=True)


def pytest_collectreport(report):
    if report.failed:
        say("not ok", f"reading {report.nodeid}")
        details(report)


def pytest_runtest_logstart(nodeid, location):
    reports.clear()


def pytest_runtest_logreport(report):
    reports.append(report)


def pytest_runtest_logfinish(nodeid, location):
    failed = [report for report in reports if report.failed]
    skipped = [report for report in reports if report.skipped]
    if failed:
        say("not ok", f"{nodeid} ({failed[0].when})")
        for report in failed:
            details(report)
    elif skipped:
        say("ok", nodeid, str(skipped[0].longrepr[-1]) or "skipped")
    else:
        say("ok", nodeid)
