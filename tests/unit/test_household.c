/* Heirs, changes of class, reviews, attributes that change in the past. */
#include "domain_test.h"
#include "vonvay/household.h"

static void test_adult(void **state)
{
	(void)state;
	assert_false(household_adult(day("2006-03-15"), day("2024-03-14")));
	assert_true(household_adult(day("2006-03-15"), day("2024-03-15")));
	assert_true(household_adult(day("2004-02-29"), day("2022-02-28")));
	assert_false(household_adult(day("2004-02-29"), day("2022-02-27")));
}

static void test_heir(void **state)
{
	const struct household_person people[] = {
		{ 1, day("1950-01-01"), DATE_NONE, DATE_EVER },
		{ 2, day("1955-06-01"), DATE_NONE, day("2020-01-01") }, /* has left */
		{ 3, day("1980-01-01"), day("2010-01-01"), DATE_EVER },
		{ 4, day("1980-01-01"), DATE_NONE, DATE_EVER },
		{ 5, day("2010-01-01"), DATE_NONE, DATE_EVER },
		{ 6, day("1940-01-01"), day("2024-01-01"), DATE_EVER }, /* comes later */
	};

	(void)state;
	assert_int_equal(household_heir(people, 6, 1, day("2023-05-01")), 3);
	assert_int_equal(household_heir(people, 6, 1, day("2024-01-01")), 6);
	assert_int_equal(household_heir(people, 6, 1, day("2019-12-31")), 2);
	assert_int_equal(household_heir(people, 6, 3, day("2023-05-01")), 1);
	assert_int_equal(household_heir(people + 4, 1, 1, day("2027-12-31")), 0);
	assert_int_equal(household_heir(people + 4, 1, 1, day("2028-01-01")), 5);
	assert_int_equal(household_heir(people, 0, 1, day("2028-01-01")), 0);
}

static const struct household_class_row history[] = {
	{ { 18000 }, HOUSEHOLD_AVERAGE },	/* 2019-04-14 */
	{ { 18200 }, HOUSEHOLD_POOR },		/* 2019-10-31 */
	{ { 18400 }, HOUSEHOLD_NEAR_POOR },	/* 2020-05-18 */
	{ { 18600 }, HOUSEHOLD_NEWLY_ESCAPED }, /* 2020-12-04 */
	{ { 18800 }, HOUSEHOLD_NEWLY_ESCAPED }, /* 2021-06-22 */
};

static const char *change(int32_t on, enum household_class class)
{
	return household_change_word(household_change_of(history, 5, (struct date){ on }, class));
}

static void test_changes(void **state)
{
	(void)state;
	assert_string_equal(change(17000, HOUSEHOLD_POOR), "newly_poor");
	assert_string_equal(change(18000, HOUSEHOLD_NEAR_POOR), "newly_near_poor");
	assert_string_equal(change(18100, HOUSEHOLD_AVERAGE), "unchanged");
	assert_string_equal(change(18100, HOUSEHOLD_POOR), "newly_poor");
	assert_string_equal(change(18200, HOUSEHOLD_POOR),
			    "newly_poor"); /* the row of the day itself is replaced */
	assert_string_equal(change(18300, HOUSEHOLD_POOR), "stays_poor");
	assert_string_equal(change(18300, HOUSEHOLD_NEAR_POOR), "poor_to_near_poor");
	assert_string_equal(change(18300, HOUSEHOLD_NEWLY_ESCAPED), "escapes");
	assert_string_equal(change(18300, HOUSEHOLD_AVERAGE), "escapes");
	assert_string_equal(change(18500, HOUSEHOLD_NEAR_POOR), "stays_near_poor");
	assert_string_equal(change(18500, HOUSEHOLD_POOR), "near_poor_to_poor");
	assert_string_equal(change(18500, HOUSEHOLD_NONE), "escapes");
	assert_string_equal(change(18700, HOUSEHOLD_NEWLY_ESCAPED), "unchanged");
	assert_string_equal(change(18900, HOUSEHOLD_POOR), "falls_back");
	assert_string_equal(change(18900, HOUSEHOLD_NEAR_POOR), "falls_back_near_poor");
	assert_string_equal(household_change_word(CHANGE_COUNT), "unknown");
}

static void test_end_of_newly_escaped(void **state)
{
	(void)state;
	assert_date(household_escaped_end(day("2022-12-15"), 36), "2025-12-16");
	assert_date(household_escaped_end(day("2024-02-29"), 36), "2027-03-01");
}

static void test_review_begins_on_the_fifteenth(void **state)
{
	(void)state;
	assert_date(household_review_start(day("2024-03-01"), 15), "2024-03-15");
	assert_date(household_review_start(day("2024-03-15"), 15), "2024-03-15");
	assert_date(household_review_start(day("2024-12-16"), 15), "2025-01-15");
	assert_date(household_review_start(day("2024-02-10"), 31), "2024-02-29");
}

#define A ATTRIBUTE_ETHNIC_MINORITY
#define B ATTRIBUTE_WORKER
#define C ATTRIBUTE_STUDENT

static void test_attributes_in_the_past(void **state)
{
	const struct household_attributes rows[] = {
		{ day("2018-01-01"), A },
		{ day("2020-01-01"), A | B }, /* begins to work */
		{ day("2022-01-01"), A },     /* no more */
		{ day("2023-01-01"), A | B },
	};
	struct household_attributes out[5];

	(void)state;
	/* a student from 2019 on is one in all rows that follow */
	assert_int_equal(household_attributes_change(rows, 4, day("2019-01-01"), C, 0, out), 4);
	assert_date(out[0].from, "2019-01-01");
	assert_int_equal(out[0].bits, A | C);
	assert_date(out[3].from, "2023-01-01");
	assert_int_equal(out[3].bits, A | B | C);
	/* a worker from 2019 on: what was said of 2022 stays */
	assert_int_equal(household_attributes_change(rows, 4, day("2019-01-01"), B, 0, out), 1);
	assert_int_equal(out[0].bits, A | B);
	/* on the day of a row the row is replaced */
	assert_int_equal(household_attributes_change(rows, 4, day("2020-01-01"), 0, B, out), 1);
	assert_date(out[0].from, "2020-01-01");
	assert_int_equal(out[0].bits, A);
	assert_int_equal(household_attributes_change(rows, 4, day("2017-01-01"), B, 0, out), 2);
	assert_int_equal(out[0].bits, B);
	assert_date(out[1].from, "2018-01-01");
	assert_int_equal(out[1].bits, A | B);
	assert_int_equal(household_attributes_change(rows, 4, day("2024-01-01"), 0, A, out), 1);
	assert_int_equal(out[0].bits, B);
	assert_int_equal(household_attributes_change(rows, 4, day("2024-01-01"), A, 0, out), 0);
	assert_int_equal(household_attributes_change(rows, 0, day("2024-01-01"), A, 0, out), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_adult),
		TEST(test_heir),
		TEST(test_changes),
		TEST(test_end_of_newly_escaped),
		TEST(test_review_begins_on_the_fifteenth),
		TEST(test_attributes_in_the_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
