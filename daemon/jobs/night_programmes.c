/* Programmes that begin or cease to lend, and units that become more or less difficult: one row, or none, in place of a look
 * at every household. What the nights said last stands in loan.programme_change, so what was decided late is found too; the
 * first night says it of all programmes. */
#include <stdlib.h>
#include <string.h>

#include "night_private.h"
#include "vonvay/eligibility.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"

struct night_known {
	char *programme, *purpose;
	bool open;
};

/* Purposes with limits of their own, else the programme as a whole; calls `each` for every one. */
typedef void programme_each(struct night *n, const struct reference_programme *p, const char *purpose,
			    void *arg);

static void night_each_programme(struct night *n, const struct reference_programme *p, programme_each *each,
				 void *arg)
{
	if (!strchr(p->purposes, '|')) {
		each(n, p, "", arg);
		return;
	}
	char *purposes = xstrdup(p->purposes), *rest = purposes, *purpose;
	while ((purpose = strsep(&rest, "|")))
		each(n, p, purpose, arg);
	free(purposes);
}

/* Does it lend to anybody? What stands against it of the programme itself is left in *e. */
static bool night_lends(const struct reference_programme *p, const char *purpose, struct date on,
			struct eligibility *e)
{
	const struct reference_limit *limit = reference_limit_on(p, purpose, on);
	struct eligibility all;
	eligibility_check(&(struct household_view){ 0 }, &p->rule, limit ? &limit->limit : NULL, 0, 1, on,
			  &all);
	*e = (struct eligibility){ 0 };
	for (int i = 0; i < all.reasons_count; i++)
		if (all.reasons[i] == INELIGIBLE_NOT_OPEN || all.reasons[i] == INELIGIBLE_PROGRAMME_CLOSED ||
		    all.reasons[i] == INELIGIBLE_NO_LIMIT)
			e->reasons[e->reasons_count++] = all.reasons[i];
	return !e->reasons_count;
}

static struct night_known *night_known_find(const struct night *n, const char *programme, const char *purpose)
{
	for (int i = 0; i < n->known_count; i++)
		if (!strcmp(n->known[i].programme, programme) && !strcmp(n->known[i].purpose, purpose))
			return &n->known[i];
	return NULL;
}

/* What was so far: as the nights said last, else as the day before had it. */
static bool night_lent(const struct night *n, const struct reference_programme *p, const char *purpose)
{
	struct eligibility e;
	const struct night_known *known = night_known_find(n, p->rule.code, purpose);
	return known ? known->open : night_lends(p, purpose, date_add_days(n->day, -1), &e);
}

/* ---- what turns with the day ---- */

static void night_note_turn(struct night *n, const struct reference_programme *p, const char *purpose,
			    void *arg)
{
	struct eligibility e;
	bool *turns = arg;
	*turns |=
		night_lends(p, purpose, n->day, &e) != night_lends(p, purpose, date_add_days(n->day, -1), &e);
}

bool night_programme_turns(struct night *n, const struct reference_programme *p)
{
	bool turns = false;
	night_each_programme(n, p, night_note_turn, &turns);
	return turns;
}

void night_turned_programmes(const struct night *n, struct text_array *out)
{
	for (int i = 0; i < n->turned_count; i++)
		text_array_add(out, n->turned[i]);
}

void night_turned_areas(const struct night *n, struct text_array *out)
{
	size_t count;
	const struct reference_area *a = reference_areas(n->ref, &count);
	struct date eve = date_add_days(n->day, -1);
	for (size_t i = 0; i < count; i++) {
		const struct reference_area *before = reference_area_on(n->ref, a[i].code, eve);
		const struct reference_area *now = reference_area_on(n->ref, a[i].code, n->day);
		if (before && now && (before->difficulty != now->difficulty || before->rural != now->rural))
			text_array_add(out, a[i].code);
	}
}

/* ---- storing it ---- */

static void night_known_set(struct night *n, const char *programme, const char *purpose, bool open)
{
	struct night_known *known = night_known_find(n, programme, purpose);
	if (!known) {
		n->known = xrealloc(n->known, (size_t)(n->known_count + 1) * sizeof *n->known);
		known = &n->known[n->known_count++];
		*known = (struct night_known){ xstrdup(programme), xstrdup(purpose), open };
	}
	known->open = open;
}

static void night_compare_known(struct night *n, const struct reference_programme *p, const char *purpose,
				void *arg)
{
	struct jw *w = arg;
	struct eligibility e;
	bool open = night_lends(p, purpose, n->day, &e), turned = open != night_lent(n, p, purpose);
	bool first = !turned && !night_known_find(n, p->rule.code, purpose);
	if (!turned && !first)
		return;
	jw_object(w, NULL);
	jw_str(w, "programme", p->rule.code);
	jw_str(w, "purpose", purpose);
	jw_bool(w, "open", open);
	jw_bool(w, "first", first);
	jw_array(w, "reasons");
	for (int i = 0; i < e.reasons_count; i++)
		jw_str(w, NULL, ineligible_word(e.reasons[i]));
	jw_end(w);
	jw_end(w);
	night_known_set(n, p->rule.code, purpose, open);
	if (turned && n->turned_count < NIGHT_TURNED_MAX)
		n->turned[n->turned_count++] = p->rule.code;
}

static void night_programmes_write(struct night *n, const struct text *rows)
{
	struct db_args args = { 0 };
	struct db_result r;
	if (!strcmp(text_str(rows), "[]"))
		return;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_date(&args, n->day);
	db_arg_text(&args, text_str(rows));
	/* a failure ends the night */
	bool ok UNUSED = night_call(n, STMT_SWEEP_PROGRAMMES, &args, &r);
	db_result_clear(&r);
}

void night_programmes(struct night *n)
{
	struct text rows = { 0 };
	struct jw w = jw_start(&rows);
	size_t count;
	const struct reference_programme *p = reference_programmes(n->ref, &count);
	n->turned_count = 0;
	jw_array(&w, NULL);
	for (size_t i = 0; i < count; i++)
		night_each_programme(n, &p[i], night_compare_known, &w);
	jw_end(&w);
	night_programmes_write(n, &rows);
	text_clear(&rows);
}

bool night_load_programmes(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	bool ok = night_call(n, STMT_SWEEP_PROGRAMMES_KNOWN, &args, &r);
	for (int i = 0; ok && i < r.rows; i++)
		night_known_set(n, db_text(&r, i, 0), db_text(&r, i, 1), db_bool(&r, i, 2));
	db_result_clear(&r);
	return ok;
}

void night_programmes_clear(struct night *n)
{
	for (int i = 0; i < n->known_count; i++) {
		free(n->known[i].programme);
		free(n->known[i].purpose);
	}
	free(n->known);
}

/* ---- the next day on which something turns ---- */

struct night_next {
	struct date from, on;
};

static void night_next_day(struct night_next *next, struct date d)
{
	if (date_cmp(d, next->from) >= 0 && date_cmp(d, next->on) < 0)
		next->on = d;
}

/* The day behind a last day. */
static void night_next_after(struct night_next *next, struct date last)
{
	if (!date_is_none(last) && date_cmp(last, DATE_EVER) < 0)
		night_next_day(next, date_add_days(last, 1));
}

static void night_next_known(struct night *n, const struct reference_programme *p, const char *purpose,
			     void *arg)
{
	struct eligibility e;
	if (!night_known_find(n, p->rule.code, purpose) ||
	    night_lends(p, purpose, n->day, &e) != night_lent(n, p, purpose))
		night_next_day(arg, n->day);
}

struct date night_next_turn(struct night *n)
{
	struct night_next next = { n->day, DATE_EVER };
	size_t programmes, areas;
	const struct reference_programme *p = reference_programmes(n->ref, &programmes);
	const struct reference_area *a = reference_areas(n->ref, &areas);
	for (size_t i = 0; i < programmes; i++) {
		night_next_day(&next, p[i].rule.opened);
		night_next_after(&next, p[i].rule.closed);
		for (size_t k = 0; k < p[i].limits_count; k++) {
			night_next_day(&next, p[i].limits[k].from);
			night_next_after(&next, p[i].limits[k].until);
		}
		night_each_programme(n, &p[i], night_next_known, &next);
	}
	for (size_t i = 0; i < areas; i++)
		night_next_after(&next, a[i].until);
	return next.on;
}
