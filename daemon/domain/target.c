/* Targets of communes and what is counted against them. */
#include "vonvay/target.h"

#include <string.h>

static const struct {
	const char *word;
	bool percent;
} metrics[] = {
	[TARGET_POOR_RATE] = { "poor_rate", true },
	[TARGET_NEAR_POOR_RATE] = { "near_poor_rate", true },
	[TARGET_POOR_HOUSEHOLDS] = { "poor_households", false },
	[TARGET_NEAR_POOR_HOUSEHOLDS] = { "near_poor_households", false },
	[TARGET_ESCAPED_HOUSEHOLDS] = { "escaped_households", false },
	[TARGET_DEMAND_SERVED] = { "demand_served", true },
};

const char *target_metric_word(enum target_metric metric)
{
	return metrics[metric].word;
}

bool target_metric_of_word(const char *word, enum target_metric *out)
{
	for (size_t i = 0; i < ARRAY_LEN(metrics); i++) {
		if (strcmp(metrics[i].word, word) == 0) {
			*out = (enum target_metric)i;
			return true;
		}
	}
	return false;
}

bool target_metric_is_percent(enum target_metric metric)
{
	return metrics[metric].percent;
}

int64_t target_value_max(enum target_metric metric)
{
	return metrics[metric].percent ? 10000 : 999999999;
}

int64_t target_percent(int64_t part, int64_t whole)
{
	return whole > 0 ? (part * 20000 + whole) / (whole * 2) : 0;
}

void target_count_add(struct target_count *sum, const struct household_class_row *rows, size_t count,
		      int escaped_months, struct date on, int64_t households, int64_t registered)
{
	struct date since;

	sum->households += households;
	sum->registered += registered;
	switch (household_standing_on(rows, count, escaped_months, on)) {
	case HOUSEHOLD_POOR:
		sum->poor += households;
		break;
	case HOUSEHOLD_NEAR_POOR:
		sum->near_poor += households;
		break;
	case HOUSEHOLD_NEWLY_ESCAPED:
		sum->newly_escaped += households;
		break;
	case HOUSEHOLD_NONE:
	case HOUSEHOLD_AVERAGE:
		break;
	}
	enum household_class decided = household_class_on(rows, count, on, &since);
	if (decided != HOUSEHOLD_POOR && decided != HOUSEHOLD_NEAR_POOR)
		sum->escaped += registered;
}

void target_count_sum(struct target_count *sum, const struct target_count *add)
{
	sum->households += add->households;
	sum->poor += add->poor;
	sum->near_poor += add->near_poor;
	sum->newly_escaped += add->newly_escaped;
	sum->registered += add->registered;
	sum->escaped += add->escaped;
	sum->need += add->need;
	sum->served += add->served;
}

int64_t target_reached(const struct target_count *count, enum target_metric metric)
{
	switch (metric) {
	case TARGET_POOR_RATE:
		return target_percent(count->poor, count->households);
	case TARGET_NEAR_POOR_RATE:
		return target_percent(count->near_poor, count->households);
	case TARGET_POOR_HOUSEHOLDS:
		return count->poor;
	case TARGET_NEAR_POOR_HOUSEHOLDS:
		return count->near_poor;
	case TARGET_ESCAPED_HOUSEHOLDS:
		return count->escaped;
	case TARGET_DEMAND_SERVED:
		return target_percent(count->served, count->need);
	}
	return 0;
}

bool target_met(enum target_metric metric, int64_t target, int64_t reached)
{
	bool at_least = metric == TARGET_ESCAPED_HOUSEHOLDS || metric == TARGET_DEMAND_SERVED;

	return at_least ? reached >= target : reached <= target;
}

int64_t target_priority(const struct target_count *count)
{
	return count->registered - count->escaped;
}
