/* Loans as they stood on a day: read, brought forward or, for a day before what is folded, folded again up to it. */
#ifndef VONVAY_LOAN_VIEWS_H
#define VONVAY_LOAN_VIEWS_H

#include "loan_context.h"
#include "vonvay/json.h"
#include "vonvay/loan_store.h"

struct loan_view {
	struct loan_record record;
	struct loan_balances b; /* interest up to the day */
	bool begun;		/* something was lent on or before the day */
};

struct loan_views {
	const struct loan_context *ctx;
	struct date as_of;
	int count;
	struct loan_view *view; /* in order of loan_id */
	void *arg; /* the caller's */
};

/* The views live as long as the request. */
typedef void loan_views_cb(struct request *req, struct loan_views *views, void *arg);

/* stmt is LOAN_READ_HOUSEHOLD or LOAN_READ_GROUP with its args (taken over). Calls cb once, or answers the request itself
 * when the database fails. */
void loan_views_get(struct request *req, const struct loan_context *ctx, struct date as_of, enum stmt stmt,
		    struct db_args *args, loan_views_cb *cb, void *arg);

/* The same for one loan; a loan that the actor does not see is answered as not found. */
void loan_views_get_one(struct request *req, const struct loan_context *ctx, struct date as_of,
			int64_t loan_id, loan_views_cb *cb, void *arg);

/* Sums for a reply: *ok becomes false when one does not fit, and loan_reply() asks for it. */
void loan_add(struct money *sum, struct money more, bool *ok);
/* Principal left. */
struct money loan_outstanding(const struct loan_balances *b);
/* Unpaid interest rounded a class, and their sum. */
struct loan_interest {
	struct money in_term, overdue, grace, total;
};
struct loan_interest loan_interest_of(const struct loan_balances *b, bool *ok);
void loan_interest_add(struct loan_interest *sum, struct loan_interest b, bool *ok);
/* Replies, or answers that a sum did not fit; clears `text`. */
void loan_reply(struct request *req, struct text *text, bool ok);

/* {"in_term","overdue","grace","total"} */
void loan_json_interest(struct jw *w, const char *name, struct loan_interest i);
void loan_json_household(struct jw *w, const char *name, int64_t id); /* 10 digits */
void loan_json_group(struct jw *w, const char *name, int64_t id);     /* 7 digits, null for 0 */
/* rate_e7 x percent / 100 as a decimal string of percent. */
void loan_json_rate(struct jw *w, const char *name, int32_t rate_e7, int percent);

#endif
