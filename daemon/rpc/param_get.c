/* Reading parameters that param_check() has let through. Asking for what is absent, or as another type, is a bug of the
 * handler and ends the process. */
#include <stdlib.h>

#include "vonvay/log.h"
#include "vonvay/param.h"

static const json_t *param_value(const json_t *in, const char *name)
{
	const json_t *v = json_object_get(in, name);
	if (!v) {
		log_error("a handler asked for the absent parameter %s", name);
		abort();
	}
	return v;
}

static struct date param_date_of(const json_t *v)
{
	struct date d;
	if (!json_is_string(v) || !date_parse(json_string_value(v), &d))
		abort();
	return d;
}

bool param_has(const json_t *in, const char *name)
{
	return json_object_get(in, name) != NULL;
}

int64_t param_id(const json_t *in, const char *name)
{
	return strtoll(param_text(in, name), NULL, 10);
}

const char *param_text(const json_t *in, const char *name)
{
	const char *s = json_string_value(param_value(in, name));
	if (!s)
		abort();
	return s;
}

const char *param_text_or(const json_t *in, const char *name, const char *otherwise)
{
	return param_has(in, name) ? param_text(in, name) : otherwise;
}

int64_t param_int(const json_t *in, const char *name)
{
	return json_integer_value(param_value(in, name));
}

int64_t param_int_or(const json_t *in, const char *name, int64_t otherwise)
{
	return param_has(in, name) ? param_int(in, name) : otherwise;
}

struct money param_money(const json_t *in, const char *name)
{
	return (struct money){ param_int(in, name) };
}

bool param_bool_or(const json_t *in, const char *name, bool otherwise)
{
	return param_has(in, name) ? json_is_true(json_object_get(in, name)) : otherwise;
}

struct date param_date(const json_t *in, const char *name)
{
	return param_date_of(param_value(in, name));
}

struct date param_date_or(const json_t *in, const char *name, struct date otherwise)
{
	return param_has(in, name) ? param_date(in, name) : otherwise;
}

int64_t param_rate_e7(const json_t *in, const char *name)
{
	int64_t rate_e7;
	if (!param_decimal_parse(param_text(in, name), 5, 4, &rate_e7))
		abort();
	return rate_e7;
}

const char *param_key(const json_t *in)
{
	return param_text(in, "key");
}

size_t param_count(const json_t *in, const char *name)
{
	return json_array_size(json_object_get(in, name));
}

struct date param_date_at(const json_t *in, const char *name, size_t i)
{
	return param_date_of(json_array_get(param_value(in, name), i));
}

char *param_json_new(const json_t *in)
{
	json_t *params = json_copy((json_t *)in);
	json_object_del(params, "key");
	char *text = json_dumps(params, JSON_SORT_KEYS | JSON_COMPACT);
	json_decref(params);
	if (!text)
		abort();
	return text;
}

const char *param_text_at(const json_t *in, const char *name, size_t i)
{
	return json_string_value(json_array_get(param_value(in, name), i));
}

const json_t *param_object_at(const json_t *in, const char *name, size_t i)
{
	return json_array_get(param_value(in, name), i);
}

int64_t param_id_at(const json_t *in, const char *name, size_t i)
{
	return strtoll(param_text_at(in, name, i), NULL, 10);
}
