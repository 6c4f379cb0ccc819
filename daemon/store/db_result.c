/* Reading values out of a result. A value that is not what the statement promises is a bug between C and SQL: it is
 * logged and read as zero, never guessed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_private.h"
#include "vonvay/error.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

static bool db_status_ok(const PGresult *pg)
{
	switch (PQresultStatus(pg)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
	case PGRES_COPY_IN:
	case PGRES_PIPELINE_SYNC:
		return true;
	default:
		return false;
	}
}

static const char *db_or(const char *s, const char *otherwise)
{
	return s && s[0] ? s : otherwise;
}

struct db_result db_result_view(PGresult *pg, const char *message)
{
	struct db_result r = { .pg = pg, .ok = pg && db_status_ok(pg) };
	if (r.ok) {
		r.message = "";
		r.rows = PQntuples(pg);
		r.columns = PQnfields(pg);
		return r;
	}
	snprintf(r.sqlstate, sizeof r.sqlstate, "%s",
		 db_or(pg ? PQresultErrorField(pg, PG_DIAG_SQLSTATE) : NULL, "08006"));
	r.message = db_or(pg ? PQresultErrorField(pg, PG_DIAG_MESSAGE_PRIMARY) : NULL, message);
	r.field = pg ? PQresultErrorField(pg, PG_DIAG_COLUMN_NAME) : NULL;
	r.detail = pg ? PQresultErrorField(pg, PG_DIAG_MESSAGE_DETAIL) : NULL;
	r.error = error_from_sqlstate(r.sqlstate);
	return r;
}

void db_result_clear(struct db_result *r)
{
	PQclear(r->pg);
	*r = (struct db_result){ .message = "" };
}

bool db_is_null(const struct db_result *r, int row, int column)
{
	return PQgetisnull(r->pg, row, column) != 0;
}

const char *db_text(const struct db_result *r, int row, int column)
{
	return PQgetvalue(r->pg, row, column);
}

static void db_bad_value(const struct db_result *r, int row, int column, const char *wanted)
{
	log_error("column %s is \"%s\", %s was expected", PQfname(r->pg, column), db_text(r, row, column),
		  wanted);
}

int64_t db_i64(const struct db_result *r, int row, int column)
{
	const char *s = db_text(r, row, column);
	char *end;
	if (!s[0])
		return 0;
	errno = 0;
	long long v = strtoll(s, &end, 10);
	if (!errno && !*end)
		return v;
	db_bad_value(r, row, column, "an integer");
	return 0;
}

int32_t db_i32(const struct db_result *r, int row, int column)
{
	int64_t v = db_i64(r, row, column);
	if (v >= INT32_MIN && v <= INT32_MAX)
		return (int32_t)v;
	db_bad_value(r, row, column, "a 32-bit integer");
	return 0;
}

bool db_bool(const struct db_result *r, int row, int column)
{
	return db_text(r, row, column)[0] == 't';
}

struct money db_money(const struct db_result *r, int row, int column)
{
	return (struct money){ db_i64(r, row, column) };
}

struct date db_date(const struct db_result *r, int row, int column)
{
	const char *s = db_text(r, row, column);
	struct date d;
	if (db_is_null(r, row, column) || !strcmp(s, "-infinity"))
		return DATE_NONE;
	if (!strcmp(s, "infinity"))
		return DATE_EVER;
	if (!strchr(s, '-') || s[0] == '-')
		return (struct date){ db_i32(r, row, column) };
	if (date_parse(s, &d))
		return d;
	db_bad_value(r, row, column, "a date");
	return DATE_NONE;
}

unsigned char *db_bytea(const struct db_result *r, int row, int column, size_t *len)
{
	*len = 0;
	if (db_is_null(r, row, column))
		return NULL;
	unsigned char *raw = PQunescapeBytea((const unsigned char *)db_text(r, row, column), len);
	unsigned char *copy = xmalloc(*len);
	if (raw)
		memcpy(copy, raw, *len);
	PQfreemem(raw);
	return copy;
}

int db_i64_array(const struct db_result *r, int row, int column, int64_t *out, int max)
{
	const char *s = db_text(r, row, column);
	int count = 0;
	if (*s != '{' || s[1] == '}')
		return 0;
	do {
		char *end;
		int64_t v = strtoll(++s, &end, 10);
		if (count < max)
			out[count] = v;
		count++;
		s = end + strcspn(end, ",}");
	} while (*s == ',');
	return count;
}
