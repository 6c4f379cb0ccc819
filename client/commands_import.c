/* Commands that import files. */
#include "command_rows.h"

static const struct argument import_file_arguments[] = {
	{ N_("FILE.csv"), "file", ARGUMENT_TEXT, ARGUMENT_REQUIRED | ARGUMENT_LOCAL, NULL,
	  N_("UTF-8, the names of the columns in the first line") },
	{ 0 },
};

static const struct argument import_arguments[] = {
	{ N_("IMPORT"), "import", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the import") },
	{ 0 },
};

const struct command import_commands[] = {
	LOCAL("import", "areas", import_file_arguments, run_import, N_("import areas and transaction points")),
	LOCAL("import", "groups", import_file_arguments, run_import, N_("import savings and credit groups")),
	LOCAL("import", "households", import_file_arguments, run_import, N_("import households")),
	LOCAL("import", "reviews", import_file_arguments, run_import_reviews,
	      N_("check a file of reviews and show what it would change")),
	LOCAL("import", "loans", import_file_arguments, run_import, N_("import loans")),
	SHOW("import", "status", "import.status", import_arguments, show_import, N_("how far an import is")),
	LOCAL("import", "apply", import_arguments, run_import_apply, N_("apply an import that was checked")),
	{ 0 },
};
