/* How far back an event of a loan may be dated, by who records it. Never after the business date. */
#ifndef VONVAY_VALUE_DATE_H
#define VONVAY_VALUE_DATE_H

#include "vonvay/calendar.h"

enum value_date_reach {
	VALUE_DATE_CLERK,    /* the last session of the point, unless it is closed */
	VALUE_DATE_OFFICER,  /* the open month */
	VALUE_DATE_DIRECTOR, /* from the beginning on */
};

/* The first day that may be named on the business date. A clerk posts what the last session on or before it brought; once that
 * session is closed, only days after it. An officer reaches the first day of the month, and of the month before while no more
 * than open_month_days of this one have passed. `began`: no fact lies before it. Never after the business date. */
struct date value_date_first(const struct calendar *c, enum value_date_reach reach, int open_month_days,
			     struct date began, struct date business);

#endif
