/* Checked money and the rule of equal parts. */
#include "domain_test.h"
#include "vonvay/money.h"

static void test_sums(void **state)
{
	struct money sum;

	(void)state;
	assert_true(money_add(DONG(50000000), DONG(-20000001), &sum));
	assert_dong(sum, 29999999);
	assert_true(money_sub(DONG(5), DONG(7), &sum));
	assert_dong(sum, -2);
}

static void test_overflow_is_told_and_changes_nothing(void **state)
{
	struct money sum = DONG(17);

	(void)state;
	assert_false(money_add(DONG(INT64_MAX), DONG(1), &sum));
	assert_false(money_add(DONG(INT64_MIN), DONG(-1), &sum));
	assert_false(money_sub(DONG(INT64_MIN), DONG(1), &sum));
	assert_false(money_sub(DONG(0), DONG(INT64_MIN), &sum));
	assert_dong(sum, 17);
	assert_true(money_add(DONG(INT64_MAX - 1), DONG(1), &sum));
	assert_dong(sum, INT64_MAX);
}

static void test_order(void **state)
{
	(void)state;
	assert_true(money_cmp(DONG(1), DONG(2)) < 0);
	assert_true(money_cmp(DONG(2), DONG(1)) > 0);
	assert_int_equal(money_cmp(DONG(2), DONG(2)), 0);
	assert_dong(money_min(DONG(1), DONG(2)), 1);
	assert_dong(money_max(DONG(1), DONG(2)), 2);
	assert_true(money_is_zero(MONEY_ZERO));
	assert_false(money_is_zero(DONG(-1)));
	assert_true(money_is_positive(DONG(1)));
	assert_false(money_is_positive(MONEY_ZERO));
	assert_false(money_is_positive(DONG(-1)));
}

static void test_parts_are_floored(void **state)
{
	(void)state;
	assert_dong(money_part(DONG(50000000), 3, 100000), 16600000);
	assert_dong(money_part(DONG(50000000), 10, 100000), 5000000);
	assert_dong(money_part(DONG(99999), 1, 100000), 0);
	assert_dong(money_part(DONG(10), 3, 1), 3);
	/* floor(floor(a / parts) / rounding) is floor(a / parts / rounding) */
	assert_dong(money_part(DONG(29999999), 3, 10000000), 0);
	assert_dong(money_part(DONG(30000000), 3, 10000000), 10000000);
	assert_dong(money_part(DONG(MONEY_INPUT_MAX), 360, 1000000000), 27000000000);
	assert_dong(money_part(DONG(INT64_MAX), 1, 1), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_sums), TEST(test_overflow_is_told_and_changes_nothing),
					    TEST(test_order), TEST(test_parts_are_floored) };

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
