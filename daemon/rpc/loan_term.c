/* loan.reschedule (08/TD) moves an instalment, loan.extend (09/TD) the final date. domain.md 3.6, 3.7 */
#include <stdio.h>

#include "event_rules.h"
#include "vonvay/extension.h"

#define EVENT_PARAM_ASKED                                                                                    \
	{                                                                                                    \
		.name = "asked_on", .type = PARAM_DATE, .required = true,                                    \
		.help = "Day on which the borrower asked."                                                   \
	}

static int64_t term_policy(const struct loan_event *e, const struct event_loan *l, const char *name,
			   int64_t otherwise)
{
	return reference_policy_int(e->ctx->ref, name, l->record.programme, l->record.group_id != 0,
				    l->facts[0].on, otherwise);
}

/* The borrower asks so many working days before the day that moves. False: answered. */
static bool term_asked(struct loan_event *e, const struct event_loan *l, struct date due, const char *policy)
{
	size_t count;
	char day[DATE_TEXT_SIZE];
	struct date asked = param_date(e->req->params, "asked_on");
	const struct date *holidays = reference_holidays(e->ctx->ref, &count);
	int least = (int)term_policy(e, l, policy, 5),
	    had = extension_working_days(holidays, count, asked, due);
	if (date_cmp(asked, l->facts[0].on) > 0) {
		request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "asked_on",
			     "asked_on must not be after the decision");
		return false;
	}
	if (had >= least)
		return true;
	date_format(due, day);
	request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "asked_on",
		     "asked %d working days before %s, and %d are required", had, day, least);
	return false;
}

static bool term_reply(struct loan_event *e, struct jw *out, int instalment)
{
	const struct event_loan *l = e->loans[0];
	const struct instalment *row = &l->record.loan.instalment[instalment];
	event_json_head(e, l, out);
	jw_i64(out, "instalment", instalment + 1);
	jw_date(out, "first_on", row->first_on);
	jw_date(out, "until", l->facts[0].until);
	return loan_event_json_balances(e, l, out);
}

static void term_paper(struct loan_event *e, struct jw *p, const char *kind, const char *form)
{
	char note[64], asked[DATE_TEXT_SIZE];
	date_format(param_date(e->req->params, "asked_on"), asked);
	snprintf(note, sizeof note, "{\"asked_on\":\"%s\"}", asked);
	event_papers_begin(p);
	event_paper(p, e, e->loans[0], 0,
		    &(struct event_paper){ .kind = kind,
					   .form = form,
					   .loss_percent = -1,
					   .decided_on = DATE_NONE,
					   .note_json = note });
	event_papers_end(p);
}

static struct event_loan *term_begin(struct loan_event *e, const struct loan_context *ctx, enum fact_kind kind)
{
	loan_event_reset(e, ctx);
	struct event_loan *l = loan_event_add(e, param_id(e->req->params, "loan"));
	event_loan_fact(l, kind, param_date_or(e->req->params, "on", ctx->business))->until =
		param_date(e->req->params, "until");
	return l;
}

/* ---- loan.reschedule ---- */

const struct param_spec loan_reschedule_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "instalment",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Number of the instalment; the last one only an extension moves." },
	{ .name = "until",
	  .type = PARAM_DATE,
	  .required = true,
	  .help = "Its new day, not beyond the next instalment." },
	EVENT_PARAM_ASKED,
	EVENT_PARAM_ON,
	EVENT_PARAM_NUMBER,
	EVENT_PARAM_DECIDED_ON,
	EVENT_PARAM_REASON,
	{ 0 },
};

/* At the latest on the session day of the instalment. */
static bool reschedule_prepare(struct loan_event *e, struct event_loan *l)
{
	struct loan loan;
	struct loan_balances b;
	int i = l->facts[0].number;
	if (!event_day_allowed(e, l, l->facts[0].on) || !loan_event_on(e, l, l->facts[0].on, &loan, &b))
		return false;
	if (i >= loan.count - 1) {
		request_fail(e->req, ERR_INVALID_PARAMS, "instalment",
			     "the loan has %d instalments, the last of which is extended", loan.count);
		return false;
	}
	struct date due = calendar_due(loan_calendar(&l->record.contract, &b), loan.instalment[i].due_on);
	if (date_cmp(l->facts[0].on, due) > 0) {
		loan_event_refuse(e, l, LOAN_ERROR_DECIDED);
		return false;
	}
	return term_asked(e, l, due, "reschedule_asked_days");
}

static bool reschedule_reply(struct loan_event *e, struct jw *out)
{
	return term_reply(e, out, e->loans[0]->facts[0].number);
}

static void reschedule_more(struct loan_event *e, struct jw *p)
{
	term_paper(e, p, "reschedule", "08/TD");
}

static void reschedule_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct event_loan *l = term_begin(arg, ctx, FACT_RESCHEDULED);
	l->facts[0].number = (int32_t)param_int(req->params, "instalment") - 1;
	loan_event_go(arg);
}

void loan_reschedule(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_RESCHEDULE, reschedule_begin);
	e->prepare = reschedule_prepare;
	e->more = reschedule_more;
	e->reply = reschedule_reply;
	loan_event_start(e);
}

/* ---- loan.extend ---- */

const struct param_spec loan_extend_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "until", .type = PARAM_DATE, .required = true, .help = "The new final date." },
	EVENT_PARAM_ASKED,
	EVENT_PARAM_ON,
	EVENT_PARAM_NUMBER,
	EVENT_PARAM_DECIDED_ON,
	EVENT_PARAM_REASON,
	{ 0 },
};

static struct extension_terms extend_terms(const struct loan_event *e, const struct event_loan *l)
{
	const struct loan_record *r = &l->record;
	const char *of = reference_policy_text(e->ctx->ref, "extension_of", r->programme, r->group_id != 0,
					       l->facts[0].on, "term");
	return (struct extension_terms){
		.term_months = r->term_months,
		.repayment_months = of[0] == 'r' ? r->term_months - r->principal_grace_months : 0,
		.short_months = (int)term_policy(e, l, "extension_short_months", 12),
		.percent = (int)term_policy(e, l, "extension_percent", 50),
		.fixed_months = (int)term_policy(e, l, "extension_months", -1),
	};
}

/* The cap counts from the first final date, through all extensions. */
static bool extend_prepare(struct loan_event *e, struct event_loan *l)
{
	struct loan loan;
	struct loan_balances b;
	char last[DATE_TEXT_SIZE];
	struct extension_terms terms = extend_terms(e, l);
	int months = extension_months_max(&terms);
	if (!event_day_allowed(e, l, l->facts[0].on) || !loan_event_on(e, l, l->facts[0].on, &loan, &b))
		return false;
	struct date most = date_add_months(loan.instalment[loan.count - 1].first_on, months);
	if (date_cmp(l->facts[0].until, most) > 0) {
		date_format(most, last);
		request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "until",
			     "extensions of this loan may reach %s: %d months in all (domain.md 3.7)", last,
			     months);
		return false;
	}
	return term_asked(
		e, l,
		calendar_due(loan_calendar(&l->record.contract, &b), loan.instalment[loan.count - 1].due_on),
		"extension_asked_days");
}

static bool extend_reply(struct loan_event *e, struct jw *out)
{
	return term_reply(e, out, e->loans[0]->record.loan.count - 1);
}

static void extend_more(struct loan_event *e, struct jw *p)
{
	term_paper(e, p, "extend", "09/TD");
}

static void extend_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)req;
	term_begin(arg, ctx, FACT_EXTENDED);
	loan_event_go(arg);
}

void loan_extend(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_EXTEND, extend_begin);
	e->prepare = extend_prepare;
	e->more = extend_more;
	e->reply = extend_reply;
	loan_event_start(e);
}
