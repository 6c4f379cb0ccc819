/* Commands of households. */
#include "command_rows.h"

static const struct argument household_show_arguments[] = { THE_HOUSEHOLD, AS_OF, { 0 } };

static const struct argument household_find_arguments[] = {
	{ N_("TEXT"), "text", ARGUMENT_TEXT, ARGUMENT_REST, NULL, N_("name, with or without diacritics") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },
	{ "--citizen-id", "citizen_id", ARGUMENT_TEXT, 0, NULL, N_("citizen id of a member") },
	LIMIT,
	{ 0 },
};

const struct command household_commands[] = {
	SHOW("household", "show", "status.household", household_show_arguments, show_household,
	     N_("one household")),
	SHOW("household", "find", "household.find", household_find_arguments, show_households_found,
	     N_("search for households")),
	{ 0 },
};
