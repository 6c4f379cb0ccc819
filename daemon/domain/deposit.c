/* Member deposits: what the facts add up to, and the interest they earn. */
#include "vonvay/deposit.h"

const char *deposit_kind_word(enum deposit_kind kind)
{
	switch (kind) {
	case DEPOSIT_PUT:
		return "put";
	case DEPOSIT_WITHDRAWN:
		return "withdrawn";
	case DEPOSIT_INTEREST_CREDITED:
		return "interest_credited";
	case DEPOSIT_TAKEN:
		return "taken";
	case DEPOSIT_REVERSED:
		return "reversed";
	case DEPOSIT_OPENED:
		return "opened";
	}
	return "?";
}

struct money deposit_change(const struct deposit_fact *fact)
{
	switch (fact->kind) {
	case DEPOSIT_PUT:
	case DEPOSIT_INTEREST_CREDITED:
	case DEPOSIT_OPENED:
		return fact->amount;
	case DEPOSIT_WITHDRAWN:
	case DEPOSIT_TAKEN:
		return (struct money){ -fact->amount.dong };
	case DEPOSIT_REVERSED:
		break;
	}
	return MONEY_ZERO;
}

static bool deposit_is_reversed(const struct deposit_fact *facts, size_t count, int32_t no)
{
	for (size_t i = 0; i < count; i++)
		if (facts[i].kind == DEPOSIT_REVERSED && facts[i].reverses == no)
			return true;
	return false;
}

static bool deposit_is_before(const struct deposit_fact *a, const struct deposit_fact *b)
{
	int order = date_cmp(a->on, b->on);

	return order < 0 || (order == 0 && a->no < b->no);
}

/* Facts come nearly in order. */
static void deposit_sort(struct deposit_fact *facts, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct deposit_fact fact = facts[i];
		size_t at = i;
		for (; at > 0 && deposit_is_before(&fact, &facts[at - 1]); at--)
			facts[at] = facts[at - 1];
		facts[at] = fact;
	}
}

/* A fact that was reversed is marked by number 0 first: the reversals are still needed to know the others. */
size_t deposit_settle(struct deposit_fact *facts, size_t count)
{
	size_t left = 0;

	for (size_t i = 0; i < count; i++)
		if (deposit_is_reversed(facts, count, facts[i].no))
			facts[i].no = 0;
	for (size_t i = 0; i < count; i++)
		if (facts[i].no != 0 && facts[i].kind != DEPOSIT_REVERSED)
			facts[left++] = facts[i];
	deposit_sort(facts, left);
	return left;
}

bool deposit_balance(const struct deposit_fact *facts, size_t count, struct date on, struct money *out)
{
	struct money balance = MONEY_ZERO;

	for (size_t i = 0; i < count && date_cmp(facts[i].on, on) <= 0; i++)
		if (!money_add(balance, deposit_change(&facts[i]), &balance))
			return false;
	*out = balance;
	return true;
}

static bool deposit_day_ends(const struct deposit_fact *facts, size_t count, size_t i)
{
	return i + 1 == count || date_cmp(facts[i + 1].on, facts[i].on) > 0;
}

bool deposit_available(const struct deposit_fact *facts, size_t count, struct date on, struct money *out)
{
	struct money balance, least;

	if (!deposit_balance(facts, count, on, &balance))
		return false;
	least = balance;
	for (size_t i = 0; i < count; i++) {
		if (date_cmp(facts[i].on, on) <= 0)
			continue;
		if (!money_add(balance, deposit_change(&facts[i]), &balance))
			return false;
		if (deposit_day_ends(facts, count, i))
			least = money_min(least, balance);
	}
	*out = money_max(least, MONEY_ZERO);
	return true;
}

static bool deposit_accrue(const struct rate_line *line, struct interest *i, struct money balance,
			   struct date from, struct date to)
{
	return interest_accrue(i, balance, rate_index(line, to) - rate_index(line, from), 100);
}

bool deposit_interest(const struct rate_line *line, const struct deposit_fact *facts, size_t count,
		      struct date on, struct interest *out)
{
	struct interest earned = INTEREST_ZERO;
	struct money balance = MONEY_ZERO;
	struct date since = on;

	for (size_t i = 0; i < count; i++) {
		bool counts = date_cmp(facts[i].on, on) < 0;
		if (counts && !deposit_accrue(line, &earned, balance, since, facts[i].on))
			return false;
		if (counts && !money_add(balance, deposit_change(&facts[i]), &balance))
			return false;
		if (counts)
			since = facts[i].on;
		if (facts[i].kind == DEPOSIT_INTEREST_CREDITED && !interest_pay(&earned, facts[i].amount))
			return false;
	}
	if (!deposit_accrue(line, &earned, balance, since, on))
		return false;
	*out = earned;
	return true;
}

bool deposit_posting(enum deposit_kind kind, struct money amount, struct posting *out)
{
	switch (kind) {
	case DEPOSIT_PUT:
		*out = (struct posting){ ACCOUNT_CASH, ACCOUNT_DEPOSITS, amount };
		return true;
	case DEPOSIT_WITHDRAWN:
		*out = (struct posting){ ACCOUNT_DEPOSITS, ACCOUNT_CASH, amount };
		return true;
	case DEPOSIT_INTEREST_CREDITED:
		*out = (struct posting){ ACCOUNT_DEPOSIT_INTEREST, ACCOUNT_DEPOSITS, amount };
		return true;
	case DEPOSIT_OPENED:
		*out = (struct posting){ ACCOUNT_OPENING, ACCOUNT_DEPOSITS, amount };
		return true;
	case DEPOSIT_TAKEN:
	case DEPOSIT_REVERSED:
		break;
	}
	return false;
}
