/* Tables on stdout. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"
#include "memory.h"
#include "terminal.h"
#include "width.h"

#define TABLE_GAP "  "

struct table_column {
	char *title;
	bool right;
};

struct table {
	size_t columns;
	struct table_column *column;
	char **cell; /* NULL: a rule (in the first column of its row) */
	size_t count, cap;
};

struct table *table_new(size_t columns)
{
	struct table *t = memory_alloc(sizeof *t);
	t->columns = columns;
	t->column = memory_alloc(columns * sizeof *t->column);
	return t;
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->columns; i++)
		free(t->column[i].title);
	for (size_t i = 0; i < t->count; i++)
		free(t->cell[i]);
	free(t->column);
	free(t->cell);
	free(t);
}

void table_column(struct table *t, size_t column, const char *title, bool right)
{
	free(t->column[column].title);
	t->column[column].title = width_printable_new(title);
	t->column[column].right = right;
}

static void table_push(struct table *t, char *cell)
{
	if (t->count == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->cell = memory_resize(t->cell, t->cap, sizeof *t->cell);
	}
	t->cell[t->count++] = cell;
}

void table_add(struct table *t, const char *cell)
{
	table_push(t, width_printable_new(cell));
}

void table_rule(struct table *t)
{
	for (size_t i = 0; i < t->columns; i++)
		table_push(t, NULL);
}

/* 0 for a column without content. */
static size_t table_width(const struct table *t, size_t column)
{
	size_t most = 0;
	for (size_t i = column; i < t->count; i += t->columns) {
		size_t w = t->cell[i] ? width_of(t->cell[i]) : 0;
		most = w > most ? w : most;
	}
	const char *title = t->column[column].title;
	if (most && title && width_of(title) > most)
		most = width_of(title);
	return most;
}

static void table_add_spaces(struct buffer *line, size_t n)
{
	while (n--)
		buffer_add_char(line, ' ');
}

static void table_add_cell(struct buffer *line, const char *text, size_t width, bool right)
{
	size_t pad = width - width_of(text);
	if (right)
		table_add_spaces(line, pad);
	buffer_add(line, text);
	if (!right)
		table_add_spaces(line, pad);
}

static void table_print_rule(const size_t *width, size_t columns)
{
	bool first = true;
	for (size_t c = 0; c < columns; c++) {
		if (!width[c])
			continue;
		if (!first)
			fputs(TABLE_GAP, stdout);
		for (size_t i = 0; i < width[c]; i++)
			fputs("─", stdout);
		first = false;
	}
}

/* No blanks at the end of the line. */
static void table_print_row(const struct table *t, const size_t *width, char *const *cell)
{
	struct buffer line = { 0 };
	if (!cell[0]) {
		table_print_rule(width, t->columns);
		return;
	}
	for (size_t c = 0; c < t->columns; c++) {
		if (!width[c])
			continue;
		if (line.len)
			buffer_add(&line, TABLE_GAP);
		table_add_cell(&line, cell[c], width[c], t->column[c].right);
	}
	while (line.len && line.s[line.len - 1] == ' ')
		line.len--;
	printf("%.*s", (int)line.len, buffer_str(&line));
	buffer_clear(&line);
}

static void table_print_head(const struct table *t, const size_t *width, const char *indent)
{
	static char none[] = "";
	char **titles = memory_alloc(t->columns * sizeof *titles);
	bool any = false;
	for (size_t c = 0; c < t->columns; c++) {
		titles[c] = t->column[c].title ? t->column[c].title : none;
		any = any || (width[c] && *titles[c]);
	}
	if (any) {
		printf("%s%s", indent, terminal_style(stdout, STYLE_TITLE));
		table_print_row(t, width, titles);
		printf("%s\n", terminal_style(stdout, STYLE_PLAIN));
	}
	free(titles);
}

void table_print(const struct table *t, const char *indent)
{
	size_t *width = memory_alloc(t->columns * sizeof *width);
	for (size_t c = 0; c < t->columns; c++)
		width[c] = table_width(t, c);
	table_print_head(t, width, indent);
	for (size_t i = 0; i + t->columns <= t->count; i += t->columns) {
		fputs(indent, stdout);
		table_print_row(t, width, t->cell + i);
		putchar('\n');
	}
	free(width);
}
