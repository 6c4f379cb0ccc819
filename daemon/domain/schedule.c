/* Dates and amounts of principal instalments. */
#include "vonvay/schedule.h"

struct date schedule_month(const struct schedule_terms *t, const struct calendar *c, int month)
{
	struct date d = date_add_months(t->contract_on, month);

	return calendar_scheduled(c, d, t->contract_on, t->equal_moves_back);
}

struct date schedule_grace_end(const struct schedule_terms *t, const struct calendar *c)
{
	return t->interest_grace_months == 0 ? t->contract_on
					     : schedule_month(t, c, t->interest_grace_months);
}

int schedule_count(const struct schedule_terms *t)
{
	return (t->term_months - t->principal_grace_months + t->instalment_months - 1) / t->instalment_months;
}

/* Equal parts, the rest in the last. */
static void schedule_divide(struct instalment *rows, int count, struct money sum, int64_t rounding)
{
	struct money part = money_part(sum, count, rounding);

	for (int i = 0; i < count - 1; i++)
		rows[i].amount = part;
	rows[count - 1].amount = (struct money){ sum.dong - part.dong * (count - 1) };
}

void schedule_make(const struct schedule_terms *t, const struct calendar *c, struct money principal,
		   struct instalment *out)
{
	int count = schedule_count(t);

	for (int i = 0; i < count; i++) {
		int month = t->principal_grace_months + (i + 1) * t->instalment_months;
		out[i].month = i == count - 1 ? t->term_months : month;
		out[i].due_on = schedule_month(t, c, out[i].month);
	}
	schedule_divide(out, count, principal, t->rounding);
}

/* Before anything is lent, every instalment after the day is open; later one is open while something of it is unpaid. */
static int schedule_first_open(const struct instalment *rows, int count, struct date on, struct money paid,
			       bool lent)
{
	int64_t upto = 0;
	int i = 0;

	for (; i < count; i++) {
		upto += rows[i].amount.dong;
		if (date_cmp(rows[i].due_on, on) > 0 && (!lent || upto > paid.dong))
			break;
	}
	return i;
}

bool schedule_add(struct instalment *rows, int count, struct date on, struct money paid, struct money amount,
		  int64_t rounding)
{
	struct money total = MONEY_ZERO, open = amount;

	for (int i = 0; i < count; i++)
		total.dong += rows[i].amount.dong;
	int first = schedule_first_open(rows, count, on, paid, money_is_positive(total));
	if (first == count || !money_add(total, amount, &total))
		return false;
	for (int i = first; i < count; i++)
		open.dong += rows[i].amount.dong;
	schedule_divide(rows + first, count - first, open, rounding);
	return true;
}

struct money schedule_due(const struct instalment *rows, int count, const struct calendar *c, struct date on)
{
	struct money due = MONEY_ZERO;
	/* where no session was ever moved a scheduled date is a due date, and later rows are later */
	bool plain = c->changes_count == 0 && c->holidays_count == 0;

	for (int i = 0; i < count; i++) {
		bool is_due = rows[i].due_on.days <= on.days;
		if (plain && !is_due)
			break;
		if (plain || date_cmp(calendar_due(c, rows[i].due_on), on) <= 0)
			due.dong += rows[i].amount.dong;
	}
	return due;
}
