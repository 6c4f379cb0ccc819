/* Reading and writing the sheets of a session as CSV. Spreadsheets turn long numbers into floating ones and dates into their
 * own form, put semicolons for commas and a mark before the first byte: numbers go out with a letter in front, and all of
 * these are read. */
#include "sheet_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "csv_file.h"
#include "language.h"
#include "memory.h"
#include "parse.h"
#include "terminal.h"
#include "uuid.h"
#include "view.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define ERRORS_MAX 20

enum sheet_column {
	SHEET_RECORD,
	SHEET_POINT,
	SHEET_SESSION_ON,
	SHEET_GROUP,
	SHEET_KEY,
	SHEET_HOUSEHOLD,
	SHEET_LOAN,
	SHEET_NAME,
	SHEET_INTEREST_ASKED,
	SHEET_PRINCIPAL_DUE,
	SHEET_OVERDUE_PRINCIPAL,
	SHEET_OUTSTANDING,
	SHEET_DEPOSIT_BALANCE,
	SHEET_POSTED,
	SHEET_INTEREST,
	SHEET_PRINCIPAL,
	SHEET_DEPOSIT,
	SHEET_WITHDRAW,
	SHEET_FROM,
	SHEET_CASH_COUNTED,
	SHEET_PRINCIPAL_COUNTED,
	SHEET_RECEIVED_ON,
	SHEET_COLUMNS,
};

static const char *const sheet_names[SHEET_COLUMNS] = {
	"record",
	"point",
	"session_on",
	"group",
	"key",
	"household",
	"loan",
	"name",
	"interest_asked",
	"principal_due",
	"overdue_principal",
	"outstanding",
	"deposit_balance",
	"posted",
	"interest",
	"principal",
	"deposit",
	"withdraw",
	"from",
	"cash_counted",
	"principal_counted",
	"received_on",
};

struct sheet_reader {
	struct sheet_file *file;
	int line;
	char separator;
	int place[SHEET_COLUMNS]; /* where the column stands, -1: nowhere */
	char *field[SHEET_COLUMNS + 1];
	int fields;
};

static void sheet_say(struct sheet_reader *r, const char *column, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void sheet_say(struct sheet_reader *r, const char *column, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	if (r->file->errors++ >= ERRORS_MAX)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	if (column)
		terminal_say("%s:%d: %s: %s", r->file->path, r->line, column, text);
	else
		terminal_say("%s:%d: %s", r->file->path, r->line, text);
	free(text);
}

/* ---- one row into fields, in place ---- */

/* The end of a quoted field that began at s; it is written without its quotes. NULL: not closed in this row. */
static char *sheet_unquote(char *s)
{
	char *to = s - 1;
	for (; *s; s++) {
		if (*s != '"') {
			*to++ = *s;
		} else if (s[1] == '"') {
			*to++ = *s++;
		} else {
			*to = '\0';
			return s + 1;
		}
	}
	return NULL;
}

static bool sheet_split(struct sheet_reader *r, char *s)
{
	r->fields = 0;
	for (;;) {
		if (r->fields > SHEET_COLUMNS - 1) {
			sheet_say(r, NULL, _("more fields than columns"));
			return false;
		}
		r->field[r->fields++] = s;
		char *end = *s == '"' ? sheet_unquote(s + 1) : s + strcspn(s, (char[]){ r->separator, 0 });
		if (!end || (*end && *end != r->separator)) {
			sheet_say(r, NULL, _("a quote is not closed, or text follows it"));
			return false;
		}
		if (!*end)
			return true;
		*end = '\0';
		s = end + 1;
	}
}

static const char *sheet_field(const struct sheet_reader *r, enum sheet_column column)
{
	int place = r->place[column];
	if (place < 0 || place >= r->fields)
		return "";
	const char *s = r->field[place];
	return s + strspn(s, " ");
}

/* ---- values ---- */

/* An amount, 0 for an empty field; false after saying what is wrong. */
static bool sheet_amount(struct sheet_reader *r, enum sheet_column column, bool may_be_negative, int64_t *out)
{
	const char *s = sheet_field(r, column);
	bool negative = may_be_negative && *s == '-';
	*out = 0;
	if (!*s || !strcmp(s, "0"))
		return true;
	if (!parse_money(s + negative, out)) {
		sheet_say(r, sheet_names[column], _("\"%s\" is no amount in VND: 1234567 or 1.234.567"), s);
		return false;
	}
	if (negative)
		*out = -*out;
	return true;
}

/* Digits behind a letter that keeps spreadsheets from calculating with them. */
static const char *sheet_number(struct sheet_reader *r, enum sheet_column column)
{
	const char *s = sheet_field(r, column), *digits = s;
	if (strchr("GHLghl", *s))
		digits += *s != '\0';
	if (parse_id(digits))
		return digits;
	sheet_say(r, sheet_names[column], _("\"%s\" is no number; maybe a spreadsheet has changed it"), s);
	return NULL;
}

static bool sheet_date(struct sheet_reader *r, enum sheet_column column, json_t *into, bool required)
{
	char date[PARSE_DATE_SIZE];
	const char *s = sheet_field(r, column);
	if (!*s && !required)
		return true;
	if (!parse_date(s, date)) {
		sheet_say(r, sheet_names[column], _("\"%s\" is no day: 2023-12-31 or 31/12/2023"), s);
		return false;
	}
	json_object_set_new(into, sheet_names[column], json_string(date));
	return true;
}

/* ---- rows ---- */

static void sheet_check_twice(struct sheet_reader *r, const struct sheet_group *g)
{
	for (const struct sheet_group *other = r->file->groups; other < g; other++) {
		if (!strcmp(view_text(other->params, "group"), view_text(g->params, "group")))
			sheet_say(r, "group", _("the group stands in line %d already"), other->line);
		if (!strcmp(view_text(other->params, "key"), view_text(g->params, "key")))
			sheet_say(r, "key", _("the key stands in line %d already"), other->line);
	}
}

static void sheet_read_counted(struct sheet_reader *r, struct sheet_group *g)
{
	int64_t cash, principal;
	g->counted = *sheet_field(r, SHEET_CASH_COUNTED);
	g->principal = *sheet_field(r, SHEET_PRINCIPAL_COUNTED);
	if (sheet_amount(r, SHEET_CASH_COUNTED, true, &cash))
		json_object_set_new(g->params, "cash_counted", json_integer(cash));
	if (sheet_amount(r, SHEET_PRINCIPAL_COUNTED, false, &principal))
		json_object_set_new(g->params, "principal_counted", json_integer(principal));
}

static void sheet_read_group(struct sheet_reader *r)
{
	struct sheet_file *f = r->file;
	f->groups = memory_resize(f->groups, f->count + 1, sizeof *f->groups);
	struct sheet_group *g = &f->groups[f->count++];
	*g = (struct sheet_group){ .line = r->line, .params = json_object() };
	const char *group = sheet_number(r, SHEET_GROUP), *key = sheet_field(r, SHEET_KEY);
	if (group)
		json_object_set_new(g->params, "group", json_string(group));
	if (parse_key(key))
		json_object_set_new(g->params, "key", json_string(key));
	else
		sheet_say(r, "key", _("\"%s\" is not the key the file was made with"), key);
	if (!sheet_date(r, SHEET_SESSION_ON, g->params, true) ||
	    !sheet_date(r, SHEET_RECEIVED_ON, g->params, false))
		return;
	json_object_set_new(g->params, "lines", json_array());
	sheet_read_counted(r, g);
	sheet_check_twice(r, g);
}

/* What was filled in of a line; nothing: NULL without an error. */
static json_t *sheet_amounts_new(struct sheet_reader *r, bool *cash_principal)
{
	static const enum sheet_column columns[] = { SHEET_INTEREST, SHEET_PRINCIPAL, SHEET_DEPOSIT,
						     SHEET_WITHDRAW };
	json_t *line = json_object();
	const char *from = sheet_field(r, SHEET_FROM);
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		int64_t amount;
		if (sheet_amount(r, columns[i], false, &amount) && amount)
			json_object_set_new(line, sheet_names[columns[i]], json_integer(amount));
	}
	if (*from && strcmp(from, "cash") != 0 && strcmp(from, "deposit") != 0)
		sheet_say(r, "from", _("\"%s\" is neither cash nor deposit"), from);
	*cash_principal = json_object_get(line, "principal") && strcmp(from, "deposit") != 0;
	if (json_object_size(line)) {
		json_object_set_new(line, "from", json_string(*from ? from : "cash"));
		return line;
	}
	json_decref(line);
	return NULL;
}

static void sheet_add_line(struct sheet_reader *r, struct sheet_group *g, json_t *line)
{
	const char *household = sheet_number(r, SHEET_HOUSEHOLD);
	if (household)
		json_object_set_new(line, "household", json_string(household));
	if (*sheet_field(r, SHEET_LOAN)) {
		const char *loan = sheet_number(r, SHEET_LOAN);
		if (loan)
			json_object_set_new(line, "loan", json_string(loan));
	}
	json_array_append_new(json_object_get(g->params, "lines"), line);
	g->lines = memory_resize(g->lines, g->count + 1, sizeof *g->lines);
	g->lines[g->count++] = r->line;
}

static void sheet_read_line(struct sheet_reader *r)
{
	struct sheet_file *f = r->file;
	bool cash_principal = false;
	const char *group = sheet_number(r, SHEET_GROUP);
	if (!group)
		return;
	struct sheet_group *g = f->count ? &f->groups[f->count - 1] : NULL;
	if (!g || strcmp(view_text(g->params, "group"), group) != 0) {
		sheet_say(r, "group", _("the row does not stand below that of its group"));
		return;
	}
	json_t *line = sheet_amounts_new(r, &cash_principal);
	if (!line)
		return;
	if (*sheet_field(r, SHEET_POSTED))
		sheet_say(r, "posted",
			  _("this line is posted already; \"vonvay session correct\" changes it"));
	if (cash_principal && !g->principal_line)
		g->principal_line = r->line;
	sheet_add_line(r, g, line);
}

static void sheet_read_row(struct sheet_reader *r, char *text)
{
	if (!text[strspn(text, ",; ")] || !sheet_split(r, text))
		return;
	const char *record = sheet_field(r, SHEET_RECORD);
	if (!strcmp(record, "group"))
		sheet_read_group(r);
	else if (!strcmp(record, "line"))
		sheet_read_line(r);
	else
		sheet_say(r, "record", _("\"%s\" is neither group nor line"), record);
}

static void sheet_read_header(struct sheet_reader *r, char *text)
{
	r->separator = strchr(text, ';') ? ';' : ',';
	for (int c = 0; c < SHEET_COLUMNS; c++)
		r->place[c] = -1;
	if (!sheet_split(r, text))
		return;
	for (int i = 0; i < r->fields; i++) {
		int c = 0;
		while (c < SHEET_COLUMNS && strcmp(sheet_names[c], r->field[i]) != 0)
			c++;
		if (c == SHEET_COLUMNS || r->place[c] >= 0)
			sheet_say(r, r->field[i], _("no such column, or twice"));
		else
			r->place[c] = i;
	}
	for (int c = 0; c < SHEET_COLUMNS; c++)
		if (r->place[c] < 0)
			sheet_say(r, sheet_names[c], _("the column is missing"));
}

/* What only shows once all rows of a group are read. */
static void sheet_check_groups(struct sheet_reader *r)
{
	for (size_t i = 0; i < r->file->count; i++) {
		const struct sheet_group *g = &r->file->groups[i];
		r->line = g->line;
		if (g->count && !g->counted)
			sheet_say(r, "cash_counted",
				  _("lines of the group are filled in, but not what was counted"));
		if (g->principal_line && !g->principal)
			sheet_say(r, "principal_counted",
				  _("line %d has principal, but what was counted is not filled in"),
				  g->principal_line);
	}
}

static void sheet_read_all(struct sheet_reader *r, const struct csv_file *bytes)
{
	const char *s = bytes->bytes, *end = s + bytes->size;
	if (bytes->size >= 3 && !memcmp(s, BYTE_ORDER_MARK, 3))
		s += 3;
	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		size_t len = (size_t)((stop ? stop : end) - s);
		char *row = memory_copy_bytes(s, len && s[len - 1] == '\r' ? len - 1 : len);
		r->line++;
		if (r->line == 1)
			sheet_read_header(r, row);
		else if (!r->file->errors || r->place[SHEET_RECORD] >= 0)
			sheet_read_row(r, row);
		free(row);
		s += len + 1;
	}
	sheet_check_groups(r);
}

bool sheet_file_read(struct sheet_file *f, const char *path)
{
	struct csv_file bytes;
	*f = (struct sheet_file){ .path = path };
	struct sheet_reader r = { .file = f };
	if (!csv_file_open(&bytes, path))
		return false;
	bool ok = csv_file_check(&bytes);
	if (ok)
		sheet_read_all(&r, &bytes);
	csv_file_close(&bytes);
	if (f->errors > ERRORS_MAX)
		terminal_say(_("%s: %d errors in all"), path, f->errors);
	return ok && !f->errors;
}

void sheet_file_clear(struct sheet_file *f)
{
	for (size_t i = 0; i < f->count; i++) {
		json_decref(f->groups[i].params);
		free(f->groups[i].lines);
	}
	free(f->groups);
}

/* ---- writing ---- */

static void sheet_put(struct buffer *out, const char *text)
{
	if (!text[strcspn(text, ",;\"\n\r")]) {
		buffer_add(out, text);
		return;
	}
	buffer_add_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buffer_add_char(out, '"');
		char c = *text;
		if (c == '\n' || c == '\r')
			c = ' ';
		buffer_add_char(out, c);
	}
	buffer_add_char(out, '"');
}

static void sheet_put_row(struct buffer *out, char *const field[SHEET_COLUMNS])
{
	for (int c = 0; c < SHEET_COLUMNS; c++) {
		if (c)
			buffer_add_char(out, ',');
		if (field[c])
			sheet_put(out, field[c]);
	}
	buffer_add(out, "\r\n");
}

static char *sheet_amount_new(const json_t *row, const char *name)
{
	return memory_printf("%lld", (long long)view_integer(row, name));
}

static void sheet_free_row(char *field[SHEET_COLUMNS])
{
	for (int c = 0; c < SHEET_COLUMNS; c++)
		free(field[c]);
}

static void sheet_put_group(struct buffer *out, const json_t *sheets, const json_t *group)
{
	char *field[SHEET_COLUMNS] = { 0 }, key[UUID_SIZE];
	uuid_make(key);
	field[SHEET_RECORD] = memory_copy("group");
	field[SHEET_POINT] = memory_copy(view_text(sheets, "point"));
	field[SHEET_SESSION_ON] = memory_copy(view_text(sheets, "session_on"));
	field[SHEET_GROUP] = memory_printf("G%s", view_text(group, "group"));
	field[SHEET_KEY] = memory_copy(key);
	field[SHEET_NAME] = memory_printf("%s (%s)", view_text(group, "name"), view_text(group, "leader"));
	field[SHEET_INTEREST_ASKED] = sheet_amount_new(group, "total.interest_asked");
	field[SHEET_PRINCIPAL_DUE] = sheet_amount_new(group, "total.principal_due");
	field[SHEET_OVERDUE_PRINCIPAL] = sheet_amount_new(group, "total.overdue_principal");
	field[SHEET_DEPOSIT_BALANCE] = sheet_amount_new(group, "total.deposits");
	sheet_put_row(out, field);
	sheet_free_row(field);
}

static void sheet_put_line(struct buffer *out, const json_t *group, const json_t *row)
{
	char *field[SHEET_COLUMNS] = { 0 };
	field[SHEET_RECORD] = memory_copy("line");
	field[SHEET_GROUP] = memory_printf("G%s", view_text(group, "group"));
	field[SHEET_HOUSEHOLD] = memory_printf("H%s", view_text(row, "household"));
	field[SHEET_NAME] = memory_copy(view_text(row, "name"));
	if (view_at(row, "loan")) {
		field[SHEET_LOAN] = memory_printf("L%s", view_text(row, "loan"));
		field[SHEET_INTEREST_ASKED] = sheet_amount_new(row, "interest_asked");
		field[SHEET_PRINCIPAL_DUE] = sheet_amount_new(row, "principal_due");
		field[SHEET_OVERDUE_PRINCIPAL] = sheet_amount_new(row, "overdue_principal");
		field[SHEET_OUTSTANDING] = sheet_amount_new(row, "outstanding");
	}
	field[SHEET_DEPOSIT_BALANCE] = sheet_amount_new(row, "deposit");
	if (json_is_true(view_at(row, "posted")))
		field[SHEET_POSTED] = memory_copy("yes");
	sheet_put_row(out, field);
	sheet_free_row(field);
}

static void sheet_put_all(struct buffer *out, const json_t *sheets)
{
	const json_t *group, *row;
	size_t i, k;
	buffer_add(out, BYTE_ORDER_MARK);
	for (int c = 0; c < SHEET_COLUMNS; c++)
		buffer_printf(out, c ? ",%s" : "%s", sheet_names[c]);
	buffer_add(out, "\r\n");
	json_array_foreach(view_at(sheets, "groups"), i, group)
	{
		sheet_put_group(out, sheets, group);
		json_array_foreach(view_at(group, "rows"), k, row)
		{
			sheet_put_line(out, group, row);
		}
	}
}

static bool sheet_write_bytes(int fd, const struct buffer *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->s + at, b->len - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0;
}

bool sheet_file_write(const char *path, const json_t *sheets)
{
	struct buffer out = { 0 };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		terminal_say("%s: %s", path, strerror(errno));
		if (errno == EEXIST)
			terminal_hint("%s", _("It may be filled in: choose another name, or move it away."));
		return false;
	}
	sheet_put_all(&out, sheets);
	bool ok = sheet_write_bytes(fd, &out);
	if (!ok)
		terminal_say("%s: %s", path, strerror(errno));
	if (close(fd) && ok) {
		terminal_say("%s: %s", path, strerror(errno));
		ok = false;
	}
	if (!ok)
		unlink(path);
	buffer_clear(&out);
	return ok;
}
