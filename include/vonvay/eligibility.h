/* May this household borrow from this programme on this day, and how much more? Dated status and rules in, an answer with
 * every reason and its rule out. domain.md 1.2, 6 */
#ifndef VONVAY_ELIGIBILITY_H
#define VONVAY_ELIGIBILITY_H

#include <stddef.h>

#include "vonvay/date.h"
#include "vonvay/money.h"

/* Codes are stored (sql: loan.household_class); never renumber. */
enum household_class {
	HOUSEHOLD_NONE = 0,
	HOUSEHOLD_POOR = 1,
	HOUSEHOLD_NEAR_POOR = 2,
	HOUSEHOLD_NEWLY_ESCAPED = 3,
	HOUSEHOLD_AVERAGE = 4,
};
const char *household_class_word(enum household_class c);
MUSTCHECK bool household_class_of_word(const char *word, enum household_class *out);

/* Dated attributes of a household that a programme may ask for; bits are stored. */
enum household_attribute {
	ATTRIBUTE_ETHNIC_MINORITY = 1 << 0,
	ATTRIBUTE_LACKS_WORKS = 1 << 1,	  /* no standard water or latrine works */
	ATTRIBUTE_APPROVED_LIST = 1 << 2, /* on the commune's approved housing list */
	ATTRIBUTE_FLOOD_ZONE = 1 << 3,
	ATTRIBUTE_WORKER = 1 << 4, /* a member from 15 on who needs work */
	ATTRIBUTE_TRADER = 1 << 5,
	ATTRIBUTE_RELEASED = 1 << 6, /* a member released from prison */
	ATTRIBUTE_STUDENT = 1 << 7,
	ATTRIBUTE_SUDDEN_HARDSHIP = 1 << 8,
	ATTRIBUTE_DISABLED = 1 << 9, /* a member with a disability */
};
#define HOUSEHOLD_ATTRIBUTES 10
const char *household_attribute_word(enum household_attribute a);
MUSTCHECK bool household_attribute_of_word(const char *word, enum household_attribute *out);

enum area_difficulty {
	AREA_ORDINARY = 0,
	AREA_DIFFICULT = 1,
	AREA_EXTREMELY_DIFFICULT = 2,
};

/* From this day on the household has this class (ascending, last one on or before the day counts). */
struct household_class_row {
	struct date from;
	enum household_class class;
};

/* A running loan of the household, as far as caps and debts ask. */
struct household_loan {
	const char *programme; /* code */
	const char *purpose;   /* of a programme with caps by purpose, else "" */
	const char *cap_group; /* "" = none */
	struct money balance;  /* principal left */
	struct money overdue;
};

struct household_view {
	const struct household_class_row *classes;
	size_t classes_count;
	unsigned attributes; /* bits of enum household_attribute in force on the day */
	enum area_difficulty difficulty;
	bool rural;
	bool has_adult; /* a member of 18 or more who can sign */
	bool in_group;	/* member of a savings and credit group on the day */
	const struct household_loan *loans;
	size_t loans_count;
};

enum cap_basis {
	CAP_HOUSEHOLD,
	CAP_BORROWER,
	CAP_WORKER,
	CAP_MONTH_OF_STUDY,
	CAP_TYPE_OF_WORKS,
	CAP_CONTRACT_COST, /* no figure: the cost of the contract itself */
};
MUSTCHECK bool cap_basis_of_word(const char *word, enum cap_basis *out);
const char *cap_basis_word(enum cap_basis basis);

/* Who may borrow, as an OR of alternatives each of which is an AND of class set, attributes and area. */
struct eligibility_alternative {
	unsigned classes;    /* bits 1 << enum household_class; 0 = any */
	unsigned attributes; /* all needed */
	enum area_difficulty at_least;
	bool rural; /* only rural areas */
};

#define ELIGIBILITY_ALTERNATIVES_MAX 4

/* No new loan of the programme while the household owes on one of `with`. domain.md 6 */
struct programme_conflict {
	const char *with; /* code */
	struct date from, until;
	const char *rule; /* what a refusal names */
};

struct programme_rule {
	const char *code, *instrument, *cap_group;
	struct date opened,
		closed; /* closed DATE_EVER: still open; the last day that contracts are made otherwise */
	struct eligibility_alternative who[ELIGIBILITY_ALTERNATIVES_MAX];
	int who_count;
	bool needs_group;
	const struct programme_conflict *conflicts; /* borrowed */
	size_t conflicts_count;
};
/* Parses the `who` word list of programmes.csv ("poor|near_poor|sudden_hardship"); false: unknown word. */
MUSTCHECK bool programme_rule_parse_who(struct programme_rule *rule, const char *who);

/* The limit row in force: cap of one unit (household, borrower, month of study, type of works). One of a purpose counts
 * the loans of the programme for that purpose alone, even where the programme shares the cap of its cap group. */
struct programme_limit {
	const char *purpose; /* "" = all purposes */
	struct money cap;
	enum cap_basis basis;
	int max_units; /* types of works: 2; months of study: what the policy allows; else 1 */
};

enum ineligible {
	INELIGIBLE_NOT_OPEN = 1,     /* the programme has not begun */
	INELIGIBLE_PROGRAMME_CLOSED, /* makes no new contracts any more */
	INELIGIBLE_NO_LIMIT,	     /* no limit row in force */
	INELIGIBLE_CLASS,
	INELIGIBLE_ESCAPED_TOO_LONG, /* more than the policy's months (36) since leaving poverty */
	INELIGIBLE_ATTRIBUTE,
	INELIGIBLE_AREA,
	INELIGIBLE_NO_ADULT,
	INELIGIBLE_NO_GROUP,
	INELIGIBLE_OVERDUE_DEBT,
	INELIGIBLE_CAP,	     /* nothing left under the cap (shared by the programmes of the cap group) */
	INELIGIBLE_CONFLICT, /* owes on a loan of a programme that excludes this one */
	INELIGIBLE_COUNT,
};
const char *ineligible_word(enum ineligible reason);

struct eligibility {
	bool eligible;
	bool has_headroom_figure; /* false for CAP_CONTRACT_COST */
	struct money cap;	  /* units x cap of one */
	struct money counted;	  /* balances that count towards it */
	struct money headroom;	  /* max(0, cap - counted) */
	enum ineligible reasons[INELIGIBLE_COUNT];
	int reasons_count;
	const struct programme_conflict *conflict; /* of INELIGIBLE_CONFLICT */
};

/* escaped_months: policy (36). units: how many months of study or types of works are asked for (1 otherwise), capped at
 * limit->max_units. limit NULL: none in force. All reasons are listed, not only the first. */
void eligibility_check(const struct household_view *household, const struct programme_rule *rule,
		       const struct programme_limit *limit, int escaped_months, int units, struct date on,
		       struct eligibility *out);
/* Adds what a second limit says (the cap of the whole beside that of a purpose): the tighter figures, all reasons. */
void eligibility_join(struct eligibility *e, const struct eligibility *other);
/* The class in force on a day, with the day it came into force. */
enum household_class household_class_on(const struct household_class_row *rows, size_t count, struct date on,
					struct date *since);
/* The same, but a newly escaped household is none after escaped_months (policy: 36; domain.md 6). */
enum household_class household_standing_on(const struct household_class_row *rows, size_t count,
					   int escaped_months, struct date on);
/* The first day on which a household that is newly escaped on `on` is it no more by itself; DATE_EVER when it is not. */
struct date household_standing_ends(const struct household_class_row *rows, size_t count, int escaped_months,
				    struct date on);

#endif
