/* Loans at risk: for how long principal may be frozen, by cause and loss. domain.md 4; the lengths are dated data
 * (sql/data/freeze_limits.csv). */
#ifndef VONVAY_RISK_H
#define VONVAY_RISK_H

#include <stddef.h>

#include "vonvay/date.h"

/* A row: losses of loss_from..loss_upto percent, handled in time or late, decided from `from` on. */
struct risk_limit {
	const char *risk_case; /* "K1", "K4a" */
	int loss_from, loss_upto;
	bool late;
	struct date from;
	int months;
};

/* Months a freeze may last at most when it is decided on this day: of the rows that fit the newest. 0: none fits, no freeze. */
int risk_freeze_months(const struct risk_limit *rows, size_t count, const char *risk_case, int loss_percent,
		       bool late, struct date on);
/* The last `until` (first day no longer frozen) of a freeze that begins on this day. */
struct date risk_freeze_end(struct date from, int months);
/* The same of a supplementary one: from where the first ended, or from its own day when that is later, at most the first
 * length again. */
struct date risk_supplement_end(struct date first_from, struct date first_until, struct date from);

#endif
