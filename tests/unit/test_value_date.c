/* How far back an event of a loan may be dated, by who records it. */
#include "domain_test.h"
#include "vonvay/value_date.h"

static const struct session_day day_10[] = { { { 0 }, 10 } };

static struct date first(enum value_date_reach reach, const char *business, const char *closed_upto)
{
	struct calendar c = { .days = day_10, .days_count = 1, .close_days = 2, .closed_upto = DATE_NONE };

	if (closed_upto)
		c.closed_upto = day(closed_upto);
	return value_date_first(&c, reach, 5, day("2018-01-01"), day(business));
}

static void test_a_clerk_reaches_the_last_session(void **state)
{
	(void)state;
	assert_date(first(VALUE_DATE_CLERK, "2024-03-15", NULL), "2024-03-10");
	assert_date(first(VALUE_DATE_CLERK, "2024-03-10", NULL), "2024-03-10");
	assert_date(first(VALUE_DATE_CLERK, "2024-03-09", NULL), "2024-02-10");
}

static void test_a_closed_session_takes_no_more(void **state)
{
	(void)state;
	assert_date(first(VALUE_DATE_CLERK, "2024-03-15", "2024-03-10"), "2024-03-11");
	assert_date(first(VALUE_DATE_CLERK, "2024-03-10", "2024-03-10"), "2024-03-10");
	assert_date(first(VALUE_DATE_CLERK, "2024-03-15", "2024-02-10"), "2024-03-10");
}

static void test_an_officer_reaches_the_open_month(void **state)
{
	(void)state;
	assert_date(first(VALUE_DATE_OFFICER, "2024-03-15", NULL), "2024-03-01");
	assert_date(first(VALUE_DATE_OFFICER, "2024-03-06", NULL), "2024-02-10");
	assert_date(first(VALUE_DATE_OFFICER, "2024-03-05", NULL), "2024-02-01");
	assert_date(first(VALUE_DATE_OFFICER, "2024-01-01", NULL), "2023-12-01");
}

static void test_a_director_reaches_the_beginning(void **state)
{
	(void)state;
	assert_date(first(VALUE_DATE_DIRECTOR, "2024-03-15", "2024-03-10"), "2018-01-01");
	assert_date(first(VALUE_DATE_OFFICER, "2018-01-02", NULL), "2018-01-01");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_clerk_reaches_the_last_session),
		TEST(test_a_closed_session_takes_no_more),
		TEST(test_an_officer_reaches_the_open_month),
		TEST(test_a_director_reaches_the_beginning),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
