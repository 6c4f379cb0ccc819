"""The codes that C and SQL share: sql/data/codes.csv and accounts.csv against the enums of the headers."""

import csv
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENUMS = {  # kind of code: header, enum, prefix of its names
    "fact_kind": ("loan.h", "fact_kind", "FACT_"),
    "fact_source": ("loan.h", "fact_source", "FACT_SOURCE_"),
    "agenda": ("../../daemon/store/loan_batch_private.h", "agenda_reason", "AGENDA_"),
    "transition_kind": ("loan.h", "transition_kind", "TRANSITION_"),
    "loan_status": ("loan.h", "loan_status", "LOAN_STATUS_"),
    "instalment_default": ("loan.h", "instalment_default", "INSTALMENT_DEFAULT_"),
    "deposit_kind": ("deposit.h", "deposit_kind", "DEPOSIT_"),
    "household_class": ("eligibility.h", "household_class", "HOUSEHOLD_"),
    "poverty_indicator": ("poverty.h", "poverty_indicator", "POVERTY_"),
    "household_attribute": ("eligibility.h", "household_attribute", "ATTRIBUTE_"),
}


def enum(header, name, prefix):
    """{word: number} of an enum."""
    text = (ROOT / "include/vonvay" / header).read_text()
    body = re.search(r"enum " + name + r" \{(.*?)\n\};", text, re.S).group(1)
    found = re.findall(prefix + r"(\w+) = (\d+)(?: << (\d+))?,", body)
    return {word.lower(): int(value) << int(shift or 0) for word, value, shift in found}


def rows(name):
    with open(ROOT / "sql/data" / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def codes(kind):
    return {row["word"]: int(row["code"]) for row in rows("codes.csv") if row["kind"] == kind}


def test_codes_are_those_of_the_headers():
    for kind, place in ENUMS.items():
        assert len(codes(kind)) > 1
        assert codes(kind) == enum(*place), kind


def test_accounts_are_those_of_the_header():
    numbers = sorted(enum("posting.h", "account", "ACCOUNT_").values())
    assert numbers == sorted(int(row["account"]) for row in rows("accounts.csv"))


def test_every_account_is_explained():
    text = (ROOT / "docs/accounts.md").read_text()
    for row in rows("accounts.csv"):
        assert f"| {row['account']} | {row['name_vi']}" in text
