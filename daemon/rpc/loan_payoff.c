/* loan.payoff: what it takes to close a loan on a day, and what the member's deposit would pay of it. */
#include "loan_views.h"
#include "vonvay/method.h"

const struct param_spec loan_payoff_params[] = {
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

static void payoff_write(struct request *req, const struct loan_views *views, struct money deposit)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	const struct loan_view *v = &views->view[0];
	bool ok = true;
	struct loan_interest interest = loan_interest_of(&v->b, &ok);
	struct money principal = loan_outstanding(&v->b), total = principal, cash = MONEY_ZERO;
	loan_add(&total, interest.total, &ok);
	struct money set_off = money_min(money_max(deposit, MONEY_ZERO), total);
	ok = money_sub(total, set_off, &cash) && ok;
	jw_object(&w, NULL);
	jw_id(&w, "loan", v->record.contract.loan_id);
	loan_json_household(&w, "household", v->record.household_id);
	jw_str(&w, "household_name", v->record.household_name);
	jw_date(&w, "as_of", views->as_of);
	jw_money(&w, "principal", principal);
	jw_money(&w, "in_term", v->b.in_term);
	jw_money(&w, "overdue", v->b.overdue);
	jw_money(&w, "frozen", v->b.frozen);
	loan_json_interest(&w, "interest", interest);
	jw_money(&w, "total", total);
	jw_money(&w, "deposit", deposit);
	jw_money(&w, "from_deposit", set_off);
	jw_money(&w, "from_cash", cash);
	jw_end(&w);
	loan_reply(req, &text, ok);
}

static void payoff_deposit_read(const struct db_result *r, void *arg)
{
	struct loan_views *views = arg;
	struct request *req = views->arg;
	if (r->ok)
		payoff_write(req, views, r->rows ? db_money(r, 0, 0) : MONEY_ZERO);
	else
		request_fail_db(req, r);
}

static void payoff_views(struct request *req, struct loan_views *views, void *arg)
{
	struct db_args args = { 0 };
	(void)arg;
	views->arg = req;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, views->view[0].record.household_id);
	db_arg_date(&args, views->as_of);
	db_query(req->db, STMT_LOAN_PAYOFF_DEPOSIT, &args, payoff_deposit_read, views);
}

static void payoff_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct date as_of;
	(void)arg;
	if (loan_context_as_of(req, ctx, &as_of))
		loan_views_get_one(req, ctx, as_of, param_id(req->params, "loan"), payoff_views, NULL);
}

void loan_payoff(struct request *req)
{
	loan_context_get(req, false, payoff_begin, NULL);
}
