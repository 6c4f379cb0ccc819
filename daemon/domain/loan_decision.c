/* What decisions do to a loan: instalments and the final date moved, a freeze, a write-off, misuse, relief, another place.
 * Each function is given the loan brought to the day of the fact and changes nothing when it refuses. domain.md 3.4, 3.6, 3.7, 4 */
#include "loan_private.h"

static struct money decision_upto(const struct loan *loan, int i)
{
	struct money upto = MONEY_ZERO;

	for (int k = 0; k <= i; k++)
		upto.dong += loan->instalment[k].amount.dong;
	return upto;
}

/* To a later day, at most that of the next instalment; the final one only an extension moves. */
static enum loan_error decision_reschedule(struct loan *loan, const struct fact *fact)
{
	int i = fact->number;

	if (i < 0 || i >= loan->count - 1)
		return LOAN_ERROR_NUMBER;
	if (i < loan->decided || !money_is_positive(loan_unpaid_of(loan, i, decision_upto(loan, i))))
		return LOAN_ERROR_DECIDED;
	if (date_cmp(fact->until, fact->on) <= 0 || date_cmp(fact->until, loan->instalment[i].due_on) <= 0 ||
	    date_cmp(fact->until, loan->instalment[i + 1].due_on) > 0)
		return LOAN_ERROR_UNTIL;
	loan->instalment[i].due_on = fact->until;
	return LOAN_OK;
}

static enum loan_error decision_extend(struct loan *loan, const struct fact *fact)
{
	struct instalment *last = &loan->instalment[loan->count - 1];

	if (loan->decided == loan->count)
		return LOAN_ERROR_DECIDED;
	if (date_cmp(fact->until, fact->on) <= 0 || date_cmp(fact->until, last->due_on) <= 0 ||
	    date_cmp(fact->until, DATE_EVER) == 0)
		return LOAN_ERROR_UNTIL;
	last->due_on = fact->until;
	return LOAN_OK;
}

/* One freeze at a time: another decision while it runs prolongs or ends it. */
static enum loan_error decision_freeze(struct loan_balances *b, const struct fact *fact)
{
	struct money overdue = money_min(fact->amount, b->overdue);
	struct money in_term = { fact->amount.dong - overdue.dong };

	if (money_is_positive(b->frozen))
		return LOAN_ERROR_FROZEN;
	if (date_cmp(fact->until, fact->on) <= 0)
		return LOAN_ERROR_UNTIL;
	if (!money_is_positive(fact->amount) || money_cmp(in_term, b->in_term) > 0)
		return LOAN_ERROR_TOO_MUCH;
	b->overdue.dong -= overdue.dong;
	b->in_term.dong -= in_term.dong;
	b->frozen = fact->amount;
	b->frozen_until = fact->until;
	return LOAN_OK;
}

/* Later than it ends now; one without a known end is given one. */
static enum loan_error decision_prolong(struct loan_balances *b, const struct fact *fact)
{
	bool known = date_cmp(b->frozen_until, DATE_EVER) < 0;

	if (!money_is_positive(b->frozen))
		return LOAN_ERROR_NOT_FROZEN;
	if (date_cmp(fact->until, known ? b->frozen_until : fact->on) <= 0)
		return LOAN_ERROR_UNTIL;
	b->frozen_until = fact->until;
	return LOAN_OK;
}

void loan_thaw(struct loan *loan, struct date on)
{
	struct loan_balances *b = &loan->b;

	b->in_term.dong += b->frozen.dong;
	b->frozen = MONEY_ZERO;
	b->frozen_until = DATE_NONE;
	if (loan->decided == loan->count)
		b->thawed_on = on;
}

static enum loan_error decision_unfreeze(struct loan *loan, const struct fact *fact)
{
	if (!money_is_positive(loan->b.frozen))
		return LOAN_ERROR_NOT_FROZEN;
	loan_thaw(loan, fact->on);
	return LOAN_OK;
}

static enum loan_error decision_write_off(const struct loan_contract *c, struct loan *loan,
					  const struct fact *fact, struct allocation *paid)
{
	struct loan_balances *b = &loan->b;
	struct allocation owed, interest;

	loan_owed(c, loan, b, fact->on, &owed);
	if (fact->amount.dong < 0 || fact->interest.dong < 0 ||
	    !money_is_positive((struct money){ fact->amount.dong | fact->interest.dong }))
		return LOAN_ERROR_TOO_MUCH;
	if (!allocation_split(&owed, allocation_order_written_off, ALLOCATION_PRINCIPAL_PARTS, fact->amount,
			      paid) ||
	    !allocation_split(&owed, allocation_order_interest, ALLOCATION_INTEREST_PARTS, fact->interest,
			      &interest))
		return LOAN_ERROR_TOO_MUCH;
	for (int i = 0; i < PART_COUNT; i++)
		paid->part[i].dong += interest.part[i].dong;
	if (!loan_take(b, paid))
		return LOAN_ERROR_OVERFLOW;
	b->written_off.dong += fact->amount.dong;
	b->interest_written_off.dong += fact->interest.dong;
	return LOAN_OK;
}

static enum loan_error decision_recover(struct loan_balances *b, const struct fact *fact)
{
	struct money left = { b->written_off.dong + b->interest_written_off.dong - b->recovered.dong };

	if (!money_is_positive(fact->amount) || money_cmp(fact->amount, left) > 0)
		return LOAN_ERROR_TOO_MUCH;
	b->recovered.dong += fact->amount.dong;
	return LOAN_OK;
}

static enum loan_error decision_misuse(struct loan_balances *b, const struct fact *fact)
{
	if (!money_is_positive(fact->amount) || money_cmp(fact->amount, b->in_term) > 0)
		return LOAN_ERROR_TOO_MUCH;
	b->in_term.dong -= fact->amount.dong;
	b->overdue.dong += fact->amount.dong;
	return LOAN_OK;
}

/* Number 0: only a holiday, or the end of both. */
static enum loan_error decision_relieve(const struct loan_contract *c, struct loan_balances *b,
					const struct fact *fact)
{
	struct loan_balances then = *b;

	then.line = fact->number;
	if (fact->number < 0 || loan_line(c, &then) == NULL)
		return LOAN_ERROR_NUMBER;
	if (fact->number > 0 && date_cmp(fact->until, fact->on) <= 0)
		return LOAN_ERROR_UNTIL;
	b->line = fact->number;
	b->line_until = fact->number > 0 ? fact->until : DATE_NONE;
	b->holiday_until = fact->holiday_until;
	return LOAN_OK;
}

static enum loan_error decision_move(const struct loan_contract *c, struct loan_balances *b,
				     const struct fact *fact)
{
	struct loan_balances then = *b;

	then.place = fact->number;
	if (fact->number < 0 || loan_calendar(c, &then) == NULL)
		return LOAN_ERROR_NUMBER;
	b->place = fact->number;
	b->moved_on = fact->on;
	return LOAN_OK;
}

enum loan_error loan_decision(const struct loan_contract *c, struct loan *loan, const struct fact *fact,
			      struct allocation *paid)
{
	switch (fact->kind) {
	case FACT_RESCHEDULED:
		return decision_reschedule(loan, fact);
	case FACT_EXTENDED:
		return decision_extend(loan, fact);
	case FACT_FROZEN:
		return decision_freeze(&loan->b, fact);
	case FACT_FREEZE_PROLONGED:
		return decision_prolong(&loan->b, fact);
	case FACT_UNFROZEN:
		return decision_unfreeze(loan, fact);
	case FACT_WRITTEN_OFF:
		return decision_write_off(c, loan, fact, paid);
	case FACT_RECOVERED:
		return decision_recover(&loan->b, fact);
	case FACT_MISUSED:
		return decision_misuse(&loan->b, fact);
	case FACT_RELIEVED:
		return decision_relieve(c, &loan->b, fact);
	case FACT_MOVED:
		return decision_move(c, &loan->b, fact);
	case FACT_OPENED:
	case FACT_DISBURSED:
	case FACT_PAID:
	case FACT_PRINCIPAL_PAID:
	case FACT_INTEREST_PAID:
	case FACT_REVERSED:
		break;
	}
	return LOAN_ERROR_REVERSES;
}
