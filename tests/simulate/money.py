"""Money: lent, paid, taken back, put into deposits; and the nights between."""

import datetime

import world as w
from operation import (
    ADMINISTRATOR,
    CLERK,
    DIRECTOR,
    FactOperation,
    Operation,
    day_refusals,
    fact_refusals,
    first_day_of_clerk,
    numbered,
    operation,
    reason,
    record_payment,
    record_reversal,
    some_day,
    some_loan,
    some_money,
    somebody,
)
from world import DAY, naive_loan

# ---- lending ----


def some_terms(rng):
    return {
        "term": rng.choice((6, 12, 12, 24, 24, 36, 60, rng.randrange(1, 61))),
        "step": rng.choice((None, 1, 3, 6, 12)),
        "amount": rng.choice((rng.randrange(1, 100) * 500_000, rng.randrange(1, 50_000_000), 100_000_001)),
    }


def lending_refusals(world, p, on, but=None):
    """What a new contract of a household is refused for, asked for on that day; `but`: the application that it comes from."""
    words = set()
    why = world.not_eligible(p["household"], p["programme"], on, but)
    if why or p["amount"] > world.headroom(p["household"], p["programme"], on, but):
        words.add("not_eligible")
    if "gone" in why or world.households[p["household"]].signers[-1][1] is None:
        words.add("conflict")  # nobody is left to sign, whenever it was
    most = min(w.instalment_months_max(p["programme"], p["term"]), p["term"])
    if p["step"] is not None and p["step"] > most:
        words.add("invalid_params")
    return words


def begin_loan(world, name, p, on, amount, reply):
    """A contract was made and disbursed: `p` names household, programme, term and step."""
    line, contract = world.new_contract(p["household"], p["programme"], p["term"], p["step"], on)
    fact = {"no": 1, "kind": "disbursed", "on": on, "amount": amount}
    signer = world.households[p["household"]].signers[-1][1]
    place = world.place_of(p["household"], on)._replace(member=signer)
    loan = w.Loan(name, reply["loan"], place, p["programme"], line, contract, [fact])
    world.loans[name] = loan
    state = loan.state(world.business, world.business)
    rows = [(row["due_on"], row["amount"]) for row in reply["schedule"]]
    assert rows == [(i["due_on"].isoformat(), i["amount"]) for i in state["instalments"]], reply
    assert reply["outstanding"] == w.outstanding(state), reply


@operation
class Disburse(Operation):
    """A new contract of a household."""

    name = "disburse"
    weight = 4

    def draw(self, rng, world):
        household = rng.choice(sorted(world.households))
        programme = rng.choice(("01", "01", "01", "19", "09", "03", "10"))
        on = world.business if rng.randrange(4) else world.business - rng.randrange(0, 200) * DAY
        if rng.randrange(6):  # mostly one it may borrow from
            fitting = [x for x in ("01", "19", "09", "03", "10") if not world.not_eligible(household, x, on)]
            programme = rng.choice(fitting or [programme])
        return {"household": household, "programme": programme, "on": on, **some_terms(rng)}

    def request(self, world, p):
        params = {"household": str(p["household"]), "programme": p["programme"], "amount": p["amount"], "term_months": p["term"]}
        params["disbursed_on"] = p["on"].isoformat()
        if p["step"] is not None:
            params["instalment_months"] = p["step"]
        return "loan.disburse", params

    def refusals(self, world, p):
        if not world.began_on <= p["on"] <= world.business:
            return {"date_out_of_range"}
        return lending_refusals(world, p, p["on"])

    def accept(self, world, p, reply):
        begin_loan(world, p["name"], p, p["on"], p["amount"], reply)


@operation
class DrawDown(FactOperation):
    """More on a contract that there is."""

    name = "drawdown"
    weight = 1

    def draw(self, rng, world):
        loan = some_loan(rng, world)
        if loan is None:
            return None
        on = some_day(rng, world, world.loans[loan].contract["contract_on"])
        return {"loan": loan, "on": on, "amount": rng.randrange(1, 40) * 500_000}

    def request(self, world, p):
        number = world.loans[p["loan"]].number
        return "loan.disburse", {"loan": number, "amount": p["amount"], "disbursed_on": p["on"].isoformat()}

    def fact(self, world, p):
        return {"kind": "disbursed", "on": p["on"], "amount": p["amount"]}

    def more_refusals(self, world, p):
        loan = world.loans[p["loan"]]
        if not world.began_on <= p["on"] <= world.business:
            return set()
        household = world.place_now(loan).household
        return {"not_eligible"} if p["amount"] > world.headroom(household, loan.programme, p["on"]) else set()


# ---- paying ----


@operation
class Pay(FactOperation):
    name = "pay"
    weight = 10
    dated_by_role = True

    def draw(self, rng, world):
        name = some_loan(rng, world)
        if name is None:
            return None
        loan = world.loans[name]
        on = some_day(rng, world, loan.contract["contract_on"])
        kind = rng.choice(("paid", "paid", "principal_paid", "interest_paid"))
        amount = some_money(rng, self.most(world, loan, kind, on, rng))
        source = rng.choice(("cash", "cash", "cash", "deposit"))
        if source == "deposit" and rng.randrange(4):
            amount = max(1, min(amount, world.deposit_left(world.place_now(loan).household, on)))
        return {"loan": name, "on": on, "kind": kind, "amount": amount, "source": source, **somebody(rng)}

    def most(self, world, loan, kind, on, rng):
        """What is owed on that day, or rather what is due, mostly."""
        if not loan.contract["contract_on"] <= on <= world.business:
            return 1_000_000
        parts = naive_loan.owed(loan.contract, loan.state(on, world.business), on)
        if rng.randrange(4):
            parts["principal_early"] = 0
        order = {"principal_paid": naive_loan.PRINCIPAL_ORDER, "interest_paid": naive_loan.INTEREST_ORDER}
        return sum(parts[name] for name in order.get(kind, naive_loan.PARTS)) or 50_000

    def request(self, world, p):
        number = world.loans[p["loan"]].number
        params = {"loan": number, "amount": p["amount"], "kind": p["kind"], "paid_on": p["on"].isoformat()}
        return "loan.pay", {**params, "from": p["source"], **reason(p)}

    def more_refusals(self, world, p):
        if p["source"] != "deposit":
            return set()
        left = world.deposit_left(world.place_now(world.loans[p["loan"]]).household, p["on"])
        return {"overdrawn"} if p["amount"] > left else set()

    def fact(self, world, p):
        return {"kind": p["kind"], "on": p["on"], "amount": p["amount"], "source": p["source"]}

    def accept(self, world, p, reply):
        super().accept(world, p, reply)
        loan = world.loans[p["loan"]]
        state = loan.state(world.business, world.business)
        told = (reply["outstanding"], reply["interest_unpaid"], reply["status"])
        assert told == (w.outstanding(state), w.unpaid_interest(state), naive_loan.status(state)), (told, state)
        on_its_day = naive_loan.live(loan.contract, loan.facts, p["on"], world.business)
        if loan.living_facts()[-1] is loan.facts[-1]:
            assert {k: v for k, v in reply["allocation"].items() if v} == {k: v for k, v in on_its_day["paid"].items() if v}


@operation
class Reverse(FactOperation):
    """Takes a fact out again."""

    name = "reverse"
    weight = 3
    dated_by_role = True

    def draw(self, rng, world):
        name = some_loan(rng, world)
        if name is None:
            return None
        facts = world.loans[name].facts
        fact = rng.choice(facts[-4:])["no"] if rng.randrange(15) else len(facts) + 3
        return {"loan": name, "fact": fact, **somebody(rng), "reason": True}

    def request(self, world, p):
        return "loan.reverse", {"loan": world.loans[p["loan"]].number, "fact": p["fact"], **reason(p)}

    def target(self, world, p):
        return next((f for f in world.loans[p["loan"]].facts if f["no"] == p["fact"]), None)

    def fact(self, world, p):
        return {"kind": "reversed", "on": self.target(world, p)["on"], "reverses": p["fact"]}

    def refusals(self, world, p):
        target = self.target(world, p)
        return super().refusals(world, p) | reversal_refusals(world, p, target) if target else {"not_found"}

    def accept(self, world, p, reply):
        fact = self.whole_fact(world, p)
        assert reply["fact"] == fact["no"], (reply, fact)
        record_reversal(world, world.loans[p["loan"]], fact, self.target(world, p))


def reversal_refusals(world, p, target):
    words = {"conflict"} if world.on_open_sheet(world.loans[p["loan"]], target["no"]) else set()
    if target["kind"] not in naive_loan.PAYING + ("recovered",) and p["who"] == CLERK:
        words.add("denied")
    if target["kind"] == "reversed" or target["no"] in {f.get("reverses") for f in world.loans[p["loan"]].facts}:
        words.add("conflict")
    return words


@operation
class PayMove(Operation):
    """A payment that was put on the wrong loan."""

    name = "pay_move"
    weight = 2

    def draw(self, rng, world):
        if len(world.loans) < 2:
            return None
        name, to = rng.sample(sorted(world.loans), 2)
        facts = world.loans[name].facts
        paid = [f for f in facts if f["kind"] in naive_loan.PAYING]
        fact = rng.choice(paid if paid and rng.randrange(8) else facts)["no"]
        return {"loan": name, "to_loan": to, "fact": fact, **somebody(rng), "reason": True}

    def request(self, world, p):
        loan, to = world.loans[p["loan"]], world.loans[p["to_loan"]]
        return "loan.pay_move", {"loan": loan.number, "to": to.number, "fact": p["fact"], **reason(p)}

    def both(self, world, p):
        """(the payment, what takes it out, what puts it on the other loan)"""
        loan, to = world.loans[p["loan"]], world.loans[p["to_loan"]]
        target = next((f for f in loan.facts if f["no"] == p["fact"]), None)
        if target is None or target["kind"] not in naive_loan.PAYING:
            return target, None, None
        paid = {key: target[key] for key in ("kind", "on", "amount", "source") if key in target}
        out = {"kind": "reversed", "on": target["on"], "reverses": target["no"]}
        return target, numbered(loan, out)[0], numbered(to, paid)[0]

    def refusals(self, world, p):
        loan, to = world.loans[p["loan"]], world.loans[p["to_loan"]]
        target, out, paid = self.both(world, p)
        if target is None:
            return {"not_found"}
        words = reversal_refusals(world, p, target) | day_refusals(world, loan, p, target["on"])
        if out is None:
            return words | {"invalid_params"}
        words |= day_refusals(world, to, p, target["on"])
        words |= fact_refusals(world, loan, [out]) | fact_refusals(world, to, [paid])
        return words | ({"overdrawn"} if self.overdrawn(world, p, target) else set())

    def overdrawn(self, world, p, target):
        if target.get("source") != "deposit":
            return False
        household = world.place_now(world.loans[p["to_loan"]]).household
        given_back = target["amount"] if household == target["household"] else 0
        return world.deposit_least(household, target["on"]) + given_back < target["amount"]

    def accept(self, world, p, reply):
        target, out, paid = self.both(world, p)
        assert (reply["from"]["fact"], reply["to"]["fact"], reply["amount"]) == (out["no"], paid["no"], target["amount"]), reply
        record_reversal(world, world.loans[p["loan"]], out, target)
        record_payment(world, world.loans[p["to_loan"]], paid)


# ---- deposits of members ----


class DepositOperation(Operation):
    weight = 1

    def who(self, p):
        return CLERK

    def draw(self, rng, world):
        household = rng.choice(sorted(world.households))
        on = some_day(rng, world, world.business - 300 * DAY) if rng.randrange(3) == 0 else world.business
        return {"household": household, "on": on, "amount": rng.randrange(1, 40) * 50_000}

    def refusals(self, world, p):
        """A clerk, back to the last session of the point of the present group."""
        group = world.households[p["household"]].group(world.business)
        first = first_day_of_clerk(world, world.points[world.groups[group].point] if group else None)
        return set() if first <= p["on"] <= world.business else {"date_out_of_range"}


@operation
class PutIn(DepositOperation):
    name = "put_in"
    weight = 3

    def request(self, world, p):
        return "deposit.put", {"household": str(p["household"]), "amount": p["amount"], "put_on": p["on"].isoformat()}

    def refusals(self, world, p):
        words = super().refusals(world, p)
        return words if world.households[p["household"]].group(p["on"]) else words | {"not_found"}

    def accept(self, world, p, reply):
        world.change_deposit(p["household"], p["on"], p["amount"])
        assert reply["balance"] == world.deposit(p["household"], datetime.date.max), reply


@operation
class PayOut(DepositOperation):
    name = "pay_out"

    def request(self, world, p):
        return "deposit.withdraw", {"household": str(p["household"]), "amount": p["amount"], "withdrawn_on": p["on"].isoformat()}

    def refusals(self, world, p):
        words = super().refusals(world, p)
        return words | ({"overdrawn"} if p["amount"] > world.deposit_left(p["household"], p["on"]) else set())

    def accept(self, world, p, reply):
        world.change_deposit(p["household"], p["on"], -p["amount"])
        assert reply["balance"] == world.deposit(p["household"], datetime.date.max), reply


# ---- time ----


@operation
class Nights(Operation):
    """The nights up to a day: one mostly, over a session, over a month, a season; or to a day that calendars trip over, and over
    it."""

    name = "nights"
    weight = 8

    def who(self, p):
        return ADMINISTRATOR

    def draw(self, rng, world):
        approved = [a for a in world.applications.values() if a["state"] == "approved"]
        if approved and rng.randrange(3) == 0:
            session = w.cal.after(world.points[approved[0]["point"]], world.business)
            return {"days": (session - world.business).days}
        if rng.randrange(4) == 0:
            days = [n for n in range(1, 62) if w.is_special(world.business + n * DAY)]
            return {"days": max(1, rng.choice(days[:3]) + rng.randrange(-1, 2))}
        return {"days": rng.choice((1, 1, 1, 2, 3, 5, 10, 29, 31, rng.randrange(1, 100)))}

    def request(self, world, p):
        return "sweep.run", {"until": (world.business + p["days"] * DAY).isoformat()}

    def accept(self, world, p, reply):
        world.move_to(world.business + p["days"] * DAY)
