/* deposit.show: the statement of a deposit, with the balance after each of its facts. */
#include <string.h>

#include "loan_views.h"
#include "vonvay/deposit_store.h"
#include "vonvay/method.h"

struct deposit_statement {
	struct request *req;
	const struct loan_context *ctx;
	struct date on;
	const char *name;
	int64_t group_id;
	struct deposit_accounts accounts;
};

static void statement_clear(void *arg)
{
	struct deposit_statement *s = arg;
	deposit_accounts_clear(&s->accounts);
}

/* The row of the result that a fact was read from. */
static int statement_row(const struct db_result *r, int32_t no)
{
	int row = 0;
	while (row < r->rows && db_i32(r, row, DEPOSIT_COLUMN_NO) != no)
		row++;
	return row;
}

static void statement_write_fact(struct jw *w, const struct db_result *r, const struct deposit_fact *f,
				 struct money balance)
{
	int row = statement_row(r, f->no);
	int64_t loan = db_i64(r, row, DEPOSIT_COLUMN_LOAN);
	jw_object(w, NULL);
	jw_i64(w, "fact", f->no);
	jw_date(w, "on", f->on);
	jw_str(w, "kind", deposit_kind_word(f->kind));
	jw_money(w, "change", deposit_change(f));
	jw_money(w, "balance", balance);
	if (loan)
		jw_id(w, "loan", loan);
	else
		jw_null(w, "loan");
	loan_json_group(w, "group", db_i64(r, row, DEPOSIT_COLUMN_GROUP));
	jw_str(w, "recorded_at", db_text(r, row, DEPOSIT_COLUMN_RECORDED_AT));
	jw_str(w, "actor", db_text(r, row, DEPOSIT_COLUMN_ACTOR));
	jw_end(w);
}

static void statement_write_facts(struct jw *w, const struct db_result *r, const struct deposit_statement *s,
				  const struct deposit_account *a, struct money *balance, bool *ok)
{
	jw_array(w, "facts");
	for (size_t i = 0; a && i < a->count && date_cmp(a->facts[i].on, s->on) <= 0; i++) {
		loan_add(balance, deposit_change(&a->facts[i]), ok);
		statement_write_fact(w, r, &a->facts[i], *balance);
	}
	jw_end(w);
}

/* Interest of the days before `on` that is not credited; the facts of that day have no part in it. */
static struct money statement_interest(const struct deposit_statement *s, const struct deposit_account *a,
				       bool *ok)
{
	struct interest earned = INTEREST_ZERO;
	const struct rate_line *line = reference_deposit_line(s->ctx->ref);
	if (line && a && !deposit_interest(line, a->facts, a->count, s->on, &earned))
		*ok = false;
	return interest_round(earned);
}

static void statement_facts_read(const struct db_result *r, void *arg)
{
	struct deposit_statement *s = arg;
	struct text text = { 0 };
	struct money balance = MONEY_ZERO;
	bool ok = true;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	deposit_accounts_read(r, &s->accounts);
	const struct deposit_account *a = s->accounts.count ? &s->accounts.rows[0] : NULL;
	const struct rate_line *line = reference_deposit_line(s->ctx->ref);
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	loan_json_household(&w, "household", param_id(s->req->params, "household"));
	jw_str(&w, "name", s->name);
	loan_json_group(&w, "group", s->group_id);
	jw_date(&w, "as_of", s->on);
	loan_json_rate(&w, "rate_percent", line ? rate_on(line, s->on) : 0, 100);
	statement_write_facts(&w, r, s, a, &balance, &ok);
	jw_money(&w, "balance", balance);
	jw_money(&w, "interest_earned", statement_interest(s, a, &ok));
	jw_end(&w);
	loan_reply(s->req, &text, ok);
}

static void statement_holder_read(const struct db_result *r, void *arg)
{
	struct deposit_statement *s = arg;
	struct db_args args = { 0 };
	struct int_rows households = { 0 };
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	size_t len = strlen(db_text(r, 0, 0));
	char *name = request_state(s->req, len + 1);
	memcpy(name, db_text(r, 0, 0), len);
	s->name = name;
	s->group_id = db_i64(r, 0, 1);
	int_rows_add(&households, param_id(s->req->params, "household"));
	db_arg_i64(&args, s->req->actor.staff_id);
	db_arg_int_rows(&args, &households);
	int_rows_clear(&households);
	db_query(s->req->db, STMT_DEPOSIT_FACTS, &args, statement_facts_read, s);
}

static void deposit_show_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct deposit_statement *s = arg;
	struct db_args args = { 0 };
	s->ctx = ctx;
	if (!loan_context_as_of(req, ctx, &s->on))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "household"));
	db_query(req->db, STMT_DEPOSIT_HOLDER, &args, statement_holder_read, s);
}

void deposit_show(struct request *req)
{
	struct deposit_statement *s = request_state(req, sizeof *s);
	s->req = req;
	request_on_free(req, statement_clear, s);
	loan_context_get(req, false, deposit_show_begin, s);
}
