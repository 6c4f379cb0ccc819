/* vonvay call: a method as it is, its result as one line of JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"
#include "language.h"
#include "parse.h"
#include "run.h"
#include "show.h"
#include "terminal.h"
#include "view.h"

static bool call_read_stdin(struct buffer *text)
{
	for (;;) {
		ssize_t n = read(STDIN_FILENO, buffer_reserve(text, 65536), 65536);
		if (n > 0)
			text->len += (size_t)n;
		else if (n == 0 || errno != EINTR)
			return n == 0;
	}
}

/* The parameters, an object or an array; NULL with *ok false if the text is neither. */
static json_t *call_params_new(const char *text, bool *ok)
{
	struct buffer input = { 0 };
	json_error_t error = { .text = "" };
	json_t *params = NULL;
	if (!strcmp(text, "-") ? call_read_stdin(&input) : (buffer_add(&input, text), true))
		params = json_loadb(buffer_str(&input), input.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				    &error);
	*ok = params != NULL;
	if (!params)
		terminal_say(_("the parameters are no JSON object: line %d, column %d: %s"), error.line,
			     error.column, error.text);
	buffer_clear(&input);
	return params;
}

/* A write gets a key, unless it has one that is none: then the daemon says so. */
static enum call_kind call_kind_of(const struct client *c, const char *method, const json_t *params)
{
	const json_t *key = json_object_get(params, "key");
	if (params && !json_is_object(params))
		return CALL_READ;
	if (key)
		return json_is_string(key) && parse_key(json_string_value(key)) ? CALL_WRITE : CALL_READ;
	return c->key || command_writes(method) ? CALL_WRITE : CALL_READ;
}

static void call_show(const struct client *c, const json_t *result)
{
	if (c->json) {
		show_json(result);
		return;
	}
	char *text = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
	printf("%s\n", text ? text : "null");
	free(text);
}

int run_call(struct client *c, const struct command_line *line)
{
	const char *method = view_text(line->local, "method"), *text = view_text(line->local, "json");
	bool ok = true;
	int status = CLIENT_USAGE;
	json_t *params = *text ? call_params_new(text, &ok) : NULL;
	if (!ok)
		return CLIENT_USAGE;
	const char *own = view_text(params, "key");
	c->errors_as_json = true;
	if (c->key && *own && strcmp(own, c->key) != 0) {
		terminal_say("%s", _("--key and the key in the parameters are not the same"));
	} else {
		json_t *result = call_new(c, method, params, call_kind_of(c, method, params), &status);
		if (result)
			call_show(c, result);
		json_decref(result);
	}
	json_decref(params);
	return status;
}
