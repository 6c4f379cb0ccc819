/* The rows of one loan, shared by the batch (loan_batch.c) and its back-dated path (loan_replay.c). */
#ifndef VONVAY_LOAN_BATCH_PRIVATE_H
#define VONVAY_LOAN_BATCH_PRIVATE_H

#include "vonvay/loan_batch.h"

struct batch_transition {
	enum transition_kind kind;
	struct date on;
	int instalment;
	struct money amount;
};

struct batch_posting {
	struct date on;
	struct posting posting;
};

struct batch_delta {
	struct date on;
	enum loan_status status;
	struct portfolio_values values;
};

struct batch_span {
	struct date on;
	int status; /* 0: no principal left */
};

#define BATCH_LIST(type)                                                                                     \
	struct {                                                                                             \
		type *rows;                                                                                  \
		size_t count, room;                                                                          \
	}

struct batch_loan {
	struct loan_record *record;
	int steps;
	bool overflow;
	struct loan_balances after; /* of the last step */
	int32_t watched;	    /* number of the fact whose allocation is wanted */
	struct allocation paid;
	struct money amounts[SCHEDULE_TERM_MAX]; /* of the instalments, as read */
	BATCH_LIST(struct fact) facts;
	BATCH_LIST(struct batch_transition) transitions;
	BATCH_LIST(struct batch_posting) postings;
	BATCH_LIST(struct batch_delta) deltas;
	BATCH_LIST(struct batch_span) spans;
	/* set: only transitions among these are taken, and marked in `seen` */
	const struct stored_transition *stored;
	size_t stored_count;
	bool *seen;
};

struct batch_loan *batch_current(struct loan_batch *batch);
void batch_loan_reset(struct batch_loan *l, struct loan_record *record);
void batch_loan_clear(struct batch_loan *l);
/* A loan_step_fn; arg is the struct batch_loan. */
void batch_loan_step(void *arg, const struct loan_step *step);
void batch_loan_add_delta(struct batch_loan *l, struct date on, enum loan_status status,
			  const struct portfolio_values *values, bool minus);
bool batch_transition_is(const struct stored_transition *t, const struct batch_transition *b);

void batch_flush_loan(struct loan_batch *batch, struct batch_loan *l, int32_t facts);
void batch_flush_fact(struct loan_batch *batch, int64_t loan_id, const struct fact *f);
void batch_flush_transition(struct loan_batch *batch, int64_t loan_id, const struct batch_transition *t);
void batch_flush_posting(struct loan_batch *batch, int64_t loan_id, const struct batch_posting *p,
			 bool swapped);
void batch_flush_span(struct loan_batch *batch, int64_t loan_id, const struct batch_span *s, bool reset);

#endif
