/* Making a contract with its first disbursement: what loan.disburse and application.disburse share. */
#ifndef VONVAY_LOAN_DISBURSE_H
#define VONVAY_LOAN_DISBURSE_H

#include "lend.h"
#include "loan_event.h"

/* An event of disbursing, whose statement takes contracts. */
struct loan_event *loan_disburse_new(struct request *req, enum stmt stmt, loan_context_cb *begin);
/* The day of a disbursement: not after the business date, not before the beginning. False: answered. */
MUSTCHECK bool loan_disburse_day(struct loan_event *e, struct date on);
/* In `begin`, after loan_event_reset(): asks everything about the household on the day of the order, makes the contract with its
 * first drawdown and writes; or answers. `order` is copied; `more` (may be NULL) adds members to p. */
void loan_contract_begin(struct loan_event *e, const struct lend_order *order, int64_t household_id,
			 void (*more)(struct loan_event *e, struct jw *p, void *arg), void *arg);
/* {"loan","fact","disbursed_on","amount","outstanding","schedule"} */
bool loan_contract_reply(struct loan_event *e, struct jw *out);

#endif
