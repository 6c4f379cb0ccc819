/* The class a household would have by the dated standard of poverty: income a person and month against the line of its
 * area, and how many of the twelve indicators of the six dimensions it lacks. domain.md 6
 * Decree 07/2021 (2022-2026) and Decree 351/2025 (from 2027) count alike, with other figures: the figures are data. */
#ifndef VONVAY_POVERTY_H
#define VONVAY_POVERTY_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/eligibility.h"
#include "vonvay/money.h"

/* Bits are stored (sql: loan.household_survey.lacking); never renumber. Two of each dimension, in the order of the decree:
 * jobs, health, education, housing, water and sanitation, information. */
enum poverty_indicator {
	POVERTY_EMPLOYMENT = 1 << 0,
	POVERTY_DEPENDENTS = 1 << 1,
	POVERTY_NUTRITION = 1 << 2,
	POVERTY_INSURANCE = 1 << 3,
	POVERTY_ADULT_LEVEL = 1 << 4,
	POVERTY_CHILD_ATTENDANCE = 1 << 5,
	POVERTY_QUALITY = 1 << 6,
	POVERTY_AREA = 1 << 7,
	POVERTY_WATER = 1 << 8,
	POVERTY_LATRINE = 1 << 9,
	POVERTY_TELECOM_USE = 1 << 10,
	POVERTY_MEDIA_MEANS = 1 << 11,
};

#define POVERTY_INDICATORS 12
/* All the words, as the specs of parameters want them. */
#define POVERTY_WORDS                                                                                        \
	"employment dependents nutrition insurance adult_level child_attendance quality area water latrine " \
	"telecom_use media_means"

const char *poverty_indicator_word(enum poverty_indicator indicator);
MUSTCHECK bool poverty_indicator_of_word(const char *word, enum poverty_indicator *out);
/* How many bits of `lacking` are indicators. */
int poverty_count(unsigned lacking);

/* One row of loan.poverty_standard. */
struct poverty_standard {
	struct date from;
	struct money rural, urban; /* at most this a person and month: poor or near-poor */
	struct money average_rural,
		average_urban; /* at most this: of average living; 0: the standard does not say */
	int lacking_poor;      /* so many indicators lacked, or more: poor, else near-poor */
	const char *instrument;
};

/* The row in force: the last of `rows` (ascending by day) that has begun; NULL before the first. */
const struct poverty_standard *poverty_standard_on(const struct poverty_standard *rows, size_t count,
						   struct date on);
/* What holds where both are in force: a province may set higher lines than the State, not lower ones. `local` NULL: none. */
struct poverty_standard poverty_standard_higher(const struct poverty_standard *state,
						const struct poverty_standard *local);

/* POOR, NEAR_POOR, AVERAGE, or NONE above all lines. Who has newly escaped is a matter of decisions, not of this. */
enum household_class poverty_class(const struct poverty_standard *standard, bool rural, struct money income,
				   unsigned lacking);
/* Does the class decided contradict the computed one? Newly escaped agrees with every class above the line; where the
 * standard has no line of average living, average and none agree. */
bool poverty_differs(const struct poverty_standard *standard, enum household_class decided,
		     enum household_class computed);

#endif
