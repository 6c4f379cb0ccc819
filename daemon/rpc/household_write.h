/* A change of a household: read it, decide, write, again when another was quicker. The statement takes the common head of
 * writes, the parameters without key and personal data, and what was decided: an object with the version that was read
 * and what decide() adds. */
#ifndef VONVAY_HOUSEHOLD_WRITE_H
#define VONVAY_HOUSEHOLD_WRITE_H

#include "loan_context.h"
#include "loan_views.h"
#include "vonvay/household_store.h"
#include "vonvay/json.h"

#define MEMBERS_MAX 99

struct household_taking;

struct household_job {
	struct request *req;
	const struct household_write *write;
	const struct loan_context *ctx;
	const struct household_data *data;  /* of the parameter write->household */
	const struct household_data *other; /* of the parameter write->other */
	const struct db_result *sealed;	    /* of write->sealed: member, field, value; while decide() runs */
	const struct loan_views *loans;	    /* of the household, as they stand now; with write->takes */
	const struct household_membership *group; /* that the parameter "group" names; with write->takes, NULL: none */
	struct household_taking *taking;	  /* household_take.c's */
	int tries;
};

struct household_write {
	enum stmt stmt;
	const char *household; /* parameter with the household that is read; NULL: none */
	const char *other;     /* parameter with a second one; NULL: none */
	const char *sealed; /* parameter with the household whose members' sealed values are read; NULL: none */
	/* Adds members to the object `w`. False: answered. */
	bool (*decide)(struct household_job *job, struct jw *w);
	/* Open loans may go along, by `moved` facts in the same write: decide() names them by household_job_take(). The statement
	 * then takes the common head, the matrices of a batch and {"params", "decided", "places"}. */
	bool takes;
	const char *day; /* with takes: the parameter with the day they move, by default the business date; NULL: that date */
};

/* `write` lives as long as the process. */
void household_write(struct request *req, const struct household_write *write);

/* household_take.c, for household_write.c: a job whose loans go along. It begins through loan_event.h, which also tries again;
 * reads what it needs before decide(), then calls go(job); and writes. */
void household_take_start(struct household_job *job, loan_context_cb *begin);
void household_take_read(struct household_job *job, void (*go)(struct household_job *job));
void household_take_write(struct household_job *job, const struct text *decided);

/* A loan of job->loans that is not closed and disbursed. */
bool household_job_open(const struct loan_view *loan);
/* In decide(): the loan goes there from the day on. The place is copied, its commune lives as long as the request. */
void household_job_take(struct household_job *job, const struct loan_view *loan,
			const struct record_place *place);
/* "moved": those that were named. */
void household_job_taken(const struct household_job *job, struct jw *w);
/* "group" and how many it may have: the household `w` is about joins it from the day on. */
void household_job_join(const struct household_job *job, struct jw *w,
			const struct household_membership *group, struct date on);
/* Parameters without key and personal data, as the database may see them; to be freed. */
char *household_job_params_new(const struct household_job *job);

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
