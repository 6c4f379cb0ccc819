/* What the lists of watched loans share: which loans, and how a row names one. */
#ifndef VONVAY_WATCH_H
#define VONVAY_WATCH_H

#include "book.h"

#define WATCH_PARAMS_PLACE                                                                                   \
	{ .name = "group", .type = PARAM_ID, .help = "Only loans of this group." },                          \
		{ .name = "point", .type = PARAM_TEXT, .max = 40, .help = "Only loans of this point." },     \
	{                                                                                                    \
		.name = "organisation", .type = PARAM_WORD, .words = "farmers women veterans youth direct",  \
		.help = "Only loans of this organisation."                                                   \
	}

/* group, point, organisation as arguments of a statement, each NULL when it isn't given. */
void watch_args_place(struct db_args *args, const struct request *req, int32_t point_id);
/* Months or days of a dated policy. */
int watch_policy(const struct loan_context *ctx, const char *name, int otherwise);
/* loan, household, household_name, group, group_name, programme of a loan brought to a day. */
void watch_json_loan(struct jw *w, const struct loan_record *r);
/* The same of a flat row whose columns from `column` on are loan_id, household_id, name, group_id, group_name. */
void watch_json_row(struct jw *w, const struct db_result *r, int row, int column);
/* The open loans of a kind ('due': something scheduled up to the day unsettled; 'interest') at the business date. */
void watch_loans_get(struct request *req, const struct loan_context *ctx, const char *kind, struct date day,
		     int32_t point_id, loan_views_cb *cb, void *arg);

#endif
