/* The years from 2022 to June 2026: new contracts, students' drawdowns, collection, with the totals that were published. */
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define FULL_HOUSEHOLDS 14050

struct year_plan {
	int customers;
	int64_t lent;	 /* đồng */
	int64_t collect; /* 0: as it comes */
};

static int64_t scaled(const struct district *d, int64_t million)
{
	return million * d->figures.households[0] / FULL_HOUSEHOLDS * 1000000;
}

static struct year_plan plan_of(const struct lending *l, int year)
{
	const struct figures *f = &l->d->figures;
	int n = f->households[0];

	switch (year) {
	case 2022: {
		int64_t lent = scaled(l->d, 177000);

		return (struct year_plan){ 3700 * n / FULL_HOUSEHOLDS, lent,
					   l->outstanding + lent - f->outstanding_2022 };
	}
	case 2023:
		return (struct year_plan){ f->customers_2023, f->lent_2023, f->collected_2023 };
	case 2024:
		return (struct year_plan){ 3500 * n / FULL_HOUSEHOLDS, scaled(l->d, 172000), 0 };
	case 2025:
		return (struct year_plan){ 3400 * n / FULL_HOUSEHOLDS, scaled(l->d, 170000), 0 };
	default:
		return (struct year_plan){ 1700 * n / FULL_HOUSEHOLDS, scaled(l->d, 85000), 0 };
	}
}

static int months_of(int year)
{
	return year == 2026 ? 6 : 12;
}

/* Drawdowns of a student loan in the months of this year: February and September. */
static int draws_in(const struct sim_loan *s, int year)
{
	int possible = months_of(year) > 8 ? 2 : 1;

	return s->loan == NULL ? 0 : s->draws < possible ? s->draws : possible;
}

static void year_begin(struct lending *l, int year, const struct year_plan *plan)
{
	for (int i = 0; i < l->d->count; i++)
		l->d->households[i].lent_this_year = false;
	l->lent = l->collected = 0;
	l->customers = 0;
	l->left_amount = plan->lent;
	for (int i = 0; i < l->count; i++) {
		struct sim_loan *s = &l->loans[i];
		struct household *h = &l->d->households[s->household];

		if (draws_in(s, year) == 0)
			continue;
		l->left_amount -= draws_in(s, year) * s->draw_amount;
		l->customers += !h->lent_this_year;
		h->lent_this_year = true;
	}
	l->left_count = plan->customers - l->customers;
}

static void draw_month(struct lending *l, int32_t month)
{
	for (int i = 0; i < l->count; i++) {
		struct sim_loan *s = &l->loans[i];

		if (s->loan == NULL || s->draws == 0 || date_month_number(s->terms.contract_on) == month)
			continue;
		s->draws--;
		loan_event(l, s, FACT_DISBURSED, unit_session(l->d, s->unit, month), s->draw_amount);
	}
}

/* An amount within the spec, leaning to where the year's average is; the last contracts take what is left. */
static int64_t amount_draw(struct lending *l, const struct spec *s)
{
	int64_t average = l->left_amount / l->left_count / 1000000;
	int64_t middle = (s->low + s->high) / 2;

	if (l->left_count == 1)
		return l->left_amount;
	if (l->left_count < 40 && average >= s->low && average <= s->high)
		return average * 1000000;
	if (average > 47)
		return rng_between(&l->d->rng, middle, s->high) * 1000000;
	if (average < 46)
		return rng_between(&l->d->rng, s->low, middle) * 1000000;
	return rng_between(&l->d->rng, s->low, s->high) * 1000000;
}

/* Near the end of the year's plan only contracts that can take the average. */
static bool spec_suits(const struct lending *l, const struct spec *s)
{
	int64_t average = l->left_amount / l->left_count / 1000000;

	if (strcmp(s->code, "02") == 0 || s->direct)
		return l->left_count > 60;
	return l->left_count > 60 || (s->low <= average - 3 && s->high >= average + 3);
}

static bool lend_one(struct lending *l, int32_t month)
{
	struct rng *r = &l->d->rng;
	int spec = spec_draw(r, date_in_month(month, 15), false);
	struct sim_loan *s;
	int household;
	struct date on;

	if (!spec_suits(l, &specs[spec]))
		return false;
	household = borrower_draw(l, spec, date_in_month(month, 1), rng_chance(r, 90));
	if (household < 0)
		return false;
	on = unit_session(l->d, l->d->households[household].unit, month);
	s = loan_add(l, spec, household, specs[spec].terms[rng_below(r, 3)], on);
	loan_event(l, s, FACT_DISBURSED, on, amount_draw(l, &specs[spec]));
	if (strcmp(specs[spec].code, "02") == 0) {
		s->draws = 6;
		s->draw_amount = s->events[0].amount;
	}
	l->left_amount -= s->events[0].amount;
	l->left_count--;
	l->customers++;
	l->d->households[household].lent_this_year = true;
	return true;
}

static void lend_month(struct lending *l, int32_t month, int months_left)
{
	int wanted = months_left == 1 ? l->left_count : l->left_count / months_left;

	for (int tries = 0; wanted > 0 && tries < 40 * 4000; tries++)
		wanted -= lend_one(l, month);
}

static void year_report(const struct lending *l, int year)
{
	int open = 0, borrowers = 0, facts = 0;

	for (int i = 0; i < l->count; i++) {
		open += l->loans[i].loan != NULL;
		facts += l->loans[i].event_count + l->loans[i].opened;
	}
	for (int i = 0; i < l->d->count; i++)
		borrowers += l->d->households[i].open_loans > 0;
	fprintf(stderr,
		"%d: outstanding %lld lent %lld to %d collected %lld; %d loans of %d households, %d facts\n",
		year, (long long)l->outstanding, (long long)l->lent, l->customers, (long long)l->collected,
		open, borrowers, facts);
}

/* The full-size district meets its figures or is no demo; a smaller one only resembles it. */
static void year_check(const struct lending *l, int year, const struct year_plan *plan)
{
	bool published = l->d->figures.households[0] == FULL_HOUSEHOLDS;

	if (!published)
		return;
	if (l->lent != plan->lent || l->customers != plan->customers ||
	    (plan->collect != 0 && l->collected != plan->collect)) {
		fprintf(stderr,
			"vonvay-demo: %d cannot be met: lent %lld of %lld to %d of %d, collected %lld of %lld\n",
			year, (long long)l->lent, (long long)plan->lent, l->customers, plan->customers,
			(long long)l->collected, (long long)plan->collect);
		exit(1);
	}
}

static void year_run(struct lending *l, int year, bool verbose)
{
	struct year_plan plan = plan_of(l, year);
	int months = months_of(year);

	year_begin(l, year, &plan);
	for (int m = 0; m < months; m++) {
		int32_t month = year * 12 + m;

		if (m == 1 || m == 8)
			draw_month(l, month);
		collect_month(l, month);
		lend_month(l, month, months - m);
		if (plan.collect != 0)
			collect_top_up(l, month,
				       m + 1 == months ? plan.collect
						       : plan.collect / months / 1000000 * (m + 1) * 1000000);
	}
	if (verbose)
		year_report(l, year);
	year_check(l, year, &plan);
}

void lending_run(struct lending *l, struct district *d, bool verbose)
{
	*l = (struct lending){ .d = d };
	stock_make(l, demo_date(2021, 12, 31));
	if (verbose)
		year_report(l, 2021);
	for (int year = 2022; year <= 2026; year++)
		year_run(l, year, verbose);
}

void lending_clear(struct lending *l)
{
	for (int i = 0; i < l->count; i++) {
		free(l->loans[i].loan);
		free(l->loans[i].events);
	}
	free(l->loans);
}
