/* verify.run, status.verify: everything is made again and compared with what was sealed; the worker does it. */
#include <stdlib.h>
#include <string.h>

#include "vonvay/method.h"
#include "vonvay/seal.h"
#include "vonvay/server.h"

#define PEM_MAX 4000

const struct param_spec status_verify_params[] = { { 0 } };

const struct param_spec verify_run_params[] = {
	{ .name = "public_key",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = PEM_MAX,
	  .help = "Public keys of the seals in PEM, got by another way than from here." },
	{ .name = "seals_only",
	  .type = PARAM_BOOL,
	  .help = "Without making the loans again from their facts." },
	{ .name = "since",
	  .type = PARAM_TEXT,
	  .max = 80,
	  .help = "NUMBER:HASH of a seal known from before, which must stand in the chain." },
	{ 0 },
};

/* NUMBER:HASH, up to nine digits and 64 hexadecimal ones. */
static bool verify_since_ok(const char *since)
{
	unsigned char hash[SHA256_SIZE];
	size_t digits = strspn(since, "0123456789");
	return digits > 0 && digits < 10 && since[0] != '0' && since[digits] == ':' &&
	       hex_decode(since + digits + 1, hash, sizeof hash);
}

static void verify_run_done(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (r->ok && !server_job_send(req->server, "{\"job\":\"verify\"}"))
		request_log(req, "no worker runs now; it finds the job when it starts");
	request_reply_row(req, r);
}

static void verify_ask(struct request *req)
{
	struct db_args args = { 0 };
	char *params = param_json_new(req->params);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, params);
	free(params);
	db_query(req->db, STMT_VERIFY_RUN, &args, verify_run_done, req);
}

void verify_run(struct request *req)
{
	struct seal_public keys;
	struct text error = { 0 };
	bool keys_ok = seal_public_parse(&keys, param_text(req->params, "public_key"), &error);
	text_clear(&error);
	if (!keys_ok)
		request_fail(req, ERR_INVALID_PARAMS, "public_key",
			     "public_key must be 1 to %d public keys of Ed25519 in PEM", SEAL_PUBLIC_MAX);
	else if (!verify_since_ok(param_text_or(req->params, "since", "1:" /* none */
								      "00000000000000000000000000000000"
								      "00000000000000000000000000000000")))
		request_fail(req, ERR_INVALID_PARAMS, "since",
			     "since must be NUMBER:HASH of a seal, the hash in 64 hexadecimal digits");
	else
		verify_ask(req);
}

static void status_verify_done(const struct db_result *r, void *arg)
{
	request_reply_row(arg, r);
}

void status_verify(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_query(req->db, STMT_VERIFY_STATUS, &args, status_verify_done, req);
}
