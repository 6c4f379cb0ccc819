/* household.split, household.merge, household.leave, household.death: how households come apart, together and to an end. */
#include <string.h>

#include "household_specs.h"
#include "household_write.h"
#include "vonvay/method.h"

const struct param_spec household_split_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "into", .type = PARAM_ID, .required = true, .help = "Number of the new household." },
	{ .name = "members",
	  .type = PARAM_IDS,
	  .required = true,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Numbers of the members who go." },
	{ .name = "representative",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Which of them signs for the new household, 18 or more; default: the oldest." },
	{ .name = "area",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 40,
	  .help = "Commune where it lives; default: where they have lived." },
	{ .name = "hamlet", .type = PARAM_TEXT, .max = 200, .help = "Hamlet." },
	{ .name = "loans",
	  .type = PARAM_IDS,
	  .max = 200,
	  .help = "Open loans that go along, none with []; default: those that somebody who goes has signed." },
	{ .name = "group",
	  .type = PARAM_ID,
	  .help = "Group the new household joins; default: with loans of a group the one it comes from." },
	FROM_ON,
	{ 0 },
};

const struct param_spec household_merge_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "other",
	  .type = PARAM_ID,
	  .required = true,
	  .help = "The household that joins it and is no more." },
	FROM_ON,
	{ 0 },
};

const struct param_spec household_leave_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "from_on",
	  .type = PARAM_DATE,
	  .help = "First day no longer there; default: the business date." },
	{ 0 },
};

const struct param_spec household_death_params[] = {
	HOUSEHOLD_KEY,
	THE_HOUSEHOLD,
	{ .name = "member",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Number of the member who died." },
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the death; default: the business date." },
	{ .name = "heir",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = MEMBERS_MAX,
	  .help = "Who signs for the household from then on, 18 or more; default: the oldest adult." },
	{ 0 },
};

/* One object of "members": who goes from `from` and is number `no` in `household`. False: answered. */
static bool life_write_member(struct household_job *job, struct jw *w, const struct household_data *from,
			      const struct household_member *m, int64_t household, int no,
			      const char *relation)
{
	jw_object(w, NULL);
	jw_i64(w, "old", m->no);
	jw_i64(w, "no", no);
	jw_str(w, "name", m->name);
	jw_str(w, "sex", m->sex);
	jw_date(w, "born_on", m->born_on);
	jw_str(w, "relation", relation);
	jw_str(w, "ethnic", m->ethnic);
	if (!household_job_reseal(job, w, from->household_id, m->no, household, no))
		return false;
	jw_end(w);
	return true;
}

/* ---- household.split ---- */

static int split_place(const struct household_job *job, int no)
{
	const json_t *params = job->req->params;
	for (size_t i = 0; i < param_count(params, "members"); i++)
		if (param_id_at(params, "members", i) == no)
			return (int)i + 1;
	return 0;
}

/* Who signs for the new household; NULL: answered. */
static const struct household_member *split_signer(struct household_job *job, struct date on)
{
	const json_t *params = job->req->params;
	struct household_person going[MEMBERS_MAX];
	size_t n = 0;
	int no;
	if (param_has(params, "representative")) {
		no = (int)param_int(params, "representative");
		if (!split_place(job, no)) {
			request_fail(job->req, ERR_INVALID_PARAMS, "representative",
				     "member %d is not one of those who go", no);
			return NULL;
		}
	} else {
		for (size_t i = 0; i < job->data->members_count && n < MEMBERS_MAX; i++) {
			const struct household_member *m = &job->data->members[i];
			if (split_place(job, m->no) && date_cmp(m->until, DATE_EVER) == 0)
				going[n++] =
					(struct household_person){ m->no, m->born_on, m->from, m->until };
		}
		no = household_heir(going, n, 0, on);
	}
	const struct household_member *m = household_member_find(job->data, no);
	if (!m) {
		request_fail(job->req, ERR_CONFLICT, "members",
			     "none of them is 18 (01/UQ: an adult signs for the household)");
		return NULL;
	}
	return household_job_signer(job, "representative", m, on) ? m : NULL;
}

/* False: answered. */
static bool split_write_members(struct household_job *job, struct jw *w,
				const struct household_member *signer, struct date on)
{
	const json_t *params = job->req->params;
	int64_t into = param_id(params, "into");
	jw_array(w, "members");
	for (size_t i = 0; i < param_count(params, "members"); i++) {
		int64_t no = param_id_at(params, "members", i);
		const struct household_member *m =
			household_job_member(job, "members", no <= MEMBERS_MAX ? (int)no : 0, on);
		if (!m)
			return false;
		if (m == household_representative_on(job->data, on) || m->representative) {
			request_fail(
				job->req, ERR_CONFLICT, "members",
				"member %d signs for the household: another has to before (household.represent)",
				m->no);
			return false;
		}
		if (!life_write_member(job, w, job->data, m, into, (int)i + 1,
				       m == signer ? "head" : m->relation))
			return false;
	}
	jw_end(w);
	return true;
}

/* Where it lives: as given, else in the unit that stands for the old commune on the day. */
static void split_write_home(const struct household_job *job, struct jw *w, struct date on)
{
	const json_t *params = job->req->params;
	const struct household_residence *r = household_residence_on(job->data, on);
	const struct reference_area *area = r ? reference_area_on(job->ctx->ref, r->area, on) : NULL;
	bool given = param_has(params, "area");
	jw_str(w, "area", param_text_or(params, "area", area ? area->code : ""));
	jw_str(w, "hamlet", param_text_or(params, "hamlet", r && !given ? r->hamlet : ""));
}

/* Loans that go along keep their signer if that one goes, and their point if they were lent directly. */
static struct record_place split_loan_place(const struct household_job *job, const struct loan_record *r,
					    const struct household_membership *group,
					    const struct household_member *signer, const char *commune)
{
	int no = split_place(job, r->member_no);
	bool joins = group && r->group_id;
	return (struct record_place){
		.household_id = param_id(job->req->params, "into"),
		.member_no = no ? no : split_place(job, signer->no),
		.group_id = joins ? group->group_id : r->group_id,
		.point_id = joins ? group->point_id : r->point_id,
		.organisation = joins ? group->organisation : r->organisation,
		.commune = commune,
	};
}

static bool split_named(const json_t *params, int64_t loan_id)
{
	for (size_t i = 0; i < param_count(params, "loans"); i++)
		if (param_id_at(params, "loans", i) == loan_id)
			return true;
	return false;
}

/* False: answered, one of the loans named is no open loan of the household. */
static bool split_loans_there(const struct household_job *job)
{
	const json_t *params = job->req->params;
	for (size_t i = 0; i < param_count(params, "loans"); i++) {
		int64_t loan = param_id_at(params, "loans", i);
		int k = 0;
		while (k < job->loans->count && (job->loans->view[k].record.contract.loan_id != loan ||
						 !household_job_open(&job->loans->view[k])))
			k++;
		if (k == job->loans->count) {
			request_fail(job->req, ERR_NOT_FOUND, "loans",
				     "loan %lld is no open loan of household %010lld", (long long)loan,
				     (long long)job->data->household_id);
			return false;
		}
	}
	return true;
}

/* True: one of a group was taken. */
static bool split_take_loans(struct household_job *job, const struct household_membership *group,
			     const struct household_member *signer, const char *commune)
{
	const json_t *params = job->req->params;
	bool of_group = false;
	for (int i = 0; i < job->loans->count; i++) {
		const struct loan_view *v = &job->loans->view[i];
		const struct loan_record *r = &v->record;
		bool goes = param_has(params, "loans") ? split_named(params, r->contract.loan_id)
						       : split_place(job, r->member_no) != 0;
		if (!goes || !household_job_open(v))
			continue;
		struct record_place place = split_loan_place(job, r, group, signer, commune);
		household_job_take(job, v, &place);
		of_group = of_group || r->group_id;
	}
	return of_group;
}

/* The loans that go along, and the group that the new household joins with them. False: answered. */
static bool split_take(struct household_job *job, struct jw *w, const struct household_member *signer,
		       struct date on)
{
	const struct household_membership *group =
		job->group ? job->group : household_group_on(job->data, on);
	const struct household_residence *r = household_residence_on(job->data, on);
	const char *code = param_text_or(job->req->params, "area", r ? r->area : "");
	const struct reference_area *area = reference_area_on(job->ctx->ref, code, on);
	if (!area) {
		request_fail(job->req, ERR_NOT_FOUND, "area", "no commune %s", code);
		return false;
	}
	if (!split_loans_there(job))
		return false;
	bool of_group = split_take_loans(job, group, signer, area->code);
	if (group && (of_group || job->group))
		household_job_join(job, w, group, on);
	household_job_taken(job, w);
	return true;
}

static bool split_decide(struct household_job *job, struct jw *w)
{
	const struct household_data *data = job->data;
	struct date on = household_job_day(job, "from_on");
	size_t classes = 0;
	const struct household_member *signer = split_signer(job, on);
	if (!signer || !split_write_members(job, w, signer, on))
		return false;
	jw_str(w, "name", signer->name);
	jw_i64(w, "representative", split_place(job, signer->no));
	split_write_home(job, w, on);
	jw_i64(w, "attributes", household_attributes_on(data, on));
	while (classes < data->classes_count && date_cmp(data->classes[classes].from, on) <= 0)
		classes++;
	household_job_agenda(job, w, data->classes, classes);
	return split_take(job, w, signer, on);
}

void household_split(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_SPLIT,
						      .household = "household",
						      .sealed = "household",
						      .takes = true,
						      .day = "from_on",
						      .decide = split_decide };
	household_write(req, &write);
}

/* ---- household.merge ---- */

static int merge_last_no(const struct household_data *data)
{
	int no = 0;
	for (size_t i = 0; i < data->members_count; i++)
		no = data->members[i].no > no ? data->members[i].no : no;
	return no;
}

/* There is one head already. */
static const char *merge_relation(const struct household_member *m)
{
	return !strcmp(m->relation, "head") ? "other" : m->relation;
}

static bool merge_decide(struct household_job *job, struct jw *w)
{
	int no = merge_last_no(job->data);
	if (job->data->household_id == job->other->household_id) {
		request_fail(job->req, ERR_INVALID_PARAMS, "other", "other is the household itself");
		return false;
	}
	jw_array(w, "members");
	for (size_t i = 0; i < job->other->members_count; i++) {
		const struct household_member *m = &job->other->members[i];
		if (date_cmp(m->until, DATE_EVER) != 0)
			continue;
		if (++no > MEMBERS_MAX) {
			request_fail(job->req, ERR_CONFLICT, "other",
				     "the household would have had more than %d members", MEMBERS_MAX);
			return false;
		}
		if (!life_write_member(job, w, job->other, m, job->data->household_id, no, merge_relation(m)))
			return false;
	}
	jw_end(w);
	return true;
}

void household_merge(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_MERGE,
						      .household = "household",
						      .other = "other",
						      .sealed = "other",
						      .decide = merge_decide };
	household_write(req, &write);
}

/* ---- household.leave ---- */

void household_leave(struct request *req)
{
	static const struct household_write write = { .stmt = STMT_HOUSEHOLD_LEAVE, .household = "household" };
	household_write(req, &write);
}

/* ---- household.death ---- */

/* The oldest adult of those who are still members, but the dead; 0: none. */
static int life_oldest(const struct household_data *data, const struct household_member *dead, struct date on)
{
	struct household_person people[MEMBERS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < data->members_count && n < MEMBERS_MAX; i++) {
		const struct household_member *m = &data->members[i];
		if (date_cmp(m->until, DATE_EVER) == 0)
			people[n++] = (struct household_person){ m->no, m->born_on, m->from, m->until };
	}
	return household_heir(people, n, dead->no, on);
}

/* As asked for, else who signs by now, else the oldest adult; NULL without an answer: nobody can. */
static const struct household_member *
death_heir(struct household_job *job, const struct household_member *dead, struct date on, bool *answered)
{
	const struct household_data *data = job->data;
	const struct household_member *now = household_representative(data), *heir;
	*answered = false;
	if (!param_has(job->req->params, "heir")) {
		if (now && now != dead && household_member_on(now, on) && household_adult(now->born_on, on))
			return now;
		return household_member_find(data, life_oldest(data, dead, on));
	}
	heir = household_job_member(job, "heir", (int)param_int(job->req->params, "heir"), on);
	if (heir == dead) {
		request_fail(job->req, ERR_INVALID_PARAMS, "heir", "heir is the member who died");
		heir = NULL;
	} else if (heir && !household_job_signer(job, "heir", heir, on)) {
		heir = NULL;
	}
	*answered = !heir;
	return heir;
}

static bool death_last(const struct household_data *data, const struct household_member *dead)
{
	for (size_t i = 0; i < data->members_count; i++)
		if (&data->members[i] != dead && date_cmp(data->members[i].until, DATE_EVER) == 0)
			return false;
	return true;
}

/* Who signs after the death of a member; `heir` NULL in the end: nobody can. */
struct death {
	const struct household_member *dead, *heir;
	bool takes_over; /* the dead signed for the household on that day */
};

/* False: answered. */
static bool death_find(struct household_job *job, struct death *d)
{
	const json_t *params = job->req->params;
	struct date on = household_job_day(job, "on");
	bool answered = false;
	d->dead = household_job_member(job, "member", (int)param_int(params, "member"), on);
	if (!d->dead)
		return false;
	d->heir = household_representative_on(job->data, on);
	d->takes_over = d->heir == d->dead;
	if (d->takes_over) {
		d->heir = death_heir(job, d->dead, on, &answered);
	} else if (param_has(params, "heir")) {
		request_fail(job->req, ERR_CONFLICT, "heir", "member %d does not sign for the household",
			     d->dead->no);
		answered = true;
	}
	return !answered;
}

static void death_write(struct household_job *job, struct jw *w, const struct death *d)
{
	if (d->takes_over && d->heir)
		jw_i64(w, "heir", d->heir->no);
	else if (d->takes_over)
		jw_null(w, "heir");
	if (d->heir) {
		jw_i64(w, "representative", d->heir->no);
		jw_str(w, "representative_name", d->heir->name);
	}
	jw_str(w, "name", d->dead->name);
	jw_bool(w, "last", death_last(job->data, d->dead));
}

/* The open loans the dead signed go to the heir on the business date; they stay in their group and at their point. */
static void death_take(struct household_job *job, const struct death *d)
{
	for (int i = 0; d->heir && i < job->loans->count; i++) {
		const struct loan_record *r = &job->loans->view[i].record;
		struct record_place place = { .household_id = r->household_id,
					      .member_no = d->heir->no,
					      .group_id = r->group_id,
					      .point_id = r->point_id,
					      .organisation = r->organisation,
					      .commune = r->commune };
		if (household_job_open(&job->loans->view[i]) && r->member_no == d->dead->no)
			household_job_take(job, &job->loans->view[i], &place);
	}
}

static bool death_decide(struct household_job *job, struct jw *w)
{
	struct death d;
	if (!death_find(job, &d))
		return false;
	death_take(job, &d);
	death_write(job, w, &d);
	household_job_taken(job, w);
	return true;
}

void household_death(struct request *req)
{
	static const struct household_write write = {
		.stmt = STMT_HOUSEHOLD_DEATH, .household = "household", .takes = true, .decide = death_decide
	};
	household_write(req, &write);
}
