/* status.portfolio, status.targets. */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "format.h"
#include "language.h"
#include "memory.h"
#include "parse.h"
#include "view.h"

static const struct view_field portfolio_total[] = {
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("In term"), "in_term", VIEW_MONEY },
	{ N_("Overdue"), "overdue", VIEW_MONEY },
	{ N_("Frozen"), "frozen", VIEW_MONEY },
	{ N_("Overdue ratio"), "overdue_ratio", VIEW_RATIO },
	{ N_("Unpaid interest"), "interest_unpaid", VIEW_MONEY },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Borrowing households"), "borrowers", VIEW_COUNT },
	{ 0 },
};

/* The key of a row, then its figures. Columns that no row has are left out. */
static const struct view_field portfolio_rows[] = {
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ "", "programme_name", VIEW_TEXT },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ "", "commune_name", VIEW_TEXT },
	{ N_("Entrusted organisation"), "organisation", VIEW_WORD },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ "", "point_name", VIEW_TEXT },
	{ N_("Status"), "status", VIEW_WORD },
	{ N_("Loans"), "loans", VIEW_COUNT },
	{ N_("Households"), "borrowers", VIEW_COUNT },
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Overdue"), "overdue", VIEW_MONEY },
	{ N_("Frozen"), "frozen", VIEW_MONEY },
	{ N_("Overdue ratio"), "overdue_ratio", VIEW_RATIO },
	{ N_("Unpaid interest"), "interest_unpaid", VIEW_MONEY },
	{ 0 },
};

static char *show_day_new(const json_t *result)
{
	struct buffer day = { 0 };
	format_date(&day, view_text(result, "as_of"));
	return buffer_steal(&day);
}

void show_portfolio(const json_t *result)
{
	const json_t *rows = view_at(result, "rows");
	char *day = show_day_new(result), *title = memory_printf(_("Portfolio after %s"), day);
	view_title(title);
	view_record(view_at(result, "total"), portfolio_total);
	if (json_array_size(rows)) {
		putchar('\n');
		view_table(rows, portfolio_rows, view_at(result, "total"));
	}
	free(title);
	free(day);
}

static const struct view_field targets_total[] = {
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("Poor households"), "poor", VIEW_COUNT },
	{ N_("Poverty rate"), "poor_rate", VIEW_PERCENT },
	{ N_("Near-poor households"), "near_poor", VIEW_COUNT },
	{ N_("Near-poor rate"), "near_poor_rate", VIEW_PERCENT },
	{ N_("Newly escaped households"), "newly_escaped", VIEW_COUNT },
	{ N_("Registered to escape poverty"), "registered", VIEW_COUNT },
	{ N_("Of those escaped"), "escaped", VIEW_COUNT },
	{ N_("Come first in approvals"), "priority", VIEW_COUNT },
	{ N_("Needs"), "need", VIEW_COUNT },
	{ N_("Served"), "served", VIEW_COUNT },
	{ N_("Share of need served"), "demand_served", VIEW_PERCENT },
	{ 0 },
};

static const struct view_field targets_rows[] = {
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("Poor"), "poor", VIEW_COUNT },
	{ N_("Rate"), "poor_rate", VIEW_PERCENT },
	{ N_("Near-poor"), "near_poor", VIEW_COUNT },
	{ N_("Rate"), "near_poor_rate", VIEW_PERCENT },
	{ N_("Newly escaped"), "newly_escaped", VIEW_COUNT },
	{ N_("Registered"), "registered", VIEW_COUNT },
	{ N_("Escaped"), "escaped", VIEW_COUNT },
	{ N_("Needs"), "need", VIEW_COUNT },
	{ N_("Served"), "served", VIEW_COUNT },
	{ 0 },
};

static const struct view_field targets_needs[] = {
	{ N_("Need"), "kind", VIEW_NEED },
	{ N_("Registered"), "need", VIEW_COUNT },
	{ N_("Served"), "served", VIEW_COUNT },
	{ N_("Not met"), "unmet", VIEW_COUNT },
	{ N_("Share served"), "demand_served", VIEW_PERCENT },
	{ N_("Target"), "target", VIEW_PERCENT },
	{ 0 },
};

static const struct view_field targets_registered[] = {
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Indicator"), "metric", VIEW_WORD },
	{ N_("Target"), "shown", VIEW_COUNT },
	{ N_("Reached so far"), "shown_reached", VIEW_COUNT },
	{ N_("Met"), "met", VIEW_YES },
	{ 0 },
};

static const struct view_field targets_figures[] = {
	{ N_("Day"), "as_of", VIEW_DATE },
	{ N_("Indicator"), "metric", VIEW_WORD },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("Value"), "shown", VIEW_COUNT },
	{ 0 },
};

/* A decimal text by the unit of its row, under another name. */
static void show_add_figure(json_t *row, const char *name, const char *as)
{
	struct buffer shown = { 0 };
	const char *value = view_text(row, name), *unit = view_text(row, "unit");
	int64_t n;
	if (!strcmp(unit, "percent"))
		format_percent(&shown, value);
	else if (!parse_integer(value, &n))
		buffer_add(&shown, value);
	else if (!strcmp(unit, "dong"))
		format_money(&shown, n);
	else
		format_count(&shown, n);
	json_object_set_new(row, as, json_string(buffer_str(&shown)));
	buffer_clear(&shown);
}

/* What communes set themselves for the year, beside what was reached by the day. */
static void show_registered(const json_t *registered)
{
	json_t *rows = json_deep_copy(registered), *row;
	size_t i;
	json_array_foreach(rows, i, row)
	{
		show_add_figure(row, "value", "shown");
		show_add_figure(row, "reached", "shown_reached");
	}
	view_title(_("Targets that communes registered"));
	view_table(rows, targets_registered, NULL);
	json_decref(rows);
}

static void show_figures(const json_t *figures)
{
	json_t *rows = json_deep_copy(figures), *row;
	size_t i;
	json_array_foreach(rows, i, row)
	{
		show_add_figure(row, "value", "shown");
	}
	view_title(_("Targets and published figures"));
	view_table(rows, targets_figures, NULL);
	json_decref(rows);
}

void show_targets(const json_t *result)
{
	const json_t *rows = view_at(result, "rows"), *figures = view_at(result, "targets");
	char *day = show_day_new(result),
	     *title = memory_printf(_("Poor and near-poor households on %s"), day);
	view_title(title);
	view_record(view_at(result, "total"), targets_total);
	if (json_array_size(rows)) {
		view_title(_("By commune"));
		view_table(rows, targets_rows, view_at(result, "total"));
	}
	if (json_array_size(view_at(result, "needs"))) {
		view_title(_("Need and what was served"));
		view_table(view_at(result, "needs"), targets_needs, NULL);
	}
	if (json_array_size(view_at(result, "registered")))
		show_registered(view_at(result, "registered"));
	if (json_array_size(figures))
		show_figures(figures);
	free(title);
	free(day);
}
