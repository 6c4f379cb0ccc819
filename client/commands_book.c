/* Commands of the books. */
#include "command_rows.h"

#define PERIOD                                                                                               \
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day of the period") },                         \
		{ "--to", "to", ARGUMENT_DATE, 0, NULL, N_("last day (default: the business date)") },       \
		KNOWN_AT
#define KNOWN_AT                                                                                             \
	{                                                                                                    \
		"--known-at", "as_known_at", ARGUMENT_INTEGER, 0, NULL,                                      \
			N_("as it was known at this position")                                               \
	}

static const struct argument book_trial_arguments[] = { PERIOD, { 0 } };

static const struct argument book_account_arguments[] = {
	{ N_("ACCOUNT"), "account", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("number of the account") },
	PERIOD,
	{ "--after", "after", ARGUMENT_TEXT, 0, NULL, N_("go on behind this row, as the page before says") },
	LIMIT,
	{ 0 },
};

static const struct argument book_day_arguments[] = {
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") },
	{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("code of the transaction point") },
	KNOWN_AT,
	{ 0 },
};

static const struct argument book_loan_arguments[] = { THE_LOAN, PERIOD, { 0 } };

static const struct argument book_reconcile_arguments[] = {
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") },
	{ 0 },
};

const struct command book_commands[] = {
	SHOW("book", "trial", "book.trial", book_trial_arguments, show_book_trial, N_("trial balance")),
	SHOW("book", "account", "book.account", book_account_arguments, show_book_account,
	     N_("statement of an account")),
	SHOW("book", "day", "book.day", book_day_arguments, show_book_day,
	     N_("end of day: cash and who posted what")),
	SHOW("book", "loan", "book.loan", book_loan_arguments, show_book_loan,
	     N_("loan book of a borrower (02/TD)")),
	SHOW("book", "reconcile", "book.reconcile", book_reconcile_arguments, show_book_reconcile,
	     N_("balances to sign (15/TD)")),
	{ 0 },
};
