/* The kinds of change and what each takes; sql/api/change.sql has one function a kind. */
#include "change_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/compiler.h"
#include "vonvay/param.h"

static const struct change_kind {
	const char *word, *required, *optional;
} change_kinds[] = {
	{ "rate", "from", "line rate rows applies_to" },
	{ "rate_correction", "from", "line rate rows" },
	{ "limit", "programme from",
	  "purpose until cap cap_basis max_term_months principal_grace_months interest_grace_months" },
	{ "instalment_period", "programme term_from term_to instalment_months", "" },
	{ "policy", "name from value", "programme entrusted" },
	{ "holiday", "day", "name cancelled" },
	{ "session_day", "point from session_day", "" },
	{ "session_change", "point month", "held_on cancelled" },
	{ "area_new", "area name parent from", "area_kind urban difficulty" },
	{ "area_end", "areas successor until", "" },
	{ "area_difficulty", "area difficulty", "" },
	{ "programme", "programme", "from until" },
	{ "relief", "name rate_delta from until", "holiday_from holiday_until lines" },
};

static const char common[] = "key kind reason decision";

static bool change_has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	while (*words) {
		size_t n = strcspn(words, " ");
		if (n == len && strncmp(words, word, len) == 0)
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

static const struct change_kind *change_kind_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(change_kinds); i++)
		if (strcmp(change_kinds[i].word, word) == 0)
			return &change_kinds[i];
	abort(); /* the words of the parameter are those of this table */
}

static bool change_wrong(struct request *req, const char *field, const char *kind, const char *why)
{
	request_fail(req, ERR_INVALID_PARAMS, field, "%s %s a change of kind %s", field, why, kind);
	return false;
}

static bool change_missing(struct request *req, const struct change_kind *kind)
{
	char name[64];
	for (const char *s = kind->required; *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		memcpy(name, s, n);
		name[n] = '\0';
		s += n;
		if (!param_has(req->params, name))
			return change_wrong(req, name, kind->word, "is required for");
	}
	return true;
}

/* Rates come as one line with its rate, or as rows. */
static bool change_rates(struct request *req, const struct change_kind *kind)
{
	bool rows = param_has(req->params, "rows");
	static const char *const single[] = { "line", "rate" };
	if (strncmp(kind->word, "rate", 4) != 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(single); i++) {
		if (rows && param_has(req->params, single[i]))
			return change_wrong(req, single[i], kind->word, "stands beside rows in");
		if (!rows && !param_has(req->params, single[i]))
			return change_wrong(req, single[i], kind->word, "is required for");
	}
	return true;
}

bool change_kind_check(struct request *req, const char *word)
{
	const char *name;
	json_t *value;
	const struct change_kind *kind = change_kind_find(word);
	json_object_foreach(req->params, name, value)
	{
		if (!change_has_word(common, name) && !change_has_word(kind->required, name) &&
		    !change_has_word(kind->optional, name))
			return change_wrong(req, name, word, "is not of");
	}
	return change_missing(req, kind) && change_rates(req, kind);
}

char *change_parameters_new(const json_t *params)
{
	const char *name;
	json_t *value;
	json_t *out = json_object();
	json_object_foreach((json_t *)params, name, value)
	{
		if (!change_has_word(common, name))
			json_object_set(out, name, value);
	}
	char *text = json_dumps(out, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(out);
	return text;
}
