/* What the events of loans answer. */
#include "show.h"

#include "language.h"
#include "view.h"

/* A reply has those of them that its event knows. */
static const struct view_field event_made_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Number of the event"), "fact", VIEW_NUMBER },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Takes out the event"), "reverses", VIEW_NUMBER },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Instalment"), "instalment", VIEW_NUMBER },
	{ N_("By the contract"), "first_on", VIEW_DATE },
	{ N_("New day"), "until", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY_IF_ANY },
	{ N_("Interest"), "interest", VIEW_MONEY_IF_ANY },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Principal written off"), "written_off", VIEW_MONEY },
	{ N_("Interest written off"), "interest_written_off", VIEW_MONEY },
	{ N_("Recovered of it"), "recovered", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ N_("Status"), "status", VIEW_WORD },
	{ 0 },
};

void show_loan_event(const json_t *result)
{
	view_title(_("Recorded"));
	view_record(result, event_made_fields);
}

static const struct view_field events_made_head[] = {
	{ N_("Relief"), "relief", VIEW_TEXT },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Loans left out"), "left_out", VIEW_COUNT },
	{ 0 },
};

static const struct view_field events_made_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("No"), "fact", VIEW_NUMBER },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Until before"), "until", VIEW_DATE },
	{ N_("Interest asked again from"), "holiday_until", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY_IF_ANY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY_IF_ANY },
	{ N_("Status"), "status", VIEW_WORD },
	{ 0 },
};

void show_loan_events_made(const json_t *result)
{
	view_title(_("Recorded"));
	view_record(result, events_made_head);
	view_table(view_at(result, "loans"), events_made_fields, NULL);
}

static const struct view_field moved_fields[] = {
	{ N_("Paid on"), "paid_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Taken off the loan"), "from.loan", VIEW_TEXT },
	{ N_("  outstanding"), "from.outstanding", VIEW_MONEY },
	{ N_("Put on the loan"), "to.loan", VIEW_TEXT },
	{ N_("  outstanding"), "to.outstanding", VIEW_MONEY },
	{ 0 },
};

void show_pay_moved(const json_t *result)
{
	view_title(_("Payment moved"));
	view_record(result, moved_fields);
}

static const struct view_field payoff_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("As of the end of"), "as_of", VIEW_DATE },
	{ N_("Principal"), "principal", VIEW_MONEY },
	{ N_("  in term"), "in_term", VIEW_MONEY },
	{ N_("  overdue"), "overdue", VIEW_MONEY },
	{ N_("  frozen"), "frozen", VIEW_MONEY },
	{ N_("Interest"), "interest.total", VIEW_MONEY },
	{ N_("  in term"), "interest.in_term", VIEW_MONEY },
	{ N_("  overdue"), "interest.overdue", VIEW_MONEY },
	{ N_("  grace period"), "interest.grace", VIEW_MONEY },
	{ N_("To pay it off"), "total", VIEW_MONEY },
	{ N_("Deposit of the member"), "deposit", VIEW_MONEY },
	{ N_("  of it from the deposit"), "from_deposit", VIEW_MONEY },
	{ N_("  of it in cash"), "from_cash", VIEW_MONEY },
	{ 0 },
};

void show_payoff(const json_t *result)
{
	view_title(_("To pay it off"));
	view_record(result, payoff_fields);
}
