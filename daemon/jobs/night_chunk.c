/* Loans of the night: read together, advanced, and written in chunks small enough that no row stays locked for long. What
 * one loan refuses must not hold up the others: a chunk that can't be written is halved down to the loan at fault, and
 * that one is held with the reason. */
#include <string.h>

#include "night_private.h"
#include "vonvay/clock.h"
#include "vonvay/log.h"

/* A write may lock the rows of its loans for some tens of milliseconds, for somebody may wait to pay. */
#define WRITE_LONG_MS 30
#define WRITE_SHORT_MS 12
#define CHANGED_MIN 5

/* Loans of one session, or of a list; those of one write are a part of them. */
struct night_part {
	int32_t point;
	struct date session;
	int64_t after;
	const int64_t *loans;
	int count;
};

static void night_hold(struct night *n, int64_t loan, const char *reason)
{
	struct db_args args = { 0 };
	struct db_result r;
	log_error("loan %lld can't be decided: %s", (long long)loan, reason);
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_date(&args, n->day);
	db_arg_i64(&args, loan);
	db_arg_text(&args, reason);
	/* a failure ends the night */
	bool ok UNUSED = night_call(n, STMT_SWEEP_HOLD, &args, &r);
	db_result_clear(&r);
}

static void night_advance(struct night *n, const struct db_result *r, int row)
{
	struct loan_record record;
	struct text error = { 0 };
	int64_t loan = db_i64(r, row, 0);
	if (!loan_store_read(r, row, n->ref, &record, &error)) {
		log_error("loan %lld: %s", (long long)loan, text_str(&error));
		text_clear(&error);
		night_hold(n, loan, "unreadable");
		return;
	}
	if (!record.held) {
		loan_batch_begin_loan(&n->batch, &record);
		enum loan_error e = loan_advance(&record.contract, &record.loan, n->day, n->day,
						 loan_batch_step, &n->batch);
		if (e == LOAN_OK) {
			loan_batch_end_loan(&n->batch);
		} else {
			loan_batch_drop_loan(&n->batch);
			night_hold(n, loan, loan_error_word(e));
		}
	}
	loan_record_clear(&record);
}

static void night_loans_arg(struct db_args *args, const struct night_part *part)
{
	struct int_rows ids = { 0 };
	for (int i = 0; i < part->count; i++)
		int_rows_add(&ids, part->loans[i]);
	db_arg_int_rows(args, &ids);
	int_rows_clear(&ids);
}

static bool night_read(struct night *n, const struct night_part *all, struct db_result *r)
{
	struct db_args args = { 0 };
	night_args(n, &args);
	night_loans_arg(&args, all);
	return night_call(n, STMT_LOAN_READ, &args, r);
}

/* Advances the rows from *row on until enough of them have changed; the loans they are of become the part. */
static void night_fill(struct night *n, const struct db_result *r, int *row, const struct night_part *rest,
		       struct night_part *part)
{
	loan_batch_clear(&n->batch);
	while (*row < r->rows && n->batch.loans < n->changed_max && night_going(n))
		night_advance(n, r, (*row)++);
	*part = *rest;
	/* a loan that was not given at all goes with its neighbours */
	if (*row < r->rows)
		for (part->count = 1; rest->loans[part->count] < db_i64(r, *row, 0);)
			part->count++;
}

static bool night_write(struct night *n, const struct night_part *part, struct db_result *r)
{
	struct db_args args = { 0 };
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_date(&args, n->day);
	db_arg_i64(&args, part->point);
	db_arg_date(&args, part->session);
	db_arg_i64(&args, part->after);
	db_arg_i64(&args, part->loans[part->count - 1]);
	db_arg_i64(&args, part->count);
	night_loans_arg(&args, part);
	db_arg_date(&args, n->day);
	db_arg_i64(&args, reference_version(n->ref));
	loan_batch_args(&n->batch, &args);
	return worker_call(n->w, STMT_SWEEP_CHUNK, &args, r);
}

enum night_written {
	NIGHT_WRITTEN,
	NIGHT_ANEW, /* the reference data have changed: decide again */
	NIGHT_REFUSED,
	NIGHT_LOST,
};

/* Is the refusal about the data of a loan? (a value out of range, a constraint, an invariant) Anything else, like a right
 * that is missing, would hit every loan: it fails the run. */
static bool night_refused(const struct db_result *r)
{
	return worker_lost(r) == JOB_FAILED &&
	       (!strncmp(r->sqlstate, "22", 2) || !strncmp(r->sqlstate, "23", 2) ||
		!strncmp(r->sqlstate, "LN", 2));
}

static enum night_written night_write_failed(struct night *n, const struct db_result *r)
{
	if (!strcmp(r->sqlstate, "LN411"))
		return NIGHT_ANEW;
	if (night_refused(r))
		return NIGHT_REFUSED;
	night_lost(n, r);
	return NIGHT_LOST;
}

/* So many loans are changed by one write as it can do in the time. */
static void night_adapt(struct night *n, int64_t took_ms)
{
	int chunk_max = (int)n->w->settings->night.chunk_loans;
	if (took_ms > WRITE_LONG_MS && n->changed_max / 2 >= CHANGED_MIN)
		n->changed_max /= 2;
	else if (took_ms < WRITE_SHORT_MS && n->batch.loans >= n->changed_max &&
		 n->changed_max * 2 <= chunk_max)
		n->changed_max *= 2;
}

static enum night_written night_try(struct night *n, const struct night_part *part)
{
	struct db_result r;
	enum night_written how = NIGHT_WRITTEN;
	int64_t since = clock_ms();
	if (!night_going(n))
		return NIGHT_LOST;
	if (n->batch.overflow)
		return NIGHT_REFUSED;
	if (!night_write(n, part, &r))
		how = night_write_failed(n, &r);
	db_result_clear(&r);
	night_adapt(n, clock_ms() - since);
	return how;
}

static void night_halve(struct night *n, const struct night_part *part)
{
	int half = part->count / 2;
	const int64_t *loans = part->loans;
	if (part->count == 1) {
		night_hold(n, loans[0], "refused");
		return;
	}
	night_chunk(n, part->point, part->session, part->after, loans, half);
	if (night_going(n))
		night_chunk(n, part->point, part->session, part->point == NIGHT_RETRY ? 0 : loans[half - 1],
			    loans + half, part->count - half);
}

static void night_part_done(struct night_part *rest, const struct night_part *part)
{
	rest->loans += part->count;
	rest->count -= part->count;
	if (rest->point != NIGHT_RETRY)
		rest->after = part->loans[part->count - 1];
}

static void night_parts(struct night *n, const struct db_result *r, struct night_part *rest)
{
	struct night_part part;
	for (int row = 0; night_going(n) && rest->count;) {
		int first = row;
		night_fill(n, r, &row, rest, &part);
		switch (night_try(n, &part)) {
		case NIGHT_WRITTEN:
			night_part_done(rest, &part);
			break;
		case NIGHT_ANEW:
			row = night_load_reference(n) ? first : row;
			break;
		case NIGHT_REFUSED:
			night_halve(n, &part);
			night_part_done(rest, &part);
			break;
		case NIGHT_LOST:
			return;
		}
	}
}

void night_chunk(struct night *n, int32_t point, struct date session, int64_t after, const int64_t *loans,
		 int count)
{
	struct night_part all = { point, session, after, loans, count };
	struct db_result r;
	if (night_read(n, &all, &r))
		night_parts(n, &r, &all);
	db_result_clear(&r);
	loan_batch_clear(&n->batch);
}
