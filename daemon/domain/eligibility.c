/* The check of a household against the rules of a programme. */
#include "vonvay/eligibility.h"

#include <string.h>

#include "vonvay/household.h"

enum household_class household_class_on(const struct household_class_row *rows, size_t count, struct date on,
					struct date *since)
{
	enum household_class class = HOUSEHOLD_NONE;

	*since = DATE_NONE;
	for (size_t i = 0; i < count && date_cmp(rows[i].from, on) <= 0; i++) {
		/* a class that a review confirms has been in force all along */
		if (i == 0 || rows[i].class != class)
			*since = rows[i].from;
		class = rows[i].class;
	}
	return class;
}

static void eligibility_refuse(struct eligibility *e, enum ineligible reason)
{
	e->reasons[e->reasons_count++] = reason;
}

static bool household_escaped_too_long(enum household_class class, struct date since, int escaped_months,
				       struct date on)
{
	return class == HOUSEHOLD_NEWLY_ESCAPED &&
	       date_cmp(on, household_escaped_end(since, escaped_months)) >= 0;
}

enum household_class household_standing_on(const struct household_class_row *rows, size_t count,
					   int escaped_months, struct date on)
{
	struct date since;
	enum household_class class = household_class_on(rows, count, on, &since);

	return household_escaped_too_long(class, since, escaped_months, on) ? HOUSEHOLD_NONE : class;
}

struct date household_standing_ends(const struct household_class_row *rows, size_t count, int escaped_months,
				    struct date on)
{
	struct date since;

	if (household_standing_on(rows, count, escaped_months, on) != HOUSEHOLD_NEWLY_ESCAPED)
		return DATE_EVER;
	household_class_on(rows, count, on, &since);
	return household_escaped_end(since, escaped_months);
}

/* The household as it stands on the day. */
struct standing {
	const struct household_view *view;
	enum household_class class;
	bool escaped_too_long;
};

static struct standing standing_on(const struct household_view *view, int escaped_months, struct date on)
{
	struct date since;
	struct standing s = { .view = view };

	s.class = household_class_on(view->classes, view->classes_count, on, &since);
	if (household_escaped_too_long(s.class, since, escaped_months, on)) {
		s.class = HOUSEHOLD_NONE;
		s.escaped_too_long = true;
	}
	return s;
}

/* What a household lacks of an alternative. */
#define LACKS_CLASS (1U << 0)
#define LACKS_ATTRIBUTE (1U << 1)
#define LACKS_AREA (1U << 2)

static unsigned alternative_lacks(const struct eligibility_alternative *a, const struct standing *s)
{
	unsigned lacks = 0;

	if (a->classes != 0 && (a->classes & 1U << s->class) == 0)
		lacks |= LACKS_CLASS;
	if ((a->attributes & ~s->view->attributes) != 0)
		lacks |= LACKS_ATTRIBUTE;
	if (s->view->difficulty < a->at_least || (a->rural && !s->view->rural))
		lacks |= LACKS_AREA;
	return lacks;
}

static int lacks_count(unsigned lacks)
{
	return ((lacks & LACKS_CLASS) != 0) + ((lacks & LACKS_ATTRIBUTE) != 0) + ((lacks & LACKS_AREA) != 0);
}

/* The alternative that lacks least: fewest kinds, then class before attribute before area. */
static const struct eligibility_alternative *eligibility_nearest(const struct programme_rule *rule,
								 const struct standing *s, unsigned *lacks)
{
	const struct eligibility_alternative *nearest = NULL;

	for (int i = 0; i < rule->who_count; i++) {
		unsigned here = alternative_lacks(&rule->who[i], s);
		int fewer = nearest == NULL ? -1 : lacks_count(here) - lacks_count(*lacks);
		if (fewer < 0 || (fewer == 0 && here < *lacks)) {
			nearest = &rule->who[i];
			*lacks = here;
		}
	}
	return nearest;
}

static void eligibility_check_who(const struct programme_rule *rule, const struct standing *s,
				  struct eligibility *e)
{
	unsigned lacks = LACKS_CLASS;
	const struct eligibility_alternative *nearest = eligibility_nearest(rule, s, &lacks);

	if ((lacks & LACKS_CLASS) != 0) {
		bool was_entitled =
			nearest != NULL && (nearest->classes & 1U << HOUSEHOLD_NEWLY_ESCAPED) != 0;
		eligibility_refuse(e, s->escaped_too_long && was_entitled ? INELIGIBLE_ESCAPED_TOO_LONG
									  : INELIGIBLE_CLASS);
	}
	if ((lacks & LACKS_ATTRIBUTE) != 0)
		eligibility_refuse(e, INELIGIBLE_ATTRIBUTE);
	if ((lacks & LACKS_AREA) != 0)
		eligibility_refuse(e, INELIGIBLE_AREA);
}

/* Programmes of one cap group share their cap; a programme without one has a cap by itself, and so has a purpose. */
static bool eligibility_counts(const struct household_loan *loan, const struct programme_rule *rule,
			       const struct programme_limit *limit)
{
	if (rule->cap_group[0] != '\0' && limit->purpose[0] == '\0')
		return strcmp(loan->cap_group, rule->cap_group) == 0;
	return strcmp(loan->programme, rule->code) == 0 &&
	       (limit->purpose[0] == '\0' || strcmp(loan->purpose, limit->purpose) == 0);
}

static struct money eligibility_counted(const struct household_view *view, const struct programme_rule *rule,
					const struct programme_limit *limit)
{
	struct money sum = MONEY_ZERO;

	for (size_t i = 0; i < view->loans_count; i++) {
		if (eligibility_counts(&view->loans[i], rule, limit) &&
		    !money_add(sum, view->loans[i].balance, &sum))
			return (struct money){ INT64_MAX };
	}
	return sum;
}

static struct money eligibility_cap(const struct programme_limit *limit, int units)
{
	int most = limit->max_units > 1 ? limit->max_units : 1;
	int64_t cap;

	units = units < 1 ? 1 : units;
	if (__builtin_mul_overflow(limit->cap.dong, units < most ? units : most, &cap))
		cap = INT64_MAX;
	return (struct money){ cap };
}

static void eligibility_check_cap(const struct household_view *view, const struct programme_rule *rule,
				  const struct programme_limit *limit, int units, struct eligibility *e)
{
	if (limit == NULL) {
		eligibility_refuse(e, INELIGIBLE_NO_LIMIT);
		return;
	}
	e->counted = eligibility_counted(view, rule, limit);
	e->has_headroom_figure = limit->basis != CAP_CONTRACT_COST;
	if (!e->has_headroom_figure)
		return;
	e->cap = eligibility_cap(limit, units);
	if (!money_sub(e->cap, e->counted, &e->headroom) || !money_is_positive(e->headroom)) {
		e->headroom = MONEY_ZERO;
		eligibility_refuse(e, INELIGIBLE_CAP);
	}
}

static bool eligibility_has_overdue(const struct household_view *view)
{
	for (size_t i = 0; i < view->loans_count; i++)
		if (money_is_positive(view->loans[i].overdue))
			return true;
	return false;
}

static const struct programme_conflict *
eligibility_conflict(const struct household_view *view, const struct programme_rule *rule, struct date on)
{
	for (size_t c = 0; c < rule->conflicts_count; c++) {
		const struct programme_conflict *conflict = &rule->conflicts[c];
		if (date_cmp(on, conflict->from) < 0 || date_cmp(on, conflict->until) > 0)
			continue;
		for (size_t i = 0; i < view->loans_count; i++)
			if (money_is_positive(view->loans[i].balance) &&
			    strcmp(view->loans[i].programme, conflict->with) == 0)
				return conflict;
	}
	return NULL;
}

void eligibility_join(struct eligibility *e, const struct eligibility *other)
{
	for (int i = 0; i < other->reasons_count; i++) {
		int at = 0;
		while (at < e->reasons_count && e->reasons[at] != other->reasons[i])
			at++;
		if (at == e->reasons_count)
			eligibility_refuse(e, other->reasons[i]);
	}
	if (other->has_headroom_figure &&
	    (!e->has_headroom_figure || money_cmp(other->headroom, e->headroom) < 0)) {
		e->has_headroom_figure = true;
		e->cap = other->cap;
		e->counted = other->counted;
		e->headroom = other->headroom;
	}
	e->eligible = e->reasons_count == 0;
}

void eligibility_check(const struct household_view *household, const struct programme_rule *rule,
		       const struct programme_limit *limit, int escaped_months, int units, struct date on,
		       struct eligibility *out)
{
	struct standing s = standing_on(household, escaped_months, on);

	*out = (struct eligibility){ 0 };
	if (date_cmp(on, rule->opened) < 0)
		eligibility_refuse(out, INELIGIBLE_NOT_OPEN);
	if (date_cmp(on, rule->closed) > 0)
		eligibility_refuse(out, INELIGIBLE_PROGRAMME_CLOSED);
	eligibility_check_who(rule, &s, out);
	if (!household->has_adult)
		eligibility_refuse(out, INELIGIBLE_NO_ADULT);
	if (rule->needs_group && !household->in_group)
		eligibility_refuse(out, INELIGIBLE_NO_GROUP);
	if (eligibility_has_overdue(household))
		eligibility_refuse(out, INELIGIBLE_OVERDUE_DEBT);
	out->conflict = eligibility_conflict(household, rule, on);
	if (out->conflict != NULL)
		eligibility_refuse(out, INELIGIBLE_CONFLICT);
	eligibility_check_cap(household, rule, limit, units, out);
	out->eligible = out->reasons_count == 0;
}
