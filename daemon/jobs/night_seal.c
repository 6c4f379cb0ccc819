/* The seal of the day: the rows of its positions become leaves, page by page, in one transaction with the seal itself. A
 * death in the middle takes all of it back, and the seal is made again with the same bytes: what it covers is closed, its
 * salt follows from the key and the seal before, the moment in it is that of the night. */
#include "vonvay/clock.h"
#include "vonvay/seal.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/proof.h"

/* A seal ends with the entry in which it passes so many leaves: the next one goes on with the day. */
#define LEAVES_ENOUGH 262144
/* Positions read at once, and the rows for which they become fewer or more. */
#define SPAN_MIN 10
#define SPAN_MAX 2000
#define ROWS_FEW 2000
#define ROWS_MANY 10000

struct seal_job {
	struct worker *w;
	enum job_end end;
	struct seal seal;
	int64_t wanted; /* the last position to be sealed, by as many seals as it takes */
	struct merkle_hash page[MERKLE_PAGE];
	size_t page_count;
	struct text names; /* of the page */
	int64_t page_first, page_last;
	struct merkle_hash *roots; /* of the pages */
	size_t pages, pages_room;
};

/* Columns of api.seal_next. */
enum {
	NEXT_BRANCH,
	NEXT_NUMBER,
	NEXT_FROM_DAY,
	NEXT_BUSINESS_DATE,
	NEXT_CLOSED_AT,
	NEXT_FIRST,
	NEXT_LAST,
	NEXT_PREVIOUS,
};

/* Columns of api.seal_rows. */
enum {
	ROW_POSITION,
	ROW_NAME,
	ROW_BODY,
};

static bool seal_call(struct seal_job *job, enum stmt stmt, struct db_args *args, struct db_result *r)
{
	bool ok = worker_call(job->w, stmt, args, r);
	if (!ok)
		job->end = worker_lost(r);
	return ok;
}

static void seal_do(struct seal_job *job, enum stmt stmt, struct db_args *args)
{
	struct db_result r;
	bool ok UNUSED = seal_call(job, stmt, args, &r);
	db_result_clear(&r);
}

static void seal_sql(struct seal_job *job, const char *sql)
{
	struct db_result r;
	if (!db_sync_exec(job->w->db, sql, &r) && job->end == JOB_DONE)
		job->end = worker_lost(&r);
	db_result_clear(&r);
}

/* ---- pages ---- */

static void seal_page_store(struct seal_job *job, const struct merkle_hash *root)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, job->w->night);
	db_arg_i64(&args, job->seal.number);
	db_arg_i64(&args, (int64_t)job->pages - 1);
	db_arg_i64(&args, job->page_first);
	db_arg_i64(&args, job->page_last);
	db_arg_bytea(&args, root->bytes, SHA256_SIZE);
	db_arg_bytea(&args, job->page, job->page_count * sizeof job->page[0]);
	db_arg_text(&args, text_str(&job->names));
	seal_do(job, STMT_SEAL_PAGE, &args);
}

static void seal_page_end(struct seal_job *job)
{
	if (!job->page_count)
		return;
	if (job->pages == job->pages_room) {
		job->pages_room = job->pages_room ? job->pages_room * 2 : 64;
		job->roots = xrealloc_array(job->roots, job->pages_room, sizeof *job->roots);
	}
	struct merkle_hash root = merkle_root(job->page, job->page_count);
	job->roots[job->pages++] = root;
	seal_page_store(job, &root);
	job->page_count = 0;
	text_reset(&job->names);
}

static void seal_row(struct seal_job *job, const struct db_result *r, int row)
{
	unsigned char blind[SEAL_BLIND_SIZE];
	const char *body = db_text(r, row, ROW_BODY);
	if (!job->page_count)
		job->page_first = db_i64(r, row, ROW_POSITION);
	else
		text_add_char(&job->names, '\n');
	job->page_last = db_i64(r, row, ROW_POSITION);
	job->page[job->page_count++] = seal_leaf(job->seal.salt, body, strlen(body), blind);
	text_add(&job->names, db_text(r, row, ROW_NAME));
	job->seal.leaves++;
	if (job->page_count == MERKLE_PAGE)
		seal_page_end(job);
}

/* How many rows these positions have; all go to the pages. */
static int seal_span(struct seal_job *job, int64_t first, int64_t last)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, job->w->night);
	db_arg_i64(&args, first);
	db_arg_i64(&args, last);
	int rows = seal_call(job, STMT_SEAL_ROWS, &args, &r) ? r.rows : 0;
	for (int i = 0; i < rows && job->end == JOB_DONE; i++)
		seal_row(job, &r, i);
	db_result_clear(&r);
	return rows;
}

static void seal_leaves(struct seal_job *job)
{
	int64_t span = SPAN_MIN;
	struct seal *s = &job->seal;
	s->last = s->first - 1;
	while (s->last < job->wanted && s->leaves < LEAVES_ENOUGH && job->end == JOB_DONE) {
		int64_t last = s->last + span < job->wanted ? s->last + span : job->wanted;
		int rows = seal_span(job, s->last + 1, last);
		s->last = last;
		if (rows < ROWS_FEW && span * 2 <= SPAN_MAX)
			span *= 2;
		else if (rows > ROWS_MANY && span / 2 >= SPAN_MIN)
			span /= 2;
		if (job->end == JOB_DONE && worker_stopping(job->w))
			job->end = JOB_STOPPED;
	}
	seal_page_end(job);
	s->closes = s->last == job->wanted;
	s->root = merkle_root(job->roots, job->pages);
}

/* ---- the seal ---- */

static void seal_take(struct seal_job *job, const struct db_result *r)
{
	struct seal *s = &job->seal;
	s->branch = db_i32(r, 0, NEXT_BRANCH);
	s->number = db_i32(r, 0, NEXT_NUMBER);
	s->from_day = db_date(r, 0, NEXT_FROM_DAY);
	s->business_date = db_date(r, 0, NEXT_BUSINESS_DATE);
	snprintf(s->closed_at, sizeof s->closed_at, "%s", db_text(r, 0, NEXT_CLOSED_AT));
	s->first = db_i64(r, 0, NEXT_FIRST);
	job->wanted = db_i64(r, 0, NEXT_LAST);
	if (!hex_decode(db_text(r, 0, NEXT_PREVIOUS), s->previous.bytes, SHA256_SIZE))
		log_fatal("the hash of the seal before number %d is none", s->number);
	seal_key_id(job->w->seal_key, s->key_id);
	seal_key_salt(job->w->seal_key, &s->previous, s->salt);
}

/* Days before the business date have no entry without a position afterwards. */
static bool seal_begin(struct seal_job *job)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, job->w->night);
	seal_do(job, STMT_NUMBER_ENTRIES, &args);
	if (job->end != JOB_DONE)
		return false;
	db_arg_i64(&args, job->w->night);
	bool found = seal_call(job, STMT_SEAL_NEXT, &args, &r) && r.rows;
	if (found)
		seal_take(job, &r);
	db_result_clear(&r);
	return found;
}

static void seal_store(struct seal_job *job)
{
	const struct seal *s = &job->seal;
	struct text head = { 0 };
	struct db_args args = { 0 };
	unsigned char signature[SEAL_SIGNATURE_SIZE];
	seal_head(s, &head);
	struct merkle_hash hash = seal_hash(&head);
	seal_key_sign(job->w->seal_key, &head, signature);
	text_clear(&head);
	db_arg_i64(&args, job->w->night);
	db_arg_i64(&args, s->number);
	db_arg_date(&args, s->from_day);
	db_arg_date(&args, s->business_date);
	db_arg_text(&args, s->closes ? "true" : "false");
	db_arg_text(&args, s->closed_at);
	db_arg_i64(&args, s->first);
	db_arg_i64(&args, s->last);
	db_arg_i64(&args, s->leaves);
	db_arg_bytea(&args, s->root.bytes, SHA256_SIZE);
	db_arg_bytea(&args, s->salt, SHA256_SIZE);
	db_arg_bytea(&args, s->previous.bytes, SHA256_SIZE);
	db_arg_bytea(&args, hash.bytes, SHA256_SIZE);
	db_arg_bytea(&args, s->key_id, SEAL_KEY_ID_SIZE);
	db_arg_bytea(&args, signature, sizeof signature);
	seal_do(job, STMT_SEAL_STORE, &args);
}

static void seal_say(const struct seal_job *job, int64_t since_ms)
{
	char day[DATE_TEXT_SIZE];
	date_format(job->seal.business_date, day);
	log_info("seal %d: until %s, %lld rows of positions %lld to %lld, %lld ms", job->seal.number, day,
		 (long long)job->seal.leaves, (long long)job->seal.first, (long long)job->seal.last,
		 (long long)(clock_ms() - since_ms));
}

static void seal_transaction(struct seal_job *job, bool *found)
{
	int64_t since_ms = clock_ms();
	seal_sql(job, "begin");
	*found = job->end == JOB_DONE && seal_begin(job);
	if (*found && job->end == JOB_DONE)
		seal_leaves(job);
	if (*found && job->end == JOB_DONE)
		seal_store(job);
	if (job->end == JOB_DONE)
		seal_sql(job, "commit");
	else if (db_sync_alive(job->w->db))
		seal_sql(job, "rollback");
	if (*found && job->end == JOB_DONE)
		seal_say(job, since_ms);
}

static bool seal_waiting(struct worker *w, enum job_end *end)
{
	struct db_args args = { 0 };
	struct db_result r;
	db_arg_i64(&args, w->night);
	bool ok = worker_call(w, STMT_SEAL_WAITING, &args, &r), waiting = ok && db_bool(&r, 0, 0);
	*end = ok ? JOB_DONE : worker_lost(&r);
	db_result_clear(&r);
	return waiting;
}

/* A failure is in the log, and tried again whenever the worker looks for work. */
enum job_end seal_work(struct worker *w, bool *found)
{
	enum job_end end = JOB_DONE;
	*found = false;
	if (!w->seal_key || !seal_waiting(w, &end))
		return end;
	struct seal_job *job = xcalloc(1, sizeof *job);
	job->w = w;
	job->end = JOB_DONE;
	seal_transaction(job, found);
	end = job->end;
	*found = *found && end == JOB_DONE;
	text_clear(&job->names);
	free(job->roots);
	free(job);
	return end;
}
