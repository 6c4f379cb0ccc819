/* Moving loans: to the group a household is in, or to the household of an heir. */
#ifndef VONVAY_LOAN_PLACE_H
#define VONVAY_LOAN_PLACE_H

#include "loan_event.h"
#include "vonvay/household_store.h"

/* Where the loans of a household belong on a day: who signs, its group with organisation and point, and the commune it lives
 * in; direct: without a group, at the point of the commune. number is 0. NULL, or the sentence that says what is missing. */
const char *loan_place_of_household(const struct household_data *data, const struct reference *ref,
				    struct date on, bool direct, struct record_place *out);

/* Between loan_event_reset() and loan_event_go(), for whoever moves loans with something else (a member changes the group,
 * a household gets an heir): numbers the place, adds the loans with one FACT_MOVED each, then calls go(arg). */
void loan_place_move(struct loan_event *e, const struct record_place *place, struct date on,
		     const int64_t *loans, int count, void (*go)(void *arg), void *arg);

#endif
