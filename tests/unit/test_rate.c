/* Rate lines and the text of rates. */
#include "domain_test.h"
#include "vonvay/rate.h"

static void test_index_over_a_change(void **state)
{
	struct rate_row rows[] = { { .from = day("2015-06-01"), .rate_e7 = 660000 },
				   { .from = day("2025-12-01"), .rate_e7 = 624000 } };
	struct rate_line line;

	(void)state;
	assert_true(rate_line_init(&line, rows, 2));
	assert_int_equal(rate_index(&line, day("2015-06-01")), 0);
	assert_int_equal(rate_index(&line, day("2015-06-02")), 660000);
	int64_t span = rate_index(&line, day("2025-12-10")) - rate_index(&line, day("2025-11-10"));
	assert_int_equal(span, 21 * 660000 + 9 * 624000);
	assert_int_equal(rate_on(&line, day("2025-11-30")), 660000);
	assert_int_equal(rate_on(&line, day("2025-12-01")), 624000);
}

static void test_first_rate_holds_before(void **state)
{
	struct rate_row rows[] = { { .from = day("2020-01-11"), .rate_e7 = 100000 } };
	struct rate_line line;

	(void)state;
	assert_true(rate_line_init(&line, rows, 1));
	assert_int_equal(rate_index(&line, day("2020-01-01")), -1000000);
	assert_int_equal(rate_on(&line, day("1999-01-01")), 100000);
}

/* The index by day is the sum of the rates of the days before, whichever of many rows it falls into. */
static void test_index_is_the_sum(void **state)
{
	struct rate_row rows[9];
	struct rate_line line;
	int64_t sum = 0;

	(void)state;
	for (int i = 0; i < 9; i++)
		rows[i] = (struct rate_row){ date_add_days(day("2020-01-01"), i * i * 7),
					     (i * 37 % 11) * 10000, 0 };
	assert_true(rate_line_init(&line, rows, 9));
	for (struct date d = day("2020-01-01"); date_cmp(d, day("2022-01-01")) < 0; d = date_add_days(d, 1)) {
		assert_int_equal(rate_index(&line, d), sum);
		sum += rate_on(&line, d);
	}
}

static void test_bad_lines(void **state)
{
	struct rate_line line;
	struct rate_row equal[] = { { .from = { 5 }, .rate_e7 = 10 }, { .from = { 5 }, .rate_e7 = 20 } };
	struct rate_row back[] = { { .from = { 5 }, .rate_e7 = 10 }, { .from = { 4 }, .rate_e7 = 20 } };
	struct rate_row high[] = { { .from = { 5 }, .rate_e7 = 10000010 } };
	struct rate_row negative[] = { { .from = { 5 }, .rate_e7 = -10 } };
	struct rate_row fine[] = { { .from = { 5 }, .rate_e7 = 660001 } };
	struct rate_row none[] = { { .from = DATE_NONE, .rate_e7 = 10 } };

	(void)state;
	assert_false(rate_line_init(&line, equal, 0));
	assert_false(rate_line_init(&line, equal, 2));
	assert_false(rate_line_init(&line, back, 2));
	assert_false(rate_line_init(&line, high, 1));
	assert_false(rate_line_init(&line, negative, 1));
	assert_false(rate_line_init(&line, fine, 1));
	assert_false(rate_line_init(&line, none, 1));
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		int32_t rate_e7;
	} good[] = { { "6.6", 660000 }, { "6.24", 624000 },  { "7.9248", 792480 },
		     { "0", 0 },	{ "100", 10000000 }, { "100.0000", 10000000 },
		     { "0.0001", 10 },	{ "12", 1200000 },   { "9.9900", 999000 } };
	static const char *const bad[] = { "",	       ".",   ".5",   "6.",   "6.66666", "-1",
					   "+6",       "6,6", "1e1",  " 6",   "6 ",	 "6.6.6",
					   "100.0001", "101", "1000", "6.6x", "0x6",	 "9999999999" };
	int32_t rate = 77;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(rate_parse_percent(bad[i], &rate));
	assert_int_equal(rate, 77);
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		assert_true(rate_parse_percent(good[i].text, &rate));
		assert_int_equal(rate, good[i].rate_e7);
	}
}

static void test_format(void **state)
{
	static const struct {
		int32_t rate_e7;
		const char *text;
	} cases[] = { { 660000, "6.6" },   { 1030224, "10.30224" }, { 0, "0" },
		      { 10000000, "100" }, { 10, "0.0001" },	    { 1, "0.00001" },
		      { 600000, "6" },	   { 20000000, "200" },	    { 605000, "6.05" } };
	char out[12];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		rate_format_percent(cases[i].rate_e7, out);
		assert_string_equal(out, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_index_over_a_change),
					    TEST(test_first_rate_holds_before),
					    TEST(test_index_is_the_sum),
					    TEST(test_bad_lines),
					    TEST(test_parse),
					    TEST(test_format) };

	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
