/* A sheet: until when it may be posted, what interest it asks for, whose cash is expected. */
#include "domain_test.h"
#include "vonvay/sheet.h"

static const struct session_day days[] = { { { 17532 }, 10 } }; /* the 10th from 2018-01-01 */

static enum sheet_day on(const char *session, const char *business)
{
	struct session_change changes[] = { { 2024 * 12 + 4, day("2024-05-13") },
					    { 2024 * 12 + 6, DATE_NONE } };
	struct calendar c = { .days = days,
			      .days_count = 1,
			      .changes = changes,
			      .changes_count = 2,
			      .close_days = 2,
			      .closed_upto = DATE_NONE };

	return sheet_day(&c, day(session), day(business));
}

static void test_until_the_next_session(void **state)
{
	(void)state;
	assert_int_equal(on("2024-03-10", "2024-03-09"), SHEET_DAY_EARLY);
	assert_int_equal(on("2024-03-10", "2024-03-10"), SHEET_DAY_OPEN);
	assert_int_equal(on("2024-03-10", "2024-04-09"), SHEET_DAY_OPEN);
	assert_int_equal(on("2024-03-10", "2024-04-10"), SHEET_DAY_LATE);
	assert_int_equal(on("2024-03-11", "2024-04-01"), SHEET_DAY_NONE);
}

static void test_moved_and_cancelled(void **state)
{
	(void)state;
	assert_int_equal(on("2024-05-10", "2024-05-20"), SHEET_DAY_NONE);
	assert_int_equal(on("2024-05-13", "2024-05-20"), SHEET_DAY_OPEN);
	assert_int_equal(on("2024-07-10", "2024-07-20"), SHEET_DAY_NONE);
	/* July was cancelled: June's stays open until August's */
	assert_int_equal(on("2024-06-10", "2024-08-09"), SHEET_DAY_OPEN);
	assert_int_equal(on("2024-06-10", "2024-08-10"), SHEET_DAY_LATE);
}

static void test_no_sessions_at_all(void **state)
{
	struct calendar c = { .closed_upto = DATE_NONE };

	(void)state;
	assert_int_equal(sheet_day(&c, day("2024-03-10"), day("2024-03-10")), SHEET_DAY_NONE);
}

static void test_interest_asked(void **state)
{
	struct loan_balances b = { .status = LOAN_STATUS_IN_TERM, .holiday_until = DATE_NONE };
	struct allocation owed = { 0 };
	struct money asked;

	(void)state;
	owed.part[PART_INTEREST_OVERDUE] = DONG(5);
	owed.part[PART_INTEREST_IN_TERM] = DONG(70);
	owed.part[PART_INTEREST_GRACE] = DONG(900);
	owed.part[PART_PRINCIPAL_DUE] = DONG(11111);
	assert_true(sheet_interest(&b, &owed, day("2024-03-10"), &asked));
	assert_dong(asked, 975);
	b.in_grace = true;
	assert_true(sheet_interest(&b, &owed, day("2024-03-10"), &asked));
	assert_dong(asked, 75);
	b.in_grace = false;
	b.holiday_until = day("2024-03-11");
	assert_true(sheet_interest(&b, &owed, day("2024-03-10"), &asked));
	assert_dong(asked, 0);
	assert_true(sheet_interest(&b, &owed, day("2024-03-11"), &asked));
	assert_dong(asked, 975);
}

static void test_whose_cash(void **state)
{
	struct sheet_cash sum = { MONEY_ZERO, MONEY_ZERO };
	struct sheet_amounts cash = { DONG(100), DONG(2000), DONG(30), DONG(7), false };
	struct sheet_amounts deposit = { DONG(100), DONG(2000), DONG(30), DONG(7), true };
	struct money takes;

	(void)state;
	assert_true(sheet_cash_add(&sum, &cash));
	assert_dong(sum.leader, 123);
	assert_dong(sum.borrowers, 2000);
	assert_true(sheet_cash_add(&sum, &deposit));
	assert_dong(sum.leader, 146);
	assert_dong(sum.borrowers, 2000);
	assert_true(sheet_cash_sub(&sum, &cash));
	assert_true(sheet_cash_sub(&sum, &deposit));
	assert_dong(sum.leader, 0);
	assert_dong(sum.borrowers, 0);
	assert_true(sheet_takes(&cash, &takes));
	assert_dong(takes, 7);
	assert_true(sheet_takes(&deposit, &takes));
	assert_dong(takes, 2107);
	assert_false(sheet_is_empty(&cash));
	assert_true(sheet_is_empty(&(struct sheet_amounts){ .from_deposit = true }));
}

static void test_overflow_is_said(void **state)
{
	struct sheet_cash sum = { DONG(INT64_MAX), MONEY_ZERO };
	struct sheet_amounts line = { DONG(1), DONG(1), DONG(0), DONG(0), false };
	struct sheet_amounts large = { DONG(INT64_MAX), DONG(1), DONG(0), DONG(0), true };
	struct money takes;

	(void)state;
	assert_false(sheet_cash_add(&sum, &line));
	assert_dong(sum.leader, INT64_MAX);
	assert_dong(sum.borrowers, 0);
	assert_false(sheet_takes(&large, &takes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_until_the_next_session),
		TEST(test_moved_and_cancelled),
		TEST(test_no_sessions_at_all),
		TEST(test_interest_asked),
		TEST(test_whose_cash),
		TEST(test_overflow_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
