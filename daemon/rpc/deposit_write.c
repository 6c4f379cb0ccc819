/* deposit.put, deposit.withdraw, deposit.credit, deposit.reverse, deposit.show: member deposits (account 105). A write reads
 * all facts of the deposits concerned, decides, and is refused as stale when one was added meanwhile. domain.md 5.1, 8b */
#include <stdlib.h>

#include "event_rules.h"
#include "loan_views.h"
#include "session_fact.h"
#include "vonvay/deposit_store.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

#define DEPOSIT_TRIES 3

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_HOUSEHOLD { .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household, 10 digits." }
#define AN_AMOUNT { .name = "amount", .type = PARAM_MONEY, .required = true, .min = 1, .help = "Amount in đồng." }
/* clang-format on */

const struct param_spec deposit_put_params[] = {
	THE_KEY,   THE_HOUSEHOLD,
	AN_AMOUNT, { .name = "put_on", .type = PARAM_DATE, .help = "By default the business date." },
	{ 0 },
};

const struct param_spec deposit_withdraw_params[] = {
	THE_KEY,   THE_HOUSEHOLD,
	AN_AMOUNT, { .name = "withdrawn_on", .type = PARAM_DATE, .help = "By default the business date." },
	{ 0 },
};

const struct param_spec deposit_credit_params[] = {
	THE_KEY,
	{ .name = "point",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 40,
	  .help = "All deposits of this transaction point." },
	{ .name = "household", .type = PARAM_ID, .help = "Only this one." },
	{ .name = "credited_on",
	  .type = PARAM_DATE,
	  .help = "Interest of the days before; by default the business date." },
	{ 0 },
};

const struct param_spec deposit_reverse_params[] = {
	THE_KEY,
	THE_HOUSEHOLD,
	{ .name = "fact",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = INT32_MAX,
	  .help = "Number of the fact in the statement of the deposit." },
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .max = 300, .help = "Why." },
	{ 0 },
};

const struct param_spec deposit_show_params[] = {
	THE_HOUSEHOLD,
	{ .name = "as_of", .type = PARAM_DATE, .help = "By default the business date." },
	{ 0 },
};

struct deposit_job {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt;
	const char *on_field; /* the parameter that is the day, NULL: none */
	int32_t point;	      /* of the household's group; 0: none */
	struct date on;
	struct deposit_accounts accounts;
	struct int_rows rows;
	struct text reply;
	int tries;
	/* Fills rows and the members of the reply. False: answered. */
	bool (*decide)(struct deposit_job *d, struct jw *w);
	loan_context_cb *begin;
};

static void deposit_reset(struct deposit_job *d)
{
	deposit_accounts_clear(&d->accounts);
	int_rows_clear(&d->rows);
	text_clear(&d->reply);
}

static void deposit_clear(void *arg)
{
	deposit_reset(arg);
}

static struct deposit_job *deposit_job_new(struct request *req, enum stmt stmt, const char *on_field)
{
	struct deposit_job *d = request_state(req, sizeof *d);
	d->req = req;
	d->stmt = stmt;
	d->on_field = on_field;
	request_on_free(req, deposit_clear, d);
	return d;
}

static void deposit_overflow(struct deposit_job *d)
{
	request_fail(d->req, ERR_INVALID_PARAMS, "amount", "amount gives sums that are too large");
}

/* ---- write ---- */

static void deposit_written(const struct db_result *r, void *arg)
{
	struct deposit_job *d = arg;
	if (r->ok && r->rows) {
		request_reply_str(d->req, db_text(r, 0, 1));
	} else if (r->error != ERR_STALE && r->error != ERR_MOVED) {
		request_fail_db(d->req, r);
	} else if (++d->tries < DEPOSIT_TRIES) {
		deposit_reset(d);
		loan_context_get(d->req, true, d->begin, d);
	} else {
		request_fail(d->req, ERR_TRY_AGAIN, NULL, "%s", "");
	}
}

static void deposit_send(struct deposit_job *d)
{
	struct request *req = d->req;
	struct db_args args = { 0 };
	loan_context_write_head(d->ctx, req, text_str(&d->reply), &args);
	db_arg_int_rows(&args, &d->rows);
	db_query(req->db, d->stmt, &args, deposit_written, d);
}

static void deposit_facts_read(const struct db_result *r, void *arg)
{
	struct deposit_job *d = arg;
	if (!r->ok) {
		request_fail_db(d->req, r);
		return;
	}
	deposit_accounts_read(r, &d->accounts);
	struct jw w = jw_start(&d->reply);
	jw_object(&w, NULL);
	bool decided = d->decide(d, &w);
	jw_end(&w);
	if (decided)
		deposit_send(d);
}

static void deposit_read_one(void *arg)
{
	struct deposit_job *d = arg;
	struct db_args args = { 0 };
	struct int_rows households = { 0 };
	int_rows_add(&households, param_id(d->req->params, "household"));
	db_arg_i64(&args, d->req->actor.staff_id);
	db_arg_int_rows(&args, &households);
	int_rows_clear(&households);
	db_query(d->req->db, STMT_DEPOSIT_FACTS, &args, deposit_facts_read, d);
}

static bool deposit_check_day(struct deposit_job *d)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	d->on = param_date_or(d->req->params, d->on_field, d->ctx->business);
	if (date_cmp(d->on, d->ctx->began_on) >= 0 && date_cmp(d->on, d->ctx->business) <= 0)
		return true;
	date_format(d->ctx->began_on, first);
	date_format(d->ctx->business, last);
	request_fail(d->req, ERR_DATE_OUT_OF_RANGE, d->on_field, "%s must be %s to %s", d->on_field, first,
		     last);
	return false;
}

/* As for payments of loans, by the sessions of the point of its group. False: answered. */
static bool deposit_day_reached(struct deposit_job *d, const char *field, struct date on)
{
	static const struct calendar no_sessions = { 0 };
	const struct reference_point *point = reference_point_find(d->ctx->ref, d->point);
	int open_days = (int)reference_policy_int(d->ctx->ref, "open_month_days", "", true, d->ctx->business, 5);
	return event_day_reached(d->req, d->ctx, field, point ? &point->calendar : &no_sessions, open_days,
				 on);
}

/* ---- deposit.put, deposit.withdraw ---- */

/* The balance after the fact, now; false: it does not fit. */
static bool deposit_balance_with(const struct deposit_account *a, const struct deposit_fact *fact,
				 struct money *out)
{
	*out = MONEY_ZERO;
	return (!a || deposit_balance(a->facts, a->count, DATE_EVER, out)) &&
	       money_add(*out, deposit_change(fact), out);
}

static void deposit_reply_fact(struct jw *w, int64_t household, const struct deposit_fact *fact,
			       struct money balance)
{
	loan_json_household(w, "household", household);
	jw_i64(w, "fact", fact->no);
	jw_str(w, "kind", deposit_kind_word(fact->kind));
	jw_date(w, "on", fact->on);
	jw_money(w, "amount", fact->amount);
	jw_money(w, "balance", balance);
}

static bool deposit_covers(struct deposit_job *d, const struct deposit_account *a, struct money amount)
{
	struct money available = MONEY_ZERO;
	if (a && !deposit_available(a->facts, a->count, d->on, &available)) {
		deposit_overflow(d);
		return false;
	}
	if (money_cmp(amount, available) <= 0)
		return true;
	request_fail(d->req, ERR_OVERDRAWN, "amount",
		     "amount is more than the deposit held on that day or holds now: %lld",
		     (long long)available.dong /* raw: for people */);
	return false;
}

static bool deposit_decide_one(struct deposit_job *d, struct jw *w, enum deposit_kind kind)
{
	int64_t household = param_id(d->req->params, "household");
	const struct deposit_account *a = deposit_accounts_find(&d->accounts, household);
	struct deposit_fact fact = {
		.no = a ? a->last_no + 1 : 1,
		.kind = kind,
		.on = d->on,
		.amount = param_money(d->req->params, "amount"),
	};
	struct money balance;
	if (kind == DEPOSIT_WITHDRAWN && !deposit_covers(d, a, fact.amount))
		return false;
	if (!deposit_balance_with(a, &fact, &balance)) {
		deposit_overflow(d);
		return false;
	}
	deposit_row_add(&d->rows, &(struct deposit_row){ .household_id = household, .fact = &fact });
	deposit_reply_fact(w, household, &fact, balance);
	return true;
}

static bool deposit_decide_put(struct deposit_job *d, struct jw *w)
{
	return deposit_decide_one(d, w, DEPOSIT_PUT);
}

static bool deposit_decide_withdraw(struct deposit_job *d, struct jw *w)
{
	return deposit_decide_one(d, w, DEPOSIT_WITHDRAWN);
}

/* A household that is not there is said before its deposit is looked for. */
static void deposit_holder_read(const struct db_result *r, void *arg)
{
	struct deposit_job *d = arg;
	const json_t *params = d->req->params;
	if (!r->ok) {
		request_fail_db(d->req, r);
		return;
	}
	d->point = db_i32(r, 0, 2);
	if (d->on_field && !deposit_day_reached(d, d->on_field, d->on))
		return;
	if (param_has(params, "fact"))
		session_fact_check(d->req, d->ctx, 0, param_id(params, "household"),
				   (int32_t)param_int(params, "fact"), deposit_read_one, d);
	else
		deposit_read_one(d);
}

static void deposit_begin_one(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct deposit_job *d = arg;
	struct db_args args = { 0 };
	d->ctx = ctx;
	if (d->on_field && !deposit_check_day(d))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "household"));
	db_query(req->db, STMT_DEPOSIT_HOLDER, &args, deposit_holder_read, d);
}

static void deposit_start_one(struct deposit_job *d, bool (*decide)(struct deposit_job *, struct jw *))
{
	d->decide = decide;
	d->begin = deposit_begin_one;
	loan_context_get(d->req, false, deposit_begin_one, d);
}

void deposit_put(struct request *req)
{
	deposit_start_one(deposit_job_new(req, STMT_DEPOSIT_PUT, "put_on"), deposit_decide_put);
}

void deposit_withdraw(struct request *req)
{
	deposit_start_one(deposit_job_new(req, STMT_DEPOSIT_WITHDRAW, "withdrawn_on"),
			  deposit_decide_withdraw);
}

/* ---- deposit.reverse ---- */

static const struct deposit_fact *deposit_reversible(struct deposit_job *d, const struct deposit_account *a)
{
	int32_t no = (int32_t)param_int(d->req->params, "fact");
	const struct deposit_fact *fact = a ? deposit_account_fact(a, no) : NULL;
	bool live = false;
	for (size_t i = 0; a && i < a->count; i++)
		live |= a->facts[i].no == no;
	if (!fact)
		request_fail(d->req, ERR_NOT_FOUND, "fact", "the deposit has no fact %d", (int)no);
	else if (fact->kind == DEPOSIT_TAKEN)
		request_fail(d->req, ERR_CONFLICT, "fact",
			     "fact %d paid a loan: reverse the payment of the loan", (int)no);
	else if (!live)
		request_fail(d->req, ERR_CONFLICT, "fact", "fact %d is a reversal or reversed already",
			     (int)no);
	return fact && fact->kind != DEPOSIT_TAKEN && live ? fact : NULL;
}

static bool deposit_decide_reverse(struct deposit_job *d, struct jw *w)
{
	int64_t household = param_id(d->req->params, "household");
	const struct deposit_account *a = deposit_accounts_find(&d->accounts, household);
	const struct deposit_fact *old = deposit_reversible(d, a);
	struct money balance;
	if (!old || !deposit_day_reached(d, "fact", old->on))
		return false;
	struct deposit_fact fact = {
		.no = a->last_no + 1, .kind = DEPOSIT_REVERSED, .on = old->on, .reverses = old->no
	};
	if (!deposit_balance(a->facts, a->count, DATE_EVER, &balance) ||
	    !money_sub(balance, deposit_change(old), &balance)) {
		deposit_overflow(d);
		return false;
	}
	deposit_row_add(&d->rows,
			&(struct deposit_row){ .household_id = household, .fact = &fact, .reversed = old });
	deposit_reply_fact(w, household, &fact, balance);
	jw_i64(w, "reverses", old->no);
	jw_money(w, "reversed", old->amount);
	jw_str(w, "reason", param_text(d->req->params, "reason"));
	return true;
}

void deposit_reverse(struct request *req)
{
	deposit_start_one(deposit_job_new(req, STMT_DEPOSIT_REVERSE, NULL), deposit_decide_reverse);
}

/* ---- deposit.credit ---- */

/* False: a sum does not fit. */
static bool deposit_credit_account(struct deposit_job *d, const struct deposit_account *a,
				   struct money *total, int64_t *credited)
{
	struct interest earned = INTEREST_ZERO;
	const struct rate_line *line = reference_deposit_line(d->ctx->ref);
	if (line && !deposit_interest(line, a->facts, a->count, d->on, &earned))
		return false;
	struct deposit_fact fact = {
		.no = a->last_no + 1,
		.kind = DEPOSIT_INTEREST_CREDITED,
		.on = d->on,
		.amount = interest_round(earned),
	};
	if (!money_is_positive(fact.amount))
		return true;
	deposit_row_add(&d->rows, &(struct deposit_row){ .household_id = a->household_id, .fact = &fact });
	++*credited;
	return money_add(*total, fact.amount, total);
}

static bool deposit_decide_credit(struct deposit_job *d, struct jw *w)
{
	struct money total = MONEY_ZERO;
	int64_t credited = 0;
	for (size_t i = 0; i < d->accounts.count; i++)
		if (!deposit_credit_account(d, &d->accounts.rows[i], &total, &credited)) {
			deposit_overflow(d);
			return false;
		}
	jw_date(w, "credited_on", d->on);
	jw_i64(w, "deposits", (int64_t)d->accounts.count);
	jw_i64(w, "credited", credited);
	jw_money(w, "interest", total);
	return true;
}

static void deposit_credit_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct deposit_job *d = arg;
	struct db_args args = { 0 };
	d->ctx = ctx;
	if (!deposit_check_day(d))
		return;
	char *params = param_json_new(req->params);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, params);
	free(params);
	db_query(req->db, STMT_DEPOSIT_FACTS_OF, &args, deposit_facts_read, d);
}

void deposit_credit(struct request *req)
{
	if (param_has(req->params, "point") == param_has(req->params, "household")) {
		request_fail(req, ERR_INVALID_PARAMS, "point", "either point or household must be given");
		return;
	}
	struct deposit_job *d = deposit_job_new(req, STMT_DEPOSIT_CREDIT, "credited_on");
	d->decide = deposit_decide_credit;
	d->begin = deposit_credit_begin;
	loan_context_get(req, false, deposit_credit_begin, d);
}
