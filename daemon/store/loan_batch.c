/* Steps of the domain -> rows of a write. The rows of a loan are gathered in plain arrays and go to the matrices when the
 * loan is ended, so that a loan can be dropped, and a back-dated fact can compare what was with what is (loan_replay.c). */
/* raw: amounts become numbers of a matrix here */
#include "loan_batch_private.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/json.h"
#include "vonvay/mem.h"

/* ---- a growing array ---- */

static void *batch_grow(void *rows, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return rows;
	*room = *room ? *room * 2 : 16;
	return xrealloc_array(rows, *room, size);
}

#define BATCH_PUSH(list, ...)                                                                                \
	do {                                                                                                 \
		(list).rows = batch_grow((list).rows, (list).count, &(list).room, sizeof *(list).rows);      \
		(list).rows[(list).count++] = __VA_ARGS__;                                                   \
	} while (0)

void batch_loan_reset(struct batch_loan *l, struct loan_record *record)
{
	l->record = record;
	l->steps = 0;
	l->overflow = false;
	l->facts.count = l->transitions.count = l->postings.count = l->deltas.count = l->spans.count = 0;
	l->stored = NULL;
	l->stored_count = 0;
	for (int i = 0; i < record->loan.count; i++)
		l->amounts[i] = record->loan.instalment[i].amount;
}

void batch_loan_clear(struct batch_loan *l)
{
	free(l->facts.rows);
	free(l->transitions.rows);
	free(l->postings.rows);
	free(l->deltas.rows);
	free(l->spans.rows);
	memset(l, 0, sizeof *l);
}

/* ---- gathering the steps of one loan ---- */

static struct portfolio_values *batch_delta_at(struct batch_loan *l, struct date on, enum loan_status status)
{
	for (size_t i = l->deltas.count; i-- > 0;)
		if (date_cmp(l->deltas.rows[i].on, on) == 0 && l->deltas.rows[i].status == status)
			return &l->deltas.rows[i].values;
	BATCH_PUSH(l->deltas, (struct batch_delta){ .on = on, .status = status });
	return &l->deltas.rows[l->deltas.count - 1].values;
}

void batch_loan_add_delta(struct batch_loan *l, struct date on, enum loan_status status,
			  const struct portfolio_values *values, bool minus)
{
	if (portfolio_is_zero(values))
		return;
	struct portfolio_values *sum = batch_delta_at(l, on, status);
	if (!(minus ? portfolio_sub(sum, values) : portfolio_add(sum, values)))
		l->overflow = true;
}

static void batch_loan_deltas(struct batch_loan *l, const struct loan_step *step)
{
	struct portfolio_values before = { 0 }, after = { 0 };
	if (!portfolio_of_loan(&l->record->contract, step->before, &before) ||
	    !portfolio_of_loan(&l->record->contract, step->after, &after))
		l->overflow = true;
	batch_loan_add_delta(l, step->on, step->before->status, &before, true);
	batch_loan_add_delta(l, step->on, step->after->status, &after, false);
}

/* 0 while no principal is left: such days count for no household. */
static int batch_span_status(const struct loan_balances *b)
{
	bool left = b->in_term.dong || b->overdue.dong || b->frozen.dong;
	return left ? (int)b->status : 0;
}

static void batch_loan_spans(struct batch_loan *l, const struct loan_step *step)
{
	int before = batch_span_status(step->before), after = batch_span_status(step->after);
	size_t n = l->spans.count;
	if (before == after)
		return;
	if (n && date_cmp(l->spans.rows[n - 1].on, step->on) == 0)
		l->spans.rows[n - 1].status = after;
	else
		BATCH_PUSH(l->spans, (struct batch_span){ step->on, after });
}

static void batch_loan_postings(struct batch_loan *l, const struct loan_step *step)
{
	struct posting made[POSTING_MAX];
	int n = posting_of_step(step, made);
	for (int i = 0; i < n; i++)
		BATCH_PUSH(l->postings, (struct batch_posting){ step->on, made[i] });
}

bool batch_transition_is(const struct stored_transition *t, const struct batch_transition *b)
{
	return t->kind == b->kind && date_cmp(t->on, b->on) == 0 && t->instalment == b->instalment &&
	       money_cmp(t->amount, b->amount) == 0;
}

/* False: a transition that is not among the stored ones, while only those are asked for. */
static bool batch_loan_transition(struct batch_loan *l, const struct loan_step *step)
{
	struct batch_transition t = { step->transition, step->on, step->instalment, step->amount };
	if (l->stored) {
		size_t i = 0;
		while (i < l->stored_count && (l->seen[i] || !batch_transition_is(&l->stored[i], &t)))
			i++;
		if (i == l->stored_count)
			return false;
		l->seen[i] = true;
	}
	BATCH_PUSH(l->transitions, t);
	return true;
}

void batch_loan_step(void *arg, const struct loan_step *step)
{
	struct batch_loan *l = arg;
	if (!step->fact && !batch_loan_transition(l, step))
		return;
	if (step->fact) {
		BATCH_PUSH(l->facts, *step->fact);
		if (step->fact->no == l->watched)
			l->paid = step->paid;
	}
	l->steps++;
	l->after = *step->after;
	batch_loan_postings(l, step);
	batch_loan_deltas(l, step);
	batch_loan_spans(l, step);
}

/* ---- one loan -> matrices ---- */

static void batch_add_interest(struct int_rows *m, struct interest i)
{
	int_rows_add(m, i.dong);
	int_rows_add(m, i.units);
}

static void batch_flush_state(struct loan_batch *batch, const struct loan_record *r, int32_t facts)
{
	struct int_rows *m = &batch->states;
	const struct loan_balances *b = &r->loan.b;
	int_rows_begin_row(m);
	int_rows_add(m, r->contract.loan_id);
	int_rows_add(m, r->version);
	int_rows_add(m, b->status);
	int_rows_add(m, b->in_grace);
	int_rows_add(m, b->since.days);
	int_rows_add(m, b->disbursed.dong);
	int_rows_add(m, b->paid.dong);
	int_rows_add(m, b->in_term.dong);
	int_rows_add(m, b->overdue.dong);
	int_rows_add(m, b->frozen.dong);
	batch_add_interest(m, b->interest_in_term);
	batch_add_interest(m, b->interest_overdue);
	batch_add_interest(m, b->interest_grace);
	batch_add_interest(m, b->accrued);
	int_rows_add(m, r->loan.last_on.days);
	int_rows_add(m, r->loan.last_rank);
	int_rows_add(m, r->loan.decided);
	int_rows_add(m, facts);
}

static bool batch_amounts_changed(const struct batch_loan *l)
{
	for (int i = 0; i < l->record->loan.count; i++)
		if (money_cmp(l->amounts[i], l->record->loan.instalment[i].amount) != 0)
			return true;
	return false;
}

static void batch_flush_amounts(struct loan_batch *batch, const struct batch_loan *l)
{
	const struct loan *loan = &l->record->loan;
	for (int i = 0; i < loan->count && batch_amounts_changed(l); i++) {
		int_rows_begin_row(&batch->amounts);
		int_rows_add(&batch->amounts, l->record->contract.loan_id);
		int_rows_add(&batch->amounts, i);
		int_rows_add(&batch->amounts, loan->instalment[i].amount.dong);
	}
}

static void batch_flush_opening(struct int_rows *m, int64_t loan_id, const struct fact *f)
{
	int_rows_begin_row(m);
	int_rows_add(m, loan_id);
	int_rows_add(m, f->no);
	int_rows_add(m, f->opening.principal.dong);
	int_rows_add(m, f->opening.in_term.dong);
	int_rows_add(m, f->opening.overdue.dong);
	int_rows_add(m, f->opening.frozen.dong);
	batch_add_interest(m, f->opening.interest_in_term);
	batch_add_interest(m, f->opening.interest_overdue);
	batch_add_interest(m, f->opening.interest_grace);
}

void batch_flush_fact(struct loan_batch *batch, int64_t loan_id, const struct fact *f)
{
	struct int_rows *m = &batch->facts;
	int_rows_begin_row(m);
	int_rows_add(m, loan_id);
	int_rows_add(m, f->no);
	int_rows_add(m, f->kind);
	int_rows_add(m, f->on.days);
	int_rows_add(m, f->amount.dong);
	int_rows_add(m, f->reverses);
	if (f->kind == FACT_OPENED)
		batch_flush_opening(&batch->openings, loan_id, f);
}

void batch_flush_transition(struct loan_batch *batch, int64_t loan_id, const struct batch_transition *t)
{
	struct int_rows *m = &batch->made;
	int_rows_begin_row(m);
	int_rows_add(m, loan_id);
	int_rows_add(m, t->kind);
	int_rows_add(m, t->on.days);
	int_rows_add(m, t->instalment);
	int_rows_add(m, t->amount.dong);
	batch->transitions++;
}

void batch_flush_posting(struct loan_batch *batch, int64_t loan_id, const struct batch_posting *p,
			 bool swapped)
{
	struct int_rows *m = &batch->postings;
	int_rows_begin_row(m);
	int_rows_add(m, loan_id);
	int_rows_add(m, p->on.days);
	int_rows_add(m, swapped ? p->posting.credit : p->posting.debit);
	int_rows_add(m, swapped ? p->posting.debit : p->posting.credit);
	int_rows_add(m, p->posting.amount.dong);
}

static void batch_flush_delta(struct int_rows *m, const struct loan_record *r, const struct batch_delta *d)
{
	int_rows_begin_row(m);
	int_rows_add(m, r->contract.loan_id);
	int_rows_add(m, r->cell_id);
	int_rows_add(m, d->status);
	int_rows_add(m, d->on.days);
	int_rows_add(m, d->values.loans);
	int_rows_add(m, d->values.in_term.dong);
	int_rows_add(m, d->values.overdue.dong);
	int_rows_add(m, d->values.frozen.dong);
	int_rows_add(m, d->values.grace.dong);
	int_rows_add(m, d->values.overdue_grace.dong);
	batch_add_interest(m, d->values.interest_in_term);
	batch_add_interest(m, d->values.interest_overdue);
	batch_add_interest(m, d->values.interest_grace);
}

static void batch_flush_deltas(struct loan_batch *batch, const struct batch_loan *l)
{
	for (size_t i = 0; i < l->deltas.count; i++)
		if (!portfolio_is_zero(&l->deltas.rows[i].values))
			batch_flush_delta(&batch->deltas, l->record, &l->deltas.rows[i]);
}

void batch_flush_span(struct loan_batch *batch, int64_t loan_id, const struct batch_span *s, bool reset)
{
	int_rows_begin_row(&batch->spans);
	int_rows_add(&batch->spans, loan_id);
	int_rows_add(&batch->spans, s->on.days);
	int_rows_add(&batch->spans, s->status);
	int_rows_add(&batch->spans, reset);
}

void batch_flush_loan(struct loan_batch *batch, struct batch_loan *l, int32_t facts)
{
	batch_flush_state(batch, l->record, facts);
	batch_flush_amounts(batch, l);
	batch_flush_deltas(batch, l);
	batch->overflow = batch->overflow || l->overflow;
	batch->loans++;
}

/* ---- the module ---- */

struct batch_loan *batch_current(struct loan_batch *batch)
{
	if (!batch->current)
		batch->current = xcalloc(1, sizeof *batch->current);
	return batch->current;
}

void loan_batch_begin_loan(struct loan_batch *batch, struct loan_record *record)
{
	struct batch_loan *l = batch_current(batch);
	batch_loan_reset(l, record);
	l->watched = record->facts + 1;
	l->paid = (struct allocation){ 0 };
}

void loan_batch_step(void *arg, const struct loan_step *step)
{
	struct loan_batch *batch = arg;
	batch_loan_step(batch->current, step);
}

bool loan_batch_end_loan(struct loan_batch *batch)
{
	struct batch_loan *l = batch->current;
	int64_t loan_id = l->record->contract.loan_id;
	if (!l->steps)
		return false;
	for (size_t i = 0; i < l->facts.count; i++)
		batch_flush_fact(batch, loan_id, &l->facts.rows[i]);
	for (size_t i = 0; i < l->transitions.count; i++)
		batch_flush_transition(batch, loan_id, &l->transitions.rows[i]);
	for (size_t i = 0; i < l->postings.count; i++)
		batch_flush_posting(batch, loan_id, &l->postings.rows[i], false);
	for (size_t i = 0; i < l->spans.count; i++)
		batch_flush_span(batch, loan_id, &l->spans.rows[i], false);
	l->record->facts += (int32_t)l->facts.count;
	batch_flush_loan(batch, l, l->record->facts);
	return true;
}

void loan_batch_drop_loan(struct loan_batch *batch)
{
	batch_loan_reset(batch->current, batch->current->record);
}

const struct allocation *loan_batch_paid(const struct loan_batch *batch)
{
	return &batch->current->paid;
}

void loan_batch_clear(struct loan_batch *batch)
{
	struct int_rows *all[] = { &batch->states,   &batch->amounts, &batch->facts,
				   &batch->openings, &batch->made,    &batch->superseded,
				   &batch->postings, &batch->deltas,  &batch->spans };
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		int_rows_clear(all[i]);
	text_clear(&batch->contracts);
	if (batch->current)
		batch_loan_clear(batch->current);
	free(batch->current);
	memset(batch, 0, sizeof *batch);
}

void loan_batch_args(const struct loan_batch *batch, struct db_args *args)
{
	db_arg_int_rows(args, &batch->states);
	db_arg_int_rows(args, &batch->amounts);
	db_arg_int_rows(args, &batch->facts);
	db_arg_int_rows(args, &batch->openings);
	db_arg_int_rows(args, &batch->made);
	db_arg_int_rows(args, &batch->superseded);
	db_arg_int_rows(args, &batch->postings);
	db_arg_int_rows(args, &batch->deltas);
	db_arg_int_rows(args, &batch->spans);
}

/* ---- new contracts ---- */

static void batch_contract_keys(struct jw *w, const struct loan_record *r)
{
	jw_i64(w, "loan_id", r->contract.loan_id);
	jw_i64(w, "household_id", r->household_id);
	jw_i64(w, "member_no", r->member_no);
	jw_i64(w, "group_id", r->group_id);
	jw_i64(w, "point_id", r->point_id);
	jw_str(w, "commune", r->commune);
	jw_i64(w, "organisation", r->organisation);
	jw_str(w, "programme", r->programme);
	jw_str(w, "purpose", r->purpose);
	jw_str(w, "rate_line", r->rate_line);
	jw_i64(w, "fund", r->fund);
	if (r->household_seen >= 0)
		jw_i64(w, "household_seen", r->household_seen);
}

static void batch_contract_terms(struct jw *w, const struct loan_record *r)
{
	jw_date(w, "contract_on", r->contract.contract_on);
	jw_i64(w, "term_months", r->term_months);
	jw_i64(w, "instalment_months", r->instalment_months);
	jw_i64(w, "principal_grace_months", r->principal_grace_months);
	jw_i64(w, "interest_grace_months", r->interest_grace_months);
	jw_date(w, "grace_end", r->contract.grace_end);
	jw_i64(w, "rounding", r->contract.rounding);
	jw_i64(w, "instalment_default", r->contract.instalment_default);
	jw_i64(w, "overdue_percent", r->contract.overdue_percent);
	jw_array(w, "due_on");
	for (int i = 0; i < r->loan.count; i++)
		jw_date(w, NULL, r->loan.instalment[i].due_on);
	jw_end(w);
	jw_array(w, "due_month");
	for (int i = 0; i < r->loan.count; i++)
		jw_i64(w, NULL, r->loan.instalment[i].month);
	jw_end(w);
}

enum agenda_reason { /* codes of sql: kind 'agenda' */
		     AGENDA_INSTALMENT = 1,
		     AGENDA_MATURITY = 2,
		     AGENDA_GRACE_END = 3,
};

static void batch_contract_agenda_row(struct jw *w, struct date due_on, enum agenda_reason reason)
{
	jw_object(w, NULL);
	jw_date(w, "due_on", due_on);
	jw_i64(w, "reason", reason);
	jw_end(w);
}

/* Two instalments that fall on one session are one day's work. */
static void batch_contract_agenda(struct jw *w, const struct loan_record *r)
{
	const struct loan *loan = &r->loan;
	jw_array(w, "agenda");
	for (int i = 0; i < loan->count - 1; i++)
		if (!i || date_cmp(loan->instalment[i].due_on, loan->instalment[i - 1].due_on) != 0)
			batch_contract_agenda_row(w, loan->instalment[i].due_on, AGENDA_INSTALMENT);
	batch_contract_agenda_row(w, loan->instalment[loan->count - 1].due_on, AGENDA_MATURITY);
	if (r->interest_grace_months)
		batch_contract_agenda_row(w, r->contract.grace_end, AGENDA_GRACE_END);
	jw_end(w);
}

void loan_batch_new_contract(struct loan_batch *batch, const struct loan_record *record)
{
	if (batch->contracts.len)
		text_add_char(&batch->contracts, ',');
	struct jw w = jw_start(&batch->contracts);
	jw_object(&w, NULL);
	batch_contract_keys(&w, record);
	batch_contract_terms(&w, record);
	batch_contract_agenda(&w, record);
	jw_end(&w);
}

void loan_batch_args_contracts(const struct loan_batch *batch, struct db_args *args)
{
	struct text list = { 0 };
	text_printf(&list, "[%s]", text_str(&batch->contracts));
	db_arg_text(args, list.s);
	text_clear(&list);
}
