/* Two pools of connections, each with a queue. db_query() only queues; at the end of the turn of the event loop the
 * queue is spread over the connections, so that the reads of one turn share a sync. */
#include "vonvay/clock.h"
#include "vonvay/db.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "db_private.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/settings.h"

/* ---- jobs ---- */

static void db_job_free(struct db_job *job)
{
	PQclear(job->result);
	db_args_clear(&job->args);
	free(job);
}

void db_job_finish(struct db_job *job, const char *message)
{
	struct db_result r = db_result_view(job->result, message);
	job->cb(&r, job->arg);
	db_job_free(job);
}

void db_job_fail(struct db_job *job, const char *sqlstate, const char *message)
{
	struct db_result r = db_result_view(NULL, message);
	snprintf(r.sqlstate, sizeof r.sqlstate, "%s", sqlstate);
	job->cb(&r, job->arg);
	db_job_free(job);
}

/* ---- queues ---- */

void db_kick(struct db *db)
{
	event_active(db->kick, 0, 0);
}

/* To the front: it has waited before. */
void db_requeue(struct db_pool *pool, struct db_job *job)
{
	STAILQ_INSERT_HEAD(&pool->waiting, job, next);
	pool->waiting_count++;
	job->queued_ms = clock_ms();
	db_kick(pool->db);
}

/* The least busy connection that can take one more. */
static struct db_conn *db_pool_pick(struct db_pool *pool)
{
	struct db_conn *best = NULL;
	for (int i = 0; i < pool->conn_count; i++) {
		struct db_conn *conn = &pool->conns[i];
		if (conn->state != DB_READY || conn->reset || conn->depth >= db_conn_depth_max(conn))
			continue;
		if (!best || conn->depth < best->depth)
			best = conn;
	}
	return best;
}

static void db_pool_send(struct db_pool *pool)
{
	struct db_job *job;
	struct db_conn *conn;
	while ((job = STAILQ_FIRST(&pool->waiting)) && (conn = db_pool_pick(pool))) {
		STAILQ_REMOVE_HEAD(&pool->waiting, next);
		pool->waiting_count--;
		db_conn_send(conn, job);
	}
	for (int i = 0; i < pool->conn_count; i++)
		if (pool->conns[i].state == DB_READY && pool->conns[i].depth)
			db_conn_flush(&pool->conns[i]);
}

static void db_kicked(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	(void)fd;
	(void)what;
	for (size_t i = 0; i < ARRAY_LEN(db->pools); i++)
		db_pool_send(&db->pools[i]);
}

/* While no connection comes up, nobody waits for ever. These never reached the server: repeating them is safe. */
static void db_pool_expire(struct db_pool *pool, int64_t before_ms)
{
	struct db_jobs old = STAILQ_HEAD_INITIALIZER(old), young = STAILQ_HEAD_INITIALIZER(young);
	struct db_job *job;
	while ((job = STAILQ_FIRST(&pool->waiting))) {
		STAILQ_REMOVE_HEAD(&pool->waiting, next);
		if (job->queued_ms < before_ms) {
			pool->waiting_count--;
			STAILQ_INSERT_TAIL(&old, job, next);
		} else {
			STAILQ_INSERT_TAIL(&young, job, next);
		}
	}
	STAILQ_CONCAT(&pool->waiting, &young);
	while ((job = STAILQ_FIRST(&old))) {
		STAILQ_REMOVE_HEAD(&old, next);
		db_job_fail(job, "57P03", "no connection to the database in time");
	}
}

static void db_expire(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;
	(void)fd;
	(void)what;
	int64_t before_ms = clock_ms() - db->settings->database.queue_timeout_ms;
	for (size_t i = 0; i < ARRAY_LEN(db->pools); i++)
		db_pool_expire(&db->pools[i], before_ms);
}

void db_query(struct db *db, enum stmt stmt, struct db_args *args, db_cb *cb, void *arg)
{
	struct db_pool *pool = &db->pools[stmts[stmt].kind == STMT_WRITE ? 1 : 0];
	struct db_job *job = xcalloc(1, sizeof *job);
	if (stmts[stmt].kind == STMT_JOB || (args ? args->count : 0) != stmts[stmt].args)
		log_fatal("statement %s was called wrongly: %d arguments", stmts[stmt].name,
			  args ? args->count : 0);
	job->stmt = stmt;
	db_args_move(&job->args, args);
	job->cb = cb;
	job->arg = arg;
	job->queued_ms = clock_ms();
	STAILQ_INSERT_TAIL(&pool->waiting, job, next);
	pool->waiting_count++;
	db_kick(db);
}

/* ---- start ---- */

static void db_start_tell(struct db *db, const char *why)
{
	if (db->started || !db->start_cb)
		return;
	db->started = true;
	db->start_cb(why, db->start_arg);
}

static bool db_pool_ready(const struct db_pool *pool)
{
	for (int i = 0; i < pool->conn_count; i++)
		if (pool->conns[i].state == DB_READY)
			return true;
	return false;
}

void db_conn_became_ready(struct db *db)
{
	if (db_pool_ready(&db->pools[0]) && db_pool_ready(&db->pools[1]))
		db_start_tell(db, NULL);
	db_kick(db);
}

void db_conn_refused(struct db *db, const char *why)
{
	db_start_tell(db, why);
}

void db_on_start(struct db *db, db_start_cb *cb, void *arg)
{
	db->start_cb = cb;
	db->start_arg = arg;
}

static void db_pool_init(struct db *db, enum stmt_kind kind, int count)
{
	struct db_pool *pool = &db->pools[kind];
	pool->db = db;
	pool->kind = kind;
	pool->conn_count = count;
	pool->conns = xcalloc((size_t)count, sizeof *pool->conns);
	STAILQ_INIT(&pool->waiting);
	for (int i = 0; i < count; i++)
		db_conn_init(&pool->conns[i], pool, i + 1);
}

struct db *db_new(struct event_base *base, const struct settings *settings, int schema)
{
	static const struct timeval every = { .tv_usec = 100000 };
	struct db *db = xcalloc(1, sizeof *db);
	db->base = base;
	db->settings = settings;
	db->schema = schema;
	db->kick = event_new(base, -1, 0, db_kicked, db);
	db->expiry = event_new(base, -1, EV_PERSIST, db_expire, db);
	event_add(db->expiry, &every);
	db_pool_init(db, STMT_READ, (int)settings->database.read_connections);
	db_pool_init(db, STMT_WRITE, (int)settings->database.write_connections);
	return db;
}

/* ---- end ---- */

static void db_pool_clear(struct db_pool *pool)
{
	struct db_job *job;
	for (int i = 0; i < pool->conn_count; i++)
		db_conn_clear(&pool->conns[i]);
	while ((job = STAILQ_FIRST(&pool->waiting))) {
		STAILQ_REMOVE_HEAD(&pool->waiting, next);
		db_job_fail(job, "57P01", "the daemon is stopping");
	}
	free(pool->conns);
}

void db_free(struct db *db)
{
	if (!db)
		return;
	for (size_t i = 0; i < ARRAY_LEN(db->pools); i++)
		db_pool_clear(&db->pools[i]);
	event_free(db->kick);
	event_free(db->expiry);
	free(db);
}

/* ---- report ---- */

int db_busy(const struct db *db)
{
	int busy = 0;
	for (size_t i = 0; i < ARRAY_LEN(db->pools); i++) {
		busy += db->pools[i].waiting_count;
		for (int c = 0; c < db->pools[i].conn_count; c++)
			busy += db->pools[i].conns[c].depth;
	}
	return busy;
}

struct db_pool_state db_pool_state(const struct db *db, enum stmt_kind kind)
{
	const struct db_pool *pool = &db->pools[kind];
	struct db_pool_state state = { .connections = pool->conn_count, .waiting = pool->waiting_count };
	for (int i = 0; i < pool->conn_count; i++) {
		state.ready += pool->conns[i].state == DB_READY;
		state.under_way += pool->conns[i].depth;
	}
	return state;
}

static void db_pool_report(const struct db_pool *pool, const char *name, struct jw *w)
{
	int depth = 0;
	jw_object(w, name);
	jw_array(w, "connections");
	for (int i = 0; i < pool->conn_count; i++) {
		jw_str(w, NULL, db_conn_state_word(pool->conns[i].state));
		depth += pool->conns[i].depth;
	}
	jw_end(w);
	jw_i64(w, "under_way", depth);
	jw_i64(w, "waiting", pool->waiting_count);
	jw_end(w);
}

void db_report(const struct db *db, struct jw *w)
{
	jw_object(w, "database");
	jw_i64(w, "schema", db->schema);
	db_pool_report(&db->pools[0], "read", w);
	db_pool_report(&db->pools[1], "write", w);
	jw_end(w);
}
