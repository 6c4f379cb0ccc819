/* Checked arithmetic on whole đồng. */
#include "vonvay/money.h"

bool money_add(struct money a, struct money b, struct money *out)
{
	int64_t sum;

	if (__builtin_add_overflow(a.dong, b.dong, &sum))
		return false;
	out->dong = sum;
	return true;
}

bool money_sub(struct money a, struct money b, struct money *out)
{
	int64_t rest;

	if (__builtin_sub_overflow(a.dong, b.dong, &rest))
		return false;
	out->dong = rest;
	return true;
}

int money_cmp(struct money a, struct money b)
{
	return (a.dong > b.dong) - (a.dong < b.dong);
}

struct money money_min(struct money a, struct money b)
{
	return a.dong < b.dong ? a : b;
}

struct money money_max(struct money a, struct money b)
{
	return a.dong > b.dong ? a : b;
}

bool money_is_zero(struct money a)
{
	return a.dong == 0;
}

bool money_is_positive(struct money a)
{
	return a.dong > 0;
}

struct money money_part(struct money a, int64_t parts, int64_t rounding)
{
	int64_t units = a.dong / parts / rounding;

	return (struct money){ units * rounding };
}
