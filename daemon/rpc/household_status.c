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
	{ .name = "group",
	  .type = PARAM_ID,
	  .help = "Group it joins there; it leaves the one it is in, and its open loans go along." },
	{ .name = "take_loans",
	  .type = PARAM_BOOL,
	  .help = "Its open loans go along: to the group, without one to the point of the commune." },
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

/* Where its loans are served from the day on: by the group it joins, else by the bank at the point of the commune. False:
 * answered. */
static bool move_place(struct household_job *job, struct date on, bool direct, struct record_place *out)
{
	const char *code = param_text(job->req->params, "area");
	const struct reference_area *area = reference_area_on(job->ctx->ref, code, on);
	bool joins = job->group && !direct;
	const struct reference_point *point =
		joins ? reference_point_find(job->ctx->ref, job->group->point_id)
		: area ? reference_point_of_area(job->ctx->ref, area->code, on)
		       : NULL;
	if (!area) {
		request_fail(job->req, ERR_NOT_FOUND, "area", "no commune %s", code);
		return false;
	}
	if (!point) {
		request_fail(job->req, ERR_CONFLICT, "area", "no transaction point serves %s on that day", code);
		return false;
	}
	*out = (struct record_place){ .group_id = joins ? job->group->group_id : 0,
				      .point_id = point->point_id,
				      .organisation = joins ? job->group->organisation : ORGANISATION_DIRECT,
				      .commune = area->code };
	return true;
}

/* False: answered. */
static bool move_take(struct household_job *job, struct date on)
{
	for (int i = 0; i < job->loans->count; i++) {
		const struct loan_view *v = &job->loans->view[i];
		struct record_place place;
		if (!household_job_open(v))
			continue;
		if (!move_place(job, on, !v->record.group_id, &place))
			return false;
		place.household_id = job->data->household_id;
		place.member_no = v->record.member_no;
		household_job_take(job, v, &place);
	}
	return true;
}

static bool move_decide(struct household_job *job, struct jw *w)
{
	struct date on = household_job_day(job, "from_on");
	const struct household_membership *old = household_group_on(job->data, on);
	bool takes = param_bool_or(job->req->params, "take_loans", job->group != NULL);
	if (job->group && !takes) {
		request_fail(job->req, ERR_INVALID_PARAMS, "take_loans",
			     "who joins another group takes the loans along");
		return false;
	}
	if (takes && !move_take(job, on))
		return false;
	if (takes && old && !(job->group && old->group_id == job->group->group_id)) {
		jw_i64(w, "old_group", old->group_id);
		old = NULL;
	}
	if (job->group && !old)
		household_job_join(job, w, job->group, on);
	household_job_taken(job, w);
	return true;
}

void household_move(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_MOVE,
						      .household = "household",
						      .takes = true,
						      .day = "from_on",
						      .decide = move_decide };
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
