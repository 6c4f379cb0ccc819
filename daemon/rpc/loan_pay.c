/* loan.pay: one payment of a borrower, today's or one of an earlier day. */
#include "loan_views.h"
#include "loan_write.h"
#include "vonvay/method.h"

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

/* False: the interest of the reply does not fit, which the payment itself would have said. */
static bool pay_reply_balances(struct loan_write *w, struct jw *out)
{
	struct loan_balances b = w->record.loan.b;
	bool ok = loan_balances_on(&w->record.contract, &w->record.loan, w->ctx->business, &b) == LOAN_OK;
	jw_money(out, "outstanding", loan_outstanding(&b));
	loan_json_interest(out, "interest_unpaid", loan_interest_of(&b, &ok));
	jw_str(out, "status", loan_status_word(b.status));
	return ok;
}

static bool pay_reply(struct loan_write *w, struct jw *out)
{
	const struct allocation *paid = loan_batch_paid(&w->batch, w->fact.no);
	jw_id(out, "loan", w->record.contract.loan_id);
	jw_i64(out, "fact", w->fact.no);
	jw_date(out, "paid_on", w->fact.on);
	jw_money(out, "amount", w->fact.amount);
	jw_object(out, "allocation");
	for (int i = 0; i < PART_COUNT; i++)
		jw_money(out, part_word((enum part)i), paid->part[i]);
	jw_end(out);
	return pay_reply_balances(w, out);
}

static void pay_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_write *w = arg;
	w->ctx = ctx;
	w->fact = (struct fact){
		.kind = pay_kind(param_text_or(req->params, "kind", "paid")),
		.on = param_date_or(req->params, "paid_on", ctx->business),
		.amount = param_money(req->params, "amount"),
	};
	if (loan_write_check_day(w))
		loan_write_read(w, param_id(req->params, "loan"));
}

void loan_pay(struct request *req)
{
	struct loan_write *w = loan_write_new(req, STMT_LOAN_PAY);
	w->on_field = "paid_on";
	w->reply = pay_reply;
	w->begin = pay_begin;
	loan_context_get(req, false, pay_begin, w);
}
