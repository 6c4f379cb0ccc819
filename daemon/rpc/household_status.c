/* household.move, household.class, household.attribute, household.survey: the dated rows of a household. */
#include <stdlib.h>
#include <string.h>

#include "household_specs.h"
#include "household_write.h"
#include "vonvay/method.h"
#include "vonvay/poverty.h"

const struct param_spec household_move_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "area",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Code of the commune where it lives from the day on." },
	{ .name = "hamlet", .type = PARAM_TEXT, .max = 200, .help = "Hamlet." },
	FROM_ON,
	REPLACES,
	{ 0 },
};

const struct param_spec household_class_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "class", .type = PARAM_WORD, .required = true, .words = CLASS_WORDS, .help = "The class." },
	{ .name = "decision",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Number of the decision it rests on." },
	FROM_ON,
	REPLACES,
	{ 0 },
};

const struct param_spec household_attribute_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "add", .type = PARAM_WORDS, .words = ATTRIBUTE_WORDS, .help = "What holds from the day on." },
	{ .name = "remove",
	  .type = PARAM_WORDS,
	  .words = ATTRIBUTE_WORDS,
	  .help = "What holds no more from the day on." },
	FROM_ON,
	{ 0 },
};

const struct param_spec household_survey_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the survey; default: the business date." },
	{ .name = "income",
	  .type = PARAM_MONEY,
	  .required = true,
	  .help = "Income a person and month, in đồng." },
	{ .name = "lacking",
	  .type = PARAM_WORDS,
	  .words = POVERTY_WORDS,
	  .help = "Indicators the household lacks, of the twelve; without it none." },
	{ 0 },
};

/* ---- household.move ---- */

void household_move(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_MOVE, .household = "household" };
	household_write(req, &write);
}

/* ---- household.class ---- */

static bool class_decide(struct household_job *job, struct jw *w)
{
	struct household_class_row row = { .from = household_job_day(job, "from_on") };
	struct date replaces = param_date_or(job->req->params, "replaces", DATE_NONE);
	size_t n;
	if (!household_class_of_word(param_text(job->req->params, "class"), &row.class))
		abort(); /* the spec of the parameter lists the words */
	const struct household_class_row *rows = household_job_classes(job, row, replaces, &n);
	jw_i64(w, "class", row.class);
	jw_str(w, "change", household_change_word(household_change_of(rows, n, row.from, row.class)));
	household_job_agenda(job, w, rows, n);
	return true;
}

void household_class(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_CLASS,
						      .household = "household",
						      .decide = class_decide };
	household_write(req, &write);
}

/* ---- household.attribute ---- */

/* False: answered. */
static bool attribute_check(struct household_job *job, unsigned add, unsigned remove)
{
	if (!(add | remove)) {
		request_fail(job->req, ERR_INVALID_PARAMS, "add", "add or remove must name an attribute");
		return false;
	}
	if (add & remove) {
		request_fail(job->req, ERR_INVALID_PARAMS, "remove",
			     "an attribute is both in add and in remove");
		return false;
	}
	return true;
}

static void attribute_write_rows(struct jw *w, const struct household_attributes *rows, size_t n)
{
	jw_array(w, "rows");
	for (size_t i = 0; i < n; i++) {
		jw_object(w, NULL);
		jw_date(w, "from", rows[i].from);
		jw_i64(w, "bits", rows[i].bits);
		jw_end(w);
	}
	jw_end(w);
}

static bool attribute_decide(struct household_job *job, struct jw *w)
{
	const struct household_data *data = job->data;
	unsigned add = household_job_attributes(job, "add"), remove = household_job_attributes(job, "remove");
	struct household_attributes *rows =
		request_state(job->req, (data->attributes_count + 1) * sizeof *rows);
	if (!attribute_check(job, add, remove))
		return false;
	size_t n = household_attributes_change(data->attributes, data->attributes_count,
					       household_job_day(job, "from_on"), add, remove, rows);
	if (!n) {
		request_fail(job->req, ERR_CONFLICT, add ? "add" : "remove", "that holds on the day already");
		return false;
	}
	attribute_write_rows(w, rows, n);
	household_json_attributes(w, "attributes", rows[0].bits);
	return true;
}

void household_attribute(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_ATTRIBUTE,
						      .household = "household",
						      .decide = attribute_decide };
	household_write(req, &write);
}

/* ---- household.survey ---- */

static bool survey_decide(struct household_job *job, struct jw *w)
{
	struct household_survey survey = household_job_survey(job, household_job_day(job, "on"));
	jw_i64(w, "lacking", survey.lacking);
	household_job_computed(job, w, &survey, household_job_class(job, survey.on));
	return true;
}

void household_survey(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_SURVEY,
						      .household = "household",
						      .decide = survey_decide };
	household_write(req, &write);
}
