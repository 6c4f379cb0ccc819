/* What communes set themselves for a year, and how households are counted against it. domain.md 6, 8 */
#ifndef VONVAY_TARGET_H
#define VONVAY_TARGET_H

#include "vonvay/eligibility.h"

/* Words are stored (sql: loan.target). */
enum target_metric {
	TARGET_POOR_RATE,
	TARGET_NEAR_POOR_RATE,
	TARGET_POOR_HOUSEHOLDS,
	TARGET_NEAR_POOR_HOUSEHOLDS,
	TARGET_ESCAPED_HOUSEHOLDS, /* of those registered for the year */
	TARGET_DEMAND_SERVED,
};
#define TARGET_METRICS                                                                                       \
	"poor_rate near_poor_rate poor_households near_poor_households escaped_households demand_served"

const char *target_metric_word(enum target_metric metric);
MUSTCHECK bool target_metric_of_word(const char *word, enum target_metric *out);
/* A percentage, in hundredths of a percent; else a number of households. */
bool target_metric_is_percent(enum target_metric metric);
/* The largest value that can be registered: 100 %, or as many households as one number holds. */
int64_t target_value_max(enum target_metric metric);
/* part / whole in hundredths of a percent, half up; 0 when there is no whole. */
int64_t target_percent(int64_t part, int64_t whole);

/* Sums over households and needs of a unit on a day. */
struct target_count {
	int64_t households, poor, near_poor, newly_escaped;
	int64_t registered; /* to escape poverty in the year of the day */
	int64_t escaped;    /* of those: neither poor nor near-poor any more */
	int64_t need;	    /* registered and not withdrawn */
	int64_t served;	    /* of those */
};
/* Adds `households` with this history of classes, `registered` of them for the year of `on`. The class counts as it stands
 * on the day: newly escaped only for escaped_months (domain.md 6, the rule of eligibility_check). */
void target_count_add(struct target_count *sum, const struct household_class_row *rows, size_t count,
		      int escaped_months, struct date on, int64_t households, int64_t registered);
/* Adds all fields of `add`. */
void target_count_sum(struct target_count *sum, const struct target_count *add);
/* What was reached of a target. */
int64_t target_reached(const struct target_count *count, enum target_metric metric);
/* Rates and numbers of poor households are to be at most the target, what escaped or was served at least. */
bool target_met(enum target_metric metric, int64_t target, int64_t reached);
/* Households registered to escape poverty that have not yet: they come first when loans are approved. */
int64_t target_priority(const struct target_count *count);

#endif
