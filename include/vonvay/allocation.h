/* Where a payment goes: the order of the parts is a dated policy, one order for a loan in term, one for a loan with an
 * overdue balance. domain.md 2.6 (default), 9 a (open, so data) */
#ifndef VONVAY_ALLOCATION_H
#define VONVAY_ALLOCATION_H

#include <stddef.h>
#include <stdint.h>

#include "vonvay/date.h"
#include "vonvay/money.h"

enum part {
	PART_PRINCIPAL_OVERDUE,
	PART_PRINCIPAL_DUE,   /* in term, scheduled on or before the day of payment */
	PART_PRINCIPAL_EARLY, /* in term, scheduled later */
	PART_INTEREST_OVERDUE,
	PART_INTEREST_IN_TERM,
	PART_INTEREST_GRACE,
	PART_PRINCIPAL_FROZEN,
	PART_COUNT,
};

/* One amount a part: what is owed, or what was paid. */
struct allocation {
	struct money part[PART_COUNT];
};

/* Each order is a permutation of all parts. In force for payments from `from` on. */
struct allocation_policy {
	struct date from;
	uint8_t in_term[PART_COUNT];
	uint8_t overdue[PART_COUNT];
};

/* A payment of principal only: overdue, due, frozen, early. Of interest only: overdue, in term, grace. What is written off:
 * principal frozen, overdue, due, early. domain.md 4 */
#define ALLOCATION_PRINCIPAL_PARTS 4
#define ALLOCATION_INTEREST_PARTS 3
extern const uint8_t allocation_order_principal[ALLOCATION_PRINCIPAL_PARTS];
extern const uint8_t allocation_order_interest[ALLOCATION_INTEREST_PARTS];
extern const uint8_t allocation_order_written_off[ALLOCATION_PRINCIPAL_PARTS];
/* In term: interest overdue (left from an earlier default), in term, grace; principal overdue, due, frozen, early.
 * Overdue: principal overdue, due; interest overdue, in term, grace; frozen, then early principal. */
extern const struct allocation_policy allocation_policy_default;

/* The row in force on a day (rows ascending; before the first row the first holds). */
const struct allocation_policy *allocation_policy_on(const struct allocation_policy *rows, size_t count,
						     struct date on);
/* Is each order a permutation of all parts? */
bool allocation_policy_valid(const struct allocation_policy *p);
/* Takes `amount` from `owed` in the given order; false when more than the sum of the parts named in the order is paid. */
MUSTCHECK bool allocation_split(const struct allocation *owed, const uint8_t *order, size_t count,
				struct money amount, struct allocation *paid);
/* "interest_in_term" and so on: the word of a part on the wire and in SQL data. */
const char *part_word(enum part part);
MUSTCHECK bool part_of_word(const char *word, enum part *out);

#endif
