"""The world as the simulation believes it to be: households, groups, points and loans as plain data, every question
answered by the naive model of tests/model from the facts alone. Nothing here asks the daemon, and nothing is read from
it but the numbers it gives to what is new."""

import collections
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
UNITS_MERGED_ON = datetime.date(2025, 7, 1)  # C1 and C2 became CX


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
HOLIDAYS = {date(row["on_day"]): row["name"] for row in reference("holidays")}
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


class Line:
    """A rate line: its rates in the order of their days, and one list more for each relief that lowers it."""

    def __init__(self, name, programme, since):
        self.name, self.programme, self.since = name, programme, since
        self.priority = name.endswith("-priority")
        self.rates = []
        self.overlays = {}

    def rate_on(self, on):
        return next((rate for since, rate in reversed(self.rates) if since <= on), None)

    def put(self, since, rate):
        """From a day on, in place of what was known of that day."""
        self.rates[:] = sorted([row for row in self.rates if row[0] != since] + [(since, rate)])


def lines_of_reference():
    lines = {}
    for row in RATES:
        since = date(row["for_contracts_from"]) or REFERENCE_BEGIN
        line = lines.setdefault(row["line"], Line(row["line"], row["code"], since))
        line.put(date(row["valid_from"]), Fraction(row["rate_percent"]) / 100)
    return lines


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


# where a loan stands; organisation is its word
Place = collections.namedtuple("Place", "household member group point organisation commune")


class Loan:
    """A contract and its facts; `name` is ours, `number` the daemon's, `first` the place where the contract was made."""

    def __init__(self, name, number, first, programme, line, contract, facts):
        self.name, self.number = name, number
        self.first, self.programme, self.line = first, programme, line
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

    def places(self):
        """Numbers of the places it was ever said to go to."""
        return {f["number"] for f in self.facts if f["kind"] == "moved"}


class Group:
    def __init__(self, point, organisation, formed_on=REFERENCE_BEGIN):
        self.point, self.organisation, self.formed_on = point, organisation, formed_on
        self.ended_on = None

    def there(self, on):
        return self.formed_on <= on and (self.ended_on is None or on < self.ended_on)


class Household:
    """Everything dated is a list of (first day, ...)."""

    def __init__(self, classes, attributes, group, commune):
        self.registered_on, self.left_on = REFERENCE_BEGIN, None
        self.classes = classes  # (day, class)
        self.attributes = attributes
        self.groups = [[REFERENCE_BEGIN, None, group]] if group else []  # from, until, group
        self.homes = [(REFERENCE_BEGIN, commune)]
        self.born = {1: datetime.date(1980, 5, 5)}  # member: day of birth
        self.joined = {}  # member: the first day, of who came later
        self.ended = {}  # member: from that day on no member
        self.signers = [(REFERENCE_BEGIN, 1)]

    def came(self, member):
        return self.joined.get(member, REFERENCE_BEGIN)

    def add(self, member, born, on):
        self.born[member], self.joined[member] = born, on

    def members(self, on):
        return [n for n in self.born if self.came(n) <= on and on < self.ended.get(n, datetime.date.max)]

    def membership(self, on):
        return next((m for m in self.groups if m[0] <= on and (m[1] is None or on < m[1])), None)

    def group(self, on):
        found = self.membership(on)
        return found[2] if found else None

    def commune(self, on):
        return dated(self.homes, on)

    def signer(self, on):
        return dated(self.signers, on)

    def class_on(self, on):
        """(class, since when)"""
        found = (None, None)
        for day, word in self.classes:
            if day <= on and word != found[0]:
                found = (word, day)
        return found


def dated(rows, on):
    """The value of the last row that has begun; a row of the same day that was told later stands behind."""
    begun = [row for row in rows if row[0] <= on]
    return max(begun, key=lambda row: row[0])[1] if begun else None


def point_code(point):
    return f"TXN{point:02d}"


POINT_OF = {"C1": 1, "C2": 2, "CX": 1}  # that serves a commune; points of old communes go on in the new one
DIRECT = ("03",)  # programmes lent without a group too


def commune_now(commune, on):
    """The unit that stands for it on that day: C1 and C2 became CX."""
    return "CX" if commune in ("C1", "C2") and on >= UNITS_MERGED_ON else commune


class World:
    def __init__(self, business, points, groups, households):
        self.began_on = REFERENCE_BEGIN
        self.business = business
        self.points = points  # number: calendar
        self.groups = groups  # number: Group
        self.households = households  # number: Household
        self.lines = lines_of_reference()
        self.loans = {}
        self.deposits = {}  # household: [(day, change)]
        self.places = {}  # number: Place, of loans that moved
        self.calendars = {}  # number of a place: calendar of its point
        self.days = set()  # that were lived
        self.sheets = {}  # (group, session): {(household, loan): what was posted}
        self.sheet_state = {}  # (group, session): "posted" or "excused"
        self.closed = set()  # (point, session)
        self.changes = {}  # the daemon's number: what was proposed, its state
        self.reliefs = {}  # name: what it is
        self.applications = {}  # our name: what it is, its state
        self.changed = set()  # households of which something was told since the last night

    def calendar(self, point):
        return self.points[point]

    # ---- places ----

    def place_number(self, place):
        """The number of a place; a new one gets the next."""
        known = next((n for n, p in self.places.items() if p == place), None)
        if known is None:
            known = len(self.places) + 1
            self.places[known] = place
            self.calendars[known] = self.points[place.point]
        return known

    def place_in(self, loan, state):
        return self.places[state["place"]] if state["place"] else loan.first

    def place_now(self, loan):
        return self.place_in(loan, loan.state(self.business, self.business))

    def place_of(self, household, on):
        """Where a loan of this household stands from that day on, directly where it has no group; None: nowhere."""
        data = self.households[household]
        number, commune = data.group(on), data.commune(on)
        if commune is None or data.signer(on) is None:
            return None
        group = self.groups[number] if number else Group(POINT_OF[commune], "direct")
        return Place(household, data.signer(on), number or 0, group.point, group.organisation, commune_now(commune, on))

    def members(self, group, on):
        """Who is a member on that day or later."""
        return {
            number
            for number, household in self.households.items()
            if any(m[2] == group and (m[1] is None or m[1] > on) for m in household.groups)
        }

    # ---- contracts ----

    def line_for(self, programme, on, priority):
        """The line of new contracts of a day: the latest one kept for contracts from a day on, or the only one there is. Who
        has priority follows the line kept for it, where there is one."""
        lines = [x for x in self.lines.values() if x.programme == programme and x.priority == priority and x.since <= on]
        if priority and not lines:
            return self.line_for(programme, on, False)
        return max(lines, key=lambda line: line.since)

    def new_contract(self, household, programme, term, instalment_months, on):
        """(line, contract) as the rules write it on that day."""
        place = self.place_of(household, on)
        calendar, entrusted = self.points[place.point], place.group != 0
        line = self.line_for(programme, on, self.has_priority(household, programme, on))
        limit = limit_on(programme, "", on)
        step = min(instalment_months or instalment_months_max(programme, term), term)
        grace = min(int(limit["principal_grace_months"] or 0), term - 1)
        interest_grace = min(int(limit["interest_grace_months"] or 0), term - 1)
        moves_back = policy("equal_moves_back", programme, on, entrusted) == "yes"
        months = list(range(grace + step, term, step)) + [term]

        def scheduled(month):
            return cal.scheduled(calendar, add_months(on, month), on, moves_back)

        return line, {
            "contract_on": on,
            "grace_end": scheduled(interest_grace) if interest_grace else on,
            "rounding": int(policy("instalment_rounding", programme, on, entrusted)),
            "default": policy("instalment_default", programme, on, entrusted),
            "overdue_percent": int(policy("overdue_percent", programme, on, entrusted)),
            "rates": line.rates,
            "calendar": calendar,
            "due_on": [scheduled(month) for month in months],
            "policies": allocation_policies(),
            "overlays": line.overlays,
            "places": self.calendars,
            "term": term,
        }

    def has_priority(self, household, programme, on):
        attributes = self.households[household].attributes
        return any(
            row["code"] == programme
            and row["attribute"] in attributes
            and date(row["from_on"]) <= on <= (date(row["until_on"]) or datetime.date.max)
            for row in PRIORITIES
        )

    # ---- reference data ----

    def keep_reference(self):
        lines = {name: (list(x.rates), {n: list(rows) for n, rows in x.overlays.items()}) for name, x in self.lines.items()}
        return lines, {n: dict(c["changes"]) for n, c in self.points.items()}, dict(self.reliefs)

    def put_back_reference(self, kept):
        """In place: contracts share the lists of their line."""
        lines, changes, self.reliefs = kept
        for name in set(self.lines) - set(lines):
            del self.lines[name]
        for name, (rates, overlays) in lines.items():
            self.lines[name].rates[:] = rates
            for number in set(self.lines[name].overlays) - set(overlays):
                del self.lines[name].overlays[number]
            for number, rows in overlays.items():
                self.lines[name].overlays[number][:] = rows
        for number, calendar in self.points.items():
            calendar["changes"].clear()
            calendar["changes"].update(changes[number])

    # ---- who may borrow ----

    def approved(self, household, but=None):
        """Applications of it that are approved and not disbursed: they count like loans of their amounts (domain.md 8b)."""
        alike = [a for a in self.applications.values() if a["household"] == household and a["state"] == "approved"]
        return [a for a in alike if a["name"] != but]

    def not_eligible(self, household, programme, on, but=None):
        """Why the household may not borrow at all from the programme on that day (domain.md 6); `but` for this application."""
        data = self.households[household]
        standing, since = data.class_on(on)
        if standing == "newly_escaped" and on > add_months(since, int(policy("escaped_months", "", on))):
            standing = None
        wanted = {"01": "poor", "19": "near_poor", "09": "newly_escaped"}.get(programme)
        owing = self.owing(household, on)
        reasons = set()
        if (wanted and standing != wanted) or (programme == "03" and "worker" not in data.attributes):
            reasons.add("who")
        if data.commune(on) is None or data.signer(on) is None or (data.left_on and data.left_on <= on):
            reasons.add("gone")
        if data.group(on) is None and programme not in DIRECT:
            reasons.add("no_group")
        if any(s["overdue"] > 0 for _, s in owing):
            reasons.add("overdue")
        others = [x.programme for x, s in owing if outstanding(s) > 0] + [a["programme"] for a in self.approved(household, but)]
        if any(in_conflict(programme, other, on) for other in others):
            reasons.add("conflict")
        if self.headroom(household, programme, on, but) <= 0:
            reasons.add("cap")
        return reasons

    def owing(self, household, on):
        """(loan, state on that day) of the loans that are its own now."""
        mine = [x for x in self.loans.values() if self.may_be_of(x, household) and self.place_now(x).household == household]
        return self.states(on, mine)

    def may_be_of(self, loan, household):
        return household in {loan.first.household, *(self.places[n].household for n in loan.places())}

    def headroom(self, household, programme, on, but=None):
        counted = [(x.programme, outstanding(s)) for x, s in self.owing(household, on)]
        counted += [(a["programme"], a["amount"]) for a in self.approved(household, but)]
        alike = sum(amount for other, amount in counted if CAP_GROUPS[other] == CAP_GROUPS[programme])
        return int(limit_on(programme, "", on)["cap_dong"]) - alike

    def reopen(self, loan):
        """The application whose only disbursement was taken back is approved as it was."""
        for a in self.applications.values():
            if a["state"] == "disbursed" and a["loan"] == loan.name and loan.state(self.business, self.business)["lent"] == 0:
                a.update(state="approved", since=self.business, amount=a["approved"], loan=None)

    def on_open_sheet(self, loan, no):
        """Does the fact stand on the sheet of a session that still takes corrections?"""
        for (group, on), sheet in self.sheets.items():
            calendar = self.points[self.groups[group].point]
            if cal.upto(calendar, on) != on or cal.after(calendar, on) <= self.business or (self.groups[group].point, on) in self.closed:
                continue
            if any(name == loan.name and no in line["facts"] for (_, name), line in sheet.items()):
                return True
        return False

    # ---- deposits ----

    def deposit(self, household, on):
        """At the end of that day."""
        return sum(change for day, change in self.deposits.get(household, ()) if day <= on)

    def deposit_least(self, household, on):
        """The least that the deposit holds at the end of that day or of a later one."""
        days = {on} | {day for day, _ in self.deposits.get(household, ()) if day > on}
        return min(self.deposit(household, day) for day in days)

    def deposit_left(self, household, on):
        """What can be taken on that day."""
        return max(0, self.deposit_least(household, on))

    def change_deposit(self, household, on, change):
        self.deposits.setdefault(household, []).append((on, change))

    # ---- loans ----

    def states(self, on, loans=None):
        """(loan, its state) of all loans, or of these, that were begun by this day."""
        begun = [x for x in (self.loans.values() if loans is None else loans) if x.contract["contract_on"] <= on]
        return [(loan, loan.state(on, self.business)) for loan in begun]

    def forget_marks(self, loans):
        """The past of these loans is another one now."""
        for loan in loans:
            loan.mark = None

    def move_to(self, business):
        self.days |= {self.business + n * DAY for n in range(1, (business - self.business).days + 1)}
        self.recheck(business)
        self.business = business
        for loan in self.loans.values():
            loan.remember(business)


    def recheck(self, business):
        """The nights ask about opened applications of households that have changed; some change by themselves, and what a loan
        adds counts in a night or not."""
        tomorrow = self.business + DAY
        for a in self.applications.values():
            if a["state"] not in ("applied", "appraised", "confirmed", "approved"):
                continue
            why = self.not_eligible(a["household"], a["programme"], tomorrow)
            if a["household"] in self.changed and why & {"who", "no_group", "gone"}:
                a["recheck"] = "must"
            elif why or self.not_eligible(a["household"], a["programme"], business):
                a["recheck"] = a["recheck"] or "maybe"
        self.changed.clear()


def is_special(day):
    """Midnight before it is one that calendars trip over."""
    return day.day == 1 or (day.month, day.day) == (2, 29) or day in HOLIDAYS


def special_days(days):
    """What of the calendar they crossed, in words."""
    found = collections.Counter()
    for day in sorted(days):
        if day.day == 1:
            found["new year" if day.month == 1 else "end of a month"] += 1
        if (day.month, day.day) == (2, 29):
            found["29 February"] += 1
        if day in HOLIDAYS:
            found["day of Tết" if HOLIDAYS[day].startswith("Tết Nguyên đán") else "other holiday"] += 1
    return ", ".join(f"{word} {count}" for word, count in sorted(found.items()))


def outstanding(state):
    return naive_loan.in_term(state) + state["overdue"] + state["frozen"]


def unpaid_interest(state):
    """As it is told: each of the three rounded by itself, the total their sum."""
    rounded = {bucket: naive_loan.half_up(value) for bucket, value in state["interest"].items()}
    return {**rounded, "total": sum(rounded.values())}
