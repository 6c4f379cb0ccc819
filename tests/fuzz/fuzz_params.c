/* Parameters of any method: refused with field and message, or every getter works. The first line is the method. */
#include <string.h>

#include "fuzz.h"
#include "vonvay/method.h"

static void get_all(const json_t *in, const struct param_spec *specs);

static void get_array(const json_t *in, const struct param_spec *spec)
{
	for (size_t i = 0; i < param_count(in, spec->name); i++) {
		if (spec->type == PARAM_OBJECTS)
			get_all(param_object_at(in, spec->name, i), spec->items);
		else if (spec->type == PARAM_IDS)
			FUZZ_CHECK(param_id_at(in, spec->name, i) > 0);
		else if (spec->type == PARAM_DATES)
			FUZZ_CHECK(!date_is_none(param_date_at(in, spec->name, i)));
		else
			FUZZ_CHECK(param_text_at(in, spec->name, i));
	}
}

static void get(const json_t *in, const struct param_spec *spec)
{
	switch (spec->type) {
	case PARAM_END:
		break;
	case PARAM_ID:
		FUZZ_CHECK(param_id(in, spec->name) > 0);
		break;
	case PARAM_TEXT:
	case PARAM_WORD:
		FUZZ_CHECK(strlen(param_text(in, spec->name)) < 1 << 20);
		break;
	case PARAM_MONEY:
		(void)param_money(in, spec->name);
		break;
	case PARAM_INT:
		FUZZ_CHECK(param_int(in, spec->name) >= spec->min && param_int(in, spec->name) <= spec->max);
		break;
	case PARAM_BOOL:
		(void)param_bool_or(in, spec->name, false);
		break;
	case PARAM_DATE:
		FUZZ_CHECK(!date_is_none(param_date(in, spec->name)));
		break;
	case PARAM_RATE:
		FUZZ_CHECK(param_rate_e7(in, spec->name) >= spec->min);
		break;
	case PARAM_KEY:
		FUZZ_CHECK(strlen(param_key(in)) == 36);
		break;
	case PARAM_WORDS:
	case PARAM_DATES:
	case PARAM_OBJECTS:
	case PARAM_TEXTS:
	case PARAM_IDS:
		get_array(in, spec);
		break;
	}
}

static void get_all(const json_t *in, const struct param_spec *specs)
{
	for (; specs->name; specs++)
		if (param_has(in, specs->name))
			get(in, specs);
}

static void check(json_t *in, const struct method *method)
{
	struct text field = { 0 }, message = { 0 };
	if (param_check(in, method->params, &field, &message)) {
		get_all(in, method->params);
		char *sorted = param_json_new(in);
		json_t *again = json_loads(sorted, JSON_ALLOW_NUL, NULL);
		FUZZ_CHECK(json_is_object(again));
		json_decref(again);
		free(sorted);
	} else {
		FUZZ_CHECK(message.len > 0); /* the field may be a name without a letter */
	}
	text_clear(&field);
	text_clear(&message);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	char name[64];
	const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
	size_t len = newline ? (size_t)(newline - data) : 0;
	if (!len || len >= sizeof name)
		return 0;
	memcpy(name, data, len);
	name[len] = '\0';
	const struct method *method = method_find(name);
	json_t *in = json_loadb((const char *)newline + 1, size - len - 1, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	if (method && json_is_object(in))
		check(in, method);
	json_decref(in);
	return 0;
}
