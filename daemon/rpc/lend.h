/* A loan about to be made, whoever asks for it (loan.disburse, or an application at its submission, its approval and its
 * disbursement): the same questions each time. What it is refused for names its rule. domain.md 1.2, 3.5, 6 */
#ifndef VONVAY_LEND_H
#define VONVAY_LEND_H

#include "household_rules.h"
#include "vonvay/student.h"

struct lend_order {
	const char *programme, *purpose; /* codes; purpose may be "" */
	struct money amount;
	int term_months;
	int instalment_months; /* 0: the longest that the programme allows */
	int units;	       /* types of works; of a student loan it is computed */
	bool declared;	       /* said to have priority */
	int fund;
	struct date on;
	bool has_study;
	struct student_course study;
	int student_no; /* the member who studies */
	const char *school;
	bool drawing;	       /* `amount` is drawn at once; else it is what is asked for in all */
	struct money approved; /* of a student loan: what may be drawn in all, 0: what the cap allows */
	int64_t application;   /* approved, that is being disbursed; 0: none */
	const char *on_field;  /* the parameter that says the day */
};

struct lend {
	const struct lend_order *order;
	const struct household_rules *rules;
	const struct reference_programme *programme;
	const char *purpose;	   /* as a contract stores it */
	const char *priority_rule; /* NULL: no priority */
	int units;
	struct student_terms student; /* with a study */
};

/* The parameters of a new loan, as loan.disburse and application.submit have them: a purpose, ..., a study. */
#define LEND_TERM_PARAMS                                                                                          \
	{ .name = "instalment_months",                                                                            \
	  .type = PARAM_INT,                                                                                      \
	  .min = 1,                                                                                               \
	  .max = SCHEDULE_TERM_MAX,                                                                               \
	  .help = "Months between principal instalments; default: the longest that the programme allows." },      \
		{ .name = "purpose",                                                                              \
		  .type = PARAM_TEXT,                                                                             \
		  .max = 64,                                                                                      \
		  .help = "Where the programme has several." },                                                   \
		{ .name = "units",                                                                                \
		  .type = PARAM_INT,                                                                              \
		  .min = 1,                                                                                       \
		  .max = 120,                                                                                     \
		  .help = "Types of works that the cap is counted by; default 1. Of a student it is computed." }, \
		{ .name = "priority",                                                                             \
		  .type = PARAM_BOOL,                                                                             \
		  .help = "Declared priority, where the data of the household can't know it." },                  \
		{ .name = "fund",                                                                                 \
		  .type = PARAM_INT,                                                                              \
		  .min = 1,                                                                                       \
		  .max = 999,                                                                                     \
		  .help = "Number of the fund; default 1, the central one." },                                    \
		{ .name = "student",                                                                              \
		  .type = PARAM_INT,                                                                              \
		  .min = 1,                                                                                       \
		  .max = 99,                                                                                      \
		  .help = "Student loans: number of the member who studies." },                                   \
		{ .name = "school", .type = PARAM_TEXT, .max = 200, .help = "Student loans: the school." },       \
		{ .name = "course_months",                                                                        \
		  .type = PARAM_INT,                                                                              \
		  .min = 1,                                                                                       \
		  .max = SCHEDULE_TERM_MAX,                                                                       \
		  .help = "Student loans: months of the whole course." },                                         \
		{ .name = "study_months",                                                                         \
		  .type = PARAM_INT,                                                                              \
		  .min = 1,                                                                                       \
		  .max = SCHEDULE_TERM_MAX,                                                                       \
		  .help = "Student loans: months from the first drawdown to the end of the course." },            \
	{                                                                                                         \
		.name = "medicine", .type = PARAM_BOOL,                                                           \
		.help = "Student loans: a course of the class that repays in twice the drawdown period."          \
	}

/* Fills the order from parameters of these names (term_months and amount included). False: answered. */
MUSTCHECK bool lend_order_of_params(struct request *req, struct lend_order *order, struct date on,
				    const char *on_field);
/* The programme, its purpose, the fund, the study; nothing of the household yet. False: answered. */
MUSTCHECK bool lend_begin(struct request *req, const struct reference *ref, const struct lend_order *order,
			  struct lend *lend);
/* May this household have this loan on this day? Eligibility, caps, priority, terms, as a contract would have them. `terms`
 * lacks the number of the loan. False: answered. */
MUSTCHECK bool lend_check(struct request *req, struct lend *lend, const struct household_rules *rules,
			  struct loan_terms *terms);
/* Answers that the household is not eligible, with the reasons and their rules; why "" for the sentence of the table. */
void lend_refuse(struct request *req, const struct reference_programme *p, const struct eligibility *e,
		 const char *field, const char *why);
/* A figure there is, and it is too small for the amount. True: answered. */
MUSTCHECK bool lend_over_cap(struct request *req, const struct reference_programme *p, struct eligibility *e,
			     struct money amount, const char *field);
/* Student loans are drawn year by year: does `amount` more fit what may be drawn by rules->on, when `drawn` has been drawn
 * since `began_on`? False: answered. */
MUSTCHECK bool lend_drawn_fits(struct request *req, const struct household_rules *rules,
			       const struct reference_programme *p, const char *purpose,
			       const struct student_course *study, struct date began_on, struct money drawn,
			       struct money amount);
/* The dated policies of student loans. */
struct student_rules lend_student_rules(const struct reference *ref, struct date on);
/* "study": {...} of a new contract, for the database. */
void lend_write_study(struct jw *w, const struct lend_order *order);

#endif
