/* Several loans read together to add facts to each, in one batch: those whose facts belong before what is folded already
 * are folded anew. One loan that refuses leaves the batch as it was. design.md 4 */
#ifndef VONVAY_LOAN_SET_H
#define VONVAY_LOAN_SET_H

#include "loan_context.h"
#include "vonvay/loan_batch.h"

struct loan_set;
typedef void loan_set_cb(struct loan_set *set, void *arg);

struct loan_set_member {
	struct loan_record record;
	bool replay; /* facts and transitions were read */
	struct fact *facts;
	size_t facts_count;
	struct stored_transition *stored;
	size_t stored_count;
};

struct loan_set {
	struct request *req;
	const struct loan_context *ctx;
	struct date on;			 /* the day of the facts that will be added, */
	enum fact_kind kind;		 /* and their kind */
	bool always;			 /* fold every loan anew: something is reversed */
	struct loan_set_member *members; /* in order of loan_id */
	int count;
	struct loan_batch batch;
	loan_set_cb *cb;
	void *arg;
};

/* Reads the loans the actor sees among `loans` (taken over), calls cb once, or answers the request when it can't. Set req,
 * ctx, on, kind and always before. */
void loan_set_read(struct loan_set *set, struct int_rows *loans, loan_set_cb *cb, void *arg);
/* The same for a statement of the columns of LOAN_READ with its arguments. */
void loan_set_read_stmt(struct loan_set *set, enum stmt stmt, struct db_args *args, loan_set_cb *cb,
			void *arg);
/* NULL: the actor sees no such loan. */
struct loan_set_member *loan_set_find(const struct loan_set *set, int64_t loan_id);
/* Adds the facts, giving them their numbers, and brings the loan to the business date. On an error nothing of the loan stays
 * in the batch; *mismatch: what was read does not fit together, because another wrote meanwhile. */
MUSTCHECK enum loan_error loan_set_apply(struct loan_set *set, struct loan_set_member *member,
					 struct fact *facts, size_t count, bool *mismatch);
/* Frees all; the set may be read again. */
void loan_set_clear(struct loan_set *set);

#endif
