/* Commands of the nights. */
#include "command_rows.h"

static const struct argument sweep_run_arguments[] = {
	{ "--until", "until", ARGUMENT_DATE, 0, NULL, N_("the last day that is settled (default: today)") },
	{ "--wait", "wait", ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL,
	  N_("until it is finished, with its progress") },
	{ 0 },
};

static const struct argument loan_arguments[] = { THE_LOAN, { 0 } };

const struct command sweep_commands[] = {
	{ "sweep", "run", COMMAND_WRITE, "sweep.run", sweep_run_arguments, run_sweep, show_sweep_asked,
	  N_("settle the days up to a day") },
	SHOW("sweep", "status", "status.sweep", NULL, show_sweep, N_("what the nights did")),
	SHOW("sweep", "held", "sweep.held", NULL, show_held, N_("loans the nights could not decide about")),
	WRITE("sweep", "release", "sweep.release", loan_arguments, show_released,
	      N_("let the nights take a loan again")),
	{ 0 },
};
