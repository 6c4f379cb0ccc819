/* Reference data as one immutable object: programmes, limits, rate lines, policies, calendars, areas, each dated.
 * Made from api.reference_read(); a newer version is a new object, an old one stays valid while somebody holds it.
 * All pointers handed out are borrowed from it. A missing date is DATE_NONE (from) or DATE_EVER (until). */
#ifndef VONVAY_REFERENCE_H
#define VONVAY_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/allocation.h"
#include "vonvay/calendar.h"
#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/eligibility.h"
#include "vonvay/loan.h"
#include "vonvay/poverty.h"
#include "vonvay/rate.h"
#include "vonvay/risk.h"
#include "vonvay/text.h"

#define ORGANISATION_DIRECT 99

struct reference;

struct reference_organisation {
	int number; /* 11..14, 99 = lent directly */
	const char *word;
};

struct reference_area {
	const char *code, *name;
	const char *parent; /* "" = none */
	bool rural;
	enum area_difficulty difficulty;
	struct date from, until; /* until: the last day */
	const char *successor;	 /* "" = none */
};

struct reference_point {
	int32_t point_id;
	const char *code, *name, *area;
	struct date from, until;
	struct calendar calendar;
};

struct reference_limit {
	struct date from, until;
	struct programme_limit limit;
	int max_term_months;	    /* 0: not given */
	int principal_grace_months; /* -1: not given */
	int interest_grace_months;  /* -1: not given */
};

struct reference_line {
	const char *name;
	const char *programme;
	struct date for_contracts_from;
	bool priority;
	int32_t overlay;  /* number that facts name it by; 0: a line of contracts */
	int32_t relief;	  /* of an overlay */
	const char *base; /* of an overlay: the line it follows; else "" */
	struct rate_line line;
};

/* What households in a disaster are given (change kind `relief`); each line concerned has an overlay. domain.md 2.9 */
struct reference_relief {
	int32_t number;
	const char *name;
	int32_t rate_delta_e7;	 /* taken off the rate inside from .. until - 1 */
	struct date from, until; /* until: first day at the full rate again */
	struct date holiday_from,
		holiday_until; /* until: first day interest is asked for again; DATE_NONE: no holiday */
};

enum entrusted {
	ENTRUSTED_YES,
	ENTRUSTED_OR_DIRECT,
	ENTRUSTED_DIRECT,
};

struct reference_programme {
	struct programme_rule rule; /* .code, .cap_group, ... */
	const char *name_vi;
	const char *purposes; /* "land|house|production_land" */
	enum entrusted entrusted;
	const struct reference_limit *limits;
	size_t limits_count;
};

/* Who gives the money of a loan: loan.fund. */
struct reference_fund {
	int number;
	int kind;	  /* code 'fund' */
	int organisation; /* whose groups alone it serves; 0: all */
	const char *name, *owner;
	struct date from, until; /* until: the last day */
};

/* NULL when something does not fit: `error` says what and where. The caller holds it. */
struct reference *reference_parse_new(const char *json, int64_t version, struct text *error);
/* The same of "areas" alone: for household_view_on() with units as they were known earlier. */
struct reference *reference_parse_areas_new(const char *json, struct text *error);
/* One more, one less holder; the last one frees it. unref of NULL does nothing. */
struct reference *reference_ref(struct reference *ref);
void reference_unref(struct reference *ref);
int64_t reference_version(const struct reference *ref);

/* NULL when there is none. */
const struct reference_programme *reference_programme_find(const struct reference *ref, const char *code);
const struct reference_programme *reference_programmes(const struct reference *ref, size_t *count);
const struct reference_line *reference_line_find(const struct reference *ref, const char *name);
/* All lines, overlays too; all points. */
const struct reference_line *reference_lines(const struct reference *ref, size_t *count);
const struct reference_point *reference_points(const struct reference *ref, size_t *count);
const struct reference_relief *reference_relief_find(const struct reference *ref, const char *name);
/* The overlay of a relief for the loans of a line; NULL: the relief does not concern it. */
const struct reference_line *reference_overlay_find(const struct reference *ref, int32_t relief,
						    const char *base);
/* What struct loan_contract borrows. */
const struct loan_overlay *reference_overlays(const struct reference *ref, size_t *count);
const struct reference_point *reference_point_find(const struct reference *ref, int32_t point_id);
const struct reference_point *reference_point_by_code(const struct reference *ref, const char *code);
const struct reference_area *reference_areas(const struct reference *ref, size_t *count);
const struct reference_area *reference_area_find(const struct reference *ref, const char *code);
const struct reference_organisation *reference_organisation_find(const struct reference *ref, int number);

/* The unit that stands for `code` on a day, by following successors; the last one known when none is valid. */
const struct reference_area *reference_area_on(const struct reference *ref, const char *code, struct date on);
/* The point that serves direct borrowers of a commune: the first one of that commune or of a unit merged into it. */
const struct reference_point *reference_point_of_area(const struct reference *ref, const char *area,
						      struct date on);
/* The limit in force; a limit of purpose "" serves every purpose. */
const struct reference_limit *reference_limit_on(const struct reference_programme *p, const char *purpose,
						 struct date on);
/* Is the word one of p->purposes? */
bool reference_purpose_known(const struct reference_programme *p, const char *purpose);
/* What a contract for this purpose stores: nothing where the limit of the whole programme serves it. False: the programme
 * has no such purpose, or needs one. */
MUSTCHECK bool reference_purpose_stored(const struct reference_programme *p, const char *purpose,
					const char **stored);
/* The verdict of a household for a programme under a row of its limits (NULL: none in force), by the policies of the day;
 * under a limit of a purpose the cap that the programme shares holds too. */
void reference_eligibility(const struct reference *ref, const struct household_view *household,
			   const struct reference_programme *p, const struct reference_limit *limit,
			   int units, struct date on, struct eligibility *out);
/* The longest time between principal instalments of a loan of this term; 0: no rule. */
int reference_instalment_months_max(const struct reference *ref, const char *programme, int term_months);
/* The line a contract of this day joins; NULL: none. */
const struct reference_line *reference_line_choose(const struct reference *ref, const char *programme,
						   const char *purpose, bool priority,
						   struct date contract_on);
/* The standard of poverty in force in a unit on a day: the State's, or what the unit or one it lies in set above it.
 * False: there is none yet. */
MUSTCHECK bool reference_poverty_on(const struct reference *ref, const struct reference_area *area,
				    struct date on, struct poverty_standard *out);
/* The value of the dated policy in force: of the programme before that of all, of the route before that of both.
 * `otherwise` when there is no row. */
const char *reference_policy_text(const struct reference *ref, const char *name, const char *programme,
				  bool entrusted, struct date on, const char *otherwise);
int64_t reference_policy_int(const struct reference *ref, const char *name, const char *programme,
			     bool entrusted, struct date on, int64_t otherwise);
/* What members' deposits earn (policy deposit_rate_percent); NULL: nothing. */
const struct rate_line *reference_deposit_line(const struct reference *ref);
/* Has a borrower of this programme priority, whose household has these attributes? `declared`: said in the request, which
 * counts only where the household's data can't know. *rule (may be NULL) gets the rule that gives it. domain.md 1.1 */
bool reference_priority(const struct reference *ref, const char *programme, unsigned attributes,
			bool declared, struct date on, const char **rule);
/* NULL when there is none. */
const struct reference_fund *reference_fund_find(const struct reference *ref, int number);
/* A calendar that has nothing but the public holidays. */
struct calendar reference_working_days(const struct reference *ref);
/* How long principal may be frozen; public holidays, ascending. */
const struct risk_limit *reference_freezes(const struct reference *ref, size_t *count);
const struct date *reference_holidays(const struct reference *ref, size_t *count);
/* All orders of payment, ascending: what struct loan_contract borrows. */
const struct allocation_policy *reference_allocation(const struct reference *ref, size_t *count);

#endif
