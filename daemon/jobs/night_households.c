/* Households whose eligibility may have changed: as they were known the night before and as they are known now are compared
 * for every programme, and only what differs is stored, with the reasons. Their loans are those of now on both sides: what a
 * loan changes is no news to anybody. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "night_private.h"
#include "vonvay/eligibility.h"
#include "vonvay/household_store.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

#define HOUSEHOLDS_AT_ONCE 500
#define LOANS_OF_HOUSEHOLD_MAX 256
#define ESCAPED_MONTHS 36

/* Columns of api.sweep_households_due. */
enum {
	DUE_HOUSEHOLD,
	DUE_REASON,
	DUE_BEFORE,
	DUE_NOW,
	DUE_PROGRAMMES,
	DUE_PURPOSES,
	DUE_BALANCES,
	DUE_OVERDUE,
	DUE_APPLICATIONS,
};

struct night_side {
	struct household_data *data;
	struct household_view view;
	struct date on;
};

struct night_household {
	int64_t id;
	const char *reason, *applications; /* borrowed from the result */
	struct night_side before, now;
	struct household_loan loans[LOANS_OF_HOUSEHOLD_MAX];
	int loans_count;
	char *programmes, *purposes; /* own; the loans point into them */
};

/* ---- reading ---- */

static void night_household_loans(struct night *n, struct night_household *h, const struct db_result *r,
				  int row)
{
	int64_t balance[LOANS_OF_HOUSEHOLD_MAX], overdue[LOANS_OF_HOUSEHOLD_MAX];
	int count = db_i64_array(r, row, DUE_BALANCES, balance, LOANS_OF_HOUSEHOLD_MAX);
	count = count < LOANS_OF_HOUSEHOLD_MAX ? count : LOANS_OF_HOUSEHOLD_MAX;
	if (db_i64_array(r, row, DUE_OVERDUE, overdue, LOANS_OF_HOUSEHOLD_MAX) < count)
		count = 0;
	char *programmes = h->programmes = xstrdup(db_text(r, row, DUE_PROGRAMMES));
	char *purposes = h->purposes = xstrdup(db_text(r, row, DUE_PURPOSES));
	for (int i = 0; i < count; i++) {
		const char *programme = strsep(&programmes, "|"), *purpose = strsep(&purposes, "|");
		const struct reference_programme *p =
			reference_programme_find(n->ref, programme ? programme : "");
		h->loans[i] = (struct household_loan){ .programme = programme ? programme : "",
						       .purpose = purpose ? purpose : "",
						       .cap_group = p ? p->rule.cap_group : "",
						       .balance = { balance[i] },
						       .overdue = { overdue[i] } };
	}
	h->loans_count = count;
}

static bool night_side_read(struct night_household *h, struct night_side *side, const char *json,
			    const struct reference *areas, struct date on)
{
	struct text error = { 0 };
	side->on = on;
	side->data = household_data_parse_new(json, &error);
	if (!side->data) {
		log_error("household %lld: %s", (long long)h->id, text_str(&error));
		text_clear(&error);
		return false;
	}
	household_view_on(side->data, areas, on, &side->view);
	side->view.loans = h->loans;
	side->view.loans_count = (size_t)h->loans_count;
	return true;
}

/* False: what was read does not fit. `known`: with the units as they were known the night before. */
static bool night_household_read(struct night *n, struct night_household *h, const struct reference *known,
				 const struct db_result *r, int row)
{
	*h = (struct night_household){ .id = db_i64(r, row, DUE_HOUSEHOLD),
				       .reason = db_text(r, row, DUE_REASON),
				       .applications = db_text(r, row, DUE_APPLICATIONS) };
	night_household_loans(n, h, r, row);
	return night_side_read(h, &h->before, db_text(r, row, DUE_BEFORE), known,
			       date_add_days(n->day, -1)) &&
	       night_side_read(h, &h->now, db_text(r, row, DUE_NOW), n->ref, n->day);
}

static void night_household_clear(struct night_household *h)
{
	if (h->before.data)
		household_data_free(h->before.data);
	if (h->now.data)
		household_data_free(h->now.data);
	free(h->programmes);
	free(h->purposes);
}

/* Until the day: it has left, and may not borrow at all. */
static bool night_side_is_there(const struct night_side *side)
{
	return date_cmp(side->on, side->data->left_on) < 0;
}

/* ---- comparing ---- */

/* The first purpose of the programme that the household may borrow for; else the verdict of the first one. */
static struct eligibility night_verdict(struct night *n, const struct night_side *side,
					const struct reference_programme *p)
{
	char *purposes = xstrdup(p->purposes), *rest = purposes, *purpose;
	struct eligibility first = { 0 };
	bool any = false;
	while (!first.eligible && (purpose = strsep(&rest, "|"))) {
		const struct reference_limit *limit = reference_limit_on(p, purpose, side->on);
		struct eligibility e;
		reference_eligibility(n->ref, &side->view, p, limit, 1, side->on, &e);
		if (!any || e.eligible)
			first = e;
		any = true;
	}
	free(purposes);
	return first;
}

static void night_add_reasons(struct jw *w, const char *programme, const struct eligibility *e)
{
	jw_array(w, programme);
	for (int i = 0; i < e->reasons_count; i++)
		jw_str(w, NULL, ineligible_word(e->reasons[i]));
	jw_end(w);
}

struct night_changes {
	int count;
	struct text lost, gained, reasons;
	struct jw w_lost, w_gained, w_reasons;
};

/* A programme that begins or ceases to lend with this day says so for all households: night_programmes.c. */
static void night_compare_programme(struct night *n, const struct night_household *h,
				    const struct reference_programme *p, struct night_changes *c)
{
	if (night_programme_turns(n, p))
		return;
	struct eligibility before = night_verdict(n, &h->before, p), now = night_verdict(n, &h->now, p);
	if (before.eligible == now.eligible)
		return;
	c->count++;
	jw_str(now.eligible ? &c->w_gained : &c->w_lost, NULL, p->rule.code);
	night_add_reasons(&c->w_reasons, p->rule.code, now.eligible ? &before : &now);
}

static void night_compare(struct night *n, const struct night_household *h, struct night_changes *c)
{
	size_t count;
	const struct reference_programme *p = reference_programmes(n->ref, &count);
	c->w_lost = jw_start(&c->lost);
	c->w_gained = jw_start(&c->gained);
	c->w_reasons = jw_start(&c->reasons);
	jw_array(&c->w_lost, NULL);
	jw_array(&c->w_gained, NULL);
	jw_object(&c->w_reasons, NULL);
	for (size_t i = 0; i < count; i++)
		night_compare_programme(n, h, &p[i], c);
	jw_end(&c->w_lost);
	jw_end(&c->w_gained);
	jw_end(&c->w_reasons);
}

/* ---- opened applications ---- */

static const char *night_json_text(const json_t *in, const char *name)
{
	const char *s = json_string_value(json_object_get(in, name));
	return s ? s : "";
}

/* What stands against the application now. */
static struct eligibility night_application(struct night *n, const struct night_household *h,
					    const json_t *application)
{
	struct eligibility e = { 0 };
	const struct reference_programme *p =
		reference_programme_find(n->ref, night_json_text(application, "programme"));
	if (!p)
		return e;
	reference_eligibility(n->ref, &h->now.view, p,
			      reference_limit_on(p, night_json_text(application, "purpose"), n->day),
			      (int)json_integer_value(json_object_get(application, "units")), n->day, &e);
	return e;
}

static void night_recheck(struct night *n, const struct night_household *h, const json_t *application,
			  struct jw *w)
{
	struct eligibility e = night_application(n, h, application);
	bool there = night_side_is_there(&h->now);
	if (e.eligible && there)
		return;
	jw_object(w, NULL);
	jw_i64(w, "application", json_integer_value(json_object_get(application, "application")));
	jw_array(w, "reasons");
	if (!there)
		jw_str(w, NULL, "left");
	for (int i = 0; i < e.reasons_count; i++)
		jw_str(w, NULL, ineligible_word(e.reasons[i]));
	jw_end(w);
	jw_end(w);
}

/* Those that may no longer be approved as they are; "[]": none. */
static void night_rechecks(struct night *n, const struct night_household *h, struct text *out)
{
	struct jw w = jw_start(out);
	json_t *applications = json_loads(h->applications, 0, NULL), *application;
	size_t i;
	jw_array(&w, NULL);
	json_array_foreach(applications, i, application)
	{
		night_recheck(n, h, application, &w);
	}
	jw_end(&w);
	json_decref(applications);
}

/* A row of sweep_households: what changed, and when it may change by itself again. */
static void night_household(struct night *n, const struct night_household *h, struct jw *w)
{
	struct night_changes c = { 0 };
	struct text applications = { 0 };
	const char *why;
	int months = (int)reference_policy_int(n->ref, "escaped_months", "", true, n->day, ESCAPED_MONTHS);
	struct date next = household_next_change(h->now.data, months, n->day, &why);
	if (night_side_is_there(&h->now))
		night_compare(n, h, &c);
	night_rechecks(n, h, &applications);
	if (c.count)
		n->households_changed++;
	jw_object(w, NULL);
	jw_i64(w, "household", h->id);
	if (c.count) {
		jw_str(w, "reason", h->reason);
		jw_raw(w, "lost", text_str(&c.lost));
		jw_raw(w, "gained", text_str(&c.gained));
		jw_raw(w, "reasons", text_str(&c.reasons));
	}
	if (date_cmp(next, DATE_EVER) < 0) {
		jw_date(w, "next_on", next);
		jw_str(w, "next_reason", why);
	}
	jw_raw(w, "applications", text_str(&applications));
	jw_end(w);
	text_clear(&c.lost);
	text_clear(&c.gained);
	text_clear(&c.reasons);
	text_clear(&applications);
}

/* ---- a chunk of them ---- */

static void night_households_write(struct night *n, const struct text *rows)
{
	struct db_args args = { 0 };
	struct db_result r;
	if (!strcmp(text_str(rows), "[]") || !night_going(n))
		return;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_date(&args, n->day);
	db_arg_text(&args, text_str(rows));
	/* a failure ends the night */
	bool ok UNUSED = night_call(n, STMT_SWEEP_HOUSEHOLDS, &args, &r);
	db_result_clear(&r);
}

static void night_households_args(const struct night *n, struct db_args *args, int64_t after)
{
	struct text_array programmes = { 0 }, areas = { 0 };
	night_args(n, args);
	db_arg_date(args, n->day);
	night_turned_programmes(n, &programmes);
	night_turned_areas(n, &areas);
	db_arg_text_array(args, &programmes);
	db_arg_text_array(args, &areas);
	text_array_clear(&programmes);
	text_array_clear(&areas);
	db_arg_i64(args, after);
	db_arg_i64(args, HOUSEHOLDS_AT_ONCE);
}

/* Units as they were known the night before: their own, or the reference of now where nobody has changed one. NULL: the night
 * ends. To be released. */
static struct reference *night_known_areas_new(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct text error = { 0 };
	struct reference *known = NULL;
	night_args(n, &args);
	db_arg_date(&args, n->day);
	bool ok = night_call(n, STMT_SWEEP_AREAS_KNOWN, &args, &r);
	if (ok && db_is_null(&r, 0, 0))
		known = reference_ref(n->ref);
	else if (ok)
		known = reference_parse_areas_new(db_text(&r, 0, 0), &error);
	if (ok && !known)
		night_fail(n, text_str(&error));
	db_result_clear(&r);
	text_clear(&error);
	return known;
}

/* How many were due; *after moves on. */
static int night_households_some(struct night *n, const struct reference *known, int64_t *after)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct text rows = { 0 };
	struct night_household h;
	struct jw w = jw_start(&rows);
	night_households_args(n, &args, *after);
	int count = night_call(n, STMT_SWEEP_HOUSEHOLDS_DUE, &args, &r) ? r.rows : 0;
	jw_array(&w, NULL);
	for (int i = 0; i < count; i++) {
		if (night_household_read(n, &h, known, &r, i))
			night_household(n, &h, &w);
		*after = h.id;
		night_household_clear(&h);
	}
	jw_end(&w);
	db_result_clear(&r);
	night_households_write(n, &rows);
	text_clear(&rows);
	return count;
}

void night_households(struct night *n)
{
	int64_t after = 0;
	struct reference *known = night_known_areas_new(n);
	while (known && night_going(n) && night_households_some(n, known, &after) == HOUSEHOLDS_AT_ONCE)
		;
	reference_unref(known);
}
