/* change.*: reference data are proposed by one person and approved by another. Before anything of it is stored PostgreSQL
 * applies the change and takes it back, and what it would give has to be readable here: a row that no decision could be
 * made with never gets in. rate.correct and relief.define are proposals of one kind. */
#include <stdlib.h>

#include "change_kinds.h"
#include "simple_write.h"
#include "vonvay/json.h"
#include "vonvay/method.h"

#define CHANGE_KEY                                                                                           \
	{                                                                                                    \
		.name = "key", .type = PARAM_KEY, .required = true,                                          \
		.help = "UUIDv7 made by the client before sending."                                          \
	}
#define CHANGE_ID                                                                                            \
	{                                                                                                    \
		.name = "change", .type = PARAM_ID, .required = true, .help = "Number of the change."        \
	}
#define CHANGE_REASON                                                                                        \
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .help = "Why, in a sentence." }, \
	{                                                                                                    \
		.name = "decision", .type = PARAM_TEXT, .max = 100,                                          \
		.help = "Number and day of the decision it rests on."                                        \
	}
#define CHANGE_NOTE                                                                                          \
	{                                                                                                    \
		.name = "note", .type = PARAM_TEXT, .help = "What the one who decides says to it."           \
	}

static const struct param_spec change_row_params[] = {
	{ .name = "line",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 32,
	  .help = "Rate line (rate.list)." },
	{ .name = "rate", .type = PARAM_RATE, .required = true, .max = RATE_E7_MAX, .help = "Percent a year." },
	{ 0 },
};

const struct param_spec change_propose_params[] = {
	CHANGE_KEY,
	{ .name = "kind",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = CHANGE_KINDS,
	  .help = "What is changed." },
	CHANGE_REASON,
	{ .name = "line",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 32,
	  .help = "rate, rate_correction: the rate line (rate.list)." },
	{ .name = "rate",
	  .type = PARAM_RATE,
	  .max = RATE_E7_MAX,
	  .help = "rate, rate_correction: percent a year." },
	{ .name = "rows",
	  .type = PARAM_OBJECTS,
	  .items = change_row_params,
	  .max = 200,
	  .help = "rate, rate_correction: several lines at once, in place of line and rate." },
	{ .name = "applies_to",
	  .type = PARAM_WORD,
	  .words = "all_balances new_loans",
	  .help = "rate: all balances of the line (default), or new contracts only, which get a line of their own." },
	{ .name = "from", .type = PARAM_DATE, .help = "First day." },
	{ .name = "until",
	  .type = PARAM_DATE,
	  .help = "limit, area_end, programme: the last day. relief: the first day at the full rate again." },
	{ .name = "programme", .type = PARAM_TEXT, .min = 1, .max = 16, .help = "Code of the programme." },
	{ .name = "purpose", .type = PARAM_TEXT, .max = 64, .help = "limit: where the programme has several." },
	{ .name = "cap", .type = PARAM_MONEY, .min = 1, .help = "limit: the most that is lent, in đồng." },
	{ .name = "cap_basis",
	  .type = PARAM_WORD,
	  .words = "household borrower worker month_of_study type_of_works_of_two contract_cost",
	  .help = "limit: what the cap is counted by." },
	{ .name = "max_term_months", .type = PARAM_INT, .min = 1, .max = 360, .help = "limit: longest term." },
	{ .name = "principal_grace_months",
	  .type = PARAM_INT,
	  .max = 360,
	  .help = "limit: months without principal." },
	{ .name = "interest_grace_months",
	  .type = PARAM_INT,
	  .max = 360,
	  .help = "limit: months without interest." },
	{ .name = "term_from",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 360,
	  .help = "instalment_period: shortest term." },
	{ .name = "term_to",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 360,
	  .help = "instalment_period: longest term." },
	{ .name = "instalment_months",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 360,
	  .help = "instalment_period: at most so many months between principal instalments." },
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 200,
	  .help = "policy: its name. holiday, area_new, relief: the name it gets." },
	{ .name = "value", .type = PARAM_TEXT, .min = 1, .max = 200, .help = "policy: its value." },
	{ .name = "entrusted",
	  .type = PARAM_WORD,
	  .words = "yes no",
	  .help = "policy: only for loans through an organisation, or only for direct ones." },
	{ .name = "day", .type = PARAM_DATE, .help = "holiday: the day." },
	{ .name = "cancelled",
	  .type = PARAM_BOOL,
	  .help = "holiday: it is none after all. session_change: the session is not held." },
	{ .name = "point", .type = PARAM_TEXT, .min = 1, .max = 32, .help = "Code of the transaction point." },
	{ .name = "session_day",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 31,
	  .help = "session_day: day of the month on which the point has its session." },
	{ .name = "month",
	  .type = PARAM_DATE,
	  .help = "session_change: any day of the month whose session it is." },
	{ .name = "held_on", .type = PARAM_DATE, .help = "session_change: the day it is held on." },
	{ .name = "area", .type = PARAM_TEXT, .min = 1, .max = 32, .help = "Code of the administrative unit." },
	{ .name = "areas",
	  .type = PARAM_TEXTS,
	  .min = 1,
	  .max = 100,
	  .help = "area_end: codes of the units that end." },
	{ .name = "successor",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 32,
	  .help = "area_end: code of the unit that stands in their place." },
	{ .name = "parent",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 32,
	  .help = "area_new: code of the unit above." },
	{ .name = "area_kind",
	  .type = PARAM_WORD,
	  .words = "commune town hamlet",
	  .help = "area_new: commune (default)." },
	{ .name = "urban", .type = PARAM_BOOL, .help = "area_new: by default it is rural." },
	{ .name = "difficulty",
	  .type = PARAM_INT,
	  .max = 2,
	  .help = "area_new, area_difficulty: 0 none, 1 difficult, 2 extremely difficult." },
	{ .name = "rate_delta",
	  .type = PARAM_RATE,
	  .max = RATE_E7_MAX,
	  .help = "relief: points taken off the rate." },
	{ .name = "holiday_from",
	  .type = PARAM_DATE,
	  .help = "relief: first day on which no interest is asked for." },
	{ .name = "holiday_until",
	  .type = PARAM_DATE,
	  .help = "relief: first day on which it is asked for again." },
	{ .name = "lines",
	  .type = PARAM_TEXTS,
	  .min = 1,
	  .max = 200,
	  .help = "relief: the rate lines it concerns, by default all." },
	{ 0 },
};

const struct param_spec rate_correct_params[] = {
	CHANGE_KEY,
	{ .name = "line",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 32,
	  .help = "Rate line (rate.list)." },
	{ .name = "from",
	  .type = PARAM_DATE,
	  .required = true,
	  .help = "First day of the rate, before the business date; it holds up to the next row of the line." },
	{ .name = "rate",
	  .type = PARAM_RATE,
	  .required = true,
	  .max = RATE_E7_MAX,
	  .help = "Percent a year, as it should have been." },
	CHANGE_REASON,
	{ 0 },
};

const struct param_spec relief_define_params[] = {
	CHANGE_KEY,
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Name of the relief." },
	CHANGE_REASON,
	{ .name = "rate_delta",
	  .type = PARAM_RATE,
	  .required = true,
	  .max = RATE_E7_MAX,
	  .help = "Points taken off the rate, which is never below 0." },
	{ .name = "from", .type = PARAM_DATE, .required = true, .help = "First day of the reduced rate." },
	{ .name = "until", .type = PARAM_DATE, .required = true, .help = "First day of the full rate again." },
	{ .name = "holiday_from", .type = PARAM_DATE, .help = "First day on which no interest is asked for." },
	{ .name = "holiday_until", .type = PARAM_DATE, .help = "First day on which it is asked for again." },
	{ .name = "lines",
	  .type = PARAM_TEXTS,
	  .min = 1,
	  .max = 200,
	  .help = "The rate lines it concerns, by default all." },
	{ 0 },
};

const struct param_spec change_approve_params[] = { CHANGE_KEY, CHANGE_ID, CHANGE_NOTE, { 0 } };
const struct param_spec change_reject_params[] = { CHANGE_KEY, CHANGE_ID, CHANGE_NOTE, { 0 } };
const struct param_spec change_withdraw_params[] = { CHANGE_KEY, CHANGE_ID, { 0 } };
const struct param_spec change_show_params[] = { CHANGE_ID, { 0 } };

const struct param_spec change_list_params[] = {
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = "proposed applying applied failed rejected withdrawn",
	  .help = "Only those that stand so." },
	{ .name = "kind", .type = PARAM_WORD, .words = CHANGE_KINDS, .help = "Only those of a kind." },
	{ .name = "limit", .type = PARAM_INT, .min = 1, .max = 1000, .help = "At most so many; default 100." },
	{ 0 },
};

const struct param_spec rate_list_params[] = {
	{ .name = "programme",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 16,
	  .help = "Only the lines of a programme." },
	{ .name = "line", .type = PARAM_TEXT, .min = 1, .max = 32, .help = "Only this line." },
	{ 0 },
};

const struct param_spec relief_list_params[] = { { 0 } };

/* ---- trying it out ---- */

/* The reference data that a change would give. False: they can't be read, and that is answered. */
static bool change_readable(struct request *req, const struct db_result *r)
{
	struct text error = { 0 };
	struct reference *after = NULL;
	if (!r->ok || !r->rows) {
		request_fail_db(req, r);
		return false;
	}
	if (db_is_null(r, 0, CHANGE_TRY_AFTER))
		return true; /* it is decided already; the write says so */
	after = reference_parse_new(db_text(r, 0, CHANGE_TRY_AFTER), 0, &error);
	if (!after)
		request_fail(req, ERR_INVALID_PARAMS, NULL, "with this change the %s", text_str(&error));
	text_clear(&error);
	reference_unref(after);
	return after != NULL;
}

void change_try(struct request *req, const char *kind, db_cb *cb)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	if (kind) {
		char *parameters = change_parameters_new(req->params);
		db_arg_null(&args);
		db_arg_text(&args, kind);
		db_arg_text(&args, parameters);
		free(parameters);
	} else {
		db_arg_i64(&args, param_id(req->params, "change"));
		db_arg_null(&args);
		db_arg_null(&args);
	}
	db_arg_text(&args, param_text_or(req->params, "decision", ""));
	db_query(req->db, STMT_CHANGE_TRY, &args, cb, req);
}

/* ---- change.propose, rate.correct, relief.define ---- */

static const char *change_kind_of(const struct request *req)
{
	if (param_has(req->params, "kind"))
		return param_text(req->params, "kind");
	return param_has(req->params, "rate_delta") ? "relief" : "rate_correction";
}

static bool change_propose_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	char *parameters = change_parameters_new(req->params);
	(void)ctx;
	db_arg_text(args, req->method->name);
	db_arg_text(args, change_kind_of(req));
	db_arg_text(args, parameters);
	free(parameters);
	return true;
}

static const struct simple_write change_propose_write = { .stmt = STMT_CHANGE_PROPOSE,
							  .params = true,
							  .args = change_propose_args };

static void change_propose_tried(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (change_readable(req, r))
		simple_write(req, &change_propose_write);
}

void change_propose(struct request *req)
{
	const char *kind = change_kind_of(req);
	if (change_kind_check(req, kind))
		change_try(req, kind, change_propose_tried);
}

void rate_correct(struct request *req)
{
	change_propose(req);
}

void relief_define(struct request *req)
{
	change_propose(req);
}

/* ---- change.approve ---- */

struct change_tried {
	int64_t version; /* of the reference data it was tried with */
};

static bool change_approve_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	const struct change_tried *tried = req->user;
	(void)ctx;
	db_arg_i64(args, tried->version);
	return true;
}

static const struct simple_write change_approve_write = { .stmt = STMT_CHANGE_APPROVE,
							  .params = true,
							  .args = change_approve_args,
							  .reference = true,
							  .job = "{\"job\":\"change\"}" };

static void change_approve_tried(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (!change_readable(req, r))
		return;
	struct change_tried *tried = request_state(req, sizeof *tried);
	tried->version = db_i64(r, 0, CHANGE_TRY_VERSION);
	req->user = tried;
	loan_context_forget(); /* what is kept may be older than what it was tried with */
	simple_write(req, &change_approve_write);
}

void change_approve(struct request *req)
{
	change_try(req, NULL, change_approve_tried);
}

/* ---- the others ---- */

static const struct simple_write change_reject_write = { .stmt = STMT_CHANGE_REJECT, .params = true };
static const struct simple_write change_withdraw_write = { .stmt = STMT_CHANGE_WITHDRAW, .params = true };

void change_reject(struct request *req)
{
	simple_write(req, &change_reject_write);
}

void change_withdraw(struct request *req)
{
	simple_write(req, &change_withdraw_write);
}

void change_list(struct request *req)
{
	simple_read(req, STMT_CHANGE_LIST);
}

void change_show(struct request *req)
{
	simple_read(req, STMT_CHANGE_SHOW);
}

void rate_list(struct request *req)
{
	simple_read(req, STMT_RATE_LIST);
}

void relief_list(struct request *req)
{
	simple_read(req, STMT_RELIEF_LIST);
}
