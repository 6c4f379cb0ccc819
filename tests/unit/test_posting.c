/* Every step that moves money has its postings, and they explain the balances. */
#include "loan_rig.h"
#include "vonvay/posting.h"

struct book {
	struct posting rows[64];
	int count, steps;
};

static void book_step(void *arg, const struct loan_step *step)
{
	struct book *book = arg;

	book->steps++;
	book->count += posting_of_step(step, book->rows + book->count);
}

static void assert_posting(const struct book *book, int i, enum account debit, enum account credit,
			   int64_t amount)
{
	assert_true(i < book->count);
	assert_int_equal(book->rows[i].debit, debit);
	assert_int_equal(book->rows[i].credit, credit);
	assert_dong(book->rows[i].amount, amount);
}

static int64_t book_balance(const struct book *book, enum account account)
{
	int64_t sum = 0;

	for (int i = 0; i < book->count; i++) {
		if (book->rows[i].debit == account)
			sum += book->rows[i].amount.dong;
		if (book->rows[i].credit == account)
			sum -= book->rows[i].amount.dong;
	}
	return sum;
}

static void book_fact(struct book *book, struct rig *rig, enum fact_kind kind, const char *on, int64_t amount)
{
	struct fact fact = { .no = 1, .kind = kind, .on = day(on), .amount = DONG(amount) };

	assert_int_equal(loan_apply(&rig->contract, &rig->loan, &fact, book_step, book), LOAN_OK);
}

static void test_a_life(void **state)
{
	struct rig rig;
	struct book book = { 0 };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	book_fact(&book, &rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_posting(&book, 0, ACCOUNT_LOANS_IN_TERM, ACCOUNT_CASH, 50000000);
	book_fact(&book, &rig, FACT_PAID, "2024-02-10", 1000000);
	assert_posting(&book, 1, ACCOUNT_CASH, ACCOUNT_LOANS_IN_TERM, 719726);
	assert_posting(&book, 2, ACCOUNT_CASH, ACCOUNT_INTEREST_INCOME, 280274);
	/* 10/02/2025: 15,880,274 are overdue */
	book_fact(&book, &rig, FACT_PRINCIPAL_PAID, "2025-03-10", 20000000);
	assert_posting(&book, 3, ACCOUNT_LOANS_OVERDUE, ACCOUNT_LOANS_IN_TERM, 15880274);
	assert_posting(&book, 4, ACCOUNT_CASH, ACCOUNT_LOANS_OVERDUE, 15880274);
	assert_posting(&book, 5, ACCOUNT_CASH, ACCOUNT_LOANS_IN_TERM, 4119726);
	assert_int_equal(book.count, 6);
	assert_int_equal(book_balance(&book, ACCOUNT_LOANS_IN_TERM), rig.loan.b.in_term.dong);
	assert_int_equal(book_balance(&book, ACCOUNT_LOANS_OVERDUE), 0);
	assert_int_equal(book_balance(&book, ACCOUNT_CASH), -50000000 + 21000000);
}

static void test_maturity(void **state)
{
	struct rig rig;
	struct book book = { 0 };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	book_fact(&book, &rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_int_equal(
		loan_advance(&rig.contract, &rig.loan, day("2027-03-01"), DATE_EVER, book_step, &book),
		LOAN_OK);
	assert_int_equal(book.steps, 4); /* two were carried: nothing moves */
	assert_int_equal(book.count, 2);
	assert_posting(&book, 1, ACCOUNT_LOANS_OVERDUE, ACCOUNT_LOANS_IN_TERM, 50000000);
}

static void test_opening(void **state)
{
	struct rig rig;
	struct book book = { 0 };
	struct fact opened = { .no = 1, .kind = FACT_OPENED, .on = day("2025-03-01") };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	opened.opening = (struct loan_opening){ .principal = DONG(100),
						.in_term = DONG(50),
						.overdue = DONG(30),
						.frozen = DONG(20),
						.interest_in_term = { 7, 0 } };
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &opened, book_step, &book), LOAN_OK);
	assert_int_equal(book.count, 3);
	assert_posting(&book, 0, ACCOUNT_LOANS_IN_TERM, ACCOUNT_OPENING, 50);
	assert_posting(&book, 1, ACCOUNT_LOANS_OVERDUE, ACCOUNT_OPENING, 30);
	assert_posting(&book, 2, ACCOUNT_LOANS_FROZEN, ACCOUNT_OPENING, 20);
	assert_int_equal(rig.loan.b.status, LOAN_STATUS_FROZEN);
}

static void test_closing_moves_nothing(void **state)
{
	struct rig rig;
	struct book book = { 0 };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	book_fact(&book, &rig, FACT_DISBURSED, "2024-01-10", 50000000);
	book_fact(&book, &rig, FACT_PAID, "2024-02-10", 50280274);
	assert_int_equal(book.steps, 4); /* rounding dropped, closed */
	assert_int_equal(book.count, 3);
	assert_int_equal(book_balance(&book, ACCOUNT_LOANS_IN_TERM), 0);
	assert_int_equal(book_balance(&book, ACCOUNT_INTEREST_INCOME), -280274);
}

static void book_is_that_of(const struct book *book, const struct rig *rig)
{
	assert_int_equal(book_balance(book, ACCOUNT_LOANS_IN_TERM), rig->loan.b.in_term.dong);
	assert_int_equal(book_balance(book, ACCOUNT_LOANS_OVERDUE), rig->loan.b.overdue.dong);
	assert_int_equal(book_balance(book, ACCOUNT_LOANS_FROZEN), rig->loan.b.frozen.dong);
}

static void test_decisions(void **state)
{
	struct rig rig;
	struct book book = { 0 };
	struct fact fact = {
		.no = 1, .kind = FACT_FROZEN, .on = day("2025-03-01"), .until = day("2026-03-01")
	};

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	book_fact(&book, &rig, FACT_DISBURSED, "2024-01-10", 50000000);
	book_fact(&book, &rig, FACT_MISUSED, "2024-05-10", 1000000);
	assert_posting(&book, 1, ACCOUNT_LOANS_OVERDUE, ACCOUNT_LOANS_IN_TERM, 1000000);
	fact.amount = DONG(20000000); /* 16.6 million are overdue */
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	assert_posting(&book, 3, ACCOUNT_LOANS_FROZEN, ACCOUNT_LOANS_OVERDUE, 16600000);
	assert_posting(&book, 4, ACCOUNT_LOANS_FROZEN, ACCOUNT_LOANS_IN_TERM, 3400000);
	book_is_that_of(&book, &rig);
	fact = (struct fact){ .no = 2,
			      .kind = FACT_PRINCIPAL_PAID,
			      .on = day("2025-04-10"),
			      .amount = DONG(2000000),
			      .source = FACT_SOURCE_DEPOSIT };
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	assert_posting(&book, 5, ACCOUNT_DEPOSITS, ACCOUNT_LOANS_FROZEN, 2000000);
	fact = (struct fact){
		.no = 3, .kind = FACT_WRITTEN_OFF, .on = day("2025-04-11"), .amount = DONG(19000000)
	};
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	assert_posting(&book, 6, ACCOUNT_WRITTEN_OFF, ACCOUNT_LOANS_IN_TERM, 1000000);
	assert_posting(&book, 7, ACCOUNT_WRITTEN_OFF, ACCOUNT_LOANS_FROZEN, 18000000);
	book_is_that_of(&book, &rig);
	book_fact(&book, &rig, FACT_RECOVERED, "2025-04-12", 500000);
	assert_posting(&book, 8, ACCOUNT_CASH, ACCOUNT_RECOVERED, 500000);
	assert_int_equal(book.count, 9);
	book_is_that_of(&book, &rig);
}

static void test_end_of_a_freeze(void **state)
{
	struct rig rig;
	struct book book = { 0 };
	struct fact fact = { .no = 1,
			     .kind = FACT_FROZEN,
			     .on = day("2024-03-01"),
			     .amount = DONG(50000000),
			     .until = day("2024-06-01") };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	book_fact(&book, &rig, FACT_DISBURSED, "2024-01-10", 50000000);
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	assert_int_equal(
		loan_advance(&rig.contract, &rig.loan, day("2024-06-01"), DATE_EVER, book_step, &book),
		LOAN_OK);
	assert_posting(&book, 2, ACCOUNT_LOANS_IN_TERM, ACCOUNT_LOANS_FROZEN, 50000000);
	book_is_that_of(&book, &rig);
	fact.on = day("2024-06-01");
	fact.until = day("2024-09-01");
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	fact = (struct fact){ .no = 3, .kind = FACT_UNFROZEN, .on = day("2024-07-01") };
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &fact, book_step, &book), LOAN_OK);
	assert_posting(&book, 4, ACCOUNT_LOANS_IN_TERM, ACCOUNT_LOANS_FROZEN, 50000000);
	book_is_that_of(&book, &rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_a_life),	  TEST(test_maturity),
					    TEST(test_opening),	  TEST(test_closing_moves_nothing),
					    TEST(test_decisions), TEST(test_end_of_a_freeze) };

	return cmocka_run_group_tests_name("posting", tests, NULL, NULL);
}
