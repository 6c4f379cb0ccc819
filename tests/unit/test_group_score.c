/* Points, ranks and commissions of a group, with figures reckoned by hand. */
#include "domain_test.h"
#include "vonvay/compiler.h"
#include "vonvay/group_score.h"

static const struct score_band bands[] = {
	{ SCORE_OVERDUE, 0, 30 },	    { SCORE_OVERDUE, 1, 25 },
	{ SCORE_OVERDUE, 51, 20 },	    { SCORE_INTEREST, -1000000, 0 },
	{ SCORE_INTEREST, 9000, 15 },	    { SCORE_INTEREST, 10000, 20 },
	{ SCORE_ATTENDANCE, 0, 0 },	    { SCORE_ATTENDANCE, 10000, 20 },
	{ SCORE_PRINCIPAL_DUE, 0, 0 },	    { SCORE_PRINCIPAL_DUE, 9000, 10 },
	{ SCORE_PRINCIPAL_DUE, 10000, 15 }, { SCORE_DEPOSIT_GROWTH, -1000000, 0 },
	{ SCORE_DEPOSIT_GROWTH, 0, 3 },	    { SCORE_DEPOSIT_GROWTH, 100, 10 },
	{ SCORE_DEPOSITING, 0, 0 },	    { SCORE_DEPOSITING, 8000, 5 },
};
static const struct score_ranks ranks = { 85, 70, 50 };

static struct group_score score(struct score_inputs in)
{
	struct group_score out;

	group_score_make(&in, bands, ARRAY_LEN(bands), &ranks, &out);
	return out;
}

static struct score_inputs good_group(void)
{
	return (struct score_inputs){
		.outstanding = DONG(1000000000),
		.interest_due = DONG(5000000),
		.interest_collected = DONG(5000000),
		.sessions_held = 1,
		.sessions_attended = 1,
		.principal_due = DONG(20000000),
		.principal_collected = DONG(20000000),
		.deposits_before = DONG(10000000),
		.deposits_after = DONG(10100000),
		.members = 50,
		.members_depositing = 40,
	};
}

static void test_all_points(void **state)
{
	struct group_score s = score(good_group());

	(void)state;
	assert_int_equal(s.points, 100);
	assert_int_equal(s.rank, SCORE_GOOD);
	assert_int_equal(s.part[SCORE_DEPOSIT_GROWTH].value, 100);
	assert_int_equal(s.part[SCORE_DEPOSITING].value, 8000);
}

/* One đồng overdue of a milliard is 0.000001 %: no rounding hides it. One đồng of interest missing is no 100 %. */
static void test_rounded_against_the_group(void **state)
{
	struct score_inputs in = good_group();

	(void)state;
	in.overdue = DONG(1);
	in.interest_collected = DONG(4999999);
	struct group_score s = score(in);
	assert_int_equal(s.part[SCORE_OVERDUE].value, 1);
	assert_int_equal(s.part[SCORE_OVERDUE].points, 25);
	assert_int_equal(s.part[SCORE_INTEREST].value, 9999);
	assert_int_equal(s.part[SCORE_INTEREST].points, 15);
	assert_int_equal(s.points, 90);
	assert_int_equal(score_ratio_up(5000000, 1000000000), 50);
	assert_int_equal(score_ratio_up(5000001, 1000000000), 51);
	assert_int_equal(score_ratio_down(-1, 3), -3334);
	assert_int_equal(score_ratio_up(-1, 3), -3333);
}

static void test_ranks(void **state)
{
	struct score_inputs in = good_group();

	(void)state;
	in.principal_collected = MONEY_ZERO; /* 15 less: 85 is good still */
	assert_int_equal(score(in).points, 85);
	assert_int_equal(score(in).rank, SCORE_GOOD);
	in.members_depositing = 39; /* 80 */
	assert_int_equal(score(in).rank, SCORE_FAIR);
	in.sessions_attended = 0; /* 60 */
	assert_int_equal(score(in).points, 60);
	assert_int_equal(score(in).rank, SCORE_AVERAGE);
	in.interest_collected = DONG(-5); /* 40 */
	assert_int_equal(score(in).points, 40);
	assert_int_equal(score(in).rank, SCORE_WEAK);
}

/* What there is nothing of can't be missed; deposits that never were do not grow. */
static void test_nothing_to_measure(void **state)
{
	struct group_score s = score((struct score_inputs){ 0 });

	(void)state;
	assert_false(s.part[SCORE_OVERDUE].measured);
	assert_int_equal(s.part[SCORE_OVERDUE].points, 30);
	assert_int_equal(s.part[SCORE_ATTENDANCE].points, 20);
	assert_true(s.part[SCORE_DEPOSIT_GROWTH].measured);
	assert_int_equal(s.part[SCORE_DEPOSIT_GROWTH].points, 3);
	assert_int_equal(s.points, 30 + 20 + 20 + 15 + 3 + 5);
}

static const struct commission_band commissions[] = { { 7000, 200, 400 },
						      { 9500, 200, 1000 },
						      { 8000, 200, 700 } };

static struct commission commission(int64_t due, int64_t collected, int64_t overdue, int64_t frozen)
{
	struct score_inputs in = { .outstanding = DONG(100000000),
				   .overdue = DONG(overdue),
				   .frozen = DONG(frozen),
				   .interest_due = DONG(due),
				   .interest_collected = DONG(collected) };
	struct commission out;

	assert_true(commission_make(&in, commissions, ARRAY_LEN(commissions), &out));
	return out;
}

static void test_commission(void **state)
{
	(void)state;
	struct commission c = commission(1000000, 950005, 0, 0); /* 10 % of 950,005 = 95,000.5 */
	assert_int_equal(c.band.collection_from, 9500);
	assert_dong(c.amount, 95001);
	assert_dong(commission(1000000, 949999, 0, 0).amount, 66500); /* 94.99 %: 7 % of 949,999 = 66,499.93 */
	assert_dong(commission(1000000, 700000, 0, 0).amount, 28000);
	c = commission(1000000, 699999, 0, 0);
	assert_false(c.has_band);
	assert_dong(c.amount, 0);
}

static void test_commission_ceiling(void **state)
{
	(void)state;
	assert_dong(commission(1000000, 1000000, 1500000, 500000).amount, 100000); /* 2.00 % */
	struct commission c = commission(1000000, 1000000, 1500000, 500001);
	assert_int_equal(c.bad, 201);
	assert_false(c.within_ceiling);
	assert_dong(c.amount, 0);
	assert_dong(commission(0, 0, 0, 0).amount, 0);
	assert_dong(commission(0, -100, 0, 0).amount, 0);
}

static void test_due_collected(void **state)
{
	struct due_collected d = score_due_collected(DONG(10), DONG(20), DONG(10), DONG(17));

	(void)state;
	assert_dong(d.due, 10);
	assert_dong(d.collected, 7);
	d = score_due_collected(DONG(10), DONG(20), DONG(14), DONG(30)); /* 4 were paid before */
	assert_dong(d.due, 6);
	assert_dong(d.collected, 6);
	d = score_due_collected(DONG(10), DONG(20), DONG(4), DONG(9)); /* what came went to arrears */
	assert_dong(d.due, 10);
	assert_dong(d.collected, 0);
	d = score_due_collected(DONG(10), DONG(10), DONG(4), DONG(9));
	assert_dong(d.due, 0);
	d = score_due_collected(DONG(10), DONG(20), DONG(14), DONG(12)); /* taken back */
	assert_dong(d.collected, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_points),	  TEST(test_rounded_against_the_group),
		TEST(test_ranks),	  TEST(test_nothing_to_measure),
		TEST(test_commission),	  TEST(test_commission_ceiling),
		TEST(test_due_collected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
