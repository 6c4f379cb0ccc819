/* The arithmetic of a preview. */
#include "vonvay/effect.h"

static bool effect_add(struct interest *sum, struct money in_term, struct money overdue, int overdue_percent,
		       int32_t rate_e7)
{
	int64_t index = (int64_t)rate_e7 * EFFECT_MONTH_DAYS;

	return interest_accrue(sum, in_term, index, 100) &&
	       interest_accrue(sum, overdue, index, overdue_percent);
}

bool effect_add_month(struct effect_month *sum, struct money in_term, struct money overdue,
		      int overdue_percent, const struct rate_line *before, const struct rate_line *after,
		      struct date on)
{
	struct effect_month m = *sum;

	if (!effect_add(&m.before, in_term, overdue, overdue_percent, rate_on(before, on)) ||
	    !effect_add(&m.after, in_term, overdue, overdue_percent, rate_on(after, on)))
		return false;
	*sum = m;
	return true;
}

bool effect_month_difference(const struct effect_month *m, struct money *out)
{
	struct interest difference = m->after;

	if (!interest_sub(&difference, m->before))
		return false;
	*out = interest_round(difference);
	return true;
}

bool effect_same_rates(const struct rate_line *a, const struct rate_line *b)
{
	if (!a || !b || a->count != b->count)
		return a == b;
	for (size_t i = 0; i < a->count; i++)
		if (date_cmp(a->rows[i].from, b->rows[i].from) != 0 ||
		    a->rows[i].rate_e7 != b->rows[i].rate_e7)
			return false;
	return true;
}

bool effect_same_session(const struct calendar *a, const struct calendar *b, int32_t month,
			 struct date *before, struct date *after)
{
	if (!calendar_session(a, month, before))
		*before = DATE_NONE;
	if (!calendar_session(b, month, after))
		*after = DATE_NONE;
	return date_cmp(*before, *after) == 0;
}
