/* change.preview: what it gathers, step after step (change_preview.c, change_preview_loans.c), before it answers. */
#ifndef VONVAY_CHANGE_PREVIEW_H
#define VONVAY_CHANGE_PREVIEW_H

#include <jansson.h>

#include "change_kinds.h"
#include "loan_context.h"
#include "vonvay/effect.h"
#include "vonvay/json.h"

struct preview_row {
	const char *programme; /* of the reference data before; NULL: the total */
	int64_t loans, households;
	struct money balance; /* in term, overdue and frozen apart */
	struct effect_month month;
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
};

/* A date of the change's parameters; DATE_NONE when it has none of that name. */
struct date preview_date(const struct preview *p, const char *name);
/* {"sessions": [...]}: those of the next twelve months, and of the months the change names, that are held on another day. */
void preview_write_sessions(struct jw *w, const struct preview *p);

#endif
