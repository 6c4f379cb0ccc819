/* application.disburse: the contract and the first drawdown of an approved application, at a session of the point. */
#include <string.h>

#include "application_rows.h"
#include "loan_disburse.h"
#include "vonvay/method.h"

const struct param_spec application_disburse_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "application", .type = PARAM_ID, .required = true, .help = "Number of the application." },
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .min = 1,
	  .help = "Amount in đồng, at most what was approved; default: that. Of a student loan the first drawdown." },
	{ .name = "disbursed_on",
	  .type = PARAM_DATE,
	  .help = "Day of the session, by default the business date." },
	{ 0 },
};

static bool disburse_reply(struct loan_write *w, struct jw *out)
{
	jw_id(out, "application", param_id(w->req->params, "application"));
	return loan_contract_reply(w, out);
}

static void disburse_more(struct loan_write *w, struct jw *out, void *arg)
{
	const struct application_row *row = arg;
	jw_object(out, "application");
	jw_i64(out, "application", row->application_id);
	jw_i64(out, "steps", row->steps);
	jw_i64(out, "state", APPLICATION_DISBURSED);
	jw_date(out, "on", w->fact.on);
	jw_money(out, "amount", w->fact.amount);
	jw_date(out, "due_on", application_row_due(w->ctx->ref, row, APPLICATION_DISBURSED, w->fact.on));
	jw_end(out);
}

/* By the policy application_at_session. False: answered. */
static bool disburse_at_session(struct loan_write *w, const struct application_row *row)
{
	const struct reference *ref = w->ctx->ref;
	const struct reference_point *point = reference_point_find(ref, row->point_id);
	const char *rule = reference_policy_text(ref, "application_at_session", row->programme,
						 row->group_id != 0, w->fact.on, "no");
	char next[DATE_TEXT_SIZE];
	if (strcmp(rule, "yes") != 0 || !point || !point->calendar.days_count)
		return true;
	struct date session = calendar_session_after(&point->calendar, date_add_days(w->fact.on, -1));
	if (date_cmp(session, w->fact.on) == 0)
		return true;
	date_format(session, next);
	request_fail(w->req, ERR_DATE_OUT_OF_RANGE, "disbursed_on",
		     "an approved application is disbursed at a session of %s, the next one on %s",
		     point->name, next);
	return false;
}

static bool disburse_may(struct loan_write *w, const struct application_row *row)
{
	char since[DATE_TEXT_SIZE];
	if (!application_may(row->state, APPLICATION_DISBURSED, row->group_id == 0)) {
		request_fail(w->req, ERR_APPLICATION_STATE, "application",
			     "application %010lld is %s; it can't become disbursed",
			     (long long)row->application_id, application_state_word(row->state));
		return false;
	}
	if (date_cmp(w->fact.on, row->since_on) < 0) {
		date_format(row->since_on, since);
		request_fail(w->req, ERR_DATE_OUT_OF_RANGE, "disbursed_on",
			     "disbursed_on is before the approval of %s", since);
		return false;
	}
	if (money_cmp(w->fact.amount, row->amount) > 0) {
		request_fail(w->req, ERR_INVALID_PARAMS, "amount",
			     "amount must be at most %lld, what was approved",
			     (long long)row->amount.dong /* raw: in a sentence */);
		return false;
	}
	return disburse_at_session(w, row);
}

static void disburse_rows(struct request *req, const struct application_row *rows, int count, void *arg)
{
	struct loan_write *w = arg;
	if (!count) {
		request_fail(req, ERR_APPLICATION_NOT_FOUND, "application", "%s", "");
		return;
	}
	if (!param_has(req->params, "amount"))
		w->fact.amount = rows->amount;
	if (!disburse_may(w, rows))
		return;
	struct lend_order order = application_row_order(rows, w->fact.on, "disbursed_on");
	order.drawing = true;
	order.application = rows->application_id;
	order.amount = w->fact.amount;
	order.approved = rows->has_study ? rows->amount : MONEY_ZERO;
	loan_contract_begin(w, &order, rows->household_id, disburse_more, (void *)rows);
}

static void disburse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_write *w = arg;
	int64_t id = param_id(req->params, "application");
	w->ctx = ctx;
	w->fact = (struct fact){
		.kind = FACT_DISBURSED,
		.on = param_date_or(req->params, "disbursed_on", ctx->business),
		.amount = param_has(req->params, "amount") ? param_money(req->params, "amount") : MONEY_ZERO,
	};
	if (loan_write_check_day(w))
		application_rows_get(req, &id, 1, disburse_rows, w);
}

void application_disburse(struct request *req)
{
	struct loan_write *w = loan_write_new(req, STMT_APPLICATION_DISBURSE);
	w->contracts = true;
	w->on_field = "disbursed_on";
	w->reply = disburse_reply;
	w->begin = disburse_begin;
	loan_context_get(req, false, disburse_begin, w);
}
