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

struct money loan_settled(const struct loan_balances *b)
{
	return (struct money){ b->paid.dong + b->written_off.dong };
}

bool loan_take(struct loan_balances *b, const struct allocation *parts)
{
	const struct money *part = parts->part;

	b->overdue.dong -= part[PART_PRINCIPAL_OVERDUE].dong;
	b->in_term.dong -= part[PART_PRINCIPAL_DUE].dong + part[PART_PRINCIPAL_EARLY].dong;
	b->frozen.dong -= part[PART_PRINCIPAL_FROZEN].dong;
	if (money_is_zero(b->frozen))
		b->frozen_until = DATE_NONE;
	return interest_pay(&b->interest_overdue, part[PART_INTEREST_OVERDUE]) &&
	       interest_pay(&b->interest_in_term, part[PART_INTEREST_IN_TERM]) &&
	       interest_pay(&b->interest_grace, part[PART_INTEREST_GRACE]);
}

struct money loan_covered(const struct loan_balances *b)
{
	return (struct money){ loan_settled(b).dong + b->frozen.dong };
}

const struct rate_line *loan_line(const struct loan_contract *c, const struct loan_balances *b)
{
	if (b->line == 0)
		return c->line;
	for (size_t i = 0; i < c->overlays_count; i++)
		if (c->overlays[i].number == b->line)
			return c->overlays[i].line;
	return NULL;
}

const struct calendar *loan_calendar(const struct loan_contract *c, const struct loan_balances *b)
{
	if (b->place == 0)
		return c->calendar;
	for (size_t i = 0; i < c->places_count; i++)
		if (c->places[i].number == b->place)
			return c->places[i].calendar;
	return NULL;
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

/* Something ends on the day: what the days before it bear is another thing than what those from it on do. */
static struct date loan_span_end(struct date end, bool runs, struct date until, struct date since)
{
	return runs && date_cmp(until, since) > 0 ? date_min(end, until) : end;
}

/* Adds the days from b->since to `to`, on which nothing ends. A frozen balance bears none, one whose freeze has ended bears
 * what is in term, whether the fold has come to that or not. */
static bool loan_bring_span(const struct loan_contract *c, struct loan_balances *b, struct date to)
{
	struct loan_balances now = *b;
	bool grace = date_cmp(b->since, c->grace_end) < 0;

	if (b->line != 0 && date_cmp(b->line_until, b->since) <= 0)
		now.line = 0;
	if (money_is_positive(b->frozen) && date_cmp(b->frozen_until, b->since) <= 0)
		now.in_term.dong += b->frozen.dong;
	const struct rate_line *line = loan_line(c, &now);
	if (line == NULL)
		return false;
	int64_t delta = rate_index(line, to) - rate_index(line, b->since);
	b->since = to;
	return loan_earn(grace ? &b->interest_grace : &b->interest_in_term, &b->accrued, now.in_term, delta,
			 100) &&
	       loan_earn(grace ? &b->interest_grace : &b->interest_overdue, &b->accrued, b->overdue, delta,
			 c->overdue_percent);
}

bool loan_bring(const struct loan_contract *c, struct loan_balances *b, struct date to)
{
	if (date_cmp(to, b->since) > 0 && !loan_is_running(b))
		b->since = to;
	while (date_cmp(to, b->since) > 0) {
		struct date end = loan_span_end(to, true, c->grace_end, b->since);
		end = loan_span_end(end, b->line != 0, b->line_until, b->since);
		end = loan_span_end(end, money_is_positive(b->frozen), b->frozen_until, b->since);
		if (!loan_bring_span(c, b, end))
			return false;
	}
	return true;
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

/* Of the schedule up to a day, what is neither settled nor frozen. */
static struct money loan_behind(const struct loan_contract *c, const struct loan *loan, struct date on)
{
	struct money due = schedule_due(loan->instalment, loan->count, loan_calendar(c, &loan->b), on);

	return money_max((struct money){ due.dong - loan_covered(&loan->b).dong }, MONEY_ZERO);
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
	out->part[PART_PRINCIPAL_FROZEN] = b->frozen;
}

bool loan_interest_asked(const struct loan_balances *b, struct date on)
{
	return date_is_none(b->holiday_until) || date_cmp(on, b->holiday_until) >= 0;
}

/* A loan taken over may bring an overdue balance that its schedule does not explain. */
struct money loan_arrears(const struct loan_contract *c, const struct loan *loan, struct date on)
{
	return money_max(loan_behind(c, loan, on), loan->b.overdue);
}
