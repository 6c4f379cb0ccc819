/* session.status, session.cash, session.excuse, session.close: a session of a point as a whole. domain.md 5.3, 8b */
#include "simple_write.h"
#include "vonvay/method.h"
#include "vonvay/sheet.h"

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_POINT { .name = "point", .type = PARAM_TEXT, .required = true, .min = 1, .max = 40, .help = "Code of the transaction point." }
#define THE_SESSION { .name = "session_on", .type = PARAM_DATE, .required = true, .help = "Day of the session." }
#define A_SESSION { .name = "session_on", .type = PARAM_DATE, .help = "Day of the session, by default the last one." }
/* clang-format on */

const struct param_spec session_status_params[] = { THE_POINT, A_SESSION, { 0 } };
const struct param_spec session_cash_params[] = { THE_POINT, A_SESSION, { 0 } };

const struct param_spec session_excuse_params[] = {
	THE_KEY,
	THE_POINT,
	{ .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group, 7 digits." },
	THE_SESSION,
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .max = 300, .help = "Why." },
	{ 0 },
};

const struct param_spec session_close_params[] = { THE_KEY, THE_POINT, THE_SESSION, { 0 } };

static const struct reference_point *session_find_point(struct request *req, const struct loan_context *ctx)
{
	const struct reference_point *point =
		reference_point_by_code(ctx->ref, param_text(req->params, "point"));
	if (!point)
		request_fail(req, ERR_NOT_FOUND, "point", "no such transaction point");
	return point;
}

/* ---- reads ---- */

struct session_question {
	struct request *req;
	enum stmt stmt;
};

static void session_answer(const struct db_result *r, void *arg)
{
	request_reply_row(arg, r);
}

static void session_ask(struct request *req, const struct loan_context *ctx, void *arg)
{
	const struct session_question *q = arg;
	struct db_args args = { 0 };
	const struct reference_point *point = session_find_point(req, ctx);
	if (!point)
		return;
	struct date last = calendar_session_upto(&point->calendar, ctx->business);
	struct date on = param_date_or(req->params, "session_on", last);
	if (date_is_none(on)) {
		request_fail(req, ERR_NOT_FOUND, "session_on", "no session of this point was held yet");
		return;
	}
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, point->code);
	db_arg_date(&args, on);
	db_query(req->db, q->stmt, &args, session_answer, req);
}

static void session_read_as(struct request *req, enum stmt stmt)
{
	struct session_question *q = request_state(req, sizeof *q);
	*q = (struct session_question){ req, stmt };
	loan_context_get(req, false, session_ask, q);
}

void session_status(struct request *req)
{
	session_read_as(req, STMT_SESSION_STATUS);
}

void session_cash(struct request *req)
{
	session_read_as(req, STMT_SESSION_CASH);
}

/* ---- writes ---- */

/* Closing and excusing are possible late too: what was forgotten is still put in order. */
static bool session_check_held(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	const struct reference_point *point = session_find_point(req, ctx);
	(void)args;
	if (!point)
		return false;
	switch (sheet_day(&point->calendar, param_date(req->params, "session_on"), ctx->business)) {
	case SHEET_DAY_OPEN:
	case SHEET_DAY_LATE:
		return true;
	case SHEET_DAY_EARLY:
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "session_on", "session_on is still to come");
		break;
	case SHEET_DAY_NONE:
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "session_on",
			     "session_on is no day on which a session of this point is held");
		break;
	}
	return false;
}

static const struct simple_write session_excuse_write = { .stmt = STMT_SESSION_EXCUSE,
							  .params = true,
							  .args = session_check_held };
static const struct simple_write session_close_write = { .stmt = STMT_SESSION_CLOSE,
							 .params = true,
							 .reference = true,
							 .args = session_check_held,
							 .job = "{\"job\":\"session\"}" };

void session_excuse(struct request *req)
{
	simple_write(req, &session_excuse_write);
}

void session_close(struct request *req)
{
	simple_write(req, &session_close_write);
}
