/* What borrowers pay at the sessions: most in full, some late, a few hardly ever. */
#include "demo.h"

#define STEP 100000LL /* early payments come in hundreds of thousands */

struct asked {
	int64_t interest, due, total;
};

static struct asked asked_on(const struct sim_loan *s, struct date on)
{
	struct loan_balances b;
	struct allocation owed;
	struct asked a = { 0, 0, 0 };

	if (loan_advance(&s->contract, s->loan, date_add_days(on, -1), DATE_EVER, NULL, NULL) != LOAN_OK ||
	    loan_balances_on(&s->contract, s->loan, on, &b) != LOAN_OK)
		return a;
	loan_owed(&s->contract, s->loan, &b, on, &owed);
	a.interest = owed.part[PART_INTEREST_IN_TERM].dong + owed.part[PART_INTEREST_OVERDUE].dong +
		     owed.part[PART_INTEREST_GRACE].dong;
	a.due = owed.part[PART_PRINCIPAL_DUE].dong + owed.part[PART_PRINCIPAL_OVERDUE].dong;
	a.total = a.interest + a.due + owed.part[PART_PRINCIPAL_EARLY].dong;
	return a;
}

static void pay(struct lending *l, struct sim_loan *s, struct date on, int64_t amount)
{
	if (amount > 0)
		loan_event(l, s, FACT_PAID, on, amount);
}

static void collect_bad(struct lending *l, struct sim_loan *s, struct date on, const struct asked *a)
{
	struct rng *r = &l->d->rng;
	int64_t overdue = s->loan->b.overdue.dong;

	if (overdue > 0 && rng_chance(r, 60)) {
		int64_t amount = rng_between(r, 5, 50) * STEP;

		pay(l, s, on, amount < overdue ? amount : overdue);
	} else if (overdue == 0 && rng_chance(r, 250)) {
		pay(l, s, on, a->interest);
	}
}

static void collect_good(struct lending *l, struct sim_loan *s, int32_t month, struct date on,
			 const struct asked *a)
{
	struct rng *r = &l->d->rng;
	bool turn = month % s->every == s->phase % s->every;
	bool late = s->behaviour == BEHAVIOUR_LATE && rng_chance(r, 400);
	int year_old = date_month_number(s->terms.contract_on) + 12 < month;

	if (late)
		return;
	if (year_old && s->draws == 0 && rng_chance(r, 1))
		pay(l, s, on, a->total);
	else if (turn || a->due > 0)
		pay(l, s, on, a->interest + a->due);
}

static void collect_one(struct lending *l, struct sim_loan *s, int32_t month)
{
	struct date on = unit_session(l->d, s->unit, month);
	struct asked a;

	if (date_cmp(on, s->terms.contract_on) <= 0 || date_cmp(on, s->contract.grace_end) < 0)
		return;
	a = asked_on(s, on);
	if (s->behaviour == BEHAVIOUR_BAD)
		collect_bad(l, s, on, &a);
	else
		collect_good(l, s, month, on, &a);
}

void collect_month(struct lending *l, int32_t month)
{
	for (int i = 0; i < l->count; i++)
		if (l->loans[i].loan != NULL)
			collect_one(l, &l->loans[i], month);
}

/* Can this loan give something early without closing? */
static int64_t early_room(const struct lending *l, const struct sim_loan *s, int32_t month)
{
	if (s->loan == NULL || s->behaviour != BEHAVIOUR_REGULAR || s->draws > 0 ||
	    s->loan->b.status != LOAN_STATUS_IN_TERM)
		return 0;
	if (date_cmp(unit_session(l->d, s->unit, month), s->terms.contract_on) <= 0)
		return 0;
	return s->loan->b.in_term.dong / STEP * STEP - 10 * STEP;
}

void collect_top_up(struct lending *l, int32_t month, int64_t target)
{
	struct rng *r = &l->d->rng;

	for (int64_t tries = 0; l->collected < target && tries < 100LL * l->count; tries++) {
		struct sim_loan *s = &l->loans[rng_below(r, l->count)];
		int64_t room = early_room(l, s, month), amount = rng_between(r, 20, 150) * STEP;

		if (room <= 0)
			continue;
		if (amount > room)
			amount = room;
		if (amount > target - l->collected)
			amount = target - l->collected;
		loan_event(l, s, FACT_PRINCIPAL_PAID, unit_session(l->d, s->unit, month), amount);
	}
}
