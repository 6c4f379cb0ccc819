/* Applications as the database gives them, and the loan that one asks for. */
#ifndef VONVAY_APPLICATION_ROWS_H
#define VONVAY_APPLICATION_ROWS_H

#include "lend.h"
#include "vonvay/application.h"

struct application_row {
	int64_t application_id, household_id;
	int64_t group_id; /* 0: asked for directly */
	int32_t point_id;
	const char *programme, *purpose, *school;
	struct money asked, amount; /* amount: of the last step */
	int term_months, instalment_months, units, fund, student_no;
	bool declared, has_study;
	struct student_course study;
	struct date applied_on, since_on;
	enum application_state state;
	int steps; /* number of the last one */
};

/* rows: as many as the actor sees of those asked for, in order of their numbers; they live as long as the request. */
typedef void application_rows_cb(struct request *req, const struct application_row *rows, int count,
				 void *arg);
/* Calls cb once, or answers. */
void application_rows_get(struct request *req, const int64_t *ids, size_t count, application_rows_cb *cb,
			  void *arg);
/* The last day of the step that has to follow `state` when it is reached on `on`. */
struct date application_row_due(const struct reference *ref, const struct application_row *row,
				enum application_state state, struct date on);
/* What it asks for, with the amount of its last step. */
struct lend_order application_row_order(const struct application_row *row, struct date on,
					const char *on_field);

#endif
