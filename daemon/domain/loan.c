/* The fold of a loan: facts and transitions in the order of day and rank, each telling its step. */
#include "loan_private.h"

#include <string.h>

/* The contract, the state being folded, and who is told of the steps. */
struct fold {
	const struct loan_contract *c;
	struct loan *loan;
	loan_step_fn *step;
	void *arg;
};

/* All of a loan that a failed fold has to give back; instalments change last of all, when nothing can fail any more. */
struct loan_head {
	struct loan_balances b;
	struct date last_on;
	int last_rank, decided;
};

static struct loan_head loan_head_of(const struct loan *loan)
{
	return (struct loan_head){ loan->b, loan->last_on, loan->last_rank, loan->decided };
}

static void loan_put_head(struct loan *loan, const struct loan_head *head)
{
	loan->b = head->b;
	loan->last_on = head->last_on;
	loan->last_rank = head->last_rank;
	loan->decided = head->decided;
}

static void loan_copy(struct loan *to, const struct loan *from)
{
	struct loan_head head = loan_head_of(from);

	loan_put_head(to, &head);
	to->count = from->count;
	memcpy(to->instalment, from->instalment, (size_t)from->count * sizeof from->instalment[0]);
}

/* Nothing lent yet, and every instalment where the contract has it. */
static void loan_clear(struct loan *loan)
{
	loan->b = (struct loan_balances){ .status = LOAN_STATUS_PENDING,
					  .since = DATE_NONE,
					  .frozen_until = DATE_NONE,
					  .thawed_on = DATE_NONE,
					  .line_until = DATE_NONE,
					  .holiday_until = DATE_NONE,
					  .moved_on = DATE_NONE };
	loan->last_on = DATE_NONE;
	loan->last_rank = 0;
	loan->decided = 0;
	for (int i = 0; i < loan->count; i++) {
		loan->instalment[i].amount = MONEY_ZERO;
		loan->instalment[i].due_on = loan->instalment[i].first_on;
	}
}

void loan_init(struct loan *loan, const struct instalment *rows, int count)
{
	loan->count = count;
	memcpy(loan->instalment, rows, (size_t)count * sizeof rows[0]);
	for (int i = 0; i < count; i++)
		loan->instalment[i].first_on = rows[i].due_on;
	loan_clear(loan);
}

static bool loan_sorts_before(const struct loan *loan, struct date on, enum fold_rank rank)
{
	int order = date_cmp(on, loan->last_on);

	return order < 0 || (order == 0 && (int)rank < loan->last_rank);
}

bool loan_needs_replay(const struct loan *loan, enum fact_kind kind, struct date on)
{
	return loan_sorts_before(loan, on, fact_rank(kind));
}

static void fold_mark(struct fold *f, struct date on, enum fold_rank rank)
{
	f->loan->last_on = on;
	f->loan->last_rank = (int)rank;
}

static void fold_tell(struct fold *f, struct loan_step step, const struct loan_balances *before)
{
	if (f->step == NULL)
		return;
	step.before = before;
	step.after = &f->loan->b;
	f->step(f->arg, &step);
}

static void fold_tell_transition(struct fold *f, enum transition_kind kind, struct date on, int instalment,
				 struct money amount, const struct loan_balances *before)
{
	struct loan_step step = { .transition = kind, .on = on, .instalment = instalment, .amount = amount };

	fold_tell(f, step, before);
}

static void fold_set_status(struct loan_balances *b)
{
	if (money_is_positive(b->frozen))
		b->status = LOAN_STATUS_FROZEN;
	else if (money_is_positive(b->overdue))
		b->status = LOAN_STATUS_OVERDUE;
	else
		b->status = LOAN_STATUS_IN_TERM;
}

static enum loan_error fold_end_grace(struct fold *f)
{
	struct loan_balances *b = &f->loan->b;

	if (!loan_bring(f->c, b, f->c->grace_end))
		return LOAN_ERROR_OVERFLOW;
	struct loan_balances before = *b;
	b->in_grace = false;
	fold_mark(f, f->c->grace_end, FOLD_RANK_CALENDAR);
	fold_tell_transition(f, TRANSITION_GRACE_ENDED, f->c->grace_end, -1, MONEY_ZERO, &before);
	return LOAN_OK;
}

static enum loan_error fold_end_freeze(struct fold *f)
{
	struct loan_balances *b = &f->loan->b;
	struct date on = b->frozen_until;
	struct money thawed = b->frozen;

	if (!loan_bring(f->c, b, on))
		return LOAN_ERROR_OVERFLOW;
	struct loan_balances before = *b;
	loan_thaw(f->loan, on);
	fold_set_status(b);
	fold_mark(f, on, FOLD_RANK_CALENDAR);
	fold_tell_transition(f, TRANSITION_FREEZE_ENDED, on, -1, thawed, &before);
	return LOAN_OK;
}

static enum loan_error fold_end_relief(struct fold *f)
{
	struct loan_balances *b = &f->loan->b;
	struct date on = b->line_until;

	if (!loan_bring(f->c, b, on))
		return LOAN_ERROR_OVERFLOW;
	struct loan_balances before = *b;
	b->line = 0;
	b->line_until = DATE_NONE;
	fold_mark(f, on, FOLD_RANK_CALENDAR);
	fold_tell_transition(f, TRANSITION_RELIEF_ENDED, on, -1, MONEY_ZERO, &before);
	return LOAN_OK;
}

static struct money fold_upto(const struct loan *loan, int i)
{
	struct money upto = MONEY_ZERO;

	for (int k = 0; k <= i; k++)
		upto.dong += loan->instalment[k].amount.dong;
	return upto;
}

/* The transfer of a missed part, or the note that it was missed and stays. */
static enum loan_error fold_miss(struct fold *f, int i, struct date on, struct money moved,
				 struct money unpaid)
{
	struct loan_balances *b = &f->loan->b;
	enum transition_kind kind = TRANSITION_INSTALMENT_CARRIED;

	if (!loan_bring(f->c, b, on))
		return LOAN_ERROR_OVERFLOW;
	struct loan_balances before = *b;
	if (money_is_positive(moved))
		kind = i == f->loan->count - 1 ? TRANSITION_MATURED : TRANSITION_INSTALMENT_OVERDUE;
	b->in_term.dong -= moved.dong;
	b->overdue.dong += moved.dong;
	fold_set_status(b);
	fold_tell_transition(f, kind, on, i, money_is_positive(moved) ? moved : unpaid, &before);
	return LOAN_OK;
}

/* The session of instalment i. Also without a step it is marked, so that a fact dated before it goes through a replay. */
static enum loan_error fold_decide(struct fold *f, int i, struct date on)
{
	struct loan *loan = f->loan;
	struct money upto = fold_upto(loan, i);
	struct money moved = loan_moves(f->c, loan, i, upto);
	struct money unpaid = loan_missed_of(loan, i, upto);
	bool carried = loan_carries(f->c, loan, i, upto);

	loan->decided = i + 1;
	if (date_cmp(on, loan->last_on) >= 0)
		fold_mark(f, on, FOLD_RANK_TRANSITION);
	if (!carried && !money_is_positive(moved))
		return LOAN_OK;
	return fold_miss(f, i, loan->last_on, moved, unpaid);
}

/* The first session after a freeze that ended past the maturity: what is in term then is overdue. */
static enum loan_error fold_decide_thawed(struct fold *f, struct date on)
{
	struct loan *loan = f->loan;
	struct money moved = loan->b.in_term;

	if (date_cmp(on, loan->last_on) >= 0)
		fold_mark(f, on, FOLD_RANK_TRANSITION);
	loan->b.thawed_on = DATE_NONE;
	if (!money_is_positive(moved))
		return LOAN_OK;
	return fold_miss(f, loan->count - 1, loan->last_on, moved, moved);
}

/* What the calendar brings next. Ends come before the sessions of their day, in the order of this list. */
enum coming_kind {
	COMING_GRACE_END,
	COMING_FREEZE_END,
	COMING_RELIEF_END,
	COMING_SESSION, /* of the next undecided instalment */
	COMING_THAWED,	/* the session after a freeze that ended past the maturity */
};

struct coming {
	bool any;
	enum coming_kind kind;
	struct date on;
};

static void coming_offer(struct coming *next, enum coming_kind kind, struct date on)
{
	if (date_is_none(on) || date_cmp(on, DATE_EVER) == 0)
		return;
	if (!next->any || date_cmp(on, next->on) < 0)
		*next = (struct coming){ true, kind, on };
}

/* Does a freeze or a relief end on or before the day? */
static bool fold_ends_by(const struct fold *f, struct date on)
{
	const struct loan_balances *b = &f->loan->b;

	return (money_is_positive(b->frozen) && date_cmp(b->frozen_until, on) <= 0) ||
	       (b->line != 0 && date_cmp(b->line_until, on) <= 0);
}

static struct coming fold_coming(const struct fold *f)
{
	const struct loan *loan = f->loan;
	const struct loan_balances *b = &loan->b;
	struct coming next = { .any = false };
	struct date thawed;

	if (!loan_is_running(b))
		return next;
	if (b->in_grace)
		coming_offer(&next, COMING_GRACE_END, f->c->grace_end);
	if (money_is_positive(b->frozen))
		coming_offer(&next, COMING_FREEZE_END, b->frozen_until);
	if (b->line != 0)
		coming_offer(&next, COMING_RELIEF_END, b->line_until);
	if (loan->decided < loan->count)
		coming_offer(&next, COMING_SESSION, loan_decides(f->c, loan, loan->decided));
	if (loan_thaw_session(f->c, loan, &thawed))
		coming_offer(&next, COMING_THAWED, thawed);
	return next;
}

static enum loan_error fold_come(struct fold *f, const struct coming *next)
{
	switch (next->kind) {
	case COMING_GRACE_END:
		return fold_end_grace(f);
	case COMING_FREEZE_END:
		return fold_end_freeze(f);
	case COMING_RELIEF_END:
		return fold_end_relief(f);
	case COMING_SESSION:
		return fold_decide(f, f->loan->decided, next->on);
	case COMING_THAWED:
		break;
	}
	return fold_decide_thawed(f, next->on);
}

/* A session that moves nothing need not be settled to let pass what ends after it. */
static bool fold_waits(const struct fold *f, const struct coming *next, struct date business)
{
	const struct loan *loan = f->loan;
	int i = loan->decided;

	if (calendar_settled(loan_calendar(f->c, &loan->b), next->on, business))
		return false;
	if (next->kind == COMING_THAWED)
		return money_is_positive(loan->b.in_term);
	struct money upto = fold_upto(loan, i);
	return !fold_ends_by(f, business) || money_is_positive(loan_moves(f->c, loan, i, upto)) ||
	       loan_carries(f->c, loan, i, upto);
}

/* Transitions in their order: what ends up to and on `on`, sessions up to and on `sessions`. */
static enum loan_error fold_advance(struct fold *f, struct date on, struct date sessions, struct date business)
{
	enum loan_error error = LOAN_OK;

	for (struct coming next = fold_coming(f); error == LOAN_OK && next.any; next = fold_coming(f)) {
		bool session = next.kind >= COMING_SESSION;
		if (date_cmp(next.on, session ? sessions : on) > 0)
			break;
		if (session && fold_waits(f, &next, business))
			break;
		error = fold_come(f, &next);
	}
	return error;
}

static enum loan_error fold_open(struct fold *f, const struct fact *fact)
{
	const struct loan_opening *o = &fact->opening;
	struct loan *loan = f->loan;
	struct loan_balances *b = &loan->b;
	struct money left, paid;

	if (!money_add(o->in_term, o->overdue, &left) || !money_add(left, o->frozen, &left) ||
	    !money_sub(o->principal, left, &paid))
		return LOAN_ERROR_OVERFLOW;
	b->since = fact->on;
	b->in_grace = date_cmp(fact->on, f->c->grace_end) < 0;
	b->disbursed = o->principal;
	b->paid = paid;
	b->in_term = o->in_term;
	b->overdue = o->overdue;
	b->frozen = o->frozen;
	if (money_is_positive(o->frozen))
		b->frozen_until = date_cmp(fact->until, fact->on) > 0 ? fact->until : DATE_EVER;
	b->interest_in_term = o->interest_in_term;
	b->interest_overdue = o->interest_overdue;
	b->interest_grace = o->interest_grace;
	fold_set_status(b);
	if (!schedule_add(loan->instalment, loan->count, f->c->contract_on, MONEY_ZERO, o->principal,
			  f->c->rounding))
		return LOAN_ERROR_NO_INSTALMENT;
	while (loan->decided < loan->count && date_cmp(loan_decides(f->c, loan, loan->decided), fact->on) < 0)
		loan->decided++;
	return LOAN_OK;
}

static bool opening_interest_fits(struct interest i)
{
	return i.units >= 0 && i.units < INTEREST_UNITS_PER_DONG && interest_round(i).dong >= 0;
}

/* Balances no more than the principal, nothing negative, something still owed. */
static bool opening_fits(const struct loan_opening *o)
{
	struct money left;

	if (o->in_term.dong < 0 || o->overdue.dong < 0 || o->frozen.dong < 0 ||
	    !money_is_positive(o->principal))
		return false;
	if (!money_add(o->in_term, o->overdue, &left) || !money_add(left, o->frozen, &left) ||
	    money_cmp(left, o->principal) > 0)
		return false;
	if (!opening_interest_fits(o->interest_in_term) || !opening_interest_fits(o->interest_overdue) ||
	    !opening_interest_fits(o->interest_grace))
		return false;
	return money_is_positive(left) || money_is_positive(interest_round(o->interest_in_term)) ||
	       money_is_positive(interest_round(o->interest_overdue)) ||
	       money_is_positive(interest_round(o->interest_grace));
}

static enum loan_error fold_disburse(struct fold *f, const struct fact *fact)
{
	struct loan *loan = f->loan;
	struct loan_balances *b = &loan->b;

	if (b->status == LOAN_STATUS_PENDING)
		b->in_grace = date_cmp(fact->on, f->c->grace_end) < 0;
	if (!money_is_positive(fact->amount) || !money_add(b->disbursed, fact->amount, &b->disbursed) ||
	    !money_add(b->in_term, fact->amount, &b->in_term))
		return LOAN_ERROR_OVERFLOW;
	fold_set_status(b);
	if (!schedule_add(loan->instalment, loan->count, fact->on, loan_settled(b), fact->amount,
			  f->c->rounding))
		return LOAN_ERROR_NO_INSTALMENT;
	return LOAN_OK;
}

/* Splits the payment by the order of its kind and of the policy of its day. */
static bool fold_allocate(struct fold *f, const struct fact *fact, struct allocation *paid)
{
	const struct loan_contract *c = f->c;
	const struct loan_balances *b = &f->loan->b;
	struct allocation owed;

	loan_owed(c, f->loan, b, fact->on, &owed);
	if (fact->kind == FACT_PRINCIPAL_PAID)
		return allocation_split(&owed, allocation_order_principal, ALLOCATION_PRINCIPAL_PARTS,
					fact->amount, paid);
	if (fact->kind == FACT_INTEREST_PAID)
		return allocation_split(&owed, allocation_order_interest, ALLOCATION_INTEREST_PARTS,
					fact->amount, paid);
	const struct allocation_policy *policy =
		allocation_policy_on(c->policies, c->policies_count, fact->on);
	const uint8_t *order = money_is_positive(b->overdue) ? policy->overdue : policy->in_term;
	return allocation_split(&owed, order, PART_COUNT, fact->amount, paid);
}

static enum loan_error fold_pay(struct fold *f, const struct fact *fact, struct allocation *paid)
{
	struct loan_balances *b = &f->loan->b;

	if (!money_is_positive(fact->amount) || !fold_allocate(f, fact, paid))
		return LOAN_ERROR_TOO_MUCH;
	if (!loan_take(b, paid))
		return LOAN_ERROR_OVERFLOW;
	b->paid.dong += paid->part[PART_PRINCIPAL_OVERDUE].dong + paid->part[PART_PRINCIPAL_DUE].dong +
			paid->part[PART_PRINCIPAL_EARLY].dong + paid->part[PART_PRINCIPAL_FROZEN].dong;
	fold_set_status(b);
	return LOAN_OK;
}

/* Nothing is owed any more: no principal, and no interest that rounds to a đồng. */
static bool fold_is_done(const struct loan_balances *b)
{
	return money_is_zero(loan_principal(b)) && money_is_zero(interest_round(b->interest_in_term)) &&
	       money_is_zero(interest_round(b->interest_overdue)) &&
	       money_is_zero(interest_round(b->interest_grace));
}

static void fold_drop_rounding(struct fold *f, struct date on)
{
	struct loan_balances *b = &f->loan->b;
	struct loan_balances before = *b;

	if (interest_is_zero(b->interest_in_term) && interest_is_zero(b->interest_overdue) &&
	    interest_is_zero(b->interest_grace))
		return;
	b->interest_in_term = b->interest_overdue = b->interest_grace = INTEREST_ZERO;
	fold_tell_transition(f, TRANSITION_ROUNDING_DROPPED, on, -1, MONEY_ZERO, &before);
}

/* The closing keeps the rank of the payment it belongs to. */
static void fold_close(struct fold *f, struct date on)
{
	struct loan_balances *b = &f->loan->b;

	if (!fold_is_done(b))
		return;
	fold_drop_rounding(f, on);
	struct loan_balances before = *b;
	b->status = LOAN_STATUS_CLOSED;
	fold_tell_transition(f, TRANSITION_CLOSED, on, -1, MONEY_ZERO, &before);
}

/* May this fact come now? */
static enum loan_error fold_check(const struct fold *f, const struct fact *fact)
{
	const struct loan *loan = f->loan;
	bool pending = loan->b.status == LOAN_STATUS_PENDING;

	if (date_cmp(fact->on, f->c->contract_on) < 0)
		return LOAN_ERROR_BEFORE_START;
	if (fact->kind == FACT_REVERSED)
		return LOAN_ERROR_REVERSES;
	if (fact->kind == FACT_OPENED)
		return pending && opening_fits(&fact->opening) ? LOAN_OK : LOAN_ERROR_OPENING;
	if (loan_needs_replay(loan, fact->kind, fact->on))
		return LOAN_ERROR_ORDER;
	if (loan->b.status == LOAN_STATUS_CLOSED && fact->kind != FACT_RECOVERED)
		return LOAN_ERROR_CLOSED;
	return pending && fact->kind != FACT_DISBURSED ? LOAN_ERROR_NOT_DISBURSED : LOAN_OK;
}

static enum loan_error fold_do(struct fold *f, const struct fact *fact, struct allocation *paid)
{
	switch (fact->kind) {
	case FACT_OPENED:
		return fold_open(f, fact);
	case FACT_DISBURSED:
		return fold_disburse(f, fact);
	case FACT_PAID:
	case FACT_PRINCIPAL_PAID:
	case FACT_INTEREST_PAID:
		return fold_pay(f, fact, paid);
	case FACT_RESCHEDULED:
	case FACT_EXTENDED:
	case FACT_FROZEN:
	case FACT_FREEZE_PROLONGED:
	case FACT_UNFROZEN:
	case FACT_WRITTEN_OFF:
	case FACT_RECOVERED:
	case FACT_MISUSED:
	case FACT_RELIEVED:
	case FACT_MOVED:
	case FACT_REVERSED:
		break;
	}
	enum loan_error error = loan_decision(f->c, f->loan, fact, paid);
	if (error == LOAN_OK && f->loan->b.status != LOAN_STATUS_CLOSED)
		fold_set_status(&f->loan->b);
	return error;
}

static enum loan_error fold_fact(struct fold *f, const struct fact *fact)
{
	struct loan_step step = { .fact = fact, .on = fact->on, .instalment = -1, .amount = fact->amount };
	enum loan_error error = fold_check(f, fact);

	if (error == LOAN_OK)
		error = fold_advance(f, fact->on, date_add_days(fact->on, -1), DATE_EVER);
	if (error == LOAN_OK && !loan_bring(f->c, &f->loan->b, fact->on))
		error = LOAN_ERROR_OVERFLOW;
	struct loan_balances before = f->loan->b;
	if (error == LOAN_OK)
		error = fold_do(f, fact, &step.paid);
	if (error != LOAN_OK)
		return error;
	fold_mark(f, fact->on, fact_rank(fact->kind));
	fold_tell(f, step, &before);
	if (fact_is_payment(fact->kind) || fact->kind == FACT_WRITTEN_OFF)
		fold_close(f, fact->on);
	return LOAN_OK;
}

enum loan_error loan_apply(const struct loan_contract *c, struct loan *loan, const struct fact *fact,
			   loan_step_fn *step, void *arg)
{
	struct loan_head head = loan_head_of(loan);

	if (step != NULL) {
		/* rehearsed on a copy: no step is told of a fact that does not fit */
		struct loan copy;
		loan_copy(&copy, loan);
		enum loan_error failed = fold_fact(&(struct fold){ c, &copy, NULL, NULL }, fact);
		if (failed != LOAN_OK)
			return failed;
	}
	enum loan_error error = fold_fact(&(struct fold){ c, loan, step, arg }, fact);
	if (error != LOAN_OK)
		loan_put_head(loan, &head);
	return error;
}

enum loan_error loan_advance(const struct loan_contract *c, struct loan *loan, struct date on,
			     struct date business, loan_step_fn *step, void *arg)
{
	struct loan_head head = loan_head_of(loan);
	enum loan_error error = fold_advance(&(struct fold){ c, loan, NULL, NULL }, on, on, business);

	if (error == LOAN_OK && step == NULL)
		return LOAN_OK;
	loan_put_head(loan, &head);
	if (error != LOAN_OK)
		return error;
	return fold_advance(&(struct fold){ c, loan, step, arg }, on, on, business);
}

static enum loan_error fold_all(struct fold *f, const struct fact *facts, size_t count, struct date on,
				struct date business, int32_t *failed)
{
	for (size_t i = 0; i < count; i++) {
		enum loan_error error = fold_fact(f, &facts[i]);
		if (error != LOAN_OK) {
			*failed = facts[i].no;
			return error;
		}
	}
	return fold_advance(f, on, on, business);
}

enum loan_error loan_replay(const struct loan_contract *c, struct loan *loan, const struct fact *facts,
			    size_t count, struct fact *scratch, struct date on, struct date business,
			    loan_step_fn *step, void *arg, int32_t *failed)
{
	struct loan copy;
	size_t live;

	*failed = 0;
	enum loan_error error = fact_select(facts, count, scratch, &live, failed);
	if (error != LOAN_OK)
		return error;
	loan_copy(&copy, loan);
	loan_clear(&copy);
	error = fold_all(&(struct fold){ c, &copy, NULL, NULL }, scratch, live, on, business, failed);
	if (error != LOAN_OK)
		return error;
	if (step == NULL) {
		loan_copy(loan, &copy);
		return LOAN_OK;
	}
	loan_clear(loan);
	return fold_all(&(struct fold){ c, loan, step, arg }, scratch, live, on, business, failed);
}
