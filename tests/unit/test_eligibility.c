/* Households against programmes: every reason, caps, dates. */
#include "domain_test.h"
#include "vonvay/eligibility.h"

static const struct household_class_row poor[] = { { { 18000 }, HOUSEHOLD_POOR } };

static struct household_view poor_household(void)
{
	return (struct household_view){
		.classes = poor, .classes_count = 1, .rural = true, .has_adult = true, .in_group = true
	};
}

static struct programme_rule rule_of(const char *code, const char *who, const char *cap_group)
{
	struct programme_rule rule = { .code = code,
				       .instrument = "",
				       .cap_group = cap_group,
				       .opened = day("2002-10-04"),
				       .closed = DATE_EVER,
				       .needs_group = true };

	assert_true(programme_rule_parse_who(&rule, who));
	return rule;
}

static const struct programme_limit hundred_million = {
	.purpose = "", .cap = { 100000000 }, .basis = CAP_HOUSEHOLD, .max_units = 1
};

static struct eligibility check(const struct household_view *h, const struct programme_rule *rule,
				const char *on)
{
	struct eligibility e;

	eligibility_check(h, rule, &hundred_million, 36, 1, day(on), &e);
	assert_int_equal(e.eligible, e.reasons_count == 0);
	return e;
}

static void assert_only(const struct eligibility *e, enum ineligible reason)
{
	assert_int_equal(e->reasons_count, 1);
	assert_string_equal(ineligible_word(e->reasons[0]), ineligible_word(reason));
}

static void test_eligible(void **state)
{
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("01", "poor", "household_business");
	struct eligibility e = check(&h, &rule, "2024-05-10");

	(void)state;
	assert_true(e.eligible);
	assert_true(e.has_headroom_figure);
	assert_dong(e.cap, 100000000);
	assert_dong(e.headroom, 100000000);
}

static void test_caps_are_shared_in_a_group(void **state)
{
	const struct household_loan loans[] = {
		{ .programme = "19",
		  .purpose = "",
		  .cap_group = "household_business",
		  .balance = { 60000000 } },
		{ .programme = "01",
		  .purpose = "",
		  .cap_group = "household_business",
		  .balance = { 15000000 } },
		{ .programme = "06", .purpose = "", .cap_group = "", .balance = { 20000000 } },
	};
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("01", "poor", "household_business");

	(void)state;
	h.loans = loans;
	h.loans_count = 3;
	struct eligibility e = check(&h, &rule, "2024-05-10");
	assert_true(e.eligible);
	assert_dong(e.counted, 75000000);
	assert_dong(e.headroom, 25000000);
	rule = rule_of("06", "wide", "");
	assert_dong(check(&h, &rule, "2024-05-10").counted, 20000000);
}

static void test_cap_used_up(void **state)
{
	const struct household_loan loans[] = { { .programme = "01",
						  .purpose = "",
						  .cap_group = "household_business",
						  .balance = { 100000000 } } };
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("01", "poor", "household_business");

	(void)state;
	h.loans = loans;
	h.loans_count = 1;
	struct eligibility e = check(&h, &rule, "2024-05-10");
	assert_only(&e, INELIGIBLE_CAP);
	assert_dong(e.headroom, 0);
}

static void test_caps_by_purpose(void **state)
{
	const struct household_loan loans[] = {
		{ .programme = "25", .purpose = "land", .cap_group = "", .balance = { 50000000 } }
	};
	const struct programme_limit land = { .purpose = "land", .cap = { 50000000 }, .basis = CAP_HOUSEHOLD };
	const struct programme_limit house = { .purpose = "house",
					       .cap = { 40000000 },
					       .basis = CAP_HOUSEHOLD };
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("25", "poor", "");
	struct eligibility e;

	(void)state;
	h.loans = loans;
	h.loans_count = 1;
	eligibility_check(&h, &rule, &land, 36, 1, day("2024-05-10"), &e);
	assert_only(&e, INELIGIBLE_CAP);
	eligibility_check(&h, &rule, &house, 36, 1, day("2024-05-10"), &e);
	assert_true(e.eligible);
	assert_dong(e.headroom, 40000000);
}

static void test_caps_of_units(void **state)
{
	const struct programme_limit works = {
		.purpose = "", .cap = { 25000000 }, .basis = CAP_TYPE_OF_WORKS, .max_units = 2
	};
	const struct programme_limit cost = { .purpose = "", .basis = CAP_CONTRACT_COST };
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("06", "wide", "");
	struct eligibility e;

	(void)state;
	eligibility_check(&h, &rule, &works, 36, 1, day("2024-10-10"), &e);
	assert_dong(e.cap, 25000000);
	eligibility_check(&h, &rule, &works, 36, 2, day("2024-10-10"), &e);
	assert_dong(e.cap, 50000000);
	eligibility_check(&h, &rule, &works, 36, 5, day("2024-10-10"), &e);
	assert_dong(e.cap, 50000000);
	eligibility_check(&h, &rule, &cost, 36, 1, day("2024-10-10"), &e);
	assert_true(e.eligible);
	assert_false(e.has_headroom_figure);
}

static void test_newly_escaped_for_36_months(void **state)
{
	const struct household_class_row classes[] = { { day("2021-12-20"), HOUSEHOLD_POOR },
						       { day("2022-12-20"), HOUSEHOLD_NEWLY_ESCAPED },
						       { day("2023-12-20"), HOUSEHOLD_NEWLY_ESCAPED } };
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("09", "newly_escaped", "household_business");
	struct programme_rule other = rule_of("01", "poor", "household_business");

	(void)state;
	h.classes = classes;
	h.classes_count = 3;
	assert_true(check(&h, &rule, "2022-12-20").eligible);
	assert_true(check(&h, &rule, "2025-12-20").eligible);
	struct eligibility e = check(&h, &rule, "2025-12-21");
	assert_only(&e, INELIGIBLE_ESCAPED_TOO_LONG);
	e = check(&h, &other, "2025-12-21");
	assert_only(&e, INELIGIBLE_CLASS);
	e = check(&h, &rule, "2022-12-19");
	assert_only(&e, INELIGIBLE_CLASS);
}

/* Falling back and escaping again starts the months anew; a review that confirms does not. */
static void test_class_of_a_day(void **state)
{
	const struct household_class_row classes[] = { { day("2020-01-01"), HOUSEHOLD_NEWLY_ESCAPED },
						       { day("2021-01-01"), HOUSEHOLD_POOR },
						       { day("2022-01-01"), HOUSEHOLD_NEWLY_ESCAPED },
						       { day("2023-01-01"), HOUSEHOLD_NEWLY_ESCAPED } };
	struct date since;

	(void)state;
	assert_int_equal(household_class_on(classes, 4, day("2019-12-31"), &since), HOUSEHOLD_NONE);
	assert_true(date_is_none(since));
	assert_int_equal(household_class_on(classes, 4, day("2020-06-01"), &since), HOUSEHOLD_NEWLY_ESCAPED);
	assert_date(since, "2020-01-01");
	assert_int_equal(household_class_on(classes, 4, day("2021-01-01"), &since), HOUSEHOLD_POOR);
	assert_int_equal(household_class_on(classes, 4, day("2024-01-01"), &since), HOUSEHOLD_NEWLY_ESCAPED);
	assert_date(since, "2022-01-01");
}

static void test_every_reason_at_once(void **state)
{
	const struct household_loan loans[] = {
		{ .programme = "07", .purpose = "", .cap_group = "", .balance = { 25000000 }, .overdue = { 1 } }
	};
	struct household_view h = { .loans = loans, .loans_count = 1 };
	struct programme_rule rule = rule_of("07", "poor_on_approved_list", "");
	struct eligibility e;

	(void)state;
	rule.opened = day("2015-10-01");
	rule.closed = day("2020-12-31");
	eligibility_check(&h, &rule, NULL, 36, 1, day("2021-01-01"), &e);
	const enum ineligible expected[] = { INELIGIBLE_PROGRAMME_CLOSED, INELIGIBLE_CLASS,
					     INELIGIBLE_ATTRIBUTE,	  INELIGIBLE_NO_ADULT,
					     INELIGIBLE_NO_GROUP,	  INELIGIBLE_OVERDUE_DEBT,
					     INELIGIBLE_NO_LIMIT };
	assert_int_equal(e.reasons_count, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_int_equal(e.reasons[i], expected[i]);
	assert_false(e.eligible);
}

static void test_programme_dates(void **state)
{
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("01", "poor", "");

	(void)state;
	rule.opened = day("2020-01-02");
	rule.closed = day("2024-12-31");
	struct eligibility e = check(&h, &rule, "2020-01-01");
	assert_only(&e, INELIGIBLE_NOT_OPEN);
	assert_true(check(&h, &rule, "2020-01-02").eligible);
	assert_true(check(&h, &rule, "2024-12-31").eligible);
	e = check(&h, &rule, "2025-01-01");
	assert_only(&e, INELIGIBLE_PROGRAMME_CLOSED);
}

/* One household that each word of `who` is for, and what it says without the one thing. */
static void test_every_word_of_who(void **state)
{
	static const struct {
		const char *who;
		enum household_class class;
		unsigned attributes;
		enum area_difficulty difficulty;
		enum ineligible without;
	} cases[] = {
		{ "poor", HOUSEHOLD_POOR, 0, 0, INELIGIBLE_CLASS },
		{ "near_poor", HOUSEHOLD_NEAR_POOR, 0, 0, INELIGIBLE_CLASS },
		{ "newly_escaped", HOUSEHOLD_NEWLY_ESCAPED, 0, 0, INELIGIBLE_CLASS },
		{ "average", HOUSEHOLD_AVERAGE, 0, 0, INELIGIBLE_CLASS },
		{ "sudden_hardship", 0, ATTRIBUTE_SUDDEN_HARDSHIP, 0, INELIGIBLE_ATTRIBUTE },
		{ "rural_without_standard_works", 0, ATTRIBUTE_LACKS_WORKS, 0, INELIGIBLE_ATTRIBUTE },
		{ "poor_on_approved_list", HOUSEHOLD_POOR, ATTRIBUTE_APPROVED_LIST, 0, INELIGIBLE_CLASS },
		{ "poor_in_flood_zone", HOUSEHOLD_POOR, ATTRIBUTE_FLOOD_ZONE, 0, INELIGIBLE_CLASS },
		{ "worker_from_15", 0, ATTRIBUTE_WORKER, 0, INELIGIBLE_ATTRIBUTE },
		{ "ethnic_minority", 0, ATTRIBUTE_ETHNIC_MINORITY, 0, INELIGIBLE_ATTRIBUTE },
		{ "household_in_difficult_area", 0, 0, AREA_DIFFICULT, INELIGIBLE_AREA },
		{ "trader_in_difficult_area", 0, ATTRIBUTE_TRADER, AREA_DIFFICULT, INELIGIBLE_ATTRIBUTE },
		{ "poor_ethnic_minority", HOUSEHOLD_POOR, ATTRIBUTE_ETHNIC_MINORITY, 0, INELIGIBLE_CLASS },
		{ "poor_in_extremely_difficult", HOUSEHOLD_POOR, 0, AREA_EXTREMELY_DIFFICULT,
		  INELIGIBLE_CLASS },
		{ "released", 0, ATTRIBUTE_RELEASED, 0, INELIGIBLE_ATTRIBUTE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct household_class_row class = { day("2024-01-01"), cases[i].class };
		struct household_view h = poor_household(), bare = poor_household();
		struct programme_rule rule = rule_of("xx", cases[i].who, "");
		h.classes = &class;
		h.attributes = cases[i].attributes;
		h.difficulty = cases[i].difficulty;
		assert_true(check(&h, &rule, "2024-05-10").eligible);
		bare.classes_count = 0;
		struct eligibility e = check(&bare, &rule, "2024-05-10");
		assert_false(e.eligible);
		assert_string_equal(ineligible_word(e.reasons[0]), ineligible_word(cases[i].without));
	}
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("12", "wide", "");
	h.classes_count = 0;
	assert_true(check(&h, &rule, "2024-05-10").eligible);
	/* rural only */
	rule = rule_of("06", "rural_without_standard_works", "");
	h.attributes = ATTRIBUTE_LACKS_WORKS;
	h.rural = false;
	struct eligibility e = check(&h, &rule, "2024-05-10");
	assert_only(&e, INELIGIBLE_AREA);
	/* difficult is less than extremely difficult */
	h = poor_household();
	h.difficulty = AREA_DIFFICULT;
	rule = rule_of("25", "poor_in_extremely_difficult", "");
	e = check(&h, &rule, "2024-05-10");
	assert_only(&e, INELIGIBLE_AREA);
}

/* Of several alternatives the nearest is named: fewest things lacking, then class, attribute, area. */
static void test_the_nearest_alternative(void **state)
{
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("25", "poor_ethnic_minority|poor_in_extremely_difficult", "");
	struct eligibility e = check(&h, &rule, "2024-05-10");

	(void)state;
	assert_only(&e, INELIGIBLE_ATTRIBUTE);
	rule = rule_of("02", "poor|near_poor|average|sudden_hardship", "");
	h.classes_count = 0;
	e = check(&h, &rule, "2024-05-10");
	assert_only(&e, INELIGIBLE_CLASS);
	h.attributes = ATTRIBUTE_SUDDEN_HARDSHIP;
	assert_true(check(&h, &rule, "2024-05-10").eligible);
}

static void test_who_lists(void **state)
{
	struct programme_rule rule;

	(void)state;
	assert_true(programme_rule_parse_who(&rule, "poor|near_poor|average|sudden_hardship"));
	assert_int_equal(rule.who_count, 4);
	assert_false(programme_rule_parse_who(&rule, "poor|near_poor|average|sudden_hardship|wide"));
	assert_false(programme_rule_parse_who(&rule, ""));
	assert_false(programme_rule_parse_who(&rule, "poor|"));
	assert_false(programme_rule_parse_who(&rule, "poo"));
	assert_false(programme_rule_parse_who(&rule, "poorer"));
}

static void test_words(void **state)
{
	enum household_class class;
	enum household_attribute attribute;
	enum cap_basis basis;

	(void)state;
	for (unsigned i = 0; i <= HOUSEHOLD_AVERAGE; i++) {
		assert_true(household_class_of_word(household_class_word((enum household_class)i), &class));
		assert_int_equal(class, i);
	}
	for (unsigned bit = 1; bit < 1U << HOUSEHOLD_ATTRIBUTES; bit <<= 1) {
		assert_true(household_attribute_of_word(
			household_attribute_word((enum household_attribute)bit), &attribute));
		assert_int_equal(attribute, bit);
	}
	for (unsigned i = 0; i <= CAP_CONTRACT_COST; i++) {
		assert_true(cap_basis_of_word(cap_basis_word((enum cap_basis)i), &basis));
		assert_int_equal(basis, i);
	}
	for (unsigned i = 1; i < INELIGIBLE_COUNT; i++)
		assert_non_null(ineligible_word((enum ineligible)i));
	assert_null(ineligible_word(INELIGIBLE_COUNT));
	assert_null(household_class_word((enum household_class)5));
	assert_null(household_attribute_word((enum household_attribute)3));
	assert_false(household_class_of_word("rich", &class));
	assert_false(household_attribute_of_word("", &attribute));
	assert_false(cap_basis_of_word("type_of_works", &basis));
}

static void test_programmes_that_exclude_each_other(void **state)
{
	struct programme_conflict with[] = {
		{ "01", day("2015-09-01"), day("2024-06-30"), "not beside 01" },
		{ "19", day("2015-09-01"), DATE_EVER, "not beside 19" },
	};
	struct household_loan loans[] = {
		{ .programme = "01", .purpose = "", .cap_group = "household_business", .balance = { 1 } },
		{ .programme = "19", .purpose = "", .cap_group = "household_business", .balance = { 0 } },
	};
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("10", "wide", "");

	(void)state;
	rule.conflicts = with;
	rule.conflicts_count = 2;
	h.loans = loans;
	h.loans_count = 2;
	struct eligibility e = check(&h, &rule, "2024-06-30");
	assert_only(&e, INELIGIBLE_CONFLICT);
	assert_string_equal(e.conflict->rule, "not beside 01");
	assert_true(
		check(&h, &rule, "2024-07-01").eligible); /* the row has ended, and nothing is owed on 19 */
	loans[1].balance = DONG(5);
	e = check(&h, &rule, "2024-07-01");
	assert_only(&e, INELIGIBLE_CONFLICT);
	assert_string_equal(e.conflict->rule, "not beside 19");
}

/* 3 M of a purpose inside 100 M that other programmes of the group share. */
static void test_a_purpose_inside_a_shared_cap(void **state)
{
	static const struct programme_limit repair = {
		.purpose = "house_repair", .cap = { 3000000 }, .basis = CAP_HOUSEHOLD, .max_units = 1
	};
	struct household_loan loans[] = {
		{ .programme = "19",
		  .purpose = "",
		  .cap_group = "household_business",
		  .balance = { 60000000 } },
		{ .programme = "01",
		  .purpose = "house_repair",
		  .cap_group = "household_business",
		  .balance = { 1000000 } },
	};
	struct household_view h = poor_household();
	struct programme_rule rule = rule_of("01", "poor", "household_business");
	struct eligibility e;

	(void)state;
	h.loans = loans;
	h.loans_count = 2;
	eligibility_check(&h, &rule, &repair, 36, 1, day("2024-05-10"), &e);
	assert_dong(e.counted, 1000000);
	assert_dong(e.headroom, 2000000);
	struct eligibility whole = check(&h, &rule, "2024-05-10");
	assert_dong(whole.headroom, 39000000);
	eligibility_join(&e, &whole);
	assert_true(e.eligible);
	assert_dong(e.headroom, 2000000);

	loans[0].balance = DONG(98500000);
	whole = check(&h, &rule, "2024-05-10");
	eligibility_join(&e, &whole);
	assert_dong(e.headroom, 500000);
	assert_dong(e.cap, 100000000);
	loans[0].balance = DONG(99000000);
	whole = check(&h, &rule, "2024-05-10");
	eligibility_join(&e, &whole);
	eligibility_join(&e, &whole);
	assert_false(e.eligible);
	assert_only(&e, INELIGIBLE_CAP);
}

static void test_newly_escaped_ends_by_itself(void **state)
{
	const struct household_class_row rows[] = { { day("2020-12-31"), HOUSEHOLD_POOR },
						    { day("2021-06-30"), HOUSEHOLD_NEWLY_ESCAPED },
						    { day("2022-06-30"), HOUSEHOLD_NEWLY_ESCAPED } };

	(void)state;
	assert_int_equal(household_standing_on(rows, 3, 36, day("2021-06-29")), HOUSEHOLD_POOR);
	assert_int_equal(household_standing_on(rows, 3, 36, day("2024-06-30")), HOUSEHOLD_NEWLY_ESCAPED);
	assert_int_equal(household_standing_on(rows, 3, 36, day("2024-07-01")), HOUSEHOLD_NONE);
	assert_date(household_standing_ends(rows, 3, 36, day("2021-06-29")), "ever");
	assert_date(household_standing_ends(rows, 3, 36, day("2021-06-30")), "2024-07-01");
	assert_date(household_standing_ends(rows, 3, 36, day("2024-06-30")), "2024-07-01");
	assert_date(household_standing_ends(rows, 3, 36, day("2024-07-01")), "ever");
	assert_int_equal(household_standing_on(NULL, 0, 36, day("2024-07-01")), HOUSEHOLD_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_eligible),
					    TEST(test_caps_are_shared_in_a_group),
					    TEST(test_cap_used_up),
					    TEST(test_caps_by_purpose),
					    TEST(test_caps_of_units),
					    TEST(test_newly_escaped_for_36_months),
					    TEST(test_class_of_a_day),
					    TEST(test_every_reason_at_once),
					    TEST(test_programme_dates),
					    TEST(test_every_word_of_who),
					    TEST(test_the_nearest_alternative),
					    TEST(test_who_lists),
					    TEST(test_programmes_that_exclude_each_other),
					    TEST(test_a_purpose_inside_a_shared_cap),
					    TEST(test_newly_escaped_ends_by_itself),
					    TEST(test_words) };

	return cmocka_run_group_tests_name("eligibility", tests, NULL, NULL);
}
