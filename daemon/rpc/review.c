/* household.review, review.*: reviews of households during the year, and the preview of a file of the yearly one. */
#include <stdlib.h>

#include "household_specs.h"
#include "household_write.h"
#include "simple_write.h"
#include "vonvay/method.h"
#include "vonvay/poverty.h"

#define REVIEW_DAY 15  /* of the month; policy review_day */
#define REVIEW_DAYS 15 /* policy review_days */
#define CHANGE_WORDS                                                                                         \
	"unchanged stays_poor stays_near_poor poor_to_near_poor near_poor_to_poor escapes falls_back "       \
	"falls_back_near_poor newly_poor newly_near_poor"

const struct param_spec household_review_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the request; default: the business date." },
	{ .name = "note", .type = PARAM_TEXT, .max = 500, .help = "Why it asks." },
	{ 0 },
};

const struct param_spec review_close_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "class",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = CLASS_WORDS,
	  .help = "The class found: that of a new decision, or the one in force." },
	{ .name = "decision",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 200,
	  .help = "Number of the decision; without it the class must be the one in force." },
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the result; default: the business date." },
	{ .name = "income", .type = PARAM_MONEY, .help = "Income a person and month as found, in đồng." },
	{ .name = "lacking", .type = PARAM_WORDS, .words = POVERTY_WORDS, .help = "Indicators it lacks." },
	{ 0 },
};

#define PAGE(what)                                                                                           \
	{ .name = "after", .type = PARAM_ID, .help = "Go on after this " what "." },                         \
	{                                                                                                    \
		.name = "limit", .type = PARAM_INT, .min = 1, .max = 200,                                    \
		.help = "At most so many; default 50."                                                       \
	}

const struct param_spec review_list_params[] = {
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = "open late closed all",
	  .help = "Which; default: the open ones." },
	{ .name = "area", .type = PARAM_TEXT, .min = 1, .max = 40, .help = "Only of households in this unit." },
	PAGE("review"),
	{ 0 },
};

const struct param_spec review_preview_params[] = {
	{ .name = "import", .type = PARAM_ID, .required = true, .help = "Number of the import." },
	{ .name = "area", .type = PARAM_TEXT, .min = 1, .max = 40, .help = "List households of this commune." },
	{ .name = "change", .type = PARAM_WORD, .words = CHANGE_WORDS, .help = "List those with this change." },
	PAGE("line"),
	{ 0 },
};

/* ---- household.review ---- */

static bool review_decide(struct household_job *job, struct jw *w)
{
	const struct reference *ref = job->ctx->ref;
	struct date asked_on = household_job_day(job, "on");
	int day = (int)reference_policy_int(ref, "review_day", "", true, asked_on, REVIEW_DAY);
	int days = (int)reference_policy_int(ref, "review_days", "", true, asked_on, REVIEW_DAYS);
	struct date start = household_review_start(asked_on, day);
	jw_date(w, "starts_on", start);
	jw_date(w, "due_on", date_add_days(start, days));
	return true;
}

void household_review(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_REVIEW,
						      .household = "household",
						      .decide = review_decide };
	household_write(req, &write);
}

/* ---- review.close ---- */

/* False: answered. */
static bool close_check(struct household_job *job, enum household_class class, struct date on)
{
	const json_t *params = job->req->params;
	if (!param_has(params, "decision") && class != household_job_class(job, on)) {
		request_fail(job->req, ERR_INVALID_PARAMS, "decision",
			     "decision is required with a class that is not the one in force");
		return false;
	}
	if (param_has(params, "lacking") && !param_has(params, "income")) {
		request_fail(job->req, ERR_INVALID_PARAMS, "income", "income is required with lacking");
		return false;
	}
	return true;
}

static bool close_decide(struct household_job *job, struct jw *w)
{
	const json_t *params = job->req->params;
	struct household_class_row row = { .from = household_job_day(job, "on") };
	size_t n;
	if (!household_class_of_word(param_text(params, "class"), &row.class))
		abort(); /* the spec of the parameter lists the words */
	if (!close_check(job, row.class, row.from))
		return false;
	const struct household_class_row *rows = household_job_classes(job, row, DATE_NONE, &n);
	jw_i64(w, "class", row.class);
	jw_str(w, "change", household_change_word(household_change_of(rows, n, row.from, row.class)));
	household_job_agenda(job, w, rows, n);
	if (param_has(params, "income")) {
		struct household_survey survey = household_job_survey(job, row.from);
		jw_i64(w, "lacking", survey.lacking);
		household_job_computed(job, w, &survey, row.class);
	}
	return true;
}

void review_close(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_REVIEW_CLOSE,
						      .household = "household",
						      .decide = close_decide };
	household_write(req, &write);
}

/* ---- reads ---- */

void review_list(struct request *req)
{
	simple_read(req, STMT_REVIEW_LIST);
}

void review_preview(struct request *req)
{
	simple_read(req, STMT_REVIEW_PREVIEW);
}
