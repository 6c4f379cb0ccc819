/* book.day: cash of a day by kind, reconciled to the cash account, and the journal of who posted what.
 * What was lent comes from the facts: a posting that takes a repayment back looks like a loan in the accounts. */
#include "book.h"

#include <string.h>

#include "vonvay/method.h"
#include "vonvay/posting.h"

const struct param_spec book_day_params[] = {
	{ .name = "on", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ .name = "point", .type = PARAM_TEXT, .max = 40, .help = "Only this transaction point, by its code." },
	BOOK_PARAM_KNOWN,
	{ 0 },
};

enum day_part_column { D_PART, D_ACCOUNT, D_NAME_VI, D_NAME_EN, D_DEBIT, D_CREDIT };

struct day_kinds {
	struct money principal, interest, lent; /* received, received, paid out */
	struct money deposits, put;		/* put in less taken out; put in */
	struct money net; /* all cash in less all cash out, by the accounts against it */
};

struct book_day {
	struct request *req;
	struct date on;
	int32_t point_id; /* 0: all */
	bool ok;
	struct money before, after;
	struct day_kinds kinds;
	struct text others; /* JSON of the accounts that are neither principal nor interest */
};

static void book_day_clear(void *arg)
{
	struct book_day *d = arg;
	text_clear(&d->others);
}

static bool day_is_principal(int64_t account)
{
	return account == ACCOUNT_LOANS_IN_TERM || account == ACCOUNT_LOANS_OVERDUE ||
	       account == ACCOUNT_LOANS_FROZEN;
}

static void day_subtract(struct money *sum, struct money less, bool *ok)
{
	if (!money_sub(*sum, less, sum))
		*ok = false;
}

static void day_take_other(struct book_day *d, const struct db_result *r, int row, struct money net)
{
	struct jw w = jw_start(&d->others);
	if (d->others.len)
		text_add(&d->others, ",");
	jw_object(&w, NULL);
	jw_i64(&w, "account", db_i64(r, row, D_ACCOUNT));
	jw_str(&w, "name_vi", db_text(r, row, D_NAME_VI));
	jw_str(&w, "name_en", db_text(r, row, D_NAME_EN));
	jw_money(&w, "received", db_money(r, row, D_DEBIT));
	jw_money(&w, "paid", db_money(r, row, D_CREDIT));
	jw_money(&w, "net", net);
	jw_end(&w);
}

static void day_take_cash(struct book_day *d, const struct db_result *r, int row)
{
	struct money net = db_money(r, row, D_DEBIT);
	int64_t account = db_i64(r, row, D_ACCOUNT);
	day_subtract(&net, db_money(r, row, D_CREDIT), &d->ok);
	loan_add(&d->kinds.net, net, &d->ok);
	if (day_is_principal(account))
		loan_add(&d->kinds.principal, net, &d->ok);
	else if (account == ACCOUNT_INTEREST_INCOME)
		loan_add(&d->kinds.interest, net, &d->ok);
	else if (account == ACCOUNT_DEPOSITS)
		loan_add(&d->kinds.deposits, net, &d->ok);
	else
		day_take_other(d, r, row, net);
}

static void day_take(struct book_day *d, const struct db_result *r, int row)
{
	const char *part = db_text(r, row, D_PART);
	struct money net = db_money(r, row, D_DEBIT);
	if (strcmp(part, "cash") == 0) {
		day_take_cash(d, r, row);
		return;
	}
	if (strcmp(part, "lent") == 0) {
		d->kinds.lent = db_money(r, row, D_CREDIT);
		return;
	}
	if (strcmp(part, "put") == 0) {
		d->kinds.put = net;
		return;
	}
	day_subtract(&net, db_money(r, row, D_CREDIT), &d->ok);
	*(strcmp(part, "before") == 0 ? &d->before : &d->after) = net;
}

/* ---- the reply ---- */

struct journal_sums {
	struct money received, paid;
};

static void journal_write_row(struct jw *w, const struct db_result *r, int row)
{
	jw_object(w, NULL);
	jw_id(w, "entry", db_i64(r, row, 0));
	jw_str(w, "recorded_at", db_text(r, row, 1));
	jw_str(w, "business_date", db_text(r, row, 2));
	jw_str(w, "actor", db_text(r, row, 3));
	jw_str(w, "door", db_text(r, row, 4));
	jw_str(w, "method", db_text(r, row, 5));
	if (db_is_null(r, row, 6))
		jw_null(w, "position");
	else
		jw_i64(w, "position", db_i64(r, row, 6));
	jw_i64(w, "loans", db_i64(r, row, 7));
	jw_money(w, "received", db_money(r, row, 8));
	jw_money(w, "paid", db_money(r, row, 9));
	jw_money(w, "received_other_days", db_money(r, row, 10));
	jw_money(w, "paid_other_days", db_money(r, row, 11));
	jw_end(w);
}

static void journal_write(struct jw *w, const struct db_result *r, struct journal_sums *sum, bool *ok)
{
	jw_array(w, "journal");
	for (int row = 0; row < r->rows; row++) {
		journal_write_row(w, r, row);
		loan_add(&sum->received, db_money(r, row, 8), ok);
		loan_add(&sum->paid, db_money(r, row, 9), ok);
	}
	jw_end(w);
}

static void day_write_cash(struct jw *w, struct book_day *d)
{
	struct money principal = d->kinds.principal, withdrawn = d->kinds.put;
	/* the accounts give repaid less lent, put in less withdrawn */
	loan_add(&principal, d->kinds.lent, &d->ok);
	day_subtract(&withdrawn, d->kinds.deposits, &d->ok);
	if (!d->point_id)
		jw_money(w, "opening", d->before);
	jw_object(w, "cash");
	jw_money(w, "principal", principal);
	jw_money(w, "interest", d->kinds.interest);
	jw_money(w, "deposits", d->kinds.put);
	jw_money(w, "disbursed", d->kinds.lent);
	jw_money(w, "withdrawn", withdrawn);
	jw_money(w, "net", d->kinds.net);
	jw_end(w);
	jw_array(w, "other");
	if (d->others.len)
		jw_raw(w, NULL, text_str(&d->others));
	jw_end(w);
	if (!d->point_id)
		jw_money(w, "closing", d->after);
}

/* Three ways to the same figure: the rows of the cash account, the accounts against it, the entries. */
static bool day_reconciled(struct book_day *d, const struct journal_sums *journal)
{
	struct money by_account = d->before, by_entry = journal->received;
	loan_add(&by_account, d->kinds.net, &d->ok);
	day_subtract(&by_entry, journal->paid, &d->ok);
	return money_cmp(by_entry, d->kinds.net) == 0 &&
	       (d->point_id || money_cmp(by_account, d->after) == 0);
}

static void day_journal_read(const struct db_result *r, void *arg)
{
	struct book_day *d = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	struct journal_sums sum = { 0 };
	if (!r->ok) {
		request_fail_db(d->req, r);
		return;
	}
	jw_object(&w, NULL);
	jw_date(&w, "on", d->on);
	jw_str(&w, "point", param_text_or(d->req->params, "point", NULL));
	book_json_known(&w, d->req);
	jw_i64(&w, "account", ACCOUNT_CASH);
	day_write_cash(&w, d);
	journal_write(&w, r, &sum, &d->ok);
	jw_object(&w, "total");
	jw_money(&w, "received", sum.received);
	jw_money(&w, "paid", sum.paid);
	jw_end(&w);
	jw_bool(&w, "reconciled", day_reconciled(d, &sum));
	jw_end(&w);
	loan_reply(d->req, &text, d->ok);
}

static void day_args(struct book_day *d, struct db_args *args)
{
	db_arg_i64(args, d->req->actor.staff_id);
	db_arg_date(args, d->on);
	if (d->point_id)
		db_arg_i64(args, d->point_id);
	else
		db_arg_null(args);
	book_arg_known(args, d->req);
}

static void day_parts_read(const struct db_result *r, void *arg)
{
	struct book_day *d = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(d->req, r);
		return;
	}
	for (int row = 0; row < r->rows; row++)
		day_take(d, r, row);
	day_args(d, &args);
	db_query(d->req->db, STMT_BOOK_DAY_JOURNAL, &args, day_journal_read, d);
}

static void book_day_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct book_day *d = request_state(req, sizeof *d);
	struct db_args args = { 0 };
	(void)arg;
	d->req = req;
	d->ok = true;
	request_on_free(req, book_day_clear, d);
	if (!book_day_of(req, ctx, "on", &d->on) || !book_point_of(req, ctx, &d->point_id))
		return;
	day_args(d, &args);
	db_query(req->db, STMT_BOOK_DAY, &args, day_parts_read, d);
}

void book_day(struct request *req)
{
	loan_context_get(req, false, book_day_begin, NULL);
}
