"""What is decided about a loan: dates of repayment, freezes, misuse, write-off. domain.md 3.6, 3.7, 4"""

import world as w
from operation import CLERK, DIRECTOR, OFFICER, FactOperation, operation, reason, some_day, some_loan, some_money
from world import DAY, naive_loan

# ---- deciding ----


class Decision(FactOperation):
    """A decision about a loan, which an officer or the director makes; `rules` says what it is refused for beyond what the
    loan itself refuses."""

    dated_by_role = True
    method = ""
    makers = (OFFICER, DIRECTOR)

    def draw(self, rng, world):
        name = some_loan(rng, world)
        if name is None:
            return None
        loan = world.loans[name]
        on = some_day(rng, world, loan.contract["contract_on"])
        who = rng.choice((OFFICER, DIRECTOR, DIRECTOR, DIRECTOR, CLERK) if rng.randrange(6) == 0 else (DIRECTOR,))
        return {"loan": name, "on": on, "who": who, "reason": True, **self.more(rng, world, loan, on)}

    def more(self, rng, world, loan, on):
        return {}

    def state(self, world, p):
        """Of the loan on the day of the decision, before it."""
        return world.loans[p["loan"]].state(p["on"], world.business)

    def rules(self, world, p, loan, state):
        return set()

    def more_refusals(self, world, p):
        words = set() if p["who"] in self.makers else {"denied"}
        loan = world.loans[p["loan"]]
        if loan.contract["contract_on"] <= p["on"] <= world.business:
            words |= self.rules(world, p, loan, self.state(world, p))
        return words

    def request(self, world, p):
        params = {"loan": world.loans[p["loan"]].number, "on": p["on"].isoformat(), **reason(p)}
        return self.method, {**params, **self.params(world, p)}

    def params(self, world, p):
        return {}


def asked_too_late(p, due):
    """The borrower asks at least 5 working days before, and not after the decision."""
    return {"date_out_of_range"} if p["asked_on"] > p["on"] or w.working_days(p["asked_on"], due) < 5 else set()


@operation
class Reschedule(Decision):
    """domain.md 3.6"""

    name = "reschedule"
    method = "loan.reschedule"
    weight = 2

    def more(self, rng, world, loan, on):
        rows = loan.state(world.business, world.business)["instalments"]
        ahead = [n for n, row in enumerate(rows) if row["due_on"] > on] or [0]
        number = ahead[0] if rng.randrange(4) else rng.randrange(len(rows) + 1)
        due = rows[min(number, len(rows) - 1)]["due_on"]
        until = due + rng.choice((1, 20, 30, rng.randrange(-5, 200))) * DAY
        return {"number": number, "until": until, "asked_on": min(on, due - 8 * DAY) - rng.randrange(-1, 20) * DAY}

    def params(self, world, p):
        return {"instalment": p["number"] + 1, "until": p["until"].isoformat(), "asked_on": p["asked_on"].isoformat()}

    def rules(self, world, p, loan, state):
        if p["number"] >= len(state["instalments"]) - 1:
            return {"invalid_params"}
        due = naive_loan.due_day(loan.contract, state, state["instalments"][p["number"]])
        return asked_too_late(p, due) | ({"conflict"} if p["on"] > due else set())

    def fact(self, world, p):
        return {"kind": "rescheduled", "on": p["on"], "number": p["number"], "until": p["until"]}


@operation
class Extend(Decision):
    """domain.md 3.7: short loans by 12 months in all, others by half of their term."""

    name = "extend"
    method = "loan.extend"
    weight = 2

    def more(self, rng, world, loan, on):
        last = loan.state(world.business, world.business)["instalments"][-1]["due_on"]
        until = w.add_months(last, rng.randrange(1, 1 + max(2, loan.contract["term"] // 2))) + rng.choice((0, 0, -20, 40)) * DAY
        return {"until": until, "asked_on": min(on, last - 8 * DAY) - rng.randrange(-1, 20) * DAY}

    def params(self, world, p):
        return {"until": p["until"].isoformat(), "asked_on": p["asked_on"].isoformat()}

    def rules(self, world, p, loan, state):
        term = loan.contract["term"]
        most = w.add_months(loan.contract["due_on"][-1], 12 if term <= 12 else term // 2)
        due = naive_loan.due_day(loan.contract, state, state["instalments"][-1])
        return asked_too_late(p, due) | ({"date_out_of_range"} if p["until"] > most else set())

    def fact(self, world, p):
        return {"kind": "extended", "on": p["on"], "until": p["until"]}


class Risk(Decision):
    """domain.md 4: by a decision with its number, on its own day."""

    def paper(self, p):
        return {"number": "QĐ 7", "decided_on": p["on"].isoformat(), "authority": "Giám đốc"}


def part_or_all(rng, amount):
    return None if rng.randrange(3) == 0 else some_money(rng, amount)


@operation
class Freeze(Risk):
    name = "freeze"
    method = "loan.freeze"
    weight = 3

    def more(self, rng, world, loan, on):
        state = loan.state(world.business, world.business)
        days = rng.choice((None, rng.randrange(1, 60), rng.randrange(1, 400), rng.randrange(1000, 2000)))
        return {
            "case": rng.choice(("K1", "K1", "K2", "K3", "K4a", "K4b", "K5")),
            "loss": rng.choice((30, 40, 60, 79, 80, 100)),
            "amount": part_or_all(rng, w.outstanding(state)),
            "until": None if days is None else on + days * DAY,
        }

    def request(self, world, p):
        params = {"loans": [world.loans[p["loan"]].number], "case": p["case"], "loss_percent": p["loss"], **self.paper(p)}
        if p["until"]:
            params["until"] = p["until"].isoformat()
        if p["amount"]:
            params["amount"] = p["amount"]
        return self.method, {**params, **reason(p)}

    def longest(self, p):
        return w.add_months(p["on"], w.freeze_months(p["case"], p["loss"], p["on"]))

    def rules(self, world, p, loan, state):
        if w.freeze_months(p["case"], p["loss"], p["on"]) == 0:
            return {"not_eligible"}
        return {"date_out_of_range"} if p["until"] and p["until"] > self.longest(p) else set()

    def fact(self, world, p):
        state = self.state(world, p) if p["on"] <= world.business else None
        amount = p["amount"] or (naive_loan.in_term(state) + state["overdue"] if state else 1)
        return {"kind": "frozen", "on": p["on"], "amount": amount, "until": p["until"] or self.longest(p)}

    def accept(self, world, p, reply):
        super().accept(world, p, reply["loans"][0])


@operation
class FreezeAgain(Freeze):
    """A freeze that runs is prolonged; one that ended is followed by another, at most as long as the first (domain.md 4)."""

    name = "freeze_again"
    weight = 2

    def draw(self, rng, world):
        p = super().draw(rng, world)
        frozen = [name for name, loan in sorted(world.loans.items()) if self.first(loan, world.business)]
        return {**p, "loan": rng.choice(frozen)} if p and frozen and rng.randrange(8) else p

    def more(self, rng, world, loan, on):
        return {**super().more(rng, world, loan, on), "amount": None if rng.randrange(2) else rng.randrange(1, 40) * 100_000}

    def request(self, world, p):
        method, params = super().request(world, p)
        return method, {**params, "supplementary": True}

    def first(self, loan, on):
        frozen = [f for f in loan.living_facts() if f["kind"] == "frozen" and f["on"] <= on]
        return frozen[-1] if frozen else None

    def latest(self, world, p):
        first = self.first(world.loans[p["loan"]], p["on"])
        return max(first["until"], p["on"]) + (first["until"] - first["on"]) if first else None

    def runs(self, world, p):
        return p["on"] <= world.business and self.state(world, p)["frozen"] > 0

    def rules(self, world, p, loan, state):
        if not self.first(loan, p["on"]):
            return {"conflict"}
        words = {"invalid_params"} if p["amount"] and self.runs(world, p) else set()
        return words | ({"date_out_of_range"} if p["until"] and p["until"] > self.latest(world, p) else set())

    def fact(self, world, p):
        until = p["until"] or self.latest(world, p) or p["on"] + DAY
        if self.runs(world, p):
            return {"kind": "freeze_prolonged", "on": p["on"], "until": until}
        return Freeze.fact(self, world, {**p, "until": until})


@operation
class Unfreeze(Risk):
    name = "unfreeze"
    method = "loan.unfreeze"
    weight = 1

    def fact(self, world, p):
        return {"kind": "unfrozen", "on": p["on"]}


@operation
class Misuse(Decision):
    name = "misuse"
    method = "loan.misuse"
    weight = 1

    def more(self, rng, world, loan, on):
        return {"amount": part_or_all(rng, naive_loan.in_term(loan.state(world.business, world.business)))}

    def params(self, world, p):
        return {"amount": p["amount"]} if p["amount"] else {}

    def fact(self, world, p):
        amount = p["amount"] or (naive_loan.in_term(self.state(world, p)) if p["on"] <= world.business else 1)
        return {"kind": "misused", "on": p["on"], "amount": amount}


@operation
class WriteOff(Risk):
    """After a freeze has ended, or at once in case K4a; only the director."""

    name = "write_off"
    method = "loan.write_off"
    weight = 2
    makers = (DIRECTOR,)

    def more(self, rng, world, loan, on):
        state = loan.state(world.business, world.business)
        return {"case": rng.choice(("K4a", "K4a", "K1", "K4b")), "amount": part_or_all(rng, w.outstanding(state))}

    def params(self, world, p):
        part = {"amount": p["amount"], "interest": 0} if p["amount"] else {}
        return {"case": p["case"], **self.paper(p), **part}

    def rules(self, world, p, loan, state):
        froze = any(f["kind"] == "frozen" and f["on"] < p["on"] for f in loan.living_facts())
        return set() if p["case"] == "K4a" or (froze and state["frozen"] == 0) else {"conflict"}

    def fact(self, world, p):
        fact = {"kind": "written_off", "on": p["on"], "amount": p["amount"] or 0, "interest": 0}
        if not p["amount"] and p["on"] <= world.business:
            state = self.state(world, p)
            fact.update(amount=w.outstanding(state), interest=w.unpaid_interest(state)["total"])
        return fact


@operation
class Recover(Decision):
    """Money received of what was written off."""

    name = "recover"
    method = "loan.recover"
    weight = 1
    makers = (CLERK, OFFICER, DIRECTOR)

    def more(self, rng, world, loan, on):
        state = loan.state(world.business, world.business)
        return {"amount": some_money(rng, state["written_off"] + state["interest_written_off"] - state["recovered"])}

    def params(self, world, p):
        return {"amount": p["amount"]}

    def fact(self, world, p):
        return {"kind": "recovered", "on": p["on"], "amount": p["amount"]}


