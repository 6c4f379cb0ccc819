/* Errors of the daemon: translated by their word, with the field as it is called on the command line. */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "detail.h"
#include "language.h"
#include "terminal.h"
#include "view.h"
#include "words.h"
#include "vonvay/compiler.h"
#include "vonvay/wire.h"

static const struct {
	const char *word, *sentence;
} fault_rows[] = {
#define X(name, sqlstate, code, word, sentence) { word, sentence },
	ERROR_TABLE(X)
#undef X
};

const char *fault_word(const json_t *error)
{
	return view_text(error, "data.word");
}

bool fault_is_passing(const json_t *error)
{
	static const char *const passing[] = {
		"unavailable", "try_again", "stale", "key_race", "stopping", "too_many_clients",
	};
	for (size_t i = 0; i < ARRAY_LEN(passing); i++)
		if (!strcmp(fault_word(error), passing[i]))
			return true;
	return false;
}

static const char *fault_sentence(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(fault_rows); i++)
		if (!strcmp(word, fault_rows[i].word))
			return fault_rows[i].sentence;
	return NULL;
}

const char *fault_explain(const char *word)
{
	const char *sentence = fault_sentence(word);
	return sentence ? _(sentence) : word;
}

/* The argument that gave a field of the parameters: "events[0].on" comes from --event. */
static const struct argument *fault_argument(const struct command *command, const char *field)
{
	size_t len = strcspn(field, "[.");
	for (const struct argument *a = command ? command->arguments : NULL; a && a->type; a++)
		if (a->param && strlen(a->param) == len && !strncmp(a->param, field, len))
			return a;
	return NULL;
}

static void fault_add_field(struct buffer *text, const struct client *c, const char *field)
{
	const struct argument *a = fault_argument(c->command, field);
	if (a)
		buffer_printf(text, ": %s (%s)", argument_is_option(a) ? a->name : _(a->name), field);
	else if (*field)
		buffer_printf(text, ": %s", field);
}

static void fault_report_json(const json_t *error)
{
	char *text = json_dumps(error, JSON_COMPACT | JSON_ENCODE_ANY);
	fprintf(stderr, "%s\n", text ? text : "{}");
	free(text);
}

/* Why not: each reason in words, with its rule. */
static void fault_report_reasons(const json_t *reasons)
{
	size_t i;
	const json_t *row;
	json_array_foreach(reasons, i, row)
	{
		const char *reason = json_is_string(row) ? json_string_value(row) : view_text(row, "reason");
		const char *rule = json_is_object(row) ? view_text(row, "rule") : "";
		terminal_hint(*rule ? "- %s (%s)" : "- %s", words_translate(reason), rule);
	}
}

static void fault_report_detail(const char *message)
{
	struct buffer text = { 0 };
	detail_add(&text, message);
	terminal_hint("%s", buffer_str(&text));
	buffer_clear(&text);
}

void fault_report(const struct client *c, const json_t *error)
{
	struct buffer text = { 0 };
	if (c->errors_as_json) {
		fault_report_json(error);
		return;
	}
	const char *sentence = fault_sentence(fault_word(error));
	const char *message = view_text(error, "message"), *ref = view_text(error, "data.ref");
	buffer_add(&text, sentence ? _(sentence) : message);
	fault_add_field(&text, c, view_text(error, "data.field"));
	terminal_say("%s", text.s);
	if (sentence && *message && strcmp(sentence, message) != 0)
		fault_report_detail(message);
	fault_report_reasons(view_at(error, "data.reasons"));
	if (*ref && !strcmp(fault_word(error), "internal"))
		terminal_hint(_("in the log of the daemon: %s"), ref);
	buffer_clear(&text);
}
