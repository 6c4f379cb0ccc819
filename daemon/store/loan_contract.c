/* A new contract from its terms: what the reference data of its day add to them. domain.md 1, 3 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/loan_store.h"
#include "vonvay/mem.h"

#define INSTALMENT_MONTHS_USUAL 12 /* where no rule says how long the time between instalments may be */

struct contract_maker {
	const struct reference *ref;
	const struct loan_terms *terms;
	const struct reference_programme *programme;
	const struct reference_limit *limit; /* NULL: none in force */
	bool strict;
	const char **field;
	struct text *message;
	struct loan_record *out;
};

static bool contract_wrong(const struct contract_maker *m, const char *field, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
static bool contract_wrong(const struct contract_maker *m, const char *field, const char *fmt, ...)
{
	char why[200];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	*m->field = field;
	text_printf(m->message, "%s %s", field, why);
	return false;
}

static bool contract_entrusted(const struct contract_maker *m)
{
	return m->terms->group_id != 0;
}

static int64_t contract_policy(const struct contract_maker *m, const char *name, int64_t otherwise)
{
	return reference_policy_int(m->ref, name, m->terms->programme, contract_entrusted(m),
				    m->terms->contract_on, otherwise);
}

/* Is the word policy of this name the given word? */
static bool contract_policy_is(const struct contract_maker *m, const char *name, const char *word)
{
	return strcmp(reference_policy_text(m->ref, name, m->terms->programme, contract_entrusted(m),
					    m->terms->contract_on, ""),
		      word) == 0;
}

static bool contract_purpose(struct contract_maker *m)
{
	const char *purpose = m->terms->purpose ? m->terms->purpose : "";
	const char *stored;
	if (!reference_purpose_stored(m->programme, purpose, &stored))
		return contract_wrong(m, "purpose", "must be one of: %s", m->programme->purposes);
	m->out->purpose = xstrdup(stored);
	m->limit = reference_limit_on(m->programme, m->out->purpose, m->terms->contract_on);
	return true;
}

static bool contract_line(struct contract_maker *m)
{
	const struct loan_terms *t = m->terms;
	if (t->rate_line && t->rate_line[0]) {
		m->out->line = reference_line_find(m->ref, t->rate_line);
		if (!m->out->line || strcmp(m->out->line->programme, t->programme) != 0)
			return contract_wrong(m, "rate_line", "%s is no rate line of programme %s",
					      t->rate_line, t->programme);
	} else {
		m->out->line = reference_line_choose(m->ref, t->programme, m->out->purpose, t->priority,
						     t->contract_on);
		if (!m->out->line)
			return contract_wrong(m, "contract_on", "is before the first rate of programme %s",
					      t->programme);
	}
	m->out->rate_line = m->out->line->name;
	m->out->contract.line = &m->out->line->line;
	return true;
}

static bool contract_term(struct contract_maker *m)
{
	int term = m->terms->term_months;
	if (term < 1 || term > SCHEDULE_TERM_MAX)
		return contract_wrong(m, "term_months", "must be 1 to %d", SCHEDULE_TERM_MAX);
	if (m->strict && m->limit && m->limit->max_term_months && term > m->limit->max_term_months)
		return contract_wrong(m, "term_months", "must be at most %d for programme %s",
				      m->limit->max_term_months, m->terms->programme);
	m->out->term_months = term;
	return true;
}

static bool contract_instalment_months(struct contract_maker *m)
{
	int given = m->terms->instalment_months, term = m->terms->term_months;
	int most = reference_instalment_months_max(m->ref, m->terms->programme, term);
	if (m->strict && most && given > most)
		return contract_wrong(m, "instalment_months",
				      "must be at most %d for this term of programme %s", most,
				      m->terms->programme);
	if (given < 0 || given > term)
		return contract_wrong(m, "instalment_months", "must be 1 to term_months");
	if (!given)
		given = most ? most : INSTALMENT_MONTHS_USUAL;
	m->out->instalment_months = given < term ? given : term;
	return true;
}

/* given -1: what the programme gives. */
static bool contract_grace(struct contract_maker *m, const char *field, int given, int limit, int *out)
{
	*out = given >= 0 ? given : limit >= 0 ? limit : 0;
	if (*out >= m->terms->term_months && given < 0)
		*out = m->terms->term_months - 1;
	if (*out >= m->terms->term_months)
		return contract_wrong(m, field, "must be less than term_months");
	if (m->strict && limit >= 0 && *out > limit)
		return contract_wrong(m, field, "must be at most %d for programme %s", limit,
				      m->terms->programme);
	return true;
}

static bool contract_graces(struct contract_maker *m)
{
	const struct reference_limit *l = m->limit;
	return contract_grace(m, "principal_grace_months", m->terms->principal_grace_months,
			      l ? l->principal_grace_months : -1, &m->out->principal_grace_months) &&
	       contract_grace(m, "interest_grace_months", m->terms->interest_grace_months,
			      l ? l->interest_grace_months : -1, &m->out->interest_grace_months);
}

static bool contract_place(struct contract_maker *m)
{
	const struct reference_point *point = reference_point_find(m->ref, m->terms->point_id);
	const struct reference_area *area = reference_area_find(m->ref, m->terms->commune);
	if (!point)
		return contract_wrong(m, "point_id", "is no transaction point");
	if (!area)
		return contract_wrong(m, "commune", "%s is no area", m->terms->commune);
	m->out->point_id = point->point_id;
	m->out->commune = area->code;
	m->out->contract.calendar = &point->calendar;
	return true;
}

static void contract_rules(struct contract_maker *m)
{
	struct loan_contract *c = &m->out->contract;
	c->loan_id = m->terms->loan_id;
	c->contract_on = m->terms->contract_on;
	c->rounding = contract_policy(m, "instalment_rounding", 100000);
	c->overdue_percent = (int)contract_policy(m, "overdue_percent", 130);
	c->instalment_default = contract_policy_is(m, "instalment_default", "overdue")
					? INSTALMENT_DEFAULT_OVERDUE
					: INSTALMENT_DEFAULT_CARRY;
	c->policies = reference_allocation(m->ref, &c->policies_count);
	c->overlays = reference_overlays(m->ref, &c->overlays_count);
}

static void contract_schedule(struct contract_maker *m)
{
	struct instalment rows[SCHEDULE_TERM_MAX] = { 0 };
	struct loan_contract *c = &m->out->contract;
	struct schedule_terms t = {
		.contract_on = c->contract_on,
		.term_months = m->out->term_months,
		.instalment_months = m->out->instalment_months,
		.principal_grace_months = m->out->principal_grace_months,
		.interest_grace_months = m->out->interest_grace_months,
		.rounding = c->rounding,
		.equal_moves_back = contract_policy_is(m, "equal_moves_back", "yes"),
	};
	schedule_make(&t, c->calendar, MONEY_ZERO, rows);
	loan_init(&m->out->loan, rows, schedule_count(&t));
	c->grace_end = schedule_grace_end(&t, c->calendar);
}

static void contract_keys(struct contract_maker *m)
{
	const struct loan_terms *t = m->terms;
	struct loan_record *out = m->out;
	out->household_id = t->household_id;
	out->member_no = t->member_no;
	out->group_id = t->group_id;
	out->organisation = t->organisation;
	out->first = (struct record_place){
		.household_id = t->household_id,
		.member_no = t->member_no,
		.group_id = t->group_id,
		.point_id = out->point_id,
		.organisation = t->organisation,
		.commune = out->commune,
	};
	out->fund = t->fund;
	out->household_seen = -1;
	out->programme = m->programme->rule.code;
	out->household_name = xstrdup("");
	out->group_name = xstrdup("");
}

bool loan_contract_make(const struct reference *ref, const struct loan_terms *terms, bool strict,
			struct loan_record *out, const char **field, struct text *message)
{
	struct contract_maker m = {
		.ref = ref,
		.terms = terms,
		.strict = strict,
		.field = field,
		.message = message,
		.out = out,
		.programme = reference_programme_find(ref, terms->programme),
	};
	memset(out, 0, sizeof *out);
	if (!m.programme)
		return contract_wrong(&m, "programme", "%s is no programme", terms->programme);
	if (!contract_purpose(&m) || !contract_line(&m) || !contract_term(&m) ||
	    !contract_instalment_months(&m) || !contract_graces(&m) || !contract_place(&m)) {
		loan_record_clear(out);
		return false;
	}
	contract_keys(&m);
	contract_rules(&m);
	contract_schedule(&m);
	return true;
}
