/* Commands of savings and credit groups. */
#include "command_rows.h"

static const struct argument group_show_arguments[] = { THE_GROUP, AS_OF, { 0 } };

static const struct argument group_sheet_arguments[] = {
	THE_GROUP,
	{ "--on", "session_on", ARGUMENT_DATE, 0, NULL, N_("day of the session (default: the next one)") },
	{ 0 },
};

const struct command group_commands[] = {
	SHOW("group", "show", "status.group", group_show_arguments, show_group,
	     N_("one savings and credit group")),
	SHOW("group", "sheet", "group.sheet", group_sheet_arguments, show_sheet,
	     N_("what its members owe at a session")),
	{ 0 },
};
