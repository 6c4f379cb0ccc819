/* Exact sums of interest; a product of balance, days and rate is made in 128 bits and split into đồng and units. */
#include "vonvay/interest.h"

__extension__ typedef __int128 wide;

#define UNITS INTEREST_UNITS_PER_DONG

/* Adds dong + units/UNITS, where 0 <= units < UNITS. */
static bool interest_add_parts(struct interest *i, int64_t dong, int64_t units)
{
	int64_t sum_units = i->units + units;
	int64_t sum;

	if (__builtin_add_overflow(i->dong, dong, &sum))
		return false;
	if (sum_units >= UNITS) {
		sum_units -= UNITS;
		if (__builtin_add_overflow(sum, 1, &sum))
			return false;
	}
	*i = (struct interest){ sum, sum_units };
	return true;
}

static bool interest_add_units(struct interest *i, wide units)
{
	wide dong = units / UNITS;
	int64_t rest = (int64_t)(units % UNITS);

	if (rest < 0) {
		rest += UNITS;
		dong--;
	}
	if (dong > INT64_MAX || dong < INT64_MIN)
		return false;
	return interest_add_parts(i, (int64_t)dong, rest);
}

/* index_delta x percent / 100 as an exact integer; false when it is none. */
static bool interest_scale(int64_t index_delta, int percent, int64_t *out)
{
	if (percent == 100) {
		*out = index_delta;
		return true;
	}
	wide scaled = (wide)index_delta * percent;
	if (scaled % 100 != 0)
		return false;
	scaled /= 100;
	if (scaled > INT64_MAX || scaled < INT64_MIN)
		return false;
	*out = (int64_t)scaled;
	return true;
}

bool interest_accrue(struct interest *i, struct money balance, int64_t index_delta, int percent)
{
	int64_t delta, product;

	if (balance.dong == 0 || index_delta == 0)
		return true;
	if (!interest_scale(index_delta, percent, &delta))
		return false;
	if (!__builtin_mul_overflow(balance.dong, delta, &product) && product >= 0)
		return interest_add_parts(i, product / UNITS, product % UNITS);
	return interest_add_units(i, (wide)balance.dong * delta);
}

bool interest_add(struct interest *i, struct interest b)
{
	return interest_add_parts(i, b.dong, b.units);
}

bool interest_sub(struct interest *i, struct interest b)
{
	struct interest rest = *i;
	int64_t borrow = rest.units < b.units;

	rest.units += borrow * UNITS - b.units;
	if (__builtin_sub_overflow(rest.dong, borrow, &rest.dong) ||
	    __builtin_sub_overflow(rest.dong, b.dong, &rest.dong))
		return false;
	*i = rest;
	return true;
}

bool interest_pay(struct interest *i, struct money paid)
{
	return interest_sub(i, interest_of_money(paid));
}

struct interest interest_of_money(struct money m)
{
	return (struct interest){ m.dong, 0 };
}

struct money interest_round(struct interest i)
{
	bool up = i.units >= UNITS / 2 && i.dong < INT64_MAX;

	return (struct money){ i.dong + up };
}

int interest_cmp(struct interest a, struct interest b)
{
	if (a.dong != b.dong)
		return a.dong < b.dong ? -1 : 1;
	return (a.units > b.units) - (a.units < b.units);
}

bool interest_is_zero(struct interest i)
{
	return i.dong == 0 && i.units == 0;
}

void interest_units_text(struct interest i, char out[44])
{
	wide value = (wide)i.dong * UNITS + i.units;
	bool negative = value < 0;
	char digits[44];
	int count = 0;

	do {
		int digit = (int)(value % 10);
		digits[count++] = (char)('0' + (digit < 0 ? -digit : digit));
		value /= 10;
	} while (value != 0);
	if (negative)
		*out++ = '-';
	while (count > 0)
		*out++ = digits[--count];
	*out = '\0';
}
