"""The world as the simulation believes it to be: households, groups, points and loans as plain data, every question
answered by the naive model of tests/model from the facts alone. Nothing here asks the daemon, and nothing is read from
it but the numbers it gives to what is new."""

import copy
import csv
import datetime
import pathlib
import sys
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/model"))

import naive_calendar as cal  # noqa: E402
import naive_loan  # noqa: E402

DAY = datetime.timedelta(days=1)
REFERENCE_BEGIN = datetime.date(2018, 1, 1)


def date(text):
    return datetime.date.fromisoformat(text) if text else None


def reference(name):
    with open(ROOT / f"sql/data/{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


POLICIES = reference("policies")
RATES = reference("programme_rates")
LIMITS = reference("programme_limits")
PRIORITIES = reference("programme_priorities")
CONFLICTS = reference("programme_conflicts")
FREEZES = reference("freeze_limits")
HOLIDAYS = {date(row["on_day"]) for row in reference("holidays")}
PERIODS = reference("instalment_periods")
CAP_GROUPS = {row["code"]: row["cap_group"] or row["code"] for row in reference("programmes")}


def policy(name, programme, on, entrusted=True):
    """The row for this programme before one for entrusted lending before one for all; of these the latest."""
    rows = [
        row
        for row in POLICIES
        if row["name"] == name
        and row["programme"] in ("", programme)
        and row["entrusted"] in ("", "yes" if entrusted else "no")
        and date(row["from_on"]) <= on
    ]
    return max(rows, key=lambda row: (row["programme"] != "", row["entrusted"] != "", row["from_on"]))["value"]


def limit_on(programme, purpose, on):
    for row in LIMITS:
        ends = date(row["valid_to"]) or datetime.date.max
        if (row["code"], row["purpose"]) == (programme, purpose) and date(row["valid_from"]) <= on <= ends:
            return row
    return None


def rate_line_on(programme, on, priority):
    """The line of new contracts of a day: the latest one kept for contracts from a day on, or the only one there is. Who has
    priority follows the line kept for it, where there is one."""
    lines = {}
    for row in RATES:
        if row["code"] == programme and row["line"].endswith("-priority") == priority:
            since = date(row["for_contracts_from"]) or REFERENCE_BEGIN
            if since <= on:
                lines[row["line"]] = since
    if priority and not lines:
        return rate_line_on(programme, on, False)
    return max(lines, key=lambda line: lines[line])


def rates_of(line):
    return [(date(row["valid_from"]), Fraction(row["rate_percent"]) / 100) for row in RATES if row["line"] == line]


def in_conflict(programme, other, on):
    """May a household that owes on the other programme not borrow from this one on that day?"""
    return any(
        (row["code"], row["with"]) == (programme, other)
        and date(row["from_on"]) <= on <= (date(row["until_on"]) or datetime.date.max)
        for row in CONFLICTS
    )


def instalment_months_max(programme, term):
    for row in PERIODS:
        if row["code"] == programme and int(row["term_months_from"]) <= term <= int(row["term_months_to"]):
            return int(row["instalment_months_max"])
    return 12


def add_months(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, cal.last_day_of_month(year, month)))


def working_days(after, upto):
    """Monday to Friday but holidays, after one day up to and on another."""
    days = [after + n * DAY for n in range(1, (upto - after).days + 1)]
    return sum(day.weekday() < 5 and day not in HOLIDAYS for day in days)


def freeze_months(case, loss, on):
    """How long a freeze decided on that day may last, handled in time; 0: there is none."""
    rows = [
        row
        for row in FREEZES
        if row["risk_case"] == case
        and int(row["loss_from"]) <= loss <= int(row["loss_upto"])
        and row["late"] == "no"
        and date(row["from_on"]) <= on
    ]
    return int(max(rows, key=lambda row: row["from_on"])["months"]) if rows else 0


def allocation_policies():
    """(from, order in term, order when overdue) of all days."""
    days = sorted({date(row["from_on"]) for row in POLICIES if row["name"].startswith("allocation_")})
    return [(d, policy("allocation_in_term", "", d).split(), policy("allocation_overdue", "", d).split()) for d in days]


class Loan:
    """A contract and its facts; `name` is ours, `number` the daemon's."""

    def __init__(self, name, number, household, group, point, programme, contract, facts):
        self.name, self.number = name, number
        self.household, self.group, self.point, self.programme = household, group, point, programme
        self.contract = contract
        self.facts = facts
        self.mark = None  # (day, state at its beginning), of days that nothing new changes any more

    def state(self, on, business, more=()):
        """At the end of day `on`, as known on `business`; with facts that are not recorded (yet)."""
        facts = self.facts + list(more)
        begun = None
        if self.mark and self.mark[0] <= on and not any(f["on"] < self.mark[0] or f["kind"] == "reversed" for f in more):
            begun = copy.deepcopy(self.mark)
        return naive_loan.live(self.contract, facts, on, business, begun)

    def record(self, fact):
        """From now on it is one of the facts."""
        self.facts.append(fact)
        if self.mark and (fact["on"] < self.mark[0] or fact["kind"] == "reversed"):
            self.mark = None

    def next_no(self):
        return len(self.facts) + 1

    def remember(self, business):
        """Days before this one are lived for good: their sessions are settled."""
        upto = business - 10 * DAY
        if upto <= self.contract["contract_on"] or (self.mark and (upto - self.mark[0]).days < 30):
            return
        state = self.state(upto, business)
        naive_loan.bear_interest(self.contract, state, upto)
        self.mark = (upto + DAY, state)

    def living_facts(self):
        return naive_loan.living(self.facts)


class World:
    def __init__(self, business, points, groups, households):
        self.began_on = REFERENCE_BEGIN
        self.business = business
        self.points = points  # number: calendar
        self.groups = groups  # number: {"point", "organisation"}
        self.households = households  # number: {"programmes" they may borrow from, "group"}
        self.loans = {}
        self.deposits = {}  # household: [(day, change)]
        self.names = {}  # what the daemon calls what operations have made, by our name

    def calendar(self, point):
        return self.points[point]

    def new_contract(self, household, programme, term, instalment_months, on):
        """The contract as the rules write it on that day."""
        group = self.groups[self.households[household]["group"]]
        calendar = self.points[group["point"]]
        limit = limit_on(programme, "", on)
        step = min(instalment_months or instalment_months_max(programme, term), term)
        grace = min(int(limit["principal_grace_months"] or 0), term - 1)
        interest_grace = min(int(limit["interest_grace_months"] or 0), term - 1)
        moves_back = policy("equal_moves_back", programme, on) == "yes"
        months = list(range(grace + step, term, step)) + [term]

        def scheduled(month):
            return cal.scheduled(calendar, add_months(on, month), on, moves_back)

        return {
            "contract_on": on,
            "grace_end": scheduled(interest_grace) if interest_grace else on,
            "rounding": int(policy("instalment_rounding", programme, on)),
            "default": policy("instalment_default", programme, on),
            "overdue_percent": int(policy("overdue_percent", programme, on)),
            "rates": rates_of(rate_line_on(programme, on, self.has_priority(household, programme, on))),
            "calendar": calendar,
            "due_on": [scheduled(month) for month in months],
            "policies": allocation_policies(),
            "overlays": {},
            "places": {},
            "term": term,
        }

    def has_priority(self, household, programme, on):
        attributes = self.households[household]["attributes"]
        return any(
            row["code"] == programme
            and row["attribute"] in attributes
            and date(row["from_on"]) <= on <= (date(row["until_on"]) or datetime.date.max)
            for row in PRIORITIES
        )

    def deposit(self, household, on):
        """At the end of that day."""
        return sum(change for day, change in self.deposits.get(household, ()) if day <= on)

    def deposit_left(self, household, on):
        """What can be taken on that day: the least that the deposit holds at the end of it or of a day after it."""
        days = {on} | {day for day, _ in self.deposits.get(household, ()) if day > on}
        return max(0, min(self.deposit(household, day) for day in days))

    def loans_of(self, household):
        return [loan for loan in self.loans.values() if loan.household == household]

    def states(self, on):
        """(loan, its state) of all loans that were begun by this day."""
        begun = [loan for loan in self.loans.values() if loan.contract["contract_on"] <= on]
        return [(loan, loan.state(on, self.business)) for loan in begun]

    def move_to(self, business):
        self.business = business
        for loan in self.loans.values():
            loan.remember(business)


def outstanding(state):
    return naive_loan.in_term(state) + state["overdue"] + state["frozen"]


def unpaid_interest(state):
    """As it is told: each of the three rounded by itself, the total their sum."""
    rounded = {bucket: naive_loan.half_up(value) for bucket, value in state["interest"].items()}
    return {**rounded, "total": sum(rounded.values())}
