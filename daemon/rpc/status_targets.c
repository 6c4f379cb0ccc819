/* status.targets: households by class and commune of a day, need and what was served of it, who is registered to escape
 * poverty, beside what communes aim at and what was published. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "loan_context.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "vonvay/target.h"

#define ESCAPED_MONTHS 36
#define DEMAND_SERVED_TARGET 10000 /* 100 %: domain.md 6 [F:1] */

const struct param_spec status_targets_params[] = {
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

/* Where households live: the code of their time, and the commune that stands in its place on the day. */
struct targets_place {
	const char *area, *commune, *name; /* borrowed from what was read */
	struct target_count count;
};

struct targets {
	struct request *req;
	struct date as_of;
	int escaped_months;
	json_t *data;
	struct targets_place *places; /* by commune */
	size_t places_count;
};

/* ---- counting ---- */

static const char *targets_text(const json_t *in, const char *name)
{
	const char *s = json_string_value(json_object_get(in, name));
	return s ? s : "";
}

static int64_t targets_int(const json_t *in, const char *name)
{
	return json_integer_value(json_object_get(in, name));
}

static void targets_count_history(const struct targets *t, const json_t *in, struct target_count *sum)
{
	const json_t *from = json_object_get(in, "from_days"), *classes = json_object_get(in, "classes");
	size_t count = json_array_size(from);
	struct household_class_row *rows = xcalloc(count + 1, sizeof *rows);
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct household_class_row){
			{ (int32_t)json_integer_value(json_array_get(from, i)) },
			(enum household_class)json_integer_value(json_array_get(classes, i)),
		};
	target_count_add(sum, rows, count, t->escaped_months, t->as_of, targets_int(in, "households"),
			 targets_int(in, "registered"));
	free(rows);
}

static bool targets_same_place(const struct targets_place *p, const json_t *in)
{
	return !strcmp(p->area, targets_text(in, "area")) && !strcmp(p->commune, targets_text(in, "commune"));
}

/* Rows come in the order of their places. */
static void targets_count_places(struct targets *t)
{
	const json_t *histories = json_object_get(t->data, "histories");
	size_t i;
	json_t *in;
	t->places = xcalloc(json_array_size(histories) + 1, sizeof *t->places);
	json_array_foreach(histories, i, in)
	{
		struct targets_place *p = t->places_count ? &t->places[t->places_count - 1] : NULL;
		if (!p || !targets_same_place(p, in)) {
			p = &t->places[t->places_count++];
			p->area = targets_text(in, "area");
			p->commune = targets_text(in, "commune");
			p->name = targets_text(in, "name");
		}
		targets_count_history(t, in, &p->count);
	}
}

/* A unit as it stands on the day, or one that was merged since: what lives there. NULL: all. */
static bool targets_is_in(const char *area, const char *commune, const char *unit)
{
	return !unit || !strcmp(area, unit) || !strcmp(commune, unit);
}

static void targets_count_needs(const struct targets *t, const char *unit, const char *kind, int64_t *need,
				int64_t *served)
{
	size_t i;
	json_t *in;
	json_array_foreach(json_object_get(t->data, "needs"), i, in)
	{
		if ((kind && strcmp(targets_text(in, "kind"), kind) != 0) ||
		    !targets_is_in(targets_text(in, "area"), targets_text(in, "commune"), unit))
			continue;
		*need += targets_int(in, "need");
		*served += targets_int(in, "served");
	}
}

static struct target_count targets_count(const struct targets *t, const char *unit)
{
	struct target_count sum = { 0 };
	for (size_t i = 0; i < t->places_count; i++)
		if (targets_is_in(t->places[i].area, t->places[i].commune, unit))
			target_count_sum(&sum, &t->places[i].count);
	targets_count_needs(t, unit, NULL, &sum.need, &sum.served);
	return sum;
}

/* ---- writing ---- */

/* Hundredths of a percent, two decimals. */
static void targets_write_percent(struct jw *w, const char *name, int64_t percent)
{
	char text[32];
	snprintf(text, sizeof text, "%lld.%02lld", (long long)(percent / 100), (long long)(percent % 100));
	jw_str(w, name, text);
}

static void targets_write_counts(struct jw *w, const struct target_count *c)
{
	jw_i64(w, "households", c->households);
	jw_i64(w, "poor", c->poor);
	jw_i64(w, "near_poor", c->near_poor);
	jw_i64(w, "newly_escaped", c->newly_escaped);
	targets_write_percent(w, "poor_rate", target_percent(c->poor, c->households));
	targets_write_percent(w, "near_poor_rate", target_percent(c->near_poor, c->households));
	jw_i64(w, "registered", c->registered);
	jw_i64(w, "escaped", c->escaped);
	jw_i64(w, "priority", target_priority(c));
}

/* Without need there is no share of it. */
static void targets_write_served(struct jw *w, int64_t need, int64_t served)
{
	jw_i64(w, "need", need);
	jw_i64(w, "served", served);
	jw_i64(w, "unmet", need - served);
	if (need)
		targets_write_percent(w, "demand_served", target_percent(served, need));
	else
		jw_null(w, "demand_served");
}

static void targets_write_unit(struct jw *w, const struct targets *t, const char *unit)
{
	struct target_count c = targets_count(t, unit);
	targets_write_counts(w, &c);
	targets_write_served(w, c.need, c.served);
}

static void targets_write_figures(struct jw *w, const json_t *list)
{
	static const char *const members[] = { "metric", "kind", "as_of", "value", "unit", "standard" };
	jw_array(w, "targets");
	for (size_t i = 0; i < json_array_size(list); i++) {
		jw_object(w, NULL);
		for (size_t k = 0; k < ARRAY_LEN(members); k++)
			jw_str(w, members[k], targets_text(json_array_get(list, i), members[k]));
		jw_end(w);
	}
	jw_end(w);
}

static void targets_write_rows(struct jw *w, const struct targets *t)
{
	jw_array(w, "rows");
	for (size_t i = 0; i < t->places_count; i++) {
		const struct targets_place *p = &t->places[i];
		if (i && !strcmp(p[-1].commune, p->commune))
			continue;
		jw_object(w, NULL);
		jw_str(w, "commune", p->commune);
		jw_str(w, "name", p->name);
		targets_write_unit(w, t, p->commune);
		jw_end(w);
	}
	jw_end(w);
}

static void targets_write_needs(struct jw *w, const struct targets *t)
{
	static const char *const kinds[] = { "credit",		 "training",   "job",
					     "housing",		 "water",      "sanitation",
					     "health_insurance", "information" };
	jw_array(w, "needs");
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
		int64_t need = 0, served = 0;
		targets_count_needs(t, NULL, kinds[k], &need, &served);
		if (!need)
			continue;
		jw_object(w, NULL);
		jw_str(w, "kind", kinds[k]);
		targets_write_served(w, need, served);
		targets_write_percent(w, "target", DEMAND_SERVED_TARGET);
		jw_end(w);
	}
	jw_end(w);
}

static void targets_write_value(struct jw *w, const char *name, enum target_metric metric, int64_t value)
{
	char text[32];
	if (target_metric_is_percent(metric)) {
		targets_write_percent(w, name, value);
		return;
	}
	snprintf(text, sizeof text, "%lld", (long long)value);
	jw_str(w, name, text);
}

static void targets_write_registered(struct jw *w, const struct targets *t)
{
	size_t i;
	json_t *in;
	jw_array(w, "registered");
	json_array_foreach(json_object_get(t->data, "registered"), i, in)
	{
		enum target_metric metric;
		if (!target_metric_of_word(targets_text(in, "metric"), &metric))
			continue; /* a word the table refuses */
		struct target_count c = targets_count(t, targets_text(in, "commune"));
		jw_object(w, NULL);
		jw_str(w, "commune", targets_text(in, "commune"));
		jw_str(w, "name", targets_text(in, "name"));
		jw_str(w, "metric", target_metric_word(metric));
		targets_write_value(w, "value", metric, targets_int(in, "value"));
		targets_write_value(w, "reached", metric, target_reached(&c, metric));
		jw_str(w, "unit", target_metric_is_percent(metric) ? "percent" : "households");
		jw_bool(w, "met", target_met(metric, targets_int(in, "value"), target_reached(&c, metric)));
		jw_str(w, "on", targets_text(in, "on"));
		jw_end(w);
	}
	jw_end(w);
}

static void targets_reply(const struct targets *t)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	int year, month, day;
	date_split(t->as_of, &year, &month, &day);
	jw_object(&w, NULL);
	jw_date(&w, "as_of", t->as_of);
	jw_i64(&w, "year", year);
	jw_object(&w, "total");
	targets_write_unit(&w, t, NULL);
	jw_end(&w);
	targets_write_figures(&w, json_object_get(t->data, "figures"));
	targets_write_rows(&w, t);
	targets_write_needs(&w, t);
	targets_write_registered(&w, t);
	jw_end(&w);
	request_reply_text(t->req, &text);
	text_clear(&text);
}

static void targets_read(const struct db_result *r, void *arg)
{
	struct targets *t = arg;
	if (!r->ok) {
		request_fail_db(t->req, r);
		return;
	}
	t->data = json_loads(db_text(r, 0, 0), 0, NULL);
	targets_count_places(t);
	targets_reply(t);
	free(t->places);
	json_decref(t->data);
}

static void targets_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct targets *t = request_state(req, sizeof *t);
	struct db_args args = { 0 };
	(void)arg;
	t->req = req;
	if (!loan_context_as_of(req, ctx, &t->as_of))
		return;
	t->escaped_months =
		(int)reference_policy_int(ctx->ref, "escaped_months", "", true, t->as_of, ESCAPED_MONTHS);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, t->as_of);
	db_query(req->db, STMT_TARGETS, &args, targets_read, t);
}

void status_targets(struct request *req)
{
	loan_context_get(req, false, targets_begin, NULL);
}
