/* need.*, escape.*, plan.*, target.register, work.*. */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "format.h"
#include "language.h"
#include "memory.h"
#include "view.h"
#include "words.h"

/* "5 of 120 shown", when not all are. */
static void show_page(const json_t *result, const char *list)
{
	int64_t all = view_integer(result, "count");
	size_t here = json_array_size(view_at(result, list));
	if ((int64_t)here < all)
		printf(_("%zu of %lld\n"), here, (long long)all);
}

static const struct view_field need_fields[] = {
	{ N_("Need"), "need", VIEW_TEXT },
	{ N_("Since"), "since", VIEW_DATE },
	{ N_("Days"), "days", VIEW_COUNT },
	{ N_("What"), "kind", VIEW_NEED },
	{ N_("Household"), "household", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Commune"), "commune_name", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Note"), "note", VIEW_TEXT },
	{ 0 },
};

static const struct view_field need_totals[] = {
	{ N_("Needs not met"), "count", VIEW_COUNT },
	{ N_("Of credit"), "amount", VIEW_MONEY_IF_ANY },
	{ 0 },
};

void show_needs(const json_t *result)
{
	view_record(result, need_totals);
	view_title(_("The oldest first"));
	view_table(view_at(result, "needs"), need_fields, NULL);
	show_page(result, "needs");
}

static const struct view_field need_write_fields[] = {
	{ N_("Need"), "need", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("What"), "kind", VIEW_NEED },
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Amount"), "amount", VIEW_MONEY },
	{ N_("Programme"), "programme", VIEW_TEXT },
	{ N_("Served by"), "by", VIEW_WORD },
	{ N_("Reference"), "reference", VIEW_TEXT },
	{ N_("Withdrawn"), "withdrawn", VIEW_YES },
	{ N_("Note"), "note", VIEW_TEXT },
	{ 0 },
};

void show_need_write(const json_t *result)
{
	view_record(result, need_write_fields);
}

static const struct view_field escape_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Commune"), "commune_name", VIEW_TEXT },
	{ N_("Hamlet"), "hamlet", VIEW_TEXT },
	{ N_("Registered on"), "on", VIEW_DATE },
	{ N_("Class today"), "class", VIEW_WORD },
	{ 0 },
};

static const struct view_field escape_totals[] = {
	{ N_("Year"), "year", VIEW_NUMBER },
	{ N_("Registered to escape poverty"), "count", VIEW_COUNT },
	{ 0 },
};

void show_escapes(const json_t *result)
{
	view_record(result, escape_totals);
	view_title(_("Households"));
	view_table(view_at(result, "households"), escape_fields, NULL);
	show_page(result, "households");
}

static const struct view_field escape_write_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Year"), "year", VIEW_NUMBER },
	{ N_("Day"), "on", VIEW_DATE },
	{ 0 },
};

void show_escape_write(const json_t *result)
{
	view_title(json_is_true(view_at(result, "registered")) ? _("Registered to escape poverty")
							       : _("No longer registered to escape poverty"));
	view_record(result, escape_write_fields);
}

static const struct view_field plan_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ "", "name", VIEW_TEXT },
	{ N_("Commune"), "commune_name", VIEW_TEXT },
	{ N_("Who helps"), "unit", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ N_("Plan"), "plan", VIEW_TEXT },
	{ N_("Replaces another"), "replaces", VIEW_YES },
	{ 0 },
};

void show_plans(const json_t *result)
{
	view_table(view_at(result, "plans"), plan_fields, NULL);
	show_page(result, "plans");
}

void show_plan_write(const json_t *result)
{
	view_record(result, plan_fields);
}

static const struct view_field target_write_fields[] = {
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Year"), "year", VIEW_NUMBER },
	{ N_("Indicator"), "metric", VIEW_WORD },
	{ N_("Value"), "value", VIEW_TEXT },
	{ N_("Registered on"), "on", VIEW_DATE },
	{ N_("Replaces another"), "replaces", VIEW_YES },
	{ 0 },
};

void show_target_write(const json_t *result)
{
	view_record(result, target_write_fields);
}

/* ---- the work list ---- */

static const struct view_field work_kind_fields[] = {
	{ N_("Kind"), "kind", VIEW_TEXT },
	{ N_("To do"), "action", VIEW_WORD },
	{ N_("Rows"), "count", VIEW_COUNT },
	{ N_("Late"), "late", VIEW_COUNT },
	{ 0 },
};

static const struct view_field work_fields[] = {
	{ N_("Due on"), "due_on", VIEW_DATE },
	{ N_("Days late"), "days_late", VIEW_COUNT },
	{ N_("Kind"), "kind", VIEW_TEXT },
	{ N_("Number"), "subject_id", VIEW_TEXT },
	{ N_("To do"), "action", VIEW_WORD },
	{ N_("Who"), "role", VIEW_WORD },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Commune"), "commune_name", VIEW_TEXT },
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Details"), "details", VIEW_TEXT },
	{ 0 },
};

static void show_add_detail(struct buffer *out, const char *name, const json_t *value);

static void show_add_details(struct buffer *out, const json_t *list)
{
	size_t i;
	json_t *value;
	json_array_foreach(list, i, value)
	{
		buffer_add(out, i ? ", " : "");
		show_add_detail(out, "", value);
	}
}

/* "name: value", words translated; a list with commas. */
static void show_add_detail(struct buffer *out, const char *name, const json_t *value)
{
	if (*name)
		buffer_printf(out, "%s%s: ", out->len ? "; " : "", words_translate(name));
	if (json_is_string(value))
		buffer_add(out, words_translate(json_string_value(value)));
	else if (json_is_array(value))
		show_add_details(out, value);
	else if (json_is_integer(value))
		format_count(out, json_integer_value(value));
	else if (json_is_boolean(value))
		buffer_add(out, json_is_true(value) ? _("yes") : _("no"));
}

/* Of what stands in it only what says something: neither empty nor by programme. */
static void show_add_work(json_t *row)
{
	struct buffer details = { 0 };
	const char *name;
	json_t *value;
	json_object_foreach(json_object_get(row, "detail"), name, value)
	{
		bool empty = json_is_null(value) || json_is_object(value) ||
			     (json_is_array(value) && !json_array_size(value)) ||
			     (json_is_string(value) && !*json_string_value(value));
		if (!empty)
			show_add_detail(&details, name, value);
	}
	json_object_set_new(row, "details", json_string(buffer_str(&details)));
	buffer_clear(&details);
}

void show_work(const json_t *result)
{
	json_t *rows = json_deep_copy(view_at(result, "rows")), *row;
	size_t i;
	view_title(_("By kind"));
	view_table(view_at(result, "kinds"), work_kind_fields, NULL);
	json_array_foreach(rows, i, row)
	{
		show_add_work(row);
	}
	view_title(_("What waits for somebody, the most urgent first"));
	view_table(rows, work_fields, NULL);
	show_page(result, "rows");
	json_decref(rows);
}

static const struct view_field work_done_fields[] = {
	{ N_("Kind"), "kind", VIEW_TEXT },
	{ N_("Number"), "subject_id", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Seen on"), "on", VIEW_DATE },
	{ 0 },
};

void show_work_done(const json_t *result)
{
	view_record(result, work_done_fields);
}
