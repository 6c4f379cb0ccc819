/* status.group, group.sheet. */
#include "show.h"

#include "language.h"
#include "view.h"

static const struct view_field group_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Entrusted organisation"), "organisation", VIEW_WORD },
	{ N_("Commune"), "area", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Formed on"), "formed_on", VIEW_DATE },
	{ N_("Members"), "members", VIEW_COUNT },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("In-term balance"), "in_term", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Unpaid interest"), "interest_unpaid.total", VIEW_MONEY },
	{ 0 },
};

static const struct view_field group_household_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT }, { N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Loans"), "loans", VIEW_COUNT },	     { N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Overdue"), "overdue", VIEW_MONEY },    { 0 },
};

void show_group(const json_t *result)
{
	view_title(_("Savings and credit group"));
	view_record(result, group_fields);
	view_title(_("Households of the group"));
	view_table(view_at(result, "households"), group_household_fields, NULL);
}

static const struct view_field sheet_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Session on"), "session_on", VIEW_DATE },
	{ 0 },
};

static const struct view_field sheet_row_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Interest due"), "interest_due.total", VIEW_MONEY },
	{ N_("Principal due"), "principal_due", VIEW_MONEY },
	{ N_("Overdue principal"), "overdue_principal", VIEW_MONEY },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ 0 },
};

void show_sheet(const json_t *result)
{
	json_t *total = json_deep_copy(view_at(result, "total"));
	json_t *interest = json_object_get(total, "interest");
	if (json_is_integer(interest))
		json_object_set_new(total, "interest_due", json_pack("{s:O}", "total", interest));
	view_title(_("Sheet of the session"));
	view_record(result, sheet_fields);
	view_title(_("To collect"));
	view_table(view_at(result, "rows"), sheet_row_fields, total);
	json_decref(total);
}
