/* watch.inactive, watch.due, watch.frozen: loans to look after. domain.md 8.2 */
#include "watch.h"

#include <string.h>

#include "vonvay/inactive.h"
#include "vonvay/method.h"

#define DUE_ROWS_MAX SCHEDULE_TERM_MAX
#define INTEREST_DAYS_LEAST 25 /* fewer days than any month has cost less than a month */

const struct param_spec watch_inactive_params[] = {
	{ .name = "definition",
	  .type = PARAM_WORD,
	  .words = "dates interest",
	  .help = "By the last transaction (default) or by the interest that is unpaid." },
	{ .name = "on", .type = PARAM_DATE, .help = "The day, by default the business date; only by dates." },
	WATCH_PARAMS_PLACE,
	{ 0 },
};

const struct param_spec watch_due_params[] = {
	{ .name = "month",
	  .type = PARAM_TEXT,
	  .min = 7,
	  .max = 7,
	  .help = "YYYY-MM, by default the month after the business date." },
	WATCH_PARAMS_PLACE,
	{ 0 },
};

const struct param_spec watch_frozen_params[] = {
	{ .name = "months",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 120,
	  .help = "Freezes ending within so many months; default 6." },
	WATCH_PARAMS_PLACE,
	{ 0 },
};

/* ---- shared ---- */

void watch_args_place(struct db_args *args, const struct request *req, int32_t point_id)
{
	book_arg_id(args, req, "group");
	if (point_id)
		db_arg_i64(args, point_id);
	else
		db_arg_null(args);
	db_arg_text(args, param_text_or(req->params, "organisation", NULL));
}

int watch_policy(const struct loan_context *ctx, const char *name, int otherwise)
{
	return (int)reference_policy_int(ctx->ref, name, "", true, ctx->business, otherwise);
}

void watch_json_loan(struct jw *w, const struct loan_record *r)
{
	jw_id(w, "loan", r->contract.loan_id);
	loan_json_household(w, "household", r->household_id);
	jw_str(w, "household_name", r->household_name);
	loan_json_group(w, "group", r->group_id);
	jw_str(w, "group_name", r->group_name);
	jw_str(w, "programme", r->programme);
}

void watch_json_row(struct jw *w, const struct db_result *r, int row, int column)
{
	jw_id(w, "loan", db_i64(r, row, column));
	loan_json_household(w, "household", db_i64(r, row, column + 1));
	jw_str(w, "household_name", db_text(r, row, column + 2));
	loan_json_group(w, "group", db_i64(r, row, column + 3));
	jw_str(w, "group_name", db_text(r, row, column + 4));
}

void watch_loans_get(struct request *req, const struct loan_context *ctx, const char *kind, struct date day,
		     int32_t point_id, loan_views_cb *cb, void *arg)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, kind);
	db_arg_date(&args, day);
	watch_args_place(&args, req, point_id);
	loan_views_get(req, ctx, ctx->business, STMT_LOAN_READ_WATCHED, &args, cb, arg);
}

struct watch {
	struct request *req;
	const struct loan_context *ctx;
	struct date on, first, last;
	int32_t point_id;
	int months, warning;
	bool ok;
};

static struct watch *watch_new(struct request *req, const struct loan_context *ctx)
{
	struct watch *watch = request_state(req, sizeof *watch);
	watch->req = req;
	watch->ctx = ctx;
	watch->on = ctx->business;
	watch->ok = true;
	return watch;
}

/* ---- watch.inactive by dates ---- */

static bool inactive_is_watched(const struct watch *watch, const char *programme)
{
	return strcmp(reference_policy_text(watch->ctx->ref, "inactive_watched", programme, true, watch->on,
					    "yes"),
		      "yes") == 0;
}

static struct money inactive_outstanding(struct watch *watch, const struct db_result *r, int row)
{
	struct money sum = db_money(r, row, 7);
	loan_add(&sum, db_money(r, row, 8), &watch->ok);
	loan_add(&sum, db_money(r, row, 9), &watch->ok);
	return sum;
}

static void inactive_write_row(struct jw *w, struct watch *watch, const struct db_result *r, int row)
{
	struct date last_on = db_date(r, row, 10);
	jw_object(w, NULL);
	watch_json_row(w, r, row, 0);
	jw_str(w, "organisation", db_text(r, row, 5));
	jw_str(w, "programme", db_text(r, row, 6));
	jw_money(w, "outstanding", inactive_outstanding(watch, r, row));
	jw_money(w, "overdue", db_money(r, row, 8));
	jw_date(w, "last_on", last_on);
	jw_i64(w, "days", date_diff(watch->on, last_on));
	jw_date(w, "checked_on", db_date(r, row, 11));
	jw_end(w);
}

static bool inactive_row(struct watch *watch, const struct db_result *r, int row)
{
	return inactive_is_watched(watch, db_text(r, row, 6)) &&
	       inactive_by_dates(inactive_outstanding(watch, r, row), db_money(r, row, 9),
				 db_date(r, row, 10), watch->on, watch->months);
}

static void inactive_write_head(struct jw *w, const struct watch *watch, const char *definition)
{
	jw_str(w, "definition", definition);
	jw_date(w, "on", watch->on);
	jw_i64(w, "months", watch->months);
}

static void inactive_dates_read(const struct db_result *r, void *arg)
{
	struct watch *watch = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct money total = MONEY_ZERO;
	int64_t count = 0;
	if (!r->ok) {
		request_fail_db(watch->req, r);
		return;
	}
	jw_object(&w, NULL);
	inactive_write_head(&w, watch, "dates");
	jw_array(&w, "rows");
	for (int row = 0; row < r->rows; row++) {
		if (!inactive_row(watch, r, row))
			continue;
		inactive_write_row(&w, watch, r, row);
		loan_add(&total, inactive_outstanding(watch, r, row), &watch->ok);
		count++;
	}
	jw_end(&w);
	jw_object(&w, "total");
	jw_i64(&w, "loans", count);
	jw_money(&w, "outstanding", total);
	jw_end(&w);
	jw_end(&w);
	loan_reply(watch->req, &text, watch->ok);
}

/* ---- watch.inactive by interest ---- */

struct inactive_total {
	int64_t inactive, warning;
	struct money unpaid;
};

static void inactive_write_view(struct jw *w, struct watch *watch, const struct loan_view *v,
				enum inactive_interest state, int32_t rate_e7, struct inactive_total *total)
{
	struct money month = MONEY_ZERO, unpaid = interest_round(v->b.interest_in_term);
	watch->ok = inactive_month_interest(v->b.in_term, rate_e7, &month) && watch->ok;
	jw_object(w, NULL);
	watch_json_loan(w, &v->record);
	jw_str(w, "state", state == INACTIVE_YES ? "inactive" : "warning");
	jw_money(w, "outstanding", loan_outstanding(&v->b));
	jw_money(w, "in_term", v->b.in_term);
	jw_money(w, "unpaid", unpaid);
	jw_money(w, "month_interest", month);
	jw_end(w);
	total->inactive += state == INACTIVE_YES;
	total->warning += state == INACTIVE_WARNING;
	loan_add(&total->unpaid, unpaid, &watch->ok);
}

static void inactive_take_view(struct jw *w, struct watch *watch, const struct loan_view *v,
			       struct inactive_total *total)
{
	const struct rate_line *line = loan_line(&v->record.contract, &v->b);
	if (!v->begun || v->b.status == LOAN_STATUS_CLOSED || !line)
		return;
	int32_t rate_e7 = rate_on(line, watch->on);
	enum inactive_interest state = inactive_by_interest(v->b.interest_in_term, v->b.in_term, rate_e7,
							    watch->months, watch->warning);
	if (state != INACTIVE_NOT && money_is_positive(loan_outstanding(&v->b)))
		inactive_write_view(w, watch, v, state, rate_e7, total);
}

static void inactive_views_read(struct request *req, struct loan_views *views, void *arg)
{
	struct watch *watch = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct inactive_total total = { 0 };
	jw_object(&w, NULL);
	inactive_write_head(&w, watch, "interest");
	jw_i64(&w, "warning_months", watch->warning);
	jw_array(&w, "rows");
	for (int i = 0; i < views->count; i++)
		inactive_take_view(&w, watch, &views->view[i], &total);
	jw_end(&w);
	jw_object(&w, "total");
	jw_i64(&w, "loans", total.inactive);
	jw_i64(&w, "warnings", total.warning);
	jw_money(&w, "unpaid", total.unpaid);
	jw_end(&w);
	jw_end(&w);
	loan_reply(req, &text, watch->ok);
}

static void inactive_by_interest_begin(struct watch *watch)
{
	const struct loan_context *ctx = watch->ctx;
	if (param_has(watch->req->params, "on")) {
		request_fail(watch->req, ERR_INVALID_PARAMS, "on",
			     "by interest the list is that of the business date");
		return;
	}
	watch->months = watch_policy(ctx, "inactive_interest_months", 3);
	watch->warning = watch_policy(ctx, "inactive_warning_months", 1);
	watch_loans_get(watch->req, ctx, "interest", date_add_days(ctx->business, -INTEREST_DAYS_LEAST),
			watch->point_id, inactive_views_read, watch);
}

static void watch_inactive_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct watch *watch = watch_new(req, ctx);
	struct db_args args = { 0 };
	(void)arg;
	if (!book_point_of(req, ctx, &watch->point_id))
		return;
	if (strcmp(param_text_or(req->params, "definition", "dates"), "interest") == 0) {
		inactive_by_interest_begin(watch);
		return;
	}
	if (!book_day_of(req, ctx, "on", &watch->on))
		return;
	watch->months = watch_policy(ctx, "inactive_months", 3);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, watch->on);
	db_arg_date(&args, date_add_months(watch->on, -watch->months));
	watch_args_place(&args, req, watch->point_id);
	db_query(req->db, STMT_WATCH_INACTIVE, &args, inactive_dates_read, watch);
}

void watch_inactive(struct request *req)
{
	loan_context_get(req, false, watch_inactive_begin, NULL);
}

/* ---- watch.due ---- */

struct due_total {
	int64_t loans[DUE_NEXT_PERIOD + 1];
	struct money amount[DUE_NEXT_PERIOD + 1];
};

static void due_write_row(struct jw *w, const struct loan_view *v, const struct due_row *row)
{
	jw_object(w, NULL);
	watch_json_loan(w, &v->record);
	jw_str(w, "frame", due_frame_word(row->frame));
	jw_i64(w, "instalment", row->instalment + 1);
	jw_bool(w, "last", row->last);
	jw_date(w, "due_on", row->due_on);
	jw_date(w, "transfer_on", row->transfer_on);
	jw_money(w, "amount", row->amount);
	jw_end(w);
}

static void due_write_loan(struct jw *w, struct watch *watch, const struct loan_view *v,
			   struct due_total *total)
{
	struct due_row rows[DUE_ROWS_MAX];
	if (!v->begun)
		return;
	int n = due_list(&v->record.contract, &v->record.loan, watch->first, watch->last, rows, DUE_ROWS_MAX);
	for (int i = 0; i < n; i++) {
		due_write_row(w, v, &rows[i]);
		total->loans[rows[i].frame]++;
		loan_add(&total->amount[rows[i].frame], rows[i].amount, &watch->ok);
	}
}

static void due_write_total(struct jw *w, const struct due_total *total)
{
	jw_object(w, "total");
	for (int f = DUE_PAST; f <= DUE_NEXT_PERIOD; f++) {
		jw_object(w, due_frame_word((enum due_frame)f));
		jw_i64(w, "instalments", total->loans[f]);
		jw_money(w, "amount", total->amount[f]);
		jw_end(w);
	}
	jw_end(w);
}

static void due_views_read(struct request *req, struct loan_views *views, void *arg)
{
	struct watch *watch = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct due_total total = { 0 };
	jw_object(&w, NULL);
	jw_date(&w, "from", watch->first);
	jw_date(&w, "to", watch->last);
	jw_date(&w, "as_of", views->as_of);
	jw_array(&w, "rows");
	for (int i = 0; i < views->count; i++)
		due_write_loan(&w, watch, &views->view[i], &total);
	jw_end(&w);
	due_write_total(&w, &total);
	jw_end(&w);
	loan_reply(req, &text, watch->ok);
}

static void watch_due_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct watch *watch = watch_new(req, ctx);
	(void)arg;
	if (book_coming_month_of(req, ctx, &watch->first, &watch->last) &&
	    book_point_of(req, ctx, &watch->point_id))
		watch_loans_get(req, ctx, "due", watch->last, watch->point_id, due_views_read, watch);
}

void watch_due(struct request *req)
{
	loan_context_get(req, false, watch_due_begin, NULL);
}

/* ---- watch.frozen ---- */

static void frozen_write_row(struct jw *w, struct watch *watch, const struct db_result *r, int row,
			     struct money *total)
{
	struct date until = db_date(r, row, 7);
	jw_object(w, NULL);
	watch_json_row(w, r, row, 0);
	jw_str(w, "programme", db_text(r, row, 5));
	jw_money(w, "frozen", db_money(r, row, 6));
	jw_date(w, "frozen_until", until);
	jw_i64(w, "days", date_diff(until, watch->on));
	jw_str(w, "number", db_text(r, row, 8));
	jw_str(w, "risk_case", db_text(r, row, 9));
	jw_end(w);
	loan_add(total, db_money(r, row, 6), &watch->ok);
}

static void frozen_read(const struct db_result *r, void *arg)
{
	struct watch *watch = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct money total = MONEY_ZERO;
	if (!r->ok) {
		request_fail_db(watch->req, r);
		return;
	}
	jw_object(&w, NULL);
	jw_date(&w, "on", watch->on);
	jw_date(&w, "until", watch->last);
	jw_array(&w, "rows");
	for (int row = 0; row < r->rows; row++)
		frozen_write_row(&w, watch, r, row, &total);
	jw_end(&w);
	jw_object(&w, "total");
	jw_i64(&w, "loans", r->rows);
	jw_money(&w, "frozen", total);
	jw_end(&w);
	jw_end(&w);
	loan_reply(watch->req, &text, watch->ok);
}

static void watch_frozen_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct watch *watch = watch_new(req, ctx);
	struct db_args args = { 0 };
	(void)arg;
	if (!book_point_of(req, ctx, &watch->point_id))
		return;
	watch->months =
		(int)param_int_or(req->params, "months", watch_policy(ctx, "frozen_warning_months", 6));
	watch->last = date_add_months(ctx->business, watch->months);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, watch->last);
	watch_args_place(&args, req, watch->point_id);
	db_query(req->db, STMT_WATCH_FROZEN, &args, frozen_read, watch);
}

void watch_frozen(struct request *req)
{
	loan_context_get(req, false, watch_frozen_begin, NULL);
}
