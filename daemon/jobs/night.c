/* The night, day after day. A day takes the sessions that are settled with it, then what is due by date, then the loans
 * to be taken again, then the households; its checkpoints are rows of sweep_chunk and sweep_point, so it can end anywhere
 * and go on. Days on which nothing can happen are ended several at a time. */
#include <stdlib.h>
#include <string.h>

#include "night_private.h"
#include "vonvay/clock.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

#define LOANS_MAX 500
#define CELLS_AT_ONCE 100

bool night_going(const struct night *n)
{
	return n->end == JOB_DONE;
}

void night_args(const struct night *n, struct db_args *args)
{
	db_arg_i64(args, n->w->night);
}

void night_fail(struct night *n, const char *why)
{
	struct db_args args = { 0 };
	n->end = JOB_FAILED;
	log_error("night of run %lld: %s", (long long)n->run, why);
	night_args(n, &args);
	db_arg_i64(&args, n->run);
	db_arg_text(&args, why);
	if (!worker_do(n->w, STMT_SWEEP_FAIL, &args))
		n->end = JOB_AGAIN;
}

void night_lost(struct night *n, const struct db_result *r)
{
	n->end = worker_lost(r);
	if (n->end == JOB_FAILED)
		night_fail(n, r->message);
}

bool night_call(struct night *n, enum stmt stmt, struct db_args *args, struct db_result *r)
{
	bool ok = worker_call(n->w, stmt, args, r);
	if (!ok)
		night_lost(n, r);
	return ok;
}

/* ---- progress ---- */

static void night_say(struct night *n)
{
	struct text line = { 0 };
	struct jw w = jw_start(&line);
	jw_object(&w, NULL);
	jw_str(&w, "event", "progress");
	jw_str(&w, "job", "sweep");
	jw_id(&w, "run", n->run);
	jw_date(&w, "day", n->day);
	jw_i64(&w, "done", date_diff(n->day, n->from));
	jw_i64(&w, "total", date_diff(n->until, n->from) + 1);
	jw_end(&w);
	worker_say(n->w, &line);
	text_clear(&line);
}

/* Between two chunks: may we go on? */
static void night_breathe(struct night *n)
{
	if (worker_may_say(n->w))
		night_say(n);
	if (!night_going(n))
		return;
	if (!lease_keep(n->w, &n->lease))
		n->end = JOB_AGAIN;
	else if (worker_stopping(n->w))
		n->end = JOB_STOPPED;
}

/* ---- what the night decides with ---- */

static void night_bind_points(struct night *n)
{
	for (int i = 0; i < n->points_count; i++)
		n->points[i].point = reference_point_find(n->ref, n->points[i].point_id);
}

bool night_load_reference(struct night *n)
{
	struct reference *ref = worker_reference_new(n->w, n->w->night, &n->end);
	if (!ref && n->end == JOB_FAILED)
		night_fail(n, "the reference data can't be read");
	if (!ref)
		return false;
	reference_unref(n->ref);
	n->ref = ref;
	night_bind_points(n);
	return true;
}

bool night_load_points(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	bool ok = night_call(n, STMT_SWEEP_POINTS, &args, &r);
	n->points_count = ok ? r.rows : 0;
	n->points = xcalloc((size_t)n->points_count + 1, sizeof *n->points);
	for (int i = 0; i < n->points_count; i++) {
		n->points[i].point_id = db_i32(&r, i, 0);
		n->points[i].swept = db_date(&r, i, 1);
	}
	db_result_clear(&r);
	return ok;
}

/* What an interrupted night has done of the day already. */
bool night_load_checkpoints(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	db_arg_date(&args, n->day);
	bool ok = night_call(n, STMT_SWEEP_CHUNKS_DONE, &args, &r);
	n->checkpoints_count = ok ? r.rows : 0;
	n->checkpoints = xcalloc((size_t)n->checkpoints_count + 1, sizeof *n->checkpoints);
	for (int i = 0; i < n->checkpoints_count; i++)
		n->checkpoints[i] =
			(struct night_checkpoint){ db_i32(&r, i, 0), db_date(&r, i, 1), db_i64(&r, i, 3) };
	db_result_clear(&r);
	return ok;
}

static int64_t night_done_upto(const struct night *n, int32_t point, struct date session)
{
	int64_t last = 0;
	for (int i = 0; i < n->checkpoints_count; i++) {
		const struct night_checkpoint *c = &n->checkpoints[i];
		if (c->point_id == point && !date_cmp(c->session, session) && c->last_loan > last)
			last = c->last_loan;
	}
	return last;
}

/* ---- sessions ---- */

/* The session to be swept next, DATE_NONE when the point has none. A point that was never swept begins with its last
 * session that is settled on the day, and takes all that was due before it. */
static struct date night_next_session(const struct night_point *p, struct date day)
{
	const struct calendar *c = &p->point->calendar;
	if (!date_is_none(p->swept))
		return calendar_session_after(c, p->swept);
	struct date s = calendar_session_upto(c, day);
	while (!date_is_none(s) && !calendar_settled(c, s, day))
		s = calendar_session_upto(c, date_add_days(s, -1));
	return date_is_none(s) ? calendar_session_after(c, day) : s;
}

/* The first day from `day` on with which the next session of the point is settled. */
static struct date night_settles(const struct night_point *p, struct date day)
{
	if (!p->point)
		return DATE_EVER;
	struct date session = night_next_session(p, day);
	if (!date_cmp(session, DATE_EVER))
		return DATE_EVER;
	struct date on = date_max(day, session);
	while (!calendar_settled(&p->point->calendar, session, on))
		on = date_add_days(on, 1);
	return on;
}

static struct date night_next_busy(const struct night *n)
{
	struct date next = DATE_EVER;
	for (int i = 0; i < n->points_count && date_cmp(next, n->day) > 0; i++)
		next = date_min(next, night_settles(&n->points[i], n->day));
	return next;
}

/* Fills loans[] with one chunk; how many. */
static int night_ids(struct night *n, enum stmt stmt, struct db_args *args, int64_t *loans)
{
	struct db_result r;
	int count = 0;
	if (night_call(n, stmt, args, &r))
		for (; count < r.rows && count < LOANS_MAX; count++)
			loans[count] = db_i64(&r, count, 0);
	db_result_clear(&r);
	return count;
}

static int night_chunk_max(const struct night *n)
{
	int64_t max = n->w->settings->night.chunk_loans;
	return max < LOANS_MAX ? (int)max : LOANS_MAX;
}

static int night_agenda(struct night *n, const struct night_point *p, struct date session, int64_t after,
			int64_t *loans)
{
	struct db_args args = { 0 };
	struct date from = date_is_none(p->swept) ? date_in_month(1900 * 12, 1)
						  : calendar_agenda_from(&p->point->calendar, session);
	night_args(n, &args);
	db_arg_i64(&args, p->point_id);
	db_arg_date(&args, from);
	db_arg_date(&args, session);
	db_arg_i64(&args, after);
	db_arg_i64(&args, night_chunk_max(n));
	return night_ids(n, STMT_SWEEP_AGENDA, &args, loans);
}

static void night_session_done(struct night *n, struct night_point *p, struct date session)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_i64(&args, p->point_id);
	db_arg_date(&args, session);
	if (night_call(n, STMT_SWEEP_SESSION_DONE, &args, &r))
		p->swept = session;
	db_result_clear(&r);
}

static void night_session(struct night *n, struct night_point *p, struct date session)
{
	int64_t loans[LOANS_MAX], after = night_done_upto(n, p->point_id, session);
	int count = night_chunk_max(n);
	while (night_going(n) && count == night_chunk_max(n)) {
		count = night_agenda(n, p, session, after, loans);
		if (count) {
			night_chunk(n, p->point_id, session, after, loans, count);
			after = loans[count - 1];
		}
		night_breathe(n);
	}
	if (night_going(n))
		night_session_done(n, p, session);
}

void night_point(struct night *n, struct night_point *p)
{
	while (night_going(n) && p->point && date_cmp(night_settles(p, n->day), n->day) == 0)
		night_session(n, p, night_next_session(p, n->day));
}

/* ---- the rest of a day ---- */

static void night_dates(struct night *n)
{
	int64_t loans[LOANS_MAX], after = night_done_upto(n, NIGHT_BY_DATE, n->day);
	int count = night_chunk_max(n);
	while (night_going(n) && count == night_chunk_max(n)) {
		struct db_args args = { 0 };
		night_args(n, &args);
		db_arg_date(&args, date_add_days(n->day, -1));
		db_arg_date(&args, n->day);
		db_arg_i64(&args, after);
		db_arg_i64(&args, night_chunk_max(n));
		count = night_ids(n, STMT_SWEEP_AGENDA_DATES, &args, loans);
		if (count) {
			night_chunk(n, NIGHT_BY_DATE, n->day, after, loans, count);
			after = loans[count - 1];
			night_breathe(n);
		}
	}
}

/* Until none is left: a loan that others keep changing comes again. */
void night_retry(struct night *n)
{
	int64_t loans[LOANS_MAX];
	int count = 1;
	while (night_going(n) && count) {
		struct db_args args = { 0 };
		night_args(n, &args);
		db_arg_date(&args, n->day);
		db_arg_i64(&args, night_chunk_max(n));
		count = night_ids(n, STMT_SWEEP_RETRY_LIST, &args, loans);
		if (count) {
			night_chunk(n, NIGHT_RETRY, n->day, 0, loans, count);
			night_breathe(n);
		}
	}
}

static void night_begin_day(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	n->households_changed = 0;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_i64(&args, n->run);
	db_arg_date(&args, n->day);
	/* a failure ends the night */
	bool ok UNUSED = night_call(n, STMT_SWEEP_BEGIN_DAY, &args, &r);
	db_result_clear(&r);
}

/* The changes of the summaries become one row a cell and day, some cells at a time: the end of the day locks what every
 * write looks at, so it should find little to fold. */
static void night_fold(struct night *n)
{
	bool more = true;
	while (night_going(n) && more) {
		struct db_args args = { 0 };
		struct db_result r;
		night_args(n, &args);
		db_arg_i64(&args, n->lease.fencing);
		db_arg_date(&args, n->day);
		db_arg_i64(&args, CELLS_AT_ONCE);
		more = night_call(n, STMT_SWEEP_FOLD, &args, &r) && db_bool(&r, 0, 0);
		db_result_clear(&r);
		night_breathe(n);
	}
}

/* False: there are loans to be taken again. */
static bool night_end_day(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_i64(&args, n->run);
	db_arg_date(&args, n->day);
	/* counters of loans: 0 = the sum of the day's chunks, which also knows those of an interrupted night */
	for (int i = 0; i < 3; i++)
		db_arg_i64(&args, 0);
	db_arg_i64(&args, n->households_changed);
	bool done = night_call(n, STMT_SWEEP_END_DAY, &args, &r) && db_bool(&r, 0, 0);
	db_result_clear(&r);
	return done;
}

static void night_one_day(struct night *n)
{
	bool done = false;
	night_begin_day(n);
	for (int i = 0; i < n->points_count && night_going(n); i++)
		night_point(n, &n->points[i]);
	night_dates(n);
	if (night_going(n))
		night_programmes(n);
	if (night_going(n))
		night_households(n);
	night_fold(n);
	while (night_going(n) && !done) {
		night_retry(n);
		done = night_going(n) && night_end_day(n);
	}
	n->checkpoints_count = 0; /* they were of the first day */
	if (night_going(n))
		n->day = date_add_days(n->day, 1);
}

/* Days before `busy` on which nothing is due by date either; stops before the first on which something is. */
static void night_idle_days(struct night *n, struct date busy)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_i64(&args, n->run);
	db_arg_date(&args, n->day);
	db_arg_date(&args, date_min(date_add_days(busy, -1), n->until));
	struct date upto = night_call(n, STMT_SWEEP_IDLE_DAYS, &args, &r) ? db_date(&r, 0, 0) : DATE_NONE;
	db_result_clear(&r);
	if (!date_is_none(upto))
		n->day = date_add_days(upto, 1);
}

static void night_days(struct night *n)
{
	while (night_going(n) && date_cmp(n->day, n->until) <= 0) {
		struct date busy = date_min(night_next_busy(n), night_next_turn(n)), before = n->day;
		if (date_cmp(busy, n->day) > 0)
			night_idle_days(n, busy);
		if (night_going(n) && !date_cmp(n->day, before))
			night_one_day(n);
		night_breathe(n);
		if (night_going(n))
			upkeep(n->w);
	}
}

/* ---- a run ---- */

static bool night_find(struct night *n)
{
	struct db_args args = { 0 };
	struct db_result r;
	night_args(n, &args);
	bool found = night_call(n, STMT_SWEEP_NEXT, &args, &r) && r.rows > 0;
	if (found) {
		n->run = db_i64(&r, 0, 0);
		n->from = n->day = db_date(&r, 0, 1);
		n->until = db_date(&r, 0, 2);
	}
	db_result_clear(&r);
	return found;
}

static void night_run(struct night *n)
{
	char day[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE];
	date_format(n->day, day);
	date_format(n->until, until);
	log_info("night: run %lld, %s to %s, lease %lld", (long long)n->run, day, until,
		 (long long)n->lease.fencing);
	int64_t since = clock_ms();
	if (night_load_points(n) && night_load_reference(n) && night_load_programmes(n) &&
	    night_load_checkpoints(n))
		night_days(n);
	date_format(n->day, day);
	log_info("night: run %lld %s before %s after %lld ms", (long long)n->run,
		 night_going(n) ? "done" : "left", day, (long long)(clock_ms() - since));
}

enum job_end night_work(struct worker *w, bool *found)
{
	struct night n = { .w = w,
			   .lease = { .name = "sweep", .actor = w->night },
			   .changed_max = CHANGED_FIRST };
	*found = night_find(&n);
	if (*found && !lease_take(w, &n.lease))
		n.end = JOB_AGAIN;
	else if (*found && (*found = night_find(&n))) /* as it is now that nobody else works at it */
		night_run(&n);
	lease_give_back(w, &n.lease);
	reference_unref(n.ref);
	night_programmes_clear(&n);
	free(n.points);
	free(n.checkpoints);
	loan_batch_clear(&n.batch);
	return n.end;
}
