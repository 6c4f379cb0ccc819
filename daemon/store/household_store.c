/* api.household_read()'s JSON -> struct household_data. */
#include "vonvay/household_store.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

static const char *household_text(const json_t *in, const char *name)
{
	const char *s = json_string_value(json_object_get(in, name));
	return s ? s : "";
}

static struct date household_date(const json_t *in, const char *name, struct date otherwise)
{
	struct date d;
	const char *s = json_string_value(json_object_get(in, name));
	return s && date_parse(s, &d) ? d : otherwise;
}

static int64_t household_int(const json_t *in, const char *name)
{
	return json_integer_value(json_object_get(in, name));
}

static void household_read_residences(struct household_data *d, const json_t *list)
{
	d->residences_count = json_array_size(list);
	d->residences = xcalloc(d->residences_count, sizeof *d->residences);
	for (size_t i = 0; i < d->residences_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->residences[i] = (struct household_residence){
			.from = household_date(in, "from", DATE_NONE),
			.area = household_text(in, "area"),
			.hamlet = household_text(in, "hamlet"),
		};
	}
}

static void household_read_members(struct household_data *d, const json_t *list)
{
	d->members_count = json_array_size(list);
	d->members = xcalloc(d->members_count, sizeof *d->members);
	for (size_t i = 0; i < d->members_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->members[i] = (struct household_member){
			.no = (int)household_int(in, "no"),
			.name = household_text(in, "name"),
			.sex = household_text(in, "sex"),
			.relation = household_text(in, "relation"),
			.ethnic = household_text(in, "ethnic"),
			.born_on = household_date(in, "born_on", DATE_EVER),
			.from = household_date(in, "from", DATE_NONE),
			.until = household_date(in, "until", DATE_EVER),
			.ended = household_text(in, "ended"),
			.representative = json_is_true(json_object_get(in, "representative")),
		};
	}
}

static void household_read_signers(struct household_data *d, const json_t *list)
{
	d->signers_count = json_array_size(list);
	d->signers = xcalloc(d->signers_count, sizeof *d->signers);
	for (size_t i = 0; i < d->signers_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->signers[i].from = household_date(in, "from", DATE_NONE);
		d->signers[i].member = (int)household_int(in, "member");
	}
}

static void household_read_surveys(struct household_data *d, const json_t *list)
{
	d->surveys_count = json_array_size(list);
	d->surveys = xcalloc(d->surveys_count, sizeof *d->surveys);
	for (size_t i = 0; i < d->surveys_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->surveys[i] = (struct household_survey){
			.on = household_date(in, "on", DATE_NONE),
			.income = { household_int(in, "income") },
			.lacking = (unsigned)household_int(in, "lacking"),
		};
	}
}

static void household_read_classes(struct household_data *d, const json_t *list)
{
	d->classes_count = json_array_size(list);
	d->classes = xcalloc(d->classes_count, sizeof *d->classes);
	d->decisions = xcalloc(d->classes_count, sizeof *d->decisions);
	for (size_t i = 0; i < d->classes_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->classes[i].from = household_date(in, "from", DATE_NONE);
		d->classes[i].class = (enum household_class)household_int(in, "class");
		d->decisions[i] = household_text(in, "decision");
	}
}

static void household_read_attributes(struct household_data *d, const json_t *list)
{
	d->attributes_count = json_array_size(list);
	d->attributes = xcalloc(d->attributes_count, sizeof *d->attributes);
	for (size_t i = 0; i < d->attributes_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->attributes[i].from = household_date(in, "from", DATE_NONE);
		d->attributes[i].bits = (unsigned)household_int(in, "bits");
	}
}

static void household_read_groups(struct household_data *d, const json_t *list)
{
	d->groups_count = json_array_size(list);
	d->groups = xcalloc(d->groups_count, sizeof *d->groups);
	for (size_t i = 0; i < d->groups_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->groups[i] = (struct household_membership){
			.group_id = household_int(in, "group"),
			.name = household_text(in, "name"),
			.from = household_date(in, "from", DATE_NONE),
			.until = household_date(in, "until", DATE_EVER),
			.organisation = (int)household_int(in, "organisation"),
			.point_id = (int32_t)household_int(in, "point_id"),
		};
	}
}

static void household_read_approved(struct household_data *d, const json_t *list)
{
	d->approved_count = json_array_size(list);
	d->approved = xcalloc(d->approved_count, sizeof *d->approved);
	for (size_t i = 0; i < d->approved_count; i++) {
		const json_t *in = json_array_get(list, i);
		d->approved[i] = (struct household_approved){
			.application_id = household_int(in, "application"),
			.programme = household_text(in, "programme"),
			.purpose = household_text(in, "purpose"),
			.amount = { household_int(in, "amount") },
		};
	}
}

struct household_data *household_data_parse_new(const char *json, struct text *error)
{
	json_error_t where;
	json_t *root = json_loads(json, 0, &where);
	if (!json_is_object(root) || household_int(root, "household") <= 0) {
		text_printf(error, "household: %s", root ? "not what was expected" : where.text);
		json_decref(root);
		return NULL;
	}
	struct household_data *d = xcalloc(1, sizeof *d);
	d->json = root;
	d->household_id = household_int(root, "household");
	d->name = household_text(root, "name");
	d->registered_on = household_date(root, "registered_on", DATE_NONE);
	d->left_on = household_date(root, "left_on", DATE_EVER);
	d->ended = household_text(root, "ended");
	d->merged_into = household_int(root, "merged_into");
	d->version = household_int(root, "version");
	household_read_residences(d, json_object_get(root, "residence"));
	household_read_members(d, json_object_get(root, "members"));
	household_read_signers(d, json_object_get(root, "signers"));
	household_read_surveys(d, json_object_get(root, "surveys"));
	household_read_classes(d, json_object_get(root, "classes"));
	household_read_attributes(d, json_object_get(root, "attributes"));
	household_read_groups(d, json_object_get(root, "groups"));
	household_read_approved(d, json_object_get(root, "approved"));
	return d;
}

void household_data_free(struct household_data *d)
{
	free(d->residences);
	free(d->members);
	free(d->signers);
	free(d->surveys);
	free(d->classes);
	free(d->decisions);
	free(d->attributes);
	free(d->groups);
	free(d->approved);
	json_decref(d->json);
	free(d);
}

/* ---- on a day ---- */

const struct household_residence *household_residence_on(const struct household_data *d, struct date on)
{
	const struct household_residence *found = NULL;
	for (size_t i = 0; i < d->residences_count && date_cmp(d->residences[i].from, on) <= 0; i++)
		found = &d->residences[i];
	return found;
}

const struct household_membership *household_group_on(const struct household_data *d, struct date on)
{
	const struct household_membership *found = NULL;
	for (size_t i = 0; i < d->groups_count; i++)
		if (date_cmp(d->groups[i].from, on) <= 0 && date_cmp(on, d->groups[i].until) < 0)
			found = &d->groups[i];
	return found;
}

unsigned household_attributes_on(const struct household_data *d, struct date on)
{
	unsigned bits = 0;
	for (size_t i = 0; i < d->attributes_count && date_cmp(d->attributes[i].from, on) <= 0; i++)
		bits = d->attributes[i].bits;
	return bits;
}

const struct household_member *household_representative(const struct household_data *d)
{
	for (size_t i = 0; i < d->members_count; i++)
		if (d->members[i].representative)
			return &d->members[i];
	return NULL;
}

bool household_member_on(const struct household_member *member, struct date on)
{
	return date_cmp(member->from, on) <= 0 && date_cmp(on, member->until) < 0;
}

const struct household_member *household_member_find(const struct household_data *d, int no)
{
	for (size_t i = 0; i < d->members_count; i++)
		if (d->members[i].no == no)
			return &d->members[i];
	return NULL;
}

/* Who is marked now has signed from the beginning where no change was recorded. */
const struct household_member *household_representative_on(const struct household_data *d, struct date on)
{
	int no = 0;
	if (!d->signers_count)
		return household_representative(d);
	for (size_t i = 0; i < d->signers_count && date_cmp(d->signers[i].from, on) <= 0; i++)
		no = d->signers[i].member;
	return household_member_find(d, no);
}

const struct household_survey *household_survey_on(const struct household_data *d, struct date on)
{
	const struct household_survey *found = NULL;
	for (size_t i = 0; i < d->surveys_count && date_cmp(d->surveys[i].on, on) <= 0; i++)
		found = &d->surveys[i];
	return found;
}

bool household_computed_class(const struct household_data *d, const struct reference *ref,
			      const struct household_survey *survey, struct date on,
			      struct poverty_standard *standard, enum household_class *class)
{
	const struct household_residence *r = household_residence_on(d, on);
	const struct reference_area *area = r ? reference_area_on(ref, r->area, on) : NULL;
	if (!reference_poverty_on(ref, area, on, standard))
		return false;
	*class = poverty_class(standard, area && area->rural, survey->income, survey->lacking);
	return true;
}

static bool household_has_adult(const struct household_data *d, struct date on)
{
	for (size_t i = 0; i < d->members_count; i++)
		if (household_member_on(&d->members[i], on) && household_adult(d->members[i].born_on, on))
			return true;
	return false;
}

void household_view_on(const struct household_data *d, const struct reference *ref, struct date on,
		       struct household_view *out)
{
	const struct household_residence *r = household_residence_on(d, on);
	const struct reference_area *area = r ? reference_area_on(ref, r->area, on) : NULL;
	*out = (struct household_view){
		.classes = d->classes,
		.classes_count = d->classes_count,
		.attributes = household_attributes_on(d, on),
		.difficulty = area ? area->difficulty : AREA_ORDINARY,
		.rural = area && area->rural,
		.has_adult = household_has_adult(d, on),
		.in_group = household_group_on(d, on) != NULL,
	};
}

/* ---- what changes by itself ---- */

struct household_next {
	struct date after, on;
	const char *why;
};

static void household_next_day(struct household_next *next, struct date d, const char *why)
{
	if (date_cmp(d, next->after) <= 0 || date_cmp(d, next->on) >= 0)
		return;
	next->on = d;
	next->why = why;
}

static void household_next_dated(struct household_next *next, const struct household_data *d)
{
	for (size_t i = 0; i < d->classes_count; i++)
		household_next_day(next, d->classes[i].from, "dated");
	for (size_t i = 0; i < d->attributes_count; i++)
		household_next_day(next, d->attributes[i].from, "dated");
	for (size_t i = 0; i < d->residences_count; i++)
		household_next_day(next, d->residences[i].from, "dated");
	for (size_t i = 0; i < d->members_count; i++) {
		household_next_day(next, d->members[i].from, "dated");
		household_next_day(next, d->members[i].until, "dated");
	}
	for (size_t i = 0; i < d->groups_count; i++) {
		household_next_day(next, d->groups[i].from, "dated");
		household_next_day(next, d->groups[i].until, "dated");
	}
}

static void household_next_adult(struct household_next *next, const struct household_data *d)
{
	for (size_t i = 0; i < d->members_count; i++)
		household_next_day(next, household_comes_of_age(d->members[i].born_on), "adult");
}

struct date household_next_change(const struct household_data *d, int escaped_months, struct date on,
				  const char **why)
{
	struct household_next next = { on, DATE_EVER, NULL };
	household_next_day(&next, household_standing_ends(d->classes, d->classes_count, escaped_months, on),
			   "escaped_end");
	if (!household_has_adult(d, on))
		household_next_adult(&next, d);
	household_next_dated(&next, d);
	*why = next.why;
	return next.on;
}
