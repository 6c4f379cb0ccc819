/* loan.quote: what a loan would bear, computed by the rules of credit themselves; stores nothing. */
#include <stdlib.h>

#include "vonvay/json.h"
#include "vonvay/method.h"
#include "vonvay/quote.h"
#include "vonvay/request.h"

#define QUOTE_EVENTS_MAX 10000

static const struct param_spec quote_rate_params[] = {
	{ .name = "on", .type = PARAM_DATE, .required = true, .help = "First day of the rate." },
	{ .name = "rate_percent",
	  .type = PARAM_RATE,
	  .required = true,
	  .max = RATE_E7_MAX,
	  .help = "Rate a year." },
	{ 0 },
};

static const struct param_spec quote_event_params[] = {
	{ .name = "on", .type = PARAM_DATE, .required = true, .help = "Its day." },
	{ .name = "kind",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "disbursed principal_paid interest_paid paid",
	  .help = "What happens." },
	{ .name = "amount", .type = PARAM_MONEY, .required = true, .min = 1, .help = "Amount in đồng." },
	{ 0 },
};

const struct param_spec loan_quote_params[] = {
	{ .name = "principal",
	  .type = PARAM_MONEY,
	  .required = true,
	  .min = 1,
	  .help = "Amount lent, in đồng." },
	{ .name = "rate_percent",
	  .type = PARAM_RATE,
	  .required = true,
	  .max = RATE_E7_MAX,
	  .help = "Rate a year, at most 4 decimals." },
	{ .name = "disbursed_on", .type = PARAM_DATE, .required = true, .help = "Day of the loan." },
	{ .name = "term_months",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Months to maturity." },
	{ .name = "instalment_months",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Months between principal instalments, at most the term." },
	{ .name = "principal_grace_months",
	  .type = PARAM_INT,
	  .max = SCHEDULE_TERM_MAX - 1,
	  .help = "Months without principal, less than the term; default 0." },
	{ .name = "interest_grace_months",
	  .type = PARAM_INT,
	  .max = SCHEDULE_TERM_MAX - 1,
	  .help = "Months without interest, less than the term; default 0." },
	{ .name = "session_day",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 31,
	  .help = "Fixed day of the transaction point; absent: dates stay where they fall." },
	{ .name = "instalment_rounding",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 1000000000,
	  .help = "Instalments are a multiple of it, the last one apart; default 100000." },
	{ .name = "instalment_default",
	  .type = PARAM_WORD,
	  .words = "carry overdue",
	  .help = "What a missed instalment does before maturity; default carry." },
	{ .name = "overdue_percent",
	  .type = PARAM_INT,
	  .min = 100,
	  .max = 200,
	  .help = "Overdue rate in percent of the rate, a multiple of 10; default 130." },
	{ .name = "rate_changes", .type = PARAM_OBJECTS, .items = quote_rate_params, .help = "Later rates." },
	{ .name = "events",
	  .type = PARAM_OBJECTS,
	  .items = quote_event_params,
	  .max = QUOTE_EVENTS_MAX,
	  .help = "What happens to the loan." },
	{ .name = "as_of", .type = PARAM_DATES, .help = "Days to show the position of." },
	{ 0 },
};

struct quote {
	struct quote_request request;
	struct quote_rate_change *changes;
	struct quote_event *events;
	struct date *as_of;
	size_t as_of_count;
	struct quote_row *schedule;
	struct quote_position *positions;
};

/* Bounds that depend on another parameter. False: replied. */
static bool quote_check(struct request *req, bool ok, const char *field, const char *must)
{
	if (!ok)
		request_fail(req, ERR_INVALID_PARAMS, field, "%s must be %s", field, must);
	return ok;
}

static bool quote_check_terms(struct request *req, const struct quote_request *q)
{
	const struct schedule_terms *t = &q->terms;
	return quote_check(req, t->instalment_months <= t->term_months, "instalment_months",
			   "at most term_months") &&
	       quote_check(req, t->principal_grace_months < t->term_months, "principal_grace_months",
			   "less than term_months") &&
	       quote_check(req, t->interest_grace_months < t->term_months, "interest_grace_months",
			   "less than term_months") &&
	       quote_check(req, q->overdue_percent % 10 == 0, "overdue_percent", "a multiple of 10");
}

static void quote_read_terms(const json_t *in, struct quote_request *q)
{
	q->principal = param_money(in, "principal");
	q->rate_e7 = (int32_t)param_rate_e7(in, "rate_percent");
	q->terms = (struct schedule_terms){
		.contract_on = param_date(in, "disbursed_on"),
		.term_months = (int)param_int(in, "term_months"),
		.instalment_months = (int)param_int(in, "instalment_months"),
		.principal_grace_months = (int)param_int_or(in, "principal_grace_months", 0),
		.interest_grace_months = (int)param_int_or(in, "interest_grace_months", 0),
		.rounding = param_int_or(in, "instalment_rounding", 100000),
	};
	q->session_day = (int)param_int_or(in, "session_day", 0);
	q->overdue_percent = (int)param_int_or(in, "overdue_percent", 130);
	q->instalment_default = param_text_or(in, "instalment_default", "carry")[0] == 'c'
					? INSTALMENT_DEFAULT_CARRY
					: INSTALMENT_DEFAULT_OVERDUE;
}

/* In any order; of two on one day the later counts. */
static void quote_read_rates(struct request *req, struct quote *quote)
{
	size_t n = param_count(req->params, "rate_changes");
	quote->changes = request_state(req, n * sizeof *quote->changes);
	for (size_t i = 0; i < n; i++) {
		const json_t *in = param_object_at(req->params, "rate_changes", i);
		quote->changes[i] = (struct quote_rate_change){
			.on = param_date(in, "on"),
			.rate_e7 = (int32_t)param_rate_e7(in, "rate_percent"),
		};
	}
	quote->request.rate_changes = quote->changes;
	quote->request.rate_changes_count = n;
}

static enum fact_kind quote_event_kind(const char *word)
{
	switch (word[0]) {
	case 'd':
		return FACT_DISBURSED;
	case 'i':
		return FACT_INTEREST_PAID;
	}
	return word[1] == 'r' ? FACT_PRINCIPAL_PAID : FACT_PAID;
}

static void quote_read_events(struct request *req, struct quote *quote)
{
	size_t n = param_count(req->params, "events");
	quote->events = request_state(req, n * sizeof *quote->events);
	for (size_t i = 0; i < n; i++) {
		const json_t *in = param_object_at(req->params, "events", i);
		quote->events[i] = (struct quote_event){
			.on = param_date(in, "on"),
			.kind = quote_event_kind(param_text(in, "kind")),
			.amount = param_money(in, "amount"),
		};
	}
	quote->request.events = quote->events;
	quote->request.events_count = n;
}

static void quote_read_days(struct request *req, struct quote *quote)
{
	size_t n = param_count(req->params, "as_of");
	quote->as_of_count = n;
	quote->as_of = request_state(req, n * sizeof *quote->as_of);
	for (size_t i = 0; i < n; i++)
		quote->as_of[i] = param_date_at(req->params, "as_of", i);
	quote->positions = request_state(req, n * sizeof *quote->positions);
	quote->schedule =
		request_state(req, (size_t)quote->request.terms.term_months * sizeof *quote->schedule);
}

static void quote_fail(struct request *req, const struct quote *quote, enum quote_error error, size_t i)
{
	char field[48];
	const char *why = "is before disbursed_on";
	switch (error) {
	case QUOTE_OK:
		abort();
	case QUOTE_ERROR_EVENT_ON:
		snprintf(field, sizeof field, "events[%zu].on", i);
		if (date_cmp(quote->events[i].on, quote->request.terms.contract_on) >= 0)
			why = "leaves no unpaid instalment that is due after it";
		break;
	case QUOTE_ERROR_EVENT_AMOUNT:
		snprintf(field, sizeof field, "events[%zu].amount", i);
		why = "is more than is owed on this day";
		break;
	case QUOTE_ERROR_AS_OF:
		snprintf(field, sizeof field, "as_of[%zu]", i);
		break;
	case QUOTE_ERROR_OVERFLOW:
		snprintf(field, sizeof field, "principal");
		why = "gives amounts that are too large";
		break;
	}
	request_fail(req, ERR_INVALID_PARAMS, field, "%s %s", field, why);
}

static void quote_write_schedule(struct jw *w, const struct quote *quote)
{
	jw_array(w, "schedule");
	for (int i = 0; i < quote->request.terms.term_months; i++) {
		jw_object(w, NULL);
		jw_date(w, "due_on", quote->schedule[i].due_on);
		jw_money(w, "principal", quote->schedule[i].principal);
		jw_money(w, "interest", quote->schedule[i].interest);
		jw_end(w);
	}
	jw_end(w);
}

static void quote_write_position(struct jw *w, const struct quote_position *p)
{
	char units[44];
	interest_units_text(p->b.accrued, units);
	jw_object(w, NULL);
	jw_date(w, "as_of", p->as_of);
	jw_money(w, "in_term", p->b.in_term);
	jw_money(w, "overdue", p->b.overdue);
	jw_money(w, "frozen", p->b.frozen);
	jw_money(w, "interest_accrued", interest_round(p->b.accrued));
	jw_str(w, "interest_accrued_units", units);
	jw_object(w, "interest_unpaid");
	jw_money(w, "in_term", interest_round(p->b.interest_in_term));
	jw_money(w, "overdue", interest_round(p->b.interest_overdue));
	jw_money(w, "grace", interest_round(p->b.interest_grace));
	jw_end(w);
	jw_money(w, "arrears", p->arrears);
	jw_date(w, "next_on", p->next_on);
	jw_str(w, "status", loan_status_word(p->b.status));
	jw_end(w);
}

static void quote_reply(struct request *req, const struct quote *quote)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	quote_write_schedule(&w, quote);
	jw_array(&w, "positions");
	for (size_t i = 0; i < quote->as_of_count; i++)
		quote_write_position(&w, &quote->positions[i]);
	jw_end(&w);
	jw_end(&w);
	request_reply_text(req, &text);
	text_clear(&text);
}

void loan_quote(struct request *req)
{
	struct quote *quote = request_state(req, sizeof *quote);
	quote_read_terms(req->params, &quote->request);
	size_t at = 0;
	if (!quote_check_terms(req, &quote->request))
		return;
	quote_read_rates(req, quote);
	quote_read_events(req, quote);
	quote_read_days(req, quote);
	struct rate_row *rates = request_state(req, (1 + quote->request.rate_changes_count) * sizeof *rates);
	struct fact *facts = request_state(req, (1 + quote->request.events_count) * sizeof *facts);
	enum quote_error error = quote_make(&quote->request, quote->as_of, quote->as_of_count, rates, facts,
					    quote->schedule, quote->positions, &at);
	if (error == QUOTE_OK)
		quote_reply(req, quote);
	else
		quote_fail(req, quote, error, at);
}
