/* Commands of loans. */
#include "command_rows.h"

#define KINDS_OF_PAYMENT "paid principal_paid interest_paid"
#define KINDS_OF_EVENT "disbursed paid principal_paid interest_paid"

static const struct argument loan_show_arguments[] = { THE_LOAN, AS_OF, { 0 } };

static const struct argument loan_arguments[] = { THE_LOAN, { 0 } };

static const struct argument loan_find_arguments[] = {
	{ N_("TEXT"), "text", ARGUMENT_TEXT, ARGUMENT_REST, NULL, N_("name, with or without diacritics") },
	{ "--loan", "loan", ARGUMENT_ID, 0, NULL, N_("contract number, 16 digits") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--citizen-id", "citizen_id", ARGUMENT_TEXT, 0, NULL, N_("citizen id of a member") },
	LIMIT,
	{ 0 },
};

static const struct argument loan_disburse_arguments[] = {
	{ N_("LOAN"), "loan", ARGUMENT_ID, 0, NULL,
	  N_("a further drawdown of this contract; without it a new contract") },
	{ "--amount", "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND") },
	{ "--on", "disbursed_on", ARGUMENT_DATE, 0, NULL,
	  N_("day of the disbursement (default: the business date)") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("who borrows") },
	{ "--programme", "programme", ARGUMENT_TEXT, 0, NULL, N_("code of the programme") },
	A_LOAN_KIND,
	A_STUDY,
	{ 0 },
};

static const struct argument loan_pay_arguments[] = {
	THE_LOAN,
	{ N_("AMOUNT"), "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND: 1234567 or 1.234.567") },
	{ "--on", "paid_on", ARGUMENT_DATE, 0, NULL, N_("day of the payment (default: the business date)") },
	{ "--kind", "kind", ARGUMENT_WORD, 0, KINDS_OF_PAYMENT,
	  N_("what is paid (default: shared out by the rule)") },
	{ 0 },
};

static const struct argument loan_quote_arguments[] = {
	{ "--principal", "principal", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND") },
	{ "--rate", "rate_percent", ARGUMENT_RATE, ARGUMENT_REQUIRED, NULL, N_("percent a year") },
	{ "--on", "disbursed_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("day of the disbursement") },
	{ "--term", "term_months", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("term in months") },
	{ "--instalment", "instalment_months", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL,
	  N_("months between principal instalments") },
	{ "--principal-grace", "principal_grace_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("months without principal") },
	{ "--interest-grace", "interest_grace_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("months without interest to pay") },
	{ "--session-day", "session_day", ARGUMENT_INTEGER, 0, NULL, N_("day of the month of the session") },
	{ "--rounding", "instalment_rounding", ARGUMENT_MONEY, 0, NULL,
	  N_("instalments are rounded down to this") },
	{ "--default", "instalment_default", ARGUMENT_WORD, 0, "carry overdue",
	  N_("what a missed instalment does") },
	{ "--overdue-percent", "overdue_percent", ARGUMENT_INTEGER, 0, NULL,
	  N_("overdue rate, percent of the rate") },
	{ "--rate-change", "rate_changes", ARGUMENT_RATE_CHANGES, 0, NULL,
	  N_("a rate from a day on; may be repeated") },
	{ "--event", "events", ARGUMENT_EVENTS, 0, KINDS_OF_EVENT,
	  N_("what happened on a day; may be repeated") },
	{ "--as-of", "as_of", ARGUMENT_DATES, 0, NULL, N_("a position after this day; may be repeated") },
	{ 0 },
};

const struct command loan_commands[] = {
	SHOW("loan", "show", "status.loan", loan_show_arguments, show_loan, N_("one loan")),
	SHOW("loan", "events", "loan.events", loan_arguments, show_loan_events,
	     N_("all that happened to a loan")),
	SHOW("loan", "find", "loan.find", loan_find_arguments, show_loans_found, N_("search for loans")),
	WRITE("loan", "disburse", "loan.disburse", loan_disburse_arguments, show_disbursed,
	      N_("disburse a loan")),
	WRITE("loan", "pay", "loan.pay", loan_pay_arguments, show_paid, N_("record a payment")),
	SHOW("loan", "quote", "loan.quote", loan_quote_arguments, show_quote,
	     N_("compute a loan, store nothing")),
	{ 0 },
};
