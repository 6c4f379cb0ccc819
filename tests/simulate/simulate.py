#!/usr/bin/python3
"""Whole random lives through the socket of a real daemon, compared with the naive model after each step and each night.

    tests/simulate/simulate.py --seconds 30             lives of random seeds until the time is over
    tests/simulate/simulate.py --seed 17 --steps 200    one life again

A life is a list of operations drawn from a seed. When daemon and model disagree, the seed is printed and the shortest list
of operations that still disagrees in the same way, found by leaving operations out. Exit status 1 then."""

import argparse
import collections
import datetime
import itertools
import json
import pathlib
import random
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib"), str(HERE.parent / "system")]

import compare  # noqa: E402
import loan_district  # noqa: E402
import small_district  # noqa: E402
import vonvay_env  # noqa: E402
import world as w  # noqa: E402
from operations import OPERATIONS, as_text  # noqa: E402

STEPS_A_LIFE = 80
SHRINK_SECONDS = 120
SENT_AGAIN = 500  # a write that is still refused then never passes


# operations that change a household, so that the next night looks at it
TOLD = ("class", "death", "merge", "split", "member", "group_join", "group_leave")

# what a disagreement looks like; a daemon that goes away is one too
FAULTS = (AssertionError, vonvay_env.RpcError, OSError)


# ---- one life ----


class Stage:
    """A database with the small district, from which each life is given a copy."""

    def __init__(self, postgres):
        self.postgres = postgres
        self.template = vonvay_env.enter_staff(vonvay_env.migrate(postgres.database()))
        loan_district.fill(self.template)
        loan_district.add_households(self.template, 101, 8)

    def life(self, plan):
        database = self.postgres.database(self.template)
        days = [f"(1, {point}, {month}, {quoted(held_on)}, 'simulation')" for point, month, held_on in plan["changes"]]
        points = [f"update loan.point_day set day = {day} where point_id = {point};" for point, day in plan["points"].items()]
        day = quoted(plan["business"])
        database.psql(
            f"update loan.business set business_date = {day}, swept_until = {day};"
            f"insert into loan.session_change (branch, point_id, month, held_on, reason) values {', '.join(days)};"
            f"update loan.policy set value = '{plan['holiday_rule']}' where name = 'holiday_rule';"
            f"{''.join(points)} update loan.reference_version set version = version + 1"
        )
        return database


def quoted(day):
    return f"date '{day}'" if day else "null"


def begin(rng):
    """What is there before the first operation: the day, what holidays do to sessions, the days of the points, and sessions that
    are moved or cancelled."""
    leap = datetime.date(2024, 2, 29)
    business = datetime.date(2023, 6, 1) + rng.randrange(1200) * w.DAY
    if rng.randrange(4) == 0:
        business = leap - rng.randrange(120) * w.DAY
    points = {1: rng.choice((10, 10, 10, 1, 30, 31)), 2: rng.choice((25, 25, 25, 2, 29, 31))}
    changes = []
    for point, day in points.items():
        for month in range(business.year * 12 + business.month - 12, business.year * 12 + business.month + 48):
            if rng.randrange(9) == 0:
                near = datetime.date(month // 12, month % 12 + 1, min(day, 28)) + rng.randrange(-4, 4) * w.DAY
                changes.append((point, month, near if rng.randrange(4) else None))
    changes.append((1, business.year * 12 + 600, None))  # never none
    rule = rng.choice(("stays", "cancels", "next_working_day"))
    return {"business": business, "holiday_rule": rule, "points": points, "changes": changes}


def new_world(plan):
    def calendar(point, day):
        changes = {(m // 12, m % 12 + 1): held for p, m, held in plan["changes"] if p == point}
        return {
            "days": [(w.REFERENCE_BEGIN, day)],
            "changes": changes,
            "holidays": set(w.HOLIDAYS),
            "holiday_rule": plan["holiday_rule"],
            "close_days": int(w.policy("session_close_days", "", plan["business"])),
            "closed_upto": None,
        }

    groups = {1: w.Group(1, "farmers"), 2: w.Group(2, "women")}
    since = datetime.date(2022, 1, 1)
    minority = ("ethnic_minority", "worker")
    people = ((1, "poor", 1, "C1"), (2, "near_poor", 1, "C1"), (3, "poor", 2, "C2"), (4, "poor", 2, "C2"), (5, "average", 1, "C1"))
    households = {n: w.Household([(since, word)], minority, group, commune) for n, word, group, commune in people}
    households.update({n: w.Household([(since, "poor")], (), 1, "C1") for n in range(101, 109)})
    points = {point: calendar(point, day) for point, day in plan["points"].items()}
    return w.World(plan["business"], points, groups, households)


class Refused(compare.Different):
    """Taken though the model refuses, or refused though it does not, or with another word."""


class Life:
    """Plays operations on a daemon and in the world, side by side."""

    def __init__(self, stage, plan):
        self.database = stage.life(plan)
        self.world = new_world(plan)
        self.daemon = vonvay_env.Daemon(self.database, settings=loan_district.SETTINGS)
        self.rpc = self.daemon.rpc()
        self.taken, self.refused = collections.Counter(), collections.Counter()

    def __enter__(self):
        return self

    def __exit__(self, kind, *exc):
        self.rpc.close()
        try:
            self.daemon.__exit__(kind, *exc)
        finally:
            self.database.drop()

    def play(self, step):
        """One operation: (name, parameters, seed of what is looked at afterwards)."""
        operation, p, look = OPERATIONS[step["op"]](), step["p"], random.Random(step["look"])
        if any(name not in self.world.loans for name in [p[key] for key in ("loan", "to_loan") if key in p] + list(p.get("names", ()))):
            return  # what made the loan was left out or refused
        words = operation.refusals(self.world, p)
        method, params = operation.request(self.world, p)
        key = vonvay_env.uuid7()
        reply = send(self.rpc, method, params, operation.who(p), key)
        if "error" in reply:
            self.check_refusal(step, words | operation.unsure(self.world, p), reply["error"])
            self.refused[step["op"]] += 1
        elif words:
            raise Refused(f"{method} {params} was taken; the model refuses it with {sorted(words)}")
        else:
            operation.accept(self.world, p, reply["result"])
            self.world.changed |= {p[key] for key in ("household", "other") if isinstance(p.get(key), int)} if step["op"] in TOLD else set()
            self.taken[step["op"]] += 1
        if look.randrange(10) == 0 and "result" in reply:
            compare.same(f"{method} asked for again with its key", send(self.rpc, method, params, operation.who(p), key), reply)
        self.look(step, p, look)
        operation.after(self.rpc, self.world, p)

    def check_refusal(self, step, words, error):
        word = error["data"].get("word") if isinstance(error.get("data"), dict) else None
        if word not in words:
            wanted = f"with {sorted(words)}" if words else "not at all"
            raise Refused(f"{step['op']} {as_text(step['p'])} was refused with {error}; the model refuses it {wanted}")

    def look(self, step, p, rng):
        if step["op"] == "nights":
            run = small_district.nights_over(self.rpc)
            compare.same("the nights", run["state"], "done")
            compare.after_night(self.rpc, self.world, rng)
        for name in OPERATIONS[step["op"]]().loans(self.world, p):
            compare.after_step(self.rpc, self.world, self.world.loans[name], rng)


def send(rpc, method, params, who, key):
    """The reply, whatever it says; a write that has to be repeated is, with its key."""
    params = {**params, "key": key}
    for _ in range(SENT_AGAIN):
        rpc.send({"jsonrpc": "2.0", "id": 0, "method": method, "params": params, "as": who})
        reply = rpc.receive()
        if reply.get("error", {}).get("data", {}).get("word") not in ("try_again", "stale", "unavailable"):
            return reply
        time.sleep(0.01)
    return reply


# ---- drawing, playing, shrinking ----


def draw_step(rng, world, number):
    names = sorted(OPERATIONS)
    weights = [OPERATIONS[name].weight for name in names]
    while True:
        name = rng.choices(names, weights)[0]
        p = OPERATIONS[name]().draw(rng, world)
        if p is not None:
            return {"op": name, "p": {"name": f"L{number}", **p}, "look": rng.randrange(10**9)}


def play_seed(stage, seed, steps, until=None):
    """(steps played, error or None); each step is drawn from what the world is then."""
    rng = random.Random(seed)
    plan, played = begin(rng), []
    with Life(stage, plan) as life:
        while len(played) < steps and (until is None or time.monotonic() < until):
            played.append(draw_step(rng, life.world, len(played) + 1))
            try:
                life.play(played[-1])
            except FAULTS as error:
                return plan, played, error, life
    return plan, played, None, life


def replay(stage, plan, steps):
    """The error with which these steps end, or None."""
    with Life(stage, plan) as life:
        for number, step in enumerate(steps):
            try:
                life.play(step)
            except FAULTS as error:
                return number, error
    return None


def shrink(stage, plan, steps):
    """Fewer steps that still end in a disagreement: pieces are left out, halves first, in the end one after the other."""
    deadline = time.monotonic() + SHRINK_SECONDS
    size = max(1, len(steps) // 2)
    while size >= 1 and time.monotonic() < deadline:
        at = 0
        while at < len(steps) - 1 and time.monotonic() < deadline:
            fewer = steps[:at] + steps[at + size :]
            found = replay(stage, plan, fewer) if fewer else None
            if found:
                steps = fewer[: found[0] + 1]
            else:
                at += size
        size //= 2
    return steps


def tell(seed, plan, steps, error):
    print(f"seed {seed}: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"begins on {plan['business']}, sessions changed: {len(plan['changes'])}; {len(steps)} operations:", file=sys.stderr)
    for step in steps:
        print(f"  {step['op']} {json.dumps(as_text(step['p']), ensure_ascii=False)}", file=sys.stderr)


class Disagreement(AssertionError):
    """Of daemon and model; `steps` are the operations that lead to it."""

    def __init__(self, seed, error, steps):
        super().__init__(f"seed {seed}: {error}")
        self.steps = steps


def disagree(stage, seed, plan, played, error, shrinks):
    tell(seed, plan, played, error)
    if shrinks:
        played = shrink(stage, plan, played)
        found = replay(stage, plan, played)
        tell(seed, plan, played, found[1] if found else error)
    raise Disagreement(seed, error, played)


def tell_life(number, played, life):
    counts = f"{len(played)} operations, {life.taken.total()} taken, {life.refused.total()} refused"
    days = f"{len(life.world.days)} nights to {life.world.business}: {w.special_days(life.world.days)}"
    print(f"seed {number}: {counts}; {days}", flush=True)


def tell_sums(lives, sums):
    kinds = [f"{name} {sums['taken'][name]}+{sums['refused'][name]}" for name in sorted(OPERATIONS)]
    print(f"{lives} lives; taken+refused: {', '.join(kinds)}", flush=True)


def run(postgres, seconds=None, seed=None, steps=STEPS_A_LIFE, shrinks=True, first=None):
    """Lives of random seeds, or of those from `first` on, until the seconds are over, or one life of the seed; how many
    agreed."""
    seeds = itertools.count(first) if first is not None else iter(lambda: random.SystemRandom().randrange(10**9), None)
    stage = Stage(postgres)
    until = time.monotonic() + seconds if seconds else None
    lives, sums = 0, {"taken": collections.Counter(), "refused": collections.Counter()}
    while True:
        number = seed if seed is not None else next(seeds)
        plan, played, error, life = play_seed(stage, number, steps, until)
        if error is not None:
            disagree(stage, number, plan, played, error, shrinks)
        lives += 1
        tell_life(number, played, life)
        sums["taken"].update(life.taken)
        sums["refused"].update(life.refused)
        if seed is not None or (until is not None and time.monotonic() >= until):
            tell_sums(lives, sums)
            return lives


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--steps", type=int, default=STEPS_A_LIFE)
    parser.add_argument("--no-shrink", action="store_true")
    given = parser.parse_args()
    with vonvay_env.Postgres() as postgres:
        try:
            seconds = None if given.seed is not None else given.seconds
            run(postgres, seconds, given.seed, given.steps, not given.no_shrink)
        except Disagreement as error:
            return str(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
