/* The principal instalments of a contract: equal parts every n months, floored, the rest in the last. domain.md 2.7, 3.2 */
#ifndef VONVAY_SCHEDULE_H
#define VONVAY_SCHEDULE_H

#include "vonvay/calendar.h"
#include "vonvay/money.h"

#define SCHEDULE_TERM_MAX 360

/* One instalment. month counts from the contract date. */
struct instalment {
	struct date due_on;   /* scheduled date in force: the first one, or where a decision has moved it */
	struct date first_on; /* scheduled date fixed when the contract is written */
	int32_t month;
	struct money amount;
};

/* Months 1..360; grace 0..term-1; instalment_months 1..term (= term: bullet); rounding >= 1 đồng. */
struct schedule_terms {
	struct date contract_on;
	int term_months;
	int instalment_months;
	int principal_grace_months;
	int interest_grace_months;
	int64_t rounding;
	bool equal_moves_back;
};

/* The scheduled date of month 1..term (moved to the session day). */
struct date schedule_month(const struct schedule_terms *t, const struct calendar *c, int month);
/* The first day that is not in the interest grace: schedule_month(interest_grace_months), or contract_on without grace. */
struct date schedule_grace_end(const struct schedule_terms *t, const struct calendar *c);
/* ceil((term - principal grace) / instalment_months) */
int schedule_count(const struct schedule_terms *t);
/* Fills out[0..schedule_count) with dates, months and the division of `principal`. out holds SCHEDULE_TERM_MAX. */
void schedule_make(const struct schedule_terms *t, const struct calendar *c, struct money principal,
		   struct instalment *out);
/* A later disbursement: `amount` is added to the instalments with due_on > on that are not yet paid and the sum divided
 * over them by the same rule. `paid` = all principal paid so far (it covers instalments in order of their dates).
 * False: none left, or overflow; nothing changed. */
MUSTCHECK bool schedule_add(struct instalment *rows, int count, struct date on, struct money paid,
			    struct money amount, int64_t rounding);
/* Sum of the amounts with calendar_due(due_on) <= on. */
struct money schedule_due(const struct instalment *rows, int count, const struct calendar *c, struct date on);

#endif
