/* The reader of CSV: rows with their lines however the bytes are cut, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vonvay/csv.h"
#include "vonvay/text.h"

/* "LINE:field|field;" for each row. */
static void keep_row(void *arg, const struct csv_row *row)
{
	struct text *out = arg;
	text_printf(out, "%lld:", (long long)row->line);
	for (int i = 0; i < row->count; i++)
		text_printf(out, "%s%s", i ? "|" : "", i == row->bad_utf8 ? "?" : row->field[i]);
	text_add_char(out, ';');
}

/* Reads `file` in pieces of `step` bytes. */
static bool read_in_pieces(const char *file, size_t len, size_t step, struct text *rows,
			   struct csv_fault *fault)
{
	struct csv_reader *r = csv_reader_new(keep_row, rows);
	bool ok = true;
	for (size_t at = 0; ok && at < len; at += step)
		ok = csv_reader_feed(r, file + at, len - at < step ? len - at : step, fault);
	ok = ok && csv_reader_end(r, fault);
	csv_reader_free(r);
	return ok;
}

static void expect_rows(const char *file, const char *expected)
{
	size_t len = strlen(file);
	for (size_t step = 1; step <= len + 1; step++) {
		struct text rows = { 0 };
		struct csv_fault fault;
		assert_true(read_in_pieces(file, len, step, &rows, &fault));
		assert_string_equal(text_str(&rows), expected);
		text_clear(&rows);
	}
}

static void expect_fault(const char *file, size_t len, const char *rows_before, int64_t line,
			 const char *message)
{
	for (size_t step = 1; step <= len + 1; step++) {
		struct text rows = { 0 };
		struct csv_fault fault = { 0 };
		assert_false(read_in_pieces(file, len, step, &rows, &fault));
		assert_string_equal(text_str(&rows), rows_before);
		assert_int_equal(fault.line, line);
		assert_string_equal(fault.message, message);
		text_clear(&rows);
	}
}

static void test_rows(void **state)
{
	(void)state;
	expect_rows("", "");
	expect_rows("a,b\n1,2\n", "1:a|b;2:1|2;");
	expect_rows("a,b\n1,2", "1:a|b;2:1|2;");
	expect_rows("a\n\n\nb\n", "1:a;4:b;");
	expect_rows("a,,\n,,\n", "1:a||;2:||;");
	expect_rows("a\r\nb\r\n\r\nc\r\n", "1:a;2:b;4:c;");
	expect_rows("\xef\xbb\xbfh\u1ed9,t\n\u1eaf,b\n", "1:h\u1ed9|t;2:\u1eaf|b;");
}

static void test_quotes(void **state)
{
	(void)state;
	expect_rows("\"a,b\",\"c\"\"d\"\nx,y\n", "1:a,b|c\"d;2:x|y;");
	expect_rows("a,\"b\n\nc\",d\ne\n", "1:a|b\n\nc|d;4:e;");
	expect_rows("\"\",\"\"\n", "1:|;");
}

#define BALANCE "quotes do not balance in the row that begins here"

static void test_faults(void **state)
{
	(void)state;
	expect_fault("a\n\"b\nc\n", 7, "1:a;", 2, BALANCE);
	expect_fault("a\nb\"c\nd\n", 8, "1:a;", 2, BALANCE);
	expect_fault("a\n\"b\"c\nd\n", 9, "1:a;", 2, BALANCE);
	expect_fault("a\nb\0c\n", 6, "1:a;", 2, "a NUL byte");
	expect_fault("a\nb\rc\n", 6, "1:a;", 2, "a carriage return inside a line");
}

static void test_not_utf8_names_the_field(void **state)
{
	(void)state;
	expect_rows("a,\xff,\xfe\nb\n", "1:a|?|\xfe;2:b;");
}

static void test_too_many_fields(void **state)
{
	char file[2 * CSV_COLUMNS_MAX + 2];
	(void)state;
	for (size_t i = 0; i < sizeof file - 1; i++)
		file[i] = i % 2 ? ',' : 'x';
	file[sizeof file - 1] = '\n';
	struct text rows = { 0 };
	struct csv_fault fault;
	assert_false(read_in_pieces(file, sizeof file, sizeof file, &rows, &fault));
	assert_string_equal(fault.message, "too many fields");
	text_clear(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_not_utf8_names_the_field),
		cmocka_unit_test(test_too_many_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
