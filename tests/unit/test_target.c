/* Counting households and need against targets. */
#include <string.h>

#include "domain_test.h"
#include "vonvay/target.h"

/* Of a class from one day, and of another from the next ("": none). */
static void add(struct target_count *c, const char *first, enum household_class class, const char *then,
		enum household_class now, int64_t households, int64_t registered)
{
	struct household_class_row rows[2];
	size_t count = 0;
	if (*first)
		rows[count++] = (struct household_class_row){ day(first), class };
	if (*then)
		rows[count++] = (struct household_class_row){ day(then), now };
	target_count_add(c, rows, count, 36, day("2024-12-31"), households, registered);
}

static void test_percent_is_rounded_half_up(void **state)
{
	(void)state;
	assert_int_equal(target_percent(1, 3), 3333);
	assert_int_equal(target_percent(2, 3), 6667);
	assert_int_equal(target_percent(7022, 14050), 4998);
	assert_int_equal(target_percent(1, 20000), 1); /* 0.005 % */
	assert_int_equal(target_percent(5, 5), 10000);
	assert_int_equal(target_percent(0, 0), 0);
}

static void test_households_by_class(void **state)
{
	struct target_count c = { 0 };
	(void)state;
	add(&c, "2021-12-31", HOUSEHOLD_POOR, "", HOUSEHOLD_NONE, 3, 2);
	add(&c, "2021-12-31", HOUSEHOLD_POOR, "2022-12-31", HOUSEHOLD_NEAR_POOR, 5, 1);
	add(&c, "2020-12-31", HOUSEHOLD_POOR, "2021-12-31", HOUSEHOLD_NEWLY_ESCAPED, 7, 4);
	add(&c, "", HOUSEHOLD_NONE, "", HOUSEHOLD_NONE, 1, 0);
	assert_int_equal(c.households, 16);
	assert_int_equal(c.poor, 3);
	assert_int_equal(c.near_poor, 5);
	assert_int_equal(c.newly_escaped, 7);
	assert_int_equal(c.registered, 7);
	assert_int_equal(c.escaped, 4); /* from poor to near-poor is no escape */
	assert_int_equal(target_priority(&c), 3);
}

/* domain.md 6: 36 months from the decision, not from the review that confirms it; the rule of eligibility_check. */
static void test_newly_escaped_ends_as_eligibility_has_it(void **state)
{
	const struct household_class_row rows[] = { { day("2020-12-31"), HOUSEHOLD_POOR },
						    { day("2021-12-31"), HOUSEHOLD_NEWLY_ESCAPED },
						    { day("2022-12-31"), HOUSEHOLD_NEWLY_ESCAPED } };
	struct household_view view = {
		.classes = rows, .classes_count = 3, .has_adult = true, .in_group = true
	};
	struct programme_rule rule = {
		.code = "09", .cap_group = "", .opened = day("2015-09-05"), .closed = DATE_EVER
	};
	struct programme_limit limit = { .purpose = "", .cap = { 100000000 }, .basis = CAP_HOUSEHOLD };
	(void)state;
	assert_true(programme_rule_parse_who(&rule, "newly_escaped"));
	for (struct date d = day("2024-12-20"); date_cmp(d, day("2025-01-10")) < 0; d = date_add_days(d, 1)) {
		struct target_count c = { 0 };
		struct eligibility e;
		target_count_add(&c, rows, 3, 36, d, 1, 1);
		eligibility_check(&view, &rule, &limit, 36, 1, d, &e);
		assert_int_equal(c.newly_escaped, e.eligible);
		assert_int_equal(c.newly_escaped, date_cmp(d, day("2024-12-31")) <= 0);
		assert_int_equal(c.escaped, 1); /* out of poverty it stays */
	}
}

static void test_what_was_reached(void **state)
{
	struct target_count c = { .households = 200,
				  .poor = 51,
				  .near_poor = 20,
				  .registered = 9,
				  .escaped = 4,
				  .need = 3,
				  .served = 2 };
	(void)state;
	assert_int_equal(target_reached(&c, TARGET_POOR_RATE), 2550);
	assert_int_equal(target_reached(&c, TARGET_NEAR_POOR_RATE), 1000);
	assert_int_equal(target_reached(&c, TARGET_POOR_HOUSEHOLDS), 51);
	assert_int_equal(target_reached(&c, TARGET_NEAR_POOR_HOUSEHOLDS), 20);
	assert_int_equal(target_reached(&c, TARGET_ESCAPED_HOUSEHOLDS), 4);
	assert_int_equal(target_reached(&c, TARGET_DEMAND_SERVED), 6667);
	assert_true(target_met(TARGET_POOR_RATE, 2550, 2550));
	assert_false(target_met(TARGET_POOR_RATE, 2549, 2550));
	assert_true(target_met(TARGET_ESCAPED_HOUSEHOLDS, 4, 4));
	assert_false(target_met(TARGET_DEMAND_SERVED, 10000, 6667));
}

static void test_words(void **state)
{
	enum target_metric m;
	const char *words = TARGET_METRICS;
	(void)state;
	for (int i = TARGET_POOR_RATE; i <= TARGET_DEMAND_SERVED; i++) {
		assert_true(target_metric_of_word(target_metric_word((enum target_metric)i), &m));
		assert_int_equal(m, i);
		assert_non_null(strstr(words, target_metric_word(m)));
		assert_int_equal(target_metric_is_percent(m), target_value_max(m) == 10000);
	}
	assert_false(target_metric_of_word("happiness", &m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_percent_is_rounded_half_up),
		TEST(test_households_by_class),
		TEST(test_newly_escaped_ends_as_eligibility_has_it),
		TEST(test_what_was_reached),
		TEST(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
