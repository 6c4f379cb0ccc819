/* The calendar of a transaction point: its fixed day, moved and cancelled sessions, public holidays; all dated data.
 * domain.md 2.8, 3.3, 8b */
#ifndef VONVAY_CALENDAR_H
#define VONVAY_CALENDAR_H

#include <stddef.h>

#include "vonvay/date.h"

/* The fixed day of the month (1..31, clamped in short months) from a date on. */
struct session_day {
	struct date from;
	int day;
};

/* One month's session moved to another day, or cancelled (held_on = DATE_NONE). */
struct session_change {
	int32_t month; /* date_month_number */
	struct date held_on;
};

/* What happens to a session that falls on a public holiday and has no notice of its own (domain.md 9 i: open, so data). */
enum holiday_rule {
	HOLIDAY_STAYS,
	HOLIDAY_NEXT_WORKING_DAY,
	HOLIDAY_CANCELS,
};

/* All arrays ascending, borrowed. days_count = 0: no sessions at all; then a date stays where it is and the day after it
 * serves as "first session after". */
struct calendar {
	const struct session_day *days;
	size_t days_count;
	const struct session_change *changes;
	size_t changes_count;
	const struct date *holidays;
	size_t holidays_count;
	enum holiday_rule holiday_rule;
	int close_days; /* a session is settled this many days after it, unless closed earlier (policy session_close_days) */
	struct date closed_upto; /* sessions up to this day were closed by hand; DATE_NONE: none */
};

/* The day on which the session of this month is held; false: none this month. */
MUSTCHECK bool calendar_session(const struct calendar *c, int32_t month, struct date *held_on);
/* The last session on or before d, DATE_NONE if there is none within 24 months. */
struct date calendar_session_upto(const struct calendar *c, struct date d);
/* The first session strictly after d (without sessions: the day after d). */
struct date calendar_session_after(const struct calendar *c, struct date d);
/* Contract date -> scheduled date: the last session on or before d if that is after `after`, else d itself.
 * equal_moves_back: a date equal to the session day goes back one month too (programme 02). */
struct date calendar_scheduled(const struct calendar *c, struct date d, struct date after,
			       bool equal_moves_back);
/* Where a scheduled date counts now: with its session when that was moved, at the next session held when it was
 * cancelled; any other date stays. */
struct date calendar_due(const struct calendar *c, struct date scheduled);
/* The session whose closing decides about a scheduled date: the first session strictly after calendar_due(). */
struct date calendar_decides(const struct calendar *c, struct date scheduled);
/* Is the session held on this day settled when the business date is `business`? (closed by hand, or close_days passed).
 * Without sessions a day is settled when it is <= business. */
bool calendar_settled(const struct calendar *c, struct date session, struct date business);
/* The earliest scheduled date that calendar_decides() may give `session` for: lower bound of the agenda rows to read. */
struct date calendar_agenda_from(const struct calendar *c, struct date session);

/* Monday to Friday, and no public holiday. */
bool calendar_working_day(const struct calendar *c, struct date d);
/* The `days`th working day after d, which is not counted itself; d when days is 0 or less. */
struct date calendar_add_working_days(const struct calendar *c, struct date d, int days);

#endif
