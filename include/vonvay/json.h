/* A small writer of JSON onto a text, for hot answers. Inside an object every call names its member; inside an array
 * and at the top `name` is NULL. Nothing is checked but the nesting (at most 32 deep). */
#ifndef VONVAY_JSON_H
#define VONVAY_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/date.h"
#include "vonvay/money.h"
#include "vonvay/text.h"

struct jw {
	struct text *text;
	int depth;
	uint32_t is_array; /* bit d: depth d is an array */
	uint32_t has_item; /* bit d: depth d needs a comma before the next item */
};

/* Writes onto the end of `text`, which is borrowed. */
struct jw jw_start(struct text *text);
/* Begin a value that jw_end() ends. */
void jw_object(struct jw *w, const char *name);
void jw_array(struct jw *w, const char *name);
/* Ends the innermost object or array. */
void jw_end(struct jw *w);

void jw_str(struct jw *w, const char *name, const char *value); /* NULL: null */
void jw_i64(struct jw *w, const char *name, int64_t value);
void jw_id(struct jw *w, const char *name, int64_t value); /* a string of digits */
void jw_bool(struct jw *w, const char *name, bool value);
void jw_null(struct jw *w, const char *name);
void jw_money(struct jw *w, const char *name, struct money value);
void jw_date(struct jw *w, const char *name, struct date value); /* DATE_NONE: null */
/* value / 10^scale as a decimal string without needless zeros: jw_decimal(w, "rate_percent", 660000, 5) is "6.6". */
void jw_decimal(struct jw *w, const char *name, int64_t value, int scale);
/* JSON text as it is. */
void jw_raw(struct jw *w, const char *name, const char *json);

#endif
