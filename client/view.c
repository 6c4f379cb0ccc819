/* Showing JSON by a table of fields. */
#include "view.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "language.h"
#include "table.h"
#include "terminal.h"
#include "words.h"

const json_t *view_at(const json_t *object, const char *path)
{
	char name[64];
	while (object) {
		size_t len = strcspn(path, ".");
		if (len >= sizeof name)
			return NULL;
		memcpy(name, path, len);
		name[len] = '\0';
		object = json_object_get(object, name);
		if (!path[len])
			break;
		path += len + 1;
	}
	return json_is_null(object) ? NULL : object;
}

const char *view_text(const json_t *object, const char *path)
{
	const char *s = json_string_value(view_at(object, path));
	return s ? s : "";
}

int64_t view_integer(const json_t *object, const char *path)
{
	return json_integer_value(view_at(object, path));
}

static void view_add_words(struct buffer *out, const json_t *words)
{
	size_t i;
	json_t *word;
	json_array_foreach(words, i, word)
	{
		if (i)
			buffer_add(out, ", ");
		view_add_value(out, word, VIEW_WORD);
	}
}

static void view_add_string(struct buffer *out, const char *s, enum view_format format)
{
	switch (format) {
	case VIEW_WORD:
	case VIEW_WORDS:
		buffer_add(out, words_translate(s));
		break;
	case VIEW_NEED:
		buffer_add(out, words_translate_in("need", s));
		break;
	case VIEW_DATE:
		format_date(out, s);
		break;
	case VIEW_MOMENT:
		format_moment(out, s);
		break;
	case VIEW_PERCENT:
		format_percent(out, s);
		break;
	case VIEW_RATIO:
		format_ratio(out, s);
		break;
	case VIEW_TEXT:
	case VIEW_COUNT:
	case VIEW_NUMBER:
	case VIEW_MONEY:
	case VIEW_MONEY_IF_ANY:
	case VIEW_SECONDS:
	case VIEW_YES:
		buffer_add(out, s);
		break;
	}
}

static void view_add_integer(struct buffer *out, int64_t n, enum view_format format)
{
	if (format == VIEW_MONEY || (format == VIEW_MONEY_IF_ANY && n))
		format_money(out, n);
	else if (format == VIEW_SECONDS)
		format_seconds(out, n);
	else if (format == VIEW_COUNT)
		format_count(out, n);
	else if (format != VIEW_MONEY_IF_ANY)
		buffer_printf(out, "%lld", (long long)n);
}

/* What has no form of its own: as JSON, so that nothing is hidden. */
static void view_add_json(struct buffer *out, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	buffer_add(out, text ? text : "");
	free(text);
}

void view_add_value(struct buffer *out, const json_t *value, enum view_format format)
{
	if (!value || json_is_null(value))
		return;
	if (json_is_string(value))
		view_add_string(out, json_string_value(value), format);
	else if (json_is_integer(value))
		view_add_integer(out, json_integer_value(value), format);
	else if (json_is_boolean(value))
		buffer_add(out, json_is_true(value) ? _("yes") : format == VIEW_YES ? "" : _("no"));
	else if (json_is_array(value))
		view_add_words(out, value);
	else
		view_add_json(out, value);
}

static size_t view_count(const struct view_field *fields)
{
	size_t n = 0;
	while (fields[n].label)
		n++;
	return n;
}

void view_record(const json_t *object, const struct view_field *fields)
{
	struct table *t = table_new(2);
	struct buffer value = { 0 };
	for (; fields->label; fields++) {
		buffer_reset(&value);
		view_add_value(&value, view_at(object, fields->path), fields->format);
		if (!value.len)
			continue;
		table_add(t, _(fields->label));
		table_add(t, buffer_str(&value));
	}
	table_print(t, "");
	buffer_clear(&value);
	table_free(t);
}

static bool view_is_right(enum view_format format)
{
	switch (format) {
	case VIEW_COUNT:
	case VIEW_NUMBER:
	case VIEW_MONEY:
	case VIEW_MONEY_IF_ANY:
	case VIEW_PERCENT:
	case VIEW_RATIO:
		return true;
	case VIEW_TEXT:
	case VIEW_WORD:
	case VIEW_NEED:
	case VIEW_WORDS:
	case VIEW_DATE:
	case VIEW_MOMENT:
	case VIEW_SECONDS:
	case VIEW_YES:
		break;
	}
	return false;
}

static void view_add_row(struct table *t, const json_t *row, const struct view_field *fields)
{
	struct buffer value = { 0 };
	for (; fields->label; fields++) {
		buffer_reset(&value);
		view_add_value(&value, view_at(row, fields->path), fields->format);
		table_add(t, buffer_str(&value));
	}
	buffer_clear(&value);
}

void view_table(const json_t *rows, const struct view_field *fields, const json_t *total)
{
	size_t i, columns = view_count(fields);
	json_t *row;
	if (!json_array_size(rows) && !total) {
		view_nothing();
		return;
	}
	struct table *t = table_new(columns);
	for (i = 0; i < columns; i++)
		table_column(t, i, *fields[i].label ? _(fields[i].label) : "",
			     view_is_right(fields[i].format));
	json_array_foreach(rows, i, row)
	{
		view_add_row(t, row, fields);
	}
	if (total) {
		table_rule(t);
		view_add_row(t, total, fields);
	}
	table_print(t, "");
	table_free(t);
}

void view_title(const char *title)
{
	static bool any;
	if (any)
		putchar('\n');
	any = true;
	printf("%s%s%s\n", terminal_style(stdout, STYLE_TITLE), title, terminal_style(stdout, STYLE_PLAIN));
}

void view_nothing(void)
{
	printf("%s\n", _("(nothing)"));
}
