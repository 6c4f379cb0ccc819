/* Loans made again from their facts (vonvay/loan_verify.h), and the summaries made again from the loans. */
#include <stdlib.h>
#include <string.h>

#include "verify_private.h"
#include "vonvay/loan_verify.h"
#include "vonvay/mem.h"
#include "vonvay/reference.h"

#define LOANS_AT_ONCE 500
#define CELLS_AT_ONCE 200
#define SUMS 9

/* Columns of api.verify_cells and api.verify_deltas: interests as whole đồng and units, made one number each here. */
enum {
	CELL_ID,
	CELL_STATUS,
	CELL_ON,
	CELL_COUNTS,	    /* loans, in_term, overdue, frozen, grace, overdue_grace */
	CELL_INTERESTS = 9, /* three pairs */
};
#define COUNTS (CELL_INTERESTS - CELL_COUNTS)

__extension__ typedef __int128 verify_wide; /* of interest, in units */

/* What one cell, status and day come to: made from loans, less what is stored. */
struct verify_sum {
	bool used;
	int32_t cell, status;
	struct date on;
	verify_wide values[SUMS];
};

/* Open addressing; room is a power of two, at most two thirds full. */
struct verify_sums {
	struct verify_sum *rows;
	size_t count, room;
};

struct verify_loan_job {
	struct verify *v;
	struct loan_verify loans;
	struct reference *ref;
	struct verify_sums sums;
	int64_t ids[LOANS_AT_ONCE];
	int count;
	int64_t after;
};

/* ---- sums ---- */

static size_t sums_slot(const struct verify_sums *t, int32_t cell, int32_t status, struct date on)
{
	uint64_t h = (uint64_t)(uint32_t)cell * 0x9E3779B97F4A7C15U;
	h ^= ((uint64_t)(uint32_t)on.days << 3) + (uint64_t)(uint32_t)status;
	h *= 0xC2B2AE3D27D4EB4FU;
	size_t at = (size_t)(h >> 20) & (t->room - 1);
	while (t->rows[at].used && (t->rows[at].cell != cell || t->rows[at].status != status ||
				    date_cmp(t->rows[at].on, on) != 0))
		at = (at + 1) & (t->room - 1);
	return at;
}

static void sums_grow(struct verify_sums *t)
{
	struct verify_sums bigger = { .count = t->count, .room = t->room ? t->room * 2 : 4096 };
	bigger.rows = xcalloc(bigger.room, sizeof *bigger.rows);
	for (size_t i = 0; i < t->room; i++)
		if (t->rows[i].used)
			bigger.rows[sums_slot(&bigger, t->rows[i].cell, t->rows[i].status, t->rows[i].on)] =
				t->rows[i];
	free(t->rows);
	*t = bigger;
}

static struct verify_sum *sums_at(struct verify_sums *t, int32_t cell, int32_t status, struct date on)
{
	if (t->count * 3 >= t->room * 2)
		sums_grow(t);
	struct verify_sum *sum = &t->rows[sums_slot(t, cell, status, on)];
	if (!sum->used) {
		*sum = (struct verify_sum){ .used = true, .cell = cell, .status = status, .on = on };
		t->count++;
	}
	return sum;
}

static void sums_add(struct verify_sums *t, const struct db_result *r, int row, int sign)
{
	struct verify_sum *sum =
		sums_at(t, db_i32(r, row, CELL_ID), db_i32(r, row, CELL_STATUS), db_date(r, row, CELL_ON));
	for (int i = 0; i < COUNTS; i++)
		sum->values[i] += sign * (verify_wide)db_i64(r, row, CELL_COUNTS + i);
	for (int i = 0; i < SUMS - COUNTS; i++)
		sum->values[COUNTS + i] +=
			sign * ((verify_wide)db_i64(r, row, CELL_INTERESTS + 2 * i) * INTEREST_UNITS_PER_DONG +
				db_i64(r, row, CELL_INTERESTS + 2 * i + 1));
}

static void sums_report(struct verify *v, const struct verify_sums *t)
{
	static const char *const names[SUMS] = { "loans", "in_term", "overdue", "frozen", "grace", "overdue_grace",
						 "interest_in_term", "interest_overdue", "interest_grace" };
	for (size_t i = 0; i < t->room; i++)
		for (int k = 0; k < SUMS && t->rows[i].used; k++) {
			char on[DATE_TEXT_SIZE];
			if (!t->rows[i].values[k])
				continue;
			date_format(t->rows[i].on, on);
			verify_found(v, "summary", 0,
				     "portfolio_delta of cell %d, status %d, %s: %s is not what the loans add up to",
				     t->rows[i].cell, t->rows[i].status, on, names[k]);
			break;
		}
}

/* ---- loans ---- */

static void loans_found(void *arg, int64_t loan_id, const char *what)
{
	verify_found(arg, "loan", 0, "loan %lld: %s", (long long)loan_id, what);
}

static void loans_list(struct verify_loan_job *job)
{
	struct db_args args = { 0 };
	struct db_result r;
	job->count = 0;
	verify_args(job->v, &args);
	db_arg_i64(&args, job->after);
	db_arg_i64(&args, LOANS_AT_ONCE);
	int rows = verify_call(job->v, STMT_VERIFY_LOANS, &args, &r) ? r.rows : 0;
	for (int i = 0; i < rows; i++) {
		job->after = db_i64(&r, i, 0);
		if (db_bool(&r, i, 1))
			job->ids[job->count++] = job->after;
		else
			loans_found(job->v, job->after, "its contract or its state is missing");
	}
	if (!rows)
		job->after = 0;
	db_result_clear(&r);
}

static bool loans_read(struct verify_loan_job *job, enum stmt stmt, struct db_result *r)
{
	struct db_args args = { 0 };
	struct int_rows ids = { 0 };
	for (int i = 0; i < job->count; i++)
		int_rows_add(&ids, job->ids[i]);
	verify_args(job->v, &args);
	db_arg_int_rows(&args, &ids);
	int_rows_clear(&ids);
	return verify_call(job->v, stmt, &args, r);
}

/* What these loans add to the summaries, by the cells that only SQL knows. */
static void loans_cells(struct verify_loan_job *job)
{
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(job->v, &args);
	db_arg_int_rows(&args, &job->loans.batch.deltas);
	if (verify_call(job->v, STMT_VERIFY_CELLS, &args, &r))
		for (int i = 0; i < r.rows; i++)
			sums_add(&job->sums, &r, i, 1);
	db_result_clear(&r);
}

static void loans_chunk(struct verify_loan_job *job)
{
	static const enum stmt reads[] = { STMT_LOAN_READ, STMT_LOAN_FACTS, STMT_LOAN_TRANSITIONS,
					   STMT_VERIFY_POSTINGS };
	struct db_result r[ARRAY_LEN(reads)] = { 0 };
	bool ok = true;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++)
		ok = ok && loans_read(job, reads[i], &r[i]);
	if (ok) {
		loan_verify(&job->loans, &r[0], &r[1], &r[2], &r[3]);
		loans_cells(job);
	}
	for (size_t i = 0; i < ARRAY_LEN(reads); i++)
		db_result_clear(&r[i]);
	job->v->done = job->loans.loans;
	verify_breathe(job->v);
}

/* ---- summaries ---- */

static void summaries_stored(struct verify_loan_job *job)
{
	int32_t after = 0, cells = INT32_MAX;
	for (int rows = 1; rows && verify_going(job->v); after = cells) {
		struct db_args args = { 0 };
		struct db_result r;
		verify_args(job->v, &args);
		db_arg_i64(&args, after);
		db_arg_i64(&args, CELLS_AT_ONCE);
		rows = verify_call(job->v, STMT_VERIFY_DELTAS, &args, &r) ? r.rows : 0;
		for (int i = 0; i < rows; i++)
			sums_add(&job->sums, &r, i, -1);
		cells = rows ? db_i32(&r, rows - 1, CELL_ID) : after;
		job->v->deltas += rows;
		db_result_clear(&r);
		verify_breathe(job->v);
	}
}

/* ---- whole ---- */

static bool loans_begin(struct verify_loan_job *job)
{
	struct verify *v = job->v;
	struct text error = { 0 };
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(v, &args);
	if (verify_call(v, STMT_REFERENCE_READ, &args, &r)) {
		job->ref = reference_parse_new(db_text(&r, 0, 1), db_i64(&r, 0, 0), &error);
		if (!job->ref)
			verify_found(v, "loan", 0, "the reference data can't be read: %s", text_str(&error));
	}
	db_result_clear(&r);
	text_clear(&error);
	if (!job->ref || !verify_call(v, STMT_DAEMON_STATE, NULL, &r))
		return false;
	job->loans.ref = job->ref;
	job->loans.until = db_date(&r, 0, 1);
	job->loans.found = loans_found;
	job->loans.arg = v;
	db_result_clear(&r);
	return true;
}

static void loans_count(struct verify_loan_job *job)
{
	struct verify *v = job->v;
	v->loans = job->loans.loans;
	v->facts = job->loans.facts;
	v->transitions = job->loans.transitions;
	v->postings = job->loans.postings;
	v->held = job->loans.held;
}

void verify_loans(struct verify *v)
{
	struct verify_loan_job *job = xcalloc(1, sizeof *job);
	job->v = v;
	if (loans_begin(job)) {
		do {
			loans_list(job);
			if (job->count && verify_going(v))
				loans_chunk(job);
		} while (job->after && verify_going(v));
		if (verify_going(v))
			summaries_stored(job);
		if (verify_going(v))
			sums_report(v, &job->sums);
	}
	loans_count(job);
	loan_verify_clear(&job->loans);
	reference_unref(job->ref);
	free(job->sums.rows);
	free(job);
}
