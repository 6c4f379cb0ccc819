/* The inside of a verification: the run and what it found (verify.c), seals and their rows (verify_seals.c), loans made again
 * from their facts (verify_loans.c). */
#ifndef VONVAY_VERIFY_PRIVATE_H
#define VONVAY_VERIFY_PRIVATE_H

#include "vonvay/proof.h"
#include "vonvay/seal.h"

/* Findings told one by one; all are counted. */
#define FOUND_SAID 100

struct verify {
	struct worker *w;
	struct db_sync *db; /* its own: one snapshot */
	enum job_end end;
	struct text why; /* it could not be done */
	int64_t run;
	struct seal_public keys;
	int32_t since_number; /* 0: no seal is known from elsewhere */
	struct merkle_hash since_hash;
	bool with_loans;
	const char *doing; /* for progress: "seals", "loans" */
	int64_t done;
	/* the result */
	int64_t found;
	struct text findings; /* JSON objects, comma between */
	int64_t seals, rows, entries;
	int64_t loans, facts, transitions, postings, held, deltas, deposits;
	int64_t loans_ms, rows_ms;
	struct seal last; /* the newest seal, seals > 0 */
	struct merkle_hash last_hash;
};

bool verify_going(const struct verify *v);
/* One call in the snapshot; false: the verification ends. Arguments begin with the actor. */
MUSTCHECK bool verify_call(struct verify *v, enum stmt stmt, struct db_args *args, struct db_result *r);
void verify_args(const struct verify *v, struct db_args *args);
/* Something is not as it was: kind is one of "seal", "signature", "chain", "page", "root", "row_changed", "row_deleted", "row_inserted",
 * "position", "orphan", "loan", "summary", "deposit"; seal 0: none. */
void verify_found(struct verify *v, const char *kind, int32_t seal, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Between two parts: tells of progress, does the worker's upkeep, looks whether to stop. */
void verify_breathe(struct verify *v);

void verify_seals(struct verify *v);
void verify_loans(struct verify *v);

#endif
