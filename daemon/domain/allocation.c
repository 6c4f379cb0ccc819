/* Orders of allocation and the split of an amount by one of them. */
#include "vonvay/allocation.h"

#include <string.h>

const uint8_t allocation_order_principal[ALLOCATION_PRINCIPAL_PARTS] = {
	PART_PRINCIPAL_OVERDUE, PART_PRINCIPAL_DUE, PART_PRINCIPAL_FROZEN, PART_PRINCIPAL_EARLY
};
const uint8_t allocation_order_written_off[ALLOCATION_PRINCIPAL_PARTS] = {
	PART_PRINCIPAL_FROZEN, PART_PRINCIPAL_OVERDUE, PART_PRINCIPAL_DUE, PART_PRINCIPAL_EARLY
};
const uint8_t allocation_order_interest[ALLOCATION_INTEREST_PARTS] = { PART_INTEREST_OVERDUE,
								       PART_INTEREST_IN_TERM,
								       PART_INTEREST_GRACE };

const struct allocation_policy allocation_policy_default = {
	.from = { INT32_MIN },
	.in_term = { PART_INTEREST_OVERDUE, PART_INTEREST_IN_TERM, PART_INTEREST_GRACE,
		     PART_PRINCIPAL_OVERDUE, PART_PRINCIPAL_DUE, PART_PRINCIPAL_FROZEN, PART_PRINCIPAL_EARLY },
	.overdue = { PART_PRINCIPAL_OVERDUE, PART_PRINCIPAL_DUE, PART_INTEREST_OVERDUE, PART_INTEREST_IN_TERM,
		     PART_INTEREST_GRACE, PART_PRINCIPAL_FROZEN, PART_PRINCIPAL_EARLY },
};

const struct allocation_policy *allocation_policy_on(const struct allocation_policy *rows, size_t count,
						     struct date on)
{
	size_t i = 0;

	while (i + 1 < count && date_cmp(rows[i + 1].from, on) <= 0)
		i++;
	return &rows[i];
}

static bool allocation_order_valid(const uint8_t *order)
{
	unsigned seen = 0;

	for (int i = 0; i < PART_COUNT; i++)
		if (order[i] < PART_COUNT)
			seen |= 1U << order[i];
	return seen == (1U << PART_COUNT) - 1;
}

bool allocation_policy_valid(const struct allocation_policy *p)
{
	return allocation_order_valid(p->in_term) && allocation_order_valid(p->overdue);
}

bool allocation_split(const struct allocation *owed, const uint8_t *order, size_t count, struct money amount,
		      struct allocation *paid)
{
	struct allocation split = { 0 };
	struct money left = amount;

	for (size_t i = 0; i < count; i++) {
		struct money part = money_min(owed->part[order[i]], left);
		if (!money_is_positive(part))
			continue;
		split.part[order[i]] = part;
		left.dong -= part.dong;
	}
	if (!money_is_zero(left))
		return false;
	*paid = split;
	return true;
}

static const char *const part_words[PART_COUNT] = {
	[PART_PRINCIPAL_OVERDUE] = "principal_overdue", [PART_PRINCIPAL_DUE] = "principal_due",
	[PART_PRINCIPAL_EARLY] = "principal_early",	[PART_INTEREST_OVERDUE] = "interest_overdue",
	[PART_INTEREST_IN_TERM] = "interest_in_term",	[PART_INTEREST_GRACE] = "interest_grace",
	[PART_PRINCIPAL_FROZEN] = "principal_frozen",
};

const char *part_word(enum part part)
{
	return (unsigned)part < PART_COUNT ? part_words[part] : NULL;
}

bool part_of_word(const char *word, enum part *out)
{
	for (unsigned i = 0; i < PART_COUNT; i++) {
		if (strcmp(part_words[i], word) == 0) {
			*out = (enum part)i;
			return true;
		}
	}
	return false;
}
