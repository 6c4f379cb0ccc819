/* Commands of sessions of a transaction point. */
#include "command_rows.h"

const struct command session_commands[] = {
	{ 0 },
};
