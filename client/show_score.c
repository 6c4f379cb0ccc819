/* group.score, group.scores, group.commission. */
#include "show.h"

#include "language.h"
#include "view.h"

static const struct view_field score_fields[] = {
	{ N_("Savings and credit group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Entrusted organisation"), "organisation", VIEW_WORD },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Transaction point"), "point", VIEW_TEXT },
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("Points"), "points", VIEW_COUNT },
	{ N_("Rank"), "rank", VIEW_WORD },
	{ 0 },
};

static const struct view_field criterion_fields[] = {
	{ N_("Criterion"), "criterion", VIEW_WORD },
	{ N_("Value"), "percent", VIEW_PERCENT },
	{ N_("Points"), "points", VIEW_COUNT },
	{ N_("Of at most"), "most", VIEW_COUNT },
	{ 0 },
};

static const struct view_field counted_fields[] = {
	{ N_("Outstanding"), "outstanding", VIEW_MONEY },
	{ N_("Overdue balance"), "overdue", VIEW_MONEY },
	{ N_("Frozen balance"), "frozen", VIEW_MONEY },
	{ N_("Interest due in the month"), "interest_due", VIEW_MONEY },
	{ N_("Interest collected"), "interest_collected", VIEW_MONEY },
	{ N_("Sessions held"), "sessions_held", VIEW_COUNT },
	{ N_("Sessions attended"), "sessions_attended", VIEW_COUNT },
	{ N_("Principal that fell due"), "principal_due", VIEW_MONEY },
	{ N_("Collected of it"), "principal_collected", VIEW_MONEY },
	{ N_("Deposits before the month"), "deposits_before", VIEW_MONEY },
	{ N_("Deposits at its end"), "deposits_after", VIEW_MONEY },
	{ N_("Members"), "members", VIEW_COUNT },
	{ N_("Members who deposited"), "members_depositing", VIEW_COUNT },
	{ 0 },
};

static const struct view_field band_fields[] = {
	{ N_("Criterion"), "criterion", VIEW_WORD },
	{ N_("From the value"), "percent_from", VIEW_PERCENT },
	{ N_("Points"), "points", VIEW_COUNT },
	{ 0 },
};

void show_group_score(const json_t *result)
{
	view_title(_("Score of the group"));
	view_record(result, score_fields);
	view_title(_("Criteria"));
	view_table(view_at(result, "criteria"), criterion_fields, NULL);
	view_title(_("What was counted"));
	view_record(view_at(result, "counted"), counted_fields);
	view_title(_("Table of points"));
	view_table(view_at(result, "bands"), band_fields, NULL);
}

static const struct view_field ranks_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("Groups"), "groups", VIEW_COUNT },
	{ N_("Good"), "ranks.rank_good", VIEW_COUNT },
	{ N_("Fair"), "ranks.rank_fair", VIEW_COUNT },
	{ N_("Average"), "ranks.rank_average", VIEW_COUNT },
	{ N_("Weak"), "ranks.rank_weak", VIEW_COUNT },
	{ 0 },
};

static const struct view_field scores_fields[] = {
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Organisation"), "organisation", VIEW_WORD },
	{ N_("Commune"), "commune", VIEW_TEXT },
	{ N_("Overdue"), "criteria.overdue", VIEW_COUNT },
	{ N_("Interest"), "criteria.interest", VIEW_COUNT },
	{ N_("Session"), "criteria.attendance", VIEW_COUNT },
	{ N_("Due"), "criteria.principal_due", VIEW_COUNT },
	{ N_("Deposits"), "criteria.deposit_growth", VIEW_COUNT },
	{ N_("Depositing"), "criteria.depositing", VIEW_COUNT },
	{ N_("Points"), "points", VIEW_COUNT },
	{ N_("Rank"), "rank", VIEW_WORD },
	{ 0 },
};

/* Below full marks: a row under the criteria. */
static json_t *show_below_full_new(const json_t *result)
{
	const json_t *below = view_at(result, "below_full");
	json_t *total = json_object();
	if (below) {
		json_object_set_new(total, "name", json_string(_("groups below full marks")));
		json_object_set_new(total, "criteria", json_deep_copy(below));
	}
	return total;
}

void show_group_scores(const json_t *result)
{
	json_t *below = show_below_full_new(result);
	view_title(_("Scores of groups"));
	view_record(result, ranks_fields);
	view_title(_("Groups, the best first"));
	view_table(view_at(result, "rows"), scores_fields, below);
	json_decref(below);
}

static const struct view_field month_fields[] = {
	{ N_("From"), "from", VIEW_DATE },
	{ N_("To"), "to", VIEW_DATE },
	{ N_("Groups"), "total.groups", VIEW_COUNT },
	{ 0 },
};

static const struct view_field commission_fields[] = {
	{ N_("Group"), "group", VIEW_TEXT },
	{ N_("Name"), "name", VIEW_TEXT },
	{ N_("Leader"), "leader", VIEW_TEXT },
	{ N_("Interest due in the month"), "interest_due", VIEW_MONEY },
	{ N_("Interest collected"), "interest_collected", VIEW_MONEY },
	{ N_("Collection rate"), "collection_percent", VIEW_PERCENT },
	{ N_("Bad debt"), "bad_percent", VIEW_PERCENT },
	{ N_("Share"), "share_percent", VIEW_PERCENT },
	{ N_("Commission"), "amount", VIEW_MONEY },
	{ N_("Why none"), "reason", VIEW_WORD },
	{ 0 },
};

void show_group_commission(const json_t *result)
{
	view_title(_("Commissions of group leaders"));
	view_record(result, month_fields);
	view_title(_("To be paid"));
	view_table(view_at(result, "rows"), commission_fields, view_at(result, "total"));
}
