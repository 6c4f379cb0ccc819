/* change.preview: PostgreSQL applies the change and takes it back (api.change_try); what differs between the reference data
 * before and after is computed here: rates with the balances of the business date, sessions by the calendar. */
#include "change_preview.h"

#include <stdlib.h>
#include <string.h>

#include "loan_views.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

#define SESSION_ROWS_MAX 100
#define SESSION_MONTHS 13

const struct param_spec change_preview_params[] = {
	{ .name = "change", .type = PARAM_ID, .required = true, .help = "Number of the change." },
	{ 0 },
};

static void preview_clear(void *arg)
{
	struct preview *p = arg;
	free(p->kind);
	free(p->show);
	free(p->counts);
	free(p->rows);
	preview_loans_clear(p);
	json_decref(p->parameters);
	reference_unref(p->before);
	reference_unref(p->after);
}

struct date preview_date(const struct preview *p, const char *name)
{
	struct date d;
	const char *s = json_string_value(json_object_get(p->parameters, name));
	return s && date_parse(s, &d) ? d : DATE_NONE;
}

/* ---- lines ---- */

static const struct rate_line *preview_line(const struct reference *ref, const char *name)
{
	const struct reference_line *line = reference_line_find(ref, name);
	return line ? &line->line : NULL;
}

/* A line of `after` that is not as it was. */
static bool preview_line_changed(const struct preview *p, const struct reference_line *line)
{
	return !effect_same_rates(preview_line(p->before, line->name), &line->line);
}

static void preview_lines_arg(const struct preview *p, struct db_args *args)
{
	struct text_array names = { 0 };
	size_t count;
	const struct reference_line *lines = reference_lines(p->after, &count);
	for (size_t i = 0; i < count; i++)
		if (preview_line_changed(p, &lines[i]))
			text_array_add(&names, lines[i].name);
	db_arg_text_array(args, &names);
	text_array_clear(&names);
}

static void preview_write_line(struct jw *w, const struct preview *p, const struct reference_line *line)
{
	const struct rate_line *before = preview_line(p->before, line->name);
	struct date on = before ? p->on : date_max(p->on, line->for_contracts_from);
	jw_object(w, NULL);
	jw_str(w, "line", line->name);
	jw_str(w, "programme", line->programme);
	jw_bool(w, "new", !before);
	if (before)
		loan_json_rate(w, "rate_before", rate_on(before, on), 100);
	loan_json_rate(w, "rate_after", rate_on(&line->line, on), 100);
	jw_end(w);
}

static void preview_write_lines(struct jw *w, const struct preview *p)
{
	size_t count;
	const struct reference_line *lines = reference_lines(p->after, &count);
	jw_array(w, "lines");
	for (size_t i = 0; i < count; i++)
		if (preview_line_changed(p, &lines[i]))
			preview_write_line(w, p, &lines[i]);
	jw_end(w);
}

/* ---- sessions ---- */

static void preview_write_session(struct jw *w, const struct reference_point *point, int32_t month,
				  struct date before, struct date after)
{
	jw_object(w, NULL);
	jw_str(w, "point", point->code);
	jw_str(w, "point_name", point->name);
	jw_date(w, "month", date_in_month(month, 1));
	jw_date(w, "before", before);
	jw_date(w, "after", after);
	jw_end(w);
}

/* The first month that may differ: that of the earliest day the change names, or of now. */
static int32_t preview_first_month(const struct preview *p)
{
	static const char *const names[] = { "from", "day", "month", "held_on" };
	struct date first = p->business;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct date d = preview_date(p, names[i]);
		if (!date_is_none(d))
			first = date_min(first, d);
	}
	return date_month_number(first) - 1;
}

static int32_t preview_last_month(const struct preview *p)
{
	static const char *const names[] = { "from", "day", "month" };
	struct date last = p->business;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		last = date_max(last, preview_date(p, names[i]));
	return date_month_number(last) + SESSION_MONTHS;
}

void preview_write_sessions(struct jw *w, const struct preview *p)
{
	size_t count;
	int written = 0;
	const struct reference_point *points = reference_points(p->before, &count);
	jw_array(w, "sessions");
	for (size_t i = 0; i < count; i++) {
		const struct reference_point *after = reference_point_find(p->after, points[i].point_id);
		for (int32_t m = preview_first_month(p); m <= preview_last_month(p); m++) {
			struct date was, is;
			if (effect_same_session(&points[i].calendar, &after->calendar, m, &was, &is) ||
			    written++ >= SESSION_ROWS_MAX)
				continue;
			preview_write_session(w, &points[i], m, was, is);
		}
	}
	jw_end(w);
	jw_i64(w, "sessions_moved", written);
}

/* ---- the reply ---- */

static void preview_write_figures(struct jw *w, const struct preview *p, const struct preview_row *row,
				  bool *ok)
{
	struct money difference = MONEY_ZERO;
	jw_i64(w, "loans", row->loans);
	jw_i64(w, "households", row->households);
	jw_money(w, "balance", row->balance);
	jw_money(w, "month_before", interest_round(row->month.before));
	jw_money(w, "month_after", interest_round(row->month.after));
	*ok = effect_month_difference(&row->month, &difference) && *ok;
	jw_money(w, "month_difference", difference);
	if (p->past)
		jw_money(w, "unpaid_difference", interest_round(row->unpaid));
}

static void preview_write_programmes(struct jw *w, const struct preview *p, bool *ok)
{
	jw_array(w, "programmes");
	for (size_t i = 0; i < p->count; i++) {
		const struct reference_programme *programme =
			reference_programme_find(p->before, p->rows[i].programme);
		jw_object(w, NULL);
		jw_str(w, "programme", p->rows[i].programme);
		jw_str(w, "programme_name", programme ? programme->name_vi : NULL);
		preview_write_figures(w, p, &p->rows[i], ok);
		jw_end(w);
	}
	jw_end(w);
}

/* Loans whose facts do not fit the new data: as long as there is one, the change can't be applied. */
static void preview_write_refused(struct jw *w, const struct preview *p)
{
	struct text list = { 0 };
	text_printf(&list, "[%s]", text_str(&p->refused));
	jw_raw(w, "refused", text_str(&list));
	jw_i64(w, "refused_count", p->refused_count);
	text_clear(&list);
}

static void preview_reply(struct preview *p)
{
	struct text text = { 0 };
	bool ok = !p->overflow;
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_raw(&w, "change", p->show);
	jw_date(&w, "business_date", p->business);
	jw_date(&w, "on", p->on);
	jw_bool(&w, "past", p->past);
	jw_object(&w, "total");
	preview_write_figures(&w, p, &p->total, &ok);
	if (p->past)
		jw_i64(&w, "loans_changed", p->loans_changed);
	if (p->look == PREVIEW_LOANS_SESSIONS)
		jw_i64(&w, "instalments_moved", p->instalments_moved);
	if (p->look == PREVIEW_LOANS_CONTRACTS)
		jw_i64(&w, "contracts_refused", p->contracts_refused);
	jw_end(&w);
	preview_write_programmes(&w, p, &ok);
	preview_write_lines(&w, p);
	preview_write_sessions(&w, p);
	if (p->counts)
		jw_raw(&w, "area", p->counts);
	preview_write_refused(&w, p);
	jw_end(&w);
	loan_reply(p->req, &text, ok);
}

/* ---- balances ---- */

struct preview_row *preview_row_of(struct preview *p, const char *code)
{
	const struct reference_programme *programme = reference_programme_find(p->before, code);
	if (!programme)
		return NULL;
	for (size_t i = 0; i < p->count; i++)
		if (p->rows[i].programme == programme->rule.code)
			return &p->rows[i];
	p->rows = xrealloc_array(p->rows, p->count + 1, sizeof *p->rows);
	p->rows[p->count] = (struct preview_row){ .programme = programme->rule.code };
	return &p->rows[p->count++];
}

static bool preview_add(struct preview *p, struct preview_row *row, const struct db_result *r, int i)
{
	const char *line = db_text(r, i, 1);
	struct money in_term = db_money(r, i, 4), overdue = db_money(r, i, 5);
	row->loans += db_i64(r, i, 3);
	return money_add(row->balance, in_term, &row->balance) &&
	       money_add(row->balance, overdue, &row->balance) &&
	       effect_add_month(&row->month, in_term, overdue, db_i32(r, i, 2), preview_line(p->before, line),
				preview_line(p->after, line), p->on);
}

static void preview_households_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	for (int i = 0; i < r->rows; i++) {
		if (db_is_null(r, i, 0))
			p->total.households = db_i64(r, i, 1);
		for (size_t k = 0; k < p->count; k++)
			if (strcmp(p->rows[k].programme, db_text(r, i, 0)) == 0)
				p->rows[k].households = db_i64(r, i, 1);
	}
	preview_loans(p, preview_reply);
}

static void preview_ask(struct preview *p, enum stmt stmt, db_cb *cb)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, p->req->actor.staff_id);
	db_arg_date(&args, p->business);
	preview_lines_arg(p, &args);
	db_query(p->req->db, stmt, &args, cb, p);
}

static void preview_sums_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	for (int i = 0; i < r->rows; i++) {
		struct preview_row *row = preview_row_of(p, db_text(r, i, 0));
		if (!row || !preview_add(p, row, r, i) || !preview_add(p, &p->total, r, i)) {
			request_log(p->req, "the sums of rate line %s do not fit", db_text(r, i, 1));
			request_fail(p->req, ERR_INTERNAL, NULL, "%s", "");
			return;
		}
	}
	preview_ask(p, STMT_CHANGE_BORROWERS, preview_households_read);
}

/* ---- the beginning ---- */

static char *preview_text_or_null(const struct db_result *r, int column)
{
	return db_is_null(r, 0, column) ? NULL : xstrdup(db_text(r, 0, column));
}

/* False: answered. */
static bool preview_take(struct preview *p, const struct db_result *r)
{
	struct text error = { 0 };
	p->kind = xstrdup(db_text(r, 0, CHANGE_TRY_KIND));
	p->show = preview_text_or_null(r, CHANGE_TRY_SHOW);
	p->counts = preview_text_or_null(r, CHANGE_TRY_COUNTS);
	p->parameters = json_loads(db_text(r, 0, CHANGE_TRY_PARAMETERS), 0, NULL);
	p->past = db_bool(r, 0, CHANGE_TRY_PAST);
	p->business = db_date(r, 0, CHANGE_TRY_BUSINESS);
	p->on = date_max(p->business, preview_date(p, "from"));
	if (strcmp(p->kind, "programme") == 0 && !date_is_none(preview_date(p, "until")))
		p->on = date_max(p->on, date_add_days(preview_date(p, "until"), 1));
	p->before = reference_parse_new(db_text(r, 0, CHANGE_TRY_BEFORE), 0, &error);
	if (p->before)
		p->after = reference_parse_new(db_text(r, 0, CHANGE_TRY_AFTER), 0, &error);
	if (!p->after)
		request_fail(p->req, ERR_CONFLICT, "change", "with this change the %s", text_str(&error));
	text_clear(&error);
	return p->after != NULL;
}

static void preview_tried(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (!r->ok || !r->rows) {
		request_fail_db(req, r);
		return;
	}
	if (db_is_null(r, 0, CHANGE_TRY_AFTER)) {
		request_fail(req, ERR_CONFLICT, "change",
			     "the change is decided: there is nothing to preview");
		return;
	}
	struct preview *p = request_state(req, sizeof *p);
	p->req = req;
	request_on_free(req, preview_clear, p);
	if (preview_take(p, r))
		preview_ask(p, STMT_CHANGE_SUMS, preview_sums_read);
}

void change_preview(struct request *req)
{
	change_try(req, NULL, preview_tried);
}
