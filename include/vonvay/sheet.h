/* The sheet of a group at a session: what it asks for, how long it may be posted, whose cash is expected.
 * domain.md 2.2, 2.8, 5.3, 8b */
#ifndef VONVAY_SHEET_H
#define VONVAY_SHEET_H

#include "vonvay/loan.h"

enum sheet_day {
	SHEET_DAY_OPEN,
	SHEET_DAY_NONE,	 /* no session of the point is held on that day */
	SHEET_DAY_EARLY, /* it is still to come */
	SHEET_DAY_LATE,	 /* the next one has come: a payment of an earlier day */
};

/* May a sheet be posted for the session of this day? (Whether it was closed by hand is another question.) */
enum sheet_day sheet_day(const struct calendar *calendar, struct date session, struct date business);

/* The interest asked at a session: overdue and in term, and that of the grace once the grace has ended; nothing during a
 * collection holiday. `owed` from loan_owed(), `b` brought to the day. False on overflow. */
MUSTCHECK bool sheet_interest(const struct loan_balances *b, const struct allocation *owed, struct date on,
			      struct money *out);

struct sheet_amounts {
	struct money interest, principal, deposit, withdraw;
	bool from_deposit; /* interest and principal are paid from the deposit, not in cash */
};

/* What lies on the table: interest and deposits less withdrawals from the leader, principal from the borrowers. */
struct sheet_cash {
	struct money leader, borrowers;
};

/* False on overflow, the sum untouched. */
MUSTCHECK bool sheet_cash_add(struct sheet_cash *sum, const struct sheet_amounts *line);
MUSTCHECK bool sheet_cash_sub(struct sheet_cash *sum, const struct sheet_amounts *line);
/* What a line takes out of the deposit. False on overflow. */
MUSTCHECK bool sheet_takes(const struct sheet_amounts *line, struct money *out);
bool sheet_is_empty(const struct sheet_amounts *line);

#endif
