/* One connection to PostgreSQL, driven by libevent: DOWN -> CONNECTING -> PREPARING -> READY, any -> DOWN. Only
 * db_conn_become() changes the state, only db_conn_wait() says what to wait for. Always in pipeline mode: several reads
 * share a sync, a write has its own and is alone on its connection. */
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_private.h"
#include "vonvay/crypto.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/settings.h"

#define CONNECT_TIMEOUT_MS 10000
/* Enough to keep the wire full, few enough for a fair share among the connections. */
#define READ_DEPTH_MAX 256
#define REISSUE_MAX 2

static void db_conn_become(struct db_conn *conn, enum db_conn_state state);

const char *db_conn_state_word(enum db_conn_state state)
{
	static const char *const words[] = { "down", "connecting", "preparing", "ready" };
	return words[state];
}

int db_conn_depth_max(const struct db_conn *conn)
{
	return conn->pool->kind == STMT_WRITE ? 1 : READ_DEPTH_MAX;
}

static const char *db_conn_word(const struct db_conn *conn)
{
	return conn->pool->kind == STMT_WRITE ? "write" : "read";
}

/* ---- events ---- */

static void db_conn_readable(evutil_socket_t fd, short what, void *arg);
static void db_conn_writable(evutil_socket_t fd, short what, void *arg);
static void db_conn_poll(evutil_socket_t fd, short what, void *arg);

static void db_event_drop(struct event **e)
{
	if (*e)
		event_free(*e);
	*e = NULL;
}

static void db_timer(struct db_conn *conn, int64_t ms)
{
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000 };
	evtimer_add(conn->timer, &tv);
}

/* While connecting: the socket may be another one after each step, so the events are made anew. */
static void db_conn_wait_poll(struct db_conn *conn, bool write)
{
	struct event_base *base = conn->db->base;
	db_event_drop(&conn->reading);
	conn->reading = event_new(base, PQsocket(conn->pg), write ? EV_WRITE : EV_READ, db_conn_poll, conn);
	event_add(conn->reading, NULL);
}

static void db_conn_wait_results(struct db_conn *conn)
{
	struct event_base *base = conn->db->base;
	db_event_drop(&conn->reading);
	conn->reading = event_new(base, PQsocket(conn->pg), EV_READ | EV_PERSIST, db_conn_readable, conn);
	conn->writing = event_new(base, PQsocket(conn->pg), EV_WRITE, db_conn_writable, conn);
	event_add(conn->reading, NULL);
}

/* ---- losing it ---- */

/* Doubling pauses with a random half, so that many daemons don't come back in step. */
static int64_t db_conn_pause(struct db_conn *conn)
{
	const struct settings *s = conn->db->settings;
	int64_t pause = s->database.reconnect_min_ms;
	for (int i = 0; i < conn->failures && pause < s->database.reconnect_max_ms; i++)
		pause *= 2;
	if (pause > s->database.reconnect_max_ms)
		pause = s->database.reconnect_max_ms;
	uint32_t noise;
	random_bytes(&noise, sizeof noise);
	conn->failures++;
	return pause / 2 + (int64_t)(noise % (uint32_t)(pause / 2 + 1));
}

/* A read is repeated elsewhere, twice at most: where one connection is lost the next one often is too, and nobody has
 * noticed yet. What a write did is not known: its caller hears 08006. */
static void db_conn_drop_jobs(struct db_conn *conn, const char *message)
{
	struct db_jobs jobs = STAILQ_HEAD_INITIALIZER(jobs);
	struct db_job *job;
	STAILQ_CONCAT(&jobs, &conn->jobs);
	conn->depth = 0;
	while ((job = STAILQ_FIRST(&jobs))) {
		STAILQ_REMOVE_HEAD(&jobs, next);
		PQclear(job->result);
		job->result = NULL;
		if (conn->pool->kind == STMT_READ && job->reissued < REISSUE_MAX) {
			job->reissued++;
			db_requeue(conn->pool, job);
		} else {
			db_job_fail(job, "08006", message);
		}
	}
}

/* The only way down: closes, answers or re-queues what was under way, sets the timer to come back. */
static void db_conn_lose(struct db_conn *conn, const char *why)
{
	char *message = xstrndup(why, strcspn(why, "\n")); /* libpq adds lines of advice */
	bool news = conn->state == DB_READY || conn->failures == 0;
	(news ? log_warn : log_debug)("database %s connection %d: %s", db_conn_word(conn), conn->number,
				      message);
	db_conn_become(conn, DB_DOWN);
	db_conn_drop_jobs(conn, message);
	free(message);
}

static void db_conn_lose_pg(struct db_conn *conn)
{
	const char *why = conn->pg ? PQerrorMessage(conn->pg) : "";
	db_conn_lose(conn, why[0] ? why : "closed by the server");
}

static void db_conn_close(struct db_conn *conn)
{
	db_event_drop(&conn->reading);
	db_event_drop(&conn->writing);
	PQfinish(conn->pg);
	conn->pg = NULL;
	conn->sync_due = false;
	conn->reset = false;
	conn->prepared = 0;
}

/* ---- connecting ---- */

static void db_conn_notice(void *arg, const char *message)
{
	(void)arg;
	log_debug("database: %s", message);
}

static PGconn *db_conn_begin(struct db_conn *conn)
{
	const struct settings *s = conn->db->settings;
	char options[256];
	snprintf(
		options, sizeof options,
		"-c statement_timeout=%d -c default_transaction_read_only=%s -c datestyle=ISO -c bytea_output=hex -c jit=off",
		(int)s->database.statement_timeout_ms, conn->pool->kind == STMT_WRITE ? "off" : "on");
	const char *names[] = { "dbname", "options", "application_name", "client_encoding", NULL };
	const char *values[] = { s->database.conninfo, options, "vonvayd", "UTF8", NULL };
	return PQconnectStartParams(names, values, 1);
}

static void db_conn_start(struct db_conn *conn)
{
	conn->pg = db_conn_begin(conn);
	if (!conn->pg)
		abort();
	if (PQstatus(conn->pg) == CONNECTION_BAD) {
		db_conn_lose_pg(conn);
		return;
	}
	PQsetNoticeProcessor(conn->pg, db_conn_notice, conn);
	db_conn_wait_poll(conn, true);
}

static void db_conn_poll(evutil_socket_t fd, short what, void *arg)
{
	struct db_conn *conn = arg;
	(void)fd;
	(void)what;
	switch (PQconnectPoll(conn->pg)) {
	case PGRES_POLLING_READING:
		db_conn_wait_poll(conn, false);
		return;
	case PGRES_POLLING_WRITING:
		db_conn_wait_poll(conn, true);
		return;
	case PGRES_POLLING_OK:
		db_conn_become(conn, DB_PREPARING);
		return;
	case PGRES_POLLING_FAILED:
	case PGRES_POLLING_ACTIVE:
		db_conn_lose_pg(conn);
		return;
	}
}

/* ---- preparing ---- */

#define SCHEMA_QUERY "select coalesce(max(number), 0) from public.vonvay_migration"

static bool db_conn_prepare_all(struct db_conn *conn)
{
	if (!PQsendQueryParams(conn->pg, SCHEMA_QUERY, 0, NULL, NULL, NULL, NULL, 0))
		return false;
	for (int i = 0; i < STMT_COUNT; i++)
		if (stmts[i].kind == conn->pool->kind &&
		    !PQsendPrepare(conn->pg, stmts[i].name, stmts[i].sql, 0, NULL))
			return false;
	return PQpipelineSync(conn->pg) != 0;
}

static void db_conn_prepare(struct db_conn *conn)
{
	db_conn_wait_results(conn);
	text_reset(&conn->refusal);
	if (PQsetnonblocking(conn->pg, 1) != 0 || !PQenterPipelineMode(conn->pg) ||
	    !db_conn_prepare_all(conn)) {
		db_conn_lose_pg(conn);
		return;
	}
	db_conn_flush(conn);
}

/* The name of the n-th thing sent by db_conn_prepare_all(). */
static const char *db_conn_prepare_name(const struct db_conn *conn, int n)
{
	for (int i = 0; i < STMT_COUNT; i++)
		if (stmts[i].kind == conn->pool->kind && --n == 0)
			return stmts[i].name;
	return "schema number (is the database migrated? vonvayd --migrate)";
}

static void db_conn_prepare_schema(struct db_conn *conn, PGresult *res)
{
	int schema = (int)strtol(PQgetvalue(res, 0, 0), NULL, 10);
	if (schema == conn->db->schema)
		return;
	text_printf(&conn->refusal, "the database has schema %d, this vonvayd needs %d: %s", schema,
		    conn->db->schema,
		    schema < conn->db->schema ? "run vonvayd --migrate" : "install the newer vonvayd");
}

static void db_conn_prepared(struct db_conn *conn)
{
	if (conn->refusal.len) {
		db_conn_refused(conn->db, conn->refusal.s);
		conn->failures += 4; /* not worth asking often */
		db_conn_lose(conn, conn->refusal.s);
		return;
	}
	db_conn_become(conn, DB_READY);
}

/* One result while PREPARING. False once the state has changed. */
static bool db_conn_prepare_result(struct db_conn *conn, PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	if (!res) {
		conn->prepared++;
		return true;
	}
	if (status == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		db_conn_prepared(conn);
		return false;
	}
	if (status == PGRES_TUPLES_OK)
		db_conn_prepare_schema(conn, res);
	else if (status == PGRES_FATAL_ERROR && !conn->refusal.len)
		text_printf(&conn->refusal, "%s: %s", db_conn_prepare_name(conn, conn->prepared),
			    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
	PQclear(res);
	return true;
}

/* ---- working ---- */

void db_conn_send(struct db_conn *conn, struct db_job *job)
{
	const char *values[DB_ARGS_MAX];
	db_args_values(&job->args, values);
	STAILQ_INSERT_TAIL(&conn->jobs, job, next);
	conn->last = job;
	conn->depth++;
	job->sync_after = false;
	job->ended = false;
	/* a failure shows at the next flush as a lost connection */
	if (!PQsendQueryPrepared(conn->pg, stmts[job->stmt].name, job->args.count, values, NULL, NULL, 0))
		log_warn("database: %s", PQerrorMessage(conn->pg));
	conn->sync_due = true;
	if (job->alone || conn->pool->kind == STMT_WRITE) {
		job->sync_after = true;
		conn->sync_due = false;
		PQpipelineSync(conn->pg);
	}
}

static void db_conn_sync(struct db_conn *conn)
{
	if (!conn->sync_due)
		return;
	conn->sync_due = false;
	conn->last->sync_after = true;
	PQpipelineSync(conn->pg);
}

void db_conn_flush(struct db_conn *conn)
{
	db_conn_sync(conn);
	int more = PQflush(conn->pg);
	if (more < 0 || PQstatus(conn->pg) == CONNECTION_BAD)
		db_conn_lose_pg(conn);
	else if (more > 0)
		event_add(conn->writing, NULL);
}

static void db_conn_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	db_conn_flush(arg);
}

/* The server is going away or our plan no longer fits: the job itself is not at fault. */
static bool db_job_lost(const struct db_conn *conn, const struct db_job *job)
{
	const char *state = job->result ? PQresultErrorField(job->result, PG_DIAG_SQLSTATE) : NULL;
	return conn->pool->kind == STMT_READ && state && job->reissued < REISSUE_MAX &&
	       !strncmp(state, "57P0", 4);
}

/* A prepared statement whose function was replaced under it. */
static void db_conn_check_reset(struct db_conn *conn, const PGresult *res)
{
	static const char *const states[] = { "0A000", "26000", "42883" };
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	for (size_t i = 0; state && i < ARRAY_LEN(states); i++)
		if (!strcmp(state, states[i]))
			conn->reset = true;
}

/* The first job on the wire has all it waited for. */
static void db_conn_pop(struct db_conn *conn)
{
	struct db_job *job = STAILQ_FIRST(&conn->jobs);
	bool aborted = job->result && PQresultStatus(job->result) == PGRES_PIPELINE_ABORTED;
	STAILQ_REMOVE_HEAD(&conn->jobs, next);
	conn->depth--;
	if (aborted || db_job_lost(conn, job)) {
		job->alone = true;
		job->reissued += !aborted;
		PQclear(job->result);
		job->result = NULL;
		db_requeue(conn->pool, job);
		return;
	}
	if (job->result)
		db_conn_check_reset(conn, job->result);
	db_job_finish(job, "no result");
}

/* A result of the first job. After its end only an error still counts: a deferred constraint speaks at the sync. */
static void db_conn_keep(struct db_job *job, PGresult *res)
{
	if (job->ended && PQresultStatus(res) != PGRES_FATAL_ERROR) {
		PQclear(res);
		return;
	}
	PQclear(job->result);
	job->result = res;
}

static void db_conn_result(struct db_conn *conn, PGresult *res)
{
	struct db_job *job = STAILQ_FIRST(&conn->jobs);
	if (res && PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		if (job && job->ended)
			db_conn_pop(conn);
	} else if (!job) {
		PQclear(res);
	} else if (res) {
		db_conn_keep(job, res);
	} else if (job->result) {
		job->ended = true;
		if (!job->sync_after)
			db_conn_pop(conn);
	}
}

/* Takes all results that are there. A session ended by the server yields a FATAL result that nobody asked for:
 * therefore the status is looked at before a result is handed on. */
static void db_conn_results(struct db_conn *conn)
{
	while (conn->state == DB_PREPARING || !STAILQ_EMPTY(&conn->jobs)) {
		if (PQisBusy(conn->pg))
			return;
		PGresult *res = PQgetResult(conn->pg);
		if (PQstatus(conn->pg) == CONNECTION_BAD) {
			PQclear(res);
			db_conn_lose_pg(conn);
			return;
		}
		if (conn->state == DB_PREPARING) {
			if (!db_conn_prepare_result(conn, res))
				return;
		} else {
			db_conn_result(conn, res);
		}
	}
}

static void db_conn_readable(evutil_socket_t fd, short what, void *arg)
{
	struct db_conn *conn = arg;
	(void)fd;
	(void)what;
	bool alive = PQconsumeInput(conn->pg) != 0;
	db_conn_results(conn); /* what arrived before the end still counts */
	if (conn->state < DB_PREPARING)
		return;
	if (!alive || PQstatus(conn->pg) == CONNECTION_BAD) {
		db_conn_lose_pg(conn);
		return;
	}
	if (conn->reset && !conn->depth)
		db_conn_lose(conn, "the functions of the database have changed");
	else if (conn->state == DB_READY)
		db_kick(conn->db);
}

/* ---- state ---- */

static void db_conn_timeout(evutil_socket_t fd, short what, void *arg)
{
	struct db_conn *conn = arg;
	(void)fd;
	(void)what;
	switch (conn->state) {
	case DB_DOWN:
		db_conn_become(conn, DB_CONNECTING);
		return;
	case DB_CONNECTING:
	case DB_PREPARING:
		db_conn_lose(conn, "no answer in time");
		return;
	case DB_READY:
		return;
	}
}

static void db_conn_become(struct db_conn *conn, enum db_conn_state state)
{
	conn->state = state;
	switch (state) {
	case DB_DOWN:
		db_conn_close(conn);
		db_timer(conn, db_conn_pause(conn));
		return;
	case DB_CONNECTING:
		db_timer(conn, CONNECT_TIMEOUT_MS);
		db_conn_start(conn);
		return;
	case DB_PREPARING:
		db_conn_prepare(conn);
		return;
	case DB_READY:
		evtimer_del(conn->timer);
		if (conn->failures)
			log_info("database %s connection %d is back", db_conn_word(conn), conn->number);
		conn->failures = 0;
		db_conn_became_ready(conn->db);
		return;
	}
}

void db_conn_init(struct db_conn *conn, struct db_pool *pool, int number)
{
	conn->db = pool->db;
	conn->pool = pool;
	conn->number = number;
	conn->timer = evtimer_new(conn->db->base, db_conn_timeout, conn);
	STAILQ_INIT(&conn->jobs);
	conn->state = DB_DOWN;
	db_timer(conn, 0);
}

void db_conn_clear(struct db_conn *conn)
{
	struct db_job *job;
	db_conn_close(conn);
	db_event_drop(&conn->timer);
	text_clear(&conn->refusal);
	while ((job = STAILQ_FIRST(&conn->jobs))) {
		STAILQ_REMOVE_HEAD(&conn->jobs, next);
		db_job_fail(job, "57P01", "the daemon is stopping");
	}
}
