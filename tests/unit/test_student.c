/* Terms of student loans: the examples of domain.md 3.5 and the edges. */
#include "domain_test.h"
#include "vonvay/student.h"

static const struct student_rules rules = { .wait_months = 12, .months_a_year = 10 };

static struct student_terms terms_of(int course, int study, bool twice)
{
	struct student_course c = { .course_months = course, .study_months = study, .twice = twice };
	struct student_terms t;

	assert_true(student_terms_make(&c, &rules, &t));
	return t;
}

static void test_four_years_are_nine(void **state)
{
	struct student_terms t = terms_of(48, 48, false);

	(void)state;
	assert_int_equal(t.grace_months, 60);
	assert_int_equal(t.repayment_max, 48);
	assert_int_equal(t.term_max, 9 * 12);
	assert_int_equal(t.units, 40);
}

static void test_a_late_start_shortens_all(void **state)
{
	struct student_terms t = terms_of(48, 18, false);

	(void)state;
	assert_int_equal(t.grace_months, 30);
	assert_int_equal(t.repayment_max, 18);
	assert_int_equal(t.term_max, 48);
	assert_int_equal(t.units, 16);
}

static void test_short_courses_and_medicine_repay_in_twice_the_time(void **state)
{
	(void)state;
	assert_int_equal(terms_of(12, 12, false).repayment_max, 24);
	assert_int_equal(terms_of(13, 12, false).repayment_max, 12);
	assert_int_equal(terms_of(6, 6, false).term_max, 6 + 12 + 12);
	assert_int_equal(terms_of(72, 72, true).term_max, 72 + 12 + 144);
	assert_int_equal(terms_of(72, 72, true).units, 60);
}

static void test_months_that_do_not_fit(void **state)
{
	struct student_terms t;

	(void)state;
	assert_false(student_terms_make(&(struct student_course){ 12, 13, false }, &rules, &t));
	assert_false(student_terms_make(&(struct student_course){ 12, 0, false }, &rules, &t));
	assert_false(
		student_terms_make(&(struct student_course){ 120, 120, true }, &rules, &t)); /* 372 months */
	assert_true(student_terms_make(&(struct student_course){ 116, 116, true }, &rules, &t));
}

static void test_money_is_drawn_year_by_year(void **state)
{
	struct student_course c = { .course_months = 48, .study_months = 30 };

	(void)state;
	assert_int_equal(student_units_by(&c, &rules, -1), 0);
	assert_int_equal(student_units_by(&c, &rules, 0), 10);
	assert_int_equal(student_units_by(&c, &rules, 11), 10);
	assert_int_equal(student_units_by(&c, &rules, 12), 20);
	assert_int_equal(student_units_by(&c, &rules, 24), 26);
	assert_int_equal(student_units_by(&c, &rules, 200), 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_four_years_are_nine),
		TEST(test_a_late_start_shortens_all),
		TEST(test_short_courses_and_medicine_repay_in_twice_the_time),
		TEST(test_months_that_do_not_fit),
		TEST(test_money_is_drawn_year_by_year),
	};
	return cmocka_run_group_tests_name("student", tests, NULL, NULL);
}
