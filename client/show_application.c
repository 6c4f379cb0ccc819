/* application.*, fund.* */
#include "show.h"

#include <string.h>

#include "language.h"
#include "view.h"

/* An import is "applied" too, and that is another word. */
static json_t *application_words_new(const json_t *result)
{
	json_t *copy = json_deep_copy(result), *value;
	const char *key;
	size_t i;
	json_t *list = json_array();
	json_array_append(list, copy);
	json_array_foreach(list, i, value)
	{
		json_t *member;
		size_t k;
		json_array_foreach(value, k, member)
		{
			json_array_append(list, member);
		}
		json_object_foreach(value, key, member)
		{
			if (json_is_object(member) || json_is_array(member))
				json_array_append(list, member);
			else if (strcmp(key, "state") == 0 && json_is_string(member) &&
				 strcmp(json_string_value(member), "applied") == 0)
				json_string_set(member, "application_applied");
		}
	}
	json_decref(list);
	return copy;
}

static void application_shown(const json_t *result, void (*view)(const json_t *result))
{
	json_t *worded = application_words_new(result);
	view(worded);
	json_decref(worded);
}

#define OF_ONE                                                                                               \
	{ N_("Application"), "application", VIEW_TEXT }, { N_("Household"), "household", VIEW_TEXT },        \
		{ N_("Name"), "name", VIEW_TEXT },                                                           \
	{                                                                                                    \
		N_("Programme"), "programme", VIEW_TEXT                                                      \
	}

static const struct view_field step_fields[] = {
	OF_ONE,
	{ N_("Purpose"), "purpose", VIEW_WORD },
	{ N_("Asked for"), "asked", VIEW_MONEY },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Since"), "since_on", VIEW_DATE },
	{ N_("Number of the paper"), "number", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Next step due on"), "due_on", VIEW_DATE },
	{ 0 },
};

static void view_application_step(const json_t *result)
{
	view_title(_("Application"));
	view_record(result, step_fields);
}

void show_application_step(const json_t *result)
{
	application_shown(result, view_application_step);
}

static const struct view_field row_fields[] = {
	OF_ONE,
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Since"), "since_on", VIEW_DATE },
	{ N_("Next step due on"), "due_on", VIEW_DATE },
	{ N_("Late"), "late", VIEW_YES },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ 0 },
};

static const struct view_field meeting_fields[] = {
	{ N_("Minutes 10C/TD"), "minutes", VIEW_TEXT },
	{ N_("List 03/TD"), "list", VIEW_TEXT },
	{ 0 },
};

static void view_applications(const json_t *result)
{
	view_title(_("Applications"));
	view_record(result, meeting_fields);
	view_table(view_at(result, "applications"), row_fields, NULL);
}

void show_applications(const json_t *result)
{
	application_shown(result, view_applications);
}

static void view_application_list(const json_t *result)
{
	if (!json_array_size(view_at(result, "applications"))) {
		view_nothing();
		return;
	}
	view_table(view_at(result, "applications"), row_fields, NULL);
}

void show_application_list(const json_t *result)
{
	application_shown(result, view_application_list);
}

static const struct view_field application_fields[] = {
	OF_ONE,
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Purpose"), "purpose", VIEW_WORD },
	{ N_("What the money is for"), "plan", VIEW_TEXT },
	{ N_("Asked for"), "asked", VIEW_MONEY },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Term in months"), "term_months", VIEW_COUNT },
	{ N_("Fund"), "fund", VIEW_NUMBER },
	{ N_("Student"), "student", VIEW_NUMBER },
	{ N_("School"), "school", VIEW_TEXT },
	{ N_("Months of the course"), "course_months", VIEW_COUNT },
	{ N_("Months of drawdown"), "study_months", VIEW_COUNT },
	{ N_("Repaid in twice the time"), "medicine", VIEW_YES },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Next step due on"), "due_on", VIEW_DATE },
	{ N_("Late"), "late", VIEW_YES },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ 0 },
};

static const struct view_field history_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },		{ N_("Step"), "state", VIEW_WORD },
	{ N_("Amount"), "amount", VIEW_MONEY }, { N_("Number of the paper"), "number", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },	{ N_("Next step due on"), "due_on", VIEW_DATE },
	{ N_("By"), "by", VIEW_TEXT },		{ 0 },
};

static const struct view_field form_fields[] = {
	{ N_("Form"), "form", VIEW_TEXT },
	{ N_("Number of the paper"), "number", VIEW_TEXT },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Title"), "name_vi", VIEW_TEXT },
	{ 0 },
};

static const struct view_field recheck_fields[] = {
	{ N_("Found on"), "on", VIEW_DATE },
	{ N_("Reasons"), "reasons", VIEW_WORDS },
	{ N_("Confirmed again"), "confirmed", VIEW_YES },
	{ 0 },
};

static void view_application(const json_t *result)
{
	view_title(_("Application"));
	view_record(result, application_fields);
	view_title(_("Steps"));
	view_table(view_at(result, "steps"), history_fields, NULL);
	view_title(_("Papers"));
	view_table(view_at(result, "forms"), form_fields, NULL);
	if (json_array_size(view_at(result, "recheck"))) {
		view_title(_("No longer eligible"));
		view_table(view_at(result, "recheck"), recheck_fields, NULL);
	}
}

void show_application(const json_t *result)
{
	application_shown(result, view_application);
}

static const struct view_field queue_fields[] = {
	{ N_("Rank"), "rank", VIEW_COUNT },
	{ N_("Application"), "application.application", VIEW_TEXT },
	{ N_("Name"), "application.name", VIEW_TEXT },
	{ N_("Programme"), "application.programme", VIEW_TEXT },
	{ N_("Amount"), "application.amount", VIEW_MONEY },
	{ N_("State"), "application.state", VIEW_WORD },
	{ N_("Applied on"), "application.applied_on", VIEW_DATE },
	{ N_("First because"), "reasons", VIEW_WORDS },
	{ 0 },
};

static void view_application_queue(const json_t *result)
{
	if (!json_array_size(view_at(result, "queue"))) {
		view_nothing();
		return;
	}
	view_table(view_at(result, "queue"), queue_fields, NULL);
}

void show_application_queue(const json_t *result)
{
	application_shown(result, view_application_queue);
}

void show_application_disbursed(const json_t *result)
{
	show_disbursed(result);
}

/* ---- funds ---- */

static const struct view_field fund_fields[] = {
	{ N_("Fund"), "fund", VIEW_NUMBER },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Owner"), "owner", VIEW_TEXT },
	{ N_("For groups of"), "organisation", VIEW_WORD },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ 0 },
};

void show_fund(const json_t *result)
{
	view_title(_("Fund"));
	view_record(result, fund_fields);
}

void show_funds(const json_t *result)
{
	view_table(view_at(result, "funds"), fund_fields, NULL);
}

static const struct view_field fund_row_fields[] = {
	{ N_("Fund"), "fund", VIEW_NUMBER },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Year"), "year", VIEW_NUMBER },
	{ N_("Appropriated"), "appropriated", VIEW_MONEY },
	{ N_("Lent"), "lent", VIEW_MONEY },
	{ N_("Collected back"), "collected", VIEW_MONEY },
	{ N_("Left"), "left", VIEW_MONEY },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ 0 },
};

void show_fund_row(const json_t *result)
{
	view_title(_("Appropriation"));
	view_record(result, fund_row_fields);
}

void show_fund_status(const json_t *result)
{
	if (!json_array_size(view_at(result, "rows"))) {
		view_nothing();
		return;
	}
	view_table(view_at(result, "rows"), fund_row_fields, view_at(result, "total"));
}

static const struct view_field fund_history_fields[] = {
	{ N_("Year"), "year", VIEW_NUMBER },	      { N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Appropriated"), "amount", VIEW_MONEY }, { N_("Decision"), "decision", VIEW_TEXT },
	{ N_("Day"), "decided_on", VIEW_DATE },	      { N_("By"), "by", VIEW_TEXT },
	{ N_("In force"), "in_force", VIEW_YES },     { 0 },
};

void show_fund_history(const json_t *result)
{
	if (!json_array_size(view_at(result, "appropriations"))) {
		view_nothing();
		return;
	}
	view_table(view_at(result, "appropriations"), fund_history_fields, NULL);
}
