/* api.reference_read()'s JSON -> struct reference. Each list is a table of its own; the first thing that does not fit
 * ends it with its place. */
/* raw: caps become money here */
#include "reference_private.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

/* What goes wrong is noted once, readers after that give harmless values, and the end asks for it. */
struct reader {
	struct reference *ref;
	struct text *error;
	bool failed;
	const char *list;
	size_t row;
};

static void reader_fail(struct reader *r, const char *member, const char *why)
{
	if (!r->failed)
		text_printf(r->error, "reference data: %s[%zu].%s %s", r->list, r->row, member, why);
	r->failed = true;
}

static const char *reader_text_or(struct reader *r, const json_t *in, const char *name, const char *otherwise)
{
	const json_t *v = json_object_get(in, name);
	if (!v || json_is_null(v))
		return otherwise;
	if (json_is_string(v))
		return json_string_value(v);
	reader_fail(r, name, "must be a string");
	return otherwise;
}

static const char *reader_text(struct reader *r, const json_t *in, const char *name)
{
	const char *s = reader_text_or(r, in, name, NULL);
	if (!s)
		reader_fail(r, name, "is missing");
	return s ? s : "";
}

static int64_t reader_int_or(struct reader *r, const json_t *in, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(in, name);
	if (!v || json_is_null(v))
		return otherwise;
	if (!json_is_integer(v))
		reader_fail(r, name, "must be an integer");
	return json_integer_value(v);
}

static int64_t reader_int(struct reader *r, const json_t *in, const char *name)
{
	if (!json_is_integer(json_object_get(in, name)))
		reader_fail(r, name, "must be an integer");
	return reader_int_or(r, in, name, 0);
}

static struct date reader_date_or(struct reader *r, const json_t *in, const char *name, struct date otherwise)
{
	struct date d;
	const char *s = reader_text_or(r, in, name, NULL);
	if (!s)
		return otherwise;
	if (date_parse(s, &d))
		return d;
	reader_fail(r, name, "must be a date");
	return otherwise;
}

static struct date reader_date(struct reader *r, const json_t *in, const char *name)
{
	struct date d = reader_date_or(r, in, name, DATE_NONE);
	if (date_is_none(d))
		reader_fail(r, name, "is missing");
	return d;
}

/* A list of the document; *count gets its length, the result is a zeroed table for it. */
static void *reader_list(struct reader *r, const char *name, size_t size, size_t *count, const json_t **list)
{
	*list = json_object_get(r->ref->json, name);
	r->list = name;
	r->row = 0;
	if (!json_is_array(*list))
		reader_fail(r, "", "is missing");
	*count = json_array_size(*list);
	return xcalloc(*count, size);
}

static const json_t *reader_row(struct reader *r, const json_t *list, size_t row)
{
	r->row = row;
	return json_array_get(list, row);
}

/* A zeroed table that a row of another points to. */
static void *reader_table(struct reader *r, size_t count, size_t size)
{
	struct reference *ref = r->ref;
	ref->owned = xrealloc_array(ref->owned, ref->owned_count + 1, sizeof *ref->owned);
	ref->owned[ref->owned_count] = xcalloc(count, size);
	return ref->owned[ref->owned_count++];
}

/* ---- the tables ---- */

static void reference_read_organisations(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->organisations =
		reader_list(r, "organisations", sizeof *ref->organisations, &ref->organisations_count, &list);
	for (size_t i = 0; i < ref->organisations_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->organisations[i] = (struct reference_organisation){
			.number = (int)reader_int(r, in, "organisation"),
			.word = reader_text(r, in, "word"),
		};
	}
}

static void reference_read_areas(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->areas = reader_list(r, "areas", sizeof *ref->areas, &ref->areas_count, &list);
	for (size_t i = 0; i < ref->areas_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->areas[i] = (struct reference_area){
			.code = reader_text(r, in, "code"),
			.name = reader_text(r, in, "name"),
			.parent = reader_text_or(r, in, "parent", ""),
			.rural = json_is_true(json_object_get(in, "rural")),
			.difficulty = (enum area_difficulty)reader_int_or(r, in, "difficulty", 0),
			.from = reader_date(r, in, "valid_from"),
			.until = reader_date_or(r, in, "valid_to", DATE_EVER),
			.successor = reader_text_or(r, in, "successor", ""),
		};
	}
}

static void reference_read_holidays(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->holidays = reader_list(r, "holidays", sizeof *ref->holidays, &ref->holidays_count, &list);
	for (size_t i = 0; i < ref->holidays_count; i++) {
		const json_t *in = reader_row(r, list, i);
		if (!json_is_string(in) || !date_parse(json_string_value(in), &ref->holidays[i]))
			reader_fail(r, "", "must be a date");
	}
}

static const struct session_day *reference_read_days(struct reader *r, const json_t *list, size_t *count)
{
	*count = json_array_size(list);
	struct session_day *days = reader_table(r, *count, sizeof *days);
	for (size_t i = 0; i < *count; i++) {
		const json_t *in = json_array_get(list, i);
		days[i].from = reader_date(r, in, "from_on");
		days[i].day = (int)reader_int(r, in, "day");
		if (i && date_cmp(days[i - 1].from, days[i].from) >= 0)
			reader_fail(r, "days", "must ascend");
	}
	return days;
}

static const struct session_change *reference_read_changes(struct reader *r, const json_t *list, size_t *count)
{
	*count = json_array_size(list);
	struct session_change *changes = reader_table(r, *count, sizeof *changes);
	for (size_t i = 0; i < *count; i++) {
		const json_t *in = json_array_get(list, i);
		changes[i].month = (int32_t)reader_int(r, in, "month");
		changes[i].held_on = reader_date_or(r, in, "held_on", DATE_NONE);
		if (i && changes[i - 1].month >= changes[i].month)
			reader_fail(r, "changes", "must ascend");
	}
	return changes;
}

static enum holiday_rule reference_holiday_rule(struct reader *r)
{
	const char *word = reference_policy_text(r->ref, "holiday_rule", "", true, DATE_EVER, "stays");
	if (strcmp(word, "next_working_day") == 0)
		return HOLIDAY_NEXT_WORKING_DAY;
	if (strcmp(word, "cancels") == 0)
		return HOLIDAY_CANCELS;
	if (strcmp(word, "stays") != 0)
		reader_fail(r, "holiday_rule", "is none of stays, next_working_day, cancels");
	return HOLIDAY_STAYS;
}

/* After the policies and the holidays, which every calendar shares. */
static void reference_read_points(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	enum holiday_rule rule = reference_holiday_rule(r);
	int close_days = (int)reference_policy_int(ref, "session_close_days", "", true, DATE_EVER, 2);
	ref->points = reader_list(r, "points", sizeof *ref->points, &ref->points_count, &list);
	for (size_t i = 0; i < ref->points_count; i++) {
		const json_t *in = reader_row(r, list, i);
		struct reference_point *p = &ref->points[i];
		p->point_id = (int32_t)reader_int(r, in, "point_id");
		p->code = reader_text(r, in, "code");
		p->name = reader_text(r, in, "name");
		p->area = reader_text(r, in, "area");
		p->from = reader_date(r, in, "valid_from");
		p->until = reader_date_or(r, in, "valid_to", DATE_EVER);
		p->calendar = (struct calendar){
			.holidays = ref->holidays,
			.holidays_count = ref->holidays_count,
			.holiday_rule = rule,
			.close_days = close_days,
			.closed_upto = reader_date_or(r, in, "closed_upto", DATE_NONE),
		};
		p->calendar.days =
			reference_read_days(r, json_object_get(in, "days"), &p->calendar.days_count);
		p->calendar.changes =
			reference_read_changes(r, json_object_get(in, "changes"), &p->calendar.changes_count);
	}
}

static enum entrusted reference_entrusted(struct reader *r, const char *word)
{
	if (strcmp(word, "yes") == 0)
		return ENTRUSTED_YES;
	if (strcmp(word, "yes_or_direct") == 0)
		return ENTRUSTED_OR_DIRECT;
	if (strcmp(word, "direct") != 0)
		reader_fail(r, "entrusted", "is none of yes, yes_or_direct, direct");
	return ENTRUSTED_DIRECT;
}

static void reference_read_programmes(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->programmes =
		reader_list(r, "programmes", sizeof *ref->programmes, &ref->programmes_count, &list);
	for (size_t i = 0; i < ref->programmes_count; i++) {
		const json_t *in = reader_row(r, list, i);
		struct reference_programme *p = &ref->programmes[i];
		p->rule.code = reader_text(r, in, "code");
		p->rule.instrument = reader_text(r, in, "instrument");
		p->rule.cap_group = reader_text_or(r, in, "cap_group", "");
		p->rule.opened = reader_date(r, in, "opened");
		p->rule.closed = reader_date_or(r, in, "closed", DATE_EVER);
		p->name_vi = reader_text(r, in, "name_vi");
		p->purposes = reader_text(r, in, "purpose");
		p->entrusted = reference_entrusted(r, reader_text(r, in, "entrusted"));
		p->rule.needs_group = p->entrusted == ENTRUSTED_YES;
		if (!programme_rule_parse_who(&p->rule, reader_text(r, in, "who")))
			reader_fail(r, "who", "has an unknown word");
	}
}

static int reference_units_max(const struct reference *ref, const char *programme, enum cap_basis basis)
{
	if (basis == CAP_TYPE_OF_WORKS)
		return 2;
	if (basis == CAP_MONTH_OF_STUDY)
		return (int)reference_policy_int(ref, "study_months_max", programme, true, DATE_EVER, 60);
	return 1;
}

static void reference_read_limit(struct reader *r, const json_t *in, const char *programme,
				 struct reference_limit *l)
{
	l->from = reader_date(r, in, "valid_from");
	l->until = reader_date_or(r, in, "valid_to", DATE_EVER);
	l->limit.purpose = reader_text_or(r, in, "purpose", "");
	l->limit.cap.dong = reader_int_or(r, in, "cap", 0);
	if (!cap_basis_of_word(reader_text(r, in, "cap_basis"), &l->limit.basis))
		reader_fail(r, "cap_basis", "is unknown");
	l->limit.max_units = reference_units_max(r->ref, programme, l->limit.basis);
	l->max_term_months = (int)reader_int_or(r, in, "max_term_months", 0);
	l->principal_grace_months = (int)reader_int_or(r, in, "principal_grace_months", -1);
	l->interest_grace_months = (int)reader_int_or(r, in, "interest_grace_months", -1);
}

/* After programmes and policies: the limits of each programme stand together. */
static void reference_read_limits(struct reader *r)
{
	const json_t *list;
	size_t rows, at = 0;
	struct reference *ref = r->ref;
	ref->limits = reader_list(r, "limits", sizeof *ref->limits, &rows, &list);
	for (size_t p = 0; p < ref->programmes_count; p++) {
		struct reference_programme *programme = &ref->programmes[p];
		programme->limits = ref->limits + at;
		for (size_t i = 0; i < rows; i++) {
			const json_t *in = reader_row(r, list, i);
			if (strcmp(reader_text(r, in, "code"), programme->rule.code) != 0)
				continue;
			reference_read_limit(r, in, programme->rule.code, &ref->limits[at++]);
			programme->limits_count++;
		}
	}
	ref->limits_count = at;
	if (at != rows)
		reader_fail(r, "code", "is no programme");
}

static void reference_read_periods(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->periods = reader_list(r, "periods", sizeof *ref->periods, &ref->periods_count, &list);
	for (size_t i = 0; i < ref->periods_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->periods[i] = (struct reference_period){
			.programme = reader_text(r, in, "code"),
			.term_from = (int)reader_int(r, in, "term_months_from"),
			.term_to = (int)reader_int(r, in, "term_months_to"),
			.months_max = (int)reader_int(r, in, "instalment_months_max"),
		};
	}
}

static void reference_read_rates(struct reader *r, const json_t *list, struct reference_line *line)
{
	size_t count = json_array_size(list);
	struct rate_row *rows = reader_table(r, count, sizeof *rows);
	for (size_t i = 0; i < count; i++) {
		const json_t *in = json_array_get(list, i);
		rows[i].from = reader_date(r, in, "from");
		rows[i].rate_e7 = (int32_t)reader_int(r, in, "rate_e7");
		/* a rate for new contracts is the first of a line of its own: the loans before it follow another */
		if (i && strcmp(reader_text_or(r, in, "applies_to", ""), "new_loans") == 0)
			reader_fail(r, "rows", "has a rate for new contracts behind another rate");
	}
	if (!rate_line_init(&line->line, rows, count))
		reader_fail(r, "rows", "must be rates in ascending order of their days");
}

static void reference_read_lines(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->lines = reader_list(r, "lines", sizeof *ref->lines, &ref->lines_count, &list);
	ref->overlays = xcalloc(ref->lines_count, sizeof *ref->overlays);
	for (size_t i = 0; i < ref->lines_count; i++) {
		const json_t *in = reader_row(r, list, i);
		struct reference_line *line = &ref->lines[i];
		line->name = reader_text(r, in, "line");
		line->programme = reader_text(r, in, "code");
		line->for_contracts_from = reader_date_or(r, in, "for_contracts_from", DATE_NONE);
		line->priority = json_is_true(json_object_get(in, "priority"));
		line->base = reader_text_or(r, in, "base", "");
		line->relief = (int32_t)reader_int_or(r, in, "relief", 0);
		line->overlay = (int32_t)reader_int_or(r, in, "overlay", 0);
		reference_read_rates(r, json_object_get(in, "rows"), line);
		if (line->overlay)
			ref->overlays[ref->overlays_count++] =
				(struct loan_overlay){ line->overlay, &line->line };
	}
}

static void reference_read_reliefs(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->reliefs = reader_list(r, "reliefs", sizeof *ref->reliefs, &ref->reliefs_count, &list);
	for (size_t i = 0; i < ref->reliefs_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->reliefs[i] = (struct reference_relief){
			.number = (int32_t)reader_int(r, in, "relief"),
			.name = reader_text(r, in, "name"),
			.rate_delta_e7 = (int32_t)reader_int(r, in, "rate_delta_e7"),
			.from = reader_date(r, in, "from"),
			.until = reader_date(r, in, "until"),
			.holiday_from = reader_date_or(r, in, "holiday_from", DATE_NONE),
			.holiday_until = reader_date_or(r, in, "holiday_until", DATE_NONE),
		};
	}
}

static struct poverty_standard reference_read_standard(struct reader *r, const json_t *in)
{
	return (struct poverty_standard){
		.from = reader_date(r, in, "from_on"),
		.rural = { reader_int(r, in, "rural") },
		.urban = { reader_int(r, in, "urban") },
		.average_rural = { reader_int_or(r, in, "average_rural", 0) },
		.average_urban = { reader_int_or(r, in, "average_urban", 0) },
		.lacking_poor = (int)reader_int(r, in, "lacking_poor"),
		.instrument = reader_text(r, in, "instrument"),
	};
}

/* They come by unit and day: the rows of a unit stand together. */
static void reference_read_standards(struct reader *r)
{
	const json_t *list;
	size_t rows;
	struct reference *ref = r->ref;
	ref->standard_rows = reader_list(r, "standards", sizeof *ref->standard_rows, &rows, &list);
	ref->standards = xcalloc(rows, sizeof *ref->standards);
	for (size_t i = 0; i < rows; i++) {
		const json_t *in = reader_row(r, list, i);
		const char *area = reader_text(r, in, "area");
		struct reference_standards *s = ref->standards + ref->standards_count;
		if (!ref->standards_count || strcmp(s[-1].area, area) != 0)
			ref->standards[ref->standards_count++] =
				(struct reference_standards){ area, ref->standard_rows + i, 0 };
		ref->standard_rows[i] = reference_read_standard(r, in);
		ref->standards[ref->standards_count - 1].count++;
	}
}

static void reference_read_policies(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->policies = reader_list(r, "policies", sizeof *ref->policies, &ref->policies_count, &list);
	for (size_t i = 0; i < ref->policies_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->policies[i] = (struct reference_policy){
			.name = reader_text(r, in, "name"),
			.programme = reader_text_or(r, in, "programme", ""),
			.entrusted = reader_text_or(r, in, "entrusted", ""),
			.value = reader_text(r, in, "value"),
			.from = reader_date(r, in, "from_on"),
		};
	}
}

/* The rows of each programme stand together, and its rule points at them. */
static void reference_read_conflicts(struct reader *r)
{
	const json_t *list;
	size_t rows, at = 0;
	struct reference *ref = r->ref;
	ref->conflicts = reader_list(r, "conflicts", sizeof *ref->conflicts, &rows, &list);
	for (size_t p = 0; p < ref->programmes_count; p++) {
		struct programme_rule *rule = &ref->programmes[p].rule;
		rule->conflicts = ref->conflicts + at;
		for (size_t i = 0; i < rows; i++) {
			const json_t *in = reader_row(r, list, i);
			if (strcmp(reader_text(r, in, "code"), rule->code) != 0)
				continue;
			ref->conflicts[at++] = (struct programme_conflict){
				.with = reader_text(r, in, "other"),
				.from = reader_date(r, in, "from_on"),
				.until = reader_date_or(r, in, "until_on", DATE_EVER),
				.rule = reader_text(r, in, "rule"),
			};
			rule->conflicts_count++;
		}
	}
	ref->conflicts_count = at;
	if (at != rows)
		reader_fail(r, "code", "is no programme");
}

static unsigned reference_priority_attribute(struct reader *r, const char *word)
{
	enum household_attribute attribute;
	if (strcmp(word, "declared") == 0)
		return 0;
	if (household_attribute_of_word(word, &attribute))
		return attribute;
	reader_fail(r, "attribute", "is neither an attribute nor 'declared'");
	return 0;
}

static void reference_read_priorities(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->priorities =
		reader_list(r, "priorities", sizeof *ref->priorities, &ref->priorities_count, &list);
	for (size_t i = 0; i < ref->priorities_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->priorities[i] = (struct reference_priority_row){
			.programme = reader_text(r, in, "code"),
			.attribute = reference_priority_attribute(r, reader_text(r, in, "attribute")),
			.from = reader_date(r, in, "from_on"),
			.until = reader_date_or(r, in, "until_on", DATE_EVER),
			.rule = reader_text(r, in, "rule"),
		};
	}
}

static void reference_read_funds(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->funds = reader_list(r, "funds", sizeof *ref->funds, &ref->funds_count, &list);
	for (size_t i = 0; i < ref->funds_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->funds[i] = (struct reference_fund){
			.number = (int)reader_int(r, in, "fund"),
			.kind = (int)reader_int(r, in, "kind"),
			.organisation = (int)reader_int_or(r, in, "organisation", 0),
			.name = reader_text(r, in, "name"),
			.owner = reader_text(r, in, "owner"),
			.from = reader_date(r, in, "from_on"),
			.until = reader_date_or(r, in, "until_on", DATE_EVER),
		};
	}
}

static void reference_read_freezes(struct reader *r)
{
	const json_t *list;
	struct reference *ref = r->ref;
	ref->freezes = reader_list(r, "freezes", sizeof *ref->freezes, &ref->freezes_count, &list);
	for (size_t i = 0; i < ref->freezes_count; i++) {
		const json_t *in = reader_row(r, list, i);
		ref->freezes[i] = (struct risk_limit){
			.risk_case = reader_text(r, in, "risk_case"),
			.loss_from = (int)reader_int(r, in, "loss_from"),
			.loss_upto = (int)reader_int(r, in, "loss_upto"),
			.late = json_is_true(json_object_get(in, "late")),
			.from = reader_date(r, in, "from_on"),
			.months = (int)reader_int(r, in, "months"),
		};
	}
}

/* ---- the order of payments: two policies (one a state of the loan) merged into rows of both ---- */

static bool reference_read_order(const char *words, uint8_t order[PART_COUNT])
{
	char word[32];
	int n = 0;
	for (const char *s = words; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		enum part part;
		if (len >= sizeof word || n == PART_COUNT)
			return false;
		memcpy(word, s, len);
		word[len] = '\0';
		if (!part_of_word(word, &part))
			return false;
		order[n++] = (uint8_t)part;
		s += len;
	}
	return n == PART_COUNT;
}

static void reference_add_allocation(struct reader *r, struct date from)
{
	struct reference *ref = r->ref;
	struct allocation_policy row = allocation_policy_default;
	const char *in_term = reference_policy_text(ref, "allocation_in_term", "", true, from, NULL);
	const char *overdue = reference_policy_text(ref, "allocation_overdue", "", true, from, NULL);
	row.from = from;
	if ((in_term && !reference_read_order(in_term, row.in_term)) ||
	    (overdue && !reference_read_order(overdue, row.overdue)) || !allocation_policy_valid(&row)) {
		reader_fail(r, "allocation", "must name each part of a payment once");
		return;
	}
	size_t at = ref->allocation_count;
	while (at > 0 && date_cmp(ref->allocation[at - 1].from, from) > 0)
		at--;
	if (at > 0 && date_cmp(ref->allocation[at - 1].from, from) == 0)
		return;
	memmove(ref->allocation + at + 1, ref->allocation + at, (ref->allocation_count - at) * sizeof row);
	ref->allocation[at] = row;
	ref->allocation_count++;
}

static void reference_read_allocation(struct reader *r)
{
	struct reference *ref = r->ref;
	ref->allocation = xcalloc(ref->policies_count + 1, sizeof *ref->allocation);
	for (size_t i = 0; i < ref->policies_count; i++)
		if (strncmp(ref->policies[i].name, "allocation_", 11) == 0)
			reference_add_allocation(r, ref->policies[i].from);
	if (!ref->allocation_count)
		ref->allocation[ref->allocation_count++] = allocation_policy_default;
}

/* Policies come in order of their days. */
static void reference_read_deposit_line(struct reader *r)
{
	struct reference *ref = r->ref;
	struct rate_row *rows = reader_table(r, ref->policies_count, sizeof *rows);
	size_t count = 0;
	for (size_t i = 0; i < ref->policies_count; i++) {
		const struct reference_policy *p = &ref->policies[i];
		if (strcmp(p->name, "deposit_rate_percent") != 0 || p->programme[0] || p->entrusted[0])
			continue;
		rows[count].from = p->from;
		if (!rate_parse_percent(p->value, &rows[count++].rate_e7))
			reader_fail(r, "deposit_rate_percent", "is no rate");
	}
	if (count && !rate_line_init(&ref->deposit_line, rows, count))
		reader_fail(r, "deposit_rate_percent", "must be rates in ascending order of their days");
}

/* A reference without anything; NULL: no JSON object. */
static struct reference *reference_begin_new(const char *json, int64_t version, struct text *error)
{
	json_error_t where;
	json_t *root = json_loads(json, 0, &where);
	if (!json_is_object(root)) {
		text_printf(error, "reference data: %s", root ? "not an object" : where.text);
		json_decref(root);
		return NULL;
	}
	struct reference *ref = xcalloc(1, sizeof *ref);
	ref->holders = 1;
	ref->version = version;
	ref->json = root;
	return ref;
}

static struct reference *reference_end(const struct reader *r)
{
	if (!r->failed)
		return r->ref;
	reference_unref(r->ref);
	return NULL;
}

struct reference *reference_parse_new(const char *json, int64_t version, struct text *error)
{
	struct reader r = { .ref = reference_begin_new(json, version, error), .error = error };
	if (!r.ref)
		return NULL;
	reference_read_policies(&r);
	reference_read_allocation(&r);
	reference_read_deposit_line(&r);
	reference_read_organisations(&r);
	reference_read_areas(&r);
	reference_read_holidays(&r);
	reference_read_points(&r);
	reference_read_programmes(&r);
	reference_read_limits(&r);
	reference_read_conflicts(&r);
	reference_read_priorities(&r);
	reference_read_funds(&r);
	reference_read_periods(&r);
	reference_read_lines(&r);
	reference_read_standards(&r);
	reference_read_reliefs(&r);
	reference_read_freezes(&r);
	return reference_end(&r);
}

struct reference *reference_parse_areas_new(const char *json, struct text *error)
{
	struct reader r = { .ref = reference_begin_new(json, 0, error), .error = error };
	if (!r.ref)
		return NULL;
	reference_read_areas(&r);
	return reference_end(&r);
}
