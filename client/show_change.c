/* change.*, rate.list, relief.list. */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>

#include "buffer.h"
#include "format.h"
#include "language.h"
#include "view.h"

static const struct view_field change_fields[] = {
	{ N_("Change"), "change", VIEW_TEXT },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ N_("Proposed by"), "proposed_by", VIEW_TEXT },
	{ N_("Proposed at"), "proposed_at", VIEW_MOMENT },
	{ N_("Decided by"), "decided_by", VIEW_TEXT },
	{ N_("Decided at"), "decided_at", VIEW_MOMENT },
	{ N_("Note"), "note", VIEW_TEXT },
	{ N_("Applied at"), "finished_at", VIEW_MOMENT },
	{ N_("Loans computed anew"), "loans_changed", VIEW_COUNT },
	{ N_("Message"), "message", VIEW_TEXT },
	{ 0 },
};

static const struct view_field parameter_fields[] = {
	{ N_("Rate line"), "line", VIEW_TEXT },
	{ N_("Rate lines"), "lines", VIEW_WORDS },
	{ N_("Interest rate"), "rate", VIEW_PERCENT },
	{ N_("Applies to"), "applies_to", VIEW_WORD },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Value"), "value", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Purpose"), "purpose", VIEW_WORD },
	{ N_("Entrusted"), "entrusted", VIEW_WORD },
	{ N_("Cap"), "cap", VIEW_MONEY },
	{ N_("Counted by"), "cap_basis", VIEW_WORD },
	{ N_("Longest term"), "max_term_months", VIEW_COUNT },
	{ N_("Months without principal"), "principal_grace_months", VIEW_COUNT },
	{ N_("Months without interest"), "interest_grace_months", VIEW_COUNT },
	{ N_("Terms from"), "term_from", VIEW_COUNT },
	{ N_("Terms to"), "term_to", VIEW_COUNT },
	{ N_("Months between instalments"), "instalment_months", VIEW_COUNT },
	{ N_("Points taken off"), "rate_delta", VIEW_PERCENT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Session day"), "session_day", VIEW_COUNT },
	{ N_("Month"), "month", VIEW_DATE },
	{ N_("Held on"), "held_on", VIEW_DATE },
	{ N_("Day"), "day", VIEW_DATE },
	{ N_("Cancelled"), "cancelled", VIEW_YES },
	{ N_("Unit"), "area", VIEW_TEXT },
	{ N_("Units"), "areas", VIEW_WORDS },
	{ N_("Unit in their place"), "successor", VIEW_TEXT },
	{ N_("Unit above"), "parent", VIEW_TEXT },
	{ N_("Kind of unit"), "area_kind", VIEW_WORD },
	{ N_("Urban"), "urban", VIEW_YES },
	{ N_("Difficulty"), "difficulty", VIEW_COUNT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ N_("No interest is asked from"), "holiday_from", VIEW_DATE },
	{ N_("Asked again from"), "holiday_until", VIEW_DATE },
	{ 0 },
};

static const struct view_field parameter_row_fields[] = {
	{ N_("Rate line"), "line", VIEW_TEXT },
	{ N_("Interest rate"), "rate", VIEW_PERCENT },
	{ 0 },
};

void show_change(const json_t *result)
{
	const json_t *parameters = view_at(result, "parameters");
	view_title(_("Change of reference data"));
	view_record(result, change_fields);
	view_title(_("What is changed"));
	view_record(parameters, parameter_fields);
	if (json_array_size(view_at(parameters, "rows")))
		view_table(view_at(parameters, "rows"), parameter_row_fields, NULL);
}

static const struct view_field change_row_fields[] = {
	{ N_("Change"), "change", VIEW_TEXT },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("State"), "state", VIEW_WORD },
	{ "", "summary", VIEW_TEXT },
	{ N_("Proposed by"), "proposed_by", VIEW_TEXT },
	{ N_("On"), "proposed_on", VIEW_DATE },
	{ N_("Decided by"), "decided_by", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Message"), "message", VIEW_TEXT },
	{ 0 },
};

void show_changes(const json_t *result)
{
	view_table(view_at(result, "changes"), change_row_fields, NULL);
}

/* ---- the preview ---- */

static const struct view_field effect_fields[] = {
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ N_("Interest of a month now"), "month_before", VIEW_MONEY },
	{ N_("Interest of a month then"), "month_after", VIEW_MONEY },
	{ N_("Difference a month"), "month_difference", VIEW_MONEY },
	{ N_("Difference of unpaid interest"), "unpaid_difference", VIEW_MONEY_IF_ANY },
	{ N_("Loans computed anew"), "loans_changed", VIEW_COUNT },
	{ N_("Instalments on another day"), "instalments_moved", VIEW_COUNT },
	{ N_("Contracts of twelve months refused then"), "contracts_refused", VIEW_COUNT },
	{ 0 },
};

static const struct view_field effect_row_fields[] = {
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ "", "programme_name", VIEW_TEXT },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("Balance"), "balance", VIEW_MONEY },
	{ N_("A month now"), "month_before", VIEW_MONEY },
	{ N_("Then"), "month_after", VIEW_MONEY },
	{ N_("Difference"), "month_difference", VIEW_MONEY },
	{ N_("Of unpaid interest"), "unpaid_difference", VIEW_MONEY_IF_ANY },
	{ 0 },
};

static const struct view_field effect_line_fields[] = {
	{ N_("Rate line"), "line", VIEW_TEXT },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("New"), "new", VIEW_YES },
	{ N_("Rate now"), "rate_before", VIEW_PERCENT },
	{ N_("Then"), "rate_after", VIEW_PERCENT },
	{ 0 },
};

static const struct view_field effect_session_fields[] = {
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ "", "point_name", VIEW_TEXT },
	{ N_("Session now"), "before", VIEW_DATE },
	{ N_("Then"), "after", VIEW_DATE },
	{ 0 },
};

static const struct view_field effect_area_fields[] = {
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("Groups"), "groups", VIEW_COUNT },
	{ N_("Transaction points"), "points", VIEW_COUNT },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ 0 },
};

static const struct view_field effect_refused_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_WORD },
	{ 0 },
};

static void show_effect_table(const json_t *result, const char *list, const char *title,
			      const struct view_field *fields)
{
	if (!json_array_size(view_at(result, list)))
		return;
	view_title(title);
	view_table(view_at(result, list), fields, NULL);
}

/* "412 loans of 398 households, -1,234,567 đ a month" */
static void show_effect_sentence(const json_t *total)
{
	struct buffer loans = { 0 }, households = { 0 }, month = { 0 };
	format_count(&loans, view_integer(total, "loans"));
	format_count(&households, view_integer(total, "households"));
	format_money(&month, view_integer(total, "month_difference"));
	printf(_("%s loans of %s households, %s a month\n"), loans.s, households.s, month.s);
	buffer_clear(&loans);
	buffer_clear(&households);
	buffer_clear(&month);
}

void show_change_preview(const json_t *result)
{
	const json_t *total = view_at(result, "total");
	show_change(view_at(result, "change"));
	view_title(_("What it would do"));
	show_effect_sentence(total);
	view_record(total, effect_fields);
	if (view_at(result, "area"))
		view_record(view_at(result, "area"), effect_area_fields);
	show_effect_table(result, "programmes", _("By programme"), effect_row_fields);
	show_effect_table(result, "lines", _("Rates"), effect_line_fields);
	show_effect_table(result, "sessions", _("Sessions"), effect_session_fields);
	show_effect_table(result, "refused", _("Loans it can't be applied to"), effect_refused_fields);
}

/* ---- rates ---- */

static const struct view_field rate_fields[] = {
	{ N_("Rate line"), "line", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Interest rate"), "rate", VIEW_PERCENT },
	{ N_("Applies to"), "applies_to", VIEW_WORD },
	{ N_("Contracts from"), "for_contracts_from", VIEW_DATE },
	{ N_("Mark"), "mark", VIEW_WORD },
	{ N_("Change"), "change", VIEW_TEXT },
	{ N_("Relief"), "relief", VIEW_TEXT },
	{ N_("Programme"), "programme_name", VIEW_TEXT },
	{ 0 },
};

/* One row a rate; what belongs to the line stands beside its first. */
void show_rates(const json_t *result)
{
	static const char *const of_line[] = { "line", "for_contracts_from", "relief", "programme_name" };
	json_t *rows = json_array(), *line, *rate;
	size_t i, k;
	json_array_foreach(view_at(result, "lines"), i, line)
	{
		json_array_foreach(view_at(line, "rows"), k, rate)
		{
			json_t *row = json_copy(rate);
			for (size_t n = 0; !k && n < sizeof of_line / sizeof *of_line; n++)
				json_object_set(row, of_line[n], json_object_get(line, of_line[n]));
			json_array_append_new(rows, row);
		}
	}
	view_table(rows, rate_fields, NULL);
	json_decref(rows);
}

static const struct view_field relief_fields[] = {
	{ N_("Relief"), "relief", VIEW_TEXT },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ N_("Points taken off"), "rate_delta", VIEW_PERCENT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ N_("No interest is asked from"), "holiday_from", VIEW_DATE },
	{ N_("Asked again from"), "holiday_until", VIEW_DATE },
	{ N_("Rate lines"), "lines", VIEW_WORDS },
	{ 0 },
};

void show_reliefs(const json_t *result)
{
	view_table(view_at(result, "reliefs"), relief_fields, NULL);
}
