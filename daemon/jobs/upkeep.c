/* Small work that comes again and again: entries get their gap-free position soon after they are committed, by this one
 * process; keys of writes are forgotten when they are old enough, once a day. */
#include "vonvay/clock.h"
#include "vonvay/log.h"
#include "vonvay/night.h"
#include "vonvay/worker_jobs.h"

#define NUMBER_EVERY_MS 1000

static void upkeep_number(struct worker *w)
{
	struct db_args args = { 0 };
	w->numbered_ms = clock_ms();
	db_arg_i64(&args, w->night);
	/* what failed is done the next time */
	bool ok UNUSED = worker_do(w, STMT_NUMBER_ENTRIES, &args);
}

static void upkeep_purge(struct worker *w, struct date today)
{
	struct db_args args = { 0 };
	struct db_result r;
	w->purged_on = today;
	db_arg_i64(&args, w->night);
	if (worker_call(w, STMT_DAEMON_PURGE, &args, &r) && db_i64(&r, 0, 0) > 0)
		log_info("%lld old keys of writes forgotten", (long long)db_i64(&r, 0, 0));
	db_result_clear(&r);
}

void upkeep(struct worker *w)
{
	struct date today = night_today();
	if (clock_ms() - w->numbered_ms >= NUMBER_EVERY_MS)
		upkeep_number(w);
	if (date_cmp(w->purged_on, today) < 0)
		upkeep_purge(w, today);
}
