"""The C domain as a shared library: one ctypes mirror for each struct of include/vonvay, one prototype a function.

The mirrors are checked against the compiler when this module is loaded: a small program prints sizeof and every
offsetof, and a struct changed on one side only ends the tests at once.
"""

import ctypes
import datetime
import os
import pathlib
import shutil
import subprocess
import tempfile
from ctypes import POINTER, Structure, byref, c_bool, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint, c_uint8, c_void_p

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = (ROOT / os.environ.get("VONVAY_BUILD", "build")).resolve()
LIBRARY = BUILD / "libvonvay-domain.so"
if not LIBRARY.exists():
    raise FileNotFoundError(f"{LIBRARY} is not built: run make")
lib = ctypes.CDLL(str(LIBRARY))

SCHEDULE_TERM_MAX = 360
PART_COUNT = 7
POSTING_MAX = 8
ELIGIBILITY_ALTERNATIVES_MAX = 4
INELIGIBLE_COUNT = 13
UNITS_PER_DONG = 3_650_000_000
RATE_E7_MAX = 10_000_000
INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1

# ---- enums, as the headers number them ----

PARTS = (
    "principal_overdue",
    "principal_due",
    "principal_early",
    "interest_overdue",
    "interest_in_term",
    "interest_grace",
    "principal_frozen",
)
FACT = {
    "opened": 1,
    "disbursed": 2,
    "paid": 3,
    "principal_paid": 4,
    "interest_paid": 5,
    "reversed": 6,
    "rescheduled": 7,
    "extended": 8,
    "frozen": 9,
    "freeze_prolonged": 10,
    "unfrozen": 11,
    "written_off": 12,
    "recovered": 13,
    "misused": 14,
    "relieved": 15,
    "moved": 16,
}
FACT_SOURCE = {"cash": 0, "deposit": 1}
TRANSITION = {
    "grace_ended": 1,
    "instalment_carried": 2,
    "instalment_overdue": 3,
    "matured": 4,
    "rounding_dropped": 5,
    "closed": 6,
    "freeze_ended": 7,
    "relief_ended": 8,
}
STATUS = {"pending": 0, "in_term": 1, "overdue": 2, "frozen": 3, "closed": 4}
DEFAULT = {"carry": 1, "overdue": 2}
LOAN_ERROR = {
    "ok": 0,
    "overflow": 1,
    "too_much": 2,
    "before_start": 3,
    "no_instalment": 4,
    "not_disbursed": 5,
    "closed": 6,
    "order": 7,
    "opening": 8,
    "decided": 9,
    "until": 10,
    "frozen": 11,
    "not_frozen": 12,
    "number": 13,
    "reverses": 14,
}
HOLIDAY_RULE = {"stays": 0, "next_working_day": 1, "cancels": 2}
NEXT_REASON = {"nothing": 0, "instalment": 1, "maturity": 2, "transfer": 3, "grace_end": 4, "freeze_end": 5}
QUOTE_ERROR = {"ok": 0, "event_on": 1, "event_amount": 2, "as_of": 3, "overflow": 4}
ACCOUNT = {
    "cash": 1011,
    "in_term": 2111,
    "overdue": 2112,
    "frozen": 2113,
    "deposits": 4232,
    "opening": 4999,
    "income": 7020,
    "recovered": 7090,
    "written_off": 8090,
}
HOUSEHOLD_CLASS = {"none": 0, "poor": 1, "near_poor": 2, "newly_escaped": 3, "average": 4}
CAP_BASIS = {"household": 0, "borrower": 1, "worker": 2, "month_of_study": 3, "type_of_works": 4, "contract_cost": 5}
INELIGIBLE = {
    "not_open": 1,
    "programme_closed": 2,
    "no_limit": 3,
    "class": 4,
    "escaped_too_long": 5,
    "attribute": 6,
    "area": 7,
    "no_adult": 8,
    "no_group": 9,
    "overdue_debt": 10,
    "cap": 11,
    "conflict": 12,
}


def word_of(table, code):
    return next(word for word, number in table.items() if number == code)


# ---- structs ----

STRUCTS = []  # (C tag, header, class) of all mirrors


def mirror(tag, header, **fields):
    cls = type(tag, (Structure,), {"_fields_": list(fields.items())})
    STRUCTS.append((tag, header, cls))
    return cls


def pointer(cls):
    return POINTER(cls)


Date = mirror("date", "date", days=c_int32)
Money = mirror("money", "money", dong=c_int64)
Interest = mirror("interest", "interest", dong=c_int64, units=c_int64)
RateRow = mirror("rate_row", "rate", **{"from": Date}, rate_e7=c_int32, index=c_int64)
RateLine = mirror("rate_line", "rate", rows=pointer(RateRow), count=c_size_t)
SessionDay = mirror("session_day", "calendar", **{"from": Date}, day=c_int)
SessionChange = mirror("session_change", "calendar", month=c_int32, held_on=Date)
Calendar = mirror(
    "calendar",
    "calendar",
    days=pointer(SessionDay),
    days_count=c_size_t,
    changes=pointer(SessionChange),
    changes_count=c_size_t,
    holidays=pointer(Date),
    holidays_count=c_size_t,
    holiday_rule=c_int,
    close_days=c_int,
    closed_upto=Date,
)
Instalment = mirror("instalment", "schedule", due_on=Date, first_on=Date, month=c_int32, amount=Money)
ScheduleTerms = mirror(
    "schedule_terms",
    "schedule",
    contract_on=Date,
    term_months=c_int,
    instalment_months=c_int,
    principal_grace_months=c_int,
    interest_grace_months=c_int,
    rounding=c_int64,
    equal_moves_back=c_bool,
)
Allocation = mirror("allocation", "allocation", part=Money * PART_COUNT)
AllocationPolicy = mirror(
    "allocation_policy",
    "allocation",
    **{"from": Date},
    in_term=c_uint8 * PART_COUNT,
    overdue=c_uint8 * PART_COUNT,
)
LoanOverlay = mirror("loan_overlay", "loan", number=c_int32, line=pointer(RateLine))
LoanPlace = mirror("loan_place", "loan", number=c_int32, calendar=pointer(Calendar))
LoanContract = mirror(
    "loan_contract",
    "loan",
    loan_id=c_int64,
    contract_on=Date,
    grace_end=Date,
    rounding=c_int64,
    instalment_default=c_int,
    overdue_percent=c_int,
    line=pointer(RateLine),
    calendar=pointer(Calendar),
    overlays=pointer(LoanOverlay),
    overlays_count=c_size_t,
    places=pointer(LoanPlace),
    places_count=c_size_t,
    policies=pointer(AllocationPolicy),
    policies_count=c_size_t,
)
LoanBalances = mirror(
    "loan_balances",
    "loan",
    status=c_int,
    in_grace=c_bool,
    since=Date,
    disbursed=Money,
    paid=Money,
    written_off=Money,
    in_term=Money,
    overdue=Money,
    frozen=Money,
    interest_in_term=Interest,
    interest_overdue=Interest,
    interest_grace=Interest,
    accrued=Interest,
    interest_written_off=Money,
    recovered=Money,
    frozen_until=Date,
    thawed_on=Date,
    line=c_int32,
    line_until=Date,
    holiday_until=Date,
    place=c_int32,
    moved_on=Date,
)
Loan = mirror(
    "loan",
    "loan",
    b=LoanBalances,
    last_on=Date,
    last_rank=c_int,
    decided=c_int,
    count=c_int,
    instalment=Instalment * SCHEDULE_TERM_MAX,
)
LoanOpening = mirror(
    "loan_opening",
    "loan",
    principal=Money,
    in_term=Money,
    overdue=Money,
    frozen=Money,
    interest_in_term=Interest,
    interest_overdue=Interest,
    interest_grace=Interest,
)
Fact = mirror(
    "fact",
    "loan",
    no=c_int32,
    kind=c_int,
    on=Date,
    amount=Money,
    interest=Money,
    until=Date,
    holiday_until=Date,
    number=c_int32,
    reverses=c_int32,
    source=c_int,
    opening=LoanOpening,
)
LoanStep = mirror(
    "loan_step",
    "loan",
    fact=pointer(Fact),
    transition=c_int,
    on=Date,
    instalment=c_int,
    amount=Money,
    paid=Allocation,
    before=pointer(LoanBalances),
    after=pointer(LoanBalances),
)
StepFn = ctypes.CFUNCTYPE(None, c_void_p, POINTER(LoanStep))
Posting = mirror("posting", "posting", debit=c_int, credit=c_int, amount=Money)
PortfolioValues = mirror(
    "portfolio_values",
    "portfolio",
    loans=c_int64,
    in_term=Money,
    overdue=Money,
    frozen=Money,
    grace=Money,
    overdue_grace=Money,
    interest_in_term=Interest,
    interest_overdue=Interest,
    interest_grace=Interest,
)
QuoteRateChange = mirror("quote_rate_change", "quote", on=Date, rate_e7=c_int32)
QuoteEvent = mirror("quote_event", "quote", on=Date, kind=c_int, amount=Money)
QuoteRequest = mirror(
    "quote_request",
    "quote",
    principal=Money,
    rate_e7=c_int32,
    terms=ScheduleTerms,
    session_day=c_int,
    instalment_default=c_int,
    overdue_percent=c_int,
    rate_changes=pointer(QuoteRateChange),
    rate_changes_count=c_size_t,
    events=pointer(QuoteEvent),
    events_count=c_size_t,
)
QuoteRow = mirror("quote_row", "quote", due_on=Date, principal=Money, interest=Money)
QuotePosition = mirror("quote_position", "quote", as_of=Date, b=LoanBalances, arrears=Money, next_on=Date, order=c_size_t)
HouseholdClassRow = mirror("household_class_row", "eligibility", **{"from": Date, "class": c_int})
HouseholdLoan = mirror(
    "household_loan", "eligibility", programme=c_char_p, purpose=c_char_p, cap_group=c_char_p, balance=Money, overdue=Money
)
HouseholdView = mirror(
    "household_view",
    "eligibility",
    classes=pointer(HouseholdClassRow),
    classes_count=c_size_t,
    attributes=c_uint,
    difficulty=c_int,
    rural=c_bool,
    has_adult=c_bool,
    in_group=c_bool,
    loans=pointer(HouseholdLoan),
    loans_count=c_size_t,
)
EligibilityAlternative = mirror(
    "eligibility_alternative", "eligibility", classes=c_uint, attributes=c_uint, at_least=c_int, rural=c_bool
)
ProgrammeConflict = mirror(
    "programme_conflict", "eligibility", **{"with": c_char_p, "from": Date}, until=Date, rule=c_char_p
)
ProgrammeRule = mirror(
    "programme_rule",
    "eligibility",
    code=c_char_p,
    instrument=c_char_p,
    cap_group=c_char_p,
    opened=Date,
    closed=Date,
    who=EligibilityAlternative * ELIGIBILITY_ALTERNATIVES_MAX,
    who_count=c_int,
    needs_group=c_bool,
    conflicts=pointer(ProgrammeConflict),
    conflicts_count=c_size_t,
)
ProgrammeLimit = mirror("programme_limit", "eligibility", purpose=c_char_p, cap=Money, basis=c_int, max_units=c_int)
Eligibility = mirror(
    "eligibility",
    "eligibility",
    eligible=c_bool,
    has_headroom_figure=c_bool,
    cap=Money,
    counted=Money,
    headroom=Money,
    reasons=c_int * INELIGIBLE_COUNT,
    reasons_count=c_int,
    conflict=pointer(ProgrammeConflict),
)


# ---- the compiler's word on the mirrors ----


def layout_program():
    headers = sorted({header for _, header, _ in STRUCTS})
    lines = ["#include <stddef.h>", "#include <stdio.h>"] + [f'#include "vonvay/{header}.h"' for header in headers]
    lines.append("int main(void)\n{")
    for tag, _, cls in STRUCTS:
        lines.append(f'printf("{tag} %zu\\n", sizeof(struct {tag}));')
        for name, _ in cls._fields_:
            member = f"((struct {tag} *)0)->{name}"
            lines.append(f'printf("{tag}.{name} %zu %zu\\n", offsetof(struct {tag}, {name}), sizeof({member}));')
    return "\n".join(lines + ["return 0;\n}\n"])


def compiled_layout():
    with tempfile.TemporaryDirectory() as folder:
        source, program = f"{folder}/layout.c", f"{folder}/layout"
        pathlib.Path(source).write_text(layout_program())
        compiler = os.environ.get("CC") or next(filter(shutil.which, ("gcc", "cc", "clang", "clang-14")))
        subprocess.run([compiler, "-std=c17", f"-I{ROOT}/include", "-o", program, source], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def mirrored_layout():
    for tag, _, cls in STRUCTS:
        yield f"{tag} {ctypes.sizeof(cls)}"
        for name, _ in cls._fields_:
            field = getattr(cls, name)
            yield f"{tag}.{name} {field.offset} {field.size}"


def check_layout():
    different = [pair for pair in zip(compiled_layout(), mirrored_layout()) if pair[0] != pair[1]]
    if different:
        raise AssertionError(f"domain_lib mirrors a struct wrongly (compiler, mirror): {different}")


check_layout()


# ---- prototypes ----


def prototype(name, result, *arguments):
    function = getattr(lib, name)
    function.restype = result
    function.argtypes = list(arguments)
    return function


P = POINTER
date_make = prototype("date_make", c_bool, c_int, c_int, c_int, P(Date))
date_split = prototype("date_split", None, Date, P(c_int), P(c_int), P(c_int))
date_parse = prototype("date_parse", c_bool, c_char_p, P(Date))
date_format = prototype("date_format", None, Date, c_char_p)
date_add_days = prototype("date_add_days", Date, Date, c_int32)
date_add_months = prototype("date_add_months", Date, Date, c_int)
date_diff = prototype("date_diff", c_int32, Date, Date)
date_cmp = prototype("date_cmp", c_int, Date, Date)
date_days_in_month = prototype("date_days_in_month", c_int, c_int, c_int)
date_month_number = prototype("date_month_number", c_int32, Date)
date_in_month = prototype("date_in_month", Date, c_int32, c_int)
money_add = prototype("money_add", c_bool, Money, Money, P(Money))
money_sub = prototype("money_sub", c_bool, Money, Money, P(Money))
money_part = prototype("money_part", Money, Money, c_int64, c_int64)
interest_accrue = prototype("interest_accrue", c_bool, P(Interest), Money, c_int64, c_int)
interest_add = prototype("interest_add", c_bool, P(Interest), Interest)
interest_sub = prototype("interest_sub", c_bool, P(Interest), Interest)
interest_pay = prototype("interest_pay", c_bool, P(Interest), Money)
interest_of_money = prototype("interest_of_money", Interest, Money)
interest_round = prototype("interest_round", Money, Interest)
interest_cmp = prototype("interest_cmp", c_int, Interest, Interest)
interest_is_zero = prototype("interest_is_zero", c_bool, Interest)
interest_units_text = prototype("interest_units_text", None, Interest, c_char_p)
rate_line_init = prototype("rate_line_init", c_bool, P(RateLine), P(RateRow), c_size_t)
rate_index = prototype("rate_index", c_int64, P(RateLine), Date)
rate_on = prototype("rate_on", c_int32, P(RateLine), Date)
rate_parse_percent = prototype("rate_parse_percent", c_bool, c_char_p, P(c_int32))
rate_format_percent = prototype("rate_format_percent", None, c_int32, c_char_p)
calendar_session = prototype("calendar_session", c_bool, P(Calendar), c_int32, P(Date))
calendar_session_upto = prototype("calendar_session_upto", Date, P(Calendar), Date)
calendar_session_after = prototype("calendar_session_after", Date, P(Calendar), Date)
calendar_scheduled = prototype("calendar_scheduled", Date, P(Calendar), Date, Date, c_bool)
calendar_due = prototype("calendar_due", Date, P(Calendar), Date)
calendar_decides = prototype("calendar_decides", Date, P(Calendar), Date)
calendar_settled = prototype("calendar_settled", c_bool, P(Calendar), Date, Date)
calendar_agenda_from = prototype("calendar_agenda_from", Date, P(Calendar), Date)
schedule_month = prototype("schedule_month", Date, P(ScheduleTerms), P(Calendar), c_int)
schedule_grace_end = prototype("schedule_grace_end", Date, P(ScheduleTerms), P(Calendar))
schedule_count = prototype("schedule_count", c_int, P(ScheduleTerms))
schedule_make = prototype("schedule_make", None, P(ScheduleTerms), P(Calendar), Money, P(Instalment))
schedule_add = prototype("schedule_add", c_bool, P(Instalment), c_int, Date, Money, Money, c_int64)
schedule_due = prototype("schedule_due", Money, P(Instalment), c_int, P(Calendar), Date)
allocation_policy_valid = prototype("allocation_policy_valid", c_bool, P(AllocationPolicy))
allocation_split = prototype("allocation_split", c_bool, P(Allocation), P(c_uint8), c_size_t, Money, P(Allocation))
loan_init = prototype("loan_init", None, P(Loan), P(Instalment), c_int)
loan_apply = prototype("loan_apply", c_int, P(LoanContract), P(Loan), P(Fact), StepFn, c_void_p)
loan_advance = prototype("loan_advance", c_int, P(LoanContract), P(Loan), Date, Date, StepFn, c_void_p)
loan_replay = prototype(
    "loan_replay", c_int, P(LoanContract), P(Loan), P(Fact), c_size_t, P(Fact), Date, Date, StepFn, c_void_p, P(c_int32)
)
loan_needs_replay = prototype("loan_needs_replay", c_bool, P(Loan), c_int, Date)
loan_balances_on = prototype("loan_balances_on", c_int, P(LoanContract), P(Loan), Date, P(LoanBalances))
loan_owed = prototype("loan_owed", None, P(LoanContract), P(Loan), P(LoanBalances), Date, P(Allocation))
loan_arrears = prototype("loan_arrears", Money, P(LoanContract), P(Loan), Date)
loan_interest_asked = prototype("loan_interest_asked", c_bool, P(LoanBalances), Date)
loan_awaiting_session = prototype("loan_awaiting_session", c_bool, P(LoanContract), P(Loan), Date, Date)
loan_next = prototype("loan_next", Date, P(LoanContract), P(Loan), Date, c_bool, P(c_int))
posting_of_step = prototype("posting_of_step", c_int, P(LoanStep), P(Posting))
portfolio_of_loan = prototype("portfolio_of_loan", c_bool, P(LoanContract), P(LoanBalances), P(PortfolioValues))
portfolio_add = prototype("portfolio_add", c_bool, P(PortfolioValues), P(PortfolioValues))
portfolio_sub = prototype("portfolio_sub", c_bool, P(PortfolioValues), P(PortfolioValues))
portfolio_is_zero = prototype("portfolio_is_zero", c_bool, P(PortfolioValues))
portfolio_interest = prototype(
    "portfolio_interest", c_bool, P(PortfolioValues), P(RateLine), c_int, Date, P(Interest), P(Interest), P(Interest)
)
quote_make = prototype(
    "quote_make",
    c_int,
    P(QuoteRequest),
    P(Date),
    c_size_t,
    P(RateRow),
    P(Fact),
    P(QuoteRow),
    P(QuotePosition),
    P(c_size_t),
)
programme_rule_parse_who = prototype("programme_rule_parse_who", c_bool, P(ProgrammeRule), c_char_p)
eligibility_check = prototype(
    "eligibility_check",
    None,
    P(HouseholdView),
    P(ProgrammeRule),
    P(ProgrammeLimit),
    c_int,
    c_int,
    Date,
    P(Eligibility),
)
household_class_on = prototype("household_class_on", c_int, P(HouseholdClassRow), c_size_t, Date, P(Date))
DEFAULT_POLICY = AllocationPolicy.in_dll(lib, "allocation_policy_default")

# ---- to and fro ----

EPOCH = datetime.date(1970, 1, 1)
NO_DATE = Date(INT32_MIN)
EVER = Date(INT32_MAX)
NO_STEP = ctypes.cast(None, StepFn)


def c_date(d):
    """datetime.date, None (DATE_NONE) or datetime.date.max (DATE_EVER)."""
    if d is None:
        return NO_DATE
    return EVER if d == datetime.date.max else Date((d - EPOCH).days)


def py_date(d):
    if d.days == INT32_MIN:
        return None
    if d.days == INT32_MAX:
        return datetime.date.max
    return EPOCH + datetime.timedelta(days=d.days)


def array(cls, values):
    """A C array that is never of length 0, so that its address is one."""
    values = list(values)
    return (cls * max(1, len(values)))(*values)


def interest_units(i):
    """The whole value in units of 1/3,650,000,000 đồng."""
    assert 0 <= i.units < UNITS_PER_DONG
    return i.dong * UNITS_PER_DONG + i.units


def interest_of_units(units):
    return Interest(units // UNITS_PER_DONG, units % UNITS_PER_DONG)


def units_text(i):
    out = ctypes.create_string_buffer(44)
    interest_units_text(i, out)
    return out.value.decode()


def collect(steps):
    """A step function that appends (a copy of) each step to a list; keep it alive during the call."""

    def told(_, step):
        steps.append(copy_step(step.contents))

    return StepFn(told)


def copy_step(step):
    """A step outlives its call only as a copy; fact, before and after become members of a plain object."""
    before, after = LoanBalances(), LoanBalances()
    ctypes.pointer(before)[0], ctypes.pointer(after)[0] = step.before[0], step.after[0]
    out = (Posting * POSTING_MAX)()
    postings = posting_of_step(byref(step), out)
    return {
        "fact": step.fact[0].no if step.fact else None,
        "kind": word_of(FACT, step.fact[0].kind) if step.fact else word_of(TRANSITION, step.transition),
        "on": py_date(step.on),
        "instalment": step.instalment,
        "amount": step.amount.dong,
        "paid": {part: step.paid.part[i].dong for i, part in enumerate(PARTS)},
        "before": before,
        "after": after,
        "postings": [(p.debit, p.credit, p.amount.dong) for p in out[:postings]],
    }
