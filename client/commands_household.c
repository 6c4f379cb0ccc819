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

static const struct argument household_personal_arguments[] = {
	THE_HOUSEHOLD,
	{ "--member", "member", ARGUMENT_INTEGER, 0, NULL, N_("only this member") },
	{ "--reason", "reason", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("why they have to be seen in full; recorded with your name") },
	{ 0 },
};

static const struct argument household_looks_arguments[] = {
	{ "--household", "household", ARGUMENT_ID, 0, NULL, N_("who looked at this household") },
	{ "--staff", "staff", ARGUMENT_TEXT, 0, NULL, N_("what this member of staff looked at") },
	{ "--from", "from", ARGUMENT_DATE, 0, NULL, N_("first day (default: 30 days ago)") },
	{ "--to", "to", ARGUMENT_DATE, 0, NULL, N_("last day (default: today)") },
	LIMIT,
	{ 0 },
};

#define CLASSES "poor near_poor newly_escaped average none"
#define ATTRIBUTES                                                                                           \
	"ethnic_minority lacks_works approved_list flood_zone worker trader released student sudden_hardship disabled"
#define INDICATORS                                                                                           \
	"employment dependents nutrition insurance adult_level child_attendance quality area water latrine " \
	"telecom_use media_means"

#define CHANGES                                                                                              \
	"unchanged stays_poor stays_near_poor poor_to_near_poor near_poor_to_poor escapes falls_back "       \
	"falls_back_near_poor newly_poor newly_near_poor"

/* clang-format off */
#define FROM_ON { "--from", "from_on", ARGUMENT_DATE, 0, NULL, N_("first day (default: the business date)") }
#define REPLACES { "--replaces", "replaces", ARGUMENT_DATE, 0, NULL, N_("first day of the wrong row that this one replaces") }
#define PERSONAL \
	{ "--citizen-id", "citizen_id", ARGUMENT_TEXT, 0, NULL, N_("citizen id, 9 or 12 digits; kept sealed") }, \
	{ "--telephone", "telephone", ARGUMENT_TEXT, 0, NULL, N_("telephone; kept sealed") }, \
	{ "--address", "address", ARGUMENT_TEXT, 0, NULL, N_("address; kept sealed") }
/* clang-format on */

static const struct argument household_register_arguments[] = {
	THE_HOUSEHOLD,
	{ "--name", "name", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("name of the head, member 1") },
	{ "--sex", "sex", ARGUMENT_WORD, ARGUMENT_REQUIRED, "female male", N_("sex of the head") },
	{ "--born-on", "born_on", ARGUMENT_DATE, ARGUMENT_REQUIRED, NULL, N_("day of birth of the head") },
	{ "--area", "area", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the commune where it lives") },
	{ "--hamlet", "hamlet", ARGUMENT_TEXT, 0, NULL, N_("hamlet") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the registration (default: the business date)") },
	{ "--ethnic", "ethnic", ARGUMENT_TEXT, 0, NULL, N_("ethnic group") },
	PERSONAL,
	{ "--attributes", "attributes", ARGUMENT_WORDS, 0, ATTRIBUTES, N_("what holds of the household") },
	{ "--class", "class", ARGUMENT_WORD, 0, CLASSES, N_("its class from that day on") },
	{ "--decision", "decision", ARGUMENT_TEXT, 0, NULL, N_("number of the decision the class rests on") },
	{ 0 },
};

static const struct argument household_member_arguments[] = {
	THE_HOUSEHOLD,
	{ "--member", "member", ARGUMENT_INTEGER, 0, NULL,
	  N_("number of the member to change; without it a new member") },
	{ "--name", "name", ARGUMENT_TEXT, 0, NULL, N_("name") },
	{ "--sex", "sex", ARGUMENT_WORD, 0, "female male", N_("sex") },
	{ "--born-on", "born_on", ARGUMENT_DATE, 0, NULL, N_("day of birth") },
	{ "--relation", "relation", ARGUMENT_TEXT, 0, NULL, N_("relation to the head") },
	{ "--ethnic", "ethnic", ARGUMENT_TEXT, 0, NULL, N_("ethnic group") },
	PERSONAL,
	{ "--from", "from_on", ARGUMENT_DATE, 0, NULL,
	  N_("first day as a member (default for a new one: the business date)") },
	{ "--until", "until_on", ARGUMENT_DATE, 0, NULL, N_("the member leaves: first day no longer there") },
	{ 0 },
};

static const struct argument household_represent_arguments[] = {
	THE_HOUSEHOLD,
	{ "--member", "member", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL,
	  N_("number of the member who signs, 18 or more") },
	FROM_ON,
	{ 0 },
};

static const struct argument household_move_arguments[] = {
	THE_HOUSEHOLD,
	{ "--area", "area", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL, N_("code of the commune where it lives") },
	{ "--hamlet", "hamlet", ARGUMENT_TEXT, 0, NULL, N_("hamlet") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL,
	  N_("group it joins there, instead of the one it is in; its open loans go along") },
	{ "--take-loans", "take_loans", ARGUMENT_FLAG, 0, NULL,
	  N_("its open loans go along: to the group, without one to the point of the commune") },
	FROM_ON,
	REPLACES,
	{ 0 },
};

static const struct argument household_class_arguments[] = {
	THE_HOUSEHOLD,
	{ "--class", "class", ARGUMENT_WORD, ARGUMENT_REQUIRED, CLASSES, N_("the class") },
	{ "--decision", "decision", ARGUMENT_TEXT, ARGUMENT_REQUIRED, NULL,
	  N_("number of the decision the class rests on") },
	FROM_ON,
	REPLACES,
	{ 0 },
};

static const struct argument household_attribute_arguments[] = {
	THE_HOUSEHOLD,
	{ "--add", "add", ARGUMENT_WORDS, 0, ATTRIBUTES, N_("what holds from the day on") },
	{ "--remove", "remove", ARGUMENT_WORDS, 0, ATTRIBUTES, N_("what holds no more from the day on") },
	FROM_ON,
	{ 0 },
};

static const struct argument household_survey_arguments[] = {
	THE_HOUSEHOLD,
	{ "--income", "income", ARGUMENT_MONEY, ARGUMENT_REQUIRED, NULL,
	  N_("income a person and month, VND") },
	{ "--lacking", "lacking", ARGUMENT_WORDS, 0, INDICATORS, N_("indicators the household lacks") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the survey (default: the business date)") },
	{ 0 },
};

static const struct argument household_split_arguments[] = {
	THE_HOUSEHOLD,
	{ "--into", "into", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the new household") },
	{ "--members", "members", ARGUMENT_IDS, ARGUMENT_REQUIRED, NULL, N_("numbers of the members who go") },
	{ "--representative", "representative", ARGUMENT_INTEGER, 0, NULL,
	  N_("which of them signs for it (default: the oldest)") },
	{ "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("commune where it lives (default: the same)") },
	{ "--hamlet", "hamlet", ARGUMENT_TEXT, 0, NULL, N_("hamlet") },
	{ "--loans", "loans", ARGUMENT_IDS, 0, NULL,
	  N_("open loans that go along, or none (default: those that somebody who goes has signed)") },
	{ "--group", "group", ARGUMENT_ID, 0, NULL,
	  N_("group it joins (default: with loans of a group the one it comes from)") },
	FROM_ON,
	{ 0 },
};

static const struct argument household_merge_arguments[] = {
	THE_HOUSEHOLD,
	{ "--other", "other", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL,
	  N_("household that joins it and is no more") },
	FROM_ON,
	{ 0 },
};

static const struct argument household_leave_arguments[] = {
	THE_HOUSEHOLD,
	{ "--from", "from_on", ARGUMENT_DATE, 0, NULL,
	  N_("first day no longer there (default: the business date)") },
	{ 0 },
};

static const struct argument household_death_arguments[] = {
	THE_HOUSEHOLD,
	{ "--member", "member", ARGUMENT_INTEGER, ARGUMENT_REQUIRED, NULL,
	  N_("number of the member who died") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the death (default: the business date)") },
	{ "--heir", "heir", ARGUMENT_INTEGER, 0, NULL,
	  N_("who signs for the household from then on (default: the oldest adult)") },
	{ 0 },
};

static const struct argument household_review_arguments[] = {
	THE_HOUSEHOLD,
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the request (default: the business date)") },
	{ "--note", "note", ARGUMENT_TEXT, 0, NULL, N_("why it asks") },
	{ 0 },
};

static const struct argument review_close_arguments[] = {
	THE_HOUSEHOLD,
	{ "--class", "class", ARGUMENT_WORD, ARGUMENT_REQUIRED, CLASSES, N_("the class found") },
	{ "--decision", "decision", ARGUMENT_TEXT, 0, NULL,
	  N_("number of the decision; without it the class stays") },
	{ "--on", "on", ARGUMENT_DATE, 0, NULL, N_("day of the result (default: the business date)") },
	{ "--income", "income", ARGUMENT_MONEY, 0, NULL, N_("income a person and month, VND") },
	{ "--lacking", "lacking", ARGUMENT_WORDS, 0, INDICATORS, N_("indicators the household lacks") },
	{ 0 },
};

static const struct argument review_list_arguments[] = {
	{ "--state", "state", ARGUMENT_WORD, 0, "open late closed all", N_("which ones (default: open)") },
	{ "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("only of this unit") },
	{ "--after", "after", ARGUMENT_ID, 0, NULL, N_("go on after this number") },
	LIMIT,
	{ 0 },
};

static const struct argument review_preview_arguments[] = {
	{ N_("IMPORT"), "import", ARGUMENT_ID, ARGUMENT_REQUIRED, NULL, N_("number of the import") },
	{ "--area", "area", ARGUMENT_TEXT, 0, NULL, N_("list households of this commune") },
	{ "--change", "change", ARGUMENT_WORD, 0, CHANGES, N_("list households with this change") },
	{ "--after", "after", ARGUMENT_ID, 0, NULL, N_("go on after this number") },
	LIMIT,
	{ 0 },
};

const struct command household_commands[] = {
	SHOW("household", "show", "status.household", household_show_arguments, show_household,
	     N_("one household")),
	SHOW("household", "find", "household.find", household_find_arguments, show_households_found,
	     N_("search for households")),
	SHOW("household", "personal", "household.personal", household_personal_arguments, show_household_personal,
	     N_("citizen ids, telephones and addresses in full, for a reason")),
	SHOW("household", "looks", "household.looks", household_looks_arguments, show_household_looks,
	     N_("who looked at which household")),
	WRITE("household", "register", "household.register", household_register_arguments,
	      show_household_changed, N_("register a household")),
	WRITE("household", "member", "household.member", household_member_arguments, show_household_changed,
	      N_("add, change or end a member")),
	WRITE("household", "represent", "household.represent", household_represent_arguments,
	      show_household_changed, N_("who signs for a household")),
	WRITE("household", "move", "household.move", household_move_arguments, show_household_changed,
	      N_("where a household lives from a day on")),
	WRITE("household", "class", "household.class", household_class_arguments, show_household_changed,
	      N_("class of a household by a decision")),
	WRITE("household", "attribute", "household.attribute", household_attribute_arguments,
	      show_household_changed, N_("set and clear attributes of a household")),
	WRITE("household", "survey", "household.survey", household_survey_arguments, show_household_changed,
	      N_("income and indicators found on a day")),
	WRITE("household", "split", "household.split", household_split_arguments, show_household_changed,
	      N_("make a household of its own of some members")),
	WRITE("household", "merge", "household.merge", household_merge_arguments, show_household_changed,
	      N_("join another household to one")),
	WRITE("household", "leave", "household.leave", household_leave_arguments, show_household_changed,
	      N_("a household is there no more")),
	WRITE("household", "death", "household.death", household_death_arguments, show_household_changed,
	      N_("a member has died; who takes over")),
	WRITE("household", "review", "household.review", household_review_arguments, show_household_changed,
	      N_("a household asks for a review")),
	WRITE("review", "close", "review.close", review_close_arguments, show_household_changed,
	      N_("result of the review of a household")),
	SHOW("review", "list", "review.list", review_list_arguments, show_reviews,
	     N_("requests for a review: open, late, closed")),
	SHOW("review", "preview", "review.preview", review_preview_arguments, show_review_preview,
	     N_("what a checked file of reviews would change")),
	{ 0 },
};
