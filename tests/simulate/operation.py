"""What an operation is: what it draws, what it sends, whether the daemon has to refuse it, and what it changes in the world.
What was drawn is plain data, so that a life can be played again without some of it.

draw(rng, world)     -> parameters in our words (loans by our names), or None when there is nothing to do it to
who(p)               -> the member of staff who does it
request(world, p)    -> (method, params) for the daemon
refusals(world, p)   -> the words with which it may be refused; an empty set: it must be taken
unsure(world, p)     -> words that the model can't be sure about
accept(world, p, r)  -> after it was taken, with its reply r: change the world, and check the reply
after(rpc, world, p) -> what else is compared then
"""

import datetime

import world as w
from world import DAY, naive_loan

OPERATIONS = {}
CLERK, OFFICER, DIRECTOR, ADMINISTRATOR = "giaodich", "tindung", "giamdoc", "quantri"


def operation(cls):
    OPERATIONS[cls.name] = cls
    return cls


class Operation:
    name = ""
    weight = 1

    def draw(self, rng, world):
        raise NotImplementedError

    def who(self, p):
        return p.get("who", CLERK)

    def request(self, world, p):
        raise NotImplementedError

    def refusals(self, world, p):
        return set()

    def unsure(self, world, p):
        """Words that it may be refused with although the model does not know."""
        return set()

    def accept(self, world, p, reply):
        pass

    def loans(self, world, p):
        """Names of the loans that it touches."""
        return [p[key] for key in ("loan", "to_loan", "name") if p.get(key) in world.loans]

    def after(self, rpc, world, p):
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


def first_day_of_clerk(world, calendar):
    """The last session; the day behind it once it is closed; today where there are none."""
    session = w.cal.upto(calendar, world.business) if calendar else world.business
    if calendar and calendar["closed_upto"] and session <= calendar["closed_upto"]:
        session = min(calendar["closed_upto"] + DAY, world.business)
    return max(world.began_on, session)


def first_day_allowed(world, loan, who):
    """How far back an event may be dated: a clerk to the last session of the point, or behind it when it is closed, an officer
    into the open month, a director to the beginning."""
    if who == DIRECTOR:
        return world.began_on
    state = loan.state(world.business, world.business)
    calendar, entrusted = naive_loan.calendar_of(loan.contract, state), world.place_in(loan, state).group != 0
    session = first_day_of_clerk(world, calendar)
    month = world.business.replace(day=1)
    if world.business.day <= int(w.policy("open_month_days", loan.programme, world.business, entrusted)):
        month = (month - DAY).replace(day=1)
    return max(world.began_on, session if who == CLERK else min(session, month))


def day_refusals(world, loan, p, on):
    words = set()
    if on < first_day_allowed(world, loan, p["who"]):
        words.add("date_out_of_range")
    if on < first_day_allowed(world, loan, CLERK) and not p["reason"]:
        words.add("invalid_params")
    return words


def somebody(rng):
    """Who does it, with a reason or without; the director may do most."""
    return {"who": rng.choice((CLERK, CLERK, OFFICER, DIRECTOR, DIRECTOR, DIRECTOR)), "reason": rng.randrange(6) > 0}


def reason(p):
    return {"reason": "ghi sổ muộn"} if p["reason"] else {}


def fact_refusals(world, loan, facts, said=WORDS):
    """The words of what the loan says to these facts."""
    try:
        loan.state(world.business, world.business, facts)
    except naive_loan.LoanError as error:
        return {said[word] for word in error.words}
    return set()


def numbered(loan, *facts):
    """The facts with the next numbers of the loan."""
    return [{"no": loan.next_no() + n, **fact} for n, fact in enumerate(facts)]


def record_payment(world, loan, fact):
    """A fact that pays; what comes from a deposit comes from that of whose the loan is now."""
    if fact.get("source") == "deposit":
        fact = {**fact, "household": world.place_now(loan).household}
        world.change_deposit(fact["household"], fact["on"], -fact["amount"])
    loan.record(fact)


def record_reversal(world, loan, fact, target):
    loan.record(fact)
    world.reopen(loan)
    if target.get("source") == "deposit":
        world.deposits[target["household"]].remove((target["on"], -target["amount"]))


class FactOperation(Operation):
    """Something that adds one fact to a loan. How far back depends on who does it, where `dated_by_role`."""

    dated_by_role = False

    def fact(self, world, p):
        raise NotImplementedError

    def more_refusals(self, world, p):
        return set()

    def whole_fact(self, world, p):
        return numbered(world.loans[p["loan"]], self.fact(world, p))[0]

    def refusals(self, world, p):
        loan, fact = world.loans[p["loan"]], self.whole_fact(world, p)
        words = self.more_refusals(world, p)
        if self.dated_by_role:
            words |= day_refusals(world, loan, p, fact["on"])
        if not world.began_on <= fact["on"] <= world.business:
            return words | {"date_out_of_range"}
        return words | fact_refusals(world, loan, [fact])

    def accept(self, world, p, reply):
        fact = self.whole_fact(world, p)
        assert reply["fact"] == fact["no"], (reply, fact)
        record_payment(world, world.loans[p["loan"]], fact)


def as_text(p):
    if isinstance(p, dict):
        return {key: as_text(value) for key, value in p.items()}
    if isinstance(p, (list, tuple)):
        return [as_text(value) for value in p]
    return p.isoformat() if isinstance(p, datetime.date) else p
