/* Jobs of proof: the seals of the days. design.md 3; what is sealed stands in sql/api/seal.sql */
#ifndef VONVAY_PROOF_H
#define VONVAY_PROOF_H

#include "vonvay/worker_jobs.h"

/* Seals the days that are closed and not sealed yet, once no night is open: one seal, or several of at most some hundred
 * thousand rows. Nothing without a key. *found tells whether there was anything to seal. */
enum job_end seal_work(struct worker *w, bool *found);
/* Does the verification that was asked for, on a connection of its own, in one snapshot that only reads. */
enum job_end verify_work(struct worker *w, bool *found);

#endif
