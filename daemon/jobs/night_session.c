/* A session closed by hand is settled at once: the transfers to overdue of its point are made by day, with the chunks and
 * checkpoints of the night, under its lease. */
#include <stdlib.h>

#include "night_private.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

/* The points to do, and the business date as the day of the work. How many; *closed holds their numbers, to be freed. */
static int session_find(struct night *n, int64_t **closed)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	int count = night_call(n, STMT_SESSION_NEXT, &args, &r) ? r.rows : 0;
	*closed = xcalloc((size_t)count + 1, sizeof **closed);
	for (int i = 0; i < count; i++) {
		(*closed)[i] = db_i64(&r, i, 0);
		n->from = n->day = n->until = db_date(&r, i, 1);
	}
	db_result_clear(&r);
	return count;
}

static void session_sweep(struct night *n, const int64_t *closed, int count)
{
	for (int i = 0; i < n->points_count && night_going(n); i++)
		for (int k = 0; k < count; k++)
			if (n->points[i].point_id == closed[k])
				night_point(n, &n->points[i]);
	night_retry(n);
}

enum job_end session_work(struct worker *w, bool *found)
{
	struct night n = { .w = w,
			   .lease = { .name = "sweep", .actor = w->night },
			   .changed_max = CHANGED_FIRST };
	int64_t *closed;
	int count = session_find(&n, &closed);
	*found = count > 0;
	if (*found && !lease_take(w, &n.lease))
		n.end = JOB_AGAIN;
	else if (*found && night_load_points(&n) && night_load_reference(&n) && night_load_checkpoints(&n)) {
		session_sweep(&n, closed, count);
		log_info("session: transfers of %d closed point(s) %s", count,
			 night_going(&n) ? "done" : "left");
	}
	lease_give_back(w, &n.lease);
	reference_unref(n.ref);
	free(n.points);
	free(n.checkpoints);
	free(closed);
	loan_batch_clear(&n.batch);
	return n.end;
}
