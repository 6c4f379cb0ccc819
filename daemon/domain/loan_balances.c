/* What a loan holds and owes on a day: looking at a state without changing it. */
#include "loan_private.h"

bool loan_is_running(const struct loan_balances *b)
{
	return b->status != LOAN_STATUS_PENDING && b->status != LOAN_STATUS_CLOSED;
}

struct money loan_principal(const struct loan_balances *b)
{
	return (struct money){ b->in_term.dong + b->overdue.dong + b->frozen.dong };
}

static bool loan_earn(struct interest *unpaid, struct interest *accrued, struct money balance, int64_t delta,
		      int percent)
{
	struct interest earned = INTEREST_ZERO;

	if (money_is_zero(balance) || delta == 0)
		return true;
	return interest_accrue(&earned, balance, delta, percent) && interest_add(unpaid, earned) &&
	       interest_add(accrued, earned);
}

/* Adds the days from b->since to `to` to the given unpaid interests. A frozen balance bears none. */
static bool loan_bring_span(const struct loan_contract *c, struct loan_balances *b, struct date to,
			    struct interest *in_term, struct interest *overdue)
{
	int64_t delta = rate_index(c->line, to) - rate_index(c->line, b->since);

	b->since = to;
	return loan_earn(in_term, &b->accrued, b->in_term, delta, 100) &&
	       loan_earn(overdue, &b->accrued, b->overdue, delta, c->overdue_percent);
}

bool loan_bring(const struct loan_contract *c, struct loan_balances *b, struct date to)
{
	if (date_cmp(to, b->since) <= 0)
		return true;
	if (!loan_is_running(b)) {
		b->since = to;
		return true;
	}
	if (date_cmp(b->since, c->grace_end) < 0 &&
	    !loan_bring_span(c, b, date_min(to, c->grace_end), &b->interest_grace, &b->interest_grace))
		return false;
	if (date_cmp(b->since, to) == 0)
		return true;
	return loan_bring_span(c, b, to, &b->interest_in_term, &b->interest_overdue);
}

enum loan_error loan_balances_on(const struct loan_contract *c, const struct loan *loan, struct date on,
				 struct loan_balances *out)
{
	*out = loan->b;
	return loan_bring(c, out, on) ? LOAN_OK : LOAN_ERROR_OVERFLOW;
}

static struct money loan_asked(struct interest i)
{
	return money_max(interest_round(i), MONEY_ZERO);
}

/* Of the schedule up to a day, what the payments do not cover. */
static struct money loan_behind(const struct loan_contract *c, const struct loan *loan, struct date on)
{
	struct money due = schedule_due(loan->instalment, loan->count, c->calendar, on);

	return money_max((struct money){ due.dong - loan->b.paid.dong }, MONEY_ZERO);
}

void loan_owed(const struct loan_contract *c, const struct loan *loan, const struct loan_balances *b,
	       struct date on, struct allocation *out)
{
	struct money behind = loan_behind(c, loan, on);
	struct money due = money_max((struct money){ behind.dong - b->overdue.dong }, MONEY_ZERO);

	due = money_min(due, b->in_term);
	out->part[PART_PRINCIPAL_OVERDUE] = b->overdue;
	out->part[PART_PRINCIPAL_DUE] = due;
	out->part[PART_PRINCIPAL_EARLY] = (struct money){ b->in_term.dong - due.dong };
	out->part[PART_INTEREST_OVERDUE] = loan_asked(b->interest_overdue);
	out->part[PART_INTEREST_IN_TERM] = loan_asked(b->interest_in_term);
	out->part[PART_INTEREST_GRACE] = loan_asked(b->interest_grace);
}

/* A loan taken over may bring an overdue balance that its schedule does not explain. */
struct money loan_arrears(const struct loan_contract *c, const struct loan *loan, struct date on)
{
	return money_max(loan_behind(c, loan, on), loan->b.overdue);
}
