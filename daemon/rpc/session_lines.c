/* What becomes of the lines of a sheet. A refused line leaves loans, deposits and sums as they were; the others stand. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "session_post.h"
#include "vonvay/mem.h"

static void line_refuse(struct session_line *line, enum error word, const char *field, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
static void line_refuse(struct session_line *line, enum error word, const char *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(line->message, sizeof line->message, fmt, ap);
	va_end(ap);
	line->word = word;
	line->field = field;
}

static bool line_is_old(const struct session_post *s, const json_t *posted)
{
	return s->correct && json_integer_value(json_object_get(posted, "entry")) == s->old.entry &&
	       json_integer_value(json_object_get(posted, "ordinal")) == s->old.ordinal;
}

/* By an earlier sheet, or by an earlier line of this one. */
static bool line_is_posted(const struct session_post *s, const struct session_line *line)
{
	const json_t *posted;
	size_t i;
	json_array_foreach(json_object_get(s->data, "posted"), i, posted)
	{
		if (json_integer_value(json_object_get(posted, "household")) == line->household &&
		    json_integer_value(json_object_get(posted, "loan")) == line->loan &&
		    !line_is_old(s, posted))
			return true;
	}
	for (const struct session_line *l = s->lines; l < line; l++)
		if (l->household == line->household && l->loan == line->loan && l->posted)
			return true;
	return false;
}

static bool line_is_member(const struct session_post *s, int64_t household)
{
	const json_t *member;
	size_t i;
	json_array_foreach(json_object_get(s->data, "members"), i, member)
	{
		if (json_integer_value(member) == household)
			return true;
	}
	return false;
}

/* ---- deposits ---- */

static const struct deposit_fact *line_old_deposit(const struct session_post *s,
						   const struct deposit_account *a, int i)
{
	return a ? deposit_account_fact(a, s->old.deposit_facts[i]) : NULL;
}

/* What the deposit may give on the day, with what the correction takes back. False: does not fit. */
static bool line_available(const struct session_post *s, const struct session_line *line, struct money *out)
{
	const struct deposit_account *a = deposit_accounts_find(&s->accounts, line->household);
	*out = MONEY_ZERO;
	if (a && !deposit_available(a->facts, a->count, s->on, out))
		return false;
	for (int i = 0; s->correct && i < s->old.deposits_count; i++) {
		const struct deposit_fact *f = line_old_deposit(s, a, i);
		if (f && !money_sub(*out, deposit_change(f), out))
			return false;
	}
	return money_add(*out, line->amounts.deposit, out);
}

static bool line_check_deposit(struct session_post *s, struct session_line *line)
{
	struct money available, taken;
	const struct sheet_amounts *m = &line->amounts;
	if (!line_available(s, line, &available) || !sheet_takes(m, &taken)) {
		line_refuse(line, ERR_INVALID_PARAMS, "deposit", "the sums are too large");
		return false;
	}
	if (money_cmp(taken, available) <= 0)
		return true;
	line_refuse(line, ERR_OVERDRAWN, money_is_positive(m->withdraw) ? "withdraw" : "interest",
		    "the deposit gives at most %lld on that day",
		    (long long)available.dong /* raw: for people */);
	return false;
}

/* Adds a fact to the rows of the write, and to the account for the lines that follow. */
static void line_add_deposit(struct session_post *s, struct session_line *line, struct deposit_fact fact,
			     const struct deposit_fact *reversed, int64_t loan)
{
	struct deposit_account *a = deposit_accounts_add(&s->accounts, line->household);
	fact.no = a->last_no + 1;
	fact.on = s->on;
	deposit_row_add(&s->deposits, &(struct deposit_row){ .household_id = line->household,
							     .loan_id = loan,
							     .group_id = s->group,
							     .fact = &fact,
							     .reversed = reversed });
	deposit_account_add(a, &fact);
	if (fact.kind != DEPOSIT_REVERSED)
		line->deposit_facts[line->deposits_count++] = fact.no;
}

static void line_put_deposit(struct session_post *s, struct session_line *line, enum deposit_kind kind,
			     struct money amount, int64_t loan)
{
	if (money_is_positive(amount))
		line_add_deposit(s, line, (struct deposit_fact){ .kind = kind, .amount = amount }, NULL, loan);
}

static void line_return_deposits(struct session_post *s, struct session_line *line)
{
	for (int i = 0; s->correct && i < s->old.deposits_count; i++) {
		const struct deposit_account *a = deposit_accounts_find(&s->accounts, line->household);
		const struct deposit_fact *f = line_old_deposit(s, a, i);
		if (!f)
			continue;
		struct deposit_fact old = *f; /* the account moves when a fact is added */
		line_add_deposit(s, line,
				 (struct deposit_fact){ .kind = DEPOSIT_REVERSED, .reverses = old.no }, &old,
				 old.kind == DEPOSIT_TAKEN ? line->loan : 0);
	}
}

static void line_write_deposits(struct session_post *s, struct session_line *line)
{
	const struct sheet_amounts *m = &line->amounts;
	line_return_deposits(s, line);
	line_put_deposit(s, line, DEPOSIT_PUT, m->deposit, 0);
	if (m->from_deposit) {
		line_put_deposit(s, line, DEPOSIT_TAKEN, m->interest, line->loan);
		line_put_deposit(s, line, DEPOSIT_TAKEN, m->principal, line->loan);
	}
	line_put_deposit(s, line, DEPOSIT_WITHDRAWN, m->withdraw, 0);
}

/* ---- the loan ---- */

static size_t line_facts(const struct session_post *s, const struct session_line *line,
			 struct fact out[2 * LINE_FACTS_MAX], size_t *first_new)
{
	const struct sheet_amounts *m = &line->amounts;
	size_t n = 0;
	for (int i = 0; s->correct && i < s->old.facts_count; i++)
		out[n++] = (struct fact){
			.kind = FACT_REVERSED, .on = s->on, .reverses = s->old.facts[i], .until = DATE_NONE
		};
	*first_new = n;
	struct fact paid = {
		.on = s->on,
		.until = DATE_NONE,
		.holiday_until = DATE_NONE,
		.source = m->from_deposit ? FACT_SOURCE_DEPOSIT : FACT_SOURCE_CASH,
	};
	if (money_is_positive(m->interest)) {
		paid.kind = FACT_INTEREST_PAID;
		paid.amount = m->interest;
		out[n++] = paid;
	}
	if (money_is_positive(m->principal)) {
		paid.kind = FACT_PRINCIPAL_PAID;
		paid.amount = m->principal;
		out[n++] = paid;
	}
	return n;
}

/* Which of the two amounts is too much: tries the interest alone, into a batch that is thrown away. */
static const char *line_field_at_fault(struct session_post *s, struct loan_set_member *m,
				       const struct fact *facts, size_t first_new, size_t count)
{
	struct fact tried[2 * LINE_FACTS_MAX];
	bool mismatch;
	if (count - first_new < 2)
		return count > first_new && facts[first_new].kind == FACT_PRINCIPAL_PAID ? "principal"
											 : "interest";
	struct loan_batch batch = s->set.batch;
	struct loan *before = xcalloc(1, sizeof *before);
	int32_t facts_before = m->record.facts;
	*before = m->record.loan;
	memcpy(tried, facts, sizeof tried);
	s->set.batch = (struct loan_batch){ 0 };
	enum loan_error error = loan_set_apply(&s->set, m, tried, count - 1, &mismatch);
	loan_batch_clear(&s->set.batch);
	s->set.batch = batch;
	m->record.loan = *before;
	m->record.facts = facts_before;
	free(before);
	return error == LOAN_OK ? "principal" : "interest";
}

static void line_refuse_loan(struct session_post *s, struct session_line *line, enum loan_error error,
			     const char *field)
{
	switch (error) {
	case LOAN_ERROR_TOO_MUCH:
		line_refuse(line, ERR_AMOUNT_TOO_LARGE, field,
			    "more than is owed on that day, or a later payment would be");
		return;
	case LOAN_ERROR_CLOSED:
		line_refuse(line, ERR_LOAN_CLOSED, "loan", "the loan is closed");
		return;
	case LOAN_ERROR_BEFORE_START:
	case LOAN_ERROR_NOT_DISBURSED:
		line_refuse(line, ERR_DATE_OUT_OF_RANGE, "loan",
			    "the session is before the first disbursement");
		return;
	case LOAN_ERROR_OVERFLOW:
		line_refuse(line, ERR_INVALID_PARAMS, field, "the sums are too large");
		return;
	case LOAN_OK:
	case LOAN_ERROR_ORDER:
	case LOAN_ERROR_OPENING:
	case LOAN_ERROR_NO_INSTALMENT:
	case LOAN_ERROR_DECIDED:
	case LOAN_ERROR_UNTIL:
	case LOAN_ERROR_FROZEN:
	case LOAN_ERROR_NOT_FROZEN:
	case LOAN_ERROR_NUMBER:
	case LOAN_ERROR_REVERSES:
		break;
	}
	line_refuse(line, ERR_CONFLICT, "loan", "what happened to the loan later does not allow it: %s",
		    loan_error_word(error));
	request_log(s->req, "loan %lld: %s", (long long)line->loan, loan_error_word(error));
}

static void line_note_paid(struct session_post *s, struct session_line *line, const struct fact *facts,
			   size_t first_new, size_t count)
{
	for (size_t i = first_new; i < count; i++) {
		const struct allocation *paid = loan_batch_paid(&s->set.batch, facts[i].no);
		for (int p = 0; p < PART_COUNT; p++)
			if (!money_add(line->paid.part[p], paid->part[p], &line->paid.part[p]))
				s->overflow = true;
		line->facts[line->facts_count++] = facts[i].no;
	}
}

/* The loan as it stood before the session: with the facts of earlier days only. */
static enum loan_error line_loan_before(const struct session_post *s, const struct loan_set_member *m,
					struct loan *out)
{
	struct fact *facts = xcalloc(m->facts_count + 1, sizeof *facts);
	struct fact *scratch = xcalloc(m->facts_count + 1, sizeof *scratch);
	size_t n = 0;
	int32_t failed;
	for (size_t i = 0; i < m->facts_count; i++)
		if (date_cmp(m->facts[i].on, s->on) < 0)
			facts[n++] = m->facts[i];
	*out = m->record.loan;
	enum loan_error error = loan_replay(&m->record.contract, out, facts, n, scratch,
					    date_add_days(s->on, -1), s->ctx->business, NULL, NULL, &failed);
	free(facts);
	free(scratch);
	return error;
}

/* What the sheet asked for: a figure of the statistics, so a loan that can't tell it leaves 0. */
static void line_note_asked(struct session_post *s, struct session_line *line, const struct loan_set_member *m)
{
	struct loan_balances b;
	struct allocation owed;
	struct loan *loan = xcalloc(1, sizeof *loan);
	enum loan_error error = LOAN_OK;
	if (m->replay)
		error = line_loan_before(s, m, loan);
	else
		*loan = m->record.loan;
	if (error == LOAN_OK && loan_balances_on(&m->record.contract, loan, s->on, &b) == LOAN_OK) {
		loan_owed(&m->record.contract, loan, &b, s->on, &owed);
		if (!sheet_interest(&b, &owed, s->on, &line->asked))
			s->overflow = true;
	}
	free(loan);
}

/* False: refused, or a mismatch. */
static bool line_apply(struct session_post *s, struct session_line *line, struct loan_set_member *m)
{
	struct fact facts[2 * LINE_FACTS_MAX];
	size_t first_new, count = line_facts(s, line, facts, &first_new);
	if (!count)
		return true;
	enum loan_error error = loan_set_apply(&s->set, m, facts, count, &s->mismatch);
	if (s->mismatch)
		return false;
	if (error == LOAN_OK) {
		line_note_paid(s, line, facts, first_new, count);
		return true;
	}
	line_refuse_loan(s, line, error, line_field_at_fault(s, m, facts, first_new, count));
	return false;
}

/* On the day of the session it was of this household, and stood in this group; or it is and does so now. */
static bool line_loan_is_there(const struct session_post *s, const struct session_line *line,
			       const struct loan_set_member *m)
{
	const json_t *row;
	size_t i;
	json_array_foreach(json_object_get(s->data, "loans"), i, row)
	{
		if (json_integer_value(json_object_get(row, "loan")) == line->loan)
			return json_integer_value(json_object_get(row, "household")) == line->household;
	}
	return m->record.group_id == s->group && m->record.household_id == line->household;
}

/* The loan of a line: of this borrower, served in this group, of the contract's day or later. */
static bool line_check_loan(struct session_post *s, struct session_line *line, const struct loan_set_member *m)
{
	const struct sheet_amounts *a = &line->amounts;
	if (!line->loan) {
		if (money_is_zero(a->interest) && money_is_zero(a->principal))
			return true;
		line_refuse(line, ERR_INVALID_PARAMS, "loan", "interest and principal are of a loan");
	} else if (!m || !line_loan_is_there(s, line, m)) {
		line_refuse(line, ERR_LOAN_NOT_FOUND, "loan", "no such loan of this household in this group");
	} else if (date_cmp(s->on, m->record.contract.contract_on) < 0) {
		line_refuse(line, ERR_DATE_OUT_OF_RANGE, "loan", "the session is before the contract");
	}
	return line->word == ERR_NONE;
}

static bool line_check(struct session_post *s, struct session_line *line, const struct loan_set_member *m)
{
	if (line_is_posted(s, line))
		line_refuse(line, ERR_ALREADY_POSTED, line->loan ? "loan" : "household",
			    "posted already for this session; use a correction");
	else if (line_check_loan(s, line, m) && !line->loan && !line_is_member(s, line->household))
		line_refuse(line, ERR_HOUSEHOLD_NOT_FOUND, "household", "no member of this group");
	else if (line->word == ERR_NONE && money_is_positive(line->amounts.deposit) &&
		 !line_is_member(s, line->household))
		line_refuse(line, ERR_HOUSEHOLD_NOT_FOUND, "deposit",
			    "only members of the group make deposits");
	return line->word == ERR_NONE && line_check_deposit(s, line);
}

static void line_decide(struct session_post *s, struct session_line *line)
{
	struct loan_set_member *m = line->loan ? loan_set_find(&s->set, line->loan) : NULL;
	if (sheet_is_empty(&line->amounts) && !s->correct)
		return;
	if (!line_check(s, line, m))
		return;
	if (m)
		line_note_asked(s, line, m);
	if (m && !line_apply(s, line, m))
		return;
	line_write_deposits(s, line);
	if (!sheet_cash_add(&s->expected, &line->amounts))
		s->overflow = true;
	line->posted = true;
}

void session_decide(struct session_post *s)
{
	for (size_t i = 0; i < s->count && !s->mismatch; i++) {
		line_decide(s, &s->lines[i]);
		s->posted += s->lines[i].posted;
		s->refused += s->lines[i].word != ERR_NONE;
	}
	if (s->correct && !sheet_cash_sub(&s->expected, &s->old.amounts))
		s->overflow = true;
	s->overflow |= s->set.batch.overflow;
}

/* ---- a correction ---- */

static int session_numbers(const json_t *list, int32_t *out, int max)
{
	int n = 0;
	for (size_t i = 0; i < json_array_size(list) && n < max; i++)
		out[n++] = (int32_t)json_integer_value(json_array_get(list, i));
	return n;
}

static void session_read_old(struct session_old *old, const json_t *posted)
{
	*old = (struct session_old){
		.entry = json_integer_value(json_object_get(posted, "entry")),
		.ordinal = json_integer_value(json_object_get(posted, "ordinal")),
		.amounts = {
			.interest = { json_integer_value(json_object_get(posted, "interest")) },
			.principal = { json_integer_value(json_object_get(posted, "principal")) },
			.deposit = { json_integer_value(json_object_get(posted, "deposit")) },
			.withdraw = { json_integer_value(json_object_get(posted, "withdraw")) },
			.from_deposit = json_integer_value(json_object_get(posted, "source")) == FACT_SOURCE_DEPOSIT,
		},
	};
	old->facts_count = session_numbers(json_object_get(posted, "facts"), old->facts, LINE_FACTS_MAX);
	old->deposits_count =
		session_numbers(json_object_get(posted, "deposit_facts"), old->deposit_facts, LINE_OLD_MAX);
}

bool session_find_old(struct session_post *s)
{
	const struct session_line *line = &s->lines[0];
	const json_t *posted;
	size_t i;
	json_array_foreach(json_object_get(s->data, "posted"), i, posted)
	{
		if (json_integer_value(json_object_get(posted, "household")) == line->household &&
		    json_integer_value(json_object_get(posted, "loan")) == line->loan) {
			session_read_old(&s->old, posted);
			return true;
		}
	}
	return false;
}
