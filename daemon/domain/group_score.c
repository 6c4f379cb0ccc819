/* Points, rank and commission of a group, from what was counted. */
#include "vonvay/group_score.h"

#include <string.h>

#define BASIS 10000

__extension__ typedef __int128 wide; /* products of money and basis points */

static const char *const criterion_words[SCORE_COUNT] = {
	[SCORE_OVERDUE] = "overdue",
	[SCORE_INTEREST] = "interest",
	[SCORE_ATTENDANCE] = "attendance",
	[SCORE_PRINCIPAL_DUE] = "principal_due",
	[SCORE_DEPOSIT_GROWTH] = "deposit_growth",
	[SCORE_DEPOSITING] = "depositing",
};

const char *score_criterion_word(enum score_criterion c)
{
	return criterion_words[c];
}

bool score_criterion_of_word(const char *word, enum score_criterion *out)
{
	for (int i = 0; i < SCORE_COUNT; i++) {
		if (strcmp(word, criterion_words[i]) == 0) {
			*out = (enum score_criterion)i;
			return true;
		}
	}
	return false;
}

const char *score_rank_word(enum score_rank rank)
{
	switch (rank) {
	case SCORE_WEAK:
		return "rank_weak";
	case SCORE_AVERAGE:
		return "rank_average";
	case SCORE_FAIR:
		return "rank_fair";
	case SCORE_GOOD:
		return "rank_good";
	}
	return NULL;
}

static int64_t score_clamp(wide value)
{
	if (value > INT64_MAX)
		return INT64_MAX;
	return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

int64_t score_ratio_down(int64_t part, int64_t whole)
{
	wide product = (wide)part * BASIS, ratio = product / whole;

	/* C rounds to zero; below it that is up */
	if (product % whole < 0)
		ratio--;
	return score_clamp(ratio);
}

int64_t score_ratio_up(int64_t part, int64_t whole)
{
	wide product = (wide)part * BASIS, ratio = product / whole;

	if (product % whole > 0)
		ratio++;
	return score_clamp(ratio);
}

static struct score_part score_down(int64_t part, int64_t whole)
{
	struct score_part p = { .measured = whole > 0 };

	if (p.measured)
		p.value = score_ratio_down(part, whole);
	return p;
}

/* Deposits out of nothing are all growth; none before and none after is no growth. */
static struct score_part score_growth(const struct score_inputs *in)
{
	int64_t before = in->deposits_before.dong, after = in->deposits_after.dong;
	struct score_part p = { .measured = true };

	if (before > 0)
		p.value = score_ratio_down(after - before, before);
	else
		p.value = after > 0 ? BASIS : 0;
	return p;
}

static struct score_part score_measure(const struct score_inputs *in, enum score_criterion c)
{
	struct score_part overdue = { .measured = in->outstanding.dong > 0 };

	switch (c) {
	case SCORE_OVERDUE:
		if (overdue.measured)
			overdue.value = score_ratio_up(in->overdue.dong, in->outstanding.dong);
		return overdue;
	case SCORE_INTEREST:
		return score_down(in->interest_collected.dong, in->interest_due.dong);
	case SCORE_ATTENDANCE:
		return score_down(in->sessions_attended, in->sessions_held);
	case SCORE_PRINCIPAL_DUE:
		return score_down(in->principal_collected.dong, in->principal_due.dong);
	case SCORE_DEPOSIT_GROWTH:
		return score_growth(in);
	case SCORE_DEPOSITING:
		return score_down(in->members_depositing, in->members);
	case SCORE_COUNT:
		break;
	}
	return overdue;
}

static void score_points(struct score_part *p, enum score_criterion c, const struct score_band *bands,
			 size_t count)
{
	const struct score_band *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct score_band *band = &bands[i];
		if (band->criterion != c)
			continue;
		if (band->points > p->most)
			p->most = band->points;
		if (band->at_least <= p->value && (best == NULL || band->at_least > best->at_least))
			best = band;
	}
	if (!p->measured)
		p->points = p->most;
	else if (best != NULL)
		p->points = best->points;
}

static enum score_rank score_rank_of(int points, const struct score_ranks *ranks)
{
	if (points >= ranks->good)
		return SCORE_GOOD;
	if (points >= ranks->fair)
		return SCORE_FAIR;
	return points >= ranks->average ? SCORE_AVERAGE : SCORE_WEAK;
}

void group_score_make(const struct score_inputs *in, const struct score_band *bands, size_t count,
		      const struct score_ranks *ranks, struct group_score *out)
{
	out->points = 0;
	for (int c = 0; c < SCORE_COUNT; c++) {
		out->part[c] = score_measure(in, (enum score_criterion)c);
		score_points(&out->part[c], (enum score_criterion)c, bands, count);
		out->points += out->part[c].points;
	}
	out->rank = score_rank_of(out->points, ranks);
}

/* Half up; collected >= 0. */
static bool commission_of(struct money collected, int share, struct money *out)
{
	wide amount = ((wide)collected.dong * share + BASIS / 2) / BASIS;

	if (amount > INT64_MAX)
		return false;
	out->dong = (int64_t)amount;
	return true;
}

bool commission_make(const struct score_inputs *in, const struct commission_band *bands, size_t count,
		     struct commission *out)
{
	struct money bad;

	*out = (struct commission){ .collection = BASIS };
	if (!money_add(in->overdue, in->frozen, &bad))
		return false;
	if (in->interest_due.dong > 0)
		out->collection = score_ratio_down(in->interest_collected.dong, in->interest_due.dong);
	if (in->outstanding.dong > 0)
		out->bad = score_ratio_up(bad.dong, in->outstanding.dong);
	for (size_t i = 0; i < count; i++) {
		if (bands[i].collection_from > out->collection ||
		    (out->has_band && bands[i].collection_from < out->band.collection_from))
			continue;
		out->has_band = true;
		out->band = bands[i];
	}
	out->within_ceiling = out->has_band && out->bad <= out->band.bad_debt_upto;
	if (!out->within_ceiling || !money_is_positive(in->interest_collected))
		return true;
	return commission_of(in->interest_collected, out->band.share, &out->amount);
}

struct due_collected score_due_collected(struct money upto_begin, struct money upto_end,
					 struct money settled_begin, struct money settled_end)
{
	struct money base = money_max(upto_begin, settled_begin);
	struct due_collected d = { MONEY_ZERO, MONEY_ZERO };

	if (money_cmp(upto_end, base) > 0) {
		d.due.dong = upto_end.dong - base.dong;
		d.collected.dong = money_min(money_max(settled_end, base), upto_end).dong - base.dong;
	}
	return d;
}
