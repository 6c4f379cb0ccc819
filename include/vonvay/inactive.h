/* Loans that nobody pays on: two definitions are in use, by the day of the last transaction and by unpaid interest
 * (domain.md 8.2); and what falls due in a month, in the three frames of the list (8.2). All months are dated policy. */
#ifndef VONVAY_INACTIVE_H
#define VONVAY_INACTIVE_H

#include "vonvay/loan.h"

/* By dates: a balance, none of it frozen, and the last transaction before the same day `months` ago. Whether the
 * programme is watched at all is the caller's. */
bool inactive_by_dates(struct money outstanding, struct money frozen, struct date last_on, struct date on,
		       int months);

enum inactive_interest {
	INACTIVE_NOT,
	INACTIVE_WARNING, /* from `warning` months of interest on */
	INACTIVE_YES,	  /* more than `months` of interest */
};

/* By unpaid in-term interest, compared exactly with `months` times a month's interest: in_term x rate / 12. */
enum inactive_interest inactive_by_interest(struct interest unpaid, struct money in_term, int32_t rate_e7,
					    int months, int warning);
/* The interest of a month of 1/12 year, half up. False on overflow. */
MUSTCHECK bool inactive_month_interest(struct money in_term, int32_t rate_e7, struct money *out);

enum due_frame {
	DUE_PAST, /* its session lies before the month, and it is not transferred; or due before it and never to be */
	DUE_THIS_PERIOD, /* its session transfers it in the month; or due in it, and the contract transfers nothing */
	DUE_NEXT_PERIOD, /* due up to the end of the month, its session is after it */
};
const char *due_frame_word(enum due_frame frame);

struct due_row {
	int instalment; /* index */
	enum due_frame frame;
	struct date due_on; /* with its session, when that was moved */
	struct date transfer_on; /* the session that moves it to overdue; DATE_NONE: by the rule of the contract none does */
	struct money amount; /* unpaid and not overdue yet */
	bool last;	     /* final maturity */
};

/* The instalments due up to the last day of a month with something unpaid that is not overdue; the loan as it stands now.
 * Writes at most `max` rows; how many there are. */
int due_list(const struct loan_contract *c, const struct loan *loan, struct date first, struct date last,
	     struct due_row *rows, int max);

#endif
