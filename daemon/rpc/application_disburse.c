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

static bool disburse_reply(struct loan_event *e, struct jw *out)
{
	jw_id(out, "application", param_id(e->req->params, "application"));
	return loan_contract_reply(e, out);
}

static void disburse_more(struct loan_event *e, struct jw *p, void *arg)
{
	const struct application_row *row = arg;
	const struct fact *f = &e->loans[0]->facts[0];
	jw_object(p, "application");
	jw_i64(p, "application", row->application_id);
	jw_i64(p, "steps", row->steps);
	jw_i64(p, "state", APPLICATION_DISBURSED);
	jw_date(p, "on", f->on);
	jw_money(p, "amount", f->amount);
	jw_date(p, "due_on", application_row_due(e->ctx->ref, row, APPLICATION_DISBURSED, f->on));
	jw_end(p);
}

/* By the policy application_at_session. False: answered. */
static bool disburse_at_session(struct loan_event *e, const struct application_row *row, struct date on)
{
	const struct reference *ref = e->ctx->ref;
	const struct reference_point *point = reference_point_find(ref, row->point_id);
	const char *rule = reference_policy_text(ref, "application_at_session", row->programme,
						 row->group_id != 0, on, "no");
	char next[DATE_TEXT_SIZE];
	if (strcmp(rule, "yes") != 0 || !point || !point->calendar.days_count)
		return true;
	struct date session = calendar_session_after(&point->calendar, date_add_days(on, -1));
	if (date_cmp(session, on) == 0)
		return true;
	date_format(session, next);
	request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "disbursed_on",
		     "an approved application is disbursed at a session of %s, the next one on %s",
		     point->name, next);
	return false;
}

static bool disburse_may(struct loan_event *e, const struct application_row *row, struct date on,
			 struct money amount)
{
	char since[DATE_TEXT_SIZE];
	if (!application_may(row->state, APPLICATION_DISBURSED, row->group_id == 0)) {
		request_fail(e->req, ERR_APPLICATION_STATE, "application",
			     "application %010lld is %s; it can't become disbursed",
			     (long long)row->application_id, application_state_word(row->state));
		return false;
	}
	if (date_cmp(on, row->since_on) < 0) {
		date_format(row->since_on, since);
		request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "disbursed_on",
			     "disbursed_on is before the approval of %s", since);
		return false;
	}
	if (money_cmp(amount, row->amount) > 0) {
		request_fail(e->req, ERR_INVALID_PARAMS, "amount",
			     "amount must be at most %lld, what was approved",
			     (long long)row->amount.dong /* raw: in a sentence */);
		return false;
	}
	return disburse_at_session(e, row, on);
}

static void disburse_rows(struct request *req, const struct application_row *rows, int count, void *arg)
{
	struct loan_event *e = arg;
	struct date on = param_date_or(req->params, "disbursed_on", e->ctx->business);
	if (!count) {
		request_fail(req, ERR_APPLICATION_NOT_FOUND, "application", "%s", "");
		return;
	}
	struct money amount = param_has(req->params, "amount") ? param_money(req->params, "amount") : rows->amount;
	if (!disburse_may(e, rows, on, amount))
		return;
	struct lend_order order = application_row_order(rows, on, "disbursed_on");
	order.drawing = true;
	order.application = rows->application_id;
	order.amount = amount;
	order.approved = rows->has_study ? rows->amount : MONEY_ZERO;
	loan_contract_begin(e, &order, rows->household_id, disburse_more, (void *)rows);
}

static void disburse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	int64_t id = param_id(req->params, "application");
	loan_event_reset(e, ctx);
	if (loan_disburse_day(e, param_date_or(req->params, "disbursed_on", ctx->business)))
		application_rows_get(req, &id, 1, disburse_rows, e);
}

void application_disburse(struct request *req)
{
	struct loan_event *e = loan_disburse_new(req, STMT_APPLICATION_DISBURSE, disburse_begin);
	e->reply = disburse_reply;
	loan_event_start(e);
}
