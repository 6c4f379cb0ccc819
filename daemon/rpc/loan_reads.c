/* The queue of loans to read. It is sent at the end of a turn of the event loop, or, while enough is under way, when
 * something of that comes back: the busier the database, the more loans a statement reads. */
#include "loan_reads.h"

#include <event2/event.h>
#include <stdlib.h>

#include "vonvay/mem.h"
#include "vonvay/server.h"

#define READS_A_STATEMENT 64
#define READS_UNDER_WAY 2

struct read_waiter {
	struct read_waiter *next;
	int64_t loan_id;
	loan_read_cb *cb;
	void *arg;
};

/* The loans of one actor, for one statement. */
struct read_group {
	struct read_group *next;
	int64_t actor;
	int count;
	struct db *db;
	struct event_base *base;
	struct read_waiter *waiters;
};

static struct read_queue {
	struct read_group *first, *last;
	int under_way;
	bool planned;
} queue;

static void reads_plan(struct event_base *base);

/* Rows come in order of loan_id. */
static int reads_row_of(const struct db_result *r, int64_t loan_id)
{
	int low = 0, high = r->ok ? r->rows - 1 : -1;
	while (low <= high) {
		int middle = low + (high - low) / 2;
		int64_t here = db_i64(r, middle, 0);
		if (here == loan_id)
			return middle;
		if (here < loan_id)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return -1;
}

static void reads_done(const struct db_result *r, void *arg)
{
	struct read_group *group = arg;
	queue.under_way--;
	for (struct read_waiter *w = group->waiters, *next; w; w = next) {
		next = w->next;
		w->cb(r, reads_row_of(r, w->loan_id), w->arg);
		free(w);
	}
	if (queue.first)
		reads_plan(group->base);
	free(group);
}

static void reads_send(struct read_group *group)
{
	struct db_args args = { 0 };
	struct int_rows loans = { 0 };
	for (const struct read_waiter *w = group->waiters; w; w = w->next)
		int_rows_add(&loans, w->loan_id);
	db_arg_i64(&args, group->actor);
	db_arg_int_rows(&args, &loans);
	int_rows_clear(&loans);
	queue.under_way++;
	db_query(group->db, STMT_LOAN_READ, &args, reads_done, group);
}

static void reads_flush(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	queue.planned = false;
	while (queue.first && queue.under_way < READS_UNDER_WAY) {
		struct read_group *group = queue.first;
		queue.first = group->next;
		if (!queue.first)
			queue.last = NULL;
		reads_send(group);
	}
}

static void reads_plan(struct event_base *base)
{
	static const struct timeval now = { 0 };
	if (queue.planned || queue.under_way >= READS_UNDER_WAY)
		return;
	queue.planned = true;
	event_base_once(base, -1, EV_TIMEOUT, reads_flush, NULL, &now);
}

/* The last group, if it is this actor's and has room; a loan must not overtake another actor's. */
static struct read_group *reads_group_of(const struct request *req)
{
	struct read_group *group = queue.last;
	if (group && group->actor == req->actor.staff_id && group->db == req->db &&
	    group->count < READS_A_STATEMENT)
		return group;
	group = xcalloc(1, sizeof *group);
	group->actor = req->actor.staff_id;
	group->db = req->db;
	group->base = req->server->base;
	*(queue.last ? &queue.last->next : &queue.first) = group;
	queue.last = group;
	return group;
}

void loan_read(struct request *req, int64_t loan_id, loan_read_cb *cb, void *arg)
{
	struct read_group *group = reads_group_of(req);
	struct read_waiter *w = xcalloc(1, sizeof *w);
	*w = (struct read_waiter){ group->waiters, loan_id, cb, arg };
	group->waiters = w;
	group->count++;
	reads_plan(req->server->base);
}
