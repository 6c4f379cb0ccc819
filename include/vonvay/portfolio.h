/* What one loan adds to a summary: additive values, from which the summary of any day follows without touching the loan.
 * Unpaid interest of a class on day D = value + F(D) x its balance (x overdue percent). design.md 5 */
#ifndef VONVAY_PORTFOLIO_H
#define VONVAY_PORTFOLIO_H

#include "vonvay/loan.h"

struct portfolio_values {
	int64_t loans; /* 1 for a loan with principal left, else 0 */
	struct money in_term, overdue, frozen;
	struct money grace; /* the part of in_term whose interest goes to the grace class */
	struct money
		overdue_grace; /* the part of overdue whose interest, at its own rate, goes to the grace class */
	struct interest interest_in_term, interest_overdue,
		interest_grace; /* unpaid at since - F(since) x balance */
};

/* False on overflow. A closed or pending loan adds nothing. */
MUSTCHECK bool portfolio_of_loan(const struct loan_contract *c, const struct loan_balances *b,
				 struct portfolio_values *out);
MUSTCHECK bool portfolio_add(struct portfolio_values *sum, const struct portfolio_values *v);
MUSTCHECK bool portfolio_sub(struct portfolio_values *sum, const struct portfolio_values *v);
bool portfolio_is_zero(const struct portfolio_values *v);
/* The three exact unpaid interests on a day of values of one rate line and overdue percent. */
MUSTCHECK bool portfolio_interest(const struct portfolio_values *v, const struct rate_line *line,
				  int overdue_percent, struct date on, struct interest *in_term,
				  struct interest *overdue, struct interest *grace);

#endif
