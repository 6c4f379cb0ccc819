/* What a change of rates does to money: the arithmetic of change.preview, exact. domain.md 1.1, 2.1 */
#ifndef VONVAY_EFFECT_H
#define VONVAY_EFFECT_H

#include "vonvay/calendar.h"
#include "vonvay/interest.h"
#include "vonvay/rate.h"

/* The month of a preview: 30 days (domain.md 2.10 works its examples with it). */
#define EFFECT_MONTH_DAYS 30

/* Interest of a month before and after a change. */
struct effect_month {
	struct interest before, after;
};

/* Adds the interest that these balances make in EFFECT_MONTH_DAYS days at the two rates of `on`: what is in term at the
 * rate, what is overdue at overdue_percent of it, what is frozen at none. False on overflow, *sum untouched. */
MUSTCHECK bool effect_add_month(struct effect_month *sum, struct money in_term, struct money overdue,
				int overdue_percent, const struct rate_line *before,
				const struct rate_line *after, struct date on);
/* after - before, rounded half up once. False on overflow. */
MUSTCHECK bool effect_month_difference(const struct effect_month *m, struct money *out);
/* Have the lines the same rows? NULL: the line is not there. */
bool effect_same_rates(const struct rate_line *a, const struct rate_line *b);
/* Is the session of this month held on the same day, or not at all, in both? *before, *after: DATE_NONE when it is not held. */
bool effect_same_session(const struct calendar *a, const struct calendar *b, int32_t month,
			 struct date *before, struct date *after);

#endif
