/* household.register, household.member, household.represent: who a household is. */
#include <stdio.h>
#include <string.h>

#include "household_specs.h"
#include "household_write.h"
#include "vonvay/method.h"

#define HEAD 1 /* number of the member a household is registered with */

static const struct param_spec further_member[] = {
	{ .name = "name", .type = PARAM_TEXT, .required = true, .min = 1, .max = 200, .help = "Name." },
	{ .name = "sex", .type = PARAM_WORD, .required = true, .words = "female male", .help = "Sex." },
	{ .name = "born_on", .type = PARAM_DATE, .required = true, .help = "Day of birth." },
	{ .name = "relation",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 60,
	  .help = "Relation to the head." },
	{ .name = "ethnic", .type = PARAM_TEXT, .max = 60, .help = "Ethnic group." },
	PERSONAL_SPECS,
	{ 0 },
};

const struct param_spec household_register_params[] = {
	HOUSEHOLD_KEY,
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number, at most 10 digits." },
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Name of the head, who is member 1." },
	{ .name = "sex",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "female male",
	  .help = "Sex of the head." },
	{ .name = "born_on", .type = PARAM_DATE, .required = true, .help = "Day of birth of the head." },
	{ .name = "ethnic", .type = PARAM_TEXT, .max = 60, .help = "Ethnic group of the head." },
	PERSONAL_SPECS,
	{ .name = "area",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Code of the commune where it lives." },
	{ .name = "hamlet", .type = PARAM_TEXT, .max = 200, .help = "Hamlet." },
	{ .name = "on", .type = PARAM_DATE, .help = "Day of registration; default: the business date." },
	{ .name = "members",
	  .type = PARAM_OBJECTS,
	  .max = MEMBERS_MAX - 1,
	  .items = further_member,
	  .help = "The other members, who get the numbers from 2 on." },
	{ .name = "representative",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Number of the member who signs for the household, 18 or more; default: the head." },
	{ .name = "attributes", .type = PARAM_WORDS, .words = ATTRIBUTE_WORDS, .help = "What holds of it." },
	{ .name = "class", .type = PARAM_WORD, .words = CLASS_WORDS, .help = "Its class from that day on." },
	{ .name = "decision", .type = PARAM_TEXT, .min = 1, .max = 200, .help = "Decision the class rests on." },
	{ 0 },
};

const struct param_spec household_member_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "member",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Number of the member to change; without it a new member." },
	{ .name = "name", .type = PARAM_TEXT, .min = 1, .max = 200, .help = "Name." },
	{ .name = "sex", .type = PARAM_WORD, .words = "female male", .help = "Sex." },
	{ .name = "born_on", .type = PARAM_DATE, .help = "Day of birth." },
	{ .name = "relation", .type = PARAM_TEXT, .min = 1, .max = 60, .help = "Relation to the head." },
	{ .name = "ethnic", .type = PARAM_TEXT, .max = 60, .help = "Ethnic group." },
	PERSONAL_SPECS,
	{ .name = "from_on",
	  .type = PARAM_DATE,
	  .help = "First day as a member; for a new one by default the business date." },
	{ .name = "until_on", .type = PARAM_DATE, .help = "First day no longer a member: the member leaves." },
	{ 0 },
};

const struct param_spec household_represent_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "member",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Number of the member who signs, 18 or more on the day." },
	FROM_ON,
	{ 0 },
};

/* ---- household.register ---- */

/* False: answered. */
static bool people_born(struct household_job *job, const json_t *in, const char *prefix, struct date on)
{
	char name[64];
	if (!param_has(in, "born_on") || date_cmp(param_date(in, "born_on"), on) <= 0)
		return true;
	snprintf(name, sizeof name, "%sborn_on", prefix);
	request_fail(job->req, ERR_DATE_OUT_OF_RANGE, name, "%s is after the day as a member", name);
	return false;
}

/* One object of "members"; relation NULL: as the parameters say. */
static bool people_write_member(struct household_job *job, struct jw *w, const json_t *in, const char *prefix,
				int64_t household, int no, const char *relation)
{
	jw_i64(w, "no", no);
	jw_str(w, "name", param_text(in, "name"));
	jw_str(w, "sex", param_text(in, "sex"));
	jw_date(w, "born_on", param_date(in, "born_on"));
	jw_str(w, "relation", relation ? relation : param_text(in, "relation"));
	jw_str(w, "ethnic", param_text_or(in, "ethnic", ""));
	return household_job_seal(job, w, in, prefix, household, no);
}

static bool register_members(struct household_job *job, struct jw *w, struct date on)
{
	const json_t *params = job->req->params;
	int64_t household = param_id(params, "household");
	char prefix[32];
	jw_array(w, "members");
	jw_object(w, NULL);
	if (!people_born(job, params, "", on) ||
	    !people_write_member(job, w, params, "", household, HEAD, "head"))
		return false;
	jw_end(w);
	for (size_t i = 0; i < param_count(params, "members"); i++) {
		const json_t *in = param_object_at(params, "members", i);
		snprintf(prefix, sizeof prefix, "members[%zu].", i);
		jw_object(w, NULL);
		if (!people_born(job, in, prefix, on) ||
		    !people_write_member(job, w, in, prefix, household, (int)i + 1 + HEAD, NULL))
			return false;
		jw_end(w);
	}
	jw_end(w);
	return true;
}

static bool register_representative(struct household_job *job, struct jw *w, struct date on)
{
	const json_t *params = job->req->params;
	int64_t no = param_int_or(params, "representative", HEAD);
	size_t others = param_count(params, "members");
	if ((size_t)no > others + HEAD) {
		request_fail(job->req, ERR_INVALID_PARAMS, "representative", "there is no member %lld",
			     (long long)no);
		return false;
	}
	const json_t *in = no == HEAD ? params : param_object_at(params, "members", (size_t)no - HEAD - 1);
	if (!household_adult(param_date(in, "born_on"), on)) {
		request_fail(job->req, ERR_CONFLICT, "representative",
			     "member %lld is not 18 (01/UQ: an adult signs for the household)",
			     (long long)no);
		return false;
	}
	jw_i64(w, "representative", no);
	return true;
}

static bool register_class(struct household_job *job, struct jw *w, struct date on)
{
	const json_t *params = job->req->params;
	struct household_class_row row = { .from = on };
	if (!param_has(params, "class"))
		return true;
	if (!param_has(params, "decision")) {
		request_fail(job->req, ERR_INVALID_PARAMS, "decision", "decision is required with a class");
		return false;
	}
	if (!household_class_of_word(param_text(params, "class"), &row.class))
		return false;
	jw_i64(w, "class", row.class);
	household_job_agenda(job, w, &row, 1);
	return true;
}

static bool register_decide(struct household_job *job, struct jw *w)
{
	struct date on = household_job_day(job, "on");
	if (!register_members(job, w, on) || !register_representative(job, w, on) ||
	    !register_class(job, w, on))
		return false;
	jw_i64(w, "attributes", household_job_attributes(job, "attributes"));
	return true;
}

void household_register(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_REGISTER,
						      .decide = register_decide };
	household_write(req, &write);
}

/* ---- household.member ---- */

static bool member_new(struct household_job *job, struct jw *w)
{
	static const char *const required[] = { "name", "sex", "born_on", "relation" };
	const json_t *params = job->req->params;
	int no = 0;
	for (size_t i = 0; i < ARRAY_LEN(required); i++) {
		if (!param_has(params, required[i])) {
			request_fail(job->req, ERR_INVALID_PARAMS, required[i],
				     "%s is required of a new member", required[i]);
			return false;
		}
	}
	if (param_has(params, "until_on")) {
		request_fail(job->req, ERR_INVALID_PARAMS, "until_on",
			     "until_on needs the number of a member");
		return false;
	}
	for (size_t i = 0; i < job->data->members_count; i++)
		no = job->data->members[i].no > no ? job->data->members[i].no : no;
	if (no >= MEMBERS_MAX) {
		request_fail(job->req, ERR_CONFLICT, "household", "the household has had %d members", no);
		return false;
	}
	return people_born(job, params, "", household_job_day(job, "from_on")) &&
	       people_write_member(job, w, params, "", job->data->household_id, no + 1, NULL);
}

/* The head's name is that of the household. */
static void member_head_name(const struct household_job *job, struct jw *w, const struct household_member *m)
{
	if (param_has(job->req->params, "name") && !strcmp(job->data->name, m->name))
		jw_str(w, "head_name", param_text(job->req->params, "name"));
}

static bool member_may_leave(struct household_job *job, const struct household_member *m)
{
	if (!param_has(job->req->params, "until_on") || !m->representative)
		return true;
	request_fail(job->req, ERR_CONFLICT, "until_on",
		     "member %d signs for the household: another has to before (household.represent)", m->no);
	return false;
}

/* Who signs has to be of age on the first day of signing also by a corrected day of birth. */
static bool member_still_adult(struct household_job *job, const struct household_member *m)
{
	struct date since = job->data->registered_on;
	if (!param_has(job->req->params, "born_on") || !m->representative)
		return true;
	for (size_t i = 0; i < job->data->signers_count; i++)
		if (job->data->signers[i].member == m->no)
			since = job->data->signers[i].from;
	if (household_adult(param_date(job->req->params, "born_on"), since))
		return true;
	request_fail(job->req, ERR_CONFLICT, "born_on",
		     "member %d signs for the household and would not have been 18 when that began", m->no);
	return false;
}

static bool member_change(struct household_job *job, struct jw *w, const struct household_member *m)
{
	const json_t *params = job->req->params;
	struct date from = param_date_or(params, "from_on", date_max(m->from, job->data->registered_on));
	if (json_object_size(params) <= 3) { /* key, household, member */
		request_fail(job->req, ERR_INVALID_PARAMS, "name",
			     "name or another thing to change is required");
		return false;
	}
	return people_born(job, params, "", from) && member_may_leave(job, m) && member_still_adult(job, m) &&
	       household_job_seal(job, w, params, "", job->data->household_id, m->no);
}

static bool member_decide(struct household_job *job, struct jw *w)
{
	const json_t *params = job->req->params;
	const struct household_member *m = NULL;
	if (param_has(params, "member")) {
		m = household_member_find(job->data, (int)param_int(params, "member"));
		if (!m) {
			request_fail(
				job->req, ERR_NOT_FOUND, "member", "household %010lld has no member %lld",
				(long long)job->data->household_id, (long long)param_int(params, "member"));
			return false;
		}
		member_head_name(job, w, m);
	}
	jw_object(w, "member");
	if (m ? !member_change(job, w, m) : !member_new(job, w))
		return false;
	jw_end(w);
	return true;
}

void household_member(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_MEMBER,
						      .household = "household",
						      .decide = member_decide };
	household_write(req, &write);
}

/* ---- household.represent ---- */

static bool represent_decide(struct household_job *job, struct jw *w)
{
	struct date on = household_job_day(job, "from_on");
	const struct household_member *m =
		household_job_member(job, "member", (int)param_int(job->req->params, "member"), on);
	if (!m || !household_job_signer(job, "member", m, on))
		return false;
	jw_str(w, "name", m->name);
	return true;
}

void household_represent(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_REPRESENT,
						      .household = "household",
						      .decide = represent_decide };
	household_write(req, &write);
}
