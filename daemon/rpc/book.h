/* What the methods book.* share: the days asked about, the position at which they are told as they were known. */
#ifndef VONVAY_BOOK_H
#define VONVAY_BOOK_H

#include "loan_views.h"

struct book_period {
	struct date from, to;
};

#define BOOK_PARAM_FROM                                                                                      \
	{                                                                                                    \
		.name = "from", .type = PARAM_DATE,                                                          \
		.help = "First day, by default the first of the month of the last."                          \
	}
#define BOOK_PARAM_TO                                                                                        \
	{                                                                                                    \
		.name = "to", .type = PARAM_DATE, .help = "Last day, by default the business date."          \
	}
#define BOOK_PARAM_KNOWN                                                                                     \
	{                                                                                                    \
		.name = "as_known_at", .type = PARAM_INT, .min = 1, .max = INT64_MAX,                        \
		.help = "As the books were known at this position, by default all that is known."            \
	}

/* from and to inside of what is known. False: answered. */
MUSTCHECK bool book_period_of(struct request *req, const struct loan_context *ctx, struct book_period *out);
/* as_known_at, or NULL. */
void book_arg_known(struct db_args *args, const struct request *req);
/* The id of this name, or NULL. */
void book_arg_id(struct db_args *args, const struct request *req, const char *name);
void book_json_known(struct jw *w, const struct request *req);
/* A day parameter up to the business date, which is the default. False: answered. */
MUSTCHECK bool book_day_of(struct request *req, const struct loan_context *ctx, const char *name,
			   struct date *out);
/* The parameter month ("2024-03", by default that of the business date): its first day, and its last one or the business
 * date if that is before it. False: answered. */
MUSTCHECK bool book_month_of(struct request *req, const struct loan_context *ctx, struct date *first,
			     struct date *last);
/* The same for a month to come (by default the one after the business date), to its last day. */
MUSTCHECK bool book_coming_month_of(struct request *req, const struct loan_context *ctx, struct date *first,
				    struct date *last);
/* A point by its code; *point_id stays as it is when it isn't given. False: there is none, and it is answered. */
MUSTCHECK bool book_point_of(struct request *req, const struct loan_context *ctx, int32_t *point_id);

#endif
