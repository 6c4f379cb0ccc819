/* Commands of needs, registrations to escape poverty, plans, targets and of the work list. */
#include "command_rows.h"

#define KINDS "credit training job housing water sanitation health_insurance information"
#define METRICS                                                                                              \
	"poor_rate near_poor_rate poor_households near_poor_households escaped_households demand_served"

/* clang-format off */
#define IN_AREA { "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("only in this unit and those below it") }
#define AFTER { "--after", "after", ARGUMENT_ID, 0, NULL, N_("number that ends the page before") }
#define THE_NEED { N_("NEED"), "need", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the need") }
#define THE_YEAR { N_("YEAR"), "year", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL, N_("a year") }
#define ON_DAY { "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") }
/* clang-format on */

static const struct argument need_list_arguments[] = {
	AS_OF,
	IN_AREA,
	{ "--kind", "kind", ARGUMENT_WORD, 0, KINDS, N_("only needs of this kind") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--since", "since", ARGUMENT_DATE, 0, NULL, N_("only from this day on") },
	AFTER,
	LIMIT,
	{ 0 },
};

static const struct argument need_record_arguments[] = {
	THE_HOUSEHOLD,
	{ N_("KIND"), "kind", ARGUMENT_WORD, ARGUMENT_REQUIRED, KINDS, N_("what it needs") },
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("of credit: how much") },
	{ "--programme", "programme", ARGUMENT_TEXT, 0, NULL, N_("of credit: only of this programme") },
	ON_DAY,
	{ "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("what for") },
	{ 0 },
};

static const struct argument need_serve_arguments[] = {
	THE_NEED,
	{ "--by", "by", ARGUMENT_WORD, ARGUMENT_REQUIRED, "loan other", N_("by a loan or by something else") },
	{ "--reference", "reference", ARGUMENT_TEXT, 0, NULL, N_("contract number, or what served it") },
	ON_DAY,
	{ 0 },
};

static const struct argument need_withdraw_arguments[] = {
	THE_NEED,
	ON_DAY,
	{ "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("why") },
	{ 0 },
};

static const struct argument escape_list_arguments[] = {
	AS_OF,
	IN_AREA,
	{ "--year", "year", ARGUMENT_INTEGER, 0, NULL,
	  N_("registered for this year (default: that of the day)") },
	AFTER,
	LIMIT,
	{ 0 },
};

static const struct argument escape_write_arguments[] = { THE_HOUSEHOLD, THE_YEAR, ON_DAY, { 0 } };

static const struct argument plan_list_arguments[] = {
	AS_OF,
	IN_AREA,
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("number of the household") },
	{ "--unit", "unit", ARGUMENT_TEXT, 0, NULL, N_("words of the name of who helps") },
	AFTER,
	LIMIT,
	{ 0 },
};

static const struct argument plan_assign_arguments[] = {
	THE_HOUSEHOLD,
	{ "--unit", "unit", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("who helps the household") },
	{ "--plan", "plan", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("what they do together") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day (default: the business date)") },
	{ "--until", "until", ARGUMENT_DATE, 0, NULL, N_("last day (default: open)") },
	{ 0 },
};

static const struct argument target_register_arguments[] = {
	{ N_("COMMUNE"), "commune", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the commune") },
	THE_YEAR,
	{ N_("METRIC"), "metric", ARGUMENT_WORD, ARGUMENT_REQUIRED, METRICS, N_("what is counted") },
	{ N_("VALUE"), "value", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("households, or percent: 12.01") },
	ON_DAY,
	{ 0 },
};

static const struct argument work_list_arguments[] = {
	AS_OF,
	{ "--kind", "kind", ARGUMENT_TEXT, 0, NULL, N_("only work of this kind") },
	{ "--organisation", "organisation", ARGUMENT_WORD, 0, "farmers women veterans youth",
	  N_("only of groups of this organisation") },
	IN_AREA,
	{ "--skip", "skip", ARGUMENT_INTEGER, 0, NULL, N_("rows of the pages before") },
	LIMIT,
	{ 0 },
};

static const struct argument work_done_arguments[] = {
	{ N_("KIND"), "kind", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("kind of work") },
	{ N_("NUMBER"), "subject_id", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number, as the list names it") },
	{ 0 },
};

const struct command need_commands[] = {
	SHOW("need", "list", "need.list", need_list_arguments, show_needs, N_("needs that are not met")),
	WRITE("need", "record", "need.record", need_record_arguments, show_need_write,
	      N_("record what a household needs")),
	WRITE("need", "serve", "need.serve", need_serve_arguments, show_need_write,
	      N_("record that a need was served")),
	WRITE("need", "withdraw", "need.withdraw", need_withdraw_arguments, show_need_write,
	      N_("take a need back")),
	SHOW("escape", "list", "escape.list", escape_list_arguments, show_escapes,
	     N_("households registered to escape poverty")),
	WRITE("escape", "register", "escape.register", escape_write_arguments, show_escape_write,
	      N_("register a household to escape poverty by the end of a year")),
	WRITE("escape", "withdraw", "escape.withdraw", escape_write_arguments, show_escape_write,
	      N_("take a registration back")),
	SHOW("plan", "list", "plan.list", plan_list_arguments, show_plans,
	     N_("which unit helps which household")),
	WRITE("plan", "assign", "plan.assign", plan_assign_arguments, show_plan_write,
	      N_("say who helps a household, and how")),
	WRITE("target", "register", "target.register", target_register_arguments, show_target_write,
	      N_("register what a commune means to reach in a year")),
	SHOW("work", "list", "work.list", work_list_arguments, show_work, N_("what waits for somebody")),
	WRITE("work", "done", "work.done", work_done_arguments, show_work_done,
	      N_("mark a row of the work list as seen")),
	{ 0 },
};
