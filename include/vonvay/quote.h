/* loan.quote: the rules of credit for anybody to check our arithmetic with. Computes on the loan functions themselves,
 * stores nothing. The wire contract stands in the method table; defaults are applied by the caller. */
#ifndef VONVAY_QUOTE_H
#define VONVAY_QUOTE_H

#include "vonvay/loan.h"

struct quote_rate_change {
	struct date on;
	int32_t rate_e7;
};

struct quote_event {
	struct date on;
	enum fact_kind kind; /* FACT_DISBURSED, FACT_PRINCIPAL_PAID, FACT_INTEREST_PAID, FACT_PAID */
	struct money amount;
};

struct quote_request {
	struct money principal;
	int32_t rate_e7;
	struct schedule_terms terms; /* contract_on = disbursed_on; rounding = instalment_rounding */
	int session_day;	     /* 0 = absent */
	enum instalment_default instalment_default;
	int overdue_percent;
	const struct quote_rate_change *rate_changes;
	size_t rate_changes_count;
	const struct quote_event *events;
	size_t events_count;
};

struct quote_row {
	struct date due_on;
	struct money principal, interest;
};

struct quote_position {
	struct date as_of;
	struct loan_balances b; /* interest up to as_of */
	struct money arrears;
	struct date next_on; /* DATE_NONE: null */
	size_t order;	     /* its place in the request: used while the days are taken in their order */
};

enum quote_error {
	QUOTE_OK = 0,
	QUOTE_ERROR_EVENT_ON, /* event index: before disbursed_on, or a disbursement with no instalment left */
	QUOTE_ERROR_EVENT_AMOUNT, /* event index: more paid than owed */
	QUOTE_ERROR_AS_OF,	  /* as_of index: before disbursed_on */
	QUOTE_ERROR_OVERFLOW,
};

/* rates: scratch for 1 + rate_changes_count rows. schedule: holds term_months rows. positions: one for each as_of, in the
 * order given. *index: which event or as_of. */
MUSTCHECK enum quote_error quote_make(const struct quote_request *q, const struct date *as_of,
				      size_t as_of_count, struct rate_row *rates,
				      struct fact *facts /* 1 + events_count */, struct quote_row *schedule,
				      struct quote_position *positions, size_t *index);

#endif
