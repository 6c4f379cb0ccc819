/* Adding facts to loans. Nothing is stored of a request that is refused: all refusals come before the one statement, or from
 * it. */
#include "loan_event.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "loan_reads.h"
#include "loan_turns.h"
#include "loan_views.h"
#include "vonvay/error.h"
#include "vonvay/mem.h"
#include "vonvay/param.h"
#include "vonvay/server.h"

#define PAUSE_USEC 3000 /* before the second try; grows with each */

/* ---- loans and facts ---- */

static void event_loan_free(struct event_loan *l)
{
	if (l->has_record)
		loan_record_clear(&l->record);
	free(l->facts);
	free(l->paid);
	free(l->stored);
	free(l->transitions);
	free(l);
}

static void event_forget(struct loan_event *e)
{
	for (int i = 0; i < e->count; i++)
		event_loan_free(e->loans[i]);
	free(e->loans);
	e->loans = NULL;
	e->count = 0;
	loan_batch_clear(&e->batch);
	text_clear(&e->places);
}

static void event_clear(void *arg)
{
	event_forget(arg);
}

struct loan_event *loan_event_new(struct request *req, enum stmt stmt, loan_context_cb *begin)
{
	struct loan_event *e = request_state(req, sizeof *e);
	e->req = req;
	e->stmt = stmt;
	e->begin = begin;
	e->on_field = "on";
	e->amount_field = "amount";
	e->until_field = "until";
	e->loan_field = "loan";
	request_on_free(req, event_clear, e);
	return e;
}

void loan_event_start(struct loan_event *e)
{
	loan_context_get(e->req, false, e->begin, e);
}

void loan_event_reset(struct loan_event *e, const struct loan_context *ctx)
{
	event_forget(e);
	e->ctx = ctx;
}

struct event_loan *loan_event_add(struct loan_event *e, int64_t loan_id)
{
	struct event_loan *l = xcalloc(1, sizeof *l);
	l->loan_id = loan_id;
	e->loans = xrealloc_array(e->loans, (size_t)e->count + 1, sizeof *e->loans);
	e->loans[e->count++] = l;
	return l;
}

struct event_loan *loan_event_find(const struct loan_event *e, int64_t loan_id)
{
	for (int i = 0; i < e->count; i++)
		if (e->loans[i]->loan_id == loan_id)
			return e->loans[i];
	return NULL;
}

struct fact *event_loan_fact(struct event_loan *l, enum fact_kind kind, struct date on)
{
	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 2;
		l->facts = xrealloc_array(l->facts, (size_t)l->room, sizeof *l->facts);
	}
	struct fact *f = &l->facts[l->count++];
	*f = (struct fact){ .kind = kind, .on = on, .until = DATE_NONE, .holiday_until = DATE_NONE };
	return f;
}

/* ---- refusals ---- */

void loan_event_words(const struct loan_event *e, enum loan_error error, enum error *code, const char **field,
		      const char **why)
{
	*code = ERR_CONFLICT;
	*field = e->loan_field;
	*why = "";
	switch (error) {
	case LOAN_ERROR_TOO_MUCH:
		*code = ERR_AMOUNT_TOO_LARGE;
		*field = e->amount_field;
		*why = "amount is more than is owed on that day, or leaves a later payment more than was owed";
		return;
	case LOAN_ERROR_BEFORE_START:
	case LOAN_ERROR_NOT_DISBURSED:
		*code = ERR_DATE_OUT_OF_RANGE;
		*field = e->on_field;
		*why = "the day is before the first disbursement of the loan";
		return;
	case LOAN_ERROR_NO_INSTALMENT:
		*code = ERR_DATE_OUT_OF_RANGE;
		*field = e->on_field;
		*why = "the day leaves no unpaid instalment that is due after it";
		return;
	case LOAN_ERROR_CLOSED:
		*code = ERR_LOAN_CLOSED;
		return;
	case LOAN_ERROR_OVERFLOW:
		*code = ERR_INVALID_PARAMS;
		*field = e->amount_field;
		*why = "amount gives sums that are too large";
		return;
	case LOAN_ERROR_DECIDED:
		*why = "the session of that instalment has decided about it, or nothing of it is unpaid";
		return;
	case LOAN_ERROR_UNTIL:
		*code = ERR_DATE_OUT_OF_RANGE;
		*field = e->until_field;
		*why = "the new day is not later than the day of the event and the one it replaces, or lies beyond the next instalment";
		return;
	case LOAN_ERROR_FROZEN:
		*why = "a freeze is running already";
		return;
	case LOAN_ERROR_NOT_FROZEN:
		*why = "nothing of the loan is frozen on that day, or a later event needs what this takes back";
		return;
	case LOAN_ERROR_NUMBER:
		*why = "the loan has no such instalment, line or place";
		return;
	case LOAN_ERROR_REVERSES:
		*code = ERR_CONFLICT;
		*field = "fact";
		*why = "that fact is a reversal or was reversed already";
		return;
	case LOAN_OK:
	case LOAN_ERROR_ORDER:
	case LOAN_ERROR_OPENING:
		break;
	}
	*code = ERR_INTERNAL;
	*field = NULL;
}

void loan_event_refuse(struct loan_event *e, const struct event_loan *l, enum loan_error error)
{
	enum error code;
	const char *field, *why;
	loan_event_words(e, error, &code, &field, &why);
	if (code == ERR_INTERNAL)
		request_log(e->req, "loan %lld: %s", (long long)l->loan_id, loan_error_word(error));
	if (e->count > 1 && code != ERR_INTERNAL)
		request_fail(e->req, code, field, "loan %lld: %s", (long long)l->loan_id,
			     why[0] ? why : error_sentence(code));
	else
		request_fail(e->req, code, field, "%s", why);
}

/* True: it is left out. */
static bool event_drop(struct loan_event *e, struct event_loan *l, enum loan_error error)
{
	l->dropped = e->refused && e->refused(e, l, error);
	return l->dropped;
}

/* ---- write ---- */

static void event_again_now(evutil_socket_t fd, short what, void *arg)
{
	struct loan_event *e = arg;
	(void)fd;
	(void)what;
	loan_context_get(e->req, true, e->begin, e);
}

static void event_again(struct loan_event *e, bool moved)
{
	struct request *req = e->req;
	struct timeval pause = { 0, (suseconds_t)PAUSE_USEC * e->tries };
	if (moved ? ++e->moves >= LOAN_EVENT_MOVES : ++e->tries >= LOAN_EVENT_TRIES) {
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
		return;
	}
	event_forget(e);
	if (moved || e->tries == 1)
		loan_context_get(req, true, e->begin, e);
	else
		event_base_once(req->server->base, -1, EV_TIMEOUT, event_again_now, e, &pause);
}

static void event_written(const struct db_result *r, void *arg)
{
	struct loan_event *e = arg;
	if (r->ok && r->rows)
		request_reply_str(e->req, db_text(r, 0, 1));
	else if (r->error == ERR_STALE || r->error == ERR_MOVED)
		event_again(e, r->error == ERR_MOVED);
	else
		request_fail_db(e->req, r);
}

static bool event_reply_text(struct loan_event *e, struct text *text)
{
	struct jw out = jw_start(text);
	jw_object(&out, NULL);
	bool ok = e->reply(e, &out);
	jw_end(&out);
	return ok;
}

static void event_more_text(struct loan_event *e, struct text *text)
{
	struct jw p = jw_start(text);
	jw_object(&p, NULL);
	if (e->more)
		e->more(e, &p);
	if (e->places.len)
		jw_raw(&p, "places", e->places.s);
	jw_end(&p);
}

static void event_send(struct loan_event *e)
{
	struct request *req = e->req;
	struct db_args args = { 0 };
	struct text reply = { 0 }, more = { 0 };
	if (!event_reply_text(e, &reply)) {
		text_clear(&reply);
		loan_event_refuse(e, e->loans[0], LOAN_ERROR_OVERFLOW);
		return;
	}
	event_more_text(e, &more);
	loan_context_write_head(e->ctx, req, reply.s, &args);
	if (e->contracts) {
		loan_batch_args_contracts(&e->batch, &args);
		db_arg_text(&args, more.s);
	}
	loan_batch_args(&e->batch, &args);
	if (!e->contracts)
		db_arg_text(&args, more.s);
	text_clear(&reply);
	text_clear(&more);
	db_query(req->db, e->stmt, &args, event_written, e);
}

/* ---- decide ---- */

/* Loan, facts and transitions are read one after the other: a write between them is seen here. If it stays so, what is
 * stored does not follow from the facts. */
static void event_mismatch(struct loan_event *e, const struct event_loan *l)
{
	request_log(e->req, "loan %lld: the facts read do not give what is stored", (long long)l->loan_id);
	if (e->tries + 1 < LOAN_EVENT_TRIES)
		event_again(e, false);
	else
		request_fail(e->req, ERR_INTERNAL, NULL, "%s", "");
}

static void event_keep_paid(struct loan_event *e, struct event_loan *l)
{
	l->paid = xcalloc((size_t)l->count, sizeof *l->paid);
	for (int i = 0; i < l->count; i++)
		l->paid[i] = *loan_batch_paid(&e->batch, l->facts[i].no);
}

static enum loan_error event_apply(struct loan_event *e, struct event_loan *l)
{
	struct loan_record *r = &l->record;
	struct date business = e->ctx->business;
	enum loan_error error = LOAN_OK;
	loan_batch_begin_loan(&e->batch, r);
	for (int i = 0; i < l->count && error == LOAN_OK; i++)
		error = loan_apply(&r->contract, &r->loan, &l->facts[i], loan_batch_step, &e->batch);
	if (error == LOAN_OK)
		error = loan_advance(&r->contract, &r->loan, business, business, loan_batch_step, &e->batch);
	if (error != LOAN_OK)
		loan_batch_drop_loan(&e->batch);
	else if (!loan_batch_end_loan(&e->batch) && l->count)
		error = LOAN_ERROR_ORDER; /* a fact without a step would be a bug of the domain */
	return error;
}

/* False: answered, or being read anew. */
static bool event_decide_loan(struct loan_event *e, struct event_loan *l)
{
	bool mismatch = false;
	enum loan_error error;
	if (l->back)
		error = loan_batch_replay(&e->batch, &l->record, l->stored, l->stored_count, l->facts,
					  (size_t)l->count, l->transitions, l->transitions_count,
					  e->ctx->business, &mismatch);
	else
		error = event_apply(e, l);
	if (mismatch) {
		event_mismatch(e, l);
		return false;
	}
	if (error == LOAN_OK && e->batch.overflow)
		error = LOAN_ERROR_OVERFLOW;
	if (error == LOAN_OK) {
		event_keep_paid(e, l);
		return true;
	}
	if (event_drop(e, l, error))
		return true;
	loan_event_refuse(e, l, error);
	return false;
}

static void event_decide(struct loan_event *e)
{
	for (int i = 0; i < e->count; i++) {
		struct event_loan *l = e->loans[i];
		for (int k = 0; k < l->count && l->has_record; k++)
			l->facts[k].no = l->record.facts + 1 + k;
		if (!l->dropped && e->prepare && !e->prepare(e, l))
			return;
	}
	for (int i = 0; i < e->count; i++) {
		struct event_loan *l = e->loans[i];
		for (int k = 0; k < l->count && l->has_record; k++)
			l->facts[k].no = l->record.facts + 1 + k;
		if (!l->dropped && l->count && !event_decide_loan(e, l))
			return;
	}
	event_send(e);
}

/* ---- read ---- */

static void event_query(struct loan_event *e, enum stmt stmt, bool back_only, db_cb *cb)
{
	struct db_args args = { 0 };
	struct int_rows loans = { 0 };
	for (int i = 0; i < e->count; i++)
		if (!back_only || e->loans[i]->back)
			int_rows_add(&loans, e->loans[i]->loan_id);
	db_arg_i64(&args, e->req->actor.staff_id);
	db_arg_int_rows(&args, &loans);
	int_rows_clear(&loans);
	db_query(e->req->db, stmt, &args, cb, e);
}

/* Rows come in order of loan_id, whatever the order here. */
static void event_transitions_read(const struct db_result *r, void *arg)
{
	struct loan_event *e = arg;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	for (int i = 0; i < e->count; i++) {
		struct event_loan *l = e->loans[i];
		int row = 0;
		if (l->back)
			l->transitions =
				loan_store_transitions_new(r, &row, l->loan_id, &l->transitions_count);
	}
	event_decide(e);
}

static void event_facts_read(const struct db_result *r, void *arg)
{
	struct loan_event *e = arg;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	for (int i = 0; i < e->count; i++) {
		struct event_loan *l = e->loans[i];
		int row = 0;
		if (l->back)
			l->stored = loan_store_facts_new(r, &row, e->ctx->ref, &l->record, &l->stored_count);
	}
	event_query(e, STMT_LOAN_TRANSITIONS, true, event_transitions_read);
}

static bool event_goes_back(const struct event_loan *l)
{
	for (int i = 0; i < l->count; i++)
		if (l->facts[i].kind == FACT_REVERSED ||
		    loan_needs_replay(&l->record.loan, l->facts[i].kind, l->facts[i].on))
			return true;
	return false;
}

/* False: answered. */
static bool event_take_row(struct loan_event *e, struct event_loan *l, const struct db_result *r, int row)
{
	struct text error = { 0 };
	if (row < 0) {
		if (event_drop(e, l, LOAN_OK))
			return true;
		request_fail(e->req, ERR_LOAN_NOT_FOUND, e->loan_field, "no loan %lld", (long long)l->loan_id);
		return false;
	}
	if (!loan_store_read(r, row, e->ctx->ref, &l->record, &error)) {
		request_log(e->req, "%s", text_str(&error));
		text_clear(&error);
		request_fail(e->req, ERR_INTERNAL, NULL, "%s", "");
		return false;
	}
	l->has_record = true;
	if (l->place && !loan_record_add_place(&l->record, e->ctx->ref, l->place)) {
		loan_event_refuse(e, l, LOAN_ERROR_NUMBER);
		return false;
	}
	for (int i = 0; i < l->count; i++)
		if (l->facts[i].kind != FACT_REVERSED &&
		    date_cmp(l->facts[i].on, l->record.contract.contract_on) < 0 &&
		    !event_drop(e, l, LOAN_ERROR_BEFORE_START)) {
			loan_event_refuse(e, l, LOAN_ERROR_BEFORE_START);
			return false;
		}
	l->back = (l->back || event_goes_back(l)) && !l->dropped;
	return true;
}

static void event_loans_read(struct loan_event *e)
{
	bool back = false;
	for (int i = 0; i < e->count; i++)
		back = back || e->loans[i]->back;
	if (back)
		event_query(e, STMT_LOAN_FACTS, true, event_facts_read);
	else
		event_decide(e);
}

static void event_one_read(const struct db_result *r, int row, void *arg)
{
	struct loan_event *e = arg;
	if (!r->ok)
		request_fail_db(e->req, r);
	else if (event_take_row(e, e->loans[0], r, row))
		event_loans_read(e);
}

static int event_row_of(const struct db_result *r, int64_t loan_id)
{
	for (int row = 0; row < r->rows; row++)
		if (db_i64(r, row, 0) == loan_id)
			return row;
	return -1;
}

static void event_all_read(const struct db_result *r, void *arg)
{
	struct loan_event *e = arg;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	for (int i = 0; i < e->count; i++)
		if (!event_take_row(e, e->loans[i], r, event_row_of(r, e->loans[i]->loan_id)))
			return;
	event_loans_read(e);
}

static void event_read(void *arg)
{
	struct loan_event *e = arg;
	if (e->count == 1 && e->loans[0]->made)
		event_decide(e);
	else if (e->count == 1)
		loan_read(e->req, e->loans[0]->loan_id, event_one_read, e);
	else
		event_query(e, STMT_LOAN_READ, false, event_all_read);
}

void loan_event_made(struct loan_event *e, struct event_loan *l)
{
	l->has_record = l->made = true;
	loan_batch_new_contract(&e->batch, &l->record);
}

void loan_event_turn_household(struct loan_event *e, int64_t household_id, void (*go)(void *arg), void *arg)
{
	int64_t turn = -household_id; /* no loan has a number below zero */
	if (e->has_turn) {
		go(arg);
		return;
	}
	e->has_turn = true;
	loan_turns_take(e->req, &turn, 1, go, arg);
}

/* The turn is kept while it is tried again: the loans are the same. */
void loan_event_go(struct loan_event *e)
{
	if (e->has_turn) {
		event_read(e);
		return;
	}
	int64_t *loans = xcalloc((size_t)e->count + 1, sizeof *loans);
	for (int i = 0; i < e->count; i++)
		loans[i] = e->loans[i]->loan_id;
	e->has_turn = true;
	loan_turns_take(e->req, loans, e->count, event_read, e);
	free(loans);
}

/* ---- for prepare ---- */

static enum loan_error event_replay_to(const struct loan_event *e, const struct event_loan *l, struct date on,
				       struct loan *loan)
{
	size_t n = 0;
	int32_t failed;
	struct fact *upto = xcalloc(l->stored_count, sizeof *upto),
		    *scratch = xcalloc(l->stored_count, sizeof *scratch);
	for (size_t i = 0; i < l->stored_count; i++)
		if (date_cmp(l->stored[i].on, on) <= 0)
			upto[n++] = l->stored[i];
	enum loan_error error = loan_replay(&l->record.contract, loan, upto, n, scratch, on, e->ctx->business,
					    NULL, NULL, &failed);
	free(upto);
	free(scratch);
	return error;
}

bool loan_event_on(struct loan_event *e, const struct event_loan *l, struct date on, struct loan *loan,
		   struct loan_balances *b)
{
	enum loan_error error;
	*loan = l->record.loan;
	if (l->back)
		error = event_replay_to(e, l, on, loan);
	else
		error = loan_advance(&l->record.contract, loan, on, e->ctx->business, NULL, NULL);
	if (error == LOAN_OK && loan->b.status == LOAN_STATUS_PENDING)
		error = LOAN_ERROR_NOT_DISBURSED;
	if (error == LOAN_OK)
		error = loan_balances_on(&l->record.contract, loan, on, b);
	if (error != LOAN_OK)
		loan_event_refuse(e, l, error);
	return error == LOAN_OK;
}

/* ---- places ---- */

struct places_job {
	struct loan_event *e;
	struct record_place *places;
	int count;
	void (*go)(void *arg);
	void *arg;
};

static void place_json(struct jw *w, const struct record_place *place)
{
	jw_object(w, NULL);
	if (place->number)
		jw_i64(w, "place", place->number);
	jw_i64(w, "household", place->household_id);
	jw_i64(w, "member", place->member_no);
	jw_i64(w, "group", place->group_id);
	jw_i64(w, "point", place->point_id);
	jw_i64(w, "organisation", place->organisation);
	jw_str(w, "commune", place->commune);
	jw_end(w);
}

static void places_numbered(const struct db_result *r, void *arg)
{
	struct places_job *job = arg;
	struct jw w = jw_start(&job->e->places);
	if (!r->ok) {
		request_fail_db(job->e->req, r);
		return;
	}
	jw_array(&w, NULL);
	for (int i = 0; i < job->count && i < r->rows; i++) {
		job->places[i].number = db_i32(r, i, 0);
		if (!db_bool(r, i, 1))
			place_json(&w, &job->places[i]);
	}
	jw_end(&w);
	job->go(job->arg);
}

static void places_json(struct text *text, const struct record_place *places, int count)
{
	struct jw w = jw_start(text);
	jw_array(&w, NULL);
	for (int i = 0; i < count; i++)
		place_json(&w, &places[i]);
	jw_end(&w);
}

void loan_event_places(struct loan_event *e, struct record_place *places, int count, void (*go)(void *arg),
		       void *arg)
{
	struct places_job *job = request_state(e->req, sizeof *job);
	struct db_args args = { 0 };
	struct text json = { 0 };
	*job = (struct places_job){ e, places, count, go, arg };
	places_json(&json, places, count);
	db_arg_i64(&args, e->req->actor.staff_id);
	db_arg_text(&args, json.s);
	text_clear(&json);
	db_query(e->req->db, STMT_PLACE_NUMBERS, &args, places_numbered, job);
}

/* ---- replies ---- */

void loan_event_json_paid(struct jw *out, const struct allocation *paid)
{
	jw_object(out, "allocation");
	for (int i = 0; i < PART_COUNT; i++)
		jw_money(out, part_word((enum part)i), paid->part[i]);
	jw_end(out);
}

bool loan_event_json_balances(const struct loan_event *e, const struct event_loan *l, struct jw *out)
{
	struct loan_balances b = l->record.loan.b;
	bool ok = loan_balances_on(&l->record.contract, &l->record.loan, e->ctx->business, &b) == LOAN_OK;
	jw_money(out, "outstanding", loan_outstanding(&b));
	loan_json_interest(out, "interest_unpaid", loan_interest_of(&b, &ok));
	jw_str(out, "status", loan_status_word(b.status));
	return ok;
}
