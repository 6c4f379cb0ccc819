/* Reading applications. */
#include "application_rows.h"

#include <string.h>

#include "vonvay/server.h"

/* Columns of api.application_read. */
enum {
	A_APPLICATION,
	A_HOUSEHOLD,
	A_GROUP,
	A_POINT,
	A_ORGANISATION,
	A_PROGRAMME,
	A_PURPOSE,
	A_ASKED,
	A_TERM,
	A_INSTALMENT,
	A_UNITS,
	A_DECLARED,
	A_FUND,
	A_STUDENT,
	A_SCHOOL,
	A_COURSE,
	A_STUDY,
	A_TWICE,
	A_APPLIED_ON,
	A_STATE,
	A_STEPS,
	A_SINCE_ON,
	A_AMOUNT,
};

struct rows_job {
	struct request *req;
	application_rows_cb *cb;
	void *arg;
};

static const char *rows_text(struct request *req, const struct db_result *r, int row, int column)
{
	const char *text = db_text(r, row, column);
	size_t size = strlen(text) + 1;
	return memcpy(request_state(req, size), text, size);
}

static void rows_fill(struct request *req, const struct db_result *r, int row, struct application_row *out)
{
	*out = (struct application_row){
		.application_id = db_i64(r, row, A_APPLICATION),
		.household_id = db_i64(r, row, A_HOUSEHOLD),
		.group_id = db_i64(r, row, A_GROUP),
		.point_id = db_i32(r, row, A_POINT),
		.programme = rows_text(req, r, row, A_PROGRAMME),
		.purpose = rows_text(req, r, row, A_PURPOSE),
		.school = rows_text(req, r, row, A_SCHOOL),
		.asked = db_money(r, row, A_ASKED),
		.amount = db_money(r, row, A_AMOUNT),
		.term_months = db_i32(r, row, A_TERM),
		.instalment_months = db_i32(r, row, A_INSTALMENT),
		.units = db_i32(r, row, A_UNITS),
		.fund = db_i32(r, row, A_FUND),
		.student_no = db_i32(r, row, A_STUDENT),
		.declared = db_bool(r, row, A_DECLARED),
		.has_study = !db_is_null(r, row, A_STUDENT),
		.study = { db_i32(r, row, A_COURSE), db_i32(r, row, A_STUDY), db_bool(r, row, A_TWICE) },
		.applied_on = db_date(r, row, A_APPLIED_ON),
		.since_on = db_date(r, row, A_SINCE_ON),
		.state = (enum application_state)db_i32(r, row, A_STATE),
		.steps = db_i32(r, row, A_STEPS),
	};
}

static void rows_read(const struct db_result *r, void *arg)
{
	struct rows_job *job = arg;
	struct request *req = job->req;
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	struct application_row *rows = request_state(req, (size_t)r->rows * sizeof *rows + 1);
	for (int i = 0; i < r->rows; i++)
		rows_fill(req, r, i, &rows[i]);
	job->cb(req, rows, r->rows, job->arg);
}

void application_rows_get(struct request *req, const int64_t *ids, size_t count, application_rows_cb *cb,
			  void *arg)
{
	struct rows_job *job = request_state(req, sizeof *job);
	struct db_args args = { 0 };
	struct int_rows wanted = { 0 };
	*job = (struct rows_job){ .req = req, .cb = cb, .arg = arg };
	for (size_t i = 0; i < count; i++)
		int_rows_add(&wanted, ids[i]);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_int_rows(&args, &wanted);
	int_rows_clear(&wanted);
	db_query(req->db, STMT_APPLICATION_READ, &args, rows_read, job);
}

struct date application_row_due(const struct reference *ref, const struct application_row *row,
				enum application_state state, struct date on)
{
	bool entrusted = row->group_id != 0;
	const struct reference_point *point = reference_point_find(ref, row->point_id);
	struct calendar working = reference_working_days(ref);
#define DAYS(name, otherwise) (int)reference_policy_int(ref, name, row->programme, entrusted, on, otherwise)
	struct application_limits limits = {
		.appraise_days = DAYS("application_days_appraise", 5),
		.confirm_days = DAYS("application_days_confirm", 5),
		.approve_days = DAYS("application_days_approve", 3),
		.check_days = DAYS("check_new_days", 30),
	};
#undef DAYS
	return application_due(state, on, !entrusted, &limits, point ? &point->calendar : &working);
}

struct lend_order application_row_order(const struct application_row *row, struct date on,
					const char *on_field)
{
	return (struct lend_order){
		.programme = row->programme,
		.purpose = row->purpose,
		.amount = row->amount,
		.term_months = row->term_months,
		.instalment_months = row->instalment_months,
		.units = row->units,
		.declared = row->declared,
		.fund = row->fund,
		.on = on,
		.has_study = row->has_study,
		.study = row->study,
		.student_no = row->student_no,
		.school = row->school,
		.on_field = on_field,
	};
}
