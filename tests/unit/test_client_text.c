/* What the client reads from people and shows to them: amounts, dates, widths, numbers, pieces of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../client/buffer.h"
#include "../../client/csv_file.h"
#include "../../client/format.h"
#include "../../client/language.h"
#include "../../client/parse.h"
#include "../../client/utf8.h"
#include "../../client/uuid.h"
#include "../../client/width.h"

static void money_is_read(void **state)
{
	static const struct {
		const char *text;
		int64_t amount; /* 0: refused */
	} cases[] = {
		{ "1", 1 },
		{ "1234567", 1234567 },
		{ "1.234.567", 1234567 },
		{ "12.345", 12345 },
		{ "5.000 ₫", 5000 },
		{ "5000VND", 5000 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775808", 0 },
		{ "0", 0 },
		{ "0.000", 0 },
		{ "-1", 0 },
		{ "1.2", 0 },
		{ "1.2345", 0 },
		{ "1234.567", 0 },
		{ ".500", 0 },
		{ "1.", 0 },
		{ "1,000", 0 },
		{ "", 0 },
		{ " 1", 0 },
		{ "1 ", 1 },
		{ "1x", 0 },
		{ "1..000", 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t amount = -1;
		bool ok = parse_money(cases[i].text, &amount);
		if (ok != (cases[i].amount > 0) || (ok && amount != cases[i].amount))
			fail_msg("%s: %d %lld", cases[i].text, ok, (long long)amount);
	}
}

static void dates_are_read(void **state)
{
	static const char *const cases[][2] = {
		{ "2024-02-29", "2024-02-29" }, { "29/02/2024", "2024-02-29" },
		{ "1/2/2024", "2024-02-01" },	{ "2000-02-29", "2000-02-29" },
		{ "1900-02-29", NULL },		{ "2023-02-29", NULL },
		{ "2024-13-01", NULL },		{ "2024-04-31", NULL },
		{ "2024-00-10", NULL },		{ "2024-1-1", NULL },
		{ "24-01-01", NULL },		{ "", NULL },
		{ "2024-01-01 ", NULL },	{ "0000-01-01", NULL },
		{ "00/01/2024", NULL },		{ "1/1/24", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[PARSE_DATE_SIZE] = "";
		bool ok = parse_date(cases[i][0], out);
		if (ok != (cases[i][1] != NULL) || (ok && strcmp(out, cases[i][1]) != 0))
			fail_msg("%s: %d %s", cases[i][0], ok, out);
	}
}

static void rates_are_read(void **state)
{
	static const char *const cases[][2] = {
		{ "6.6", "6.6" },  { "6,24", "6.24" },	{ "7.9248%", "7.9248" },
		{ "0", "0" },	   { "100", "100" },	{ "6.", NULL },
		{ ".5", NULL },	   { "6.12345", NULL }, { "-1", NULL },
		{ "6.6.6", NULL }, { "", NULL },	{ "6.6x", NULL },
		{ "1234", NULL },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *rate = parse_rate_new(cases[i][0]);
		if (!rate != !cases[i][1] || (rate && strcmp(rate, cases[i][1]) != 0))
			fail_msg("%s: %s", cases[i][0], rate ? rate : "NULL");
		free(rate);
	}
}

static void keys_are_uuids_of_version_7(void **state)
{
	char key[UUID_SIZE], next[UUID_SIZE];
	(void)state;
	uuid_make(key);
	uuid_make(next);
	assert_true(parse_key(key));
	assert_string_not_equal(key, next);
	assert_true(strncmp(key, next, 8) <= 0);
	assert_false(parse_key("01890a5d-ac96-474b-bcce-b302099a8057"));
	assert_false(parse_key("01890a5d-ac96-774b-ccce-b302099a8057"));
	assert_false(parse_key("01890A5D-AC96-774B-BCCE-B302099A8057"));
	assert_false(parse_key("01890a5d-ac96-774b-bcce-b302099a805"));
}

static void widths_are_those_of_the_screen(void **state)
{
	(void)state;
	assert_int_equal(width_of("Hồ Văn Nam"), 10);
	assert_int_equal(width_of("Ho\xCC\x82\xCC\x80"), 2); /* combining circumflex and grave */
	assert_int_equal(width_of("漢字"), 4);
	assert_int_equal(width_of("1.000 ₫"), 7);
	assert_int_equal(width_of("\xC3(\xFF"), 3);
	assert_int_equal(width_cut("漢字", 3), 3);
	assert_int_equal(width_cut("abc", 2), 2);
	assert_int_equal(width_cut("e\xCC\x82x", 1), 3);
}

static void control_characters_do_not_reach_the_screen(void **state)
{
	char *clean = width_printable_new("a\033[31m\tb\x7F\xC2\x9B\xE2\x80\xAE"
					  "c\xFF"
					  "d");
	(void)state;
	assert_string_equal(clean, "a [31m b   c\xEF\xBF\xBD"
				   "d");
	free(clean);
}

static void check_format(void (*format)(struct buffer *, const char *), const char *in, const char *vi,
			 const char *en)
{
	struct buffer b = { 0 };
	language_use(LANGUAGE_VIETNAMESE);
	format(&b, in);
	assert_string_equal(buffer_str(&b), vi);
	buffer_reset(&b);
	language_use(LANGUAGE_ENGLISH);
	format(&b, in);
	assert_string_equal(buffer_str(&b), en);
	buffer_clear(&b);
}

static void figures_follow_the_language(void **state)
{
	(void)state;
	check_format(format_date, "2023-12-31", "31/12/2023", "2023-12-31");
	check_format(format_date, "soon", "soon", "soon");
	check_format(format_moment, "2023-12-31T18:30:00Z", "01/01/2024 01:30:00", "2024-01-01 01:30:00");
	check_format(format_moment, "2024-03-01T00:05:09.123456+07:00", "01/03/2024 00:05:09",
		     "2024-03-01 00:05:09");
	check_format(format_moment, "2024-03-01 00:05:09+00", "01/03/2024 07:05:09", "2024-03-01 07:05:09");
	check_format(format_moment, "2024-03-01", "2024-03-01", "2024-03-01");
	check_format(format_percent, "6.24", "6,24%", "6.24%");
	check_format(format_ratio, "0.0123", "1,23%", "1.23%");
	check_format(format_ratio, "0.0000", "0,00%", "0.00%");
	check_format(format_ratio, "1.0000", "100,00%", "100.00%");
	check_format(format_ratio, "0.5", "50%", "50%");
	check_format(format_ratio, "-", "-", "-");
}

static void check_money(int64_t amount, const char *vi)
{
	struct buffer b = { 0 };
	language_use(LANGUAGE_VIETNAMESE);
	format_money(&b, amount);
	assert_string_equal(buffer_str(&b), vi);
	buffer_clear(&b);
}

static void money_is_shown(void **state)
{
	(void)state;
	check_money(0, "0 ₫");
	check_money(999, "999 ₫");
	check_money(1000, "1.000 ₫");
	check_money(-1234567, "-1.234.567 ₫");
	check_money(INT64_MAX, "9.223.372.036.854.775.807 ₫");
	check_money(INT64_MIN, "-9.223.372.036.854.775.808 ₫");
}

static void shell_words_are_quoted(void **state)
{
	struct buffer b = { 0 };
	(void)state;
	buffer_add_shell_word(&b, "1.000");
	buffer_add_char(&b, ' ');
	buffer_add_shell_word(&b, "it's $HOME");
	buffer_add_char(&b, ' ');
	buffer_add_shell_word(&b, "");
	assert_string_equal(b.s, "1.000 'it'\\''s $HOME' ''");
	buffer_clear(&b);
}

static void utf8_is_told_from_what_is_not(void **state)
{
	(void)state;
	assert_int_equal(utf8_char_bytes("a", 1), 1);
	assert_int_equal(utf8_char_bytes("ộ", 3), 3);
	assert_int_equal(utf8_char_bytes("ộ", 2), 0);
	assert_int_equal(utf8_char_bytes("\xF0\x9F\x98\x80", 4), 4);
	assert_int_equal(utf8_char_bytes("\xED\xA0\x80", 3), 0);
	assert_int_equal(utf8_char_bytes("\xC0\xAF", 2), 0);
	assert_int_equal(utf8_char_bytes("\xF4\x90\x80\x80", 4), 0);
	assert_int_equal(utf8_char_bytes("\x80", 1), 0);
	assert_int_equal(utf8_char_bytes("", 0), 0);
}

static void pieces_end_between_characters(void **state)
{
	size_t size = 3 * CSV_PIECE_BYTES_MAX;
	char *text = malloc(size);
	(void)state;
	for (size_t i = 0; i < size; i += 3)
		memcpy(text + i, "ộ", 3);
	assert_int_equal(csv_piece_bytes(text, size), CSV_PIECE_BYTES_MAX / 3 * 3);
	assert_int_equal(csv_piece_bytes(text, 6), 6);
	memset(text, '\x01', size);
	assert_int_equal(csv_piece_bytes(text, size), CSV_PIECE_JSON_BYTES_MAX / 6);
	memset(text, '"', size);
	assert_int_equal(csv_piece_bytes(text, size), CSV_PIECE_JSON_BYTES_MAX / 2);
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_is_read),
		cmocka_unit_test(dates_are_read),
		cmocka_unit_test(rates_are_read),
		cmocka_unit_test(keys_are_uuids_of_version_7),
		cmocka_unit_test(widths_are_those_of_the_screen),
		cmocka_unit_test(control_characters_do_not_reach_the_screen),
		cmocka_unit_test(figures_follow_the_language),
		cmocka_unit_test(money_is_shown),
		cmocka_unit_test(shell_words_are_quoted),
		cmocka_unit_test(utf8_is_told_from_what_is_not),
		cmocka_unit_test(pieces_end_between_characters),
	};
	language_use(LANGUAGE_VIETNAMESE);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
