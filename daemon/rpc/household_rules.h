/* A household with its loans before the rules of a programme: what status.household shows and loan.disburse obeys. */
#ifndef VONVAY_HOUSEHOLD_RULES_H
#define VONVAY_HOUSEHOLD_RULES_H

#include "loan_views.h"
#include "vonvay/household_store.h"

struct household_rules {
	const struct loan_context *ctx;
	const struct household_data *data;
	struct date on;
	struct household_loan *loans; /* of the view; approved applications from approved_at on, in the order of data */
	size_t approved_at;
	struct household_view view; /* with the loans of that day, and applications approved and not disbursed as loans */
};

/* The verdict for one programme and purpose under a row of its limits (NULL: none in force). */
void household_rules_check(const struct household_rules *rules, const struct reference_programme *p,
			   const struct reference_limit *limit, int units, struct eligibility *out);
/* What the write compares: has what uses the caps of the household stayed as it was decided with? (loan.household_seen) */
int64_t household_rules_seen(const struct household_data *data, const struct loan_views *views);
/* Of an application that is being disbursed nothing is kept back any more. */
void household_rules_release(struct household_rules *rules, int64_t application_id);
/* [{"reason","rule"}] as the next value of `w`. */
void household_rules_reasons(struct jw *w, const char *name, const struct reference_programme *p,
			     const struct eligibility *e);

/* Reads household and loans of that day, then calls cb once, or answers. */
typedef void household_rules_cb(struct request *req, struct household_rules *rules, struct loan_views *views,
				void *arg);
void household_rules_get(struct request *req, const struct loan_context *ctx, int64_t household_id,
			 struct date on, household_rules_cb *cb, void *arg);

#endif
