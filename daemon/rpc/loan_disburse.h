/* Making a contract with its first disbursement: what loan.disburse and application.disburse share. */
#ifndef VONVAY_LOAN_DISBURSE_H
#define VONVAY_LOAN_DISBURSE_H

#include "lend.h"
#include "loan_write.h"

/* w->ctx and w->fact (day, amount) are set, w->contracts too: asks everything about the household on that day, makes the
 * contract of the order with its first drawdown and writes; or answers. `order` is copied; `more` (may be NULL) adds
 * members to the argument behind p_contracts. */
void loan_contract_begin(struct loan_write *w, const struct lend_order *order, int64_t household_id,
			 void (*more)(struct loan_write *w, struct jw *out, void *arg), void *arg);
/* {"loan","fact","disbursed_on","amount","outstanding","schedule"} */
bool loan_contract_reply(struct loan_write *w, struct jw *out);

#endif
