/* What stands where today: the portfolio, the targets, the daemon. */
#include "command_rows.h"

#define DIMENSIONS "programme commune organisation point status"

static const struct argument as_of_arguments[] = { AS_OF, { 0 } };

static const struct argument portfolio_arguments[] = {
	AS_OF,
	{ "--by", "by", ARGUMENT_WORDS, 0, DIMENSIONS, N_("a row for each of these") },
	{ 0 },
};

static const struct argument loan_show_arguments[] = { THE_LOAN, AS_OF, { 0 } };

static const struct argument household_show_arguments[] = { THE_HOUSEHOLD, AS_OF, { 0 } };

static const struct argument group_show_arguments[] = { THE_GROUP, AS_OF, { 0 } };

const struct command status_commands[] = {
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
	{ 0 },
};
