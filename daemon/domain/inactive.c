/* Both definitions of inactive, and the list of what falls due. */
#include "vonvay/inactive.h"

#include "loan_private.h"

#define MONTHS_A_YEAR 12
#define DAYS_A_YEAR 365
#define RATE_UNITS 10000000

__extension__ typedef __int128 wide; /* units of interest x months */

bool inactive_by_dates(struct money outstanding, struct money frozen, struct date last_on, struct date on,
		       int months)
{
	return money_is_positive(outstanding) && !money_is_positive(frozen) &&
	       date_cmp(last_on, date_add_months(on, -months)) < 0;
}

/* unpaid > months x balance x rate / 12, all in units of interest and times 12. */
static bool inactive_exceeds(struct interest unpaid, struct money in_term, int32_t rate_e7, int months,
			     bool equal)
{
	wide left = ((wide)unpaid.dong * INTEREST_UNITS_PER_DONG + unpaid.units) * MONTHS_A_YEAR;
	wide right = (wide)in_term.dong * rate_e7 * DAYS_A_YEAR * months;

	return equal ? left >= right : left > right;
}

enum inactive_interest inactive_by_interest(struct interest unpaid, struct money in_term, int32_t rate_e7,
					    int months, int warning)
{
	if (!money_is_positive(interest_round(unpaid)))
		return INACTIVE_NOT;
	if (inactive_exceeds(unpaid, in_term, rate_e7, months, false))
		return INACTIVE_YES;
	return inactive_exceeds(unpaid, in_term, rate_e7, warning, true) ? INACTIVE_WARNING : INACTIVE_NOT;
}

bool inactive_month_interest(struct money in_term, int32_t rate_e7, struct money *out)
{
	wide year = (wide)in_term.dong * rate_e7, month = MONTHS_A_YEAR * (wide)RATE_UNITS;
	wide rounded = (2 * year + month) / (2 * month);

	if (rounded > INT64_MAX)
		return false;
	out->dong = (int64_t)rounded;
	return true;
}

const char *due_frame_word(enum due_frame frame)
{
	switch (frame) {
	case DUE_PAST:
		return "past_due";
	case DUE_THIS_PERIOD:
		return "this_period";
	case DUE_NEXT_PERIOD:
		return "next_period";
	}
	return NULL;
}

/* By the session that decides; without one by the day it is due. */
static enum due_frame due_frame_of(const struct due_row *row, struct date first, struct date last)
{
	struct date on = date_is_none(row->transfer_on) ? row->due_on : row->transfer_on;

	if (date_cmp(on, first) < 0)
		return DUE_PAST;
	return date_cmp(on, last) > 0 ? DUE_NEXT_PERIOD : DUE_THIS_PERIOD;
}

static struct date due_transfer(const struct loan_contract *c, const struct loan *loan, int i)
{
	struct date session;

	if (i < loan->count - 1 && c->instalment_default == INSTALMENT_DEFAULT_CARRY)
		return DATE_NONE;
	/* past the maturity, after a freeze, the next session decides about what is in term again */
	if (i < loan->decided && loan_thaw_session(c, loan, &session))
		return session;
	return loan_decides(c, loan, i);
}

int due_list(const struct loan_contract *c, const struct loan *loan, struct date first, struct date last,
	     struct due_row *rows, int max)
{
	struct money upto = MONEY_ZERO, left = loan->b.in_term;
	int n = 0;

	for (int i = 0; loan_is_running(&loan->b) && i < loan->count; i++) {
		struct date due = calendar_due(loan_calendar(c, &loan->b), loan->instalment[i].due_on);
		upto.dong += loan->instalment[i].amount.dong;
		struct money unpaid = money_min(loan_missed_of(loan, i, upto), left);
		if (date_cmp(due, last) > 0 || !money_is_positive(unpaid))
			continue;
		left.dong -= unpaid.dong;
		struct due_row row = { .instalment = i,
				       .due_on = due,
				       .transfer_on = due_transfer(c, loan, i),
				       .amount = unpaid,
				       .last = i == loan->count - 1 };
		row.frame = due_frame_of(&row, first, last);
		if (n < max)
			rows[n] = row;
		n++;
	}
	return n;
}
