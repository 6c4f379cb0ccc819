/* The small writer of JSON. */
#include "vonvay/json.h"

#include <stdio.h>
#include <stdlib.h>

struct jw jw_start(struct text *text)
{
	return (struct jw){ .text = text };
}

/* The comma and the name in front of an item. */
static void jw_item(struct jw *w, const char *name)
{
	uint32_t bit = UINT32_C(1) << w->depth;
	if (w->has_item & bit)
		text_add_char(w->text, ',');
	w->has_item |= bit;
	if (name) {
		text_add_json_string(w->text, name);
		text_add_char(w->text, ':');
	}
}

static void jw_open(struct jw *w, const char *name, bool is_array)
{
	jw_item(w, name);
	text_add_char(w->text, is_array ? '[' : '{');
	if (++w->depth >= 32)
		abort();
	uint32_t bit = UINT32_C(1) << w->depth;
	w->has_item &= ~bit;
	w->is_array = is_array ? w->is_array | bit : w->is_array & ~bit;
}

void jw_object(struct jw *w, const char *name)
{
	jw_open(w, name, false);
}

void jw_array(struct jw *w, const char *name)
{
	jw_open(w, name, true);
}

void jw_end(struct jw *w)
{
	if (w->depth == 0)
		abort();
	text_add_char(w->text, w->is_array & (UINT32_C(1) << w->depth) ? ']' : '}');
	w->depth--;
}

void jw_str(struct jw *w, const char *name, const char *value)
{
	jw_item(w, name);
	text_add_json_string(w->text, value);
}

void jw_i64(struct jw *w, const char *name, int64_t value)
{
	jw_item(w, name);
	text_add_i64(w->text, value);
}

void jw_id(struct jw *w, const char *name, int64_t value)
{
	jw_item(w, name);
	text_add_char(w->text, '"');
	text_add_i64(w->text, value);
	text_add_char(w->text, '"');
}

void jw_raw(struct jw *w, const char *name, const char *json)
{
	jw_item(w, name);
	text_add(w->text, json);
}

void jw_bool(struct jw *w, const char *name, bool value)
{
	jw_raw(w, name, value ? "true" : "false");
}

void jw_null(struct jw *w, const char *name)
{
	jw_raw(w, name, "null");
}

void jw_decimal(struct jw *w, const char *name, int64_t value, int scale)
{
	char digits[48];
	uint64_t u = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
	uint64_t one = 1;
	for (int i = 0; i < scale; i++)
		one *= 10;
	int n = snprintf(digits, sizeof digits, "%s%llu", value < 0 ? "-" : "", (unsigned long long)(u / one));
	if (u % one) {
		n += snprintf(digits + n, sizeof digits - (size_t)n, ".%0*llu", scale,
			      (unsigned long long)(u % one));
		while (digits[n - 1] == '0')
			digits[--n] = '\0';
	}
	jw_str(w, name, digits);
}
