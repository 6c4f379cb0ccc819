/* staff.*: staff are changed by two administrators. One proposes: PostgreSQL tries it, takes it back and keeps the proposal;
 * it happens when the other one approves. From then on every session asks anew who its peer is. */
#include <string.h>

#include "simple_write.h"
#include "vonvay/method.h"
#include "vonvay/server.h"

#define STAFF_ROLES "clerk officer organisation_officer administrator director inspector"

/* clang-format off */
#define STAFF_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define STAFF_NAME { .name = "staff", .type = PARAM_TEXT, .required = true, .min = 1, .max = 63, .help = "What they sign in as." }
#define STAFF_REASON { .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .help = "Why, in a sentence." }
#define STAFF_CHANGE { .name = "change", .type = PARAM_ID, .required = true, .help = "Number of the change of staff." }
#define STAFF_NOTE { .name = "note", .type = PARAM_TEXT, .help = "What the one who decides says to it." }
#define STAFF_ROLE                                                                                                       \
	{ .name = "role", .type = PARAM_WORD, .required = true, .words = STAFF_ROLES, .help = "What they may do." },          \
	{ .name = "area", .type = PARAM_TEXT, .min = 1, .max = 16,                                                            \
	  .help = "Scope: this unit with all below it; default: all units." },                                                \
	{ .name = "organisation", .type = PARAM_TEXT, .min = 1, .max = 32,                                                    \
	  .help = "Scope: the groups of this organisation; default: all." },                                                  \
	{ .name = "point", .type = PARAM_TEXT, .min = 1, .max = 32,                                                           \
	  .help = "Scope: the groups of this transaction point; default: all." },                                             \
	{ .name = "from", .type = PARAM_DATE, .help = "First day; default: that of the approval." }
/* clang-format on */

const struct param_spec staff_create_params[] = {
	STAFF_KEY,
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 63,
	  .help = "What they sign in as: small letters, digits, \".\", \"_\", \"-\"; the name in their certificates." },
	{ .name = "full_name", .type = PARAM_TEXT, .required = true, .min = 1, .max = 200, .help = "Their name." },
	STAFF_ROLE,
	{ .name = "uid",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = INT32_MAX,
	  .help = "Their user on the machine of the daemon, for its socket." },
	STAFF_REASON,
	{ 0 },
};

const struct param_spec staff_role_params[] = { STAFF_KEY, STAFF_NAME, STAFF_ROLE, STAFF_REASON, { 0 } };

const struct param_spec staff_end_params[] = {
	STAFF_KEY,
	STAFF_NAME,
	{ .name = "until",
	  .type = PARAM_DATE,
	  .help = "First day they are no longer there; default: that of the approval." },
	STAFF_REASON,
	{ 0 },
};

const struct param_spec staff_hand_over_params[] = {
	STAFF_KEY,
	STAFF_NAME,
	{ .name = "to",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 63,
	  .help = "Who goes on with it: opened applications, proposals that wait." },
	STAFF_REASON,
	{ 0 },
};

const struct param_spec staff_reset_certificates_params[] = { STAFF_KEY, STAFF_NAME, STAFF_REASON, { 0 } };

const struct param_spec staff_approve_params[] = { STAFF_KEY, STAFF_CHANGE, STAFF_NOTE, { 0 } };
const struct param_spec staff_reject_params[] = { STAFF_KEY, STAFF_CHANGE, STAFF_NOTE, { 0 } };
const struct param_spec staff_withdraw_params[] = { STAFF_KEY, STAFF_CHANGE, { 0 } };

const struct param_spec staff_list_params[] = {
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the wall clock; default: today." },
	{ .name = "all", .type = PARAM_BOOL, .help = "Also who is not there on that day." },
	{ 0 },
};

const struct param_spec staff_show_params[] = { STAFF_NAME, { 0 } };

const struct param_spec staff_changes_params[] = {
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = "proposed applied rejected withdrawn",
	  .help = "Only those that stand so." },
	{ .name = "limit", .type = PARAM_INT, .min = 1, .max = 1000, .help = "At most so many; default 100." },
	{ 0 },
};

/* ---- proposals ---- */

/* The kind is the method after "staff.". */
static bool staff_propose_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	(void)ctx;
	db_arg_text(args, strchr(req->method->name, '.') + 1);
	return true;
}

static const struct simple_write staff_propose_write = { .stmt = STMT_STAFF_PROPOSE,
							 .params = true,
							 .args = staff_propose_args };

void staff_create(struct request *req)
{
	simple_write(req, &staff_propose_write);
}

void staff_role(struct request *req)
{
	simple_write(req, &staff_propose_write);
}

void staff_end(struct request *req)
{
	simple_write(req, &staff_propose_write);
}

void staff_hand_over(struct request *req)
{
	simple_write(req, &staff_propose_write);
}

void staff_reset_certificates(struct request *req)
{
	simple_write(req, &staff_propose_write);
}

/* ---- decisions ---- */

static const struct simple_write staff_approve_write = { .stmt = STMT_STAFF_APPROVE, .params = true, .staff = true };
static const struct simple_write staff_reject_write = { .stmt = STMT_STAFF_REJECT, .params = true };
static const struct simple_write staff_withdraw_write = { .stmt = STMT_STAFF_WITHDRAW, .params = true };

void staff_approve(struct request *req)
{
	simple_write(req, &staff_approve_write);
}

void staff_reject(struct request *req)
{
	simple_write(req, &staff_reject_write);
}

void staff_withdraw(struct request *req)
{
	simple_write(req, &staff_withdraw_write);
}

/* ---- reads ---- */

void staff_list(struct request *req)
{
	simple_read(req, STMT_STAFF_LIST);
}

void staff_show(struct request *req)
{
	simple_read(req, STMT_STAFF_SHOW);
}

void staff_changes(struct request *req)
{
	simple_read(req, STMT_STAFF_CHANGES);
}
