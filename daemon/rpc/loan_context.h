/* What every method about loans decides with: the business date and the reference data, read together and kept for a
 * moment. A write that was decided with older ones is refused by the database and asks for fresh ones. */
#ifndef VONVAY_LOAN_CONTEXT_H
#define VONVAY_LOAN_CONTEXT_H

#include "vonvay/reference.h"
#include "vonvay/request.h"

struct loan_context {
	struct date business;
	struct date swept_until;
	struct date began_on;
	struct reference *ref; /* held as long as the request lives */
};

/* `ctx` lives as long as the request. */
typedef void loan_context_cb(struct request *req, const struct loan_context *ctx, void *arg);

/* Calls cb now or later, or answers the request when there is none. fresh: not what is kept. */
void loan_context_get(struct request *req, bool fresh, loan_context_cb *cb, void *arg);

/* The first seven arguments of every function that writes: actor, door, key, hash of the body, reply to store, and what it
 * was decided with (business date, version of the reference data). `ctx` as given for this request. */
void loan_context_write_head(const struct loan_context *ctx, const struct request *req, const char *reply,
			     struct db_args *args);

/* A client has been told how far nights or imports are: what it asks next is to see it. */
void loan_context_forget(void);

/* The parameter as_of, by default the business date. False: it lies outside of what is known, and is answered. */
MUSTCHECK bool loan_context_as_of(struct request *req, const struct loan_context *ctx, struct date *as_of);

#endif
