/* One loan under two sets of reference data: as they are and as a change makes them. Used by the worker, which writes the
 * difference, and by change.preview, which only shows it. */
#ifndef VONVAY_LOAN_CHANGE_H
#define VONVAY_LOAN_CHANGE_H

#include "vonvay/loan_batch.h"
#include "vonvay/loan_store.h"

struct loan_change {
	const struct reference *before, *after; /* held by the caller */
	struct date business;
	struct loan_batch batch; /* the differences of all loans so far; clear it with loan_batch_clear() */
};

enum loan_change_end {
	LOAN_CHANGE_SAME,
	LOAN_CHANGE_DIFFERS,	/* its difference stands in the batch */
	LOAN_CHANGE_REFUSED,	/* its facts do not fit the new data: the error tells why */
	LOAN_CHANGE_MISMATCH,	/* what is stored does not follow from its facts with the old data */
	LOAN_CHANGE_UNREADABLE, /* the reference data do not have what it names */
};

struct loan_changed {
	enum loan_change_end end;
	enum loan_error error; /* REFUSED */
	int64_t loan_id;
	struct loan_record old, now;
	struct fact *facts;
	size_t facts_count;
};

/* The loans of some rows of LOAN_READ, LOAN_FACTS and LOAN_TRANSITIONS, asked for one after the other. */
struct loan_changed_list {
	struct loan_changed *loans;
	int count;
};

/* Three steps, each with the result of its statement for the same loans; the third folds them. */
void loan_change_read(const struct loan_change *c, const struct db_result *r, struct loan_changed_list *list);
void loan_change_facts(const struct loan_change *c, const struct db_result *r, struct loan_changed_list *list);
void loan_change_fold(struct loan_change *c, const struct db_result *r, struct loan_changed_list *list);
/* Afterwards it is an empty one. */
void loan_changed_list_clear(struct loan_changed_list *list);
/* Can the loan not be brought to the new data? */
bool loan_changed_refused(const struct loan_changed *loan);
/* The word of that for people: "too_much", "mismatch", "unreadable". */
const char *loan_changed_word(const struct loan_changed *loan);

#endif
