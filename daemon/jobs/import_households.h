/* Shared by the two halves of the import of households: the household and its dated rows (import_households.c), its members
 * with their personal data (import_members.c). */
#ifndef VONVAY_IMPORT_HOUSEHOLDS_H
#define VONVAY_IMPORT_HOUSEHOLDS_H

#include "import_private.h"
#include "vonvay/household.h"
#include "vonvay/json.h"
#include "vonvay/reference.h"

enum {
	RECORD,
	HOUSEHOLD,
	AREA,
	HAMLET,
	GROUP,
	ON,
	UNTIL,
	MEMBER,
	NAME,
	SEX,
	BORN_ON,
	RELATION,
	ETHNIC,
	CITIZEN_ID,
	TELEPHONE,
	ADDRESS,
	CLASS,
	ATTRIBUTES,
	DECISION,
};

extern const char *const import_household_columns[];

#define MEMBERS_MAX 99

/* The household whose rows are being read. */
struct household {
	bool open;
	int64_t id, line, last_line;
	struct text head; /* members of its JSON object that stand in its own row */
	struct text members, classes, residences, joins; /* JSON objects, comma between */
	struct text agenda;
	bool member[MEMBERS_MAX + 1];
	enum household_class class; /* of the last class row */
	struct date registered_on, class_on, residence_on, join_until;
	struct date oldest_born; /* DATE_EVER: no member yet */
	bool joined;
};

struct households {
	struct reference *ref;
	struct date today; /* no later day is accepted */
	int escaped_months;
	struct household now;
	struct import_seen seen, citizens;
	struct import_wanted areas, groups, households, hashes, elsewhere;
	struct import_chunk chunk;
};

/* A new object in a list of objects. */
struct jw import_household_item(struct text *list);
/* A date that is not after the last day accepted. */
MUSTCHECK bool import_household_day(struct import_job *job, int column, bool required, struct date *on);
/* A member row. */
void import_member_row(struct import_job *job);

#endif
