/* The JSON schema of a parameter, for rpc.discover. */
#include <string.h>

#include "vonvay/param.h"

#define ID_PATTERN "^[1-9][0-9]{0,18}$"

static void schema_set(json_t *schema, const char *name, const char *value)
{
	json_object_set_new(schema, name, json_string(value));
}

static void schema_range(json_t *schema, const char *min, const char *max, const struct param_spec *spec,
			 int64_t otherwise)
{
	json_object_set_new(schema, min, json_integer(spec->min));
	json_object_set_new(schema, max, json_integer(spec->max ? spec->max : otherwise));
}

static json_t *schema_string_new(const char *name, const char *value)
{
	json_t *schema = json_pack("{s:s}", "type", "string");
	if (name)
		schema_set(schema, name, value);
	return schema;
}

static json_t *schema_words_new(const char *words)
{
	json_t *all = json_array(), *schema = schema_string_new(NULL, NULL);
	for (const char *s = words; *s; s += strspn(s, " ")) {
		size_t len = strcspn(s, " ");
		json_array_append_new(all, json_stringn(s, len));
		s += len;
	}
	json_object_set_new(schema, "enum", all);
	return schema;
}

static json_t *schema_array_new(const struct param_spec *spec, json_t *items)
{
	json_t *schema = json_pack("{s:s, s:o}", "type", "array", "items", items);
	schema_range(schema, "minItems", "maxItems", spec, 10000);
	return schema;
}

static json_t *schema_object_new(const struct param_spec *specs)
{
	json_t *members = json_object(), *required = json_array();
	for (; specs->name; specs++) {
		json_object_set_new(members, specs->name, param_schema_new(specs));
		if (specs->required)
			json_array_append_new(required, json_string(specs->name));
	}
	return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "required",
			 required, "properties", members);
}

static json_t *schema_number_new(const struct param_spec *spec, int64_t otherwise)
{
	json_t *schema = json_pack("{s:s}", "type", "integer");
	schema_range(schema, "minimum", "maximum", spec, otherwise);
	return schema;
}

static json_t *schema_text_new(const struct param_spec *spec)
{
	json_t *schema = schema_string_new(NULL, NULL);
	schema_range(schema, "minLength", "maxLength", spec, 1000);
	return schema;
}

static json_t *schema_new(const struct param_spec *spec)
{
	switch (spec->type) {
	case PARAM_ID:
		return schema_string_new("pattern", ID_PATTERN);
	case PARAM_TEXT:
		return schema_text_new(spec);
	case PARAM_WORD:
		return schema_words_new(spec->words);
	case PARAM_WORDS:
		return schema_array_new(spec, schema_words_new(spec->words));
	case PARAM_MONEY:
		return schema_number_new(spec, MONEY_INPUT_MAX);
	case PARAM_INT:
		return schema_number_new(spec, 0);
	case PARAM_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case PARAM_DATE:
		return schema_string_new("format", "date");
	case PARAM_DATES:
		return schema_array_new(spec, schema_string_new("format", "date"));
	case PARAM_RATE:
		return schema_string_new("pattern", "^[0-9]{1,9}([.][0-9]{1,4})?$");
	case PARAM_KEY:
		return schema_string_new("format", "uuid");
	case PARAM_OBJECTS:
		return schema_array_new(spec, schema_object_new(spec->items));
	case PARAM_TEXTS:
		return schema_array_new(spec, schema_string_new(NULL, NULL));
	case PARAM_IDS:
		return schema_array_new(spec, schema_string_new("pattern", ID_PATTERN));
	case PARAM_END:
		break;
	}
	return json_object();
}

json_t *param_schema_new(const struct param_spec *spec)
{
	json_t *schema = schema_new(spec);
	if (spec->help)
		schema_set(schema, "description", spec->help);
	return schema;
}
