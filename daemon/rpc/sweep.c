/* sweep.run, sweep.held, sweep.release, status.sweep: the nights, asked for here and done by the worker. */
#include "simple_write.h"
#include "vonvay/json.h"
#include "vonvay/method.h"

const struct param_spec status_sweep_params[] = { { 0 } };
const struct param_spec sweep_held_params[] = { { 0 } };

const struct param_spec sweep_run_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "until", .type = PARAM_DATE, .help = "The last day, by default today in Asia/Ho_Chi_Minh." },
	{ 0 },
};

const struct param_spec sweep_release_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number of a held loan." },
	{ 0 },
};

/* ---- sweep.run ---- */

static bool sweep_run_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	struct date until = param_date_or(req->params, "until", DATE_EVER);
	char last[DATE_TEXT_SIZE];
	if (date_cmp(until, ctx->swept_until) <= 0) {
		date_format(ctx->swept_until, last);
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "until", "until must be after %s, swept already",
			     last);
		return false;
	}
	if (date_cmp(until, DATE_EVER) == 0)
		db_arg_null(args); /* today, as the database's clock has it */
	else
		db_arg_date(args, until);
	return true;
}

static const struct simple_write sweep_run_write = { .stmt = STMT_SWEEP_RUN,
						     .args = sweep_run_args,
						     .job = "{\"job\":\"sweep\"}" };

void sweep_run(struct request *req)
{
	simple_write(req, &sweep_run_write);
}

/* ---- sweep.release ---- */

static bool sweep_release_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	(void)ctx;
	db_arg_i64(args, param_id(req->params, "loan"));
	return true;
}

static void sweep_release_reply(struct request *req, struct text *reply)
{
	struct jw w = jw_start(reply);
	jw_object(&w, NULL);
	jw_id(&w, "loan", param_id(req->params, "loan"));
	jw_bool(&w, "released", true);
	jw_end(&w);
}

static const struct simple_write sweep_release_write = { .stmt = STMT_SWEEP_RELEASE,
							 .args = sweep_release_args,
							 .reply = sweep_release_reply };

void sweep_release(struct request *req)
{
	simple_write(req, &sweep_release_write);
}

/* ---- reads ---- */

static void sweep_status_done(const struct db_result *r, void *arg)
{
	loan_context_forget();
	request_reply_row(arg, r);
}

void status_sweep(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_query(req->db, STMT_SWEEP_STATUS, &args, sweep_status_done, req);
}

static void sweep_write_held(struct jw *w, const struct db_result *r, int row)
{
	jw_object(w, NULL);
	jw_id(w, "loan", db_i64(r, row, 0));
	jw_date(w, "on_day", db_date(r, row, 1));
	jw_str(w, "reason", db_text(r, row, 2));
	jw_str(w, "held_at", db_text(r, row, 3));
	jw_end(w);
}

static void sweep_held_done(const struct db_result *r, void *arg)
{
	request_reply_rows(arg, r, "held", sweep_write_held);
}

void sweep_held(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_query(req->db, STMT_SWEEP_HELD, &args, sweep_held_done, req);
}
