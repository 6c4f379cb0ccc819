/* watch.inactive, watch.due, watch.frozen, check.list, check.record, notice.list, notice.give. */
#include "show.h"

#include <stdio.h>

#include "language.h"
#include "view.h"
#include "words.h"

static const struct view_field inactive_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Months"), "months", VIEW_COUNT },
	{ N_("Loans"), "total.loans", VIEW_COUNT },
	{ N_("Early warnings"), "total.warnings", VIEW_COUNT },
	{ N_("Outstanding"), "total.outstanding", VIEW_MONEY },
	{ N_("Unpaid interest"), "total.unpaid", VIEW_MONEY },
	{ 0 },
};

static const struct view_field inactive_row_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Last transaction"), "last_on", VIEW_DATE },
	{ N_("Days"), "days", VIEW_COUNT },
	{ N_("Checked on"), "checked_on", VIEW_DATE },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Unpaid interest"), "unpaid", VIEW_MONEY },
	{ N_("Interest of a month"), "month_interest", VIEW_MONEY },
	{ 0 },
};

void show_watch_inactive(const json_t *result)
{
	view_title(_("Loans inactive for three months"));
	view_record(result, inactive_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), inactive_row_fields, NULL);
}

static const struct view_field due_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("Past due, not transferred"), "total.past_due.amount", VIEW_MONEY },
	{ N_("Transferred this period if unpaid"), "total.this_period.amount", VIEW_MONEY },
	{ N_("Transferred next period if unpaid"), "total.next_period.amount", VIEW_MONEY },
	{ 0 },
};

static const struct view_field due_row_fields[] = {
	{ N_("Frame"), "frame", VIEW_WORD },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Instalment"), "instalment", VIEW_NUMBER },
	{ N_("Last one"), "last", VIEW_YES },
	{ N_("Due on"), "due_on", VIEW_DATE },
	{ N_("Transfer on"), "transfer_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ 0 },
};

void show_watch_due(const json_t *result)
{
	view_title(_("What falls due"));
	view_record(result, due_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), due_row_fields, NULL);
}

static const struct view_field frozen_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Frozen until"), "frozen_until", VIEW_DATE },
	{ N_("Days"), "days", VIEW_COUNT },
	{ N_("Decision"), "number", VIEW_TEXT },
	{ N_("Cause"), "risk_case", VIEW_TEXT },
	{ 0 },
};

void show_watch_frozen(const json_t *result)
{
	view_title(_("Freezes that end soon"));
	view_table(view_at(result, "rows"), frozen_fields, view_at(result, "total"));
}

static const struct view_field sign_fields[] = {
	{ N_("Sign"), "sign", VIEW_WORD },
	{ N_("Threshold"), "threshold", VIEW_COUNT },
	{ N_("Findings"), "count", VIEW_COUNT },
	{ 0 },
};

/* Each sign has the columns that its rows have. */
static const struct view_field sign_row_fields[] = {
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Born on"), "born_on", VIEW_DATE },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Households"), "households", VIEW_WORDS },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Loans"), "loans", VIEW_WORDS },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Cap"), "cap", VIEW_MONEY },
	{ N_("By the sheets"), "expected", VIEW_MONEY },
	{ N_("Counted"), "counted", VIEW_MONEY },
	{ N_("Difference"), "difference", VIEW_MONEY },
	{ N_("Difference of principal"), "principal_difference", VIEW_MONEY_IF_ANY },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Posted on"), "posted_on", VIEW_DATE },
	{ N_("Days"), "days", VIEW_COUNT },
	{ N_("By"), "actor", VIEW_TEXT },
	{ N_("Month"), "month", VIEW_DATE },
	{ N_("Reversals"), "count", VIEW_COUNT },
	{ N_("Facts"), "facts", VIEW_WORDS },
	{ 0 },
};

void show_watch_signs(const json_t *result)
{
	const json_t *signs = view_at(result, "signs");
	size_t i;
	json_t *sign;
	view_title(_("Signs of wrongdoing"));
	view_table(signs, sign_fields, NULL);
	json_array_foreach(signs, i, sign)
	{
		if (!json_array_size(view_at(sign, "rows")))
			continue;
		view_title(words_translate(view_text(sign, "sign")));
		view_table(view_at(sign, "rows"), sign_row_fields, NULL);
	}
}

static const struct view_field rule_fields[] = {
	{ N_("Rule"), "rule", VIEW_WORD },
	{ N_("To check"), "asked", VIEW_COUNT },
	{ N_("Checked"), "done", VIEW_COUNT },
	{ N_("Missing"), "missing", VIEW_COUNT },
	{ N_("Late"), "late", VIEW_COUNT },
	{ N_("Share checked"), "percent", VIEW_PERCENT },
	{ 0 },
};

static const struct view_field check_group_fields[] = {
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Name"), "group_name", VIEW_TEXT },
	{ N_("Difficult area"), "difficult", VIEW_YES },
	{ N_("Loans of earlier years"), "loans", VIEW_COUNT },
	{ N_("Share needed"), "percent_needed", VIEW_PERCENT },
	{ N_("Needed"), "needed", VIEW_COUNT },
	{ N_("Checked"), "checked", VIEW_COUNT },
	{ N_("Missing"), "missing", VIEW_COUNT },
	{ 0 },
};

static const struct view_field check_row_fields[] = {
	{ N_("Rule"), "rule", VIEW_WORD },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Since"), "since", VIEW_DATE },
	{ N_("Until"), "upto", VIEW_DATE },
	{ N_("State"), "state", VIEW_WORD },
	{ 0 },
};

void show_check_list(const json_t *result)
{
	view_title(_("Checks of the year"));
	view_table(view_at(result, "rules"), rule_fields, NULL);
	if (json_array_size(view_at(result, "groups"))) {
		view_title(_("Loans of earlier years, by group"));
		view_table(view_at(result, "groups"), check_group_fields, NULL);
	}
	view_title(_("Not checked yet"));
	view_table(view_at(result, "rows"), check_row_fields, NULL);
}

static const struct view_field checked_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Result"), "result", VIEW_WORD },
	{ N_("Amount"), "amount", VIEW_MONEY_IF_ANY },
	{ N_("Form"), "form", VIEW_TEXT },
	{ N_("Number"), "number", VIEW_TEXT },
	{ 0 },
};

void show_check_recorded(const json_t *result)
{
	view_title(_("Check recorded"));
	view_record(result, checked_fields);
}

static const struct view_field notices_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("Given in time"), "total.done", VIEW_COUNT },
	{ N_("Given late"), "total.done_late", VIEW_COUNT },
	{ N_("To be given"), "total.open", VIEW_COUNT },
	{ N_("Late"), "total.late", VIEW_COUNT },
	{ 0 },
};

static const struct view_field notice_fields[] = {
	{ N_("Name of the group"), "group_name", VIEW_TEXT },
	{ N_("Borrower"), "household_name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Due on"), "due_on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Last day of the notice"), "upto", VIEW_DATE },
	{ N_("Given on"), "given_on", VIEW_DATE },
	{ N_("Given to"), "given_to", VIEW_TEXT },
	{ N_("State"), "state", VIEW_WORD },
	{ 0 },
};

void show_notice_list(const json_t *result)
{
	view_title(_("Notices of what falls due"));
	view_record(result, notices_fields);
	putchar('\n');
	view_table(view_at(result, "rows"), notice_fields, NULL);
}

void show_notices_given(const json_t *result)
{
	printf(_("%lld notices recorded.\n"), (long long)view_integer(result, "notices"));
}
