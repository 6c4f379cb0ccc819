/* group.form, group.lead, group.join, group.leave, group.dissolve: who belongs to a group and who leads it, from a day on.
 * domain.md 5.1 */
#include <string.h>

#include "simple_write.h"
#include "vonvay/method.h"

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_GROUP { .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group, 7 digits." }
#define A_REASON(what) { .name = (what), .type = PARAM_TEXT, .required = true, .min = 1, .max = 300, .help = "Why, or by which decision." }
/* clang-format on */

const struct param_spec group_history_params[] = { THE_GROUP, { 0 } };

const struct param_spec group_form_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 120,
	  .help = "Name of the group." },
	{ .name = "organisation",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "farmers women veterans youth",
	  .help = "The mass organisation that looks after it." },
	{ .name = "area",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Code of its commune." },
	{ .name = "hamlet", .type = PARAM_TEXT, .max = 120, .help = "The hamlet, where it has one." },
	{ .name = "point",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Code of the transaction point whose sessions it comes to." },
	{ .name = "leader", .type = PARAM_TEXT, .required = true, .min = 1, .max = 120, .help = "Name." },
	{ .name = "leader_household",
	  .type = PARAM_ID,
	  .help = "Household of the leader, one of the members." },
	{ .name = "households",
	  .type = PARAM_IDS,
	  .required = true,
	  .help = "Who founds it: as many as the policies group_members_min and _max allow." },
	{ .name = "formed_on", .type = PARAM_DATE, .help = "By default the business date." },
	{ .name = "decision",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 120,
	  .help = "Number of the commune's approval." },
	{ 0 },
};

const struct param_spec group_lead_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "leader", .type = PARAM_TEXT, .required = true, .min = 1, .max = 120, .help = "Name." },
	{ .name = "household", .type = PARAM_ID, .help = "Household of the leader, a member." },
	{ .name = "from_on", .type = PARAM_DATE, .help = "By default the business date." },
	A_REASON("reason"),
	{ 0 },
};

const struct param_spec group_join_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." },
	{ .name = "joined_on", .type = PARAM_DATE, .help = "By default the business date." },
	{ 0 },
};

const struct param_spec group_leave_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." },
	{ .name = "left_on",
	  .type = PARAM_DATE,
	  .help = "The first day no longer a member, by default the business date." },
	A_REASON("reason"),
	{ 0 },
};

const struct param_spec group_dissolve_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "dissolved_on", .type = PARAM_DATE, .help = "By default the business date." },
	A_REASON("decision"),
	{ 0 },
};

static void group_arg_policy(const struct loan_context *ctx, struct db_args *args, const char *name,
			     struct date on, int64_t otherwise)
{
	db_arg_i64(args, reference_policy_int(ctx->ref, name, "", true, on, otherwise));
}

static int group_organisation(const struct reference *ref, const char *word)
{
	int number = 0;
	for (int i = 0; i < ORGANISATION_DIRECT && !number; i++) {
		const struct reference_organisation *o = reference_organisation_find(ref, i);
		if (o && !strcmp(o->word, word))
			number = i;
	}
	return number;
}

static bool group_form_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	struct date on = param_date_or(req->params, "formed_on", ctx->business);
	group_arg_policy(ctx, args, "group_members_min", on, 5);
	group_arg_policy(ctx, args, "group_members_max", on, 60);
	db_arg_i64(args, group_organisation(ctx->ref, param_text(req->params, "organisation")));
	return true;
}

static bool group_join_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	group_arg_policy(ctx, args, "group_members_max",
			 param_date_or(req->params, "joined_on", ctx->business), 60);
	return true;
}

static bool group_leave_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	group_arg_policy(ctx, args, "group_members_min", param_date_or(req->params, "left_on", ctx->business),
			 5);
	return true;
}

static const struct simple_write group_form_write = { .stmt = STMT_GROUP_FORM,
						      .params = true,
						      .args = group_form_args };
static const struct simple_write group_lead_write = { .stmt = STMT_GROUP_LEAD, .params = true };
static const struct simple_write group_join_write = { .stmt = STMT_GROUP_JOIN,
						      .params = true,
						      .args = group_join_args };
static const struct simple_write group_leave_write = { .stmt = STMT_GROUP_LEAVE,
						       .params = true,
						       .args = group_leave_args };
static const struct simple_write group_dissolve_write = { .stmt = STMT_GROUP_DISSOLVE, .params = true };

void group_form(struct request *req)
{
	simple_write(req, &group_form_write);
}

void group_lead(struct request *req)
{
	simple_write(req, &group_lead_write);
}

void group_join(struct request *req)
{
	simple_write(req, &group_join_write);
}

void group_leave(struct request *req)
{
	simple_write(req, &group_leave_write);
}

void group_dissolve(struct request *req)
{
	simple_write(req, &group_dissolve_write);
}

void group_history(struct request *req)
{
	simple_read(req, STMT_GROUP_HISTORY);
}
