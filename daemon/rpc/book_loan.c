/* book.loan: the loan book of a borrower (02/TD): each fact and transition of a period with what it lent, paid and left, and
 * the interest of the days between. Made by folding the facts, so it can be told as known at a position too.
 * Charged is the difference of two rounded unpaid interests, so that in every row
 * unpaid before + taken over + charged - paid - written off = unpaid after, to the đồng. domain.md 5.5, 2.7 */
#include "book.h"

#include <stdlib.h>
#include <string.h>

#include "loan_reads.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

const struct param_spec book_loan_params[] = {
	{ .name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number." },
	{ .name = "from", .type = PARAM_DATE, .help = "First day, by default that of the contract." },
	BOOK_PARAM_TO,
	BOOK_PARAM_KNOWN,
	{ 0 },
};

struct book_row {
	struct date on;
	const char *kind;
	bool is_fact, opened, written_off;
	int32_t no;
	int instalment; /* -1: none */
	struct money amount;
	struct loan_balances before, after;
};

struct book_loan {
	struct request *req;
	const struct loan_context *ctx;
	struct date from, to;
	struct loan_record record;
	bool has_record;
	struct fact *facts, *scratch;
	size_t count;
	struct loan_balances opening, closing;
	struct book_row *rows;
	size_t rows_count, rows_room;
};

static void book_loan_clear(void *arg)
{
	struct book_loan *b = arg;
	if (b->has_record)
		loan_record_clear(&b->record);
	free(b->facts);
	free(b->scratch);
	free(b->rows);
}

/* ---- the fold ---- */

static void book_loan_step(void *arg, const struct loan_step *s)
{
	struct book_loan *b = arg;
	if (date_cmp(s->on, b->from) < 0)
		return;
	if (b->rows_count == b->rows_room) {
		b->rows_room = b->rows_room ? b->rows_room * 2 : 32;
		b->rows = xrealloc_array(b->rows, b->rows_room, sizeof *b->rows);
	}
	b->rows[b->rows_count++] = (struct book_row){
		.on = s->on,
		.kind = s->fact ? fact_kind_word(s->fact->kind) : transition_kind_word(s->transition),
		.is_fact = s->fact != NULL,
		.opened = s->fact && s->fact->kind == FACT_OPENED,
		.written_off = s->fact && s->fact->kind == FACT_WRITTEN_OFF,
		.no = s->fact ? s->fact->no : 0,
		.instalment = s->instalment,
		.amount = s->amount,
		.before = *s->before,
		.after = *s->after,
	};
}

/* The balances at the end of a day, from the facts up to it. */
static enum loan_error book_loan_fold(struct book_loan *b, struct date on, loan_step_fn *step,
				      struct loan_balances *out)
{
	struct loan *loan = &b->record.loan;
	const struct loan_contract *c = &b->record.contract;
	int32_t failed;
	size_t n = 0;
	struct fact *upto = xcalloc(b->count, sizeof *upto);
	for (size_t i = 0; i < b->count; i++)
		if (date_cmp(b->facts[i].on, on) <= 0)
			upto[n++] = b->facts[i];
	enum loan_error error =
		loan_replay(c, loan, upto, n, b->scratch, on, b->ctx->business, step, b, &failed);
	free(upto);
	if (error != LOAN_OK || loan->b.status == LOAN_STATUS_PENDING) {
		*out = loan->b;
		return error;
	}
	return loan_balances_on(c, loan, on, out);
}

/* ---- the reply ---- */

struct unpaid {
	struct money in_term, overdue, grace;
};

static struct unpaid unpaid_of(const struct loan_balances *b)
{
	return (struct unpaid){ interest_round(b->interest_in_term), interest_round(b->interest_overdue),
				interest_round(b->interest_grace) };
}

static struct unpaid unpaid_less(struct unpaid a, struct unpaid b, bool *ok)
{
	struct unpaid out = { MONEY_ZERO, MONEY_ZERO, MONEY_ZERO };
	*ok = money_sub(a.in_term, b.in_term, &out.in_term) &&
	      money_sub(a.overdue, b.overdue, &out.overdue) && money_sub(a.grace, b.grace, &out.grace) && *ok;
	return out;
}

static void unpaid_add(struct unpaid *sum, struct unpaid more, bool *ok)
{
	loan_add(&sum->in_term, more.in_term, ok);
	loan_add(&sum->overdue, more.overdue, ok);
	loan_add(&sum->grace, more.grace, ok);
}

static void unpaid_write(struct jw *w, const char *name, struct unpaid u, bool *ok)
{
	struct loan_interest i = { u.in_term, u.overdue, u.grace, u.in_term };
	loan_add(&i.total, u.overdue, ok);
	loan_add(&i.total, u.grace, ok);
	loan_json_interest(w, name, i);
}

static void book_loan_write_balances(struct jw *w, const struct loan_balances *b, bool *ok)
{
	jw_money(w, "in_term", b->in_term);
	jw_money(w, "overdue", b->overdue);
	jw_money(w, "frozen", b->frozen);
	jw_money(w, "outstanding", loan_outstanding(b));
	unpaid_write(w, "unpaid", unpaid_of(b), ok);
}

/* What the borrower was lent and repaid, and what interest left, between two balances. */
struct movement {
	struct money lent, repaid, written_off, interest_written_off;
	struct unpaid opened, charged, paid; /* opened: taken over */
};

static struct movement movement_of(struct unpaid before, const struct book_row *row, bool *ok)
{
	struct movement m = { .charged = unpaid_less(unpaid_of(&row->before), before, ok) };
	const struct loan_balances *a = &row->after, *b = &row->before;
	*ok = money_sub(a->disbursed, b->disbursed, &m.lent) && money_sub(a->paid, b->paid, &m.repaid) &&
	      money_sub(a->written_off, b->written_off, &m.written_off) &&
	      money_sub(a->interest_written_off, b->interest_written_off, &m.interest_written_off) && *ok;
	if (row->opened)
		m.opened = unpaid_of(a);
	else if (!row->written_off)
		m.paid = unpaid_less(unpaid_of(b), unpaid_of(a), ok);
	return m;
}

static void movement_add(struct movement *sum, const struct movement *m, bool *ok)
{
	loan_add(&sum->lent, m->lent, ok);
	loan_add(&sum->repaid, m->repaid, ok);
	unpaid_add(&sum->charged, m->charged, ok);
	unpaid_add(&sum->paid, m->paid, ok);
	unpaid_add(&sum->opened, m->opened, ok);
	loan_add(&sum->written_off, m->written_off, ok);
	loan_add(&sum->interest_written_off, m->interest_written_off, ok);
}

static void movement_write(struct jw *w, const struct movement *m, bool *ok)
{
	jw_money(w, "lent", m->lent);
	jw_money(w, "principal_paid", m->repaid);
	unpaid_write(w, "charged", m->charged, ok);
	unpaid_write(w, "interest_paid", m->paid, ok);
	unpaid_write(w, "interest_opened", m->opened, ok);
	jw_money(w, "written_off", m->written_off);
	jw_money(w, "interest_written_off", m->interest_written_off);
}

static void book_loan_write_row(struct jw *w, const struct book_row *row, const struct movement *m, bool *ok)
{
	jw_object(w, NULL);
	jw_date(w, "on", row->on);
	jw_str(w, "type", row->is_fact ? "fact" : "transition");
	jw_str(w, "kind", row->kind);
	if (row->is_fact)
		jw_i64(w, "no", row->no);
	if (row->instalment >= 0)
		jw_i64(w, "instalment", row->instalment + 1);
	jw_money(w, "amount", row->amount);
	movement_write(w, m, ok);
	book_loan_write_balances(w, &row->after, ok);
	jw_end(w);
}

/* The rows, then what the days after the last one cost up to the closing. */
static void book_loan_write_rows(struct jw *w, const struct book_loan *b, bool *ok)
{
	struct movement total = { 0 };
	struct unpaid before = unpaid_of(&b->opening);
	jw_array(w, "rows");
	for (size_t i = 0; i < b->rows_count; i++) {
		struct movement m = movement_of(before, &b->rows[i], ok);
		book_loan_write_row(w, &b->rows[i], &m, ok);
		movement_add(&total, &m, ok);
		before = unpaid_of(&b->rows[i].after);
	}
	jw_end(w);
	struct unpaid since = unpaid_less(unpaid_of(&b->closing), before, ok);
	unpaid_write(w, "charged_since", since, ok);
	unpaid_add(&total.charged, since, ok);
	jw_object(w, "total");
	movement_write(w, &total, ok);
	jw_end(w);
}

static void book_loan_write_schedule(struct jw *w, const struct loan *loan)
{
	jw_array(w, "instalments");
	for (int i = 0; i < loan->count; i++) {
		jw_object(w, NULL);
		jw_i64(w, "no", i + 1);
		jw_date(w, "due_on", loan->instalment[i].due_on);
		jw_money(w, "amount", loan->instalment[i].amount);
		jw_end(w);
	}
	jw_end(w);
}

static void book_loan_write_head(struct jw *w, const struct book_loan *b)
{
	const struct loan_record *r = &b->record;
	const struct reference_programme *p = reference_programme_find(b->ctx->ref, r->programme);
	const struct rate_line *line = loan_line(&r->contract, &b->closing);
	int32_t rate_e7 = rate_on(line ? line : r->contract.line, b->to);
	jw_str(w, "form", "02/TD");
	jw_id(w, "loan", r->contract.loan_id);
	loan_json_household(w, "household", r->household_id);
	jw_str(w, "household_name", r->household_name);
	loan_json_group(w, "group", r->group_id);
	jw_str(w, "group_name", r->group_name);
	jw_str(w, "programme", r->programme);
	jw_str(w, "programme_name", p ? p->name_vi : NULL);
	jw_date(w, "contract_on", r->contract.contract_on);
	jw_i64(w, "term_months", r->term_months);
	loan_json_rate(w, "rate_percent", rate_e7, 100);
	loan_json_rate(w, "overdue_rate_percent", rate_e7, r->contract.overdue_percent);
	jw_date(w, "from", b->from);
	jw_date(w, "to", b->to);
	book_json_known(w, b->req);
}

static void book_loan_reply(struct book_loan *b)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	bool ok = true;
	jw_object(&w, NULL);
	book_loan_write_head(&w, b);
	jw_object(&w, "opening");
	jw_date(&w, "on", date_add_days(b->from, -1));
	book_loan_write_balances(&w, &b->opening, &ok);
	jw_end(&w);
	book_loan_write_rows(&w, b, &ok);
	jw_object(&w, "closing");
	jw_date(&w, "on", b->to);
	book_loan_write_balances(&w, &b->closing, &ok);
	jw_end(&w);
	book_loan_write_schedule(&w, &b->record.loan);
	jw_end(&w);
	loan_reply(b->req, &text, ok);
}

/* ---- reading ---- */

static void book_loan_facts_read(const struct db_result *r, void *arg)
{
	struct book_loan *b = arg;
	int row = 0;
	if (!r->ok) {
		request_fail_db(b->req, r);
		return;
	}
	b->facts = loan_store_facts_new(r, &row, b->ctx->ref, &b->record, &b->count);
	b->scratch = xcalloc(b->count, sizeof *b->scratch);
	enum loan_error error = book_loan_fold(b, date_add_days(b->from, -1), NULL, &b->opening);
	if (error == LOAN_OK)
		error = book_loan_fold(b, b->to, book_loan_step, &b->closing);
	if (error == LOAN_OK) {
		book_loan_reply(b);
		return;
	}
	request_log(b->req, "the facts of loan %lld do not fold", (long long)b->record.contract.loan_id);
	request_fail(b->req, ERR_INTERNAL, NULL, "%s", "");
}

static void book_loan_query(struct book_loan *b)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, b->req->actor.staff_id);
	db_arg_i64(&args, b->record.contract.loan_id);
	book_arg_known(&args, b->req);
	db_query(b->req->db, STMT_BOOK_LOAN_FACTS, &args, book_loan_facts_read, b);
}

static bool book_loan_period(struct book_loan *b)
{
	struct date first = b->record.contract.contract_on;
	if (!book_day_of(b->req, b->ctx, "to", &b->to))
		return false;
	b->from = date_max(param_date_or(b->req->params, "from", first), first);
	if (date_cmp(b->from, b->to) <= 0)
		return true;
	request_fail(b->req, ERR_INVALID_PARAMS, "from", "from must not be after to");
	return false;
}

static void book_loan_read(const struct db_result *r, int row, void *arg)
{
	struct book_loan *b = arg;
	struct text error = { 0 };
	if (!r->ok) {
		request_fail_db(b->req, r);
	} else if (row < 0) {
		request_fail(b->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
	} else if (!loan_store_read(r, row, b->ctx->ref, &b->record, &error)) {
		request_log(b->req, "%s", text_str(&error));
		request_fail(b->req, ERR_INTERNAL, NULL, "%s", "");
	} else {
		b->has_record = true;
		if (book_loan_period(b))
			book_loan_query(b);
	}
	text_clear(&error);
}

static void book_loan_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct book_loan *b = request_state(req, sizeof *b);
	(void)arg;
	b->req = req;
	b->ctx = ctx;
	request_on_free(req, book_loan_clear, b);
	loan_read(req, param_id(req->params, "loan"), book_loan_read, b);
}

void book_loan(struct request *req)
{
	loan_context_get(req, false, book_loan_begin, NULL);
}
