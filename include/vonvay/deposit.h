/* Member deposits (account 105, one a household): a deposit is its facts, like a loan. Interest is exact, by a dated line of
 * rates, on the balance at the end of each day; it becomes đồng when it is credited, half up, and what is left is carried.
 * domain.md 5.1, 8b */
#ifndef VONVAY_DEPOSIT_H
#define VONVAY_DEPOSIT_H

#include <stddef.h>

#include "vonvay/interest.h"
#include "vonvay/posting.h"
#include "vonvay/rate.h"

/* Codes are stored (sql: loan.deposit_fact.kind); never renumber. */
enum deposit_kind {
	DEPOSIT_PUT = 1,
	DEPOSIT_WITHDRAWN = 2,
	DEPOSIT_INTEREST_CREDITED = 3,
	DEPOSIT_TAKEN = 4,    /* paid interest or principal of a loan, which has the posting */
	DEPOSIT_REVERSED = 5, /* takes `reverses` out; effective on the day of that fact */
	DEPOSIT_OPENED = 6,   /* a balance taken over */
};

struct deposit_fact {
	int32_t no; /* 1, 2, 3... in the order recorded */
	enum deposit_kind kind;
	struct date on;
	struct money amount; /* > 0; DEPOSIT_REVERSED: 0 */
	int32_t reverses;
};

/* "put", "withdrawn", "interest_credited"... on the wire and in SQL. */
const char *deposit_kind_word(enum deposit_kind kind);

/* What a fact adds to the balance: negative for what goes out. */
struct money deposit_change(const struct deposit_fact *fact);

/* Takes reversals and what they reverse out, in place, and puts the rest in order of day and number; how many are left. The
 * functions below want facts like that. */
size_t deposit_settle(struct deposit_fact *facts, size_t count);

/* At the end of a day. False on overflow. */
MUSTCHECK bool deposit_balance(const struct deposit_fact *facts, size_t count, struct date on,
			       struct money *out);
/* What may be taken out on a day without a balance below zero then or on any later day. False on overflow. */
MUSTCHECK bool deposit_available(const struct deposit_fact *facts, size_t count, struct date on,
				 struct money *out);
/* The interest of the days before `on`, less what was credited of it up to now. False on overflow. */
MUSTCHECK bool deposit_interest(const struct rate_line *line, const struct deposit_fact *facts, size_t count,
				struct date on, struct interest *out);

/* The posting of a fact; false: it has none (taken, reversed: the reversal of a posted one is the same the other way). */
MUSTCHECK bool deposit_posting(enum deposit_kind kind, struct money amount, struct posting *out);

#endif
