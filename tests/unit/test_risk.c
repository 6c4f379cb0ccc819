/* How long a freeze may last, how far a final date may move, and how early that is asked for. */
#include "domain_test.h"
#include "vonvay/extension.h"
#include "vonvay/risk.h"

static const struct risk_limit *limits(void)
{
	static struct risk_limit rows[4];

	rows[0] = (struct risk_limit){ "K1", 40, 100, false, day("2018-01-01"), 36 };
	rows[1] = (struct risk_limit){ "K1", 40, 79, false, day("2021-05-19"), 36 };
	rows[2] = (struct risk_limit){ "K1", 80, 100, false, day("2021-05-19"), 60 };
	rows[3] = (struct risk_limit){ "K1", 40, 100, true, day("2018-01-01"), 36 };
	return rows;
}

static int months(const char *risk_case, int loss, bool late, const char *on)
{
	return risk_freeze_months(limits(), 4, risk_case, loss, late, day(on));
}

static void test_months_by_case_loss_and_day(void **state)
{
	(void)state;
	assert_int_equal(months("K1", 39, false, "2024-01-01"), 0);
	assert_int_equal(months("K1", 40, false, "2024-01-01"), 36);
	assert_int_equal(months("K1", 79, false, "2024-01-01"), 36);
	assert_int_equal(months("K1", 80, false, "2024-01-01"), 60);
	assert_int_equal(months("K1", 100, true, "2024-01-01"), 36);
	assert_int_equal(months("K1", 100, false, "2021-05-18"), 36);
	assert_int_equal(months("K1", 100, false, "2017-12-31"), 0);
	assert_int_equal(months("K2", 100, false, "2024-01-01"), 0);
}

static void test_ends(void **state)
{
	(void)state;
	assert_date(risk_freeze_end(day("2024-03-10"), 36), "2027-03-10");
	assert_date(risk_freeze_end(day("2024-02-29"), 36), "2027-02-28");
	/* 2024-01-01 to 2024-01-11: ten days, again from its end, or from a later day */
	assert_date(risk_supplement_end(day("2024-01-01"), day("2024-01-11"), day("2024-01-05")),
		    "2024-01-21");
	assert_date(risk_supplement_end(day("2024-01-01"), day("2024-01-11"), day("2024-02-01")),
		    "2024-02-11");
}

static void test_months_of_extension(void **state)
{
	struct extension_terms t = {
		.term_months = 12, .short_months = 12, .percent = 50, .fixed_months = -1
	};

	(void)state;
	assert_int_equal(extension_months_max(&t), 12);
	t.term_months = 13;
	assert_int_equal(extension_months_max(&t), 6);
	t.term_months = 108;
	t.repayment_months = 48;
	assert_int_equal(extension_months_max(&t), 24);
	t.fixed_months = 30;
	assert_int_equal(extension_months_max(&t), 30);
	t.fixed_months = 0;
	assert_int_equal(extension_months_max(&t), 0);
}

/* 2024-03-15 is a Friday. */
static void test_working_days(void **state)
{
	struct date holidays[] = { day("2024-03-19") };

	(void)state;
	assert_int_equal(extension_working_days(NULL, 0, day("2024-03-15"), day("2024-03-22")), 5);
	assert_int_equal(extension_working_days(NULL, 0, day("2024-03-15"), day("2024-03-18")), 1);
	assert_int_equal(extension_working_days(NULL, 0, day("2024-03-15"), day("2024-03-17")), 0);
	assert_int_equal(extension_working_days(holidays, 1, day("2024-03-15"), day("2024-03-22")), 4);
	assert_int_equal(extension_working_days(NULL, 0, day("2024-03-22"), day("2024-03-15")), 0);
	assert_int_equal(extension_working_days(NULL, 0, day("1969-12-28"), day("1970-01-04")), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_months_by_case_loss_and_day),
		TEST(test_ends),
		TEST(test_months_of_extension),
		TEST(test_working_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
