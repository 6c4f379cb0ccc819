/* What the files commands_*.c are written with: arguments that several commands take, and the three kinds of row. */
#ifndef VONVAY_CLIENT_COMMAND_ROWS_H
#define VONVAY_CLIENT_COMMAND_ROWS_H

#include "commands.h"
#include "language.h"
#include "run.h"
#include "show.h"

/* clang-format off */
#define AS_OF { "--as-of", "as_of", ARGUMENT_DATE, 0, NULL, N_("as it was after this day (default: the business date)") }
#define THE_LOAN { N_("LOAN"), "loan", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("contract number, 16 digits") }
#define THE_HOUSEHOLD                                                                                                \
	{ N_("HOUSEHOLD"), "household", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the household") }
#define THE_GROUP { N_("GROUP"), "group", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the group") }
#define LIMIT { "--limit", "limit", ARGUMENT_INTEGER, 0, NULL, N_("at most so many") }
/* clang-format on */

#define SHOW(word, sub, method, arguments, show, summary)                                                    \
	{                                                                                                    \
		word, sub, COMMAND_READ, method, arguments, NULL, show, summary                              \
	}
#define WRITE(word, sub, method, arguments, show, summary)                                                   \
	{                                                                                                    \
		word, sub, COMMAND_WRITE, method, arguments, NULL, show, summary                             \
	}
#define LOCAL(word, sub, arguments, run, summary)                                                            \
	{                                                                                                    \
		word, sub, COMMAND_LOCAL, NULL, arguments, run, NULL, summary                                \
	}

#endif
