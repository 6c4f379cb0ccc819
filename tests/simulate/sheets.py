"""Sessions of a point: the sheet of a group posted on the day, late, or twice from a file; corrections, excuses, closing.
domain.md 2.2, 5.3, 8b"""

import compare
import world as w
from operation import (
    CLERK,
    OFFICER,
    Operation,
    fact_refusals,
    numbered,
    operation,
    record_payment,
    record_reversal,
    some_money,
)
from world import DAY, cal, naive_loan

AMOUNTS = ("interest", "principal", "deposit", "withdraw")
# of the loan of a line
SAID = {
    "too_much": "amount_too_large",
    "closed": "loan_closed",
    "before_start": "date_out_of_range",
    "not_disbursed": "date_out_of_range",
    **dict.fromkeys(("no_instalment", "decided", "frozen", "not_frozen", "number", "until"), "conflict"),
}


def some_session(rng, world, point):
    """Mostly the last one; the one before it or a day that is none now and then."""
    last = cal.upto(world.points[point], world.business)
    kind = rng.randrange(14)
    if kind == 0:
        return cal.upto(world.points[point], last - DAY)
    return last + rng.choice((1, 2)) * DAY if kind == 1 else last


def held(world, point, on):
    return cal.upto(world.points[point], on) == on


def open_refusals(world, point, on):
    """Does the session of that day take posts?"""
    calendar = world.points[point]
    if not held(world, point, on) or on > world.business:
        return {"date_out_of_range"}
    if (point, on) in world.closed or cal.after(calendar, on) <= world.business:
        return {"session_closed"}
    return set()


def line_facts(line, on):
    found = [("interest_paid", line["interest"]), ("principal_paid", line["principal"])]
    return [{"kind": kind, "on": on, "amount": amount, "source": line["from"]} for kind, amount in found if amount > 0]


def deposit_changes(line):
    """What the line does to the deposit, without what pays the loan."""
    return [change for change in (line["deposit"], -line["withdraw"]) if change]


def takes(line):
    return line["withdraw"] + (line["interest"] + line["principal"] if line["from"] == "deposit" else 0)


def cash_of(line):
    """(of the leader, of the borrower)"""
    paid = (line["interest"], line["principal"]) if line["from"] == "cash" else (0, 0)
    return paid[0] + line["deposit"] - line["withdraw"], paid[1]


def is_empty(line):
    return not any(line[name] for name in AMOUNTS)


def stood(world, loan, group, on):
    """Whose it was, when it stood in the group on that day and was not paid off by then."""
    if on < loan.contract["contract_on"]:
        return None
    state, now = loan.state(on, world.business), loan.state(world.business, world.business)
    place = world.place_in(loan, state)
    gone = naive_loan.status(state) == "closed" or naive_loan.status(now) == "pending"
    return place.household if place.group == group and not gone else None


def is_there(world, loan, group, household, on):
    """On the day of the session it was of this household in this group; or, not having stood there then, it is now."""
    then, now = stood(world, loan, group, on), world.place_now(loan)
    return then == household if then else (now.group, now.household) == (group, household)


def line_refusals(world, sheet, group, on, line, old=None):
    """Why a line is refused; `old`: the line that it corrects."""
    loan = world.loans.get(line["loan"])
    key = (line["household"], line["loan"])
    member = (world.households[line["household"]].group(on) if line["household"] in world.households else None) == group
    words = {"already_posted"} if key in sheet and not old else set()
    facts = line_facts(line, on)
    if loan is None:
        if facts:
            words.add("invalid_params")
    else:
        if not is_there(world, loan, group, line["household"], on):
            words.add("loan_not_found")
        if on < loan.contract["contract_on"]:
            words.add("date_out_of_range")
        taken_back = [{"kind": "reversed", "on": on, "reverses": f["no"]} for f in old["facts"]] if old else []
        if {f["no"] for f in old["facts"]} & {f.get("reverses") for f in loan.facts} if old else False:
            words.add("conflict")  # somebody else has taken it back
        if facts or taken_back:
            words |= fact_refusals(world, loan, numbered(loan, *taken_back, *facts), SAID)
    if not member and (loan is None or line["deposit"] > 0):
        words.add("household_not_found")
    least = world.deposit_least(line["household"], on)
    least = max(0, least) - (sum(old["deposits"]) if old else 0)
    return words | ({"overdrawn"} if takes(line) > least + line["deposit"] else set())


def post_line(world, sheet, on, line):
    """The line stands: facts and deposits are recorded."""
    loan, stored = world.loans.get(line["loan"]), []
    if loan:
        stored = numbered(loan, *line_facts(line, on))
        for fact in stored:
            record_payment(world, loan, fact)
    changes = deposit_changes(line)
    for change in changes:
        world.change_deposit(line["household"], on, change)
    if line["from"] == "deposit":
        changes = changes + [-fact["amount"] for fact in stored]
    sheet[line["household"], line["loan"]] = {"facts": [f["no"] for f in stored], "deposits": changes, "cash": cash_of(line)}


class SessionOperation(Operation):
    def who(self, p):
        return p["who"]

    def sheet(self, world, p):
        return world.sheets.setdefault((p["group"], p["on"]), {})


@operation
class Post(SessionOperation):
    """A sheet, some of whose lines may be refused."""

    name = "post"
    weight = 6

    def draw(self, rng, world):
        group = rng.choice(sorted(world.groups))
        on = some_session(rng, world, world.groups[group].point)
        lines = [self.line(rng, world, group, on, loan) for loan in self.loans_of(rng, world, group)]
        for household in world.members(group, on):
            if rng.randrange(5) == 0:
                lines.append(self.deposit_line(rng, household))
        if not lines:
            return None
        if rng.randrange(15) == 0:
            lines.append(dict(rng.choice(lines)))
        cash = rng.choice((0, 0, 0, 7_000, -1_000))
        return {"group": group, "on": on, "lines": lines[:20], "more_cash": cash, "who": CLERK if rng.randrange(20) else OFFICER}

    def loans_of(self, rng, world, group):
        """Of the group mostly, not all of them every time."""
        mine = [name for name, loan in sorted(world.loans.items()) if world.place_now(loan).group == group]
        others = sorted(set(world.loans) - set(mine))
        chosen = [name for name in mine if rng.randrange(4)]
        return chosen + ([rng.choice(others)] if others and rng.randrange(12) == 0 else [])

    def line(self, rng, world, group, on, name):
        loan = world.loans[name]
        parts = naive_loan.owed(loan.contract, loan.state(min(on, world.business), world.business), on)
        interest = sum(parts[part] for part in naive_loan.INTEREST_ORDER)
        principal = parts["principal_due"] + parts["principal_overdue"] or parts["principal_early"] // 10
        amounts = {
            "interest": interest if rng.randrange(3) else some_money(rng, interest) if rng.randrange(2) else 0,
            "principal": some_money(rng, principal) if rng.randrange(3) == 0 else 0,
            "deposit": rng.choice((0, 0, 0, 50_000, 130_000)),
            "withdraw": rng.choice((0, 0, 0, 0, 20_000)),
        }
        return {"household": world.place_now(loan).household, "loan": name, **amounts, "from": rng.choice(("cash", "cash", "cash", "deposit"))}

    def deposit_line(self, rng, household):
        put, out = rng.choice(((50_000, 0), (100_000, 0), (0, 30_000), (0, 0)))
        return {"household": household, "loan": None, "interest": 0, "principal": 0, "deposit": put, "withdraw": out, "from": "cash"}

    def request(self, world, p):
        lines = []
        for line in p["lines"]:
            row = {"household": str(line["household"]), "from": line["from"], **{name: line[name] for name in AMOUNTS}}
            if line["loan"]:
                row["loan"] = world.loans[line["loan"]].number
            lines.append(row)
        cash, principal = (max(0, sum(cash_of(line)[n] for line in p["lines"])) for n in (0, 1))
        params = {"group": str(p["group"]), "session_on": p["on"].isoformat(), "lines": lines}
        return "session.post", {**params, "cash_counted": cash + p["more_cash"], "principal_counted": principal}

    def refusals(self, world, p):
        """Of the sheet as a whole."""
        group = world.groups[p["group"]]
        words = set() if p["who"] == CLERK else {"denied"}
        words |= open_refusals(world, group.point, p["on"])
        return words if group.there(p["on"]) else words | {"date_out_of_range"}

    def accept(self, world, p, reply):
        """Line by line, each after those before it."""
        sheet, cash = self.sheet(world, p), [0, 0]
        for line, row in zip(p["lines"], reply["lines"]):
            if is_empty(line):
                assert row["outcome"] == "nothing", (line, row)
                continue
            words = line_refusals(world, sheet, p["group"], p["on"], line)
            if words:
                assert (row["outcome"], row["word"] in words) == ("refused", True), (line, row, words)
                continue
            assert row["outcome"] == "posted", (line, row)
            post_line(world, sheet, p["on"], line)
            cash = [total + part for total, part in zip(cash, cash_of(line))]
            assert row.get("facts", []) == sheet[line["household"], line["loan"]]["facts"], (line, row)
        _, asked = self.request(world, p)
        wanted = [(total, asked[name] - total) for total, name in zip(cash, ("cash_counted", "principal_counted"))]
        assert [(reply[name]["expected"], reply[name]["difference"]) for name in ("cash", "principal")] == wanted, (reply, wanted)
        if any(row["outcome"] == "posted" for row in reply["lines"]) or not any(row["outcome"] == "refused" for row in reply["lines"]):
            world.sheet_state[p["group"], p["on"]] = "posted"

    def loans(self, world, p):
        return [line["loan"] for line in p["lines"] if line["loan"]][:4]

    def after(self, rpc, world, p):
        compare.check_sheets(rpc, world, world.groups[p["group"]].point, p["on"])


@operation
class Correct(SessionOperation):
    """One line that was posted, until its session is closed."""

    name = "correct"
    weight = 3

    def draw(self, rng, world):
        posted = [(key, line) for key, sheet in world.sheets.items() for line in sheet]
        if rng.randrange(12):
            posted = [(key, line) for key, line in posted if not open_refusals(world, world.groups[key[0]].point, key[1])]
        if not posted:
            return None
        (group, on), (household, loan) = rng.choice(posted[-8:])
        line = Post().line(rng, world, group, on, loan) if loan else Post().deposit_line(rng, household)
        return {"group": group, "on": on, "line": {**line, "household": household}, "who": CLERK}

    def request(self, world, p):
        line = p["line"]
        params = {"group": str(p["group"]), "session_on": p["on"].isoformat(), "household": str(line["household"])}
        params |= {name: line[name] for name in (*AMOUNTS, "from")}
        if line["loan"]:
            params["loan"] = world.loans[line["loan"]].number
        return "session.correct", {**params, "reason": "ghi nhầm"}

    def refusals(self, world, p):
        words = open_refusals(world, world.groups[p["group"]].point, p["on"])
        if not world.groups[p["group"]].there(p["on"]):
            words.add("date_out_of_range")
        line, sheet = p["line"], self.sheet(world, p)
        if line["loan"] and line["loan"] not in world.loans:
            return words | {"loan_not_found", "not_found"}
        old = sheet.get((line["household"], line["loan"]))
        if old is None:
            return words | {"not_found"}
        return words | line_refusals(world, sheet, p["group"], p["on"], line, self.with_facts(world, p, old))

    def with_facts(self, world, p, old):
        facts = world.loans[p["line"]["loan"]].facts if p["line"]["loan"] else []
        return {**old, "facts": [f for f in facts if f["no"] in old["facts"]]}

    def accept(self, world, p, reply):
        line, sheet = p["line"], self.sheet(world, p)
        old = sheet.pop((line["household"], line["loan"]))
        loan = world.loans.get(line["loan"])
        for fact in self.with_facts(world, p, old)["facts"]:
            back = {"no": loan.next_no(), "kind": "reversed", "on": p["on"], "reverses": fact["no"]}
            record_reversal(world, loan, back, fact)
        own = list(old["deposits"])
        for fact in self.with_facts(world, p, old)["facts"]:
            if fact["source"] == "deposit":
                own.remove(-fact["amount"])
        for change in own:
            world.deposits[line["household"]].remove((p["on"], change))
        post_line(world, sheet, p["on"], line)
        new = sheet[line["household"], line["loan"]]
        changes = tuple(b - a for a, b in zip(old["cash"], new["cash"]))
        assert (reply["cash_change"], reply["principal_change"]) == changes, (reply, changes)

    def loans(self, world, p):
        return [p["line"]["loan"]] if p["line"]["loan"] else []

    def after(self, rpc, world, p):
        compare.check_sheets(rpc, world, world.groups[p["group"]].point, p["on"])


class OfSession(SessionOperation):
    """Of a point and a session, by a clerk or an officer."""

    def draw(self, rng, world):
        point = rng.choice(sorted(world.points))
        on = some_session(rng, world, point)
        return {"point": point, "on": on, "group": rng.choice(sorted(world.groups)), "who": rng.choice((CLERK, OFFICER))}

    def day_refusals(self, world, p):
        return set() if held(world, p["point"], p["on"]) and p["on"] <= world.business else {"date_out_of_range"}

    def groups(self, world, p):
        """Those that come to the session: with members of that day, or loans."""
        return [n for n, g in sorted(world.groups.items()) if g.point == p["point"] and g.there(p["on"]) and self.comes(world, n, p["on"])]

    def comes(self, world, number, on):
        members = any(h.group(on) == number for h in world.households.values())
        return members or any(stood(world, loan, number, on) for loan in world.loans.values())


@operation
class Excuse(OfSession):
    name = "excuse"
    weight = 2

    def draw(self, rng, world):
        p = super().draw(rng, world)
        missing = [n for n in self.groups(world, p) if (n, p["on"]) not in world.sheet_state]
        return {**p, "group": rng.choice(missing)} if missing and rng.randrange(6) else p

    def request(self, world, p):
        params = {"point": w.point_code(p["point"]), "group": str(p["group"]), "session_on": p["on"].isoformat()}
        return "session.excuse", {**params, "reason": "mưa lũ"}

    def refusals(self, world, p):
        words = self.day_refusals(world, p)
        if p["group"] not in self.groups(world, p):
            words.add("group_not_found")
        if (p["point"], p["on"]) in world.closed:
            words.add("session_closed")
        return words | ({"conflict"} if (p["group"], p["on"]) in world.sheet_state else set())

    def accept(self, world, p, reply):
        world.sheet_state[p["group"], p["on"]] = "excused"


@operation
class Close(OfSession):
    """With the transfers to overdue of what was due before it."""

    name = "close"
    weight = 3

    def draw(self, rng, world):
        p = super().draw(rng, world)
        return None if self.refusals(world, p) and rng.randrange(8) else p

    def request(self, world, p):
        return "session.close", {"point": w.point_code(p["point"]), "session_on": p["on"].isoformat()}

    def refusals(self, world, p):
        words = self.day_refusals(world, p)
        if (p["point"], p["on"]) in world.closed:
            words.add("session_closed")
        missing = [n for n in self.groups(world, p) if (n, p["on"]) not in world.sheet_state]
        return words | ({"sheets_missing"} if missing else set())

    def accept(self, world, p, reply):
        calendar = world.points[p["point"]]
        world.closed.add((p["point"], p["on"]))
        calendar["closed_upto"] = max(p["on"], calendar["closed_upto"] or p["on"])

    def loans(self, world, p):
        """All that stand there: what was due is overdue now."""
        return [name for name, loan in world.loans.items() if world.place_now(loan).point == p["point"]]
