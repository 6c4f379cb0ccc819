/* Text builder, escapes of JSON, UTF-8, the JSON writer, the table of errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vonvay/error.h"
#include "vonvay/json.h"
#include "vonvay/text.h"

static void text_grows_and_is_always_ended(void **state)
{
	struct text t = { 0 };
	(void)state;
	assert_string_equal(text_str(&t), "");
	for (int i = 0; i < 1000; i++)
		text_printf(&t, "%d,", i);
	assert_int_equal(t.len, 3890);
	assert_int_equal(strlen(t.s), t.len);
	text_drop(&t, 3886);
	assert_string_equal(t.s, "999,");
	text_clear(&t);
	assert_string_equal(text_str(&t), "");
}

static void text_writes_the_extreme_integers(void **state)
{
	struct text t = { 0 };
	(void)state;
	text_add_i64(&t, INT64_MIN);
	text_add_char(&t, ' ');
	text_add_i64(&t, INT64_MAX);
	text_add_char(&t, ' ');
	text_add_i64(&t, 0);
	assert_string_equal(t.s, "-9223372036854775808 9223372036854775807 0");
	text_clear(&t);
}

static void json_strings_are_escaped(void **state)
{
	struct text t = { 0 };
	(void)state;
	text_add_json_string(&t, "a\"b\\c\n\t\r\b\f\x01\x7f/đ");
	assert_string_equal(t.s, "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001\\u007f/đ\"");
	text_reset(&t);
	text_add_json_bytes(&t, "x\0y", 3);
	assert_string_equal(t.s, "\"x\\u0000y\"");
	text_reset(&t);
	text_add_json_string(&t, NULL);
	assert_string_equal(t.s, "null");
	text_clear(&t);
}

static void a_cut_goes_between_characters(void **state)
{
	(void)state;
	assert_int_equal(utf8_cut("", 5), 0);
	assert_int_equal(utf8_cut("abc", 2), 2);
	assert_int_equal(utf8_cut("abc", 9), 3);
	assert_int_equal(utf8_cut("a\u0111", 2), 1);
	assert_int_equal(utf8_cut("a\u0111", 3), 3);
	assert_int_equal(utf8_cut("\u0111", 1), 0);
	assert_int_equal(utf8_cut("a\u1ed3b", 3), 1);
	assert_int_equal(utf8_cut("a\u1ed3b", 4), 4);
	for (size_t max = 1; max < 5; max++)
		assert_int_equal(utf8_cut("x\U0001f600", max), 1);
	assert_int_equal(utf8_cut("x\U0001f600", 5), 5);
	assert_int_equal(utf8_cut("ab\xe1\xbb", 4), 2); /* as a full buffer ends */
}

static void utf8_is_checked_by_the_standards_table(void **state)
{
	static const struct {
		const char *bytes;
		long bad; /* -1: good */
	} cases[] = {
		{ "", -1 },
		{ "Tà Ôi", -1 },
		{ "\x7f", -1 },
		{ "\xc2\x80", -1 },
		{ "\xdf\xbf", -1 },
		{ "\xe0\xa0\x80", -1 },
		{ "\xed\x9f\xbf", -1 },
		{ "\xee\x80\x80", -1 },
		{ "\xf0\x90\x80\x80", -1 },
		{ "\xf4\x8f\xbf\xbf", -1 },
		{ "a\x80", 1 },
		{ "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "ab\xe1\xba", 2 },
		{ "\xe1\x80\xc0", 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t bad = 99;
		assert_int_equal(utf8_valid(cases[i].bytes, strlen(cases[i].bytes), &bad), cases[i].bad < 0);
		if (cases[i].bad >= 0)
			assert_int_equal(bad, cases[i].bad);
	}
}

static void json_writer_puts_commas_where_they_belong(void **state)
{
	struct text t = { 0 };
	struct jw w = jw_start(&t);
	(void)state;
	jw_object(&w, NULL);
	jw_i64(&w, "a", -5);
	jw_array(&w, "b");
	jw_id(&w, NULL, 7);
	jw_object(&w, NULL);
	jw_end(&w);
	jw_null(&w, NULL);
	jw_end(&w);
	jw_bool(&w, "c", true);
	jw_str(&w, "d", NULL);
	jw_array(&w, "e");
	jw_end(&w);
	jw_end(&w);
	assert_string_equal(t.s, "{\"a\":-5,\"b\":[\"7\",{},null],\"c\":true,\"d\":null,\"e\":[]}");
	text_clear(&t);
}

static void json_decimals_lose_needless_zeros(void **state)
{
	static const struct {
		int64_t value;
		int scale;
		const char *text;
	} cases[] = {
		{ 660000, 5, "\"6.6\"" },
		{ 0, 5, "\"0\"" },
		{ 1, 5, "\"0.00001\"" },
		{ -150000, 5, "\"-1.5\"" },
		{ INT64_MIN, 0, "\"-9223372036854775808\"" },
		{ 1000000, 6, "\"1\"" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct text t = { 0 };
		struct jw w = jw_start(&t);
		jw_decimal(&w, NULL, cases[i].value, cases[i].scale);
		assert_string_equal(t.s, cases[i].text);
		text_clear(&t);
	}
}

static void errors_are_found_by_sqlstate(void **state)
{
	(void)state;
	assert_int_equal(error_from_sqlstate("LN002"), ERR_LOAN_CLOSED);
	assert_int_equal(error_from_sqlstate("08006"), ERR_UNAVAILABLE);
	assert_int_equal(error_from_sqlstate("57014"), ERR_UNAVAILABLE);
	assert_int_equal(error_from_sqlstate("40001"), ERR_TRY_AGAIN);
	assert_int_equal(error_from_sqlstate("40P01"), ERR_TRY_AGAIN);
	assert_int_equal(error_from_sqlstate("23505"), ERR_INTERNAL);
	assert_int_equal(error_from_sqlstate("LN999"), ERR_INTERNAL);
	assert_int_equal(error_from_sqlstate(""), ERR_INTERNAL);
}

/* A code or a word that stands twice would make two errors one for a client. */
static void errors_are_distinct_and_in_range(void **state)
{
	(void)state;
	for (int e = 1; e < ERROR_COUNT; e++) {
		int code = error_code((enum error)e);
		assert_true((code <= -32000 && code >= -32099) || (code <= -32600 && code >= -32700));
		for (int other = 1; other < e; other++) {
			assert_int_not_equal(code, error_code((enum error)other));
			assert_string_not_equal(error_word((enum error)e), error_word((enum error)other));
			if (error_sqlstate((enum error)e)[0])
				assert_string_not_equal(error_sqlstate((enum error)e),
							error_sqlstate((enum error)other));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_grows_and_is_always_ended),
		cmocka_unit_test(text_writes_the_extreme_integers),
		cmocka_unit_test(json_strings_are_escaped),
		cmocka_unit_test(a_cut_goes_between_characters),
		cmocka_unit_test(utf8_is_checked_by_the_standards_table),
		cmocka_unit_test(json_writer_puts_commas_where_they_belong),
		cmocka_unit_test(json_decimals_lose_needless_zeros),
		cmocka_unit_test(errors_are_found_by_sqlstate),
		cmocka_unit_test(errors_are_distinct_and_in_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
