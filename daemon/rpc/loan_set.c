/* Adding facts to several loans at once. */
#include "loan_set.h"

#include <stdlib.h>

#include "vonvay/mem.h"

void loan_set_clear(struct loan_set *set)
{
	for (int i = 0; i < set->count; i++) {
		loan_record_clear(&set->members[i].record);
		free(set->members[i].facts);
		free(set->members[i].stored);
	}
	free(set->members);
	set->members = NULL;
	set->count = 0;
	loan_batch_clear(&set->batch);
}

struct loan_set_member *loan_set_find(const struct loan_set *set, int64_t loan_id)
{
	for (int i = 0; i < set->count; i++)
		if (set->members[i].record.contract.loan_id == loan_id)
			return &set->members[i];
	return NULL;
}

static void set_query_replays(struct loan_set *set, enum stmt stmt, db_cb *cb)
{
	struct db_args args = { 0 };
	struct int_rows loans = { 0 };
	for (int i = 0; i < set->count; i++)
		if (set->members[i].replay)
			int_rows_add(&loans, set->members[i].record.contract.loan_id);
	db_arg_i64(&args, set->req->actor.staff_id);
	db_arg_int_rows(&args, &loans);
	int_rows_clear(&loans);
	db_query(set->req->db, stmt, &args, cb, set);
}

static void set_transitions_read(const struct db_result *r, void *arg)
{
	struct loan_set *set = arg;
	int row = 0;
	if (!r->ok) {
		request_fail_db(set->req, r);
		return;
	}
	for (int i = 0; i < set->count; i++) {
		struct loan_set_member *m = &set->members[i];
		if (m->replay)
			m->stored = loan_store_transitions_new(r, &row, m->record.contract.loan_id,
							       &m->stored_count);
	}
	set->cb(set, set->arg);
}

static void set_facts_read(const struct db_result *r, void *arg)
{
	struct loan_set *set = arg;
	int row = 0;
	if (!r->ok) {
		request_fail_db(set->req, r);
		return;
	}
	for (int i = 0; i < set->count; i++) {
		struct loan_set_member *m = &set->members[i];
		if (m->replay)
			m->facts = loan_store_facts_new(r, &row, set->ctx->ref, &m->record, &m->facts_count);
	}
	set_query_replays(set, STMT_LOAN_TRANSITIONS, set_transitions_read);
}

static bool set_read_row(struct loan_set *set, const struct db_result *r, int row)
{
	struct loan_set_member *m = &set->members[set->count];
	struct text error = { 0 };
	if (loan_store_read(r, row, set->ctx->ref, &m->record, &error)) {
		set->count++;
		m->replay = set->always || loan_needs_replay(&m->record.loan, set->kind, set->on);
		return true;
	}
	request_log(set->req, "%s", text_str(&error));
	text_clear(&error);
	request_fail(set->req, ERR_INTERNAL, NULL, "%s", "");
	return false;
}

static void set_loans_read(const struct db_result *r, void *arg)
{
	struct loan_set *set = arg;
	bool replay = false;
	if (!r->ok) {
		request_fail_db(set->req, r);
		return;
	}
	set->members = xcalloc((size_t)r->rows + 1, sizeof *set->members);
	for (int row = 0; row < r->rows; row++) {
		if (!set_read_row(set, r, row))
			return;
		replay |= set->members[set->count - 1].replay;
	}
	if (replay)
		set_query_replays(set, STMT_LOAN_FACTS, set_facts_read);
	else
		set->cb(set, set->arg);
}

void loan_set_read_stmt(struct loan_set *set, enum stmt stmt, struct db_args *args, loan_set_cb *cb, void *arg)
{
	set->cb = cb;
	set->arg = arg;
	db_query(set->req->db, stmt, args, set_loans_read, set);
}

void loan_set_read(struct loan_set *set, struct int_rows *loans, loan_set_cb *cb, void *arg)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, set->req->actor.staff_id);
	db_arg_int_rows(&args, loans);
	int_rows_clear(loans);
	loan_set_read_stmt(set, STMT_LOAN_READ, &args, cb, arg);
}

static enum loan_error set_fold(struct loan_set *set, struct loan_record *r, const struct fact *facts,
				size_t count)
{
	struct date business = set->ctx->business;
	enum loan_error error = LOAN_OK;
	for (size_t i = 0; i < count && error == LOAN_OK; i++)
		error = loan_apply(&r->contract, &r->loan, &facts[i], loan_batch_step, &set->batch);
	if (error == LOAN_OK)
		error = loan_advance(&r->contract, &r->loan, business, business, loan_batch_step, &set->batch);
	return error;
}

/* A loan is large: its old state is kept aside only while the facts are tried. */
static enum loan_error set_apply_onto(struct loan_set *set, struct loan_record *r, const struct fact *facts,
				      size_t count)
{
	struct loan *before = xcalloc(1, sizeof *before);
	*before = r->loan;
	loan_batch_begin_loan(&set->batch, r);
	enum loan_error error = set_fold(set, r, facts, count);
	if (error == LOAN_OK) {
		loan_batch_end_loan(&set->batch);
	} else {
		loan_batch_drop_loan(&set->batch);
		r->loan = *before;
	}
	free(before);
	return error;
}

enum loan_error loan_set_apply(struct loan_set *set, struct loan_set_member *m, struct fact *facts,
			       size_t count, bool *mismatch)
{
	struct loan_record *r = &m->record;
	*mismatch = false;
	for (size_t i = 0; i < count; i++)
		facts[i].no = r->facts + 1 + (int32_t)i;
	if (!m->replay)
		return set_apply_onto(set, r, facts, count);
	return loan_batch_replay(&set->batch, r, m->facts, m->facts_count, facts, count, m->stored,
				 m->stored_count, set->ctx->business, mismatch);
}
