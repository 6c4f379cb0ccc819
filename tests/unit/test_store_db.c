/* The asynchronous store and its blocking twin against a real PostgreSQL of this test's own. Two functions of api are
 * replaced by ones that do what a test asks for: KEY_GET (a read) and CONTRACT_NUMBER (a write). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <event2/event.h>

#include "vonvay/db.h"
#include "vonvay/migrate.h"
#include "vonvay/settings.h"

#define DAEMON_CONNINFO "host=%s dbname=postgres user=vonvayd"
#define OWNER_CONNINFO "host=%s dbname=postgres user=postgres"

static char pg_dir[64];
static struct db_sync *owner;
static struct event_base *base;
static struct settings settings;
static int schema;

/* KEY_GET(n, -): n < 0 raises LN404 with a field, else sleeps n ms; the reply is the start of its transaction.
 * CONTRACT_NUMBER(n): 0 returns its transaction, -1 leaves a broken deferred constraint, -2 ends its own session,
 * -3 those of all reads that run, n > 0 sleeps n ms and notes that it ran. */
static const char replacements[] =
	"create table public.parent (id int primary key);"
	"create table public.child (id int references public.parent deferrable initially deferred);"
	"create table public.ran (n bigint);"
	"grant all on public.parent, public.child, public.ran to vonvayd;"
	"create or replace function api.key_get(p_actor bigint, p_key uuid) returns table (body_sha256 text, reply text)"
	" language plpgsql stable as $$ begin"
	" if p_actor < 0 then raise exception 'read %', p_actor using errcode = 'LN404', column = 'f', detail = 'd'; end if;"
	" perform pg_sleep(p_actor / 1000.0); return query select current_setting('transaction_read_only'), now()::text;"
	" end $$;"
	"create or replace function api.contract_number(p_actor bigint) returns bigint language plpgsql as $$ begin"
	" if p_actor = -1 then insert into public.child values (1);"
	" elsif p_actor = -2 then perform pg_terminate_backend(pg_backend_pid());"
	" elsif p_actor = -3 then perform pg_terminate_backend(pid) from pg_stat_activity"
	"  where state = 'active' and query like '%key_get%' and pid <> pg_backend_pid();"
	" elsif p_actor > 0 then insert into public.ran values (p_actor); perform pg_sleep(p_actor / 1000.0); end if;"
	" return pg_current_xact_id()::text::bigint; end $$;";

/* ---- what a callback saw ---- */

struct seen {
	int calls;
	bool ok;
	enum error error;
	char sqlstate[6];
	char field[16];
	char text[64];
	int64_t number;
};

static void see(const struct db_result *r, void *arg)
{
	struct seen *seen = arg;
	seen->calls++;
	seen->ok = r->ok;
	seen->error = r->error;
	snprintf(seen->sqlstate, sizeof seen->sqlstate, "%s", r->sqlstate);
	snprintf(seen->field, sizeof seen->field, "%s", r->field ? r->field : "");
	if (r->ok && r->columns > 1)
		snprintf(seen->text, sizeof seen->text, "%s", db_text(r, 0, 1));
	if (r->ok && r->columns == 1)
		seen->number = db_i64(r, 0, 0);
}

/* How long may take what is expected to happen. */
#define PATIENCE_MS 120000

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Runs the loop until all of `seen` were called. */
static void run_until_seen(const struct seen *seen, int count)
{
	int64_t deadline = now_ms() + PATIENCE_MS;
	for (int i = 0; i < count; i++)
		while (!seen[i].calls) {
			assert_true(now_ms() < deadline);
			event_base_loop(base, EVLOOP_ONCE);
		}
}

static void run_for(int ms)
{
	struct timeval tv = { .tv_usec = ms * 1000 };
	event_base_loopexit(base, &tv);
	event_base_dispatch(base);
}

static void read_ms(struct db *db, int64_t ms, struct seen *seen)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, ms);
	db_arg_null(&args);
	db_query(db, STMT_KEY_GET, &args, see, seen);
	assert_int_equal(seen->calls, 0);
}

static void write_n(struct db *db, int64_t n, struct seen *seen)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, n);
	db_query(db, STMT_CONTRACT_NUMBER, &args, see, seen);
	assert_int_equal(seen->calls, 0);
}

static void started(const char *why, void *arg)
{
	assert_null(why);
	++*(int *)arg;
}

static int64_t count_of(const char *sql)
{
	struct db_result r;
	assert_true(db_sync_exec(owner, sql, &r));
	int64_t n = db_i64(&r, 0, 0);
	db_result_clear(&r);
	return n;
}

/* Runs the loop until PostgreSQL is executing `count` statements with this in their text. */
static void run_until_active(const char *like, int count)
{
	char sql[256];
	int64_t deadline = now_ms() + PATIENCE_MS;
	snprintf(sql, sizeof sql,
		 "select count(*) from pg_stat_activity"
		 " where state = 'active' and query like '%%%s%%' and pid <> pg_backend_pid()",
		 like);
	while (count_of(sql) != count) {
		assert_true(now_ms() < deadline);
		run_for(10);
	}
}

/* A store that is ready. */
static struct db *open_db(int reads, int writes)
{
	int ready = 0;
	settings.database.read_connections = reads;
	settings.database.write_connections = writes;
	struct db *db = db_new(base, &settings, schema);
	db_on_start(db, started, &ready);
	int64_t deadline = now_ms() + PATIENCE_MS;
	while (!ready && now_ms() < deadline)
		event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(ready, 1);
	run_for(100); /* the other connections too */
	return db;
}

/* ---- asynchronous ---- */

static void reads_of_one_turn_share_a_transaction(void **state)
{
	struct seen seen[3] = { 0 }, later = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	for (int i = 0; i < 3; i++)
		read_ms(db, 1, &seen[i]);
	run_until_seen(seen, 3);
	assert_string_equal(seen[0].text, seen[1].text);
	assert_string_equal(seen[0].text, seen[2].text);
	read_ms(db, 1, &later);
	run_until_seen(&later, 1);
	assert_string_not_equal(seen[0].text, later.text);
	db_free(db);
}

static void an_error_does_not_reach_its_neighbours(void **state)
{
	struct seen seen[10] = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	for (int i = 0; i < 10; i++)
		read_ms(db, i % 4 == 1 ? -1 : 1, &seen[i]);
	run_until_seen(seen, 10);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(seen[i].ok, i % 4 != 1);
		if (!seen[i].ok) {
			assert_int_equal(seen[i].error, ERR_NOT_FOUND);
			assert_string_equal(seen[i].sqlstate, "LN404");
			assert_string_equal(seen[i].field, "f");
		}
		assert_int_equal(seen[i].calls, 1);
	}
	db_free(db);
}

static void each_write_is_a_transaction_of_its_own(void **state)
{
	struct seen seen[6] = { 0 };
	struct db *db = open_db(1, 2);
	(void)state;
	for (int i = 0; i < 6; i++)
		write_n(db, 0, &seen[i]);
	run_until_seen(seen, 6);
	for (int i = 0; i < 6; i++)
		for (int j = 0; j < i; j++)
			assert_int_not_equal(seen[i].number, seen[j].number);
	db_free(db);
}

static void a_deferred_constraint_fails_the_write_at_its_sync(void **state)
{
	struct seen bad = { 0 }, good = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	write_n(db, -1, &bad);
	write_n(db, 0, &good);
	run_until_seen(&good, 1);
	assert_int_equal(bad.calls, 1);
	assert_false(bad.ok);
	assert_string_equal(bad.sqlstate, "23503");
	assert_true(good.ok);
	assert_int_equal(count_of("select count(*) from public.child"), 0);
	db_free(db);
}

static void a_write_on_a_lost_connection_is_not_repeated(void **state)
{
	struct seen lost = { 0 }, next = { 0 };
	struct db *db = open_db(1, 1);
	struct db_result r;
	(void)state;
	write_n(db, 30000, &lost);
	run_until_active("contract_number", 1);
	assert_true(db_sync_exec(
		owner,
		"select pg_terminate_backend(pid) from pg_stat_activity"
		" where state = 'active' and query like '%contract_number%' and pid <> pg_backend_pid()",
		&r));
	assert_int_equal(r.rows, 1);
	db_result_clear(&r);
	run_until_seen(&lost, 1);
	assert_false(lost.ok);
	assert_int_equal(lost.error, ERR_UNAVAILABLE);
	write_n(db, 0, &next);
	run_until_seen(&next, 1);
	assert_true(next.ok);
	run_for(300);
	assert_int_equal(lost.calls, 1);
	assert_int_equal(count_of("select count(*) from public.ran where n = 30000"), 0);
	db_free(db);
}

static void a_read_on_a_lost_connection_is_repeated(void **state)
{
	struct seen seen[2] = { 0 }, killer = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	read_ms(db, 500, &seen[0]);
	read_ms(db, 1, &seen[1]);
	run_until_active("key_get", 1);
	write_n(db, -3, &killer);
	run_until_seen(seen, 2);
	assert_true(killer.ok);
	for (int i = 0; i < 2; i++) {
		assert_true(seen[i].ok);
		assert_int_equal(seen[i].calls, 1);
	}
	db_free(db);
}

static void reads_are_read_only(void **state)
{
	struct db_result r;
	struct text error = { 0 };
	char conninfo[128];
	(void)state;
	assert_true(db_sync_exec(
		owner,
		"create or replace function api.staff_by_uid(p_uid integer) returns table (staff_id bigint,"
		" branch smallint, name text, role smallint, area text, organisation smallint,"
		" point_id integer, may_act_as boolean) language plpgsql volatile as"
		" $$ begin insert into public.ran values (7); return; end $$",
		&r));
	db_result_clear(&r);
	struct db *db = open_db(1, 1);
	struct seen seen = { 0 };
	struct db_args args = { 0 };
	db_arg_i64(&args, 0);
	db_query(db, STMT_STAFF_BY_UID, &args, see, &seen);
	run_until_seen(&seen, 1);
	assert_string_equal(seen.sqlstate, "25006");
	db_free(db);
	/* the same through a connection that may write */
	snprintf(conninfo, sizeof conninfo, DAEMON_CONNINFO, pg_dir);
	struct db_sync *sync = db_sync_open(conninfo, &error);
	assert_non_null(sync);
	db_arg_i64(&args, 0);
	assert_true(db_sync_call(sync, STMT_STAFF_BY_UID, &args, &r));
	db_result_clear(&r);
	db_sync_close(sync);
}

static void what_waits_too_long_is_unavailable(void **state)
{
	struct seen seen[2] = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	settings.database.queue_timeout_ms = 200;
	write_n(db, 3000, &seen[0]);
	write_n(db, 0, &seen[1]);
	run_until_seen(&seen[1], 1);
	assert_int_equal(seen[0].calls, 0);
	assert_int_equal(seen[1].error, ERR_UNAVAILABLE);
	assert_string_equal(seen[1].sqlstate, "57P03");
	run_until_seen(seen, 1);
	assert_true(seen[0].ok);
	settings.database.queue_timeout_ms = PATIENCE_MS;
	db_free(db);
}

static void nobody_is_forgotten_at_the_end(void **state)
{
	struct seen seen[20] = { 0 };
	struct db *db = open_db(1, 1);
	(void)state;
	for (int i = 0; i < 10; i++) {
		read_ms(db, 10000, &seen[i]);
		write_n(db, 10000, &seen[10 + i]);
	}
	run_for(50);
	assert_int_equal(db_busy(db), 20);
	db_free(db);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(seen[i].calls, 1);
		assert_int_equal(seen[i].error, ERR_UNAVAILABLE);
	}
}

static void many_at_once_are_all_answered(void **state)
{
	static struct seen seen[2000];
	struct db *db = open_db(2, 4);
	(void)state;
	memset(seen, 0, sizeof seen);
	for (int i = 0; i < 2000; i++)
		if (i % 10 == 0)
			write_n(db, 0, &seen[i]);
		else
			read_ms(db, i % 97 == 0 ? -1 : 0, &seen[i]);
	run_until_seen(seen, 2000);
	for (int i = 0; i < 2000; i++)
		assert_int_equal(seen[i].ok, i % 10 == 0 || i % 97 != 0);
	assert_int_equal(db_busy(db), 0);
	db_free(db);
}

/* ---- blocking ---- */

static void arrays_arrive_as_they_were_given(void **state)
{
	struct db_args args = { 0 };
	struct int_rows rows = { 0 }, none = { 0 }, flat = { 0 };
	struct text_array words = { 0 };
	struct db_result r;
	int64_t numbers[4];
	(void)state;
	for (int i = 0; i < 2; i++) {
		int_rows_begin_row(&rows);
		int_rows_add(&rows, INT64_MAX - i);
		int_rows_add(&rows, -i);
	}
	int_rows_add(&flat, 5);
	text_array_add(&words, "a,\"b\\ {c}");
	text_array_add(&words, NULL);
	text_array_add(&words, "");
	text_array_add(&words, "NULL");
	db_arg_int_rows(&args, &rows);
	db_arg_int_rows(&args, &none);
	db_arg_int_rows(&args, &flat);
	db_arg_text_array(&args, &words);
	assert_true(db_sync_exec_args(
		owner,
		"select ($1::bigint[])[1][1], ($1::bigint[])[2][2], cardinality($2::bigint[]),"
		" $3::bigint[] || null::bigint, ($4::text[])[1], ($4::text[])[2] is null, ($4::text[])[3] = '',"
		" ($4::text[])[4] is not null, array_length($1::bigint[], 2)",
		&args, &r));
	assert_int_equal(args.count, 0);
	assert_int_equal(db_i64(&r, 0, 0), INT64_MAX);
	assert_int_equal(db_i64(&r, 0, 1), -1);
	assert_int_equal(db_i64(&r, 0, 2), 0);
	assert_int_equal(db_i64_array(&r, 0, 3, numbers, 4), 2);
	assert_int_equal(numbers[0], 5);
	assert_int_equal(numbers[1], 0);
	assert_string_equal(db_text(&r, 0, 4), "a,\"b\\ {c}");
	for (int column = 5; column < 8; column++)
		assert_true(db_bool(&r, 0, column));
	assert_int_equal(db_i32(&r, 0, 8), 2);
	db_result_clear(&r);
	int_rows_clear(&rows);
	int_rows_clear(&flat);
	text_array_clear(&words);
}

static void values_of_all_types_go_there_and_back(void **state)
{
	static const unsigned char bytes[] = { 0, 1, 0xff, '\\', '\'' };
	struct db_args args = { 0 };
	struct db_result r;
	struct date day;
	size_t len;
	(void)state;
	assert_true(date_parse("2025-03-31", &day));
	db_arg_date(&args, day);
	db_arg_date(&args, DATE_NONE);
	db_arg_date(&args, DATE_EVER);
	db_arg_bytea(&args, bytes, sizeof bytes);
	db_arg_bytea(&args, NULL, 0);
	db_arg_text(&args, "t");
	db_arg_text(&args, "đồng '\"\\");
	db_arg_i64(&args, INT64_MIN);
	assert_true(db_sync_exec_args(
		owner,
		"select $1::date, $2::date, $3::date, $4::bytea, $5::bytea, $6::bool, $7::text,"
		" $8::bigint, $1::date - date '1970-01-01', ''::bytea",
		&args, &r));
	assert_int_equal(date_cmp(db_date(&r, 0, 0), day), 0);
	assert_true(date_is_none(db_date(&r, 0, 1)));
	assert_int_equal(db_date(&r, 0, 2).days, DATE_EVER.days);
	unsigned char *got = db_bytea(&r, 0, 3, &len);
	assert_int_equal(len, sizeof bytes);
	assert_memory_equal(got, bytes, sizeof bytes);
	free(got);
	assert_null(db_bytea(&r, 0, 4, &len));
	assert_true(db_bool(&r, 0, 5));
	assert_string_equal(db_text(&r, 0, 6), "đồng '\"\\");
	assert_int_equal(db_money(&r, 0, 7).dong, INT64_MIN);
	assert_int_equal(db_date(&r, 0, 8).days, day.days);
	got = db_bytea(&r, 0, 9, &len);
	assert_non_null(got);
	assert_int_equal(len, 0);
	free(got);
	db_result_clear(&r);
}

static void a_failing_call_tells_state_field_and_detail(void **state)
{
	struct db_args args = { 0 };
	struct db_result r;
	(void)state;
	db_arg_i64(&args, -5);
	db_arg_null(&args);
	assert_false(db_sync_call(owner, STMT_KEY_GET, &args, &r));
	assert_int_equal(r.error, ERR_NOT_FOUND);
	assert_string_equal(r.sqlstate, "LN404");
	assert_string_equal(r.message, "read -5");
	assert_string_equal(r.field, "f");
	assert_string_equal(r.detail, "d");
	db_result_clear(&r);
	db_arg_i64(&args, 0);
	db_arg_null(&args);
	assert_true(db_sync_call(owner, STMT_KEY_GET, &args, &r));
	db_result_clear(&r);
}

static void copy_takes_a_buffer_or_says_why_not(void **state)
{
	struct db_result r;
	(void)state;
	assert_true(db_sync_exec(owner, "create temporary table c (n int, t text)", &r));
	db_result_clear(&r);
	assert_true(db_sync_copy_in(owner, "copy c from stdin (format csv)", "1,a\n2,b\n", 8, &r));
	db_result_clear(&r);
	assert_int_equal(count_of("select sum(n) from c"), 3);
	assert_false(db_sync_copy_in(owner, "copy c from stdin (format csv)", "x,a\n", 4, &r));
	assert_string_equal(r.sqlstate, "22P02");
	db_result_clear(&r);
	assert_false(db_sync_copy_in(owner, "copy nowhere from stdin", "", 0, &r));
	assert_string_equal(r.sqlstate, "42P01");
	db_result_clear(&r);
	assert_int_equal(count_of("select sum(n) from c"), 3);
}

static void a_lost_blocking_connection_is_told(void **state)
{
	struct text error = { 0 };
	struct db_result r;
	char conninfo[128];
	(void)state;
	snprintf(conninfo, sizeof conninfo, OWNER_CONNINFO, pg_dir);
	struct db_sync *db = db_sync_open(conninfo, &error);
	assert_non_null(db);
	assert_true(db_sync_alive(db));
	assert_false(db_sync_exec(db, "select pg_terminate_backend(pg_backend_pid())", &r));
	assert_int_equal(r.error, ERR_UNAVAILABLE);
	db_result_clear(&r);
	assert_false(db_sync_exec(db, "select 1", &r));
	assert_int_equal(r.error, ERR_UNAVAILABLE);
	db_result_clear(&r);
	assert_false(db_sync_alive(db));
	db_sync_close(db);
	assert_null(db_sync_open("host=/nonexistent", &error));
	assert_true(error.len > 0);
	text_clear(&error);
}

/* ---- the server ---- */

static bool start_postgres(void)
{
	char command[64];
	snprintf(command, sizeof command, "tests/lib/pg.sh new %d", (int)getpid());
	FILE *out = popen(command, "r");
	if (!out)
		return false;
	bool ok = fscanf(out, "%63s", pg_dir) == 1;
	return pclose(out) == 0 && ok;
}

static bool prepare_database(void)
{
	char conninfo[128];
	struct text error = { 0 };
	struct db_result r = { 0 };
	snprintf(conninfo, sizeof conninfo, OWNER_CONNINFO, pg_dir);
	bool ok = migrate_newest("sql", &schema, &error) && migrate_run(conninfo, "sql", &error);
	owner = ok ? db_sync_open(conninfo, &error) : NULL;
	ok = owner && db_sync_exec(owner, replacements, &r);
	if (!ok)
		fprintf(stderr, "%s %s\n", text_str(&error), r.message ? r.message : "");
	db_result_clear(&r);
	text_clear(&error);
	return ok;
}

static int set_up(void **state)
{
	(void)state;
	if (!start_postgres() || !prepare_database())
		return -1;
	settings_init(&settings);
	free(settings.database.conninfo);
	char conninfo[128];
	snprintf(conninfo, sizeof conninfo, DAEMON_CONNINFO, pg_dir);
	settings.database.conninfo = strdup(conninfo);
	settings.database.queue_timeout_ms = settings.database.statement_timeout_ms = PATIENCE_MS;
	base = event_base_new();
	return 0;
}

static int tear_down(void **state)
{
	char command[96];
	(void)state;
	db_sync_close(owner);
	event_base_free(base);
	settings_clear(&settings);
	snprintf(command, sizeof command, "tests/lib/pg.sh drop %s", pg_dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_of_one_turn_share_a_transaction),
		cmocka_unit_test(an_error_does_not_reach_its_neighbours),
		cmocka_unit_test(each_write_is_a_transaction_of_its_own),
		cmocka_unit_test(a_deferred_constraint_fails_the_write_at_its_sync),
		cmocka_unit_test(a_write_on_a_lost_connection_is_not_repeated),
		cmocka_unit_test(a_read_on_a_lost_connection_is_repeated),
		cmocka_unit_test(what_waits_too_long_is_unavailable),
		cmocka_unit_test(nobody_is_forgotten_at_the_end),
		cmocka_unit_test(many_at_once_are_all_answered),
		cmocka_unit_test(arrays_arrive_as_they_were_given),
		cmocka_unit_test(values_of_all_types_go_there_and_back),
		cmocka_unit_test(a_failing_call_tells_state_field_and_detail),
		cmocka_unit_test(copy_takes_a_buffer_or_says_why_not),
		cmocka_unit_test(a_lost_blocking_connection_is_told),
		cmocka_unit_test(reads_are_read_only),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
