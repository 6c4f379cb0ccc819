/* Which accounts a step moves. */
#include "vonvay/posting.h"

struct posting_list {
	struct posting *rows;
	int count;
};

static void posting_put(struct posting_list *list, enum account debit, enum account credit,
			struct money amount)
{
	if (money_is_positive(amount))
		list->rows[list->count++] = (struct posting){ debit, credit, amount };
}

static void posting_of_opening(struct posting_list *list, const struct loan_opening *o)
{
	posting_put(list, ACCOUNT_LOANS_IN_TERM, ACCOUNT_OPENING, o->in_term);
	posting_put(list, ACCOUNT_LOANS_OVERDUE, ACCOUNT_OPENING, o->overdue);
	posting_put(list, ACCOUNT_LOANS_FROZEN, ACCOUNT_OPENING, o->frozen);
}

static enum account posting_source(const struct fact *fact)
{
	return fact->source == FACT_SOURCE_DEPOSIT ? ACCOUNT_DEPOSITS : ACCOUNT_CASH;
}

/* Principal leaves the loans, against one account. */
static void posting_of_principal(struct posting_list *list, enum account debit, const struct money *part)
{
	struct money in_term = { part[PART_PRINCIPAL_DUE].dong + part[PART_PRINCIPAL_EARLY].dong };

	posting_put(list, debit, ACCOUNT_LOANS_OVERDUE, part[PART_PRINCIPAL_OVERDUE]);
	posting_put(list, debit, ACCOUNT_LOANS_IN_TERM, in_term);
	posting_put(list, debit, ACCOUNT_LOANS_FROZEN, part[PART_PRINCIPAL_FROZEN]);
}

static void posting_of_payment(struct posting_list *list, enum account source, const struct money *part)
{
	struct money interest = { part[PART_INTEREST_OVERDUE].dong + part[PART_INTEREST_IN_TERM].dong +
				  part[PART_INTEREST_GRACE].dong };

	posting_of_principal(list, source, part);
	posting_put(list, source, ACCOUNT_INTEREST_INCOME, interest);
}

/* Between the three classes of principal, as the balances tell. */
static void posting_of_freeze(struct posting_list *list, const struct loan_step *step)
{
	struct money overdue = { step->before->overdue.dong - step->after->overdue.dong };
	struct money in_term = { step->before->in_term.dong - step->after->in_term.dong };

	posting_put(list, ACCOUNT_LOANS_FROZEN, ACCOUNT_LOANS_OVERDUE, overdue);
	posting_put(list, ACCOUNT_LOANS_FROZEN, ACCOUNT_LOANS_IN_TERM, in_term);
}

static void posting_of_fact(struct posting_list *list, const struct loan_step *step)
{
	switch (step->fact->kind) {
	case FACT_OPENED:
		posting_of_opening(list, &step->fact->opening);
		break;
	case FACT_DISBURSED:
		posting_put(list, ACCOUNT_LOANS_IN_TERM, ACCOUNT_CASH, step->amount);
		break;
	case FACT_PAID:
	case FACT_PRINCIPAL_PAID:
	case FACT_INTEREST_PAID:
		posting_of_payment(list, posting_source(step->fact), step->paid.part);
		break;
	case FACT_FROZEN:
		posting_of_freeze(list, step);
		break;
	case FACT_UNFROZEN:
		posting_put(list, ACCOUNT_LOANS_IN_TERM, ACCOUNT_LOANS_FROZEN, step->before->frozen);
		break;
	case FACT_WRITTEN_OFF:
		posting_of_principal(list, ACCOUNT_WRITTEN_OFF, step->paid.part);
		break;
	case FACT_RECOVERED:
		posting_put(list, posting_source(step->fact), ACCOUNT_RECOVERED, step->amount);
		break;
	case FACT_MISUSED:
		posting_put(list, ACCOUNT_LOANS_OVERDUE, ACCOUNT_LOANS_IN_TERM, step->amount);
		break;
	case FACT_RESCHEDULED:
	case FACT_EXTENDED:
	case FACT_FREEZE_PROLONGED:
	case FACT_RELIEVED:
	case FACT_MOVED:
	case FACT_REVERSED:
		break;
	}
}

static void posting_of_transition(struct posting_list *list, const struct loan_step *step)
{
	switch (step->transition) {
	case TRANSITION_INSTALMENT_OVERDUE:
	case TRANSITION_MATURED:
		posting_put(list, ACCOUNT_LOANS_OVERDUE, ACCOUNT_LOANS_IN_TERM, step->amount);
		break;
	case TRANSITION_FREEZE_ENDED:
		posting_put(list, ACCOUNT_LOANS_IN_TERM, ACCOUNT_LOANS_FROZEN, step->amount);
		break;
	case TRANSITION_GRACE_ENDED:
	case TRANSITION_RELIEF_ENDED:
	case TRANSITION_INSTALMENT_CARRIED:
	case TRANSITION_ROUNDING_DROPPED:
	case TRANSITION_CLOSED:
		break;
	}
}

int posting_of_step(const struct loan_step *step, struct posting out[POSTING_MAX])
{
	struct posting_list list = { out, 0 };

	if (step->fact != NULL)
		posting_of_fact(&list, step);
	else
		posting_of_transition(&list, step);
	return list.count;
}
