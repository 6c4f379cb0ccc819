/* CSV by libcsv. The parser is fed line by line, because it does not count lines itself; a row is named by the line it
 * begins on, also when a quoted field of it goes over several. */
#include "vonvay/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/text.h"

#define PARSER_BETWEEN_ROWS 0 /* libcsv: pstate before the first byte of a row */
#define LINE_BYTES_MAX ((size_t)1024 * 1024)

struct csv_reader {
	struct csv_parser parser;
	csv_row_fn *row;
	void *arg;
	struct text line;   /* bytes of a line whose end has not come yet */
	int64_t lines;	    /* fed to the parser */
	int64_t row_line;   /* where the row under way begins */
	struct text values; /* of the row under way, each ended by a NUL */
	size_t at[CSV_COLUMNS_MAX];
	int count;
	int bad_utf8;
	bool too_many;
	bool begun, failed;
};

struct csv_reader *csv_reader_new(csv_row_fn *row, void *arg)
{
	struct csv_reader *r = xcalloc(1, sizeof *r);
	if (csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI))
		log_fatal("libcsv can't be initialised");
	csv_set_realloc_func(&r->parser, xrealloc);
	r->row = row;
	r->arg = arg;
	r->bad_utf8 = -1;
	return r;
}

void csv_reader_free(struct csv_reader *r)
{
	if (!r)
		return;
	csv_free(&r->parser);
	text_clear(&r->line);
	text_clear(&r->values);
	free(r);
}

int64_t csv_reader_lines(const struct csv_reader *r)
{
	return r->lines;
}

static void csv_reader_field(void *bytes, size_t len, void *arg)
{
	struct csv_reader *r = arg;
	if (r->count == CSV_COLUMNS_MAX) {
		r->too_many = true;
		return;
	}
	if (r->bad_utf8 < 0 && !utf8_valid(bytes, len, NULL))
		r->bad_utf8 = r->count;
	r->at[r->count++] = r->values.len;
	if (len)
		text_add_bytes(&r->values, bytes, len);
	text_add_char(&r->values, '\0');
}

static void csv_reader_row(int end UNUSED, void *arg)
{
	struct csv_reader *r = arg;
	struct csv_row row = { .line = r->row_line, .count = r->count, .bad_utf8 = r->bad_utf8 };
	for (int i = 0; i < r->count; i++)
		row.field[i] = r->values.s + r->at[i];
	r->row(r->arg, &row);
	text_reset(&r->values);
	r->count = 0;
	r->bad_utf8 = -1;
}

static bool csv_reader_fail(struct csv_reader *r, struct csv_fault *fault, int64_t line, const char *message)
{
	r->failed = true;
	*fault = (struct csv_fault){ line, message };
	return false;
}

static const char *csv_line_fault(const char *line, size_t len)
{
	if (memchr(line, '\0', len))
		return "a NUL byte";
	const char *cr = memchr(line, '\r', len);
	if (cr && cr + 1 != line + len && !(cr + 2 == line + len && cr[1] == '\n'))
		return "a carriage return inside a line";
	return NULL;
}

/* One line with its end, if it has one. */
static bool csv_reader_line(struct csv_reader *r, const char *line, size_t len, struct csv_fault *fault)
{
	r->lines++;
	if (r->parser.pstate == PARSER_BETWEEN_ROWS)
		r->row_line = r->lines;
	const char *bad = csv_line_fault(line, len);
	if (bad)
		return csv_reader_fail(r, fault, r->lines, bad);
	if (csv_parse(&r->parser, line, len, csv_reader_field, csv_reader_row, r) != len)
		return csv_reader_fail(r, fault, r->row_line,
				       "quotes do not balance in the row that begins here");
	if (r->too_many)
		return csv_reader_fail(r, fault, r->row_line, "too many fields");
	return true;
}

/* The byte order mark stands at the beginning of the first line. */
static size_t csv_mark_len(const struct csv_reader *r, const char *line, size_t len)
{
	return !r->lines && len >= 3 && !memcmp(line, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static bool csv_reader_whole_line(struct csv_reader *r, const char *line, size_t len, struct csv_fault *fault)
{
	size_t skip = csv_mark_len(r, line, len);
	return csv_reader_line(r, line + skip, len - skip, fault);
}

/* A line that began in an earlier call ends here. */
static bool csv_reader_kept_line(struct csv_reader *r, const char *bytes, size_t len, struct csv_fault *fault)
{
	text_add_bytes(&r->line, bytes, len);
	bool ok = csv_reader_whole_line(r, r->line.s, r->line.len, fault);
	text_reset(&r->line);
	return ok;
}

bool csv_reader_feed(struct csv_reader *r, const void *bytes, size_t len, struct csv_fault *fault)
{
	const char *p = bytes, *end = p + len, *newline;
	if (r->failed)
		return false;
	while (p < end && (newline = memchr(p, '\n', (size_t)(end - p)))) {
		size_t n = (size_t)(newline + 1 - p);
		if (r->line.len ? !csv_reader_kept_line(r, p, n, fault)
				: !csv_reader_whole_line(r, p, n, fault))
			return false;
		p = newline + 1;
	}
	if (p < end)
		text_add_bytes(&r->line, p, (size_t)(end - p));
	if (r->line.len > LINE_BYTES_MAX)
		return csv_reader_fail(r, fault, r->lines + 1, "the line is longer than a megabyte");
	return true;
}

bool csv_reader_end(struct csv_reader *r, struct csv_fault *fault)
{
	if (r->failed)
		return false;
	if (r->line.len && !csv_reader_kept_line(r, "", 0, fault))
		return false;
	if (csv_fini(&r->parser, csv_reader_field, csv_reader_row, r))
		return csv_reader_fail(r, fault, r->row_line,
				       "quotes do not balance in the row that begins here");
	return true;
}
