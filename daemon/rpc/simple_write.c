/* Writes and reads without a decision in C. */
#include "simple_write.h"

#include <stdlib.h>

#include "vonvay/param.h"
#include "vonvay/server.h"

#define SIMPLE_WRITE_TRIES 3

struct simple_job {
	struct request *req;
	const struct simple_write *write;
	int tries;
};

static void simple_begin(struct request *req, const struct loan_context *ctx, void *arg);

static void simple_arg_params(struct db_args *args, const struct request *req)
{
	char *params = param_json_new(req->params);
	db_arg_text(args, params);
	free(params);
}

static void simple_done(const struct db_result *r, void *arg)
{
	struct simple_job *job = arg;
	struct request *req = job->req;
	if (r->ok && r->rows) {
		if (job->write->reference)
			loan_context_forget();
		if (job->write->staff)
			req->server->generation++;
		if (job->write->job && !server_job_send(req->server, job->write->job))
			request_log(req, "no worker runs now; it finds the job when it starts");
		request_reply_str(req, db_text(r, 0, 1));
	} else if (r->error != ERR_STALE && r->error != ERR_MOVED) {
		request_fail_db(req, r);
	} else if (++job->tries < SIMPLE_WRITE_TRIES) {
		loan_context_get(req, true, simple_begin, job);
	} else {
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
	}
}

static void simple_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct simple_job *job = arg;
	struct db_args args = { 0 };
	struct text reply = { 0 };
	if (job->write->reply)
		job->write->reply(req, &reply);
	else
		text_add(&reply, "{}");
	loan_context_write_head(ctx, req, reply.s, &args);
	text_clear(&reply);
	if (job->write->params)
		simple_arg_params(&args, req);
	if (!job->write->args || job->write->args(req, ctx, &args))
		db_query(req->db, job->write->stmt, &args, simple_done, job);
	else
		db_args_clear(&args);
}

void simple_write(struct request *req, const struct simple_write *write)
{
	struct simple_job *job = request_state(req, sizeof *job);
	job->req = req;
	job->write = write;
	loan_context_get(req, false, simple_begin, job);
}

static void simple_read_done(const struct db_result *r, void *arg)
{
	request_reply_row(arg, r);
}

void simple_read(struct request *req, enum stmt stmt)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	simple_arg_params(&args, req);
	db_query(req->db, stmt, &args, simple_read_done, req);
}
