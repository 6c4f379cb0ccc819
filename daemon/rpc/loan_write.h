/* One fact added to one loan: read, decide, write, and again when another was faster. loan.pay and loan.disburse say
 * what the fact is and what to reply. design.md 4 */
#ifndef VONVAY_LOAN_WRITE_H
#define VONVAY_LOAN_WRITE_H

#include "loan_context.h"
#include "vonvay/loan_batch.h"
#include "vonvay/json.h"

#define LOAN_WRITE_TRIES 3
/* The business date moves under a write while nights are caught up, a few milliseconds a day. */
#define LOAN_WRITE_MOVES 100

struct loan_write {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt;	      /* LOAN_PAY or LOAN_DISBURSE */
	bool contracts;	      /* the statement takes p_contracts */
	const char *on_field; /* the parameter that is the day of the fact */
	struct fact fact;     /* kind, on and amount; the number is given when the loan was read */
	struct loan_record record;
	struct loan_batch batch;
	struct text more; /* with contracts: the JSON argument behind them, what belongs to the loan beside its contract */
	int tries, moves;
	bool has_record;
	struct fact *facts; /* of the back-dated path */
	size_t facts_count;
	/* Writes the members of the reply, after the fact was taken. False: a sum of it does not fit. */
	bool (*reply)(struct loan_write *w, struct jw *out);
	/* Begins again from the reading, with a fresh context; arg is the write. */
	loan_context_cb *begin;
};

/* A new one that is cleared with the request. */
struct loan_write *loan_write_new(struct request *req, enum stmt stmt);
/* For a loan that exists: reads it and goes on to the end. w->ctx is set. */
void loan_write_read(struct loan_write *w, int64_t loan_id);
/* The fact is on the record: brings it to the business date and writes. For a new contract the record is made already. */
void loan_write_apply(struct loan_write *w);
/* The day of the fact: not after the business date, not before the beginning. False: answered. */
MUSTCHECK bool loan_write_check_day(struct loan_write *w);

#endif
