/* Member deposits: balances on any day, what may be taken out, exact interest and its crediting, postings. */
#include "domain_test.h"
#include "vonvay/deposit.h"

#define PUT(n, text, amount)                                                                                 \
	{                                                                                                    \
		n, DEPOSIT_PUT, day(text), DONG(amount), 0                                                   \
	}

static struct rate_row rows[2];

static struct rate_line line_of(int32_t first, const char *from, int32_t second)
{
	struct rate_line line;

	rows[0] = (struct rate_row){ .from = day("2018-01-01"), .rate_e7 = first };
	rows[1] = (struct rate_row){ .from = day(from), .rate_e7 = second };
	assert_true(rate_line_init(&line, rows, 2));
	return line;
}

static void assert_balance(const struct deposit_fact *facts, size_t count, const char *on, int64_t expected)
{
	struct money balance = DONG(-1);

	assert_true(deposit_balance(facts, count, day(on), &balance));
	assert_dong(balance, expected);
}

static void assert_available(const struct deposit_fact *facts, size_t count, const char *on, int64_t expected)
{
	struct money available = DONG(-1);

	assert_true(deposit_available(facts, count, day(on), &available));
	assert_dong(available, expected);
}

static void test_balance_and_what_is_available(void **state)
{
	struct deposit_fact facts[] = {
		PUT(1, "2024-01-10", 100000),
		{ 2, DEPOSIT_WITHDRAWN, day("2024-03-10"), DONG(70000), 0 },
		PUT(3, "2024-02-10", 50000), /* recorded late */
		{ 4, DEPOSIT_TAKEN, day("2024-04-10"), DONG(30000), 0 },
	};
	size_t count = deposit_settle(facts, 4);

	(void)state;
	assert_int_equal(count, 4);
	assert_balance(facts, count, "2024-01-09", 0);
	assert_balance(facts, count, "2024-01-10", 100000);
	assert_balance(facts, count, "2024-02-10", 150000);
	assert_balance(facts, count, "2024-03-10", 80000);
	assert_balance(facts, count, "2024-12-31", 50000);
	/* what later days need can't be taken out on an earlier one */
	assert_available(facts, count, "2024-02-10", 50000);
	assert_available(facts, count, "2024-01-09", 0);
	assert_available(facts, count, "2024-05-01", 50000);
}

static void test_in_and_out_on_one_day(void **state)
{
	struct deposit_fact facts[] = {
		PUT(1, "2024-01-10", 10000),
		{ 2, DEPOSIT_WITHDRAWN, day("2024-02-10"), DONG(15000), 0 },
		PUT(3, "2024-02-10", 20000),
	};
	size_t count = deposit_settle(facts, 3);

	(void)state;
	/* within a day only its end counts */
	assert_available(facts, count, "2024-01-10", 10000);
	assert_available(facts, count, "2024-02-10", 15000);
}

static void test_reversals_take_both_out(void **state)
{
	struct deposit_fact facts[] = {
		PUT(1, "2024-01-10", 100000),
		PUT(2, "2024-02-10", 40000),
		{ 3, DEPOSIT_REVERSED, day("2024-02-10"), DONG(0), 2 },
		PUT(4, "2024-02-10", 4000),
	};
	size_t count = deposit_settle(facts, 4);

	(void)state;
	assert_int_equal(count, 2);
	assert_balance(facts, count, "2024-02-10", 104000);
}

static void test_interest_over_a_change_of_rate(void **state)
{
	/* 1,000,000 from 10/01: 31 days at 0.5 %, 20 at 0.6 %; 500,000 more from 10/02 */
	struct rate_line line = line_of(50000, "2024-02-10", 60000);
	struct deposit_fact facts[] = { PUT(1, "2024-01-10", 1000000), PUT(2, "2024-02-10", 500000) };
	struct interest i;

	(void)state;
	assert_true(deposit_interest(&line, facts, 2, day("2024-01-10"), &i));
	assert_true(interest_is_zero(i));
	assert_true(deposit_interest(&line, facts, 2, day("2024-03-01"), &i));
	/* (1,000,000 x 31 x 50,000 + 1,500,000 x 20 x 60,000) / 3,650,000,000 = 917.808... */
	assert_int_equal(i.dong, 917);
	assert_int_equal(i.units, 2950000000LL);
	assert_dong(interest_round(i), 918);
}

static void test_what_is_credited_is_carried(void **state)
{
	struct rate_line line = line_of(50000, "2030-01-01", 50000);
	struct deposit_fact facts[] = {
		PUT(1, "2024-01-10", 1000000),
		{ 2, DEPOSIT_INTEREST_CREDITED, day("2024-02-10"), DONG(425), 0 },
	};
	struct interest i;

	(void)state;
	/* 31 days: 424.657..., credited 425: -0.342... is left, and the credit itself earns from its day on */
	assert_true(deposit_interest(&line, facts, 2, day("2024-02-10"), &i));
	assert_dong(interest_round(i), 0);
	assert_int_equal(i.dong, -1);
	assert_true(deposit_interest(&line, facts, 2, day("2024-03-10"), &i));
	/* 29 days of 1,000,425: 397.428... less 0.342... */
	assert_dong(interest_round(i), 397);
}

static void test_no_facts(void **state)
{
	struct rate_line line = line_of(50000, "2030-01-01", 50000);
	struct interest i;

	(void)state;
	assert_int_equal(deposit_settle(NULL, 0), 0);
	assert_balance(NULL, 0, "2024-01-01", 0);
	assert_available(NULL, 0, "2024-01-01", 0);
	assert_true(deposit_interest(&line, NULL, 0, day("2024-01-01"), &i));
	assert_true(interest_is_zero(i));
}

static void test_overflow_is_said(void **state)
{
	struct rate_line line = line_of(50000, "2030-01-01", 50000);
	struct deposit_fact facts[] = { PUT(1, "2024-01-10", INT64_MAX), PUT(2, "2024-01-11", 1) };
	struct money m = DONG(7);
	struct interest i;

	(void)state;
	assert_false(deposit_balance(facts, 2, day("2024-01-11"), &m));
	assert_false(deposit_available(facts, 2, day("2024-01-10"), &m));
	assert_false(deposit_interest(&line, facts, 2, day("2024-02-01"), &i));
	assert_dong(m, 7);
}

static void test_postings(void **state)
{
	static const struct {
		enum deposit_kind kind;
		enum account debit, credit;
	} expected[] = {
		{ DEPOSIT_PUT, ACCOUNT_CASH, ACCOUNT_DEPOSITS },
		{ DEPOSIT_WITHDRAWN, ACCOUNT_DEPOSITS, ACCOUNT_CASH },
		{ DEPOSIT_INTEREST_CREDITED, ACCOUNT_DEPOSIT_INTEREST, ACCOUNT_DEPOSITS },
		{ DEPOSIT_OPENED, ACCOUNT_OPENING, ACCOUNT_DEPOSITS },
	};
	struct posting p;

	(void)state;
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		assert_true(deposit_posting(expected[i].kind, DONG(5), &p));
		assert_int_equal(p.debit, expected[i].debit);
		assert_int_equal(p.credit, expected[i].credit);
		assert_dong(p.amount, 5);
	}
	assert_false(deposit_posting(DEPOSIT_TAKEN, DONG(5), &p));
	assert_false(deposit_posting(DEPOSIT_REVERSED, DONG(0), &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_balance_and_what_is_available),
		TEST(test_in_and_out_on_one_day),
		TEST(test_reversals_take_both_out),
		TEST(test_interest_over_a_change_of_rate),
		TEST(test_what_is_credited_is_carried),
		TEST(test_no_facts),
		TEST(test_overflow_is_said),
		TEST(test_postings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
