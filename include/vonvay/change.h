/* Changes of reference data that have to compute loans anew (daemon/rpc/change.c has the others). */
#ifndef VONVAY_CHANGE_H
#define VONVAY_CHANGE_H

#include "vonvay/worker_jobs.h"

/* Applies the oldest change that was approved and waits; *found tells whether there was one. */
enum job_end change_work(struct worker *w, bool *found);

#endif
