/* Months of extension, working days. */
#include "vonvay/extension.h"

int extension_months_max(const struct extension_terms *t)
{
	if (t->fixed_months >= 0)
		return t->fixed_months;
	if (t->term_months <= EXTENSION_SHORT_TERM_MAX)
		return t->short_months;
	return (t->repayment_months > 0 ? t->repayment_months : t->term_months) * t->percent / 100;
}

/* 1970-01-01 was a Thursday: 0 Monday .. 6 Sunday. */
static int extension_weekday(struct date d)
{
	return (int)(((int64_t)d.days % 7 + 7 + 3) % 7);
}

static bool extension_is_holiday(const struct date *holidays, size_t count, struct date d)
{
	for (size_t i = 0; i < count; i++)
		if (date_cmp(holidays[i], d) == 0)
			return true;
	return false;
}

int extension_working_days(const struct date *holidays, size_t count, struct date from, struct date upto)
{
	int days = 0;

	for (struct date d = date_add_days(from, 1); date_cmp(d, upto) <= 0; d = date_add_days(d, 1))
		if (extension_weekday(d) < 5 && !extension_is_holiday(holidays, count, d))
			days++;
	return days;
}
