/* status.loan, loan.events, loan.find, loan.disburse, loan.pay, loan.quote. */
#include "show.h"

#include <stdio.h>

#include "language.h"
#include "view.h"

static const struct view_field loan_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Entrusted organisation"), "organisation", VIEW_WORD },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Name of the programme"), "programme_name", VIEW_TEXT },
	{ N_("Purpose"), "purpose", VIEW_WORD },
	{ N_("Interest rate a year"), "rate_percent", VIEW_PERCENT },
	{ N_("Overdue rate a year"), "overdue_rate_percent", VIEW_PERCENT },
	{ N_("Day of the contract"), "contract_on", VIEW_DATE },
	{ N_("Term in months"), "term_months", VIEW_NUMBER },
	{ N_("Final maturity"), "matures_on", VIEW_DATE },
	{ N_("  by the contract"), "matured_first_on", VIEW_DATE },
	{ 0 },
};

static const struct view_field loan_balance_fields[] = {
	{ N_("As of the end of"), "as_of", VIEW_DATE },
	{ N_("Status"), "status", VIEW_WORD },
	{ N_("Awaiting its session"), "awaiting_session", VIEW_YES },
	{ N_("Held back by the nights"), "held", VIEW_YES },
	{ N_("Disbursed"), "disbursed", VIEW_MONEY },
	{ N_("Principal paid"), "principal_paid", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Frozen until before"), "frozen_until", VIEW_DATE },
	{ N_("Reduced rate until before"), "relieved_until", VIEW_DATE },
	{ N_("Interest asked again from"), "holiday_until", VIEW_DATE },
	{ N_("Principal written off"), "written_off", VIEW_MONEY_IF_ANY },
	{ N_("Interest written off"), "interest_written_off", VIEW_MONEY_IF_ANY },
	{ N_("Recovered of it"), "recovered", VIEW_MONEY_IF_ANY },
	{ N_("Principal in arrears"), "arrears", VIEW_MONEY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ N_("  in term"), "interest_unpaid.in_term", VIEW_MONEY },
	{ N_("  overdue"), "interest_unpaid.overdue", VIEW_MONEY },
	{ N_("  grace period"), "interest_unpaid.grace", VIEW_MONEY },
	{ N_("To pay it off"), "payoff", VIEW_MONEY },
	{ N_("Next day"), "next.on", VIEW_DATE },
	{ N_("Reason"), "next.reason", VIEW_WORD },
	{ 0 },
};

static const struct view_field instalment_fields[] = {
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Due on"), "due_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Unpaid"), "unpaid", VIEW_MONEY },
	{ 0 },
};

void show_loan(const json_t *result)
{
	view_title(_("Loan"));
	view_record(result, loan_fields);
	view_title(_("Balance"));
	view_record(result, loan_balance_fields);
	view_title(_("Principal instalments"));
	view_table(view_at(result, "instalments"), instalment_fields, NULL);
}

static const struct view_field event_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Until before"), "until", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Overdue principal"), "allocation.principal_overdue", VIEW_MONEY_IF_ANY },
	{ N_("Principal due"), "allocation.principal_due", VIEW_MONEY_IF_ANY },
	{ N_("Principal early"), "allocation.principal_early", VIEW_MONEY_IF_ANY },
	{ N_("Principal frozen"), "allocation.principal_frozen", VIEW_MONEY_IF_ANY },
	{ N_("Overdue interest"), "allocation.interest_overdue", VIEW_MONEY_IF_ANY },
	{ N_("In-term interest"), "allocation.interest_in_term", VIEW_MONEY_IF_ANY },
	{ N_("Grace interest"), "allocation.interest_grace", VIEW_MONEY_IF_ANY },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY_IF_ANY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY_IF_ANY },
	{ N_("Recorded at"), "recorded_at", VIEW_MOMENT },
	{ N_("By"), "actor", VIEW_TEXT },
	{ N_("Position"), "position", VIEW_NUMBER },
	{ 0 },
};

static const struct view_field paper_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Form"), "decision.form", VIEW_TEXT },
	{ N_("Decision"), "decision.number", VIEW_TEXT },
	{ N_("Decided on"), "decision.decided_on", VIEW_DATE },
	{ N_("Decided by"), "decision.authority", VIEW_TEXT },
	{ N_("Case of risk"), "decision.risk_case", VIEW_TEXT },
	{ N_("Reason"), "decision.reason", VIEW_TEXT },
	{ N_("To household"), "household", VIEW_TEXT },
	{ N_("Name"), "household_name", VIEW_TEXT },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ 0 },
};

/* The events that rest on a paper, or took the loan to another place. */
static void show_papers(const json_t *events)
{
	json_t *rows = json_array(), *event;
	size_t i;
	json_array_foreach((json_t *)(uintptr_t)events, i, event)
	{
		if (view_at(event, "decision") || view_at(event, "household"))
			json_array_append(rows, event);
	}
	if (json_array_size(rows)) {
		view_title(_("Decisions and moves"));
		view_table(rows, paper_fields, NULL);
	}
	json_decref(rows);
}

void show_loan_events(const json_t *result)
{
	view_title(_("Events of the loan"));
	view_table(view_at(result, "events"), event_fields, NULL);
	show_papers(view_at(result, "events"));
}

static const struct view_field found_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Day of the contract"), "contract_on", VIEW_DATE },
	{ N_("Status"), "status", VIEW_WORD },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ 0 },
};

void show_loans_found(const json_t *result)
{
	view_table(view_at(result, "loans"), found_fields, NULL);
}

static const struct view_field disbursed_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Disbursed on"), "disbursed_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ 0 },
};

void show_disbursed(const json_t *result)
{
	view_title(_("Disbursed"));
	view_record(result, disbursed_fields);
	view_title(_("Principal instalments"));
	view_table(view_at(result, "schedule"), instalment_fields, NULL);
}

static const struct view_field paid_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Paid on"), "paid_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("  overdue principal"), "allocation.principal_overdue", VIEW_MONEY },
	{ N_("  principal due"), "allocation.principal_due", VIEW_MONEY },
	{ N_("  principal early"), "allocation.principal_early", VIEW_MONEY },
	{ N_("  principal frozen"), "allocation.principal_frozen", VIEW_MONEY_IF_ANY },
	{ N_("  overdue interest"), "allocation.interest_overdue", VIEW_MONEY },
	{ N_("  in-term interest"), "allocation.interest_in_term", VIEW_MONEY },
	{ N_("  grace interest"), "allocation.interest_grace", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ N_("Status"), "status", VIEW_WORD },
	{ 0 },
};

void show_paid(const json_t *result)
{
	view_title(_("Paid"));
	view_record(result, paid_fields);
}

static const struct view_field schedule_fields[] = {
	{ N_("Due on"), "due_on", VIEW_DATE },
	{ N_("Principal"), "principal", VIEW_MONEY },
	{ N_("Interest"), "interest", VIEW_MONEY },
	{ 0 },
};

static const struct view_field position_fields[] = {
	{ N_("As of the end of"), "as_of", VIEW_DATE },
	{ N_("Status"), "status", VIEW_WORD },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Arrears"), "arrears", VIEW_MONEY },
	{ N_("Interest accrued"), "interest_accrued", VIEW_MONEY },
	{ N_("Unpaid: in term"), "interest_unpaid.in_term", VIEW_MONEY },
	{ N_("overdue"), "interest_unpaid.overdue", VIEW_MONEY },
	{ N_("grace"), "interest_unpaid.grace", VIEW_MONEY },
	{ N_("Next day"), "next_on", VIEW_DATE },
	{ 0 },
};

/* Sum of a column, as the last row of the table. */
static json_t *show_schedule_total_new(const json_t *schedule)
{
	json_int_t principal = 0, interest = 0;
	size_t i;
	json_t *row;
	json_array_foreach(schedule, i, row)
	{
		principal += view_integer(row, "principal");
		interest += view_integer(row, "interest");
	}
	return json_pack("{s:I, s:I}", "principal", principal, "interest", interest);
}

void show_quote(const json_t *result)
{
	const json_t *schedule = view_at(result, "schedule"), *positions = view_at(result, "positions");
	json_t *total = show_schedule_total_new(schedule);
	view_title(_("Schedule"));
	view_table(schedule, schedule_fields, total);
	if (json_array_size(positions)) {
		view_title(_("Positions"));
		view_table(positions, position_fields, NULL);
	}
	json_decref(total);
}
