/* The core of an import: takes the staged file from the database part by part, gives its rows to the format of its kind,
 * stores the errors found, or applies. The same code reads the file in both passes, so what was checked is what is
 * applied. */
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/clock.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/personal.h"

#define PARTS_AT_ONCE 8
#define ERRORS_AT_ONCE 200
#define CHECKED_EVERY_MS 1000

static const struct import_format *const import_formats[] = {
	&import_areas,
	&import_groups,
	&import_households,
	&import_reviews,
	&import_loans,
};

bool import_going(const struct import_job *job)
{
	return job->end == JOB_DONE && !job->broken;
}

/* ---- which import, and how it stands ---- */

static const struct import_format *import_format_find(const char *kind)
{
	for (size_t i = 0; i < ARRAY_LEN(import_formats); i++)
		if (!strcmp(import_formats[i]->kind, kind))
			return import_formats[i];
	log_fatal("the database has an import of kind %s", kind);
}

/* Columns of api.import_next. */
enum {
	NEXT_ID,
	NEXT_KIND,
	NEXT_STATE,
	NEXT_SIZE,
	NEXT_SHA256,
	NEXT_APPLIED,
	NEXT_TAKEOVER,
	NEXT_BUSINESS,
	NEXT_SWEPT,
};

static void import_job_fill(struct import_job *job, struct worker *w, const struct db_result *r)
{
	*job = (struct import_job){
		.w = w,
		.format = import_format_find(db_text(r, 0, NEXT_KIND)),
		.id = db_i64(r, 0, NEXT_ID),
		.size = db_i64(r, 0, NEXT_SIZE),
		.applied_lines = db_i64(r, 0, NEXT_APPLIED),
		.applying = !strcmp(db_text(r, 0, NEXT_STATE), "applying"),
		.takeover = db_bool(r, 0, NEXT_TAKEOVER),
		.business_date = db_date(r, 0, NEXT_BUSINESS),
		.swept_until = db_date(r, 0, NEXT_SWEPT),
	};
	job->done_lines = job->applied_lines;
	memcpy(job->sha256, db_text(r, 0, NEXT_SHA256),
	       strnlen(db_text(r, 0, NEXT_SHA256), SHA256_HEX_SIZE - 1));
}

/* The oldest import that waits. */
static enum job_end import_find(struct worker *w, struct import_job *job, bool *found)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, w->import);
	bool ok = worker_call(w, STMT_IMPORT_NEXT, &args, &r);
	enum job_end end = ok ? JOB_DONE : worker_lost(&r);
	*found = ok && r.rows > 0;
	if (*found)
		import_job_fill(job, w, &r);
	db_result_clear(&r);
	return end;
}

/* The last chunk of a worker that died may be committed after the next worker has begun. */
static bool import_overtaken(struct import_job *job)
{
	struct import_job now;
	bool found;
	return import_find(job->w, &now, &found) == JOB_DONE && found && now.id == job->id &&
	       now.applied_lines > job->done_lines;
}

void import_lost(struct import_job *job, const struct db_result *r)
{
	job->end = worker_lost(r);
	if (job->end == JOB_FAILED && (!lease_still_held(job->w, &job->lease) || import_overtaken(job)))
		job->end = JOB_AGAIN;
	if (job->end != JOB_FAILED)
		return;
	struct db_args args = { 0 };
	db_arg_i64(&args, job->w->import);
	db_arg_i64(&args, job->id);
	db_arg_text(&args, "failed");
	db_arg_null(&args);
	db_arg_null(&args);
	db_arg_null(&args);
	db_arg_text(&args, r->message);
	if (!worker_do(job->w, STMT_IMPORT_SET, &args))
		job->end = JOB_AGAIN;
}

/* state NULL, a number < 0: leave as it is. */
static void import_set(struct import_job *job, const char *state, int64_t lines, int64_t checked,
		       int64_t errors)
{
	int64_t number[] = { lines, checked, errors };
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, job->w->import);
	db_arg_i64(&args, job->id);
	db_arg_text(&args, state);
	for (size_t i = 0; i < ARRAY_LEN(number); i++)
		if (number[i] < 0)
			db_arg_null(&args);
		else
			db_arg_i64(&args, number[i]);
	db_arg_text(&args, NULL);
	if (!worker_call(job->w, STMT_IMPORT_SET, &args, &r))
		import_lost(job, &r);
	db_result_clear(&r);
}

/* ---- the header ---- */

static int import_column_find(const struct import_job *job, const char *name)
{
	for (int c = 0; job->format->columns[c]; c++)
		if (!strcmp(job->format->columns[c], name))
			return c;
	return -1;
}

static void import_header_field(struct import_job *job, int field, const char *name)
{
	int column = import_column_find(job, name);
	if (column < 0)
		import_wrong(job, -1, "field %d of the header is not a column of %s", field + 1,
			     job->format->kind);
	else if (job->at[column] >= 0)
		import_wrong(job, column, "this column stands twice in the header");
	else
		job->at[column] = field;
}

static void import_header(struct import_job *job, const struct csv_row *row)
{
	job->has_header = true;
	job->fields = row->count;
	for (int c = 0; c < CSV_COLUMNS_MAX; c++)
		job->at[c] = -1;
	if (row->bad_utf8 >= 0)
		import_wrong(job, -1, "field %d of the header is not UTF-8", row->bad_utf8 + 1);
	else
		for (int i = 0; i < row->count; i++)
			import_header_field(job, i, row->field[i]);
	for (int c = 0; job->format->columns[c]; c++)
		if (job->at[c] < 0 && !(job->format->optional & IMPORT_BIT(c)))
			import_wrong(job, c, "this column is missing in the header");
	job->broken = job->errors_count > 0;
}

/* ---- rows ---- */

static int import_column_of_field(const struct import_job *job, int field)
{
	for (int c = 0; job->format->columns[c]; c++)
		if (job->at[c] == field)
			return c;
	return -1;
}

static void import_on_row(void *arg, const struct csv_row *row)
{
	struct import_job *job = arg;
	job->row = row;
	if (!import_going(job))
		return;
	if (!job->has_header) {
		import_header(job, row);
		return;
	}
	job->rows++;
	if (row->line <= job->applied_lines && job->applying)
		return;
	if (row->count != job->fields)
		import_wrong(job, -1, "%d fields, the header has %d", row->count, job->fields);
	else if (row->bad_utf8 >= 0)
		import_wrong(job, import_column_of_field(job, row->bad_utf8), "not UTF-8");
	else
		job->format->row(job);
}

/* ---- the file ---- */

static void import_say(struct import_job *job)
{
	struct text line = { 0 };
	struct jw w = jw_start(&line);
	jw_object(&w, NULL);
	jw_str(&w, "event", "progress");
	jw_str(&w, "job", "import");
	jw_id(&w, "import", job->id);
	jw_str(&w, "phase", job->applying ? "apply" : "check");
	jw_i64(&w, "done", job->bytes);
	jw_i64(&w, "total", job->size);
	jw_end(&w);
	worker_say(job->w, &line);
	text_clear(&line);
}

void import_tell(struct import_job *job)
{
	if (worker_may_say(job->w))
		import_say(job);
	if (job->end != JOB_DONE)
		return;
	if (!lease_keep(job->w, &job->lease))
		job->end = JOB_AGAIN;
	else if (worker_stopping(job->w))
		job->end = JOB_STOPPED;
}

static void import_fault(struct import_job *job, const struct csv_fault *fault)
{
	import_wrong_at(job, fault->line, -1, "%s", fault->message);
	job->broken = true;
}

/* NULL: it is sealed with a key that this worker does not have, or was changed. */
static unsigned char *import_part_new(struct import_job *job, const struct db_result *r, int i, size_t *len)
{
	unsigned char *bytes = db_bytea(r, i, 1, len), *plain;
	if (!db_bool(r, i, 2))
		return bytes;
	plain = personal_piece_open_new(&job->w->keys, job->id, db_i64(r, i, 0), bytes, *len);
	*len -= plain ? SEAL_OVERHEAD : 0;
	free(bytes);
	return plain;
}

static void import_part(struct import_job *job, struct csv_reader *reader, struct sha256_stream *digest,
			const struct db_result *r, int i)
{
	struct csv_fault fault;
	size_t len;
	unsigned char *bytes = import_part_new(job, r, i, &len);
	if (!bytes) {
		import_fault(job, &(struct csv_fault){
					  0, "a part of the file can't be opened with the daemon's data keys" });
	} else if (db_i64(r, i, 0) != job->bytes) {
		import_fault(job, &(struct csv_fault){ 0, "a part of the file is missing" });
	} else {
		sha256_stream_add(digest, bytes, len);
		job->bytes += (int64_t)len;
		if (!csv_reader_feed(reader, bytes, len, &fault) && !job->broken)
			import_fault(job, &fault);
	}
	free(bytes);
}

static void import_parts_ask(struct import_job *job, int64_t at)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, job->w->import);
	db_arg_i64(&args, job->id);
	db_arg_i64(&args, at);
	db_arg_i64(&args, PARTS_AT_ONCE);
	db_sync_send(job->w->db, STMT_IMPORT_READ, &args);
}

/* True while there may be more. */
static bool import_parts(struct import_job *job, struct csv_reader *reader, struct sha256_stream *digest)
{
	struct db_result r;
	import_parts_ask(job, job->bytes);
	bool ok = db_sync_wait(job->w->db, &r);
	if (!ok)
		import_lost(job, &r);
	for (int i = 0; ok && i < r.rows && import_going(job); i++)
		import_part(job, reader, digest, &r, i);
	ok = ok && r.rows > 0 && import_going(job) && job->bytes < job->size;
	db_result_clear(&r);
	import_tell(job);
	return ok && job->end == JOB_DONE;
}

static void import_compare_digest(struct import_job *job, struct sha256_stream *digest)
{
	unsigned char sum[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	sha256_stream_end(digest, sum);
	hex_encode(sum, sizeof sum, hex);
	if (import_going(job) && (job->bytes != job->size || strcmp(hex, job->sha256) != 0))
		import_fault(
			job,
			&(struct csv_fault){
				0, "what was received is not the file that was announced (size, SHA-256)" });
}

static void import_file(struct import_job *job)
{
	struct csv_fault fault;
	struct csv_reader *reader = csv_reader_new(import_on_row, job);
	struct sha256_stream *digest = sha256_stream_new();
	int64_t checked_ms = clock_ms();
	while (import_parts(job, reader, digest)) {
		if (!job->applying && clock_ms() - checked_ms > CHECKED_EVERY_MS) {
			import_set(job, NULL, -1, csv_reader_lines(reader), -1);
			checked_ms = clock_ms();
		}
	}
	import_compare_digest(job, digest);
	if (import_going(job) && !csv_reader_end(reader, &fault))
		import_fault(job, &fault);
	job->lines = csv_reader_lines(reader);
	if (import_going(job) && !job->has_header)
		import_fault(job, &(struct csv_fault){ 1, "the file is empty" });
	else if (import_going(job) && !job->rows)
		import_fault(job, &(struct csv_fault){ 1, "no rows behind the header" });
	if (import_going(job))
		job->format->end(job);
	import_sent_wait(job);
	csv_reader_free(reader);
}

/* ---- both passes ---- */

static int import_error_cmp(const void *a, const void *b)
{
	const struct import_error *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return strcmp(x->column, y->column);
}

static void import_errors_json(const struct import_error *errors, int64_t from, int64_t count,
			       struct text *json)
{
	struct jw w = jw_start(json);
	jw_array(&w, NULL);
	for (int64_t i = from; i < from + count; i++) {
		jw_object(&w, NULL);
		jw_i64(&w, "ordinal", i + 1);
		jw_i64(&w, "line", errors[i].line);
		jw_str(&w, "column", errors[i].column);
		jw_str(&w, "message", errors[i].message);
		jw_end(&w);
	}
	jw_end(&w);
}

static void import_errors_store(struct import_job *job)
{
	int64_t kept = job->errors_count < IMPORT_ERRORS_KEPT ? job->errors_count : IMPORT_ERRORS_KEPT;
	if (kept)
		qsort(job->errors, (size_t)kept, sizeof *job->errors, import_error_cmp);
	for (int64_t i = 0; i < kept && job->end == JOB_DONE; i += ERRORS_AT_ONCE) {
		struct text json = { 0 };
		struct db_args args = { 0 };
		struct db_result r;
		import_errors_json(job->errors, i, kept - i < ERRORS_AT_ONCE ? kept - i : ERRORS_AT_ONCE,
				   &json);
		db_arg_i64(&args, job->w->import);
		db_arg_i64(&args, job->id);
		db_arg_text(&args, text_str(&json));
		if (!worker_call(job->w, STMT_IMPORT_ERRORS_ADD, &args, &r))
			import_lost(job, &r);
		db_result_clear(&r);
		text_clear(&json);
	}
}

static void import_check_all(struct import_job *job)
{
	import_set(job, NULL, -1, 0, 0);
	if (job->end == JOB_DONE && job->format->begin(job))
		import_file(job);
	if (job->end != JOB_DONE)
		return;
	import_errors_store(job);
	if (job->end == JOB_DONE)
		import_set(job, job->errors_count ? "invalid" : "valid", job->lines, job->lines,
			   job->errors_count);
}

static void import_apply_all(struct import_job *job)
{
	if (job->format->begin(job))
		import_file(job);
	if (job->end != JOB_DONE)
		return;
	if (job->errors_count) {
		/* the database has changed since the check: what is applied stays, the rest has to be checked again */
		import_errors_store(job);
		if (job->end == JOB_DONE)
			import_set(job, "invalid", -1, -1, job->errors_count);
	} else {
		import_set(job, "applied", -1, -1, -1);
	}
}

static void import_job_clear(struct import_job *job)
{
	import_disconnect(job);
	if (job->state)
		job->format->free(job);
	int64_t kept = job->errors_count < IMPORT_ERRORS_KEPT ? job->errors_count : IMPORT_ERRORS_KEPT;
	for (int64_t i = 0; i < kept; i++)
		free(job->errors[i].message);
	free(job->errors);
}

static enum job_end import_run(struct import_job *job)
{
	log_info("import %lld (%s): %s", (long long)job->id, job->format->kind,
		 job->applying ? "applying" : "checking");
	if (job->applying)
		import_apply_all(job);
	else
		import_check_all(job);
	static const char *const words[] = { "done", "stopped", "to be gone on with", "failed" };
	log_info("import %lld (%s): %s, %lld errors", (long long)job->id, job->format->kind, words[job->end],
		 (long long)job->errors_count);
	return job->end;
}

enum job_end import_work(struct worker *w, bool *found)
{
	struct import_job job;
	struct lease lease = { .name = "import", .actor = w->import };
	enum job_end end = import_find(w, &job, found);
	if (!*found)
		return end;
	if (!lease_take(w, &lease))
		return JOB_AGAIN;
	end = import_find(w, &job, found); /* as it is now that nobody else works at it */
	if (*found) {
		job.lease = lease;
		end = import_run(&job);
		lease = job.lease;
		import_job_clear(&job);
	}
	lease_give_back(w, &lease);
	return end;
}
