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
#define A_STUDY                                                                                                      \
	{ "--student", "student", ARGUMENT_INTEGER, 0, NULL, N_("student loans: number of the member who studies") },     \
	{ "--school", "school", ARGUMENT_TEXT, 0, NULL, N_("student loans: the school") },                           \
	{ "--course", "course_months", ARGUMENT_INTEGER, 0, NULL, N_("student loans: months of the whole course") },    \
	{ "--study", "study_months", ARGUMENT_INTEGER, 0, NULL,                                                      \
	  N_("student loans: months from the first drawdown to the end of the course") },                            \
	{ "--medicine", "medicine", ARGUMENT_FLAG, 0, NULL, N_("student loans: repaid in twice the drawdown period") }
#define A_LOAN_KIND                                                                                                  \
	{ "--term", "term_months", ARGUMENT_INTEGER, 0, NULL, N_("term in months") },                                \
	{ "--instalment", "instalment_months", ARGUMENT_INTEGER, 0, NULL, N_("months between principal instalments") },   \
	{ "--purpose", "purpose", ARGUMENT_TEXT, 0, NULL, N_("purpose, where the programme has caps by purpose") },    \
	{ "--units", "units", ARGUMENT_INTEGER, 0, NULL, N_("types of works, where the cap is counted by them") },     \
	{ "--priority", "priority", ARGUMENT_FLAG, 0, NULL,                                                          \
	  N_("declared priority, where the data of the household can't know it") },                                  \
	{ "--fund", "fund", ARGUMENT_INTEGER, 0, NULL, N_("number of the fund: 1 central, 2 local, others by fund list") }
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
