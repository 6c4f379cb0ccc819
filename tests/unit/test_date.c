/* Days, months and their text. */
#include "domain_test.h"

static void test_known_days(void **state)
{
	struct date d;

	(void)state;
	assert_true(date_make(1970, 1, 1, &d));
	assert_int_equal(d.days, 0);
	assert_true(date_make(2025, 3, 31, &d));
	assert_int_equal(d.days, 20178); /* style.md 3.5, from PostgreSQL */
	assert_true(date_make(1900, 1, 1, &d));
	assert_int_equal(d.days, -25567);
	assert_true(date_make(2299, 12, 31, &d));
	assert_int_equal(d.days, 120529);
}

/* Every valid day: text, parts and number agree, and days follow one another. */
static void test_every_day(void **state)
{
	int32_t expected = -25567;

	(void)state;
	for (int year = 1900; year <= 2299; year++) {
		for (int month = 1; month <= 12; month++) {
			for (int mday = 1; mday <= date_days_in_month(year, month); mday++, expected++) {
				struct date d, parsed;
				char text[DATE_TEXT_SIZE];
				int y, m, n;
				assert_true(date_make(year, month, mday, &d));
				assert_int_equal(d.days, expected);
				date_split(d, &y, &m, &n);
				assert_true(y == year && m == month && n == mday);
				date_format(d, text);
				assert_true(date_parse(text, &parsed));
				assert_int_equal(parsed.days, d.days);
			}
		}
	}
	assert_int_equal(expected, 120530);
}

static void test_out_of_range(void **state)
{
	struct date d = { 5 };

	(void)state;
	assert_false(date_make(1899, 12, 31, &d));
	assert_false(date_make(2300, 1, 1, &d));
	assert_false(date_make(2023, 2, 29, &d));
	assert_false(date_make(2100, 2, 29, &d));
	assert_false(date_make(2024, 0, 1, &d));
	assert_false(date_make(2024, 13, 1, &d));
	assert_false(date_make(2024, 4, 31, &d));
	assert_false(date_make(2024, 4, 0, &d));
	assert_int_equal(d.days, 5);
	assert_true(date_make(2024, 2, 29, &d));
	assert_true(date_make(2000, 2, 29, &d));
}

static void test_text_is_exact(void **state)
{
	static const char *const bad[] = { "",
					   "2024",
					   "2024-1-01",
					   "2024-01-1",
					   "24-01-01",
					   "2024-01-01 ",
					   " 2024-01-01",
					   "2024/01/01",
					   "2024-01-01T00:00:00",
					   "2024-02-30",
					   "2024-00-10",
					   "+024-01-01",
					   "2024-01-0x",
					   "20240101",
					   "-",
					   "2024-",
					   "2024-01",
					   "2024-01-" };
	struct date d = { 5 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(date_parse(bad[i], &d));
	assert_int_equal(d.days, 5);
	assert_true(date_parse("2024-02-29", &d));
	assert_date(d, "2024-02-29");
}

static void test_months_are_clamped(void **state)
{
	(void)state;
	assert_date(date_add_months(day("2024-01-31"), 1), "2024-02-29");
	assert_date(date_add_months(day("2023-01-31"), 1), "2023-02-28");
	assert_date(date_add_months(day("2024-01-31"), 2), "2024-03-31");
	assert_date(date_add_months(day("2024-01-29"), 13), "2025-02-28");
	assert_date(date_add_months(day("2024-12-15"), 1), "2025-01-15");
	assert_date(date_add_months(day("2024-01-15"), -1), "2023-12-15");
	assert_date(date_add_months(day("2024-03-31"), -1), "2024-02-29");
	assert_date(date_add_months(day("2024-02-29"), 360), "2054-02-28");
	assert_date(date_in_month(date_month_number(day("2024-04-07")), 31), "2024-04-30");
	assert_int_equal(date_month_number(day("2024-04-07")), 2024 * 12 + 3);
}

static void test_none_and_ever(void **state)
{
	(void)state;
	assert_true(date_is_none(DATE_NONE));
	assert_false(date_is_none(day("1900-01-01")));
	assert_true(date_cmp(DATE_NONE, day("1900-01-01")) < 0);
	assert_true(date_cmp(DATE_EVER, day("2299-12-31")) > 0);
	assert_true(date_is_none(date_add_days(DATE_NONE, 30)));
	assert_int_equal(date_cmp(date_add_days(DATE_EVER, -30), DATE_EVER), 0);
	assert_int_equal(date_cmp(date_add_months(DATE_EVER, 1), DATE_EVER), 0);
	assert_true(date_cmp(date_add_days((struct date){ INT32_MAX - 1 }, 30), DATE_EVER) < 0);
	assert_true(date_diff(DATE_EVER, DATE_NONE) > 0);
}

static void test_order_and_distance(void **state)
{
	struct date a = day("2025-11-10"), b = day("2025-12-10");

	(void)state;
	assert_int_equal(date_diff(b, a), 30);
	assert_int_equal(date_diff(a, b), -30);
	assert_date(date_min(a, b), "2025-11-10");
	assert_date(date_max(a, b), "2025-12-10");
	assert_date(date_add_days(a, 30), "2025-12-10");
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_known_days),	   TEST(test_every_day),
					    TEST(test_out_of_range),	   TEST(test_text_is_exact),
					    TEST(test_months_are_clamped), TEST(test_none_and_ever),
					    TEST(test_order_and_distance) };

	return cmocka_run_group_tests_name("date", tests, NULL, NULL);
}
