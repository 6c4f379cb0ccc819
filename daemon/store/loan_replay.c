/* The back-dated path of a batch: facts that belong before what is folded already, or the same facts with other reference
 * data. All facts are folded twice, as they were and as they are, and only the difference is written. design.md 1.1 */
#include "loan_batch_private.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

struct replay {
	struct loan_batch *batch;
	const struct loan_record *was; /* as stored, with the tables it was decided with */
	struct loan_record *record;    /* the same with the tables of now; gets the new state */
	struct fact *facts;	       /* the stored ones, then the new ones */
	size_t count, added;
	struct stored_transition *stored;
	size_t stored_count;
	bool *seen; /* of stored */
	struct fact *scratch;
	struct date business;
	struct batch_loan old, new;
	struct loan loan; /* folded last */
	bool changed;
};

/* loan_replay begins anew from the dates of the contract: any state of the loan will do. */
static enum loan_error replay_fold(struct replay *r, const struct loan_record *record, size_t count,
				   struct batch_loan *into)
{
	int32_t failed;
	r->loan = record->loan;
	return loan_replay(&record->contract, &r->loan, r->facts, count, r->scratch, r->business, r->business,
			   batch_loan_step, into, &failed);
}

static bool replay_same_money(const struct loan_balances *a, const struct loan_balances *b)
{
	return money_cmp(a->in_term, b->in_term) == 0 && money_cmp(a->overdue, b->overdue) == 0 &&
	       money_cmp(a->frozen, b->frozen) == 0 && money_cmp(a->paid, b->paid) == 0 &&
	       money_cmp(a->written_off, b->written_off) == 0 && money_cmp(a->recovered, b->recovered) == 0;
}

/* Of the principal and of where the loan stands. */
static bool replay_same_standing(const struct loan_balances *a, const struct loan_balances *b)
{
	return replay_same_money(a, b) && a->line == b->line && a->place == b->place &&
	       (!money_is_positive(b->frozen) || date_cmp(a->frozen_until, b->frozen_until) == 0);
}

/* What the old facts give, up to the stored transitions, must be what is stored: else the difference would be wrong. */
static bool replay_old(struct replay *r)
{
	batch_loan_reset(&r->old, (struct loan_record *)r->was);
	r->old.watched = INT32_MAX;
	r->old.stored = r->stored;
	r->old.stored_count = r->stored_count;
	r->old.seen = r->seen;
	if (replay_fold(r, r->was, r->count, &r->old) != LOAN_OK)
		return false;
	for (size_t i = 0; i < r->stored_count; i++)
		if (!r->seen[i])
			return false;
	return !r->old.steps || replay_same_standing(&r->old.after, &r->was->loan.b);
}

static enum loan_error replay_new(struct replay *r)
{
	batch_loan_reset(&r->new, r->record);
	r->new.watched = r->added ? r->facts[r->count].no : INT32_MAX;
	return replay_fold(r, r->record, r->count + r->added, &r->new);
}

/* ---- differences ---- */

static void replay_supersede(struct replay *r, const struct stored_transition *t)
{
	int_rows_begin_row(&r->batch->superseded);
	int_rows_add(&r->batch->superseded, r->record->contract.loan_id);
	int_rows_add(&r->batch->superseded, t->entry_id);
	int_rows_add(&r->batch->superseded, t->ordinal);
	r->changed = true;
}

static void replay_write_transitions(struct replay *r)
{
	int64_t loan_id = r->record->contract.loan_id;
	memset(r->seen, 0, r->stored_count * sizeof *r->seen);
	for (size_t i = 0; i < r->new.transitions.count; i++) {
		size_t k = 0;
		while (k < r->stored_count &&
		       (r->seen[k] || !batch_transition_is(&r->stored[k], &r->new.transitions.rows[i])))
			k++;
		if (k < r->stored_count) {
			r->seen[k] = true;
			continue;
		}
		batch_flush_transition(r->batch, loan_id, &r->new.transitions.rows[i]);
		r->changed = true;
	}
	for (size_t k = 0; k < r->stored_count; k++)
		if (!r->seen[k])
			replay_supersede(r, &r->stored[k]);
}

static bool replay_same_posting(const struct batch_posting *a, const struct batch_posting *b)
{
	return date_cmp(a->on, b->on) == 0 && a->posting.debit == b->posting.debit &&
	       a->posting.credit == b->posting.credit && money_cmp(a->posting.amount, b->posting.amount) == 0;
}

static void replay_post(struct replay *r, const struct batch_posting *p, bool swapped)
{
	batch_flush_posting(r->batch, r->record->contract.loan_id, p, swapped);
	r->changed = true;
}

/* Equal ones cancel out; what only was is compensated on its day, what only is is added. */
static void replay_write_postings(struct replay *r)
{
	bool *kept = xcalloc(r->new.postings.count, sizeof *kept);
	for (size_t i = 0; i < r->old.postings.count; i++) {
		size_t k = 0;
		while (k < r->new.postings.count &&
		       (kept[k] || !replay_same_posting(&r->old.postings.rows[i], &r->new.postings.rows[k])))
			k++;
		if (k < r->new.postings.count)
			kept[k] = true;
		else
			replay_post(r, &r->old.postings.rows[i], true);
	}
	for (size_t k = 0; k < r->new.postings.count; k++)
		if (!kept[k])
			replay_post(r, &r->new.postings.rows[k], false);
	free(kept);
}

static void replay_write_spans(struct replay *r)
{
	static const struct batch_span none = { { 0 }, 0, { 0, 0 } };
	int64_t loan_id = r->record->contract.loan_id;
	if (!r->new.spans.count)
		batch_flush_span(r->batch, loan_id, &none, true);
	for (size_t i = 0; i < r->new.spans.count; i++)
		batch_flush_span(r->batch, loan_id, &r->new.spans.rows[i], true);
}

/* The new deltas less the old ones. */
static void replay_differ(struct replay *r)
{
	for (size_t i = 0; i < r->old.deltas.count; i++)
		batch_loan_add_delta(&r->new, &r->old.deltas.rows[i], true);
	for (size_t i = 0; i < r->new.deltas.count; i++)
		if (!portfolio_is_zero(&r->new.deltas.rows[i].values))
			r->changed = true;
}

static bool replay_same_interest(struct interest a, struct interest b)
{
	return interest_sub(&a, b) && interest_is_zero(a);
}

/* Interest of a closed loan may differ by what it had accrued only. */
static bool replay_same_state(const struct replay *r)
{
	const struct loan_balances *a = &r->was->loan.b, *b = &r->loan.b;
	return replay_same_standing(a, b) && a->status == b->status &&
	       replay_same_interest(a->accrued, b->accrued);
}

static void replay_write(struct replay *r)
{
	struct batch_loan *current = batch_current(r->batch);
	replay_differ(r);
	replay_write_transitions(r);
	replay_write_postings(r);
	if (!r->added && !r->changed && replay_same_state(r))
		return;
	replay_write_spans(r);
	r->record->loan = r->loan;
	r->record->facts += (int32_t)r->added;
	for (size_t i = 0; i < r->added; i++) {
		batch_flush_fact(r->batch, r->record->contract.loan_id, &r->facts[r->count + i]);
		batch_loan_agenda(&r->new, &r->facts[r->count + i]);
	}
	batch_flush_loan(r->batch, &r->new, r->record->facts);
	batch_loan_reset(current, r->record);
	for (size_t i = 0; i < r->new.paid.count; i++)
		batch_loan_add_paid(current, &r->new.paid.rows[i]);
}

static struct replay *replay_new_of(struct loan_batch *batch, const struct loan_record *was,
				    struct loan_record *record, const struct fact *facts, size_t count,
				    const struct fact *added, size_t added_count)
{
	struct replay *r = xcalloc(1, sizeof *r);
	r->batch = batch;
	r->was = was;
	r->record = record;
	r->count = count;
	r->added = added_count;
	r->facts = xcalloc(count + added_count, sizeof *r->facts);
	r->scratch = xcalloc(count + added_count, sizeof *r->scratch);
	if (count)
		memcpy(r->facts, facts, count * sizeof *facts);
	if (added_count)
		memcpy(r->facts + count, added, added_count * sizeof *added);
	return r;
}

/* `stored` is copied into memory that is never NULL: NULL would take any transition for an old one. */
static void replay_take_stored(struct replay *r, const struct stored_transition *stored, size_t count)
{
	r->stored = xcalloc(count + 1, sizeof *r->stored);
	r->seen = xcalloc(count + 1, sizeof *r->seen);
	r->stored_count = count;
	if (count)
		memcpy(r->stored, stored, count * sizeof *stored);
}

static void replay_free(struct replay *r)
{
	batch_loan_clear(&r->old);
	batch_loan_clear(&r->new);
	free(r->facts);
	free(r->scratch);
	free(r->stored);
	free(r->seen);
	free(r);
}

static enum loan_error replay_run(struct replay *r, struct date business, bool *mismatch)
{
	enum loan_error error = LOAN_ERROR_ORDER;
	r->business = business;
	*mismatch = !replay_old(r);
	if (!*mismatch)
		error = replay_new(r);
	if (error == LOAN_OK)
		replay_write(r);
	replay_free(r);
	return error;
}

enum loan_error loan_batch_replay(struct loan_batch *batch, struct loan_record *record,
				  const struct fact *facts, size_t count, const struct fact *added,
				  size_t added_count, const struct stored_transition *stored,
				  size_t stored_count, struct date business, bool *mismatch)
{
	struct replay *r = replay_new_of(batch, record, record, facts, count, added, added_count);
	replay_take_stored(r, stored, stored_count);
	return replay_run(r, business, mismatch);
}

enum loan_error loan_batch_recompute(struct loan_batch *batch, const struct loan_record *old,
				     struct loan_record *record, const struct fact *facts, size_t count,
				     const struct stored_transition *stored, size_t stored_count,
				     struct date business, bool *mismatch)
{
	struct replay *r = replay_new_of(batch, old, record, facts, count, NULL, 0);
	replay_take_stored(r, stored, stored_count);
	return replay_run(r, business, mismatch);
}
