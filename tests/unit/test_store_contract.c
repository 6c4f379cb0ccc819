/* A new contract from its terms: what the reference data of its day add, and which terms are refused. */
#include "store_reference.h"
#include "vonvay/loan_store.h"

static struct loan_terms terms_for_test(void)
{
	return (struct loan_terms){
		.loan_id = 6600000000000001,
		.household_id = 1,
		.member_no = 1,
		.group_id = 3,
		.point_id = 1,
		.commune = "C1",
		.organisation = 11,
		.programme = "01",
		.purpose = "",
		.fund = 1,
		.contract_on = day("2024-03-15"),
		.term_months = 24,
		.principal_grace_months = -1,
		.interest_grace_months = -1,
	};
}

static void test_what_the_day_adds(void **state)
{
	struct reference *ref = reference_for_test();
	struct loan_terms t = terms_for_test();
	struct loan_record r;
	struct text message = { 0 };
	const char *field;
	(void)state;
	t.instalment_months = 6;
	assert_true(loan_contract_make(ref, &t, true, &r, &field, &message));
	assert_string_equal(r.rate_line, "01");
	assert_int_equal(r.contract.overdue_percent, 130);
	assert_int_equal(r.contract.instalment_default, INSTALMENT_DEFAULT_CARRY);
	assert_int_equal(r.loan.count, 4);
	assert_date(r.loan.instalment[0].due_on, "2024-09-10");
	assert_date(r.loan.instalment[3].due_on, "2026-03-10");
	assert_date(r.contract.grace_end, "2024-03-15");
	loan_record_clear(&r);
	t.contract_on = day("2026-03-15");
	assert_true(loan_contract_make(ref, &t, true, &r, &field, &message));
	assert_int_equal(r.contract.instalment_default, INSTALMENT_DEFAULT_OVERDUE);
	loan_record_clear(&r);
	t.group_id = 0;
	assert_true(loan_contract_make(ref, &t, true, &r, &field, &message));
	assert_int_equal(r.contract.instalment_default, INSTALMENT_DEFAULT_CARRY);
	loan_record_clear(&r);
	reference_unref(ref);
}

static void test_longest_period_and_grace_by_default(void **state)
{
	struct reference *ref = reference_for_test();
	struct loan_terms t = terms_for_test();
	struct loan_record r;
	struct text message = { 0 };
	const char *field;
	(void)state;
	t.term_months = 36;
	assert_true(loan_contract_make(ref, &t, true, &r, &field, &message));
	assert_int_equal(r.instalment_months, 24);
	loan_record_clear(&r);
	t.programme = "25";
	t.purpose = "land";
	t.term_months = 120;
	assert_true(loan_contract_make(ref, &t, true, &r, &field, &message));
	assert_int_equal(r.principal_grace_months, 60);
	assert_int_equal(r.instalment_months, 12);
	assert_int_equal(r.loan.count, 5);
	loan_record_clear(&r);
	reference_unref(ref);
}

static void refused(const struct reference *ref, const struct loan_terms *t, bool strict, const char *expected)
{
	struct loan_record r;
	struct text message = { 0 };
	const char *field = "";
	bool made = loan_contract_make(ref, t, strict, &r, &field, &message);
	if (made)
		loan_record_clear(&r);
	assert_false(made);
	assert_string_equal(field, expected);
	assert_non_null(strstr(text_str(&message), expected));
	text_clear(&message);
}

static void test_refuses(void **state)
{
	struct reference *ref = reference_for_test();
	struct loan_terms t = terms_for_test();
	(void)state;
#define WITH(change, strict, field)                                                                          \
	do {                                                                                                 \
		t = terms_for_test();                                                                        \
		change;                                                                                      \
		refused(ref, &t, strict, field);                                                             \
	} while (0)
	WITH(t.programme = "99", true, "programme");
	WITH(t.purpose = "land", true, "purpose");
	WITH(t.rate_line = "03A", true, "rate_line");
	WITH(t.term_months = 0, false, "term_months");
	WITH(t.term_months = 361, false, "term_months");
	WITH(t.term_months = 121, true, "term_months");
	WITH(t.instalment_months = 25, true, "instalment_months");
	WITH(t.principal_grace_months = 24, false, "principal_grace_months");
	WITH(t.interest_grace_months = 3, true, "interest_grace_months");
	WITH(t.point_id = 2, true, "point_id");
	WITH(t.commune = "C9", true, "commune");
	WITH((t.programme = "03", t.contract_on = day("2014-01-01")), true, "contract_on");
	reference_unref(ref);
}

static void test_an_import_may_be_odd(void **state)
{
	struct reference *ref = reference_for_test();
	struct loan_terms t = terms_for_test();
	struct loan_record r;
	struct text message = { 0 };
	const char *field;
	(void)state;
	t.term_months = 130;
	t.instalment_months = 65;
	t.interest_grace_months = 12;
	assert_true(loan_contract_make(ref, &t, false, &r, &field, &message));
	assert_int_equal(r.loan.count, 2);
	assert_date(r.contract.grace_end, "2025-03-10");
	loan_record_clear(&r);
	reference_unref(ref);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_the_day_adds),
		TEST(test_longest_period_and_grace_by_default),
		TEST(test_refuses),
		TEST(test_an_import_may_be_odd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
