"""eligibility.h against the rules of domain.md 1.2 and 6, stated once more in plain words."""

import datetime
from ctypes import byref

import domain_lib as c
import naive_quote
import pytest
from hypothesis import event, given, strategies as st

ATTRIBUTES = (
    "ethnic_minority",
    "lacks_works",
    "approved_list",
    "flood_zone",
    "worker",
    "trader",
    "released",
    "student",
    "sudden_hardship",
    "disabled",
)
# who a programme is for: what has to be so of the household h (class, attributes, area)
WHO = {
    "poor": lambda h: h["class"] == "poor",
    "near_poor": lambda h: h["class"] == "near_poor",
    "newly_escaped": lambda h: h["class"] == "newly_escaped" and not h["escaped_too_long"],
    "average": lambda h: h["class"] == "average",
    "sudden_hardship": lambda h: "sudden_hardship" in h["attributes"],
    "rural_without_standard_works": lambda h: h["rural"] and "lacks_works" in h["attributes"],
    "poor_on_approved_list": lambda h: h["class"] == "poor" and "approved_list" in h["attributes"],
    "poor_in_flood_zone": lambda h: h["class"] == "poor" and "flood_zone" in h["attributes"],
    "worker_from_15": lambda h: "worker" in h["attributes"],
    "ethnic_minority": lambda h: "ethnic_minority" in h["attributes"],
    "household_in_difficult_area": lambda h: h["difficulty"] >= 1,
    "trader_in_difficult_area": lambda h: "trader" in h["attributes"] and h["difficulty"] >= 1,
    "poor_ethnic_minority": lambda h: h["class"] == "poor" and "ethnic_minority" in h["attributes"],
    "poor_in_extremely_difficult": lambda h: h["class"] == "poor" and h["difficulty"] == 2,
    "released": lambda h: "released" in h["attributes"],
    "wide": lambda h: True,
}
OF_THE_HOUSEHOLD = {"class", "escaped_too_long", "attribute", "area"}
days = st.dates(datetime.date(2014, 1, 1), datetime.date(2027, 12, 31))


# ---- random households and programmes ----


@st.composite
def class_rows(draw):
    since = sorted(draw(st.lists(days, max_size=5, unique=True)))
    return [(d, draw(st.sampled_from(tuple(c.HOUSEHOLD_CLASS)))) for d in since]


@st.composite
def loans(draw):
    balance = draw(st.one_of(st.just(0), st.integers(0, 120_000_000), st.sampled_from((50_000_000, 100_000_000))))
    return {
        "programme": draw(st.sampled_from(("01", "19", "06", "25"))),
        "purpose": draw(st.sampled_from(("", "land", "house"))),
        "cap_group": draw(st.sampled_from(("", "household_business"))),
        "balance": balance,
        "overdue": draw(st.sampled_from((0, 0, 0, 0, balance // 2))),
    }


@st.composite
def households(draw):
    return {
        "classes": draw(class_rows()),
        "attributes": draw(st.sets(st.sampled_from(ATTRIBUTES))),
        "difficulty": draw(st.integers(0, 2)),
        "rural": draw(st.booleans()),
        "has_adult": draw(st.integers(0, 7)) > 0,
        "in_group": draw(st.integers(0, 3)) > 0,
        "loans": draw(st.lists(loans(), max_size=3)),
    }


@st.composite
def programmes(draw):
    opened = draw(st.dates(datetime.date(2010, 1, 1), datetime.date(2020, 1, 1)))
    return {
        "code": draw(st.sampled_from(("01", "19", "06", "25"))),
        "cap_group": draw(st.sampled_from(("", "household_business"))),
        "opened": opened,
        "closed": draw(st.one_of(st.none(), st.none(), st.dates(opened, datetime.date(2027, 12, 31)))),
        "who": draw(st.lists(st.sampled_from(sorted(WHO)), min_size=1, max_size=4)),
        "needs_group": draw(st.booleans()),
        "conflicts": draw(st.lists(st.tuples(st.sampled_from(("01", "19", "06")), days, st.one_of(st.none(), days)), max_size=2)),
    }


@st.composite
def limits(draw):
    if draw(st.integers(0, 9)) == 0:
        return None
    return {
        "purpose": draw(st.sampled_from(("", "", "land"))),
        "cap": draw(st.sampled_from((25_000_000, 50_000_000, 100_000_000))),
        "basis": draw(st.sampled_from(("household", "household", "type_of_works", "month_of_study", "contract_cost"))),
        "max_units": draw(st.sampled_from((1, 2, 40))),
    }


# ---- the rules ----


def class_on(rows, on):
    """The class in force and the day since when it has been so; a confirmation is no beginning."""
    current, since = "none", None
    for d, word in rows:
        if d <= on:
            if word != current or since is None:
                since = d
            current = word
    return current, since


def counts(loan, programme, limit):
    if programme["cap_group"] and not limit["purpose"]:
        return loan["cap_group"] == programme["cap_group"]
    return loan["programme"] == programme["code"] and limit["purpose"] in ("", loan["purpose"])


def money(household, programme, limit, units):
    counted = sum(loan["balance"] for loan in household["loans"] if counts(loan, programme, limit))
    cap = limit["cap"] * max(1, min(units, limit["max_units"]))
    return cap, counted, max(0, cap - counted)


def certain_reasons(household, programme, limit, units, on):
    """All but those about who the household is."""
    reasons = set()
    if on < programme["opened"]:
        reasons.add("not_open")
    if programme["closed"] is not None and on > programme["closed"]:
        reasons.add("programme_closed")
    if not household["has_adult"]:
        reasons.add("no_adult")
    if programme["needs_group"] and not household["in_group"]:
        reasons.add("no_group")
    if any(loan["overdue"] > 0 for loan in household["loans"]):
        reasons.add("overdue_debt")
    for other, since, until in programme["conflicts"]:
        if since <= on and (until is None or on <= until):
            if any(loan["programme"] == other and loan["balance"] > 0 for loan in household["loans"]):
                reasons.add("conflict")
    if limit is None:
        reasons.add("no_limit")
    elif limit["basis"] != "contract_cost" and money(household, programme, limit, units)[2] == 0:
        reasons.add("cap")
    return reasons


def seen_on(household, on):
    """The household with the class of the day; 36 months after leaving poverty it is newly escaped no more."""
    word, since = class_on(household["classes"], on)
    too_long = word == "newly_escaped" and on > naive_quote.months_later(since, 36)
    return {**household, "class": word, "escaped_too_long": too_long}


# ---- the domain's answer ----


def view(household, keep):
    rows = c.array(
        c.HouseholdClassRow, (c.HouseholdClassRow(c.c_date(d), c.HOUSEHOLD_CLASS[w]) for d, w in household["classes"])
    )
    taken = c.array(
        c.HouseholdLoan,
        (
            c.HouseholdLoan(
                x["programme"].encode(), x["purpose"].encode(), x["cap_group"].encode(), c.Money(x["balance"]), c.Money(x["overdue"])
            )
            for x in household["loans"]
        ),
    )
    keep += [rows, taken]
    return c.HouseholdView(
        classes=rows,
        classes_count=len(household["classes"]),
        attributes=sum(1 << ATTRIBUTES.index(a) for a in household["attributes"]),
        difficulty=household["difficulty"],
        rural=household["rural"],
        has_adult=household["has_adult"],
        in_group=household["in_group"],
        loans=taken,
        loans_count=len(household["loans"]),
    )


def rule(programme, keep):
    conflicts = c.array(
        c.ProgrammeConflict,
        (
            c.ProgrammeConflict(other.encode(), c.c_date(since), c.EVER if until is None else c.c_date(until), b"rule")
            for other, since, until in programme["conflicts"]
        ),
    )
    keep.append(conflicts)
    out = c.ProgrammeRule(
        code=programme["code"].encode(),
        instrument=b"",
        cap_group=programme["cap_group"].encode(),
        opened=c.c_date(programme["opened"]),
        closed=c.EVER if programme["closed"] is None else c.c_date(programme["closed"]),
        needs_group=programme["needs_group"],
        conflicts=conflicts,
        conflicts_count=len(programme["conflicts"]),
    )
    assert c.programme_rule_parse_who(byref(out), "|".join(programme["who"]).encode())
    return out


def check(household, programme, limit, units, on):
    keep = []
    raw_view, raw_rule = view(household, keep), rule(programme, keep)
    raw_limit = None
    if limit is not None:
        raw_limit = byref(
            c.ProgrammeLimit(limit["purpose"].encode(), c.Money(limit["cap"]), c.CAP_BASIS[limit["basis"]], limit["max_units"])
        )
    out = c.Eligibility()
    c.eligibility_check(byref(raw_view), byref(raw_rule), raw_limit, 36, units, c.c_date(on), byref(out))
    reasons = [c.word_of(c.INELIGIBLE, number) for number in out.reasons[: out.reasons_count]]
    assert len(reasons) == len(set(reasons))
    return out, set(reasons)


@given(households(), programmes(), limits(), st.integers(1, 50), days)
def test_eligibility(household, programme, limit, units, on):
    out, reasons = check(household, programme, limit, units, on)
    seen = seen_on(household, on)
    is_one_of_them = any(WHO[word](seen) for word in programme["who"])
    assert reasons - OF_THE_HOUSEHOLD == certain_reasons(household, programme, limit, units, on)
    assert bool(reasons & OF_THE_HOUSEHOLD) == (not is_one_of_them)
    assert out.eligible == (not reasons)
    event("eligible" if out.eligible else "refused")
    if limit is not None and limit["basis"] != "contract_cost":
        assert (out.cap.dong, out.counted.dong, out.headroom.dong) == money(household, programme, limit, units)
    assert out.has_headroom_figure == (limit is not None and limit["basis"] != "contract_cost")


PLAIN = {
    "classes": [(datetime.date(2020, 1, 1), "poor")],
    "attributes": set(),
    "difficulty": 0,
    "rural": True,
    "has_adult": True,
    "in_group": True,
    "loans": [],
}
PROGRAMME = {
    "code": "01",
    "cap_group": "household_business",
    "opened": datetime.date(2002, 10, 4),
    "closed": None,
    "who": ["poor"],
    "needs_group": True,
    "conflicts": [],
}
LIMIT = {"purpose": "", "cap": 100_000_000, "basis": "household", "max_units": 1}
TODAY = datetime.date(2023, 6, 15)


@pytest.mark.parametrize(
    "household,programme,limit,wanted",
    [
        ({}, {}, LIMIT, set()),
        ({"classes": []}, {}, LIMIT, {"class"}),
        ({"classes": [(datetime.date(2023, 6, 16), "poor")]}, {}, LIMIT, {"class"}),
        ({}, {"who": ["poor_on_approved_list"]}, LIMIT, {"attribute"}),
        ({}, {"who": ["household_in_difficult_area"]}, LIMIT, {"area"}),
        ({}, {"who": ["trader_in_difficult_area"]}, LIMIT, {"attribute", "area"}),
        ({}, {"who": ["rural_without_standard_works"]}, LIMIT, {"attribute"}),
        ({"rural": False, "attributes": {"lacks_works"}}, {"who": ["rural_without_standard_works"]}, LIMIT, {"area"}),
        ({"has_adult": False, "in_group": False}, {}, None, {"no_adult", "no_group", "no_limit"}),
        ({}, {"closed": datetime.date(2023, 6, 14)}, LIMIT, {"programme_closed"}),
        ({}, {"closed": datetime.date(2023, 6, 15)}, LIMIT, set()),
        ({}, {"opened": datetime.date(2023, 6, 16)}, LIMIT, {"not_open"}),
    ],
    ids=str,
)
def test_reasons(household, programme, limit, wanted):
    out, reasons = check({**PLAIN, **household}, {**PROGRAMME, **programme}, limit, 1, TODAY)
    assert reasons == wanted and out.eligible == (not wanted)


@pytest.mark.parametrize(
    "rows,on,wanted",
    [
        ([("2020-01-15", "newly_escaped")], "2023-01-15", set()),
        ([("2020-01-15", "newly_escaped")], "2023-01-16", {"escaped_too_long"}),
        ([("2020-01-15", "newly_escaped"), ("2022-01-15", "newly_escaped")], "2023-01-16", {"escaped_too_long"}),
        ([("2020-01-15", "newly_escaped"), ("2021-01-15", "poor"), ("2022-01-15", "newly_escaped")], "2025-01-15", set()),
        ([("2020-01-15", "newly_escaped"), ("2021-01-15", "poor")], "2022-01-15", {"class"}),
    ],
)
def test_36_months_after_leaving_poverty(rows, on, wanted):
    rows = [(datetime.date.fromisoformat(d), word) for d, word in rows]
    household = {**PLAIN, "classes": rows}
    out, reasons = check(household, {**PROGRAMME, "who": ["newly_escaped"]}, LIMIT, 1, datetime.date.fromisoformat(on))
    assert reasons == wanted


def test_programmes_of_a_group_share_their_cap():
    loan = {"programme": "19", "purpose": "", "cap_group": "household_business", "balance": 70_000_000, "overdue": 0}
    other = {**loan, "programme": "06", "cap_group": ""}
    out, reasons = check({**PLAIN, "loans": [loan, other]}, PROGRAMME, LIMIT, 1, TODAY)
    assert (out.counted.dong, out.headroom.dong, reasons) == (70_000_000, 30_000_000, set())
    out, reasons = check({**PLAIN, "loans": [loan, {**loan, "balance": 30_000_000}]}, PROGRAMME, LIMIT, 1, TODAY)
    assert (out.headroom.dong, reasons) == (0, {"cap"})


def test_who_is_read_word_by_word():
    assert not c.programme_rule_parse_who(byref(c.ProgrammeRule()), b"poor|rich")
    assert not c.programme_rule_parse_who(byref(c.ProgrammeRule()), b"")
    assert not c.programme_rule_parse_who(byref(c.ProgrammeRule()), b"poor|")
