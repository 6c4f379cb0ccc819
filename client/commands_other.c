/* Calling a method by its name, waiting writes, completion, help. */
#include "command_rows.h"

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

static const struct argument completion_arguments[] = {
	{ "bash", "shell", ARGUMENT_WORD, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, "bash", N_("the shell") },
	{ 0 },
};

static const struct argument help_arguments[] = {
	{ N_("COMMAND"), "command", ARGUMENT_TEXT, ARGUMENT_REST | ARGUMENT_LOCAL, NULL,
	  N_("the words of a command") },
	{ 0 },
};

const struct command other_commands[] = {
	LOCAL("call", NULL, call_arguments, run_call, N_("call a method, its raw result as JSON")),
	LOCAL("pending", NULL, NULL, run_pending, N_("writes that have no answer yet")),
	LOCAL("pending", "retry", pending_retry_arguments, run_pending_retry,
	      N_("ask for them again with their keys")),
	LOCAL("pending", "forget", pending_forget_arguments, run_pending_forget, N_("drop one, done or not")),
	LOCAL("completion", NULL, completion_arguments, run_completion, N_("completion for the shell")),
	LOCAL("help", NULL, help_arguments, run_help, N_("help on a command")),
	{ 0 },
};
