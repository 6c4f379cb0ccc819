/* An application from 01/TD to the disbursement: which step may follow which, until when the next one has to be taken, and
 * which household comes first. domain.md 5.6, 6 */
#ifndef VONVAY_APPLICATION_H
#define VONVAY_APPLICATION_H

#include "vonvay/calendar.h"

/* Codes are stored (sql: loan.application_step); never renumber. */
enum application_state {
	APPLICATION_NONE = 0,
	APPLICATION_APPLIED = 1,   /* 01/TD with the board of the group */
	APPLICATION_APPRAISED = 2, /* by the open meeting: 10C/TD, 03/TD */
	APPLICATION_CONFIRMED = 3, /* by the commune on 03/TD */
	APPLICATION_APPROVED = 4,  /* 04/TD */
	APPLICATION_REFUSED = 5,   /* by meeting, commune or bank, with its reason */
	APPLICATION_WITHDRAWN = 6,
	APPLICATION_DISBURSED = 7,
	APPLICATION_CHECKED = 8, /* 06/TD */
};
const char *application_state_word(enum application_state state); /* NULL: no state */
MUSTCHECK bool application_state_of_word(const char *word, enum application_state *out);

/* direct: lent without a group, so no meeting appraises it. A confirmed one may be confirmed again (its household has
 * changed since), an approved one may still be withdrawn, and refused when its household has lost its right. */
bool application_may(enum application_state from, enum application_state to, bool direct);
/* Will anything still follow by itself? */
bool application_open(enum application_state state);

/* Policies application_days_appraise, _confirm, _approve: working days; check_days: calendar days after the disbursement. */
struct application_limits {
	int appraise_days, confirm_days, approve_days, check_days;
};
/* The last day of the step that has to follow `state`, which was reached on `on`; DATE_NONE when none has to. `calendar` is
 * that of the point: an approved one is disbursed at its next session (on that day itself if one is held). */
struct date application_due(enum application_state state, struct date on, bool direct,
			    const struct application_limits *limits, const struct calendar *calendar);

/* What decides the order of the queue, the first before the second and so on. */
enum application_reason {
	APPLICATION_REGISTERED = 1 << 0,	  /* the household has registered to escape poverty */
	APPLICATION_EXTREMELY_DIFFICULT = 1 << 1, /* lives in an extremely difficult commune or hamlet */
	APPLICATION_ETHNIC_MINORITY = 1 << 2,
};
#define APPLICATION_REASONS 3
const char *application_reason_word(enum application_reason reason);

struct application_place {
	unsigned reasons; /* bits of enum application_reason */
	struct date applied_on;
	int64_t application_id; /* of one day the one that was recorded first */
};
/* < 0: a comes before b. */
int application_place_cmp(const struct application_place *a, const struct application_place *b);

#endif
