/* vonvay-demo: writes the CSV files of a district like A Lưới, with households, groups and loans with their history, to be
 * imported through the same doors as a bank's own files. The same seed and size give the same files; at full size the
 * published figures are met exactly (README, tests/system/test_demo.py). People and loans are invented. */
#ifndef DEMO_H
#define DEMO_H

#include <stdio.h>

#include "vonvay/eligibility.h"
#include "vonvay/loan.h"

#define DEMO_YEARS 6 /* 2021..2026: status at the end of each */
#define DEMO_FIRST_YEAR 2021
#define UNIT_COUNT 18

/* rng.c */
struct rng {
	uint64_t state;
};
uint64_t rng_next(struct rng *r);
int64_t rng_below(struct rng *r, int64_t n);
int64_t rng_between(struct rng *r, int64_t low, int64_t high);
bool rng_chance(struct rng *r, int per_mille);
void rng_shuffle(struct rng *r, int *items, int count);

/* names.c */
enum ethnic { ETHNIC_TA_OI, ETHNIC_PA_CO, ETHNIC_CO_TU, ETHNIC_KINH, ETHNIC_COUNT };
const char *ethnic_name(enum ethnic e);
/* A full name into out. */
void name_make(struct rng *r, enum ethnic e, bool female, char *out, size_t size);

/* district.c */
struct unit {
	const char *code, *name, *kind;
	int households, poor_percent; /* end of 2021, full size */
	int difficulty;		      /* enum area_difficulty */
	int session_day;
	const char *successor;
};
extern const struct unit units[UNIT_COUNT];

/* What the year ends have to show; scaled by households / 14,050. */
struct figures {
	int households[DEMO_YEARS], poor[DEMO_YEARS];
	int near_poor;					     /* end of 2021 */
	int64_t outstanding_2022, lent_2023, collected_2023; /* đồng */
	int customers_2023, groups;
};

struct household {
	int unit, hamlet, members, group; /* group -1: in none */
	enum ethnic ethnic;
	bool released; /* a member released from prison */
	struct date registered_on, left_on, joined_on;
	uint8_t class_at[DEMO_YEARS]; /* enum household_class after the review of that December */
	int open_loans;
	bool lent_this_year;
	unsigned programmes; /* bit a programme spec: has an open loan of it */
	uint64_t seed;	     /* of its names */
};

struct credit_group {
	int unit, hamlet, organisation, members;
	struct date formed_on;
};

struct district {
	struct rng rng;
	int number; /* 0 = A Lưới itself; further ones for benchmarks */
	struct figures figures;
	struct household *households;
	int count;
	struct credit_group *groups;
	int group_count;
	struct session_day days[UNIT_COUNT];
	struct calendar calendars[UNIT_COUNT];
};

void district_make(struct district *d, uint64_t seed, int number, int households);
void district_clear(struct district *d);
/* The household's class on a day (reviews take effect on 15 December). */
int household_class_at(const struct household *h, struct date on);
struct date demo_date(int year, int month, int day);
int64_t household_number(const struct district *d, int index);
int64_t group_number(const struct district *d, int index);
void unit_code(const struct district *d, int unit, char out[16]);

/* programmes.c */
struct spec {
	const char *code, *purpose, *line;
	int weight;		   /* of new lending, per mille */
	int stock_weight;	   /* of the loans running at the end of 2021 */
	int from_year, until_year; /* contracts are made in these years */
	int from_month;		   /* in from_year */
	int terms[3];		   /* months, one is drawn */
	int every;		   /* months between principal instalments */
	int principal_grace, interest_grace;
	int low, high; /* amount, million đồng */
	int who;       /* enum borrower_kind */
	bool direct;
};
enum borrower_kind { WHO_POOR, WHO_NEAR_POOR, WHO_ESCAPED, WHO_ANY, WHO_MINORITY_POOR, WHO_RELEASED };
extern const struct spec specs[];
extern const int spec_count;
#define SPEC_MAX 32
/* Reads sql/data/programme_rates.csv; a line chosen by contract date must exist for each spec. Exits on a bad file. */
void rates_load(const char *folder);
const struct rate_line *rate_line_of(const char *line);

/* lending.c */
struct event {
	struct date on;
	enum fact_kind kind;
	int64_t amount;
};

struct sim_loan {
	int64_t number;
	int household, spec, unit, group;
	const char *line;
	struct schedule_terms terms;
	struct loan_contract contract;
	struct loan *loan;	     /* NULL once closed */
	struct loan_opening opening; /* of a loan running at the end of 2021 */
	bool opened;
	int behaviour, every, phase; /* pays in months with month % every == phase */
	int draws;		     /* further drawdowns of a student loan */
	int64_t draw_amount;
	struct event *events;
	int event_count, event_room;
};

struct lending {
	struct district *d;
	struct sim_loan *loans;
	int count, room;
	int64_t outstanding, lent, collected; /* đồng; lent and collected of the running year */
	int customers;			      /* households lent to in the running year */
	int left_count;			      /* contracts still to be made this year, and their sum */
	int64_t left_amount;
};
/* Runs the district from the end of 2021 to June 2026. Exits when a published figure cannot be met. */
void lending_run(struct lending *l, struct district *d, bool verbose);
void lending_clear(struct lending *l);

/* contract.c: making one loan */
struct sim_loan *loan_add(struct lending *l, int spec, int household, int term, struct date contract_on);
/* Folds the fact and keeps it as an event; principal repaid is added to collected. */
void loan_event(struct lending *l, struct sim_loan *s, enum fact_kind kind, struct date on, int64_t amount);
/* The loan as it came over at the end of 2021. */
void loan_open(struct lending *l, struct sim_loan *s, struct date on, const struct loan_opening *opening);
/* A household of the right kind for a contract of this spec on this day, -1 when none was found. */
int borrower_draw(struct lending *l, int spec, struct date on, bool new_borrower);
int spec_draw(struct rng *r, struct date on, bool stock);
struct date unit_session(const struct district *d, int unit, int32_t month);

/* stock.c: the loans running at the end of 2021 */
void stock_make(struct lending *l, struct date on);

/* collect.c: one month's sessions */
enum behaviour { BEHAVIOUR_REGULAR, BEHAVIOUR_LATE, BEHAVIOUR_BAD };
void collect_month(struct lending *l, int32_t month);
/* Early payments until the year's collection reaches target. */
void collect_top_up(struct lending *l, int32_t month, int64_t target);

/* write.c */
void write_district(const struct district *d, const struct lending *l, FILE *areas, FILE *groups,
		    FILE *households, FILE *loans);
void write_headers(FILE *areas, FILE *groups, FILE *households, FILE *loans);

#endif
