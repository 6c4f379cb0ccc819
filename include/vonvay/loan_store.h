/* Loans as the database gives them <-> structs of the domain. No call of the database is made here: the daemon (async)
 * and the worker (blocking) hand in results. */
#ifndef VONVAY_LOAN_STORE_H
#define VONVAY_LOAN_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/db.h"
#include "vonvay/loan.h"
#include "vonvay/reference.h"
#include "vonvay/text.h"

/* Who answers for a loan and where it is served. */
struct record_place {
	int32_t number; /* of loan.place; 0: that of the contract */
	int64_t household_id;
	int member_no;
	int64_t group_id; /* 0: served directly */
	int32_t point_id;
	int organisation;
	const char *commune;		   /* of the reference */
	char *household_name, *group_name; /* own; NULL: not known */
};

/* One loan, contract and state. Clear it with loan_record_clear(). Tables of the contract are borrowed from the
 * reference, which must be held as long as the record. */
struct loan_record {
	struct loan_contract contract;
	struct loan loan;
	int32_t version; /* as read; 0: pending or new */
	int32_t facts;	 /* number of the last fact */
	bool held;	 /* an open row of sweep_held */
	/* the place that holds now; of a new contract its own */
	int64_t household_id;
	int member_no;
	int64_t group_id; /* 0: served directly */
	int32_t point_id;
	int organisation;
	struct record_place first; /* of the contract */
	struct record_place
		*places; /* those the loan has moved to, as far as they were read; contract.places too */
	int fund;
	int term_months, instalment_months, principal_grace_months, interest_grace_months;
	int64_t household_seen; /* new: sum of version + 1 of the household's loans that were decided with; -1: not asked */
	const char *commune, *programme, *rate_line; /* of the reference */
	const struct reference_line *line;
	char *purpose, *household_name, *group_name; /* own, never NULL */
};

/* One row of LOAN_READ. False: `error` says what does not fit (a line or point that the reference does not have). */
MUSTCHECK bool loan_store_read(const struct db_result *r, int row, const struct reference *ref,
			       struct loan_record *out, struct text *error);
void loan_record_clear(struct loan_record *record);

/* The place of this number: NULL when the record does not have it. LOAN_READ gives the present one, LOAN_FACTS the others. */
const struct record_place *loan_record_place(const struct loan_record *record, int32_t number);
/* Lets the record say where the loan stood with a place that it has: household, group, point... False: it does not have it. */
MUSTCHECK bool loan_record_stand(struct loan_record *record, int32_t number);
/* Makes a place known that a new fact of this record names (place->number). False: its point is not in the reference. */
MUSTCHECK bool loan_record_add_place(struct loan_record *record, const struct reference *ref,
				     const struct record_place *place);

/* A new array of the facts of the record's loan, beginning at row *row of LOAN_FACTS; *row moves behind them. The record gets
 * the places they name, which a fold needs. To be freed. */
struct fact *loan_store_facts_new(const struct db_result *r, int *row, const struct reference *ref,
				  struct loan_record *record, size_t *count);

/* A live transition as stored, with the key it is superseded by. */
struct stored_transition {
	int64_t entry_id;
	int32_t ordinal;
	enum transition_kind kind;
	struct date on;
	int instalment; /* -1: none */
	struct money amount;
};

/* The same for LOAN_TRANSITIONS. */
struct stored_transition *loan_store_transitions_new(const struct db_result *r, int *row, int64_t loan_id,
						     size_t *count);

/* What a new contract says. */
struct loan_terms {
	int64_t loan_id, household_id;
	int member_no;
	int64_t group_id; /* 0: lent directly */
	int32_t point_id;
	const char *commune;
	int organisation;
	const char *programme, *purpose;
	const char *rate_line; /* NULL or "": chosen by date, purpose and priority */
	bool priority;
	int fund;
	struct date contract_on;
	int term_months;
	int instalment_months;	    /* 0: the longest that the programme allows for this term */
	int principal_grace_months; /* -1: what the programme gives */
	int interest_grace_months;  /* -1: what the programme gives */
};

/* Resolves rate line, overdue percent, rounding, rule of missed instalments, scheduled dates. strict: the terms must
 * keep to the programme's limits (a live contract); an import may carry odd historic terms, which need only be
 * possible. False: `field` names the member of struct loan_terms that does not fit, `message` says why. */
MUSTCHECK bool loan_contract_make(const struct reference *ref, const struct loan_terms *terms, bool strict,
				  struct loan_record *out, const char **field, struct text *message);

#endif
