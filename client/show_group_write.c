/* group.history and the writes of groups. */
#include "language.h"
#include "show.h"
#include "view.h"

static const struct view_field history_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Formed on"), "formed_on", VIEW_DATE },
	{ N_("Dissolved on"), "dissolved_on", VIEW_DATE },
	{ 0 },
};

static const struct view_field history_leader_fields[] = {
	{ N_("From"), "from_on", VIEW_DATE },
	{ N_("Leader"), "name", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ 0 },
};

static const struct view_field history_event_fields[] = {
	{ N_("Day"), "on", VIEW_DATE },
	{ N_("Event"), "kind", VIEW_WORD },
	{ N_("Other group"), "other_group", VIEW_TEXT },
	{ N_("Decision"), "decision", VIEW_TEXT },
	{ 0 },
};

static const struct view_field history_member_fields[] = {
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Name of the head"), "name", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ 0 },
};

void show_group_history(const json_t *result)
{
	view_title(_("Savings and credit group"));
	view_record(result, history_fields);
	view_title(_("Leaders"));
	view_table(view_at(result, "leaders"), history_leader_fields, NULL);
	view_title(_("Events of the group"));
	view_table(view_at(result, "events"), history_event_fields, NULL);
	view_title(_("Members"));
	view_table(view_at(result, "members"), history_member_fields, NULL);
}

/* What any write of a group may reply; what it doesn't is left out. */
static const struct view_field group_write_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Household"), "household", VIEW_TEXT },
	{ N_("Formed on"), "formed_on", VIEW_DATE },
	{ N_("Dissolved on"), "dissolved_on", VIEW_DATE },
	{ N_("From"), "from_on", VIEW_DATE },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Leader before"), "before", VIEW_TEXT },
	{ N_("Joined on"), "joined_on", VIEW_DATE },
	{ N_("Left on"), "left_on", VIEW_DATE },
	{ N_("Other group"), "to", VIEW_TEXT },
	{ N_("Moved on"), "moved_on", VIEW_DATE },
	{ N_("Merged on"), "merged_on", VIEW_DATE },
	{ N_("Split on"), "split_on", VIEW_DATE },
	{ N_("Households moved"), "households", VIEW_COUNT },
	{ N_("Loans moved"), "loans", VIEW_COUNT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Members"), "members", VIEW_COUNT },
	{ N_("Members of the other group"), "members_there", VIEW_COUNT },
	{ N_("Fewer members than a group needs"), "too_few", VIEW_YES },
	{ 0 },
};

static void show_group_write(const char *title, const json_t *result)
{
	view_title(title);
	view_record(result, group_write_fields);
}

void show_group_formed(const json_t *result)
{
	show_group_write(_("The group is formed"), result);
}

void show_group_led(const json_t *result)
{
	show_group_write(_("The group has another leader"), result);
}

void show_group_joined(const json_t *result)
{
	show_group_write(_("The household is a member"), result);
}

void show_group_left(const json_t *result)
{
	show_group_write(_("The household has left the group"), result);
}

void show_group_moved(const json_t *result)
{
	show_group_write(_("Households and loans have moved"), result);
}

void show_group_dissolved(const json_t *result)
{
	show_group_write(_("The group is dissolved"), result);
}
