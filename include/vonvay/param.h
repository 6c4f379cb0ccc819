/* Parameters. A method declares them in a table of specs; all is checked against it once, before the handler runs, with
 * -32602 naming the field. So the getters below can't fail: asking for what is absent is a bug and aborts, therefore an
 * optional one is read with param_*_or() or after param_has().
 * `in` is req->params, or an object inside it (PARAM_OBJECTS). */
#ifndef VONVAY_PARAM_H
#define VONVAY_PARAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/money.h"
#include "vonvay/text.h"

enum param_type {
	PARAM_END,   /* ends a table of specs: a row of zeros */
	PARAM_ID,    /* string of digits, 1 .. 2^63-1 */
	PARAM_TEXT,  /* string; min..max counts bytes (max 0: 1000) */
	PARAM_WORD,  /* string, one of `words` ("carry overdue") */
	PARAM_WORDS, /* array of such strings, none twice */
	PARAM_MONEY, /* integer đồng, min..max (max 0: MONEY_INPUT_MAX) */
	PARAM_INT,   /* integer, min..max */
	PARAM_BOOL,
	PARAM_DATE,  /* "YYYY-MM-DD" */
	PARAM_DATES, /* array of them, at least `min` and at most `max` (0: 10000) */
	PARAM_RATE,  /* decimal string in percent, at most 4 decimals; min..max in rate_e7 (6.6 % = 660000) */
	PARAM_KEY,   /* UUIDv7 */
	PARAM_OBJECTS, /* array of objects, each checked against `items`, at most `max` (0: 10000) */
	PARAM_TEXTS,   /* array of strings */
	PARAM_IDS,     /* array of ids, none twice, at least `min` and at most `max` (0: 10000) */
};

struct param_spec {
	const char *name;
	enum param_type type;
	bool required;
	int64_t min, max;
	const char *words;
	const struct param_spec *items;
	const char *help;
	bool personal; /* a value that only few could be: the hash of a request that takes it is a keyed one */
};

/* Is it given? (null is refused by the check) */
bool param_has(const json_t *in, const char *name);
/* The value by the type of its spec. Texts are borrowed from the request. */
int64_t param_id(const json_t *in, const char *name);
const char *param_text(const json_t *in, const char *name); /* also of WORD and KEY */
const char *param_text_or(const json_t *in, const char *name, const char *otherwise);
struct money param_money(const json_t *in, const char *name);
int64_t param_int(const json_t *in, const char *name);
int64_t param_int_or(const json_t *in, const char *name, int64_t otherwise);
bool param_bool_or(const json_t *in, const char *name, bool otherwise);
struct date param_date(const json_t *in, const char *name);
struct date param_date_or(const json_t *in, const char *name, struct date otherwise);
/* In units of 10^-7 a year: 6.6 % is 660000. */
int64_t param_rate_e7(const json_t *in, const char *name);
/* All parameters but the key, as JSON text for a function of schema api; to be freed. */
char *param_json_new(const json_t *in);
/* The canonical key of a write. */
const char *param_key(const json_t *in);
/* Members of an array: 0 when absent. */
size_t param_count(const json_t *in, const char *name);
int64_t param_id_at(const json_t *in, const char *name, size_t i);
struct date param_date_at(const json_t *in, const char *name, size_t i);
const char *param_text_at(const json_t *in, const char *name, size_t i); /* of WORDS and TEXTS */
const json_t *param_object_at(const json_t *in, const char *name, size_t i);

/* Checks `in` against `specs`. False: `field` names the member ("events[3].on") and `message` says what is allowed. */
MUSTCHECK bool param_check(json_t *in, const struct param_spec *specs, struct text *field,
			   struct text *message);
/* Decimal text with at most `decimals` decimals into an integer: "6.6", 5 -> 660000. */
MUSTCHECK bool param_decimal_parse(const char *text, int decimals, int most_decimals, int64_t *out);
/* The JSON schema of one parameter. */
json_t *param_schema_new(const struct param_spec *spec);

#endif
