/* Days back. */
#include "vonvay/value_date.h"

static struct date value_date_of_session(const struct calendar *c, struct date business)
{
	struct date session = calendar_session_upto(c, business);

	if (date_is_none(session))
		return business;
	if (!date_is_none(c->closed_upto) && date_cmp(session, c->closed_upto) <= 0)
		return date_min(date_add_days(c->closed_upto, 1), business);
	return session;
}

static struct date value_date_of_month(int open_month_days, struct date business)
{
	int32_t month = date_month_number(business);
	struct date first = date_in_month(month, 1);

	if (date_diff(business, first) < open_month_days)
		return date_in_month(month - 1, 1);
	return first;
}

struct date value_date_first(const struct calendar *c, enum value_date_reach reach, int open_month_days,
			     struct date began, struct date business)
{
	struct date session = value_date_of_session(c, business);

	switch (reach) {
	case VALUE_DATE_CLERK:
		return date_max(session, began);
	case VALUE_DATE_OFFICER:
		return date_max(date_min(session, value_date_of_month(open_month_days, business)), began);
	case VALUE_DATE_DIRECTOR:
		break;
	}
	return began;
}
