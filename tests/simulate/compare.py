"""What the daemon says of the world, beside what the naive model says of it: to the đồng."""

import world as w
from world import cal, naive_loan

DAY = w.DAY


class Different(AssertionError):
    """The daemon and the model disagree."""


def same(what, daemon, model):
    if daemon != model:
        keys = [k for k in model if daemon.get(k) != model[k]] if isinstance(model, dict) else None
        shown = {k: (daemon.get(k), model[k]) for k in keys} if keys else (daemon, model)
        raise Different(f"{what}: daemon, model: {shown}")


def part_of(told, wanted):
    """Of a reply, the fields that the model has an opinion on."""
    return {key: told.get(key) for key in wanted}


# ---- one loan ----


def loan_as_told(world, loan, state, on):
    started = loan.contract["contract_on"] <= on
    interest = w.unpaid_interest(state)
    place = world.place_in(loan, state)
    return {
        "as_of": on.isoformat(),
        "household": f"{place.household:010d}",
        "group": f"{place.group:07d}" if place.group else None,
        "point": w.point_code(place.point),
        "organisation": place.organisation,
        "rate_line": loan.line.name,
        "status": naive_loan.status(state),
        "awaiting_session": naive_loan.awaits_session(loan.contract, state, on),
        "disbursed": state["lent"],
        "principal_paid": state["repaid"],
        "in_term": naive_loan.in_term(state),
        "overdue": state["overdue"],
        "frozen": state["frozen"],
        "outstanding": w.outstanding(state),
        "interest_unpaid": interest,
        "arrears": naive_loan.arrears(loan.contract, state, on) if started else 0,
        "payoff": w.outstanding(state) + interest["total"],
    }


def check_loan(rpc, world, loan, on):
    state = loan.state(on, world.business)
    told = rpc.call("status.loan", loan=loan.number, as_of=on.isoformat())
    wanted = loan_as_told(world, loan, state, on)
    same(f"status.loan of {loan.name} ({loan.number}) as of {on}", part_of(told, wanted), wanted)
    rows = [(row["due_on"], row["amount"]) for row in told["instalments"]]
    same(f"instalments of {loan.name} as of {on}", rows, [(i["due_on"].isoformat(), i["amount"]) for i in state["instalments"]])
    next_on = naive_loan.next_day(loan.contract, state, on)
    if on >= loan.contract["grace_end"]:
        same(f"next of {loan.name} as of {on}", told["next"] and told["next"]["on"], next_on and next_on.isoformat())


MOVES = ("instalment_carried", "instalment_overdue", "matured", "freeze_ended", "relief_ended")


def check_events(rpc, world, loan):
    events = rpc.call("loan.events", loan=loan.number)["events"]
    state = loan.state(world.business, world.business)
    told = sorted((e["no"], e["kind"], e["on"], e["amount"], e["reversed"]) for e in events if e["type"] == "fact")
    counted = {f["no"] for f in loan.living_facts()}
    wanted = sorted(
        (f["no"], f["kind"], f["on"].isoformat(), f.get("amount", 0), f["no"] not in counted and f["kind"] != "reversed")
        for f in loan.facts
    )
    same(f"facts of {loan.name}", told, wanted)
    moved = [
        (e["on"], e["kind"], (e["instalment"] or 0) - 1, e["amount"])
        for e in events
        if e["type"] == "transition" and e["kind"] in MOVES
    ]
    same(f"transitions of {loan.name}", moved, [(d.isoformat(), kind, i, amount) for d, kind, i, amount in state["transitions"]])
    same(f"closing of {loan.name}", any(e["kind"] == "closed" for e in events), state["closed"])
    last = events[-1]
    balances = {"in_term": naive_loan.in_term(state), "overdue": state["overdue"], "frozen": state["frozen"]}
    same(f"last event of {loan.name}", part_of(last, balances), balances)


# ---- a group ----


def check_sheet(rpc, world, group, on):
    told = rpc.call("group.sheet", group=str(group), session_on=on.isoformat())
    rows = {}
    for loan, state in world.states(on):
        if world.place_now(loan).group != group or naive_loan.status(state) in ("pending", "closed"):
            continue
        parts = naive_loan.owed(loan.contract, state, on)
        rows[loan.number] = {
            "interest_due": w.unpaid_interest(state),
            "principal_due": parts["principal_due"],
            "overdue_principal": parts["principal_overdue"],
            "outstanding": w.outstanding(state),
        }
    for row in told["rows"]:
        wanted = rows.pop(row["loan"], None)
        if wanted is None:
            raise Different(f"sheet of group {group} for {on}: the model has no loan {row['loan']}")
        same(f"sheet of group {group} for {on}, loan {row['loan']}", part_of(row, wanted), wanted)
    same(f"loans on the sheet of group {group} for {on} that the daemon leaves out", rows, {})


def sheet_row(world, loan, state, on):
    interest, parts = w.unpaid_interest(state), naive_loan.owed(loan.contract, state, on)
    asked = interest["in_term"] + interest["overdue"] + (interest["grace"] if on >= loan.contract["grace_end"] else 0)
    return {
        "interest_asked": asked if naive_loan.interest_asked(state, on) else 0,
        "principal_due": parts["principal_due"],
        "overdue_principal": parts["principal_overdue"],
        "outstanding": w.outstanding(state),
    }


def check_sheets(rpc, world, point, on):
    """session.sheets: every loan of every group of the point on the sheet of its group, with its amounts and sums."""
    told = rpc.call("session.sheets", point=w.point_code(point), session_on=on.isoformat())
    wanted = {}
    for loan, state in world.states(on):
        place = world.place_in(loan, state)
        stands = place.group and place.point == point and world.groups[place.group].there(on)
        if stands and naive_loan.status(state) not in ("pending", "closed"):
            wanted[loan.number] = (f"{place.group:07d}", sheet_row(world, loan, state, on))
    found = {
        row["loan"]: (group["group"], part_of(row, next(iter(wanted.values()))[1] if wanted else {}))
        for group in told["groups"]
        for row in group["rows"]
        if row["loan"]
    }
    same(f"sheets of {w.point_code(point)} for {on}", found, wanted)
    for name in ("interest_asked", "principal_due", "overdue_principal"):
        same(f"sum of {name} of the sheets for {on}", told["total"][name], sum(row[name] for _, row in wanted.values()))


def check_deposits(rpc, world):
    for household in world.deposits:
        told = rpc.call("deposit.show", household=str(household))["balance"]
        same(f"deposit of household {household}", told, world.deposit(household, world.business))


# ---- all loans ----


def figures(world, states):
    """As status.portfolio tells them of these loans."""
    running = [(loan, s) for loan, s in states if naive_loan.status(s) not in ("pending", "closed")]
    owing = [world.place_in(loan, s).household for loan, s in running if w.outstanding(s) > 0]
    return {
        "loans": len(owing),
        "borrowers": len(set(owing)),
        "outstanding": sum(w.outstanding(s) for _, s in running),
        "in_term": sum(naive_loan.in_term(s) for _, s in running),
        "overdue": sum(s["overdue"] for _, s in running),
        "frozen": sum(s["frozen"] for _, s in running),
        "interest_unpaid": sum(
            naive_loan.half_up(sum(s["interest"][bucket] for _, s in running)) for bucket in ("in_term", "overdue", "grace")
        ),
    }


def groupings(world, on):
    """What a portfolio may be divided by, and the value for a loan in a state."""

    def place(loan, state):
        return world.place_in(loan, state)

    return {
        "programme": lambda loan, state: loan.programme,
        "status": lambda loan, state: naive_loan.status(state),
        "point": lambda loan, state: w.point_code(place(loan, state).point),
        "organisation": lambda loan, state: place(loan, state).organisation,
        "commune": lambda loan, state: w.commune_now(place(loan, state).commune, on),
    }


def check_portfolio(rpc, world, on):
    """The whole, and divided by each of the groupings."""
    states = world.states(on)
    for by, value_of in groupings(world, on).items():
        told = rpc.call("status.portfolio", as_of=on.isoformat(), by=[by])
        wanted = figures(world, states)
        same(f"portfolio as of {on}", part_of(told["total"], wanted), wanted)
        for value in sorted({value_of(loan, s) for loan, s in states}):
            wanted = figures(world, [(loan, s) for loan, s in states if value_of(loan, s) == value])
            rows = [row for row in told["rows"] if row[by] == value]
            if rows or wanted["loans"]:
                same(f"portfolio as of {on}, {by} {value}", part_of(rows[0] if rows else {}, wanted), wanted)


ACCOUNTS = {"cash": 1011, "in_term": 2111, "overdue": 2112, "frozen": 2113, "deposits": 4232, "income": 7020, "recovered": 7090, "written_off": 8090}


def books(world, on):
    """What each account is debited less what it is credited, at the end of a day."""
    balance = dict.fromkeys(ACCOUNTS, 0)
    for loan, s in world.states(on):
        balance["in_term"] += naive_loan.in_term(s)
        balance["overdue"] += s["overdue"]
        balance["frozen"] += s["frozen"]
        balance["income"] -= s["interest_collected"]
        balance["recovered"] -= s["recovered"]
        balance["written_off"] += s["written_off"]
        balance["cash"] += s["repaid"] + s["interest_collected"] + s["recovered"] - s["lent"]
        balance["cash"] -= sum(f["amount"] for f in loan.living_facts() if f.get("source") == "deposit" and f["on"] <= on)
    put_in = sum(world.deposit(household, on) for household in world.deposits)
    taken = sum(f["amount"] for loan in world.loans.values() for f in loan.living_facts() if f.get("source") == "deposit" and f["on"] <= on)
    balance["deposits"] -= put_in
    balance["cash"] += put_in + taken
    return balance


def check_books(rpc, world, on):
    """book.trial: each account, and that all of them are balanced."""
    told = rpc.call("book.trial", {"from": w.REFERENCE_BEGIN.isoformat(), "to": on.isoformat()})
    rows = {row["account"]: row["closing_debit"] - row["closing_credit"] for row in told["rows"]}
    wanted = {ACCOUNTS[name]: amount for name, amount in books(world, on).items()}
    same(f"trial balance of {on}", {account: rows.get(account, 0) for account in wanted}, wanted)
    same(f"trial balance of {on}: balanced, sum", (told["balanced"], sum(rows.values())), (True, 0))


# ---- after a step, after a night ----


def after_step(rpc, world, loan, rng):
    """The loan that was touched: today and on some day of its past whose sessions are settled."""
    check_loan(rpc, world, loan, world.business)
    check_events(rpc, world, loan)
    settled_days = (world.business - loan.contract["contract_on"]).days - 10
    if settled_days > 0:
        check_loan(rpc, world, loan, loan.contract["contract_on"] + rng.randrange(settled_days) * DAY)


def some_past_day(world, rng):
    """One whose sessions are settled, in the last years."""
    back = (world.business - world.began_on).days
    return world.business - rng.randrange(10, min(back, 900)) * DAY


def after_night(rpc, world, rng):
    for loan in world.loans.values():
        check_loan(rpc, world, loan, world.business)
    for number, group in world.groups.items():
        if group.there(world.business):
            check_sheet(rpc, world, number, cal.after(world.points[group.point], world.business))
    point = rng.choice(sorted(world.points))
    check_sheets(rpc, world, point, cal.after(world.points[point], world.business))
    check_deposits(rpc, world)
    for on in (world.business, some_past_day(world, rng)):
        check_portfolio(rpc, world, on)
        check_books(rpc, world, on)
    if rng.randrange(3) == 0:
        on = some_past_day(world, rng)
        for loan, _ in world.states(on):
            check_loan(rpc, world, loan, on)
