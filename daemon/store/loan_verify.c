/* Loans made again from their facts. What is stored was written step by step, by many writes; here it is made in one go. */
/* raw: amounts of postings are added up by account here */
#include "vonvay/loan_verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loan_batch_private.h"
#include "vonvay/mem.h"

#define SAID_MAX 300

struct verify_rows { /* where the rows of the next loan begin */
	int facts, transitions, postings;
};

/* The net of postings of one day between two accounts, a below b: debit of a less credit of a. */
struct verify_net {
	int32_t day;
	int a, b;
	int64_t dong;
};

static void verify_say(struct loan_verify *v, const struct loan_record *r, const char *fmt, ...) PRINTF_LIKE(3, 4);
static void verify_say(struct loan_verify *v, const struct loan_record *r, const char *fmt, ...)
{
	char what[SAID_MAX];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	v->found(v->arg, r->contract.loan_id, what);
}

/* ---- transitions ---- */

static void verify_say_made(struct loan_verify *v, const struct loan_record *r, const struct batch_transition *t)
{
	char on[DATE_TEXT_SIZE];
	date_format(t->on, on);
	verify_say(v, r, "transition missing: %s on %s, %lld", transition_kind_word(t->kind), on,
		   (long long)t->amount.dong);
}

static void verify_say_stored(struct loan_verify *v, const struct loan_record *r,
			      const struct stored_transition *t)
{
	char on[DATE_TEXT_SIZE];
	date_format(t->on, on);
	verify_say(v, r, "transition %lld/%d (%s on %s, %lld) does not follow from the facts",
		   (long long)t->entry_id, t->ordinal, transition_kind_word(t->kind), on,
		   (long long)t->amount.dong);
}

/* Of a loan that is held the night could not make them: only what is there must follow. */
static void verify_transitions(struct loan_verify *v, const struct loan_record *r, const struct batch_loan *l,
			       const struct stored_transition *stored, size_t count)
{
	bool *seen = xcalloc(count + 1, sizeof *seen);
	for (size_t i = 0; i < l->transitions.count; i++) {
		size_t k = 0;
		while (k < count && (seen[k] || !batch_transition_is(&stored[k], &l->transitions.rows[i])))
			k++;
		if (k < count)
			seen[k] = true;
		else if (!r->held)
			verify_say_made(v, r, &l->transitions.rows[i]);
	}
	for (size_t k = 0; k < count; k++)
		if (!seen[k])
			verify_say_stored(v, r, &stored[k]);
	v->transitions += (int64_t)count;
	free(seen);
}

/* ---- balances ---- */

static void verify_money(struct loan_verify *v, const struct loan_record *r, const char *name,
			 struct money stored, struct money made)
{
	if (money_cmp(stored, made) != 0)
		verify_say(v, r, "state: %s is %lld, the facts give %lld", name, (long long)stored.dong,
			   (long long)made.dong);
}

static void verify_interest(struct loan_verify *v, const struct loan_record *r, const char *name,
			    struct interest stored, struct interest made)
{
	struct interest rest = stored;
	if (!interest_sub(&rest, made) || !interest_is_zero(rest))
		verify_say(v, r, "state: %s is %lld+%lld, the facts give %lld+%lld", name,
			   (long long)stored.dong, (long long)stored.units, (long long)made.dong,
			   (long long)made.units);
}

static void verify_number(struct loan_verify *v, const struct loan_record *r, const char *name, int64_t stored,
			  int64_t made)
{
	if (stored != made)
		verify_say(v, r, "state: %s is %lld, the facts give %lld", name, (long long)stored,
			   (long long)made);
}

/* Unpaid interest of a closed loan is what its closing dropped: of no meaning, and not compared. */
static void verify_interests(struct loan_verify *v, const struct loan_record *r, const struct loan_balances *made)
{
	const struct loan_balances *b = &r->loan.b;
	verify_interest(v, r, "accrued", b->accrued, made->accrued);
	if (b->status == LOAN_STATUS_CLOSED)
		return;
	verify_interest(v, r, "interest_in_term", b->interest_in_term, made->interest_in_term);
	verify_interest(v, r, "interest_overdue", b->interest_overdue, made->interest_overdue);
	verify_interest(v, r, "interest_grace", b->interest_grace, made->interest_grace);
}

static void verify_state(struct loan_verify *v, const struct loan_record *r, const struct loan *made,
			 size_t facts)
{
	const struct loan_balances *b = &r->loan.b, *m = &made->b;
	verify_number(v, r, "facts", r->facts, (int64_t)facts);
	verify_number(v, r, "status", b->status, m->status);
	verify_number(v, r, "in_grace", b->in_grace, m->in_grace);
	verify_number(v, r, "since", b->since.days, m->since.days);
	verify_number(v, r, "line", b->line, m->line);
	verify_number(v, r, "place", b->place, m->place);
	verify_number(v, r, "frozen_until", b->frozen_until.days, m->frozen_until.days);
	verify_number(v, r, "line_until", b->line_until.days, m->line_until.days);
	verify_number(v, r, "holiday_until", b->holiday_until.days, m->holiday_until.days);
	verify_number(v, r, "moved_on", b->moved_on.days, m->moved_on.days);
	verify_money(v, r, "disbursed", b->disbursed, m->disbursed);
	verify_money(v, r, "paid", b->paid, m->paid);
	verify_money(v, r, "written_off", b->written_off, m->written_off);
	verify_money(v, r, "interest_written_off", b->interest_written_off, m->interest_written_off);
	verify_money(v, r, "recovered", b->recovered, m->recovered);
	verify_money(v, r, "in_term", b->in_term, m->in_term);
	verify_money(v, r, "overdue", b->overdue, m->overdue);
	verify_money(v, r, "frozen", b->frozen, m->frozen);
	verify_interests(v, r, m);
	for (int i = 0; i < made->count; i++)
		if (money_cmp(r->loan.instalment[i].amount, made->instalment[i].amount) != 0 ||
		    date_cmp(r->loan.instalment[i].due_on, made->instalment[i].due_on) != 0)
			verify_say(v, r, "state: instalment %d is not what the facts give", i + 1);
}

/* ---- postings ---- */

static int verify_net_cmp(const void *left, const void *right)
{
	const struct verify_net *l = left, *r = right;
	if (l->day != r->day)
		return l->day < r->day ? -1 : 1;
	if (l->a != r->a)
		return l->a - r->a;
	return l->b - r->b;
}

/* Equal keys become one row, those that come to nothing none; how many are left. */
static size_t verify_net_fold(struct verify_net *nets, size_t count)
{
	size_t kept = 0;
	qsort(nets, count, sizeof *nets, verify_net_cmp);
	for (size_t i = 0; i < count;) {
		struct verify_net sum = nets[i];
		for (i++; i < count && !verify_net_cmp(&sum, &nets[i]); i++)
			sum.dong += nets[i].dong;
		if (sum.dong)
			nets[kept++] = sum;
	}
	return kept;
}

static struct verify_net *verify_nets_made_new(const struct batch_loan *l, size_t *count)
{
	struct verify_net *nets = xcalloc(l->postings.count + 1, sizeof *nets);
	for (size_t i = 0; i < l->postings.count; i++) {
		const struct batch_posting *p = &l->postings.rows[i];
		bool straight = p->posting.debit < p->posting.credit;
		nets[i].day = p->on.days;
		nets[i].a = (int)(straight ? p->posting.debit : p->posting.credit);
		nets[i].b = (int)(straight ? p->posting.credit : p->posting.debit);
		nets[i].dong = straight ? p->posting.amount.dong : -p->posting.amount.dong;
	}
	*count = verify_net_fold(nets, l->postings.count);
	return nets;
}

static struct verify_net *verify_nets_stored_new(const struct db_result *r, int *row, int64_t loan_id,
						 size_t *count)
{
	int first = *row;
	while (*row < r->rows && db_i64(r, *row, VERIFY_POSTING_LOAN) == loan_id)
		(*row)++;
	struct verify_net *nets = xcalloc((size_t)(*row - first) + 1, sizeof *nets);
	for (int i = first; i < *row; i++)
		nets[i - first] = (struct verify_net){ db_date(r, i, VERIFY_POSTING_ON).days,
						       db_i32(r, i, VERIFY_POSTING_A),
						       db_i32(r, i, VERIFY_POSTING_B),
						       db_i64(r, i, VERIFY_POSTING_NET) };
	*count = verify_net_fold(nets, (size_t)(*row - first));
	return nets;
}

static void verify_say_net(struct loan_verify *v, const struct loan_record *r, const struct verify_net *net,
			   int64_t stored, int64_t made)
{
	char on[DATE_TEXT_SIZE];
	date_format((struct date){ net->day }, on);
	verify_say(v, r, "postings of %s between %d and %d come to %lld, the facts give %lld", on, net->a, net->b,
		   (long long)stored, (long long)made);
}

static void verify_compare_nets(struct loan_verify *v, const struct loan_record *r,
				const struct verify_net *stored, size_t stored_count,
				const struct verify_net *made, size_t made_count)
{
	size_t s = 0, m = 0;
	while (s < stored_count || m < made_count) {
		int order = s == stored_count ? 1
			    : m == made_count ? -1
					      : verify_net_cmp(&stored[s], &made[m]);
		if (order < 0)
			verify_say_net(v, r, &stored[s], stored[s].dong, 0);
		else if (order > 0)
			verify_say_net(v, r, &made[m], 0, made[m].dong);
		else if (stored[s].dong != made[m].dong)
			verify_say_net(v, r, &made[m], stored[s].dong, made[m].dong);
		s += order <= 0;
		m += order >= 0;
	}
}

static int64_t verify_account(const struct verify_net *nets, size_t count, enum account account)
{
	int64_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		if (nets[i].a == (int)account)
			sum += nets[i].dong;
		if (nets[i].b == (int)account)
			sum -= nets[i].dong;
	}
	return sum;
}

/* The books against the balances, whatever the facts say. */
static void verify_books(struct loan_verify *v, const struct loan_record *r, const struct verify_net *stored,
			 size_t count)
{
	const struct loan_balances *b = &r->loan.b;
	const struct {
		enum account account;
		struct money balance;
	} classes[] = { { ACCOUNT_LOANS_IN_TERM, b->in_term },
			{ ACCOUNT_LOANS_OVERDUE, b->overdue },
			{ ACCOUNT_LOANS_FROZEN, b->frozen } };
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		int64_t booked = verify_account(stored, count, classes[i].account);
		if (booked != classes[i].balance.dong)
			verify_say(v, r, "books: account %d has %lld, the state %lld",
				   (int)classes[i].account, (long long)booked,
				   (long long)classes[i].balance.dong);
	}
}

static void verify_postings(struct loan_verify *v, const struct loan_record *r, const struct batch_loan *l,
			    const struct db_result *postings, int *row)
{
	size_t stored_count, made_count;
	struct verify_net *stored =
		verify_nets_stored_new(postings, row, r->contract.loan_id, &stored_count);
	struct verify_net *made = verify_nets_made_new(l, &made_count);
	verify_compare_nets(v, r, stored, stored_count, made, made_count);
	verify_books(v, r, stored, stored_count);
	v->postings += (int64_t)stored_count;
	free(stored);
	free(made);
}

/* ---- one loan ---- */

static void verify_fold(struct loan_verify *v, struct loan_record *r, const struct fact *facts, size_t count,
			const struct stored_transition *stored, size_t stored_count,
			const struct db_result *postings, int *posting_row)
{
	struct batch_loan *l = batch_current(&v->batch);
	struct fact *scratch = xcalloc(count + 1, sizeof *scratch);
	struct loan made = r->loan;
	struct date until = date_max(v->until, r->loan.last_on);
	int32_t failed = 0;
	batch_loan_reset(l, r);
	l->watched = INT32_MAX;
	/* what a held loan has is made up to its last day: the night could not go on */
	if (r->held)
		until = r->loan.last_on;
	enum loan_error error = loan_replay(&r->contract, &made, facts, count, scratch, until, until,
					    batch_loan_step, l, &failed);
	if (error != LOAN_OK)
		verify_say(v, r, "fact %d can't be folded: %s", failed, loan_error_word(error));
	verify_transitions(v, r, l, stored, stored_count);
	if (error == LOAN_OK)
		verify_state(v, r, &made, count);
	verify_postings(v, r, l, postings, posting_row);
	batch_flush_deltas(&v->batch, l);
	v->held += r->held;
	free(scratch);
}

static void verify_loan(struct loan_verify *v, struct loan_record *r, struct verify_rows *row,
			const struct db_result *facts, const struct db_result *transitions,
			const struct db_result *postings)
{
	size_t count, stored_count;
	struct fact *own = loan_store_facts_new(facts, &row->facts, v->ref, r, &count);
	struct stored_transition *stored = loan_store_transitions_new(transitions, &row->transitions,
								      r->contract.loan_id, &stored_count);
	if (r->loan.b.status != LOAN_STATUS_PENDING || count)
		verify_fold(v, r, own, count, stored, stored_count, postings, &row->postings);
	v->loans++;
	v->facts += (int64_t)count;
	free(own);
	free(stored);
}

void loan_verify(struct loan_verify *v, const struct db_result *loans, const struct db_result *facts,
		 const struct db_result *transitions, const struct db_result *postings)
{
	struct verify_rows row = { 0 };
	struct text error = { 0 };
	loan_batch_clear(&v->batch);
	for (int i = 0; i < loans->rows; i++) {
		struct loan_record r;
		if (loan_store_read(loans, i, v->ref, &r, &error)) {
			verify_loan(v, &r, &row, facts, transitions, postings);
			loan_record_clear(&r);
		} else {
			v->found(v->arg, db_i64(loans, i, 0), text_str(&error));
			text_reset(&error);
		}
	}
	text_clear(&error);
}

void loan_verify_clear(struct loan_verify *v)
{
	loan_batch_clear(&v->batch);
}
