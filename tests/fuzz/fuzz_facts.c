/* A contract and facts on it, from bytes. Whatever is taken must keep the sums, and the replay of all that was taken must
 * give the state that grew with it, in whatever order the facts are given. Dates and amounts go far beyond what the socket
 * lets in: too much has to be an error, never a wrong number. */
#include <string.h>

#include "fuzz.h"
#include "vonvay/loan.h"

#define FACTS_MAX 40

struct life {
	struct session_day days[1];
	struct session_change changes[1];
	struct calendar calendar, elsewhere;
	struct rate_row rows[2], flat[1];
	struct rate_line line, overlay;
	struct loan_overlay overlays[1];
	struct loan_place places[1];
	struct schedule_terms terms;
	struct loan_contract contract;
	struct loan loan;
	struct fact facts[FACTS_MAX];
	size_t count;
	struct date today;
};

/* ---- the contract ---- */

static void make_tables(struct life *l, struct fuzz_bytes *b)
{
	struct date start = { (int32_t)(10957 + fuzz_take(b, 2) % 12000) };
	l->days[0] = (struct session_day){ { start.days - 4000 }, 1 + (int)(fuzz_take(b, 1) % 31) };
	l->changes[0] = (struct session_change){ date_month_number(start) + (int32_t)(fuzz_take(b, 1) % 48), DATE_NONE };
	l->calendar = (struct calendar){ .days = l->days,
					 .days_count = fuzz_take(b, 1) % 8 != 0,
					 .changes = l->changes,
					 .changes_count = fuzz_take(b, 1) % 2,
					 .close_days = 2,
					 .closed_upto = DATE_NONE };
	l->elsewhere = (struct calendar){ .close_days = 2, .closed_upto = DATE_NONE };
	l->rows[0] = (struct rate_row){ { start.days - 1000 }, 10 * (int32_t)(fuzz_take(b, 2) % 100001), 0 };
	l->rows[1] = (struct rate_row){ { start.days + (int32_t)(fuzz_take(b, 2) % 5000) },
					10 * (int32_t)(fuzz_take(b, 2) % 100001), 0 };
	l->flat[0] = (struct rate_row){ { start.days }, 10 * (int32_t)(fuzz_take(b, 2) % 100001), 0 };
	FUZZ_CHECK(rate_line_init(&l->line, l->rows, 2) && rate_line_init(&l->overlay, l->flat, 1));
	l->overlays[0] = (struct loan_overlay){ 1, &l->overlay };
	l->places[0] = (struct loan_place){ 1, &l->elsewhere };
	l->terms.contract_on = l->today = start;
}

static void make_contract(struct life *l, struct fuzz_bytes *b)
{
	struct instalment rows[SCHEDULE_TERM_MAX];
	struct schedule_terms *t = &l->terms;
	make_tables(l, b);
	t->term_months = 1 + (int)(fuzz_take(b, 2) % SCHEDULE_TERM_MAX);
	t->instalment_months = 1 + (int)fuzz_take(b, 1) % t->term_months;
	t->principal_grace_months = (int)fuzz_take(b, 1) % t->term_months;
	t->interest_grace_months = fuzz_take(b, 1) % 2 ? t->principal_grace_months : 0;
	t->rounding = fuzz_take(b, 1) % 2 ? 100000 : 1;
	t->equal_moves_back = fuzz_take(b, 1) % 2;
	l->contract = (struct loan_contract){ .loan_id = 1,
					      .contract_on = t->contract_on,
					      .grace_end = schedule_grace_end(t, &l->calendar),
					      .rounding = t->rounding,
					      .instalment_default = fuzz_take(b, 1) % 2 ? INSTALMENT_DEFAULT_OVERDUE
											: INSTALMENT_DEFAULT_CARRY,
					      .overdue_percent = 130,
					      .line = &l->line,
					      .calendar = &l->calendar,
					      .overlays = l->overlays,
					      .overlays_count = 1,
					      .places = l->places,
					      .places_count = 1,
					      .policies = &allocation_policy_default,
					      .policies_count = 1 };
	schedule_make(t, &l->calendar, MONEY_ZERO, rows);
	loan_init(&l->loan, rows, schedule_count(t));
}

/* ---- what must hold ---- */

static bool negative(struct money m)
{
	return money_cmp(m, MONEY_ZERO) < 0;
}

static void check_interest(struct interest i)
{
	FUZZ_CHECK(i.units >= 0 && i.units < INTEREST_UNITS_PER_DONG);
	/* the remainder of what was asked and paid: half a đồng at most */
	FUZZ_CHECK(!negative(interest_round(i)));
}

static void check_closed(const struct loan_balances *b)
{
	FUZZ_CHECK(money_is_zero(b->in_term) && money_is_zero(b->overdue) && money_is_zero(b->frozen));
	FUZZ_CHECK(interest_is_zero(b->interest_in_term) && interest_is_zero(b->interest_overdue) &&
		   interest_is_zero(b->interest_grace));
}

static void check_balances(const struct loan_balances *b)
{
	struct money owed, left;
	FUZZ_CHECK(!negative(b->in_term) && !negative(b->overdue) && !negative(b->frozen));
	FUZZ_CHECK(money_add(b->in_term, b->overdue, &owed) && money_add(owed, b->frozen, &owed));
	FUZZ_CHECK(money_sub(b->disbursed, b->paid, &left) && money_sub(left, b->written_off, &left));
	FUZZ_CHECK(money_cmp(owed, left) == 0);
	check_interest(b->interest_in_term);
	check_interest(b->interest_overdue);
	check_interest(b->interest_grace);
	if (b->status == LOAN_STATUS_CLOSED)
		check_closed(b);
}

static void check_step(void *arg, const struct loan_step *step)
{
	struct money sum = MONEY_ZERO;
	(void)arg;
	check_balances(step->before);
	check_balances(step->after);
	for (int i = 0; i < PART_COUNT; i++) {
		FUZZ_CHECK(!negative(step->paid.part[i]));
		FUZZ_CHECK(money_add(sum, step->paid.part[i], &sum));
	}
	if (step->fact && (step->fact->kind == FACT_PAID || step->fact->kind == FACT_PRINCIPAL_PAID ||
			   step->fact->kind == FACT_INTEREST_PAID))
		FUZZ_CHECK(money_cmp(sum, step->fact->amount) == 0);
}

static void check_instalments(const struct loan *loan)
{
	struct money sum = MONEY_ZERO;
	for (int i = 0; i < loan->count; i++) {
		FUZZ_CHECK(!negative(loan->instalment[i].amount));
		FUZZ_CHECK(money_add(sum, loan->instalment[i].amount, &sum));
	}
	FUZZ_CHECK(money_cmp(sum, loan->b.disbursed) == 0);
}

static bool same_interest(struct interest a, struct interest b)
{
	return a.dong == b.dong && a.units == b.units;
}

static void check_same(const struct loan *x, const struct loan *y)
{
	const struct loan_balances *a = &x->b, *b = &y->b;
	FUZZ_CHECK(a->status == b->status && a->in_grace == b->in_grace && a->since.days == b->since.days);
	FUZZ_CHECK(!money_cmp(a->disbursed, b->disbursed) && !money_cmp(a->paid, b->paid));
	FUZZ_CHECK(!money_cmp(a->written_off, b->written_off) && !money_cmp(a->recovered, b->recovered));
	FUZZ_CHECK(!money_cmp(a->in_term, b->in_term) && !money_cmp(a->overdue, b->overdue));
	FUZZ_CHECK(!money_cmp(a->frozen, b->frozen));
	FUZZ_CHECK(same_interest(a->interest_in_term, b->interest_in_term));
	FUZZ_CHECK(same_interest(a->interest_overdue, b->interest_overdue));
	FUZZ_CHECK(same_interest(a->interest_grace, b->interest_grace) && same_interest(a->accrued, b->accrued));
	FUZZ_CHECK(!money_cmp(a->interest_written_off, b->interest_written_off));
	FUZZ_CHECK(a->frozen_until.days == b->frozen_until.days && a->thawed_on.days == b->thawed_on.days);
	FUZZ_CHECK(a->line == b->line && a->line_until.days == b->line_until.days);
	FUZZ_CHECK(a->holiday_until.days == b->holiday_until.days);
	FUZZ_CHECK(a->place == b->place && a->moved_on.days == b->moved_on.days);
	FUZZ_CHECK(x->decided == y->decided && x->count == y->count);
	for (int i = 0; i < x->count; i++) {
		FUZZ_CHECK(!money_cmp(x->instalment[i].amount, y->instalment[i].amount));
		FUZZ_CHECK(x->instalment[i].due_on.days == y->instalment[i].due_on.days);
	}
}

/* ---- facts ---- */

static struct money take_money(struct fuzz_bytes *b)
{
	static const int64_t scale[] = { 1, 1000, 1000000, 1000000000000 };
	uint64_t how = fuzz_take(b, 1);
	return (struct money){ (int64_t)fuzz_take(b, 2) * scale[how % 4] + (int64_t)(how / 4) };
}

static struct loan_opening take_opening(struct fuzz_bytes *b)
{
	struct loan_opening o = { .in_term = take_money(b), .overdue = take_money(b), .frozen = take_money(b) };
	struct money more = take_money(b);
	o.principal = MONEY_ZERO;
	FUZZ_CHECK(money_add(o.in_term, o.overdue, &o.principal) && money_add(o.principal, o.frozen, &o.principal) &&
		   money_add(o.principal, more, &o.principal));
	o.interest_in_term = interest_of_money(take_money(b));
	o.interest_overdue = interest_of_money(take_money(b));
	return o;
}

static struct date later(struct date day, struct fuzz_bytes *b)
{
	uint64_t days = fuzz_take(b, 2);
	return days == UINT16_MAX ? DATE_EVER : (struct date){ day.days + (int32_t)(days % 3000) };
}

static struct fact take_fact(struct life *l, struct fuzz_bytes *b)
{
	struct fact f = { .no = (int32_t)l->count + 1,
			  .kind = 1 + (enum fact_kind)(fuzz_take(b, 1) % FACT_MOVED),
			  .until = DATE_NONE,
			  .holiday_until = DATE_NONE };
	l->today.days += (int32_t)(fuzz_take(b, 1) * (fuzz_take(b, 1) % 8));
	f.on = l->today;
	if (f.kind != FACT_RESCHEDULED && f.kind != FACT_EXTENDED && f.kind != FACT_MOVED)
		f.amount = take_money(b);
	if (f.kind == FACT_WRITTEN_OFF)
		f.interest = take_money(b);
	if (f.kind == FACT_RESCHEDULED || f.kind == FACT_EXTENDED || f.kind == FACT_FROZEN ||
	    f.kind == FACT_FREEZE_PROLONGED || f.kind == FACT_RELIEVED)
		f.until = later(f.on, b);
	if (f.kind == FACT_RELIEVED && fuzz_take(b, 1) % 2)
		f.holiday_until = later(f.on, b);
	if (f.kind == FACT_RESCHEDULED || f.kind == FACT_RELIEVED || f.kind == FACT_MOVED)
		f.number = (int32_t)(fuzz_take(b, 1) % 8);
	if (f.kind == FACT_OPENED)
		f.opening = take_opening(b);
	if (f.kind == FACT_REVERSED)
		f.reverses = (int32_t)(fuzz_take(b, 1) % (l->count + 2));
	return f;
}

static enum loan_error replay(const struct life *l, const struct fact *facts, size_t count, struct loan *loan)
{
	struct fact scratch[FACTS_MAX + 1];
	int32_t failed;
	return loan_replay(&l->contract, loan, facts, count, scratch, l->today, DATE_EVER, check_step, NULL, &failed);
}

/* A reversal is taken by replay only; its day is that of what it reverses. */
static void reverse(struct life *l, struct fact fact)
{
	struct loan after = l->loan;
	for (size_t i = 0; i < l->count; i++)
		if (l->facts[i].no == fact.reverses)
			fact.on = l->facts[i].on;
	l->facts[l->count] = fact;
	if (replay(l, l->facts, l->count + 1, &after) == LOAN_OK) {
		l->loan = after;
		l->count++;
	}
}

static void step(struct life *l, struct fuzz_bytes *b)
{
	struct fact fact = take_fact(l, b);
	struct loan before = l->loan;
	if (fuzz_take(b, 1) % 4 == 0 &&
	    loan_advance(&l->contract, &l->loan, l->today, DATE_EVER, check_step, NULL) != LOAN_OK)
		FUZZ_CHECK(!memcmp(&before, &l->loan, sizeof before));
	before = l->loan;
	if (fact.kind == FACT_REVERSED)
		reverse(l, fact);
	else if (loan_apply(&l->contract, &l->loan, &fact, check_step, NULL) == LOAN_OK)
		l->facts[l->count++] = fact;
	else
		FUZZ_CHECK(!memcmp(&before, &l->loan, sizeof before));
	check_balances(&l->loan.b);
	check_instalments(&l->loan);
}

static void check_replay(struct life *l)
{
	struct fact backwards[FACTS_MAX];
	struct loan again = l->loan, other = l->loan;
	if (loan_advance(&l->contract, &l->loan, l->today, DATE_EVER, check_step, NULL) != LOAN_OK)
		return; /* the interest of so much money does not fit */
	for (size_t i = 0; i < l->count; i++)
		backwards[i] = l->facts[l->count - 1 - i];
	FUZZ_CHECK(replay(l, l->facts, l->count, &again) == LOAN_OK);
	FUZZ_CHECK(replay(l, backwards, l->count, &other) == LOAN_OK);
	check_same(&l->loan, &again);
	check_same(&l->loan, &other);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	static struct life life;
	struct fuzz_bytes bytes = { data, size };
	memset(&life, 0, sizeof life);
	make_contract(&life, &bytes);
	while (bytes.left && life.count < FACTS_MAX - 1)
		step(&life, &bytes);
	check_replay(&life);
	return 0;
}
