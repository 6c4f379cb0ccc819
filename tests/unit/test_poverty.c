/* The class by the standard of poverty: both decrees, both kinds of area, every border. */
#include "domain_test.h"
#include "vonvay/poverty.h"

static const struct poverty_standard rows[] = {
	{ { 18993 }, /* 2022-01-01 */
	  { 1500000 },
	  { 2000000 },
	  { 2250000 },
	  { 3000000 },
	  3,
	  "07/2021/NĐ-CP" },
	{ { 20819 }, /* 2027-01-01 */
	  { 2200000 },
	  { 2800000 },
	  { 0 },
	  { 0 },
	  3,
	  "351/2025/NĐ-CP" },
};

#define THREE (POVERTY_EMPLOYMENT | POVERTY_WATER | POVERTY_LATRINE)
#define TWO (POVERTY_WATER | POVERTY_LATRINE)

static enum household_class class_on(const char *on, bool rural, int64_t income, unsigned lacking)
{
	const struct poverty_standard *s = poverty_standard_on(rows, 2, day(on));

	assert_non_null(s);
	return poverty_class(s, rural, DONG(income), lacking);
}

static void test_standard_of_a_day(void **state)
{
	(void)state;
	assert_null(poverty_standard_on(rows, 2, day("2021-12-31")));
	assert_ptr_equal(poverty_standard_on(rows, 2, day("2022-01-01")), &rows[0]);
	assert_ptr_equal(poverty_standard_on(rows, 2, day("2026-12-31")), &rows[0]);
	assert_ptr_equal(poverty_standard_on(rows, 2, day("2027-01-01")), &rows[1]);
	assert_null(poverty_standard_on(rows, 0, day("2027-01-01")));
}

static void test_decree_07(void **state)
{
	(void)state;
	assert_int_equal(class_on("2024-05-01", true, 1500000, THREE), HOUSEHOLD_POOR);
	assert_int_equal(class_on("2024-05-01", true, 1500000, TWO), HOUSEHOLD_NEAR_POOR);
	assert_int_equal(class_on("2024-05-01", true, 0, 0), HOUSEHOLD_NEAR_POOR);
	assert_int_equal(class_on("2024-05-01", true, 1500001, 4095), HOUSEHOLD_AVERAGE);
	assert_int_equal(class_on("2024-05-01", true, 2250000, 0), HOUSEHOLD_AVERAGE);
	assert_int_equal(class_on("2024-05-01", true, 2250001, 0), HOUSEHOLD_NONE);
	assert_int_equal(class_on("2024-05-01", false, 2000000, THREE), HOUSEHOLD_POOR);
	assert_int_equal(class_on("2024-05-01", false, 2000001, THREE), HOUSEHOLD_AVERAGE);
	assert_int_equal(class_on("2024-05-01", false, 3000001, 0), HOUSEHOLD_NONE);
}

static void test_decree_351(void **state)
{
	(void)state;
	assert_int_equal(class_on("2026-12-31", true, 2200000, THREE), HOUSEHOLD_AVERAGE);
	assert_int_equal(class_on("2027-01-01", true, 2200000, THREE), HOUSEHOLD_POOR);
	assert_int_equal(class_on("2027-01-01", true, 2200000, TWO), HOUSEHOLD_NEAR_POOR);
	assert_int_equal(class_on("2027-01-01", true, 2200001, 4095), HOUSEHOLD_NONE);
	assert_int_equal(class_on("2027-01-01", false, 2800000, THREE), HOUSEHOLD_POOR);
	assert_int_equal(class_on("2027-01-01", false, 2800001, THREE), HOUSEHOLD_NONE);
}

static void test_a_province_may_set_a_higher_line_only(void **state)
{
	struct poverty_standard higher = { .from = { 18993 },
					   .rural = { 1800000 },
					   .urban = { 1900000 },
					   .lacking_poor = 9,
					   .instrument = "NQ tỉnh" };
	struct poverty_standard s = poverty_standard_higher(&rows[0], &higher);

	(void)state;
	assert_dong(s.rural, 1800000);
	assert_dong(s.urban, 2000000);
	assert_dong(s.average_urban, 3000000);
	assert_int_equal(s.lacking_poor, 3);
	assert_string_equal(s.instrument, "NQ tỉnh");
	s = poverty_standard_higher(&rows[1], &higher);
	assert_dong(s.rural, 2200000);
	assert_string_equal(s.instrument, "351/2025/NĐ-CP");
	s = poverty_standard_higher(&rows[0], NULL);
	assert_dong(s.rural, 1500000);
}

static void test_words_and_counts(void **state)
{
	enum poverty_indicator indicator;
	char words[] = POVERTY_WORDS, *rest = words, *word;
	unsigned all = 0;
	int n = 0;

	(void)state;
	while ((word = strsep(&rest, " "))) {
		assert_true(poverty_indicator_of_word(word, &indicator));
		assert_int_equal(indicator, 1U << n++);
		assert_string_equal(poverty_indicator_word(indicator), word);
		all |= indicator;
	}
	assert_int_equal(n, POVERTY_INDICATORS);
	assert_int_equal(poverty_count(all), 12);
	assert_int_equal(poverty_count(0), 0);
	assert_int_equal(poverty_count(1U << 12), 0);
	assert_false(poverty_indicator_of_word("roof", &indicator));
	assert_string_equal(poverty_indicator_word((enum poverty_indicator)3), "unknown");
}

static void test_what_contradicts_a_decision(void **state)
{
	const struct poverty_standard *old = &rows[0], *new = &rows[1];

	(void)state;
	assert_false(poverty_differs(old, HOUSEHOLD_POOR, HOUSEHOLD_POOR));
	assert_true(poverty_differs(old, HOUSEHOLD_POOR, HOUSEHOLD_NEAR_POOR));
	assert_true(poverty_differs(old, HOUSEHOLD_NEWLY_ESCAPED, HOUSEHOLD_NEAR_POOR));
	assert_false(poverty_differs(old, HOUSEHOLD_NEWLY_ESCAPED, HOUSEHOLD_AVERAGE));
	assert_false(poverty_differs(old, HOUSEHOLD_NEWLY_ESCAPED, HOUSEHOLD_NONE));
	assert_true(poverty_differs(old, HOUSEHOLD_AVERAGE, HOUSEHOLD_NONE));
	assert_false(poverty_differs(new, HOUSEHOLD_AVERAGE, HOUSEHOLD_NONE));
	assert_true(poverty_differs(new, HOUSEHOLD_NONE, HOUSEHOLD_POOR));
	assert_true(poverty_differs(new, HOUSEHOLD_POOR, HOUSEHOLD_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_standard_of_a_day), TEST(test_decree_07),
		TEST(test_decree_351),	      TEST(test_a_province_may_set_a_higher_line_only),
		TEST(test_words_and_counts),  TEST(test_what_contradicts_a_decision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
