/* One context for all requests of the process, renewed when it is older than a moment; requests that come meanwhile wait
 * for the same answer. */
#include "loan_context.h"

#include <stdlib.h>

#include "vonvay/clock.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "vonvay/param.h"
#include "vonvay/server.h"

struct context_waiter {
	struct context_waiter *next;
	struct request *req;
	loan_context_cb *cb;
	void *arg;
};

static struct context_cache {
	struct loan_context now;
	int64_t read_at_ms;
	bool asked;
	struct context_waiter *waiters, **last;
} cache;

static void context_release(void *arg)
{
	struct loan_context *ctx = arg;
	reference_unref(ctx->ref);
}

static void context_give(struct request *req, loan_context_cb *cb, void *arg)
{
	struct loan_context *ctx = request_state(req, sizeof *ctx);
	*ctx = cache.now;
	reference_ref(ctx->ref);
	request_on_free(req, context_release, ctx);
	cb(req, ctx, arg);
}

/* All waiters are taken first: a callback may ask again. */
static struct context_waiter *context_take_waiters(void)
{
	struct context_waiter *w = cache.waiters;
	cache.waiters = NULL;
	cache.last = NULL;
	cache.asked = false;
	return w;
}

static void context_done(void)
{
	cache.read_at_ms = clock_ms();
	for (struct context_waiter *w = context_take_waiters(), *next; w; w = next) {
		next = w->next;
		context_give(w->req, w->cb, w->arg);
		free(w);
	}
}

/* `result` NULL: what was read does not fit; the log has it. */
static void context_fail(const struct db_result *result)
{
	for (struct context_waiter *w = context_take_waiters(), *next; w; w = next) {
		next = w->next;
		if (result)
			request_fail_db(w->req, result);
		else
			request_fail(w->req, ERR_UNAVAILABLE, NULL,
				     "the business date or the reference data are missing");
		free(w);
	}
}

static void context_reference_read(const struct db_result *r, void *arg)
{
	struct text error = { 0 };
	struct reference *ref = NULL;
	(void)arg;
	if (!r->ok) {
		context_fail(r);
		return;
	}
	if (r->rows)
		ref = reference_parse_new(db_text(r, 0, 1), db_i64(r, 0, 0), &error);
	if (!ref) {
		log_error("%s", text_str(&error));
		text_clear(&error);
		context_fail(NULL);
		return;
	}
	reference_unref(cache.now.ref);
	cache.now.ref = ref;
	context_done();
}

static void context_state_read(const struct db_result *r, void *arg)
{
	struct request *asker = arg;
	if (!r->ok) {
		context_fail(r);
		return;
	}
	if (!r->rows || db_is_null(r, 0, 0)) {
		context_fail(NULL);
		return;
	}
	cache.now.business = db_date(r, 0, 0);
	cache.now.swept_until = db_date(r, 0, 1);
	cache.now.began_on = db_date(r, 0, 2);
	if (cache.now.ref && reference_version(cache.now.ref) == db_i64(r, 0, 3)) {
		context_done();
		return;
	}
	struct db_args args = { 0 };
	db_arg_i64(&args, asker->actor.staff_id);
	db_query(asker->db, STMT_REFERENCE_READ, &args, context_reference_read, NULL);
}

static void context_wait(struct request *req, loan_context_cb *cb, void *arg)
{
	struct context_waiter *w = xcalloc(1, sizeof *w);
	w->req = req;
	w->cb = cb;
	w->arg = arg;
	*(cache.waiters ? cache.last : &cache.waiters) = w;
	cache.last = &w->next;
}

static bool context_day_is_later(const struct request *req, const struct param_spec *spec)
{
	return spec->type == PARAM_DATE &&
	       date_cmp(param_date_or(req->params, spec->name, DATE_NONE), cache.now.business) > 0;
}

/* What the process heard elsewhere, or what is asked about, may be later than what is kept. */
static bool context_is_old(const struct request *req)
{
	const struct daemon_state *heard = &req->server->state;
	if (!cache.now.ref ||
	    clock_ms() - cache.read_at_ms >= req->server->settings.database.context_kept_ms)
		return true;
	if (heard->known && date_cmp(heard->business_date, cache.now.business) > 0)
		return true;
	for (const struct param_spec *spec = req->method->params; spec->name; spec++)
		if (context_day_is_later(req, spec))
			return true;
	return false;
}

void loan_context_forget(void)
{
	cache.read_at_ms = INT64_MIN / 2;
}

void loan_context_get(struct request *req, bool fresh, loan_context_cb *cb, void *arg)
{
	if (!fresh && !context_is_old(req)) {
		context_give(req, cb, arg);
		return;
	}
	context_wait(req, cb, arg);
	if (cache.asked)
		return;
	cache.asked = true;
	db_query(req->db, STMT_LOAN_CONTEXT, NULL, context_state_read, req);
}

void loan_context_write_head(const struct loan_context *ctx, const struct request *req, const char *reply,
			     struct db_args *args)
{
	unsigned char digest[SHA256_SIZE];
	request_body_hash(req, digest);
	db_arg_i64(args, req->actor.staff_id);
	db_arg_i64(args, req->peer.door);
	db_arg_text(args, param_key(req->params));
	db_arg_bytea(args, digest, sizeof digest);
	db_arg_text(args, reply);
	db_arg_date(args, ctx->business);
	db_arg_i64(args, reference_version(ctx->ref));
}

bool loan_context_as_of(struct request *req, const struct loan_context *ctx, struct date *as_of)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	*as_of = param_date_or(req->params, "as_of", ctx->business);
	if (date_cmp(*as_of, ctx->began_on) >= 0 && date_cmp(*as_of, ctx->business) <= 0)
		return true;
	date_format(ctx->began_on, first);
	date_format(ctx->business, last);
	request_fail(req, ERR_INVALID_PARAMS, "as_of", "as_of must be %s to %s", first, last);
	return false;
}
