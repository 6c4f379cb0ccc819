/* loan.receipt: the proof that one event of a loan was there when its day was sealed. It is one text, whose very bytes count:
 *	{"receipt":"vonvayd-receipt-1","leaf":"[\"fact\", ...]","blind":"...","index":5,"path":"...","head":"vonvayd-seal-1 ...",
 *	 "signature":"..."}
 * Who has the public key needs nothing else: the leaf is H(0x00 || blind || leaf), the path leads to the root in the head
 * (RFC 6962; index of so many leaves), the signature is over the head. tests/receipt-check.c does it. */
#include <stdlib.h>
#include <string.h>

#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "vonvay/seal.h"

const struct param_spec loan_receipt_params[] = {
	{ .name = "fact",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = INT32_MAX,
	  .help = "Number of the event, as loan.events gives it." },
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ 0 },
};

/* Columns of api.loan_receipt. */
enum {
	R_BRANCH,
	R_NUMBER,
	R_FROM_DAY,
	R_BUSINESS_DATE,
	R_CLOSES,
	R_CLOSED_AT,
	R_FIRST,
	R_LAST,
	R_LEAVES,
	R_ROOT,
	R_SALT,
	R_PREVIOUS,
	R_HASH,
	R_KEY_ID,
	R_SIGNATURE,
	R_BODY,
	R_PAGE,
	R_INDEX,
	R_HASHES,
	R_ROOTS,
};

struct receipt {
	struct seal seal;
	unsigned char signature[SEAL_SIGNATURE_SIZE], blind[SEAL_BLIND_SIZE];
	struct merkle_hash leaf;
	struct merkle_hash path[2 * MERKLE_PATH_MAX];
	int path_len;
	int64_t index;
};

static void receipt_bytes(const struct db_result *r, int column, void *out, size_t len)
{
	size_t got = 0;
	unsigned char *bytes = db_bytea(r, 0, column, &got);
	memset(out, 0, len);
	if (bytes)
		memcpy(out, bytes, got < len ? got : len);
	free(bytes);
}

static void receipt_seal(struct receipt *p, const struct db_result *r)
{
	struct seal *s = &p->seal;
	s->branch = db_i32(r, 0, R_BRANCH);
	s->number = db_i32(r, 0, R_NUMBER);
	s->from_day = db_date(r, 0, R_FROM_DAY);
	s->business_date = db_date(r, 0, R_BUSINESS_DATE);
	s->closes = db_bool(r, 0, R_CLOSES);
	snprintf(s->closed_at, sizeof s->closed_at, "%s", db_text(r, 0, R_CLOSED_AT));
	s->first = db_i64(r, 0, R_FIRST);
	s->last = db_i64(r, 0, R_LAST);
	s->leaves = db_i64(r, 0, R_LEAVES);
	receipt_bytes(r, R_ROOT, s->root.bytes, SHA256_SIZE);
	receipt_bytes(r, R_SALT, s->salt, SHA256_SIZE);
	receipt_bytes(r, R_PREVIOUS, s->previous.bytes, SHA256_SIZE);
	receipt_bytes(r, R_KEY_ID, s->key_id, SEAL_KEY_ID_SIZE);
	receipt_bytes(r, R_SIGNATURE, p->signature, SEAL_SIGNATURE_SIZE);
}

/* The neighbours of one of the hashes in a column, behind the path so far. */
static void receipt_climb(struct receipt *p, const struct db_result *r, int column, size_t index)
{
	size_t len = 0;
	unsigned char *bytes = db_bytea(r, 0, column, &len);
	size_t count = len / SHA256_SIZE;
	struct merkle_hash *hashes = xcalloc(count + 1, sizeof *hashes);
	if (bytes)
		memcpy(hashes, bytes, count * SHA256_SIZE);
	if (index < count)
		p->path_len += merkle_path(hashes, count, index, p->path + p->path_len);
	free(hashes);
	free(bytes);
}

/* False: what is stored is not what was sealed; no receipt is given for it. */
static bool receipt_make(struct receipt *p, const struct db_result *r)
{
	const char *body = db_text(r, 0, R_BODY);
	size_t page = (size_t)db_i32(r, 0, R_PAGE), in_page = (size_t)db_i32(r, 0, R_INDEX);
	receipt_seal(p, r);
	p->index = (int64_t)(page * MERKLE_PAGE + in_page);
	p->leaf = seal_leaf(p->seal.salt, body, strlen(body), p->blind);
	receipt_climb(p, r, R_HASHES, in_page);
	receipt_climb(p, r, R_ROOTS, page);
	return merkle_check(&p->leaf, (uint64_t)p->index, (uint64_t)p->seal.leaves, p->path, p->path_len,
			    &p->seal.root);
}

static void receipt_hex(struct jw *w, const char *name, const void *bytes, size_t len)
{
	struct text hex = { 0 };
	text_add_hex(&hex, bytes, len);
	jw_str(w, name, text_str(&hex));
	text_clear(&hex);
}

static void receipt_text(const struct receipt *p, const char *body, struct text *out)
{
	struct text head = { 0 };
	struct jw w = jw_start(out);
	seal_head(&p->seal, &head);
	jw_object(&w, NULL);
	jw_str(&w, "receipt", "vonvayd-receipt-1");
	jw_str(&w, "leaf", body);
	receipt_hex(&w, "blind", p->blind, SEAL_BLIND_SIZE);
	jw_i64(&w, "index", p->index);
	receipt_hex(&w, "path", p->path, (size_t)p->path_len * SHA256_SIZE);
	jw_str(&w, "head", text_str(&head));
	receipt_hex(&w, "signature", p->signature, SEAL_SIGNATURE_SIZE);
	jw_end(&w);
	text_clear(&head);
}

static void receipt_reply(struct request *req, const struct receipt *p, const char *body)
{
	struct text receipt = { 0 }, reply = { 0 };
	struct jw w = jw_start(&reply);
	receipt_text(p, body, &receipt);
	jw_object(&w, NULL);
	jw_id(&w, "loan", param_id(req->params, "loan"));
	jw_i64(&w, "fact", param_int(req->params, "fact"));
	jw_i64(&w, "seal", p->seal.number);
	jw_date(&w, "sealed_until", p->seal.business_date);
	jw_i64(&w, "bytes", (int64_t)receipt.len);
	jw_str(&w, "receipt", text_str(&receipt));
	jw_end(&w);
	request_reply_text(req, &reply);
	text_clear(&receipt);
	text_clear(&reply);
}

static void loan_receipt_done(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	struct receipt *p = request_state(req, sizeof *p);
	if (!r->ok) {
		request_fail_db(req, r);
	} else if (!r->rows || !receipt_make(p, r)) {
		log_error("loan %lld, event %lld: the stored row is not the sealed one; run verify",
			  (long long)param_id(req->params, "loan"), (long long)param_int(req->params, "fact"));
		request_fail(req, ERR_INTERNAL, NULL, "%s", "");
	} else {
		receipt_reply(req, p, db_text(r, 0, R_BODY));
	}
}

void loan_receipt(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "loan"));
	db_arg_i64(&args, param_int(req->params, "fact"));
	db_query(req->db, STMT_LOAN_RECEIPT, &args, loan_receipt_done, req);
}
