/* Last days and shares of checks and notices. */
#include "vonvay/check.h"

const char *check_state_word(enum check_state state)
{
	switch (state) {
	case CHECK_OPEN:
		return "open";
	case CHECK_LATE:
		return "late";
	case CHECK_DONE:
		return "done";
	case CHECK_DONE_LATE:
		return "done_late";
	}
	return NULL;
}

enum check_state check_state_of(struct date done_on, struct date upto, struct date on)
{
	if (!date_is_none(done_on))
		return date_cmp(done_on, upto) > 0 ? CHECK_DONE_LATE : CHECK_DONE;
	return date_cmp(on, upto) > 0 ? CHECK_LATE : CHECK_OPEN;
}

struct date check_new_upto(struct date disbursed_on, int days)
{
	return date_add_days(disbursed_on, days);
}

bool check_inactive_done(struct date last_on, int months, struct date checked_on)
{
	return date_cmp(checked_on, date_add_months(last_on, months)) >= 0;
}

int64_t check_needed(int64_t loans, int percent)
{
	return (loans * percent + 99) / 100;
}

struct date notice_upto(struct date due_on, int days)
{
	return date_add_days(due_on, -days);
}
