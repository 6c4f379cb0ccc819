/* Arguments of a statement as text, arrays included. */
#include <stdlib.h>
#include <string.h>

#include "db_private.h"

static void db_arg_begin(struct db_args *a)
{
	if (a->count == DB_ARGS_MAX)
		abort();
	a->at[a->count++] = (ptrdiff_t)a->values.len;
}

static void db_arg_end(struct db_args *a)
{
	text_add_char(&a->values, '\0');
}

static void db_arg_bytes(struct db_args *a, const char *s, size_t len)
{
	db_arg_begin(a);
	text_add_bytes(&a->values, s, len);
	db_arg_end(a);
}

void db_arg_null(struct db_args *a)
{
	db_arg_begin(a);
	a->at[a->count - 1] = -1;
}

void db_arg_text(struct db_args *a, const char *s)
{
	if (s)
		db_arg_bytes(a, s, strlen(s));
	else
		db_arg_null(a);
}

void db_arg_i64(struct db_args *a, int64_t v)
{
	db_arg_begin(a);
	text_add_i64(&a->values, v);
	db_arg_end(a);
}

void db_arg_date(struct db_args *a, struct date d)
{
	char iso[DATE_TEXT_SIZE];
	if (d.days == DATE_NONE.days) {
		db_arg_null(a);
	} else if (d.days == DATE_EVER.days) {
		db_arg_text(a, "infinity");
	} else {
		date_format(d, iso);
		db_arg_text(a, iso);
	}
}

void db_arg_bytea(struct db_args *a, const void *bytes, size_t len)
{
	if (!bytes) {
		db_arg_null(a);
		return;
	}
	db_arg_begin(a);
	text_add(&a->values, "\\x");
	text_add_hex(&a->values, bytes, len);
	db_arg_end(a);
}

void db_args_clear(struct db_args *a)
{
	text_clear(&a->values);
	a->count = 0;
}

void db_args_move(struct db_args *to, struct db_args *from)
{
	memset(to, 0, sizeof *to);
	if (!from)
		return;
	to->count = from->count;
	memcpy(to->at, from->at, (size_t)from->count * sizeof from->at[0]);
	to->values = from->values;
	from->values = (struct text){ 0 };
	from->count = 0;
}

void db_args_values(const struct db_args *a, const char *values[DB_ARGS_MAX])
{
	for (int i = 0; i < a->count; i++)
		values[i] = a->at[i] < 0 ? NULL : a->values.s + a->at[i];
}

/* ---- arrays ---- */

static void int_rows_end_row(struct int_rows *m)
{
	if (m->columns < 0)
		m->columns = m->filled;
	if (m->filled != m->columns)
		abort(); /* PostgreSQL would refuse a ragged matrix; it is a bug of the caller */
}

void int_rows_begin_row(struct int_rows *m)
{
	if (m->rows)
		int_rows_end_row(m);
	else
		m->columns = -1;
	text_add(&m->text, m->rows ? "},{" : "{");
	m->rows++;
	m->filled = 0;
}

static void int_rows_comma(struct int_rows *m)
{
	if (m->filled++)
		text_add_char(&m->text, ',');
}

void int_rows_add(struct int_rows *m, int64_t v)
{
	int_rows_comma(m);
	text_add_i64(&m->text, v);
}

void db_arg_int_rows(struct db_args *a, const struct int_rows *m)
{
	struct int_rows last = *m;
	if (m->rows)
		int_rows_end_row(&last);
	db_arg_begin(a);
	text_add_char(&a->values, '{');
	text_add_bytes(&a->values, text_str(&m->text), m->text.len);
	text_add(&a->values, m->rows ? "}}" : "}");
	db_arg_end(a);
}

void int_rows_clear(struct int_rows *m)
{
	text_clear(&m->text);
	*m = (struct int_rows){ 0 };
}

void text_array_add(struct text_array *t, const char *s)
{
	if (t->count++)
		text_add_char(&t->text, ',');
	if (!s) {
		text_add(&t->text, "NULL");
		return;
	}
	text_add_char(&t->text, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			text_add_char(&t->text, '\\');
		text_add_char(&t->text, *s);
	}
	text_add_char(&t->text, '"');
}

void db_arg_text_array(struct db_args *a, const struct text_array *t)
{
	db_arg_begin(a);
	text_add_char(&a->values, '{');
	text_add_bytes(&a->values, text_str(&t->text), t->text.len);
	text_add_char(&a->values, '}');
	db_arg_end(a);
}

void text_array_clear(struct text_array *t)
{
	text_clear(&t->text);
	t->count = 0;
}
