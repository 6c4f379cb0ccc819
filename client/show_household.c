/* status.household, household.find. */
#include "show.h"

#include <stdio.h>
#include <string.h>

#include "language.h"
#include "view.h"
#include "words.h"

static const struct view_field household_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Commune"), "area_name", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Registered on"), "registered_on", VIEW_DATE },
	{ N_("Left on"), "left_on", VIEW_DATE },
	{ N_("Why"), "ended", VIEW_WORD },
	{ N_("Household it joined"), "merged_into", VIEW_TEXT },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Since"), "class_since", VIEW_DATE },
	{ N_("Class by the standard"), "computed_class", VIEW_WORD },
	{ N_("Attributes"), "attributes", VIEW_WORDS },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ 0 },
};

static const struct view_field member_fields[] = {
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Sex"), "sex", VIEW_WORD },
	{ N_("Born on"), "born_on", VIEW_DATE },
	{ N_("Relation"), "relation", VIEW_WORD },
	{ N_("Ethnic group"), "ethnic", VIEW_TEXT },
	{ N_("Signs"), "representative", VIEW_YES },
	{ N_("Citizen id"), "citizen_id", VIEW_TEXT },
	{ N_("Telephone"), "telephone", VIEW_TEXT },
	{ N_("Can't be opened"), "unreadable", VIEW_WORDS },
	{ 0 },
};

static const struct view_field personal_fields[] = {
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Citizen id"), "citizen_id", VIEW_TEXT },
	{ N_("Telephone"), "telephone", VIEW_TEXT },
	{ N_("Address"), "address", VIEW_TEXT },
	{ N_("Can't be opened"), "unreadable", VIEW_WORDS },
	{ 0 },
};

void show_household_personal(const json_t *result)
{
	view_title(_("Personal data"));
	view_table(view_at(result, "members"), personal_fields, NULL);
}

static const struct view_field look_fields[] = {
	{ N_("When"), "at", VIEW_MOMENT },
	{ N_("Who"), "staff", VIEW_TEXT },
	{ "", "full_name", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("How"), "method", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ 0 },
};

void show_household_looks(const json_t *result)
{
	view_title(_("Looks at households"));
	view_table(view_at(result, "looks"), look_fields, NULL);
}

static const struct view_field class_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ 0 },
};

static const struct view_field household_loan_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Day of the contract"), "contract_on", VIEW_DATE },
	{ N_("Status"), "status", VIEW_WORD },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Overdue"), "overdue", VIEW_MONEY },
	{ 0 },
};

static const struct view_field eligibility_fields[] = {
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Purpose"), "purpose", VIEW_WORD },
	{ N_("Eligible"), "eligible", VIEW_YES },
	{ N_("Cap"), "cap", VIEW_MONEY },
	{ N_("For"), "cap_basis", VIEW_WORD },
	{ N_("Counted"), "counted", VIEW_MONEY },
	{ N_("Headroom"), "headroom", VIEW_MONEY },
	{ N_("Why not"), "why", VIEW_TEXT },
	{ 0 },
};

/* The reasons in one text, a rule behind the last of those that rest on it. */
static void show_add_why(json_t *row)
{
	struct buffer why = { 0 };
	size_t i;
	json_t *reason;
	json_t *reasons = json_object_get(row, "reasons");
	json_array_foreach(reasons, i, reason)
	{
		const char *rule = view_text(reason, "rule"),
			   *next = view_text(json_array_get(reasons, i + 1), "rule");
		buffer_printf(&why, "%s%s", i ? "; " : "", words_translate(view_text(reason, "reason")));
		if (*rule && strcmp(rule, next) != 0)
			buffer_printf(&why, " (%s)", rule);
	}
	json_object_set_new(row, "why", json_string(buffer_str(&why)));
	/* the same word is an attribute of households */
	if (!strcmp(view_text(row, "cap_basis"), "worker"))
		json_object_set_new(row, "cap_basis", json_string(_("a worker")));
	buffer_clear(&why);
}

static void show_eligibility(const json_t *eligibility)
{
	json_t *rows = json_deep_copy(eligibility), *row;
	size_t i;
	json_array_foreach(rows, i, row)
	{
		show_add_why(row);
	}
	view_title(_("May borrow from"));
	view_table(rows, eligibility_fields, NULL);
	json_decref(rows);
}

static const struct view_field former_fields[] = {
	{ N_("No"), "no", VIEW_NUMBER },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Until"), "until_on", VIEW_DATE },
	{ N_("Why"), "ended", VIEW_WORD },
	{ 0 },
};

static const struct view_field survey_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Income a person and month"), "income", VIEW_MONEY },
	{ N_("Line of poverty"), "line", VIEW_MONEY },
	{ N_("Standard"), "standard", VIEW_TEXT },
	{ N_("Indicators lacked"), "lacking_count", VIEW_NUMBER },
	{ N_("Lacks"), "lacks", VIEW_TEXT },
	{ N_("Class by the standard"), "computed_class", VIEW_WORD },
	{ 0 },
};

/* The names of the indicators; some of their words mean something else in other places of the wire. */
static const struct {
	const char *word, *text;
} indicators[] = {
	{ "employment", N_("employment") },
	{ "dependents", N_("dependents in the household") },
	{ "nutrition", N_("nutrition") },
	{ "insurance", N_("health insurance") },
	{ "adult_level", N_("education of adults") },
	{ "child_attendance", N_("school attendance of children") },
	{ "quality", N_("quality of the house") },
	{ "area", N_("area of the house a person") },
	{ "water", N_("water for daily use") },
	{ "latrine", N_("hygienic latrine") },
	{ "telecom_use", N_("use of telecommunication") },
	{ "media_means", N_("means of access to information") },
};

static const char *indicator_text(const char *word)
{
	for (size_t i = 0; i < sizeof indicators / sizeof *indicators; i++)
		if (!strcmp(indicators[i].word, word))
			return _(indicators[i].text);
	return word;
}

/* A copy with the indicators as one text. */
static json_t *survey_new(const json_t *survey)
{
	struct buffer lacks = { 0 };
	json_t *row = json_deep_copy(survey), *word;
	size_t i;
	json_array_foreach(json_object_get(row, "lacking"), i, word)
	{
		buffer_printf(&lacks, "%s%s", i ? ", " : "", indicator_text(json_string_value(word)));
	}
	json_object_set_new(row, "lacks", json_string(buffer_str(&lacks)));
	buffer_clear(&lacks);
	return row;
}

static void show_survey(const json_t *survey)
{
	if (!survey)
		return;
	json_t *row = survey_new(survey);
	view_title(_("Last survey"));
	view_record(row, survey_fields);
	json_decref(row);
}

static const struct view_field changed_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("New household"), "into", VIEW_TEXT },
	{ N_("Household that joined"), "other", VIEW_TEXT },
	{ N_("Review"), "review", VIEW_TEXT },
	{ N_("Member"), "member", VIEW_NUMBER },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Registered on"), "registered_on", VIEW_DATE },
	{ N_("Commune"), "area", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Members"), "members", VIEW_NUMBER },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ N_("Change"), "change", VIEW_WORD },
	{ N_("Attributes"), "attributes", VIEW_WORDS },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("From"), "from_on", VIEW_DATE },
	{ N_("Until"), "until_on", VIEW_DATE },
	{ N_("Left on"), "left_on", VIEW_DATE },
	{ N_("Died on"), "died_on", VIEW_DATE },
	{ N_("Signs from then on"), "representative", VIEW_NUMBER },
	{ N_("Name of who signs"), "representative_name", VIEW_TEXT },
	{ N_("Asked on"), "asked_on", VIEW_DATE },
	{ N_("Review begins on"), "starts_on", VIEW_DATE },
	{ N_("Result due on"), "due_on", VIEW_DATE },
	{ N_("Late"), "late", VIEW_YES },
	{ N_("Deposit"), "deposit", VIEW_MONEY_IF_ANY },
	{ N_("Income a person and month"), "income", VIEW_MONEY },
	{ N_("Lacks"), "lacks", VIEW_TEXT },
	{ N_("Class by the standard"), "computed_class", VIEW_WORD },
	{ N_("Standard"), "standard", VIEW_TEXT },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Loans that go along"), "moved", VIEW_WORDS },
	{ N_("Open loans that stay where they are"), "loans", VIEW_WORDS },
	{ 0 },
};

void show_household_changed(const json_t *result)
{
	json_t *row = survey_new(result);
	view_record(row, changed_fields);
	if (json_is_true(view_at(result, "differs")))
		puts(_("The class decided is not that of the standard."));
	json_decref(row);
}

void show_household(const json_t *result)
{
	view_title(_("Household"));
	view_record(result, household_fields);
	view_title(_("Members"));
	view_table(view_at(result, "members"), member_fields, NULL);
	if (json_array_size(view_at(result, "former_members"))) {
		view_title(_("Former members"));
		view_table(view_at(result, "former_members"), former_fields, NULL);
	}
	view_title(_("History of its class"));
	view_table(view_at(result, "classes"), class_fields, NULL);
	show_survey(view_at(result, "survey"));
	view_title(_("Loans"));
	view_table(view_at(result, "loans"), household_loan_fields, NULL);
	show_eligibility(view_at(result, "eligibility"));
}

static const struct view_field household_found_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Commune"), "area", VIEW_TEXT },
	{ "", "area_name", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ 0 },
};

void show_households_found(const json_t *result)
{
	view_table(view_at(result, "households"), household_found_fields, NULL);
}
