/* Imports: a staged CSV file is checked as a whole, every error by line and column; then applied in chunks that are
 * checkpoints. docs: the formats are in daemon/jobs/import_{areas,groups,households,loans}.c */
#ifndef VONVAY_IMPORT_H
#define VONVAY_IMPORT_H

#include "vonvay/worker_jobs.h"

/* Does the oldest import that waits to be checked or applied; *found tells whether there was one. */
enum job_end import_work(struct worker *w, bool *found);

#endif
