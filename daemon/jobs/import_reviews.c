/* reviews.csv: the result of a commune's yearly review, one row a household. The check also keeps what each row would
 * change, for review.preview; it is decided again when the file is applied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/household.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"
#include "vonvay/night.h"
#include "vonvay/poverty.h"
#include "vonvay/reference.h"

enum {
	HOUSEHOLD,
	ON,
	CLASS,
	DECISION,
	INCOME,
	LACKING,
};

static const char *const columns[] = {
	[HOUSEHOLD] = "household",
	[ON] = "on",
	[CLASS] = "class",
	[DECISION] = "decision",
	[INCOME] = "income",
	[LACKING] = "lacking",
	NULL,
};

#define REVIEWS_AT_ONCE 200
#define CLASSES_MAX 128
#define DECISION_BYTES_MAX 200
#define ESCAPED_MONTHS 36

struct review {
	int64_t line, household;
	struct date on;
	enum household_class class;
	char decision[DECISION_BYTES_MAX + 1];
	int64_t income; /* -1: none */
	unsigned lacking;
};

/* The household as the database has it. */
struct reviewed {
	struct date registered_on, left_on; /* left_on DATE_EVER: it is there */
	int64_t version;
	struct household_class_row classes[CLASSES_MAX];
	size_t classes_count;
};

struct reviews {
	struct reference *ref;
	struct date today; /* no later day is accepted */
	struct import_seen seen;
	struct review row[REVIEWS_AT_ONCE];
	int rows;
	struct text kept; /* JSON objects for the preview */
	struct import_chunk chunk;
};

static bool reviews_begin(struct import_job *job)
{
	struct reference *ref = worker_reference_new(job->w, job->w->import, &job->end);
	if (!ref)
		return false;
	struct reviews *r = xcalloc(1, sizeof *r);
	r->ref = ref;
	r->today = job->takeover ? night_today() : job->business_date;
	job->state = r;
	return true;
}

static void reviews_free(struct import_job *job)
{
	struct reviews *r = job->state;
	reference_unref(r->ref);
	import_seen_clear(&r->seen);
	text_clear(&r->kept);
	import_chunk_clear(&r->chunk);
	free(r);
}

/* ---- what the database has ---- */

/* "2020-01-01|2024-05-05|7|2020-01-01:1,2022-01-01:3", as api.import_lookup gives it. */
static bool reviewed_parse(const char *extra, struct reviewed *out)
{
	char *copy = xstrdup(extra), *rest = copy, *word;
	*out = (struct reviewed){ .left_on = DATE_EVER };
	bool ok = date_parse(strsep(&rest, "|"), &out->registered_on) && rest;
	word = ok ? strsep(&rest, "|") : "";
	ok = ok && (!*word || date_parse(word, &out->left_on)) && rest;
	out->version = ok ? strtoll(strsep(&rest, "|"), NULL, 10) : 0;
	while (ok && rest && (word = strsep(&rest, ",")) && *word) {
		char *class = strchr(word, ':');
		struct household_class_row *row = &out->classes[out->classes_count];
		ok = class && out->classes_count < CLASSES_MAX;
		if (!ok)
			break;
		*class = '\0';
		ok = date_parse(word, &row->from);
		row->class = (enum household_class)strtol(class + 1, NULL, 10);
		out->classes_count++;
	}
	free(copy);
	return ok;
}

static const char *reviewed_find(const struct db_result *r, int64_t household)
{
	for (int i = 0; i < r->rows; i++)
		if (strtoll(db_text(r, i, 0), NULL, 10) == household)
			return db_text(r, i, 1);
	return NULL;
}

/* ---- a row against it ---- */

static void review_wrong_day(struct import_job *job, const struct review *v, const char *what, struct date day)
{
	char text[DATE_TEXT_SIZE];
	date_format(day, text);
	import_wrong_at(job, v->line, ON, "%s %s", what, text);
}

static bool review_fits(struct import_job *job, const struct review *v, const struct reviewed *h)
{
	const struct household_class_row *last = h->classes_count ? &h->classes[h->classes_count - 1] : NULL;
	if (date_cmp(v->on, h->registered_on) < 0)
		review_wrong_day(job, v, "before the household was registered,", h->registered_on);
	else if (date_cmp(h->left_on, DATE_EVER) != 0)
		review_wrong_day(job, v, "the household is no more since", h->left_on);
	else if (last && date_cmp(v->on, last->from) <= 0)
		review_wrong_day(job, v, "not after the household's class of", last->from);
	else
		return true;
	return false;
}

static enum household_class review_before(const struct reviewed *h)
{
	return h->classes_count ? h->classes[h->classes_count - 1].class : HOUSEHOLD_NONE;
}

static void review_keep(struct reviews *r, const struct review *v, const struct reviewed *h)
{
	text_add_char(&r->kept, r->kept.len ? ',' : '[');
	struct jw w = jw_start(&r->kept);
	jw_object(&w, NULL);
	jw_i64(&w, "line", v->line);
	jw_i64(&w, "household", v->household);
	jw_date(&w, "on", v->on);
	jw_i64(&w, "before", review_before(h));
	jw_i64(&w, "class", v->class);
	jw_str(&w, "change",
	       household_change_word(household_change_of(h->classes, h->classes_count, v->on, v->class)));
	jw_i64(&w, "version", h->version);
	jw_end(&w);
}

/* A review that confirms the class does not begin it again. */
static void review_write_agenda(struct reviews *r, struct jw *w, const struct review *v,
				const struct reviewed *h)
{
	int64_t months = reference_policy_int(r->ref, "escaped_months", "", true, v->on, ESCAPED_MONTHS);
	jw_array(w, "agenda");
	if (v->class == HOUSEHOLD_NEWLY_ESCAPED && review_before(h) != v->class)
		jw_date(w, NULL, household_escaped_end(v->on, (int)months));
	jw_end(w);
}

static void review_write(struct reviews *r, const struct review *v, const struct reviewed *h)
{
	struct jw w = jw_start(import_chunk_row(&r->chunk, v->line));
	jw_object(&w, NULL);
	jw_i64(&w, "household", v->household);
	jw_date(&w, "on", v->on);
	jw_i64(&w, "class", v->class);
	jw_str(&w, "decision", v->decision);
	if (v->income >= 0) {
		jw_i64(&w, "income", v->income);
		jw_i64(&w, "lacking", v->lacking);
	}
	review_write_agenda(r, &w, v, h);
	jw_i64(&w, "version", h->version);
	jw_end(&w);
}

static void review_compare(struct import_job *job, const struct review *v, const char *extra)
{
	struct reviews *r = job->state;
	struct reviewed h;
	if (!extra)
		import_wrong_at(job, v->line, HOUSEHOLD, "no such household");
	else if (!reviewed_parse(extra, &h))
		import_wrong_at(job, v->line, HOUSEHOLD, "the household has more than %d classes",
				CLASSES_MAX);
	else if (!review_fits(job, v, &h))
		return;
	else if (!job->applying)
		review_keep(r, v, &h);
	else if (!job->errors_count)
		review_write(r, v, &h);
}

/* ---- some rows at a time ---- */

static void reviews_keep_send(struct import_job *job)
{
	struct reviews *r = job->state;
	struct db_args args = { 0 };
	struct db_result result;
	if (!r->kept.len || !import_going(job))
		return;
	text_add_char(&r->kept, ']');
	db_arg_i64(&args, job->w->import);
	db_arg_i64(&args, job->id);
	db_arg_text(&args, text_str(&r->kept));
	if (!worker_call(job->w, STMT_IMPORT_REVIEW_ROWS, &args, &result))
		import_lost(job, &result);
	db_result_clear(&result);
	text_reset(&r->kept);
}

static void reviews_compare_all(struct import_job *job)
{
	struct reviews *r = job->state;
	struct text_array keys = { 0 };
	struct db_result result;
	char key[24];
	for (int i = 0; i < r->rows; i++) {
		snprintf(key, sizeof key, "%lld", (long long)r->row[i].household);
		text_array_add(&keys, key);
	}
	if (import_lookup(job, "review", &keys, &result))
		for (int i = 0; i < r->rows; i++)
			review_compare(job, &r->row[i], reviewed_find(&result, r->row[i].household));
	db_result_clear(&result);
	text_array_clear(&keys);
}

static void reviews_flush(struct import_job *job)
{
	struct reviews *r = job->state;
	if (r->rows && import_going(job))
		reviews_compare_all(job);
	r->rows = 0;
	reviews_keep_send(job);
	if (job->applying && !job->errors_count)
		import_chunk_apply(job, &r->chunk);
	import_tell(job);
}

/* ---- fields ---- */

static bool review_day(struct import_job *job, struct date *on)
{
	struct reviews *r = job->state;
	char today[DATE_TEXT_SIZE];
	if (!import_date(job, ON, true, on))
		return false;
	if (date_cmp(*on, r->today) <= 0)
		return true;
	date_format(r->today, today);
	import_wrong(job, ON, "after %s", today);
	return false;
}

static bool review_class(struct import_job *job, enum household_class *class)
{
	if (import_has(job, CLASS) && household_class_of_word(import_raw(job, CLASS), class))
		return true;
	import_wrong(job, CLASS, "not one of none, poor, near_poor, newly_escaped, average");
	return false;
}

static bool review_lacking(struct import_job *job, unsigned *bits)
{
	char list[200], *rest = list, *word;
	const char *raw = import_raw(job, LACKING);
	*bits = 0;
	if (strlen(raw) >= sizeof list) {
		import_wrong(job, LACKING, "longer than %zu bytes", sizeof list - 1);
		return false;
	}
	memcpy(list, raw, strlen(raw) + 1);
	while (list[0] && (word = strsep(&rest, "|"))) {
		enum poverty_indicator indicator;
		if (!poverty_indicator_of_word(word, &indicator)) {
			import_wrong(job, LACKING, "words joined by | are expected, one of them is not known");
			return false;
		}
		*bits |= (unsigned)indicator;
	}
	return true;
}

static bool review_found(struct import_job *job, struct review *v)
{
	v->income = -1;
	if (import_has(job, LACKING) && !import_has(job, INCOME)) {
		import_wrong(job, INCOME, "required with lacking indicators");
		return false;
	}
	bool ok = import_number(job, INCOME, false, 0, MONEY_INPUT_MAX, &v->income);
	return review_lacking(job, &v->lacking) && ok;
}

static bool review_household(struct import_job *job, int64_t *household)
{
	struct reviews *r = job->state;
	if (!import_number(job, HOUSEHOLD, true, 1, 9999999999, household))
		return false;
	int64_t first = job->applying ? 0 : import_seen_add(&r->seen, *household, job->row->line);
	if (first)
		import_wrong(job, HOUSEHOLD, "this household stands on line %lld already", (long long)first);
	return !first;
}

static void reviews_row(struct import_job *job)
{
	struct reviews *r = job->state;
	struct review *v = &r->row[r->rows];
	const char *decision;
	*v = (struct review){ .line = job->row->line };
	bool ok = review_household(job, &v->household);
	ok &= review_day(job, &v->on);
	ok &= review_class(job, &v->class);
	ok &= import_text(job, DECISION, true, DECISION_BYTES_MAX, &decision);
	ok &= review_found(job, v);
	if (!ok)
		return;
	memcpy(v->decision, decision, strlen(decision) + 1);
	if (++r->rows == REVIEWS_AT_ONCE)
		reviews_flush(job);
}

const struct import_format import_reviews = {
	.kind = "reviews",
	.columns = columns,
	.optional = IMPORT_BIT(INCOME) | IMPORT_BIT(LACKING),
	.apply = STMT_IMPORT_REVIEWS,
	.begin = reviews_begin,
	.row = reviews_row,
	.end = reviews_flush,
	.free = reviews_free,
};
