/* Commands of changes of reference data, of rates and of reliefs. */
#include "command_rows.h"

/* clang-format off */
#define THE_CHANGE { N_("CHANGE"), "change", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the change") }
#define THE_REASON { "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why, in a sentence") }
#define THE_DECISION { "--decision", "decision", ARGUMENT_TEXT, 0, NULL, N_("number and day of the decision it rests on") }
#define THE_NOTE { "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("what the one who decides says to it") }
#define THE_HOLIDAY                                                                                                  \
	{ "--holiday-from", "holiday_from", ARGUMENT_DATE, 0, NULL, N_("first day on which no interest is asked for") },  \
	{ "--holiday-until", "holiday_until", ARGUMENT_DATE, 0, NULL, N_("first day on which it is asked for again") },   \
	{ "--lines", "lines", ARGUMENT_TEXTS, 0, NULL, N_("the rate lines it concerns (default: all)") }
#define CHANGE_KIND_WORDS                                                                                            \
	"rate rate_correction limit instalment_period policy holiday session_day session_change area_new area_end "         \
	"area_difficulty programme relief"
/* clang-format on */

static const struct argument propose_arguments[] = {
	{ N_("CHANGE_KIND"), "kind", ARGUMENT_WORD, ARGUMENT_REQUIRED, CHANGE_KIND_WORDS,
	  N_("what is changed") },
	THE_REASON,
	THE_DECISION,
	{ "--line", "line", ARGUMENT_TEXT, 0, NULL, N_("rate line (vonvay rate list)") },
	{ "--rate", "rate", ARGUMENT_RATE, 0, NULL, N_("percent a year") },
	{ "--row", "rows", ARGUMENT_LINE_RATES, 0, NULL,
	  N_("several lines at once, in place of line and rate") },
	{ "--applies-to", "applies_to", ARGUMENT_WORD, 0, "all_balances new_loans",
	  N_("all balances of the line (default), or new contracts only") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day") },
	{ "--until", "until", ARGUMENT_DATE, 0, NULL,
	  N_("last day; of a relief: first day at the full rate again") },
	{ "--programme", "programme", ARGUMENT_TEXT, 0, NULL, N_("code of the programme") },
	{ "--purpose", "purpose", ARGUMENT_TEXT, 0, NULL, N_("where the programme has several") },
	{ "--cap", "cap", ARGUMENT_MONEY, 0, NULL, N_("the most that is lent") },
	{ "--cap-basis", "cap_basis", ARGUMENT_WORD, 0,
	  "household borrower worker month_of_study type_of_works_of_two contract_cost",
	  N_("what the cap is counted by") },
	{ "--max-term", "max_term_months", ARGUMENT_INTEGER, 0, NULL, N_("longest term in months") },
	{ "--principal-grace", "principal_grace_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("months without principal") },
	{ "--interest-grace", "interest_grace_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("months without interest") },
	{ "--term-from", "term_from", ARGUMENT_INTEGER, 0, NULL, N_("shortest term in months") },
	{ "--term-to", "term_to", ARGUMENT_INTEGER, 0, NULL, N_("longest term in months") },
	{ "--instalment", "instalment_months", ARGUMENT_INTEGER, 0, NULL,
	  N_("at most so many months between principal instalments") },
	{ "--name", "name", ARGUMENT_TEXT, 0, NULL, N_("name of the policy, holiday, unit or relief") },
	{ "--value", "value", ARGUMENT_TEXT, 0, NULL, N_("value of the policy") },
	{ "--entrusted", "entrusted", ARGUMENT_WORD, 0, "yes no",
	  N_("only for loans through an organisation, or only for direct ones") },
	{ "--day", "day", ARGUMENT_DATE, 0, NULL, N_("day of the holiday") },
	{ "--cancelled", "cancelled", ARGUMENT_FLAG, 0, NULL,
	  N_("the session is not held; the day is no holiday after all") },
	{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("code of the transaction point") },
	{ "--session-day", "session_day", ARGUMENT_INTEGER, 0, NULL,
	  N_("day of the month on which the point has its session") },
	{ "--month", "month", ARGUMENT_DATE, 0, NULL, N_("any day of the month whose session it is") },
	{ "--held-on", "held_on", ARGUMENT_DATE, 0, NULL, N_("day on which the session is held") },
	{ "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("code of the administrative unit") },
	{ "--areas", "areas", ARGUMENT_TEXTS, 0, NULL, N_("codes of the units that end") },
	{ "--successor", "successor", ARGUMENT_TEXT, 0, NULL, N_("code of the unit in their place") },
	{ "--parent", "parent", ARGUMENT_TEXT, 0, NULL, N_("code of the unit above") },
	{ "--area-kind", "area_kind", ARGUMENT_WORD, 0, "commune town hamlet",
	  N_("kind of the unit (default: commune)") },
	{ "--urban", "urban", ARGUMENT_FLAG, 0, NULL, N_("the unit is urban (default: rural)") },
	{ "--difficulty", "difficulty", ARGUMENT_INTEGER, 0, NULL,
	  N_("0 none, 1 difficult, 2 extremely difficult") },
	{ "--rate-delta", "rate_delta", ARGUMENT_RATE, 0, NULL, N_("points taken off the rate") },
	THE_HOLIDAY,
	{ 0 },
};

static const struct argument change_arguments[] = { THE_CHANGE, { 0 } };
static const struct argument decide_arguments[] = { THE_CHANGE, THE_NOTE, { 0 } };

static const struct argument list_arguments[] = {
	{ "--state", "state", ARGUMENT_WORD, 0, "proposed applying applied failed rejected withdrawn",
	  N_("only those that stand so") },
	{ "--kind", "kind", ARGUMENT_WORD, 0, CHANGE_KIND_WORDS, N_("only those of a kind") },
	LIMIT,
	{ 0 },
};

const struct command change_commands[] = {
	WRITE("change", "propose", "change.propose", propose_arguments, show_change,
	      N_("propose a change of reference data")),
	SHOW("change", "preview", "change.preview", change_arguments, show_change_preview,
	     N_("what a change would do")),
	WRITE("change", "approve", "change.approve", decide_arguments, show_change,
	      N_("approve what another person proposed")),
	WRITE("change", "reject", "change.reject", decide_arguments, show_change,
	      N_("reject what another person proposed")),
	WRITE("change", "withdraw", "change.withdraw", change_arguments, show_change,
	      N_("take back what one has proposed")),
	SHOW("change", "list", "change.list", list_arguments, show_changes, N_("changes of reference data")),
	SHOW("change", "show", "change.show", change_arguments, show_change, N_("one change")),
	{ 0 },
};

static const struct argument rate_correct_arguments[] = {
	{ N_("LINE"), "line", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("rate line (vonvay rate list)") },
	{ "--from", "from", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("first day of the rate") },
	{ "--rate", "rate", ARGUMENT_RATE, ARGUMENT_REQUIRED, NULL,
	  N_("percent a year, as it should have been") },
	THE_REASON,
	THE_DECISION,
	{ 0 },
};

static const struct argument rate_list_arguments[] = {
	{ "--programme", "programme", ARGUMENT_TEXT, 0, NULL, N_("only the lines of a programme") },
	{ "--line", "line", ARGUMENT_TEXT, 0, NULL, N_("only this line") },
	{ 0 },
};

const struct command rate_commands[] = {
	SHOW("rate", "list", "rate.list", rate_list_arguments, show_rates, N_("rate lines and their rates")),
	WRITE("rate", "correct", "rate.correct", rate_correct_arguments, show_change,
	      N_("propose the correction of a rate already in force")),
	{ 0 },
};

static const struct argument relief_arguments[] = {
	{ N_("NAME"), "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the relief") },
	{ "--rate-delta", "rate_delta", ARGUMENT_RATE, ARGUMENT_REQUIRED, NULL,
	  N_("points taken off the rate") },
	{ "--from", "from", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("first day of the reduced rate") },
	{ "--until", "until", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("first day of the full rate again") },
	THE_REASON,
	THE_DECISION,
	THE_HOLIDAY,
	{ 0 },
};

const struct command relief_commands[] = {
	WRITE("relief", "define", "relief.define", relief_arguments, show_change,
	      N_("propose a reduced rate and a collection holiday")),
	SHOW("relief", "list", "relief.list", NULL, show_reliefs, N_("reliefs that are defined")),
	{ 0 },
};
