/* THE table of commands. A new one is one row here, its arguments above it, and a function in show_*.c. */
#include "commands.h"

#include <string.h>

#include "language.h"
#include "run.h"
#include "show.h"
#include "vonvay/compiler.h"

#define KINDS_OF_PAYMENT "paid principal_paid interest_paid"
#define KINDS_OF_EVENT "disbursed paid principal_paid interest_paid"
#define DIMENSIONS "programme commune organisation point status"

/* clang-format off */
#define AS_OF { "--as-of", "as_of", ARGUMENT_DATE, 0, NULL, N_("as it was after this day (default: the business date)") }
#define THE_LOAN { N_("LOAN"), "loan", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("contract number, 16 digits") }
#define THE_HOUSEHOLD                                                                                                \
	{ N_("HOUSEHOLD"), "household", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the household") }
#define THE_GROUP { N_("GROUP"), "group", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the group") }
#define LIMIT { "--limit", "limit", ARGUMENT_INTEGER, 0, NULL, N_("at most so many") }
/* clang-format on */

const struct argument command_options[] = {
	{ "--socket", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("PATH"), N_("socket of the daemon") },
	{ "--json", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("the result as JSON") },
	{ "--lang", NULL, ARGUMENT_WORD, ARGUMENT_LOCAL, "vi en", N_("language of the output") },
	{ "--as", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("NAME"),
	  N_("act as this member of the staff (demo only)") },
	{ "--key", NULL, ARGUMENT_KEY, ARGUMENT_LOCAL, NULL, N_("ask for a write again with the key it had") },
	{ "--timeout", NULL, ARGUMENT_INTEGER, ARGUMENT_LOCAL, NULL,
	  N_("seconds to wait for an answer (default: 60)") },
	{ "--help", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("help on the command") },
	{ "--version", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("version of this program") },
	{ 0 },
};

static const struct argument as_of_arguments[] = { AS_OF, { 0 } };

static const struct argument portfolio_arguments[] = {
	AS_OF,
	{ "--by", "by", ARGUMENT_WORDS, 0, DIMENSIONS, N_("a row for each of these") },
	{ 0 },
};

static const struct argument loan_arguments[] = { THE_LOAN, { 0 } };

static const struct argument loan_show_arguments[] = { THE_LOAN, AS_OF, { 0 } };

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
	{ "--term", "term_months", ARGUMENT_INTEGER, 0, NULL, N_("term in months") },
	{ "--instalment", "instalment_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("months between principal instalments") },
	{ "--purpose", "purpose", ARGUMENT_TEXT, 0, NULL,
	  N_("purpose, where the programme has caps by purpose") },
	{ "--units", "units", ARGUMENT_INTEGER, 0, NULL, N_("months of study, types of works") },
	{ "--priority", "priority", ARGUMENT_FLAG, 0, NULL, N_("rate line of priority borrowers") },
	{ "--fund", "fund", ARGUMENT_INTEGER, 0, NULL, N_("source of the fund: 1 central, 2 local") },
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

static const struct argument household_show_arguments[] = { THE_HOUSEHOLD, AS_OF, { 0 } };

static const struct argument household_find_arguments[] = {
	{ N_("TEXT"), "text", ARGUMENT_TEXT, ARGUMENT_REST, NULL, N_("name, with or without diacritics") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },
	{ "--citizen-id", "citizen_id", ARGUMENT_TEXT, 0, NULL, N_("citizen id of a member") },
	LIMIT,
	{ 0 },
};

static const struct argument group_show_arguments[] = { THE_GROUP, AS_OF, { 0 } };

static const struct argument group_sheet_arguments[] = {
	THE_GROUP,
	{ "--on", "session_on", ARGUMENT_DATE, 0, NULL, N_("day of the session (default: the next one)") },
	{ 0 },
};

static const struct argument sweep_run_arguments[] = {
	{ "--until", "until", ARGUMENT_DATE, 0, NULL, N_("the last day that is settled (default: today)") },
	{ "--wait", "wait", ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL,
	  N_("until it is finished, with its progress") },
	{ 0 },
};

static const struct argument import_file_arguments[] = {
	{ N_("FILE.csv"), "file", ARGUMENT_TEXT, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, NULL,
	  N_("UTF-8, the names of the columns in the first line") },
	{ 0 },
};

static const struct argument import_arguments[] = {
	{ N_("IMPORT"), "import", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the import") },
	{ 0 },
};

static const struct argument call_arguments[] = {
	{ N_("METHOD"), "method", ARGUMENT_TEXT, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, NULL,
	  N_("loan.pay, rpc.discover...") },
	{ "JSON", "json", ARGUMENT_TEXT, ARGUMENT_LOCAL, NULL,
	  N_("parameters; - reads them from the standard input") },
	{ 0 },
};

static const struct argument pending_retry_arguments[] = {
	{ N_("KEY"), "key", ARGUMENT_KEY, ARGUMENT_LOCAL, NULL, N_("this one only (default: all)") },
	{ 0 },
};

static const struct argument pending_forget_arguments[] = {
	{ N_("KEY"), "key", ARGUMENT_KEY, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, NULL, N_("key of the write") },
	{ 0 },
};

static const struct argument help_arguments[] = {
	{ N_("COMMAND"), "command", ARGUMENT_TEXT, ARGUMENT_REST | ARGUMENT_LOCAL, NULL,
	  N_("the words of a command") },
	{ 0 },
};

static const struct argument completion_arguments[] = {
	{ "bash", "shell", ARGUMENT_WORD, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, "bash", N_("the shell") },
	{ 0 },
};

#define SHOW(word, sub, method, arguments, show, summary)                                                    \
	{                                                                                                    \
		word, sub, COMMAND_READ, method, arguments, NULL, show, summary                              \
	}
#define WRITE(word, sub, method, arguments, show, summary)                                                   \
	{                                                                                                    \
		word, sub, COMMAND_WRITE, method, arguments, NULL, show, summary                             \
	}
#define LOCAL(word, sub, arguments, run, summary)                                                            \
	{                                                                                                    \
		word, sub, COMMAND_LOCAL, NULL, arguments, run, NULL, summary                                \
	}

const struct command commands[] = {
	LOCAL("status", NULL, as_of_arguments, run_status, N_("the portfolio and the nights, at a glance")),
	SHOW("status", "daemon", "status.daemon", NULL, show_daemon, N_("the daemon itself")),
	SHOW("status", "portfolio", "status.portfolio", portfolio_arguments, show_portfolio,
	     N_("the portfolio of a day")),
	SHOW("status", "targets", "status.targets", as_of_arguments, show_targets,
	     N_("poor households and targets")),
	SHOW("status", "loan", "status.loan", loan_show_arguments, show_loan, N_("one loan")),
	SHOW("status", "household", "status.household", household_show_arguments, show_household,
	     N_("one household")),
	SHOW("status", "group", "status.group", group_show_arguments, show_group,
	     N_("one savings and credit group")),
	SHOW("status", "sweep", "status.sweep", NULL, show_sweep, N_("what the nights did")),
	SHOW("portfolio", NULL, "status.portfolio", portfolio_arguments, show_portfolio,
	     N_("the portfolio of a day")),
	SHOW("targets", NULL, "status.targets", as_of_arguments, show_targets,
	     N_("poor households and targets")),
	SHOW("loan", "show", "status.loan", loan_show_arguments, show_loan, N_("one loan")),
	SHOW("loan", "events", "loan.events", loan_arguments, show_loan_events,
	     N_("all that happened to a loan")),
	SHOW("loan", "find", "loan.find", loan_find_arguments, show_loans_found, N_("search for loans")),
	WRITE("loan", "disburse", "loan.disburse", loan_disburse_arguments, show_disbursed,
	      N_("disburse a loan")),
	WRITE("loan", "pay", "loan.pay", loan_pay_arguments, show_paid, N_("record a payment")),
	SHOW("loan", "quote", "loan.quote", loan_quote_arguments, show_quote,
	     N_("compute a loan, store nothing")),
	SHOW("household", "show", "status.household", household_show_arguments, show_household,
	     N_("one household")),
	SHOW("household", "find", "household.find", household_find_arguments, show_households_found,
	     N_("search for households")),
	SHOW("group", "show", "status.group", group_show_arguments, show_group,
	     N_("one savings and credit group")),
	SHOW("group", "sheet", "group.sheet", group_sheet_arguments, show_sheet,
	     N_("what its members owe at a session")),
	{ "sweep", "run", COMMAND_WRITE, "sweep.run", sweep_run_arguments, run_sweep, show_sweep_asked,
	  N_("settle the days up to a day") },
	SHOW("sweep", "status", "status.sweep", NULL, show_sweep, N_("what the nights did")),
	SHOW("sweep", "held", "sweep.held", NULL, show_held, N_("loans the nights could not decide about")),
	WRITE("sweep", "release", "sweep.release", loan_arguments, show_released,
	      N_("let the nights take a loan again")),
	LOCAL("import", "areas", import_file_arguments, run_import, N_("import areas and transaction points")),
	LOCAL("import", "groups", import_file_arguments, run_import, N_("import savings and credit groups")),
	LOCAL("import", "households", import_file_arguments, run_import, N_("import households")),
	LOCAL("import", "loans", import_file_arguments, run_import, N_("import loans")),
	SHOW("import", "status", "import.status", import_arguments, show_import, N_("how far an import is")),
	LOCAL("import", "apply", import_arguments, run_import_apply, N_("apply an import that was checked")),
	LOCAL("call", NULL, call_arguments, run_call, N_("call a method, its raw result as JSON")),
	LOCAL("pending", NULL, NULL, run_pending, N_("writes that have no answer yet")),
	LOCAL("pending", "retry", pending_retry_arguments, run_pending_retry,
	      N_("ask for them again with their keys")),
	LOCAL("pending", "forget", pending_forget_arguments, run_pending_forget, N_("drop one, done or not")),
	LOCAL("completion", NULL, completion_arguments, run_completion, N_("completion for the shell")),
	LOCAL("help", NULL, help_arguments, run_help, N_("help on a command")),
};
const size_t command_count = ARRAY_LEN(commands);

/* Called by a command that is more than one call. */
static const char *const local_writes[] = { "import.begin", "import.append", "import.check", "import.apply" };

const struct command *command_find(const char *word, const char *sub)
{
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = &commands[i];
		if (!strcmp(c->word, word) && (sub ? c->sub && !strcmp(c->sub, sub) : !c->sub))
			return c;
	}
	return NULL;
}

bool command_has_word(const char *word)
{
	for (size_t i = 0; i < command_count; i++)
		if (!strcmp(commands[i].word, word))
			return true;
	return false;
}

bool command_writes(const char *method)
{
	for (size_t i = 0; i < command_count; i++)
		if (commands[i].kind == COMMAND_WRITE && !strcmp(commands[i].method, method))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(local_writes); i++)
		if (!strcmp(local_writes[i], method))
			return true;
	return false;
}

bool argument_is_option(const struct argument *a)
{
	return a->name[0] == '-';
}
