/* status.group and group.sheet: a savings and credit group with its loans, on a day and for a session. */
#include <jansson.h>
#include <string.h>

#include "loan_views.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

const struct param_spec status_group_params[] = {
	{ .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group." },
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

const struct param_spec group_sheet_params[] = {
	{ .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group." },
	{ .name = "session_on",
	  .type = PARAM_DATE,
	  .help = "Day of the session, by default the next one of its point on or after the business date." },
	{ 0 },
};

struct group {
	struct request *req;
	const struct loan_context *ctx;
	bool sheet;
	json_t *data;	/* api.group_read() */
	struct date on; /* as_of, or the day of the session */
	const struct reference_point *point;
};

static void group_data_free(void *arg)
{
	json_decref(arg);
}

static const char *group_text(const struct group *g, const char *name)
{
	const char *s = json_string_value(json_object_get(g->data, name));
	return s ? s : "";
}

static int64_t group_int(const struct group *g, const char *name)
{
	return json_integer_value(json_object_get(g->data, name));
}

/* ---- status.group ---- */

struct group_household {
	int64_t household_id;
	const char *name;
	int loans;
	struct money outstanding, overdue;
};

static struct group_household *group_household_at(struct group_household *rows, size_t *count, int64_t id,
						  const char *name)
{
	for (size_t i = 0; i < *count; i++)
		if (rows[i].household_id == id)
			return &rows[i];
	rows[*count] = (struct group_household){ .household_id = id, .name = name };
	return &rows[(*count)++];
}

/* The members, then those who still owe but are none any more. */
static void group_write_households(struct jw *w, const struct group *g, const struct loan_views *views,
				   bool *ok)
{
	const json_t *members = json_object_get(g->data, "members");
	struct group_household *rows =
		request_state(g->req, (json_array_size(members) + (size_t)views->count) * sizeof *rows);
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(members); i++) {
		const json_t *m = json_array_get(members, i);
		group_household_at(rows, &count, json_integer_value(json_object_get(m, "household")),
				   json_string_value(json_object_get(m, "name")));
	}
	for (int i = 0; i < views->count; i++) {
		const struct loan_view *v = &views->view[i];
		struct money left = loan_outstanding(&v->b);
		struct group_household *row =
			group_household_at(rows, &count, v->record.household_id, v->record.household_name);
		row->loans += money_is_positive(left);
		loan_add(&row->outstanding, left, ok);
		loan_add(&row->overdue, v->b.overdue, ok);
	}
	jw_array(w, "households");
	for (size_t i = 0; i < count; i++) {
		jw_object(w, NULL);
		loan_json_household(w, "household", rows[i].household_id);
		jw_str(w, "name", rows[i].name);
		jw_i64(w, "loans", rows[i].loans);
		jw_money(w, "outstanding", rows[i].outstanding);
		jw_money(w, "overdue", rows[i].overdue);
		jw_end(w);
	}
	jw_end(w);
}

static void group_write_sums(struct jw *w, const struct loan_views *views, bool *ok)
{
	struct money outstanding = MONEY_ZERO, in_term = MONEY_ZERO, overdue = MONEY_ZERO,
		     frozen = MONEY_ZERO;
	struct loan_interest interest = { 0 };
	int loans = 0;
	for (int i = 0; i < views->count; i++) {
		const struct loan_view *v = &views->view[i];
		loans += money_is_positive(loan_outstanding(&v->b));
		loan_add(&outstanding, loan_outstanding(&v->b), ok);
		loan_add(&in_term, v->b.in_term, ok);
		loan_add(&overdue, v->b.overdue, ok);
		loan_add(&frozen, v->b.frozen, ok);
		loan_interest_add(&interest, loan_interest_of(&v->b, ok), ok);
	}
	jw_i64(w, "loans", loans);
	jw_money(w, "outstanding", outstanding);
	jw_money(w, "in_term", in_term);
	jw_money(w, "overdue", overdue);
	jw_money(w, "frozen", frozen);
	loan_json_interest(w, "interest_unpaid", interest);
}

static void group_reply_status(struct group *g, const struct loan_views *views)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	const struct reference_organisation *o =
		reference_organisation_find(g->ctx->ref, (int)group_int(g, "organisation"));
	const struct reference_area *area = reference_area_on(g->ctx->ref, group_text(g, "area"), g->on);
	bool ok = true;
	jw_object(&w, NULL);
	loan_json_group(&w, "group", group_int(g, "group"));
	jw_str(&w, "name", group_text(g, "name"));
	jw_date(&w, "as_of", g->on);
	jw_str(&w, "organisation", o ? o->word : NULL);
	jw_str(&w, "area", area ? area->code : group_text(g, "area"));
	jw_str(&w, "hamlet", group_text(g, "hamlet"));
	jw_str(&w, "point", g->point ? g->point->code : NULL);
	jw_str(&w, "leader", group_text(g, "leader"));
	jw_str(&w, "formed_on", group_text(g, "formed_on"));
	jw_i64(&w, "members", (int64_t)json_array_size(json_object_get(g->data, "members")));
	group_write_sums(&w, views, &ok);
	group_write_households(&w, g, views, &ok);
	jw_end(&w);
	loan_reply(g->req, &text, ok);
}

/* ---- group.sheet ---- */

struct sheet_total {
	struct money interest, principal_due, overdue_principal;
};

static void sheet_write_row(struct jw *w, const struct loan_view *v, struct date on,
			    struct sheet_total *total, bool *ok)
{
	struct loan_interest interest = loan_interest_of(&v->b, ok);
	struct allocation owed;
	loan_owed(&v->record.contract, &v->record.loan, &v->b, on, &owed);
	jw_object(w, NULL);
	loan_json_household(w, "household", v->record.household_id);
	jw_str(w, "name", v->record.household_name);
	jw_id(w, "loan", v->record.contract.loan_id);
	jw_str(w, "programme", v->record.programme);
	loan_json_interest(w, "interest_due", interest);
	jw_money(w, "principal_due", owed.part[PART_PRINCIPAL_DUE]);
	jw_money(w, "overdue_principal", owed.part[PART_PRINCIPAL_OVERDUE]);
	jw_money(w, "outstanding", loan_outstanding(&v->b));
	jw_end(w);
	loan_add(&total->interest, interest.total, ok);
	loan_add(&total->principal_due, owed.part[PART_PRINCIPAL_DUE], ok);
	loan_add(&total->overdue_principal, owed.part[PART_PRINCIPAL_OVERDUE], ok);
}

static bool sheet_shows(const struct loan_view *v)
{
	return v->begun && v->b.status != LOAN_STATUS_CLOSED;
}

static void group_reply_sheet(struct group *g, const struct loan_views *views)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct sheet_total total = { 0 };
	bool ok = true;
	jw_object(&w, NULL);
	loan_json_group(&w, "group", group_int(g, "group"));
	jw_str(&w, "name", group_text(g, "name"));
	jw_str(&w, "point", g->point ? g->point->code : NULL);
	jw_date(&w, "session_on", g->on);
	jw_array(&w, "rows");
	for (int i = 0; i < views->count; i++)
		if (sheet_shows(&views->view[i]))
			sheet_write_row(&w, &views->view[i], g->on, &total, &ok);
	jw_end(&w);
	jw_object(&w, "total");
	jw_money(&w, "interest", total.interest);
	jw_money(&w, "principal_due", total.principal_due);
	jw_money(&w, "overdue_principal", total.overdue_principal);
	jw_end(&w);
	jw_end(&w);
	loan_reply(g->req, &text, ok);
}

/* ---- both ---- */

static void group_loans_read(struct request *req, struct loan_views *views, void *arg)
{
	struct group *g = arg;
	(void)req;
	if (g->sheet)
		group_reply_sheet(g, views);
	else
		group_reply_status(g, views);
}

static void group_arg_days(struct group *g, struct db_args *args)
{
	db_arg_i64(args, g->req->actor.staff_id);
	db_arg_i64(args, param_id(g->req->params, "group"));
	db_arg_date(args, date_min(g->on, g->ctx->business));
}

/* The day of the session is known once the group's point is. */
static bool group_session(struct group *g)
{
	char first[DATE_TEXT_SIZE];
	struct date business = g->ctx->business;
	if (param_has(g->req->params, "session_on"))
		g->on = param_date(g->req->params, "session_on");
	else if (g->point)
		g->on = calendar_session_after(&g->point->calendar, date_add_days(business, -1));
	if (date_cmp(g->on, g->ctx->began_on) >= 0)
		return true;
	date_format(g->ctx->began_on, first);
	request_fail(g->req, ERR_INVALID_PARAMS, "session_on", "session_on must be %s or later", first);
	return false;
}

static void group_read_done(const struct db_result *r, void *arg)
{
	struct group *g = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(g->req, r);
		return;
	}
	g->data = json_loads(db_text(r, 0, 0), 0, NULL);
	request_on_free(g->req, group_data_free, g->data);
	g->point = reference_point_find(g->ctx->ref, (int32_t)group_int(g, "point_id"));
	if (g->sheet && !group_session(g))
		return;
	group_arg_days(g, &args);
	loan_views_get(g->req, g->ctx, g->on, STMT_LOAN_READ_GROUP, &args, group_loans_read, g);
}

static void group_begin(struct request *req, const struct loan_context *ctx, bool sheet)
{
	struct group *g = request_state(req, sizeof *g);
	struct db_args args = { 0 };
	g->req = req;
	g->ctx = ctx;
	g->sheet = sheet;
	g->on = ctx->business;
	if (!sheet && !loan_context_as_of(req, ctx, &g->on))
		return;
	group_arg_days(g, &args);
	db_query(req->db, STMT_GROUP_READ, &args, group_read_done, g);
}

static void status_group_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)arg;
	group_begin(req, ctx, false);
}

static void group_sheet_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)arg;
	group_begin(req, ctx, true);
}

void status_group(struct request *req)
{
	loan_context_get(req, false, status_group_begin, NULL);
}

void group_sheet(struct request *req)
{
	loan_context_get(req, false, group_sheet_begin, NULL);
}
