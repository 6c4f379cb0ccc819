/* Commands of what is watched: inactive loans, what falls due, freezes, checks, notices, signs. */
#include "command_rows.h"

/* clang-format off */
#define COMING_MONTH { "--month", "month", ARGUMENT_TEXT, 0, N_("YYYY-MM"), N_("the month (default: the next one)") }
/* clang-format on */
#define LOANS_OF                                                                                             \
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },                             \
		{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("code of the transaction point") },         \
	{                                                                                                    \
		"--organisation", "organisation", ARGUMENT_WORD, 0, "farmers women veterans youth direct",   \
			N_("only of this organisation")                                                      \
	}

static const struct argument watch_inactive_arguments[] = {
	{ "--by", "definition", ARGUMENT_WORD, 0, "dates interest",
	  N_("by the last transaction (default) or by unpaid interest") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") },
	LOANS_OF,
	{ 0 },
};

static const struct argument watch_due_arguments[] = { COMING_MONTH, LOANS_OF, { 0 } };

static const struct argument watch_frozen_arguments[] = {
	{ "--months", "months", ARGUMENT_INTEGER, 0, NULL, N_("ending within so many months (default: 6)") },
	LOANS_OF,
	{ 0 },
};

static const struct argument watch_signs_arguments[] = {
	{ "--sign", "sign", ARGUMENT_WORD, 0,
	  "shared_telephone shared_address duplicate_citizen duplicate_person cash_difference late_posting reversals over_cap "
	  "registered_elsewhere",
	  N_("only this sign") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day of the period") },
	{ "--to", "to", ARGUMENT_DATE, 0, NULL, N_("last day (default: the business date)") },
	{ 0 },
};

static const struct argument check_record_arguments[] = {
	{ "--loan", "loan", ARGUMENT_ID, 0, NULL, N_("contract number, 16 digits") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL, N_("number of the group") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") },
	{ "--by", "by", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("who looked") },
	{ "--result", "result", ARGUMENT_WORD, ARGUMENT_REQUIRED,
	  "as_agreed misused not_used lost borrower_gone faults", N_("what was found") },
	{ "--amount", "amount", ARGUMENT_MONEY, 0, NULL, N_("what was misused or lost") },
	{ "--number", "number", ARGUMENT_TEXT, 0, NULL, N_("number of the form (default: the next one)") },
	{ "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("what else there is to say") },
	{ 0 },
};

static const struct argument check_list_arguments[] = {
	{ "--rule", "rule", ARGUMENT_WORD, 0, "new_loan inactive each_group earlier",
	  N_("only what this rule asks for") },
	LOANS_OF,
	{ 0 },
};

static const struct argument notice_give_arguments[] = {
	{ N_("MONTH"), "month", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("YYYY-MM") },
	{ N_("LOANS"), "loans", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL,
	  N_("contract numbers, commas between") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("the day (default: the business date)") },
	{ "--to", "to", ARGUMENT_TEXT, 0, NULL, N_("who took it") },
	{ 0 },
};

static const struct argument notice_list_arguments[] = {
	COMING_MONTH,
	LOANS_OF,
	{ "--state", "state", ARGUMENT_WORD, 0, "open late done done_late", N_("only notices of this state") },
	{ 0 },
};

const struct command watch_commands[] = {
	SHOW("watch", "inactive", "watch.inactive", watch_inactive_arguments, show_watch_inactive,
	     N_("loans inactive for three months")),
	SHOW("watch", "due", "watch.due", watch_due_arguments, show_watch_due,
	     N_("what falls due in a month, in three frames")),
	SHOW("watch", "frozen", "watch.frozen", watch_frozen_arguments, show_watch_frozen,
	     N_("freezes that end soon")),
	SHOW("watch", "signs", "watch.signs", watch_signs_arguments, show_watch_signs,
	     N_("signs of wrongdoing, with the rows behind them")),
	SHOW("check", "list", "check.list", check_list_arguments, show_check_list,
	     N_("what has to be checked this year, and what is missing")),
	WRITE("check", "record", "check.record", check_record_arguments, show_check_recorded,
	      N_("record the check of a loan or a group")),
	SHOW("notice", "list", "notice.list", notice_list_arguments, show_notice_list,
	     N_("notices of what falls due: given, missing, late")),
	WRITE("notice", "give", "notice.give", notice_give_arguments, show_notices_given,
	      N_("record that borrowers were told what falls due")),
	{ 0 },
};
