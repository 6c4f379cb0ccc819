"""What the rules say, through the client, with every figure worked out by hand: each row of the rates and of the caps
(sql/data/programme_rates.csv, programme_limits.csv). Rows without figures here fail the test that compares the files."""

import csv
import datetime
import json
import re

import loan_district
import pytest
import vonvay_env

DAY = datetime.timedelta(days=1)


def rows_of(name):
    with open(vonvay_env.ROOT / f"sql/data/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def shown(daemon, *arguments, lang="en"):
    """{label: value} of what the client prints in columns."""
    out = daemon.client("--lang", lang, *arguments).stdout
    return dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in out.splitlines() if re.search(r"\S\s{2,}\S", line))


def dong(number, lang="en"):
    """As the client writes money."""
    grouped = f"{number:,}"
    return f"{grouped if lang == 'en' else grouped.replace(',', '.')} ₫"


def refused(daemon, *arguments):
    """The error object of a command that must be refused."""
    out = daemon.client("--json", *arguments, check=False)
    assert out.returncode == 1, out.stdout + out.stderr
    return json.loads(out.stdout or out.stderr)


# ---- rates: 50,000,000 đồng for 30 days ----

# (line, from): rate a year, overdue rate (130 %), interest of 50,000,000 đồng for 30 days = 50,000,000 x rate x 30 / 365.
# None: the row was over before 2018-01-01, the first day of interest by days; it is only listed.
RATES = {
    ("01", "2014-06-06"): None,
    ("01", "2015-06-01"): ("6.6", "8.58", 271_233),
    ("01", "2025-12-01"): ("6.24", "8.112", 256_438),
    ("19", "2015-06-01"): ("7.92", "10.296", 325_479),
    ("19", "2025-12-01"): ("7.488", "9.7344", 307_726),
    ("09", "2015-09-05"): ("8.25", "10.725", 339_041),
    ("09", "2025-12-01"): ("7.8", "10.14", 320_548),
    ("02", "2014-06-06"): None,
    ("02", "2015-06-01"): ("6.6", "8.58", 271_233),
    ("02", "2025-12-01"): ("6.24", "8.112", 256_438),
    ("06", "2015-06-01"): ("9", "11.7", 369_863),
    ("06", "2025-12-01"): ("8.4", "10.92", 345_205),
    ("07", "2015-10-01"): ("3", "3.9", 123_288),
    ("48", "2014-10-15"): ("3", "3.9", 123_288),
    ("03A", "2015-09-01"): ("6.6", "8.58", 271_233),
    ("03A", "2025-12-01"): ("6.24", "8.112", 256_438),
    ("03B", "2019-11-08"): ("7.92", "10.296", 325_479),
    ("03B", "2025-12-01"): ("7.488", "9.7344", 307_726),
    ("03B-priority", "2019-11-08"): ("3.96", "5.148", 162_740),
    ("03B-priority", "2025-12-01"): ("3.744", "4.8672", 153_863),
    ("03C", "2026-01-01"): ("7.9248", "10.30224", 325_677),
    ("03C-priority", "2026-01-01"): ("6.24", "8.112", 256_438),
    ("04A", "2015-09-01"): ("6.6", "8.58", 271_233),
    ("04A", "2025-12-01"): ("6.24", "8.112", 256_438),
    ("04B", "2026-01-01"): ("7.9248", "10.30224", 325_677),
    ("04B-priority", "2026-01-01"): ("6.24", "8.112", 256_438),
    ("10", "2015-06-01"): ("9", "11.7", 369_863),
    ("10", "2025-12-01"): ("7.8", "10.14", 320_548),
    ("15", "2015-06-01"): ("9", "11.7", 369_863),
    ("15", "2025-12-01"): ("7.8", "10.14", 320_548),
    ("25-land", "2022-04-26"): ("3", "3.9", 123_288),
    ("25-house", "2022-04-26"): ("3", "3.9", 123_288),
    ("25-productionA", "2022-04-26"): ("3.3", "4.29", 135_616),
    ("25-productionB", "2025-12-01"): ("3.12", "4.056", 128_219),
    ("17", "2013-05-20"): ("1.2", "1.56", 49_315),
    ("21", "2016-10-31"): ("3.3", "4.29", 135_616),
    ("26", "2023-10-10"): ("6.6", "8.58", 271_233),
    ("26", "2025-12-01"): ("6.24", "8.112", 256_438),
    ("12", "2016-01-01"): ("4.8", "6.24", 197_260),
}
# Lines that changed on 2025-12-01 under a loan of 2025-11-01: 30 days at the old rate and 30 at the new one, in one sum.
# Where the two rounded parts differ from it by one, the exact sum decides: 271,232.877 + 256,438.356 = 527,671.233.
CROSSING = {
    "01": 527_671,
    "19": 633_205,
    "09": 659_589,
    "02": 527_671,
    "06": 715_068,
    "03A": 527_671,
    "03B": 633_205,
    "03B-priority": 316_603,
    "04A": 527_671,
    "10": 690_411,
    "15": 690_411,
    "26": 527_671,
}
FIRST = datetime.date(2018, 1, 10)
PURPOSE = {"25-land": "land", "25-house": "house", "25-productionA": "production_land", "25-productionB": "production_land"}


def loan_number(line, day):
    """One contract a line and a day on which it begins."""
    lines = sorted({line for line, _ in RATES})
    return 6600000000100000 + lines.index(line) * 10_000_000 + (day - FIRST).days


def beginnings():
    """(line, programme, day): a loan at the beginning of each row, and one 30 days before each change."""
    programme = {row["line"]: row["code"] for row in rows_of("programme_rates")}
    for (line, since), figures in RATES.items():
        if figures:
            yield line, programme[line], max(FIRST, datetime.date.fromisoformat(since))
    for line in CROSSING:
        yield line, programme[line], datetime.date(2025, 11, 1)


COLUMNS = (
    "record loan household group programme purpose rate_line fund on amount term_months instalment_months "
    "principal_grace_months interest_grace_months"
).split()


def loans_file():
    lines = [",".join(COLUMNS)]
    for line, programme, day in beginnings():
        loan = {"record": "loan", "loan": loan_number(line, day), "household": 1, "programme": programme, "purpose": PURPOSE.get(line, ""),
                "rate_line": line, "fund": "central", "on": day, "term_months": 36, "instalment_months": 36,
                "principal_grace_months": 0, "interest_grace_months": 0}
        money = {"record": "disbursed", "loan": loan["loan"], "on": day, "amount": 50_000_000}
        lines += [",".join(str(row.get(column, "")) for column in COLUMNS) for row in (loan, money)]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def rated(postgres, template):
    """A daemon on 2026-03-01 with a loan of every rate line, imported through the client."""
    database = loan_district.fill(postgres.database(template), business="2026-03-01")
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon:
        file = daemon.dir / "loans.csv"
        file.write_text(loans_file())
        daemon.client("--lang", "en", "import", "loans", file)
        yield daemon
    database.drop()


def test_every_row_of_the_rates_has_figures():
    rows = rows_of("programme_rates")
    assert {(row["line"], row["valid_from"]) for row in rows} == set(RATES)
    assert all(figures is None or float(figures[0]) == float(row["rate_percent"]) for row in rows for figures in [RATES[row["line"], row["valid_from"]]])


@pytest.mark.parametrize("line, since", RATES, ids=lambda value: value)
def test_interest_of_thirty_days(rated, line, since):
    listed = rated.client("--lang", "en", "rate", "list", "--line", line).stdout
    assert since in listed
    if RATES[line, since] is None:
        return
    rate, overdue_rate, interest = RATES[line, since]
    begin = max(FIRST, datetime.date.fromisoformat(since))
    for lang, label in (("en", ("Unpaid interest", "Interest rate a year", "Overdue rate a year")), ("vi", ("Lãi tồn", "Lãi suất năm", "Lãi suất nợ quá hạn năm"))):
        loan = shown(rated, "loan", "show", loan_number(line, begin), "--as-of", begin + 30 * DAY, lang=lang)
        point = "." if lang == "en" else ","
        assert loan[label[0]] == dong(interest, lang)
        assert (loan[label[1]], loan[label[2]]) == (rate.replace(".", point) + "%", overdue_rate.replace(".", point) + "%")


@pytest.mark.parametrize("line", CROSSING)
def test_a_running_loan_crosses_the_change_of_2025_12_01(rated, line):
    before = max((since, f) for (name, since), f in RATES.items() if name == line and f and since < "2025-12-01")[1]
    loan = loan_number(line, datetime.date(2025, 11, 1))
    old = shown(rated, "loan", "show", loan, "--as-of", "2025-11-30")
    assert (old["Interest rate a year"], old["Overdue rate a year"]) == (before[0] + "%", before[1] + "%")
    assert shown(rated, "loan", "show", loan, "--as-of", "2025-12-01")["Unpaid interest"] == dong(before[2])
    assert shown(rated, "loan", "show", loan, "--as-of", "2025-12-31")["Unpaid interest"] == dong(CROSSING[line])


# ---- caps and terms ----

POOR, NEAR_POOR, ESCAPED, AVERAGE = 1, 2, 3, 4
MINORITY, LACKS_WORKS, APPROVED, FLOOD, WORKER, TRADER, RELEASED, STUDENT = 1, 2, 4, 8, 16, 32, 64, 128
STUDY = ("--student", 1, "--school", "Đại học Huế", "--course", 10, "--study", 10)
# (programme, purpose, from): day, class and attributes of the household, what the cap is in all, the longest term, options
LIMITS = {
    ("01", "", "2014-05-01"): ("2019-02-28", POOR, 0, 50_000_000, 60, ()),
    ("01", "", "2019-03-01"): ("2019-03-01", POOR, 0, 100_000_000, 120, ()),
    ("01", "house_repair", "2014-05-01"): ("2019-03-01", POOR, 0, 3_000_000, 60, ()),
    ("01", "lighting", "2014-05-01"): ("2019-03-01", POOR, 0, 1_500_000, 60, ()),
    ("01", "water", "2014-05-01"): ("2019-03-01", POOR, 0, 10_000_000, 60, ()),
    ("19", "", "2014-05-01"): ("2019-02-28", NEAR_POOR, 0, 50_000_000, 60, ()),
    ("19", "", "2019-03-01"): ("2019-03-01", NEAR_POOR, 0, 100_000_000, 120, ()),
    ("09", "", "2015-09-05"): ("2019-02-28", ESCAPED, 0, 50_000_000, 60, ()),
    ("09", "", "2019-03-01"): ("2019-03-01", ESCAPED, 0, 100_000_000, 60, ()),
    ("02", "", "2019-12-01"): ("2022-05-18", POOR, STUDENT, 25_000_000, None, STUDY),
    ("02", "", "2022-05-19"): ("2022-05-19", POOR, STUDENT, 40_000_000, None, STUDY),
    ("06", "", "2018-10-15"): ("2024-09-01", AVERAGE, LACKS_WORKS, 20_000_000, 60, ("--units", 2)),
    ("06", "", "2024-09-02"): ("2024-09-02", AVERAGE, LACKS_WORKS, 50_000_000, 60, ("--units", 2)),
    ("07", "", "2015-10-01"): ("2020-12-31", POOR, APPROVED, 25_000_000, 180, ()),
    ("48", "", "2014-10-15"): ("2020-12-31", POOR, FLOOD, 15_000_000, 120, ()),
    ("03", "", "2015-09-01"): ("2019-11-07", AVERAGE, WORKER, 50_000_000, 60, ()),
    ("03", "", "2019-11-08"): ("2019-11-08", AVERAGE, WORKER, 100_000_000, 120, ()),
    ("03", "", "2026-01-01"): ("2026-01-01", AVERAGE, WORKER, 200_000_000, 120, ()),
    ("04", "", "2015-09-01"): ("2018-01-10", POOR, 0, None, None, ()),
    ("10", "", "2016-03-15"): ("2023-08-07", AVERAGE, 0, 50_000_000, 60, ()),
    ("10", "", "2023-08-08"): ("2023-08-08", AVERAGE, 0, 100_000_000, 120, ()),
    ("15", "", "2023-08-08"): ("2023-08-08", AVERAGE, TRADER, 100_000_000, 60, ()),
    ("25", "land", "2022-04-26"): ("2022-04-26", POOR, MINORITY, 50_000_000, 180, ()),
    ("25", "house", "2022-04-26"): ("2022-04-26", POOR, MINORITY, 40_000_000, 180, ()),
    ("25", "production_land", "2022-04-26"): ("2022-04-26", POOR, MINORITY, 77_500_000, 120, ()),
    ("26", "", "2023-10-10"): ("2023-10-10", AVERAGE, RELEASED, 100_000_000, 120, ()),
    ("12", "", "2016-01-01"): ("2018-01-10", AVERAGE, 0, 1_000_000_000, 300, ()),
    ("17", "", "2013-05-20"): None,  # closed before 2018
    ("21", "", "2016-10-31"): ("2020-12-31", POOR, MINORITY, 100_000_000, 120, ()),
}
# first instalment of a loan with grace: the principal waits 60 months; of 07 and 48 the interest too
GRACE = {("07", ""): True, ("48", ""): True, ("25", "land"): False, ("25", "house"): False}
ORDERED = sorted((key for key in LIMITS if LIMITS[key]), key=lambda key: LIMITS[key][0])
HOUSEHOLD = {key: 201 + number for number, key in enumerate(ORDERED)}
INSTRUMENT = {row["code"]: row["instrument"] for row in rows_of("programmes")}


def households_sql():
    """A household a row of the limits, of its class and attributes, in the group of farmers."""
    rows = ", ".join(f"({HOUSEHOLD[key]}, {LIMITS[key][1]}, {LIMITS[key][2]}, date '{LIMITS[key][0]}')" for key in ORDERED)
    return f"""
create temporary table who (no bigint, class smallint, attributes integer, on_day date);
insert into who values {rows};
insert into loan.household (branch, household_id, name, search, registered_on, entry_id)
select 1, no, 'Hộ ' || no, 'ho ' || no, '2018-01-01', 1 from who;
insert into loan.household_residence (branch, household_id, from_on, area, hamlet, entry_id)
select 1, no, '2018-01-01', 'C1', '', 1 from who;
insert into loan.household_member (branch, household_id, member_no, name, search, sex, born_on, relation, representative, entry_id)
select 1, no, 1, 'Hộ ' || no, 'ho ' || no, 'female', '1980-05-05', 'head', true, 1 from who;
insert into loan.household_class (branch, household_id, from_on, class, decision, entry_id)
select 1, no, on_day - 1, class, 'QĐ 1', 1 from who;
insert into loan.household_attribute (branch, household_id, from_on, attributes, entry_id)
select 1, no, '2018-01-01', attributes, 1 from who where attributes > 0;
insert into loan.group_member (branch, group_id, household_id, from_on, entry_id)
select 1, 1, no, '2018-01-01', 1 from who;
"""


@pytest.fixture(scope="module")
def lending(postgres, template):
    """A daemon on the first day there is; its business date follows the days of the rows."""
    database = loan_district.fill(postgres.database(template), business="2018-01-10")
    database.psql(households_sql())
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon:
        yield database, daemon
    database.drop()


def test_every_row_of_the_limits_has_figures():
    assert {(row["code"], row["purpose"], row["valid_from"]) for row in rows_of("programme_limits")} == set(LIMITS)


def order_of(key, amount, term=None):
    day, _, _, _, longest, options = LIMITS[key]
    term = term or longest or (24 if key[0] == "04" else None)
    order = ["loan", "disburse", "--household", HOUSEHOLD[key], "--programme", key[0], "--amount", amount, "--on", day]
    return order + (["--purpose", key[1]] if key[1] else []) + (["--term", term] if term else []) + list(options)


@pytest.mark.parametrize("key", ORDERED, ids="-".join)
def test_the_cap_is_taken_and_one_dong_more_is_not(lending, key):
    database, daemon = lending
    day, _, _, cap, longest, _ = LIMITS[key]
    loan_district.move_business(database, day)
    if cap is not None:
        error = refused(daemon, *order_of(key, cap + 1))
        assert (error["data"]["word"], error["data"]["field"]) == ("not_eligible", "amount")
        assert error["data"]["reasons"] == [{"reason": "cap", "rule": INSTRUMENT[key[0]]}]
    if longest is not None:
        error = refused(daemon, *order_of(key, 1_000_000, longest + 1))
        assert (error["data"]["word"], error["data"]["field"]) == ("invalid_params", "term_months")
    told = shown(daemon, *order_of(key, cap or 90_000_000))
    assert told["Outstanding"] == dong(cap or 90_000_000)
    if key[:2] in GRACE:
        check_grace(daemon, told["Loan contract"], key)


def check_grace(daemon, loan, key):
    """No principal before the 61st month; where interest waits too, nothing of it is in term before."""
    out = json.loads(daemon.client("--json", "loan", "show", loan).stdout)
    day = datetime.date.fromisoformat(LIMITS[key][0])
    first = datetime.date.fromisoformat(out["instalments"][0]["due_on"])
    assert (first.year - day.year) * 12 + first.month - day.month >= 60
    assert (out["next"]["reason"] == "grace_end") == GRACE[key[:2]]


@pytest.mark.parametrize("code, day", [("17", "2018-01-10"), ("07", "2021-01-01"), ("48", "2021-01-01"), ("21", "2021-01-01")])
def test_a_closed_programme_lends_nothing(lending, code, day):
    database, daemon = lending
    loan_district.move_business(database, day)
    error = refused(daemon, "loan", "disburse", "--household", 1, "--programme", code, "--amount", 1_000_000, "--term", 12, "--on", day)
    assert error["data"]["word"] == "not_eligible"
    closed = [row for row in error["data"]["reasons"] if row["reason"] == "programme_closed"]
    assert closed == [{"reason": "programme_closed", "rule": INSTRUMENT[code]}]


def test_the_cap_of_business_loans_is_one(lending):
    """domain.md 6: poor, near-poor and newly escaped share 100,000,000; 60 + 40 are taken, a đồng more is not."""
    database, daemon = lending
    loan_district.move_business(database, "2026-01-01")
    order = ("loan", "disburse", "--household", 1, "--programme", "01", "--term", 60, "--on", "2026-01-01")
    database.psql("update loan.household_class set from_on = '2018-01-01' where household_id = 1")
    daemon.client(*order, "--amount", 60_000_000)
    assert refused(daemon, *order, "--amount", 40_000_001)["data"]["reasons"][0]["reason"] == "cap"
    daemon.client(*order, "--amount", 40_000_000)
    assert refused(daemon, *order, "--amount", 1)["data"]["reasons"][0]["reason"] == "cap"


# ---- events ----

BORN = "2025-12-10"  # first day of these scenarios: a session of the point, the rate 6.24 % since the 1st


@pytest.fixture(scope="module")
def district(postgres, template):
    database = loan_district.fill(postgres.database(template), business=BORN)
    loan_district.add_households(database, 101, 3)
    yield database
    database.drop()


class Client:
    """The client beside one daemon, as a member of the staff."""

    def __init__(self, daemon):
        self.daemon = daemon

    def __call__(self, *arguments, who="giamdoc"):
        """{label: value} in English."""
        return shown(self.daemon, "--as", who, *arguments)

    def refused(self, *arguments, who="giamdoc"):
        """(word, field) of the refusal."""
        data = refused(self.daemon, "--as", who, *arguments)["data"]
        return data["word"], data["field"]

    def lend(self, amount, term, instalment, household=101):
        order = ("loan", "disburse", "--household", household, "--programme", "01", "--amount", amount, "--term", term)
        return self(*order, "--instalment", instalment, who="giaodich")["Loan contract"]

    def until(self, day):
        self.daemon.client("--as", "quantri", "sweep", "run", "--until", day, "--wait")

    def loan(self, number, day):
        """(status, in term, overdue, frozen, unpaid interest) as the client writes them, the same figures in Vietnamese."""
        told = self("loan", "show", number, "--as-of", day)
        labels = ("Status", "In-term balance", "Overdue balance", "Frozen balance", "Unpaid interest")
        vi = shown(self.daemon, "loan", "show", number, "--as-of", day, lang="vi")
        vietnamese = ("Dư nợ trong hạn", "Dư nợ quá hạn", "Dư nợ khoanh", "Lãi tồn")
        assert [vi[label] for label in vietnamese] == [told[label].replace(",", ".") for label in labels[1:]]
        return tuple(told[label] for label in labels)

    def events(self, number):
        """(day, word) of what happened."""
        out = json.loads(self.daemon.client("--json", "loan", "events", number).stdout)
        return [(event["on"], event["kind"]) for event in out["events"]]


@pytest.fixture
def client(postgres, district):
    database = postgres.database(district)
    with vonvay_env.Daemon(database, settings=loan_district.SETTINGS) as daemon:
        yield Client(daemon)
    database.drop()


def figures(status, in_term, overdue, frozen, interest):
    return (status, *map(dong, (in_term, overdue, frozen, interest)))


def test_maturity_unpaid(client):
    """5,000,000 due on 2026-12-10, overdue at the session of 2027-01-10: 396 days in term 338,499; 31 days at 8.112 % 34,448
    (domain.md 2.10)."""
    loan = client.lend(5_000_000, 12, 12)
    client.until("2027-02-10")
    assert client.loan(loan, "2027-01-09")[0] == "in term"
    assert client.loan(loan, "2027-01-10") == figures("overdue", 0, 5_000_000, 0, 338_499)
    assert client.loan(loan, "2027-02-10") == figures("overdue", 0, 5_000_000, 0, 338_499 + 34_448)
    assert client.events(loan) == [(BORN, "disbursed"), ("2027-01-10", "matured")]


def test_a_missed_instalment_before_and_after_2026_03_01(client):
    """Of contracts made from 2026-03-01 the missed instalment is overdue; an older one stays in term."""
    old = client.lend(20_000_000, 24, 12)
    client.until("2026-03-10")
    new = client.lend(20_000_000, 24, 12, household=102)
    client.until("2027-04-12")
    assert client.loan(old, "2027-01-10")[:3] == ("in term", dong(20_000_000), dong(0))
    assert client.loan(new, "2027-04-09")[:3] == ("in term", dong(20_000_000), dong(0))
    assert client.loan(new, "2027-04-10")[:3] == ("overdue", dong(10_000_000), dong(10_000_000))


def test_rescheduled(client):
    """The instalment of 2027-03-10 is asked for on 2027-03-01: not beyond 2028-03-10, not after the fact, 5 working days."""
    client.until("2026-03-10")
    loan = client.lend(20_000_000, 24, 12)
    client.until("2027-03-01")
    order = ("loan", "reschedule", loan, "--instalment", 1, "--asked-on", "2027-03-01")
    assert client.refused(*order, "--until", "2028-03-11") == ("date_out_of_range", "until")
    late = ("loan", "reschedule", loan, "--instalment", 1, "--asked-on", "2027-03-04", "--until", "2027-06-10")
    assert client.refused(*late) == ("date_out_of_range", "asked_on")
    last = ("loan", "reschedule", loan, "--instalment", 2, "--asked-on", "2027-03-01", "--until", "2028-06-10")
    assert client.refused(*last) == ("invalid_params", "instalment")
    assert client(*order, "--until", "2027-06-10")["New day"] == "2027-06-10"
    client.until("2027-07-12")
    assert client.loan(loan, "2027-07-09")[:3] == ("in term", dong(20_000_000), dong(0))
    assert client.loan(loan, "2027-07-10")[:3] == ("overdue", dong(10_000_000), dong(10_000_000))


def test_extended(client):
    """24 months: half of them more, in all. 12 months: 12 more."""
    loan, short = client.lend(10_000_000, 24, 24), client.lend(10_000_000, 12, 12, household=102)
    order = ("loan", "extend", loan, "--asked-on", BORN)
    assert client.refused(*order, "--until", "2028-12-11") == ("date_out_of_range", "until")
    assert client(*order, "--until", "2028-06-10")["By the contract"] == "2027-12-10"
    assert client.refused(*order, "--until", "2028-12-11") == ("date_out_of_range", "until")
    assert client(*order, "--until", "2028-12-10")["New day"] == "2028-12-10"
    assert client.refused("loan", "extend", short, "--asked-on", BORN, "--until", "2027-12-11")[0] == "date_out_of_range"
    client.until("2029-01-12")
    assert client.loan(loan, "2029-01-09")[0] == "in term"
    assert client.loan(loan, "2029-01-10")[:3] == ("overdue", dong(0), dong(10_000_000))


FREEZE = ("--number", "QĐ 9", "--decided-on")


def test_frozen_until_a_day(client):
    """10,000,000, of which 4,000,000 are frozen from 2026-01-10 to 2026-02-09: 31 days of ten million 52,997.26, 30 days of six
    million 30,772.60, then ten million again, 30 days 51,287.67."""
    loan = client.lend(10_000_000, 24, 24)
    client.until("2026-01-10")
    order = ("loan", "freeze", loan, "--case", "K1", "--loss", 40, *FREEZE, "2026-01-10", "--amount", 4_000_000)
    client(*order, "--until", "2026-02-09")
    client.until("2026-03-11")
    assert client.loan(loan, "2026-01-10") == figures("frozen", 6_000_000, 0, 4_000_000, 52_997)
    assert client.loan(loan, "2026-02-09") == figures("in term", 10_000_000, 0, 0, 83_770)
    assert client.loan(loan, "2026-03-11") == figures("in term", 10_000_000, 0, 0, 135_058)
    assert client.events(loan) == [(BORN, "disbursed"), ("2026-01-10", "frozen"), ("2026-02-09", "freeze_ended")]


def test_how_long_a_freeze_may_be(client):
    """domain.md 4, from the day of the decision on; one freeze at a time."""
    lengths = [("K1", 40, 36), ("K1", 79, 36), ("K1", 80, 60), ("K2", 100, 60), ("K3", 10, 36)]
    lengths += [("K4a", 0, 60), ("K4b", 0, 36), ("K4c", 0, 36), ("K5", 0, 36)]
    for case, loss, months in lengths:
        loan = client.lend(10_000_000, 24, 24)
        order = ("loan", "freeze", loan, "--case", case, "--loss", loss, *FREEZE, BORN)
        year = 2025 + months // 12
        assert client.refused(*order, "--until", f"{year}-12-11") == ("date_out_of_range", "until")
        client(*order)
        assert client.refused(*order) == ("conflict", "loans")
        out = json.loads(client.daemon.client("--json", "loan", "show", loan).stdout)
        assert out["next"] == {"on": f"{year}-12-10", "reason": "freeze_end"}
    loan = client.lend(10_000_000, 24, 24)
    assert client.refused("loan", "freeze", loan, "--case", "K1", "--loss", 39, *FREEZE, BORN) == ("not_eligible", "case")


def test_unfrozen_by_decision(client):
    loan = client.lend(10_000_000, 24, 24)
    assert client.refused("loan", "unfreeze", loan, "--reason", "hết rủi ro") == ("conflict", "loan")
    client("loan", "freeze", loan, "--case", "K4a", "--loss", 0, *FREEZE, BORN)
    client.until("2026-01-10")
    assert client.loan(loan, "2026-01-10") == figures("frozen", 0, 0, 10_000_000, 0)
    client("loan", "unfreeze", loan, "--reason", "hết rủi ro")
    client.until("2026-02-09")
    assert client.loan(loan, "2026-02-09") == figures("in term", 10_000_000, 0, 0, 51_288)


def test_written_off_and_recovered(client):
    """31 days of 10,000,000: 52,997. Case K1 needs a freeze before; only the director; nothing more comes back than went."""
    loan = client.lend(10_000_000, 24, 24)
    client.until("2026-01-10")
    paper = ("--number", "QĐ 10", "--decided-on", "2026-01-10", "--authority", "Hội đồng quản trị")
    assert client.refused("loan", "write-off", loan, "--case", "K1", *paper) == ("conflict", "loan")
    assert client.refused("loan", "write-off", loan, "--case", "K4a", *paper, who="tindung")[0] == "denied"
    assert client.refused("loan", "recover", loan, 1) == ("amount_too_large", "amount")
    told = client("loan", "write-off", loan, "--case", "K4a", *paper)
    assert (told["Amount"], told["Interest"], told["Status"]) == (dong(10_000_000), dong(52_997), "closed")
    assert client.refused("loan", "pay", loan, 1)[0] == "loan_closed"
    assert client("loan", "recover", loan, 10_052_996)["Recovered of it"] == dong(10_052_996)
    assert client.refused("loan", "recover", loan, 2) == ("amount_too_large", "amount")
    assert client("loan", "recover", loan, 1)["Recovered of it"] == dong(10_052_997)


def test_misused(client):
    """Of 30,000,000, 10,000,000 go to overdue at once: 31 days of all 158,991.78, then 30 days of twenty million in term
    102,575.34 and of ten million at 8.112 % 66,673.97."""
    loan = client.lend(30_000_000, 24, 24)
    client.until("2026-01-10")
    assert client.refused("loan", "misuse", loan, "--amount", 30_000_001, "--reason", "mua xe") == ("amount_too_large", "amount")
    client("loan", "misuse", loan, "--amount", 10_000_000, "--reason", "mua xe")
    client.until("2026-02-09")
    assert client.loan(loan, "2026-02-09") == figures("overdue", 20_000_000, 10_000_000, 0, 261_567 + 66_674)


def test_paid_from_the_deposit_and_reversed(client):
    """31 days of 30,000,000: 158,992 of interest, paid out of 500,000 put in."""
    loan = client.lend(30_000_000, 24, 24)
    client("deposit", "put", 101, 500_000, who="giaodich")
    client.until("2026-01-10")
    pay = ("loan", "pay", loan, 158_992, "--kind", "interest_paid", "--from", "deposit")
    assert client(*pay, who="giaodich")["Unpaid interest"] == dong(0)

    def deposit():
        return json.loads(client.daemon.client("--json", "deposit", "show", 101).stdout)["balance"]

    assert deposit() == 341_008
    assert client.refused("loan", "pay", loan, 341_009, "--kind", "principal_paid", "--from", "deposit")[0] == "overdrawn"
    client("loan", "reverse", loan, 2, "--reason", "nhầm người")
    assert deposit() == 500_000
    assert client.loan(loan, "2026-01-10") == figures("in term", 30_000_000, 0, 0, 158_992)
    assert client.refused("loan", "reverse", loan, 2, "--reason", "nhầm người") == ("conflict", "fact")


def test_paid_before_the_session_but_posted_after_it(client):
    """Of a contract from 2026-03-10 the instalment of 2027-03-10 was transferred on 2027-04-10; 10,000,000 paid on 2027-04-08
    make that undone, as if it had been posted in time."""
    client.until("2026-03-10")
    loan = client.lend(20_000_000, 24, 12)
    client.until("2027-04-20")
    assert client.loan(loan, "2027-04-20")[0] == "overdue"
    late = ("loan", "pay", loan, 10_000_000, "--kind", "principal_paid", "--on", "2027-04-08")
    assert client.refused(*late, who="giaodich") == ("date_out_of_range", "paid_on")
    assert client.refused(*late) == ("invalid_params", "reason")
    client(*late, "--reason", "biên lai 08/4")
    assert client.loan(loan, "2027-04-20")[:3] == ("in term", dong(10_000_000), dong(0))
    assert client.events(loan) == [("2026-03-10", "disbursed"), ("2027-04-08", "principal_paid")]


def approve(client, told):
    client("change", "approve", told["Change"])


def test_relieved(client):
    """Two points less from 2026-01-10 for 30 days: 50,000,000 at 4.24 % 174,246.58, after 31 days at 6.24 % 264,986.30; then the
    full rate again, 30 days 256,438.36. What is overdue would follow at 130 % of it."""
    loan = client.lend(50_000_000, 24, 24)
    client.until("2026-01-10")
    order = ("relief", "define", "bao-so-9", "--rate-delta", "2", "--from", "2026-01-10", "--until", "2026-02-09")
    approve(client, client(*order, "--reason", "bão", "--decision", "QĐ 5", who="tindung"))
    client("loan", "relieve", "bao-so-9", "--households", 101, "--number", "QĐ 6", "--decided-on", "2026-01-10")
    client.until("2026-03-11")
    assert client.loan(loan, "2026-01-10")[4] == dong(264_986)
    assert client.loan(loan, "2026-02-09")[4] == dong(439_233)
    assert client.loan(loan, "2026-03-11")[4] == dong(695_671)
    assert ("2026-02-09", "relief_ended") in client.events(loan)


def test_a_rate_changes_for_running_loans(client):
    """From 2026-01-10 on 6 %: 31 days at 6.24 % 264,986.30, 30 days at 6 % 246,575.34."""
    loan = client.lend(50_000_000, 24, 24)
    order = ("change", "propose", "rate", "--line", "01", "--rate", "6", "--from", "2026-01-10")
    approve(client, client(*order, "--reason", "giảm lãi suất", "--decision", "QĐ 1", who="tindung"))
    client.until("2026-02-09")
    assert client.loan(loan, "2026-01-10")[4] == dong(264_986)
    assert client.loan(loan, "2026-02-09")[4] == dong(511_562)


def test_a_rate_is_corrected(client):
    """6.24 % should have been 6.2 % since 2025-12-01: 31 days of 50,000,000 are 263,287.67 instead of 264,986.30."""
    loan = client.lend(50_000_000, 24, 24)
    client.until("2026-01-10")
    assert client.loan(loan, "2026-01-10")[4] == dong(264_986)
    order = ("rate", "correct", "01", "--from", "2025-12-01", "--rate", "6.2", "--reason", "nhập sai")
    told = client(*order, who="tindung")
    assert client.refused("change", "approve", told["Change"], who="tindung")[0] == "same_person"
    approve(client, told)
    client.until("2026-01-11")
    assert client.loan(loan, "2026-01-10")[4] == dong(263_288)


def read(client, *arguments):
    return json.loads(client.daemon.client("--json", *arguments).stdout)


def test_a_household_goes_to_another_group(client):
    """5,000,000 due on 2026-12-10; in the other group the session is on the 25th: overdue on 2026-12-25 and not on 2027-01-10,
    after 380 days in term, 324,821.92."""
    loan = client.lend(5_000_000, 12, 12)
    client.until("2026-06-10")
    order = ("group", "move", 1, "--to", 2, "--households", 101, "--reason", "dời nhà")
    assert client.refused(*order, "--on", "2025-12-01", who="tindung") == ("date_out_of_range", "moved_on")
    assert client(*order, who="tindung")["Loans moved"] == "1"
    client.until("2027-01-10")
    shown = read(client, "loan", "show", loan)
    assert (shown["group"], shown["point"], shown["organisation"]) == ("0000002", "TXN02", "women")
    assert read(client, "loan", "show", loan, "--as-of", "2026-06-09")["group"] == "0000001"
    assert client.loan(loan, "2026-12-24")[0] == "in term"
    assert client.loan(loan, "2026-12-25") == figures("overdue", 0, 5_000_000, 0, 324_822)
    assert client.events(loan) == [(BORN, "disbursed"), ("2026-06-10", "moved"), ("2026-12-25", "matured")]


def test_a_loan_goes_to_an_heir(client):
    """Household 3 stands in group 2: the loan is its own from that day on, with all its figures."""
    loan = client.lend(10_000_000, 24, 24)
    client.until("2026-01-10")
    order = ("loan", "move", loan, "--household", 3, "--reason", "thừa kế")
    assert client.refused(*order, who="giaodich")[0] == "denied"
    told = client(*order)
    assert (told["Household"], told["Savings and credit group"], told["Transaction point"]) == ("0000000003", "0000002", "TXN02")
    assert client.refused(*order) == ("conflict", "loans")
    assert client.loan(loan, "2026-01-10") == figures("in term", 10_000_000, 0, 0, 52_997)
    assert read(client, "loan", "show", loan, "--as-of", "2026-01-09")["household"] == "0000000101"
    assert ("2026-01-10", "moved") in client.events(loan)


def test_a_payment_on_the_wrong_loan(client):
    """1,000,000 on 2026-01-10 are 52,997 of interest and 947,003 of principal, on whichever loan they are."""
    wrong, right = client.lend(10_000_000, 24, 24), client.lend(10_000_000, 24, 24, household=102)
    client.until("2026-01-10")
    client("loan", "pay", wrong, 1_000_000, who="giaodich")
    assert client.loan(wrong, "2026-01-10") == figures("in term", 9_052_997, 0, 0, 0)
    assert client.refused("loan", "pay-move", wrong, 2, "--to", wrong, "--reason", "nhầm người") == ("invalid_params", "to")
    assert client.refused("loan", "pay-move", wrong, 1, "--to", right, "--reason", "nhầm người") == ("invalid_params", "fact")
    told = client("loan", "pay-move", wrong, 2, "--to", right, "--reason", "nhầm người")
    assert (told["Paid on"], told["Amount"], told["Put on the loan"]) == ("2026-01-10", dong(1_000_000), right)
    assert client.loan(wrong, "2026-01-10") == figures("in term", 10_000_000, 0, 0, 52_997)
    assert client.loan(right, "2026-01-10") == figures("in term", 9_052_997, 0, 0, 0)


def test_a_freeze_is_prolonged_and_followed_by_another(client):
    """Frozen from 2026-01-10 for 30 days; prolonged by as many at most, to 2026-03-11; then 30 days in term, 51,287.67 after the
    52,997.26 before; and frozen again from 2026-04-10 for 30 days at most."""
    loan = client.lend(10_000_000, 24, 24)
    client.until("2026-01-10")
    first = ("loan", "freeze", loan, "--case", "K1", "--loss", 40, *FREEZE)
    assert client.refused(*first, "2026-01-10", "--supplementary") == ("conflict", "supplementary")
    client(*first, "2026-01-10", "--until", "2026-02-09")
    client.until("2026-02-05")
    again = (*first, "2026-02-05", "--supplementary")
    assert client.refused(*again, "--until", "2026-03-12") == ("date_out_of_range", "until")
    assert client.refused(*again, "--amount", 1_000_000) == ("invalid_params", "amount")
    client(*again)
    client.until("2026-04-10")
    assert client.loan(loan, "2026-03-10") == figures("frozen", 0, 0, 10_000_000, 52_997)
    assert client.loan(loan, "2026-03-11") == figures("in term", 10_000_000, 0, 0, 52_997)
    assert client.loan(loan, "2026-04-10") == figures("in term", 10_000_000, 0, 0, 104_285)
    client(*first, "2026-04-10", "--supplementary")
    assert read(client, "loan", "show", loan)["next"] == {"on": "2026-05-10", "reason": "freeze_end"}
    kinds = [kind for _, kind in client.events(loan)]
    assert kinds == ["disbursed", "frozen", "freeze_prolonged", "freeze_ended", "frozen"]


def test_many_loans_are_frozen_at_once_or_none(client):
    one, two = client.lend(10_000_000, 24, 24), client.lend(20_000_000, 24, 24, household=102)
    order = ("--case", "K1", "--loss", 50, *FREEZE, BORN)
    assert client.refused("loan", "freeze", f"{one},6600000000999999", *order)[0] == "loan_not_found"
    assert client.loan(one, BORN)[0] == "in term"
    client("loan", "freeze", f"{two},{one}", *order)
    assert [client.loan(loan, BORN)[3] for loan in (one, two)] == [dong(10_000_000), dong(20_000_000)]


def test_what_closes_a_loan(client):
    """30,000,000 and 31 days of interest, 158,991.78; of 500,000 in the deposit all is set off."""
    loan = client.lend(30_000_000, 24, 24)
    client("deposit", "put", 101, 500_000, who="giaodich")
    client.until("2026-01-10")
    asked = read(client, "loan", "payoff", loan)
    assert (asked["principal"], asked["interest"]["in_term"], asked["total"]) == (30_000_000, 158_992, 30_158_992)
    assert (asked["from_deposit"], asked["from_cash"]) == (500_000, 29_658_992)
    client("loan", "pay", loan, 500_000, "--from", "deposit", who="giaodich")
    assert client("loan", "pay", loan, 29_658_992, who="giaodich")["Status"] == "closed"
    assert client.refused("loan", "pay", loan, 1, who="giaodich")[0] == "loan_closed"


def test_no_interest_is_asked_for_in_a_collection_holiday(client):
    """50,000,000: 31 days at 6.24 % 264,986.30, then at 6 %; 31 days of them 254,794.52, 59 days 484,931.51. Nothing is asked
    for at the session of 2026-02-10, all of it at that of 2026-03-10."""
    loan = client.lend(50_000_000, 24, 24)
    client.until("2026-01-10")
    days = ("--from", "2026-01-10", "--until", "2026-03-10", "--holiday-from", "2026-01-10", "--holiday-until", "2026-03-10")
    approve(client, client("relief", "define", "bao", "--rate-delta", "0.24", *days, "--reason", "bão", who="tindung"))
    client("loan", "relieve", "bao", "--households", 101, "--number", "QĐ 6", "--decided-on", "2026-01-10")

    def asked(day):
        rows = [row for group in read(client, "session", "sheets", "TXN01", "--on", day)["groups"] for row in group["rows"]]
        return next((row["interest_asked"], row["interest_unpaid"]["total"]) for row in rows if row["loan"] == loan)

    client.until("2026-02-10")
    assert asked("2026-02-10") == (0, 519_781)
    client.until("2026-03-10")
    assert asked("2026-03-10") == (749_918, 749_918)


def test_a_rate_for_new_contracts(client):
    """From 2026-01-10 on 7 %: what was lent before stays at 6.24 %. 20,000,000 for 30 days: 102,575.34 and 115,068.49."""
    old = client.lend(20_000_000, 24, 24)
    order = ("change", "propose", "rate", "--line", "01", "--rate", "7", "--applies-to", "new_loans", "--from", "2026-01-10")
    approve(client, client(*order, "--reason", "lãi suất mới", who="tindung"))
    client.until("2026-01-10")
    new = client.lend(20_000_000, 24, 24, household=102)
    client.until("2026-02-09")
    assert client.loan(new, "2026-02-09")[4] == dong(115_068)
    assert client.loan(old, "2026-01-10")[4] == dong(105_995)
    assert client.loan(old, "2026-02-09")[4] == dong(208_570)  # 105,994.52 and 102,575.34


def test_groups_merge_under_another_leader(client):
    loan = client.lend(10_000_000, 24, 24)
    told = client("group", "lead", 2, "--leader", "Kăn Hoa", "--household", 3, "--reason", "bầu lại", who="tindung")
    assert (told["Leader"], told["Leader before"]) == ("Kăn Hoa", "Kăn Lành")
    split = ("group", "split", 1, "--new-group", 3, "--name", "Tổ 3", "--organisation", "youth", "--area", "CX", "--point", "TXN01")
    few = (*split, "--leader", "Hộ 101", "--leader-household", 101, "--households", "101,102,103", "--decision", "2/QĐ")
    assert client.refused(*few, who="tindung") == ("group_size", "households")
    client("group", "merge", 1, "--to", 2, "--decision", "3/QĐ", who="tindung")
    assert (read(client, "loan", "show", loan)["group"], read(client, "status", "group", 2)["members"]) == ("0000002", 8)
    assert read(client, "group", "history", 1)["dissolved_on"] == BORN


def test_communes_merge(client):
    client.lend(10_000_000, 24, 24)
    order = ("change", "propose", "area_new", "--area", "C9", "--name", "Xã Mới", "--parent", "AL", "--from", "2026-01-01")
    approve(client, client(*order, "--reason", "sáp nhập", who="tindung"))
    order = ("change", "propose", "area_end", "--areas", "CX", "--successor", "C9", "--until", "2025-12-31")
    approve(client, client(*order, "--reason", "sáp nhập", who="tindung"))
    client.until("2026-01-02")

    def by_commune(day):
        return [(row["commune"], row["outstanding"]) for row in read(client, "portfolio", "--by", "commune", "--as-of", day)["rows"]]

    assert (by_commune("2025-12-31"), by_commune("2026-01-01")) == ([("CX", 10_000_000)], [("C9", 10_000_000)])


def test_a_refusal_is_said_in_the_language_of_the_clerk(client):
    """60,000,000 of the 100,000,000 are taken: 40,000,000 are left."""
    client.lend(60_000_000, 60, 12)
    order = ("loan", "disburse", "--household", 101, "--programme", "01", "--amount", 40_000_001, "--term", 60)
    vi = client.daemon.client("--as", "giaodich", *order, check=False).stderr
    assert "hộ còn được vay thêm 40.000.000 đồng của chương trình 01" in vi and "household" not in vi
    en = client.daemon.client("--lang", "en", "--as", "giaodich", *order, check=False).stderr
    assert "the household may borrow 40,000,000 đồng more from programme 01" in en
    late = client.daemon.client("--as", "giaodich", "loan", "pay", "6600000000000001", "1", "--on", "2025-12-11", "--reason", "x", check=False)
    assert "giao dịch viên được ghi ngày từ 10/12/2025 đến 10/12/2025" in late.stderr, late.stderr
