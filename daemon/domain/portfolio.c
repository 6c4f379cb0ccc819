/* Additive values of a loan. A class with unpaid interest U at `since` and balance B is stored as U - F(since) x B, so that
 * U + (F(D) - F(since)) x B is had on any day D by adding F(D) x B. */
#include "vonvay/portfolio.h"

/* interest += F x balance for every class of balance. */
static bool portfolio_accrue(struct portfolio_values *v, int64_t index, int overdue_percent)
{
	struct money in_term, overdue;

	return money_sub(v->in_term, v->grace, &in_term) &&
	       money_sub(v->overdue, v->overdue_grace, &overdue) &&
	       interest_accrue(&v->interest_in_term, in_term, index, 100) &&
	       interest_accrue(&v->interest_overdue, overdue, index, overdue_percent) &&
	       interest_accrue(&v->interest_grace, v->grace, index, 100) &&
	       interest_accrue(&v->interest_grace, v->overdue_grace, index, overdue_percent);
}

bool portfolio_of_loan(const struct loan_contract *c, const struct loan_balances *b,
		       struct portfolio_values *out)
{
	struct portfolio_values v = { 0 };

	*out = v;
	if (b->status == LOAN_STATUS_PENDING || b->status == LOAN_STATUS_CLOSED)
		return true;
	const struct rate_line *line = loan_line(c, b);
	if (line == NULL)
		return false;
	v.loans = money_is_positive(b->in_term) || money_is_positive(b->overdue) ||
		  money_is_positive(b->frozen);
	v.in_term = b->in_term;
	v.overdue = b->overdue;
	v.frozen = b->frozen;
	v.grace = b->in_grace ? b->in_term : MONEY_ZERO;
	v.overdue_grace = b->in_grace ? b->overdue : MONEY_ZERO;
	v.interest_in_term = b->interest_in_term;
	v.interest_overdue = b->interest_overdue;
	v.interest_grace = b->interest_grace;
	if (!portfolio_accrue(&v, -rate_index(line, b->since), c->overdue_percent))
		return false;
	*out = v;
	return true;
}

typedef bool portfolio_money_fn(struct money a, struct money b, struct money *out);
typedef bool portfolio_interest_fn(struct interest *i, struct interest b);

static bool portfolio_combine(struct portfolio_values *sum, const struct portfolio_values *v,
			      portfolio_money_fn *money, portfolio_interest_fn *interest)
{
	struct portfolio_values r = *sum;
	struct money loans;

	if (!money((struct money){ r.loans }, (struct money){ v->loans }, &loans) ||
	    !money(r.in_term, v->in_term, &r.in_term) || !money(r.overdue, v->overdue, &r.overdue) ||
	    !money(r.frozen, v->frozen, &r.frozen) || !money(r.grace, v->grace, &r.grace) ||
	    !money(r.overdue_grace, v->overdue_grace, &r.overdue_grace) ||
	    !interest(&r.interest_in_term, v->interest_in_term) ||
	    !interest(&r.interest_overdue, v->interest_overdue) ||
	    !interest(&r.interest_grace, v->interest_grace))
		return false;
	r.loans = loans.dong;
	*sum = r;
	return true;
}

bool portfolio_add(struct portfolio_values *sum, const struct portfolio_values *v)
{
	return portfolio_combine(sum, v, money_add, interest_add);
}

bool portfolio_sub(struct portfolio_values *sum, const struct portfolio_values *v)
{
	return portfolio_combine(sum, v, money_sub, interest_sub);
}

bool portfolio_is_zero(const struct portfolio_values *v)
{
	return v->loans == 0 && money_is_zero(v->in_term) && money_is_zero(v->overdue) &&
	       money_is_zero(v->frozen) && money_is_zero(v->grace) && money_is_zero(v->overdue_grace) &&
	       interest_is_zero(v->interest_in_term) && interest_is_zero(v->interest_overdue) &&
	       interest_is_zero(v->interest_grace);
}

bool portfolio_interest(const struct portfolio_values *v, const struct rate_line *line, int overdue_percent,
			struct date on, struct interest *in_term, struct interest *overdue,
			struct interest *grace)
{
	struct portfolio_values at = *v;

	if (!portfolio_accrue(&at, rate_index(line, on), overdue_percent))
		return false;
	*in_term = at.interest_in_term;
	*overdue = at.interest_overdue;
	*grace = at.interest_grace;
	return true;
}
