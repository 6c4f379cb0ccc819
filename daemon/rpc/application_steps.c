/* The steps of an application: submitted, appraised, confirmed, approved or refused, withdrawn. Each reads the applications
 * concerned, asks the domain whether the step may follow and by when the next one has to, and stores it on top of what was
 * read. domain.md 5.6 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "application_rows.h"
#include "simple_write.h"
#include "vonvay/method.h"
#include "vonvay/server.h"

#define STEP_TRIES 3
#define STEP_MOVES 100
#define APPLICATIONS_AT_ONCE 200

#define A_KEY                                                                                                \
	{                                                                                                    \
		.name = "key", .type = PARAM_KEY, .required = true,                                          \
		.help = "UUIDv7 made by the client before sending."                                          \
	}
#define AN_APPLICATION                                                                                       \
	{                                                                                                    \
		.name = "application", .type = PARAM_ID, .required = true,                                   \
		.help = "Number of the application."                                                         \
	}
#define ON_DAY                                                                                               \
	{                                                                                                    \
		.name = "on", .type = PARAM_DATE, .help = "Day of the step, by default the business date."   \
	}

static const struct param_spec agreed_items[] = {
	AN_APPLICATION,
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .min = 1,
	  .help = "What was agreed in đồng, at most what was asked for; default: that." },
	{ 0 },
};

static const struct param_spec refused_items[] = {
	AN_APPLICATION,
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .max = 500, .help = "Why." },
	{ 0 },
};

const struct param_spec application_submit_params[] = {
	A_KEY,
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." },
	{ .name = "programme",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 16,
	  .help = "Code of the programme." },
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .required = true,
	  .min = 1,
	  .help = "What is asked for in đồng; of a student loan in all." },
	{ .name = "term_months",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Months to maturity; a student loan has the longest one by default." },
	LEND_TERM_PARAMS,
	{ .name = "plan", .type = PARAM_TEXT, .max = 1000, .help = "What the money is for, in words." },
	{ .name = "number",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the form 01/TD, by default the next one." },
	ON_DAY,
	{ 0 },
};

const struct param_spec application_appraise_params[] = {
	A_KEY,
	{ .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group that met." },
	{ .name = "minutes",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the minutes 10C/TD, by default the next one." },
	{ .name = "list",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the list 03/TD, by default the next one." },
	{ .name = "agreed",
	  .type = PARAM_OBJECTS,
	  .items = agreed_items,
	  .max = APPLICATIONS_AT_ONCE,
	  .help = "What the meeting agreed to." },
	{ .name = "refused",
	  .type = PARAM_OBJECTS,
	  .items = refused_items,
	  .max = APPLICATIONS_AT_ONCE,
	  .help = "What it refused, with the reasons." },
	ON_DAY,
	{ 0 },
};

const struct param_spec application_confirm_params[] = {
	A_KEY,
	{ .name = "list",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the list 03/TD, by default that of the group." },
	{ .name = "confirmed",
	  .type = PARAM_IDS,
	  .max = APPLICATIONS_AT_ONCE,
	  .help = "Numbers of the applications that the commune confirmed." },
	{ .name = "refused",
	  .type = PARAM_OBJECTS,
	  .items = refused_items,
	  .max = APPLICATIONS_AT_ONCE,
	  .help = "Those it did not, with the reasons." },
	ON_DAY,
	{ 0 },
};

const struct param_spec application_approve_params[] = {
	A_KEY,
	AN_APPLICATION,
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .min = 1,
	  .help = "What is approved in đồng, at most what was agreed; default: that." },
	{ .name = "number",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the notice 04/TD, by default the next one." },
	ON_DAY,
	{ 0 },
};

const struct param_spec application_refuse_params[] = {
	A_KEY,
	AN_APPLICATION,
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .max = 500, .help = "Why." },
	{ .name = "number",
	  .type = PARAM_TEXT,
	  .max = 40,
	  .help = "Number of the notice 04/TD, by default the next one." },
	ON_DAY,
	{ 0 },
};

const struct param_spec application_withdraw_params[] = {
	A_KEY,	AN_APPLICATION, { .name = "reason", .type = PARAM_TEXT, .max = 500, .help = "Why." },
	ON_DAY, { 0 },
};

/* One application of the request and what is to become of it. */
struct step {
	int64_t application_id;
	enum application_state to;
	struct money amount; /* 0: what it has */
	const char *reason;
	const struct application_row *row;
};

struct step_job {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt;
	struct date on;
	int count, tries, moves;
	struct step *steps;
	struct lend_order order; /* of the one that is approved */
	struct lend lend;
	int64_t seen; /* of its household, for the write to compare */
};

static void step_begin(struct request *req, const struct loan_context *ctx, void *arg);

/* ---- write ---- */

static void step_done(const struct db_result *r, void *arg)
{
	struct step_job *job = arg;
	struct request *req = job->req;
	if (r->ok && r->rows)
		request_reply_str(req, db_text(r, 0, 1));
	else if (r->error != ERR_STALE && r->error != ERR_MOVED)
		request_fail_db(req, r);
	else if (r->error == ERR_MOVED ? ++job->moves < STEP_MOVES : ++job->tries < STEP_TRIES)
		loan_context_get(req, true, step_begin, job);
	else
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
}

static void step_head(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	char *params = param_json_new(req->params);
	loan_context_write_head(ctx, req, "{}", args);
	db_arg_text(args, params);
	free(params);
}

static void step_write_row(struct jw *w, const struct step_job *job, const struct step *s)
{
	struct date due = application_row_due(job->ctx->ref, s->row, s->to, job->on);
	jw_object(w, NULL);
	jw_i64(w, "application", s->application_id);
	jw_i64(w, "steps", s->row->steps);
	jw_i64(w, "state", s->to);
	jw_date(w, "on", job->on);
	jw_money(w, "amount", money_is_zero(s->amount) ? s->row->amount : s->amount);
	jw_str(w, "reason", s->reason);
	jw_date(w, "due_on", due);
	if (s->to == APPLICATION_APPROVED) {
		jw_i64(w, "household_id", s->row->household_id);
		jw_i64(w, "household_seen", job->seen);
	}
	jw_end(w);
}

static void step_send(struct step_job *job)
{
	struct db_args args = { 0 };
	struct text rows = { 0 };
	struct jw w = jw_start(&rows);
	jw_array(&w, NULL);
	for (int i = 0; i < job->count; i++)
		step_write_row(&w, job, &job->steps[i]);
	jw_end(&w);
	step_head(job->req, job->ctx, &args);
	db_arg_text(&args, text_str(&rows));
	text_clear(&rows);
	db_query(job->req->db, job->stmt, &args, step_done, job);
}

/* ---- decide ---- */

static bool step_day(struct step_job *job, const struct step *s)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	if (date_cmp(job->on, s->row->since_on) >= 0 && date_cmp(job->on, job->ctx->business) <= 0)
		return true;
	date_format(s->row->since_on, first);
	date_format(job->ctx->business, last);
	request_fail(job->req, ERR_DATE_OUT_OF_RANGE, "on", "on must be %s (the step before) to %s", first,
		     last);
	return false;
}

/* May it take this step with this amount? False: answered. */
static bool step_may(struct step_job *job, const struct step *s)
{
	struct request *req = job->req;
	const struct application_row *row = s->row;
	if (!application_may(row->state, s->to, row->group_id == 0)) {
		request_fail(req, ERR_APPLICATION_STATE, "application",
			     "application %010lld is %s; it can't become %s", (long long)s->application_id,
			     application_state_word(row->state), application_state_word(s->to));
		return false;
	}
	if (money_cmp(s->amount, row->amount) > 0) {
		request_fail(
			req, ERR_INVALID_PARAMS, "amount",
			"amount of application %010lld must be at most %lld, what was asked for or agreed",
			(long long)s->application_id, (long long)row->amount.dong /* raw: in a sentence */);
		return false;
	}
	if (param_has(req->params, "group") && row->group_id != param_id(req->params, "group")) {
		request_fail(req, ERR_CONFLICT, "group", "application %010lld is not of this group",
			     (long long)s->application_id);
		return false;
	}
	return step_day(job, s);
}

/* Everything about the household is asked again on the day of the approval. */
static void step_approve(struct request *req, struct household_rules *rules, struct loan_views *views,
			 void *arg)
{
	struct step_job *job = arg;
	struct loan_terms terms;
	job->seen = household_rules_seen(rules->data, views);
	if (lend_check(req, &job->lend, rules, &terms))
		step_send(job);
}

static bool step_find(struct step_job *job, struct step *s, const struct application_row *rows, int count)
{
	s->row = NULL;
	for (int i = 0; i < count; i++)
		if (rows[i].application_id == s->application_id)
			s->row = &rows[i];
	if (!s->row)
		request_fail(job->req, ERR_APPLICATION_NOT_FOUND, "application", "no application %010lld",
			     (long long)s->application_id);
	return s->row != NULL;
}

static void step_rows(struct request *req, const struct application_row *rows, int count, void *arg)
{
	struct step_job *job = arg;
	struct step *s = job->steps;
	for (int i = 0; i < job->count; i++)
		if (!step_find(job, &s[i], rows, count) || !step_may(job, &s[i]))
			return;
	if (s->to != APPLICATION_APPROVED) {
		step_send(job);
		return;
	}
	job->order = application_row_order(s->row, job->on, "on");
	if (!money_is_zero(s->amount))
		job->order.amount = s->amount;
	if (lend_begin(req, job->ctx->ref, &job->order, &job->lend))
		household_rules_get(req, job->ctx, s->row->household_id, job->on, step_approve, job);
}

/* ---- read ---- */

static void step_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct step_job *job = arg;
	int64_t ids[2 * APPLICATIONS_AT_ONCE];
	job->ctx = ctx;
	job->on = param_date_or(req->params, "on", ctx->business);
	for (int i = 0; i < job->count; i++)
		ids[i] = job->steps[i].application_id;
	application_rows_get(req, ids, (size_t)job->count, step_rows, job);
}

static void step_add(struct step_job *job, int64_t id, enum application_state to, struct money amount,
		     const char *reason)
{
	job->steps[job->count++] =
		(struct step){ .application_id = id, .to = to, .amount = amount, .reason = reason };
}

/* Each application once. False: answered. */
static bool step_each_once(struct step_job *job)
{
	if (!job->count) {
		request_fail(job->req, ERR_INVALID_PARAMS, "refused", "no application is named");
		return false;
	}
	for (int i = 0; i < job->count; i++)
		for (int k = 0; k < i; k++)
			if (job->steps[i].application_id == job->steps[k].application_id) {
				request_fail(job->req, ERR_INVALID_PARAMS, "refused",
					     "application %010lld is named twice",
					     (long long)job->steps[i].application_id);
				return false;
			}
	return true;
}

static struct step_job *step_new(struct request *req, enum stmt stmt, size_t most)
{
	struct step_job *job = request_state(req, sizeof *job);
	job->req = req;
	job->stmt = stmt;
	job->steps = request_state(req, (most + 1) * sizeof *job->steps);
	return job;
}

static void step_run(struct step_job *job)
{
	if (step_each_once(job))
		loan_context_get(job->req, false, step_begin, job);
}

static void step_add_refused(struct step_job *job)
{
	const json_t *in = job->req->params;
	for (size_t i = 0; i < param_count(in, "refused"); i++) {
		const json_t *row = param_object_at(in, "refused", i);
		step_add(job, param_id(row, "application"), APPLICATION_REFUSED, MONEY_ZERO,
			 param_text(row, "reason"));
	}
}

void application_appraise(struct request *req)
{
	const json_t *in = req->params;
	size_t agreed = param_count(in, "agreed");
	struct step_job *job = step_new(req, STMT_APPLICATION_APPRAISE, agreed + param_count(in, "refused"));
	for (size_t i = 0; i < agreed; i++) {
		const json_t *row = param_object_at(in, "agreed", i);
		step_add(job, param_id(row, "application"), APPLICATION_APPRAISED,
			 param_has(row, "amount") ? param_money(row, "amount") : MONEY_ZERO, NULL);
	}
	step_add_refused(job);
	step_run(job);
}

void application_confirm(struct request *req)
{
	const json_t *in = req->params;
	size_t confirmed = param_count(in, "confirmed");
	struct step_job *job =
		step_new(req, STMT_APPLICATION_CONFIRM, confirmed + param_count(in, "refused"));
	for (size_t i = 0; i < confirmed; i++)
		step_add(job, param_id_at(in, "confirmed", i), APPLICATION_CONFIRMED, MONEY_ZERO, NULL);
	step_add_refused(job);
	step_run(job);
}

static void step_one(struct request *req, enum stmt stmt, enum application_state to)
{
	const json_t *in = req->params;
	struct step_job *job = step_new(req, stmt, 1);
	step_add(job, param_id(in, "application"), to,
		 param_has(in, "amount") ? param_money(in, "amount") : MONEY_ZERO,
		 param_text_or(in, "reason", NULL));
	step_run(job);
}

void application_approve(struct request *req)
{
	step_one(req, STMT_APPLICATION_APPROVE, APPLICATION_APPROVED);
}

void application_refuse(struct request *req)
{
	step_one(req, STMT_APPLICATION_REFUSE, APPLICATION_REFUSED);
}

void application_withdraw(struct request *req)
{
	step_one(req, STMT_APPLICATION_WITHDRAW, APPLICATION_WITHDRAWN);
}

/* ---- submit ---- */

struct submit_job {
	struct request *req;
	const struct loan_context *ctx;
	struct lend_order order;
	struct lend lend;
	int tries, moves;
};

static void submit_begin(struct request *req, const struct loan_context *ctx, void *arg);

static void submit_done(const struct db_result *r, void *arg)
{
	struct submit_job *job = arg;
	struct request *req = job->req;
	if (r->ok && r->rows)
		request_reply_str(req, db_text(r, 0, 1));
	else if (r->error != ERR_STALE && r->error != ERR_MOVED)
		request_fail_db(req, r);
	else if (r->error == ERR_MOVED ? ++job->moves < STEP_MOVES : ++job->tries < STEP_TRIES)
		loan_context_get(req, true, submit_begin, job);
	else
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
}

/* What was found out, behind the parameters. */
static void submit_decided(const struct submit_job *job, const struct loan_terms *t, struct text *out)
{
	struct jw w = jw_start(out);
	struct application_row row = { .group_id = t->group_id,
				       .point_id = t->point_id,
				       .programme = t->programme };
	struct date due = application_row_due(job->ctx->ref, &row, APPLICATION_APPLIED, job->order.on);
	jw_object(&w, NULL);
	jw_date(&w, "on", job->order.on);
	jw_i64(&w, "group", t->group_id);
	jw_i64(&w, "point_id", t->point_id);
	jw_i64(&w, "organisation", t->organisation);
	jw_str(&w, "commune", t->commune);
	jw_str(&w, "purpose", job->lend.purpose);
	jw_i64(&w, "units", job->lend.units);
	jw_i64(&w, "term_months", t->term_months);
	jw_date(&w, "due_on", due);
	jw_end(&w);
}

static void submit_decide(struct request *req, struct household_rules *rules, struct loan_views *views,
			  void *arg)
{
	struct submit_job *job = arg;
	struct loan_terms terms;
	struct db_args args = { 0 };
	struct text decided = { 0 };
	(void)views;
	if (!lend_check(req, &job->lend, rules, &terms))
		return;
	submit_decided(job, &terms, &decided);
	step_head(req, job->ctx, &args);
	db_arg_text(&args, text_str(&decided));
	text_clear(&decided);
	db_query(req->db, STMT_APPLICATION_SUBMIT, &args, submit_done, job);
}

static void submit_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct submit_job *job = arg;
	struct date on = param_date_or(req->params, "on", ctx->business);
	job->ctx = ctx;
	if (date_cmp(on, ctx->business) > 0 || date_cmp(on, ctx->began_on) < 0) {
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "on",
			     "on is before the beginning or after the business date");
		return;
	}
	if (lend_order_of_params(req, &job->order, on, "on") &&
	    lend_begin(req, ctx->ref, &job->order, &job->lend))
		household_rules_get(req, ctx, param_id(req->params, "household"), on, submit_decide, job);
}

void application_submit(struct request *req)
{
	struct submit_job *job = request_state(req, sizeof *job);
	job->req = req;
	loan_context_get(req, false, submit_begin, job);
}
