"""Households: registered, more members, classes with their decisions, deaths and heirs, splits with loans, mergers; and their
applications from 01/TD to the disbursement. domain.md 5.6, 6"""

import datetime

import world as w
from groups import SAID as MOVE_SAID
from money import begin_loan, lending_refusals, some_terms
from operation import CLERK, DIRECTOR, OFFICER, WORDS, Operation, fact_refusals, numbered, operation, some_day
from world import DAY, cal, naive_loan

CLASSES = ("poor", "poor", "near_poor", "near_poor", "newly_escaped", "newly_escaped", "average")


def is_adult(born, on):
    return w.add_months(born, 18 * 12) <= on


def heir(data, on, people):
    """The oldest adult of them."""
    adults = sorted((data.born[n], n) for n in people if is_adult(data.born[n], on) and data.came(n) <= on)
    return adults[0][1] if adults else None


def open_loans(world, household):
    """(loan, place) of what it owes on now."""
    found = []
    for loan in world.loans.values():
        state = loan.state(world.business, world.business)
        place = world.place_in(loan, state)
        if place.household == household and naive_loan.status(state) not in ("pending", "closed"):
            found.append((loan, place))
    return found


class HouseholdOperation(Operation):
    def who(self, p):
        return p["who"]

    def draw(self, rng, world):
        there = [n for n, h in sorted(world.households.items()) if h.left_on is None]
        household = rng.choice(there if rng.randrange(15) else sorted(world.households))
        who = rng.choice((CLERK, OFFICER)) if rng.randrange(15) else DIRECTOR
        more = self.more(rng, world, household)
        return None if more is None else {"household": household, "who": who, **more}

    def more(self, rng, world, household):
        return {"on": some_day(rng, world, world.households[household].registered_on)}

    def refusals(self, world, p):
        data, words = world.households[p["household"]], set() if p["who"] != DIRECTOR else {"denied"}
        if data.left_on:
            words.add("conflict")
        if not data.registered_on <= p["on"] <= world.business:
            words.add("date_out_of_range")
        return words | self.rules(world, p, data)

    def rules(self, world, p, data):
        return set()


@operation
class Register(HouseholdOperation):
    name = "register"
    weight = 2

    def draw(self, rng, world):
        number = max(201, max(world.households) + 1) if rng.randrange(12) else rng.choice(sorted(world.households))
        on = world.business - rng.choice((0, 0, rng.randrange(300), -1)) * DAY
        born = [datetime.date(rng.randrange(1950, 2003), rng.randrange(1, 13), rng.randrange(1, 29)) for _ in range(rng.choice((1, 2, 3)))]
        if rng.randrange(3) == 0:
            born.append(on - rng.randrange(1, 6000) * DAY)
        area = "CX" if on >= w.UNITS_MERGED_ON else rng.choice(("C1", "C2"))
        return {"household": number, "on": on, "born": born, "area": area, "class": rng.choice(CLASSES), "worker": rng.randrange(2) == 0, "who": CLERK}

    def request(self, world, p):
        people = [{"name": f"Hồ {p['household']}-{n}", "sex": "male", "born_on": born.isoformat(), "relation": "child"} for n, born in enumerate(p["born"], 1)]
        params = {"household": str(p["household"]), "on": p["on"].isoformat(), "area": p["area"], "members": people[1:]}
        params |= {key: people[0][key] for key in ("name", "sex", "born_on")} | {"class": p["class"], "decision": "QĐ 11"}
        return "household.register", params | ({"attributes": ["worker"]} if p["worker"] else {})

    def refusals(self, world, p):
        words = {"conflict"} if p["household"] in world.households else set()
        return words | (set() if p["on"] <= world.business else {"date_out_of_range"})

    def accept(self, world, p, reply):
        data = w.Household([(p["on"], p["class"])], ("worker",) if p["worker"] else (), None, p["area"])
        data.registered_on, data.homes, data.signers = p["on"], [(p["on"], p["area"])], [(p["on"], 1)]
        data.born = dict(enumerate(p["born"], 1))
        world.households[p["household"]] = data


@operation
class AddMember(HouseholdOperation):
    name = "member"

    def more(self, rng, world, household):
        on = max(world.households[household].registered_on, world.business - rng.randrange(100) * DAY)
        return {"on": on, "born": datetime.date(rng.randrange(1950, 2012), rng.randrange(1, 13), 7)}

    def request(self, world, p):
        params = {"household": str(p["household"]), "name": "Kăn Mới", "sex": "female", "born_on": p["born"].isoformat()}
        return "household.member", {**params, "relation": "child", "from_on": p["on"].isoformat()}

    def accept(self, world, p, reply):
        world.households[p["household"]].add(reply["member"], p["born"], p["on"])


@operation
class ClassChange(HouseholdOperation):
    """Poor, near-poor, escaped, and back: with a decision, from a day on."""

    name = "class"
    weight = 3

    def more(self, rng, world, household):
        return {**super().more(rng, world, household), "class": rng.choice(CLASSES)}

    def request(self, world, p):
        params = {"household": str(p["household"]), "class": p["class"], "from_on": p["on"].isoformat()}
        return "household.class", {**params, "decision": "QĐ 12"}

    def rules(self, world, p, data):
        return {"conflict"} if any(day == p["on"] for day, _ in data.classes) else set()

    def accept(self, world, p, reply):
        data = world.households[p["household"]]
        data.classes = sorted([*data.classes, (p["on"], p["class"])])


@operation
class Death(HouseholdOperation):
    """The heir signs from then on, also for the open loans that the dead signed."""

    name = "death"
    weight = 2

    def more(self, rng, world, household):
        data = world.households[household]
        first = max(data.signers[-1][0] + DAY, data.registered_on)
        on = min(world.business, max(first, world.business - rng.choice((0, 0, rng.randrange(30))) * DAY))
        alive = data.members(on)
        return {"on": on, "member": rng.choice(alive)} if alive and first <= world.business else None

    def request(self, world, p):
        return "household.death", {"household": str(p["household"]), "member": p["member"], "on": p["on"].isoformat()}

    def heir(self, p, data):
        """Who signs after it, and whether that is somebody else than before."""
        if data.signer(p["on"]) != p["member"]:
            return data.signer(p["on"]), False
        return heir(data, p["on"], [n for n in data.born if n != p["member"] and n not in data.ended]), True

    def facts(self, world, p, data):
        after, _ = self.heir(p, data)
        found = [(loan, place._replace(member=after)) for loan, place in open_loans(world, p["household"]) if place.member == p["member"]]
        return [(loan, numbered(loan, {"kind": "moved", "on": world.business, "number": world.place_number(place)})[0]) for loan, place in found] if after else []

    def rules(self, world, p, data):
        words = set() if p["member"] in data.members(p["on"]) else {"not_found"}
        if p["member"] in data.ended:
            words.add("conflict")
        for loan, fact in self.facts(world, p, data):
            words |= fact_refusals(world, loan, [fact])
        return words

    def accept(self, world, p, reply):
        data = world.households[p["household"]]
        after, changes = self.heir(p, data)
        facts = self.facts(world, p, data)
        assert (reply["representative"], sorted(reply["moved"])) == (after, sorted(loan.number for loan, _ in facts)), (reply, after)
        for loan, fact in facts:
            loan.record(fact)
        if changes:
            data.signers = [row for row in data.signers if row[0] < p["on"]] + [(p["on"], after)]
        data.ended[p["member"]] = p["on"]
        if len(data.ended) == len(data.born):
            finish(world, p["household"], p["on"])

    def loans(self, world, p):
        return [name for name, loan in world.loans.items() if loan.facts[-1]["kind"] == "moved"][:3]


def finish(world, household, on):
    """It is no more; who owes or has a deposit stays in the group."""
    data = world.households[household]
    data.left_on = on
    if not open_loans(world, household) and world.deposit(household, datetime.date.max) == 0:
        for membership in data.groups:
            if membership[1] is None and membership[0] < on:
                membership[1] = on


@operation
class Merge(HouseholdOperation):
    """The members of another household join this one."""

    name = "merge"

    def more(self, rng, world, household):
        return {"on": world.business, "other": rng.choice([n for n, h in sorted(world.households.items()) if h.left_on is None])}

    def request(self, world, p):
        return "household.merge", {"household": str(p["household"]), "other": str(p["other"]), "from_on": p["on"].isoformat()}

    def rules(self, world, p, data):
        other = world.households[p["other"]]
        words = {"invalid_params"} if p["other"] == p["household"] else set()
        if open_loans(world, p["other"]) or world.deposit(p["other"], datetime.date.max) or other.left_on:
            words.add("conflict")
        return words | ({"date_out_of_range"} if p["on"] < other.registered_on else set())

    def accept(self, world, p, reply):
        data, other = world.households[p["household"]], world.households[p["other"]]
        going = [n for n in other.born if n not in other.ended]
        assert reply["members"] == len(going), (reply, going)
        for n in going:
            data.add(max(data.born) + 1, other.born[n], p["on"])
            other.ended[n] = p["on"]
        other.signers.append((p["on"], None))
        finish(world, p["other"], p["on"])


@operation
class Split(HouseholdOperation):
    """Some members make a household of their own, and loans go along."""

    name = "split"
    weight = 2

    def draw(self, rng, world):
        large = [n for n, h in sorted(world.households.items()) if h.left_on is None and len(h.members(world.business)) > 1]
        if not large:
            return None
        household = rng.choice(large)
        members = world.households[household].members(world.business)
        going = sorted(rng.sample(members, rng.randrange(1, len(members))))
        loans = [name for name, loan in sorted(world.loans.items()) if world.place_now(loan).household == household and rng.randrange(2)]
        into = max(201, max(world.households) + 1)
        return {"household": household, "into": into, "members": going, "names": loans, "on": world.business, "who": CLERK}

    def request(self, world, p):
        params = {"household": str(p["household"]), "into": str(p["into"]), "members": [str(n) for n in p["members"]]}
        return "household.split", {**params, "loans": [world.loans[name].number for name in p["names"]], "from_on": p["on"].isoformat()}

    def signer(self, data, p):
        found = heir(data, p["on"], [n for n in p["members"] if n not in data.ended])
        return found and p["members"].index(found) + 1

    def places(self, world, p):
        data, found = world.households[p["household"]], []
        group, commune = data.group(p["on"]), w.commune_now(data.commune(p["on"]), p["on"])
        for name in p["names"]:
            place = world.place_now(world.loans[name])
            member = p["members"].index(place.member) + 1 if place.member in p["members"] else self.signer(data, p)
            place = place._replace(household=p["into"], member=member, commune=commune)
            if group and place.group:
                place = place._replace(group=group, point=world.groups[group].point, organisation=world.groups[group].organisation)
            found.append((world.loans[name], place))
        return found

    def facts(self, world, p):
        return [(loan, numbered(loan, {"kind": "moved", "on": p["on"], "number": world.place_number(place)})[0]) for loan, place in self.places(world, p)]

    def rules(self, world, p, data):
        words = set() if set(p["members"]) <= set(data.members(p["on"])) else {"not_found"}
        if self.signer(data, p) is None or data.signer(p["on"]) in p["members"] or data.signers[-1][1] in p["members"]:
            words.add("conflict")
        own = {loan.name for loan, _ in open_loans(world, p["household"])}
        if not set(p["names"]) <= own:
            words.add("not_found")
        if not words:
            for loan, fact in self.facts(world, p):
                words |= fact_refusals(world, loan, [fact], {**MOVE_SAID, **WORDS})
        return words

    def accept(self, world, p, reply):
        old, facts = world.households[p["household"]], self.facts(world, p)
        assert sorted(reply["moved"]) == sorted(loan.number for loan, _ in facts), (reply, p)
        of_group = any(place.group for _, place in self.places(world, p))
        new = w.Household([row for row in old.classes if row[0] <= p["on"]], old.attributes, None, None)
        new.registered_on, new.homes = p["on"], [(p["on"], w.commune_now(old.commune(p["on"]), p["on"]))]
        new.signers, new.born = [(p["on"], self.signer(old, p))], {n: old.born[m] for n, m in enumerate(p["members"], 1)}
        if of_group and old.group(p["on"]):
            new.groups = [[p["on"], None, old.group(p["on"])]]
        for member in p["members"]:
            old.ended[member] = p["on"]
        world.households[p["into"]] = new
        for loan, fact in facts:
            loan.record(fact)

    def loans(self, world, p):
        return p["names"]


# ---- applications ----

NEXT = {"appraise": ("applied",), "confirm": ("appraised", "confirmed"), "approve": ("confirmed",), "disburse": ("approved",)}
OPEN = ("applied", "appraised", "confirmed", "approved")


def add_working_days(on, days):
    while days > 0:
        on += DAY
        days -= on.weekday() < 5 and on not in w.HOLIDAYS
    return on


@operation
class Submit(HouseholdOperation):
    name = "submit"
    weight = 4

    def more(self, rng, world, household):
        on = some_day(rng, world, world.business - 60 * DAY)
        fitting = [x for x in ("01", "19", "09", "03", "10") if not world.not_eligible(household, x, on)]
        programme = rng.choice(fitting if fitting and rng.randrange(8) else ["01", "19", "09", "03", "10"])
        return {"on": on, "programme": programme, **some_terms(rng)}

    def who(self, p):
        return CLERK

    def request(self, world, p):
        params = {"household": str(p["household"]), "programme": p["programme"], "amount": p["amount"], "term_months": p["term"]}
        return "application.submit", {**params, "on": p["on"].isoformat()} | ({"instalment_months": p["step"]} if p["step"] else {})

    def refusals(self, world, p):
        if not world.began_on <= p["on"] <= world.business:
            return {"date_out_of_range"}
        words = lending_refusals(world, p, p["on"])
        alike = [a for a in world.applications.values() if (a["household"], a["programme"]) == (p["household"], p["programme"])]
        return words | ({"conflict"} if any(a["state"] in OPEN for a in alike) else set())

    def accept(self, world, p, reply):
        place = world.place_of(p["household"], p["on"])
        world.applications[p["name"]] = {**p, "number": reply["application"], "state": "applied", "since": p["on"], "group": place.group, "point": place.point, "recheck": ""}
        days = "application_days_appraise" if place.group else "application_days_confirm"
        due = add_working_days(p["on"], int(w.policy(days, p["programme"], p["on"], place.group != 0)))
        assert reply["due_on"] == due.isoformat(), (reply, due)


class Step(Operation):
    """The next step of an application, or one that is not its turn."""

    verb = ""
    makers = ()

    def draw(self, rng, world):
        ready = [n for n, a in sorted(world.applications.items()) if a["state"] in NEXT.get(self.verb, OPEN)]
        names = self.ripe(world, ready) if rng.randrange(20) else sorted(world.applications)
        if not names:
            return None
        application = world.applications[rng.choice(names)]
        name = application["name"]
        on = world.business - rng.choice((0, 0, 0, 1, rng.randrange(20), -1)) * DAY
        who = rng.choice(self.makers) if rng.randrange(15) else "quantri"
        part = rng.randrange(1, application["amount"] + 2) if rng.randrange(3) == 0 else None
        return {"application": name, "on": max(on, application["since"] - DAY), "who": who, "amount": part, "agree": rng.randrange(8) > 0}

    def ripe(self, world, names):
        return names

    def ours(self, world, p):
        return world.applications.get(p["application"])

    def request(self, world, p):
        ours = self.ours(world, p)
        return f"application.{self.verb}", self.params(ours["number"] if ours else "999999", p, ours)

    def params(self, number, p, ours):
        return {"application": number, "on": p["on"].isoformat()} | ({"amount": p["amount"]} if p["amount"] else {})

    def may(self, ours, p):
        return ours["state"] in NEXT[self.verb]

    def refusals(self, world, p):
        ours, words = self.ours(world, p), set() if p["who"] in self.makers else {"denied"}
        if ours is None:
            return words | {"application_not_found"}
        if not self.may(ours, p):
            words.add("application_state")
        if not ours["since"] <= p["on"] <= world.business:
            words.add("date_out_of_range")
        if p["amount"] and p["amount"] > ours["amount"] and self.takes_amount(p):
            words.add("invalid_params")
        return words | self.rules(world, p, ours)

    def takes_amount(self, p):
        return True

    def rules(self, world, p, ours):
        return set()

    def accept(self, world, p, reply):
        ours = self.ours(world, p)
        ours.update(since=p["on"], state=self.becomes(p))
        if p["amount"] and self.takes_amount(p):
            ours["amount"] = p["amount"]

    def becomes(self, p):
        raise NotImplementedError


@operation
class Appraise(Step):
    name, verb, weight, makers = "appraise", "appraise", 3, (CLERK,)

    def params(self, number, p, ours):
        agreed = {"application": number} | ({"amount": p["amount"]} if p["amount"] else {})
        said = {"agreed": [agreed]} if p["agree"] else {"refused": [{"application": number, "reason": "chưa cần"}]}
        return {"group": str(ours["group"] if ours and ours["group"] else 1), "on": p["on"].isoformat(), **said}

    def may(self, ours, p):
        return (ours["state"] == "applied" and ours["group"] != 0) if p["agree"] else ours["state"] in OPEN

    def rules(self, world, p, ours):
        return set() if ours["group"] else {"conflict", "application_state"}

    def takes_amount(self, p):
        return p["agree"]

    def becomes(self, p):
        return "appraised" if p["agree"] else "refused"


@operation
class Confirm(Step):
    name, verb, weight, makers = "confirm", "confirm", 3, (CLERK, OFFICER)

    def params(self, number, p, ours):
        said = {"confirmed": [number]} if p["agree"] else {"refused": [{"application": number, "reason": "không cư trú"}]}
        return {"on": p["on"].isoformat(), **said}

    def may(self, ours, p):
        if not p["agree"]:
            return ours["state"] in OPEN
        return ours["state"] in ("appraised", "confirmed") or (ours["state"] == "applied" and not ours["group"])

    def takes_amount(self, p):
        return False

    def becomes(self, p):
        return "confirmed" if p["agree"] else "refused"

    def accept(self, world, p, reply):
        super().accept(world, p, reply)
        if p["agree"]:
            self.ours(world, p)["recheck"] = ""


@operation
class Approve(Step):
    """By another person than took it; what the household may borrow is asked again."""

    name, verb, weight, makers = "approve", "approve", 3, (OFFICER, DIRECTOR)

    def rules(self, world, p, ours):
        if not ours["since"] <= p["on"] <= world.business:
            return set()
        words = lending_refusals(world, {**ours, "amount": p["amount"] or ours["amount"]}, p["on"], ours["name"])
        return words | ({"recheck"} if ours["recheck"] == "must" else set())

    def unsure(self, world, p):
        ours = self.ours(world, p)
        return {"recheck"} if ours and ours["recheck"] else set()

    def becomes(self, p):
        return "approved"

    def accept(self, world, p, reply):
        super().accept(world, p, reply)
        self.ours(world, p)["approved"] = self.ours(world, p)["amount"]


@operation
class Withdraw(Step):
    name, verb, makers = "withdraw", "withdraw", (CLERK,)

    def params(self, number, p, ours):
        return {"application": number, "on": p["on"].isoformat()}

    def may(self, ours, p):
        return ours["state"] in OPEN

    def takes_amount(self, p):
        return False

    def becomes(self, p):
        return "withdrawn"


@operation
class Refuse(Withdraw):
    name, verb, makers = "refuse", "refuse", (OFFICER, DIRECTOR)

    def params(self, number, p, ours):
        return {**super().params(number, p, ours), "reason": "hồ sơ thiếu"}

    def becomes(self, p):
        return "refused"


@operation
class DisburseApproved(Approve):
    """At a session of the point, the contract with it."""

    name, verb, weight, makers = "disburse_approved", "disburse", 4, (CLERK,)

    def ripe(self, world, names):
        """Those whose session has come."""
        found = [(name, world.applications[name]) for name in names]
        return [name for name, a in found if cal.upto(world.points[a["point"]], world.business) >= a["since"]]

    def draw(self, rng, world):
        p = super().draw(rng, world)
        if p is None:
            return None
        calendar = world.points[world.applications[p["application"]]["point"]]
        return {**p, "on": cal.upto(calendar, world.business)} if rng.randrange(6) else p

    def params(self, number, p, ours):
        params = {"application": number, "disbursed_on": p["on"].isoformat()}
        return params | ({"amount": p["amount"]} if p["amount"] else {})

    def may(self, ours, p):
        return ours["state"] == "approved"

    def rules(self, world, p, ours):
        session = not ours["group"] or cal.is_session(world.points[ours["point"]], p["on"])
        return super().rules(world, p, ours) | (set() if session else {"date_out_of_range"})

    def becomes(self, p):
        return "disbursed"

    def accept(self, world, p, reply):
        ours = self.ours(world, p)
        begin_loan(world, p["name"], ours, p["on"], p["amount"] or ours["amount"], reply)
        Step.accept(self, world, p, reply)
        ours["loan"] = p["name"]
