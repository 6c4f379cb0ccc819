/* book.reconcile: the balances of every loan of a group or a household, for the borrowers to sign (15/TD). domain.md 5.5 */
#include "book.h"

#include <stdlib.h>

#include "vonvay/deposit.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

const struct param_spec book_reconcile_params[] = {
	{ .name = "group", .type = PARAM_ID, .help = "Number of the group; either it or household." },
	{ .name = "household", .type = PARAM_ID, .help = "Number of the household; either it or group." },
	{ .name = "on", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

struct reconcile_deposit {
	int64_t household_id;
	char *name;
	struct money balance;
};

struct reconcile {
	struct request *req;
	const struct loan_context *ctx;
	struct date on;
	struct reconcile_deposit *deposits;
	size_t deposits_count;
	bool group, ok;
};

static void reconcile_clear(void *arg)
{
	struct reconcile *c = arg;
	for (size_t i = 0; i < c->deposits_count; i++)
		free(c->deposits[i].name);
	free(c->deposits);
}

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

static void reconcile_write_deposits(struct jw *w, const struct reconcile *c, struct money *total, bool *ok)
{
	jw_array(w, "deposits");
	for (size_t i = 0; i < c->deposits_count; i++) {
		jw_object(w, NULL);
		loan_json_household(w, "household", c->deposits[i].household_id);
		jw_str(w, "household_name", c->deposits[i].name);
		jw_money(w, "deposit", c->deposits[i].balance);
		jw_end(w);
		loan_add(total, c->deposits[i].balance, ok);
	}
	jw_end(w);
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
	bool ok = c->ok;
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
	struct money deposits = MONEY_ZERO;
	reconcile_write_deposits(&w, c, &deposits, &ok);
	jw_object(&w, "total");
	jw_i64(&w, "loans", total.loans);
	reconcile_write_sums(&w, &total);
	jw_money(&w, "deposit", deposits);
	jw_end(&w);
	jw_end(&w);
	loan_reply(req, &text, ok);
}

static void reconcile_arg_subject(const struct reconcile *c, struct db_args *args)
{
	db_arg_i64(args, c->req->actor.staff_id);
	db_arg_i64(args, param_id(c->req->params, c->group ? "group" : "household"));
	if (c->group)
		db_arg_date(args, c->on);
}

/* Rows of one kind of one household: what it adds to the balance is the domain's to say. */
static void reconcile_take_deposit(struct reconcile *c, const struct db_result *r, int row)
{
	int64_t id = db_i64(r, row, 0);
	struct deposit_fact sum = { .kind = (enum deposit_kind)db_i32(r, row, 2),
				    .amount = db_money(r, row, 3) };
	struct reconcile_deposit *last = c->deposits_count ? &c->deposits[c->deposits_count - 1] : NULL;
	if (!last || last->household_id != id) {
		last = &c->deposits[c->deposits_count++];
		last->household_id = id;
		last->name = xstrdup(db_text(r, row, 1));
	}
	loan_add(&last->balance, deposit_change(&sum), &c->ok);
}

static void reconcile_deposits_read(const struct db_result *r, void *arg)
{
	struct reconcile *c = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(c->req, r);
		return;
	}
	c->deposits = xcalloc((size_t)r->rows, sizeof *c->deposits);
	for (int row = 0; row < r->rows; row++)
		reconcile_take_deposit(c, r, row);
	reconcile_arg_subject(c, &args);
	loan_views_get(c->req, c->ctx, c->on, c->group ? STMT_LOAN_READ_GROUP : STMT_LOAN_READ_HOUSEHOLD,
		       &args, reconcile_reply, c);
}

/* The group or household is there: its deposits, then its loans of the day. */
static void reconcile_found(const struct db_result *r, void *arg)
{
	struct reconcile *c = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(c->req, r);
		return;
	}
	db_arg_i64(&args, c->req->actor.staff_id);
	book_arg_id(&args, c->req, "group");
	book_arg_id(&args, c->req, "household");
	db_arg_date(&args, c->on);
	db_query(c->req->db, STMT_BOOK_DEPOSITS, &args, reconcile_deposits_read, c);
}

static void book_reconcile_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct reconcile *c = request_state(req, sizeof *c);
	struct db_args args = { 0 };
	(void)arg;
	c->req = req;
	c->ctx = ctx;
	c->ok = true;
	c->group = param_has(req->params, "group");
	request_on_free(req, reconcile_clear, c);
	if (c->group == param_has(req->params, "household")) {
		request_fail(req, ERR_INVALID_PARAMS, "group", "one of group and household is required");
		return;
	}
	if (!book_day_of(req, ctx, "on", &c->on))
		return;
	reconcile_arg_subject(c, &args);
	db_query(req->db, c->group ? STMT_GROUP_READ : STMT_HOUSEHOLD_READ, &args, reconcile_found, c);
}

void book_reconcile(struct request *req)
{
	loan_context_get(req, false, book_reconcile_begin, NULL);
}
