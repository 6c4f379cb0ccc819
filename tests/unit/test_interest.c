/* Exact interest: known figures, the published vectors, the limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain_test.h"
#include "vonvay/rate.h"

static int64_t index_of(int days, int32_t rate_e7)
{
	return (int64_t)days * rate_e7;
}

static void test_known_figures(void **state)
{
	struct interest i = INTEREST_ZERO;

	(void)state;
	assert_true(interest_accrue(&i, DONG(50000000), index_of(30, 660000), 100));
	assert_dong(interest_round(i), 271233);
	i = INTEREST_ZERO;
	assert_true(interest_accrue(&i, DONG(50000000), index_of(21, 660000), 100));
	assert_true(interest_accrue(&i, DONG(50000000), index_of(9, 624000), 100));
	assert_dong(interest_round(i), 266795);
	i = INTEREST_ZERO;
	assert_true(interest_accrue(&i, DONG(5000000), index_of(31, 624000), 130));
	assert_dong(interest_round(i), 34448);
}

static void test_a_billion_over_25_years_overdue(void **state)
{
	struct interest i = INTEREST_ZERO;
	char text[44];

	(void)state;
	/* 10^9 x 9131 days x 100 % x 200 % : the highest that may be asked for */
	assert_true(interest_accrue(&i, DONG(1000000000), index_of(9131, RATE_E7_MAX), 200));
	assert_dong(interest_round(i), 50032876712);
	interest_units_text(i, text);
	assert_string_equal(text, "182620000000000000000");
}

static void test_overflow_is_told_and_changes_nothing(void **state)
{
	struct interest i = { INT64_MAX - 5, 0 };

	(void)state;
	assert_false(interest_accrue(&i, DONG(INT64_MAX), INT64_MAX, 100));
	assert_false(interest_accrue(&i, DONG(10), INTEREST_UNITS_PER_DONG, 100));
	assert_false(interest_accrue(&i, DONG(1), INT64_MAX / 10 * 10, 200));
	assert_false(interest_add(&i, (struct interest){ 6, 0 }));
	assert_false(interest_sub(&i, (struct interest){ -6, 0 }));
	assert_int_equal(i.dong, INT64_MAX - 5);
	assert_int_equal(i.units, 0);
	i = (struct interest){ INT64_MAX, 2000000000 };
	assert_false(interest_add(&i, (struct interest){ 0, 1700000000 }));
	assert_dong(interest_round(i), INT64_MAX);
	i = (struct interest){ INT64_MIN, 0 };
	assert_false(interest_sub(&i, (struct interest){ 0, 1 }));
	assert_false(interest_pay(&i, DONG(1)));
	assert_int_equal(i.dong, INT64_MIN);
}

/* A percentage that does not come out even is refused rather than rounded. */
static void test_only_exact_percentages(void **state)
{
	struct interest i = INTEREST_ZERO;

	(void)state;
	assert_false(interest_accrue(&i, DONG(1), 1, 130));
	assert_true(interest_is_zero(i));
	assert_true(interest_accrue(&i, DONG(1), 10, 130));
	assert_int_equal(i.units, 13);
}

static void test_round_half_up(void **state)
{
	static const struct {
		struct interest value;
		int64_t rounded;
	} cases[] = { { { 0, 1824999999 }, 0 },	 { { 0, 1825000000 }, 1 },
		      { { -1, 1825000000 }, 0 }, { { -1, 1824999999 }, -1 },
		      { { -1, 3649999999 }, 0 }, { { 271232, 3200000000 }, 271233 },
		      { { -2, 1825000000 }, -1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_dong(interest_round(cases[i].value), cases[i].rounded);
}

static void test_pay_leaves_the_remainder(void **state)
{
	struct interest i = { 271232, 3200000000 };

	(void)state;
	assert_true(interest_pay(&i, interest_round(i)));
	assert_int_equal(i.dong, -1);
	assert_int_equal(i.units, 3200000000);
	assert_dong(interest_round(i), 0);
	assert_true(interest_sub(&i, (struct interest){ 0, 3200000001 }));
	assert_int_equal(i.dong, -2);
	assert_int_equal(i.units, 3649999999);
}

/* Values of a summary are differences: negative balances and indexes take away exactly what positive ones gave. */
static void test_negative_balances_and_indexes(void **state)
{
	struct interest i = INTEREST_ZERO;
	char text[44];

	(void)state;
	assert_true(interest_accrue(&i, DONG(-7), 11, 100));
	interest_units_text(i, text);
	assert_string_equal(text, "-77");
	assert_int_equal(i.dong, -1);
	assert_true(interest_accrue(&i, DONG(7), -11, 100));
	interest_units_text(i, text);
	assert_string_equal(text, "-154");
	assert_true(interest_accrue(&i, DONG(-7), -22, 100));
	assert_true(interest_is_zero(i));
}

/* The short way for products below 2^63 and the long way agree. */
static void test_big_products(void **state)
{
	struct interest once = INTEREST_ZERO, parts = INTEREST_ZERO;

	(void)state;
	assert_true(interest_accrue(&once, DONG(MONEY_INPUT_MAX), index_of(10950, 660000), 130));
	for (int i = 0; i < 10950; i++)
		assert_true(interest_accrue(&parts, DONG(MONEY_INPUT_MAX), 660000, 130));
	assert_int_equal(interest_cmp(once, parts), 0);
	assert_true(interest_cmp(once, INTEREST_ZERO) > 0);
	assert_true(interest_cmp(INTEREST_ZERO, (struct interest){ 0, 1 }) < 0);
}

static void test_units_text(void **state)
{
	char text[44];

	(void)state;
	interest_units_text(INTEREST_ZERO, text);
	assert_string_equal(text, "0");
	interest_units_text((struct interest){ 271232, 3200000000 }, text);
	assert_string_equal(text, "990000000000000");
	interest_units_text((struct interest){ INT64_MAX, 3649999999 }, text);
	assert_string_equal(text, "33665307934519931699199999999");
}

/* --- tests/data/interest_vectors.json ---------------------------------------------------------------------------------- */

#define EVENTS_MAX 64

struct vector {
	struct rate_row row;
	struct rate_line line;
	int events;
	struct date on[EVENTS_MAX];
	int64_t change[EVENTS_MAX];
};

/* Moves past the next `"key":` and returns what stands there; NULL when `end` (or the end of the text) comes first. */
static const char *after_key(const char *at, const char *key, const char *end)
{
	char quoted[40];

	snprintf(quoted, sizeof quoted, "\"%s\":", key);
	at = strstr(at, quoted);
	if (at == NULL || (end != NULL && at > end))
		return NULL;
	at += strlen(quoted);
	return at + strspn(at, " \n");
}

static void copy_string(const char *at, char *out, size_t size)
{
	size_t length = strcspn(at + 1, "\"");

	assert_true(*at == '"' && length < size);
	memcpy(out, at + 1, length);
	out[length] = '\0';
}

static struct date date_at(const char *at)
{
	char text[16];

	copy_string(at, text, sizeof text);
	return day(text);
}

/* Interest of the days of a span, day by day with the balance of the end of each day. */
static struct interest vector_interest(const struct vector *v, struct date first, struct date until)
{
	struct interest sum = INTEREST_ZERO;

	for (struct date d = first; date_cmp(d, until) < 0; d = date_add_days(d, 1)) {
		int64_t balance = 0;
		for (int i = 0; i < v->events; i++)
			if (date_cmp(v->on[i], d) <= 0)
				balance += v->change[i];
		int64_t index = rate_index(&v->line, date_add_days(d, 1)) - rate_index(&v->line, d);
		assert_true(interest_accrue(&sum, DONG(balance), index, 100));
	}
	return sum;
}

static const char *vector_read_events(struct vector *v, const char *at, const char *end)
{
	const char *key;

	for (v->events = 0; (key = after_key(at, "on", end)) != NULL; v->events++) {
		assert_true(v->events < EVENTS_MAX);
		v->on[v->events] = date_at(key);
		at = after_key(key, "change", end);
		assert_non_null(at);
		v->change[v->events] = strtoll(at, NULL, 10);
	}
	return at;
}

static int vector_check_spans(const struct vector *v, const char *at, const char *end)
{
	const char *key;
	int spans = 0;

	while ((key = after_key(at, "first", end)) != NULL) {
		const char *until = after_key(key, "until", end),
			   *exact = after_key(key, "interest_exact", end);
		assert_non_null(until);
		assert_non_null(exact);
		assert_dong(interest_round(vector_interest(v, date_at(key), date_at(until))),
			    strtoll(exact, NULL, 10));
		at = exact;
		spans++;
	}
	return spans;
}

static int vectors_check(const char *text)
{
	const char *at = text, *key;
	int spans = 0;

	while ((key = after_key(at, "rate_percent", NULL)) != NULL) {
		struct vector v = { .row = { .from = day("2000-01-01") } };
		char rate[16];
		copy_string(key, rate, sizeof rate);
		assert_true(rate_parse_percent(rate, &v.row.rate_e7));
		assert_true(rate_line_init(&v.line, &v.row, 1));
		const char *between = after_key(key, "interest_between", NULL);
		const char *end = strstr(between, "\"rate_percent\"");
		vector_read_events(&v, key, between);
		spans += vector_check_spans(&v, between, end);
		at = key;
	}
	return spans;
}

static void test_published_vectors(void **state)
{
	static char text[65536];
	FILE *file = fopen("tests/data/interest_vectors.json", "r");

	(void)state;
	assert_non_null(file);
	size_t length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	assert_true(length > 0 && length < sizeof text - 1);
	assert_int_equal(vectors_check(text), 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_known_figures),
					    TEST(test_a_billion_over_25_years_overdue),
					    TEST(test_overflow_is_told_and_changes_nothing),
					    TEST(test_only_exact_percentages),
					    TEST(test_round_half_up),
					    TEST(test_pay_leaves_the_remainder),
					    TEST(test_negative_balances_and_indexes),
					    TEST(test_big_products),
					    TEST(test_units_text),
					    TEST(test_published_vectors) };

	return cmocka_run_group_tests_name("interest", tests, NULL, NULL);
}
