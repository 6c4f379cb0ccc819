/* Commands of the staff. */
#include "command_rows.h"

/* clang-format off */
#define THE_STAFF { N_("STAFF"), "staff", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name somebody signs in with") }
#define THE_STAFF_CHANGE { N_("CHANGE"), "change", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the change of staff") }
#define THE_STAFF_REASON { "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("why, in a sentence") }
#define THE_STAFF_NOTE { "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("what the one who decides says to it") }
#define A_ROLE                                                                                                       \
	{ N_("ROLE"), "role", ARGUMENT_WORD, ARGUMENT_REQUIRED,                                                           \
	  "clerk officer organisation_officer administrator director inspector", N_("what they may do") },                \
	{ "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("sees only this unit with all below it") },                        \
	{ "--organisation", "organisation", ARGUMENT_TEXT, 0, NULL, N_("sees only the groups of this organisation") },    \
	{ "--point", "point", ARGUMENT_TEXT, 0, NULL, N_("sees only the groups of this transaction point") },             \
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day (default: the day of the approval)") }
/* clang-format on */

static const struct argument list_arguments[] = {
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the wall clock (default: today)") },
	{ "--all", "all", ARGUMENT_FLAG, 0, NULL, N_("also who is not there on that day") },
	{ 0 },
};

static const struct argument show_arguments[] = { THE_STAFF, { 0 } };

static const struct argument create_arguments[] = {
	{ N_("NAME"), "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("name they will sign in with, also in their certificates") },
	A_ROLE,
	{ "--full-name", "full_name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("first and last name") },
	{ "--uid", "uid", ARGUMENT_INTEGER, 0, NULL, N_("their user on the machine of the daemon") },
	THE_STAFF_REASON,
	{ 0 },
};

static const struct argument role_arguments[] = { THE_STAFF, A_ROLE, THE_STAFF_REASON, { 0 } };

static const struct argument end_arguments[] = {
	THE_STAFF,
	{ "--until", "until", ARGUMENT_DATE, 0, NULL,
	  N_("first day they are no longer there (default: the day of the approval)") },
	THE_STAFF_REASON,
	{ 0 },
};

static const struct argument hand_over_arguments[] = {
	THE_STAFF,
	{ N_("TO"), "to", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of who goes on with it") },
	THE_STAFF_REASON,
	{ 0 },
};

static const struct argument reset_arguments[] = { THE_STAFF, THE_STAFF_REASON, { 0 } };
static const struct argument decide_arguments[] = { THE_STAFF_CHANGE, THE_STAFF_NOTE, { 0 } };
static const struct argument withdraw_arguments[] = { THE_STAFF_CHANGE, { 0 } };

static const struct argument changes_arguments[] = {
	{ "--state", "state", ARGUMENT_WORD, 0, "proposed applied rejected withdrawn",
	  N_("only those that stand so") },
	LIMIT,
	{ 0 },
};

const struct command staff_commands[] = {
	SHOW("staff", "list", "staff.list", list_arguments, show_staff_list,
	     N_("who may do what, and see what")),
	SHOW("staff", "show", "staff.show", show_arguments, show_staff,
	     N_("one member of staff: roles, open work, changes")),
	WRITE("staff", "create", "staff.create", create_arguments, show_staff_change,
	      N_("propose a new member of staff")),
	WRITE("staff", "role", "staff.role", role_arguments, show_staff_change,
	      N_("propose another role or scope from a day on")),
	WRITE("staff", "end", "staff.end", end_arguments, show_staff_change,
	      N_("propose that somebody ends on a day")),
	WRITE("staff", "hand-over", "staff.hand_over", hand_over_arguments, show_staff_change,
	      N_("propose that the open work of one goes to another")),
	WRITE("staff", "reset-certificates", "staff.reset_certificates", reset_arguments, show_staff_change,
	      N_("propose that the certificates somebody has count no more")),
	SHOW("staff", "changes", "staff.changes", changes_arguments, show_staff_changes,
	     N_("changes of staff: waiting, applied, rejected")),
	WRITE("staff", "approve", "staff.approve", decide_arguments, show_staff_change,
	      N_("approve what another administrator proposed")),
	WRITE("staff", "reject", "staff.reject", decide_arguments, show_staff_change,
	      N_("reject what another administrator proposed")),
	WRITE("staff", "withdraw", "staff.withdraw", withdraw_arguments, show_staff_change,
	      N_("take back what one has proposed")),
	{ 0 },
};
