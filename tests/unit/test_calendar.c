/* Sessions: fixed days, clamping, moves, cancellations, holidays; due dates and deciding sessions. */
#include "domain_test.h"
#include "vonvay/calendar.h"

static const struct session_day day_25[] = { { { 0 }, 25 } };
static const struct session_day day_10[] = { { { 0 }, 10 } };
static const struct session_day day_7[] = { { { 0 }, 7 } };
static const struct session_day day_31[] = { { { 0 }, 31 } };

static struct calendar calendar_of(const struct session_day *days)
{
	return (struct calendar){ .days = days, .days_count = 1, .close_days = 2, .closed_upto = DATE_NONE };
}

static int32_t month(const char *first)
{
	return date_month_number(day(first));
}

static void test_scheduled_dates_of_domain_md(void **state)
{
	struct calendar c = calendar_of(day_25);

	(void)state;
	assert_date(calendar_scheduled(&c, day("2032-08-04"), day("2022-08-04"), false), "2032-07-25");
	c = calendar_of(day_10);
	assert_date(calendar_scheduled(&c, day("2024-09-15"), day("2019-09-15"), false), "2024-09-10");
}

static void test_overdue_at_the_first_session_after(void **state)
{
	struct calendar c = calendar_of(day_7);

	(void)state;
	assert_date(calendar_decides(&c, day("2025-10-22")), "2025-11-07");
	assert_date(calendar_decides(&c, day("2025-11-07")), "2025-12-07");
	assert_date(calendar_decides(&c, day("2025-11-06")), "2025-11-07");
}

static void test_equal_day_moves_back_for_students_only(void **state)
{
	struct calendar c = calendar_of(day_10);
	struct date start = day("2020-09-10");

	(void)state;
	assert_date(calendar_scheduled(&c, day("2024-09-10"), start, false), "2024-09-10");
	assert_date(calendar_scheduled(&c, day("2024-09-10"), start, true), "2024-08-10");
	assert_date(calendar_scheduled(&c, day("2024-09-09"), start, true), "2024-08-10");
	assert_date(calendar_scheduled(&c, day("2024-09-11"), start, true), "2024-09-10");
}

static void test_a_date_never_moves_back_to_the_start(void **state)
{
	struct calendar c = calendar_of(day_10);

	(void)state;
	assert_date(calendar_scheduled(&c, day("2024-02-09"), day("2024-01-10"), false), "2024-02-09");
	assert_date(calendar_scheduled(&c, day("2024-02-10"), day("2024-01-10"), false), "2024-02-10");
	assert_date(calendar_scheduled(&c, day("2024-02-05"), day("2024-01-09"), false), "2024-01-10");
}

static void test_short_months(void **state)
{
	struct calendar c = calendar_of(day_31);
	struct date held_on;

	(void)state;
	assert_true(calendar_session(&c, month("2023-02-01"), &held_on));
	assert_date(held_on, "2023-02-28");
	assert_true(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_date(held_on, "2024-02-29");
	assert_date(calendar_session_after(&c, day("2024-02-29")), "2024-03-31");
	assert_date(calendar_session_after(&c, day("2024-04-29")), "2024-04-30");
	assert_date(calendar_session_upto(&c, day("2024-04-29")), "2024-03-31");
	assert_date(calendar_session_upto(&c, day("2024-03-31")), "2024-03-31");
}

static void test_without_sessions(void **state)
{
	struct calendar c = { .closed_upto = DATE_NONE };
	struct date held_on;

	(void)state;
	assert_false(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_true(date_is_none(calendar_session_upto(&c, day("2024-02-29"))));
	assert_date(calendar_session_after(&c, day("2024-02-29")), "2024-03-01");
	assert_date(calendar_scheduled(&c, day("2024-02-29"), day("2024-01-29"), true), "2024-02-29");
	assert_date(calendar_decides(&c, day("2024-02-29")), "2024-03-01");
	assert_true(calendar_settled(&c, day("2024-03-01"), day("2024-03-01")));
	assert_false(calendar_settled(&c, day("2024-03-02"), day("2024-03-01")));
	assert_date(calendar_agenda_from(&c, day("2024-03-01")), "2024-02-29");
}

/* August 2021: no session was held; what was due at it moved to the session of September. */
static void test_cancelled_session(void **state)
{
	const struct session_change august[] = { { date_month_number(day("2021-08-01")), DATE_NONE } };
	struct calendar c = calendar_of(day_10);
	struct date held_on;

	(void)state;
	c.changes = august;
	c.changes_count = 1;
	assert_false(calendar_session(&c, month("2021-08-01"), &held_on));
	assert_date(calendar_due(&c, day("2021-08-10")), "2021-09-10");
	assert_date(calendar_decides(&c, day("2021-08-10")), "2021-10-10");
	/* a date that is not a session's stays and waits for the next one held */
	assert_date(calendar_due(&c, day("2021-08-09")), "2021-08-09");
	assert_date(calendar_decides(&c, day("2021-08-09")), "2021-09-10");
	assert_date(calendar_decides(&c, day("2021-07-10")), "2021-09-10");
	assert_date(calendar_session_upto(&c, day("2021-08-31")), "2021-07-10");
	assert_date(calendar_scheduled(&c, day("2021-08-20"), day("2020-08-20"), false), "2021-07-10");
}

static void test_two_cancelled_in_a_row(void **state)
{
	const struct session_change changes[] = { { date_month_number(day("2021-08-01")), DATE_NONE },
						  { date_month_number(day("2021-09-01")), DATE_NONE } };
	struct calendar c = calendar_of(day_10);

	(void)state;
	c.changes = changes;
	c.changes_count = 2;
	assert_date(calendar_due(&c, day("2021-08-10")), "2021-10-10");
	assert_date(calendar_due(&c, day("2021-09-10")), "2021-10-10");
	assert_date(calendar_decides(&c, day("2021-09-10")), "2021-11-10");
	assert_true(date_cmp(calendar_agenda_from(&c, day("2021-11-10")), day("2021-08-10")) <= 0);
}

/* A session moved into the next month stays under its own month, and sessions still come in order of their days. */
static void test_moved_session(void **state)
{
	struct session_change changes[] = { { month("2024-01-01"), day("2024-02-03") } };
	struct calendar c = calendar_of((const struct session_day[]){ { { 0 }, 28 } });

	(void)state;
	c.changes = changes;
	c.changes_count = 1;
	assert_date(calendar_due(&c, day("2024-01-28")), "2024-02-03");
	assert_date(calendar_decides(&c, day("2024-01-28")), "2024-02-28");
	assert_date(calendar_session_after(&c, day("2024-01-15")), "2024-02-03");
	assert_date(calendar_session_after(&c, day("2024-02-03")), "2024-02-28");
	assert_date(calendar_session_upto(&c, day("2024-02-02")), "2023-12-28");
	assert_date(calendar_session_upto(&c, day("2024-02-27")), "2024-02-03");
	assert_date(calendar_due(&c, day("2024-02-03")), "2024-02-03");
}

/* Even past the session of the month after. */
static void test_session_moved_past_another(void **state)
{
	struct session_change changes[] = { { month("2024-01-01"), day("2024-02-20") } };
	struct calendar c = calendar_of(day_10);

	(void)state;
	c.changes = changes;
	c.changes_count = 1;
	assert_date(calendar_session_after(&c, day("2024-01-05")), "2024-02-10");
	assert_date(calendar_session_after(&c, day("2024-02-10")), "2024-02-20");
	assert_date(calendar_session_after(&c, day("2024-02-20")), "2024-03-10");
	assert_date(calendar_session_upto(&c, day("2024-02-25")), "2024-02-20");
	assert_date(calendar_session_upto(&c, day("2024-02-15")), "2024-02-10");
	assert_true(date_cmp(calendar_agenda_from(&c, day("2024-03-10")), day("2024-01-10")) <= 0);
}

static void test_holidays(void **state)
{
	const struct date holidays[] = { day("2024-02-09"), day("2024-02-10"), day("2024-02-11"),
					 day("2024-09-02") };
	struct calendar c = calendar_of(day_10);
	struct date held_on;

	(void)state;
	c.holidays = holidays;
	c.holidays_count = 4;
	c.holiday_rule = HOLIDAY_STAYS;
	assert_true(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_date(held_on, "2024-02-10");
	c.holiday_rule = HOLIDAY_NEXT_WORKING_DAY;
	assert_true(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_date(held_on, "2024-02-12");
	assert_date(calendar_due(&c, day("2024-02-10")), "2024-02-12");
	assert_date(calendar_due(&c, day("2024-02-11")), "2024-02-11");
	c.holiday_rule = HOLIDAY_CANCELS;
	assert_false(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_date(calendar_due(&c, day("2024-02-10")), "2024-03-10");
	/* a notice of its own goes before the rule */
	struct session_change notice[] = { { month("2024-02-01"), day("2024-02-08") } };
	c.changes = notice;
	c.changes_count = 1;
	assert_true(calendar_session(&c, month("2024-02-01"), &held_on));
	assert_date(held_on, "2024-02-08");
}

/* A new fixed day never touches what lies before it, and no month loses its session. */
static void test_new_session_day(void **state)
{
	const struct session_day days[] = { { day("2020-01-01"), 10 }, { day("2025-07-15"), 20 } };
	const struct session_day earlier[] = { { day("2020-01-01"), 20 }, { day("2025-07-15"), 10 } };
	struct calendar c = calendar_of(days);
	struct date held_on;

	(void)state;
	c.days_count = 2;
	assert_date(calendar_session_after(&c, day("2025-06-10")), "2025-07-10");
	assert_date(calendar_session_after(&c, day("2025-07-10")), "2025-08-20");
	assert_date(calendar_session_upto(&c, day("2025-08-19")), "2025-07-10");
	c.days = earlier;
	assert_date(calendar_session_after(&c, day("2025-06-20")), "2025-07-20");
	assert_date(calendar_session_after(&c, day("2025-07-20")), "2025-08-10");
	assert_false(calendar_session(&c, month("2019-12-01"), &held_on));
	assert_date(calendar_session_after(&c, day("2010-05-05")), "2020-01-20");
	assert_true(date_is_none(calendar_session_upto(&c, day("2020-01-19"))));
}

static void test_settled(void **state)
{
	struct calendar c = calendar_of(day_10);
	struct date session = day("2024-09-10");

	(void)state;
	assert_false(calendar_settled(&c, session, day("2024-09-09")));
	assert_false(calendar_settled(&c, session, day("2024-09-11")));
	assert_true(calendar_settled(&c, session, day("2024-09-12")));
	assert_true(calendar_settled(&c, session, DATE_EVER));
	c.closed_upto = session;
	assert_true(calendar_settled(&c, session, day("2024-09-10")));
	assert_false(calendar_settled(&c, day("2024-10-10"), day("2024-10-11")));
}

/* No scheduled date that a session decides about lies before calendar_agenda_from(). */
static void test_agenda_from_is_a_bound(void **state)
{
	struct session_change changes[] = {
		{ month("2021-03-01"), day("2021-04-20") }, { month("2021-05-01"), DATE_NONE },
		{ month("2021-08-01"), DATE_NONE },	    { month("2021-09-01"), DATE_NONE },
		{ month("2021-10-01"), day("2021-10-02") }, { month("2021-11-01"), day("2021-12-25") }
	};
	struct calendar c = calendar_of(day_10);

	(void)state;
	c.changes = changes;
	c.changes_count = ARRAY_LEN(changes);
	for (struct date d = day("2020-06-01"); date_cmp(d, day("2022-06-01")) < 0; d = date_add_days(d, 1)) {
		struct date session = calendar_decides(&c, d);
		assert_true(date_cmp(session, d) > 0 || date_cmp(calendar_due(&c, d), d) < 0);
		assert_true(date_cmp(calendar_agenda_from(&c, session), d) <= 0);
	}
}

static void test_nothing_for_two_years(void **state)
{
	struct session_change changes[60];
	struct calendar c = calendar_of(day_10);

	(void)state;
	for (int i = 0; i < 60; i++)
		changes[i] = (struct session_change){ month("2021-01-01") + i, DATE_NONE };
	c.changes = changes;
	c.changes_count = 60;
	assert_date(calendar_decides(&c, day("2021-06-10")), "ever");
	assert_true(date_is_none(calendar_session_upto(&c, day("2025-06-10"))));
}

static void test_working_days(void **state)
{
	const struct date tet[] = { day("2024-02-08"), day("2024-02-09"), day("2024-02-12"),
				    day("2024-02-13"), day("2024-02-14") };
	struct calendar c = { .holidays = tet, .holidays_count = 5 };

	(void)state;
	assert_true(calendar_working_day(&c, day("2024-02-07")));
	assert_false(calendar_working_day(&c, day("2024-02-08")));
	assert_false(calendar_working_day(&c, day("2024-02-10")));
	assert_false(calendar_working_day(&c, day("2024-02-11")));
	assert_false(calendar_working_day(&c, day("1969-12-28"))); /* a Sunday before the first day there is */
	assert_true(calendar_working_day(&c, day("1969-12-29")));
	assert_date(calendar_add_working_days(&c, day("2024-02-07"), 0), "2024-02-07");
	assert_date(calendar_add_working_days(&c, day("2024-02-07"), 1), "2024-02-15");
	assert_date(calendar_add_working_days(&c, day("2024-03-15"), 1), "2024-03-18");
	assert_date(calendar_add_working_days(&c, day("2024-03-15"), 5), "2024-03-22");
	assert_date(calendar_add_working_days(&c, day("2024-03-16"), 5), "2024-03-22"); /* a Saturday */
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_scheduled_dates_of_domain_md),
					    TEST(test_overdue_at_the_first_session_after),
					    TEST(test_equal_day_moves_back_for_students_only),
					    TEST(test_a_date_never_moves_back_to_the_start),
					    TEST(test_short_months),
					    TEST(test_without_sessions),
					    TEST(test_cancelled_session),
					    TEST(test_two_cancelled_in_a_row),
					    TEST(test_moved_session),
					    TEST(test_session_moved_past_another),
					    TEST(test_holidays),
					    TEST(test_new_session_day),
					    TEST(test_settled),
					    TEST(test_agenda_from_is_a_bound),
					    TEST(test_nothing_for_two_years),
					    TEST(test_working_days) };

	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
