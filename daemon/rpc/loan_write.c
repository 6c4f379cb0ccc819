/* Adding a fact to a loan. Nothing is stored of a request that is refused: all refusals come before the one statement,
 * or from it. */
#include "loan_write.h"

#include <stdlib.h>
#include <string.h>

#include "loan_reads.h"
#include "vonvay/mem.h"
#include "vonvay/param.h"
#include "vonvay/server.h"

static void write_reset(struct loan_write *w)
{
	if (w->has_record)
		loan_record_clear(&w->record);
	w->has_record = false;
	free(w->facts);
	w->facts = NULL;
	loan_batch_clear(&w->batch);
	text_clear(&w->more);
}

static void write_clear(void *arg)
{
	write_reset(arg);
}

struct loan_write *loan_write_new(struct request *req, enum stmt stmt)
{
	struct loan_write *w = request_state(req, sizeof *w);
	w->req = req;
	w->stmt = stmt;
	request_on_free(req, write_clear, w);
	return w;
}

bool loan_write_check_day(struct loan_write *w)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	if (date_cmp(w->fact.on, w->ctx->began_on) >= 0 && date_cmp(w->fact.on, w->ctx->business) <= 0)
		return true;
	date_format(w->ctx->began_on, first);
	date_format(w->ctx->business, last);
	request_fail(w->req, ERR_DATE_OUT_OF_RANGE, w->on_field, "%s must be %s to %s", w->on_field, first,
		     last);
	return false;
}

static void write_refuse(struct loan_write *w, enum loan_error error)
{
	struct request *req = w->req;
	switch (error) {
	case LOAN_ERROR_TOO_MUCH:
		request_fail(
			req, ERR_AMOUNT_TOO_LARGE, "amount",
			"amount is more than is owed on that day, or leaves a later payment more than was owed");
		return;
	case LOAN_ERROR_BEFORE_START:
	case LOAN_ERROR_NOT_DISBURSED:
		request_fail(req, ERR_DATE_OUT_OF_RANGE, w->on_field,
			     "%s is before the first disbursement of the loan", w->on_field);
		return;
	case LOAN_ERROR_NO_INSTALMENT:
		request_fail(req, ERR_DATE_OUT_OF_RANGE, w->on_field,
			     "%s leaves no unpaid instalment that is due after it", w->on_field);
		return;
	case LOAN_ERROR_CLOSED:
		request_fail(req, ERR_LOAN_CLOSED, "loan", "%s", "");
		return;
	case LOAN_ERROR_OVERFLOW:
		request_fail(req, ERR_INVALID_PARAMS, "amount", "amount gives sums that are too large");
		return;
	case LOAN_OK:
	case LOAN_ERROR_ORDER:
	case LOAN_ERROR_OPENING:
	case LOAN_ERROR_DECIDED:
	case LOAN_ERROR_UNTIL:
	case LOAN_ERROR_FROZEN:
	case LOAN_ERROR_NOT_FROZEN:
	case LOAN_ERROR_NUMBER:
	case LOAN_ERROR_REVERSES:
		break;
	}
	request_log(req, "loan %lld: %s", (long long)w->record.contract.loan_id, loan_error_word(error));
	request_fail(req, ERR_INTERNAL, NULL, "%s", "");
}

/* ---- write ---- */

static void write_again(struct loan_write *w, bool moved)
{
	struct request *req = w->req;
	if (moved ? ++w->moves >= LOAN_WRITE_MOVES : ++w->tries >= LOAN_WRITE_TRIES) {
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
		return;
	}
	write_reset(w);
	loan_context_get(req, true, w->begin, w);
}

static void write_done(const struct db_result *r, void *arg)
{
	struct loan_write *w = arg;
	if (r->ok && r->rows)
		request_reply_str(w->req, db_text(r, 0, 1));
	else if (r->error == ERR_STALE || r->error == ERR_MOVED)
		write_again(w, r->error == ERR_MOVED);
	else
		request_fail_db(w->req, r);
}

static bool write_reply_text(struct loan_write *w, struct text *text)
{
	struct jw out = jw_start(text);
	jw_object(&out, NULL);
	bool ok = w->reply(w, &out);
	jw_end(&out);
	return ok;
}

static void write_send(struct loan_write *w)
{
	struct request *req = w->req;
	struct db_args args = { 0 };
	struct text reply = { 0 };
	if (!write_reply_text(w, &reply)) {
		text_clear(&reply);
		write_refuse(w, LOAN_ERROR_OVERFLOW);
		return;
	}
	loan_context_write_head(w->ctx, req, reply.s, &args);
	if (w->contracts) {
		loan_batch_args_contracts(&w->batch, &args);
		db_arg_text(&args, w->more.len ? text_str(&w->more) : "{}");
	}
	loan_batch_args(&w->batch, &args);
	if (!w->contracts)
		db_arg_text(&args, "{}");
	text_clear(&reply);
	db_query(req->db, w->stmt, &args, write_done, w);
}

/* ---- decide ---- */

void loan_write_apply(struct loan_write *w)
{
	struct loan_record *r = &w->record;
	struct date business = w->ctx->business;
	loan_batch_begin_loan(&w->batch, r);
	w->fact.no = r->facts + 1;
	enum loan_error error = loan_apply(&r->contract, &r->loan, &w->fact, loan_batch_step, &w->batch);
	if (error == LOAN_OK)
		error = loan_advance(&r->contract, &r->loan, business, business, loan_batch_step, &w->batch);
	if (error == LOAN_OK && !loan_batch_end_loan(&w->batch))
		error = LOAN_ERROR_ORDER; /* a fact without a step would be a bug of the domain */
	if (error == LOAN_OK && w->batch.overflow)
		error = LOAN_ERROR_OVERFLOW;
	if (error == LOAN_OK)
		write_send(w);
	else
		write_refuse(w, error);
}

/* Loan, facts and transitions are read one after the other: a write between them is seen here. If it stays so, what is
 * stored does not follow from the facts. */
static void write_mismatch(struct loan_write *w)
{
	request_log(w->req, "loan %lld: the facts read do not give what is stored",
		    (long long)w->record.contract.loan_id);
	if (w->tries + 1 < LOAN_WRITE_TRIES)
		write_again(w, false);
	else
		request_fail(w->req, ERR_INTERNAL, NULL, "%s", "");
}

static void write_transitions_read(const struct db_result *r, void *arg)
{
	struct loan_write *w = arg;
	size_t count;
	int row = 0;
	bool books;
	if (!r->ok) {
		request_fail_db(w->req, r);
		return;
	}
	struct stored_transition *stored =
		loan_store_transitions_new(r, &row, w->record.contract.loan_id, &count);
	w->fact.no = w->record.facts + 1;
	enum loan_error error = loan_batch_replay(&w->batch, &w->record, w->facts, w->facts_count, &w->fact,
						  1, stored, count, w->ctx->business, &books);
	free(stored);
	if (error == LOAN_OK && w->batch.overflow)
		error = LOAN_ERROR_OVERFLOW;
	if (books)
		write_mismatch(w);
	else if (error == LOAN_OK)
		write_send(w);
	else
		write_refuse(w, error);
}

static void write_query_loan(struct loan_write *w, enum stmt stmt, int64_t loan_id, db_cb *cb)
{
	struct db_args args = { 0 };
	struct int_rows loans = { 0 };
	int_rows_add(&loans, loan_id);
	db_arg_i64(&args, w->req->actor.staff_id);
	db_arg_int_rows(&args, &loans);
	int_rows_clear(&loans);
	db_query(w->req->db, stmt, &args, cb, w);
}

static void write_facts_read(const struct db_result *r, void *arg)
{
	struct loan_write *w = arg;
	int row = 0;
	if (!r->ok) {
		request_fail_db(w->req, r);
		return;
	}
	w->facts = loan_store_facts_new(r, &row, w->ctx->ref, &w->record, &w->facts_count);
	write_query_loan(w, STMT_LOAN_TRANSITIONS, w->record.contract.loan_id, write_transitions_read);
}

/* ---- read ---- */

static void write_loan_read(const struct db_result *r, int row, void *arg)
{
	struct loan_write *w = arg;
	struct text error = { 0 };
	if (!r->ok) {
		request_fail_db(w->req, r);
		return;
	}
	if (row < 0) {
		request_fail(w->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
		return;
	}
	if (!loan_store_read(r, row, w->ctx->ref, &w->record, &error)) {
		request_log(w->req, "%s", text_str(&error));
		text_clear(&error);
		request_fail(w->req, ERR_INTERNAL, NULL, "%s", "");
		return;
	}
	w->has_record = true;
	if (date_cmp(w->fact.on, w->record.contract.contract_on) < 0)
		write_refuse(w, LOAN_ERROR_BEFORE_START);
	else if (loan_needs_replay(&w->record.loan, w->fact.kind, w->fact.on))
		write_query_loan(w, STMT_LOAN_FACTS, w->record.contract.loan_id, write_facts_read);
	else
		loan_write_apply(w);
}

void loan_write_read(struct loan_write *w, int64_t loan_id)
{
	loan_read(w->req, loan_id, write_loan_read, w);
}
