/* Rules about a household and its people: who may sign and who takes over, what a new class means after the classes before
 * it, when a review has to be done, what a change of attributes does to what was recorded later. domain.md 5.6, 6 */
#ifndef VONVAY_HOUSEHOLD_H
#define VONVAY_HOUSEHOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/eligibility.h"

/* ---- people ---- */

/* Members from `from` on, no longer on `until` (DATE_EVER: still). */
struct household_person {
	int no;
	struct date born_on, from, until;
};

/* The 18th birthday (01/UQ: an adult signs for the household); of who is born on 29/02 it is 28/02. */
struct date household_comes_of_age(struct date born_on);
/* Is that on or before the day? */
bool household_adult(struct date born_on, struct date on);
bool household_person_on(const struct household_person *person, struct date on);
/* The oldest adult member of the day but `dead`, of equal age the one with the lowest number; 0: there is none. */
int household_heir(const struct household_person *people, size_t count, int dead, struct date on);

/* ---- classes ---- */

/* What a class from a day on means after the classes in force before that day. */
enum household_change {
	CHANGE_UNCHANGED = 0, /* poor or near-poor neither before nor now */
	CHANGE_STAYS_POOR,
	CHANGE_STAYS_NEAR_POOR,
	CHANGE_POOR_TO_NEAR_POOR,
	CHANGE_NEAR_POOR_TO_POOR,
	CHANGE_ESCAPES,		     /* thoát nghèo, thoát cận nghèo */
	CHANGE_FALLS_BACK,	     /* tái nghèo: poor again after it had left */
	CHANGE_FALLS_BACK_NEAR_POOR, /* tái cận nghèo */
	CHANGE_NEWLY_POOR,	     /* phát sinh nghèo mới: never before */
	CHANGE_NEWLY_NEAR_POOR,
	CHANGE_COUNT,
};
const char *household_change_word(enum household_change change);
/* `rows` ascend; those from `on` on are not looked at. */
enum household_change household_change_of(const struct household_class_row *rows, size_t count,
					  struct date on, enum household_class class);

/* The first day on which a household recognised as newly escaped on `since` is one no more. */
struct date household_escaped_end(struct date since, int months);

/* ---- reviews: monthly from a day of the month on, the result within days (Decision 24/2021) ---- */

/* The day on which the review of a request begins: `day` of its month, or of the next one when that has passed. */
struct date household_review_start(struct date asked_on, int day);

/* ---- attributes ---- */

struct household_attributes {
	struct date from;
	unsigned bits;
};

/* Sets `add` and clears `remove` from a day on: in what is recorded from later days an attribute follows until the first
 * row that changed it by itself. `out` has room for count + 1 rows; the rows that are new or differ, and how many. */
size_t household_attributes_change(const struct household_attributes *rows, size_t count, struct date from,
				   unsigned add, unsigned remove, struct household_attributes *out);

#endif
