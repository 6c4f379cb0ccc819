/* Exact interest. One đồng is 10^7 rate units x 365 days = 3,650,000,000 units; a day's interest of a balance is
 * balance x rate_e7 units, so nothing is lost before somebody asks for đồng. design.md 1.4 */
#ifndef VONVAY_INTEREST_H
#define VONVAY_INTEREST_H

#include "vonvay/money.h"

#define INTEREST_UNITS_PER_DONG 3650000000LL

/* value = dong + units / INTEREST_UNITS_PER_DONG, 0 <= units < INTEREST_UNITS_PER_DONG; dong may be negative
 * (after a payment of what was asked, the remainder is in [-1/2, +1/2) đồng). */
struct interest {
	int64_t dong;
	int64_t units;
};

#define INTEREST_ZERO ((struct interest){ 0, 0 })

/* 10^7 of a year's rate: 6.6 % = 660000. */
#define RATE_E7_MAX 10000000

/* *i += balance x index_delta units, index_delta = sum of rate_e7 over the days (rate.h), scaled by percent/100
 * (100 in term, 130 overdue: a rate_e7 is a multiple of 10 and percent one of 10, so the product is exact).
 * False on overflow, *i untouched. */
MUSTCHECK bool interest_accrue(struct interest *i, struct money balance, int64_t index_delta, int percent);
MUSTCHECK bool interest_add(struct interest *i, struct interest b);
MUSTCHECK bool interest_sub(struct interest *i, struct interest b);
/* *i -= paid. */
MUSTCHECK bool interest_pay(struct interest *i, struct money paid);
struct interest interest_of_money(struct money m);
/* Half up: floor(value + 1/2). What is asked of a borrower; 0 for a remainder in [-1/2, +1/2). */
struct money interest_round(struct interest i);
int interest_cmp(struct interest a, struct interest b);
bool interest_is_zero(struct interest i);
/* The whole value in units, as decimal digits (with '-' when negative); out holds 44 bytes. */
void interest_units_text(struct interest i, char out[44]);

#endif
