/* loan.reverse takes a fact out of a loan; loan.pay_move takes a payment off one loan and puts it on the loan it was meant for. */
#include "event_rules.h"
#include "session_fact.h"

static const struct fact *reverse_target(const struct event_loan *l, int32_t no)
{
	for (size_t i = 0; i < l->stored_count; i++)
		if (l->stored[i].no == no)
			return &l->stored[i];
	return NULL;
}

static bool reverse_is_payment(enum fact_kind kind)
{
	return kind == FACT_PAID || kind == FACT_PRINCIPAL_PAID || kind == FACT_INTEREST_PAID ||
	       kind == FACT_RECOVERED;
}

/* The fact named by the parameters, if the actor may take it out: a clerk only payments, everybody as far back as the day of
 * the fact may be named. NULL: answered. */
static const struct fact *reverse_check(struct loan_event *e, struct event_loan *l)
{
	int32_t no = (int32_t)param_int(e->req->params, "fact");
	const struct fact *target = reverse_target(l, no);
	if (!target) {
		request_fail(e->req, ERR_NOT_FOUND, "fact", "loan %lld has no fact %d", (long long)l->loan_id,
			     no);
		return NULL;
	}
	if (target->kind == FACT_REVERSED) {
		loan_event_refuse(e, l, LOAN_ERROR_REVERSES);
		return NULL;
	}
	if (!reverse_is_payment(target->kind) && !(e->req->actor.role & (RIGHT_OFFICER | RIGHT_DIRECTOR))) {
		request_fail(e->req, ERR_DENIED, "fact", "a clerk reverses payments only, not %s",
			     fact_kind_word(target->kind));
		return NULL;
	}
	return event_day_allowed(e, l, target->on) ? target : NULL;
}

/* The first fact of the loan becomes the reversal of `target`. */
static void reverse_fill(struct event_loan *l, const struct fact *target)
{
	l->facts[0].on = target->on;
	l->facts[0].reverses = target->no;
}

static void reverse_paper(struct loan_event *e, struct jw *p, const char *kind)
{
	event_papers_begin(p);
	for (int i = 0; i < e->count; i++)
		event_paper(
			p, e, e->loans[i], 0,
			&(struct event_paper){ .kind = kind, .loss_percent = -1, .decided_on = DATE_NONE });
	event_papers_end(p);
}

/* ---- loan.reverse ---- */

const struct param_spec loan_reverse_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "fact",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = 1000000,
	  .help = "Number of the fact." },
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "Why it is wrong." },
	{ 0 },
};

static bool reverse_prepare(struct loan_event *e, struct event_loan *l)
{
	const struct fact *target = reverse_check(e, l);
	if (target)
		reverse_fill(l, target);
	return target != NULL;
}

static bool reverse_reply(struct loan_event *e, struct jw *out)
{
	const struct event_loan *l = e->loans[0];
	const struct fact *target = reverse_target(l, l->facts[0].reverses);
	event_json_head(e, l, out);
	jw_i64(out, "reverses", target->no);
	jw_str(out, "kind", fact_kind_word(target->kind));
	jw_money(out, "amount", target->amount);
	return loan_event_json_balances(e, l, out);
}

static void reverse_more(struct loan_event *e, struct jw *p)
{
	reverse_paper(e, p, "reverse");
}

static void reverse_go(void *arg)
{
	loan_event_go(arg);
}

/* All loans are added: on unless the fact stands on an open sheet. */
static void reverse_ask(struct loan_event *e)
{
	const json_t *params = e->req->params;
	session_fact_check(e->req, e->ctx, param_id(params, "loan"), 0, (int32_t)param_int(params, "fact"),
			   reverse_go, e);
}

static void reverse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	loan_event_reset(e, ctx);
	event_loan_fact(loan_event_add(e, param_id(req->params, "loan")), FACT_REVERSED, DATE_NONE);
	reverse_ask(e);
}

void loan_reverse(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_REVERSE, reverse_begin);
	e->on_field = "fact";
	e->prepare = reverse_prepare;
	e->more = reverse_more;
	e->reply = reverse_reply;
	loan_event_start(e);
}

/* ---- loan.pay_move ---- */

const struct param_spec loan_pay_move_params[] = {
	EVENT_PARAM_KEY,
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract the payment was put on." },
	{ .name = "fact",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = 1000000,
	  .help = "Number of the payment." },
	{ .name = "to", .type = PARAM_ID, .required = true, .help = "Contract it was meant for." },
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "Why it is moved." },
	{ 0 },
};

/* Loans are prepared in the order of adding: the payment is known before it is put on the other loan. */
static bool pay_move_prepare(struct loan_event *e, struct event_loan *l)
{
	struct event_loan *to = e->loans[1];
	if (l == to)
		return event_day_allowed(e, l, l->facts[0].on);
	const struct fact *target = reverse_check(e, l);
	if (!target)
		return false;
	if (!reverse_is_payment(target->kind) || target->kind == FACT_RECOVERED) {
		request_fail(e->req, ERR_INVALID_PARAMS, "fact", "fact %d is no payment: it is %s",
			     target->no, fact_kind_word(target->kind));
		return false;
	}
	reverse_fill(l, target);
	struct fact *f = event_loan_fact(to, target->kind, target->on);
	f->amount = target->amount;
	f->source = target->source;
	return true;
}

static bool pay_move_reply(struct loan_event *e, struct jw *out)
{
	bool ok = true;
	const struct event_loan *to = e->loans[1];
	jw_date(out, "paid_on", to->facts[0].on);
	jw_money(out, "amount", to->facts[0].amount);
	jw_object(out, "from");
	event_json_head(e, e->loans[0], out);
	ok = loan_event_json_balances(e, e->loans[0], out) && ok;
	jw_end(out);
	jw_object(out, "to");
	event_json_head(e, to, out);
	loan_event_json_paid(out, &to->paid[0]);
	ok = loan_event_json_balances(e, to, out) && ok;
	jw_end(out);
	return ok;
}

static void pay_move_more(struct loan_event *e, struct jw *p)
{
	reverse_paper(e, p, "pay_move");
}

static void pay_move_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	loan_event_reset(e, ctx);
	event_loan_fact(loan_event_add(e, param_id(req->params, "loan")), FACT_REVERSED, DATE_NONE);
	loan_event_add(e, param_id(req->params, "to"))->back = true;
	reverse_ask(e);
}

void loan_pay_move(struct request *req)
{
	if (param_id(req->params, "loan") == param_id(req->params, "to")) {
		request_fail(req, ERR_INVALID_PARAMS, "to", "to must be another loan");
		return;
	}
	struct loan_event *e = loan_event_new(req, STMT_LOAN_PAY_MOVE, pay_move_begin);
	e->on_field = "fact";
	e->amount_field = "fact";
	e->prepare = pay_move_prepare;
	e->more = pay_move_more;
	e->reply = pay_move_reply;
	loan_event_start(e);
}
