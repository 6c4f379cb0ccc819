/* review.list, review.preview. */
#include <stdio.h>

#include "format.h"
#include "language.h"
#include "show.h"
#include "view.h"

static const struct view_field review_fields[] = {
	{ N_("Review"), "review", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Commune"), "area", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Asked on"), "asked_on", VIEW_DATE },
	{ N_("Result due on"), "due_on", VIEW_DATE },
	{ N_("Days late"), "days_late", VIEW_COUNT },
	{ N_("Closed on"), "closed_on", VIEW_DATE },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Change"), "change", VIEW_WORD },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ N_("Note"), "note", VIEW_TEXT },
	{ 0 },
};

static void show_next(const json_t *result)
{
	struct buffer next = { 0 };
	view_add_value(&next, view_at(result, "next"), VIEW_TEXT);
	if (next.len)
		printf(_("more: --after %s\n"), buffer_str(&next));
	buffer_clear(&next);
}

void show_reviews(const json_t *result)
{
	view_table(view_at(result, "reviews"), review_fields, NULL);
	show_next(result);
}

static const struct view_field commune_fields[] = {
	{ N_("Commune"), "area", VIEW_TEXT },
	{ "", "area_name", VIEW_TEXT },
	{ N_("Households"), "households", VIEW_COUNT },
	{ N_("stays poor"), "stays_poor", VIEW_COUNT },
	{ N_("stays near-poor"), "stays_near_poor", VIEW_COUNT },
	{ N_("leaves poverty"), "escapes", VIEW_COUNT },
	{ N_("falls back into poverty"), "falls_back", VIEW_COUNT },
	{ N_("falls back to near-poor"), "falls_back_near_poor", VIEW_COUNT },
	{ N_("newly poor"), "newly_poor", VIEW_COUNT },
	{ N_("newly near-poor"), "newly_near_poor", VIEW_COUNT },
	{ N_("from poor to near-poor"), "poor_to_near_poor", VIEW_COUNT },
	{ N_("from near-poor to poor"), "near_poor_to_poor", VIEW_COUNT },
	{ N_("neither before nor now"), "unchanged", VIEW_COUNT },
	{ N_("poor or near-poor, not in the file"), "not_in_file", VIEW_COUNT },
	{ 0 },
};

static const struct view_field reviewed_fields[] = {
	{ N_("Line"), "line", VIEW_NUMBER },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("Commune"), "area", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Class until then"), "before", VIEW_WORD },
	{ N_("Class"), "class", VIEW_WORD },
	{ N_("Change"), "change", VIEW_WORD },
	{ 0 },
};

void show_review_preview(const json_t *result)
{
	struct buffer changed = { 0 };
	view_title(_("What the review changes"));
	view_table(view_at(result, "communes"), commune_fields, view_at(result, "total"));
	view_title(_("Households"));
	view_table(view_at(result, "households"), reviewed_fields, NULL);
	show_next(result);
	if (view_integer(result, "changed_since_check")) {
		format_count(&changed, view_integer(result, "changed_since_check"));
		printf(_("%s households were changed since the check: check the file again.\n"), changed.s);
	}
	buffer_clear(&changed);
}
