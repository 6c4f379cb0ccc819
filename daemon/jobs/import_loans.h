/* Shared by the two halves of the import of loans: reading rows (import_loans.c), folding and applying them
 * (import_loans_fold.c). */
#ifndef VONVAY_IMPORT_LOANS_H
#define VONVAY_IMPORT_LOANS_H

#include "import_private.h"
#include "vonvay/loan_batch.h"
#include "vonvay/loan_store.h"
#include "vonvay/reference.h"

#define LOANS_AT_ONCE 250
#define LOAN_FACTS_AT_ONCE 10000

enum {
	RECORD,
	LOAN,
	HOUSEHOLD,
	GROUP,
	PROGRAMME,
	PURPOSE,
	RATE_LINE,
	FUND,
	ON,
	AMOUNT,
	TERM_MONTHS,
	INSTALMENT_MONTHS,
	PRINCIPAL_GRACE,
	INTEREST_GRACE,
	PRINCIPAL,
	IN_TERM,
	OVERDUE,
	FROZEN,
	INTEREST_IN_TERM,
	INTEREST_OVERDUE,
	INTEREST_GRACE_UNPAID,
};

/* One loan of the file with its facts. */
struct loan_unit {
	int64_t line;
	bool bad; /* a row of it can't be used: it is not folded */
	int64_t loan, household, group;
	int fund; /* index into the words of code fund */
	char programme[41], purpose[41], rate_line[41];
	struct date contract_on;
	int64_t term, instalment, principal_grace, interest_grace;
	int facts, cap;
	struct fact *fact;
	int64_t *line_of; /* each fact */
};

struct group_known {
	int64_t group;
	int organisation;
	int32_t point_id;
};

/* Where a household lives from a day on; rows of a household stand together, ascending. */
struct residence_known {
	int64_t household;
	struct date from;
	const struct reference_area *area;
};

struct loans {
	struct reference *ref;
	struct date upto; /* no later fact is accepted */
	struct import_seen seen;
	struct import_wanted contracts;
	struct loan_unit unit[LOANS_AT_ONCE];
	int count;
	int facts; /* of all units held */
	int64_t last_line;
	struct group_known *groups; /* of the whole file so far, ascending */
	int groups_count;
	struct residence_known *residences; /* of the households of the units held, ascending */
	int residences_count;
	struct loan_batch batch;
};

/* Folds the loans held; applies them when applying. */
void import_loans_flush(struct import_job *job);

#endif
