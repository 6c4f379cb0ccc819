/* Sessions of a point: sheets, posts, state, cash. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "language.h"
#include "show.h"
#include "view.h"

static const struct view_field sheets_fields[] = {
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("State"), "session_state", VIEW_WORD },
	{ N_("Interest asked"), "total.interest_asked", VIEW_MONEY },
	{ N_("Principal due"), "total.principal_due", VIEW_MONEY },
	{ N_("Overdue principal"), "total.overdue_principal", VIEW_MONEY },
	{ N_("Expected in all"), "total.expected", VIEW_MONEY },
	{ N_("Deposits"), "total.deposits", VIEW_MONEY },
	{ 0 },
};

static const struct view_field sheets_group_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Entrusted organisation"), "organisation", VIEW_WORD },
	{ N_("State"), "state", VIEW_WORD },
	{ 0 },
};

static const struct view_field sheets_row_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Interest asked"), "interest_asked", VIEW_MONEY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ N_("Principal due"), "principal_due", VIEW_MONEY },
	{ N_("Overdue principal"), "overdue_principal", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Deposit"), "deposit", VIEW_MONEY_IF_ANY },
	{ N_("Posted"), "posted", VIEW_YES },
	{ 0 },
};

/* "closed" is what becomes of a loan, too: a session is told in words of its own. */
static json_t *session_with_state_new(const json_t *result)
{
	json_t *copy = json_copy((json_t *)result);
	bool closed = !strcmp(view_text(result, "state"), "closed");
	json_object_set_new(copy, "session_state", json_string(closed ? "session_closed" : "session_open"));
	return copy;
}

void show_session_sheets(const json_t *result)
{
	const json_t *group;
	size_t i;
	json_t *session = session_with_state_new(result);
	view_title(_("Session of the transaction point"));
	view_record(session, sheets_fields);
	json_decref(session);
	json_array_foreach(view_at(result, "groups"), i, group)
	{
		json_t *total = json_deep_copy(view_at(group, "total"));
		json_object_set_new(total, "name", json_string(_("Total")));
		json_object_set(total, "deposit", json_object_get(total, "deposits"));
		view_title(_("Sheet of the group"));
		view_record(group, sheets_group_fields);
		putchar('\n');
		view_table(view_at(group, "rows"), sheets_row_fields, total);
		json_decref(total);
	}
}

static const struct view_field posted_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("Posted on"), "posted_on", VIEW_DATE },
	{ N_("Lines posted"), "posted", VIEW_COUNT },
	{ N_("Lines refused"), "refused", VIEW_COUNT },
	{ N_("Cash of the leader"), "cash.expected", VIEW_MONEY },
	{ N_("Cash of the leader, counted"), "cash.counted", VIEW_MONEY },
	{ N_("Difference"), "cash.difference", VIEW_MONEY },
	{ N_("Principal of the borrowers"), "principal.expected", VIEW_MONEY },
	{ N_("Principal counted"), "principal.counted", VIEW_MONEY },
	{ N_("Difference of principal"), "principal.difference", VIEW_MONEY },
	{ N_("Change of the leader's cash"), "cash_change", VIEW_MONEY },
	{ N_("Change of principal"), "principal_change", VIEW_MONEY },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ 0 },
};

static const struct view_field posted_line_fields[] = {
	{ N_("Line"), "line", VIEW_COUNT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Outcome"), "outcome", VIEW_WORD },
	{ N_("Interest"), "interest", VIEW_MONEY_IF_ANY },
	{ N_("Principal"), "principal", VIEW_MONEY_IF_ANY },
	{ N_("Deposit"), "deposit", VIEW_MONEY_IF_ANY },
	{ N_("Withdrawn"), "withdraw", VIEW_MONEY_IF_ANY },
	{ N_("Paid from"), "from", VIEW_WORD },
	{ 0 },
};

void show_session_posted(const json_t *result)
{
	view_title(_("Sheet posted"));
	view_record(result, posted_fields);
	putchar('\n');
	view_table(view_at(result, "lines"), posted_line_fields, NULL);
}

static const struct view_field status_fields[] = {
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("State"), "session_state", VIEW_WORD },
	{ N_("Session closed on"), "closed_on", VIEW_DATE },
	{ N_("Session closed at"), "closed_at", VIEW_MOMENT },
	{ N_("By"), "closed_by", VIEW_TEXT },
	{ N_("Transfers to overdue"), "transfers", VIEW_WORD },
	{ N_("Groups"), "total.groups", VIEW_COUNT },
	{ N_("Groups without a sheet"), "total.open", VIEW_COUNT },
	{ N_("Difference"), "total.cash_difference", VIEW_MONEY },
	{ N_("Difference of principal"), "total.principal_difference", VIEW_MONEY },
	{ 0 },
};

static const struct view_field status_group_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Posted on"), "posted_on", VIEW_DATE },
	{ N_("Receipts of"), "received_on", VIEW_DATE },
	{ N_("Lines posted"), "lines_posted", VIEW_COUNT },
	{ N_("Lines refused"), "lines_refused", VIEW_COUNT },
	{ N_("Cash of the leader"), "cash_expected", VIEW_MONEY },
	{ N_("Difference"), "cash_difference", VIEW_MONEY_IF_ANY },
	{ N_("Principal"), "principal_expected", VIEW_MONEY },
	{ N_("Difference of principal"), "principal_difference", VIEW_MONEY_IF_ANY },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ 0 },
};

void show_session_status(const json_t *result)
{
	json_t *session = session_with_state_new(result);
	view_title(_("Session of the transaction point"));
	view_record(session, status_fields);
	json_decref(session);
	view_title(_("Groups of the session"));
	view_table(view_at(result, "groups"), status_group_fields, NULL);
}

static const struct view_field cash_fields[] = {
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("Received in all"), "total.received", VIEW_MONEY },
	{ N_("Paid out in all"), "total.paid_out", VIEW_MONEY },
	{ N_("Lent"), "total.lent", VIEW_MONEY },
	{ N_("Counted of the leaders"), "total.cash_counted", VIEW_MONEY },
	{ N_("Counted of the borrowers"), "total.principal_counted", VIEW_MONEY },
	{ N_("Difference"), "total.difference", VIEW_MONEY },
	{ 0 },
};

static const struct view_field cash_line_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Interest"), "interest", VIEW_MONEY_IF_ANY },
	{ N_("Principal"), "principal", VIEW_MONEY_IF_ANY },
	{ N_("Deposit"), "deposit", VIEW_MONEY_IF_ANY },
	{ N_("Withdrawn"), "withdraw", VIEW_MONEY_IF_ANY },
	{ 0 },
};

static const struct view_field cash_lent_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ 0 },
};

void show_session_cash(const json_t *result)
{
	json_t *total = json_deep_copy(view_at(result, "total"));
	json_object_set_new(total, "name", json_string(_("Total")));
	view_title(_("Cash journal of the session"));
	view_record(result, cash_fields);
	view_title(_("Received and paid out"));
	view_table(view_at(result, "lines"), cash_line_fields, total);
	if (json_array_size(view_at(result, "lent"))) {
		view_title(_("Disbursed"));
		view_table(view_at(result, "lent"), cash_lent_fields, NULL);
	}
	json_decref(total);
}

static const struct view_field closed_fields[] = {
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Session closed on"), "closed_on", VIEW_DATE },
	{ N_("Groups posted"), "posted", VIEW_COUNT },
	{ N_("Groups excused"), "excused", VIEW_COUNT },
	{ N_("Difference"), "cash_difference", VIEW_MONEY },
	{ N_("Difference of principal"), "principal_difference", VIEW_MONEY },
	{ 0 },
};

void show_session_closed(const json_t *result)
{
	view_title(_("The session is closed"));
	view_record(result, closed_fields);
}

void show_session_excused(const json_t *result)
{
	view_title(_("The group is excused"));
	view_record(result, closed_fields);
}
