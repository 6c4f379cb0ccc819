/* What events of loans share besides the write itself: how far back they may be dated, and the paper behind them. */
#ifndef VONVAY_EVENT_RULES_H
#define VONVAY_EVENT_RULES_H

#include "loan_event.h"
#include "vonvay/method.h"
#include "vonvay/value_date.h"

#define EVENT_PARAM_KEY                                                                                      \
	{                                                                                                    \
		.name = "key", .type = PARAM_KEY, .required = true,                                          \
		.help = "UUIDv7 made by the client before sending."                                          \
	}
#define EVENT_PARAM_LOAN                                                                                     \
	{                                                                                                    \
		.name = "loan", .type = PARAM_ID, .required = true, .help = "Contract number."               \
	}
#define EVENT_PARAM_ON                                                                                       \
	{                                                                                                    \
		.name = "on", .type = PARAM_DATE,                                                            \
		.help = "Day it takes effect, by default the business date."                                 \
	}
#define EVENT_PARAM_REASON                                                                                   \
	{                                                                                                    \
		.name = "reason", .type = PARAM_TEXT, .min = 1, .max = 500,                                  \
		.help = "Why; required for a day before the last session of the point."                      \
	}
#define EVENT_PARAM_NUMBER                                                                                   \
	{                                                                                                    \
		.name = "number", .type = PARAM_TEXT, .min = 1, .max = 60, .help = "Number of the decision." \
	}
#define EVENT_PARAM_DECIDED_ON                                                                               \
	{                                                                                                    \
		.name = "decided_on", .type = PARAM_DATE, .help = "Day of the decision."                     \
	}
#define EVENT_PARAM_AUTHORITY                                                                                \
	{                                                                                                    \
		.name = "authority", .type = PARAM_TEXT, .min = 1, .max = 200, .help = "Who decided."        \
	}

/* Not after the business date, and as far back as the actor's role reaches by the sessions of a point. False: answered. */
MUSTCHECK bool event_day_reached(struct request *req, const struct loan_context *ctx, const char *field,
				 const struct calendar *calendar, int open_days, struct date on);
/* In prepare: the day is not after the business date nor before the beginning, and as far back as the actor's role reaches;
 * beyond what a clerk may do a reason is given. False: answered. */
MUSTCHECK bool event_day_allowed(struct loan_event *e, const struct event_loan *l, struct date on);

/* The paper behind the first fact of a loan: a member of an array "decisions" of p. `kind` is the word of the event; the
 * parameters number, decided_on, authority, reason are taken where they are given. */
struct event_paper {
	const char *kind, *form, *risk_case;
	int loss_percent;	/* -1: not given */
	struct date decided_on; /* DATE_NONE: the parameter */
	const char *note_json;	/* NULL: none */
};
void event_papers_begin(struct jw *p);
void event_paper(struct jw *p, const struct loan_event *e, const struct event_loan *l, int fact,
		 const struct event_paper *paper);
void event_papers_end(struct jw *p);

/* {"loan", "fact", "on"} */
void event_json_head(const struct loan_event *e, const struct event_loan *l, struct jw *out);

#endif
