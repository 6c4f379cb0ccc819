/* What the calendar will bring: which session decides about an instalment, what it moves, what comes next. */
#include "loan_private.h"

struct money loan_unpaid_of(const struct loan *loan, int i, struct money upto)
{
	struct money behind = { upto.dong - loan_covered(&loan->b).dong };

	return money_min(loan->instalment[i].amount, money_max(behind, MONEY_ZERO));
}

struct money loan_missed_of(const struct loan *loan, int i, struct money upto)
{
	struct money missed = { upto.dong - loan_covered(&loan->b).dong - loan->b.overdue.dong };

	return money_min(loan->instalment[i].amount, money_max(missed, MONEY_ZERO));
}

bool loan_carries(const struct loan_contract *c, const struct loan *loan, int i, struct money upto)
{
	return i < loan->count - 1 && c->instalment_default == INSTALMENT_DEFAULT_CARRY &&
	       money_is_positive(loan_missed_of(loan, i, upto));
}

/* A session held at the place before the loan came there decides nothing: the next one does. */
static struct date loan_at_place(const struct calendar *calendar, const struct loan_balances *b,
				 struct date session)
{
	if (date_is_none(b->moved_on) || date_cmp(session, b->moved_on) >= 0)
		return session;
	return calendar_session_after(calendar, date_add_days(b->moved_on, -1));
}

struct date loan_decides(const struct loan_contract *c, const struct loan *loan, int i)
{
	const struct calendar *calendar = loan_calendar(c, &loan->b);
	struct date on = calendar_decides(calendar, loan->instalment[i].due_on);

	/* a session moved past another one turns their order round */
	if (i > 0 && (calendar->changes_count > 0 || calendar->holidays_count > 0))
		on = date_max(on, calendar_decides(calendar, loan->instalment[i - 1].due_on));
	return loan_at_place(calendar, &loan->b, on);
}

struct money loan_moves(const struct loan_contract *c, const struct loan *loan, int i, struct money upto)
{
	if (i == loan->count - 1)
		return loan->b.in_term;
	if (c->instalment_default == INSTALMENT_DEFAULT_CARRY)
		return MONEY_ZERO;
	return money_min(loan_missed_of(loan, i, upto), loan->b.in_term);
}

bool loan_thaw_session(const struct loan_contract *c, const struct loan *loan, struct date *session)
{
	if (date_is_none(loan->b.thawed_on))
		return false;
	const struct calendar *calendar = loan_calendar(c, &loan->b);
	*session = loan_at_place(calendar, &loan->b, calendar_session_after(calendar, loan->b.thawed_on));
	return true;
}

/* Has the session that a freeze waits for passed, without being settled? */
static bool loan_awaiting_thaw(const struct loan_contract *c, const struct loan *loan, struct date on,
			       struct date business)
{
	struct date session;

	return loan_thaw_session(c, loan, &session) && date_cmp(session, on) <= 0 &&
	       money_is_positive(loan->b.in_term) &&
	       !calendar_settled(loan_calendar(c, &loan->b), session, business);
}

bool loan_awaiting_session(const struct loan_contract *c, const struct loan *loan, struct date on,
			   struct date business)
{
	struct money upto = MONEY_ZERO;

	if (!loan_is_running(&loan->b))
		return false;
	if (loan_awaiting_thaw(c, loan, on, business))
		return true;
	for (int i = 0; i < loan->count; i++) {
		upto.dong += loan->instalment[i].amount.dong;
		if (i < loan->decided)
			continue;
		struct date session = loan_decides(c, loan, i);
		if (date_cmp(session, on) > 0)
			return false;
		if (!calendar_settled(loan_calendar(c, &loan->b), session, business) &&
		    money_is_positive(loan_moves(c, loan, i, upto)))
			return true;
	}
	return false;
}

struct agenda {
	struct date after, on;
	enum loan_next_reason reason;
};

/* Of two on the same day the one offered first stays. */
static void agenda_offer(struct agenda *next, struct date on, enum loan_next_reason reason)
{
	if (date_cmp(on, next->after) <= 0)
		return;
	if (next->reason == LOAN_NEXT_NOTHING || date_cmp(on, next->on) < 0) {
		next->on = on;
		next->reason = reason;
	}
}

static void agenda_instalment(struct agenda *next, const struct loan_contract *c, const struct loan *loan,
			      int i, struct money upto)
{
	bool last = i == loan->count - 1;
	struct date due = calendar_due(loan_calendar(c, &loan->b), loan->instalment[i].due_on);

	agenda_offer(next, due, last ? LOAN_NEXT_MATURITY : LOAN_NEXT_INSTALMENT);
	if (i >= loan->decided && money_is_positive(loan_moves(c, loan, i, upto)))
		agenda_offer(next, loan_decides(c, loan, i), LOAN_NEXT_TRANSFER);
}

static void agenda_freeze(struct agenda *next, const struct loan_contract *c, const struct loan *loan)
{
	struct date session;

	if (money_is_positive(loan->b.frozen) && date_cmp(loan->b.frozen_until, DATE_EVER) < 0)
		agenda_offer(next, loan->b.frozen_until, LOAN_NEXT_FREEZE_END);
	if (money_is_positive(loan->b.in_term) && loan_thaw_session(c, loan, &session))
		agenda_offer(next, session, LOAN_NEXT_TRANSFER);
}

struct date loan_next(const struct loan_contract *c, const struct loan *loan, struct date after,
		      bool grace_end, enum loan_next_reason *reason)
{
	struct agenda next = { after, DATE_NONE, LOAN_NEXT_NOTHING };
	struct money upto = MONEY_ZERO;

	for (int i = 0; loan_is_running(&loan->b) && i < loan->count; i++) {
		/* later ones come later still */
		if (next.reason != LOAN_NEXT_NOTHING && date_cmp(loan->instalment[i].due_on, next.on) > 0)
			break;
		upto.dong += loan->instalment[i].amount.dong;
		if (money_is_positive(loan_unpaid_of(loan, i, upto)))
			agenda_instalment(&next, c, loan, i, upto);
	}
	if (loan_is_running(&loan->b))
		agenda_freeze(&next, c, loan);
	if (grace_end && loan->b.in_grace)
		agenda_offer(&next, c->grace_end, LOAN_NEXT_GRACE_END);
	*reason = next.reason;
	return next.on;
}
