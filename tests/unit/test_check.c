/* Last days and shares of checks and notices. */
#include "domain_test.h"
#include "vonvay/check.h"

static void test_state(void **state)
{
	struct date upto = check_new_upto(day("2024-01-31"), 30);

	(void)state;
	assert_date(upto, "2024-03-01");
	assert_int_equal(check_state_of(DATE_NONE, upto, day("2024-03-01")), CHECK_OPEN);
	assert_int_equal(check_state_of(DATE_NONE, upto, day("2024-03-02")), CHECK_LATE);
	assert_int_equal(check_state_of(day("2024-03-01"), upto, day("2024-05-01")), CHECK_DONE);
	assert_int_equal(check_state_of(day("2024-03-02"), upto, day("2024-05-01")), CHECK_DONE_LATE);
}

static void test_inactive(void **state)
{
	(void)state;
	assert_true(check_inactive_done(day("2023-11-30"), 3, day("2024-02-29")));
	assert_false(check_inactive_done(day("2023-11-30"), 3, day("2024-02-28")));
	assert_false(check_inactive_done(day("2023-11-30"), 3, DATE_NONE));
}

static void test_needed(void **state)
{
	(void)state;
	assert_int_equal(check_needed(10, 90), 9);
	assert_int_equal(check_needed(11, 90), 10); /* 9.9 */
	assert_int_equal(check_needed(10, 75), 8);  /* 7.5 */
	assert_int_equal(check_needed(0, 90), 0);
	assert_int_equal(check_needed(1, 100), 1);
}

static void test_notice(void **state)
{
	(void)state;
	assert_date(notice_upto(day("2024-03-10"), 30), "2024-02-09");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_state),
		TEST(test_inactive),
		TEST(test_needed),
		TEST(test_notice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
