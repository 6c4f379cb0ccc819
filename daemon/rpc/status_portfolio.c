/* status.portfolio: sums of any day. SQL adds up what is additive; interest is made of it here, exactly, and rounded once
 * a class of balance. */
#include <stdlib.h>
#include <string.h>

#include "loan_views.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "vonvay/portfolio.h"

#define BY_MAX 5

const struct param_spec status_portfolio_params[] = {
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ .name = "by",
	  .type = PARAM_WORDS,
	  .words = "programme commune organisation point status",
	  .help = "What the rows are grouped by." },
	{ 0 },
};

struct portfolio_row {
	char *key; /* as PostgreSQL writes the array */
	int64_t borrowers;
	struct portfolio_values sum; /* its interests: of the day */
};

struct portfolio {
	struct request *req;
	const struct loan_context *ctx;
	struct date as_of;
	const char *by[BY_MAX];
	size_t by_count;
	struct portfolio_row *rows;
	size_t count;
	struct portfolio_row total;
};

enum portfolio_column {
	P_KEY,
	P_RATE_LINE,
	P_OVERDUE_PERCENT,
	P_LOANS,
	P_IN_TERM,
	P_OVERDUE,
	P_FROZEN,
	P_GRACE,
	P_OVERDUE_GRACE,
	P_IT_DONG,
	P_IT_UNITS,
	P_OD_DONG,
	P_OD_UNITS,
	P_GR_DONG,
	P_GR_UNITS,
};

static void portfolio_clear(void *arg)
{
	struct portfolio *p = arg;
	for (size_t i = 0; i < p->count; i++)
		free(p->rows[i].key);
	free(p->rows);
}

/* ---- reading ---- */

/* Sums of đồng and of units by themselves: the units may have become many đồng. */
static struct interest portfolio_sum_interest(const struct db_result *r, int row, int column)
{
	int64_t dong = db_i64(r, row, column), units = db_i64(r, row, column + 1);
	int64_t carry = units / INTEREST_UNITS_PER_DONG, rest = units % INTEREST_UNITS_PER_DONG;
	if (rest < 0) {
		rest += INTEREST_UNITS_PER_DONG;
		carry--;
	}
	return (struct interest){ dong + carry, rest };
}

static struct portfolio_values portfolio_values_at(const struct db_result *r, int row)
{
	return (struct portfolio_values){
		.loans = db_i64(r, row, P_LOANS),
		.in_term = db_money(r, row, P_IN_TERM),
		.overdue = db_money(r, row, P_OVERDUE),
		.frozen = db_money(r, row, P_FROZEN),
		.grace = db_money(r, row, P_GRACE),
		.overdue_grace = db_money(r, row, P_OVERDUE_GRACE),
		.interest_in_term = portfolio_sum_interest(r, row, P_IT_DONG),
		.interest_overdue = portfolio_sum_interest(r, row, P_OD_DONG),
		.interest_grace = portfolio_sum_interest(r, row, P_GR_DONG),
	};
}

/* Rows come in order of their key. */
static struct portfolio_row *portfolio_row_of(struct portfolio *p, const char *key)
{
	for (size_t i = p->count; i-- > 0;)
		if (strcmp(p->rows[i].key, key) == 0)
			return &p->rows[i];
	p->rows = xrealloc_array(p->rows, p->count + 1, sizeof *p->rows);
	p->rows[p->count] = (struct portfolio_row){ .key = xstrdup(key) };
	return &p->rows[p->count++];
}

static bool portfolio_take(struct portfolio *p, const struct db_result *r, int row)
{
	const struct reference_line *line = reference_line_find(p->ctx->ref, db_text(r, row, P_RATE_LINE));
	struct portfolio_values v = portfolio_values_at(r, row);
	if (!line)
		return false;
	if (!portfolio_interest(&v, &line->line, db_i32(r, row, P_OVERDUE_PERCENT), p->as_of,
				&v.interest_in_term, &v.interest_overdue, &v.interest_grace))
		return false;
	return portfolio_add(&portfolio_row_of(p, db_text(r, row, P_KEY))->sum, &v) &&
	       portfolio_add(&p->total.sum, &v);
}

/* ---- the reply ---- */

/* part / whole with four decimals, half up, digit by digit: a product could be too large. part <= whole. */
static void portfolio_write_ratio(struct jw *w, const char *name, int64_t part, int64_t whole)
{
	char text[32];
	int64_t ratio = 0, rest = part;
	for (int digit = 0; whole > 0 && digit < 5; digit++) {
		ratio = ratio * 10 + rest / whole;
		rest = rest % whole * 10;
	}
	ratio += whole > 0 && rest / 10 * 2 >= whole;
	snprintf(text, sizeof text, "%lld.%04lld", (long long)(ratio / 10000), (long long)(ratio % 10000));
	jw_str(w, name, text);
}

static struct money portfolio_outstanding(const struct portfolio_values *v, bool *ok)
{
	struct money sum = v->in_term;
	loan_add(&sum, v->overdue, ok);
	loan_add(&sum, v->frozen, ok);
	return sum;
}

static struct money portfolio_unpaid(const struct portfolio_values *v, bool *ok)
{
	struct money sum = interest_round(v->interest_in_term);
	loan_add(&sum, interest_round(v->interest_overdue), ok);
	loan_add(&sum, interest_round(v->interest_grace), ok);
	return sum;
}

static void portfolio_write_figures(struct jw *w, const struct portfolio_row *row, bool *ok)
{
	struct money outstanding = portfolio_outstanding(&row->sum, ok);
	const struct portfolio_values *v = &row->sum;
	jw_i64(w, "loans", v->loans);
	jw_i64(w, "borrowers", row->borrowers);
	jw_money(w, "outstanding", outstanding);
	jw_money(w, "in_term", v->in_term);
	jw_money(w, "overdue", v->overdue);
	jw_money(w, "frozen", v->frozen);
	jw_money(w, "interest_unpaid", portfolio_unpaid(v, ok));
	/* raw: a ratio is no money */
	portfolio_write_ratio(w, "overdue_ratio", v->overdue.dong, outstanding.dong);
}

static void portfolio_write_name(struct jw *w, const struct portfolio *p, const char *by, const char *code)
{
	const struct reference *ref = p->ctx->ref;
	if (strcmp(by, "programme") == 0) {
		const struct reference_programme *programme = reference_programme_find(ref, code);
		jw_str(w, "programme_name", programme ? programme->name_vi : NULL);
	} else if (strcmp(by, "commune") == 0) {
		const struct reference_area *area = reference_area_find(ref, code);
		jw_str(w, "commune_name", area ? area->name : NULL);
	} else if (strcmp(by, "point") == 0) {
		const struct reference_point *point = reference_point_by_code(ref, code);
		jw_str(w, "point_name", point ? point->name : NULL);
	}
}

/* One element of an array as PostgreSQL writes it; returns what follows. */
static const char *portfolio_key_next(const char *s, char *out, size_t size)
{
	bool quoted = *s == '"';
	size_t n = 0;
	s += quoted;
	while (*s && (quoted ? *s != '"' : *s != ',' && *s != '}')) {
		s += *s == '\\';
		if (n + 1 < size)
			out[n++] = *s;
		s += *s != '\0';
	}
	out[n] = '\0';
	s += quoted && *s;
	return s + (*s == ',');
}

static void portfolio_write_key(struct jw *w, const struct portfolio *p, const char *key)
{
	char code[256];
	const char *s = key + (*key == '{');
	for (size_t i = 0; i < p->by_count; i++) {
		s = portfolio_key_next(s, code, sizeof code);
		jw_str(w, p->by[i], code);
		portfolio_write_name(w, p, p->by[i], code);
	}
}

static bool portfolio_row_empty(const struct portfolio_row *row, bool *ok)
{
	return !row->sum.loans && !row->borrowers && money_is_zero(portfolio_outstanding(&row->sum, ok)) &&
	       money_is_zero(portfolio_unpaid(&row->sum, ok));
}

static void portfolio_reply(struct portfolio *p)
{
	struct text text = { 0 };
	bool ok = true;
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_date(&w, "as_of", p->as_of);
	jw_date(&w, "swept_until", p->ctx->swept_until);
	jw_object(&w, "total");
	portfolio_write_figures(&w, &p->total, &ok);
	jw_end(&w);
	jw_array(&w, "rows");
	for (size_t i = 0; p->by_count && i < p->count; i++) {
		if (portfolio_row_empty(&p->rows[i], &ok))
			continue;
		jw_object(&w, NULL);
		portfolio_write_key(&w, p, p->rows[i].key);
		portfolio_write_figures(&w, &p->rows[i], &ok);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	loan_reply(p->req, &text, ok);
}

/* ---- three questions, one after the other ---- */

static void portfolio_ask(struct portfolio *p, enum stmt stmt, bool grouped, db_cb *cb)
{
	struct db_args args = { 0 };
	struct text_array by = { 0 };
	for (size_t i = 0; grouped && i < p->by_count; i++)
		text_array_add(&by, p->by[i]);
	db_arg_i64(&args, p->req->actor.staff_id);
	db_arg_date(&args, p->as_of);
	db_arg_text_array(&args, &by);
	text_array_clear(&by);
	db_query(p->req->db, stmt, &args, cb, p);
}

static void portfolio_total_borrowers_read(const struct db_result *r, void *arg)
{
	struct portfolio *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	if (r->rows)
		p->total.borrowers = db_i64(r, 0, 1);
	portfolio_reply(p);
}

static void portfolio_borrowers_read(const struct db_result *r, void *arg)
{
	struct portfolio *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	for (int i = 0; i < r->rows; i++)
		portfolio_row_of(p, db_text(r, i, 0))->borrowers = db_i64(r, i, 1);
	portfolio_ask(p, STMT_PORTFOLIO_BORROWERS, false, portfolio_total_borrowers_read);
}

static void portfolio_sums_read(const struct db_result *r, void *arg)
{
	struct portfolio *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	for (int i = 0; i < r->rows; i++) {
		if (!portfolio_take(p, r, i)) {
			request_log(p->req, "the sums of rate line %s do not fit", db_text(r, i, P_RATE_LINE));
			request_fail(p->req, ERR_INTERNAL, NULL, "%s", "");
			return;
		}
	}
	if (p->by_count)
		portfolio_ask(p, STMT_PORTFOLIO_BORROWERS, true, portfolio_borrowers_read);
	else
		portfolio_ask(p, STMT_PORTFOLIO_BORROWERS, false, portfolio_total_borrowers_read);
}

static void portfolio_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct portfolio *p = request_state(req, sizeof *p);
	(void)arg;
	p->req = req;
	p->ctx = ctx;
	request_on_free(req, portfolio_clear, p);
	if (!loan_context_as_of(req, ctx, &p->as_of))
		return;
	p->by_count = param_count(req->params, "by");
	for (size_t i = 0; i < p->by_count && i < BY_MAX; i++)
		p->by[i] = param_text_at(req->params, "by", i);
	portfolio_ask(p, STMT_PORTFOLIO, true, portfolio_sums_read);
}

void status_portfolio(struct request *req)
{
	loan_context_get(req, false, portfolio_begin, NULL);
}
