/* What has to be checked after lending, and by when. All days and shares are dated policy. domain.md 5.4, 5.6 */
#ifndef VONVAY_CHECK_H
#define VONVAY_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "vonvay/date.h"

enum check_state {
	CHECK_OPEN,	 /* not yet, and not late */
	CHECK_LATE,	 /* not yet, and the last day is past */
	CHECK_DONE,	 /* in time */
	CHECK_DONE_LATE, /* after the last day */
};
const char *check_state_word(enum check_state state);

/* done_on DATE_NONE: not done. upto: the last day in time. */
enum check_state check_state_of(struct date done_on, struct date upto, struct date on);

/* Of a disbursement: `days` after it. */
struct date check_new_upto(struct date disbursed_on, int days);
/* Was an inactive loan checked since it became so, `months` after its last transaction? */
bool check_inactive_done(struct date last_on, int months, struct date checked_on);
/* How many of `loans` have to be checked: at least percent %, rounded up. */
int64_t check_needed(int64_t loans, int percent);
/* The last day on which a notice of what is due on a day is in time: `days` before it. */
struct date notice_upto(struct date due_on, int days);

#endif
