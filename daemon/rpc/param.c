/* Checking parameters against the specs of a method, one function a type. */
#include "vonvay/param.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "vonvay/crypto.h"

#define TEXT_BYTES_MAX 1000
#define ITEMS_MAX 10000

struct param_checker {
	struct text *field;
	struct text *message;
};

static bool param_wrong(struct param_checker *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
static bool param_wrong(struct param_checker *c, const char *fmt, ...)
{
	va_list ap;
	char words[512];
	va_start(ap, fmt);
	vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	text_printf(c->message, "%s %s", text_str(c->field), words);
	return false;
}

static int64_t param_max(const struct param_spec *spec, int64_t otherwise)
{
	return spec->max ? spec->max : otherwise;
}

bool param_decimal_parse(const char *text, int decimals, int most_decimals, int64_t *out)
{
	size_t whole = strspn(text, "0123456789"), after = 0;
	int64_t v = 0;
	if (text[whole] == '.') {
		after = strspn(text + whole + 1, "0123456789");
		if (!after || after > (size_t)most_decimals)
			return false;
	}
	if (!whole || whole > 9 || text[whole + (after ? after + 1 : 0)])
		return false;
	for (size_t i = 0; i < whole; i++)
		v = v * 10 + (text[i] - '0');
	for (int i = 0; i < decimals; i++)
		v = v * 10 + ((size_t)i < after ? text[whole + 1 + (size_t)i] - '0' : 0);
	*out = v;
	return true;
}

/* ---- single values ---- */

/* A string without NUL: everything that is text begins with this. */
static bool param_check_string(struct param_checker *c, json_t *v)
{
	if (!json_is_string(v))
		return param_wrong(c, "must be a string");
	if (strlen(json_string_value(v)) != json_string_length(v))
		return param_wrong(c, "must not contain NUL");
	return true;
}

static bool param_id_parse(const char *s, int64_t *out)
{
	size_t len = strspn(s, "0123456789");
	int64_t v = 0;
	if (!len || s[len])
		return false;
	for (; *s; s++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v))
			return false;
	*out = v;
	return v > 0; /* written with leading zeros where an id has a fixed width */
}

static bool param_check_id(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	int64_t id;
	(void)spec;
	if (!param_check_string(c, v))
		return false;
	return param_id_parse(json_string_value(v), &id) ||
	       param_wrong(c, "must be an id: a string of digits, 1 to 2^63-1");
}

static bool param_check_text(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	if (!param_check_string(c, v))
		return false;
	int64_t len = (int64_t)json_string_length(v), max = param_max(spec, TEXT_BYTES_MAX);
	if (len < spec->min || len > max)
		return param_wrong(c, "must have %" PRId64 " to %" PRId64 " bytes", spec->min, max);
	return true;
}

/* Is `word` one of the words divided by blanks? */
static bool param_word_known(const char *words, const char *word)
{
	size_t len = strlen(word);
	if (!len || strchr(word, ' '))
		return false;
	for (const char *s = words; (s = strstr(s, word)); s += len)
		if ((s == words || s[-1] == ' ') && (!s[len] || s[len] == ' '))
			return true;
	return false;
}

static bool param_check_word(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	if (!param_check_string(c, v))
		return false;
	return param_word_known(spec->words, json_string_value(v)) ||
	       param_wrong(c, "must be one of: %s", spec->words);
}

static bool param_check_range(struct param_checker *c, int64_t v, int64_t min, int64_t max)
{
	if (v >= min && v <= max)
		return true;
	return param_wrong(c, "must be %" PRId64 " to %" PRId64, min, max);
}

static bool param_check_int(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	if (!json_is_integer(v))
		return param_wrong(c, "must be an integer");
	return param_check_range(c, json_integer_value(v), spec->min, spec->max);
}

static bool param_check_money(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	if (!json_is_integer(v))
		return param_wrong(c, "must be an integer (đồng)");
	return param_check_range(c, json_integer_value(v), spec->min, param_max(spec, MONEY_INPUT_MAX));
}

static bool param_check_bool(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	(void)spec;
	return json_is_boolean(v) || param_wrong(c, "must be true or false");
}

static bool param_check_date(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	struct date d;
	(void)spec;
	if (!param_check_string(c, v))
		return false;
	return date_parse(json_string_value(v), &d) ||
	       param_wrong(c, "must be a date, YYYY-MM-DD, 1900-01-01 to 2299-12-31");
}

static bool param_check_rate(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	int64_t rate_e7;
	if (!param_check_string(c, v))
		return false;
	if (!param_decimal_parse(json_string_value(v), 5, 4, &rate_e7))
		return param_wrong(c, "must be a decimal number in a string, with at most 4 decimals");
	if (rate_e7 >= spec->min && rate_e7 <= spec->max)
		return true;
	return param_wrong(c, "must be %" PRId64 " to %" PRId64 " percent", spec->min / 100000,
			   spec->max / 100000);
}

static bool param_check_key(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	(void)spec;
	if (!param_check_string(c, v))
		return false;
	return uuid7_check(json_string_value(v)) || param_wrong(c, "must be a UUID of version 7");
}

/* ---- arrays: their members one by one, as name[i] ---- */

typedef bool param_check_fn(struct param_checker *c, const struct param_spec *spec, json_t *v);

static void param_field_cut(struct param_checker *c, size_t len)
{
	c->field->len = len;
	c->field->s[len] = '\0';
}

static bool param_check_array(struct param_checker *c, const struct param_spec *spec, json_t *v,
			      param_check_fn *member)
{
	size_t i, len = c->field->len;
	json_t *item;
	if (!json_is_array(v))
		return param_wrong(c, "must be an array");
	int64_t count = (int64_t)json_array_size(v), max = param_max(spec, ITEMS_MAX);
	if (count < spec->min || count > max)
		return param_wrong(c, "must have %" PRId64 " to %" PRId64 " members", spec->min, max);
	json_array_foreach(v, i, item)
	{
		text_printf(c->field, "[%zu]", i);
		if (!member(c, spec, item))
			return false;
		param_field_cut(c, len);
	}
	return true;
}

static bool param_check_dates(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	return param_check_array(c, spec, v, param_check_date);
}

/* The limits of the array must not be taken for those of its texts. */
static bool param_check_any_text(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	static const struct param_spec any = { .min = 0, .max = TEXT_BYTES_MAX };
	(void)spec;
	return param_check_text(c, &any, v);
}

static bool param_check_texts(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	return param_check_array(c, spec, v, param_check_any_text);
}

/* Of an array of strings. */
static bool param_check_distinct(struct param_checker *c, json_t *v)
{
	json_t *seen = json_object(), *item;
	bool ok = true;
	size_t i;
	json_array_foreach(v, i, item)
	{
		ok = !json_object_get(seen, json_string_value(item));
		if (!ok)
			break;
		json_object_set(seen, json_string_value(item), item);
	}
	json_decref(seen);
	if (ok)
		return true;
	text_printf(c->field, "[%zu]", i);
	return param_wrong(c, "is there twice");
}

static bool param_check_words(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	return param_check_array(c, spec, v, param_check_word) && param_check_distinct(c, v);
}

static bool param_check_ids(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	return param_check_array(c, spec, v, param_check_id) && param_check_distinct(c, v);
}

static bool param_check_object(struct param_checker *c, const struct param_spec *specs, json_t *in);

static bool param_check_item(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	if (!json_is_object(v))
		return param_wrong(c, "must be an object");
	text_add_char(c->field, '.');
	return param_check_object(c, spec->items, v);
}

static bool param_check_objects(struct param_checker *c, const struct param_spec *spec, json_t *v)
{
	return param_check_array(c, spec, v, param_check_item);
}

static param_check_fn *const param_checks[] = {
	[PARAM_ID] = param_check_id,	   [PARAM_TEXT] = param_check_text,
	[PARAM_WORD] = param_check_word,   [PARAM_WORDS] = param_check_words,
	[PARAM_MONEY] = param_check_money, [PARAM_INT] = param_check_int,
	[PARAM_BOOL] = param_check_bool,   [PARAM_DATE] = param_check_date,
	[PARAM_DATES] = param_check_dates, [PARAM_RATE] = param_check_rate,
	[PARAM_KEY] = param_check_key,	   [PARAM_OBJECTS] = param_check_objects,
	[PARAM_TEXTS] = param_check_texts, [PARAM_IDS] = param_check_ids,
};

/* ---- objects ---- */

static const struct param_spec *param_spec_find(const struct param_spec *specs, const char *name)
{
	for (; specs->name; specs++)
		if (!strcmp(specs->name, name))
			return specs;
	return NULL;
}

static bool param_unknown(struct param_checker *c, const struct param_spec *specs)
{
	struct text known = { 0 };
	for (; specs->name; specs++)
		text_printf(&known, "%s%s", known.len ? ", " : "", specs->name);
	text_printf(c->message, "\"%s\" is not a parameter; known: %s", text_str(c->field),
		    known.len ? known.s : "none");
	text_clear(&known);
	return false;
}

/* The field is the prefix of the object ("events[3].") while this runs. */
static bool param_check_object(struct param_checker *c, const struct param_spec *specs, json_t *in)
{
	size_t len = c->field->len;
	const char *name;
	json_t *v;
	json_object_foreach(in, name, v)
	{
		if (param_spec_find(specs, name))
			continue;
		text_add(c->field, name);
		return param_unknown(c, specs);
	}
	for (const struct param_spec *spec = specs; spec->name; spec++) {
		v = json_object_get(in, spec->name);
		if (!v && !spec->required)
			continue;
		text_add(c->field, spec->name);
		if (!v)
			return param_wrong(c, "is required");
		if (!param_checks[spec->type](c, spec, v))
			return false;
		param_field_cut(c, len);
	}
	return true;
}

bool param_check(json_t *in, const struct param_spec *specs, struct text *field, struct text *message)
{
	struct param_checker c = { field, message };
	return param_check_object(&c, specs, in);
}
