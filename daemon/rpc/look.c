/* Looks at households, gathered and written. */
#include "look.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "vonvay/mem.h"
#include "vonvay/method.h"

/* Looks in one statement; more wait for the next. */
#define LOOKS_MAX 1000
/* Looks stored lately, by a slot each: what falls into a taken slot is written once more, which does no harm. */
#define LOOKS_REMEMBERED 4096

struct look {
	int64_t actor, household;
	const struct method *method;
	enum door door;
	int64_t minute;
};

/* What a request has looked at; it waits for `number`. */
struct look_waiter {
	STAILQ_ENTRY(look_waiter) next;
	struct request *req;
	struct look *looks;
	int count;
	struct text result;
};
STAILQ_HEAD(look_waiters, look_waiter);

static struct {
	struct look_waiters waiting; /* for the next write, in order */
	struct look_waiters written; /* for the one under way */
	bool writing;
	struct look lately[LOOKS_REMEMBERED];
} looks = { .waiting = STAILQ_HEAD_INITIALIZER(looks.waiting),
	    .written = STAILQ_HEAD_INITIALIZER(looks.written) };

static int64_t look_minute(void)
{
	return (int64_t)(time(NULL) / 60);
}

/* ---- what was stored within this minute is not stored again ---- */

static struct look *look_slot(const struct look *look)
{
	uint64_t h = (uint64_t)look->household * 0x9e3779b97f4a7c15ULL;
	h = (h ^ (uint64_t)look->actor) * 0x9e3779b97f4a7c15ULL;
	h = (h ^ (uint64_t)(look->method - methods)) * 0x9e3779b97f4a7c15ULL;
	return &looks.lately[h >> 52];
}

static bool look_same(const struct look *a, const struct look *b)
{
	return a->actor == b->actor && a->household == b->household && a->method == b->method &&
	       a->door == b->door && a->minute == b->minute;
}

static void look_remember(const struct look_waiter *waiter)
{
	for (int i = 0; i < waiter->count; i++)
		*look_slot(&waiter->looks[i]) = waiter->looks[i];
}

/* ---- the looks of a request ---- */

static void look_free(void *arg)
{
	struct look_waiter *waiter = arg;
	free(waiter->looks);
	text_clear(&waiter->result);
	free(waiter);
}

/* Made with the first look, found again through req->looks. */
static struct look_waiter *look_waiter_of(struct request *req)
{
	if (!req->looks) {
		req->looks = xcalloc(1, sizeof *req->looks);
		req->looks->req = req;
		request_on_free(req, look_free, req->looks);
	}
	return req->looks;
}

void look_at(struct request *req, int64_t household)
{
	struct look_waiter *waiter = look_waiter_of(req);
	struct look look = { .actor = req->actor.staff_id,
			     .household = household,
			     .method = req->method,
			     .door = req->peer.door,
			     .minute = look_minute() };
	if (look_same(look_slot(&look), &look))
		return;
	waiter->looks = xrealloc_array(waiter->looks, (size_t)waiter->count + 1, sizeof *waiter->looks);
	waiter->looks[waiter->count++] = look;
}

/* ---- writing ---- */

static void look_write(struct db *db);

static void look_written(const struct db_result *r, void *arg)
{
	struct db *db = arg;
	struct look_waiters done = STAILQ_HEAD_INITIALIZER(done);
	struct look_waiter *waiter;
	STAILQ_CONCAT(&done, &looks.written);
	looks.writing = false;
	if (!STAILQ_EMPTY(&looks.waiting))
		look_write(db);
	while ((waiter = STAILQ_FIRST(&done))) {
		STAILQ_REMOVE_HEAD(&done, next);
		if (r->ok) {
			look_remember(waiter);
			request_reply_text(waiter->req, &waiter->result);
		} else {
			request_fail_db(waiter->req, r);
		}
	}
}

struct look_columns {
	struct text_array actors, doors, households, methods;
};

static void look_add(struct look_columns *c, const struct look *look)
{
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)look->actor);
	text_array_add(&c->actors, number);
	snprintf(number, sizeof number, "%d", look->door);
	text_array_add(&c->doors, number);
	snprintf(number, sizeof number, "%lld", (long long)look->household);
	text_array_add(&c->households, number);
	text_array_add(&c->methods, look->method->name);
}

static void look_args(struct db_args *args, struct look_columns *c)
{
	struct text_array *const columns[] = { &c->actors, &c->doors, &c->households, &c->methods };
	for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
		db_arg_text_array(args, columns[i]);
		text_array_clear(columns[i]);
	}
}

/* Everything that waits, up to a limit. */
static void look_write(struct db *db)
{
	struct look_columns columns = { 0 };
	struct db_args args = { 0 };
	struct look_waiter *waiter;
	int count = 0;
	while ((waiter = STAILQ_FIRST(&looks.waiting)) && count < LOOKS_MAX) {
		STAILQ_REMOVE_HEAD(&looks.waiting, next);
		STAILQ_INSERT_TAIL(&looks.written, waiter, next);
		for (int i = 0; i < waiter->count; i++)
			look_add(&columns, &waiter->looks[i]);
		count += waiter->count;
	}
	look_args(&args, &columns);
	looks.writing = true;
	db_query(db, STMT_HOUSEHOLD_LOOKED, &args, look_written, db);
}

void look_reply(struct request *req, const struct text *result)
{
	struct look_waiter *waiter = look_waiter_of(req);
	if (!waiter->count) {
		request_reply_text(req, result);
		return;
	}
	text_add_bytes(&waiter->result, text_str(result), result->len);
	STAILQ_INSERT_TAIL(&looks.waiting, waiter, next);
	if (!looks.writing)
		look_write(req->db);
}
