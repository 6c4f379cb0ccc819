/* The only clock of the night: the calendar day and the hour in Asia/Ho_Chi_Minh, and [night] at. */
#include <stdlib.h>
#include <time.h>

#include "vonvay/log.h"
#include "vonvay/night.h"

/* Viet Nam has had no summer time since 1979 and none before that reaches our dates. */
#define OFFSET_S 25200
#define DAY_S 86400

static int64_t night_local_s(void)
{
	return (int64_t)time(NULL) + OFFSET_S;
}

struct date night_today(void)
{
	return (struct date){ (int32_t)(night_local_s() / DAY_S) };
}

static int64_t night_at_s(const char *at)
{
	return (strtol(at, NULL, 10) * 60 + strtol(at + 3, NULL, 10)) * 60;
}

/* Asks for a run up to today. That there is nothing to sweep, or that a run is open, is no fault of the clock. */
static void night_ask(struct worker *w, struct date today)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, w->night);
	db_arg_date(&args, today);
	if (!db_sync_call(w->db, STMT_SWEEP_ASK, &args, &r))
		log_info("the night of today was not begun: %s", r.message);
	else
		w->woken = true;
	db_result_clear(&r);
	w->night_asked = today;
}

int64_t night_clock(struct worker *w)
{
	const char *at = w->settings->night.at;
	int64_t now = night_local_s(), of_day = now % DAY_S;
	struct date today = { (int32_t)(now / DAY_S) };
	if (!at[0])
		return -1;
	if (of_day >= night_at_s(at) && date_cmp(w->night_asked, today) < 0)
		night_ask(w, today);
	int64_t wait_s = night_at_s(at) - of_day;
	return (wait_s > 0 ? wait_s : wait_s + DAY_S) * 1000;
}
