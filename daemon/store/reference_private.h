/* The inside of struct reference, shared by its parser (reference_parse.c) and its questions (reference.c). */
#ifndef VONVAY_REFERENCE_PRIVATE_H
#define VONVAY_REFERENCE_PRIVATE_H

#include <jansson.h>

#include "vonvay/reference.h"

struct reference_policy {
	const char *name, *programme, *entrusted, *value; /* "" = every one */
	struct date from;
};

struct reference_period {
	const char *programme;
	int term_from, term_to, months_max;
};

/* The rows of one unit ("" = the State), ascending. */
struct reference_standards {
	const char *area;
	struct poverty_standard *rows;
	size_t count;
};

struct reference_priority_row {
	const char *programme, *rule;
	unsigned attribute; /* 0: declared */
	struct date from, until;
};

struct reference {
	int holders;
	int64_t version;
	json_t *json; /* owns all texts */
	void **owned; /* days, changes and rates, which the tables point to */
	size_t owned_count;
	struct reference_organisation *organisations;
	size_t organisations_count;
	struct reference_area *areas;
	size_t areas_count;
	struct reference_point *points;
	size_t points_count;
	struct date *holidays;
	size_t holidays_count;
	struct reference_programme *programmes;
	size_t programmes_count;
	struct reference_limit *limits; /* in order of programme: struct reference_programme points into it */
	size_t limits_count;
	struct reference_period *periods;
	size_t periods_count;
	struct reference_line *lines;
	size_t lines_count;
	struct reference_standards *standards;
	size_t standards_count;
	struct poverty_standard *standard_rows;
	struct loan_overlay *overlays;
	size_t overlays_count;
	struct reference_relief *reliefs;
	size_t reliefs_count;
	struct risk_limit *freezes;
	size_t freezes_count;
	struct reference_policy *policies;
	size_t policies_count;
	struct programme_conflict *conflicts; /* in order of programme: the rules point into it */
	size_t conflicts_count;
	struct reference_priority_row *priorities;
	size_t priorities_count;
	struct reference_fund *funds;
	size_t funds_count;
	struct allocation_policy *allocation;
	size_t allocation_count;
	struct rate_line deposit_line; /* count 0: deposits bear no interest */
};

#endif
