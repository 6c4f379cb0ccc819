/* Everything that one write of loans stores, as the matrices of loan.write_batch (sql/api): filled from the steps of
 * the domain, handed over by loan_batch_args(). No call of the database is made here; daemon and worker share it.
 *
 *	struct loan_batch batch = { 0 };
 *	loan_batch_begin_loan(&batch, &record);
 *	err = loan_apply(&record.contract, &record.loan, &fact, loan_batch_step, &batch);   (any number of)
 *	err = loan_advance(..., loan_batch_step, &batch);
 *	loan_batch_end_loan(&batch);        or loan_batch_drop_loan(&batch): nothing of this loan is kept
 *	loan_batch_args(&batch, &args); loan_batch_clear(&batch);
 */
#ifndef VONVAY_LOAN_BATCH_H
#define VONVAY_LOAN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/db.h"
#include "vonvay/loan.h"
#include "vonvay/loan_store.h"
#include "vonvay/portfolio.h"
#include "vonvay/posting.h"

struct batch_loan;

struct loan_batch {
	int loans;	 /* with a state row: what was changed */
	int transitions; /* made in all */
	bool overflow;	 /* a sum did not fit: the batch must not be written */
	struct int_rows states, amounts, facts, openings, made, superseded, postings, deltas, spans, agenda;
	struct text contracts;	    /* JSON objects, comma between */
	struct batch_loan *current; /* scratch of the loan begun, reused */
};

/* Frees; afterwards it is an empty one. */
void loan_batch_clear(struct loan_batch *batch);

/* The loan whose steps follow; `record` is changed by the caller's calls of the domain until _end_loan. */
void loan_batch_begin_loan(struct loan_batch *batch, struct loan_record *record);
/* A loan_step_fn; arg is the batch. */
void loan_batch_step(void *arg, const struct loan_step *step);
/* State, instalments if they changed, deltas, spans, days for the night. A loan without a step leaves nothing. True: it left something. */
bool loan_batch_end_loan(struct loan_batch *batch);
/* Forgets what the loan begun has told. The record is the caller's to restore. */
void loan_batch_drop_loan(struct loan_batch *batch);

/* The contract row, its agenda included, of a record made by loan_contract_make(); before _begin_loan. */
void loan_batch_new_contract(struct loan_batch *batch, const struct loan_record *record);

/* The back-dated path: the `added` facts (which may be reversals; their numbers follow on record->facts) among the `count`
 * facts stored, given the live transitions stored. Writes what differs: transitions no longer true are superseded, postings
 * no longer true are compensated on their day, deltas move by the difference, spans are written anew. The record gets the
 * new state, advanced to `business`. A whole loan: neither _begin_loan nor _end_loan. LOAN_OK, or the domain's refusal
 * (nothing is kept); *mismatch is set when what is stored is not what the facts give, and LOAN_ERROR_ORDER returned. */
MUSTCHECK enum loan_error loan_batch_replay(struct loan_batch *batch, struct loan_record *record,
					    const struct fact *facts, size_t count, const struct fact *added,
					    size_t added_count, const struct stored_transition *stored,
					    size_t stored_count, struct date business, bool *mismatch);

/* The same facts with other reference data: `old` is the record as stored, with the tables it was decided with, `record`
 * the same loan with those of now. Writes the difference; nothing when there is none (then batch->loans stays). */
MUSTCHECK enum loan_error loan_batch_recompute(struct loan_batch *batch, const struct loan_record *old,
					       struct loan_record *record, const struct fact *facts,
					       size_t count, const struct stored_transition *stored,
					       size_t stored_count, struct date business, bool *mismatch);

/* Where the new fact `no` of the loan that was written last went, as its step told: zeros for what is no payment. */
const struct allocation *loan_batch_paid(const struct loan_batch *batch, int32_t no);

/* p_states .. p_agenda, in the order of the contract; p_contracts is given by itself, before them, where the function
 * takes it. */
void loan_batch_args_contracts(const struct loan_batch *batch, struct db_args *args);
void loan_batch_args(const struct loan_batch *batch, struct db_args *args);

#endif
