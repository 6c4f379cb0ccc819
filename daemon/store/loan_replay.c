/* The back-dated path of a batch: a fact that belongs before what is folded already. All facts are folded anew, once as
 * they were and once with the new one, and only the difference is written. design.md 1.1 */
#include "loan_batch_private.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

struct replay {
	struct loan_batch *batch;
	struct loan_record *record;
	const struct fact *facts; /* the old ones, then the new one */
	size_t count;		  /* of the old ones */
	const struct stored_transition *stored;
	size_t stored_count;
	bool *seen; /* of stored */
	struct fact *scratch;
	struct date business;
	struct batch_loan old, new;
};

static enum loan_error replay_fold(struct replay *r, struct loan *loan, size_t count, struct batch_loan *into)
{
	int32_t failed;
	loan_init(loan, r->record->loan.instalment, r->record->loan.count);
	return loan_replay(&r->record->contract, loan, r->facts, count, r->scratch, r->business, r->business,
			   batch_loan_step, into, &failed);
}

static bool replay_same_principal(const struct loan_balances *a, const struct loan_balances *b)
{
	return money_cmp(a->in_term, b->in_term) == 0 && money_cmp(a->overdue, b->overdue) == 0 &&
	       money_cmp(a->frozen, b->frozen) == 0 && money_cmp(a->paid, b->paid) == 0;
}

/* What the old facts give, up to the stored transitions, must be what is stored: else the difference would be wrong. */
static bool replay_old(struct replay *r, struct loan *loan)
{
	batch_loan_reset(&r->old, r->record);
	r->old.stored = r->stored;
	r->old.stored_count = r->stored_count;
	r->old.seen = r->seen;
	if (replay_fold(r, loan, r->count, &r->old) != LOAN_OK)
		return false;
	for (size_t i = 0; i < r->stored_count; i++)
		if (!r->seen[i])
			return false;
	return !r->old.steps || replay_same_principal(&r->old.after, &r->record->loan.b);
}

static enum loan_error replay_new(struct replay *r, struct loan *loan)
{
	batch_loan_reset(&r->new, r->record);
	r->new.watched = r->facts[r->count].no;
	return replay_fold(r, loan, r->count + 1, &r->new);
}

/* ---- differences ---- */

static void replay_write_transitions(struct replay *r)
{
	int64_t loan_id = r->record->contract.loan_id;
	memset(r->seen, 0, r->stored_count * sizeof *r->seen);
	for (size_t i = 0; i < r->new.transitions.count; i++) {
		size_t k = 0;
		while (k < r->stored_count &&
		       (r->seen[k] || !batch_transition_is(&r->stored[k], &r->new.transitions.rows[i])))
			k++;
		if (k < r->stored_count)
			r->seen[k] = true;
		else
			batch_flush_transition(r->batch, loan_id, &r->new.transitions.rows[i]);
	}
	for (size_t k = 0; k < r->stored_count; k++) {
		if (r->seen[k])
			continue;
		int_rows_begin_row(&r->batch->superseded);
		int_rows_add(&r->batch->superseded, loan_id);
		int_rows_add(&r->batch->superseded, r->stored[k].entry_id);
		int_rows_add(&r->batch->superseded, r->stored[k].ordinal);
	}
}

static bool replay_same_posting(const struct batch_posting *a, const struct batch_posting *b)
{
	return date_cmp(a->on, b->on) == 0 && a->posting.debit == b->posting.debit &&
	       a->posting.credit == b->posting.credit && money_cmp(a->posting.amount, b->posting.amount) == 0;
}

/* Equal ones cancel out; what only was is compensated on its day, what only is is added. */
static void replay_write_postings(struct replay *r)
{
	int64_t loan_id = r->record->contract.loan_id;
	bool *kept = xcalloc(r->new.postings.count, sizeof *kept);
	for (size_t i = 0; i < r->old.postings.count; i++) {
		size_t k = 0;
		while (k < r->new.postings.count &&
		       (kept[k] || !replay_same_posting(&r->old.postings.rows[i], &r->new.postings.rows[k])))
			k++;
		if (k < r->new.postings.count)
			kept[k] = true;
		else
			batch_flush_posting(r->batch, loan_id, &r->old.postings.rows[i], true);
	}
	for (size_t k = 0; k < r->new.postings.count; k++)
		if (!kept[k])
			batch_flush_posting(r->batch, loan_id, &r->new.postings.rows[k], false);
	free(kept);
}

static void replay_write_spans(struct replay *r)
{
	static const struct batch_span none = { { 0 }, 0 };
	int64_t loan_id = r->record->contract.loan_id;
	if (!r->new.spans.count)
		batch_flush_span(r->batch, loan_id, &none, true);
	for (size_t i = 0; i < r->new.spans.count; i++)
		batch_flush_span(r->batch, loan_id, &r->new.spans.rows[i], true);
}

static void replay_write(struct replay *r, const struct loan *loan)
{
	struct batch_loan *current = batch_current(r->batch);
	for (size_t i = 0; i < r->old.deltas.count; i++)
		batch_loan_add_delta(&r->new, r->old.deltas.rows[i].on, r->old.deltas.rows[i].status,
				     &r->old.deltas.rows[i].values, true);
	batch_flush_fact(r->batch, r->record->contract.loan_id, &r->facts[r->count]);
	replay_write_transitions(r);
	replay_write_postings(r);
	replay_write_spans(r);
	r->record->loan = *loan;
	r->record->facts++;
	batch_flush_loan(r->batch, &r->new, r->record->facts);
	current->record = r->record;
	current->paid = r->new.paid;
}

enum loan_error loan_batch_replay(struct loan_batch *batch, struct loan_record *record,
				  const struct fact *facts, size_t count, const struct fact *fact,
				  const struct stored_transition *stored, size_t stored_count,
				  struct date business, bool *books)
{
	struct fact *all = xcalloc(count + 1, sizeof *all), *scratch = xcalloc(count + 1, sizeof *scratch);
	struct stored_transition *live =
		xcalloc(stored_count + 1, sizeof *live); /* never NULL: NULL takes any */
	struct replay r = {
		.batch = batch,
		.record = record,
		.facts = all,
		.count = count,
		.stored = live,
		.stored_count = stored_count,
		.seen = xcalloc(stored_count, sizeof(bool)),
		.scratch = scratch,
		.business = business,
	};
	struct loan *loan = xcalloc(1, sizeof *loan);
	enum loan_error error = LOAN_ERROR_ORDER;
	if (count)
		memcpy(all, facts, count * sizeof *all);
	if (stored_count)
		memcpy(live, stored, stored_count * sizeof *live);
	all[count] = *fact;
	*books = !replay_old(&r, loan);
	if (!*books)
		error = replay_new(&r, loan);
	if (error == LOAN_OK)
		replay_write(&r, loan);
	batch_loan_clear(&r.old);
	batch_loan_clear(&r.new);
	free(all);
	free(scratch);
	free(live);
	free(r.seen);
	free(loan);
	return error;
}
