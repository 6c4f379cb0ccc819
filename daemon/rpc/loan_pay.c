/* loan.pay: one payment of a borrower, today's or one of an earlier day. */
#include "event_rules.h"

#include <string.h>

const struct param_spec loan_pay_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ .name = "amount", .type = PARAM_MONEY, .required = true, .min = 1, .help = "Amount in đồng." },
	{ .name = "paid_on", .type = PARAM_DATE, .help = "Day of the payment, by default the business date." },
	{ .name = "kind",
	  .type = PARAM_WORD,
	  .words = "paid principal_paid interest_paid",
	  .help = "What it pays: by the order of the policy (paid, the default), principal only, interest only." },
	{ .name = "from",
	  .type = PARAM_WORD,
	  .words = "cash deposit",
	  .help = "Where the money comes from: cash (the default) or the member's deposit." },
	EVENT_PARAM_REASON,
	{ 0 },
};

static enum fact_kind pay_kind(const char *word)
{
	switch (word[0]) {
	case 'i':
		return FACT_INTEREST_PAID;
	}
	return word[1] == 'r' ? FACT_PRINCIPAL_PAID : FACT_PAID;
}

static bool pay_reply(struct loan_event *e, struct jw *out)
{
	const struct event_loan *l = e->loans[0];
	jw_id(out, "loan", l->loan_id);
	jw_i64(out, "fact", l->facts[0].no);
	jw_date(out, "paid_on", l->facts[0].on);
	jw_money(out, "amount", l->facts[0].amount);
	loan_event_json_paid(out, &l->paid[0]);
	return loan_event_json_balances(e, l, out);
}

static bool pay_prepare(struct loan_event *e, struct event_loan *l)
{
	return event_day_allowed(e, l, l->facts[0].on);
}

static void pay_more(struct loan_event *e, struct jw *p)
{
	if (!param_has(e->req->params, "reason"))
		return;
	event_papers_begin(p);
	event_paper(p, e, e->loans[0], 0,
		    &(struct event_paper){ .kind = "pay", .loss_percent = -1, .decided_on = DATE_NONE });
	event_papers_end(p);
}

static void pay_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	loan_event_reset(e, ctx);
	struct event_loan *l = loan_event_add(e, param_id(req->params, "loan"));
	struct fact *f = event_loan_fact(l, pay_kind(param_text_or(req->params, "kind", "paid")),
					 param_date_or(req->params, "paid_on", ctx->business));
	f->amount = param_money(req->params, "amount");
	f->source = strcmp(param_text_or(req->params, "from", "cash"), "deposit") == 0 ? FACT_SOURCE_DEPOSIT
										       : FACT_SOURCE_CASH;
	loan_event_go(e);
}

void loan_pay(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_PAY, pay_begin);
	e->on_field = "paid_on";
	e->prepare = pay_prepare;
	e->more = pay_more;
	e->reply = pay_reply;
	loan_event_start(e);
}
