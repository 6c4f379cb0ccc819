"""Groups: members join and leave, move with their loans, groups merge and split; loans moved by themselves. domain.md 5.1"""

import world as w
from operation import CLERK, DIRECTOR, OFFICER, Operation, day_refusals, fact_refusals, numbered, operation, some_day
from world import DAY, Group, naive_loan

# a move that a loan does not allow
SAID = {
    word: "date_out_of_range" if word in ("before_start", "not_disbursed") else "conflict"
    for word in ("too_much", "before_start", "not_disbursed", "no_instalment", "closed", "decided", "frozen", "not_frozen",
                 "number", "until")
}
MEMBERS_MIN, MEMBERS_MAX = 5, 60


def some_group(rng, world):
    return rng.choice(sorted(world.groups))


def current(world, group):
    """Members without an end."""
    return sorted(n for n, h in world.households.items() if any(m[2] == group and m[1] is None for m in h.groups))


class GroupOperation(Operation):
    """On a day, by one of the staff."""

    makers = (CLERK, OFFICER)

    def draw(self, rng, world):
        group = some_group(rng, world)
        who = rng.choice(self.makers) if rng.randrange(12) else DIRECTOR
        on = some_day(rng, world, world.business - 200 * DAY)
        return {"group": group, "on": on, "who": who, **self.more(rng, world, group)}

    def more(self, rng, world, group):
        return {}

    def refusals(self, world, p):
        words = set() if p["who"] in self.makers else {"denied"}
        if not world.began_on <= p["on"] <= world.business or not world.groups[p["group"]].there(p["on"]):
            words.add("date_out_of_range")
        return words | self.rules(world, p)

    def rules(self, world, p):
        return set()


def exit_refusals(world, group, households, on):
    """Each has to be a member before that day, without an end."""
    for number in households:
        memberships = world.households[number].groups if number in world.households else []
        if not any(m[2] == group and m[1] is None and m[0] < on for m in memberships):
            return {"not_found"}
    return set()


def enter_refusals(world, households, on, leaving=None):
    words = set()
    for number in households:
        data = world.households.get(number)
        if data is None:
            return {"household_not_found"}
        if data.registered_on > on or data.left_on:
            words.add("date_out_of_range")
        if any((m[1] is None or m[1] > on) and m[2] != leaving for m in data.groups):
            words.add("conflict")
    return words


def leave(world, group, households, on):
    for number in households:
        next(m for m in world.households[number].groups if m[2] == group and m[1] is None)[1] = on


def enter(world, group, households, on):
    for number in households:
        world.households[number].groups.append([on, None, group])


class Moving(GroupOperation):
    """Households go to another group, and their loans with them."""

    def households(self, world, p):
        return p["households"]

    def other(self, p):
        return p["to"]

    def moving(self, world, p):
        """(loan, fact) of the running loans that go with them, and whether one is only signed."""
        found, signed = [], False
        to = world.groups.get(self.other(p)) or Group(p.get("point"), p.get("organisation"))
        for loan in world.loans.values():
            state = loan.state(world.business, world.business)
            place = world.place_in(loan, state)
            if place.group != p["group"] or not self.concerns(world, p, place.household):
                continue
            signed = signed or naive_loan.status(state) == "pending"
            if naive_loan.status(state) in ("pending", "closed"):
                continue
            there = place._replace(group=self.other(p), point=to.point, organisation=to.organisation)
            found.append((loan, there))
        return found, signed

    def concerns(self, world, p, household):
        return household in self.households(world, p)

    def facts(self, world, p):
        return [(loan, numbered(loan, {"kind": "moved", "on": p["on"], "number": world.place_number(place)})[0])
                for loan, place in self.moving(world, p)[0]]

    def rules(self, world, p):
        households = self.households(world, p)
        words = exit_refusals(world, p["group"], households, p["on"]) | self.there_refusals(world, p)
        words |= enter_refusals(world, households, p["on"], p["group"])
        if self.moving(world, p)[1]:
            words.add("has_balance")
        for loan, fact in self.facts(world, p):
            words |= fact_refusals(world, loan, [fact], SAID)
        return words

    def there_refusals(self, world, p):
        words = set() if world.groups[p["to"]].there(p["on"]) else {"date_out_of_range"}
        return words | ({"invalid_params"} if p["to"] == p["group"] else set())

    def accept(self, world, p, reply):
        households = self.households(world, p)
        facts = self.facts(world, p)
        assert (reply["loans"], reply["households"]) == (len(facts), len(households)), (reply, facts)
        leave(world, p["group"], households, p["on"])
        enter(world, self.other(p), households, p["on"])
        for loan, fact in facts:
            loan.record(fact)

    def loans(self, world, p):
        return [name for name, loan in world.loans.items() if loan.facts[-1]["kind"] == "moved"][:3]


@operation
class GroupMove(Moving):
    name = "group_move"
    weight = 3

    def more(self, rng, world, group):
        to = rng.choice([g for g in sorted(world.groups) if g != group] or [group])
        members = current(world, group) or sorted(world.households)
        households = rng.sample(members, min(len(members), rng.choice((1, 1, 2, 3))))
        if rng.randrange(10) == 0:
            households = sorted({*households, rng.choice(sorted(world.households))})
        return {"to": to if rng.randrange(15) else group, "households": households}

    def request(self, world, p):
        params = {"group": str(p["group"]), "to_group": str(p["to"]), "households": [str(n) for n in p["households"]]}
        return "group.move", {**params, "moved_on": p["on"].isoformat(), "reason": "chuyển tổ"}


@operation
class GroupMerge(Moving):
    """All of a group, which ends."""

    name = "group_merge"
    makers = (OFFICER,)

    def more(self, rng, world, group):
        return {"to": rng.choice(sorted(world.groups))}

    def households(self, world, p):
        return current(world, p["group"])

    def concerns(self, world, p, household):
        return True

    def request(self, world, p):
        params = {"group": str(p["group"]), "to_group": str(p["to"]), "merged_on": p["on"].isoformat()}
        return "group.merge", {**params, "decision": "3/QĐ"}

    def accept(self, world, p, reply):
        super().accept(world, p, {**reply})
        world.groups[p["group"]].ended_on = p["on"]


@operation
class GroupSplit(Moving):
    """Some members found another group, perhaps at another point and of another organisation."""

    name = "group_split"
    makers = (OFFICER,)

    def more(self, rng, world, group):
        members = current(world, group) or sorted(world.households)
        households = rng.sample(members, min(len(members), rng.choice((4, 5, 5, 6))))
        leader = rng.choice(households if rng.randrange(8) else sorted(world.households))
        new = max(world.groups) + 1 if rng.randrange(10) else some_group(rng, world)
        where = {"organisation": rng.choice(("farmers", "women", "veterans", "youth")), "point": rng.choice((1, 2))}
        return {"to": new, "households": households, "leader": leader, **where}

    def request(self, world, p):
        area = "CX" if p["on"] >= w.UNITS_MERGED_ON else "C1"
        params = {"group": str(p["group"]), "new_group": str(p["to"]), "name": f"Tổ {p['to']}", "organisation": p["organisation"]}
        params |= {"area": area, "point": f"TXN{p['point']:02d}", "leader": "Hồ Văn Tổ", "leader_household": str(p["leader"])}
        params |= {"households": [str(n) for n in p["households"]], "split_on": p["on"].isoformat(), "decision": "4/QĐ"}
        return "group.split", params

    def there_refusals(self, world, p):
        words = {"conflict"} if p["to"] in world.groups else set()
        if p["leader"] not in p["households"]:
            words.add("invalid_params")
        left = world.members(p["group"], p["on"]) - set(p["households"])
        if len(p["households"]) < MEMBERS_MIN or len(left) < MEMBERS_MIN:
            words.add("group_size")
        return words

    def accept(self, world, p, reply):
        super().accept(world, p, reply)
        world.groups[p["to"]] = Group(p["point"], p["organisation"], p["on"])


@operation
class GroupLeave(GroupOperation):
    """Who owes nothing and has no deposit."""

    name = "group_leave"

    def more(self, rng, world, group):
        members = current(world, group) or sorted(world.households)
        free = [n for n in members if not self.owes(world, group, n)]
        return {"household": rng.choice(free if free and rng.randrange(4) else members)}

    def request(self, world, p):
        params = {"group": str(p["group"]), "household": str(p["household"]), "left_on": p["on"].isoformat()}
        return "group.leave", {**params, "reason": "xin ra"}

    def owes(self, world, group, household):
        if world.deposit(household, w.datetime.date.max) > 0:
            return True
        for loan in world.loans.values():
            state = loan.state(world.business, world.business)
            place = world.place_in(loan, state)
            if (place.group, place.household) == (group, household) and naive_loan.status(state) != "closed":
                return True
        return False

    def rules(self, world, p):
        words = {"has_balance"} if self.owes(world, p["group"], p["household"]) else set()
        return words | exit_refusals(world, p["group"], [p["household"]], p["on"])

    def accept(self, world, p, reply):
        leave(world, p["group"], [p["household"]], p["on"])


@operation
class GroupJoin(GroupOperation):
    name = "group_join"

    def more(self, rng, world, group):
        alone = [n for n, h in sorted(world.households.items()) if all(m[1] is not None for m in h.groups)]
        return {"household": rng.choice(alone if alone and rng.randrange(6) else sorted(world.households))}

    def request(self, world, p):
        params = {"group": str(p["group"]), "household": str(p["household"]), "joined_on": p["on"].isoformat()}
        return "group.join", params

    def rules(self, world, p):
        return enter_refusals(world, [p["household"]], p["on"])

    def accept(self, world, p, reply):
        enter(world, p["group"], [p["household"]], p["on"])


@operation
class LoanMove(Operation):
    """Loans go to where a household stands: their own after it changed its group, or an heir's."""

    name = "loan_move"
    weight = 2

    def draw(self, rng, world):
        if not world.loans:
            return None
        names = rng.sample(sorted(world.loans), min(len(world.loans), rng.choice((1, 1, 1, 2))))
        own = world.place_now(world.loans[names[0]]).household
        household = own if rng.randrange(3) == 0 else rng.choice(sorted(world.households))
        on = some_day(rng, world, world.loans[names[0]].contract["contract_on"])
        who = rng.choice((OFFICER, DIRECTOR, DIRECTOR, DIRECTOR)) if rng.randrange(12) else CLERK
        return {"names": names, "household": household, "on": on, "who": who, "reason": True}

    def request(self, world, p):
        numbers = [world.loans[name].number for name in p["names"]]
        params = {"loans": numbers, "household": str(p["household"]), "on": p["on"].isoformat()}
        return "loan.move", {**params, "reason": "chuyển hộ"}

    def facts(self, world, p):
        number = world.place_number(world.place_of(p["household"], p["on"]))
        return [(world.loans[name], numbered(world.loans[name], {"kind": "moved", "on": p["on"], "number": number})[0])
                for name in p["names"]]

    def refusals(self, world, p):
        words = set() if p["who"] in (OFFICER, DIRECTOR) else {"denied"}
        place = world.place_of(p["household"], p["on"])
        if place is None or any(world.place_now(world.loans[name]) == place for name in p["names"]):
            words.add("conflict")
        if not world.began_on <= p["on"] <= world.business:
            return words | {"date_out_of_range"}
        for loan, fact in self.facts(world, p) if place else ():
            words |= day_refusals(world, loan, p, p["on"]) | fact_refusals(world, loan, [fact])
        return words

    def accept(self, world, p, reply):
        for (loan, fact), row in zip(self.facts(world, p), reply["loans"]):
            assert (row["loan"], row["fact"]) == (loan.number, fact["no"]), (row, fact)
            loan.record(fact)

    def loans(self, world, p):
        return p["names"]
