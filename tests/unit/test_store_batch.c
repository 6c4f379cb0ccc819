/* The batch of a write: rows from steps, and the difference that a back-dated fact makes. */
#include <stdlib.h>

#include "loan_rig.h"
#include "vonvay/loan_batch.h"

#define LOAN_ID 6600000000000001

static struct loan_record record_of(const struct rig *rig)
{
	struct loan_record r = { .contract = rig->contract, .loan = rig->loan, .household_seen = -1 };
	r.contract.loan_id = LOAN_ID;
	return r;
}

static struct fact fact_of(int no, enum fact_kind kind, const char *on, int64_t amount)
{
	return (struct fact){ .no = no, .kind = kind, .on = day(on), .amount = DONG(amount) };
}

static void add(struct loan_batch *batch, struct loan_record *r, enum fact_kind kind, const char *on,
		int64_t amount)
{
	struct fact fact = fact_of(r->facts + 1, kind, on, amount);
	loan_batch_begin_loan(batch, r);
	assert_int_equal(loan_apply(&r->contract, &r->loan, &fact, loan_batch_step, batch), LOAN_OK);
	assert_true(loan_batch_end_loan(batch));
	r->version++;
}

/* The rows of a matrix as PostgreSQL gets them. */
static const char *rows_text(const struct int_rows *m)
{
	static struct text text;
	struct db_args args = { 0 };
	db_arg_int_rows(&args, m);
	text_reset(&text);
	text_add(&text, args.values.s);
	db_args_clear(&args);
	return text.s;
}

/* Column `column` of the rows whose column `where` is `is`, added up. */
static int64_t rows_sum(const struct int_rows *m, int columns, int column, int where, int64_t is)
{
	int64_t sum = 0, row[32];
	const char *s = rows_text(m) + 1;
	for (int i = 0; i < m->rows; i++) {
		s = strchr(s, '{');
		for (int k = 0; k < columns; k++)
			row[k] = strtoll(s + 1, (char **)(uintptr_t)&s, 10);
		if (row[where] == is)
			sum += row[column];
	}
	return sum;
}

static int64_t account_change(const struct loan_batch *batch, enum account account)
{
	return rows_sum(&batch->postings, 5, 4, 2, account) - rows_sum(&batch->postings, 5, 4, 3, account);
}

static void test_a_disbursement(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	struct loan_record r = record_of(&rig);
	add(&batch, &r, FACT_DISBURSED, "2024-01-10", 30000000);
	assert_string_equal(rows_text(&batch.facts),
			    "{{6600000000000001,1,2,19732,30000000,0,0,-2147483648,-2147483648,0,0}}");
	assert_string_equal(rows_text(&batch.postings), "{{6600000000000001,19732,2111,1011,30000000}}");
	assert_string_equal(rows_text(&batch.spans), "{{6600000000000001,19732,1,0,0,0}}");
	assert_int_equal(batch.amounts.rows, 3);
	assert_int_equal(rows_sum(&batch.amounts, 4, 2, 0, LOAN_ID), 30000000);
	assert_int_equal(batch.states.rows, 1);
	assert_int_equal(batch.deltas.rows, 1);
	assert_int_equal(batch.loans, 1);
	assert_string_equal(rows_text(&batch.made), "{}");
	loan_batch_clear(&batch);
}

static void test_nothing_happens_nothing_is_written(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	struct loan_record r = record_of(&rig);
	loan_batch_begin_loan(&batch, &r);
	assert_int_equal(loan_advance(&r.contract, &r.loan, day("2024-06-01"), day("2024-06-01"),
				      loan_batch_step, &batch),
			 LOAN_OK);
	assert_false(loan_batch_end_loan(&batch));
	assert_int_equal(batch.states.rows, 0);
	loan_batch_clear(&batch);
}

static void test_a_dropped_loan_leaves_nothing(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	struct loan_record r = record_of(&rig);
	struct fact fact = fact_of(1, FACT_DISBURSED, "2024-01-10", 30000000);
	loan_batch_begin_loan(&batch, &r);
	assert_int_equal(loan_apply(&r.contract, &r.loan, &fact, loan_batch_step, &batch), LOAN_OK);
	loan_batch_drop_loan(&batch);
	assert_false(loan_batch_end_loan(&batch));
	assert_int_equal(batch.facts.rows + batch.deltas.rows + batch.postings.rows + batch.spans.rows, 0);
	loan_batch_clear(&batch);
}

/* An instalment of 10,000,000 went overdue on 2025-02-10; then a payment of 2025-01-05 is recorded. */
struct late {
	struct rig rig;
	struct loan_record r;
	struct fact facts[2];
	struct stored_transition stored[1];
};

static void late_init(struct late *l)
{
	struct loan_batch batch = { 0 };
	rig_init(&l->rig, INSTALMENT_DEFAULT_OVERDUE);
	l->r = record_of(&l->rig);
	l->facts[0] = fact_of(1, FACT_DISBURSED, "2024-01-10", 30000000);
	l->facts[1] = fact_of(2, FACT_PRINCIPAL_PAID, "2025-03-01", 1000000);
	add(&batch, &l->r, FACT_DISBURSED, "2024-01-10", 30000000);
	add(&batch, &l->r, FACT_PRINCIPAL_PAID, "2025-03-01", 1000000);
	assert_string_equal(rows_text(&batch.made), "{{6600000000000001,3,20129,0,10000000}}");
	l->stored[0] = (struct stored_transition){ .entry_id = 9,
						   .ordinal = 4,
						   .kind = TRANSITION_INSTALMENT_OVERDUE,
						   .on = day("2025-02-10"),
						   .instalment = 0,
						   .amount = DONG(10000000) };
	loan_batch_clear(&batch);
}

static void test_a_back_dated_payment(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	bool books;
	(void)state;
	late_init(&l);
	struct fact fact = fact_of(3, FACT_PRINCIPAL_PAID, "2025-01-05", 4000000);
	assert_int_equal(
		loan_batch_replay(&batch, &l.r, l.facts, 2, &fact, 1, l.stored, 1, day("2025-03-05"), &books),
		LOAN_OK);
	assert_false(books);
	assert_string_equal(rows_text(&batch.superseded), "{{6600000000000001,9,4}}");
	assert_string_equal(rows_text(&batch.made), "{{6600000000000001,3,20129,0,6000000}}");
	assert_string_equal(rows_text(&batch.facts),
			    "{{6600000000000001,3,4,20093,4000000,0,0,-2147483648,-2147483648,0,0}}");
	/* overdue went from 9,000,000 to 5,000,000, all of it by postings; in term stays 20,000,000 */
	assert_dong(l.r.loan.b.overdue, 5000000);
	assert_int_equal(account_change(&batch, ACCOUNT_LOANS_OVERDUE), -4000000);
	assert_int_equal(account_change(&batch, ACCOUNT_LOANS_IN_TERM), 0);
	assert_int_equal(account_change(&batch, ACCOUNT_CASH), 4000000);
	assert_int_equal(rows_sum(&batch.deltas, 17, 6, 1, 0), -4000000);
	assert_int_equal(rows_sum(&batch.deltas, 17, 4, 1, 0), 0);
	assert_int_equal(rows_sum(&batch.spans, 6, 3, 0, LOAN_ID), batch.spans.rows);
	assert_int_equal(loan_batch_paid(&batch, 3)->part[PART_PRINCIPAL_EARLY].dong, 4000000);
	assert_int_equal(l.r.facts, 3);
	loan_batch_clear(&batch);
}

static void test_a_reversal(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	bool books;
	(void)state;
	late_init(&l);
	struct fact fact = { .no = 3, .kind = FACT_REVERSED, .on = day("2025-03-01"), .reverses = 2 };
	assert_int_equal(
		loan_batch_replay(&batch, &l.r, l.facts, 2, &fact, 1, l.stored, 1, day("2025-03-05"), &books),
		LOAN_OK);
	assert_int_equal(batch.superseded.rows, 0);
	assert_string_equal(rows_text(&batch.postings), "{{6600000000000001,20148,2112,1011,1000000}}");
	assert_string_equal(rows_text(&batch.facts),
			    "{{6600000000000001,3,6,20148,0,2,0,-2147483648,-2147483648,0,0}}");
	assert_dong(l.r.loan.b.overdue, 10000000);
	loan_batch_clear(&batch);
}

static void test_a_refused_fact_leaves_nothing(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	bool books;
	(void)state;
	late_init(&l);
	struct loan before = l.r.loan;
	struct fact fact = fact_of(3, FACT_PRINCIPAL_PAID, "2025-01-05", 29500000);
	assert_int_equal(
		loan_batch_replay(&batch, &l.r, l.facts, 2, &fact, 1, l.stored, 1, day("2025-03-05"), &books),
		LOAN_ERROR_TOO_MUCH);
	assert_int_equal(batch.states.rows + batch.facts.rows + batch.postings.rows + batch.superseded.rows,
			 0);
	assert_memory_equal(&before, &l.r.loan, sizeof before);
	loan_batch_clear(&batch);
}

static void test_what_is_stored_must_follow_from_the_facts(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	bool books;
	(void)state;
	late_init(&l);
	struct fact fact = fact_of(3, FACT_PRINCIPAL_PAID, "2025-01-05", 4000000);
	l.stored[0].amount = DONG(9000000);
	assert_int_equal(
		loan_batch_replay(&batch, &l.r, l.facts, 2, &fact, 1, l.stored, 1, day("2025-03-05"), &books),
		LOAN_ERROR_ORDER);
	assert_true(books);
	l.stored[0].amount = DONG(10000000);
	l.facts[1].amount = DONG(900000);
	assert_int_equal(
		loan_batch_replay(&batch, &l.r, l.facts, 2, &fact, 1, l.stored, 1, day("2025-03-05"), &books),
		LOAN_ERROR_ORDER);
	assert_true(books);
	assert_int_equal(batch.states.rows, 0);
	loan_batch_clear(&batch);
}

/* What the calendar has brought but nobody has stored yet is written with the back-dated fact. */
static void test_transitions_not_stored_yet(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	bool books;
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	struct loan_record r = record_of(&rig);
	struct fact facts[] = { fact_of(1, FACT_DISBURSED, "2024-01-10", 30000000),
				fact_of(2, FACT_PRINCIPAL_PAID, "2024-06-10", 1000000) };
	add(&batch, &r, FACT_DISBURSED, "2024-01-10", 30000000);
	add(&batch, &r, FACT_PRINCIPAL_PAID, "2024-06-10", 1000000);
	loan_batch_clear(&batch);
	struct fact fact = fact_of(3, FACT_PRINCIPAL_PAID, "2024-05-10", 2000000);
	assert_int_equal(loan_batch_replay(&batch, &r, facts, 2, &fact, 1, NULL, 0, day("2025-03-05"), &books),
			 LOAN_OK);
	assert_string_equal(rows_text(&batch.made), "{{6600000000000001,3,20129,0,7000000}}");
	assert_int_equal(account_change(&batch, ACCOUNT_LOANS_OVERDUE), 7000000);
	assert_int_equal(account_change(&batch, ACCOUNT_LOANS_IN_TERM), -9000000);
	loan_batch_clear(&batch);
}

/* Another place from 2024-06-10 on: the old cell loses what the new one gets, the span is cut, the new point looks at all. */
static void test_a_move_changes_the_cell(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	struct loan_record r = record_of(&rig);
	const struct loan_place place = { 7, &rig.calendar };
	r.contract.places = &place;
	r.contract.places_count = 1;
	add(&batch, &r, FACT_DISBURSED, "2024-01-10", 30000000);
	loan_batch_clear(&batch);
	struct fact fact = fact_of(2, FACT_MOVED, "2024-06-10", 0);
	fact.number = 7;
	loan_batch_begin_loan(&batch, &r);
	assert_int_equal(loan_apply(&r.contract, &r.loan, &fact, loan_batch_step, &batch), LOAN_OK);
	assert_true(loan_batch_end_loan(&batch));
	assert_int_equal(rows_sum(&batch.deltas, 17, 5, 1, 0), -30000000);
	assert_int_equal(rows_sum(&batch.deltas, 17, 5, 1, 7), 30000000);
	assert_string_equal(rows_text(&batch.spans), "{{6600000000000001,19884,1,0,7,0}}");
	assert_string_equal(
		rows_text(&batch.agenda),
		"{{6600000000000001,20098,1},{6600000000000001,20463,1},{6600000000000001,20828,2}}");
	assert_string_equal(rows_text(&batch.postings), "{}");
	loan_batch_clear(&batch);
}

/* The same facts at half the rate: what was charged too much is taken back, and the same rate again changes nothing. */
static void test_other_reference_data(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	struct rate_row half[1];
	struct rate_line line;
	bool mismatch;
	(void)state;
	late_init(&l);
	half[0] = l.rig.line.rows[0];
	half[0].rate_e7 /= 2;
	assert_true(rate_line_init(&line, half, 1));
	struct loan_record old = l.r, now = l.r;
	assert_int_equal(loan_batch_recompute(&batch, &old, &now, l.facts, 2, l.stored, 1, day("2025-03-01"),
					      &mismatch),
			 LOAN_OK);
	assert_false(mismatch);
	assert_int_equal(batch.loans, 0);
	now.contract.line = &line;
	assert_int_equal(loan_batch_recompute(&batch, &old, &now, l.facts, 2, l.stored, 1, day("2025-03-01"),
					      &mismatch),
			 LOAN_OK);
	assert_false(mismatch);
	assert_int_equal(batch.loans, 1);
	assert_int_equal(batch.facts.rows + batch.postings.rows + batch.superseded.rows, 0);
	assert_true(now.loan.b.accrued.dong < l.r.loan.b.accrued.dong);
	assert_dong(now.loan.b.overdue, 9000000);
	assert_int_equal(now.facts, 2);
	loan_batch_clear(&batch);
}

/* Two facts of earlier days at once. */
static void test_several_facts_at_once(void **state)
{
	struct late l;
	struct loan_batch batch = { 0 };
	bool mismatch;
	(void)state;
	late_init(&l);
	struct fact added[] = { fact_of(3, FACT_PRINCIPAL_PAID, "2025-01-05", 4000000),
				fact_of(4, FACT_PRINCIPAL_PAID, "2024-12-05", 6000000) };
	assert_int_equal(loan_batch_replay(&batch, &l.r, l.facts, 2, added, 2, l.stored, 1, day("2025-03-05"),
					   &mismatch),
			 LOAN_OK);
	assert_string_equal(rows_text(&batch.superseded), "{{6600000000000001,9,4}}");
	assert_string_equal(rows_text(&batch.made), "{}");
	assert_int_equal(batch.facts.rows, 2);
	assert_int_equal(l.r.facts, 4);
	assert_int_equal(loan_batch_paid(&batch, 3)->part[PART_PRINCIPAL_EARLY].dong, 4000000);
	assert_int_equal(loan_batch_paid(&batch, 4)->part[PART_PRINCIPAL_EARLY].dong, 6000000);
	assert_int_equal(loan_batch_paid(&batch, 2)->part[PART_PRINCIPAL_OVERDUE].dong, 0);
	loan_batch_clear(&batch);
}

static void test_a_new_contract(void **state)
{
	struct rig rig;
	struct loan_batch batch = { 0 };
	struct db_args args = { 0 };
	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	struct loan_record r = record_of(&rig);
	r.commune = "C1";
	r.programme = "01";
	r.rate_line = "01";
	r.purpose = (char *)(uintptr_t) "";
	r.interest_grace_months = 6;
	r.contract.grace_end = day("2024-07-10");
	loan_batch_new_contract(&batch, &r);
	loan_batch_args_contracts(&batch, &args);
	assert_non_null(strstr(args.values.s, "\"due_on\":[\"2025-01-10\",\"2026-01-10\",\"2027-01-10\"]"));
	assert_non_null(
		strstr(args.values.s,
		       "\"agenda\":[{\"due_on\":\"2025-01-10\",\"reason\":1},"
		       "{\"due_on\":\"2026-01-10\",\"reason\":1},{\"due_on\":\"2027-01-10\",\"reason\":2},"
		       "{\"due_on\":\"2024-07-10\",\"reason\":3}]"));
	assert_null(strstr(args.values.s, "household_seen"));
	db_args_clear(&args);
	loan_batch_clear(&batch);
	loan_batch_args_contracts(&batch, &args);
	assert_string_equal(args.values.s, "[]");
	db_args_clear(&args);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_disbursement),
		TEST(test_nothing_happens_nothing_is_written),
		TEST(test_a_dropped_loan_leaves_nothing),
		TEST(test_a_back_dated_payment),
		TEST(test_a_reversal),
		TEST(test_a_refused_fact_leaves_nothing),
		TEST(test_what_is_stored_must_follow_from_the_facts),
		TEST(test_transitions_not_stored_yet),
		TEST(test_a_move_changes_the_cell),
		TEST(test_other_reference_data),
		TEST(test_several_facts_at_once),
		TEST(test_a_new_contract),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
