/* The loans that were running at the end of 2021, taken over with their balances. */
#include <string.h>

#include "demo.h"

#define STOCK_LOANS 9100
#define FULL_HOUSEHOLDS 14050

/* A contract date from which the loan still runs on `on` (or, for a bad one, has run out some months before). */
static struct date contract_day(struct lending *l, const struct spec *s, int unit, int term, struct date on,
				bool ended)
{
	int32_t now = date_month_number(on), first = s->from_year * 12 + s->from_month - 1,
		last = s->until_year * 12 + 11;
	int32_t earliest = now - term + 3;
	int32_t month;

	if (ended)
		return unit_session(l->d, unit, now - term - (int32_t)rng_between(&l->d->rng, 2, 14));
	if (last > now - 1)
		last = now - 1;
	month = (int32_t)rng_between(&l->d->rng, earliest > first ? earliest : first, last);
	return unit_session(l->d, unit, month);
}

/* Interest of the balance over a span, as the books of the system before would carry it: whole đồng. */
static struct interest interest_over(const struct sim_loan *s, int64_t balance, struct date from,
				     struct date on, int percent)
{
	struct interest i = INTEREST_ZERO;
	int64_t index = rate_index(s->contract.line, on) - rate_index(s->contract.line, from);

	if (!interest_accrue(&i, (struct money){ balance }, index, percent))
		return INTEREST_ZERO;
	return interest_of_money(interest_round(i));
}

static void opening_make(struct lending *l, struct sim_loan *s, int64_t principal, struct date on, bool ended)
{
	struct instalment rows[SCHEDULE_TERM_MAX];
	struct loan_opening o = { .principal = { principal } };
	int64_t left = principal;
	int count = schedule_count(&s->terms);
	struct date last_session = calendar_session_upto(s->contract.calendar, on);

	schedule_make(&s->terms, s->contract.calendar, o.principal, rows);
	for (int i = 0; i < (ended ? count - 1 : count); i++)
		if (date_cmp(rows[i].due_on, on) <= 0)
			left -= rows[i].amount.dong;
	if (ended) {
		o.overdue.dong = left;
		o.interest_overdue =
			interest_over(s, left, rows[count - 1].due_on, on, s->contract.overdue_percent);
	} else {
		o.in_term.dong = left;
		if (date_cmp(on, s->contract.grace_end) < 0)
			o.interest_grace = interest_over(s, left, s->contract.contract_on, on, 100);
		else
			o.interest_in_term = interest_over(s, left, last_session, on, 100);
	}
	loan_open(l, s, on, &o);
}

static void stock_one(struct lending *l, struct date on)
{
	struct rng *r = &l->d->rng;
	int spec = spec_draw(r, on, true), term = specs[spec].terms[rng_below(r, 3)];
	int household = borrower_draw(l, spec, on, rng_chance(r, 860));
	bool ended = rng_chance(r, 4) && specs[spec].until_year >= 2026 && specs[spec].principal_grace == 0;
	int low = specs[spec].low, high = specs[spec].high;
	struct date contract_on;
	struct sim_loan *s;

	if (household < 0)
		return;
	contract_on = contract_day(l, &specs[spec], l->d->households[household].unit, term, on, ended);
	if (date_cmp(contract_on, demo_date(2019, 3, 1)) < 0 && low <= 50 && high > 50)
		high = 50;
	s = loan_add(l, spec, household, term, contract_on);
	if (date_cmp(l->d->households[household].joined_on, contract_on) > 0)
		l->d->households[household].joined_on = contract_on;
	if (ended)
		s->behaviour = BEHAVIOUR_BAD;
	if (strcmp(specs[spec].code, "02") == 0) {
		s->draws = (int)rng_below(r, 6);
		s->draw_amount = rng_between(r, 10, 20) * 1000000;
	}
	opening_make(l, s, rng_between(r, (low + high) / 2, high) * 1000000, on, ended);
}

void stock_make(struct lending *l, struct date on)
{
	int wanted = (int)((int64_t)STOCK_LOANS * l->d->figures.households[0] / FULL_HOUSEHOLDS);

	for (int i = 0; i < wanted; i++)
		stock_one(l, on);
}
