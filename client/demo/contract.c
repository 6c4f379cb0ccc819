/* Making one loan of the demo, and telling it a fact: through the same domain functions as the daemon. */
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define OVERDUE_PERCENT 130
#define ROUNDING 100000
#define GROUP_MAX 60

struct date unit_session(const struct district *d, int unit, int32_t month)
{
	struct date on;

	if (!calendar_session(&d->calendars[unit], month, &on))
		abort();
	return on;
}

static bool spec_open(const struct spec *s, struct date on)
{
	struct date from = demo_date(s->from_year, s->from_month, 1);
	struct date until = demo_date(s->until_year, 12, 31);

	return date_cmp(on, from) >= 0 && date_cmp(on, until) <= 0;
}

/* Students begin in September; the stock is drawn whatever the day. */
int spec_draw(struct rng *r, struct date on, bool stock)
{
	int sum = 0, year, month, day;

	date_split(on, &year, &month, &day);
	for (int i = 0; i < spec_count; i++)
		sum += stock ? specs[i].stock_weight : spec_open(&specs[i], on) ? specs[i].weight : 0;
	for (;;) {
		int64_t at = rng_below(r, sum);
		int i = -1;

		while (at >= 0) {
			i++;
			at -= stock ? specs[i].stock_weight : spec_open(&specs[i], on) ? specs[i].weight : 0;
		}
		if (stock || strcmp(specs[i].code, "02") != 0 || month == 9)
			return i;
	}
}

static bool who_fits(const struct household *h, const struct spec *s, struct date on)
{
	int class = household_class_at(h, on);

	switch ((enum borrower_kind)s->who) {
	case WHO_POOR:
		return class == HOUSEHOLD_POOR;
	case WHO_NEAR_POOR:
		return class == HOUSEHOLD_NEAR_POOR;
	case WHO_ESCAPED:
		return class == HOUSEHOLD_NEWLY_ESCAPED;
	case WHO_MINORITY_POOR:
		return class == HOUSEHOLD_POOR && h->ethnic != ETHNIC_KINH;
	case WHO_RELEASED:
		return h->released;
	case WHO_ANY:
		break;
	}
	return true;
}

static bool is_business(const struct spec *s)
{
	return strcmp(s->code, "01") == 0 || strcmp(s->code, "19") == 0 || strcmp(s->code, "09") == 0;
}

/* One loan of a programme and purpose, and one of the three programmes by status, at a time. */
static bool has_similar(const struct household *h, int spec)
{
	for (int i = 0; i < spec_count; i++) {
		bool same = strcmp(specs[i].code, specs[spec].code) == 0 &&
			    strcmp(specs[i].purpose, specs[spec].purpose) == 0;

		if ((h->programmes & 1u << i) &&
		    (same || (is_business(&specs[i]) && is_business(&specs[spec]))))
			return true;
	}
	return false;
}

/* The smaller of two groups of the unit drawn by lot, so that all of them fill evenly; -1 when all are full. */
static int group_draw(struct district *d, const struct household *h)
{
	int best = -1, first = 0, count = 0;

	while (d->groups[first].unit != h->unit)
		first++;
	while (first + count < d->group_count && d->groups[first + count].unit == h->unit)
		count++;
	for (int i = 0; i < 2; i++) {
		int g = first + (int)rng_below(&d->rng, count);

		if (best < 0 || d->groups[g].members < d->groups[best].members)
			best = g;
	}
	for (int g = first; d->groups[best].members >= GROUP_MAX && g < first + count; g++)
		best = d->groups[g].members < d->groups[best].members ? g : best;
	return d->groups[best].members < GROUP_MAX ? best : -1;
}

static bool household_joins(struct district *d, struct household *h, struct date on)
{
	if (h->group < 0) {
		h->group = group_draw(d, h);
		if (h->group < 0)
			return false;
		d->groups[h->group].members++;
		h->joined_on = on;
	}
	return true;
}

int borrower_draw(struct lending *l, int spec, struct date on, bool new_borrower)
{
	struct district *d = l->d;

	for (int tries = 0; tries < 3000; tries++) {
		int i = (int)rng_below(&d->rng, d->count);
		struct household *h = &d->households[i];

		if (h->lent_this_year || date_cmp(h->registered_on, on) > 0 ||
		    date_cmp(h->left_on, DATE_EVER) != 0)
			continue;
		if ((tries < 1500 && (h->open_loans == 0) != new_borrower) ||
		    !who_fits(h, &specs[spec], on) || has_similar(h, spec))
			continue;
		if (specs[spec].direct || household_joins(d, h, on))
			return i;
	}
	return -1;
}

static void contract_make(struct lending *l, struct sim_loan *s)
{
	const struct spec *spec = &specs[s->spec];
	bool entrusted = !spec->direct;
	bool overdue = !entrusted || date_cmp(s->terms.contract_on, demo_date(2026, 3, 1)) >= 0;
	struct instalment rows[SCHEDULE_TERM_MAX];

	s->contract = (struct loan_contract){
		.loan_id = s->number,
		.contract_on = s->terms.contract_on,
		.grace_end = schedule_grace_end(&s->terms, &l->d->calendars[s->unit]),
		.rounding = s->terms.rounding,
		.instalment_default = overdue ? INSTALMENT_DEFAULT_OVERDUE : INSTALMENT_DEFAULT_CARRY,
		.overdue_percent = OVERDUE_PERCENT,
		.line = rate_line_of(s->line),
		.calendar = &l->d->calendars[s->unit],
		.policies = &allocation_policy_default,
		.policies_count = 1,
	};
	schedule_make(&s->terms, &l->d->calendars[s->unit], MONEY_ZERO, rows);
	s->loan = malloc(sizeof(*s->loan));
	if (s->loan == NULL)
		abort();
	loan_init(s->loan, rows, schedule_count(&s->terms));
}

struct sim_loan *loan_add(struct lending *l, int spec, int household, int term, struct date contract_on)
{
	struct household *h = &l->d->households[household];
	struct sim_loan *s;

	if (l->count == l->room) {
		l->room = l->room == 0 ? 1024 : l->room * 2;
		l->loans = realloc(l->loans, (size_t)l->room * sizeof(*l->loans));
		if (l->loans == NULL)
			abort();
	}
	s = &l->loans[l->count++];
	*s = (struct sim_loan){
		.number = 6600000000000000 + (int64_t)l->d->number * 1000000 + l->count,
		.household = household,
		.spec = spec,
		.unit = h->unit,
		.group = specs[spec].direct ? -1 : h->group,
		.line = specs[spec].line,
		.terms = { .contract_on = contract_on,
			   .term_months = term,
			   .instalment_months = specs[spec].every > term ? term : specs[spec].every,
			   .principal_grace_months = specs[spec].principal_grace,
			   .interest_grace_months = specs[spec].interest_grace,
			   .rounding = ROUNDING,
			   .equal_moves_back = strcmp(specs[spec].code, "02") == 0 },
		.behaviour = rng_chance(&l->d->rng, 8)	  ? BEHAVIOUR_BAD
			     : rng_chance(&l->d->rng, 60) ? BEHAVIOUR_LATE
							  : BEHAVIOUR_REGULAR,
		.every = rng_chance(&l->d->rng, 250) ? 1 : 3,
		.phase = (int)rng_below(&l->d->rng, 3),
	};
	contract_make(l, s);
	h->open_loans++;
	h->programmes |= 1u << spec;
	return s;
}

static void event_keep(struct sim_loan *s, const struct event *e)
{
	if (s->event_count == s->event_room) {
		s->event_room = s->event_room == 0 ? 8 : s->event_room * 2;
		s->events = realloc(s->events, (size_t)s->event_room * sizeof(*s->events));
		if (s->events == NULL)
			abort();
	}
	s->events[s->event_count++] = *e;
}

static void fact_fold(struct sim_loan *s, const struct fact *fact)
{
	enum loan_error error = loan_apply(&s->contract, s->loan, fact, NULL, NULL);
	char on[DATE_TEXT_SIZE];

	if (error == LOAN_OK)
		return;
	date_format(fact->on, on);
	fprintf(stderr, "vonvay-demo: loan %lld (%s) %s: %s\n", (long long)s->number, specs[s->spec].code, on,
		loan_error_word(error));
	exit(1);
}

static void loan_close(struct lending *l, struct sim_loan *s)
{
	struct household *h = &l->d->households[s->household];

	h->open_loans--;
	h->programmes &= ~(1u << s->spec);
	free(s->loan);
	s->loan = NULL;
}

void loan_event(struct lending *l, struct sim_loan *s, enum fact_kind kind, struct date on, int64_t amount)
{
	struct fact fact = { .no = s->event_count + 2, .kind = kind, .on = on, .amount = { amount } };
	int64_t paid = s->loan->b.paid.dong;

	fact_fold(s, &fact);
	event_keep(s, &(struct event){ on, kind, amount });
	if (kind == FACT_DISBURSED) {
		l->lent += amount;
		l->outstanding += amount;
	}
	paid = s->loan->b.paid.dong - paid;
	l->collected += paid;
	l->outstanding -= paid;
	if (s->loan->b.status == LOAN_STATUS_CLOSED)
		loan_close(l, s);
}

void loan_open(struct lending *l, struct sim_loan *s, struct date on, const struct loan_opening *opening)
{
	struct fact fact = { .no = 1, .kind = FACT_OPENED, .on = on, .opening = *opening };

	fact_fold(s, &fact);
	s->opened = true;
	s->opening = *opening;
	l->outstanding += opening->in_term.dong + opening->overdue.dong;
}
