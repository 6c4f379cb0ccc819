/* Loans under two sets of reference data. */
#include "vonvay/loan_change.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

void loan_change_read(const struct loan_change *c, const struct db_result *r, struct loan_changed_list *list)
{
	struct text error = { 0 };
	list->loans = xcalloc((size_t)r->rows, sizeof *list->loans);
	list->count = r->rows;
	for (int i = 0; i < r->rows; i++) {
		struct loan_changed *l = &list->loans[i];
		l->loan_id = db_i64(r, i, 0);
		if (!loan_store_read(r, i, c->before, &l->old, &error) ||
		    !loan_store_read(r, i, c->after, &l->now, &error))
			l->end = LOAN_CHANGE_UNREADABLE;
	}
	text_clear(&error);
}

/* Facts name places, whose calendars come from the reference: each record gets its own. */
void loan_change_facts(const struct loan_change *c, const struct db_result *r, struct loan_changed_list *list)
{
	int row = 0;
	for (int i = 0; i < list->count; i++) {
		struct loan_changed *l = &list->loans[i];
		if (l->end == LOAN_CHANGE_UNREADABLE)
			continue;
		int again = row;
		l->facts = loan_store_facts_new(r, &row, c->before, &l->old, &l->facts_count);
		free(loan_store_facts_new(r, &again, c->after, &l->now, &l->facts_count));
	}
}

static void change_recompute(struct loan_change *c, struct loan_changed *l,
			     const struct stored_transition *stored, size_t stored_count)
{
	bool mismatch = false;
	int before = c->batch.loans;
	l->error = loan_batch_recompute(&c->batch, &l->old, &l->now, l->facts, l->facts_count, stored,
					stored_count, c->business, &mismatch);
	if (mismatch)
		l->end = LOAN_CHANGE_MISMATCH;
	else if (l->error != LOAN_OK)
		l->end = LOAN_CHANGE_REFUSED;
	else
		l->end = c->batch.loans > before ? LOAN_CHANGE_DIFFERS : LOAN_CHANGE_SAME;
}

void loan_change_fold(struct loan_change *c, const struct db_result *r, struct loan_changed_list *list)
{
	int row = 0;
	for (int i = 0; i < list->count; i++) {
		struct loan_changed *l = &list->loans[i];
		size_t count;
		struct stored_transition *stored = loan_store_transitions_new(r, &row, l->loan_id, &count);
		if (l->end != LOAN_CHANGE_UNREADABLE)
			change_recompute(c, l, stored, count);
		free(stored);
	}
}

void loan_changed_list_clear(struct loan_changed_list *list)
{
	for (int i = 0; i < list->count; i++) {
		loan_record_clear(&list->loans[i].old);
		loan_record_clear(&list->loans[i].now);
		free(list->loans[i].facts);
	}
	free(list->loans);
	*list = (struct loan_changed_list){ 0 };
}

bool loan_changed_refused(const struct loan_changed *loan)
{
	return loan->end != LOAN_CHANGE_SAME && loan->end != LOAN_CHANGE_DIFFERS;
}

const char *loan_changed_word(const struct loan_changed *loan)
{
	switch (loan->end) {
	case LOAN_CHANGE_REFUSED:
		return loan_error_word(loan->error);
	case LOAN_CHANGE_MISMATCH:
		return "mismatch";
	case LOAN_CHANGE_UNREADABLE:
		return "unreadable";
	case LOAN_CHANGE_SAME:
	case LOAN_CHANGE_DIFFERS:
		break;
	}
	return "none";
}
