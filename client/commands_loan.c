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
	{ "--from", "from", ARGUMENT_WORD, 0, "cash deposit",
	  N_("where the money comes from (default: cash)") },
	{ "--reason", "reason", ARGUMENT_TEXT, 0, NULL, N_("why, for a day before the last session") },
	{ 0 },
};

#define THE_FACT                                                                                             \
	{                                                                                                    \
		N_("NUMBER"), "fact", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("number of the event")   \
	}
#define ON                                                                                                   \
	{                                                                                                    \
		"--on", "on", ARGUMENT_DATE, 0, NULL, N_("day it takes effect (default: the business date)") \
	}
#define REASON                                                                                               \
	{                                                                                                    \
		"--reason", "reason", ARGUMENT_TEXT, 0, NULL, N_("why")                                      \
	}
#define THE_REASON                                                                                           \
	{                                                                                                    \
		"--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why")                      \
	}
#define DECISION                                                                                             \
	{                                                                                                    \
		"--number", "number", ARGUMENT_TEXT, 0, NULL, N_("number of the decision")                   \
	}
#define DECIDED_ON                                                                                           \
	{                                                                                                    \
		"--decided-on", "decided_on", ARGUMENT_DATE, 0, NULL, N_("day of the decision")              \
	}
#define THE_DECISION                                                                                         \
	{                                                                                                    \
		"--number", "number", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("number of the decision")   \
	}
#define THE_DECIDED_ON                                                                                       \
	{                                                                                                    \
		"--decided-on", "decided_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL,                        \
			N_("day of the decision")                                                            \
	}
#define AUTHORITY                                                                                            \
	{                                                                                                    \
		"--authority", "authority", ARGUMENT_TEXT, 0, NULL, N_("who decided")                        \
	}
#define THE_CASE                                                                                             \
	{                                                                                                    \
		"--case", "case", ARGUMENT_WORD, ARGUMENT_REQUIRED, "K1 K2 K3 K4a K4b K4c K5",               \
			N_("cause of the loss")                                                              \
	}

static const struct argument loan_reverse_arguments[] = { THE_LOAN, THE_FACT, THE_REASON, { 0 } };

static const struct argument loan_pay_move_arguments[] = {
	THE_LOAN,
	THE_FACT,
	{ "--to", "to", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("contract the payment was meant for") },
	THE_REASON,
	{ 0 },
};

static const struct argument loan_reschedule_arguments[] = {
	THE_LOAN,
	{ "--instalment", "instalment", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL,
	  N_("number of the instalment") },
	{ "--until", "until", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("its new day") },
	{ "--asked-on", "asked_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("day the borrower asked") },
	ON,
	DECISION,
	DECIDED_ON,
	REASON,
	{ 0 },
};

static const struct argument loan_extend_arguments[] = {
	THE_LOAN,
	{ "--until", "until", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("the new final date") },
	{ "--asked-on", "asked_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("day the borrower asked") },
	ON,
	DECISION,
	DECIDED_ON,
	REASON,
	{ 0 },
};

static const struct argument loan_freeze_arguments[] = {
	{ N_("NUMBER,NUMBER..."), "loans", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL, N_("contract numbers") },
	THE_CASE,
	{ "--loss", "loss_percent", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL,
	  N_("loss, percent of the capital") },
	{ "--late", "late", ARGUMENT_FLAG, 0, NULL, N_("handled late") },
	THE_DECISION,
	THE_DECIDED_ON,
	AUTHORITY,
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("principal of the one loan (default: all)") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL,
	  N_("first day frozen (default: the day of the decision)") },
	{ "--until", "until", ARGUMENT_DATE, 0, NULL,
	  N_("first day no longer frozen (default: the longest allowed)") },
	{ "--supplementary", "supplementary", ARGUMENT_FLAG, 0, NULL,
	  N_("prolongs a freeze, or freezes again") },
	REASON,
	{ 0 },
};

static const struct argument loan_unfreeze_arguments[] = { THE_LOAN,  ON,	  DECISION, DECIDED_ON,
							   AUTHORITY, THE_REASON, { 0 } };

static const struct argument loan_write_off_arguments[] = {
	THE_LOAN,
	THE_CASE,
	THE_DECISION,
	THE_DECIDED_ON,
	{ "--authority", "authority", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("who decided") },
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("principal (default: all)") },
	{ "--interest", "interest", ARGUMENT_MONEY, 0, NULL, N_("interest (default: all)") },
	ON,
	REASON,
	{ 0 },
};

static const struct argument loan_recover_arguments[] = {
	THE_LOAN,
	{ N_("AMOUNT"), "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND: 1234567 or 1.234.567") },
	ON,
	REASON,
	{ 0 },
};

static const struct argument loan_misuse_arguments[] = {
	THE_LOAN,
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("misused principal (default: all in term)") },
	ON,
	DECISION,
	DECIDED_ON,
	THE_REASON,
	{ 0 },
};

static const struct argument loan_relieve_arguments[] = {
	{ N_("NAME"), "relief", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the relief") },
	{ "--households", "households", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL, N_("numbers of households") },
	THE_DECISION,
	THE_DECIDED_ON,
	AUTHORITY,
	REASON,
	{ 0 },
};

static const struct argument loan_move_arguments[] = {
	{ N_("NUMBER,NUMBER..."), "loans", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL, N_("contract numbers") },
	{ "--household", "household", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL,
	  N_("whose they are from that day on") },
	{ "--direct", "direct", ARGUMENT_FLAG, 0, NULL, N_("served directly, without a group") },
	ON,
	DECISION,
	DECIDED_ON,
	THE_REASON,
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

static const struct argument loan_receipt_arguments[] = { THE_LOAN, THE_FACT, { 0 } };

const struct command loan_commands[] = {
	SHOW("loan", "show", "status.loan", loan_show_arguments, show_loan, N_("one loan")),
	SHOW("loan", "receipt", "loan.receipt", loan_receipt_arguments, show_receipt,
	     N_("the proof that an event was sealed, for the borrower to carry")),
	SHOW("loan", "events", "loan.events", loan_arguments, show_loan_events,
	     N_("all that happened to a loan")),
	SHOW("loan", "find", "loan.find", loan_find_arguments, show_loans_found, N_("search for loans")),
	WRITE("loan", "disburse", "loan.disburse", loan_disburse_arguments, show_disbursed,
	      N_("disburse a loan")),
	WRITE("loan", "pay", "loan.pay", loan_pay_arguments, show_paid, N_("record a payment")),
	SHOW("loan", "payoff", "loan.payoff", loan_show_arguments, show_payoff,
	     N_("what it takes to close a loan")),
	WRITE("loan", "reverse", "loan.reverse", loan_reverse_arguments, show_loan_event,
	      N_("take an event out of a loan")),
	WRITE("loan", "pay-move", "loan.pay_move", loan_pay_move_arguments, show_pay_moved,
	      N_("put a payment on the loan it was meant for")),
	WRITE("loan", "reschedule", "loan.reschedule", loan_reschedule_arguments, show_loan_event,
	      N_("move an instalment (08/TD)")),
	WRITE("loan", "extend", "loan.extend", loan_extend_arguments, show_loan_event,
	      N_("move the final date (09/TD)")),
	WRITE("loan", "freeze", "loan.freeze", loan_freeze_arguments, show_loan_events_made,
	      N_("freeze loans at risk")),
	WRITE("loan", "unfreeze", "loan.unfreeze", loan_unfreeze_arguments, show_loan_event,
	      N_("end a freeze")),
	WRITE("loan", "write-off", "loan.write_off", loan_write_off_arguments, show_loan_event,
	      N_("write off debt")),
	WRITE("loan", "recover", "loan.recover", loan_recover_arguments, show_loan_event,
	      N_("money received of what was written off")),
	WRITE("loan", "misuse", "loan.misuse", loan_misuse_arguments, show_loan_event,
	      N_("move misused principal to overdue")),
	WRITE("loan", "relieve", "loan.relieve", loan_relieve_arguments, show_loan_events_made,
	      N_("give households the relief of a disaster")),
	WRITE("loan", "move", "loan.move", loan_move_arguments, show_loan_events_made,
	      N_("move loans to another group or to an heir")),
	SHOW("loan", "quote", "loan.quote", loan_quote_arguments, show_quote,
	     N_("compute a loan, store nothing")),
	{ 0 },
};
