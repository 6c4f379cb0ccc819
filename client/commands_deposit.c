/* Commands of member deposits. */
#include "command_rows.h"

static const struct argument deposit_show_arguments[] = { THE_HOUSEHOLD, AS_OF, { 0 } };

static const struct argument deposit_put_arguments[] = {
	THE_HOUSEHOLD,
	{ N_("AMOUNT"), "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND: 1234567 or 1.234.567") },
	{ "--on", "put_on", ARGUMENT_DATE, 0, NULL, N_("day (default: the business date)") },
	{ 0 },
};

static const struct argument deposit_withdraw_arguments[] = {
	THE_HOUSEHOLD,
	{ N_("AMOUNT"), "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND: 1234567 or 1.234.567") },
	{ "--on", "withdrawn_on", ARGUMENT_DATE, 0, NULL, N_("day (default: the business date)") },
	{ 0 },
};

static const struct argument deposit_credit_arguments[] = {
	{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("code of the transaction point") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--on", "credited_on", ARGUMENT_DATE, 0, NULL, N_("day (default: the business date)") },
	{ 0 },
};

static const struct argument deposit_reverse_arguments[] = {
	THE_HOUSEHOLD,
	{ "--fact", "fact", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("number of the fact") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

const struct command deposit_commands[] = {
	SHOW("deposit", "show", "deposit.show", deposit_show_arguments, show_deposit,
	     N_("the statement of a member's deposit")),
	WRITE("deposit", "put", "deposit.put", deposit_put_arguments, show_deposit_fact,
	      N_("put money into a deposit")),
	WRITE("deposit", "withdraw", "deposit.withdraw", deposit_withdraw_arguments, show_deposit_fact,
	      N_("pay out money from a deposit")),
	WRITE("deposit", "credit", "deposit.credit", deposit_credit_arguments, show_deposit_credited,
	      N_("credit the interest of deposits")),
	WRITE("deposit", "reverse", "deposit.reverse", deposit_reverse_arguments, show_deposit_fact,
	      N_("reverse one fact of a deposit")),
	{ 0 },
};
