/* change.preview: what it gathers, step after step (change_preview.c, change_preview_loans.c), before it answers. */
#ifndef VONVAY_CHANGE_PREVIEW_H
#define VONVAY_CHANGE_PREVIEW_H

#include <jansson.h>

#include "change_kinds.h"
#include "loan_context.h"
#include "vonvay/effect.h"
#include "vonvay/json.h"
#include "vonvay/loan_change.h"

struct preview_row {
	const char *programme; /* of the reference data before; NULL: the total */
	int64_t loans, households;
	struct money balance; /* in term, overdue and frozen apart */
	struct effect_month month;
	struct interest unpaid; /* of the business date, after less before */
};

struct preview {
	struct request *req;
	char *kind, *show, *counts;
	json_t *parameters;
	bool past;
	struct date business;
	struct date on; /* the day whose rates the month is computed with */
	struct reference *before, *after;
	struct preview_row *rows, total;
	size_t count;
	/* loans looked at one by one (change_preview_loans.c) */
	enum preview_loans {
		PREVIEW_LOANS_NONE,
		PREVIEW_LOANS_FOLDED,	 /* a rate that was in force: unpaid interest */
		PREVIEW_LOANS_SESSIONS,	 /* instalments that move; folded too when it reaches into the past */
		PREVIEW_LOANS_CONTRACTS, /* contracts that would be refused */
	} look;
	int64_t *ids;
	int ids_count, ids_at;
	struct loan_change fold;
	struct loan_changed_list list;
	int64_t loans_changed, instalments_moved, contracts_refused;
	int64_t *households; /* of the loans concerned, in any order, some twice */
	size_t households_count;
	struct text refused; /* JSON objects, comma between */
	int refused_count;
	bool overflow;
	void (*done)(struct preview *p);
};

/* A date of the change's parameters; DATE_NONE when it has none of that name. */
struct date preview_date(const struct preview *p, const char *name);
/* The row of a programme, made when it is not there; NULL: no such programme. */
struct preview_row *preview_row_of(struct preview *p, const char *programme);
/* Looks at the loans a change may touch, if its kind asks for it, then calls done(p), or answers. */
void preview_loans(struct preview *p, void (*done)(struct preview *p));
void preview_loans_clear(struct preview *p);
/* {"sessions": [...]}: those of the next twelve months, and of the months the change names, that are held on another day. */
void preview_write_sessions(struct jw *w, const struct preview *p);

#endif
