/* The facts of a loan as a set: their order, and which of them count. */
#include "loan_private.h"

enum fold_rank fact_rank(enum fact_kind kind)
{
	switch (kind) {
	case FACT_OPENED:
	case FACT_DISBURSED:
		return FOLD_RANK_DISBURSED;
	case FACT_RESCHEDULED:
	case FACT_EXTENDED:
	case FACT_FROZEN:
	case FACT_FREEZE_PROLONGED:
	case FACT_UNFROZEN:
	case FACT_WRITTEN_OFF:
	case FACT_MISUSED:
	case FACT_RELIEVED:
	case FACT_MOVED:
		return FOLD_RANK_DECIDED;
	case FACT_PAID:
	case FACT_PRINCIPAL_PAID:
	case FACT_INTEREST_PAID:
	case FACT_RECOVERED:
	case FACT_REVERSED:
		break;
	}
	return FOLD_RANK_PAID;
}

bool fact_is_payment(enum fact_kind kind)
{
	return kind == FACT_PAID || kind == FACT_PRINCIPAL_PAID || kind == FACT_INTEREST_PAID;
}

typedef int fact_cmp_fn(const struct fact *a, const struct fact *b);

static int fact_cmp_no(const struct fact *a, const struct fact *b)
{
	return (a->no > b->no) - (a->no < b->no);
}

static int fact_cmp(const struct fact *a, const struct fact *b)
{
	int order = date_cmp(a->on, b->on);

	if (order == 0)
		order = (int)fact_rank(a->kind) - (int)fact_rank(b->kind);
	return order != 0 ? order : fact_cmp_no(a, b);
}

/* Lets the fact at `at` sink until none below it is greater. */
static void fact_sink(struct fact *facts, size_t at, size_t count, fact_cmp_fn *cmp)
{
	struct fact sinking = facts[at];

	for (size_t below = 2 * at + 1; below < count; below = 2 * at + 1) {
		if (below + 1 < count && cmp(&facts[below], &facts[below + 1]) < 0)
			below++;
		if (cmp(&sinking, &facts[below]) >= 0)
			break;
		facts[at] = facts[below];
		at = below;
	}
	facts[at] = sinking;
}

/* Heap sort: libc's qsort may take memory. Facts mostly come in order. */
static void fact_sort_by(struct fact *facts, size_t count, fact_cmp_fn *cmp)
{
	size_t sorted = 1;

	while (sorted < count && cmp(&facts[sorted - 1], &facts[sorted]) <= 0)
		sorted++;
	if (sorted >= count)
		return;
	for (size_t i = count / 2; i > 0; i--)
		fact_sink(facts, i - 1, count, cmp);
	for (size_t last = count - 1; last > 0; last--) {
		struct fact greatest = facts[0];
		facts[0] = facts[last];
		facts[last] = greatest;
		fact_sink(facts, 0, last, cmp);
	}
}

void fact_sort(struct fact *facts, size_t count)
{
	fact_sort_by(facts, count, fact_cmp);
}

/* Among facts in order of their numbers. */
static struct fact *fact_find(struct fact *facts, size_t count, int32_t no)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (facts[middle].no < no)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && facts[low].no == no ? &facts[low] : NULL;
}

/* Writes into each fact that was reversed the number of its reversal. */
static enum loan_error fact_mark_reversed(struct fact *facts, size_t count, int32_t *failed)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].kind != FACT_REVERSED)
			facts[i].reverses = 0;
	for (size_t i = 0; i < count; i++) {
		if (facts[i].kind != FACT_REVERSED)
			continue;
		struct fact *target = fact_find(facts, count, facts[i].reverses);
		if (target == NULL || target->kind == FACT_REVERSED || target->reverses != 0) {
			*failed = facts[i].no;
			return LOAN_ERROR_REVERSES;
		}
		target->reverses = facts[i].no;
	}
	return LOAN_OK;
}

/* A loan that was taken over begins with its opening. */
static enum loan_error fact_check_opening(const struct fact *facts, size_t count, int32_t *failed)
{
	for (size_t i = 1; i < count; i++) {
		if (facts[i].kind == FACT_OPENED && facts[0].kind != FACT_OPENED) {
			*failed = facts[0].no;
			return LOAN_ERROR_BEFORE_START;
		}
	}
	return LOAN_OK;
}

enum loan_error fact_select(const struct fact *facts, size_t count, struct fact *live, size_t *live_count,
			    int32_t *failed)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		live[i] = facts[i];
	fact_sort_by(live, count, fact_cmp_no);
	enum loan_error error = fact_mark_reversed(live, count, failed);
	if (error != LOAN_OK)
		return error;
	for (size_t i = 0; i < count; i++)
		if (live[i].kind != FACT_REVERSED && live[i].reverses == 0)
			live[kept++] = live[i];
	fact_sort(live, kept);
	*live_count = kept;
	return fact_check_opening(live, kept, failed);
}
