/* Bookkeeping of a step: each posting is one row (debit, credit, amount > 0), balanced by construction. Interest is income
 * when collected; unpaid interest is a memorandum and not posted. docs/accounts.md, domain.md 8b */
#ifndef VONVAY_POSTING_H
#define VONVAY_POSTING_H

#include "vonvay/loan.h"

/* Codes are stored (sql/data/accounts.csv); never renumber. */
enum account {
	ACCOUNT_CASH = 1011, /* cash at the session */
	ACCOUNT_LOANS_IN_TERM = 2111,
	ACCOUNT_LOANS_OVERDUE = 2112,
	ACCOUNT_LOANS_FROZEN = 2113,
	ACCOUNT_DEPOSITS = 4232, /* deposits of members of groups */
	ACCOUNT_OPENING = 4999,	 /* balances taken over from the system before */
	ACCOUNT_INTEREST_INCOME = 7020,
	ACCOUNT_RECOVERED = 7090,	 /* collected of what was written off */
	ACCOUNT_DEPOSIT_INTEREST = 8010, /* interest paid on deposits */
	ACCOUNT_WRITTEN_OFF = 8090,	 /* principal written off */
};

struct posting {
	enum account debit, credit;
	struct money amount;
};

#define POSTING_MAX 8

/* The postings of one step, in a fixed order; returns how many (0..POSTING_MAX). */
int posting_of_step(const struct loan_step *step, struct posting out[POSTING_MAX]);

#endif
