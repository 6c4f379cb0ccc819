/* Questions to the reference data. The tables are small (some dozens of rows), so they are searched from the start. */
#include "reference_private.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

#define ESCAPED_MONTHS 36
#define AREA_CHANGES_MAX 16 /* more successors in a row would be a circle */

static void reference_free(struct reference *ref)
{
	for (size_t i = 0; i < ref->owned_count; i++)
		free(ref->owned[i]);
	free(ref->owned);
	free(ref->points);
	free(ref->organisations);
	free(ref->areas);
	free(ref->holidays);
	free(ref->programmes);
	free(ref->limits);
	free(ref->periods);
	free(ref->lines);
	free(ref->standards);
	free(ref->standard_rows);
	free(ref->overlays);
	free(ref->reliefs);
	free(ref->policies);
	free(ref->freezes);
	free(ref->conflicts);
	free(ref->priorities);
	free(ref->funds);
	free(ref->allocation);
	json_decref(ref->json);
	free(ref);
}

struct reference *reference_ref(struct reference *ref)
{
	ref->holders++;
	return ref;
}

void reference_unref(struct reference *ref)
{
	if (ref && --ref->holders == 0)
		reference_free(ref);
}

int64_t reference_version(const struct reference *ref)
{
	return ref->version;
}

/* ---- by key ---- */

const struct reference_programme *reference_programme_find(const struct reference *ref, const char *code)
{
	for (size_t i = 0; i < ref->programmes_count; i++)
		if (strcmp(ref->programmes[i].rule.code, code) == 0)
			return &ref->programmes[i];
	return NULL;
}

const struct reference_programme *reference_programmes(const struct reference *ref, size_t *count)
{
	*count = ref->programmes_count;
	return ref->programmes;
}

const struct reference_line *reference_line_find(const struct reference *ref, const char *name)
{
	for (size_t i = 0; i < ref->lines_count; i++)
		if (strcmp(ref->lines[i].name, name) == 0)
			return &ref->lines[i];
	return NULL;
}

const struct reference_line *reference_lines(const struct reference *ref, size_t *count)
{
	*count = ref->lines_count;
	return ref->lines;
}

const struct reference_point *reference_points(const struct reference *ref, size_t *count)
{
	*count = ref->points_count;
	return ref->points;
}

const struct reference_relief *reference_relief_find(const struct reference *ref, const char *name)
{
	for (size_t i = 0; i < ref->reliefs_count; i++)
		if (strcmp(ref->reliefs[i].name, name) == 0)
			return &ref->reliefs[i];
	return NULL;
}

const struct reference_line *reference_overlay_find(const struct reference *ref, int32_t relief,
						    const char *base)
{
	for (size_t i = 0; i < ref->lines_count; i++)
		if (ref->lines[i].overlay && ref->lines[i].relief == relief &&
		    strcmp(ref->lines[i].base, base) == 0)
			return &ref->lines[i];
	return NULL;
}

const struct loan_overlay *reference_overlays(const struct reference *ref, size_t *count)
{
	*count = ref->overlays_count;
	return ref->overlays;
}

const struct reference_point *reference_point_find(const struct reference *ref, int32_t point_id)
{
	for (size_t i = 0; i < ref->points_count; i++)
		if (ref->points[i].point_id == point_id)
			return &ref->points[i];
	return NULL;
}

const struct reference_point *reference_point_by_code(const struct reference *ref, const char *code)
{
	for (size_t i = 0; i < ref->points_count; i++)
		if (strcmp(ref->points[i].code, code) == 0)
			return &ref->points[i];
	return NULL;
}

const struct reference_area *reference_areas(const struct reference *ref, size_t *count)
{
	*count = ref->areas_count;
	return ref->areas;
}

const struct reference_area *reference_area_find(const struct reference *ref, const char *code)
{
	for (size_t i = 0; i < ref->areas_count; i++)
		if (strcmp(ref->areas[i].code, code) == 0)
			return &ref->areas[i];
	return NULL;
}

const struct reference_organisation *reference_organisation_find(const struct reference *ref, int number)
{
	for (size_t i = 0; i < ref->organisations_count; i++)
		if (ref->organisations[i].number == number)
			return &ref->organisations[i];
	return NULL;
}

const struct risk_limit *reference_freezes(const struct reference *ref, size_t *count)
{
	*count = ref->freezes_count;
	return ref->freezes;
}

const struct date *reference_holidays(const struct reference *ref, size_t *count)
{
	*count = ref->holidays_count;
	return ref->holidays;
}

const struct allocation_policy *reference_allocation(const struct reference *ref, size_t *count)
{
	*count = ref->allocation_count;
	return ref->allocation;
}

/* ---- by key and date ---- */

const struct reference_area *reference_area_on(const struct reference *ref, const char *code, struct date on)
{
	const struct reference_area *area = reference_area_find(ref, code);
	for (int i = 0; area && i < AREA_CHANGES_MAX && date_cmp(area->until, on) < 0 && area->successor[0];
	     i++) {
		const struct reference_area *next = reference_area_find(ref, area->successor);
		if (!next)
			break;
		area = next;
	}
	return area;
}

static bool reference_point_valid(const struct reference_point *p, struct date on)
{
	return date_cmp(p->from, on) <= 0 && date_cmp(on, p->until) <= 0;
}

const struct reference_point *reference_point_of_area(const struct reference *ref, const char *area,
						      struct date on)
{
	const struct reference_point *merged = NULL;
	const struct reference_area *now = reference_area_on(ref, area, on);
	for (size_t i = 0; i < ref->points_count; i++) {
		const struct reference_point *p = &ref->points[i];
		if (!reference_point_valid(p, on))
			continue;
		if (strcmp(p->area, area) == 0)
			return p;
		if (!merged && now && reference_area_on(ref, p->area, on) == now)
			merged = p;
	}
	return merged;
}

const struct reference_limit *reference_limit_on(const struct reference_programme *p, const char *purpose,
						 struct date on)
{
	const struct reference_limit *general = NULL;
	for (size_t i = 0; i < p->limits_count; i++) {
		const struct reference_limit *l = &p->limits[i];
		if (date_cmp(on, l->from) < 0 || date_cmp(on, l->until) > 0)
			continue;
		if (l->limit.purpose[0] && strcmp(l->limit.purpose, purpose) == 0)
			return l;
		if (!l->limit.purpose[0])
			general = l;
	}
	return general;
}

bool reference_purpose_known(const struct reference_programme *p, const char *purpose)
{
	size_t len = strlen(purpose);
	for (const char *s = p->purposes; s; s = strchr(s, '|')) {
		s += *s == '|';
		if (len && strncmp(s, purpose, len) == 0 && (s[len] == '|' || !s[len]))
			return true;
	}
	return false;
}

/* The row of this purpose itself, in force or not. */
static bool reference_limit_of_purpose(const struct reference_programme *p, const char *purpose)
{
	for (size_t i = 0; i < p->limits_count; i++)
		if (strcmp(p->limits[i].limit.purpose, purpose) == 0)
			return true;
	return false;
}

bool reference_purpose_stored(const struct reference_programme *p, const char *purpose, const char **stored)
{
	bool several = strchr(p->purposes, '|') != NULL, general = reference_limit_of_purpose(p, "");
	*stored = "";
	if (!purpose[0])
		return !several || general;
	if (!reference_purpose_known(p, purpose))
		return false;
	if (several && (!general || reference_limit_of_purpose(p, purpose)))
		*stored = purpose;
	return true;
}

int reference_instalment_months_max(const struct reference *ref, const char *programme, int term_months)
{
	for (size_t i = 0; i < ref->periods_count; i++) {
		const struct reference_period *p = &ref->periods[i];
		if (strcmp(p->programme, programme) == 0 && p->term_from <= term_months &&
		    term_months <= p->term_to)
			return p->months_max;
	}
	return 0;
}

/* Lines of a programme with several purposes are named by theirs: 25-land, 25-productionA and B for production_land. */
static bool reference_line_serves(const struct reference *ref, const struct reference_line *line,
				  const char *purpose)
{
	const struct reference_programme *p = reference_programme_find(ref, line->programme);
	const char *dash = strchr(line->name, '-');
	if (!p || !strchr(p->purposes, '|') || !dash)
		return true;
	size_t len = strcspn(dash + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return strncmp(dash + 1, purpose, len) == 0;
}

static const struct reference_line *reference_line_best(const struct reference *ref, const char *programme,
							const char *purpose, bool priority,
							struct date contract_on)
{
	const struct reference_line *best = NULL;
	for (size_t i = 0; i < ref->lines_count; i++) {
		const struct reference_line *l = &ref->lines[i];
		if (l->overlay || strcmp(l->programme, programme) != 0 || l->priority != priority ||
		    date_cmp(l->for_contracts_from, contract_on) > 0 ||
		    !reference_line_serves(ref, l, purpose))
			continue;
		if (!best || date_cmp(l->for_contracts_from, best->for_contracts_from) > 0)
			best = l;
	}
	return best;
}

const struct reference_line *reference_line_choose(const struct reference *ref, const char *programme,
						   const char *purpose, bool priority,
						   struct date contract_on)
{
	const struct reference_line *line = NULL;
	if (priority)
		line = reference_line_best(ref, programme, purpose, true, contract_on);
	return line ? line : reference_line_best(ref, programme, purpose, false, contract_on);
}

static const struct poverty_standard *reference_standard_of(const struct reference *ref, const char *area,
							    struct date on)
{
	for (size_t i = 0; i < ref->standards_count; i++)
		if (strcmp(ref->standards[i].area, area) == 0)
			return poverty_standard_on(ref->standards[i].rows, ref->standards[i].count, on);
	return NULL;
}

bool reference_poverty_on(const struct reference *ref, const struct reference_area *area, struct date on,
			  struct poverty_standard *out)
{
	const struct poverty_standard *state = reference_standard_of(ref, "", on);
	if (!state)
		return false;
	*out = *state;
	const char *code = area ? area->code : "";
	for (int i = 0; code[0] && i < AREA_CHANGES_MAX; i++) {
		const struct reference_area *unit = reference_area_find(ref, code);
		*out = poverty_standard_higher(out, reference_standard_of(ref, code, on));
		code = unit ? unit->parent : "";
	}
	return true;
}

/* ---- who has priority, who gives the money ---- */

static bool reference_priority_holds(const struct reference_priority_row *row, const char *programme,
				     struct date on)
{
	return strcmp(row->programme, programme) == 0 && date_cmp(row->from, on) <= 0 &&
	       date_cmp(on, row->until) <= 0;
}

bool reference_priority(const struct reference *ref, const char *programme, unsigned attributes,
			bool declared, struct date on, const char **rule)
{
	for (size_t i = 0; i < ref->priorities_count; i++) {
		const struct reference_priority_row *row = &ref->priorities[i];
		if (!reference_priority_holds(row, programme, on))
			continue;
		if (row->attribute ? !(attributes & row->attribute) : !declared)
			continue;
		if (rule)
			*rule = row->rule;
		return true;
	}
	return false;
}

const struct reference_fund *reference_fund_find(const struct reference *ref, int number)
{
	for (size_t i = 0; i < ref->funds_count; i++)
		if (ref->funds[i].number == number)
			return &ref->funds[i];
	return NULL;
}

void reference_eligibility(const struct reference *ref, const struct household_view *household,
			   const struct reference_programme *p, const struct reference_limit *limit,
			   int units, struct date on, struct eligibility *out)
{
	int escaped =
		(int)reference_policy_int(ref, "escaped_months", p->rule.code, true, on, ESCAPED_MONTHS);
	eligibility_check(household, &p->rule, limit ? &limit->limit : NULL, escaped, units, on, out);
	if (!limit || !limit->limit.purpose[0] || !p->rule.cap_group[0])
		return;
	struct eligibility whole;
	const struct reference_limit *general = reference_limit_on(p, "", on);
	eligibility_check(household, &p->rule, general ? &general->limit : NULL, escaped, 1, on, &whole);
	eligibility_join(out, &whole);
}

struct calendar reference_working_days(const struct reference *ref)
{
	return (struct calendar){ .holidays = ref->holidays,
				  .holidays_count = ref->holidays_count,
				  .closed_upto = DATE_NONE };
}

/* ---- policies ---- */

static int reference_policy_weight(const struct reference_policy *p, const char *programme,
				   const char *entrusted)
{
	if (p->programme[0] && strcmp(p->programme, programme) != 0)
		return -1;
	if (p->entrusted[0] && strcmp(p->entrusted, entrusted) != 0)
		return -1;
	return (p->programme[0] ? 2 : 0) + (p->entrusted[0] ? 1 : 0);
}

const char *reference_policy_text(const struct reference *ref, const char *name, const char *programme,
				  bool entrusted, struct date on, const char *otherwise)
{
	const struct reference_policy *best = NULL;
	int best_weight = -1;
	for (size_t i = 0; i < ref->policies_count; i++) {
		const struct reference_policy *p = &ref->policies[i];
		if (strcmp(p->name, name) != 0 || date_cmp(p->from, on) > 0)
			continue;
		int weight = reference_policy_weight(p, programme, entrusted ? "yes" : "no");
		if (weight < best_weight || weight < 0)
			continue;
		if (weight > best_weight || date_cmp(p->from, best->from) > 0) {
			best = p;
			best_weight = weight;
		}
	}
	return best ? best->value : otherwise;
}

int64_t reference_policy_int(const struct reference *ref, const char *name, const char *programme,
			     bool entrusted, struct date on, int64_t otherwise)
{
	const char *value = reference_policy_text(ref, name, programme, entrusted, on, NULL);
	return value ? strtoll(value, NULL, 10) : otherwise;
}

const struct rate_line *reference_deposit_line(const struct reference *ref)
{
	return ref->deposit_line.count ? &ref->deposit_line : NULL;
}
