/* Rules of a group's sheet at a session. */
#include "vonvay/sheet.h"

enum sheet_day sheet_day(const struct calendar *calendar, struct date session, struct date business)
{
	if (date_cmp(calendar_session_upto(calendar, session), session) != 0)
		return SHEET_DAY_NONE;
	if (date_cmp(session, business) > 0)
		return SHEET_DAY_EARLY;
	return date_cmp(calendar_session_after(calendar, session), business) <= 0 ? SHEET_DAY_LATE
										  : SHEET_DAY_OPEN;
}

bool sheet_interest(const struct loan_balances *b, const struct allocation *owed, struct date on,
		    struct money *out)
{
	struct money asked = MONEY_ZERO;

	if (loan_interest_asked(b, on)) {
		if (!money_add(owed->part[PART_INTEREST_OVERDUE], owed->part[PART_INTEREST_IN_TERM], &asked))
			return false;
		if (!b->in_grace && !money_add(asked, owed->part[PART_INTEREST_GRACE], &asked))
			return false;
	}
	*out = asked;
	return true;
}

/* The two sums of one line. */
static bool sheet_cash_of(const struct sheet_amounts *line, struct sheet_cash *out)
{
	struct sheet_cash cash = { MONEY_ZERO, MONEY_ZERO };

	if (!line->from_deposit)
		cash = (struct sheet_cash){ line->interest, line->principal };
	if (!money_add(cash.leader, line->deposit, &cash.leader) ||
	    !money_sub(cash.leader, line->withdraw, &cash.leader))
		return false;
	*out = cash;
	return true;
}

bool sheet_cash_add(struct sheet_cash *sum, const struct sheet_amounts *line)
{
	struct sheet_cash cash, total;

	if (!sheet_cash_of(line, &cash) || !money_add(sum->leader, cash.leader, &total.leader) ||
	    !money_add(sum->borrowers, cash.borrowers, &total.borrowers))
		return false;
	*sum = total;
	return true;
}

bool sheet_cash_sub(struct sheet_cash *sum, const struct sheet_amounts *line)
{
	struct sheet_cash cash, total;

	if (!sheet_cash_of(line, &cash) || !money_sub(sum->leader, cash.leader, &total.leader) ||
	    !money_sub(sum->borrowers, cash.borrowers, &total.borrowers))
		return false;
	*sum = total;
	return true;
}

bool sheet_takes(const struct sheet_amounts *line, struct money *out)
{
	struct money taken = line->withdraw;

	if (line->from_deposit &&
	    (!money_add(taken, line->interest, &taken) || !money_add(taken, line->principal, &taken)))
		return false;
	*out = taken;
	return true;
}

bool sheet_is_empty(const struct sheet_amounts *line)
{
	return money_is_zero(line->interest) && money_is_zero(line->principal) &&
	       money_is_zero(line->deposit) && money_is_zero(line->withdraw);
}
