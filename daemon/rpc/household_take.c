/* Loans that go along with a change of a household: to one that splits off, to an heir, to the point of another commune. */
#include <stdlib.h>
#include <string.h>

#include "household_write.h"
#include "loan_event.h"
#include "vonvay/param.h"

struct household_taking {
	struct household_job *job;
	struct loan_event *e;
	loan_context_cb *begin;
	void (*go)(struct household_job *job);
	json_t *group; /* api.group_read() */
	struct household_membership membership;
	struct text decided;
	struct record_place *places; /* one a distinct place */
	int64_t *loans;
	int *place; /* of each loan */
	int places_count, count;
};

static void taking_forget(struct household_taking *t)
{
	json_decref(t->group);
	t->group = NULL;
	text_clear(&t->decided);
	t->places_count = t->count = 0;
}

static void taking_clear(void *arg)
{
	taking_forget(arg);
}

/* ---- beginning ---- */

static void taking_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	struct household_taking *t = e->arg;
	loan_event_reset(e, ctx);
	taking_forget(t);
	t->job->group = NULL;
	t->begin(req, ctx, t->job);
}

/* The parameters, what was decided about them, and the places, which loan_event.c adds. */
static void taking_more(struct loan_event *e, struct jw *p)
{
	struct household_taking *t = e->arg;
	char *params = household_job_params_new(t->job);
	jw_raw(p, "params", params);
	jw_raw(p, "decided", t->decided.s);
	free(params);
}

/* The statement makes it. */
static bool taking_reply(struct loan_event *e, struct jw *out)
{
	(void)e;
	(void)out;
	return true;
}

void household_take_start(struct household_job *job, loan_context_cb *begin)
{
	struct household_taking *t = request_state(job->req, sizeof *t);
	t->job = job;
	t->begin = begin;
	t->e = loan_event_new(job->req, job->write->stmt, taking_begin);
	t->e->arg = t;
	t->e->more = taking_more;
	t->e->reply = taking_reply;
	t->e->on_field = job->write->day ? job->write->day : "household";
	t->e->loan_field = "household";
	job->taking = t;
	request_on_free(job->req, taking_clear, t);
	loan_event_start(t->e);
}

/* ---- reading ---- */

static void taking_loans_read(struct request *req, struct loan_views *views, void *arg)
{
	struct household_taking *t = arg;
	size_t room = (size_t)views->count + 1;
	t->job->loans = views;
	t->places = request_state(req, room * sizeof *t->places);
	t->loans = request_state(req, room * sizeof *t->loans);
	t->place = request_state(req, room * sizeof *t->place);
	t->go(t->job);
}

static void taking_read_loans(struct household_taking *t)
{
	struct request *req = t->job->req;
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, t->job->data->household_id);
	loan_views_get(req, t->job->ctx, t->job->ctx->business, STMT_LOAN_READ_HOUSEHOLD, &args,
		       taking_loans_read, t);
}

static int64_t taking_group_int(const struct household_taking *t, const char *name)
{
	return json_integer_value(json_object_get(t->group, name));
}

static void taking_group_read(const struct db_result *r, void *arg)
{
	struct household_taking *t = arg;
	if (!r->ok) {
		request_fail_db(t->job->req, r);
		return;
	}
	t->group = json_loads(db_text(r, 0, 0), 0, NULL);
	t->membership = (struct household_membership){
		.group_id = taking_group_int(t, "group"),
		.name = json_string_value(json_object_get(t->group, "name")),
		.organisation = (int)taking_group_int(t, "organisation"),
		.point_id = (int32_t)taking_group_int(t, "point_id"),
	};
	t->job->group = &t->membership;
	taking_read_loans(t);
}

void household_take_read(struct household_job *job, void (*go)(struct household_job *job))
{
	struct household_taking *t = job->taking;
	struct db_args args = { 0 };
	t->go = go;
	if (!param_has(job->req->params, "group")) {
		taking_read_loans(t);
		return;
	}
	db_arg_i64(&args, job->req->actor.staff_id);
	db_arg_i64(&args, param_id(job->req->params, "group"));
	db_arg_date(&args, job->ctx->business);
	db_query(job->req->db, STMT_GROUP_READ, &args, taking_group_read, t);
}

/* ---- deciding ---- */

bool household_job_open(const struct loan_view *v)
{
	return v->b.status == LOAN_STATUS_IN_TERM || v->b.status == LOAN_STATUS_OVERDUE ||
	       v->b.status == LOAN_STATUS_FROZEN;
}

static bool taking_same_place(const struct record_place *a, const struct record_place *b)
{
	return a->household_id == b->household_id && a->member_no == b->member_no &&
	       a->group_id == b->group_id && a->point_id == b->point_id &&
	       a->organisation == b->organisation && !strcmp(a->commune, b->commune);
}

void household_job_take(struct household_job *job, const struct loan_view *loan,
			const struct record_place *place)
{
	struct household_taking *t = job->taking;
	int i = 0;
	while (i < t->places_count && !taking_same_place(&t->places[i], place))
		i++;
	if (i == t->places_count)
		t->places[t->places_count++] = *place;
	t->place[t->count] = i;
	t->loans[t->count++] = loan->record.contract.loan_id;
}

void household_job_taken(const struct household_job *job, struct jw *w)
{
	jw_array(w, "moved");
	for (int i = 0; i < job->taking->count; i++)
		jw_id(w, NULL, job->taking->loans[i]);
	jw_end(w);
}

void household_job_join(const struct household_job *job, struct jw *w,
			const struct household_membership *group, struct date on)
{
	jw_i64(w, "group", group->group_id);
	jw_i64(w, "group_members_max",
	       reference_policy_int(job->ctx->ref, "group_members_max", "", true, on, 60));
}

/* ---- writing ---- */

static void taking_numbered(void *arg)
{
	struct household_taking *t = arg;
	const char *day = t->job->write->day;
	struct date on = day ? household_job_day(t->job, day) : t->job->ctx->business;
	for (int i = 0; i < t->count; i++) {
		struct event_loan *l = loan_event_add(t->e, t->loans[i]);
		l->place = &t->places[t->place[i]];
		event_loan_fact(l, FACT_MOVED, on)->number = l->place->number;
	}
	loan_event_go(t->e);
}

void household_take_write(struct household_job *job, const struct text *decided)
{
	struct household_taking *t = job->taking;
	text_add(&t->decided, text_str(decided));
	if (t->count)
		loan_event_places(t->e, t->places, t->places_count, taking_numbered, t);
	else
		loan_event_go(t->e);
}
