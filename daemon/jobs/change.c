/* Changes of reference data that reach into days already settled. Rows and loans change in one transaction, which is held
 * open while the loans are folded with the old and with the new data: every write of loans waits for it, a death of this
 * process takes all of it back, and the change is then begun anew. */
#include "vonvay/change.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/loan_change.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/reference.h"

#define LOANS_AT_ONCE 200
#define REFUSED_SAID 5 /* loans named in the message of a change that failed */

struct change_job {
	struct worker *w;
	int64_t id;
	int64_t *loans;
	int loans_count;
	struct reference *before, *after;
	struct loan_change change;
	struct text refused; /* "loan 66...: too_much; ..." */
	int refused_count;
	enum job_end end;
	struct text why; /* it failed */
};

/* Columns of api.change_begin. */
enum {
	BEGIN_CHANGE,
	BEGIN_BUSINESS,
	BEGIN_BEFORE,
	BEGIN_AFTER,
	BEGIN_LOANS,
};

static void change_failed(struct change_job *job, const char *why)
{
	job->end = JOB_FAILED;
	text_reset(&job->why);
	text_add(&job->why, why);
}

static bool change_call(struct change_job *job, enum stmt stmt, struct db_args *args, struct db_result *r)
{
	if (worker_call(job->w, stmt, args, r))
		return true;
	job->end = worker_lost(r);
	if (job->end == JOB_FAILED)
		change_failed(job, r->message);
	return false;
}

/* ---- reading ---- */

static void change_take(struct change_job *job, const struct db_result *r)
{
	struct text error = { 0 };
	job->id = db_i64(r, 0, BEGIN_CHANGE);
	job->change.business = db_date(r, 0, BEGIN_BUSINESS);
	job->loans_count = db_i64_array(r, 0, BEGIN_LOANS, NULL, 0);
	job->loans = xcalloc((size_t)job->loans_count, sizeof *job->loans);
	db_i64_array(r, 0, BEGIN_LOANS, job->loans, job->loans_count);
	job->before = reference_parse_new(db_text(r, 0, BEGIN_BEFORE), 0, &error);
	if (job->before)
		job->after = reference_parse_new(db_text(r, 0, BEGIN_AFTER), 0, &error);
	if (!job->after)
		change_failed(job, text_str(&error));
	job->change.before = job->before;
	job->change.after = job->after;
	text_clear(&error);
}

static bool change_begin(struct change_job *job, bool *found)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, job->w->night);
	bool ok = change_call(job, STMT_CHANGE_BEGIN, &args, &r);
	*found = ok && r.rows && !db_is_null(&r, 0, BEGIN_CHANGE);
	if (*found)
		change_take(job, &r);
	db_result_clear(&r);
	return *found && job->end == JOB_DONE;
}

static bool change_read(struct change_job *job, enum stmt stmt, int from, int count, struct db_result *r)
{
	struct db_args args = { 0 };
	struct int_rows ids = { 0 };
	for (int i = from; i < from + count; i++)
		int_rows_add(&ids, job->loans[i]);
	db_arg_i64(&args, job->w->night);
	db_arg_int_rows(&args, &ids);
	int_rows_clear(&ids);
	return change_call(job, stmt, &args, r);
}

/* ---- folding ---- */

static void change_refuse(struct change_job *job, const struct loan_changed *loan)
{
	if (job->refused_count++ >= REFUSED_SAID)
		return;
	text_printf(&job->refused, "%sloan %lld: %s", job->refused.len ? "; " : "", (long long)loan->loan_id,
		    loan_changed_word(loan));
}

static void change_part(struct change_job *job, int from, int count)
{
	struct db_result loans = { 0 }, facts = { 0 }, transitions = { 0 };
	struct loan_changed_list list = { 0 };
	if (change_read(job, STMT_LOAN_READ, from, count, &loans)) {
		loan_change_read(&job->change, &loans, &list);
		if (change_read(job, STMT_LOAN_FACTS, from, count, &facts)) {
			loan_change_facts(&job->change, &facts, &list);
			if (change_read(job, STMT_LOAN_TRANSITIONS, from, count, &transitions))
				loan_change_fold(&job->change, &transitions, &list);
		}
	}
	for (int i = 0; i < list.count && job->end == JOB_DONE; i++)
		if (loan_changed_refused(&list.loans[i]))
			change_refuse(job, &list.loans[i]);
	loan_changed_list_clear(&list);
	db_result_clear(&loans);
	db_result_clear(&facts);
	db_result_clear(&transitions);
}

static void change_loans(struct change_job *job)
{
	for (int from = 0; from < job->loans_count && job->end == JOB_DONE; from += LOANS_AT_ONCE) {
		int left = job->loans_count - from;
		change_part(job, from, left < LOANS_AT_ONCE ? left : LOANS_AT_ONCE);
		if (job->end == JOB_DONE && worker_stopping(job->w))
			job->end = JOB_STOPPED;
	}
	if (job->end != JOB_DONE)
		return;
	if (job->refused_count) {
		text_printf(&job->refused, " (%d loans in all)", job->refused_count);
		change_failed(job, text_str(&job->refused));
	} else if (job->change.batch.overflow) {
		change_failed(job, "a sum does not fit");
	}
}

/* ---- writing ---- */

static void change_write(struct change_job *job)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, job->w->night);
	db_arg_i64(&args, job->id);
	loan_batch_args(&job->change.batch, &args);
	if (change_call(job, STMT_CHANGE_WRITE, &args, &r))
		log_info("change %lld: %lld of %d loans differ", (long long)job->id,
			 (long long)db_i64(&r, 0, 0), job->loans_count);
	db_result_clear(&r);
}

static void change_sql(struct change_job *job, const char *sql)
{
	struct db_result r;
	if (!db_sync_exec(job->w->db, sql, &r) && job->end == JOB_DONE) {
		job->end = worker_lost(&r);
		if (job->end == JOB_FAILED)
			change_failed(job, r.message);
	}
	db_result_clear(&r);
}

/* Whether a commit that got no answer was done is seen when the change is looked for again. */
static void change_transaction(struct change_job *job, bool *found)
{
	change_sql(job, "begin");
	if (job->end == JOB_DONE && change_begin(job, found))
		change_loans(job);
	if (job->end == JOB_DONE && *found)
		change_write(job);
	if (job->end == JOB_DONE)
		change_sql(job, "commit");
	else
		change_sql(job, "rollback");
}

static void change_store_failure(struct change_job *job)
{
	struct db_args args = { 0 };
	log_error("change %lld failed: %s", (long long)job->id, text_str(&job->why));
	db_arg_i64(&args, job->w->night);
	db_arg_i64(&args, job->id);
	db_arg_text(&args, text_str(&job->why));
	if (!worker_do(job->w, STMT_CHANGE_FAIL, &args))
		job->end = JOB_AGAIN;
}

static void change_job_clear(struct change_job *job)
{
	loan_batch_clear(&job->change.batch);
	reference_unref(job->before);
	reference_unref(job->after);
	text_clear(&job->refused);
	text_clear(&job->why);
	free(job->loans);
}

/* The change that waits, 0: none; *end tells when it can't be asked. */
static int64_t change_waiting(struct worker *w, enum job_end *end)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, w->night);
	bool ok = worker_call(w, STMT_CHANGE_WAITING, &args, &r);
	int64_t id = ok ? db_i64(&r, 0, 0) : 0;
	*end = ok ? JOB_DONE : worker_lost(&r);
	db_result_clear(&r);
	return id;
}

enum job_end change_work(struct worker *w, bool *found)
{
	struct change_job job = { .w = w, .end = JOB_DONE };
	enum job_end end;
	job.id = change_waiting(w, &end);
	if (!job.id)
		return end;
	log_info("change %lld: applying", (long long)job.id);
	change_transaction(&job, found);
	if (job.end == JOB_FAILED)
		change_store_failure(&job);
	*found = *found || job.end == JOB_FAILED;
	end = job.end;
	change_job_clear(&job);
	return end;
}
