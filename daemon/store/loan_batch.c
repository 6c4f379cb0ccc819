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
	l->paid.count = l->agenda.count = 0;
	l->stored = NULL;
	l->stored_count = 0;
	memcpy(l->was, record->loan.instalment, (size_t)record->loan.count * sizeof l->was[0]);
}

void batch_loan_clear(struct batch_loan *l)
{
	free(l->facts.rows);
	free(l->transitions.rows);
	free(l->postings.rows);
	free(l->deltas.rows);
	free(l->spans.rows);
	free(l->paid.rows);
	free(l->agenda.rows);
	memset(l, 0, sizeof *l);
}

/* ---- gathering the steps of one loan ---- */

static bool batch_same_cell(struct batch_cell a, struct batch_cell b)
{
	return a.place == b.place && a.line == b.line;
}

static struct portfolio_values *batch_delta_at(struct batch_loan *l, const struct batch_delta *delta)
{
	for (size_t i = l->deltas.count; i-- > 0;) {
		struct batch_delta *d = &l->deltas.rows[i];
		if (date_cmp(d->on, delta->on) == 0 && d->status == delta->status &&
		    batch_same_cell(d->cell, delta->cell))
			return &d->values;
	}
	BATCH_PUSH(l->deltas,
		   (struct batch_delta){ .on = delta->on, .status = delta->status, .cell = delta->cell });
	return &l->deltas.rows[l->deltas.count - 1].values;
}

void batch_loan_add_delta(struct batch_loan *l, const struct batch_delta *delta, bool minus)
{
	if (portfolio_is_zero(&delta->values))
		return;
	struct portfolio_values *sum = batch_delta_at(l, delta);
	if (!(minus ? portfolio_sub(sum, &delta->values) : portfolio_add(sum, &delta->values)))
		l->overflow = true;
}

static struct batch_cell batch_cell_of(const struct loan_balances *b)
{
	return (struct batch_cell){ b->place, b->line };
}

/* What a loan adds to the summaries leaves the cell it was in and enters the one it is in. */
static void batch_loan_delta(struct batch_loan *l, struct date on, const struct loan_balances *b, bool minus)
{
	struct batch_delta delta = { .on = on, .status = b->status, .cell = batch_cell_of(b) };
	if (!portfolio_of_loan(&l->record->contract, b, &delta.values))
		l->overflow = true;
	batch_loan_add_delta(l, &delta, minus);
}

static void batch_loan_deltas(struct batch_loan *l, const struct loan_step *step)
{
	batch_loan_delta(l, step->on, step->before, true);
	batch_loan_delta(l, step->on, step->after, false);
}

/* 0 while no principal is left: such days count for no household. */
static int batch_span_status(const struct loan_balances *b)
{
	bool left = b->in_term.dong || b->overdue.dong || b->frozen.dong;
	return left ? (int)b->status : 0;
}

static void batch_loan_spans(struct batch_loan *l, const struct loan_step *step)
{
	struct batch_span before = { step->on, batch_span_status(step->before), batch_cell_of(step->before) };
	struct batch_span after = { step->on, batch_span_status(step->after), batch_cell_of(step->after) };
	size_t n = l->spans.count;
	if (before.status == after.status && (!after.status || batch_same_cell(before.cell, after.cell)))
		return;
	if (n && date_cmp(l->spans.rows[n - 1].on, step->on) == 0)
		l->spans.rows[n - 1] = after;
	else
		BATCH_PUSH(l->spans, after);
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

/* ---- the agenda ---- */

static void batch_agenda_add(struct batch_loan *l, struct date due_on, enum agenda_reason reason)
{
	if (!date_is_none(due_on) && date_cmp(due_on, DATE_EVER) != 0)
		BATCH_PUSH(l->agenda, (struct batch_agenda){ due_on, reason });
}

/* A freeze ends on its day; past the maturity the session after it decides. */
static void batch_agenda_freeze(struct batch_loan *l, struct date until)
{
	batch_agenda_add(l, until, AGENDA_FREEZE_END);
	batch_agenda_add(l, until, AGENDA_MATURITY);
}

/* The sessions of another point look at all that is still to come, none before the move. */
static void batch_agenda_moved(struct batch_loan *l)
{
	const struct loan *loan = &l->record->loan;
	for (int i = loan->decided; i < loan->count; i++)
		batch_agenda_add(l, date_max(loan->instalment[i].due_on, loan->b.moved_on),
				 i == loan->count - 1 ? AGENDA_MATURITY : AGENDA_INSTALMENT);
	batch_agenda_add(l, loan->b.frozen_until, AGENDA_MATURITY);
	if (!date_is_none(loan->b.thawed_on))
		batch_agenda_add(l, date_max(loan->b.thawed_on, loan->b.moved_on), AGENDA_MATURITY);
}

void batch_loan_agenda(struct batch_loan *l, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_RESCHEDULED:
		batch_agenda_add(l, fact->until, AGENDA_INSTALMENT);
		break;
	case FACT_EXTENDED:
		batch_agenda_add(l, fact->until, AGENDA_MATURITY);
		break;
	case FACT_FROZEN:
	case FACT_FREEZE_PROLONGED:
		batch_agenda_freeze(l, fact->until);
		break;
	case FACT_UNFROZEN: /* past the maturity the next session decides about what came back */
		batch_agenda_add(l, fact->on, AGENDA_MATURITY);
		break;
	case FACT_OPENED:
		if (fact->opening.frozen.dong)
			batch_agenda_freeze(l, fact->until);
		break;
	case FACT_RELIEVED:
		batch_agenda_add(l, fact->until, AGENDA_RELIEF_END);
		break;
	case FACT_MOVED:
	case FACT_REVERSED: /* what it takes back may have moved any date, or the loan */
		batch_agenda_moved(l);
		break;
	case FACT_DISBURSED:
	case FACT_PAID:
	case FACT_PRINCIPAL_PAID:
	case FACT_INTEREST_PAID:
	case FACT_WRITTEN_OFF:
	case FACT_RECOVERED:
	case FACT_MISUSED:
		break;
	}
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

void batch_loan_add_paid(struct batch_loan *l, const struct batch_paid *paid)
{
	BATCH_PUSH(l->paid, *paid);
}

void batch_loan_step(void *arg, const struct loan_step *step)
{
	struct batch_loan *l = arg;
	if (!step->fact && !batch_loan_transition(l, step))
		return;
	if (step->fact) {
		BATCH_PUSH(l->facts, *step->fact);
		if (step->fact->no >= l->watched)
			batch_loan_add_paid(l, &(struct batch_paid){ step->fact->no, step->paid });
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
	int_rows_add(m, b->written_off.dong);
	int_rows_add(m, b->interest_written_off.dong);
	int_rows_add(m, b->recovered.dong);
	int_rows_add(m, b->frozen_until.days);
	int_rows_add(m, b->thawed_on.days);
	int_rows_add(m, b->line);
	int_rows_add(m, b->line_until.days);
	int_rows_add(m, b->holiday_until.days);
	int_rows_add(m, b->place);
	int_rows_add(m, b->moved_on.days);
}

static bool batch_instalments_changed(const struct batch_loan *l)
{
	const struct loan *loan = &l->record->loan;
	for (int i = 0; i < loan->count; i++)
		if (money_cmp(l->was[i].amount, loan->instalment[i].amount) != 0 ||
		    date_cmp(l->was[i].due_on, loan->instalment[i].due_on) != 0)
			return true;
	return false;
}

static void batch_flush_amounts(struct loan_batch *batch, const struct batch_loan *l)
{
	const struct loan *loan = &l->record->loan;
	if (!batch_instalments_changed(l))
		return;
	for (int i = 0; i < loan->count; i++) {
		int_rows_begin_row(&batch->amounts);
		int_rows_add(&batch->amounts, l->record->contract.loan_id);
		int_rows_add(&batch->amounts, i);
		int_rows_add(&batch->amounts, loan->instalment[i].amount.dong);
		int_rows_add(&batch->amounts, loan->instalment[i].due_on.days);
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

/* A fact made without naming its `until` has day 0 there, not DATE_NONE. */
static bool batch_fact_has_until(const struct fact *f)
{
	return f->kind == FACT_RESCHEDULED || f->kind == FACT_EXTENDED || f->kind == FACT_FROZEN ||
	       f->kind == FACT_FREEZE_PROLONGED || f->kind == FACT_RELIEVED ||
	       (f->kind == FACT_OPENED && f->opening.frozen.dong != 0);
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
	int_rows_add(m, f->interest.dong);
	int_rows_add(m, batch_fact_has_until(f) ? f->until.days : DATE_NONE.days);
	int_rows_add(m, f->kind == FACT_RELIEVED ? f->holiday_until.days : DATE_NONE.days);
	int_rows_add(m, f->number);
	int_rows_add(m, f->source);
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
	int_rows_add(m, d->cell.place);
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
	int_rows_add(m, d->cell.line);
}

void batch_flush_deltas(struct loan_batch *batch, const struct batch_loan *l)
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
	int_rows_add(&batch->spans, s->cell.place);
	int_rows_add(&batch->spans, s->cell.line);
}

static void batch_flush_agenda(struct loan_batch *batch, const struct batch_loan *l)
{
	for (size_t i = 0; i < l->agenda.count; i++) {
		int_rows_begin_row(&batch->agenda);
		int_rows_add(&batch->agenda, l->record->contract.loan_id);
		int_rows_add(&batch->agenda, l->agenda.rows[i].due_on.days);
		int_rows_add(&batch->agenda, l->agenda.rows[i].reason);
	}
}

void batch_flush_loan(struct loan_batch *batch, struct batch_loan *l, int32_t facts)
{
	batch_flush_state(batch, l->record, facts);
	batch_flush_amounts(batch, l);
	batch_flush_deltas(batch, l);
	batch_flush_agenda(batch, l);
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
	for (size_t i = 0; i < l->facts.count; i++)
		batch_loan_agenda(l, &l->facts.rows[i]);
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

const struct allocation *loan_batch_paid(const struct loan_batch *batch, int32_t no)
{
	static const struct allocation nothing = { 0 };
	for (size_t i = 0; i < batch->current->paid.count; i++)
		if (batch->current->paid.rows[i].no == no)
			return &batch->current->paid.rows[i].paid;
	return &nothing;
}

void loan_batch_clear(struct loan_batch *batch)
{
	struct int_rows *all[] = { &batch->states, &batch->amounts,    &batch->facts,	 &batch->openings,
				   &batch->made,   &batch->superseded, &batch->postings, &batch->deltas,
				   &batch->spans,  &batch->agenda };
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
	db_arg_int_rows(args, &batch->agenda);
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
