/* loan.events: all facts of a loan, reversed ones too, and the transitions that follow from them, in order of effect. */
#include <stdlib.h>
#include <string.h>

#include "loan_reads.h"
#include "loan_views.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

const struct param_spec loan_events_params[] = {
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ 0 },
};

/* The paper behind a fact; texts own, "" where it says nothing. */
struct event_decision {
	int32_t no;
	struct date decided_on;
	char *number, *authority, *risk_case, *form, *reason;
};

/* A row as stored: who wrote it and when. */
struct event_source {
	char *recorded_at, *actor, *door; /* actor and door: facts only */
	int64_t position;		  /* 0: not numbered yet */
	bool used;
};

struct event {
	struct date on;
	bool is_fact, reversed;
	enum fact_kind fact_kind;
	enum transition_kind transition;
	int32_t no, reverses;
	int instalment;
	struct money amount, in_term, overdue, frozen;
	const struct fact *fact; /* as stored; NULL: a transition */
	bool is_payment;
	struct allocation paid;
	const struct event_source *source; /* NULL: not stored yet, the night will */
};

struct events {
	struct request *req;
	const struct loan_context *ctx;
	struct loan_record record;
	bool has_record;
	struct fact *facts;
	size_t facts_count;
	struct event_source *fact_sources; /* by place in facts */
	struct stored_transition *stored;
	size_t stored_count;
	struct event_source *stored_sources;
	struct event_decision *decisions;
	size_t decisions_count;
	struct event *event;
	size_t count, room;
};

static void event_sources_free(struct event_source *s, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(s[i].recorded_at);
		free(s[i].actor);
		free(s[i].door);
	}
	free(s);
}

static void event_decisions_free(struct event_decision *d, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(d[i].number);
		free(d[i].authority);
		free(d[i].risk_case);
		free(d[i].form);
		free(d[i].reason);
	}
	free(d);
}

static void events_clear(void *arg)
{
	struct events *e = arg;
	event_decisions_free(e->decisions, e->decisions_count);
	if (e->has_record)
		loan_record_clear(&e->record);
	if (e->fact_sources)
		event_sources_free(e->fact_sources, e->facts_count);
	if (e->stored_sources)
		event_sources_free(e->stored_sources, e->stored_count);
	free(e->facts);
	free(e->stored);
	free(e->event);
}

static struct event *events_add(struct events *e)
{
	if (e->count == e->room) {
		e->room = e->room ? e->room * 2 : 32;
		e->event = xrealloc_array(e->event, e->room, sizeof *e->event);
	}
	struct event *event = &e->event[e->count++];
	memset(event, 0, sizeof *event);
	return event;
}

/* ---- the fold ---- */

static const struct event_source *events_fact_source(const struct events *e, int32_t no)
{
	for (size_t i = 0; i < e->facts_count; i++)
		if (e->facts[i].no == no)
			return &e->fact_sources[i];
	return NULL;
}

static const struct event_source *events_transition_source(struct events *e, const struct loan_step *s)
{
	for (size_t i = 0; i < e->stored_count; i++) {
		const struct stored_transition *t = &e->stored[i];
		if (!e->stored_sources[i].used && t->kind == s->transition && date_cmp(t->on, s->on) == 0 &&
		    t->instalment == s->instalment) {
			e->stored_sources[i].used = true;
			return &e->stored_sources[i];
		}
	}
	return NULL;
}

static const struct fact *events_fact(const struct events *e, int32_t no)
{
	for (size_t i = 0; i < e->facts_count; i++)
		if (e->facts[i].no == no)
			return &e->facts[i];
	return NULL;
}

static void events_step(void *arg, const struct loan_step *s)
{
	struct events *e = arg;
	struct event *event = events_add(e);
	event->on = s->on;
	event->is_fact = s->fact != NULL;
	event->instalment = s->instalment;
	event->amount = s->amount;
	event->in_term = s->after->in_term;
	event->overdue = s->after->overdue;
	event->frozen = s->after->frozen;
	if (s->fact) {
		event->fact_kind = s->fact->kind;
		event->no = s->fact->no;
		event->fact = events_fact(e, s->fact->no);
		event->is_payment = s->fact->kind == FACT_PAID || s->fact->kind == FACT_PRINCIPAL_PAID ||
				    s->fact->kind == FACT_INTEREST_PAID;
		event->paid = s->paid;
		event->source = events_fact_source(e, s->fact->no);
	} else {
		event->transition = s->transition;
		event->source = events_transition_source(e, s);
	}
}

/* Room behind everything of its day. */
static struct event *events_insert(struct events *e, struct date on)
{
	events_add(e);
	size_t at = e->count - 1;
	while (at > 0 && date_cmp(e->event[at - 1].on, on) > 0)
		at--;
	memmove(&e->event[at + 1], &e->event[at], (e->count - 1 - at) * sizeof e->event[0]);
	e->event[at] = (struct event){ .on = on, .instalment = -1 };
	if (at > 0) {
		e->event[at].in_term = e->event[at - 1].in_term;
		e->event[at].overdue = e->event[at - 1].overdue;
		e->event[at].frozen = e->event[at - 1].frozen;
	}
	return &e->event[at];
}

/* Reversals and what they took out are no part of the fold; they are shown on the day they would have counted. */
static void events_add_reversed(struct events *e, const struct fact *f)
{
	struct event *event = events_insert(e, f->on);
	event->is_fact = true;
	event->reversed = f->kind != FACT_REVERSED;
	event->fact_kind = f->kind;
	event->no = f->no;
	event->reverses = f->reverses;
	event->amount = f->amount;
	event->fact = f;
	event->source = events_fact_source(e, f->no);
}

static void events_add_missing(struct events *e)
{
	for (size_t i = 0; i < e->facts_count; i++) {
		size_t k = 0;
		while (k < e->count && !(e->event[k].is_fact && e->event[k].no == e->facts[i].no))
			k++;
		if (k == e->count)
			events_add_reversed(e, &e->facts[i]);
	}
}

static enum loan_error events_fold(struct events *e)
{
	struct fact *scratch = xcalloc(e->facts_count, sizeof *scratch);
	struct loan *loan = &e->record.loan;
	int32_t failed;
	enum loan_error error = loan_replay(&e->record.contract, loan, e->facts, e->facts_count, scratch,
					    e->ctx->business, e->ctx->business, events_step, e, &failed);
	free(scratch);
	if (error == LOAN_OK)
		events_add_missing(e);
	return error;
}

/* ---- the reply ---- */

static void events_write_allocation(struct jw *w, const struct event *event)
{
	if (!event->is_payment) {
		jw_null(w, "allocation");
		return;
	}
	jw_object(w, "allocation");
	for (int i = 0; i < PART_COUNT; i++)
		jw_money(w, part_word((enum part)i), event->paid.part[i]);
	jw_end(w);
}

static void events_write_source(struct jw *w, const struct event_source *s)
{
	jw_str(w, "recorded_at", s ? s->recorded_at : NULL);
	jw_str(w, "actor", s ? s->actor : NULL);
	jw_str(w, "door", s ? s->door : NULL);
	if (s && s->position)
		jw_i64(w, "position", s->position);
	else
		jw_null(w, "position");
}

/* What a decision says besides its amount: new days, the instalment it moves, interest written off; where money came from. */
static void events_write_decision(struct jw *w, const struct fact *f)
{
	bool until = f->kind == FACT_RESCHEDULED || f->kind == FACT_EXTENDED || f->kind == FACT_FROZEN ||
		     f->kind == FACT_FREEZE_PROLONGED || f->kind == FACT_RELIEVED;
	if (until)
		jw_date(w, "until", f->until);
	if (f->kind == FACT_RELIEVED)
		jw_date(w, "holiday_until", f->holiday_until);
	if (f->kind == FACT_WRITTEN_OFF)
		jw_money(w, "interest", f->interest);
	if (f->source == FACT_SOURCE_DEPOSIT)
		jw_str(w, "from", "deposit");
}

static void events_write_text(struct jw *w, const char *name, const char *text)
{
	if (text[0])
		jw_str(w, name, text);
}

/* "decision": who decided it under which number, the case of risk, the form, and why; what the paper does not say is left out. */
static void events_write_paper(struct jw *w, const struct events *e, const struct fact *f)
{
	const struct event_decision *d = NULL;
	for (size_t i = 0; i < e->decisions_count && !d; i++)
		if (e->decisions[i].no == f->no)
			d = &e->decisions[i];
	if (!d)
		return;
	jw_object(w, "decision");
	events_write_text(w, "number", d->number);
	if (date_cmp(d->decided_on, DATE_NONE) != 0)
		jw_date(w, "decided_on", d->decided_on);
	events_write_text(w, "authority", d->authority);
	events_write_text(w, "risk_case", d->risk_case);
	events_write_text(w, "form", d->form);
	events_write_text(w, "reason", d->reason);
	jw_end(w);
}

/* Where a loan goes to. */
static void events_write_place(struct jw *w, const struct events *e, const struct fact *f)
{
	const struct record_place *place =
		f->kind == FACT_MOVED ? loan_record_place(&e->record, f->number) : NULL;
	if (!place)
		return;
	const struct reference_point *point = reference_point_find(e->ctx->ref, place->point_id);
	loan_json_household(w, "household", place->household_id);
	jw_str(w, "household_name", place->household_name);
	jw_i64(w, "member", place->member_no);
	loan_json_group(w, "group", place->group_id);
	jw_str(w, "group_name", place->group_id ? place->group_name : NULL);
	jw_str(w, "point", point ? point->code : NULL);
	jw_str(w, "commune", place->commune);
}

static int events_instalment(const struct event *event)
{
	return event->fact && event->fact->kind == FACT_RESCHEDULED ? event->fact->number : event->instalment;
}

static void events_write(struct jw *w, const struct events *e, const struct event *event)
{
	jw_object(w, NULL);
	jw_date(w, "on", event->on);
	jw_str(w, "type", event->is_fact ? "fact" : "transition");
	jw_str(w, "kind",
	       event->is_fact ? fact_kind_word(event->fact_kind) : transition_kind_word(event->transition));
	if (event->is_fact)
		jw_i64(w, "no", event->no);
	else
		jw_null(w, "no");
	if (events_instalment(event) >= 0)
		jw_i64(w, "instalment", events_instalment(event) + 1);
	else
		jw_null(w, "instalment");
	if (event->reverses)
		jw_i64(w, "reverses", event->reverses);
	if (event->is_fact)
		jw_bool(w, "reversed", event->reversed);
	jw_money(w, "amount", event->amount);
	if (event->fact) {
		events_write_decision(w, event->fact);
		events_write_place(w, e, event->fact);
		events_write_paper(w, e, event->fact);
	}
	events_write_allocation(w, event);
	jw_money(w, "in_term", event->in_term);
	jw_money(w, "overdue", event->overdue);
	jw_money(w, "frozen", event->frozen);
	events_write_source(w, event->source);
	jw_end(w);
}

static void events_reply(struct events *e)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_id(&w, "loan", e->record.contract.loan_id);
	jw_array(&w, "events");
	for (size_t i = 0; i < e->count; i++)
		events_write(&w, e, &e->event[i]);
	jw_end(&w);
	jw_end(&w);
	request_reply_text(e->req, &text);
	text_clear(&text);
}

/* ---- reading ---- */

static struct event_source *events_sources_new(const struct db_result *r, int recorded_at, int actor,
					       int position)
{
	struct event_source *s = xcalloc((size_t)r->rows, sizeof *s);
	for (int i = 0; i < r->rows; i++) {
		s[i].recorded_at = xstrdup(db_text(r, i, recorded_at));
		s[i].actor = actor >= 0 ? xstrdup(db_text(r, i, actor)) : NULL;
		s[i].door = actor >= 0 ? xstrdup(db_text(r, i, actor + 1)) : NULL;
		s[i].position = db_i64(r, i, position);
	}
	return s;
}

static void events_take_decisions(struct events *e, const struct db_result *r)
{
	e->decisions = xcalloc((size_t)r->rows, sizeof *e->decisions);
	e->decisions_count = (size_t)r->rows;
	for (int i = 0; i < r->rows; i++)
		e->decisions[i] = (struct event_decision){
			.no = db_i32(r, i, 0),
			.number = xstrdup(db_text(r, i, 1)),
			.decided_on = db_date(r, i, 2),
			.authority = xstrdup(db_text(r, i, 3)),
			.risk_case = xstrdup(db_text(r, i, 4)),
			.form = xstrdup(db_text(r, i, 5)),
			.reason = xstrdup(db_text(r, i, 6)),
		};
}

static void events_decisions_read(const struct db_result *r, void *arg)
{
	struct events *e = arg;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	events_take_decisions(e, r);
	if (events_fold(e) == LOAN_OK) {
		events_reply(e);
		return;
	}
	request_log(e->req, "the facts of loan %lld do not fold", (long long)e->record.contract.loan_id);
	request_fail(e->req, ERR_INTERNAL, NULL, "%s", "");
}

static void events_transitions_read(const struct db_result *r, void *arg)
{
	struct events *e = arg;
	struct db_args args = { 0 };
	int row = 0;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	e->stored_sources = events_sources_new(r, 7, -1, 8);
	e->stored = loan_store_transitions_new(r, &row, e->record.contract.loan_id, &e->stored_count);
	db_arg_i64(&args, e->req->actor.staff_id);
	db_arg_i64(&args, e->record.contract.loan_id);
	db_query(e->req->db, STMT_LOAN_DECISIONS, &args, events_decisions_read, e);
}
static void events_query(struct events *e, enum stmt stmt, db_cb *cb)
{
	struct db_args args = { 0 };
	struct int_rows loans = { 0 };
	int_rows_add(&loans, param_id(e->req->params, "loan"));
	db_arg_i64(&args, e->req->actor.staff_id);
	db_arg_int_rows(&args, &loans);
	int_rows_clear(&loans);
	db_query(e->req->db, stmt, &args, cb, e);
}

static void events_facts_read(const struct db_result *r, void *arg)
{
	struct events *e = arg;
	int row = 0;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	e->fact_sources = events_sources_new(r, 17, 18, 21);
	e->facts = loan_store_facts_new(r, &row, e->ctx->ref, &e->record, &e->facts_count);
	events_query(e, STMT_LOAN_TRANSITIONS, events_transitions_read);
}

static void events_loan_read(const struct db_result *r, int row, void *arg)
{
	struct events *e = arg;
	struct text error = { 0 };
	if (!r->ok) {
		request_fail_db(e->req, r);
	} else if (row < 0) {
		request_fail(e->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
	} else if (!loan_store_read(r, row, e->ctx->ref, &e->record, &error)) {
		request_log(e->req, "%s", text_str(&error));
		request_fail(e->req, ERR_INTERNAL, NULL, "%s", "");
	} else {
		e->has_record = true;
		events_query(e, STMT_LOAN_FACTS, events_facts_read);
	}
	text_clear(&error);
}

static void events_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct events *e = request_state(req, sizeof *e);
	(void)arg;
	e->req = req;
	e->ctx = ctx;
	request_on_free(req, events_clear, e);
	loan_read(req, param_id(req->params, "loan"), events_loan_read, e);
}

void loan_events(struct request *req)
{
	loan_context_get(req, false, events_begin, NULL);
}
