/* The arithmetic of a preview: interest of thirty days at two rates. */
#include "domain_test.h"
#include "vonvay/effect.h"

static struct rate_row now_rows[] = { { { 0 }, 660000, 0 } };
static struct rate_row then_rows[] = { { { 0 }, 660000, 0 }, { { 100 }, 624000, 0 } };

static struct rate_line line_of(struct rate_row *rows, size_t count)
{
	struct rate_line line;
	for (size_t i = 0; i < count; i++)
		rows[i].from = i ? day("2025-12-01") : day("2015-06-01");
	assert_true(rate_line_init(&line, rows, count));
	return line;
}

static void test_month_of_both_balances(void **state)
{
	struct rate_line before = line_of(now_rows, 1), after = line_of(then_rows, 2);
	struct effect_month m = { 0 };
	struct money difference;
	(void)state;
	/* 50,000,000 x 6.6 % x 30 / 365 = 271,232.88; overdue 10,000,000 x 8.58 % x 30 / 365 = 70,520.55 */
	assert_true(effect_add_month(&m, DONG(50000000), DONG(10000000), 130, &before, &after,
				     day("2025-12-01")));
	assert_dong(interest_round(m.before), 341753);
	/* at 6.24 %: 256,438.36 and 66,673.97 */
	assert_dong(interest_round(m.after), 323112);
	assert_true(effect_month_difference(&m, &difference));
	assert_dong(difference, -18641); /* -18,641.10 */
}

static void test_the_day_before_there_is_no_difference(void **state)
{
	struct rate_line before = line_of(now_rows, 1), after = line_of(then_rows, 2);
	struct effect_month m = { 0 };
	struct money difference;
	(void)state;
	assert_true(effect_add_month(&m, DONG(50000000), DONG(0), 130, &before, &after, day("2025-11-30")));
	assert_true(effect_month_difference(&m, &difference));
	assert_dong(difference, 0);
}

static void test_sums_are_rounded_once(void **state)
{
	struct rate_line before = line_of(now_rows, 1), after = line_of(then_rows, 2);
	struct effect_month m = { 0 };
	struct money difference;
	(void)state;
	/* a thousand loans of 1,000 đồng: 2.9589 each, 2,958.90 in all */
	for (int i = 0; i < 1000; i++)
		assert_true(
			effect_add_month(&m, DONG(1000), DONG(0), 130, &before, &after, day("2026-01-01")));
	assert_true(effect_month_difference(&m, &difference));
	assert_dong(difference, -296);
	assert_dong(interest_round(m.before), 5425);
}

static void test_an_overflow_is_said(void **state)
{
	struct rate_line before = line_of(now_rows, 1), after = line_of(then_rows, 2);
	struct effect_month m = { { INT64_MAX, 0 }, { 0, 0 } };
	(void)state;
	assert_false(
		effect_add_month(&m, DONG(INT64_MAX / 2), DONG(0), 130, &before, &after, day("2026-01-01")));
	assert_true(m.before.dong == INT64_MAX && interest_is_zero(m.after));
}

static void test_rows_are_compared(void **state)
{
	struct rate_line before = line_of(now_rows, 1), after = line_of(then_rows, 2);
	(void)state;
	assert_true(effect_same_rates(&before, &before));
	assert_false(effect_same_rates(&before, &after));
	assert_false(effect_same_rates(NULL, &after));
	assert_true(effect_same_rates(NULL, NULL));
}

static void test_sessions_are_compared(void **state)
{
	struct session_day days[] = { { day("2018-01-01"), 10 } };
	struct session_change moved[] = { { 2024 * 12 + 4, day("2024-05-13") }, { 2024 * 12 + 6, DATE_NONE } };
	struct calendar a = { .days = days, .days_count = 1 }, b = a;
	struct date before, after;
	(void)state;
	b.changes = moved;
	b.changes_count = 2;
	assert_true(effect_same_session(&a, &b, 2024 * 12 + 3, &before, &after));
	assert_false(effect_same_session(&a, &b, 2024 * 12 + 4, &before, &after));
	assert_date(before, "2024-05-10");
	assert_date(after, "2024-05-13");
	assert_false(effect_same_session(&a, &b, 2024 * 12 + 6, &before, &after));
	assert_true(date_is_none(after));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_month_of_both_balances), TEST(test_the_day_before_there_is_no_difference),
		TEST(test_sums_are_rounded_once),  TEST(test_an_overflow_is_said),
		TEST(test_rows_are_compared),	   TEST(test_sessions_are_compared),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
