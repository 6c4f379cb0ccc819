/* Instalments: their dates, their division, what a later disbursement does to them. */
#include "domain_test.h"
#include "vonvay/schedule.h"

static const struct calendar no_sessions = { .closed_upto = { INT32_MIN } };

static struct schedule_terms terms_of(const char *contract_on, int term, int every)
{
	return (struct schedule_terms){ .contract_on = day(contract_on),
					.term_months = term,
					.instalment_months = every,
					.rounding = 100000 };
}

static int64_t sum_of(const struct instalment *rows, int count)
{
	int64_t sum = 0;

	for (int i = 0; i < count; i++)
		sum += rows[i].amount.dong;
	return sum;
}

static void test_equal_parts_the_rest_last(void **state)
{
	struct schedule_terms t = terms_of("2024-01-15", 36, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	assert_int_equal(schedule_count(&t), 3);
	schedule_make(&t, &no_sessions, DONG(50000000), rows);
	assert_dong(rows[0].amount, 16600000);
	assert_dong(rows[1].amount, 16600000);
	assert_dong(rows[2].amount, 16800000);
	assert_date(rows[0].due_on, "2025-01-15");
	assert_date(rows[2].due_on, "2027-01-15");
	assert_int_equal(rows[1].month, 24);
}

static void test_last_instalment_is_maturity(void **state)
{
	struct schedule_terms t = terms_of("2024-01-31", 50, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	t.principal_grace_months = 10;
	assert_int_equal(schedule_count(&t), 4);
	schedule_make(&t, &no_sessions, DONG(40000000), rows);
	assert_int_equal(rows[0].month, 22);
	assert_int_equal(rows[2].month, 46);
	assert_int_equal(rows[3].month, 50);
	t.principal_grace_months = 0;
	assert_int_equal(schedule_count(&t), 5);
	schedule_make(&t, &no_sessions, DONG(40000000), rows);
	assert_int_equal(rows[4].month, 50);
	assert_int_equal(rows[3].month, 48);
}

static void test_bullet_and_small_sums(void **state)
{
	struct schedule_terms t = terms_of("2024-01-31", 12, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	schedule_make(&t, &no_sessions, DONG(1), rows);
	assert_int_equal(schedule_count(&t), 1);
	assert_dong(rows[0].amount, 1);
	t = terms_of("2024-01-31", 12, 3);
	schedule_make(&t, &no_sessions, DONG(399999), rows);
	assert_dong(rows[0].amount, 0);
	assert_dong(rows[3].amount, 399999);
}

/* Clamped to each month's end, and never from a date clamped before. */
static void test_months_do_not_creep(void **state)
{
	struct schedule_terms t = terms_of("2024-01-31", 12, 1);

	(void)state;
	assert_date(schedule_month(&t, &no_sessions, 1), "2024-02-29");
	assert_date(schedule_month(&t, &no_sessions, 2), "2024-03-31");
	assert_date(schedule_month(&t, &no_sessions, 3), "2024-04-30");
	assert_date(schedule_month(&t, &no_sessions, 12), "2025-01-31");
}

static void test_session_days(void **state)
{
	const struct session_day days[] = { { { 0 }, 25 } };
	struct calendar c = { .days = days, .days_count = 1, .closed_upto = DATE_NONE };
	struct schedule_terms t = terms_of("2022-08-04", 120, 12);

	(void)state;
	assert_date(schedule_month(&t, &c, 120), "2032-07-25");
	t = terms_of("2022-08-25", 120, 12);
	assert_date(schedule_month(&t, &c, 120), "2032-08-25");
	t.equal_moves_back = true;
	assert_date(schedule_month(&t, &c, 120), "2032-07-25");
	assert_date(schedule_month(&t, &c, 1), "2022-09-25");
}

/* Two months may fall on one date. */
static void test_two_months_on_one_date(void **state)
{
	const struct session_day days[] = { { { 0 }, 31 } };
	struct calendar c = { .days = days, .days_count = 1, .closed_upto = DATE_NONE };
	struct schedule_terms t = terms_of("2023-01-30", 12, 1);

	(void)state;
	assert_date(schedule_month(&t, &c, 1), "2023-02-28");
	assert_date(schedule_month(&t, &c, 2), "2023-02-28");
	assert_date(schedule_month(&t, &c, 3), "2023-04-30");
}

static void test_grace_end(void **state)
{
	struct schedule_terms t = terms_of("2023-01-30", 12, 1);

	(void)state;
	assert_date(schedule_grace_end(&t, &no_sessions), "2023-01-30");
	t.interest_grace_months = 1;
	assert_date(schedule_grace_end(&t, &no_sessions), "2023-02-28");
}

static void test_every_division_keeps_the_sum(void **state)
{
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	for (int term = 1; term <= 120; term += 7) {
		for (int every = 1; every <= term; every++) {
			struct schedule_terms t = terms_of("2024-01-31", term, every);
			int64_t principal = 1000003LL * term * every + term;
			t.principal_grace_months = (term - 1) / 3;
			schedule_make(&t, &no_sessions, DONG(principal), rows);
			int count = schedule_count(&t);
			assert_int_equal(sum_of(rows, count), principal);
			assert_int_equal(rows[count - 1].month, term);
			for (int i = 1; i < count; i++)
				assert_true(rows[i].month > rows[i - 1].month);
		}
	}
}

static void test_later_disbursement(void **state)
{
	struct schedule_terms t = terms_of("2024-01-15", 48, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	schedule_make(&t, &no_sessions, DONG(40000000), rows);
	/* the first is due, the second paid in part: it is open with its whole amount */
	assert_true(schedule_add(rows, 4, day("2025-01-15"), DONG(12000000), DONG(10000000), 100000));
	assert_dong(rows[0].amount, 10000000);
	assert_dong(rows[1].amount, 13300000);
	assert_dong(rows[2].amount, 13300000);
	assert_dong(rows[3].amount, 13400000);
	/* the second is paid ahead of its day */
	assert_true(schedule_add(rows, 4, day("2025-02-01"), DONG(23300000), DONG(1000000), 100000));
	assert_dong(rows[1].amount, 13300000);
	assert_dong(rows[2].amount, 13800000);
	assert_dong(rows[3].amount, 13900000);
	assert_int_equal(sum_of(rows, 4), 51000000);
}

static void test_later_disbursement_with_nothing_left(void **state)
{
	struct schedule_terms t = terms_of("2024-01-15", 24, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	schedule_make(&t, &no_sessions, DONG(40000000), rows);
	assert_false(schedule_add(rows, 2, day("2026-01-15"), DONG(0), DONG(10000000), 100000));
	assert_false(schedule_add(rows, 2, day("2024-02-15"), DONG(40000000), DONG(10000000), 100000));
	assert_false(schedule_add(rows, 2, day("2024-02-15"), DONG(0), DONG(INT64_MAX), 100000));
	assert_dong(rows[0].amount, 20000000);
	assert_dong(rows[1].amount, 20000000);
}

/* An instalment of nothing, put in front of what is open, takes no part. */
static void test_empty_instalments_are_not_open(void **state)
{
	struct schedule_terms t = terms_of("2024-01-15", 36, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	schedule_make(&t, &no_sessions, DONG(250000), rows);
	assert_dong(rows[0].amount, 0);
	assert_true(schedule_add(rows, 3, day("2024-02-15"), DONG(0), DONG(600000), 100000));
	assert_dong(rows[0].amount, 0);
	assert_dong(rows[1].amount, 0);
	assert_dong(rows[2].amount, 850000);
}

static void test_due(void **state)
{
	const struct session_day days[] = { { { 0 }, 15 } };
	const struct session_change changes[] = { { date_month_number(day("2025-01-01")), DATE_NONE } };
	struct calendar c = { .days = days, .days_count = 1, .closed_upto = DATE_NONE };
	struct schedule_terms t = terms_of("2024-01-15", 36, 12);
	struct instalment rows[SCHEDULE_TERM_MAX];

	(void)state;
	schedule_make(&t, &c, DONG(30000000), rows);
	assert_dong(schedule_due(rows, 3, &c, day("2025-01-14")), 0);
	assert_dong(schedule_due(rows, 3, &c, day("2025-01-15")), 10000000);
	assert_dong(schedule_due(rows, 3, &c, day("2030-01-15")), 30000000);
	c.changes = changes;
	c.changes_count = 1;
	assert_dong(schedule_due(rows, 3, &c, day("2025-01-15")), 0);
	assert_dong(schedule_due(rows, 3, &c, day("2025-02-15")), 10000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_equal_parts_the_rest_last),
					    TEST(test_last_instalment_is_maturity),
					    TEST(test_bullet_and_small_sums),
					    TEST(test_months_do_not_creep),
					    TEST(test_session_days),
					    TEST(test_two_months_on_one_date),
					    TEST(test_grace_end),
					    TEST(test_every_division_keeps_the_sum),
					    TEST(test_later_disbursement),
					    TEST(test_later_disbursement_with_nothing_left),
					    TEST(test_empty_instalments_are_not_open),
					    TEST(test_due) };

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
