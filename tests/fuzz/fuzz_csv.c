/* CSV of an import: the same rows and the same fault however the bytes are cut. */
#include "fuzz.h"

#include <string.h>

#include "vonvay/csv.h"
#include "vonvay/text.h"

struct seen {
	struct text rows; /* all told, as text */
	bool ok;
	struct csv_fault fault;
	int64_t lines;
};

static void see_row(void *arg, const struct csv_row *row)
{
	struct seen *seen = arg;
	size_t bad;
	FUZZ_CHECK(row->count >= 0 && row->count <= CSV_COLUMNS_MAX && row->bad_utf8 < row->count);
	text_printf(&seen->rows, "%lld %d %d", (long long)row->line, row->count, row->bad_utf8);
	for (int i = 0; i < row->count; i++) {
		if (row->bad_utf8 < 0)
			FUZZ_CHECK(utf8_valid(row->field[i], strlen(row->field[i]), &bad));
		text_printf(&seen->rows, "|%s", row->field[i]);
	}
	text_add_char(&seen->rows, '\n');
}

/* In pieces of `piece` bytes. */
static struct seen see(const uint8_t *data, size_t size, size_t piece)
{
	struct seen seen = { .ok = true };
	struct csv_reader *reader = csv_reader_new(see_row, &seen);
	for (size_t at = 0; seen.ok && at < size; at += piece)
		seen.ok = csv_reader_feed(reader, data + at, size - at < piece ? size - at : piece, &seen.fault);
	if (seen.ok)
		seen.ok = csv_reader_end(reader, &seen.fault);
	seen.lines = csv_reader_lines(reader);
	csv_reader_free(reader);
	return seen;
}

int fuzz_one(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	struct seen whole = see(data + 1, size - 1, size), cut = see(data + 1, size - 1, 1 + data[0] % 16);
	FUZZ_CHECK(whole.ok == cut.ok);
	FUZZ_CHECK(!strcmp(text_str(&whole.rows), text_str(&cut.rows)));
	if (!whole.ok)
		FUZZ_CHECK(whole.fault.line == cut.fault.line && whole.fault.message == cut.fault.message);
	text_clear(&whole.rows);
	text_clear(&cut.rows);
	return 0;
}
