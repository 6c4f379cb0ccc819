/* loan.quote: figures worked out by hand, the rules of its contract, its errors. */
#include "domain_test.h"
#include "vonvay/quote.h"

struct asked {
	struct quote_request q;
	struct quote_rate_change changes[8];
	struct quote_event events[32];
	struct date as_of[32];
	size_t as_of_count;
	struct rate_row rates[9];
	struct fact facts[33];
	struct quote_row schedule[SCHEDULE_TERM_MAX];
	struct quote_position positions[32];
	size_t index;
};

/* The defaults of the wire, 50 million at 6.6 % over 36 months, yearly, from 2024-01-10. */
static void ask(struct asked *a)
{
	a->q = (struct quote_request){ .principal = DONG(50000000),
				       .rate_e7 = 660000,
				       .terms = { .contract_on = day("2024-01-10"),
						  .term_months = 36,
						  .instalment_months = 12,
						  .rounding = 100000 },
				       .instalment_default = INSTALMENT_DEFAULT_CARRY,
				       .overdue_percent = 130,
				       .rate_changes = a->changes,
				       .events = a->events };
	a->as_of_count = 0;
}

static void ask_event(struct asked *a, const char *on, enum fact_kind kind, int64_t amount)
{
	a->events[a->q.events_count++] = (struct quote_event){ day(on), kind, DONG(amount) };
}

static void ask_on(struct asked *a, const char *on)
{
	a->as_of[a->as_of_count++] = day(on);
}

static enum quote_error make(struct asked *a)
{
	return quote_make(&a->q, a->as_of, a->as_of_count, a->rates, a->facts, a->schedule, a->positions,
			  &a->index);
}

static void assert_row(const struct asked *a, int month, const char *due_on, int64_t principal,
		       int64_t interest)
{
	assert_date(a->schedule[month - 1].due_on, due_on);
	assert_dong(a->schedule[month - 1].principal, principal);
	assert_dong(a->schedule[month - 1].interest, interest);
}

static void test_schedule(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	assert_int_equal(make(&a), QUOTE_OK);
	assert_row(&a, 1, "2024-02-10", 0, 280274); /* 31 days: 280,273.97 */
	assert_row(&a, 2, "2024-03-10", 0, 262192); /* 60 days: 542,465.75 */
	assert_row(&a, 12, "2025-01-10", 16600000, 280274);
	assert_row(&a, 13, "2025-02-10", 0,
		   187223); /* 366 days of 50, 31 of 33.4 million: 3,309,041.10 + 187,223.01 */
	assert_row(&a, 36, "2027-01-10", 16800000, 94172);
	int64_t interest = 0, principal = 0;
	for (int i = 0; i < 36; i++) {
		interest += a.schedule[i].interest.dong;
		principal += a.schedule[i].principal.dong;
	}
	assert_int_equal(principal, 50000000);
	/* 366 days of 50, 365 of 33.4, 365 of 16.8 million: 6,622,241.10 */
	assert_int_equal(interest, 6622241);
}

static void test_rate_changes(void **state)
{
	static struct asked a;
	char units[44];

	(void)state;
	ask(&a);
	a.q.terms.contract_on = day("2025-11-10");
	/* in any order; of two on one day the last given wins, and so does one before the start over the request */
	a.changes[0] = (struct quote_rate_change){ day("2025-12-01"), 900000 };
	a.changes[1] = (struct quote_rate_change){ day("2025-11-01"), 660000 };
	a.changes[2] = (struct quote_rate_change){ day("2025-12-01"), 624000 };
	a.changes[3] = (struct quote_rate_change){ day("2025-10-01"), 100000 };
	a.q.rate_changes_count = 4;
	a.q.rate_e7 = 50;
	ask_on(&a, "2025-12-10");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_row(&a, 1, "2025-12-10", 0, 266795);
	assert_dong(interest_round(a.positions[0].b.accrued), 266795);
	interest_units_text(a.positions[0].b.accrued, units);
	assert_string_equal(units, "973800000000000");
}

static void test_rate_change_on_the_first_day(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.changes[0] = (struct quote_rate_change){ day("2024-01-10"), 730000 };
	a.q.rate_changes_count = 1;
	ask_on(&a, "2024-01-11");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(interest_round(a.positions[0].b.accrued), 10000);
}

static void test_interest_grace_rows(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.terms.interest_grace_months = 6;
	ask_on(&a, "2024-07-10");
	ask_on(&a, "2024-07-11");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_row(&a, 6, "2024-07-10", 0, 0);
	assert_row(&a, 7, "2024-08-10", 0, 1925753); /* 213 days */
	assert_dong(interest_round(a.positions[0].b.interest_grace), 1645479);
	assert_dong(interest_round(a.positions[0].b.interest_in_term), 0);
	assert_dong(interest_round(a.positions[1].b.interest_grace), 1645479);
	assert_dong(interest_round(a.positions[1].b.interest_in_term), 9041);
	/* the end of the grace is no date to look at */
	assert_date(a.positions[0].next_on, "2025-01-10");
}

static void test_session_day(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.terms.contract_on = day("2023-01-30");
	a.q.terms.term_months = 3;
	a.q.terms.instalment_months = 1;
	a.q.session_day = 31;
	assert_int_equal(make(&a), QUOTE_OK);
	/* months 1 and 2 fall on one date: still a row each */
	assert_row(&a, 1, "2023-02-28", 16600000, 262192);
	assert_row(&a, 2, "2023-02-28", 16600000, 0);
	assert_row(&a, 3, "2023-04-30", 16800000, 185306);
}

static void test_positions_when_overdue(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.instalment_default = INSTALMENT_DEFAULT_OVERDUE;
	a.q.session_day = 10;
	for (size_t i = 0; i < 4; i++)
		ask_on(&a, (const char *[]){ "2025-01-09", "2025-01-10", "2025-02-10", "2025-03-10" }[i]);
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(a.positions[0].arrears, 0);
	assert_date(a.positions[0].next_on, "2025-01-10");
	assert_dong(a.positions[1].arrears, 16600000);
	assert_dong(a.positions[1].b.overdue, 0);
	assert_date(a.positions[1].next_on, "2025-02-10");
	assert_int_equal(a.positions[1].b.status, LOAN_STATUS_IN_TERM);
	assert_dong(a.positions[2].b.overdue, 16600000);
	assert_dong(a.positions[2].b.in_term, 33400000);
	assert_dong(interest_round(a.positions[2].b.interest_overdue), 0);
	assert_int_equal(a.positions[2].b.status, LOAN_STATUS_OVERDUE);
	assert_date(a.positions[2].next_on, "2026-01-10");
	assert_dong(interest_round(a.positions[3].b.interest_overdue), 109260);
	assert_dong(a.positions[3].arrears, 16600000);
}

static void test_carry_moves_at_maturity_only(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	ask_event(&a, "2024-06-01", FACT_PRINCIPAL_PAID, 1000000);
	for (size_t i = 0; i < 4; i++)
		ask_on(&a, (const char *[]){ "2026-12-31", "2027-01-10", "2027-01-11", "2028-01-11" }[i]);
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(a.positions[0].arrears, 32200000);
	assert_date(a.positions[0].next_on, "2027-01-10");
	assert_dong(a.positions[1].arrears, 49000000);
	assert_dong(a.positions[1].b.overdue, 0);
	assert_date(a.positions[1].next_on, "2027-01-11");
	assert_dong(a.positions[2].b.overdue, 49000000);
	assert_true(date_is_none(a.positions[2].next_on));
	assert_dong(interest_round(a.positions[3].b.interest_overdue), 4204200); /* a year at 8.58 % */
}

/* Positions follow the request: any order, the same day twice. */
static void test_order_of_positions(void **state)
{
	static struct asked a;
	static const char *const days[] = { "2026-01-10", "2024-01-10", "2027-06-01", "2024-01-10",
					    "2025-03-01", "2026-01-10", "2024-12-31" };

	(void)state;
	ask(&a);
	a.q.instalment_default = INSTALMENT_DEFAULT_OVERDUE;
	ask_event(&a, "2025-03-01", FACT_PAID, 20000000);
	ask_event(&a, "2024-05-01", FACT_INTEREST_PAID, 100000);
	for (size_t i = 0; i < ARRAY_LEN(days); i++)
		ask_on(&a, days[i]);
	assert_int_equal(make(&a), QUOTE_OK);
	for (size_t i = 0; i < ARRAY_LEN(days); i++) {
		static struct asked one;
		ask(&one);
		one.q = a.q;
		ask_on(&one, days[i]);
		assert_int_equal(make(&one), QUOTE_OK);
		assert_date(a.positions[i].as_of, days[i]);
		assert_dong(a.positions[i].b.in_term, one.positions[0].b.in_term.dong);
		assert_dong(a.positions[i].b.overdue, one.positions[0].b.overdue.dong);
		assert_int_equal(interest_cmp(a.positions[i].b.accrued, one.positions[0].b.accrued), 0);
		assert_int_equal(
			interest_cmp(a.positions[i].b.interest_in_term, one.positions[0].b.interest_in_term),
			0);
		assert_dong(a.positions[i].arrears, one.positions[0].arrears.dong);
		assert_int_equal(date_cmp(a.positions[i].next_on, one.positions[0].next_on), 0);
	}
}

/* Within a day what is lent comes first, then payments as given, then the transfer. */
static void test_order_within_a_day(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.instalment_default = INSTALMENT_DEFAULT_OVERDUE;
	ask_event(&a, "2025-01-11", FACT_PRINCIPAL_PAID, 26600000);
	ask_event(&a, "2025-01-11", FACT_DISBURSED, 10000000);
	ask_on(&a, "2025-01-11");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(a.positions[0].b.overdue, 0);
	assert_dong(a.positions[0].b.in_term, 33400000);
	assert_dong(a.positions[0].b.disbursed, 60000000);
	assert_row(&a, 24, "2026-01-10", 21700000, a.schedule[23].interest.dong);
	assert_row(&a, 36, "2027-01-10", 21700000, a.schedule[35].interest.dong);
}

/* The schedule counts what is lent later, not what is paid. */
static void test_schedule_counts_disbursements_only(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	ask_event(&a, "2024-02-10", FACT_DISBURSED, 10000000);
	ask_event(&a, "2024-02-10", FACT_PAID, 30000000);
	assert_int_equal(make(&a), QUOTE_OK);
	assert_row(&a, 1, "2024-02-10", 0, 280274);
	assert_row(&a, 2, "2024-03-10", 0, 314630); /* 280,273.97 + 29 days of 60 million: 594,904.11 */
	assert_row(&a, 12, "2025-01-10", 20000000, 336329);
}

/* Which instalments a later disbursement is divided over depends on what is paid by then. */
static void test_instalments_paid_ahead_take_no_part(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.instalment_default = INSTALMENT_DEFAULT_OVERDUE;
	ask_event(&a, "2024-02-10", FACT_PRINCIPAL_PAID, 16600000);
	ask_event(&a, "2024-03-10", FACT_DISBURSED, 6600000);
	assert_int_equal(make(&a), QUOTE_OK);
	assert_row(&a, 12, "2025-01-10", 16600000, 317270); /* 31 days of 56.6 million */
	assert_row(&a, 24, "2026-01-10", 20000000, 224219); /* of 40 million, all paid when due */
	assert_row(&a, 36, "2027-01-10", 20000000, 112110);
}

static void test_closed(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	ask_event(&a, "2024-02-10", FACT_PAID, 50280274);
	ask_on(&a, "2024-02-10");
	ask_on(&a, "2026-02-10");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_int_equal(a.positions[0].b.status, LOAN_STATUS_CLOSED);
	assert_true(date_is_none(a.positions[0].next_on));
	assert_dong(interest_round(a.positions[1].b.accrued), 280274);
	assert_true(interest_is_zero(a.positions[1].b.interest_in_term));
	assert_dong(a.positions[1].arrears, 0);
	/* the schedule stays what was agreed */
	assert_row(&a, 12, "2025-01-10", 16600000, 280274);
	ask_event(&a, "2024-03-10", FACT_PAID, 1);
	assert_int_equal(make(&a), QUOTE_ERROR_EVENT_AMOUNT);
	assert_int_equal(a.index, 1);
	a.events[1].kind = FACT_DISBURSED;
	assert_int_equal(make(&a), QUOTE_ERROR_EVENT_ON);
	assert_int_equal(a.index, 1);
}

static void test_errors_name_their_place(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	ask_event(&a, "2027-03-01", FACT_PRINCIPAL_PAID, 49500001);
	ask_event(&a, "2024-03-01", FACT_PRINCIPAL_PAID, 500000);
	ask_on(&a, "2024-03-01");
	assert_int_equal(
		make(&a),
		QUOTE_ERROR_EVENT_AMOUNT); /* after the last day asked about, and refused all the same */
	assert_int_equal(a.index, 0);
	a.events[0] = (struct quote_event){ day("2027-01-10"), FACT_DISBURSED, DONG(1) };
	assert_int_equal(make(&a), QUOTE_ERROR_EVENT_ON);
	assert_int_equal(a.index, 0);
	a.events[0] = (struct quote_event){ day("2027-01-09"), FACT_DISBURSED, DONG(1) };
	assert_int_equal(make(&a), QUOTE_OK);
	a.events[1].on = day("2024-01-09");
	assert_int_equal(make(&a), QUOTE_ERROR_EVENT_ON);
	assert_int_equal(a.index, 1);
	a.events[1].on = day("2024-01-10");
	ask_on(&a, "2024-01-09");
	assert_int_equal(make(&a), QUOTE_ERROR_AS_OF);
	assert_int_equal(a.index, 1);
}

/* The widest request: 10^13 đồng, 360 months, 100 %, 200 %, monthly. */
static void test_limits(void **state)
{
	static struct asked a;

	(void)state;
	ask(&a);
	a.q.principal = DONG(MONEY_INPUT_MAX);
	a.q.rate_e7 = RATE_E7_MAX;
	a.q.overdue_percent = 200;
	a.q.terms.term_months = 360;
	a.q.terms.instalment_months = 1;
	a.q.instalment_default = INSTALMENT_DEFAULT_OVERDUE;
	ask_on(&a, "2299-12-31");
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(a.positions[0].b.overdue, MONEY_INPUT_MAX);
	assert_date(a.schedule[359].due_on, "2054-01-10");
	a.q.principal = DONG(1);
	a.q.rate_e7 = 0;
	assert_int_equal(make(&a), QUOTE_OK);
	assert_dong(a.schedule[359].principal, 1);
	assert_dong(a.schedule[358].principal, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_schedule),
					    TEST(test_rate_changes),
					    TEST(test_rate_change_on_the_first_day),
					    TEST(test_interest_grace_rows),
					    TEST(test_session_day),
					    TEST(test_positions_when_overdue),
					    TEST(test_carry_moves_at_maturity_only),
					    TEST(test_order_of_positions),
					    TEST(test_order_within_a_day),
					    TEST(test_schedule_counts_disbursements_only),
					    TEST(test_instalments_paid_ahead_take_no_part),
					    TEST(test_closed),
					    TEST(test_errors_name_their_place),
					    TEST(test_limits) };

	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
