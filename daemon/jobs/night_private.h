/* The inside of the night: days (night.c), one session or list of loans (night_chunk.c), households
 * (night_households.c), sessions closed by day (night_session.c). */
#ifndef VONVAY_NIGHT_PRIVATE_H
#define VONVAY_NIGHT_PRIVATE_H

#include "vonvay/loan_batch.h"
#include "vonvay/night.h"
#include "vonvay/reference.h"

/* Loans changed by one write, to begin with. */
#define CHANGED_FIRST 40
/* Points of a chunk that are none. */
#define NIGHT_BY_DATE 0
#define NIGHT_RETRY (-1)

struct night_point {
	int32_t point_id;
	const struct reference_point *point; /* NULL: not in the reference data as held */
	struct date swept;		     /* the last session swept, DATE_NONE before the first */
};

/* A checkpoint of a day that was begun earlier. */
struct night_checkpoint {
	int32_t point_id;
	struct date session;
	int64_t last_loan;
};

#define NIGHT_TURNED_MAX 256

struct night {
	struct worker *w;
	enum job_end end;
	int64_t run;
	struct lease lease;
	struct date from, day, until;
	struct reference *ref;
	struct night_point *points;
	int points_count;
	struct night_checkpoint *checkpoints;
	int checkpoints_count;
	int64_t households_changed; /* of the day */
	struct night_known *known;  /* what the nights said last about programmes */
	int known_count;
	const char *turned[NIGHT_TURNED_MAX]; /* codes of programmes that began or ceased to lend with the day */
	int turned_count;
	struct loan_batch batch;
	int changed_max; /* loans changed by one write, as many as it can do in the time */
};

bool night_going(const struct night *n);
/* Ends the night as failed; why is stored with it. */
void night_fail(struct night *n, const char *why);
/* Ends the night because of a failed call. */
void night_lost(struct night *n, const struct db_result *r);
/* The same call for all: false and the night ends when it fails. */
MUSTCHECK bool night_call(struct night *n, enum stmt stmt, struct db_args *args, struct db_result *r);
/* Arguments begin with the actor. */
void night_args(const struct night *n, struct db_args *args);
/* The reference data as they are now. */
MUSTCHECK bool night_load_reference(struct night *n);

/* Every point, and how far it is swept. */
MUSTCHECK bool night_load_points(struct night *n);
/* What was done of the day already. */
MUSTCHECK bool night_load_checkpoints(struct night *n);
/* The sessions of the point that are settled on the day and not swept yet. */
void night_point(struct night *n, struct night_point *p);
/* Loans that others changed meanwhile, until none is left. */
void night_retry(struct night *n);
/* Advances the loans (ascending) and writes them, with checkpoints; `after`: they begin after this loan. A loan that
 * can't be decided is held. */
void night_chunk(struct night *n, int32_t point, struct date session, int64_t after, const int64_t *loans,
		 int count);
/* What the nights said last about programmes, at the beginning of a run. */
MUSTCHECK bool night_load_programmes(struct night *n);
void night_programmes_clear(struct night *n);
/* Programmes that begin or cease to lend with the day are stored, and left in n->turned. */
void night_programmes(struct night *n);
/* Is it by its dates that the programme lends on the day and did not the day before, or the other way round? */
bool night_programme_turns(struct night *n, const struct reference_programme *p);
void night_turned_programmes(const struct night *n, struct text_array *out);
/* Codes of units that are more or less difficult than the day before, as the unit in whose place they stand. */
void night_turned_areas(const struct night *n, struct text_array *out);
/* The first day from n->day on with which one of these may turn. */
struct date night_next_turn(struct night *n);
/* Households whose eligibility may have changed by the day. */
void night_households(struct night *n);

#endif
