/* Bringing a database up to the files of sql/. Each step is one transaction; a session lock keeps a second one out.
 *   migrations/  once, in order, never changed afterwards, never backwards
 *   api/         all functions again whenever a file changed
 *   data/        the CSV files as temporary tables, then load.sql, whenever a file changed */
#include "vonvay/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate_private.h"
#include "vonvay/db.h"

#define BOOKKEEPING                                                                                            \
	"create table if not exists public.vonvay_migration (number integer primary key, name text not null, " \
	"sha256 text not null, applied_at timestamptz not null default now());"                                \
	"create table if not exists public.vonvay_source (folder text primary key, sha256 text not null, "     \
	"applied_at timestamptz not null default now());"                                                      \
	"grant select on public.vonvay_migration, public.vonvay_source to public;"

/* Functions may change their type or go away, which "create or replace" can't do. */
#define DROP_API                                                                                                      \
	"do $$ declare f text; begin"                                                                                 \
	" for f in select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"     \
	" where n.nspname = 'api' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')" \
	" loop execute 'drop routine ' || f; end loop; end $$"

struct migrate {
	struct db_sync *db;
	const char *dir;
	struct text *error;
	int applied; /* the newest in the database */
};

/* ---- what all steps use ---- */

/* "migrations/003_x.sql:17: message": PostgreSQL tells the place as a character of the text that was sent. */
static void migrate_error(struct migrate *m, const char *folder, const struct sql_file *file,
			  const struct db_result *r)
{
	const char *at = r->pg ? PQresultErrorField(r->pg, PG_DIAG_STATEMENT_POSITION) : NULL;
	const char *s = text_str(&file->content);
	int line = 1;
	for (long left = at ? strtol(at, NULL, 10) : 0; left > 1 && *s; s++) {
		left -= ((unsigned char)*s & 0xc0) != 0x80;
		line += *s == '\n';
	}
	text_printf(m->error, "%s/%s%s", folder, file->name, at ? ":" : "");
	if (at)
		text_add_i64(m->error, line);
	text_printf(m->error, ": %s%s%s", r->message, r->detail ? "; " : "", r->detail ? r->detail : "");
}

/* Our own SQL: its failure is told as it is. */
static bool migrate_sql(struct migrate *m, const char *sql)
{
	struct db_result r;
	bool ok = db_sync_exec(m->db, sql, &r);
	if (!ok)
		text_printf(m->error, "%s (in: %.60s)", r.message, sql);
	db_result_clear(&r);
	return ok;
}

static bool migrate_file(struct migrate *m, const char *folder, const struct sql_file *file)
{
	struct db_result r;
	bool ok = db_sync_exec(m->db, text_str(&file->content), &r);
	if (!ok)
		migrate_error(m, folder, file, &r);
	db_result_clear(&r);
	return ok && migrate_sql(m, "reset role; reset all");
}

static bool migrate_sql_args(struct migrate *m, const char *sql, struct db_args *args)
{
	struct db_result r;
	bool ok = db_sync_exec_args(m->db, sql, args, &r);
	if (!ok)
		text_printf(m->error, "%s (in: %.60s)", r.message, sql);
	db_result_clear(&r);
	return ok;
}

/* Ends the step: committed if all went well, as if it had never begun if not. */
static bool migrate_end(struct migrate *m, bool ok)
{
	struct db_result r;
	if (ok)
		return migrate_sql(m, "commit");
	if (!db_sync_exec(m->db, "rollback", &r))
		text_add(m->error, " (and the connection is lost)");
	db_result_clear(&r);
	return false;
}

/* ---- migrations ---- */

static bool migrate_one(struct migrate *m, int number, const struct sql_file *file)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, number);
	db_arg_text(&args, file->name);
	db_arg_text(&args, file->sha256);
	bool ok =
		migrate_sql(
			m,
			"begin") && /* the number first: a second migration of it would wait and fail here */
		migrate_sql_args(
			m, "insert into public.vonvay_migration (number, name, sha256) values ($1, $2, $3)",
			&args) &&
		migrate_file(m, "migrations", file);
	db_args_clear(&args);
	if (!migrate_end(m, ok))
		return false;
	printf("migration %s applied\n", file->name);
	return true;
}

/* Row by row: what is applied must still be what the files say. */
static bool migrate_check_applied(struct migrate *m, const struct sql_files *files, const struct db_result *r)
{
	m->applied = r->rows;
	if (r->rows > files->count) {
		text_printf(
			m->error,
			"the database has migration %s, the newest file is number %03d: refusing to go down",
			db_text(r, r->rows - 1, 1), files->count);
		return false;
	}
	for (int i = 0; i < r->rows; i++) {
		const struct sql_file *file = &files->files[i];
		if (db_i32(r, i, 0) != i + 1) {
			text_printf(m->error, "the database lacks migration %03d but has later ones", i + 1);
			return false;
		}
		if (strcmp(db_text(r, i, 2), file->sha256) != 0) {
			text_printf(m->error, "migrations/%s was changed after it was applied", file->name);
			return false;
		}
	}
	return true;
}

static bool migrate_read_applied(struct migrate *m, const struct sql_files *files)
{
	struct db_result r;
	bool ok = db_sync_exec(
		m->db, "select number, name, sha256 from public.vonvay_migration order by number", &r);
	if (ok)
		ok = migrate_check_applied(m, files, &r);
	else
		text_add(m->error, r.message);
	db_result_clear(&r);
	return ok;
}

static bool migrate_migrations(struct migrate *m)
{
	struct sql_files files;
	if (!sql_files_read(&files, m->dir, "migrations", ".sql", m->error))
		return false;
	bool ok = sql_files_check_numbers(&files, m->error) && migrate_read_applied(m, &files);
	for (int i = m->applied; ok && i < files.count; i++)
		ok = migrate_one(m, i + 1, &files.files[i]);
	if (ok)
		printf("schema %d\n", files.count);
	sql_files_clear(&files);
	return ok;
}

/* ---- api and data ---- */

/* Were these files, byte for byte, the last ones applied? */
static bool migrate_is_current(struct migrate *m, const char *folder, const char *digest, bool *current)
{
	struct db_result r;
	struct db_args args = { 0 };
	db_arg_text(&args, folder);
	db_arg_text(&args, digest);
	bool ok = db_sync_exec_args(
		m->db, "select from public.vonvay_source where folder = $1 and sha256 = $2", &args, &r);
	if (!ok)
		text_add(m->error, r.message);
	*current = ok && r.rows > 0;
	db_result_clear(&r);
	return ok;
}

static bool migrate_note(struct migrate *m, const char *folder, const char *digest)
{
	struct db_args args = { 0 };
	db_arg_text(&args, folder);
	db_arg_text(&args, digest);
	return migrate_sql_args(
		m,
		"insert into public.vonvay_source (folder, sha256) values ($1, $2) on conflict (folder) "
		"do update set sha256 = excluded.sha256, applied_at = now()",
		&args);
}

static bool migrate_api_apply(struct migrate *m, const struct sql_files *files, const char *digest)
{
	bool ok = migrate_sql(m, "begin") && migrate_sql(m, DROP_API);
	for (int i = 0; ok && i < files->count; i++)
		ok = migrate_file(m, "api", &files->files[i]);
	ok = ok && migrate_note(m, "api", digest);
	if (!migrate_end(m, ok))
		return false;
	printf("api: %d files applied\n", files->count);
	return true;
}

static bool migrate_api(struct migrate *m)
{
	struct sql_files files;
	char digest[SHA256_HEX_SIZE];
	bool current;
	if (!sql_files_read(&files, m->dir, "api", ".sql", m->error))
		return false;
	sql_files_digest(&files, digest);
	bool ok = migrate_is_current(m, "api", digest, &current) &&
		  (current || migrate_api_apply(m, &files, digest));
	sql_files_clear(&files);
	return ok;
}

static bool migrate_csv(struct migrate *m, const struct sql_file *csv)
{
	struct text create = { 0 }, copy = { 0 };
	struct db_result r = { .message = "" };
	bool ok = sql_csv_table(csv, &create, &copy, m->error) && migrate_sql(m, create.s);
	if (ok && !db_sync_copy_in(m->db, copy.s, text_str(&csv->content), csv->content.len, &r)) {
		text_printf(m->error, "data/%s: %s", csv->name, r.message);
		ok = false;
	}
	db_result_clear(&r);
	text_clear(&create);
	text_clear(&copy);
	return ok;
}

static bool migrate_data_apply(struct migrate *m, const struct sql_files *csvs, const struct sql_files *loads,
			       const char *digest)
{
	bool ok = migrate_sql(m, "begin");
	for (int i = 0; ok && i < csvs->count; i++)
		ok = migrate_csv(m, &csvs->files[i]);
	for (int i = 0; ok && i < loads->count; i++)
		ok = migrate_file(m, "data", &loads->files[i]);
	ok = ok && migrate_note(m, "data", digest);
	if (!migrate_end(m, ok))
		return false;
	printf("data: %d tables loaded\n", csvs->count);
	return true;
}

static void migrate_data_digest(const struct sql_files *csvs, const struct sql_files *loads,
				char out[SHA256_HEX_SIZE])
{
	char both[2 * SHA256_HEX_SIZE];
	unsigned char digest[SHA256_SIZE];
	sql_files_digest(csvs, both);
	sql_files_digest(loads, both + SHA256_HEX_SIZE - 1);
	sha256(both, strlen(both), digest);
	hex_encode(digest, sizeof digest, out);
}

static bool migrate_data(struct migrate *m)
{
	struct sql_files csvs, loads;
	char digest[SHA256_HEX_SIZE];
	bool current;
	if (!sql_files_read(&csvs, m->dir, "data", ".csv", m->error))
		return false;
	if (!sql_files_read(&loads, m->dir, "data", ".sql", m->error)) {
		sql_files_clear(&csvs);
		return false;
	}
	migrate_data_digest(&csvs, &loads, digest);
	bool ok = migrate_is_current(m, "data", digest, &current) &&
		  (current || migrate_data_apply(m, &csvs, &loads, digest));
	sql_files_clear(&csvs);
	sql_files_clear(&loads);
	return ok;
}

/* ---- whole ---- */

bool migrate_newest(const char *dir, int *number, struct text *error)
{
	struct sql_files files;
	if (!sql_files_read(&files, dir, "migrations", ".sql", error))
		return false;
	*number = files.count;
	bool ok = sql_files_check_numbers(&files, error);
	sql_files_clear(&files);
	return ok;
}

bool migrate_run(const char *conninfo, const char *dir, struct text *error)
{
	struct migrate m = { .dir = dir, .error = error };
	m.db = db_sync_open(conninfo, error);
	if (!m.db)
		return false;
	bool ok = migrate_sql(&m, "select pg_advisory_lock(8606216600190023)") &&
		  migrate_sql(&m, BOOKKEEPING) && migrate_migrations(&m) && migrate_api(&m) &&
		  migrate_data(&m);
	fflush(stdout);
	db_sync_close(m.db);
	return ok;
}
