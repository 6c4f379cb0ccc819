/* Moving dates of repayment: how far the final one may move, and how early it has to be asked for. domain.md 3.6, 3.7 */
#ifndef VONVAY_EXTENSION_H
#define VONVAY_EXTENSION_H

#include <stddef.h>

#include "vonvay/date.h"

#define EXTENSION_SHORT_TERM_MAX 12 /* months of a short loan, domain.md 3.1 */

/* What a contract and the policies of the day say. */
struct extension_terms {
	int term_months;
	int repayment_months; /* a student's, whose half counts; 0: half of the whole term */
	int short_months;     /* policy extension_short_months */
	int percent;	      /* policy extension_percent */
	int fixed_months;     /* policy extension_months of some programmes; -1: none */
};

/* Months that all extensions of a loan together may add to its first final date. */
int extension_months_max(const struct extension_terms *t);
/* Working days after `from` up to and on `upto`: Monday to Friday but holidays (ascending). 0 when upto is not later. */
int extension_working_days(const struct date *holidays, size_t count, struct date from, struct date upto);

#endif
