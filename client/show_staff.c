/* staff.* */
#include "show.h"

#include "language.h"
#include "view.h"

static const struct view_field staff_fields[] = {
	{ N_("Staff"), "staff", VIEW_TEXT },
	{ N_("Name"), "full_name", VIEW_TEXT },
	{ N_("Role"), "role", VIEW_WORD },
	{ N_("Unit"), "area", VIEW_TEXT },
	{ N_("Organisation"), "organisation", VIEW_WORD },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Until"), "until", VIEW_DATE },
	{ N_("User id"), "uid", VIEW_NUMBER },
	{ N_("Certificates from"), "certificates_from", VIEW_MOMENT },
	{ 0 },
};

void show_staff_list(const json_t *result)
{
	view_table(view_at(result, "staff"), staff_fields, NULL);
}

static const struct view_field change_fields[] = {
	{ N_("Change"), "change", VIEW_TEXT },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("Staff"), "staff", VIEW_TEXT },
	{ N_("Name"), "parameters.full_name", VIEW_TEXT },
	{ N_("Role"), "parameters.role", VIEW_WORD },
	{ N_("Unit"), "parameters.area", VIEW_TEXT },
	{ N_("Organisation"), "parameters.organisation", VIEW_WORD },
	{ N_("Transaction point"), "parameters.point", VIEW_TEXT },
	{ N_("User id"), "parameters.uid", VIEW_NUMBER },
	{ N_("From"), "parameters.from", VIEW_DATE },
	{ N_("Until"), "parameters.until", VIEW_DATE },
	{ N_("Goes to"), "parameters.to", VIEW_TEXT },
	{ N_("Handed over"), "handed", VIEW_COUNT },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Proposed by"), "proposed_by", VIEW_TEXT },
	{ N_("Proposed at"), "proposed_at", VIEW_MOMENT },
	{ N_("Decided by"), "decided_by", VIEW_TEXT },
	{ N_("Decided at"), "decided_at", VIEW_MOMENT },
	{ N_("Note"), "note", VIEW_TEXT },
	{ 0 },
};

void show_staff_change(const json_t *result)
{
	view_title(_("Change of staff"));
	view_record(result, change_fields);
}

static const struct view_field change_row_fields[] = {
	{ N_("Change"), "change", VIEW_TEXT },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("Staff"), "staff", VIEW_TEXT },
	{ N_("Role"), "parameters.role", VIEW_WORD },
	{ N_("Goes to"), "parameters.to", VIEW_TEXT },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Proposed by"), "proposed_by", VIEW_TEXT },
	{ N_("Decided by"), "decided_by", VIEW_TEXT },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ 0 },
};

void show_staff_changes(const json_t *result)
{
	view_table(view_at(result, "changes"), change_row_fields, NULL);
}

static const struct view_field role_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("Role"), "role", VIEW_WORD },
	{ N_("Unit"), "area", VIEW_TEXT },
	{ N_("Organisation"), "organisation", VIEW_WORD },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("Replaced"), "superseded", VIEW_YES },
	{ 0 },
};

static const struct view_field open_fields[] = {
	{ N_("Subject"), "subject", VIEW_WORD },
	{ N_("Number"), "subject_id", VIEW_TEXT },
	{ 0 },
};

void show_staff(const json_t *result)
{
	view_record(result, staff_fields);
	view_title(_("Roles"));
	view_table(view_at(result, "roles"), role_fields, NULL);
	if (json_array_size(view_at(result, "open"))) {
		view_title(_("Open work"));
		view_table(view_at(result, "open"), open_fields, NULL);
	}
	if (json_array_size(view_at(result, "changes"))) {
		view_title(_("Changes"));
		view_table(view_at(result, "changes"), change_row_fields, NULL);
	}
}
