/* Loans on a day. Only loans with something folded after the day need their facts. */
#include "loan_views.h"

#include <stdlib.h>
#include <string.h>

#include "loan_reads.h"
#include "vonvay/mem.h"

struct views_job {
	struct request *req;
	struct loan_views views;
	loan_views_cb *cb;
	void *arg;
};

static void views_clear(void *arg)
{
	struct loan_views *views = arg;
	for (int i = 0; i < views->count; i++)
		loan_record_clear(&views->view[i].record);
	free(views->view);
}

static void views_fail(struct request *req, const struct loan_view *v, enum loan_error error)
{
	request_log(req, "loan %lld: %s", (long long)v->record.contract.loan_id, loan_error_word(error));
	request_fail(req, ERR_INTERNAL, NULL, "%s", "");
}

static bool view_is_later(const struct loan_view *v, struct date as_of)
{
	return date_cmp(v->record.loan.last_on, as_of) > 0;
}

static enum loan_error view_settle(struct loan_view *v, const struct loan_views *views)
{
	struct loan_record *r = &v->record;
	if (r->loan.b.status == LOAN_STATUS_PENDING) {
		v->b = r->loan.b;
		return LOAN_OK;
	}
	v->begun = true;
	return loan_balances_on(&r->contract, &r->loan, views->as_of, &v->b);
}

static enum loan_error view_advance(struct loan_view *v, const struct loan_views *views)
{
	struct loan_record *r = &v->record;
	enum loan_error error =
		loan_advance(&r->contract, &r->loan, views->as_of, views->ctx->business, NULL, NULL);
	return error == LOAN_OK ? view_settle(v, views) : error;
}

/* Folds the facts up to the day; a reversal takes effect on the day of what it reverses. */
static enum loan_error view_replay(struct loan_view *v, const struct loan_views *views,
				   const struct fact *facts, size_t count)
{
	struct loan_record *r = &v->record;
	struct fact *upto = xcalloc(count, sizeof *upto), *scratch = xcalloc(count, sizeof *scratch);
	size_t n = 0;
	int32_t failed;
	for (size_t i = 0; i < count; i++)
		if (date_cmp(facts[i].on, views->as_of) <= 0)
			upto[n++] = facts[i];
	enum loan_error error = loan_replay(&r->contract, &r->loan, upto, n, scratch, views->as_of,
					    views->ctx->business, NULL, NULL, &failed);
	free(upto);
	free(scratch);
	if (error == LOAN_OK && r->contract.places_count && !loan_record_stand(r, r->loan.b.place))
		error = LOAN_ERROR_NUMBER;
	return error == LOAN_OK ? view_settle(v, views) : error;
}

static void views_facts_read(const struct db_result *r, void *arg)
{
	struct views_job *job = arg;
	struct request *req = job->req;
	int row = 0;
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	for (int i = 0; i < job->views.count; i++) {
		struct loan_view *v = &job->views.view[i];
		if (!view_is_later(v, job->views.as_of))
			continue;
		size_t count;
		struct fact *facts = loan_store_facts_new(r, &row, job->views.ctx->ref, &v->record, &count);
		enum loan_error error = view_replay(v, &job->views, facts, count);
		free(facts);
		if (error != LOAN_OK) {
			views_fail(req, v, error);
			return;
		}
	}
	job->cb(req, &job->views, job->arg);
}

/* Brings the others forward; how many are left to fold again, -1 when answered. */
static int views_advance(struct views_job *job, struct int_rows *later)
{
	int left = 0;
	for (int i = 0; i < job->views.count; i++) {
		struct loan_view *v = &job->views.view[i];
		if (view_is_later(v, job->views.as_of)) {
			int_rows_add(later, v->record.contract.loan_id);
			left++;
			continue;
		}
		enum loan_error error = view_advance(v, &job->views);
		if (error != LOAN_OK) {
			views_fail(job->req, v, error);
			return -1;
		}
	}
	return left;
}

static bool views_read_row(struct views_job *job, const struct db_result *r, int row)
{
	struct text error = { 0 };
	if (loan_store_read(r, row, job->views.ctx->ref, &job->views.view[job->views.count].record, &error)) {
		job->views.count++;
		return true;
	}
	request_log(job->req, "%s", text_str(&error));
	request_fail(job->req, ERR_INTERNAL, NULL, "%s", "");
	text_clear(&error);
	return false;
}

/* The records are there: brings them to the day, by their facts where needed. */
static void views_settle(struct views_job *job)
{
	struct request *req = job->req;
	struct int_rows later = { 0 };
	int left = views_advance(job, &later);
	if (left > 0) {
		struct db_args args = { 0 };
		db_arg_i64(&args, req->actor.staff_id);
		db_arg_int_rows(&args, &later);
		db_query(req->db, STMT_LOAN_FACTS, &args, views_facts_read, job);
	} else if (left == 0) {
		job->cb(req, &job->views, job->arg);
	}
	int_rows_clear(&later);
}

static void views_loans_read(const struct db_result *r, void *arg)
{
	struct views_job *job = arg;
	if (!r->ok) {
		request_fail_db(job->req, r);
		return;
	}
	job->views.view = xcalloc((size_t)r->rows, sizeof *job->views.view);
	for (int i = 0; i < r->rows; i++)
		if (!views_read_row(job, r, i))
			return;
	views_settle(job);
}

static void views_loan_read(const struct db_result *r, int row, void *arg)
{
	struct views_job *job = arg;
	if (!r->ok) {
		request_fail_db(job->req, r);
	} else if (row < 0) {
		request_fail(job->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
	} else {
		job->views.view = xcalloc(1, sizeof *job->views.view);
		if (views_read_row(job, r, row))
			views_settle(job);
	}
}

static struct views_job *views_job_new(struct request *req, const struct loan_context *ctx, struct date as_of,
				       loan_views_cb *cb, void *arg)
{
	struct views_job *job = request_state(req, sizeof *job);
	job->req = req;
	job->cb = cb;
	job->arg = arg;
	job->views.ctx = ctx;
	job->views.as_of = as_of;
	request_on_free(req, views_clear, &job->views);
	return job;
}

void loan_views_get(struct request *req, const struct loan_context *ctx, struct date as_of, enum stmt stmt,
		    struct db_args *args, loan_views_cb *cb, void *arg)
{
	db_query(req->db, stmt, args, views_loans_read, views_job_new(req, ctx, as_of, cb, arg));
}

void loan_views_get_one(struct request *req, const struct loan_context *ctx, struct date as_of,
			int64_t loan_id, loan_views_cb *cb, void *arg)
{
	loan_read(req, loan_id, views_loan_read, views_job_new(req, ctx, as_of, cb, arg));
}

/* ---- what replies say of a loan ---- */

void loan_add(struct money *sum, struct money more, bool *ok)
{
	if (!money_add(*sum, more, sum))
		*ok = false;
}

/* What was lent, not repaid and not written off; it is no more than what was lent, so it fits. */
struct money loan_outstanding(const struct loan_balances *b)
{
	struct money left = MONEY_ZERO;
	if (!money_sub(b->disbursed, b->paid, &left) || !money_sub(left, b->written_off, &left))
		abort();
	return left;
}

struct loan_interest loan_interest_of(const struct loan_balances *b, bool *ok)
{
	struct loan_interest i = { interest_round(b->interest_in_term), interest_round(b->interest_overdue),
				   interest_round(b->interest_grace), MONEY_ZERO };
	loan_add(&i.total, i.in_term, ok);
	loan_add(&i.total, i.overdue, ok);
	loan_add(&i.total, i.grace, ok);
	return i;
}

void loan_interest_add(struct loan_interest *sum, struct loan_interest b, bool *ok)
{
	loan_add(&sum->in_term, b.in_term, ok);
	loan_add(&sum->overdue, b.overdue, ok);
	loan_add(&sum->grace, b.grace, ok);
	loan_add(&sum->total, b.total, ok);
}

void loan_reply(struct request *req, struct text *text, bool ok)
{
	if (ok) {
		request_reply_text(req, text);
	} else {
		request_log(req, "a sum of the reply does not fit");
		request_fail(req, ERR_INTERNAL, NULL, "%s", "");
	}
	text_clear(text);
}

void loan_json_interest(struct jw *w, const char *name, struct loan_interest i)
{
	jw_object(w, name);
	jw_money(w, "in_term", i.in_term);
	jw_money(w, "overdue", i.overdue);
	jw_money(w, "grace", i.grace);
	jw_money(w, "total", i.total);
	jw_end(w);
}

void loan_json_household(struct jw *w, const char *name, int64_t id)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%010lld", (long long)id);
	jw_str(w, name, digits);
}

void loan_json_group(struct jw *w, const char *name, int64_t id)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%07lld", (long long)id);
	jw_str(w, name, id ? digits : NULL);
}

void loan_json_rate(struct jw *w, const char *name, int32_t rate_e7, int percent)
{
	jw_decimal(w, name, (int64_t)rate_e7 * percent, 7);
}
