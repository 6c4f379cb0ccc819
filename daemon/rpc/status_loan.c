/* status.loan: one loan on a day. */
#include "loan_views.h"
#include "vonvay/method.h"

const struct param_spec status_loan_params[] = {
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

static void status_loan_place(struct jw *w, const struct loan_record *r, const struct reference *ref,
			      struct date on)
{
	const struct reference_organisation *o = reference_organisation_find(ref, r->organisation);
	const struct reference_area *area = reference_area_on(ref, r->commune, on);
	const struct reference_point *point = reference_point_find(ref, r->point_id);
	loan_json_household(w, "household", r->household_id);
	jw_str(w, "household_name", r->household_name);
	loan_json_group(w, "group", r->group_id);
	jw_str(w, "group_name", r->group_name);
	jw_str(w, "organisation", o ? o->word : NULL);
	jw_str(w, "commune", area ? area->code : r->commune);
	jw_str(w, "point", point ? point->code : NULL);
}

static void status_loan_terms(struct jw *w, const struct loan_view *v, const struct reference *ref,
			      struct date on)
{
	const struct loan_record *r = &v->record;
	const struct reference_programme *p = reference_programme_find(ref, r->programme);
	int32_t rate_e7 = rate_on(loan_line(&r->contract, &v->b), on);
	jw_str(w, "programme", r->programme);
	jw_str(w, "programme_name", p ? p->name_vi : NULL);
	jw_str(w, "purpose", r->purpose);
	jw_str(w, "rate_line", r->rate_line);
	loan_json_rate(w, "rate_percent", rate_e7, 100);
	loan_json_rate(w, "overdue_rate_percent", rate_e7, r->contract.overdue_percent);
	jw_date(w, "contract_on", r->contract.contract_on);
	jw_i64(w, "term_months", r->term_months);
	jw_date(w, "matures_on", r->loan.instalment[r->loan.count - 1].due_on);
	jw_date(w, "matured_first_on", r->loan.instalment[r->loan.count - 1].first_on);
}

static void status_loan_next(struct jw *w, const struct loan_record *r, struct date on)
{
	enum loan_next_reason reason;
	struct date next = loan_next(&r->contract, &r->loan, on, true, &reason);
	if (reason == LOAN_NEXT_NOTHING) {
		jw_null(w, "next");
		return;
	}
	jw_object(w, "next");
	jw_date(w, "on", next);
	jw_str(w, "reason", loan_next_reason_word(reason));
	jw_end(w);
}

/* DATE_EVER: a freeze taken over without an end. */
static struct date status_loan_end(struct date until)
{
	return date_cmp(until, DATE_EVER) < 0 ? until : DATE_NONE;
}

/* What decisions have brought: a freeze, relief, a write-off. */
static void status_loan_decided(struct jw *w, const struct loan_balances *b)
{
	bool frozen = money_is_positive(b->frozen);
	jw_date(w, "frozen_until", frozen ? status_loan_end(b->frozen_until) : DATE_NONE);
	jw_bool(w, "relieved", b->line != 0);
	jw_date(w, "relieved_until", status_loan_end(b->line_until));
	jw_date(w, "holiday_until", b->holiday_until);
	jw_money(w, "written_off", b->written_off);
	jw_money(w, "interest_written_off", b->interest_written_off);
	jw_money(w, "recovered", b->recovered);
}

static void status_loan_balances(struct jw *w, const struct loan_view *v, const struct loan_views *views,
				 bool *ok)
{
	const struct loan_record *r = &v->record;
	struct money outstanding = loan_outstanding(&v->b), payoff = outstanding;
	struct loan_interest interest = loan_interest_of(&v->b, ok);
	loan_add(&payoff, interest.total, ok);
	jw_str(w, "status", loan_status_word(v->b.status));
	jw_bool(w, "awaiting_session",
		v->begun && loan_awaiting_session(&r->contract, &r->loan, views->as_of, views->ctx->business));
	jw_bool(w, "held", r->held);
	jw_money(w, "disbursed", v->b.disbursed);
	jw_money(w, "principal_paid", v->b.paid);
	jw_money(w, "in_term", v->b.in_term);
	jw_money(w, "overdue", v->b.overdue);
	jw_money(w, "frozen", v->b.frozen);
	status_loan_decided(w, &v->b);
	jw_money(w, "outstanding", outstanding);
	loan_json_interest(w, "interest_unpaid", interest);
	jw_money(w, "arrears", v->begun ? loan_arrears(&r->contract, &r->loan, views->as_of) : MONEY_ZERO);
	status_loan_next(w, r, views->as_of);
	jw_money(w, "payoff", payoff);
}

/* What was paid or written off covers the instalments in order of their dates. */
static void status_loan_instalments(struct jw *w, const struct loan_view *v, bool *ok)
{
	struct money paid = loan_settled(&v->b);
	jw_array(w, "instalments");
	for (int i = 0; i < v->record.loan.count; i++) {
		const struct instalment *row = &v->record.loan.instalment[i];
		struct money covered = money_min(paid, row->amount), unpaid = row->amount;
		*ok = money_sub(row->amount, covered, &unpaid) && money_sub(paid, covered, &paid) && *ok;
		jw_object(w, NULL);
		jw_i64(w, "no", i + 1);
		jw_date(w, "due_on", row->due_on);
		jw_date(w, "first_on", row->first_on);
		jw_money(w, "amount", row->amount);
		jw_money(w, "unpaid", unpaid);
		jw_end(w);
	}
	jw_end(w);
}

static void status_loan_reply(struct request *req, struct loan_views *views, void *arg)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	const struct reference *ref = views->ctx->ref;
	bool ok = true;
	const struct loan_view *v = &views->view[0];
	(void)arg;
	jw_object(&w, NULL);
	jw_id(&w, "loan", v->record.contract.loan_id);
	status_loan_place(&w, &v->record, ref, views->as_of);
	status_loan_terms(&w, v, ref, views->as_of);
	jw_date(&w, "as_of", views->as_of);
	status_loan_balances(&w, v, views, &ok);
	status_loan_instalments(&w, v, &ok);
	jw_end(&w);
	loan_reply(req, &text, ok);
}

static void status_loan_read(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct date as_of;
	(void)arg;
	if (loan_context_as_of(req, ctx, &as_of))
		loan_views_get_one(req, ctx, as_of, param_id(req->params, "loan"), status_loan_reply, NULL);
}

void status_loan(struct request *req)
{
	loan_context_get(req, false, status_loan_read, NULL);
}
