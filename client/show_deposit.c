/* deposit.show and the writes of deposits. */
#include "language.h"
#include "show.h"
#include "view.h"

static const struct view_field deposit_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("As of"), "as_of", VIEW_DATE },
	{ N_("Rate, %/year"), "rate_percent", VIEW_TEXT },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ N_("Interest not credited yet"), "interest_earned", VIEW_MONEY },
	{ 0 },
};

static const struct view_field deposit_row_fields[] = {
	{ N_("No."), "fact", VIEW_NUMBER },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Amount"), "change", VIEW_MONEY },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Session of group"), "group", VIEW_TEXT },
	{ N_("Recorded at"), "recorded_at", VIEW_MOMENT },
	{ N_("By"), "actor", VIEW_TEXT },
	{ 0 },
};

void show_deposit(const json_t *result)
{
	view_title(_("Member deposit"));
	view_record(result, deposit_fields);
	view_title(_("Statement"));
	view_table(view_at(result, "facts"), deposit_row_fields, NULL);
}

static const struct view_field deposit_fact_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("No."), "fact", VIEW_NUMBER },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY_IF_ANY },
	{ N_("Reverses no."), "reverses", VIEW_NUMBER },
	{ N_("Amount reversed"), "reversed", VIEW_MONEY },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ 0 },
};

void show_deposit_fact(const json_t *result)
{
	view_title(_("Member deposit"));
	view_record(result, deposit_fact_fields);
}

static const struct view_field deposit_credited_fields[] = {
	{ N_("Day"), "credited_on", VIEW_DATE },
	{ N_("Deposits"), "deposits", VIEW_COUNT },
	{ N_("Deposits credited"), "credited", VIEW_COUNT },
	{ N_("Interest credited"), "interest", VIEW_MONEY },
	{ 0 },
};

void show_deposit_credited(const json_t *result)
{
	view_title(_("Interest on deposits"));
	view_record(result, deposit_credited_fields);
}
