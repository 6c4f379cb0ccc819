/* What a student loan (programme 02) may be: how long nothing is asked, how long it is repaid, how many months of study
 * the cap counts. Months are counted from the first drawdown. domain.md 3.5 */
#ifndef VONVAY_STUDENT_H
#define VONVAY_STUDENT_H

#include <stdbool.h>

#include "vonvay/compiler.h"

struct student_course {
	int course_months; /* the whole course as the school gives it */
	int study_months; /* the drawdown period: first drawdown to the end of the course, 1..course_months */
	bool twice; /* of the class that repays in twice the drawdown period however long the course: medicine */
};

/* Dated policies. */
struct student_rules {
	int wait_months;   /* student_wait_months: after the course, before the first payment (12) */
	int months_a_year; /* study_months_a_year: what a year of study counts under the cap (10) */
};

struct student_terms {
	int grace_months;  /* neither principal nor interest is asked: drawdown period + wait */
	int repayment_max; /* drawdown period; twice that for a course of at most a year and for `twice` */
	int term_max;	   /* grace + repayment */
	int units;	   /* months of study under the cap */
};

/* False: the months don't fit each other, or the term is longer than any contract may be. */
MUSTCHECK bool student_terms_make(const struct student_course *course, const struct student_rules *rules,
				  struct student_terms *out);
/* Months of study whose money may have been drawn `months` whole months after the first drawdown: the year of study that
 * has begun counts in full, nothing after the end of the study. */
int student_units_by(const struct student_course *course, const struct student_rules *rules, int months);

#endif
