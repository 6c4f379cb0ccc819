"""The generator of the demo district: the same seed gives the same files, the published figures come out exactly, and a
small district imported by the client shows, after its nights, the sums its files say."""

import collections
import csv
import datetime
import hashlib
import re
import subprocess

import pytest
import small_district
import vonvay_env

KINDS = ("areas", "groups", "households", "loans")
OPENING, END = "2021-12-31", "2026-06-30"
YEAR_ENDS = ("2022-12-31", "2023-12-31", "2024-12-31", "2025-12-31", END)
TOTALS = re.compile(r"^(\d{4}): outstanding (\d+) lent (\d+) to (\d+) collected (\d+); (\d+) loans of (\d+) households", re.M)


def generate(folder, *options):
    """Run vonvay-demo; its totals of each year: {year: {"outstanding", "lent", …}}."""
    folder.mkdir()
    out = subprocess.run(
        [vonvay_env.program("vonvay-demo"), "--data", str(vonvay_env.ROOT / "sql/data"), "--out", str(folder), "--verbose",
         *options],
        capture_output=True, text=True,
    )
    assert out.returncode == 0, out.stderr
    names = ("outstanding", "lent", "customers", "collected", "loans", "borrowers")
    return {int(found[0]): dict(zip(names, map(int, found[1:]))) for found in TOTALS.findall(out.stderr)}


def digests(folder):
    return {kind: hashlib.sha256((folder / f"{kind}.csv").read_bytes()).hexdigest() for kind in KINDS}


def rows(folder, kind):
    with open(folder / f"{kind}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """(folder, totals) of the district in its own size."""
    folder = tmp_path_factory.mktemp("demo") / "full"
    return folder, generate(folder)


@pytest.fixture(scope="module")
def figures():
    """{(metric, as_of): value} of what was published as actual for the years of the demo."""
    with open(vonvay_env.ROOT / "sql/data/figures.csv", encoding="utf-8", newline="") as file:
        return {
            (row["metric"], row["as_of"]): row["value"]
            for row in csv.DictReader(file) if row["area"] == "AL" and row["kind"] == "actual" and row["as_of"] >= OPENING
        }


def test_same_seed_same_files(tmp_path):
    generate(tmp_path / "one", "--households", "300", "--seed", "7")
    generate(tmp_path / "same", "--households", "300", "--seed", "7")
    generate(tmp_path / "other", "--households", "300", "--seed", "8")
    assert digests(tmp_path / "one") == digests(tmp_path / "same")
    one, other = digests(tmp_path / "one"), digests(tmp_path / "other")
    assert one["households"] != other["households"] and one["loans"] != other["loans"]


@pytest.mark.parametrize(
    "options, names",
    [
        (["--households", "99"], "--households"),
        (["--seed", "x"], "--seed"),
        (["--districts", "0"], "--districts"),
        (["--nothing"], "nothing"),
        (["more"], "usage"),
    ],
)
def test_bad_options(tmp_path, options, names):
    out = subprocess.run(
        [vonvay_env.program("vonvay-demo"), "--out", str(tmp_path), *options], capture_output=True, text=True
    )
    assert out.returncode == 2 and names in out.stderr
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(tmp_path):
    out = subprocess.run(
        [vonvay_env.program("vonvay-demo"), "--data", str(vonvay_env.ROOT / "sql/data"), "--out", str(tmp_path / "none")],
        capture_output=True, text=True,
    )
    assert out.returncode == 1 and "none/areas.csv" in out.stderr


# ---- what was published ----


def classes_on(household_rows, day):
    """How many households live here on a day, and of which class."""
    here, class_of = set(), {}
    for row in household_rows:
        if row["record"] == "household" and row["on"] <= day and (not row["until"] or day < row["until"]):
            here.add(row["household"])
        elif row["record"] == "class" and row["on"] <= day:
            class_of[row["household"]] = row["class"]
    return len(here), collections.Counter(class_of.get(household, "none") for household in here)


def test_households_poor_and_near_poor(full, figures):
    household_rows = rows(full[0], "households")
    checked = 0
    for day in sorted({as_of for metric, as_of in figures if metric == "households"}):
        count, of_class = classes_on(household_rows, day)
        found = {
            "households": str(count), "poor_households": str(of_class["poor"]), "near_poor_households": str(of_class["near_poor"])
        }
        for metric, value in found.items():
            if (metric, day) in figures:
                assert value == figures[metric, day], f"{metric} on {day}"
                checked += 1
        for metric, part in (("poor_rate", of_class["poor"]), ("near_poor_rate", of_class["near_poor"])):
            if (metric, day) in figures:
                assert round(100 * part / count, 2) == float(figures[metric, day]), f"{metric} on {day}"
                checked += 1
    assert checked >= 10


def test_money_of_2023(full, figures):
    folder, totals = full
    lent, customers, household_of = 0, set(), {}
    for row in rows(folder, "loans"):
        if row["record"] == "loan":
            household_of[row["loan"]] = row["household"]
        elif row["record"] == "disbursed" and row["on"].startswith("2023-"):
            lent += int(row["amount"])
            customers.add(household_of[row["loan"]])
    assert lent == int(figures["lent_in_year", "2023-12-31"])
    assert len(customers) == int(figures["customers_lent_in_year", "2023-12-31"])
    assert totals[2022]["outstanding"] == int(figures["outstanding", "2022-12-31"])
    assert totals[2023]["outstanding"] == int(figures["outstanding", "2023-12-31"])
    assert totals[2022]["outstanding"] + lent - totals[2023]["outstanding"] == int(figures["collected_in_year", "2023-12-31"])
    about = int(figures["borrowing_households", "2023-12-31"])
    assert abs(totals[2023]["borrowers"] - about) <= about // 20


def test_programmes_communes_and_groups(full, figures):
    folder, _ = full
    loans = [row for row in rows(folder, "loans") if row["record"] == "loan" and row["on"] <= "2023-12-31"]
    assert len({row["programme"] for row in loans}) == int(figures["programmes", "2023-12-31"])
    household_rows = rows(folder, "households")
    communes = {row["household"]: row["area"] for row in household_rows if row["record"] == "household"}
    assert len({communes[row["household"]] for row in loans}) == int(figures["communes_served", "2023-12-31"])
    groups = rows(folder, "groups")
    members = collections.Counter(row["group"] for row in household_rows if row["record"] == "join")
    assert 180 <= len(groups) <= 200
    assert {row["organisation"] for row in groups} == {"farmers", "women", "veterans", "youth"}
    assert set(members) == {row["group"] for row in groups}
    assert all(5 <= count <= 60 for count in members.values()), sorted(members.values())


# ---- a small district through the doors of a bank ----


class Small:
    """300 households in a database of their own, the nights run to the end of June 2026."""

    def __init__(self, database, daemon, rpc, folder, totals):
        self.database, self.daemon, self.rpc, self.folder, self.totals = database, daemon, rpc, folder, totals

    def events(self, loan):
        return self.rpc.call("loan.events", loan=loan)["events"]


@pytest.fixture(scope="module")
def small(postgres, template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "small"
    totals = generate(folder, "--households", "300")
    database = postgres.database(template)
    small_district.begin(database, OPENING)
    with vonvay_env.Daemon(database) as daemon, daemon.rpc() as rpc:
        for kind in KINDS:
            daemon.client("import", kind, folder / f"{kind}.csv")
        daemon.client("sweep", "run", "--until", END, "--wait")
        yield Small(database, daemon, rpc, folder, totals)
    database.drop()


@pytest.fixture(scope="module")
def facts(small):
    """{loan: facts of its rows in loans.csv: (on, kind, amount)}; the amount of an opening is what was owed of it."""
    found = collections.defaultdict(list)
    for row in rows(small.folder, "loans"):
        if row["record"] == "opened":
            owed = sum(int(row[column]) for column in ("in_term", "overdue", "frozen"))
            found[row["loan"]].append((row["on"], "opened", owed))
        elif row["record"] != "loan":
            found[row["loan"]].append((row["on"], row["record"], int(row["amount"])))
    return found


@pytest.fixture(scope="module")
def repaid(small, facts):
    """{loan: [(on, principal)]}, by the parts loan.events says each payment of the file was allocated to."""
    found = {}
    for loan, expected in facts.items():
        events = [event for event in small.events(loan) if event["type"] == "fact"]
        assert [(e["on"], e["kind"]) for e in events] == [(on, kind) for on, kind, _ in expected]
        paid = [event for event in events if event["allocation"] is not None]
        amounts = [amount for _, kind, amount in expected if kind.endswith("paid")]
        assert [sum(event["allocation"].values()) for event in paid] == amounts
        found[loan] = [
            (event["on"], sum(part for name, part in event["allocation"].items() if name.startswith("principal"))) for event in paid
        ]
    return found


def owed_on(day, facts, repaid):
    """{loan: principal owed at the end of a day}, added up without knowing any rule."""
    return {
        loan: sum(amount for on, kind, amount in found if kind in ("opened", "disbursed") and on <= day)
        - sum(principal for on, principal in repaid[loan] if on <= day)
        for loan, found in facts.items()
    }


def test_nights_are_run(small):
    status = small.rpc.call("status.sweep")
    assert status["swept_until"] == END and status["held"] == 0 and status["retry"] == 0
    first, last = datetime.date.fromisoformat(OPENING), datetime.date.fromisoformat(END)
    assert small.database.psql("select count(*) from loan.sweep_day") == str((last - first).days)


@pytest.mark.parametrize("day", YEAR_ENDS)
def test_portfolio(small, facts, repaid, day):
    """The sum of the file, the generator's own total and the summaries say the same."""
    owed = owed_on(day, facts, repaid)
    total = small.rpc.call("status.portfolio", as_of=day)["total"]
    assert total["outstanding"] == sum(owed.values()) == small.totals[int(day[:4])]["outstanding"]
    assert total["in_term"] + total["overdue"] + total["frozen"] == total["outstanding"]
    assert total["borrowers"] == small.totals[int(day[:4])]["borrowers"]


@pytest.mark.parametrize("by", ["programme", "commune", "organisation", "point", "status"])
def test_rows_add_up(small, by):
    found = small.rpc.call("status.portfolio", as_of="2023-12-31", by=[by])
    for column in ("loans", "outstanding", "in_term", "overdue", "frozen"):
        assert sum(row[column] for row in found["rows"]) == found["total"][column], column


@pytest.mark.parametrize("day", ["2022-06-30", "2023-12-31", "2025-07-01"])
def test_status_of_loans(small, facts, repaid, day):
    owed = owed_on(day, facts, repaid)
    begun = [loan for loan in sorted(facts) if min(on for on, _, _ in facts[loan]) <= day]
    assert len(begun) > 100
    for loan in begun[::7]:
        assert small.rpc.call("status.loan", loan=loan, as_of=day)["outstanding"] == owed[loan], loan


def test_targets(small):
    for day in ("2021-12-31", "2023-12-31"):
        count, of_class = classes_on(rows(small.folder, "households"), day)
        total = small.rpc.call("status.targets", as_of=day)["total"]
        assert (total["households"], total["poor"], total["near_poor"]) == (count, of_class["poor"], of_class["near_poor"])
