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

/* What besides the contract says to which cell of the summaries a loan belongs. */
struct batch_cell {
	int32_t place, line;
};

/* Where a fact went. */
struct batch_paid {
	int32_t no;
	struct allocation paid;
};

struct batch_delta {
	struct date on;
	enum loan_status status;
	struct batch_cell cell;
	struct portfolio_values values;
};

struct batch_span {
	struct date on;
	int status; /* 0: no principal left */
	struct batch_cell cell;
};

#define BATCH_LIST(type)                                                                                     \
	struct {                                                                                             \
		type *rows;                                                                                  \
		size_t count, room;                                                                          \
	}

/* A day the night has to look at. Codes of sql: kind 'agenda'. */
enum agenda_reason {
	AGENDA_INSTALMENT = 1,
	AGENDA_MATURITY = 2,
	AGENDA_GRACE_END = 3,
	AGENDA_FREEZE_END = 4,
	AGENDA_RELIEF_END = 5,
};

struct batch_agenda {
	struct date due_on;
	enum agenda_reason reason;
};

struct batch_loan {
	struct loan_record *record;
	int steps;
	bool overflow;
	struct loan_balances after;		  /* of the last step */
	int32_t watched;			  /* from this fact on allocations are wanted */
	struct instalment was[SCHEDULE_TERM_MAX]; /* instalments as read */
	BATCH_LIST(struct batch_paid) paid;	  /* of the facts from `watched` on */
	BATCH_LIST(struct fact) facts;
	BATCH_LIST(struct batch_transition) transitions;
	BATCH_LIST(struct batch_posting) postings;
	BATCH_LIST(struct batch_delta) deltas;
	BATCH_LIST(struct batch_span) spans;
	BATCH_LIST(struct batch_agenda) agenda;
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
void batch_loan_add_delta(struct batch_loan *l, const struct batch_delta *delta, bool minus);
void batch_loan_add_paid(struct batch_loan *l, const struct batch_paid *paid);
/* Days that a new fact brings; on the record's loan as it is after it. */
void batch_loan_agenda(struct batch_loan *l, const struct fact *fact);
bool batch_transition_is(const struct stored_transition *t, const struct batch_transition *b);

void batch_flush_loan(struct loan_batch *batch, struct batch_loan *l, int32_t facts);
void batch_flush_deltas(struct loan_batch *batch, const struct batch_loan *l);
void batch_flush_fact(struct loan_batch *batch, int64_t loan_id, const struct fact *f);
void batch_flush_transition(struct loan_batch *batch, int64_t loan_id, const struct batch_transition *t);
void batch_flush_posting(struct loan_batch *batch, int64_t loan_id, const struct batch_posting *p,
			 bool swapped);
void batch_flush_span(struct loan_batch *batch, int64_t loan_id, const struct batch_span *s, bool reset);

#endif
