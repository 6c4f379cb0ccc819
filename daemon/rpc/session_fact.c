/* Does a fact stand on the sheet of an open session? */
#include "session_fact.h"

#include "vonvay/sheet.h"

struct session_fact {
	struct request *req;
	const struct loan_context *ctx;
	int32_t fact;
	void (*go)(void *arg);
	void *arg;
};

/* Columns of api.session_line_of. */
enum {
	LINE_POINT,
	LINE_SESSION,
	LINE_GROUP,
};

/* Once the next session has come, sheets take no corrections any more. */
static bool session_fact_open(const struct session_fact *f, const struct db_result *r, int row)
{
	const struct reference_point *point = reference_point_find(f->ctx->ref, db_i32(r, row, LINE_POINT));
	return point &&
	       sheet_day(&point->calendar, db_date(r, row, LINE_SESSION), f->ctx->business) == SHEET_DAY_OPEN;
}

static void session_fact_read(const struct db_result *r, void *arg)
{
	struct session_fact *f = arg;
	char day[DATE_TEXT_SIZE];
	if (!r->ok) {
		request_fail_db(f->req, r);
		return;
	}
	for (int row = 0; row < r->rows; row++) {
		if (!session_fact_open(f, r, row))
			continue;
		date_format(db_date(r, row, LINE_SESSION), day);
		request_fail(
			f->req, ERR_CONFLICT, "fact",
			"fact %d stands on the sheet of group %07lld for the session of %s, which is open: correct its line (session.correct)",
			f->fact, (long long)db_i64(r, row, LINE_GROUP), day);
		return;
	}
	f->go(f->arg);
}

void session_fact_check(struct request *req, const struct loan_context *ctx, int64_t loan, int64_t household,
			int32_t fact, void (*go)(void *arg), void *arg)
{
	struct session_fact *f = request_state(req, sizeof *f);
	struct db_args args = { 0 };
	*f = (struct session_fact){ req, ctx, fact, go, arg };
	db_arg_i64(&args, req->actor.staff_id);
	if (loan)
		db_arg_i64(&args, loan);
	else
		db_arg_null(&args);
	db_arg_i64(&args, household);
	db_arg_i64(&args, fact);
	db_query(req->db, STMT_SESSION_LINE_OF, &args, session_fact_read, f);
}
