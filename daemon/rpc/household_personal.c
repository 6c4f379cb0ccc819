/* household.personal: personal data in full, with a reason that is recorded; household.looks: who looked at whom. */
#include <string.h>

#include "household_specs.h"
#include "loan_views.h"
#include "personal_show.h"
#include "simple_write.h"
#include "vonvay/method.h"

#define LOOKS_LIMIT_MAX 1000

const struct param_spec household_personal_params[] = {
	THE_HOUSEHOLD,
	{ .name = "member",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 99,
	  .help = "Number of one member; without it all." },
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 3,
	  .max = 300,
	  .help = "Why they have to be seen in full; recorded with your name." },
	{ 0 },
};

const struct param_spec household_looks_params[] = {
	{ .name = "household", .type = PARAM_ID, .help = "Who looked at this household." },
	{ .name = "staff", .type = PARAM_TEXT, .min = 1, .max = 63, .help = "What this member of staff looked at." },
	{ .name = "from", .type = PARAM_DATE, .help = "First day; default: 30 days ago." },
	{ .name = "to", .type = PARAM_DATE, .help = "Last day; default: today." },
	{ .name = "limit",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = LOOKS_LIMIT_MAX,
	  .help = "At most so many, the latest first; default 200." },
	{ 0 },
};

/* Columns of api.household_personal. */
enum {
	PERSONAL_MEMBER,
	PERSONAL_NAME,
	PERSONAL_FIELD,
	PERSONAL_SEALED,
};

static void personal_write_members(struct jw *w, const struct db_result *r, const struct personal_shown *shown)
{
	jw_array(w, "members");
	for (int i = 0; i < r->rows; i++) {
		int64_t member = db_i64(r, i, PERSONAL_MEMBER);
		if (i && db_i64(r, i - 1, PERSONAL_MEMBER) == member)
			continue;
		jw_object(w, NULL);
		jw_i64(w, "no", member);
		jw_str(w, "name", db_text(r, i, PERSONAL_NAME));
		personal_shown_write(w, shown, member);
		jw_end(w);
	}
	jw_end(w);
}

static void personal_read(const struct db_result *r, void *arg)
{
	static const struct personal_columns columns = { PERSONAL_MEMBER, PERSONAL_FIELD, PERSONAL_SEALED };
	struct request *req = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	int64_t household = param_id(req->params, "household");
	jw_object(&w, NULL);
	loan_json_household(&w, "household", household);
	personal_write_members(&w, r, personal_shown_new(req, household, r, &columns));
	jw_end(&w);
	request_reply_text(req, &text);
	explicit_bzero(text.s, text.len);
	text_clear(&text);
}

/* The statement records the look and reads in one transaction; what it answers leaves after that. Nothing keeps a reply. */
void household_personal(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, req->peer.door);
	db_arg_i64(&args, param_id(req->params, "household"));
	if (param_has(req->params, "member"))
		db_arg_i64(&args, param_int(req->params, "member"));
	else
		db_arg_null(&args);
	db_arg_text(&args, param_text(req->params, "reason"));
	db_query(req->db, STMT_HOUSEHOLD_PERSONAL, &args, personal_read, req);
}

void household_looks(struct request *req)
{
	simple_read(req, STMT_HOUSEHOLD_LOOKS);
}
