/* import.*: a file is announced, sent in pieces, checked as a whole by the worker, and applied only when all is valid. */
#include <string.h>

#include "simple_write.h"
#include "vonvay/json.h"
#include "vonvay/method.h"
#include "vonvay/personal.h"
#include "vonvay/server.h"

#define IMPORT_SIZE_MAX (4LL << 30)
#define IMPORT_PIECE_MAX 524288
#define IMPORT_ERRORS 200 /* at a time */

#define IMPORT_KEY                                                                                           \
	{                                                                                                    \
		.name = "key", .type = PARAM_KEY, .required = true,                                          \
		.help = "UUIDv7 made by the client before sending."                                          \
	}
#define IMPORT_ID                                                                                            \
	{                                                                                                    \
		.name = "import", .type = PARAM_ID, .required = true, .help = "Number of the import."        \
	}

const struct param_spec import_begin_params[] = {
	IMPORT_KEY,
	{ .name = "kind",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "areas groups households reviews loans",
	  .help = "What the rows of the file are." },
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 255,
	  .help = "Name of the file." },
	{ .name = "size",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = IMPORT_SIZE_MAX,
	  .help = "Bytes of the file." },
	{ .name = "sha256",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 64,
	  .max = 64,
	  .help = "SHA-256 of the file in hexadecimal digits." },
	{ 0 },
};

const struct param_spec import_append_params[] = {
	IMPORT_KEY,
	IMPORT_ID,
	{ .name = "at_byte",
	  .type = PARAM_INT,
	  .required = true,
	  .max = IMPORT_SIZE_MAX,
	  .help = "Place of the piece in the file." },
	{ .name = "text",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = IMPORT_PIECE_MAX,
	  .help = "The piece; characters are not divided." },
	{ 0 },
};

const struct param_spec import_check_params[] = { IMPORT_KEY, IMPORT_ID, { 0 } };
const struct param_spec import_apply_params[] = { IMPORT_KEY, IMPORT_ID, { 0 } };

const struct param_spec import_status_params[] = {
	IMPORT_ID,
	{ .name = "errors_after",
	  .type = PARAM_INT,
	  .max = INT32_MAX,
	  .help = "Errors after this ordinal; at most 200 come at a time." },
	{ 0 },
};

/* ---- import.begin ---- */

static bool import_begin_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	unsigned char digest[SHA256_SIZE];
	(void)ctx;
	if (!hex_decode(param_text(req->params, "sha256"), digest, sizeof digest)) {
		request_fail(req, ERR_INVALID_PARAMS, "sha256", "sha256 must be 64 hexadecimal digits");
		return false;
	}
	db_arg_text(args, param_text(req->params, "kind"));
	db_arg_text(args, param_text(req->params, "name"));
	db_arg_i64(args, param_int(req->params, "size"));
	db_arg_bytea(args, digest, sizeof digest);
	return true;
}

static const struct simple_write import_begin_write = { .stmt = STMT_IMPORT_BEGIN, .args = import_begin_args };

void import_begin(struct request *req)
{
	simple_write(req, &import_begin_write);
}

/* ---- import.append: safe to repeat by its place, so its key is not kept ---- */

static void import_append_done(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	jw_object(&w, NULL);
	jw_i64(&w, "received", db_i64(r, 0, 0));
	jw_end(&w);
	request_reply_text(req, &text);
	text_clear(&text);
}

/* A file of households holds personal data: a piece waits for the worker sealed. */
static void import_arg_sealed(struct db_args *args, const struct request *req, const char *piece)
{
	struct text sealed = { 0 }, digest = { 0 };
	personal_piece_seal(&req->server->keys, param_id(req->params, "import"),
			    param_int(req->params, "at_byte"), piece, strlen(piece), &sealed, &digest);
	db_arg_i64(args, (int64_t)strlen(piece));
	db_arg_text(args, text_str(&sealed));
	db_arg_text(args, text_str(&digest));
	text_clear(&sealed);
	text_clear(&digest);
}

void import_append(struct request *req)
{
	struct db_args args = { 0 };
	const char *piece = param_text(req->params, "text");
	bool sealed = req->server->keys.count > 0;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "import"));
	db_arg_i64(&args, param_int(req->params, "at_byte"));
	if (sealed)
		import_arg_sealed(&args, req, piece);
	else
		db_arg_bytea(&args, piece, strlen(piece));
	db_query(req->db, sealed ? STMT_IMPORT_APPEND_SEALED : STMT_IMPORT_APPEND, &args, import_append_done,
		 req);
}

/* ---- import.check, import.apply ---- */

static bool import_id_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	(void)ctx;
	db_arg_i64(args, param_id(req->params, "import"));
	return true;
}

static void import_state_reply(struct request *req, struct text *reply, const char *state)
{
	struct jw w = jw_start(reply);
	jw_object(&w, NULL);
	jw_id(&w, "import", param_id(req->params, "import"));
	jw_str(&w, "state", state);
	jw_end(&w);
}

static void import_check_reply(struct request *req, struct text *reply)
{
	import_state_reply(req, reply, "validating");
}

static void import_apply_reply(struct request *req, struct text *reply)
{
	import_state_reply(req, reply, "applying");
}

static const struct simple_write import_check_write = { .stmt = STMT_IMPORT_CHECK,
							.args = import_id_args,
							.reply = import_check_reply,
							.job = "{\"job\":\"import\"}" };

static const struct simple_write import_apply_write = { .stmt = STMT_IMPORT_APPLY,
							.args = import_id_args,
							.reply = import_apply_reply,
							.job = "{\"job\":\"import\"}" };

void import_check(struct request *req)
{
	simple_write(req, &import_check_write);
}

void import_apply(struct request *req)
{
	simple_write(req, &import_apply_write);
}

/* ---- import.status ---- */

static void import_status_done(const struct db_result *r, void *arg)
{
	loan_context_forget();
	request_reply_row(arg, r);
}

void import_status(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "import"));
	db_arg_i64(&args, param_int_or(req->params, "errors_after", 0));
	db_arg_i64(&args, IMPORT_ERRORS);
	db_query(req->db, STMT_IMPORT_STATUS, &args, import_status_done, req);
}
