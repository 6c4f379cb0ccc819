/* What decisions do to a loan. 50 million over 36 months, instalments of 16.6, 16.6 and 16.8 million due on 10/01/2025, 2026
 * and 2027, each decided about by the session of the month after. */
#include "loan_rig.h"
#include "vonvay/portfolio.h"
#include "vonvay/posting.h"

#define UNITS(balance, rate, days) ((int64_t)(balance) * (rate) * (days))

static int64_t units_of(struct interest i)
{
	return i.dong * INTEREST_UNITS_PER_DONG + i.units;
}

static void rig_lent(struct rig *rig, enum instalment_default instalment_default)
{
	rig_init(rig, instalment_default);
	rig_do(rig, FACT_DISBURSED, "2024-01-10", 50000000);
}

static enum loan_error rig_decide(struct rig *rig, struct fact fact, const char *on)
{
	fact.no = 1;
	fact.on = day(on);
	return loan_apply(&rig->contract, &rig->loan, &fact, rig_told, rig);
}

static void rig_decided(struct rig *rig, struct fact fact, const char *on)
{
	assert_int_equal(rig_decide(rig, fact, on), LOAN_OK);
}

static struct fact freeze(int64_t amount, const char *until)
{
	return (struct fact){ .kind = FACT_FROZEN, .amount = DONG(amount), .until = day(until) };
}

static struct fact reschedule(int instalment, const char *until)
{
	return (struct fact){ .kind = FACT_RESCHEDULED, .number = instalment, .until = day(until) };
}

static void assert_balances(const struct rig *rig, int64_t in_term, int64_t overdue, int64_t frozen)
{
	assert_dong(rig->loan.b.in_term, in_term);
	assert_dong(rig->loan.b.overdue, overdue);
	assert_dong(rig->loan.b.frozen, frozen);
}

static void assert_transition(const struct rig *rig, int back, enum transition_kind kind, const char *on,
			      int64_t amount)
{
	const struct told *t = rig_step(rig, back);

	assert_int_equal(t->fact, 0);
	assert_int_equal(t->transition, kind);
	assert_int_equal(t->on.days, day(on).days);
	assert_dong(t->amount, amount);
}

static void test_rescheduled(void **state)
{
	struct rig rig;
	enum loan_next_reason reason;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	assert_int_equal(rig_decide(&rig, reschedule(2, "2028-01-10"), "2025-01-02"), LOAN_ERROR_NUMBER);
	assert_int_equal(rig_decide(&rig, reschedule(-1, "2025-06-10"), "2025-01-02"), LOAN_ERROR_NUMBER);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2026-01-11"), "2025-01-02"), LOAN_ERROR_UNTIL);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2025-01-10"), "2025-01-02"), LOAN_ERROR_UNTIL);
	rig_decided(&rig, reschedule(0, "2025-06-10"), "2025-01-02");
	assert_int_equal(loan_next(&rig.contract, &rig.loan, day("2025-01-02"), false, &reason).days,
			 day("2025-06-10").days);
	rig_advance(&rig, "2025-07-11");
	assert_balances(&rig, 50000000, 0, 0);
	rig_advance(&rig, "2025-07-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2025-07-10", 16600000);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2025-09-10"), "2025-07-12"), LOAN_ERROR_DECIDED);
}

/* On the day of the session the decision still comes before the transfer; the day after it is too late. */
static void test_rescheduled_on_the_session_day(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_decided(&rig, reschedule(0, "2025-12-10"), "2025-02-10");
	rig_advance(&rig, "2025-03-12");
	assert_balances(&rig, 50000000, 0, 0);
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2025-12-10"), "2025-02-11"), LOAN_ERROR_DECIDED);
	/* nothing of it is left to move */
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2024-05-10", 16600000);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2025-12-10"), "2025-01-02"), LOAN_ERROR_DECIDED);
}

static void test_extended(void **state)
{
	struct rig rig;
	struct fact extend = { .kind = FACT_EXTENDED, .until = day("2028-01-10") };

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_decided(&rig, extend, "2026-12-20");
	assert_int_equal(rig_decide(&rig, extend, "2026-12-20"), LOAN_ERROR_UNTIL);
	rig_advance(&rig, "2028-02-11");
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_IN_TERM);
	rig_advance(&rig, "2028-02-12");
	assert_transition(&rig, 0, TRANSITION_MATURED, "2028-02-10", 50000000);
	extend.until = day("2029-01-10");
	assert_int_equal(rig_decide(&rig, extend, "2028-02-12"), LOAN_ERROR_DECIDED);
}

/* Overdue first, then in term; what is frozen bears nothing and is missed by no session. */
static void test_frozen(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_advance(&rig, "2025-02-12");
	assert_balances(&rig, 33400000, 16600000, 0);
	assert_int_equal(rig_decide(&rig, freeze(50000001, "2026-03-01"), "2025-03-01"), LOAN_ERROR_TOO_MUCH);
	assert_int_equal(rig_decide(&rig, freeze(20000000, "2025-03-01"), "2025-03-01"), LOAN_ERROR_UNTIL);
	rig_decided(&rig, freeze(20000000, "2026-03-01"), "2025-03-01");
	assert_balances(&rig, 30000000, 0, 20000000);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_FROZEN);
	int64_t before = units_of(rig.loan.b.interest_in_term);
	struct loan_balances b = rig_on(&rig, "2025-12-10");
	assert_true(units_of(b.interest_in_term) - before ==
		    UNITS(30000000, 660000, 275) + UNITS(30000000, 624000, 9));
	assert_int_equal(rig_decide(&rig, freeze(1000000, "2026-04-01"), "2025-12-10"), LOAN_ERROR_FROZEN);
	rig_advance(&rig, "2026-02-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 13200000);
	rig_advance(&rig, "2026-03-01");
	assert_transition(&rig, 0, TRANSITION_FREEZE_ENDED, "2026-03-01", 20000000);
	assert_balances(&rig, 36800000, 13200000, 0);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_OVERDUE);
}

static void test_freeze_that_ends_past_the_maturity(void **state)
{
	struct rig rig;
	enum loan_next_reason reason;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_decided(&rig, freeze(50000000, "2027-06-01"), "2026-12-01");
	assert_int_equal(loan_next(&rig.contract, &rig.loan, day("2026-12-01"), false, &reason).days,
			 day("2027-06-01").days);
	assert_int_equal(reason, LOAN_NEXT_FREEZE_END);
	rig_advance(&rig, "2027-05-31");
	assert_balances(&rig, 0, 0, 50000000);
	rig_advance(&rig, "2027-06-01");
	assert_balances(&rig, 50000000, 0, 0);
	assert_int_equal(loan_next(&rig.contract, &rig.loan, day("2027-06-01"), false, &reason).days,
			 day("2027-06-10").days);
	assert_int_equal(reason, LOAN_NEXT_TRANSFER);
	assert_true(loan_awaiting_session(&rig.contract, &rig.loan, day("2027-06-11"), day("2027-06-11")));
	rig_advance(&rig, "2027-06-11");
	assert_balances(&rig, 50000000, 0, 0);
	rig_advance(&rig, "2027-06-12");
	assert_transition(&rig, 0, TRANSITION_MATURED, "2027-06-10", 50000000);
	assert_int_equal(rig_step(&rig, 0)->instalment, 2);
	assert_balances(&rig, 0, 50000000, 0);
	/* a supplementary freeze, and its end */
	rig_decided(&rig, freeze(50000000, "2028-06-20"), "2027-07-01");
	rig_advance(&rig, "2028-07-12");
	assert_transition(&rig, 1, TRANSITION_FREEZE_ENDED, "2028-06-20", 50000000);
	assert_transition(&rig, 0, TRANSITION_MATURED, "2028-07-10", 50000000);
}

static void test_prolonged_and_unfrozen(void **state)
{
	struct rig rig;
	struct fact prolong = { .kind = FACT_FREEZE_PROLONGED, .until = day("2026-09-01") };
	struct fact unfreeze = { .kind = FACT_UNFROZEN };

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig_decide(&rig, prolong, "2025-03-01"), LOAN_ERROR_NOT_FROZEN);
	assert_int_equal(rig_decide(&rig, unfreeze, "2025-03-01"), LOAN_ERROR_NOT_FROZEN);
	rig_decided(&rig, freeze(20000000, "2026-03-01"), "2025-03-01");
	rig_decided(&rig, prolong, "2026-02-01");
	rig_advance(&rig, "2026-08-31");
	assert_balances(&rig, 30000000, 0, 20000000);
	assert_int_equal(rig_decide(&rig, prolong, "2026-09-01"), LOAN_ERROR_NOT_FROZEN);
	rig_decided(&rig, freeze(20000000, "2026-12-01"), "2026-09-10");
	rig_decided(&rig, unfreeze, "2026-10-01");
	assert_balances(&rig, 50000000, 0, 0);
	rig_advance(&rig, "2026-12-31");
	assert_int_equal(rig_step(&rig, 0)->fact, FACT_UNFROZEN);
}

static void test_frozen_principal_is_paid(void **state)
{
	struct rig rig;
	const struct money *part;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_decided(&rig, freeze(10000000, "2026-06-01"), "2024-06-01");
	/* on 10/01/2025 16.6 million are due, of which 10 are frozen */
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 20000000);
	part = rig_step(&rig, 0)->paid.part;
	assert_dong(part[PART_PRINCIPAL_DUE], 6600000);
	assert_dong(part[PART_PRINCIPAL_FROZEN], 10000000);
	assert_dong(part[PART_PRINCIPAL_EARLY], 3400000);
	assert_balances(&rig, 30000000, 0, 0);
	assert_true(date_is_none(rig.loan.b.frozen_until));
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_IN_TERM);
	rig_advance(&rig, "2026-06-02");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 13200000);
}

static void test_written_off_and_recovered(void **state)
{
	struct rig rig;
	struct fact off = { .kind = FACT_WRITTEN_OFF, .amount = DONG(50000000), .interest = DONG(271233) };
	const struct money *part;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_decided(&rig, freeze(20000000, "2026-03-01"), "2024-02-09");
	off.interest = DONG(271234);
	assert_int_equal(rig_decide(&rig, off, "2024-02-09"), LOAN_ERROR_TOO_MUCH);
	off.interest = DONG(271233); /* 30 days of 50 million */
	rig_decided(&rig, off, "2024-02-09");
	part = rig_step(&rig, 2)->paid.part;
	assert_dong(part[PART_PRINCIPAL_FROZEN], 20000000);
	assert_dong(part[PART_PRINCIPAL_EARLY], 30000000);
	assert_dong(part[PART_INTEREST_IN_TERM], 271233);
	assert_transition(&rig, 0, TRANSITION_CLOSED, "2024-02-09", 0);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_CLOSED);
	assert_dong(rig.loan.b.written_off, 50000000);
	assert_dong(rig.loan.b.interest_written_off, 271233);
	assert_int_equal(rig_try(&rig, FACT_PAID, "2024-03-10", 1), LOAN_ERROR_CLOSED);
	assert_int_equal(rig_try(&rig, FACT_RECOVERED, "2024-03-10", 50271234), LOAN_ERROR_TOO_MUCH);
	rig_do(&rig, FACT_RECOVERED, "2024-03-10", 271233);
	rig_do(&rig, FACT_RECOVERED, "2025-03-10", 50000000);
	assert_int_equal(rig_try(&rig, FACT_RECOVERED, "2025-03-10", 1), LOAN_ERROR_TOO_MUCH);
	assert_dong(rig.loan.b.paid, 0);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_CLOSED);
}

/* A part written off covers the earliest instalments, as a payment would. */
static void test_written_off_in_part(void **state)
{
	struct rig rig;
	struct fact off = { .kind = FACT_WRITTEN_OFF, .amount = DONG(10000000) };

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	assert_int_equal(rig_decide(&rig, (struct fact){ .kind = FACT_WRITTEN_OFF }, "2024-06-01"),
			 LOAN_ERROR_TOO_MUCH);
	rig_decided(&rig, off, "2024-06-01");
	rig_advance(&rig, "2025-02-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 6600000);
	assert_balances(&rig, 33400000, 6600000, 0);
	assert_int_equal(rig_try(&rig, FACT_RECOVERED, "2025-02-12", 10000001), LOAN_ERROR_TOO_MUCH);
	rig_do(&rig, FACT_RECOVERED, "2025-02-12", 10000000);
	assert_balances(&rig, 33400000, 6600000, 0);
}

static void test_misused(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	assert_int_equal(rig_try(&rig, FACT_MISUSED, "2024-03-01", 50000001), LOAN_ERROR_TOO_MUCH);
	rig_do(&rig, FACT_MISUSED, "2024-03-01", 20000000);
	assert_balances(&rig, 30000000, 20000000, 0);
	struct loan_balances b = rig_on(&rig, "2024-03-31");
	assert_true(units_of(b.interest_overdue) == UNITS(20000000, 858000, 30));
	/* the first instalment is covered by what is overdue already; of the second 13.2 million are not */
	rig_advance(&rig, "2026-02-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 13200000);
}

/* -2 points from 01/09 to 31/12/2024, nothing asked until 01/12/2024. */
static void test_relieved(void **state)
{
	struct rig rig;
	struct rate_row rows[] = { { day("2015-06-01"), 460000, 0 } };
	struct rate_line relief;
	struct loan_overlay overlay = { 7, &relief };
	struct fact relieve = { .kind = FACT_RELIEVED,
				.number = 7,
				.until = day("2025-01-01"),
				.holiday_until = day("2024-12-01") };

	(void)state;
	assert_true(rate_line_init(&relief, rows, 1));
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig_decide(&rig, relieve, "2024-09-01"), LOAN_ERROR_NUMBER);
	rig.contract.overlays = &overlay;
	rig.contract.overlays_count = 1;
	rig_decided(&rig, relieve, "2024-09-01");
	assert_false(loan_interest_asked(&rig.loan.b, day("2024-11-30")));
	assert_true(loan_interest_asked(&rig.loan.b, day("2024-12-01")));
	rig_advance(&rig, "2025-01-01");
	assert_transition(&rig, 0, TRANSITION_RELIEF_ENDED, "2025-01-01", 0);
	struct loan_balances b = rig_on(&rig, "2025-01-11");
	assert_true(units_of(b.interest_in_term) ==
		    UNITS(50000000, 660000, 235 + 10) + UNITS(50000000, 460000, 122));
	assert_int_equal(b.line, 0);
	relieve.until = day("2025-02-01");
	assert_int_equal(rig_decide(&rig, relieve, "2025-02-01"), LOAN_ERROR_UNTIL);
}

/* What a summary adds up is of the line in force, on both sides of the change. */
static void test_relief_in_summaries(void **state)
{
	struct rig rig;
	struct rate_row rows[] = { { day("2020-01-01"), 460000, 0 } };
	struct rate_line relief;
	struct loan_overlay overlay = { 7, &relief };
	struct fact relieve = { .kind = FACT_RELIEVED, .number = 7, .until = day("2025-01-01") };
	struct portfolio_values before, after;
	struct interest a, b, ignored;

	(void)state;
	assert_true(rate_line_init(&relief, rows, 1));
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	rig.contract.overlays = &overlay;
	rig.contract.overlays_count = 1;
	rig_decided(&rig, relieve, "2024-09-01");
	const struct told *t = rig_step(&rig, 0);
	assert_true(portfolio_of_loan(&rig.contract, &t->before, &before));
	assert_true(portfolio_of_loan(&rig.contract, &t->after, &after));
	assert_true(portfolio_interest(&before, &rig.line, 130, day("2024-09-01"), &a, &ignored, &ignored));
	assert_true(portfolio_interest(&after, &relief, 130, day("2024-09-01"), &b, &ignored, &ignored));
	assert_int_equal(interest_cmp(a, b), 0);
}

/* To a point with its session on the 25th: the instalment due on 10/01 is decided about on 25/01. */
static void test_moved(void **state)
{
	struct rig rig;
	struct session_day days[] = { { day("2000-01-01"), 25 } };
	struct calendar other;
	struct loan_place place = { 3, &other };
	struct fact move = { .kind = FACT_MOVED, .number = 3 };

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	assert_int_equal(rig_decide(&rig, move, "2024-06-01"), LOAN_ERROR_NUMBER);
	other = rig.calendar;
	other.days = days;
	rig.contract.places = &place;
	rig.contract.places_count = 1;
	rig_decided(&rig, move, "2024-06-01");
	rig_advance(&rig, "2025-01-26");
	assert_balances(&rig, 50000000, 0, 0);
	rig_advance(&rig, "2025-01-27");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2025-01-25", 16600000);
	move.number = 0;
	rig_decided(&rig, move, "2025-03-01");
	assert_int_equal(rig.loan.b.place, 0);
}

/* The session of the new place that lies before the move decides nothing. */
static void test_moved_behind_a_session(void **state)
{
	struct rig rig;
	struct session_day days[] = { { day("2000-01-01"), 25 } };
	struct calendar other;
	struct loan_place place = { 3, &other };
	struct fact move = { .kind = FACT_MOVED, .number = 3 };
	enum loan_next_reason reason;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	other = rig.calendar;
	other.days = days;
	rig.contract.places = &place;
	rig.contract.places_count = 1;
	rig_decided(
		&rig, move,
		"2025-02-01"); /* due on 10/01; the place had its session on 25/01, ours would be on 10/02 */
	assert_int_equal(loan_next(&rig.contract, &rig.loan, day("2025-02-01"), false, &reason).days,
			 day("2025-02-25").days);
	rig_advance(&rig, "2025-02-26");
	assert_balances(&rig, 50000000, 0, 0);
	rig_advance(&rig, "2025-02-27");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2025-02-25", 16600000);
}

/* domain.md 8b: what a freeze gives back before the maturity stays in term until it; a session moves its own instalment. */
static void test_thawed_before_the_maturity(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_advance(&rig, "2025-02-12");
	rig_decided(&rig, freeze(16600000, "2025-09-01"), "2025-03-01");
	rig_advance(&rig, "2026-02-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 16600000);
	assert_balances(&rig, 33400000, 16600000, 0);
	rig_advance(&rig, "2027-02-12");
	assert_transition(&rig, 0, TRANSITION_MATURED, "2027-02-10", 33400000);
}

/* What is overdue already is not carried in term. */
static void test_carried_beside_misuse(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_MISUSED, "2024-03-01", 6000000);
	rig_advance(&rig, "2025-02-12");
	assert_transition(&rig, 0, TRANSITION_INSTALMENT_CARRIED, "2025-02-10", 10600000);
	rig_do(&rig, FACT_MISUSED, "2025-03-01", 44000000);
	rig_advance(&rig, "2026-02-12");
	assert_int_equal(rig_step(&rig, 0)->fact, FACT_MISUSED);
}

/* A session that is not settled holds back the end of a freeze only if it moves something; the interest is right anyway. */
static void test_ends_behind_an_unsettled_session(void **state)
{
	struct rig rig;

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_decided(&rig, freeze(20000000, "2025-02-11"), "2024-12-10");
	rig_advance(&rig, "2025-02-11");
	assert_transition(&rig, 0, TRANSITION_FREEZE_ENDED, "2025-02-11", 20000000);
	rig_lent(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_decided(&rig, freeze(10000000, "2025-02-11"), "2024-12-10");
	int64_t before = units_of(rig.loan.b.interest_in_term);
	rig_advance(&rig, "2025-02-11");
	assert_balances(&rig, 40000000, 0, 10000000);
	struct loan_balances b = rig_on(&rig, "2025-02-12");
	assert_true(units_of(b.interest_in_term) - before ==
		    UNITS(40000000, 660000, 63) + UNITS(50000000, 660000, 1));
	rig_advance(&rig, "2025-02-12");
	assert_transition(&rig, 1, TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 6600000);
	assert_transition(&rig, 0, TRANSITION_FREEZE_ENDED, "2025-02-11", 10000000);
}

static void test_until_is_later(void **state)
{
	struct rig rig;
	struct fact extend = { .kind = FACT_EXTENDED, .until = day("2027-01-20") };
	struct fact prolong = { .kind = FACT_FREEZE_PROLONGED, .until = day("2026-03-01") };

	(void)state;
	rig_lent(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig_decide(&rig, extend, "2027-01-20"), LOAN_ERROR_UNTIL);
	assert_int_equal(rig_decide(&rig, reschedule(0, "2025-01-20"), "2025-01-20"), LOAN_ERROR_UNTIL);
	rig_decided(&rig, freeze(20000000, "2026-03-01"), "2025-01-20");
	assert_int_equal(rig_decide(&rig, prolong, "2025-02-01"), LOAN_ERROR_UNTIL);
}

static void test_before_and_after(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig_decide(&rig, freeze(1, "2026-03-01"), "2024-02-01"), LOAN_ERROR_NOT_DISBURSED);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PAID, "2024-02-10", 1000000);
	/* a decision of the day of a payment comes before it */
	assert_int_equal(rig_decide(&rig, freeze(1, "2026-03-01"), "2024-02-10"), LOAN_ERROR_ORDER);
	assert_true(loan_needs_replay(&rig.loan, FACT_FROZEN, day("2024-02-10")));
	assert_false(loan_needs_replay(&rig.loan, FACT_FROZEN, day("2024-02-11")));
}

/* All kinds in one life: folded one by one, or at once from the facts in any order, and what was reversed never happened. */
static void test_replay(void **state)
{
	struct rig rig, again;
	int32_t failed;
	struct fact scratch[10];
	struct fact facts[] = {
		{ .no = 1, .kind = FACT_DISBURSED, .on = day("2024-01-10"), .amount = DONG(50000000) },
		{ .no = 2, .kind = FACT_RESCHEDULED, .on = day("2024-12-20"), .until = day("2025-08-10") },
		{ .no = 3, .kind = FACT_MISUSED, .on = day("2025-01-05"), .amount = DONG(1000000) },
		{ .no = 4,
		  .kind = FACT_FROZEN,
		  .on = day("2025-03-01"),
		  .amount = DONG(20000000),
		  .until = day("2026-03-01") },
		{ .no = 5, .kind = FACT_PAID, .on = day("2025-04-10"), .amount = DONG(3000000) },
		{ .no = 6, .kind = FACT_FREEZE_PROLONGED, .on = day("2026-01-01"), .until = day("2027-03-05") },
		{ .no = 7, .kind = FACT_EXTENDED, .on = day("2026-12-01"), .until = day("2027-02-10") },
		{ .no = 8, .kind = FACT_WRITTEN_OFF, .on = day("2027-05-01"), .amount = DONG(2000000) },
		{ .no = 9, .kind = FACT_MISUSED, .on = day("2025-02-05"), .amount = DONG(5000000) },
		{ .no = 10, .kind = FACT_REVERSED, .on = day("2025-02-05"), .reverses = 9 },
	};

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	for (int i = 0; i < 8; i++)
		assert_int_equal(loan_apply(&rig.contract, &rig.loan, &facts[i], rig_told, &rig), LOAN_OK);
	rig_advance(&rig, "2027-08-01");
	rig_init(&again, INSTALMENT_DEFAULT_OVERDUE);
	for (int i = 0; i < 5; i++) {
		struct fact kept = facts[i];
		facts[i] = facts[9 - i];
		facts[9 - i] = kept;
	}
	/* whatever state it begins from */
	again.loan = rig.loan;
	assert_int_equal(loan_replay(&again.contract, &again.loan, facts, 10, scratch, day("2027-08-01"),
				     day("2027-08-01"), rig_told, &again, &failed),
			 LOAN_OK);
	assert_int_equal(again.told_count, rig.told_count);
	assert_memory_equal(&again.loan.b, &rig.loan.b, sizeof rig.loan.b);
	for (int i = 0; i < rig.loan.count; i++) {
		assert_dong(again.loan.instalment[i].amount, rig.loan.instalment[i].amount.dong);
		assert_int_equal(again.loan.instalment[i].due_on.days, rig.loan.instalment[i].due_on.days);
	}
	assert_int_equal(rig.loan.instalment[2].first_on.days, day("2027-01-10").days);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rescheduled),
		TEST(test_rescheduled_on_the_session_day),
		TEST(test_extended),
		TEST(test_frozen),
		TEST(test_freeze_that_ends_past_the_maturity),
		TEST(test_prolonged_and_unfrozen),
		TEST(test_frozen_principal_is_paid),
		TEST(test_written_off_and_recovered),
		TEST(test_written_off_in_part),
		TEST(test_misused),
		TEST(test_relieved),
		TEST(test_relief_in_summaries),
		TEST(test_moved),
		TEST(test_moved_behind_a_session),
		TEST(test_thawed_before_the_maturity),
		TEST(test_carried_beside_misuse),
		TEST(test_ends_behind_an_unsettled_session),
		TEST(test_until_is_later),
		TEST(test_before_and_after),
		TEST(test_replay),
	};

	return cmocka_run_group_tests_name("loan decisions", tests, NULL, NULL);
}
