/* A contract with its tables, its loan, and a record of the steps told: for the tests of the loan and what is built on it. */
#ifndef LOAN_RIG_H
#define LOAN_RIG_H

#include "domain_test.h"
#include "vonvay/loan.h"

#define TOLD_MAX 64

/* A step with the balances it pointed to. */
struct told {
	enum fact_kind fact; /* 0: a transition */
	enum transition_kind transition;
	struct date on;
	int instalment;
	struct money amount;
	struct allocation paid;
	struct loan_balances before, after;
};

struct rig {
	struct session_day days[1];
	struct calendar calendar;
	struct rate_row rates[2];
	struct rate_line line;
	struct schedule_terms terms;
	struct loan_contract contract;
	struct loan loan;
	struct told told[TOLD_MAX];
	int told_count;
};

static inline void rig_told(void *arg, const struct loan_step *step)
{
	struct rig *rig = arg;

	assert_true(rig->told_count < TOLD_MAX);
	rig->told[rig->told_count++] = (struct told){ step->fact != NULL ? step->fact->kind : 0,
						      step->transition,
						      step->on,
						      step->instalment,
						      step->amount,
						      step->paid,
						      *step->before,
						      *step->after };
}

/* Dates the instalments anew, after a test has changed terms or calendar. */
static inline void rig_make(struct rig *rig)
{
	struct instalment rows[SCHEDULE_TERM_MAX];

	schedule_make(&rig->terms, &rig->calendar, MONEY_ZERO, rows);
	rig->contract.contract_on = rig->terms.contract_on;
	rig->contract.grace_end = schedule_grace_end(&rig->terms, &rig->calendar);
	loan_init(&rig->loan, rows, schedule_count(&rig->terms));
	rig->told_count = 0;
}

/* 36 months from 2024-01-10, yearly instalments, session day 10, 6.6 %, from 2025-12-01 6.24 %, overdue 130 %. */
static inline void rig_init(struct rig *rig, enum instalment_default instalment_default)
{
	rig->days[0] = (struct session_day){ day("2000-01-01"), 10 };
	rig->calendar = (struct calendar){
		.days = rig->days, .days_count = 1, .close_days = 2, .closed_upto = DATE_NONE
	};
	rig->rates[0] = (struct rate_row){ day("2015-06-01"), 660000, 0 };
	rig->rates[1] = (struct rate_row){ day("2025-12-01"), 624000, 0 };
	assert_true(rate_line_init(&rig->line, rig->rates, 2));
	rig->terms = (struct schedule_terms){ .contract_on = day("2024-01-10"),
					      .term_months = 36,
					      .instalment_months = 12,
					      .rounding = 100000 };
	rig->contract = (struct loan_contract){ .rounding = 100000,
						.instalment_default = instalment_default,
						.overdue_percent = 130,
						.line = &rig->line,
						.calendar = &rig->calendar,
						.policies = &allocation_policy_default,
						.policies_count = 1 };
	rig_make(rig);
}

static inline enum loan_error rig_try(struct rig *rig, enum fact_kind kind, const char *on, int64_t amount)
{
	struct fact fact = { .no = 1, .kind = kind, .on = day(on), .amount = DONG(amount) };

	return loan_apply(&rig->contract, &rig->loan, &fact, rig_told, rig);
}

static inline void rig_do(struct rig *rig, enum fact_kind kind, const char *on, int64_t amount)
{
	assert_int_equal(rig_try(rig, kind, on, amount), LOAN_OK);
}

static inline void rig_advance(struct rig *rig, const char *on)
{
	assert_int_equal(loan_advance(&rig->contract, &rig->loan, day(on), day(on), rig_told, rig), LOAN_OK);
}

static inline struct loan_balances rig_on(const struct rig *rig, const char *on)
{
	struct loan_balances b;

	assert_int_equal(loan_balances_on(&rig->contract, &rig->loan, day(on), &b), LOAN_OK);
	return b;
}

/* The last step told is this transition; the one before with back = 1. */
static inline const struct told *rig_step(const struct rig *rig, int back)
{
	assert_true(rig->told_count > back);
	return &rig->told[rig->told_count - 1 - back];
}

#endif
