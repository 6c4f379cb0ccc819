/* Shared by the files of the asynchronous store, and nobody else. */
#ifndef VONVAY_DB_PRIVATE_H
#define VONVAY_DB_PRIVATE_H

#include <libpq-fe.h>
#include <sys/queue.h>

#include "vonvay/db.h"

struct event;

/* ---- arguments and results ---- */

/* Pointers to the values, as libpq wants them; valid while `a` is. */
void db_args_values(const struct db_args *a, const char *values[DB_ARGS_MAX]);
/* `to` gets what `from` holds, `from` becomes empty. */
void db_args_move(struct db_args *to, struct db_args *from);
/* Views `pg` (may be NULL: then a failure of the connection, 08006, with `message`). Owns nothing. */
struct db_result db_result_view(PGresult *pg, const char *message);

/* ---- jobs: one call of db_query ---- */

struct db_job {
	STAILQ_ENTRY(db_job) next;
	enum stmt stmt;
	struct db_args args;
	db_cb *cb;
	void *arg;
	int64_t queued_ms;
	int reissued;	 /* how many connections this read has lost */
	bool alone;	 /* was aborted by another's error: gets a sync of its own */
	bool sync_after; /* a sync follows it on the wire */
	bool ended;	 /* all its results are there; only the sync is awaited */
	PGresult *result;
};
STAILQ_HEAD(db_jobs, db_job);

/* Calls the callback with job->result, or with a failure if there is none; frees the job. */
void db_job_finish(struct db_job *job, const char *message);
void db_job_fail(struct db_job *job, const char *sqlstate, const char *message);

/* ---- connections ---- */

enum db_conn_state {
	DB_DOWN,       /* the retry timer runs */
	DB_CONNECTING, /* PQconnectPoll */
	DB_PREPARING,  /* schema number and all statements of its kind */
	DB_READY,
};

struct db_conn {
	struct db *db;
	struct db_pool *pool;
	int number;
	enum db_conn_state state;
	PGconn *pg;
	struct event *reading; /* persistent */
	struct event *writing; /* while PQflush has more */
	struct event *timer;   /* DOWN: retry; CONNECTING, PREPARING: give up */
	struct db_jobs jobs;   /* on the wire, in order */
	int depth;	       /* how many */
	struct db_job *last;   /* of `jobs`, valid while sync_due */
	bool sync_due;	       /* it has no sync behind it yet */
	bool reset;	       /* its statements no longer fit the database: start anew when idle */
	int failures;	       /* in a row, for the backoff */
	int prepared;	       /* PREPARING: results read so far */
	struct text refusal;   /* PREPARING: why the database won't do */
};

struct db_pool {
	struct db *db;
	enum stmt_kind kind;
	int conn_count;
	struct db_conn *conns;
	struct db_jobs waiting;
	int waiting_count;
};

struct db {
	struct event_base *base;
	const struct settings *settings;
	int schema;
	struct db_pool pools[2]; /* by stmt_kind: READ, WRITE */
	struct event *kick;	 /* fires at the end of this turn of the loop: send what waits */
	struct event *expiry;	 /* jobs that wait too long */
	bool started;		 /* start_cb was called */
	db_start_cb *start_cb;
	void *start_arg;
};

void db_conn_init(struct db_conn *conn, struct db_pool *pool, int number);
void db_conn_clear(struct db_conn *conn);
/* Puts one job on the wire; the sync follows with db_conn_flush(). */
void db_conn_send(struct db_conn *conn, struct db_job *job);
void db_conn_flush(struct db_conn *conn);
const char *db_conn_state_word(enum db_conn_state state);
/* How many jobs may be on the wire of one connection. */
int db_conn_depth_max(const struct db_conn *conn);

/* The pool's side: called by connections. */
void db_kick(struct db *db);
void db_requeue(struct db_pool *pool, struct db_job *job);
void db_conn_became_ready(struct db *db);
/* The database answers but is not ours. True: fatal, as nothing ever worked. */
void db_conn_refused(struct db *db, const char *why);

#endif
