/* vonvayd --rotate-key. What is left to do is what the database has under another key: there is no checkpoint to keep, and
 * after any interruption the next run goes on where this one was. */
#include "vonvay/clock.h"
#include "vonvay/rotate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/json.h"
#include "vonvay/mem.h"
#include "vonvay/personal.h"
#include "vonvay/worker_jobs.h"

#define SAY_EVERY_MS 1000

/* Where sealed values stand, and how many are sealed anew in one transaction: pieces of files are large. */
static const struct rotate_source {
	const char *name;
	int at_once;
} sources[] = { { "import", 4 }, { "now", 500 }, { "past", 500 } };

struct rotation {
	struct db_sync *db;
	struct data_keys keys;
	int64_t actor;
	int64_t done, total;
	int64_t said_ms;
	bool lost; /* a call failed: it has been told */
};

/* Columns of api.reseal_read. */
enum {
	RESEAL_ROW,
	RESEAL_BRANCH,
	RESEAL_ID, /* household, or the place in the file */
	RESEAL_MEMBER,
	RESEAL_FIELD,
	RESEAL_SEALED,
};

static bool rotate_call(struct rotation *r, enum stmt stmt, struct db_args *args, struct db_result *out)
{
	if (db_sync_call(r->db, stmt, args, out))
		return true;
	fprintf(stderr, "vonvayd: %s; start it again to go on\n", out->message);
	r->lost = true;
	return false;
}

/* The head of every call: actor, key. */
static struct db_args rotate_args(const struct rotation *r)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, r->actor);
	db_arg_i64(&args, r->keys.key[0].id);
	return args;
}

/* A number that a call gives; -1: it failed. */
static int64_t rotate_number(struct rotation *r, enum stmt stmt, struct db_args *args)
{
	struct db_result out;
	int64_t number = rotate_call(r, stmt, args, &out) ? db_i64(&out, 0, 0) : -1;
	db_result_clear(&out);
	return number;
}

static void rotate_say(struct rotation *r, bool now)
{
	if (!now && clock_ms() - r->said_ms < SAY_EVERY_MS)
		return;
	r->said_ms = clock_ms();
	printf("%lld of %lld values sealed anew\n", (long long)r->done, (long long)r->total);
	fflush(stdout);
}

/* ---- one value ---- */

static void rotate_unreadable(const struct db_result *rows, int i, const unsigned char *sealed, size_t len)
{
	const char *field = db_text(rows, i, RESEAL_FIELD);
	fprintf(stderr,
		field[0] ? "vonvayd: %s of household %010lld, member %lld, can't be opened (key %08x)\n"
			 : "vonvayd: %sa piece at byte %lld of import %lld can't be opened (key %08x)\n",
		field, (long long)db_i64(rows, i, RESEAL_ID),
		(long long)db_i64(rows, i, field[0] ? RESEAL_MEMBER : RESEAL_ROW), data_sealed_by(sealed, len));
}

static bool rotate_piece(const struct rotation *r, const struct db_result *rows, int i,
			 const unsigned char *sealed, size_t len, struct jw *w)
{
	int64_t import = db_i64(rows, i, RESEAL_ROW), at = db_i64(rows, i, RESEAL_ID);
	struct text again = { 0 }, digest = { 0 };
	unsigned char *plain = personal_piece_open_new(&r->keys, import, at, sealed, len);
	if (!plain)
		return false;
	personal_piece_seal(&r->keys, import, at, (const char *)plain, len - SEAL_OVERHEAD, &again, &digest);
	jw_str(w, "sealed", text_str(&again));
	jw_str(w, "hash", text_str(&digest));
	text_clear(&again);
	text_clear(&digest);
	explicit_bzero(plain, len - SEAL_OVERHEAD);
	free(plain);
	return true;
}

static bool rotate_value(const struct rotation *r, const struct db_result *rows, int i,
			 const unsigned char *sealed, size_t len, struct jw *w)
{
	struct personal_place place = { db_i32(rows, i, RESEAL_BRANCH), db_i64(rows, i, RESEAL_ID),
					db_i64(rows, i, RESEAL_MEMBER), PERSONAL_CITIZEN_ID };
	personal_text value;
	if (!personal_field_of_word(db_text(rows, i, RESEAL_FIELD), &place.field) ||
	    !personal_open(&r->keys, &place, sealed, len, value))
		return false;
	jw_i64(w, "branch", place.branch);
	jw_i64(w, "member", place.member);
	jw_str(w, "field", personal_fields[place.field]);
	personal_seal_members(&r->keys.key[0], &place, value, w);
	explicit_bzero(value, sizeof value);
	return true;
}

/* One object of the chunk; nothing when the value can't be opened. */
static void rotate_row(const struct rotation *r, const struct db_result *rows, int i, struct jw *w)
{
	size_t len;
	struct text object = { 0 };
	struct jw row = jw_start(&object);
	unsigned char *sealed = db_bytea(rows, i, RESEAL_SEALED, &len);
	char *was = xmalloc(2 * len + 1);
	hex_encode(sealed, len, was);
	jw_object(&row, NULL);
	jw_i64(&row, "row", db_i64(rows, i, RESEAL_ROW));
	jw_i64(&row, "id", db_i64(rows, i, RESEAL_ID));
	jw_str(&row, "was", was);
	bool piece = !db_text(rows, i, RESEAL_FIELD)[0];
	if ((piece ? rotate_piece : rotate_value)(r, rows, i, sealed, len, &row)) {
		jw_end(&row);
		jw_raw(w, NULL, object.s);
	} else {
		rotate_unreadable(rows, i, sealed, len);
	}
	free(was);
	free(sealed);
	text_clear(&object);
}

/* ---- a chunk, a source, everything ---- */

/* How many were sealed anew. */
static int64_t rotate_write(struct rotation *r, const struct rotate_source *source, const struct db_result *rows)
{
	struct text list = { 0 };
	struct jw w = jw_start(&list);
	struct db_args args = rotate_args(r);
	jw_array(&w, NULL);
	for (int i = 0; i < rows->rows; i++)
		rotate_row(r, rows, i, &w);
	jw_end(&w);
	db_arg_text(&args, source->name);
	db_arg_text(&args, list.s);
	text_clear(&list);
	return rotate_number(r, STMT_RESEAL_WRITE, &args);
}

/* False: nothing is left of this source behind what could not be done. */
static bool rotate_chunk(struct rotation *r, const struct rotate_source *source, int64_t *skip)
{
	struct db_args args = rotate_args(r);
	struct db_result rows;
	db_arg_text(&args, source->name);
	db_arg_i64(&args, *skip);
	db_arg_i64(&args, source->at_once);
	bool more = rotate_call(r, STMT_RESEAL_READ, &args, &rows) && rows.rows > 0;
	int64_t done = more ? rotate_write(r, source, &rows) : 0;
	if (more && done >= 0) {
		r->done += done;
		*skip += rows.rows - done;
	}
	db_result_clear(&rows);
	rotate_say(r, false);
	return more && done >= 0;
}

/* How many were done. */
static int64_t rotate_pass(struct rotation *r)
{
	int64_t before = r->done;
	for (size_t i = 0; i < ARRAY_LEN(sources) && !r->lost; i++) {
		int64_t skip = 0;
		while (rotate_chunk(r, &sources[i], &skip))
			;
	}
	return r->done - before;
}

/* Others may have written with an old key meanwhile: until nothing is left, or nothing can be done about it. */
static int rotate_all(struct rotation *r)
{
	struct db_args args = rotate_args(r);
	int64_t left = r->total = rotate_number(r, STMT_RESEAL_BEGIN, &args), moved;
	if (r->lost)
		return 1;
	printf("key %08x: %lld values are sealed with another one\n", r->keys.key[0].id, (long long)left);
	do {
		moved = rotate_pass(r);
		args = rotate_args(r);
		left = r->lost ? -1 : rotate_number(r, STMT_RESEAL_END, &args);
	} while (left > 0 && moved > 0);
	rotate_say(r, true);
	if (left > 0)
		fprintf(stderr, "vonvayd: not done: %lld values are still sealed with another key\n", (long long)left);
	if (left == 0)
		printf("done: everything is sealed with key %08x; old_data_key_files may go\n", r->keys.key[0].id);
	return left == 0 ? 0 : 1;
}

static bool rotate_actor(struct rotation *r)
{
	struct db_result out;
	bool ok = rotate_call(r, STMT_JOB_ACTORS, NULL, &out) && out.rows == 1;
	if (ok)
		r->actor = db_i64(&out, 0, 0);
	db_result_clear(&out);
	return ok;
}

static bool rotate_open(struct rotation *r, const struct settings *settings)
{
	struct text error = { 0 };
	if (!data_keys_load(&r->keys, settings->security.data_key_file, settings->security.old_data_key_files,
			    &error))
		fprintf(stderr, "vonvayd: %s\n", text_str(&error));
	else if (!r->keys.count)
		fprintf(stderr, "vonvayd: there is no data key ([security] data_key_file)\n");
	else if (!(r->db = db_sync_open(settings->database.conninfo, &error)))
		fprintf(stderr, "vonvayd: database: %s\n", text_str(&error));
	text_clear(&error);
	return r->db != NULL;
}

int rotate_key(const struct settings *settings)
{
	struct rotation r = { 0 };
	int status = rotate_open(&r, settings) && rotate_actor(&r) ? rotate_all(&r) : 1;
	db_sync_close(r.db);
	data_keys_clear(&r.keys);
	return status;
}
