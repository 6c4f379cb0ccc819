/* book.trial, book.account, book.day, book.loan, book.reconcile. */
#include "show.h"

#include <stdio.h>

#include "language.h"
#include "view.h"

static const struct view_field period_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("As known at position"), "as_known_at", VIEW_NUMBER },
	{ 0 },
};

static const struct view_field trial_fields[] = {
	{ N_("Account"), "account", VIEW_NUMBER },
	{ N_("Name of the account"), "name_vi", VIEW_TEXT },
	{ N_("Opening debit"), "opening_debit", VIEW_MONEY_IF_ANY },
	{ N_("Opening credit"), "opening_credit", VIEW_MONEY_IF_ANY },
	{ N_("Debited"), "debit", VIEW_MONEY_IF_ANY },
	{ N_("Credited"), "credit", VIEW_MONEY_IF_ANY },
	{ N_("Closing debit"), "closing_debit", VIEW_MONEY_IF_ANY },
	{ N_("Closing credit"), "closing_credit", VIEW_MONEY_IF_ANY },
	{ 0 },
};

static void show_proof(const json_t *result, const char *member, const char *yes, const char *no)
{
	printf("\n%s\n", json_is_true(view_at(result, member)) ? yes : no);
}

void show_book_trial(const json_t *result)
{
	view_title(_("Trial balance"));
	view_record(result, period_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), trial_fields, view_at(result, "total"));
	show_proof(result, "balanced", _("Debits and credits are equal."),
		   _("Debits and credits DIFFER: tell the administrator."));
}

static const struct view_field account_fields[] = {
	{ N_("Account"), "account", VIEW_NUMBER },
	{ N_("Name of the account"), "name_vi", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("As known at position"), "as_known_at", VIEW_NUMBER },
	{ N_("Opening balance"), "opening", VIEW_MONEY },
	{ N_("Debited"), "debit", VIEW_MONEY },
	{ N_("Credited"), "credit", VIEW_MONEY },
	{ N_("Closing balance"), "closing", VIEW_MONEY },
	{ 0 },
};

static const struct view_field account_row_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Entry"), "entry", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Against"), "contra", VIEW_NUMBER },
	{ N_("Debited"), "debit", VIEW_MONEY_IF_ANY },
	{ N_("Credited"), "credit", VIEW_MONEY_IF_ANY },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ N_("By"), "actor", VIEW_TEXT },
	{ N_("Recorded at"), "recorded_at", VIEW_MOMENT },
	{ 0 },
};

void show_book_account(const json_t *result)
{
	view_title(_("Statement of an account"));
	view_record(result, account_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), account_row_fields, NULL);
	if (view_at(result, "next"))
		printf(_("\nThere is more: --after %s\n"), view_text(result, "next"));
}

static const struct view_field day_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("As known at position"), "as_known_at", VIEW_NUMBER },
	{ N_("Cash before the day"), "opening", VIEW_MONEY },
	{ N_("Principal received"), "cash.principal", VIEW_MONEY },
	{ N_("Interest received"), "cash.interest", VIEW_MONEY },
	{ N_("Deposits received"), "cash.deposits", VIEW_MONEY },
	{ N_("Deposits paid out"), "cash.withdrawn", VIEW_MONEY },
	{ N_("Disbursed"), "cash.disbursed", VIEW_MONEY },
	{ N_("Cash received less paid"), "cash.net", VIEW_MONEY },
	{ N_("Cash after the day"), "closing", VIEW_MONEY },
	{ 0 },
};

static const struct view_field day_other_fields[] = {
	{ N_("Account"), "account", VIEW_NUMBER },
	{ N_("Name of the account"), "name_vi", VIEW_TEXT },
	{ N_("Received"), "received", VIEW_MONEY_IF_ANY },
	{ N_("Paid out"), "paid", VIEW_MONEY_IF_ANY },
	{ 0 },
};

static const struct view_field journal_fields[] = {
	{ N_("Entry"), "entry", VIEW_TEXT },
	{ N_("Recorded at"), "recorded_at", VIEW_MOMENT },
	{ N_("By"), "actor", VIEW_TEXT },
	{ N_("Method"), "method", VIEW_TEXT },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Received"), "received", VIEW_MONEY_IF_ANY },
	{ N_("Paid out"), "paid", VIEW_MONEY_IF_ANY },
	{ N_("Received for other days"), "received_other_days", VIEW_MONEY_IF_ANY },
	{ N_("Paid out for other days"), "paid_other_days", VIEW_MONEY_IF_ANY },
	{ 0 },
};

void show_book_day(const json_t *result)
{
	view_title(_("End of day"));
	view_record(result, day_fields);
	if (json_array_size(view_at(result, "other"))) {
		view_title(_("Cash against other accounts"));
		view_table(view_at(result, "other"), day_other_fields, NULL);
	}
	view_title(_("Journal"));
	view_table(view_at(result, "journal"), journal_fields, view_at(result, "total"));
	show_proof(result, "reconciled", _("Cash account, kinds and journal agree."),
		   _("Cash account, kinds and journal DIFFER: tell the administrator."));
}

static const struct view_field loan_book_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Name of the programme"), "programme_name", VIEW_TEXT },
	{ N_("Day of the contract"), "contract_on", VIEW_DATE },
	{ N_("Term in months"), "term_months", VIEW_NUMBER },
	{ N_("Interest rate a year"), "rate_percent", VIEW_PERCENT },
	{ N_("Overdue rate a year"), "overdue_rate_percent", VIEW_PERCENT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("As known at position"), "as_known_at", VIEW_NUMBER },
	{ 0 },
};

static const struct view_field loan_book_balance_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Unpaid interest"), "unpaid.total", VIEW_MONEY },
	{ 0 },
};

static const struct view_field loan_book_row_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Lent"), "lent", VIEW_MONEY_IF_ANY },
	{ N_("Principal paid"), "principal_paid", VIEW_MONEY_IF_ANY },
	{ N_("Interest charged"), "charged.total", VIEW_MONEY_IF_ANY },
	{ N_("Interest paid"), "interest_paid.total", VIEW_MONEY_IF_ANY },
	{ N_("Principal written off"), "written_off", VIEW_MONEY_IF_ANY },
	{ N_("Interest written off"), "interest_written_off", VIEW_MONEY_IF_ANY },
	{ N_("In-term balance"), "in_term", VIEW_MONEY_IF_ANY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY_IF_ANY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY_IF_ANY },
	{ N_("Unpaid: in term"), "unpaid.in_term", VIEW_MONEY_IF_ANY },
	{ N_("overdue"), "unpaid.overdue", VIEW_MONEY_IF_ANY },
	{ N_("grace"), "unpaid.grace", VIEW_MONEY_IF_ANY },
	{ 0 },
};

void show_book_loan(const json_t *result)
{
	view_title(_("Loan book"));
	view_record(result, loan_book_fields);
	view_title(_("Before the period"));
	view_record(view_at(result, "opening"), loan_book_balance_fields);
	view_title(_("Entries of the loan book"));
	view_table(view_at(result, "rows"), loan_book_row_fields, view_at(result, "total"));
	view_title(_("After the period"));
	view_record(view_at(result, "closing"), loan_book_balance_fields);
}

static const struct view_field reconcile_fields[] = {
	{ N_("Form"), "form", VIEW_TEXT },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ 0 },
};

static const struct view_field reconcile_row_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY_IF_ANY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY_IF_ANY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ 0 },
};

static const struct view_field reconcile_deposit_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "household_name", VIEW_TEXT },
	{ N_("Deposit"), "deposit", VIEW_MONEY },
	{ 0 },
};

void show_book_reconcile(const json_t *result)
{
	view_title(_("Balance reconciliation"));
	view_record(result, reconcile_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), reconcile_row_fields, view_at(result, "total"));
	if (json_array_size(view_at(result, "deposits"))) {
		view_title(_("Deposits of members"));
		view_table(view_at(result, "deposits"), reconcile_deposit_fields, view_at(result, "total"));
	}
}
