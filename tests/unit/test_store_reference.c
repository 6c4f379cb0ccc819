/* Reference data: what is in force on a day, and what is said about data that do not fit. */
#include "store_reference.h"

static const char *line_of(const struct reference *ref, const char *programme, const char *purpose,
			   bool priority, const char *on)
{
	const struct reference_line *line = reference_line_choose(ref, programme, purpose, priority, day(on));
	return line ? line->name : "none";
}

static void test_line_by_contract_date_and_priority(void **state)
{
	struct reference *ref = reference_for_test();
	(void)state;
	assert_string_equal(line_of(ref, "03", "", false, "2019-11-07"), "03A");
	assert_string_equal(line_of(ref, "03", "", false, "2019-11-08"), "03B");
	assert_string_equal(line_of(ref, "03", "", true, "2019-11-08"), "03B-priority");
	assert_string_equal(line_of(ref, "03", "", true, "2019-11-07"), "03A");
	assert_string_equal(line_of(ref, "03", "", false, "2015-08-31"), "none");
	reference_unref(ref);
}

static void test_line_by_purpose(void **state)
{
	struct reference *ref = reference_for_test();
	(void)state;
	assert_string_equal(line_of(ref, "25", "land", false, "2026-01-01"), "25-land");
	assert_string_equal(line_of(ref, "25", "production_land", false, "2025-11-30"), "25-productionA");
	assert_string_equal(line_of(ref, "25", "production_land", false, "2025-12-01"), "25-productionB");
	assert_string_equal(line_of(ref, "25", "house", false, "2025-12-01"), "none");
	reference_unref(ref);
}

static void test_policy_by_programme_route_and_date(void **state)
{
	struct reference *ref = reference_for_test();
	(void)state;
#define POLICY(programme, entrusted, on)                                                                     \
	reference_policy_text(ref, "instalment_default", programme, entrusted, day(on), "none")
	assert_string_equal(POLICY("01", true, "2026-02-28"), "carry");
	assert_string_equal(POLICY("01", true, "2026-03-01"), "overdue");
	assert_string_equal(POLICY("01", false, "2026-03-01"), "carry");
	assert_string_equal(POLICY("25", false, "2020-01-01"), "overdue");
	assert_string_equal(POLICY("01", true, "2017-12-31"), "none");
	assert_int_equal(reference_policy_int(ref, "instalment_rounding", "01", true, day("2020-01-01"), 5),
			 100000);
	assert_int_equal(reference_policy_int(ref, "no_such", "01", true, day("2020-01-01"), 5), 5);
	reference_unref(ref);
}

static void test_limit_in_force(void **state)
{
	struct reference *ref = reference_for_test();
	const struct reference_programme *poor = reference_programme_find(ref, "01");
	const struct reference_programme *minority = reference_programme_find(ref, "25");
	(void)state;
	assert_dong(reference_limit_on(poor, "", day("2019-02-28"))->limit.cap, 50000000);
	assert_dong(reference_limit_on(poor, "", day("2019-03-01"))->limit.cap, 100000000);
	assert_null(reference_limit_on(poor, "", day("2014-04-30")));
	assert_int_equal(reference_limit_on(minority, "land", day("2023-01-01"))->principal_grace_months, 60);
	assert_null(reference_limit_on(minority, "house", day("2023-01-01")));
	assert_true(reference_purpose_known(minority, "production_land"));
	assert_false(reference_purpose_known(minority, "production"));
	assert_false(reference_purpose_known(minority, ""));
	reference_unref(ref);
}

static void test_area_follows_successors(void **state)
{
	struct reference *ref = reference_for_test();
	(void)state;
	assert_string_equal(reference_area_on(ref, "C1", day("2025-06-30"))->code, "C1");
	assert_string_equal(reference_area_on(ref, "C1", day("2025-07-01"))->code, "CX");
	assert_null(reference_area_on(ref, "C9", day("2025-07-01")));
	assert_int_equal(reference_point_of_area(ref, "CX", day("2025-07-01"))->point_id, 1);
	assert_null(reference_point_of_area(ref, "CX", day("2017-07-01")));
	reference_unref(ref);
}

static void test_poverty_standard_of_a_unit(void **state)
{
	struct reference *ref = reference_for_test();
	const struct reference_area *area = reference_area_find(ref, "C1");
	struct poverty_standard s;
	(void)state;
	assert_false(reference_poverty_on(ref, area, day("2021-12-31"), &s));
	assert_true(reference_poverty_on(ref, area, day("2022-06-01"), &s));
	assert_dong(s.rural, 1500000);
	/* what the unit above it set is higher, until the State's is */
	assert_true(reference_poverty_on(ref, area, day("2024-01-01"), &s));
	assert_dong(s.rural, 1800000);
	assert_string_equal(s.instrument, "NQ");
	assert_true(reference_poverty_on(ref, NULL, day("2024-01-01"), &s));
	assert_dong(s.rural, 1500000);
	assert_true(reference_poverty_on(ref, area, day("2027-01-01"), &s));
	assert_dong(s.rural, 2200000);
	assert_string_equal(s.instrument, "351");
	reference_unref(ref);
}

static void test_tables(void **state)
{
	size_t count;
	struct reference *ref = reference_for_test();
	(void)state;
	assert_int_equal(reference_version(ref), 7);
	assert_int_equal(reference_instalment_months_max(ref, "01", 24), 24);
	assert_int_equal(reference_instalment_months_max(ref, "01", 61), 0);
	assert_string_equal(reference_organisation_find(ref, 11)->word, "farmers");
	assert_null(reference_organisation_find(ref, 12));
	assert_int_equal(reference_allocation(ref, &count)->in_term[0], allocation_policy_default.in_term[0]);
	assert_int_equal(count, 1);
	assert_int_equal(reference_point_find(ref, 1)->calendar.holidays_count, 1);
	reference_unref(ref);
}

static void test_who_has_priority(void **state)
{
	struct reference *ref = reference_for_test();
	const char *rule = "none";
	(void)state;
	assert_true(reference_priority(ref, "03", ATTRIBUTE_ETHNIC_MINORITY, false, day("2019-11-08"), &rule));
	assert_string_equal(rule, "P1");
	assert_false(reference_priority(ref, "03", ATTRIBUTE_ETHNIC_MINORITY, false, day("2019-11-07"), NULL));
	assert_false(reference_priority(ref, "03", ATTRIBUTE_ETHNIC_MINORITY, false, day("2026-01-01"), NULL));
	assert_false(reference_priority(ref, "03", ATTRIBUTE_WORKER, false, day("2020-01-01"), NULL));
	assert_true(reference_priority(ref, "03", 0, true, day("2026-01-01"), &rule));
	assert_string_equal(rule, "P2");
	assert_false(reference_priority(ref, "01", ~0U, true, day("2026-01-01"), NULL));
	reference_unref(ref);
}

static void test_what_a_contract_stores_as_its_purpose(void **state)
{
	struct reference *ref = reference_for_test();
	const struct reference_programme *poor = reference_programme_find(ref, "01");
	const struct reference_programme *minority = reference_programme_find(ref, "25");
	const char *stored;
	(void)state;
	assert_true(reference_purpose_stored(poor, "", &stored));
	assert_true(reference_purpose_stored(poor, "business", &stored));
	assert_string_equal(stored, "");
	assert_false(reference_purpose_stored(poor, "land", &stored));
	assert_false(reference_purpose_stored(minority, "", &stored));
	assert_true(reference_purpose_stored(minority, "land", &stored));
	assert_string_equal(stored, "land");
	reference_unref(ref);
}

static void test_conflicts_and_funds(void **state)
{
	struct reference *ref = reference_for_test();
	(void)state;
	assert_int_equal(reference_programme_find(ref, "01")->rule.conflicts_count, 0);
	assert_int_equal(reference_programme_find(ref, "03")->rule.conflicts_count, 1);
	assert_string_equal(reference_programme_find(ref, "03")->rule.conflicts[0].with, "01");
	assert_int_equal(reference_fund_find(ref, 1)->kind, 1);
	assert_null(reference_fund_find(ref, 2));
	struct calendar working = reference_working_days(ref);
	assert_date(calendar_add_working_days(&working, day("2026-02-16"), 1), "2026-02-18");
	reference_unref(ref);
}

static void test_outlives_a_newer_one(void **state)
{
	struct reference *ref = reference_for_test();
	struct reference *held = reference_ref(ref);
	(void)state;
	reference_unref(ref);
	assert_non_null(reference_programme_find(held, "01"));
	reference_unref(held);
}

static void refused(const char *json, const char *why)
{
	struct text error = { 0 };
	assert_null(reference_parse_new(json, 1, &error));
	if (strstr(text_str(&error), why) == NULL)
		fail_msg("'%s' does not say '%s'", text_str(&error), why);
	text_clear(&error);
}

static void test_says_what_does_not_fit(void **state)
{
	(void)state;
	refused("[]", "not an object");
	refused("{", "reference data:");
	refused("{" REFERENCE_LISTS REFERENCE_PROGRAMMES "\"policies\":7}", "policies[0]");
	refused("{" REFERENCE_LISTS REFERENCE_PROGRAMMES "\"policies\":[{\"name\":\"x\",\"value\":\"1\"}]}",
		"from_on");
	refused("{" REFERENCE_LISTS REFERENCE_PROGRAMMES "\"policies\":[" REFERENCE_ROW_POLICY(
			"allocation_in_term", "", "", "2018-01-01", "principal_overdue") "]}",
		"allocation");
	refused("{" REFERENCE_LISTS "\"programmes\":[],\"lines\":[],\"limits\":[" REFERENCE_ROW_LIMIT(
			"01", "", "2014-05-01", "null", "1", "60", "0") "],\"policies\":[]}",
		"no programme");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_line_by_contract_date_and_priority),
		TEST(test_line_by_purpose),
		TEST(test_policy_by_programme_route_and_date),
		TEST(test_limit_in_force),
		TEST(test_area_follows_successors),
		TEST(test_poverty_standard_of_a_unit),
		TEST(test_tables),
		TEST(test_who_has_priority),
		TEST(test_what_a_contract_stores_as_its_purpose),
		TEST(test_conflicts_and_funds),
		TEST(test_outlives_a_newer_one),
		TEST(test_says_what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
