/* session.sheets: the sheets of all groups of a point at once; all its loans are read together. domain.md 2.2, 5.3 */
#include <string.h>

#include "loan_views.h"
#include "vonvay/method.h"
#include "vonvay/sheet.h"

const struct param_spec session_sheets_params[] = {
	{ .name = "point",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Code of the transaction point." },
	{ .name = "session_on", .type = PARAM_DATE, .help = "Day of the session, by default the next one." },
	{ 0 },
};

struct sheets_total {
	struct money interest, principal_due, overdue, deposit;
};

struct sheets {
	struct request *req;
	const struct loan_context *ctx;
	const struct reference_point *point;
	struct date on;
	json_t *data; /* api.session_groups() */
	const struct loan_views *views;
	struct sheets_total total;
	bool ok;
};

static void sheets_free_data(void *arg)
{
	json_decref(arg);
}

static int64_t sheets_int(const json_t *in, const char *name)
{
	return json_integer_value(json_object_get(in, name));
}

static const char *sheets_text(const json_t *in, const char *name)
{
	return json_string_value(json_object_get(in, name));
}

static bool sheets_is_posted(const json_t *group, int64_t household, int64_t loan)
{
	const json_t *line;
	size_t i;
	json_array_foreach(json_object_get(group, "posted"), i, line)
	{
		if (sheets_int(line, "household") == household && sheets_int(line, "loan") == loan)
			return true;
	}
	return false;
}

static void sheets_add(struct sheets *s, struct sheets_total *total, struct sheets_total row)
{
	loan_add(&total->interest, row.interest, &s->ok);
	loan_add(&total->principal_due, row.principal_due, &s->ok);
	loan_add(&total->overdue, row.overdue, &s->ok);
	loan_add(&total->deposit, row.deposit, &s->ok);
}

static void sheets_write_total(struct jw *w, const struct sheets_total *total, bool ok)
{
	struct money expected = MONEY_ZERO;
	loan_add(&expected, total->interest, &ok);
	jw_object(w, "total");
	jw_money(w, "interest_asked", total->interest);
	jw_money(w, "principal_due", total->principal_due);
	jw_money(w, "overdue_principal", total->overdue);
	jw_money(w, "deposits", total->deposit);
	loan_add(&expected, total->principal_due, &ok);
	loan_add(&expected, total->overdue, &ok);
	jw_money(w, "expected", expected);
	jw_end(w);
}

static void sheets_write_loan(struct sheets *s, struct jw *w, const struct loan_view *v,
			      struct sheets_total *row)
{
	struct allocation owed;
	loan_owed(&v->record.contract, &v->record.loan, &v->b, s->on, &owed);
	if (!sheet_interest(&v->b, &owed, s->on, &row->interest))
		s->ok = false;
	row->principal_due = owed.part[PART_PRINCIPAL_DUE];
	row->overdue = owed.part[PART_PRINCIPAL_OVERDUE];
	jw_id(w, "loan", v->record.contract.loan_id);
	jw_str(w, "programme", v->record.programme);
	jw_str(w, "status", loan_status_word(v->b.status));
	jw_money(w, "interest_asked", row->interest);
	loan_json_interest(w, "interest_unpaid", loan_interest_of(&v->b, &s->ok));
	jw_money(w, "principal_due", row->principal_due);
	jw_money(w, "overdue_principal", row->overdue);
	jw_money(w, "outstanding", loan_outstanding(&v->b));
}

/* A row of a member: of one of its loans, or of none. The deposit stands once, in the first row. */
static void sheets_write_row(struct sheets *s, struct jw *w, const json_t *group, const struct loan_view *v,
			     int64_t household, const char *name, struct money deposit,
			     struct sheets_total *total)
{
	struct sheets_total row = { .deposit = deposit };
	jw_object(w, NULL);
	loan_json_household(w, "household", household);
	jw_str(w, "name", name);
	if (v)
		sheets_write_loan(s, w, v, &row);
	else
		jw_null(w, "loan");
	jw_money(w, "deposit", deposit);
	jw_bool(w, "posted", sheets_is_posted(group, household, v ? v->record.contract.loan_id : 0));
	jw_end(w);
	sheets_add(s, total, row);
}

static bool sheets_shows(const struct loan_view *v, int64_t group)
{
	return v->record.group_id == group && v->begun && v->b.status != LOAN_STATUS_CLOSED;
}

static void sheets_write_member(struct sheets *s, struct jw *w, const json_t *group, const json_t *member,
				struct sheets_total *total)
{
	int64_t household = sheets_int(member, "household");
	struct money deposit = { sheets_int(member, "deposit") };
	const char *name = sheets_text(member, "name");
	bool first = true;
	for (int i = 0; i < s->views->count; i++) {
		const struct loan_view *v = &s->views->view[i];
		if (!sheets_shows(v, sheets_int(group, "group")) || v->record.household_id != household)
			continue;
		sheets_write_row(s, w, group, v, household, name, first ? deposit : MONEY_ZERO, total);
		first = false;
	}
	if (first)
		sheets_write_row(s, w, group, NULL, household, name, deposit, total);
}

static bool sheets_is_member(const json_t *group, int64_t household)
{
	const json_t *member;
	size_t i;
	json_array_foreach(json_object_get(group, "members"), i, member)
	{
		if (sheets_int(member, "household") == household)
			return true;
	}
	return false;
}

/* Those who have left the group and still owe in it. */
static void sheets_write_others(struct sheets *s, struct jw *w, const json_t *group,
				struct sheets_total *total)
{
	for (int i = 0; i < s->views->count; i++) {
		const struct loan_view *v = &s->views->view[i];
		if (sheets_shows(v, sheets_int(group, "group")) &&
		    !sheets_is_member(group, v->record.household_id))
			sheets_write_row(s, w, group, v, v->record.household_id, v->record.household_name,
					 MONEY_ZERO, total);
	}
}

static void sheets_write_group(struct sheets *s, struct jw *w, const json_t *group)
{
	struct sheets_total total = { 0 };
	const json_t *member;
	size_t i;
	jw_object(w, NULL);
	loan_json_group(w, "group", sheets_int(group, "group"));
	jw_str(w, "name", sheets_text(group, "name"));
	jw_str(w, "leader", sheets_text(group, "leader"));
	jw_str(w, "organisation", sheets_text(group, "organisation"));
	jw_str(w, "state", sheets_text(group, "state"));
	jw_array(w, "rows");
	json_array_foreach(json_object_get(group, "members"), i, member)
	{
		sheets_write_member(s, w, group, member, &total);
	}
	sheets_write_others(s, w, group, &total);
	jw_end(w);
	sheets_write_total(w, &total, s->ok);
	jw_end(w);
	sheets_add(s, &s->total, total);
}

static void sheets_loans_read(struct request *req, struct loan_views *views, void *arg)
{
	struct sheets *s = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	const json_t *group;
	size_t i;
	s->views = views;
	s->ok = true;
	jw_object(&w, NULL);
	jw_str(&w, "point", s->point->code);
	jw_str(&w, "name", s->point->name);
	jw_date(&w, "session_on", s->on);
	jw_str(&w, "state", sheets_text(s->data, "closed_on") ? "closed" : "open");
	jw_array(&w, "groups");
	json_array_foreach(json_object_get(s->data, "groups"), i, group)
	{
		sheets_write_group(s, &w, group);
	}
	jw_end(&w);
	sheets_write_total(&w, &s->total, s->ok);
	jw_end(&w);
	loan_reply(req, &text, s->ok);
}

static void sheets_groups_read(const struct db_result *r, void *arg)
{
	struct sheets *s = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	s->data = json_loads(db_text(r, 0, 0), 0, NULL);
	request_on_free(s->req, sheets_free_data, s->data);
	db_arg_i64(&args, s->req->actor.staff_id);
	db_arg_i64(&args, s->point->point_id);
	db_arg_date(&args, date_min(s->on, s->ctx->business));
	loan_views_get(s->req, s->ctx, s->on, STMT_LOAN_READ_POINT, &args, sheets_loans_read, s);
}

static bool sheets_day(struct sheets *s)
{
	char first[DATE_TEXT_SIZE];
	s->on = param_has(s->req->params, "session_on")
			? param_date(s->req->params, "session_on")
			: calendar_session_after(&s->point->calendar, date_add_days(s->ctx->business, -1));
	if (date_cmp(s->on, s->ctx->began_on) >= 0)
		return true;
	date_format(s->ctx->began_on, first);
	request_fail(s->req, ERR_INVALID_PARAMS, "session_on", "session_on must be %s or later", first);
	return false;
}

static void sheets_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct sheets *s = arg;
	struct db_args args = { 0 };
	s->ctx = ctx;
	s->point = reference_point_by_code(ctx->ref, param_text(req->params, "point"));
	if (!s->point) {
		request_fail(req, ERR_NOT_FOUND, "point", "no such transaction point");
		return;
	}
	if (!sheets_day(s))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, s->point->point_id);
	db_arg_date(&args, s->on);
	db_query(req->db, STMT_SESSION_GROUPS, &args, sheets_groups_read, s);
}

void session_sheets(struct request *req)
{
	struct sheets *s = request_state(req, sizeof *s);
	s->req = req;
	loan_context_get(req, false, sheets_begin, s);
}
