/* loan.relieve: all running loans of households in a disaster follow the overlay lines of a relief. domain.md 2.9 */
#include "event_rules.h"
#include "loan_views.h"

const struct param_spec loan_relieve_params[] = {
	EVENT_PARAM_KEY,
	{ .name = "relief",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 64,
	  .help = "Name of the relief." },
	{ .name = "households",
	  .type = PARAM_IDS,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "Numbers of households." },
	{ .name = "number",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 60,
	  .help = "Number of the decision." },
	{ .name = "decided_on", .type = PARAM_DATE, .required = true, .help = "Day of the decision." },
	EVENT_PARAM_AUTHORITY,
	EVENT_PARAM_REASON,
	{ 0 },
};

/* From the first day of the relief on, or from the day the loan began. The rate line and the holiday have their own days
 * inside, so an earlier day changes nothing. */
static struct date relieve_day(const struct event_loan *l, const struct reference_relief *relief)
{
	struct date first = DATE_EVER, from = relief->from;
	for (size_t i = 0; i < l->stored_count; i++)
		if (l->stored[i].kind == FACT_DISBURSED || l->stored[i].kind == FACT_OPENED)
			first = date_min(first, l->stored[i].on);
	if (!date_is_none(relief->holiday_from))
		from = date_min(from, relief->holiday_from);
	return date_max(from, first);
}

/* A loan made after the relief, or that none of its parts concerns, is left out. */
static bool relieve_prepare(struct loan_event *e, struct event_loan *l)
{
	const struct reference_relief *relief = e->arg;
	const struct reference_line *overlay =
		reference_overlay_find(e->ctx->ref, relief->number, l->record.rate_line);
	struct fact *f = &l->facts[0];
	f->on = relieve_day(l, relief);
	f->number = overlay && date_cmp(f->on, relief->until) < 0 ? overlay->overlay : 0;
	f->until = f->number ? relief->until : DATE_NONE;
	f->holiday_until = date_cmp(f->on, relief->holiday_until) < 0 ? relief->holiday_until : DATE_NONE;
	l->dropped = date_cmp(f->on, e->ctx->business) > 0 || (!f->number && date_is_none(f->holiday_until));
	return true;
}

static bool relieve_reply(struct loan_event *e, struct jw *out)
{
	const struct reference_relief *relief = e->arg;
	int left_out = 0;
	jw_str(out, "relief", relief->name);
	jw_array(out, "loans");
	for (int i = 0; i < e->count; i++) {
		const struct event_loan *l = e->loans[i];
		left_out += l->dropped;
		if (l->dropped)
			continue;
		jw_object(out, NULL);
		event_json_head(e, l, out);
		loan_json_household(out, "household", l->record.household_id);
		jw_date(out, "until", l->facts[0].until);
		jw_date(out, "holiday_until", l->facts[0].holiday_until);
		jw_end(out);
	}
	jw_end(out);
	jw_i64(out, "left_out", left_out);
	return true;
}

static void relieve_more(struct loan_event *e, struct jw *p)
{
	event_papers_begin(p);
	for (int i = 0; i < e->count; i++)
		if (!e->loans[i]->dropped)
			event_paper(p, e, e->loans[i], 0,
				    &(struct event_paper){
					    .kind = "relieve", .loss_percent = -1, .decided_on = DATE_NONE });
	event_papers_end(p);
}

static void relieve_loans_read(const struct db_result *r, void *arg)
{
	struct loan_event *e = arg;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	if (!r->rows) {
		request_fail(e->req, ERR_LOAN_NOT_FOUND, "households",
			     "these households have no running loan");
		return;
	}
	for (int i = 0; i < r->rows; i++) {
		struct event_loan *l = loan_event_add(e, db_i64(r, i, 0));
		event_loan_fact(l, FACT_RELIEVED, DATE_EVER);
		l->back = true;
	}
	loan_event_go(e);
}

static void relieve_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	struct db_args args = { 0 };
	struct int_rows ids = { 0 };
	loan_event_reset(e, ctx);
	e->arg = (void *)reference_relief_find(ctx->ref, param_text(req->params, "relief"));
	if (!e->arg) {
		request_fail(req, ERR_NOT_FOUND, "relief", "no relief %s", param_text(req->params, "relief"));
		return;
	}
	for (size_t i = 0; i < param_count(req->params, "households"); i++)
		int_rows_add(&ids, param_id_at(req->params, "households", i));
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_int_rows(&args, &ids);
	int_rows_clear(&ids);
	db_query(req->db, STMT_LOANS_OF_HOUSEHOLDS, &args, relieve_loans_read, e);
}

void loan_relieve(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_RELIEVE, relieve_begin);
	e->on_field = "relief";
	e->loan_field = "households";
	e->prepare = relieve_prepare;
	e->more = relieve_more;
	e->reply = relieve_reply;
	loan_context_get(req, true, relieve_begin, e); /* a relief may be moments old */
}
