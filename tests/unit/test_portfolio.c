/* Sums of loans on any day, from the differences their steps left. */
#include "loan_rig.h"
#include "vonvay/portfolio.h"

#define DELTAS_MAX 400

struct delta {
	struct date on;
	struct portfolio_values before, after;
};

struct ledger {
	const struct loan_contract *contract;
	struct delta rows[DELTAS_MAX];
	int count;
};

static void ledger_step(void *arg, const struct loan_step *step)
{
	struct ledger *ledger = arg;
	struct delta *row = &ledger->rows[ledger->count++];

	assert_true(ledger->count <= DELTAS_MAX);
	row->on = step->on;
	assert_true(portfolio_of_loan(ledger->contract, step->before, &row->before));
	assert_true(portfolio_of_loan(ledger->contract, step->after, &row->after));
}

static struct portfolio_values ledger_on(const struct ledger *ledger, struct date on)
{
	struct portfolio_values sum = { 0 };

	for (int i = 0; i < ledger->count; i++) {
		if (date_cmp(ledger->rows[i].on, on) > 0)
			continue;
		assert_true(portfolio_add(&sum, &ledger->rows[i].after));
		assert_true(portfolio_sub(&sum, &ledger->rows[i].before));
	}
	return sum;
}

static void assert_same_interest(struct interest a, struct interest b)
{
	assert_int_equal(a.dong, b.dong);
	assert_int_equal(a.units, b.units);
}

/* The ledger on a day, and the loan replayed to that day. */
static void assert_ledger_is(const struct ledger *ledger, const struct rig *rig, const struct fact *facts,
			     size_t count, struct date on)
{
	struct loan loan = rig->loan;
	struct loan_balances b;
	struct fact scratch[8];
	struct interest in_term, overdue, grace;
	int32_t failed;
	size_t upto = 0;

	while (upto < count && date_cmp(facts[upto].on, on) <= 0)
		upto++;
	assert_int_equal(
		loan_replay(&rig->contract, &loan, facts, upto, scratch, on, DATE_EVER, NULL, NULL, &failed),
		LOAN_OK);
	assert_int_equal(loan_balances_on(&rig->contract, &loan, on, &b), LOAN_OK);
	struct portfolio_values sum = ledger_on(ledger, on);
	assert_int_equal(sum.loans, b.in_term.dong + b.overdue.dong > 0);
	assert_dong(sum.in_term, b.in_term.dong);
	assert_dong(sum.overdue, b.overdue.dong);
	assert_true(portfolio_interest(&sum, &rig->line, 130, on, &in_term, &overdue, &grace));
	assert_same_interest(in_term, b.interest_in_term);
	assert_same_interest(overdue, b.interest_overdue);
	assert_same_interest(grace, b.interest_grace);
}

/* Interest grace, an instalment missed within it, later transfers, a change of rate, payments, closing. */
static void test_every_day_of_a_life(void **state)
{
	struct rig rig;
	struct ledger ledger = { .count = 0 };
	const struct fact facts[] = {
		{ .no = 1, .kind = FACT_DISBURSED, .on = day("2024-01-10"), .amount = DONG(50000000) },
		{ .no = 2, .kind = FACT_PRINCIPAL_PAID, .on = day("2024-11-20"), .amount = DONG(3000000) },
		{ .no = 3, .kind = FACT_INTEREST_PAID, .on = day("2025-10-10"), .amount = DONG(1000001) },
		{ .no = 4, .kind = FACT_PAID, .on = day("2026-06-10"), .amount = DONG(20000000) },
		{ .no = 5, .kind = FACT_PRINCIPAL_PAID, .on = day("2027-03-01"), .amount = DONG(27000000) },
	};

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_OVERDUE);
	rig.terms.interest_grace_months = 18;
	rig_make(&rig);
	ledger.contract = &rig.contract;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++)
		assert_int_equal(loan_apply(&rig.contract, &rig.loan, &facts[i], ledger_step, &ledger),
				 LOAN_OK);
	assert_true(ledger.count >= 8);
	for (struct date d = day("2024-01-10"); date_cmp(d, day("2027-06-01")) < 0; d = date_add_days(d, 1))
		assert_ledger_is(&ledger, &rig, facts, ARRAY_LEN(facts), d);
}

static void test_a_closed_loan_leaves_nothing(void **state)
{
	struct rig rig;
	struct ledger ledger = { .count = 0 };
	struct fact lent = {
		.no = 1, .kind = FACT_DISBURSED, .on = day("2024-01-10"), .amount = DONG(50000000)
	};
	struct fact paid = { .no = 2, .kind = FACT_PAID, .on = day("2024-02-10"), .amount = DONG(50280274) };

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	ledger.contract = &rig.contract;
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &lent, ledger_step, &ledger), LOAN_OK);
	struct portfolio_values sum = ledger_on(&ledger, day("2024-02-09"));
	assert_false(portfolio_is_zero(&sum));
	assert_int_equal(sum.loans, 1);
	assert_int_equal(loan_apply(&rig.contract, &rig.loan, &paid, ledger_step, &ledger), LOAN_OK);
	assert_int_equal(ledger.count, 4);
	sum = ledger_on(&ledger, day("2024-02-10"));
	assert_true(portfolio_is_zero(&sum));
}

/* Principal paid, interest not: no loan to count, its interest still there. */
static void test_unpaid_interest_without_principal(void **state)
{
	struct rig rig;
	struct portfolio_values v;

	(void)state;
	rig_init(&rig, INSTALMENT_DEFAULT_CARRY);
	rig_do(&rig, FACT_DISBURSED, "2024-01-10", 50000000);
	rig_do(&rig, FACT_PRINCIPAL_PAID, "2024-02-10", 50000000);
	assert_true(portfolio_of_loan(&rig.contract, &rig.loan.b, &v));
	assert_int_equal(v.loans, 0);
	assert_dong(interest_round(v.interest_in_term), 280274);
}

static void test_overflow_changes_nothing(void **state)
{
	struct portfolio_values a = { .loans = 1, .in_term = { INT64_MAX } },
				b = { .loans = 1, .in_term = { 1 } };

	(void)state;
	assert_false(portfolio_add(&a, &b));
	assert_int_equal(a.loans, 1);
	assert_dong(a.in_term, INT64_MAX);
	assert_true(portfolio_sub(&a, &b));
	assert_int_equal(a.loans, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_every_day_of_a_life),
					    TEST(test_a_closed_loan_leaves_nothing),
					    TEST(test_unpaid_interest_without_principal),
					    TEST(test_overflow_changes_nothing) };

	return cmocka_run_group_tests_name("portfolio", tests, NULL, NULL);
}
