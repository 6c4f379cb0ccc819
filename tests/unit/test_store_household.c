/* The next day on which a household may change by itself, from the JSON that the night reads. */
#include "domain_test.h"
#include "vonvay/household_store.h"

/* "2024-05-01 adult", or "ever". */
static void assert_next(const char *json, const char *on, const char *expected)
{
	struct text error = { 0 };
	const char *why;
	char text[DATE_TEXT_SIZE + 32] = "ever";
	struct household_data *d = household_data_parse_new(json, &error);
	assert_non_null(d);
	struct date next = household_next_change(d, 36, day(on), &why);
	if (date_cmp(next, DATE_EVER) < 0) {
		date_format(next, text);
		strcat(strcat(text, " "), why);
	}
	assert_string_equal(text, expected);
	household_data_free(d);
}

#define ADULT "{\"no\":1,\"born_on\":\"1980-05-05\"}"
#define MINOR "{\"no\":1,\"born_on\":\"2006-05-05\"},{\"no\":2,\"born_on\":\"2008-01-01\"}"
#define HOUSEHOLD(members, more) "{\"household\":1,\"members\":[" members "]" more "}"

static void test_nothing_changes(void **state)
{
	(void)state;
	assert_next(HOUSEHOLD(ADULT, ",\"classes\":[{\"from\":\"2021-01-01\",\"class\":1}]"), "2024-01-01",
		    "ever");
	assert_next(HOUSEHOLD("", ""), "2024-01-01", "ever");
}

static void test_the_months_after_leaving_poverty(void **state)
{
	const char *json = HOUSEHOLD(ADULT, ",\"classes\":[{\"from\":\"2021-01-01\",\"class\":3}]");
	(void)state;
	assert_next(json, "2023-12-31", "2024-01-02 escaped_end");
	assert_next(json, "2024-01-02", "ever");
}

static void test_a_member_comes_of_age(void **state)
{
	(void)state;
	assert_next(HOUSEHOLD(MINOR, ""), "2024-01-01", "2024-05-05 adult");
	assert_next(HOUSEHOLD(MINOR, ""), "2024-05-05", "ever");
	assert_next(HOUSEHOLD(ADULT "," MINOR, ""), "2024-01-01", "ever");
}

static void test_rows_dated_ahead(void **state)
{
	const char *json = HOUSEHOLD(
		ADULT, ",\"classes\":[{\"from\":\"2024-03-01\",\"class\":2}],"
		       "\"groups\":[{\"group\":1,\"from\":\"2020-01-01\",\"until\":\"2024-02-01\"}]");
	(void)state;
	assert_next(json, "2024-01-01", "2024-02-01 dated");
	assert_next(json, "2024-02-01", "2024-03-01 dated");
	assert_next(json, "2024-03-01", "ever");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_changes),
		TEST(test_the_months_after_leaving_poverty),
		TEST(test_a_member_comes_of_age),
		TEST(test_rows_dated_ahead),
	};
	return cmocka_run_group_tests_name("household store", tests, NULL, NULL);
}
