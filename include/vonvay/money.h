/* Money: whole đồng in a type of its own, so that it cannot be mixed with counts, days or rates.
 * All arithmetic is checked: an overflow is reported, never wrapped. */
#ifndef VONVAY_MONEY_H
#define VONVAY_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/compiler.h"

struct money {
	int64_t dong;
};

#define MONEY_ZERO ((struct money){ 0 })

/* The largest amount accepted from outside (10^13 đồng): far above any loan, far below an overflow of sums. */
#define MONEY_INPUT_MAX 10000000000000LL

/* *out = a + b, a - b. False on overflow, *out untouched. */
MUSTCHECK bool money_add(struct money a, struct money b, struct money *out);
MUSTCHECK bool money_sub(struct money a, struct money b, struct money *out);

/* The smaller, the larger; < 0, 0, > 0. */
struct money money_min(struct money a, struct money b);
struct money money_max(struct money a, struct money b);
int money_cmp(struct money a, struct money b);
bool money_is_zero(struct money a);
bool money_is_positive(struct money a);

/* floor(a / parts / rounding) * rounding; a >= 0, parts >= 1, rounding >= 1. Never more than a. domain.md 2.7 */
struct money money_part(struct money a, int64_t parts, int64_t rounding);

#endif
