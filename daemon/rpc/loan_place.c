/* loan.move, and what other methods need to move loans with something else. */
#include "loan_place.h"

#include <stdlib.h>
#include <string.h>

#include "event_rules.h"
#include "household_rules.h"
#include "vonvay/mem.h"

const char *loan_place_of_household(const struct household_data *data, const struct reference *ref,
				    struct date on, bool direct, struct record_place *out)
{
	const struct household_membership *group = direct ? NULL : household_group_on(data, on);
	const struct household_residence *home = household_residence_on(data, on);
	const struct household_member *signer = household_representative_on(data, on);
	const struct reference_area *area = home ? reference_area_on(ref, home->area, on) : NULL;
	const struct reference_point *point = NULL;
	if (!area)
		return "the household lives nowhere on that day";
	if (!signer)
		return "no member of the household signs for it on that day";
	point = group ? reference_point_find(ref, group->point_id)
		      : reference_point_of_area(ref, home->area, on);
	if (!point)
		return "no transaction point serves the household";
	*out = (struct record_place){
		.household_id = data->household_id,
		.member_no = signer->no,
		.group_id = group ? group->group_id : 0,
		.point_id = point->point_id,
		.organisation = group ? group->organisation : ORGANISATION_DIRECT,
		.commune = area->code,
	};
	return NULL;
}

/* ---- moving with something else ---- */

struct place_move {
	struct loan_event *e;
	struct record_place place;
	struct date on;
	int64_t *loans;
	int count;
	void (*go)(void *arg);
	void *arg;
};

static void place_move_clear(void *arg)
{
	struct place_move *m = arg;
	free(m->loans);
}

static void place_move_numbered(void *arg)
{
	struct place_move *m = arg;
	for (int i = 0; i < m->count; i++) {
		struct event_loan *l = loan_event_add(m->e, m->loans[i]);
		event_loan_fact(l, FACT_MOVED, m->on)->number = m->place.number;
		l->place = &m->place;
	}
	m->go(m->arg);
}

void loan_place_move(struct loan_event *e, const struct record_place *place, struct date on,
		     const int64_t *loans, int count, void (*go)(void *arg), void *arg)
{
	struct place_move *m = request_state(e->req, sizeof *m);
	*m = (struct place_move){ .e = e, .place = *place, .on = on, .count = count, .go = go, .arg = arg };
	m->loans = xcalloc((size_t)count + 1, sizeof *m->loans);
	if (count)
		memcpy(m->loans, loans, (size_t)count * sizeof *loans);
	request_on_free(e->req, place_move_clear, m);
	loan_event_places(e, &m->place, 1, place_move_numbered, m);
}

/* ---- loan.move ---- */

const struct param_spec loan_move_params[] = {
	EVENT_PARAM_KEY,
	{ .name = "loans",
	  .type = PARAM_IDS,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Contract numbers." },
	{ .name = "household",
	  .type = PARAM_ID,
	  .required = true,
	  .help = "Whose the loans are from that day on: the same household in another group, or an heir." },
	{ .name = "direct", .type = PARAM_BOOL, .help = "Served directly, without a group." },
	EVENT_PARAM_ON,
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "Why they move." },
	EVENT_PARAM_NUMBER,
	EVENT_PARAM_DECIDED_ON,
	{ 0 },
};

static void move_go(void *arg)
{
	loan_event_go(arg);
}

static void move_household(struct request *req, struct household_rules *rules, struct loan_views *views,
			   void *arg)
{
	struct loan_event *e = arg;
	struct record_place place;
	size_t count = param_count(req->params, "loans");
	const char *missing = loan_place_of_household(rules->data, rules->ctx->ref, rules->on,
						      param_bool_or(req->params, "direct", false), &place);
	(void)views;
	if (missing) {
		request_fail(req, ERR_CONFLICT, "household", "%s", missing);
		return;
	}
	int64_t *loans = xcalloc(count, sizeof *loans);
	for (size_t i = 0; i < count; i++)
		loans[i] = param_id_at(req->params, "loans", i);
	loan_place_move(e, &place, rules->on, loans, (int)count, move_go, e);
	free(loans);
}

static bool move_prepare(struct loan_event *e, struct event_loan *l)
{
	const struct loan_record *r = &l->record;
	if (r->household_id == l->place->household_id && r->member_no == l->place->member_no &&
	    r->group_id == l->place->group_id && r->point_id == l->place->point_id &&
	    r->organisation == l->place->organisation && strcmp(r->commune, l->place->commune) == 0) {
		request_fail(e->req, ERR_CONFLICT, "loans", "loan %lld stands there already",
			     (long long)l->loan_id);
		return false;
	}
	return event_day_allowed(e, l, l->facts[0].on);
}

static bool move_reply(struct loan_event *e, struct jw *out)
{
	const struct record_place *place = e->loans[0]->place;
	const struct reference_point *point = reference_point_find(e->ctx->ref, place->point_id);
	jw_date(out, "on", e->loans[0]->facts[0].on);
	loan_json_household(out, "household", place->household_id);
	loan_json_group(out, "group", place->group_id);
	jw_str(out, "commune", place->commune);
	jw_str(out, "point", point ? point->code : NULL);
	jw_array(out, "loans");
	for (int i = 0; i < e->count; i++) {
		jw_object(out, NULL);
		jw_id(out, "loan", e->loans[i]->loan_id);
		jw_i64(out, "fact", e->loans[i]->facts[0].no);
		jw_end(out);
	}
	jw_end(out);
	return true;
}

static void move_more(struct loan_event *e, struct jw *p)
{
	event_papers_begin(p);
	for (int i = 0; i < e->count; i++)
		event_paper(
			p, e, e->loans[i], 0,
			&(struct event_paper){ .kind = "move", .loss_percent = -1, .decided_on = DATE_NONE });
	event_papers_end(p);
}

static void move_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	loan_event_reset(e, ctx);
	household_rules_get(req, ctx, param_id(req->params, "household"),
			    param_date_or(req->params, "on", ctx->business), move_household, e);
}

void loan_move(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_MOVE, move_begin);
	e->loan_field = "loans";
	e->prepare = move_prepare;
	e->more = move_more;
	e->reply = move_reply;
	loan_event_start(e);
}
