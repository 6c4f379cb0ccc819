/* PostgreSQL: asynchronous for the daemon (struct db), blocking for the worker (struct db_sync).
 * Arguments and values travel as text. Dates: `date` in and out (db_arg_date, db_date). */
#ifndef VONVAY_DB_H
#define VONVAY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/money.h"
#include "vonvay/stmt.h"
#include "vonvay/text.h"
#include "vonvay/wire.h"

struct event_base;
struct settings;
struct jw;

/* ---- arguments: `struct db_args args = { 0 };`, then one call an argument, in order ---- */

#define DB_ARGS_MAX 32

struct db_args {
	int count;
	ptrdiff_t at[DB_ARGS_MAX]; /* offset of the value in `values`, -1 for NULL */
	struct text values;	   /* each ended by a NUL */
};

void db_arg_text(struct db_args *a, const char *s); /* NULL: SQL NULL */
void db_arg_i64(struct db_args *a, int64_t v);
void db_arg_date(struct db_args *a, struct date d); /* DATE_NONE: SQL NULL, DATE_EVER: infinity */
void db_arg_bytea(struct db_args *a, const void *bytes, size_t len); /* bytes NULL: SQL NULL */
void db_arg_null(struct db_args *a);
/* Only for arguments that were never given to db_query or db_sync_*: those take them over. */
void db_args_clear(struct db_args *a);

/* A matrix of bigint for a parameter of type bigint[]: {{1,2},{3,4}}, {} when empty. Rows have equal length. */
struct int_rows {
	int rows;
	int columns; /* of the first row, -1 before there is one */
	int filled;  /* of the row being filled */
	struct text text;
};

/* The numbers of a row follow with int_rows_add(). */
void int_rows_begin_row(struct int_rows *m);
void int_rows_add(struct int_rows *m, int64_t v);
/* A one-dimensional array: no begin_row, only add. */
void db_arg_int_rows(struct db_args *a, const struct int_rows *m);
void int_rows_clear(struct int_rows *m);

/* A text[] parameter, quoted. */
struct text_array {
	int count;
	struct text text;
};

void text_array_add(struct text_array *t, const char *s); /* NULL: SQL NULL */
void db_arg_text_array(struct db_args *a, const struct text_array *t);
void text_array_clear(struct text_array *t);

/* ---- results: valid only inside the callback, or until db_result_clear() for the blocking twin ---- */

struct db_result {
	bool ok;
	enum error error;    /* when !ok, by its SQLSTATE */
	char sqlstate[6];    /* "08006" also for a lost connection: the outcome of a write is unknown then */
	const char *message; /* primary message, never NULL */
	const char *field;   /* what the function gave with USING COLUMN = '...', or NULL */
	const char *detail;  /* USING DETAIL, or NULL: for the log or for data a handler understands */
	int rows;
	int columns;
	void *pg; /* PGresult, store only */
};

/* The value at row and column, both from 0. Texts are borrowed from the result. */
bool db_is_null(const struct db_result *r, int row, int column);
const char *db_text(const struct db_result *r, int row, int column); /* "" for NULL */
int64_t db_i64(const struct db_result *r, int row, int column);	     /* 0 for NULL */
int32_t db_i32(const struct db_result *r, int row, int column);
bool db_bool(const struct db_result *r, int row, int column);
struct money db_money(const struct db_result *r, int row, int column);
/* ISO text or a number of days since 1970-01-01; NULL: DATE_NONE, infinity: DATE_EVER. */
struct date db_date(const struct db_result *r, int row, int column);
/* Decoded into malloc'ed memory, NULL for NULL; *len gets its length. */
unsigned char *db_bytea(const struct db_result *r, int row, int column, size_t *len);
/* A value like {1,2,NULL} into `out` (NULL as 0): how many it holds, at most `max` are written. */
int db_i64_array(const struct db_result *r, int row, int column, int64_t *out, int max);
void db_result_clear(struct db_result *r);

/* ---- asynchronous ---- */

struct db;

/* Called exactly once, also on failure, never from inside db_query itself. */
typedef void db_cb(const struct db_result *result, void *arg);

/* Starts to connect. `schema` is the number of the newest migration: another one in the database is refused. */
struct db *db_new(struct event_base *base, const struct settings *settings, int schema);
/* Called once when the first connection of each kind is ready, or when the database refuses us for good before that
 * (a statement is missing, another schema): `why` is NULL or says it. */
typedef void db_start_cb(const char *why, void *arg);
void db_on_start(struct db *db, db_start_cb *cb, void *arg);
/* Takes over what `args` holds and leaves it empty. NULL for a statement without arguments. */
void db_query(struct db *db, enum stmt stmt, struct db_args *args, db_cb *cb, void *arg);
/* Statements waiting or under way. */
int db_busy(const struct db *db);
/* How the pool of a kind (READ or WRITE) stands. */
struct db_pool_state {
	int connections, ready;
	int under_way; /* statements on the wire */
	int waiting;
};
struct db_pool_state db_pool_state(const struct db *db, enum stmt_kind kind);
/* Writes the member "database": states of both pools. */
void db_report(const struct db *db, struct jw *w);
/* Whatever is still waiting is answered with 57P01 first. */
void db_free(struct db *db);

/* ---- blocking, for the worker ---- */

struct db_sync;

/* NULL on failure, with the reason in `error`. Statements are prepared when first used. */
struct db_sync *db_sync_open(const char *conninfo, struct text *error);
void db_sync_close(struct db_sync *db);
/* Still usable? After a lost connection every call fails with 08006 until a new db_sync_open. */
bool db_sync_alive(const struct db_sync *db);
/* Fills *out (clear it with db_result_clear); also returns out->ok. Takes over `args`. */
MUSTCHECK bool db_sync_call(struct db_sync *db, enum stmt stmt, struct db_args *args, struct db_result *out);
/* The same in two halves, so that C works while PostgreSQL does. One call may be under way. */
void db_sync_send(struct db_sync *db, enum stmt stmt, struct db_args *args);
MUSTCHECK bool db_sync_wait(struct db_sync *db, struct db_result *out);
/* Any SQL without arguments, also several statements; for migrate and tests. */
MUSTCHECK bool db_sync_exec(struct db_sync *db, const char *sql, struct db_result *out);
/* One statement with arguments, not prepared. */
MUSTCHECK bool db_sync_exec_args(struct db_sync *db, const char *sql, struct db_args *args,
				 struct db_result *out);
/* `sql` is COPY ... FROM STDIN; sends the whole buffer. */
MUSTCHECK bool db_sync_copy_in(struct db_sync *db, const char *sql, const char *bytes, size_t len,
			       struct db_result *out);

#endif
