/* Lengths of freezes. */
#include "vonvay/risk.h"

#include <string.h>

int risk_freeze_months(const struct risk_limit *rows, size_t count, const char *risk_case, int loss_percent,
		       bool late, struct date on)
{
	const struct risk_limit *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct risk_limit *r = &rows[i];
		if (strcmp(r->risk_case, risk_case) != 0 || r->late != late || date_cmp(r->from, on) > 0 ||
		    loss_percent < r->loss_from || loss_percent > r->loss_upto)
			continue;
		if (best == NULL || date_cmp(r->from, best->from) > 0)
			best = r;
	}
	return best != NULL ? best->months : 0;
}

struct date risk_freeze_end(struct date from, int months)
{
	return date_add_months(from, months);
}

struct date risk_supplement_end(struct date first_from, struct date first_until, struct date from)
{
	return date_add_days(date_max(first_until, from), date_diff(first_until, first_from));
}
