/* Showing JSON by a table of fields: an object as lines "label: value", an array as a table. */
#ifndef VONVAY_CLIENT_VIEW_H
#define VONVAY_CLIENT_VIEW_H

#include <jansson.h>
#include <stdint.h>

#include "buffer.h"

enum view_format {
	VIEW_TEXT,
	VIEW_WORD,  /* a word of the wire, translated */
	VIEW_NEED,  /* the kind of a need: some words mean another thing there */
	VIEW_WORDS, /* an array of them, or one text */
	VIEW_COUNT,
	VIEW_NUMBER, /* without separators: a year, a pid */
	VIEW_MONEY,
	VIEW_MONEY_IF_ANY, /* nothing for 0 */
	VIEW_DATE,
	VIEW_MOMENT,
	VIEW_PERCENT,
	VIEW_RATIO,
	VIEW_SECONDS,
	VIEW_YES, /* "yes" for true, nothing for false */
};

struct view_field {
	const char *label; /* English, translated when shown */
	const char *path;  /* "interest_unpaid.total" */
	enum view_format format;
};

/* What stands at the path; NULL if nothing does, or null. */
const json_t *view_at(const json_t *object, const char *path);
/* "" and 0 for what is not there. */
const char *view_text(const json_t *object, const char *path);
int64_t view_integer(const json_t *object, const char *path);

void view_add_value(struct buffer *out, const json_t *value, enum view_format format);

/* `fields` end with a row of zeros. Fields that are absent or null are left out. */
void view_record(const json_t *object, const struct view_field *fields);
/* Columns no row has a value for are left out. `total` (may be NULL) is the last row, under a line. */
void view_table(const json_t *rows, const struct view_field *fields, const json_t *total);
/* An empty line before every title but the first on stdout. */
void view_title(const char *title);
/* A line in place of a table that has no rows. */
void view_nothing(void);

#endif
