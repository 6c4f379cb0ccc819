/* Commands of applications and of funds. */
#include "command_rows.h"

#define STATES "applied appraised confirmed approved refused withdrawn disbursed checked"
#define THE_APPLICATION                                                                                      \
	{                                                                                                    \
		N_("APPLICATION"), "application", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL,                      \
			N_("number of the application")                                                      \
	}
#define ON_DAY                                                                                               \
	{                                                                                                    \
		"--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the step (default: the business date)")     \
	}
#define OF_GROUP                                                                                             \
	{                                                                                                    \
		"--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group")                          \
	}
#define OF_PROGRAMME                                                                                         \
	{                                                                                                    \
		"--programme", "programme", ARGUMENT_TEXT, 0, NULL, N_("code of the programme")              \
	}
#define IN_AREA                                                                                              \
	{                                                                                                    \
		"--area", "area", ARGUMENT_TEXT, 0, NULL, N_("code of the unit, with all below it")          \
	}
#define REFUSED                                                                                              \
	{                                                                                                    \
		"--refuse", "refused", ARGUMENT_REFUSED, 0, NULL,                                            \
			N_("refused, with the reason; may be repeated")                                      \
	}

static const struct argument submit_arguments[] = {
	THE_HOUSEHOLD,
	{ "--programme", "programme", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the programme") },
	{ "--amount", "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND") },
	A_LOAN_KIND,
	A_STUDY,
	{ "--plan", "plan", ARGUMENT_TEXT, 0, NULL, N_("what the money is for") },
	{ "--number", "number", ARGUMENT_TEXT, 0, NULL, N_("number of 01/TD (default: the next one)") },
	ON_DAY,
	{ 0 },
};

static const struct argument appraise_arguments[] = {
	THE_GROUP,
	{ "--agree", "agreed", ARGUMENT_AGREED, 0, NULL,
	  N_("agreed to, with the amount if it is less than asked; may be repeated") },
	REFUSED,
	{ "--minutes", "minutes", ARGUMENT_TEXT, 0, NULL, N_("number of the minutes 10C/TD") },
	{ "--list", "list", ARGUMENT_TEXT, 0, NULL, N_("number of the list 03/TD") },
	ON_DAY,
	{ 0 },
};

static const struct argument confirm_arguments[] = {
	{ "--confirm", "confirmed", ARGUMENT_IDS, 0, NULL, N_("applications the commune has confirmed") },
	REFUSED,
	{ "--list", "list", ARGUMENT_TEXT, 0, NULL, N_("number of the list 03/TD") },
	ON_DAY,
	{ 0 },
};

static const struct argument approve_arguments[] = {
	THE_APPLICATION,
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("VND (default: what was agreed)") },
	{ "--number", "number", ARGUMENT_TEXT, 0, NULL, N_("number of 04/TD (default: the next one)") },
	ON_DAY,
	{ 0 },
};

static const struct argument refuse_arguments[] = {
	THE_APPLICATION,
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ "--number", "number", ARGUMENT_TEXT, 0, NULL, N_("number of 04/TD (default: the next one)") },
	ON_DAY,
	{ 0 },
};

static const struct argument withdraw_arguments[] = {
	THE_APPLICATION,
	{ "--reason", "reason", ARGUMENT_TEXT, 0, NULL, N_("why") },
	ON_DAY,
	{ 0 },
};

static const struct argument disburse_arguments[] = {
	THE_APPLICATION,
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("VND (default: what was approved)") },
	{ "--on", "disbursed_on", ARGUMENT_DATE, 0, NULL,
	  N_("day of the session (default: the business date)") },
	{ 0 },
};

static const struct argument list_arguments[] = {
	{ "--state", "state", ARGUMENT_WORD, 0, STATES, N_("only in this state (default: the open ones)") },
	{ "--all", "all", ARGUMENT_FLAG, 0, NULL, N_("in every state") },
	{ "--late", "late", ARGUMENT_FLAG, 0, NULL, N_("only those whose next step is late") },
	OF_GROUP,
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	OF_PROGRAMME,
	IN_AREA,
	LIMIT,
	{ 0 },
};

static const struct argument show_arguments[] = { THE_APPLICATION, { 0 } };

static const struct argument queue_arguments[] = {
	{ "--state", "state", ARGUMENT_WORD, 0, "applied appraised confirmed",
	  N_("only in this state (default: all that wait for approval)") },
	OF_GROUP,
	OF_PROGRAMME,
	IN_AREA,
	{ 0 },
};

const struct command application_commands[] = {
	WRITE("application", "submit", "application.submit", submit_arguments, show_application_step,
	      N_("take an application (01/TD)")),
	WRITE("application", "appraise", "application.appraise", appraise_arguments, show_applications,
	      N_("record the meeting of a group (10C/TD, 03/TD)")),
	WRITE("application", "confirm", "application.confirm", confirm_arguments, show_applications,
	      N_("record what the commune confirmed (03/TD)")),
	WRITE("application", "approve", "application.approve", approve_arguments, show_application_step,
	      N_("approve in writing (04/TD)")),
	WRITE("application", "refuse", "application.refuse", refuse_arguments, show_application_step,
	      N_("refuse in writing (04/TD)")),
	WRITE("application", "withdraw", "application.withdraw", withdraw_arguments, show_application_step,
	      N_("the household no longer asks")),
	WRITE("application", "disburse", "application.disburse", disburse_arguments,
	      show_application_disbursed, N_("disburse an approved application at a session")),
	SHOW("application", "list", "application.list", list_arguments, show_application_list,
	     N_("applications and the day their next step is due")),
	SHOW("application", "show", "application.show", show_arguments, show_application,
	     N_("one application with its steps and papers")),
	SHOW("application", "queue", "application.queue", queue_arguments, show_application_queue,
	     N_("what waits for approval, in its order, with the reasons")),
	{ 0 },
};

#define THE_FUND                                                                                             \
	{                                                                                                    \
		N_("FUND"), "fund", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("number of the fund")      \
	}

static const struct argument fund_add_arguments[] = {
	{ N_("NAME"), "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the fund") },
	{ "--kind", "kind", ARGUMENT_WORD, ARGUMENT_REQUIRED, "central local investor organisation",
	  N_("whose money it is") },
	{ "--owner", "owner", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("who gives the money") },
	{ "--organisation", "organisation", ARGUMENT_WORD, 0, "farmers women veterans youth",
	  N_("of its own support fund: lent to its groups only") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day (default: the business date)") },
	{ 0 },
};

static const struct argument fund_appropriate_arguments[] = {
	THE_FUND,
	{ "--programme", "programme", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the programme") },
	{ "--year", "year", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("the year") },
	{ "--amount", "amount", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL, N_("VND") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("the decision it rests on") },
	{ "--decided-on", "decided_on", ARGUMENT_DATE, 0, NULL, N_("day of the decision") },
	{ 0 },
};

static const struct argument fund_status_arguments[] = {
	{ "--year", "year", ARGUMENT_INTEGER, 0, NULL, N_("the year (default: that of the business date)") },
	{ "--fund", "fund", ARGUMENT_INTEGER, 0, NULL, N_("number of the fund") },
	OF_PROGRAMME,
	{ 0 },
};

static const struct argument fund_history_arguments[] = { THE_FUND, { 0 } };

const struct command fund_commands[] = {
	SHOW("fund", "status", "fund.status", fund_status_arguments, show_fund_status,
	     N_("appropriated, lent, collected and left")),
	SHOW("fund", "list", "fund.list", NULL, show_funds, N_("funds and their owners")),
	SHOW("fund", "history", "fund.history", fund_history_arguments, show_fund_history,
	     N_("all appropriations of a fund")),
	WRITE("fund", "appropriate", "fund.appropriate", fund_appropriate_arguments, show_fund_row,
	      N_("what may be lent for a programme in a year")),
	WRITE("fund", "add", "fund.add", fund_add_arguments, show_fund, N_("register a fund")),
	{ 0 },
};
