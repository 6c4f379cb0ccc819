/* The blocking twin of db.c for the worker, for migrations and for tests. */
#include <stdlib.h>
#include <string.h>

#include "db_private.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

struct db_sync {
	PGconn *pg;
	bool prepared[STMT_COUNT];
	bool sent;
};

static void db_sync_notice(void *arg, const char *message)
{
	(void)arg;
	log_debug("database: %s", message);
}

struct db_sync *db_sync_open(const char *conninfo, struct text *error)
{
	const char *names[] = { "dbname", "options", "client_encoding", "fallback_application_name", NULL };
	/* generic plans: planning through the policies of row-level security takes longer than most statements */
	const char *options =
		"-c datestyle=ISO -c bytea_output=hex -c jit=off -c plan_cache_mode=force_generic_plan";
	const char *values[] = { conninfo, options, "UTF8", "vonvayd-worker", NULL };
	PGconn *pg = PQconnectdbParams(names, values, 1);
	if (PQstatus(pg) != CONNECTION_OK) {
		text_printf(error, "%s", PQerrorMessage(pg));
		PQfinish(pg);
		return NULL;
	}
	PQsetNoticeProcessor(pg, db_sync_notice, NULL);
	struct db_sync *db = xcalloc(1, sizeof *db);
	db->pg = pg;
	return db;
}

void db_sync_close(struct db_sync *db)
{
	if (!db)
		return;
	PQfinish(db->pg);
	free(db);
}

bool db_sync_alive(const struct db_sync *db)
{
	return PQstatus(db->pg) == CONNECTION_OK;
}

/* The last result counts, or the first error; all are read, so that the connection is free again. */
static PGresult *db_sync_results(struct db_sync *db)
{
	PGresult *kept = NULL, *res;
	while ((res = PQgetResult(db->pg))) {
		bool failed = kept && PQresultStatus(kept) == PGRES_FATAL_ERROR;
		PQclear(failed ? res : kept);
		if (!failed)
			kept = res;
		ExecStatusType status = PQresultStatus(kept);
		if (status == PGRES_COPY_IN || PQstatus(db->pg) == CONNECTION_BAD)
			break;
	}
	return kept;
}

static bool db_sync_finish(struct db_sync *db, struct db_result *out)
{
	PGresult *res = db_sync_results(db);
	*out = db_result_view(res, PQerrorMessage(db->pg));
	if (!res)
		out->message = "the connection to the database is lost";
	return out->ok;
}

static bool db_sync_prepare(struct db_sync *db, enum stmt stmt, struct db_result *out)
{
	if (db->prepared[stmt])
		return true;
	PQsendPrepare(db->pg, stmts[stmt].name, stmts[stmt].sql, 0, NULL);
	db->prepared[stmt] = db_sync_finish(db, out);
	if (db->prepared[stmt])
		db_result_clear(out);
	else
		log_error("statement %s: %s", stmts[stmt].name, out->message);
	return db->prepared[stmt];
}

void db_sync_send(struct db_sync *db, enum stmt stmt, struct db_args *args)
{
	struct db_result failed;
	struct db_args own;
	const char *values[DB_ARGS_MAX];
	db_args_move(&own, args);
	if (db->sent || own.count != stmts[stmt].args)
		log_fatal("statement %s was called wrongly: %d arguments", stmts[stmt].name, own.count);
	db->sent = true;
	db_args_values(&own, values);
	/* a failure to prepare shows again as the failure to execute */
	if (!db_sync_prepare(db, stmt, &failed))
		db_result_clear(&failed);
	if (PQsendQueryPrepared(db->pg, stmts[stmt].name, own.count, values, NULL, NULL, 0))
		PQflush(db->pg);
	db_args_clear(&own);
}

bool db_sync_wait(struct db_sync *db, struct db_result *out)
{
	db->sent = false;
	return db_sync_finish(db, out);
}

bool db_sync_call(struct db_sync *db, enum stmt stmt, struct db_args *args, struct db_result *out)
{
	db_sync_send(db, stmt, args);
	return db_sync_wait(db, out);
}

bool db_sync_exec(struct db_sync *db, const char *sql, struct db_result *out)
{
	PQsendQuery(db->pg, sql);
	return db_sync_finish(db, out);
}

bool db_sync_exec_args(struct db_sync *db, const char *sql, struct db_args *args, struct db_result *out)
{
	struct db_args own;
	const char *values[DB_ARGS_MAX];
	db_args_move(&own, args);
	db_args_values(&own, values);
	PQsendQueryParams(db->pg, sql, own.count, NULL, values, NULL, NULL, 0);
	db_args_clear(&own);
	return db_sync_finish(db, out);
}

bool db_sync_copy_in(struct db_sync *db, const char *sql, const char *bytes, size_t len, struct db_result *out)
{
	static const size_t piece_max = 1 << 20;
	if (!db_sync_exec(db, sql, out) || PQresultStatus(out->pg) != PGRES_COPY_IN)
		return false;
	db_result_clear(out);
	for (size_t at = 0; at < len; at += piece_max) {
		size_t piece = len - at < piece_max ? len - at : piece_max;
		if (PQputCopyData(db->pg, bytes + at, (int)piece) != 1)
			break;
	}
	PQputCopyEnd(db->pg, NULL);
	return db_sync_finish(db, out);
}
