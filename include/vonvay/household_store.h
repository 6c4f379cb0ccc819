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
	struct date from, until; /* DATE_NONE: from the beginning; until: the first day no longer a member, DATE_EVER: still */
	const char *ended;	 /* left, died, split, merged; "" while still a member */
	bool representative;	 /* now; household_representative_on() knows of other days */
};

struct household_signer {
	struct date from;
	int member; /* 0: nobody */
};

struct household_survey {
	struct date on;
	struct money income; /* a person and month */
	unsigned lacking;    /* bits of enum poverty_indicator */
};

struct household_membership {
	int64_t group_id;
	const char *name;
	struct date from, until; /* until: the first day no longer; DATE_EVER: still */
	int organisation;
	int32_t point_id;
};

/* An application that is approved and not disbursed: what it may draw uses the cap already. */
struct household_approved {
	int64_t application_id;
	const char *programme, *purpose;
	struct money amount;
};

/* Rows of each kind ascend by their day. Texts are owned by the whole. */
struct household_data {
	int64_t household_id;
	const char *name;
	struct date registered_on, left_on; /* DATE_EVER: has not left; else the first day no longer there */
	const char *ended;		    /* left, merged, died; "" while it is there */
	int64_t merged_into;		    /* household, 0: none */
	int64_t version;		    /* raised by every change */
	struct household_residence *residences;
	size_t residences_count;
	struct household_member *members;
	size_t members_count;
	struct household_signer *signers;
	size_t signers_count;
	struct household_survey *surveys;
	size_t surveys_count;
	struct household_class_row *classes;
	const char **decisions; /* of the classes */
	size_t classes_count;
	struct household_attributes *attributes;
	size_t attributes_count;
	struct household_membership *groups;
	size_t groups_count;
	struct household_approved *approved;
	size_t approved_count;
	void *json;
};

/* NULL when the text does not fit: `error` says why. */
struct household_data *household_data_parse_new(const char *json, struct text *error);
void household_data_free(struct household_data *data);

/* In force on a day; NULL before the first. */
const struct household_residence *household_residence_on(const struct household_data *data, struct date on);
const struct household_membership *household_group_on(const struct household_data *data, struct date on);
const struct household_member *household_representative(const struct household_data *data);
const struct household_member *household_representative_on(const struct household_data *data, struct date on);
const struct household_member *household_member_find(const struct household_data *data, int no);
bool household_member_on(const struct household_member *member, struct date on);
/* The last one made on or before the day. */
const struct household_survey *household_survey_on(const struct household_data *data, struct date on);
unsigned household_attributes_on(const struct household_data *data, struct date on);
/* The class by the standard of the day from a survey, in the area of that day. False: no standard is in force. */
MUSTCHECK bool household_computed_class(const struct household_data *data, const struct reference *ref,
					const struct household_survey *survey, struct date on,
					struct poverty_standard *standard, enum household_class *class);
/* What a rule may ask of it on that day; its loans are the caller's to fill in. */
void household_view_on(const struct household_data *data, const struct reference *ref, struct date on,
		       struct household_view *out);

/* The first day after `on` on which eligibility changes by itself as far as this is known: the months after leaving poverty
 * end (*why "escaped_end"), a household without an adult has one ("adult"), or a row that was dated ahead begins or ends
 * ("dated"). DATE_EVER: none. */
struct date household_next_change(const struct household_data *data, int escaped_months, struct date on,
				  const char **why);

#endif
