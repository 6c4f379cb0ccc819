/* Inactive by dates and by interest, and the list of what falls due: figures reckoned by hand. */
#include "loan_rig.h"
#include "vonvay/inactive.h"

static void test_by_dates(void **state)
{
	(void)state;
	assert_true(inactive_by_dates(DONG(1), DONG(0), day("2024-01-14"), day("2024-04-15"), 3));
	assert_false(inactive_by_dates(DONG(1), DONG(0), day("2024-01-15"), day("2024-04-15"), 3));
	assert_false(inactive_by_dates(DONG(0), DONG(0), day("2023-01-14"), day("2024-04-15"), 3));
	assert_false(inactive_by_dates(DONG(9), DONG(1), day("2023-01-14"), day("2024-04-15"), 3));
	/* the same day three months before 31/05 is 29/02 */
	assert_true(inactive_by_dates(DONG(1), DONG(0), day("2024-02-28"), day("2024-05-31"), 3));
	assert_false(inactive_by_dates(DONG(1), DONG(0), day("2024-02-29"), day("2024-05-31"), 3));
}

/* 50,000,000 at 6.6 %: a month is 275,000, three are 825,000. */
static void test_by_interest(void **state)
{
	struct money month;

	(void)state;
	assert_true(inactive_month_interest(DONG(50000000), 660000, &month));
	assert_dong(month, 275000);
	assert_int_equal(inactive_by_interest((struct interest){ 825000, 0 }, DONG(50000000), 660000, 3, 1),
			 INACTIVE_WARNING);
	assert_int_equal(inactive_by_interest((struct interest){ 825000, 1 }, DONG(50000000), 660000, 3, 1),
			 INACTIVE_YES);
	assert_int_equal(inactive_by_interest((struct interest){ 275000, 0 }, DONG(50000000), 660000, 3, 1),
			 INACTIVE_WARNING);
	assert_int_equal(inactive_by_interest((struct interest){ 274999, INTEREST_UNITS_PER_DONG - 1 },
					      DONG(50000000), 660000, 3, 1),
			 INACTIVE_NOT);
	/* all principal overdue, in-term interest left: more than three times nothing */
	assert_int_equal(inactive_by_interest((struct interest){ 1, 0 }, DONG(0), 660000, 3, 1), INACTIVE_YES);
	assert_int_equal(inactive_by_interest((struct interest){ 0, 5 }, DONG(0), 660000, 3, 1), INACTIVE_NOT);
	assert_int_equal(inactive_by_interest((struct interest){ -1, 5 }, DONG(50000000), 660000, 3, 1),
			 INACTIVE_NOT);
}

static int due(const struct rig *rig, const char *first, const char *last, struct due_row *rows)
{
	return due_list(&rig->contract, &rig->loan, day(first), day(last), rows, 9);
}

/* 16,600,000 on 10/01/2025 and 10/01/2026, 16,800,000 on 10/01/2027; the session after decides. */
static void test_due_in_three_frames(void **state)
{
	struct due_row rows[9];
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_int_equal(due(&rig, "2024-12-01", "2024-12-31", rows), 0);
	assert_int_equal(due(&rig, "2025-01-01", "2025-01-31", rows), 1);
	assert_int_equal(rows[0].frame, DUE_NEXT_PERIOD);
	assert_date(rows[0].due_on, "2025-01-10");
	assert_date(rows[0].transfer_on, "2025-02-10");
	assert_dong(rows[0].amount, 16600000);
	assert_int_equal(due(&rig, "2025-02-01", "2025-02-28", rows), 1);
	assert_int_equal(rows[0].frame, DUE_THIS_PERIOD);
	assert_int_equal(due(&rig, "2025-03-01", "2025-03-31", rows), 1);
	assert_int_equal(rows[0].frame, DUE_PAST);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-01-10", 10000000);
	assert_int_equal(due(&rig, "2025-02-01", "2025-02-28", rows), 1);
	assert_dong(rows[0].amount, 6600000);
	/* transferred: no longer in the list, the next one and the last one come */
	rig_advance(&rig, "2025-02-12");
	assert_int_equal(due(&rig, "2025-03-01", "2025-03-31", rows), 0);
	assert_int_equal(due(&rig, "2027-02-01", "2027-02-28", rows), 2);
	assert_int_equal(rows[0].frame, DUE_PAST);
	assert_dong(rows[0].amount, 16600000);
	assert_true(rows[1].last);
	assert_int_equal(rows[1].frame, DUE_THIS_PERIOD);
	assert_dong(rows[1].amount, 16800000);
}

static void test_due_that_stays_in_term(void **state)
{
	struct due_row rows[9];
	struct rig rig;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_int_equal(due(&rig, "2025-01-01", "2025-01-31", rows), 1);
	assert_int_equal(rows[0].frame, DUE_THIS_PERIOD);
	assert_true(date_is_none(rows[0].transfer_on));
	rig_advance(&rig, "2025-02-12");
	assert_int_equal(due(&rig, "2025-02-01", "2025-02-28", rows), 1);
	assert_int_equal(rows[0].frame, DUE_PAST);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2025-03-10", 50000000);
	assert_int_equal(due(&rig, "2027-02-01", "2027-02-28", rows), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_by_dates),
		TEST(test_by_interest),
		TEST(test_due_in_three_frames),
		TEST(test_due_that_stays_in_term),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
