/* The fold of a loan: each fact and transition, errors, late and early order, thirty nights at once. */
#include "loan_rig.h"

static void assert_told(const struct told *t, enum transition_kind kind, const char *on, int instalment,
			int64_t amount)
{
	assert_int_equal(t->fact, 0);
	assert_int_equal(t->transition, kind);
	assert_date(t->on, on);
	assert_int_equal(t->instalment, instalment);
	assert_dong(t->amount, amount);
	assert_date(t->before.since, on);
	assert_date(t->after.since, on);
}

static void assert_same_interest(struct interest a, struct interest b)
{
	assert_int_equal(a.dong, b.dong);
	assert_int_equal(a.units, b.units);
}

static void assert_same_balances(const struct loan_balances *a, const struct loan_balances *b)
{
	assert_int_equal(a->status, b->status);
	assert_int_equal(a->in_grace, b->in_grace);
	assert_int_equal(a->since.days, b->since.days);
	assert_dong(a->disbursed, b->disbursed.dong);
	assert_dong(a->paid, b->paid.dong);
	assert_dong(a->in_term, b->in_term.dong);
	assert_dong(a->overdue, b->overdue.dong);
	assert_dong(a->frozen, b->frozen.dong);
	assert_same_interest(a->interest_in_term, b->interest_in_term);
	assert_same_interest(a->interest_overdue, b->interest_overdue);
	assert_same_interest(a->interest_grace, b->interest_grace);
	assert_same_interest(a->accrued, b->accrued);
}

static void assert_same_loan(const struct loan *a, const struct loan *b)
{
	assert_same_balances(&a->b, &b->b);
	assert_int_equal(a->last_on.days, b->last_on.days);
	assert_int_equal(a->last_rank, b->last_rank);
	assert_int_equal(a->decided, b->decided);
	assert_int_equal(a->count, b->count);
	for (int i = 0; i < a->count; i++) {
		assert_dong(a->instalment[i].amount, b->instalment[i].amount.dong);
		assert_int_equal(a->instalment[i].due_on.days, b->instalment[i].due_on.days);
		assert_int_equal(a->instalment[i].month, b->instalment[i].month);
	}
}

static void test_known_interest(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig.terms.contract_on = day("2025-09-10");
	rig_make(&rig);
	rig_do(&rig, FACT_DISBURSED, "2025-09-10", 50000000);
	assert_dong(interest_round(rig_on(&rig, "2025-10-10").interest_in_term), 271233);
	assert_dong(interest_round(rig_on(&rig, "2025-09-10").interest_in_term), 0);
	rig.terms.contract_on = day("2025-11-10");
	rig_make(&rig);
	rig_do(&rig, FACT_DISBURSED, "2025-11-10", 50000000);
	assert_dong(interest_round(rig_on(&rig, "2025-12-10").accrued), 266795);
}

static void test_disbursed(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_PENDING);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_int_equal(rig.told_count, 1);
	const struct told *t = rig_step(&rig, 0);
	assert_int_equal(t->fact, FACT_DISBURSED);
	assert_int_equal(t->before.status, LOAN_STATUS_PENDING);
	assert_dong(t->before.in_term, 0);
	assert_int_equal(t->after.status, LOAN_STATUS_IN_TERM);
	assert_dong(t->after.in_term, 50000000);
	assert_dong(rig.loan.instalment[0].amount, 16600000);
	assert_dong(rig.loan.instalment[2].amount, 16800000);
	assert_date(rig.loan.instalment[0].due_on, "2025-01-10");
	rig_do(&rig, FACT_DISBURSED, "2024-03-10", 10000000);
	assert_dong(rig.loan.b.disbursed, 60000000);
	assert_dong(rig.loan.instalment[1].amount, 20000000);
	/* 50 million x 60 days, then 60 million x 31 */
	assert_dong(interest_round(rig_on(&rig, "2024-04-10").interest_in_term), 878795);
}

static void test_paid_by_the_policy(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PAID, "2024-02-10", 1000000);
	const struct told *t = rig_step(&rig, 0);
	assert_dong(t->paid.part[PART_INTEREST_IN_TERM], 280274); /* 31 days: 280,273.97 */
	assert_dong(t->paid.part[PART_PRINCIPAL_EARLY], 719726);
	assert_dong(t->paid.part[PART_PRINCIPAL_DUE], 0);
	assert_int_equal(t->after.interest_in_term.dong, -1);
	assert_dong(interest_round(t->after.interest_in_term), 0);
	assert_dong(rig.loan.b.in_term, 49280274);
	assert_dong(rig.loan.b.paid, 719726);
	/* what is due goes before what is early */
	struct allocation owed;
	struct loan_balances b = rig_on(&rig, "2025-01-10");
	loan_owed(&rig.contract, &rig.loan, &b, day("2025-01-10"), &owed);
	assert_dong(owed.part[PART_PRINCIPAL_DUE], 16600000 - 719726);
	assert_dong(owed.part[PART_PRINCIPAL_EARLY], 33400000);
	assert_dong(owed.part[PART_PRINCIPAL_OVERDUE], 0);
}

static void test_instalment_carried(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 6600000);
	rig_advance(&rig, "2025-02-11");
	assert_int_equal(rig.told_count, 2);
	assert_true(rig.loan.decided == 0);
	rig_advance(&rig, "2025-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_CARRIED, "2025-02-10", 0, 10000000);
	assert_dong(rig.loan.b.in_term, 43400000);
	assert_dong(rig.loan.b.overdue, 0);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_IN_TERM);
	assert_dong(loan_arrears(&rig.contract, &rig.loan, day("2025-02-12")), 10000000);
	/* only the part of the next instalment itself is told of it */
	rig_advance(&rig, "2026-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_CARRIED, "2026-02-10", 1, 16600000);
	assert_int_equal(rig.told_count, 4);
}

static void test_instalment_overdue(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 6600000);
	rig_advance(&rig, "2025-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 0, 10000000);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_OVERDUE);
	assert_dong(rig.loan.b.overdue, 10000000);
	assert_dong(rig.loan.b.in_term, 33400000);
	/* the day of the transfer is at the overdue rate: 10 million x 28 days x 8.58 % */
	assert_dong(interest_round(rig_on(&rig, "2025-02-10").interest_overdue), 0);
	assert_dong(interest_round(rig_on(&rig, "2025-03-10").interest_overdue), 65819);
	/* paid: overdue principal, then overdue interest, then interest in term */
	rig_do(&rig, FACT_PAID, "2025-03-10", 10065820);
	const struct told *t = rig_step(&rig, 0);
	assert_dong(t->paid.part[PART_PRINCIPAL_OVERDUE], 10000000);
	assert_dong(t->paid.part[PART_INTEREST_OVERDUE], 65819);
	assert_dong(t->paid.part[PART_INTEREST_IN_TERM], 1);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_IN_TERM);
	/* the second is missed whole; the part in arrears from the first is paid */
	rig_advance(&rig, "2026-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 1, 16600000);
}

static void test_missed_twice_moves_each_part_once(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_advance(&rig, "2026-02-12");
	assert_told(rig_step(&rig, 1), TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 0, 16600000);
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 1, 16600000);
	assert_dong(rig.loan.b.overdue, 33200000);
	assert_dong(loan_arrears(&rig.contract, &rig.loan, day("2026-02-12")), 33200000);
}

static void test_matured(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2026-01-10", 20000000);
	rig_advance(&rig, "2027-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_MATURED, "2027-02-10", 2, 30000000);
	assert_dong(rig.loan.b.in_term, 0);
	assert_dong(rig.loan.b.overdue, 30000000);
	assert_int_equal(rig.loan.decided, 3);
	int told = rig.told_count;
	rig_advance(&rig, "2030-01-01");
	assert_int_equal(rig.told_count, told);
}

static void test_interest_while_overdue(void **state)
{
	struct rig rig;
	struct fact opened = { .no = 1, .kind = FACT_OPENED, .on = day("2026-01-01") };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	opened.opening.principal = DONG(50000000);
	opened.opening.overdue = DONG(5000000);
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &opened, NULL, NULL), LOAN_OK);
	assert_dong(interest_round(rig_on(&rig, "2026-02-01").interest_overdue), 34448);
	assert_dong(interest_round(rig_on(&rig, "2026-02-01").interest_in_term), 0);
}

static void test_grace(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig.terms.interest_grace_months = 6;
	rig_make(&rig);
	assert_date(rig.contract.grace_end, "2024-07-10");
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_true(rig.loan.b.in_grace);
	/* asked over the end without the transition: the days are told apart all the same */
	struct loan_balances b = rig_on(&rig, "2024-08-10");
	assert_dong(interest_round(b.interest_grace), 1645479);
	assert_dong(interest_round(b.interest_in_term), 280274);
	rig_advance(&rig, "2024-07-09");
	assert_true(rig.loan.b.in_grace);
	rig_advance(&rig, "2024-07-10");
	assert_told(rig_step(&rig, 0), TRANSITION_GRACE_ENDED, "2024-07-10", -1, 0);
	assert_false(rig.loan.b.in_grace);
	struct loan_balances after = rig_on(&rig, "2024-08-10");
	assert_same_interest(after.interest_grace, b.interest_grace);
	assert_same_interest(after.interest_in_term, b.interest_in_term);
	/* grace interest is paid last of the interests */
	rig_do(&rig, FACT_INTEREST_PAID, "2024-08-10", 280275);
	assert_dong(rig_step(&rig, 0)->paid.part[PART_INTEREST_IN_TERM], 280274);
	assert_dong(rig_step(&rig, 0)->paid.part[PART_INTEREST_GRACE], 1);
}

/* Also what is overdue within the interest grace bears grace interest, at its own rate. */
static void test_overdue_within_the_grace(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig.terms.interest_grace_months = 24;
	rig_make(&rig);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_advance(&rig, "2025-02-12");
	assert_dong(rig.loan.b.overdue, 16600000);
	struct loan_balances at = rig_on(&rig, "2025-02-10"), later = rig_on(&rig, "2025-03-10");
	assert_true(interest_sub(&later.interest_grace, at.interest_grace));
	/* 28 days: 33.4 million at 6.6 %, 16.6 million at 8.58 % */
	assert_dong(interest_round(later.interest_grace), 169104 + 109260);
	assert_true(interest_is_zero(later.interest_overdue));
	assert_true(interest_is_zero(later.interest_in_term));
}

static void test_closing(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2024-02-10", 50000000);
	assert_int_equal(rig.told_count, 2);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_IN_TERM);
	rig_do(&rig, FACT_INTEREST_PAID, "2024-05-10", 280274);
	assert_int_equal(rig.told_count, 5);
	assert_int_equal(rig_step(&rig, 2)->fact, FACT_INTEREST_PAID);
	assert_told(rig_step(&rig, 1), TRANSITION_ROUNDING_DROPPED, "2024-05-10", -1, 0);
	assert_int_equal(rig_step(&rig, 1)->before.interest_in_term.dong, -1);
	assert_true(interest_is_zero(rig_step(&rig, 1)->after.interest_in_term));
	assert_int_equal(rig_step(&rig, 1)->after.status, LOAN_STATUS_IN_TERM);
	assert_told(rig_step(&rig, 0), TRANSITION_CLOSED, "2024-05-10", -1, 0);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_CLOSED);
	/* what was earned is not touched by the dropping */
	assert_dong(interest_round(rig.loan.b.accrued), 280274);
	assert_int_equal(rig.loan.b.accrued.dong, 280273);
	rig_advance(&rig, "2030-01-01");
	assert_int_equal(rig.told_count, 5);
	assert_int_equal(rig_try(&rig, FACT_PAID, "2024-06-10", 1), LOAN_ERROR_CLOSED);
	assert_int_equal(rig_try(&rig, FACT_PAID, "2024-05-10", 1), LOAN_ERROR_CLOSED);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2024-06-10", 1), LOAN_ERROR_CLOSED);
}

static void test_closing_without_a_remainder(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PAID, "2024-01-10", 50000000);
	assert_int_equal(rig.told_count, 3);
	assert_told(rig_step(&rig, 0), TRANSITION_CLOSED, "2024-01-10", -1, 0);
}

static void test_opened(void **state)
{
	struct rig rig;
	struct fact opened = { .no = 1, .kind = FACT_OPENED, .on = day("2025-03-01") };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	opened.opening = (struct loan_opening){ .principal = DONG(50000000),
						.in_term = DONG(33400000),
						.overdue = DONG(10000000),
						.interest_in_term = { 1000, 500 },
						.interest_overdue = { 2000, 0 },
						.interest_grace = { 3000, 0 } };
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &opened, rig_told, &rig), LOAN_OK);
	assert_int_equal(rig_step(&rig, 0)->fact, FACT_OPENED);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_OVERDUE);
	assert_dong(rig.loan.b.paid, 6600000);
	assert_dong(rig.loan.b.disbursed, 50000000);
	assert_int_equal(rig.loan.b.interest_in_term.units, 500);
	assert_dong(rig.loan.instalment[2].amount, 16800000);
	assert_true(interest_is_zero(rig.loan.b.accrued));
	/* the session of 10/02/2025 lies before the opening: its transfer is in the balances */
	assert_int_equal(rig.loan.decided, 1);
	rig_advance(&rig, "2026-02-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 1, 16600000);
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &opened, NULL, NULL), LOAN_ERROR_OPENING);
}

static void test_openings_that_do_not_fit(void **state)
{
	static const struct loan_opening bad[] = {
		{ .principal = { 100 } },
		{ .principal = { 0 }, .in_term = { 0 } },
		{ .principal = { 100 }, .in_term = { 101 } },
		{ .principal = { 100 }, .in_term = { 60 }, .overdue = { 41 } },
		{ .principal = { 100 }, .in_term = { -1 }, .overdue = { 50 } },
		{ .principal = { 100 }, .in_term = { 50 }, .interest_overdue = { -1, 0 } },
		{ .principal = { 100 }, .in_term = { 50 }, .interest_grace = { 0, INTEREST_UNITS_PER_DONG } },
		{ .principal = { INT64_MAX }, .in_term = { INT64_MAX }, .overdue = { INT64_MAX } },
	};
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct fact opened = {
			.no = 1, .kind = FACT_OPENED, .on = day("2025-03-01"), .opening = bad[i]
		};
		assert_int_equal(loan_apply(&rig.contract, &rig.loan, &opened, NULL, NULL),
				 LOAN_ERROR_OPENING);
	}
	struct fact early = { .no = 1,
			      .kind = FACT_OPENED,
			      .on = day("2024-01-09"),
			      .opening = { .principal = { 100 }, .in_term = { 100 } } };
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &early, NULL, NULL), LOAN_ERROR_BEFORE_START);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_PENDING);
}

static void test_errors_change_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(rig_try(&rig, FACT_PAID, "2024-02-10", 1), LOAN_ERROR_NOT_DISBURSED);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2024-01-09", 1), LOAN_ERROR_BEFORE_START);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2024-06-10", 1000000);
	struct loan before = rig.loan;
	int told = rig.told_count;
	/* each would fold transitions before it fails */
	assert_int_equal(rig_try(&rig, FACT_PRINCIPAL_PAID, "2027-06-10", 49000001), LOAN_ERROR_TOO_MUCH);
	assert_int_equal(rig_try(&rig, FACT_PAID, "2027-06-10", 0), LOAN_ERROR_TOO_MUCH);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2027-01-10", 1), LOAN_ERROR_NO_INSTALMENT);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2024-07-10", INT64_MAX), LOAN_ERROR_OVERFLOW);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2024-07-10", 0), LOAN_ERROR_OVERFLOW);
	assert_int_equal(rig_try(&rig, FACT_INTEREST_PAID, "2024-06-09", 1), LOAN_ERROR_ORDER);
	assert_int_equal(rig_try(&rig, FACT_DISBURSED, "2024-06-10", 1), LOAN_ERROR_ORDER);
	assert_int_equal(rig_try(&rig, FACT_REVERSED, "2024-06-10", 0), LOAN_ERROR_REVERSES);
	assert_same_loan(&rig.loan, &before);
	assert_int_equal(rig.told_count, told);
	struct fact silent = {
		.no = 9, .kind = FACT_PRINCIPAL_PAID, .on = day("2027-06-10"), .amount = DONG(49000001)
	};
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &silent, NULL, NULL), LOAN_ERROR_TOO_MUCH);
	assert_same_loan(&rig.loan, &before);
}

static void test_interest_overflow(void **state)
{
	struct rig rig;
	struct rate_row high = { .from = { 0 }, .rate_e7 = RATE_E7_MAX };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	assert_true(rate_line_init(&rig.line, &high, 1));
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", INT64_MAX / 2);
	struct loan before = rig.loan;
	struct loan_balances b;
	assert_int_equal(loan_balances_on(&rig.contract, &rig.loan, day("2029-01-10"), &b),
			 LOAN_ERROR_OVERFLOW);
	assert_int_equal(loan_advance(&rig.contract, &rig.loan, day("2029-01-10"), DATE_EVER, rig_told, &rig),
			 LOAN_ERROR_OVERFLOW);
	assert_same_loan(&rig.loan, &before);
	assert_int_equal(rig.told_count, 1);
}

/* A payment of the session's own day comes before the transfer, one of the day after behind it, settled or not. */
static void test_order_within_and_around_a_session(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-02-10", 16600000);
	rig_advance(&rig, "2025-02-12");
	assert_int_equal(rig.told_count, 2);
	assert_int_equal(rig.loan.decided, 1);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2026-02-11", 16600000);
	assert_told(rig_step(&rig, 1), TRANSITION_INSTALMENT_OVERDUE, "2026-02-10", 1, 16600000);
	assert_dong(rig_step(&rig, 0)->paid.part[PART_PRINCIPAL_OVERDUE], 16600000);
	assert_true(loan_needs_replay(&rig.loan, FACT_PAID, day("2026-02-10")));
	assert_false(loan_needs_replay(&rig.loan, FACT_PAID, day("2026-02-11")));
	assert_true(loan_needs_replay(&rig.loan, FACT_DISBURSED, day("2026-02-11")));
}

static void test_awaiting_session(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_false(loan_awaiting_session(&rig.contract, &rig.loan, day("2025-02-09"), day("2025-02-09")));
	assert_true(loan_awaiting_session(&rig.contract, &rig.loan, day("2025-02-11"), day("2025-02-11")));
	rig_advance(&rig, "2025-02-12");
	assert_false(loan_awaiting_session(&rig.contract, &rig.loan, day("2025-02-12"), day("2025-02-12")));
	/* where nothing would move, nothing is awaited */
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_false(loan_awaiting_session(&rig.contract, &rig.loan, day("2025-02-11"), day("2025-02-11")));
	assert_true(loan_awaiting_session(&rig.contract, &rig.loan, day("2027-02-11"), day("2027-02-11")));
	rig.calendar.closed_upto = day("2027-02-10");
	assert_false(loan_awaiting_session(&rig.contract, &rig.loan, day("2027-02-11"), day("2027-02-11")));
}

static void test_session_closed_by_hand(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig.calendar.closed_upto = day("2025-02-10");
	rig_advance(&rig, "2025-02-10");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 0, 16600000);
}

/* Covid, August 2021: due at the cancelled session means due at the next one held, decided a session later. */
static void test_cancelled_sessions(void **state)
{
	const struct session_change august[] = { { date_month_number(day("2021-08-01")), DATE_NONE } };
	struct rig rig;
	enum loan_next_reason reason;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig.terms.contract_on = day("2020-08-10");
	rig_make(&rig);
	assert_date(rig.loan.instalment[0].due_on, "2021-08-10");
	rig_do(&rig, FACT_DISBURSED, "2020-08-10", 30000000);
	rig.calendar.changes = august;
	rig.calendar.changes_count = 1;
	assert_date(loan_next(&rig.contract, &rig.loan, day("2021-08-01"), false, &reason), "2021-09-10");
	assert_int_equal(reason, LOAN_NEXT_INSTALMENT);
	rig_advance(&rig, "2021-09-30");
	assert_int_equal(rig.told_count, 1);
	assert_dong(loan_arrears(&rig.contract, &rig.loan, day("2021-09-09")), 0);
	assert_dong(loan_arrears(&rig.contract, &rig.loan, day("2021-09-10")), 10000000);
	rig_advance(&rig, "2021-10-12");
	assert_told(rig_step(&rig, 0), TRANSITION_INSTALMENT_OVERDUE, "2021-10-10", 0, 10000000);
}

static void test_next(void **state)
{
	struct rig rig;
	enum loan_next_reason reason;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig.terms.interest_grace_months = 6;
	rig_make(&rig);
	assert_true(date_is_none(loan_next(&rig.contract, &rig.loan, day("2024-01-10"), true, &reason)));
	assert_int_equal(reason, LOAN_NEXT_NOTHING);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2024-01-10"), true, &reason), "2024-07-10");
	assert_int_equal(reason, LOAN_NEXT_GRACE_END);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2024-01-10"), false, &reason), "2025-01-10");
	assert_int_equal(reason, LOAN_NEXT_INSTALMENT);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2025-01-10"), false, &reason), "2025-02-10");
	assert_int_equal(reason, LOAN_NEXT_TRANSFER);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 16600000);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2025-01-10"), false, &reason), "2026-01-10");
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 16600000);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2025-01-10"), false, &reason), "2027-01-10");
	assert_int_equal(reason, LOAN_NEXT_MATURITY);
	rig_advance(&rig, "2027-02-12");
	assert_true(date_is_none(loan_next(&rig.contract, &rig.loan, day("2027-02-12"), false, &reason)));
}

static void test_next_when_carried(void **state)
{
	struct rig rig;
	enum loan_next_reason reason;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2025-01-10"), false, &reason), "2026-01-10");
	assert_int_equal(reason, LOAN_NEXT_INSTALMENT);
	assert_date(loan_next(&rig.contract, &rig.loan, day("2027-01-10"), false, &reason), "2027-02-10");
	assert_int_equal(reason, LOAN_NEXT_TRANSFER);
}

/* --- replay ----------------------------------------------------------------------------------------------------------- */

static struct fact fact_of(int32_t no, enum fact_kind kind, const char *on, int64_t amount)
{
	return (struct fact){ .no = no, .kind = kind, .on = day(on), .amount = DONG(amount) };
}

static void test_back_dated_payment(void **state)
{
	struct rig late, punctual;
	struct fact scratch[3];
	int32_t failed;

	(void)state;
	rig_init(&late, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&late, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_advance(&late, "2025-06-01");
	assert_dong(late.loan.b.overdue, 16600000);
	assert_int_equal(rig_try(&late, FACT_PRINCIPAL_PAID, "2025-01-20", 10000000), LOAN_ERROR_ORDER);
	const struct fact facts[] = { fact_of(1, FACT_DISBURSED, "2024-01-10", 50000000),
				      fact_of(2, FACT_PRINCIPAL_PAID, "2025-01-20", 10000000) };
	late.told_count = 0;
	assert_int_equal(loan_replay(&late.contract, &late.loan, facts, 2, scratch, day("2025-06-01"),
				     day("2025-06-01"), rig_told, &late, &failed),
			 LOAN_OK);
	assert_int_equal(late.told_count, 3);
	assert_told(rig_step(&late, 0), TRANSITION_INSTALMENT_OVERDUE, "2025-02-10", 0, 6600000);
	rig_init(&punctual, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&punctual, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&punctual, FACT_PRINCIPAL_PAID, "2025-01-20", 10000000);
	rig_advance(&punctual, "2025-06-01");
	assert_same_loan(&late.loan, &punctual.loan);
}

static void test_reversal(void **state)
{
	struct rig with, without;
	struct fact scratch[4];
	int32_t failed;
	const struct fact facts[] = {
		fact_of(3, FACT_PAID, "2024-04-10", 500000),
		fact_of(1, FACT_DISBURSED, "2024-01-10", 50000000),
		fact_of(2, FACT_PAID, "2024-03-10", 700000),
		{ .no = 4, .kind = FACT_REVERSED, .on = day("2024-03-10"), .reverses = 2 }
	};

	(void)state;
	rig_init(&with, INSTALMENT_DEFAULT_CARRY);
	rig_init(&without, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(loan_replay(&with.contract, &with.loan, facts, 4, scratch, day("2025-06-01"),
				     DATE_EVER, NULL, NULL, &failed),
			 LOAN_OK);
	assert_int_equal(loan_replay(&without.contract, &without.loan, facts, 2, scratch, day("2025-06-01"),
				     DATE_EVER, NULL, NULL, &failed),
			 LOAN_OK);
	assert_same_loan(&with.loan, &without.loan);
}

static void assert_replay_fails(const struct fact *facts, size_t count, enum loan_error expected, int32_t no)
{
	struct rig rig;
	struct fact scratch[4];
	int32_t failed = -1;

	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 7000000);
	struct loan before = rig.loan;
	rig.told_count = 0;
	assert_int_equal(loan_replay(&rig.contract, &rig.loan, facts, count, scratch, day("2025-06-01"),
				     DATE_EVER, rig_told, &rig, &failed),
			 expected);
	assert_int_equal(failed, no);
	assert_int_equal(rig.told_count, 0);
	assert_same_loan(&rig.loan, &before);
}

static void test_replay_names_the_fact(void **state)
{
	struct fact facts[4] = { fact_of(1, FACT_DISBURSED, "2024-01-10", 50000000),
				 fact_of(2, FACT_PAID, "2024-03-10", 700000),
				 fact_of(3, FACT_REVERSED, "2024-03-10", 0),
				 fact_of(4, FACT_REVERSED, "2024-03-10", 0) };

	(void)state;
	facts[2].reverses = 9;
	assert_replay_fails(facts, 3, LOAN_ERROR_REVERSES, 3);
	facts[2].reverses = 2;
	facts[3].reverses = 2;
	assert_replay_fails(facts, 4, LOAN_ERROR_REVERSES, 4);
	facts[3].reverses = 3;
	assert_replay_fails(facts, 4, LOAN_ERROR_REVERSES, 4);
	/* without the disbursement the payment does not stand */
	facts[2].reverses = 1;
	assert_replay_fails(facts, 3, LOAN_ERROR_NOT_DISBURSED, 2);
	facts[1].amount = DONG(60000000);
	assert_replay_fails(facts, 2, LOAN_ERROR_TOO_MUCH, 2);
	facts[1] = (struct fact){ .no = 2,
				  .kind = FACT_OPENED,
				  .on = day("2024-03-10"),
				  .opening = { .principal = { 100 }, .in_term = { 100 } } };
	assert_replay_fails(facts, 2, LOAN_ERROR_BEFORE_START, 1);
}

/* A night every day, one night for all, and a replay end in the same state; so do facts in any order. */
struct random {
	uint64_t state;
};

static uint32_t random_below(struct random *r, uint32_t below)
{
	r->state = r->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (uint32_t)(r->state >> 33) % below;
}

static void random_contract(struct random *r, struct rig *rig)
{
	rig_init(rig, random_below(r, 2) ? INSTALMENT_DEFAULT_CARRY : INSTALMENT_DEFAULT_OVERDUE);
	rig->terms.contract_on = date_add_days(day("2024-01-01"), (int32_t)random_below(r, 700));
	rig->terms.term_months = 1 + (int)random_below(r, 30);
	rig->terms.instalment_months = 1 + (int)random_below(r, (uint32_t)rig->terms.term_months);
	rig->terms.principal_grace_months = (int)random_below(r, (uint32_t)rig->terms.term_months);
	rig->terms.interest_grace_months =
		random_below(r, 2) ? (int)random_below(r, (uint32_t)rig->terms.term_months) : 0;
	rig->terms.rounding = random_below(r, 2) ? 100000 : 1;
	rig->contract.rounding = rig->terms.rounding;
	rig->days[0].day = 1 + (int)random_below(r, 31);
	rig->calendar.days_count = random_below(r, 4) != 0;
	rig_make(rig);
}

/* Some sessions moved or cancelled after the contract was written. */
static size_t random_changes(struct random *r, struct session_change *changes)
{
	size_t count = 0;

	for (int32_t month = 2024 * 12; month < 2028 * 12; month++) {
		uint32_t what = random_below(r, 12);
		if (what == 0)
			changes[count++] = (struct session_change){ month, DATE_NONE };
		if (what == 1)
			changes[count++] =
				(struct session_change){ month, date_add_days(date_in_month(month, 1),
									      (int32_t)random_below(r, 45)) };
	}
	return count;
}

static struct fact random_fact(struct random *r, const struct rig *rig, int32_t no)
{
	static const enum fact_kind kinds[] = { FACT_DISBURSED, FACT_PAID, FACT_PAID, FACT_PRINCIPAL_PAID,
						FACT_INTEREST_PAID };
	struct fact fact = { .no = no, .kind = kinds[random_below(r, 5)] };

	fact.on = date_add_days(rig->terms.contract_on, (int32_t)random_below(r, 30 * 34));
	fact.amount = DONG(1 + random_below(r, fact.kind == FACT_INTEREST_PAID ? 300000 : 9000000));
	if (no == 1)
		fact = (struct fact){ .no = 1,
				      .kind = FACT_DISBURSED,
				      .on = rig->terms.contract_on,
				      .amount = DONG(1000000 + random_below(r, 50000000)) };
	return fact;
}

/* Everything that is owed today. */
static struct money all_owed(const struct rig *rig, struct date today)
{
	struct loan loan = rig->loan;
	struct loan_balances b;
	struct allocation owed;
	struct money sum = MONEY_ZERO;

	assert_int_equal(loan_advance(&rig->contract, &loan, date_add_days(today, -1), DATE_EVER, NULL, NULL),
			 LOAN_OK);
	assert_int_equal(loan_balances_on(&rig->contract, &loan, today, &b), LOAN_OK);
	loan_owed(&rig->contract, &loan, &b, today, &owed);
	for (int i = 0; i < PART_COUNT; i++)
		sum.dong += owed.part[i].dong;
	return sum;
}

/* Records a fact as the daemon does: applied, or by a replay when it belongs before what is folded. */
static bool record_fact(struct rig *rig, struct fact *facts, size_t count, struct date today)
{
	struct fact scratch[40];
	int32_t failed;

	if (!loan_needs_replay(&rig->loan, facts[count].kind, facts[count].on))
		return loan_apply(&rig->contract, &rig->loan, &facts[count], NULL, NULL) == LOAN_OK;
	return loan_replay(&rig->contract, &rig->loan, facts, count + 1, scratch, today, today, NULL, NULL,
			   &failed) == LOAN_OK;
}

static void check_state(const struct rig *rig)
{
	const struct loan_balances *b = &rig->loan.b;
	int64_t sum = 0;

	assert_true(b->in_term.dong >= 0 && b->overdue.dong >= 0);
	assert_dong(b->disbursed, b->paid.dong + b->in_term.dong + b->overdue.dong + b->frozen.dong);
	assert_true(interest_round(b->interest_in_term).dong >= 0);
	assert_true(interest_round(b->interest_overdue).dong >= 0);
	assert_true(interest_round(b->interest_grace).dong >= 0);
	for (int i = 0; i < rig->loan.count; i++)
		sum += rig->loan.instalment[i].amount.dong;
	assert_dong(b->disbursed, sum);
}

static int one_random_life(struct random *r)
{
	struct rig nightly, once;
	struct session_change changes[64];
	struct fact facts[40], scratch[40];
	size_t count = 0;
	int32_t failed;
	struct date end = day("2028-06-30");

	random_contract(r, &nightly);
	nightly.calendar.changes = changes;
	nightly.calendar.changes_count = random_below(r, 2) ? random_changes(r, changes) : 0;
	struct date today = nightly.terms.contract_on;
	for (int32_t no = 1; no <= 20; no++) {
		facts[count] = random_fact(r, &nightly, no);
		/* mostly of these days, sometimes long past */
		if (date_cmp(facts[count].on, today) > 0)
			today = facts[count].on;
		if (count > 0 && random_below(r, 24) == 0)
			facts[count] = (struct fact){
				.no = no, .kind = FACT_PAID, .on = today, .amount = all_owed(&nightly, today)
			};
		count += record_fact(&nightly, facts, count, today);
		check_state(&nightly);
		for (uint32_t nights = random_below(r, 90); nights > 0;
		     nights--, today = date_add_days(today, 1))
			assert_int_equal(
				loan_advance(&nightly.contract, &nightly.loan, today, today, NULL, NULL),
				LOAN_OK);
	}
	assert_int_equal(loan_advance(&nightly.contract, &nightly.loan, end, end, NULL, NULL), LOAN_OK);
	once = nightly;
	once.contract.calendar = &once.calendar;
	once.contract.line = &once.line;
	once.line.rows = once.rates;
	once.calendar.days = once.days;
	assert_int_equal(
		loan_replay(&once.contract, &once.loan, facts, count, scratch, end, end, NULL, NULL, &failed),
		LOAN_OK);
	assert_same_loan(&nightly.loan, &once.loan);
	check_state(&once);
	return once.loan.b.status == LOAN_STATUS_CLOSED;
}

static void test_any_order_any_nights(void **state)
{
	struct random r = { 20261123 };
	int closed = 0;

	(void)state;
	for (int i = 0; i < 2000; i++)
		closed += one_random_life(&r);
	assert_true(closed > 20 && closed < 1980);
}

static void test_words(void **state)
{
	(void)state;
	assert_string_equal(fact_kind_word(FACT_OPENED), "opened");
	assert_string_equal(fact_kind_word(FACT_REVERSED), "reversed");
	assert_string_equal(fact_kind_word(FACT_MOVED), "moved");
	assert_null(fact_kind_word(17));
	assert_null(fact_kind_word(0));
	assert_string_equal(transition_kind_word(TRANSITION_GRACE_ENDED), "grace_ended");
	assert_string_equal(transition_kind_word(TRANSITION_CLOSED), "closed");
	assert_string_equal(transition_kind_word(TRANSITION_RELIEF_ENDED), "relief_ended");
	assert_null(transition_kind_word(9));
	assert_string_equal(loan_status_word(LOAN_STATUS_PENDING), "pending");
	assert_string_equal(loan_status_word(LOAN_STATUS_CLOSED), "closed");
	assert_null(loan_status_word(5));
	assert_string_equal(loan_error_word(LOAN_ERROR_REVERSES), "reverses");
	assert_string_equal(loan_next_reason_word(LOAN_NEXT_GRACE_END), "grace_end");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_known_interest),
					    TEST(test_disbursed),
					    TEST(test_paid_by_the_policy),
					    TEST(test_instalment_carried),
					    TEST(test_instalment_overdue),
					    TEST(test_missed_twice_moves_each_part_once),
					    TEST(test_matured),
					    TEST(test_interest_while_overdue),
					    TEST(test_grace),
					    TEST(test_overdue_within_the_grace),
					    TEST(test_closing),
					    TEST(test_closing_without_a_remainder),
					    TEST(test_opened),
					    TEST(test_openings_that_do_not_fit),
					    TEST(test_errors_change_nothing),
					    TEST(test_interest_overflow),
					    TEST(test_order_within_and_around_a_session),
					    TEST(test_awaiting_session),
					    TEST(test_session_closed_by_hand),
					    TEST(test_cancelled_sessions),
					    TEST(test_next),
					    TEST(test_next_when_carried),
					    TEST(test_back_dated_payment),
					    TEST(test_reversal),
					    TEST(test_replay_names_the_fact),
					    TEST(test_any_order_any_nights),
					    TEST(test_words) };

	return cmocka_run_group_tests_name("loan", tests, NULL, NULL);
}
