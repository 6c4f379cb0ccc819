"""What people do, one small class a kind: what it draws, what it sends, whether the daemon has to refuse it, and what it
changes in the world. What was drawn is plain data, so that a life can be played again without some of it.

draw(rng, world)     -> parameters in our words (loans by our names), or None when there is nothing to do it to
who(p)               -> the member of staff who does it
request(world, p)    -> (method, params) for the daemon
refusals(world, p)   -> the words with which it may be refused; an empty set: it must be taken
accept(world, p, r)  -> after it was taken, with its reply r: change the world, and check the reply
"""

import datetime

import world as w
from world import DAY, naive_loan

OPERATIONS = {}


def operation(cls):
    OPERATIONS[cls.name] = cls
    return cls


class Operation:
    name = ""
    weight = 1

    def draw(self, rng, world):
        raise NotImplementedError

    def who(self, p):
        return p.get("who", "quantri")

    def request(self, world, p):
        raise NotImplementedError

    def refusals(self, world, p):
        return set()

    def accept(self, world, p, reply):
        pass


def some_loan(rng, world):
    return rng.choice(sorted(world.loans)) if world.loans else None


def some_day(rng, world, first):
    """Today mostly; yesterday and any day back to `first` sometimes; now and then a day that is not allowed."""
    kind = rng.randrange(12)
    if kind < 7:
        return world.business
    if kind < 9:
        return world.business - rng.randrange(1, 8) * DAY
    if kind < 11:
        return first + rng.randrange(max(1, (world.business - first).days + 1)) * DAY
    return rng.choice((world.business + DAY, first - rng.randrange(1, 40) * DAY))


def some_money(rng, upto):
    """All of it, a round part, any part, or a little too much."""
    kind = rng.randrange(10)
    if kind < 2:
        return max(1, upto)
    if kind < 6:
        return max(1, upto // rng.randrange(2, 9) // 1000 * 1000)
    if kind < 9:
        return rng.randrange(1, max(2, upto + 1))
    return upto + rng.choice((1, 1000, 1_000_000))


# how a refusal of the model is said on the wire
WORDS = {
    "too_much": "amount_too_large",
    "before_start": "date_out_of_range",
    "not_disbursed": "date_out_of_range",
    "no_instalment": "date_out_of_range",
    "closed": "loan_closed",
    "decided": "conflict",
    "frozen": "conflict",
    "not_frozen": "conflict",
    "number": "conflict",
    "until": "date_out_of_range",
}
CLERK, OFFICER, DIRECTOR = "giaodich", "tindung", "giamdoc"


def first_day_allowed(world, loan, who):
    """How far back an event may be dated: a clerk to the last session of the point, an officer into the open month, a director
    to the beginning."""
    if who == DIRECTOR:
        return world.began_on
    state = loan.state(world.business, world.business)
    session = w.cal.upto(naive_loan.calendar_of(loan.contract, state), world.business)
    month = world.business.replace(day=1)
    if world.business.day <= int(w.policy("open_month_days", loan.programme, world.business)):
        month = (month - DAY).replace(day=1)
    return max(world.began_on, session if who == CLERK else min(session, month))


def somebody(rng):
    """Who does it, with a reason or without; the director may do most."""
    return {"who": rng.choice((CLERK, CLERK, OFFICER, DIRECTOR, DIRECTOR, DIRECTOR)), "reason": rng.randrange(6) > 0}


def reason(p):
    return {"reason": "ghi sổ muộn"} if p["reason"] else {}


class FactOperation(Operation):
    """Something that adds one fact to a loan. How far back depends on who does it, where `dated_by_role`."""

    dated_by_role = False

    def fact(self, world, p):
        raise NotImplementedError

    def more_refusals(self, world, p):
        return set()

    def whole_fact(self, world, p):
        return {"no": world.loans[p["loan"]].next_no(), **self.fact(world, p)}

    def refusals(self, world, p):
        loan, fact = world.loans[p["loan"]], self.whole_fact(world, p)
        words = self.more_refusals(world, p)
        if self.dated_by_role:
            words |= self.day_refusals(world, loan, p, fact["on"])
        if not world.began_on <= fact["on"] <= world.business:
            return words | {"date_out_of_range"}
        try:
            loan.state(world.business, world.business, [fact])
        except naive_loan.LoanError as error:
            words |= {WORDS[word] for word in error.words}
        return words

    def day_refusals(self, world, loan, p, on):
        words = set()
        if on < first_day_allowed(world, loan, p["who"]):
            words.add("date_out_of_range")
        if on < first_day_allowed(world, loan, CLERK) and not p["reason"]:
            words.add("invalid_params")
        return words

    def accept(self, world, p, reply):
        fact = self.whole_fact(world, p)
        assert reply["fact"] == fact["no"], (reply, fact)
        world.loans[p["loan"]].record(fact)


# ---- lending ----

@operation
class Disburse(Operation):
    """A new contract of a household."""

    name = "disburse"
    weight = 4

    def draw(self, rng, world):
        household = rng.choice(sorted(world.households))
        programme = rng.choice(world.households[household]["programmes"] + ("19",) * (rng.randrange(10) == 0))
        on = world.business if rng.randrange(4) else world.business - rng.randrange(0, 200) * DAY
        term = rng.choice((6, 12, 12, 24, 24, 36, 60, rng.randrange(1, 61)))
        step = rng.choice((None, 1, 3, 6, 12))
        amount = rng.choice((rng.randrange(1, 100) * 500_000, rng.randrange(1, 50_000_000), 100_000_001))
        return {"household": household, "programme": programme, "on": on, "term": term, "step": step, "amount": amount}

    def request(self, world, p):
        params = {"household": str(p["household"]), "programme": p["programme"], "amount": p["amount"], "term_months": p["term"]}
        params["disbursed_on"] = p["on"].isoformat()
        if p["step"] is not None:
            params["instalment_months"] = p["step"]
        return "loan.disburse", params

    def refusals(self, world, p):
        limit = w.limit_on(p["programme"], "", p["on"])
        most = w.instalment_months_max(p["programme"], p["term"])
        words = set()
        if not world.began_on <= p["on"] <= world.business:
            return {"date_out_of_range"}
        if p["programme"] not in world.households[p["household"]]["programmes"]:
            words.add("not_eligible")
        states = [(x, x.state(p["on"], world.business)) for x in world.loans_of(p["household"]) if x.contract["contract_on"] <= p["on"]]
        counted = sum(
            w.outstanding(s) for x, s in states if w.CAP_GROUPS[x.programme] == w.CAP_GROUPS[p["programme"]]
        )
        owing = [(x, s) for x, s in states if w.outstanding(s) > 0]
        if counted + p["amount"] > int(limit["cap_dong"]) or any(s["overdue"] > 0 for _, s in states):
            words.add("not_eligible")
        if any(w.in_conflict(p["programme"], x.programme, p["on"]) for x, _ in owing):
            words.add("not_eligible")
        if p["step"] is not None and p["step"] > min(most, p["term"]):
            words.add("invalid_params")
        return words

    def accept(self, world, p, reply):
        household = world.households[p["household"]]
        contract = world.new_contract(p["household"], p["programme"], p["term"], p["step"], p["on"])
        fact = {"no": 1, "kind": "disbursed", "on": p["on"], "amount": p["amount"]}
        group = household["group"]
        point = world.groups[group]["point"]
        loan = w.Loan(p["name"], reply["loan"], p["household"], group, point, p["programme"], contract, [fact])
        world.loans[p["name"]] = loan
        state = loan.state(world.business, world.business)
        rows = [(row["due_on"], row["amount"]) for row in reply["schedule"]]
        assert rows == [(i["due_on"].isoformat(), i["amount"]) for i in state["instalments"]], reply
        assert reply["outstanding"] == w.outstanding(state), reply


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
        limit = w.limit_on(loan.programme, "", p["on"])
        others = [x for x in world.loans_of(loan.household) if x.contract["contract_on"] <= p["on"]]
        alike = [x for x in others if w.CAP_GROUPS[x.programme] == w.CAP_GROUPS[loan.programme]]
        counted = sum(w.outstanding(x.state(p["on"], world.business)) for x in alike)
        return {"not_eligible"} if counted + p["amount"] > int(limit["cap_dong"]) else set()


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
            amount = max(1, min(amount, world.deposit_left(loan.household, on)))
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
        left = world.deposit_left(world.loans[p["loan"]].household, p["on"])
        return {"overdrawn"} if p["source"] == "deposit" and p["amount"] > left else set()

    def fact(self, world, p):
        return {"kind": p["kind"], "on": p["on"], "amount": p["amount"], "source": p["source"]}

    def accept(self, world, p, reply):
        super().accept(world, p, reply)
        loan = world.loans[p["loan"]]
        if p["source"] == "deposit":
            world.deposits[loan.household].append((p["on"], -p["amount"]))
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
        if target is None:
            return {"not_found"}
        words = super().refusals(world, p)
        if target["kind"] not in naive_loan.PAYING + ("recovered",) and p["who"] == CLERK:
            words.add("denied")
        if target["kind"] == "reversed" or target["no"] in {f.get("reverses") for f in world.loans[p["loan"]].facts}:
            words.add("conflict")
        return words


    def accept(self, world, p, reply):
        target, loan = self.target(world, p), world.loans[p["loan"]]
        super().accept(world, p, reply)
        if target.get("source") == "deposit":
            world.deposits[loan.household].remove((target["on"], -target["amount"]))


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


# ---- deposits of members ----


class DepositOperation(Operation):
    weight = 1

    def who(self, p):
        return CLERK

    def draw(self, rng, world):
        household = rng.choice(sorted(world.households))
        on = some_day(rng, world, world.business - 300 * DAY)
        return {"household": household, "on": on, "amount": rng.randrange(1, 40) * 50_000}

    def refusals(self, world, p):
        return set() if world.began_on <= p["on"] <= world.business else {"date_out_of_range"}


@operation
class PutIn(DepositOperation):
    name = "put_in"
    weight = 3

    def request(self, world, p):
        return "deposit.put", {"household": str(p["household"]), "amount": p["amount"], "put_on": p["on"].isoformat()}

    def accept(self, world, p, reply):
        world.deposits.setdefault(p["household"], []).append((p["on"], p["amount"]))
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
        world.deposits[p["household"]].append((p["on"], -p["amount"]))
        assert reply["balance"] == world.deposit(p["household"], datetime.date.max), reply


# ---- time ----


@operation
class Nights(Operation):
    """The nights up to a day: one mostly, over a session, over a month, a season."""

    name = "nights"
    weight = 8

    def draw(self, rng, world):
        return {"days": rng.choice((1, 1, 1, 2, 3, 5, 10, 29, 31, rng.randrange(1, 100)))}

    def request(self, world, p):
        return "sweep.run", {"until": (world.business + p["days"] * DAY).isoformat()}

    def accept(self, world, p, reply):
        world.move_to(world.business + p["days"] * DAY)


def as_text(p):
    return {key: value.isoformat() if isinstance(value, datetime.date) else value for key, value in p.items()}
