/* Days and papers of events. */
#include "event_rules.h"

#include "vonvay/param.h"

static enum value_date_reach event_reach(const struct request *req)
{
	if (req->actor.role & RIGHT_DIRECTOR)
		return VALUE_DATE_DIRECTOR;
	return req->actor.role & ROLE_OFFICER ? VALUE_DATE_OFFICER : VALUE_DATE_CLERK;
}

bool event_day_reached(struct request *req, const struct loan_context *ctx, const char *field,
		       const struct calendar *calendar, int open_days, struct date on)
{
	static const char *const who[] = { "a clerk", "an officer", "a director" };
	char from[DATE_TEXT_SIZE], upto[DATE_TEXT_SIZE];
	enum value_date_reach reach = event_reach(req);
	struct date first = value_date_first(calendar, reach, open_days, ctx->began_on, ctx->business);
	if (date_cmp(on, ctx->business) <= 0 && date_cmp(on, first) >= 0)
		return true;
	date_format(first, from);
	date_format(ctx->business, upto);
	request_fail(req, ERR_DATE_OUT_OF_RANGE, field, "%s may be %s to %s for %s", field, from, upto,
		     who[reach]);
	return false;
}

bool event_day_allowed(struct loan_event *e, const struct event_loan *l, struct date on)
{
	const struct loan_record *r = &l->record;
	const struct calendar *calendar = loan_calendar(&r->contract, &r->loan.b);
	int open_days = (int)reference_policy_int(e->ctx->ref, "open_month_days", r->programme,
						  r->group_id != 0, e->ctx->business, 5);
	char from[DATE_TEXT_SIZE];
	if (!calendar)
		calendar = r->contract.calendar;
	if (!event_day_reached(e->req, e->ctx, e->on_field, calendar, open_days, on))
		return false;
	struct date first = value_date_first(calendar, VALUE_DATE_CLERK, open_days, e->ctx->began_on,
					     e->ctx->business);
	if (date_cmp(on, first) < 0 && !param_has(e->req->params, "reason")) {
		date_format(first, from);
		request_fail(e->req, ERR_INVALID_PARAMS, "reason", "reason is required for a day before %s",
			     from);
		return false;
	}
	return true;
}

void event_papers_begin(struct jw *p)
{
	jw_array(p, "decisions");
}

static void event_paper_text(struct jw *p, const struct loan_event *e, const char *name)
{
	if (param_has(e->req->params, name))
		jw_str(p, name, param_text(e->req->params, name));
}

void event_paper(struct jw *p, const struct loan_event *e, const struct event_loan *l, int fact,
		 const struct event_paper *paper)
{
	struct date decided_on = paper->decided_on;
	if (date_is_none(decided_on))
		decided_on = param_date_or(e->req->params, "decided_on", DATE_NONE);
	jw_object(p, NULL);
	jw_i64(p, "loan", l->loan_id);
	jw_i64(p, "no", l->facts[fact].no);
	jw_str(p, "kind", paper->kind);
	event_paper_text(p, e, "number");
	event_paper_text(p, e, "authority");
	event_paper_text(p, e, "reason");
	if (!date_is_none(decided_on))
		jw_date(p, "decided_on", decided_on);
	if (paper->form)
		jw_str(p, "form", paper->form);
	if (paper->risk_case)
		jw_str(p, "risk_case", paper->risk_case);
	if (paper->loss_percent >= 0)
		jw_i64(p, "loss_percent", paper->loss_percent);
	if (paper->note_json)
		jw_raw(p, "note", paper->note_json);
	jw_end(p);
}

void event_papers_end(struct jw *p)
{
	jw_end(p);
}

void event_json_head(const struct loan_event *e, const struct event_loan *l, struct jw *out)
{
	(void)e;
	jw_id(out, "loan", l->loan_id);
	jw_i64(out, "fact", l->facts[0].no);
	jw_date(out, "on", l->facts[0].on);
}
