/* Commands of sessions of a transaction point. */
#include "command_rows.h"

/* clang-format off */
#define THE_POINT { N_("POINT"), "point", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the transaction point") }
#define THE_SESSION { N_("DATE"), "session_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("day of the session") }
#define THE_FILE(help) { N_("FILE.csv"), "file", ARGUMENT_TEXT, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, NULL, help }
/* clang-format on */

static const struct argument session_sheets_arguments[] = {
	THE_POINT,
	{ "--on", "session_on", ARGUMENT_DATE, 0, NULL, N_("day of the session (default: the next one)") },
	{ 0 },
};

static const struct argument session_status_arguments[] = {
	THE_POINT,
	{ "--on", "session_on", ARGUMENT_DATE, 0, NULL, N_("day of the session (default: the last one)") },
	{ 0 },
};

static const struct argument session_export_arguments[] = {
	THE_POINT,
	THE_SESSION,
	THE_FILE(N_("a file that does not exist yet")),
	{ 0 },
};

static const struct argument session_post_arguments[] = {
	THE_FILE(N_("the file of \"session export\", filled in")),
	{ 0 },
};

static const struct argument session_correct_arguments[] = {
	THE_GROUP,
	THE_SESSION,
	THE_HOUSEHOLD,
	{ "--loan", "loan", ARGUMENT_ID, 0, NULL, N_("contract number; without it the line of the deposit") },
	{ "--interest", "interest", ARGUMENT_MONEY, 0, NULL, N_("VND (default: none)") },
	{ "--principal", "principal", ARGUMENT_MONEY, 0, NULL, N_("VND (default: none)") },
	{ "--deposit", "deposit", ARGUMENT_MONEY, 0, NULL, N_("VND (default: none)") },
	{ "--withdraw", "withdraw", ARGUMENT_MONEY, 0, NULL, N_("VND (default: none)") },
	{ "--from", "from", ARGUMENT_WORD, 0, "cash deposit",
	  N_("what interest and principal are paid from") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

static const struct argument session_excuse_arguments[] = {
	THE_POINT, THE_SESSION,
	THE_GROUP, { "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

static const struct argument session_close_arguments[] = { THE_POINT, THE_SESSION, { 0 } };

const struct command session_commands[] = {
	SHOW("session", "sheets", "session.sheets", session_sheets_arguments, show_session_sheets,
	     N_("the sheets of all groups of a point")),
	SHOW("session", "status", "session.status", session_status_arguments, show_session_status,
	     N_("which sheets are posted, and the cash differences")),
	SHOW("session", "cash", "session.cash", session_status_arguments, show_session_cash,
	     N_("the cash journal of a session")),
	LOCAL("session", "export", session_export_arguments, run_session_export,
	      N_("write the sheets into a file to be filled in without network")),
	LOCAL("session", "post", session_post_arguments, run_session_post,
	      N_("send a file that was filled in, any number of times")),
	WRITE("session", "correct", "session.correct", session_correct_arguments, show_session_posted,
	      N_("correct a posted line while the session is open")),
	WRITE("session", "excuse", "session.excuse", session_excuse_arguments, show_session_excused,
	      N_("say why a group has no sheet")),
	WRITE("session", "close", "session.close", session_close_arguments, show_session_closed,
	      N_("close a session; what was due before it goes overdue")),
	{ 0 },
};
