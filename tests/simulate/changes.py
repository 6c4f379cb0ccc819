"""Reference data changed by two people: rates for all balances and for new contracts, corrections of a rate already in force,
reliefs, sessions moved or cancelled. domain.md 0, 2.8, 2.9"""

import re
from fractions import Fraction

import vonvay_env
import world as w
from operation import CLERK, DIRECTOR, OFFICER, Operation, fact_refusals, numbered, operation
from world import DAY, Line, naive_loan

RATES = ("6.24", "6.6", "6", "7.2", "5.5", "7.92", "9", "3")
MAKERS = (OFFICER, DIRECTOR)


# ---- what each kind stores ----


class Kind:
    """params(p): as the wire takes them; refusals(world, p): of what it says; apply(world, p)"""

    def touched(self, world, p):
        """The loans whose past it may change."""
        return []


class Rate(Kind):
    word = "rate"

    def draw(self, rng, world):
        line = rng.choice(sorted(world.lines)) if rng.randrange(3) == 0 else rng.choice(used_lines(world))
        new = rng.randrange(3) == 0
        on = world.business + rng.choice((0, 1, rng.randrange(60), -3)) * DAY
        return {"line": line, "rate": rng.choice(RATES), "from": on, "applies_to": "new_loans" if new else "all_balances"}

    def params(self, p):
        return {"line": p["line"], "rate": p["rate"], "from": p["from"].isoformat(), "applies_to": p["applies_to"]}

    def refusals(self, world, p):
        line = world.lines[p["line"]]
        now = line.rate_on(p["from"])
        words = {"date_out_of_range"} if p["from"] < world.business or now is None else set()
        if now == percent(p["rate"]):
            words.add("conflict")
        if p["applies_to"] == "new_loans" and any(x.since >= p["from"] for x in alike(world, line)):
            words.add("conflict")
        return words

    def apply(self, world, p):
        line = world.lines[p["line"]]
        if p["applies_to"] == "new_loans":
            name = next_name(world, line)
            line = world.lines[name] = Line(name, line.programme, p["from"])
        line.put(p["from"], percent(p["rate"]))
        follow(world, line)


class RateCorrection(Kind):
    """What was in force from a day on to the next row of the line, was another rate."""

    word = "rate_correction"

    def draw(self, rng, world):
        line = rng.choice(used_lines(world))
        days = rng.choice((0, rng.randrange(1, 60), rng.randrange(1, 400)))
        return {"line": line, "rate": rng.choice(RATES), "from": world.business - days * DAY}

    def params(self, p):
        return {"line": p["line"], "rate": p["rate"], "from": p["from"].isoformat()}

    def refusals(self, world, p):
        line = world.lines[p["line"]]
        words = {"date_out_of_range"} if p["from"] >= world.business or line.rates[0][0] > p["from"] else set()
        return words | ({"conflict"} if line.rate_on(p["from"]) == percent(p["rate"]) else set())

    def apply(self, world, p):
        line = world.lines[p["line"]]
        line.put(p["from"], percent(p["rate"]))
        follow(world, line)

    def touched(self, world, p):
        return [loan for loan in world.loans.values() if loan.line.name == p["line"]]


class Relief(Kind):
    word = "relief"

    def draw(self, rng, world):
        on = world.business + rng.randrange(-60, 20) * DAY
        until = on + rng.choice((rng.randrange(20, 200), 0)) * DAY if rng.randrange(12) == 0 else on + rng.randrange(20, 200) * DAY
        p = {"name": f"bão {rng.randrange(1000)}", "delta": rng.choice(("1", "2", "0.5")), "from": on, "until": until}
        if rng.randrange(2):
            p["holiday"] = (on + rng.randrange(-10, 20) * DAY, on + rng.randrange(25, 150) * DAY)
        if rng.randrange(2):
            p["lines"] = used_lines(world)[:3]
        return p

    def params(self, p):
        params = {"name": p["name"], "rate_delta": p["delta"], "from": p["from"].isoformat(), "until": p["until"].isoformat()}
        if "holiday" in p:
            params |= {"holiday_from": p["holiday"][0].isoformat(), "holiday_until": p["holiday"][1].isoformat()}
        return params | ({"lines": p["lines"]} if "lines" in p else {})

    def refusals(self, world, p):
        words = {"conflict"} if p["name"] in world.reliefs else set()
        return words | ({"invalid_params"} if p["until"] <= p["from"] else set())

    def apply(self, world, p):
        number = len(world.reliefs) + 1
        world.reliefs[p["name"]] = {**p, "number": number}
        for line in world.lines.values():
            if line.name in p.get("lines", world.lines) and line.rates[0][0] < p["until"]:
                line.overlays[number] = overlay(line, p)


class SessionChange(Kind):
    word = "session_change"

    def draw(self, rng, world):
        point, months = rng.choice(sorted(world.points)), rng.choice((-2, -1, 0, 1, 2, 3))
        month = w.add_months(world.business.replace(day=1), months)
        near = month + rng.randrange(-8, 36) * DAY
        return {"point": point, "month": month, "held_on": None if rng.randrange(4) == 0 else near}

    def params(self, p):
        held = {"held_on": p["held_on"].isoformat()} if p["held_on"] else {"cancelled": True}
        return {"point": w.point_code(p["point"]), "month": p["month"].isoformat(), **held}

    def refusals(self, world, p):
        changes, month = world.points[p["point"]]["changes"], (p["month"].year, p["month"].month)
        return {"conflict"} if month in changes and changes[month] == p["held_on"] else set()

    def apply(self, world, p):
        world.points[p["point"]]["changes"][p["month"].year, p["month"].month] = p["held_on"]

    def touched(self, world, p):
        return list(world.loans.values())


KINDS = {kind.word: kind for kind in (Rate(), RateCorrection(), Relief(), SessionChange())}


def percent(text):
    return Fraction(text) / 100


def used_lines(world):
    return sorted({loan.line.name for loan in world.loans.values()}) or ["01"]


def stem(name):
    return re.sub("[A-Z]?(-priority)?$", "", name)


def alike(world, line):
    return [x for x in world.lines.values() if (x.programme, x.priority, stem(x.name)) == (line.programme, line.priority, stem(line.name))]


def next_name(world, line):
    """01 -> 01B, 03B-priority -> 03C-priority: behind the last letter that is taken."""
    tail = "-priority" if line.priority else ""
    taken = [x.removesuffix(tail).removeprefix(stem(line.name)) for x in world.lines if x.endswith("-priority") == line.priority and stem(x) == stem(line.name)]
    return stem(line.name) + chr(max(ord(letter or "A") for letter in taken) + 1) + tail


def overlay(line, relief):
    """The line less the delta inside the days."""
    days = sorted({day for day, _ in line.rates} | {relief["from"], relief["until"]})
    rows = [(day, line.rate_on(day)) for day in days if line.rate_on(day) is not None]
    delta = percent(relief["delta"])
    return [(day, max(Fraction(0), rate - delta) if relief["from"] <= day < relief["until"] else rate) for day, rate in rows]


def follow(world, line):
    """The lines of reliefs follow their base; in place, for contracts share the lists."""
    for relief in world.reliefs.values():
        if relief["number"] in line.overlays:
            line.overlays[relief["number"]][:] = overlay(line, relief)


# ---- two people ----


@operation
class Propose(Operation):
    name = "propose"
    weight = 3

    def draw(self, rng, world):
        kind = rng.choice(("rate", "rate", "rate_correction", "rate_correction", "relief", "session_change", "session_change"))
        who = rng.choice(MAKERS) if rng.randrange(12) else CLERK
        return {"kind": kind, "change": KINDS[kind].draw(rng, world), "who": who}

    def request(self, world, p):
        params = {**KINDS[p["kind"]].params(p["change"]), "reason": "thay đổi", "decision": "5/QĐ"}
        if p["kind"] == "rate_correction":
            return "rate.correct", params
        if p["kind"] == "relief":
            return "relief.define", params
        return "change.propose", {"kind": p["kind"], **params}

    def refusals(self, world, p):
        words = set() if p["who"] in MAKERS else {"denied"}
        return words | KINDS[p["kind"]].refusals(world, p["change"])

    def accept(self, world, p, reply):
        world.changes[reply["change"]] = {**p, "state": "proposed"}


@operation
class Decide(Operation):
    """Approved or rejected by somebody else, withdrawn by who proposed it."""

    name = "decide"
    weight = 4

    def draw(self, rng, world):
        if not world.changes:
            return None
        waiting = [n for n, c in world.changes.items() if c["state"] == "proposed"]
        number = rng.choice(waiting if waiting and rng.randrange(10) else sorted(world.changes))
        by = world.changes[number]["who"]
        other = next(x for x in MAKERS if x != by)
        who = other if rng.randrange(6) else rng.choice((by, CLERK))
        return {"number": number, "verb": rng.choice(("approve",) * 6 + ("reject", "withdraw")), "who": who}

    def request(self, world, p):
        return f"change.{p['verb']}", {"change": p["number"]}

    def change(self, world, p):
        return world.changes.get(p["number"])

    def refusals(self, world, p):
        change = self.change(world, p)
        if change is None:
            return {"not_found"}
        words = set() if p["who"] in MAKERS else {"denied"}
        if p["verb"] == "withdraw" and p["who"] != change["who"]:
            words.add("denied")
        elif p["verb"] != "withdraw" and p["who"] == change["who"]:
            words.add("same_person")
        if change["state"] != "proposed":
            return words | {"conflict"}
        return words | (KINDS[change["kind"]].refusals(world, change["change"]) if p["verb"] == "approve" else set())

    def accept(self, world, p, reply):
        change = self.change(world, p)
        if p["verb"] != "approve":
            change["state"] = reply["state"]
            return
        change["state"] = "applying" if reply["state"] == "applying" else "applied"

    def after(self, rpc, world, p):
        """Loans are folded anew in the worker; when the facts of one don't fit any more, nothing changes."""
        change = self.change(world, p)
        if change is None or change["state"] not in ("applying", "applied") or change.get("done"):
            return
        kind, what = KINDS[change["kind"]], change["change"]
        told = vonvay_env.wait_until(lambda: self.finished(rpc, p), 120, "the change to be applied") if change["state"] == "applying" else {"state": "applied"}
        wrong = self.try_it(world, kind, what)
        wanted = "failed" if wrong else "applied"
        assert told["state"] == wanted, (told, wrong)
        change.update(state=wanted, done=True)

    def finished(self, rpc, p):
        told = rpc.call("change.show", change=p["number"])
        return told if told["state"] != "applying" else None

    def try_it(self, world, kind, what):
        """Applies it; the loan that refuses it, and then nothing has changed."""
        before = world.keep_reference()
        kind.apply(world, what)
        touched = kind.touched(world, what)
        world.forget_marks(touched)
        for loan in touched:
            try:
                loan.state(world.business, world.business)
            except naive_loan.LoanError as error:
                world.put_back_reference(before)
                return f"{loan.name}: {error}"
        return None

    def loans(self, world, p):
        return []


@operation
class Relieve(Operation):
    """All running loans of some households follow a relief."""

    name = "relieve"
    weight = 3

    def draw(self, rng, world):
        if not world.reliefs:
            return None
        households = rng.sample(sorted(world.households), rng.choice((1, 2, 4)))
        return {"relief": rng.choice(sorted(world.reliefs)), "households": households, "who": rng.choice(MAKERS)}

    def request(self, world, p):
        params = {"relief": p["relief"], "households": [str(n) for n in p["households"]]}
        return "loan.relieve", {**params, "number": "QĐ 8", "decided_on": world.business.isoformat()}

    def facts(self, world, p):
        """[(loan, fact)], and how many running loans are left out."""
        relief, found, left_out = world.reliefs[p["relief"]], [], 0
        for loan in world.loans.values():
            state = loan.state(world.business, world.business)
            running = naive_loan.status(state) not in ("pending", "closed")
            if not running or world.place_in(loan, state).household not in p["households"]:
                continue
            fact = self.fact(relief, loan)
            if fact["on"] > world.business or (not fact["number"] and fact["holiday_until"] is None):
                left_out += 1
            else:
                found.append((loan, numbered(loan, fact)[0]))
        return found, left_out

    def fact(self, relief, loan):
        holiday = relief.get("holiday")
        lent = min(f["on"] for f in loan.living_facts() if f["kind"] == "disbursed")
        on = max(min(relief["from"], holiday[0]) if holiday else relief["from"], lent)
        lowered = relief["number"] in loan.contract["overlays"] and on < relief["until"]
        return {
            "kind": "relieved",
            "on": on,
            "number": relief["number"] if lowered else 0,
            "until": relief["until"] if lowered else None,
            "holiday_until": holiday[1] if holiday and on < holiday[1] else None,
        }

    def refusals(self, world, p):
        if p["relief"] not in world.reliefs:
            return {"not_found"}
        found, left_out = self.facts(world, p)
        words = set() if found or left_out else {"loan_not_found"}
        for loan, fact in found:
            words |= fact_refusals(world, loan, [fact])
        return words

    def accept(self, world, p, reply):
        found, left_out = self.facts(world, p)
        told = sorted((row["loan"], row["fact"], row["on"]) for row in reply["loans"])
        wanted = sorted((loan.number, fact["no"], fact["on"].isoformat()) for loan, fact in found)
        assert (told, reply["left_out"]) == (wanted, left_out), (reply, wanted, left_out)
        for loan, fact in found:
            loan.record(fact)

    def loans(self, world, p):
        return [name for name, loan in world.loans.items() if loan.facts[-1]["kind"] == "relieved"][:4]
