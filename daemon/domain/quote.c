/* loan.quote: a contract made of the request, its loan folded once with the events for the positions, and once with every
 * instalment paid on its day for the interest of the schedule. All arithmetic is that of loan.h. */
#include "vonvay/quote.h"

#include <string.h>

#include "loan_private.h"

/* What the request makes of tables and contract. */
struct quote {
	const struct quote_request *q;
	struct session_day day;
	struct calendar calendar;
	struct rate_line line;
	struct loan_contract contract;
	int count;
	struct instalment rows[SCHEDULE_TERM_MAX];
};

static bool rate_row_after(const struct rate_row *a, const struct rate_row *b)
{
	int order = date_cmp(a->from, b->from);

	return order > 0 || (order == 0 && a->index > b->index);
}

static void quote_rates_sink(struct rate_row *rows, size_t at, size_t count)
{
	struct rate_row sinking = rows[at];

	for (size_t below = 2 * at + 1; below < count; below = 2 * at + 1) {
		if (below + 1 < count && rate_row_after(&rows[below + 1], &rows[below]))
			below++;
		if (!rate_row_after(&rows[below], &sinking))
			break;
		rows[at] = rows[below];
		at = below;
	}
	rows[at] = sinking;
}

/* By day, within a day as given (index holds the place until the line is made). */
static void quote_rates_sort(struct rate_row *rows, size_t count)
{
	for (size_t i = count / 2; i > 0; i--)
		quote_rates_sink(rows, i - 1, count);
	for (size_t last = count; last > 1; last--) {
		struct rate_row greatest = rows[0];
		rows[0] = rows[last - 1];
		rows[last - 1] = greatest;
		quote_rates_sink(rows, 0, last - 1);
	}
}

/* One row a day: the last given wins; what changed up to the first day is simply the first rate. */
static bool quote_rates(struct quote *t, struct rate_row *rows)
{
	const struct quote_request *q = t->q;
	size_t last = 0;

	rows[0] = (struct rate_row){ .from = q->terms.contract_on, .rate_e7 = q->rate_e7 };
	for (size_t i = 0; i < q->rate_changes_count; i++)
		rows[i + 1] =
			(struct rate_row){ q->rate_changes[i].on, q->rate_changes[i].rate_e7, (int64_t)i };
	quote_rates_sort(rows + 1, q->rate_changes_count);
	for (size_t i = 1; i <= q->rate_changes_count; i++) {
		if (date_cmp(rows[i].from, rows[last].from) <= 0)
			rows[last].rate_e7 = rows[i].rate_e7;
		else
			rows[++last] = rows[i];
	}
	return rate_line_init(&t->line, rows, last + 1);
}

static bool quote_contract(struct quote *t, const struct quote_request *q, struct rate_row *rates)
{
	t->q = q;
	t->day = (struct session_day){ q->terms.contract_on, q->session_day };
	t->calendar = (struct calendar){ .days = &t->day,
					 .days_count = q->session_day != 0,
					 .closed_upto = DATE_EVER };
	if (!quote_rates(t, rates))
		return false;
	t->contract = (struct loan_contract){ .contract_on = q->terms.contract_on,
					      .grace_end = schedule_grace_end(&q->terms, &t->calendar),
					      .rounding = q->terms.rounding,
					      .instalment_default = q->instalment_default,
					      .overdue_percent = q->overdue_percent,
					      .line = &t->line,
					      .calendar = &t->calendar,
					      .policies = &allocation_policy_default,
					      .policies_count = 1 };
	t->count = schedule_count(&q->terms);
	schedule_make(&q->terms, &t->calendar, q->principal, t->rows);
	return true;
}

/* The first disbursement and the events, in the order they are taken. no = 1 + place of the event. */
static enum quote_error quote_facts(const struct quote_request *q, struct fact *facts, size_t *index)
{
	facts[0] =
		(struct fact){ .kind = FACT_DISBURSED, .on = q->terms.contract_on, .amount = q->principal };
	for (size_t i = 0; i < q->events_count; i++) {
		const struct quote_event *e = &q->events[i];
		*index = i;
		if (date_cmp(e->on, q->terms.contract_on) < 0)
			return QUOTE_ERROR_EVENT_ON;
		facts[i + 1] = (struct fact){
			.no = (int32_t)(i + 1), .kind = e->kind, .on = e->on, .amount = e->amount
		};
	}
	fact_sort(facts, q->events_count + 1);
	return QUOTE_OK;
}

static enum quote_error quote_error_of(enum loan_error error, enum fact_kind kind)
{
	switch (error) {
	case LOAN_OK:
		return QUOTE_OK;
	case LOAN_ERROR_TOO_MUCH:
		return QUOTE_ERROR_EVENT_AMOUNT;
	case LOAN_ERROR_CLOSED: /* all is paid: nothing can be owed, and no instalment is left to lend on */
		return kind == FACT_DISBURSED ? QUOTE_ERROR_EVENT_ON : QUOTE_ERROR_EVENT_AMOUNT;
	case LOAN_ERROR_BEFORE_START:
	case LOAN_ERROR_NO_INSTALMENT:
	case LOAN_ERROR_NOT_DISBURSED:
	case LOAN_ERROR_ORDER:
	case LOAN_ERROR_OPENING:
	case LOAN_ERROR_DECIDED:
	case LOAN_ERROR_UNTIL:
	case LOAN_ERROR_FROZEN:
	case LOAN_ERROR_NOT_FROZEN:
	case LOAN_ERROR_NUMBER:
	case LOAN_ERROR_REVERSES:
		return QUOTE_ERROR_EVENT_ON;
	case LOAN_ERROR_OVERFLOW:
		break;
	}
	return QUOTE_ERROR_OVERFLOW;
}

/* Folds the facts up to and on a day; *next is the first not folded. */
static enum quote_error quote_fold(const struct quote *t, struct loan *loan, const struct fact *facts,
				   size_t *next, struct date on, size_t *index)
{
	for (; *next < t->q->events_count + 1 && date_cmp(facts[*next].on, on) <= 0; (*next)++) {
		const struct fact *fact = &facts[*next];
		enum loan_error error = loan_apply(&t->contract, loan, fact, NULL, NULL);
		if (error != LOAN_OK) {
			*index = fact->no > 0 ? (size_t)fact->no - 1 : 0;
			return quote_error_of(error, fact->kind);
		}
	}
	return QUOTE_OK;
}

static bool quote_position_after(const struct quote_position *a, const struct quote_position *b)
{
	int order = date_cmp(a->as_of, b->as_of);

	return order > 0 || (order == 0 && a->order > b->order);
}

static void quote_positions_sink(struct quote_position *rows, size_t at, size_t count)
{
	for (size_t below = 2 * at + 1; below < count; below = 2 * at + 1) {
		if (below + 1 < count && quote_position_after(&rows[below + 1], &rows[below]))
			below++;
		if (!quote_position_after(&rows[below], &rows[at]))
			break;
		struct quote_position greater = rows[below];
		rows[below] = rows[at];
		rows[at] = greater;
		at = below;
	}
}

static void quote_positions_sort(struct quote_position *rows, size_t count)
{
	size_t sorted = 1;

	while (sorted < count && !quote_position_after(&rows[sorted - 1], &rows[sorted]))
		sorted++;
	if (sorted >= count)
		return;
	for (size_t i = count / 2; i > 0; i--)
		quote_positions_sink(rows, i - 1, count);
	for (size_t last = count; last > 1; last--) {
		struct quote_position greatest = rows[0];
		rows[0] = rows[last - 1];
		rows[last - 1] = greatest;
		quote_positions_sink(rows, 0, last - 1);
	}
}

/* Back into the order of the request. */
static void quote_positions_restore(struct quote_position *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		while (rows[i].order != i) {
			size_t place = rows[i].order;
			struct quote_position other = rows[place];
			rows[place] = rows[i];
			rows[i] = other;
		}
	}
}

static enum quote_error quote_position(const struct quote *t, struct loan *loan, struct quote_position *p)
{
	const struct loan_contract *c = &t->contract;
	enum loan_next_reason reason;

	if (loan_advance(c, loan, p->as_of, DATE_EVER, NULL, NULL) != LOAN_OK ||
	    loan_balances_on(c, loan, p->as_of, &p->b) != LOAN_OK)
		return QUOTE_ERROR_OVERFLOW;
	p->arrears = loan_arrears(c, loan, p->as_of);
	p->next_on = loan_next(c, loan, p->as_of, false, &reason);
	return QUOTE_OK;
}

/* One fold over the events, stopping at each day asked about; events after the last of them are still tried. */
static enum quote_error quote_positions(const struct quote *t, struct loan *loan, const struct fact *facts,
					struct quote_position *positions, size_t count, size_t *index)
{
	enum quote_error error = QUOTE_OK;
	size_t next = 0;

	for (size_t i = 0; error == QUOTE_OK && i < count; i++) {
		error = quote_fold(t, loan, facts, &next, positions[i].as_of, index);
		if (error == QUOTE_OK)
			error = quote_position(t, loan, &positions[i]);
	}
	return error == QUOTE_OK ? quote_fold(t, loan, facts, &next, DATE_EVER, index) : error;
}

/* The fold in which nothing is missed: disbursements of the events, and each instalment, as the events left it, paid on
 * its day. Amounts are those of t->rows: which instalments a later disbursement is divided over depends on what was really
 * paid by then. */
struct quote_plan {
	const struct quote *t;
	struct loan_contract contract;
	struct loan *loan;
	const struct fact *facts;
	size_t next_fact;
	int next_instalment;
};

static enum loan_error quote_plan_disburse(struct quote_plan *p, struct date on)
{
	for (; p->next_fact < p->t->q->events_count + 1; p->next_fact++) {
		const struct fact *fact = &p->facts[p->next_fact];
		if (date_cmp(fact->on, on) > 0)
			break;
		if (fact->kind != FACT_DISBURSED)
			continue;
		enum loan_error error = loan_apply(&p->contract, p->loan, fact, NULL, NULL);
		if (error != LOAN_OK)
			return error;
	}
	return LOAN_OK;
}

static enum loan_error quote_plan_pay(struct quote_plan *p, int month)
{
	for (; p->next_instalment < p->t->count; p->next_instalment++) {
		const struct instalment *row = &p->t->rows[p->next_instalment];
		if (row->month > month)
			break;
		if (!money_is_positive(row->amount))
			continue;
		struct fact fact = { .kind = FACT_PRINCIPAL_PAID, .on = row->due_on, .amount = row->amount };
		enum loan_error error = loan_apply(&p->contract, p->loan, &fact, NULL, NULL);
		if (error != LOAN_OK)
			return error;
	}
	return LOAN_OK;
}

/* Brings the plan over one month's date; *total is the rounded interest up to it. */
static enum loan_error quote_plan_month(struct quote_plan *p, int month, struct date on, struct money *total)
{
	struct loan_balances b;
	enum loan_error error = quote_plan_disburse(p, on);

	if (error == LOAN_OK)
		error = quote_plan_pay(p, month);
	if (error == LOAN_OK)
		error = loan_balances_on(&p->contract, p->loan, on, &b);
	if (error == LOAN_OK)
		*total = interest_round(b.accrued);
	return error;
}

static enum quote_error quote_schedule(const struct quote *t, struct loan *loan, const struct fact *facts,
				       struct quote_row *schedule)
{
	const struct schedule_terms *terms = &t->q->terms;
	struct quote_plan plan = { .t = t, .contract = t->contract, .loan = loan, .facts = facts };
	struct money before = MONEY_ZERO, total = MONEY_ZERO;

	/* the plan's own division may differ from the amounts it pays: nothing of it counts as missed */
	plan.contract.instalment_default = INSTALMENT_DEFAULT_CARRY;
	loan_init(loan, t->rows, t->count);
	for (int month = 1; month <= terms->term_months; month++) {
		struct quote_row *row = &schedule[month - 1];
		row->due_on = schedule_month(terms, &t->calendar, month);
		row->principal = row->interest = MONEY_ZERO;
		if (quote_plan_month(&plan, month, row->due_on, &total) != LOAN_OK)
			return QUOTE_ERROR_OVERFLOW;
		if (month <= terms->interest_grace_months)
			continue;
		row->interest = (struct money){ total.dong - before.dong };
		before = total;
	}
	for (int i = 0; i < t->count; i++)
		schedule[t->rows[i].month - 1].principal = t->rows[i].amount;
	return QUOTE_OK;
}

/* Puts the days asked about into their order. */
static enum quote_error quote_days(const struct quote_request *q, const struct date *as_of, size_t count,
				   struct quote_position *positions, size_t *index)
{
	for (size_t i = 0; i < count; i++) {
		*index = i;
		if (date_cmp(as_of[i], q->terms.contract_on) < 0)
			return QUOTE_ERROR_AS_OF;
		positions[i].as_of = as_of[i];
		positions[i].order = i;
	}
	quote_positions_sort(positions, count);
	return QUOTE_OK;
}

enum quote_error quote_make(const struct quote_request *q, const struct date *as_of, size_t as_of_count,
			    struct rate_row *rates, struct fact *facts, struct quote_row *schedule,
			    struct quote_position *positions, size_t *index)
{
	struct quote t;
	struct loan loan;

	*index = 0;
	if (!quote_contract(&t, q, rates))
		return QUOTE_ERROR_OVERFLOW;
	enum quote_error error = quote_facts(q, facts, index);
	if (error == QUOTE_OK)
		error = quote_days(q, as_of, as_of_count, positions, index);
	if (error != QUOTE_OK)
		return error;
	loan_init(&loan, t.rows, t.count);
	error = quote_positions(&t, &loan, facts, positions, as_of_count, index);
	quote_positions_restore(positions, as_of_count);
	if (error != QUOTE_OK)
		return error;
	memcpy(t.rows, loan.instalment, (size_t)t.count * sizeof t.rows[0]);
	return quote_schedule(&t, &loan, facts, schedule);
}
