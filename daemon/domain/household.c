/* Rules about households and their people. */
#include "vonvay/household.h"

#define ADULT_YEARS 18

struct date household_comes_of_age(struct date born_on)
{
	return date_add_months(born_on, ADULT_YEARS * 12);
}

bool household_adult(struct date born_on, struct date on)
{
	return date_cmp(household_comes_of_age(born_on), on) <= 0;
}

bool household_person_on(const struct household_person *person, struct date on)
{
	return date_cmp(person->from, on) <= 0 && date_cmp(on, person->until) < 0;
}

int household_heir(const struct household_person *people, size_t count, int dead, struct date on)
{
	const struct household_person *heir = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct household_person *p = &people[i];
		if (p->no == dead || !household_person_on(p, on) || !household_adult(p->born_on, on))
			continue;
		if (heir == NULL || date_cmp(p->born_on, heir->born_on) < 0)
			heir = p;
	}
	return heir != NULL ? heir->no : 0;
}

static bool household_is_poor(enum household_class class)
{
	return class == HOUSEHOLD_POOR || class == HOUSEHOLD_NEAR_POOR;
}

const char *household_change_word(enum household_change change)
{
	static const char *const words[] = {
		[CHANGE_UNCHANGED] = "unchanged",
		[CHANGE_STAYS_POOR] = "stays_poor",
		[CHANGE_STAYS_NEAR_POOR] = "stays_near_poor",
		[CHANGE_POOR_TO_NEAR_POOR] = "poor_to_near_poor",
		[CHANGE_NEAR_POOR_TO_POOR] = "near_poor_to_poor",
		[CHANGE_ESCAPES] = "escapes",
		[CHANGE_FALLS_BACK] = "falls_back",
		[CHANGE_FALLS_BACK_NEAR_POOR] = "falls_back_near_poor",
		[CHANGE_NEWLY_POOR] = "newly_poor",
		[CHANGE_NEWLY_NEAR_POOR] = "newly_near_poor",
	};

	return (unsigned)change < CHANGE_COUNT ? words[change] : "unknown";
}

static enum household_change change_of_poor(enum household_class before, enum household_class class)
{
	if (before == class)
		return class == HOUSEHOLD_POOR ? CHANGE_STAYS_POOR : CHANGE_STAYS_NEAR_POOR;
	return class == HOUSEHOLD_POOR ? CHANGE_NEAR_POOR_TO_POOR : CHANGE_POOR_TO_NEAR_POOR;
}

enum household_change household_change_of(const struct household_class_row *rows, size_t count,
					  struct date on, enum household_class class)
{
	enum household_class before = HOUSEHOLD_NONE;
	bool ever = false;

	for (size_t i = 0; i < count && date_cmp(rows[i].from, on) < 0; i++) {
		before = rows[i].class;
		ever |= household_is_poor(before);
	}
	if (household_is_poor(before))
		return household_is_poor(class) ? change_of_poor(before, class) : CHANGE_ESCAPES;
	if (!household_is_poor(class))
		return CHANGE_UNCHANGED;
	if (class == HOUSEHOLD_POOR)
		return ever ? CHANGE_FALLS_BACK : CHANGE_NEWLY_POOR;
	return ever ? CHANGE_FALLS_BACK_NEAR_POOR : CHANGE_NEWLY_NEAR_POOR;
}

struct date household_escaped_end(struct date since, int months)
{
	return date_add_days(date_add_months(since, months), 1);
}

struct date household_review_start(struct date asked_on, int day)
{
	struct date start = date_in_month(date_month_number(asked_on), day);

	if (date_cmp(start, asked_on) < 0)
		start = date_in_month(date_month_number(asked_on) + 1, day);
	return start;
}

/* In force before the first row that begins after `from`; *next: that row. */
static unsigned attributes_on(const struct household_attributes *rows, size_t count, struct date from,
			      size_t *next)
{
	unsigned bits = 0;

	for (*next = 0; *next < count && date_cmp(rows[*next].from, from) <= 0; (*next)++)
		bits = rows[*next].bits;
	return bits;
}

size_t household_attributes_change(const struct household_attributes *rows, size_t count, struct date from,
				   unsigned add, unsigned remove, struct household_attributes *out)
{
	size_t next, n = 0;
	unsigned before = attributes_on(rows, count, from, &next);
	unsigned follow = add | remove;
	unsigned now = (before | add) & ~remove;

	if (now == before)
		return 0;
	out[n++] = (struct household_attributes){ from, now };
	for (size_t i = next; i < count && follow != 0; i++) {
		follow &= ~(rows[i].bits ^ before);
		before = rows[i].bits;
		now = (before | (add & follow)) & ~(remove & follow);
		if (now != before)
			out[n++] = (struct household_attributes){ rows[i].from, now };
	}
	return n;
}
