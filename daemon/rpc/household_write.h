/* A change of a household: read it, decide, write, again when another was quicker. The statement takes the common head of
 * writes, the parameters without key and personal data, and what was decided: an object with the version that was read
 * and what decide() adds. */
#ifndef VONVAY_HOUSEHOLD_WRITE_H
#define VONVAY_HOUSEHOLD_WRITE_H

#include "loan_context.h"
#include "vonvay/household_store.h"
#include "vonvay/json.h"

#define MEMBERS_MAX 99

struct household_job {
	struct request *req;
	const struct household_write *write;
	const struct loan_context *ctx;
	const struct household_data *data;  /* of the parameter write->household */
	const struct household_data *other; /* of the parameter write->other */
	const struct db_result *sealed;	    /* of write->sealed: member, field, value; while decide() runs */
	int tries;
};

struct household_write {
	enum stmt stmt;
	const char *household; /* parameter with the household that is read; NULL: none */
	const char *other;     /* parameter with a second one; NULL: none */
	const char *sealed; /* parameter with the household whose members' sealed values are read; NULL: none */
	/* Adds members to the object `w`. False: answered. */
	bool (*decide)(struct household_job *job, struct jw *w);
};

/* `write` lives as long as the process. */
void household_write(struct request *req, const struct household_write *write);

/* The parameter, or the business date. */
struct date household_job_day(const struct household_job *job, const char *name);
/* The member named by a parameter, on the day; NULL: answered. */
const struct household_member *household_job_member(struct household_job *job, const char *name, int no,
						    struct date on);
/* An adult, and a member until now: may sign from that day on. False: answered. */
MUSTCHECK bool household_job_signer(struct household_job *job, const char *name,
				    const struct household_member *member, struct date on);
/* "agenda": the days on which the household ceases to be newly escaped, by these classes. */
void household_job_agenda(const struct household_job *job, struct jw *w,
			  const struct household_class_row *rows, size_t count);
/* "sealed": the personal values in an object of parameters, sealed for a member. False: answered; `prefix` names the
 * object in messages ("members[2]."). */
MUSTCHECK bool household_job_seal(struct household_job *job, struct jw *w, const json_t *in,
				  const char *prefix, int64_t household, int member);
/* "sealed": what is sealed of a member of write->sealed, sealed again for another place. False: answered. */
MUSTCHECK bool household_job_reseal(struct household_job *job, struct jw *w, int64_t old_household,
				    int old_member, int64_t household, int member);
/* Parameters income and lacking as a survey of a day. */
struct household_survey household_job_survey(const struct household_job *job, struct date on);
/* "computed": the class decided, and what a survey gives by the standard of its day, if there is one. */
void household_job_computed(const struct household_job *job, struct jw *w,
			    const struct household_survey *survey, enum household_class decided);
/* The class in force on a day. */
enum household_class household_job_class(const struct household_job *job, struct date on);
/* The classes with one more, by day; without the one from `replaces` on (DATE_NONE: all). *count: how many. */
struct household_class_row *household_job_classes(const struct household_job *job,
						  struct household_class_row row, struct date replaces,
						  size_t *count);
/* Attributes named by an array of words. */
unsigned household_job_attributes(const struct household_job *job, const char *name);
void household_json_attributes(struct jw *w, const char *name, unsigned bits);
void household_json_lacking(struct jw *w, const char *name, unsigned lacking);

#endif
