/* The monthly score of a savings and credit group, 100 points in six criteria, its rank, and the commission of its leader.
 * All in integers: a ratio is in basis points and rounded against the group (overdue up, what is to be high down), so that no
 * rounding makes a group look better than it is. The points of a ratio are dated data. domain.md 5.1, 5.2 */
#ifndef VONVAY_GROUP_SCORE_H
#define VONVAY_GROUP_SCORE_H

#include <stddef.h>

#include "vonvay/money.h"

enum score_criterion {
	SCORE_OVERDUE,	      /* overdue / outstanding at the end of the month; the lower the better */
	SCORE_INTEREST,	      /* interest collected / interest due in the month */
	SCORE_ATTENDANCE,     /* sessions attended / sessions held */
	SCORE_PRINCIPAL_DUE,  /* principal that fell due in the month: collected / due */
	SCORE_DEPOSIT_GROWTH, /* growth of the deposits in the month / deposits at its beginning */
	SCORE_DEPOSITING,     /* members who put something in during the month / members */
	SCORE_COUNT,
};
const char *score_criterion_word(enum score_criterion c);
MUSTCHECK bool score_criterion_of_word(const char *word, enum score_criterion *out);

enum score_rank {
	SCORE_WEAK,
	SCORE_AVERAGE,
	SCORE_FAIR,
	SCORE_GOOD,
};
const char *score_rank_word(enum score_rank rank);

/* Money is >= 0, but what was collected may be less: more was taken back than came in. */
struct score_inputs {
	struct money outstanding, overdue, frozen;
	struct money interest_due, interest_collected;
	int64_t sessions_held, sessions_attended;
	struct money principal_due, principal_collected;
	struct money deposits_before, deposits_after;
	int64_t members, members_depositing;
};

/* From the value at_least on the criterion gives so many points; of several bands that one counts whose at_least is the
 * highest. No band: none. */
struct score_band {
	enum score_criterion criterion;
	int64_t at_least; /* basis points */
	int points;
};

/* The least points of a rank. */
struct score_ranks {
	int good, fair, average;
};

struct score_part {
	bool measured; /* false: nothing to measure (no interest due, no session held...): full points */
	int64_t value; /* basis points */
	int points, most;
};

struct group_score {
	struct score_part part[SCORE_COUNT];
	int points;
	enum score_rank rank;
};

/* part x 10000 / whole, rounded down or up; whole > 0. Clamped to the int64 range of basis points. */
int64_t score_ratio_down(int64_t part, int64_t whole);
int64_t score_ratio_up(int64_t part, int64_t whole);

void group_score_make(const struct score_inputs *in, const struct score_band *bands, size_t count,
		      const struct score_ranks *ranks, struct group_score *out);

/* Of the interest collected the leader is paid `share`, while the bad debt is no more than bad_debt_upto. The band with the
 * highest collection_from that is not above the rate of collection counts. */
struct commission_band {
	int collection_from, bad_debt_upto, share; /* basis points */
};

struct commission {
	bool has_band;	     /* false: the rate of collection is below every band */
	bool within_ceiling; /* the bad debt is no more than the band allows */
	int64_t collection,
		bad; /* basis points: collected / due (down), overdue and frozen / outstanding (up) */
	struct commission_band band;
	struct money amount; /* collected x share, rounded half up to the đồng; 0 outside of band and ceiling */
};

/* False on overflow. */
MUSTCHECK bool commission_make(const struct score_inputs *in, const struct commission_band *bands,
			       size_t count, struct commission *out);

/* Principal that fell due in a month: of what is scheduled up to its end (upto_end) and was up to its beginning
 * (upto_begin) the part that was not settled before (settled_begin), and what of that was settled in the month. */
struct due_collected {
	struct money due, collected;
};
struct due_collected score_due_collected(struct money upto_begin, struct money upto_end,
					 struct money settled_begin, struct money settled_end);

#endif
