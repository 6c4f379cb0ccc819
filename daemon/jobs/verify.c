/* A verification. Nothing of what it compares is believed: the public key comes with the request, a seal may come with it
 * too, everything else is made again. It only reads, in one snapshot on a connection of its own, while this process goes on
 * numbering entries; nights wait for its end. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "verify_private.h"
#include "vonvay/clock.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

/* Columns of api.verify_next. */
enum {
	NEXT_RUN,
	NEXT_KEYS,
	NEXT_SINCE_NUMBER,
	NEXT_SINCE_HASH,
	NEXT_LOANS,
};

/* Columns of api.verify_positions. */
enum {
	POSITIONS_ENTRIES,
	POSITIONS_LAST,
	POSITIONS_GAP,
	POSITIONS_ORPHAN,
};

bool verify_going(const struct verify *v)
{
	return v->end == JOB_DONE;
}

static void verify_failed(struct verify *v, enum job_end end, const char *why)
{
	if (v->end != JOB_DONE)
		return;
	v->end = end;
	text_add(&v->why, why);
}

bool verify_call(struct verify *v, enum stmt stmt, struct db_args *args, struct db_result *r)
{
	if (db_sync_call(v->db, stmt, args, r))
		return true;
	log_warn("%s: %s (%s)", stmts[stmt].name, r->message, r->sqlstate);
	verify_failed(v, worker_lost(r), r->message);
	return false;
}

void verify_args(const struct verify *v, struct db_args *args)
{
	db_arg_i64(args, v->w->night);
}

void verify_found(struct verify *v, const char *kind, int32_t seal, const char *fmt, ...)
{
	char what[1000];
	va_list ap;
	if (v->found++ >= FOUND_SAID)
		return;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (v->findings.len)
		text_add_char(&v->findings, ',');
	struct jw w = jw_start(&v->findings);
	jw_object(&w, NULL);
	jw_str(&w, "kind", kind);
	if (seal)
		jw_i64(&w, "seal", seal);
	jw_str(&w, "what", what);
	jw_end(&w);
	log_error("verify: %s: %s", kind, what);
}

static void verify_say(const struct verify *v)
{
	struct text line = { 0 };
	struct jw w = jw_start(&line);
	jw_object(&w, NULL);
	jw_str(&w, "event", "progress");
	jw_str(&w, "job", "verify");
	jw_id(&w, "run", v->run);
	jw_str(&w, "doing", v->doing);
	jw_i64(&w, "done", v->done);
	jw_i64(&w, "found", v->found);
	jw_end(&w);
	worker_say(v->w, &line);
	text_clear(&line);
}

void verify_breathe(struct verify *v)
{
	if (worker_may_say(v->w))
		verify_say(v);
	if (db_sync_alive(v->w->db))
		upkeep(v->w);
	if (worker_stopping(v->w))
		verify_failed(v, JOB_STOPPED, "");
}

/* ---- positions and deposits ---- */

static void verify_position_row(struct verify *v, const struct db_result *r, int row)
{
	if (!db_is_null(r, row, POSITIONS_GAP))
		verify_found(v, "position", 0, "no entry has the position before %lld",
			     (long long)db_i64(r, row, POSITIONS_GAP));
	else
		verify_found(v, "orphan", 0, "%s hangs on an entry that is not there",
			     db_text(r, row, POSITIONS_ORPHAN));
}

static void verify_positions(struct verify *v)
{
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(v, &args);
	if (verify_call(v, STMT_VERIFY_POSITIONS, &args, &r)) {
		v->entries = db_i64(&r, 0, POSITIONS_ENTRIES);
		for (int i = 1; i < r.rows; i++)
			verify_position_row(v, &r, i);
	}
	db_result_clear(&r);
}

static void verify_deposits(struct verify *v)
{
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(v, &args);
	if (verify_call(v, STMT_VERIFY_DEPOSITS, &args, &r)) {
		v->deposits = db_i64(&r, 0, 0);
		for (int i = 1; i < r.rows; i++)
			verify_found(v, "deposit", 0, "%s", db_text(&r, i, 1));
	}
	db_result_clear(&r);
}

/* ---- a run ---- */

static void verify_take(struct verify *v, const struct db_result *r)
{
	struct text error = { 0 };
	size_t len = 0;
	v->run = db_i64(r, 0, NEXT_RUN);
	v->with_loans = db_bool(r, 0, NEXT_LOANS);
	if (!seal_public_parse(&v->keys, db_text(r, 0, NEXT_KEYS), &error))
		verify_failed(v, JOB_FAILED, text_str(&error));
	unsigned char *hash = db_bytea(r, 0, NEXT_SINCE_HASH, &len);
	if (hash && len == SHA256_SIZE) {
		v->since_number = db_i32(r, 0, NEXT_SINCE_NUMBER);
		memcpy(v->since_hash.bytes, hash, SHA256_SIZE);
	}
	free(hash);
	text_clear(&error);
}

static bool verify_find(struct verify *v)
{
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(v, &args);
	bool found = worker_call(v->w, STMT_VERIFY_NEXT, &args, &r);
	if (!found)
		v->end = worker_lost(&r);
	found = found && r.rows;
	if (found)
		verify_take(v, &r);
	db_result_clear(&r);
	return found;
}

static void verify_snapshot(struct verify *v)
{
	struct text error = { 0 };
	struct db_result r;
	v->db = db_sync_open(v->w->settings->database.conninfo, &error);
	if (!v->db) {
		verify_failed(v, JOB_AGAIN, text_str(&error));
	} else {
		if (!db_sync_exec(v->db, "begin isolation level repeatable read read only", &r))
			verify_failed(v, worker_lost(&r), r.message);
		db_result_clear(&r);
	}
	text_clear(&error);
}

static void verify_all(struct verify *v)
{
	int64_t since = clock_ms();
	v->doing = "seals";
	verify_seals(v);
	v->rows_ms = clock_ms() - since;
	if (verify_going(v))
		verify_positions(v);
	v->doing = "loans";
	v->done = 0;
	since = clock_ms();
	if (verify_going(v) && v->with_loans)
		verify_loans(v);
	v->loans_ms = clock_ms() - since;
	if (verify_going(v) && v->with_loans)
		verify_deposits(v);
}

static void verify_write_last(const struct verify *v, struct jw *w)
{
	char hex[SHA256_HEX_SIZE];
	if (!v->seals) {
		jw_null(w, "last");
		return;
	}
	hex_encode(v->last_hash.bytes, SHA256_SIZE, hex);
	jw_object(w, "last");
	jw_i64(w, "seal", v->last.number);
	jw_str(w, "hash", hex);
	jw_date(w, "business_date", v->last.business_date);
	jw_i64(w, "position", v->last.last);
	jw_end(w);
}

static void verify_write(const struct verify *v, struct text *out)
{
	struct jw w = jw_start(out);
	jw_object(&w, NULL);
	jw_bool(&w, "good", !v->found);
	jw_i64(&w, "seals", v->seals);
	jw_i64(&w, "rows", v->rows);
	jw_i64(&w, "entries", v->entries);
	jw_i64(&w, "rows_ms", v->rows_ms);
	if (v->with_loans) {
		jw_i64(&w, "loans", v->loans);
		jw_i64(&w, "facts", v->facts);
		jw_i64(&w, "transitions", v->transitions);
		jw_i64(&w, "postings", v->postings);
		jw_i64(&w, "deltas", v->deltas);
		jw_i64(&w, "deposits", v->deposits);
		jw_i64(&w, "held", v->held);
		jw_i64(&w, "loans_ms", v->loans_ms);
	}
	verify_write_last(v, &w);
	jw_i64(&w, "found", v->found);
	jw_end(&w);
	/* the findings are objects already */
	out->s[--out->len] = '\0';
	text_printf(out, ",\"findings\":[%s]}", text_str(&v->findings));
}

static void verify_store(struct verify *v)
{
	struct text result = { 0 };
	struct db_args args = { 0 };
	verify_args(v, &args);
	db_arg_i64(&args, v->run);
	if (v->end == JOB_DONE) {
		verify_write(v, &result);
		db_arg_text(&args, text_str(&result));
		db_arg_null(&args);
	} else {
		db_arg_null(&args);
		db_arg_text(&args, text_str(&v->why));
	}
	if (!worker_do(v->w, STMT_VERIFY_DONE, &args))
		v->end = JOB_AGAIN;
	log_info("verify: run %lld, %lld seals, %lld rows in %lld ms, %lld loans in %lld ms: %lld findings",
		 (long long)v->run, (long long)v->seals, (long long)v->rows, (long long)v->rows_ms,
		 (long long)v->loans, (long long)v->loans_ms, (long long)v->found);
	text_clear(&result);
}

enum job_end verify_work(struct worker *w, bool *found)
{
	struct verify *v = xcalloc(1, sizeof *v);
	v->w = w;
	v->end = JOB_DONE;
	*found = verify_find(v);
	if (*found && verify_going(v))
		verify_snapshot(v);
	if (*found && verify_going(v))
		verify_all(v);
	if (*found && (v->end == JOB_DONE || v->end == JOB_FAILED))
		verify_store(v);
	enum job_end end = v->end;
	db_sync_close(v->db);
	text_clear(&v->findings);
	text_clear(&v->why);
	free(v);
	return end;
}
