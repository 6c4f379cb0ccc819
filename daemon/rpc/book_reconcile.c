/* book.reconcile: the balances of every loan of a group or a household, for the borrowers to sign (15/TD). domain.md 5.5 */
#include "book.h"
#include "vonvay/method.h"

const struct param_spec book_reconcile_params[] = {
	{ .name = "group", .type = PARAM_ID, .help = "Number of the group; either it or household." },
	{ .name = "household", .type = PARAM_ID, .help = "Number of the household; either it or group." },
	{ .name = "on", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

struct reconcile {
	struct request *req;
	const struct loan_context *ctx;
	struct date on;
};

struct reconcile_sums {
	struct money in_term, overdue, frozen, outstanding;
	struct loan_interest interest;
	int loans;
};

static void reconcile_write_sums(struct jw *w, const struct reconcile_sums *s)
{
	jw_money(w, "in_term", s->in_term);
	jw_money(w, "overdue", s->overdue);
	jw_money(w, "frozen", s->frozen);
	jw_money(w, "outstanding", s->outstanding);
	loan_json_interest(w, "interest_unpaid", s->interest);
}

static void reconcile_add(struct reconcile_sums *sum, const struct reconcile_sums *s, bool *ok)
{
	loan_add(&sum->in_term, s->in_term, ok);
	loan_add(&sum->overdue, s->overdue, ok);
	loan_add(&sum->frozen, s->frozen, ok);
	loan_add(&sum->outstanding, s->outstanding, ok);
	loan_interest_add(&sum->interest, s->interest, ok);
	sum->loans += s->loans;
}

static void reconcile_write_row(struct jw *w, const struct loan_view *v, struct reconcile_sums *total,
				bool *ok)
{
	const struct loan_record *r = &v->record;
	struct reconcile_sums s = { v->b.in_term,
				    v->b.overdue,
				    v->b.frozen,
				    loan_outstanding(&v->b),
				    loan_interest_of(&v->b, ok),
				    1 };
	jw_object(w, NULL);
	loan_json_household(w, "household", r->household_id);
	jw_str(w, "household_name", r->household_name);
	jw_id(w, "loan", r->contract.loan_id);
	jw_str(w, "programme", r->programme);
	jw_date(w, "contract_on", r->contract.contract_on);
	jw_money(w, "disbursed", v->b.disbursed);
	reconcile_write_sums(w, &s);
	jw_end(w);
	reconcile_add(total, &s, ok);
}

static bool reconcile_shows(const struct loan_view *v)
{
	return v->begun && v->b.status != LOAN_STATUS_CLOSED;
}

static void reconcile_reply(struct request *req, struct loan_views *views, void *arg)
{
	const struct reconcile *c = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct reconcile_sums total = { 0 };
	bool ok = true;
	jw_object(&w, NULL);
	jw_str(&w, "form", "15/TD");
	jw_date(&w, "on", c->on);
	if (param_has(req->params, "group"))
		loan_json_group(&w, "group", param_id(req->params, "group"));
	else
		loan_json_household(&w, "household", param_id(req->params, "household"));
	jw_array(&w, "rows");
	for (int i = 0; i < views->count; i++)
		if (reconcile_shows(&views->view[i]))
			reconcile_write_row(&w, &views->view[i], &total, &ok);
	jw_end(&w);
	jw_object(&w, "total");
	jw_i64(&w, "loans", total.loans);
	reconcile_write_sums(&w, &total);
	jw_end(&w);
	jw_end(&w);
	loan_reply(req, &text, ok);
}

/* The group or household is there: its loans of the day. */
static void reconcile_found(const struct db_result *r, void *arg)
{
	struct reconcile *c = arg;
	struct request *req = c->req;
	bool group = param_has(req->params, "group");
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, group ? "group" : "household"));
	if (group)
		db_arg_date(&args, c->on);
	loan_views_get(req, c->ctx, c->on, group ? STMT_LOAN_READ_GROUP : STMT_LOAN_READ_HOUSEHOLD, &args,
		       reconcile_reply, c);
}

static void book_reconcile_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct reconcile *c = request_state(req, sizeof *c);
	bool group = param_has(req->params, "group");
	struct db_args args = { 0 };
	(void)arg;
	c->req = req;
	c->ctx = ctx;
	if (group == param_has(req->params, "household")) {
		request_fail(req, ERR_INVALID_PARAMS, "group", "one of group and household is required");
		return;
	}
	if (!book_day_of(req, ctx, "on", &c->on))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, group ? "group" : "household"));
	if (group)
		db_arg_date(&args, c->on);
	db_query(req->db, group ? STMT_GROUP_READ : STMT_HOUSEHOLD_READ, &args, reconcile_found, c);
}

void book_reconcile(struct request *req)
{
	loan_context_get(req, false, book_reconcile_begin, NULL);
}
