/* Inside the worker process: what its jobs share. The work to do stands in the database; a line from the daemon only
 * wakes the worker up, so nothing is lost when either of them dies. */
#ifndef VONVAY_WORKER_JOBS_H
#define VONVAY_WORKER_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/data_keys.h"
#include "vonvay/date.h"
#include "vonvay/db.h"
#include "vonvay/settings.h"
#include "vonvay/text.h"

struct reference;
struct seal_key;

/* How a piece of work ended. */
enum job_end {
	JOB_DONE,    /* finished, or nothing to do */
	JOB_STOPPED, /* the daemon asked us to end, or has gone: go on later from the checkpoint */
	JOB_AGAIN,   /* connection or lease lost: go on from the checkpoint after a pause */
	JOB_FAILED,  /* recorded as failed in the database */
};

struct worker {
	const struct settings *settings;
	int fd;		   /* to the daemon */
	struct text input; /* bytes that are not a whole line yet */
	bool stopping;
	bool woken;	       /* a line came: look for work again */
	int failures;	       /* to connect, one after another */
	struct db_sync *db;    /* NULL while there is no connection */
	int64_t night, import; /* the actors */
	int branch;		 /* theirs */
	struct data_keys keys;	 /* for personal data */
	struct seal_key *seal_key; /* signs the days; NULL: they go unsealed */
	int64_t said_ms;	 /* when progress was last told */
	int64_t numbered_ms;	 /* when entries were last given their position */
	struct date purged_on;	 /* the last day on which old keys were forgotten */
	struct date night_asked; /* the last day on which the clock asked for a night */
};

/* Takes in what the daemon has said, without waiting; true when the worker has to end. */
bool worker_stopping(struct worker *w);
/* One call; a failure is logged with the statement's name. */
MUSTCHECK bool worker_call(struct worker *w, enum stmt stmt, struct db_args *args, struct db_result *out);
/* The same for a call whose result does not matter. */
MUSTCHECK bool worker_do(struct worker *w, enum stmt stmt, struct db_args *args);
/* The end of a job after a failed call. */
enum job_end worker_lost(const struct db_result *r);
/* The reference data as they stand. NULL: *end tells how the job ends. */
struct reference *worker_reference_new(struct worker *w, int64_t actor, enum job_end *end);
/* Is it time to tell of progress again? (a few times a second) */
bool worker_may_say(struct worker *w);
/* Tells the daemon one line of JSON. */
void worker_say(struct worker *w, const struct text *json);
/* ---- leases (lease.c): `struct lease l = { .name = "sweep", .actor = w->night };` ---- */

struct lease {
	const char *name;
	int64_t actor;
	int64_t fencing; /* 0: not held */
	int64_t renewed_ms;
};

/* False: another daemon's worker has it. */
MUSTCHECK bool lease_take(struct worker *w, struct lease *lease);
/* Asks the database, and renews. */
MUSTCHECK bool lease_still_held(struct worker *w, struct lease *lease);
/* The same when it is time to. */
MUSTCHECK bool lease_keep(struct worker *w, struct lease *lease);
void lease_give_back(struct worker *w, struct lease *lease);

/* What comes again and again, if it is time (upkeep.c). Between statements of a job, not within a chunk. */
void upkeep(struct worker *w);

#endif
