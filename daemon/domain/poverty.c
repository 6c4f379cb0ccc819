/* Income and indicators against the standard of poverty. */
#include "vonvay/poverty.h"

#include <string.h>

static const char *const indicator_words[POVERTY_INDICATORS] = {
	"employment", "dependents", "nutrition", "insurance", "adult_level", "child_attendance",
	"quality",    "area",	    "water",	 "latrine",   "telecom_use", "media_means",
};

const char *poverty_indicator_word(enum poverty_indicator indicator)
{
	for (unsigned i = 0; i < POVERTY_INDICATORS; i++)
		if ((unsigned)indicator == 1U << i)
			return indicator_words[i];
	return "unknown";
}

bool poverty_indicator_of_word(const char *word, enum poverty_indicator *out)
{
	for (unsigned i = 0; i < POVERTY_INDICATORS; i++) {
		if (strcmp(indicator_words[i], word) == 0) {
			*out = (enum poverty_indicator)(1U << i);
			return true;
		}
	}
	return false;
}

int poverty_count(unsigned lacking)
{
	int count = 0;

	for (unsigned i = 0; i < POVERTY_INDICATORS; i++)
		count += (lacking >> i & 1U) != 0;
	return count;
}

const struct poverty_standard *poverty_standard_on(const struct poverty_standard *rows, size_t count,
						   struct date on)
{
	const struct poverty_standard *found = NULL;

	for (size_t i = 0; i < count && date_cmp(rows[i].from, on) <= 0; i++)
		found = &rows[i];
	return found;
}

static struct money poverty_higher(struct money a, struct money b)
{
	return money_cmp(a, b) >= 0 ? a : b;
}

struct poverty_standard poverty_standard_higher(const struct poverty_standard *state,
						const struct poverty_standard *local)
{
	struct poverty_standard s = *state;

	if (local == NULL)
		return s;
	s.rural = poverty_higher(state->rural, local->rural);
	s.urban = poverty_higher(state->urban, local->urban);
	s.average_rural = poverty_higher(state->average_rural, local->average_rural);
	s.average_urban = poverty_higher(state->average_urban, local->average_urban);
	if (money_cmp(s.rural, state->rural) != 0 || money_cmp(s.urban, state->urban) != 0)
		s.instrument = local->instrument;
	return s;
}

static struct money poverty_average_line(const struct poverty_standard *standard, bool rural)
{
	return rural ? standard->average_rural : standard->average_urban;
}

enum household_class poverty_class(const struct poverty_standard *standard, bool rural, struct money income,
				   unsigned lacking)
{
	struct money line = rural ? standard->rural : standard->urban;
	struct money average = poverty_average_line(standard, rural);

	if (money_cmp(income, line) <= 0)
		return poverty_count(lacking) >= standard->lacking_poor ? HOUSEHOLD_POOR
									: HOUSEHOLD_NEAR_POOR;
	if (money_is_positive(average) && money_cmp(income, average) <= 0)
		return HOUSEHOLD_AVERAGE;
	return HOUSEHOLD_NONE;
}

static bool poverty_is_below(enum household_class class)
{
	return class == HOUSEHOLD_POOR || class == HOUSEHOLD_NEAR_POOR;
}

bool poverty_differs(const struct poverty_standard *standard, enum household_class decided,
		     enum household_class computed)
{
	if (poverty_is_below(decided) || poverty_is_below(computed))
		return decided != computed;
	if (decided == HOUSEHOLD_NEWLY_ESCAPED)
		return false;
	return decided != computed && money_is_positive(standard->average_rural);
}
