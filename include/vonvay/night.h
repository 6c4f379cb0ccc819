/* The night: the sweep of one or many days. design.md 1.3, 1.6, 4 */
#ifndef VONVAY_NIGHT_H
#define VONVAY_NIGHT_H

#include "vonvay/worker_jobs.h"

/* Does the sweep that was asked for, day after day; *found tells whether there was one. */
enum job_end night_work(struct worker *w, bool *found);
/* Makes the transfers to overdue of points whose session was closed by hand; *found tells whether there was one. */
enum job_end session_work(struct worker *w, bool *found);
/* Milliseconds until [night] at, -1 when it is not set. When it is reached, asks for a run up to today. */
int64_t night_clock(struct worker *w);
/* The calendar day in Asia/Ho_Chi_Minh. */
struct date night_today(void);

#endif
