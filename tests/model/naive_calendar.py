"""The calendar of a transaction point, read a second time: plain dictionaries, one day after the other.

A calendar is {"days": [(from, day)], "changes": {(year, month): held_on or None}, "holidays": set, "holiday_rule": word,
"close_days": n, "closed_upto": date or None}; without "days" there are no sessions.
"""

import datetime

ONE_DAY = datetime.timedelta(days=1)
LONGEST_GAP = 24  # months


def last_day_of_month(year, month):
    return (datetime.date(year + month // 12, month % 12 + 1, 1) - ONE_DAY).day


def fixed_day(calendar, year, month):
    """The day the session of this month would be on, had nobody said anything about this month. A new fixed day holds
    for this month when the old one has not passed yet on the day of the change, and the new one neither."""
    fixed = None
    for since, day in calendar["days"]:
        candidate = datetime.date(year, month, min(day, last_day_of_month(year, month)))
        if fixed is None:
            fixed = candidate if candidate >= since else None
            if fixed is None:
                return None
        elif fixed >= since and candidate >= since:
            fixed = candidate
        else:
            return fixed
    return fixed


def session(calendar, year, month):
    """The day the session of this month is held on, None when there is none."""
    fixed = fixed_day(calendar, year, month)
    if fixed is None:
        return None
    if (year, month) in calendar["changes"]:
        return calendar["changes"][(year, month)]
    if fixed not in calendar["holidays"] or calendar["holiday_rule"] == "stays":
        return fixed
    if calendar["holiday_rule"] == "cancels":
        return None
    while fixed in calendar["holidays"]:
        fixed += ONE_DAY
    return fixed


def months_around(d, before, after):
    first = d.year * 12 + d.month - 1 - before
    return [(n // 12, n % 12 + 1) for n in range(first, first + before + after + 1)]


def sessions_around(calendar, d):
    held = {session(calendar, y, m) for y, m in months_around(d, LONGEST_GAP, LONGEST_GAP)}
    return sorted(held - {None})


def upto(calendar, d):
    before = [s for s in sessions_around(calendar, d) if s <= d]
    return before[-1] if before else None


def after(calendar, d):
    if not calendar["days"]:
        return d + ONE_DAY
    return next(s for s in sessions_around(calendar, d) if s > d)


def is_session(calendar, d):
    """Is a session held on this day? Where there is no session day, every day is one."""
    if not calendar["days"]:
        return True
    return any(session(calendar, y, m) == d for y, m in months_around(d, 1, 1))


def scheduled(calendar, d, start, equal_moves_back):
    found = upto(calendar, d - ONE_DAY if equal_moves_back else d)
    return found if found is not None and found > start else d


def due(calendar, scheduled_on):
    """Where a scheduled date counts now."""
    if scheduled_on != fixed_day(calendar, scheduled_on.year, scheduled_on.month):
        return scheduled_on
    held = session(calendar, scheduled_on.year, scheduled_on.month)
    return held if held is not None else after(calendar, scheduled_on)


def decides(calendar, scheduled_on):
    return after(calendar, due(calendar, scheduled_on))


def settled(calendar, session_on, business):
    if session_on > business:
        return False
    if not calendar["days"]:
        return True
    closed = calendar["closed_upto"]
    if closed is not None and session_on <= closed:
        return True
    return session_on + datetime.timedelta(days=calendar["close_days"]) <= business
