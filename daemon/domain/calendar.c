/* Sessions of a transaction point. A month has one session at most; it is found by its month, whatever day it was moved
 * to, so a search by day looks into the months around. */
#include "vonvay/calendar.h"

/* A session is moved into a neighbouring month at the furthest. */
#define REACH_MONTHS 2
#define SEARCH_MONTHS 24

static bool calendar_is_plain(const struct calendar *c)
{
	return c->changes_count == 0 && c->holidays_count == 0;
}

static int32_t calendar_reach(const struct calendar *c)
{
	return calendar_is_plain(c) ? 0 : REACH_MONTHS;
}

/* The fixed day in a month; a new row takes a month over only when neither the old day nor its own has passed by then, so
 * that a change never touches the days before it, and no month is lost to it. */
static bool calendar_nominal(const struct calendar *c, int32_t month, struct date *day)
{
	if (c->days_count == 0)
		return false;
	struct date nominal = date_in_month(month, c->days[0].day);
	for (size_t i = 1; i < c->days_count && date_cmp(nominal, c->days[i].from) >= 0; i++) {
		struct date next = date_in_month(month, c->days[i].day);
		if (date_cmp(next, c->days[i].from) < 0)
			break;
		nominal = next;
	}
	*day = nominal;
	return date_cmp(nominal, c->days[0].from) >= 0;
}

static const struct session_change *calendar_change(const struct calendar *c, int32_t month)
{
	size_t low = 0, high = c->changes_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->changes[middle].month < month)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->changes_count && c->changes[low].month == month ? &c->changes[low] : NULL;
}

static bool calendar_is_holiday(const struct calendar *c, struct date d)
{
	size_t low = 0, high = c->holidays_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = date_cmp(c->holidays[middle], d);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* What the holidays make of a session without a notice of its own. */
static bool calendar_after_holidays(const struct calendar *c, struct date nominal, struct date *held_on)
{
	*held_on = nominal;
	if (!calendar_is_holiday(c, nominal))
		return true;
	switch (c->holiday_rule) {
	case HOLIDAY_STAYS:
		return true;
	case HOLIDAY_CANCELS:
		return false;
	case HOLIDAY_NEXT_WORKING_DAY:
		break;
	}
	while (calendar_is_holiday(c, *held_on))
		*held_on = date_add_days(*held_on, 1);
	return true;
}

bool calendar_session(const struct calendar *c, int32_t month, struct date *held_on)
{
	struct date nominal;

	if (!calendar_nominal(c, month, &nominal))
		return false;
	const struct session_change *change = calendar_change(c, month);
	if (change != NULL) {
		*held_on = change->held_on;
		return !date_is_none(change->held_on);
	}
	return calendar_after_holidays(c, nominal, held_on);
}

struct date calendar_session_upto(const struct calendar *c, struct date d)
{
	struct date best = DATE_NONE;

	if (c->days_count == 0 || date_is_none(d))
		return best;
	int32_t reach = calendar_reach(c);
	int32_t here = date_month_number(d);
	int32_t stop = here - SEARCH_MONTHS;
	for (int32_t month = here + reach; month >= stop; month--) {
		struct date held_on;
		if (!calendar_session(c, month, &held_on) || date_cmp(held_on, d) > 0)
			continue;
		if (date_is_none(best))
			stop = month - reach;
		best = date_max(best, held_on);
	}
	return best;
}

struct date calendar_session_after(const struct calendar *c, struct date d)
{
	struct date best = DATE_EVER;

	if (c->days_count == 0 || date_cmp(d, DATE_EVER) == 0)
		return date_add_days(d, 1);
	/* nothing is held before the first row */
	d = date_max(d, date_add_days(c->days[0].from, -1));
	int32_t reach = calendar_reach(c);
	int32_t here = date_month_number(d);
	int32_t stop = here + SEARCH_MONTHS;
	for (int32_t month = here - reach; month <= stop; month++) {
		struct date held_on;
		if (!calendar_session(c, month, &held_on) || date_cmp(held_on, d) <= 0)
			continue;
		if (date_cmp(best, DATE_EVER) == 0)
			stop = month + reach;
		best = date_min(best, held_on);
	}
	return best;
}

struct date calendar_scheduled(const struct calendar *c, struct date d, struct date after,
			       bool equal_moves_back)
{
	struct date session = calendar_session_upto(c, equal_moves_back ? date_add_days(d, -1) : d);

	return date_cmp(session, after) > 0 ? session : d;
}

struct date calendar_due(const struct calendar *c, struct date scheduled)
{
	struct date nominal, held_on;

	if (calendar_is_plain(c))
		return scheduled;
	int32_t month = date_month_number(scheduled);
	if (!calendar_nominal(c, month, &nominal) || date_cmp(nominal, scheduled) != 0)
		return scheduled;
	if (calendar_session(c, month, &held_on))
		return held_on;
	return calendar_session_after(c, scheduled);
}

struct date calendar_decides(const struct calendar *c, struct date scheduled)
{
	return calendar_session_after(c, calendar_due(c, scheduled));
}

bool calendar_settled(const struct calendar *c, struct date session, struct date business)
{
	if (date_cmp(session, business) > 0)
		return false;
	if (c->days_count == 0)
		return true;
	return date_cmp(session, c->closed_upto) <= 0 ||
	       date_cmp(date_add_days(session, c->close_days), business) <= 0;
}

struct date calendar_agenda_from(const struct calendar *c, struct date session)
{
	if (c->days_count == 0)
		return date_add_days(session, -1);
	struct date before = calendar_session_upto(c, date_add_days(session, -1));
	struct date earlier = DATE_NONE;
	if (!date_is_none(before))
		earlier = calendar_session_upto(c, date_add_days(before, -1));
	if (date_is_none(earlier)) /* every date before the first sessions waits for them */
		return date_in_month(1900 * 12, 1);
	/* a date whose session was cancelled or moved towards `before` may lie further back */
	return date_min(earlier, date_in_month(date_month_number(before) - REACH_MONTHS, 1));
}

/* 1970-01-01 was a Thursday; Monday is 0. */
static int calendar_weekday(struct date d)
{
	return (int)((((int64_t)d.days + 3) % 7 + 7) % 7);
}

bool calendar_working_day(const struct calendar *c, struct date d)
{
	return calendar_weekday(d) < 5 && !calendar_is_holiday(c, d);
}

struct date calendar_add_working_days(const struct calendar *c, struct date d, int days)
{
	while (days > 0) {
		d = date_add_days(d, 1);
		days -= calendar_working_day(c, d);
	}
	return d;
}
