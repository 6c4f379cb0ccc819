/* A household as api.household_read() gives it, with all its dated rows, and what the rules of eligibility see of it. */
#ifndef VONVAY_HOUSEHOLD_STORE_H
#define VONVAY_HOUSEHOLD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/household.h"
#include "vonvay/reference.h"
#include "vonvay/text.h"

struct household_residence {
	struct date from;
	const char *area, *hamlet;
};

struct household_member {
	int no;
	const char *name, *sex, *relation, *ethnic;
	struct date born_on;
	bool representative;
};

struct household_membership {
	int64_t group_id;
	const char *name;
	struct date from, until; /* until: the first day no longer; DATE_EVER: still */
	int organisation;
	int32_t point_id;
};

/* Rows of each kind ascend by their day. Texts are owned by the whole. */
struct household_data {
	int64_t household_id;
	const char *name;
	struct date registered_on, left_on; /* DATE_EVER: has not left */
	struct household_residence *residences;
	size_t residences_count;
	struct household_member *members;
	size_t members_count;
	struct household_class_row *classes;
	const char **decisions; /* of the classes */
	size_t classes_count;
	struct household_attributes *attributes;
	size_t attributes_count;
	struct household_membership *groups;
	size_t groups_count;
	void *json;
};

/* NULL when the text does not fit: `error` says why. */
struct household_data *household_data_parse_new(const char *json, struct text *error);
void household_data_free(struct household_data *data);

/* In force on a day; NULL before the first. */
const struct household_residence *household_residence_on(const struct household_data *data, struct date on);
const struct household_membership *household_group_on(const struct household_data *data, struct date on);
const struct household_member *household_representative(const struct household_data *data);
/* What a rule may ask of it on that day; its loans are the caller's to fill in. */
void household_view_on(const struct household_data *data, const struct reference *ref, struct date on,
		       struct household_view *out);

#endif
