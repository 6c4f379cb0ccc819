/* Changes of households: read, decide, write. */
#include "household_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/method.h"
#include "vonvay/param.h"
#include "vonvay/personal.h"
#include "vonvay/server.h"

#define HOUSEHOLD_WRITE_TRIES 3

static void household_begin(struct request *req, const struct loan_context *ctx, void *arg);

/* ---- writing ---- */

static void household_strip(json_t *in)
{
	for (size_t i = 0; personal_fields[i]; i++)
		json_object_del(in, personal_fields[i]);
}

char *household_job_params_new(const struct household_job *job)
{
	json_t *params = json_deep_copy(job->req->params), *member;
	size_t i;
	json_object_del(params, "key");
	household_strip(params);
	json_array_foreach(json_object_get(params, "members"), i, member)
	{
		household_strip(member);
	}
	char *text = json_dumps(params, JSON_SORT_KEYS | JSON_COMPACT);
	json_decref(params);
	if (!text)
		abort();
	return text;
}

static void household_refusal_recorded(const struct db_result *r, void *arg)
{
	struct household_job *job = arg;
	if (r->ok)
		request_fail(job->req, ERR_REGISTERED_ELSEWHERE, "citizen_id", "%s", "");
	else
		request_fail_db(job->req, r);
}

/* The write is undone with all its rows: that it was tried is a row of its own, stored before the answer. */
static void household_record_refusal(struct household_job *job)
{
	struct request *req = job->req;
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, req->peer.door);
	db_arg_text(&args, req->method->name);
	db_arg_i64(&args, param_id(req->params, "household"));
	request_log(req, "a citizen id is registered elsewhere");
	db_query(req->db, STMT_REGISTERED_ELSEWHERE, &args, household_refusal_recorded, job);
}

static void household_done(const struct db_result *r, void *arg)
{
	struct household_job *job = arg;
	struct request *req = job->req;
	if (r->ok && r->rows)
		request_reply_str(req, db_text(r, 0, 1));
	else if (r->error == ERR_REGISTERED_ELSEWHERE)
		household_record_refusal(job);
	else if (r->error != ERR_STALE && r->error != ERR_MOVED)
		request_fail_db(req, r);
	else if (++job->tries < HOUSEHOLD_WRITE_TRIES)
		loan_context_get(req, true, household_begin, job);
	else
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
}

static void household_send(struct household_job *job, const struct text *decided)
{
	struct request *req = job->req;
	struct db_args args = { 0 };
	char *params = household_job_params_new(job);
	loan_context_write_head(job->ctx, req, "{}", &args);
	db_arg_text(&args, params);
	db_arg_text(&args, text_str(decided));
	free(params);
	db_query(req->db, job->write->stmt, &args, household_done, job);
}

static void household_decide(struct household_job *job)
{
	struct text decided = { 0 };
	struct jw w = jw_start(&decided);
	jw_object(&w, NULL);
	if (job->data)
		jw_i64(&w, "version", job->data->version);
	if (job->other)
		jw_i64(&w, "other_version", job->other->version);
	if (!job->write->decide || job->write->decide(job, &w)) {
		jw_end(&w);
		if (job->write->takes)
			household_take_write(job, &decided);
		else
			household_send(job, &decided);
	}
	text_clear(&decided);
}

/* ---- reading ---- */

static void household_data_clear(void *arg)
{
	household_data_free(arg);
}

/* NULL: answered. */
static struct household_data *household_parse(struct request *req, const struct db_result *r)
{
	struct text error = { 0 };
	if (!r->ok) {
		request_fail_db(req, r);
		return NULL;
	}
	struct household_data *data = household_data_parse_new(db_text(r, 0, 0), &error);
	if (data) {
		request_on_free(req, household_data_clear, data);
	} else {
		request_log(req, "%s", text_str(&error));
		request_fail(req, ERR_INTERNAL, NULL, "%s", "");
	}
	text_clear(&error);
	return data;
}

static void household_ask(struct household_job *job, enum stmt stmt, const char *param, db_cb *cb)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, job->req->actor.staff_id);
	db_arg_i64(&args, param_id(job->req->params, param));
	db_query(job->req->db, stmt, &args, cb, job);
}

static void household_sealed_read(const struct db_result *r, void *arg)
{
	struct household_job *job = arg;
	if (!r->ok) {
		request_fail_db(job->req, r);
		return;
	}
	job->sealed = r;
	household_decide(job);
}

static void household_read_sealed(struct household_job *job)
{
	if (job->write->sealed)
		household_ask(job, STMT_HOUSEHOLD_SEALED, job->write->sealed, household_sealed_read);
	else
		household_decide(job);
}

static void household_read_loans(struct household_job *job)
{
	if (job->write->takes)
		household_take_read(job, household_read_sealed);
	else
		household_read_sealed(job);
}

static void household_other_read(const struct db_result *r, void *arg)
{
	struct household_job *job = arg;
	job->other = household_parse(job->req, r);
	if (job->other)
		household_read_loans(job);
}

static void household_first_read(const struct db_result *r, void *arg)
{
	struct household_job *job = arg;
	job->data = household_parse(job->req, r);
	if (!job->data)
		return;
	if (job->write->other)
		household_ask(job, STMT_HOUSEHOLD_READ, job->write->other, household_other_read);
	else
		household_read_loans(job);
}

static void household_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct household_job *job = arg;
	(void)req;
	job->ctx = ctx;
	if (job->write->household)
		household_ask(job, STMT_HOUSEHOLD_READ, job->write->household, household_first_read);
	else
		household_decide(job);
}

void household_write(struct request *req, const struct household_write *write)
{
	struct household_job *job = request_state(req, sizeof *job);
	job->req = req;
	job->write = write;
	if (write->takes)
		household_take_start(job, household_begin);
	else
		loan_context_get(req, false, household_begin, job);
}

/* ---- what several decisions ask ---- */

struct date household_job_day(const struct household_job *job, const char *name)
{
	return param_date_or(job->req->params, name, job->ctx->business);
}

const struct household_member *household_job_member(struct household_job *job, const char *name, int no,
						    struct date on)
{
	char day[DATE_TEXT_SIZE];
	const struct household_member *m = household_member_find(job->data, no);
	if (m && household_member_on(m, on))
		return m;
	date_format(on, day);
	request_fail(job->req, ERR_NOT_FOUND, name, "household %010lld has no member %d on %s",
		     (long long)job->data->household_id, no, day);
	return NULL;
}

bool household_job_signer(struct household_job *job, const char *name, const struct household_member *member,
			  struct date on)
{
	char day[DATE_TEXT_SIZE];
	date_format(on, day);
	if (!household_adult(member->born_on, on)) {
		request_fail(job->req, ERR_CONFLICT, name,
			     "member %d is not 18 on %s (01/UQ: an adult signs for the household)",
			     member->no, day);
		return false;
	}
	if (date_cmp(member->until, DATE_EVER) != 0) {
		date_format(member->until, day);
		request_fail(job->req, ERR_CONFLICT, name, "member %d is no member since %s", member->no, day);
		return false;
	}
	return true;
}

void household_job_agenda(const struct household_job *job, struct jw *w,
			  const struct household_class_row *rows, size_t count)
{
	jw_array(w, "agenda");
	for (size_t i = 0; i < count; i++) {
		/* a review that confirms the class does not begin it again */
		if (rows[i].class != HOUSEHOLD_NEWLY_ESCAPED || (i && rows[i - 1].class == rows[i].class))
			continue;
		int64_t months =
			reference_policy_int(job->ctx->ref, "escaped_months", "", true, rows[i].from, 36);
		jw_date(w, NULL, household_escaped_end(rows[i].from, (int)months));
	}
	jw_end(w);
}

/* False: answered. */
static bool household_seal_field(struct household_job *job, struct jw *w, const struct personal_place *place,
				 const char *value, const char *prefix)
{
	char name[64];
	personal_text normal;
	const char *field = personal_fields[place->field];
	const char *wrong = value[0] ? personal_normalise(place->field, value, normal) : NULL;
	snprintf(name, sizeof name, "%s%s", prefix, field);
	if (wrong) {
		request_fail(job->req, ERR_INVALID_PARAMS, name, "%s: %s", name, wrong);
		return false;
	}
	if (!value[0]) {
		jw_null(w, field);
		return true;
	}
	if (!job->req->server->keys.count) {
		request_fail(job->req, ERR_UNAVAILABLE, name, "the daemon has no key for personal data");
		return false;
	}
	personal_seal(&job->req->server->keys, place, normal, w);
	explicit_bzero(normal, sizeof normal);
	return true;
}

bool household_job_seal(struct household_job *job, struct jw *w, const json_t *in, const char *prefix,
			int64_t household, int member)
{
	jw_object(w, "sealed");
	for (int i = 0; i < PERSONAL_FIELDS; i++) {
		const struct personal_place place = { job->req->actor.branch, household, member,
						      (enum personal_field)i };
		if (param_has(in, personal_fields[i]) &&
		    !household_seal_field(job, w, &place, param_text(in, personal_fields[i]), prefix))
			return false;
	}
	jw_end(w);
	return true;
}

/* Columns of api.household_sealed. */
enum {
	SEALED_MEMBER,
	SEALED_FIELD,
	SEALED_VALUE,
};

static bool household_reseal_row(struct household_job *job, struct jw *w, int row, int64_t old_household,
				 int64_t household, int member)
{
	const struct db_result *r = job->sealed;
	const struct data_keys *keys = &job->req->server->keys;
	struct personal_place place = { job->req->actor.branch, old_household, db_i64(r, row, SEALED_MEMBER), 0 };
	personal_text value;
	size_t len;
	unsigned char *sealed = db_bytea(r, row, SEALED_VALUE, &len);
	bool ok = personal_field_of_word(db_text(r, row, SEALED_FIELD), &place.field) &&
		  personal_open(keys, &place, sealed, len, value);
	free(sealed);
	place.household = household;
	place.member = member;
	if (ok)
		personal_seal(keys, &place, value, w);
	explicit_bzero(value, sizeof value);
	if (!ok)
		request_fail(job->req, ERR_UNAVAILABLE, NULL,
			     "the personal data of member %lld can't be opened with the daemon's keys",
			     (long long)db_i64(r, row, SEALED_MEMBER));
	return ok;
}

bool household_job_reseal(struct household_job *job, struct jw *w, int64_t old_household, int old_member,
			  int64_t household, int member)
{
	jw_object(w, "sealed");
	for (int i = 0; i < job->sealed->rows; i++)
		if (db_i64(job->sealed, i, SEALED_MEMBER) == old_member &&
		    !household_reseal_row(job, w, i, old_household, household, member))
			return false;
	jw_end(w);
	return true;
}

struct household_survey household_job_survey(const struct household_job *job, struct date on)
{
	const json_t *params = job->req->params;
	struct household_survey survey = { .on = on, .income = param_money(params, "income") };
	for (size_t i = 0; i < param_count(params, "lacking"); i++) {
		enum poverty_indicator indicator;
		if (!poverty_indicator_of_word(param_text_at(params, "lacking", i), &indicator))
			abort(); /* the spec of the parameter lists the words */
		survey.lacking |= (unsigned)indicator;
	}
	return survey;
}

void household_job_computed(const struct household_job *job, struct jw *w,
			    const struct household_survey *survey, enum household_class decided)
{
	struct poverty_standard standard;
	enum household_class computed;
	jw_object(w, "computed");
	jw_str(w, "class", household_class_word(decided));
	if (household_computed_class(job->data, job->ctx->ref, survey, survey->on, &standard, &computed)) {
		jw_str(w, "computed_class", household_class_word(computed));
		jw_str(w, "standard", standard.instrument);
		jw_bool(w, "differs", poverty_differs(&standard, decided, computed));
	}
	jw_end(w);
}

enum household_class household_job_class(const struct household_job *job, struct date on)
{
	struct date since;
	return household_class_on(job->data->classes, job->data->classes_count, on, &since);
}

struct household_class_row *household_job_classes(const struct household_job *job,
						  struct household_class_row row, struct date replaces,
						  size_t *count)
{
	const struct household_data *data = job->data;
	struct household_class_row *rows = request_state(job->req, (data->classes_count + 1) * sizeof *rows);
	size_t n = 0, at;
	for (size_t i = 0; i < data->classes_count; i++)
		if (date_cmp(data->classes[i].from, replaces) != 0)
			rows[n++] = data->classes[i];
	for (at = n; at && date_cmp(rows[at - 1].from, row.from) > 0; at--)
		rows[at] = rows[at - 1];
	rows[at] = row;
	*count = n + 1;
	return rows;
}

unsigned household_job_attributes(const struct household_job *job, const char *name)
{
	unsigned bits = 0;
	for (size_t i = 0; i < param_count(job->req->params, name); i++) {
		enum household_attribute a;
		if (!household_attribute_of_word(param_text_at(job->req->params, name, i), &a))
			abort(); /* the spec of the parameter lists the words */
		bits |= (unsigned)a;
	}
	return bits;
}

void household_json_attributes(struct jw *w, const char *name, unsigned bits)
{
	jw_array(w, name);
	for (unsigned bit = 1; bit < 1U << HOUSEHOLD_ATTRIBUTES; bit <<= 1)
		if (bits & bit)
			jw_str(w, NULL, household_attribute_word((enum household_attribute)bit));
	jw_end(w);
}

void household_json_lacking(struct jw *w, const char *name, unsigned lacking)
{
	jw_array(w, name);
	for (unsigned bit = 1; bit <= POVERTY_MEDIA_MEANS; bit <<= 1)
		if (lacking & bit)
			jw_str(w, NULL, poverty_indicator_word((enum poverty_indicator)bit));
	jw_end(w);
}
