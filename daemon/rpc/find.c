/* loan.find and household.find: by name with or without diacritics, number, group or citizen id. */
#include <string.h>

#include "loan_views.h"
#include "look.h"
#include "vonvay/eligibility.h"
#include "vonvay/method.h"
#include "vonvay/personal.h"
#include "vonvay/server.h"

#define FIND_LIMIT 50
#define FIND_LIMIT_MAX 200

#define FIND_COMMON                                                                                          \
	{ .name = "text",                                                                                    \
	  .type = PARAM_TEXT,                                                                                \
	  .min = 1,                                                                                          \
	  .max = 200,                                                                                        \
	  .help = "Words of a name, in any order, with or without diacritics." },                            \
		{ .name = "household", .type = PARAM_ID, .help = "Number of the household." },               \
		{ .name = "group", .type = PARAM_ID, .help = "Number of the group." },                       \
		{ .name = "citizen_id",                                                                      \
		  .type = PARAM_TEXT,                                                                        \
		  .min = 9,                                                                                  \
		  .max = 24,                                                                                 \
		  .help = "Number of the identity card, with or without spaces and dots." },                                                  \
	{                                                                                                    \
		.name = "limit", .type = PARAM_INT, .min = 1, .max = FIND_LIMIT_MAX,                         \
		.help = "At most so many; default 50."                                                       \
	}

const struct param_spec loan_find_params[] = {
	{ .name = "loan", .type = PARAM_ID, .help = "Contract number." },
	FIND_COMMON,
	{ 0 },
};

const struct param_spec household_find_params[] = {
	FIND_COMMON,
	{ 0 },
};

static void find_arg_id(struct db_args *args, const struct request *req, const char *name)
{
	if (param_has(req->params, name))
		db_arg_i64(args, param_id(req->params, name));
	else
		db_arg_null(args);
}

/* Stored is only a keyed hash of it, by any of the keys. */
static void find_arg_citizen(struct db_args *args, const struct request *req)
{
	const struct data_keys *keys = &req->server->keys;
	struct text_array hashes = { 0 };
	unsigned char hash[SHA256_SIZE];
	char hex[2 + SHA256_HEX_SIZE] = "\\x";
	personal_text value;
	if (!param_has(req->params, "citizen_id") ||
	    personal_normalise(PERSONAL_CITIZEN_ID, param_text(req->params, "citizen_id"), value)) {
		db_arg_null(args);
		return;
	}
	for (int i = 0; i < keys->count; i++) {
		personal_hash(&keys->key[i], PERSONAL_CITIZEN_ID, value, hash);
		hex_encode(hash, sizeof hash, hex + 2);
		text_array_add(&hashes, hex);
	}
	db_arg_text_array(args, &hashes);
	text_array_clear(&hashes);
	explicit_bzero(value, sizeof value);
}

/* False: answered. */
static bool find_check_citizen(struct request *req)
{
	personal_text value;
	const char *wrong;
	if (!param_has(req->params, "citizen_id"))
		return true;
	wrong = personal_normalise(PERSONAL_CITIZEN_ID, param_text(req->params, "citizen_id"), value);
	explicit_bzero(value, sizeof value);
	if (wrong)
		request_fail(req, ERR_INVALID_PARAMS, "citizen_id", "citizen_id: %s", wrong);
	else if (!req->server->keys.count)
		request_fail(req, ERR_UNAVAILABLE, "citizen_id", "the daemon has no key for personal data");
	else
		return true;
	return false;
}

/* Something has to be asked for. False: answered. */
static bool find_check(struct request *req)
{
	static const char *const criteria[] = { "text", "household", "group", "citizen_id", "loan" };
	if (!find_check_citizen(req))
		return false;
	const char *text = param_text_or(req->params, "text", "-");
	if (!text[strspn(text, " \t")]) {
		request_fail(req, ERR_INVALID_PARAMS, "text", "text must have a word");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(criteria); i++)
		if (param_has(req->params, criteria[i]))
			return true;
	request_fail(req, ERR_INVALID_PARAMS, "text", "text or another thing to search for is required");
	return false;
}

/* ---- loan.find ---- */

static void find_write_loan(struct jw *w, const struct db_result *r, int row)
{
	jw_object(w, NULL);
	jw_id(w, "loan", db_i64(r, row, 0));
	loan_json_household(w, "household", db_i64(r, row, 1));
	jw_str(w, "household_name", db_text(r, row, 2));
	loan_json_group(w, "group", db_i64(r, row, 3));
	jw_str(w, "programme", db_text(r, row, 4));
	jw_date(w, "contract_on", db_date(r, row, 5));
	jw_str(w, "status", loan_status_word((enum loan_status)db_i32(r, row, 6)));
	jw_money(w, "outstanding", db_money(r, row, 7));
	jw_end(w);
}

static void loan_find_done(const struct db_result *r, void *arg)
{
	request_reply_rows(arg, r, "loans", find_write_loan);
}

void loan_find(struct request *req)
{
	struct db_args args = { 0 };
	if (!find_check(req))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, param_text_or(req->params, "text", NULL));
	find_arg_id(&args, req, "loan");
	find_arg_id(&args, req, "group");
	find_arg_id(&args, req, "household");
	find_arg_citizen(&args, req);
	db_arg_i64(&args, param_int_or(req->params, "limit", FIND_LIMIT));
	db_query(req->db, STMT_LOAN_FIND, &args, loan_find_done, req);
}

/* ---- household.find ---- */

static void find_write_household(struct jw *w, const struct db_result *r, int row)
{
	jw_object(w, NULL);
	loan_json_household(w, "household", db_i64(r, row, 0));
	jw_str(w, "name", db_text(r, row, 1));
	jw_str(w, "area", db_text(r, row, 2));
	jw_str(w, "hamlet", db_text(r, row, 3));
	jw_str(w, "class", household_class_word((enum household_class)db_i32(r, row, 4)));
	loan_json_group(w, "group", db_i64(r, row, 5));
	jw_i64(w, "loans", db_i64(r, row, 6));
	jw_end(w);
}

/* Whoever asks by number or citizen id looks at a household; a list of names looks at nobody in particular. */
static void household_find_done(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	bool looks = param_has(req->params, "household") || param_has(req->params, "citizen_id");
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	jw_object(&w, NULL);
	jw_array(&w, "households");
	for (int i = 0; i < r->rows; i++) {
		find_write_household(&w, r, i);
		if (looks)
			look_at(req, db_i64(r, i, 0));
	}
	jw_end(&w);
	jw_end(&w);
	look_reply(req, &text);
	text_clear(&text);
}

void household_find(struct request *req)
{
	struct db_args args = { 0 };
	if (!find_check(req))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, param_text_or(req->params, "text", NULL));
	find_arg_id(&args, req, "household");
	find_arg_citizen(&args, req);
	find_arg_id(&args, req, "group");
	db_arg_i64(&args, param_int_or(req->params, "limit", FIND_LIMIT));
	db_query(req->db, STMT_HOUSEHOLD_FIND, &args, household_find_done, req);
}
