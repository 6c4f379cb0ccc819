/* Commands of savings and credit groups. */
#include "command_rows.h"

static const struct argument group_show_arguments[] = { THE_GROUP, AS_OF, { 0 } };

static const struct argument group_sheet_arguments[] = {
	THE_GROUP,
	{ "--on", "session_on", ARGUMENT_DATE, 0, NULL, N_("day of the session (default: the next one)") },
	{ 0 },
};

static const struct argument group_history_arguments[] = { THE_GROUP, { 0 } };

static const struct argument group_form_arguments[] = {
	THE_GROUP,
	{ "--name", "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the group") },
	{ "--organisation", "organisation", ARGUMENT_WORD, ARGUMENT_REQUIRED, "farmers women veterans youth",
	  N_("the mass organisation that looks after it") },
	{ "--area", "area", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the commune") },
	{ "--hamlet", "hamlet", ARGUMENT_TEXT, 0, NULL, N_("hamlet") },
	{ "--point", "point", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the transaction point") },
	{ "--leader", "leader", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the leader") },
	{ "--leader-household", "leader_household", ARGUMENT_ID, 0, NULL, N_("household of the leader") },
	{ "--households", "households", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL,
	  N_("the founding households, commas between") },
	{ "--on", "formed_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number of the commune's approval") },
	{ 0 },
};

static const struct argument group_lead_arguments[] = {
	THE_GROUP,
	{ "--leader", "leader", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the leader") },
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("household of the leader") },
	{ "--on", "from_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

static const struct argument group_join_arguments[] = {
	THE_GROUP,
	THE_HOUSEHOLD,
	{ "--on", "joined_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ 0 },
};

static const struct argument group_leave_arguments[] = {
	THE_GROUP,
	THE_HOUSEHOLD,
	{ "--on", "left_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

static const struct argument group_dissolve_arguments[] = {
	THE_GROUP,
	{ "--on", "dissolved_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number of the commune's approval") },
	{ 0 },
};

#define MONTH                                                                                                \
	{                                                                                                    \
		"--month", "month", ARGUMENT_TEXT, 0, N_("YYYY-MM"),                                         \
			N_("the month (default: that of the business date)")                                 \
	}
#define PLACE                                                                                                \
	{ "--organisation",                                                                                  \
	  "organisation",                                                                                    \
	  ARGUMENT_WORD,                                                                                     \
	  0,                                                                                                 \
	  "farmers women veterans youth direct",                                                             \
	  N_("only of this organisation") },                                                                 \
		{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("code of the transaction point") },         \
	{                                                                                                    \
		"--commune", "commune", ARGUMENT_TEXT, 0, NULL, N_("code of the commune")                    \
	}

static const struct argument group_score_arguments[] = { THE_GROUP, MONTH, { 0 } };

static const struct argument group_scores_arguments[] = {
	MONTH,
	PLACE,
	{ "--below", "below", ARGUMENT_WORD, 0,
	  "overdue interest attendance principal_due deposit_growth depositing",
	  N_("only groups below full marks in this criterion") },
	{ 0 },
};

static const struct argument group_commission_arguments[] = { MONTH, PLACE, { 0 } };

static const struct argument group_move_arguments[] = {
	THE_GROUP,
	{ "--to", "to_group", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the group they go to") },
	{ "--households", "households", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL,
	  N_("who goes, commas between") },
	{ "--on", "moved_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why") },
	{ 0 },
};

static const struct argument group_merge_arguments[] = {
	THE_GROUP,
	{ "--to", "to_group", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the group they go to") },
	{ "--on", "merged_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number of the commune's approval") },
	{ 0 },
};

static const struct argument group_split_arguments[] = {
	THE_GROUP,
	{ "--new-group", "new_group", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the new group") },
	{ "--name", "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the group") },
	{ "--organisation", "organisation", ARGUMENT_WORD, ARGUMENT_REQUIRED, "farmers women veterans youth",
	  N_("the mass organisation that looks after it") },
	{ "--area", "area", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the commune") },
	{ "--hamlet", "hamlet", ARGUMENT_TEXT, 0, NULL, N_("hamlet") },
	{ "--point", "point", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the transaction point") },
	{ "--leader", "leader", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the leader") },
	{ "--leader-household", "leader_household", ARGUMENT_ID, 0, NULL, N_("household of the leader") },
	{ "--households", "households", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL,
	  N_("who goes, commas between") },
	{ "--on", "split_on", ARGUMENT_DATE, 0, NULL, N_("from this day (default: the business date)") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number of the commune's approval") },
	{ 0 },
};

const struct command group_commands[] = {
	SHOW("group", "show", "status.group", group_show_arguments, show_group,
	     N_("one savings and credit group")),
	SHOW("group", "sheet", "group.sheet", group_sheet_arguments, show_sheet,
	     N_("what its members owe at a session")),
	SHOW("group", "score", "group.score", group_score_arguments, show_group_score,
	     N_("score and rank of a group in a month")),
	SHOW("group", "scores", "group.scores", group_scores_arguments, show_group_scores,
	     N_("scores and ranks of groups, the best first")),
	SHOW("group", "commission", "group.commission", group_commission_arguments, show_group_commission,
	     N_("commissions of group leaders for a month")),
	SHOW("group", "history", "group.history", group_history_arguments, show_group_history,
	     N_("its leaders, events and members from the beginning")),
	WRITE("group", "form", "group.form", group_form_arguments, show_group_formed,
	      N_("form a group of founding households")),
	WRITE("group", "lead", "group.lead", group_lead_arguments, show_group_led, N_("change the leader")),
	WRITE("group", "join", "group.join", group_join_arguments, show_group_joined,
	      N_("make a household a member")),
	WRITE("group", "leave", "group.leave", group_leave_arguments, show_group_left,
	      N_("end the membership of a household")),
	WRITE("group", "move", "group.move", group_move_arguments, show_group_moved,
	      N_("move households with their loans to another group")),
	WRITE("group", "merge", "group.merge", group_merge_arguments, show_group_moved,
	      N_("merge a group into another one")),
	WRITE("group", "split", "group.split", group_split_arguments, show_group_moved,
	      N_("form a group of members of another one")),
	WRITE("group", "dissolve", "group.dissolve", group_dissolve_arguments, show_group_dissolved,
	      N_("dissolve a group without members and loans")),
	{ 0 },
};
