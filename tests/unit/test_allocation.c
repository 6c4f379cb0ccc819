/* Where a payment goes. */
#include "domain_test.h"
#include "vonvay/allocation.h"

static const struct allocation owed = { .part = {
						[PART_PRINCIPAL_OVERDUE] = { 1000 },
						[PART_PRINCIPAL_DUE] = { 200 },
						[PART_PRINCIPAL_EARLY] = { 5000 },
						[PART_INTEREST_OVERDUE] = { 30 },
						[PART_INTEREST_IN_TERM] = { 40 },
						[PART_INTEREST_GRACE] = { 50 },
						[PART_PRINCIPAL_FROZEN] = { 700 },
					} };

static void assert_parts(const struct allocation *paid, const int64_t expected[PART_COUNT])
{
	for (int i = 0; i < PART_COUNT; i++)
		assert_dong(paid->part[i], expected[i]);
}

/* expected: overdue, due, early; interest overdue, in term, grace; frozen */
static void test_in_term_pays_interest_first(void **state)
{
	const uint8_t *order = allocation_policy_default.in_term;
	struct allocation paid;

	(void)state;
	assert_true(allocation_split(&owed, order, PART_COUNT, DONG(60), &paid));
	assert_parts(&paid, (int64_t[]){ 0, 0, 0, 30, 30, 0, 0 });
	assert_true(allocation_split(&owed, order, PART_COUNT, DONG(2021), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 200, 1, 30, 40, 50, 700 });
}

static void test_overdue_pays_principal_first(void **state)
{
	const uint8_t *order = allocation_policy_default.overdue;
	struct allocation paid;

	(void)state;
	assert_true(allocation_split(&owed, order, PART_COUNT, DONG(1100), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 100, 0, 0, 0, 0, 0 });
	assert_true(allocation_split(&owed, order, PART_COUNT, DONG(2025), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 200, 5, 30, 40, 50, 700 });
}

static void test_principal_or_interest_alone(void **state)
{
	struct allocation paid;

	(void)state;
	assert_true(allocation_split(&owed, allocation_order_principal, ALLOCATION_PRINCIPAL_PARTS,
				     DONG(6900), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 200, 5000, 0, 0, 0, 700 });
	assert_true(allocation_split(&owed, allocation_order_interest, ALLOCATION_INTEREST_PARTS, DONG(75),
				     &paid));
	assert_parts(&paid, (int64_t[]){ 0, 0, 0, 30, 40, 5, 0 });
}

static void test_frozen_before_early(void **state)
{
	struct allocation paid;

	(void)state;
	assert_true(allocation_split(&owed, allocation_order_principal, ALLOCATION_PRINCIPAL_PARTS,
				     DONG(1901), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 200, 1, 0, 0, 0, 700 });
}

static void test_written_off_frozen_first(void **state)
{
	struct allocation paid;

	(void)state;
	assert_true(allocation_split(&owed, allocation_order_written_off, ALLOCATION_PRINCIPAL_PARTS,
				     DONG(1801), &paid));
	assert_parts(&paid, (int64_t[]){ 1000, 101, 0, 0, 0, 0, 700 });
}

static void test_more_than_owed(void **state)
{
	struct allocation paid = { .part = { { 7 } } };

	(void)state;
	assert_false(
		allocation_split(&owed, allocation_policy_default.in_term, PART_COUNT, DONG(7021), &paid));
	assert_false(allocation_split(&owed, allocation_order_principal, ALLOCATION_PRINCIPAL_PARTS,
				      DONG(6901), &paid));
	assert_false(allocation_split(&owed, allocation_order_interest, ALLOCATION_INTEREST_PARTS, DONG(121),
				      &paid));
	assert_false(allocation_split(&owed, allocation_order_interest, ALLOCATION_INTEREST_PARTS, DONG(-1),
				      &paid));
	assert_dong(paid.part[0], 7);
}

static void test_policy_of_a_day(void **state)
{
	struct allocation_policy rows[3] = { allocation_policy_default, allocation_policy_default,
					     allocation_policy_default };

	(void)state;
	rows[0].from = day("2020-01-01");
	rows[1].from = day("2021-01-01");
	rows[2].from = day("2022-01-01");
	assert_ptr_equal(allocation_policy_on(rows, 3, day("2019-01-01")), &rows[0]);
	assert_ptr_equal(allocation_policy_on(rows, 3, day("2020-12-31")), &rows[0]);
	assert_ptr_equal(allocation_policy_on(rows, 3, day("2021-01-01")), &rows[1]);
	assert_ptr_equal(allocation_policy_on(rows, 3, day("2030-01-01")), &rows[2]);
}

static void test_valid_policies(void **state)
{
	struct allocation_policy p = allocation_policy_default;

	(void)state;
	assert_true(allocation_policy_valid(&p));
	p.overdue[0] = p.overdue[1];
	assert_false(allocation_policy_valid(&p));
	p = allocation_policy_default;
	p.in_term[3] = 40;
	assert_false(allocation_policy_valid(&p));
}

static void test_words(void **state)
{
	enum part part;

	(void)state;
	for (unsigned i = 0; i < PART_COUNT; i++) {
		assert_true(part_of_word(part_word((enum part)i), &part));
		assert_int_equal(part, i);
	}
	assert_null(part_word(PART_COUNT));
	assert_false(part_of_word("interest", &part));
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_in_term_pays_interest_first),
					    TEST(test_overdue_pays_principal_first),
					    TEST(test_principal_or_interest_alone),
					    TEST(test_frozen_before_early),
					    TEST(test_written_off_frozen_first),
					    TEST(test_more_than_owed),
					    TEST(test_policy_of_a_day),
					    TEST(test_valid_policies),
					    TEST(test_words) };

	return cmocka_run_group_tests_name("allocation", tests, NULL, NULL);
}
