/* book.trial: the trial balance, proven; book.account: the rows of one account with its running balance. */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"
#include "vonvay/method.h"

#define BOOK_PAGE 200
#define BOOK_PAGE_MAX 1000

const struct param_spec book_trial_params[] = {
	BOOK_PARAM_FROM,
	BOOK_PARAM_TO,
	BOOK_PARAM_KNOWN,
	{ 0 },
};

const struct param_spec book_account_params[] = {
	{ .name = "account",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 1,
	  .max = 9999,
	  .help = "Number of the account." },
	BOOK_PARAM_FROM,
	BOOK_PARAM_TO,
	BOOK_PARAM_KNOWN,
	{ .name = "after", .type = PARAM_TEXT, .max = 60, .help = "The member next of the page before." },
	{ .name = "limit",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = BOOK_PAGE_MAX,
	  .help = "Rows of a page; default 200." },
	{ 0 },
};

/* ---- shared ---- */

static struct date book_month_begin(struct date d)
{
	return date_in_month(date_month_number(d), 1);
}

static bool book_refuse_day(struct request *req, const struct loan_context *ctx, const char *name)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	date_format(ctx->began_on, first);
	date_format(ctx->business, last);
	request_fail(req, ERR_INVALID_PARAMS, name, "%s must be %s to %s", name, first, last);
	return false;
}

bool book_day_of(struct request *req, const struct loan_context *ctx, const char *name, struct date *out)
{
	*out = param_date_or(req->params, name, ctx->business);
	return (date_cmp(*out, ctx->began_on) >= 0 && date_cmp(*out, ctx->business) <= 0) ||
	       book_refuse_day(req, ctx, name);
}

bool book_period_of(struct request *req, const struct loan_context *ctx, struct book_period *out)
{
	if (!book_day_of(req, ctx, "to", &out->to))
		return false;
	out->from = param_date_or(req->params, "from", date_max(book_month_begin(out->to), ctx->began_on));
	if (date_cmp(out->from, out->to) > 0) {
		request_fail(req, ERR_INVALID_PARAMS, "from", "from must not be after to");
		return false;
	}
	return date_cmp(out->from, ctx->began_on) >= 0 || book_refuse_day(req, ctx, "from");
}

void book_arg_known(struct db_args *args, const struct request *req)
{
	if (param_has(req->params, "as_known_at"))
		db_arg_i64(args, param_int(req->params, "as_known_at"));
	else
		db_arg_null(args);
}

void book_arg_id(struct db_args *args, const struct request *req, const char *name)
{
	if (param_has(req->params, name))
		db_arg_i64(args, param_id(req->params, name));
	else
		db_arg_null(args);
}

void book_json_known(struct jw *w, const struct request *req)
{
	if (param_has(req->params, "as_known_at"))
		jw_i64(w, "as_known_at", param_int(req->params, "as_known_at"));
	else
		jw_null(w, "as_known_at");
}

bool book_point_of(struct request *req, const struct loan_context *ctx, int32_t *point_id)
{
	if (!param_has(req->params, "point"))
		return true;
	const struct reference_point *point =
		reference_point_by_code(ctx->ref, param_text(req->params, "point"));
	if (point) {
		*point_id = point->point_id;
		return true;
	}
	request_fail(req, ERR_NOT_FOUND, "point", "no point %s", param_text(req->params, "point"));
	return false;
}

/* The first day of the parameter month; false: it isn't one. */
static bool book_month_parse(const struct request *req, struct date *first)
{
	char day[DATE_TEXT_SIZE + 8];
	if (!param_has(req->params, "month"))
		return true;
	snprintf(day, sizeof day, "%.7s-01", param_text(req->params, "month"));
	return date_parse(day, first);
}

static struct date book_month_last(struct date first)
{
	return date_add_days(date_add_months(first, 1), -1);
}

bool book_month_of(struct request *req, const struct loan_context *ctx, struct date *first, struct date *last)
{
	*first = book_month_begin(ctx->business);
	if (!book_month_parse(req, first) || date_cmp(*first, ctx->business) > 0 ||
	    date_cmp(book_month_last(*first), ctx->began_on) < 0) {
		request_fail(req, ERR_INVALID_PARAMS, "month",
			     "month must be YYYY-MM, no later than the business date");
		return false;
	}
	*last = date_min(book_month_last(*first), ctx->business);
	return true;
}

bool book_coming_month_of(struct request *req, const struct loan_context *ctx, struct date *first,
			  struct date *last)
{
	*first = date_add_months(book_month_begin(ctx->business), 1);
	if (!book_month_parse(req, first) || date_cmp(*first, book_month_begin(ctx->business)) < 0) {
		request_fail(req, ERR_INVALID_PARAMS, "month",
			     "month must be YYYY-MM, no earlier than the business date's");
		return false;
	}
	*last = book_month_last(*first);
	return true;
}

/* ---- book.trial ---- */

struct book {
	struct request *req;
	const struct loan_context *ctx;
	struct book_period period;
	bool ok;
	/* book.account */
	struct date after_on;
	int64_t after_entry, after_source, after_ordinal;
	char *name_vi, *name_en;
	bool credit_side;
	struct money before, at_page, debit, credit, after;
};

struct trial_sums {
	struct money opening_debit, opening_credit, debit, credit, closing_debit, closing_credit;
};

/* a - b; a sum that does not fit makes *ok false. */
static struct money book_less(struct money a, struct money b, bool *ok)
{
	struct money out = MONEY_ZERO;
	if (!money_sub(a, b, &out))
		*ok = false;
	return out;
}

/* A balance stands on the side it is larger on. */
static void trial_side(struct money debit, struct money credit, struct money *on_debit,
		       struct money *on_credit, bool *ok)
{
	*on_debit = *on_credit = MONEY_ZERO;
	if (money_cmp(debit, credit) >= 0)
		*on_debit = book_less(debit, credit, ok);
	else
		*on_credit = book_less(credit, debit, ok);
}

static struct trial_sums trial_row(const struct db_result *r, int row, bool *ok)
{
	struct trial_sums s = { .debit = db_money(r, row, 6), .credit = db_money(r, row, 7) };
	struct money all_debit = db_money(r, row, 4), all_credit = db_money(r, row, 5);
	trial_side(all_debit, all_credit, &s.opening_debit, &s.opening_credit, ok);
	loan_add(&all_debit, s.debit, ok);
	loan_add(&all_credit, s.credit, ok);
	trial_side(all_debit, all_credit, &s.closing_debit, &s.closing_credit, ok);
	return s;
}

static void trial_write_sums(struct jw *w, const struct trial_sums *s)
{
	jw_money(w, "opening_debit", s->opening_debit);
	jw_money(w, "opening_credit", s->opening_credit);
	jw_money(w, "debit", s->debit);
	jw_money(w, "credit", s->credit);
	jw_money(w, "closing_debit", s->closing_debit);
	jw_money(w, "closing_credit", s->closing_credit);
}

static void trial_add(struct trial_sums *sum, const struct trial_sums *s, bool *ok)
{
	loan_add(&sum->opening_debit, s->opening_debit, ok);
	loan_add(&sum->opening_credit, s->opening_credit, ok);
	loan_add(&sum->debit, s->debit, ok);
	loan_add(&sum->credit, s->credit, ok);
	loan_add(&sum->closing_debit, s->closing_debit, ok);
	loan_add(&sum->closing_credit, s->closing_credit, ok);
}

/* A posting is balanced by construction; a trial balance that isn't would mean that a row is lost. */
static bool trial_balanced(const struct trial_sums *s)
{
	return money_cmp(s->opening_debit, s->opening_credit) == 0 && money_cmp(s->debit, s->credit) == 0 &&
	       money_cmp(s->closing_debit, s->closing_credit) == 0;
}

static void trial_write_rows(struct jw *w, const struct db_result *r, struct trial_sums *total, bool *ok)
{
	jw_array(w, "rows");
	for (int row = 0; row < r->rows; row++) {
		struct trial_sums s = trial_row(r, row, ok);
		jw_object(w, NULL);
		jw_i64(w, "account", db_i64(r, row, 0));
		jw_str(w, "name_vi", db_text(r, row, 1));
		jw_str(w, "name_en", db_text(r, row, 2));
		trial_write_sums(w, &s);
		jw_end(w);
		trial_add(total, &s, ok);
	}
	jw_end(w);
}

static void book_write_period(struct jw *w, const struct book *b)
{
	jw_date(w, "from", b->period.from);
	jw_date(w, "to", b->period.to);
	book_json_known(w, b->req);
}

static void trial_read(const struct db_result *r, void *arg)
{
	struct book *b = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct trial_sums total = { 0 };
	bool ok = true;
	if (!r->ok) {
		request_fail_db(b->req, r);
		return;
	}
	jw_object(&w, NULL);
	book_write_period(&w, b);
	trial_write_rows(&w, r, &total, &ok);
	jw_object(&w, "total");
	trial_write_sums(&w, &total);
	jw_end(&w);
	jw_bool(&w, "balanced", trial_balanced(&total));
	jw_end(&w);
	loan_reply(b->req, &text, ok);
}

static void book_clear(void *arg)
{
	struct book *b = arg;
	free(b->name_vi);
	free(b->name_en);
}

static struct book *book_new(struct request *req, const struct loan_context *ctx)
{
	struct book *b = request_state(req, sizeof *b);
	b->req = req;
	b->ctx = ctx;
	b->ok = true;
	request_on_free(req, book_clear, b);
	return b;
}

static void book_args_period(struct book *b, struct db_args *args)
{
	db_arg_date(args, b->period.from);
	db_arg_date(args, b->period.to);
	book_arg_known(args, b->req);
}

static void book_trial_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct book *b = book_new(req, ctx);
	struct db_args args = { 0 };
	(void)arg;
	if (!book_period_of(req, ctx, &b->period))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	book_args_period(b, &args);
	db_query(req->db, STMT_BOOK_TRIAL, &args, trial_read, b);
}

void book_trial(struct request *req)
{
	loan_context_get(req, false, book_trial_begin, NULL);
}

/* ---- book.account: a page goes on behind "day.entry.source.ordinal" ---- */

static bool account_after(struct book *b)
{
	char day[DATE_TEXT_SIZE] = "";
	int end = 0;
	const char *after = param_text_or(b->req->params, "after", NULL);
	long long entry, source, ordinal;
	b->after_on = DATE_NONE;
	if (!after)
		return true;
	if (sscanf(after, "%10[0-9-].%18lld.%4lld.%9lld%n", day, &entry, &source, &ordinal, &end) == 4 &&
	    !after[end] && date_parse(day, &b->after_on)) {
		b->after_entry = entry;
		b->after_source = source;
		b->after_ordinal = ordinal;
		return true;
	}
	request_fail(b->req, ERR_INVALID_PARAMS, "after", "after must be the member next of a page");
	return false;
}

static void account_args(struct book *b, struct db_args *args)
{
	db_arg_i64(args, b->req->actor.staff_id);
	db_arg_i64(args, param_int(b->req->params, "account"));
	book_args_period(b, args);
	db_arg_date(args, b->after_on);
	db_arg_i64(args, b->after_entry);
	db_arg_i64(args, b->after_source);
	db_arg_i64(args, b->after_ordinal);
}

/* In the sense of the account's own side. */
static struct money account_balance(const struct book *b, struct money debit, struct money credit, bool *ok)
{
	return b->credit_side ? book_less(credit, debit, ok) : book_less(debit, credit, ok);
}

static void account_write_row(struct jw *w, const struct db_result *r, int row, struct money balance)
{
	jw_object(w, NULL);
	jw_date(w, "on", db_date(r, row, 0));
	jw_id(w, "entry", db_i64(r, row, 1));
	if (db_is_null(r, row, 4))
		jw_null(w, "loan");
	else
		jw_id(w, "loan", db_i64(r, row, 4));
	loan_json_household(w, "household", db_i64(r, row, 5));
	jw_i64(w, "contra", db_i64(r, row, 6));
	jw_money(w, "debit", db_money(r, row, 7));
	jw_money(w, "credit", db_money(r, row, 8));
	jw_money(w, "balance", balance);
	jw_str(w, "recorded_at", db_text(r, row, 9));
	jw_str(w, "actor", db_text(r, row, 10));
	jw_str(w, "method", db_text(r, row, 11));
	if (db_is_null(r, row, 12))
		jw_null(w, "position");
	else
		jw_i64(w, "position", db_i64(r, row, 12));
	jw_end(w);
}

static int account_limit(const struct book *b)
{
	return (int)param_int_or(b->req->params, "limit", BOOK_PAGE);
}

/* Where the next page begins; null when there is none. One row more than a page is read. */
static void account_write_next(struct jw *w, const struct book *b, const struct db_result *r)
{
	char day[DATE_TEXT_SIZE], next[80];
	int last = account_limit(b) - 1;
	if (r->rows <= last + 1) {
		jw_null(w, "next");
		return;
	}
	date_format(db_date(r, last, 0), day);
	snprintf(next, sizeof next, "%s.%lld.%lld.%lld", day, (long long)db_i64(r, last, 1),
		 (long long)db_i64(r, last, 2), (long long)db_i64(r, last, 3));
	jw_str(w, "next", next);
}

static void account_write_head(struct jw *w, const struct book *b)
{
	jw_i64(w, "account", param_int(b->req->params, "account"));
	jw_str(w, "name_vi", b->name_vi);
	jw_str(w, "name_en", b->name_en);
	jw_str(w, "side", b->credit_side ? "credit" : "debit");
	book_write_period(w, b);
	jw_money(w, "opening", b->before);
	jw_money(w, "debit", b->debit);
	jw_money(w, "credit", b->credit);
	jw_money(w, "closing", b->after);
}

static void account_rows_read(const struct db_result *r, void *arg)
{
	struct book *b = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct money balance = b->at_page;
	if (!r->ok) {
		request_fail_db(b->req, r);
		return;
	}
	jw_object(&w, NULL);
	account_write_head(&w, b);
	jw_array(&w, "rows");
	for (int row = 0; row < r->rows && row < account_limit(b); row++) {
		loan_add(&balance, account_balance(b, db_money(r, row, 7), db_money(r, row, 8), &b->ok),
			 &b->ok);
		account_write_row(&w, r, row, balance);
	}
	jw_end(&w);
	account_write_next(&w, b, r);
	jw_end(&w);
	loan_reply(b->req, &text, b->ok);
}

static void account_sums_read(const struct db_result *r, void *arg)
{
	struct book *b = arg;
	struct db_args args = { 0 };
	if (!r->ok || !r->rows) {
		request_fail_db(b->req, r);
		return;
	}
	b->name_vi = xstrdup(db_text(r, 0, 0));
	b->name_en = xstrdup(db_text(r, 0, 1));
	b->credit_side = strcmp(db_text(r, 0, 2), "credit") == 0;
	b->before = b->at_page = account_balance(b, db_money(r, 0, 3), db_money(r, 0, 4), &b->ok);
	loan_add(&b->at_page, account_balance(b, db_money(r, 0, 5), db_money(r, 0, 6), &b->ok), &b->ok);
	b->debit = db_money(r, 0, 7);
	b->credit = db_money(r, 0, 8);
	b->after = b->before;
	loan_add(&b->after, account_balance(b, b->debit, b->credit, &b->ok), &b->ok);
	account_args(b, &args);
	db_arg_i64(&args, account_limit(b) + 1);
	db_query(b->req->db, STMT_BOOK_ACCOUNT, &args, account_rows_read, b);
}

static void book_account_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct book *b = book_new(req, ctx);
	struct db_args args = { 0 };
	(void)arg;
	if (!book_period_of(req, ctx, &b->period) || !account_after(b))
		return;
	account_args(b, &args);
	db_query(req->db, STMT_BOOK_ACCOUNT_SUMS, &args, account_sums_read, b);
}

void book_account(struct request *req)
{
	loan_context_get(req, false, book_account_begin, NULL);
}
