/* Steps of an application, the days until the next one, and the order of the queue. */
#include "domain_test.h"
#include "vonvay/application.h"

static const struct application_limits limits = { 5, 5, 3, 30 };
static const struct session_day day_10[] = { { { 0 }, 10 } };

static const enum application_state all[] = {
	APPLICATION_NONE,      APPLICATION_APPLIED,   APPLICATION_APPRAISED,
	APPLICATION_CONFIRMED, APPLICATION_APPROVED,  APPLICATION_REFUSED,
	APPLICATION_WITHDRAWN, APPLICATION_DISBURSED, APPLICATION_CHECKED,
};

/* Which states may follow, as a text of their numbers. */
static const char *follow(enum application_state from, bool direct, char out[16])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (application_may(from, all[i], direct))
			out[n++] = (char)('0' + all[i]);
	out[n] = '\0';
	return out;
}

static void test_steps(void **state)
{
	char s[16];

	(void)state;
	assert_string_equal(follow(APPLICATION_NONE, false, s), "1");
	assert_string_equal(follow(APPLICATION_APPLIED, false, s), "256");
	assert_string_equal(follow(APPLICATION_APPLIED, true, s), "356");
	assert_string_equal(follow(APPLICATION_APPRAISED, false, s), "356");
	assert_string_equal(follow(APPLICATION_CONFIRMED, false, s), "3456");
	assert_string_equal(follow(APPLICATION_APPROVED, false, s), "567");
	assert_string_equal(follow(APPLICATION_REFUSED, false, s), "");
	assert_string_equal(follow(APPLICATION_WITHDRAWN, false, s), "");
	assert_string_equal(follow(APPLICATION_DISBURSED, false, s), "8");
	assert_string_equal(follow(APPLICATION_CHECKED, false, s), "8");
}

static void test_words(void **state)
{
	enum application_state back;

	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(all); i++) {
		assert_true(application_state_of_word(application_state_word(all[i]), &back));
		assert_int_equal(back, all[i]);
	}
	assert_false(application_state_of_word("lent", &back));
	assert_null(application_state_word((enum application_state)99));
}

/* 2024-03-08 is a Friday. */
static void test_due(void **state)
{
	const struct date holiday[] = { day("2024-03-12") };
	struct calendar c = { .days = day_10, .days_count = 1, .holidays = holiday, .holidays_count = 1 };
	struct date on = day("2024-03-08");

	(void)state;
	assert_date(application_due(APPLICATION_APPLIED, on, false, &limits, &c), "2024-03-18");
	assert_date(application_due(APPLICATION_APPLIED, on, true,
				    &(struct application_limits){ 5, 1, 3, 30 }, &c),
		    "2024-03-11");
	assert_date(application_due(APPLICATION_APPRAISED, on, false, &limits, &c), "2024-03-18");
	assert_date(application_due(APPLICATION_CONFIRMED, on, false, &limits, &c), "2024-03-14");
	assert_date(application_due(APPLICATION_APPROVED, on, false, &limits, &c), "2024-03-10");
	assert_date(application_due(APPLICATION_APPROVED, day("2024-03-10"), false, &limits, &c),
		    "2024-03-10");
	assert_date(application_due(APPLICATION_APPROVED, day("2024-03-11"), false, &limits, &c),
		    "2024-04-10");
	assert_date(application_due(APPLICATION_DISBURSED, on, false, &limits, &c), "2024-04-07");
	assert_date(application_due(APPLICATION_REFUSED, on, false, &limits, &c), "none");
	assert_date(application_due(APPLICATION_CHECKED, on, false, &limits, &c), "none");
}

static struct application_place place(unsigned reasons, const char *on, int64_t id)
{
	return (struct application_place){ reasons, day(on), id };
}

static void assert_before(struct application_place a, struct application_place b)
{
	assert_true(application_place_cmp(&a, &b) < 0);
	assert_true(application_place_cmp(&b, &a) > 0);
}

static void test_order(void **state)
{
	struct application_place same = place(5, "2024-03-01", 7);

	(void)state;
	/* registered before all that the others have together */
	assert_before(place(APPLICATION_REGISTERED, "2024-03-15", 9),
		      place(APPLICATION_EXTREMELY_DIFFICULT | APPLICATION_ETHNIC_MINORITY, "2024-03-01", 1));
	assert_before(place(APPLICATION_EXTREMELY_DIFFICULT, "2024-03-15", 9),
		      place(APPLICATION_ETHNIC_MINORITY, "2024-03-01", 1));
	assert_before(place(APPLICATION_REGISTERED | APPLICATION_ETHNIC_MINORITY, "2024-03-15", 9),
		      place(APPLICATION_REGISTERED, "2024-03-01", 1));
	assert_before(place(APPLICATION_ETHNIC_MINORITY, "2024-03-15", 9), place(0, "2024-03-01", 1));
	assert_before(place(3, "2024-03-01", 9), place(3, "2024-03-02", 1));
	assert_before(place(3, "2024-03-01", 1), place(3, "2024-03-01", 2));
	assert_int_equal(application_place_cmp(&same, &same), 0);
}

static void test_reason_words(void **state)
{
	(void)state;
	for (unsigned bit = 1; bit < 1U << APPLICATION_REASONS; bit <<= 1)
		assert_non_null(application_reason_word((enum application_reason)bit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_steps), TEST(test_words), TEST(test_due), TEST(test_order), TEST(test_reason_words),
	};
	return cmocka_run_group_tests_name("application", tests, NULL, NULL);
}
