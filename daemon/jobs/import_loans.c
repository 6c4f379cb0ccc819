/* loans.csv: a loan row (the contract), then its facts in order: opened, disbursed, paid, principal_paid, interest_paid.
 * Each loan is folded by the domain in both passes, so that a fact that can't be is an error of its line. Loans are
 * collected and done some hundreds at a time, because what they refer to is looked up together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_loans.h"
#include "vonvay/mem.h"
#include "vonvay/night.h"

static const char *const columns[] = {
	[RECORD] = "record",
	[LOAN] = "loan",
	[HOUSEHOLD] = "household",
	[GROUP] = "group",
	[PROGRAMME] = "programme",
	[PURPOSE] = "purpose",
	[RATE_LINE] = "rate_line",
	[FUND] = "fund",
	[ON] = "on",
	[AMOUNT] = "amount",
	[TERM_MONTHS] = "term_months",
	[INSTALMENT_MONTHS] = "instalment_months",
	[PRINCIPAL_GRACE] = "principal_grace_months",
	[INTEREST_GRACE] = "interest_grace_months",
	[PRINCIPAL] = "principal",
	[IN_TERM] = "in_term",
	[OVERDUE] = "overdue",
	[FROZEN] = "frozen",
	[INTEREST_IN_TERM] = "interest_in_term",
	[INTEREST_OVERDUE] = "interest_overdue",
	[INTEREST_GRACE_UNPAID] = "interest_grace",
	NULL,
};

static const char *const funds[] = { "central", "local", "investor", "organisation", NULL };

static bool loans_begin(struct import_job *job)
{
	struct reference *ref = worker_reference_new(job->w, job->w->import, &job->end);
	if (!ref)
		return false;
	struct loans *l = xcalloc(1, sizeof *l);
	l->ref = ref;
	l->upto = job->takeover ? night_today() : job->business_date;
	l->contracts =
		(struct import_wanted){ .kind = "contract", .complaint = "this contract exists already" };
	job->state = l;
	return true;
}

static void loans_free(struct import_job *job)
{
	struct loans *l = job->state;
	for (int i = 0; i < LOANS_AT_ONCE; i++) {
		free(l->unit[i].fact);
		free(l->unit[i].line_of);
	}
	reference_unref(l->ref);
	import_seen_clear(&l->seen);
	import_wanted_clear(&l->contracts);
	free(l->groups);
	free(l->residences);
	loan_batch_clear(&l->batch);
	free(l);
}

/* ---- days ---- */

static bool loan_day(struct import_job *job, struct date *on)
{
	struct loans *l = job->state;
	char upto[DATE_TEXT_SIZE];
	if (!import_date(job, ON, true, on))
		return false;
	if (date_cmp(*on, l->upto) <= 0)
		return true;
	date_format(l->upto, upto);
	import_wrong(job, ON, "after %s", upto);
	return false;
}

static bool loan_fact_day(struct import_job *job, const struct loan_unit *u, struct date *on)
{
	struct date first;
	if (!loan_day(job, on))
		return false;
	if (date_make(2018, 1, 1, &first) && date_cmp(*on, first) < 0) {
		import_wrong(job, ON, "before 2018-01-01: an older loan comes in by an opened row");
		return false;
	}
	if (u->facts && date_cmp(*on, u->fact[u->facts - 1].on) < 0) {
		import_wrong(job, ON, "before the row above it");
		return false;
	}
	return true;
}

/* ---- rows ---- */

static void loan_copy(char *out, size_t size, const char *from)
{
	snprintf(out, size, "%s", from);
}

static bool loan_read_codes(struct import_job *job, struct loan_unit *u)
{
	const char *programme, *purpose, *line;
	bool ok = import_code(job, PROGRAMME, true, &programme);
	ok &= import_code(job, PURPOSE, false, &purpose);
	ok &= import_code(job, RATE_LINE, false, &line);
	loan_copy(u->programme, sizeof u->programme, programme);
	loan_copy(u->purpose, sizeof u->purpose, purpose);
	loan_copy(u->rate_line, sizeof u->rate_line, line);
	return ok;
}

static bool loan_read_terms(struct import_job *job, struct loan_unit *u)
{
	bool ok = import_number(job, LOAN, true, 1000000000000000, 9999999999999999, &u->loan);
	ok &= import_number(job, HOUSEHOLD, true, 1, 9999999999, &u->household);
	ok &= import_number(job, GROUP, false, 1, 9999999, &u->group);
	ok &= import_word(job, FUND, false, funds, &u->fund);
	ok &= loan_day(job, &u->contract_on);
	ok &= import_number(job, TERM_MONTHS, true, 1, SCHEDULE_TERM_MAX, &u->term);
	ok &= import_number(job, INSTALMENT_MONTHS, true, 1, SCHEDULE_TERM_MAX, &u->instalment);
	ok &= import_number(job, PRINCIPAL_GRACE, false, 0, SCHEDULE_TERM_MAX - 1, &u->principal_grace);
	ok &= import_number(job, INTEREST_GRACE, false, 0, SCHEDULE_TERM_MAX - 1, &u->interest_grace);
	return ok && loan_read_codes(job, u);
}

static void loan_check_number(struct import_job *job, const struct loan_unit *u)
{
	struct loans *l = job->state;
	char key[24];
	if (job->applying || !u->loan)
		return;
	int64_t first = import_seen_add(&l->seen, u->loan, u->line);
	if (first)
		import_wrong(job, LOAN, "this loan stands on line %lld already", (long long)first);
	snprintf(key, sizeof key, "%lld", (long long)u->loan);
	import_want(&l->contracts, key, u->line, LOAN);
}

static void loan_row(struct import_job *job)
{
	struct loans *l = job->state;
	if (l->count == LOANS_AT_ONCE || l->facts >= LOAN_FACTS_AT_ONCE)
		import_loans_flush(job);
	struct loan_unit *u = &l->unit[l->count++];
	struct fact *fact = u->fact;
	int64_t *line_of = u->line_of;
	*u = (struct loan_unit){ .fact = fact, .line_of = line_of, .cap = u->cap, .line = job->row->line };
	u->bad = !loan_read_terms(job, u);
	loan_check_number(job, u);
}

static struct fact *loan_fact_add(struct import_job *job, struct loan_unit *u)
{
	struct loans *l = job->state;
	if (u->facts == u->cap) {
		u->cap = u->cap ? 2 * u->cap : 16;
		u->fact = xrealloc_array(u->fact, (size_t)u->cap, sizeof *u->fact);
		u->line_of = xrealloc_array(u->line_of, (size_t)u->cap, sizeof *u->line_of);
	}
	l->facts++;
	u->line_of[u->facts] = job->row->line;
	u->fact[u->facts] = (struct fact){ .no = u->facts + 1 };
	return &u->fact[u->facts++];
}

static bool loan_interest(struct import_job *job, int column, struct interest *out)
{
	struct money m = MONEY_ZERO;
	bool ok = import_money(job, column, 0, &m);
	*out = interest_of_money(m);
	return ok;
}

static void opened_row(struct import_job *job, struct loan_unit *u, enum fact_kind kind)
{
	struct loan_opening o = { 0 };
	struct date on;
	bool ok = loan_fact_day(job, u, &on);
	ok &= import_money(job, PRINCIPAL, 1, &o.principal);
	ok &= import_money(job, IN_TERM, 0, &o.in_term);
	ok &= import_money(job, OVERDUE, 0, &o.overdue);
	ok &= import_money(job, FROZEN, 0, &o.frozen);
	ok &= loan_interest(job, INTEREST_IN_TERM, &o.interest_in_term);
	ok &= loan_interest(job, INTEREST_OVERDUE, &o.interest_overdue);
	ok &= loan_interest(job, INTEREST_GRACE_UNPAID, &o.interest_grace);
	if (!ok) {
		u->bad = true;
		return;
	}
	struct fact *fact = loan_fact_add(job, u);
	fact->kind = kind;
	fact->on = on;
	fact->opening = o;
}

static void amount_row(struct import_job *job, struct loan_unit *u, enum fact_kind kind)
{
	struct money amount;
	struct date on;
	bool ok = loan_fact_day(job, u, &on);
	ok &= import_money(job, AMOUNT, 1, &amount);
	if (!ok) {
		u->bad = true;
		return;
	}
	struct fact *fact = loan_fact_add(job, u);
	fact->kind = kind;
	fact->on = on;
	fact->amount = amount;
}

/* ---- by record ---- */

#define OWN (IMPORT_BIT(RECORD) | IMPORT_BIT(LOAN) | IMPORT_BIT(ON))
#define TERMS                                                                                                \
	(OWN | IMPORT_BIT(HOUSEHOLD) | IMPORT_BIT(GROUP) | IMPORT_BIT(PROGRAMME) | IMPORT_BIT(PURPOSE) |     \
	 IMPORT_BIT(RATE_LINE) | IMPORT_BIT(FUND) | IMPORT_BIT(TERM_MONTHS) |                                \
	 IMPORT_BIT(INSTALMENT_MONTHS) | IMPORT_BIT(PRINCIPAL_GRACE) | IMPORT_BIT(INTEREST_GRACE))
#define OPENING                                                                                              \
	(OWN | IMPORT_BIT(PRINCIPAL) | IMPORT_BIT(IN_TERM) | IMPORT_BIT(OVERDUE) | IMPORT_BIT(FROZEN) |      \
	 IMPORT_BIT(INTEREST_IN_TERM) | IMPORT_BIT(INTEREST_OVERDUE) | IMPORT_BIT(INTEREST_GRACE_UNPAID))

struct loan_fact_record {
	enum fact_kind kind; /* its word is the record */
	void (*row)(struct import_job *job, struct loan_unit *u, enum fact_kind kind);
	uint64_t columns;
};

static const struct loan_fact_record records[] = {
	{ FACT_OPENED, opened_row, OPENING },
	{ FACT_DISBURSED, amount_row, OWN | IMPORT_BIT(AMOUNT) },
	{ FACT_PAID, amount_row, OWN | IMPORT_BIT(AMOUNT) },
	{ FACT_PRINCIPAL_PAID, amount_row, OWN | IMPORT_BIT(AMOUNT) },
	{ FACT_INTEREST_PAID, amount_row, OWN | IMPORT_BIT(AMOUNT) },
};

/* A row that names its loan names the one it follows. */
static struct loan_unit *loan_of_row(struct import_job *job)
{
	struct loans *l = job->state;
	if (!l->count) {
		import_wrong(job, RECORD, "no loan row stands before it");
		return NULL;
	}
	struct loan_unit *u = &l->unit[l->count - 1];
	int64_t loan = u->loan;
	if (!import_number(job, LOAN, false, 1000000000000000, 9999999999999999, &loan))
		return NULL;
	if (loan == u->loan || !u->loan)
		return u;
	import_wrong(job, LOAN, "not the loan of the row it follows");
	u->bad = true;
	return NULL;
}

static void loan_fact_row(struct import_job *job, const struct loan_fact_record *record)
{
	import_only(job, record->columns, fact_kind_word(record->kind));
	struct loan_unit *u = loan_of_row(job);
	if (u)
		record->row(job, u, record->kind);
}

static void loans_row(struct import_job *job)
{
	struct loans *l = job->state;
	const char *word = import_raw(job, RECORD);
	if (!strcmp(word, "loan")) {
		import_only(job, TERMS, word);
		loan_row(job);
		l->last_line = job->row->line;
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(records); i++) {
		if (!strcmp(fact_kind_word(records[i].kind), word)) {
			loan_fact_row(job, &records[i]);
			l->last_line = job->row->line;
			return;
		}
	}
	import_wrong(job, RECORD, "not one of loan, opened, disbursed, paid, principal_paid, interest_paid");
}

const struct import_format import_loans = {
	.kind = "loans",
	.columns = columns,
	.optional = IMPORT_BIT(GROUP) | IMPORT_BIT(PURPOSE) | IMPORT_BIT(RATE_LINE) | IMPORT_BIT(FUND) |
		    IMPORT_BIT(PRINCIPAL_GRACE) | IMPORT_BIT(INTEREST_GRACE) | IMPORT_BIT(PRINCIPAL) |
		    IMPORT_BIT(IN_TERM) | IMPORT_BIT(OVERDUE) | IMPORT_BIT(FROZEN) |
		    IMPORT_BIT(INTEREST_IN_TERM) | IMPORT_BIT(INTEREST_OVERDUE) |
		    IMPORT_BIT(INTEREST_GRACE_UNPAID),
	.apply = STMT_IMPORT_LOANS,
	.begin = loans_begin,
	.row = loans_row,
	.end = import_loans_flush,
	.free = loans_free,
};
