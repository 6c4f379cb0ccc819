/* Reading of the command line. Options may stand anywhere; "--" ends them. */
#include "arguments.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "language.h"
#include "memory.h"
#include "parse.h"
#include "terminal.h"
#include "vonvay/compiler.h"

#define TIMEOUT_S_MAX 86400

struct reader {
	struct arguments *out;
	struct client *client;
	char **word; /* all that is no option */
	int words;
	struct target_options target;
	json_t *seen; /* options given so far */
};

static bool arguments_fail(const struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool arguments_fail(const struct reader *r, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	va_end(ap);
	terminal_say("%s", text);
	free(text);
	const struct command *command = r->out->line.command;
	if (command) {
		struct buffer usage = { 0 };
		help_add_usage(&usage, command);
		terminal_hint(_("usage: %s"), usage.s);
		buffer_clear(&usage);
	} else {
		terminal_hint("%s", _("vonvay help shows all commands"));
	}
	return false;
}

static const struct argument *arguments_find(const struct argument *table, const char *name, size_t len)
{
	for (; table && table->type; table++)
		if (argument_is_option(table) && strlen(table->name) == len &&
		    !strncmp(table->name, name, len))
			return table;
	return NULL;
}

static bool arguments_has_word(const char *words, const char *word, size_t len)
{
	while (*words) {
		size_t n = strcspn(words, " ");
		if (n == len && !strncmp(words, word, len))
			return true;
		words += n + (words[n] == ' ');
	}
	return false;
}

/* "a,b" as an array; NULL if one of them is not possible. */
static json_t *arguments_words_new(const char *text, const char *words)
{
	json_t *array = json_array();
	for (;;) {
		size_t n = strcspn(text, ",");
		if (!arguments_has_word(words, text, n)) {
			json_decref(array);
			return NULL;
		}
		json_array_append_new(array, json_stringn(text, n));
		if (!text[n])
			return array;
		text += n + 1;
	}
}

static json_t *arguments_ids_new(const char *text)
{
	json_t *array = json_array();
	if (!strcmp(text, "none")) /* where the method takes an empty list */
		return array;
	for (bool more = true; more; text += more) {
		size_t n = strcspn(text, ",");
		char *id = memory_copy_bytes(text, n);
		bool ok = parse_id(id);
		json_array_append_new(array, json_string(id));
		free(id);
		if (!ok) {
			json_decref(array);
			return NULL;
		}
		more = text[n] == ',';
		text += n;
	}
	return array;
}

static json_t *arguments_date_new(const char *text)
{
	char date[PARSE_DATE_SIZE];
	return parse_date(text, date) ? json_string(date) : NULL;
}

static json_t *arguments_money_new(const char *text)
{
	int64_t amount;
	return parse_money(text, &amount) ? json_integer(amount) : NULL;
}

static json_t *arguments_rate_new(const char *text)
{
	char *rate = parse_rate_new(text);
	json_t *value = rate ? json_string(rate) : NULL;
	free(rate);
	return value;
}

/* The value, which is given up for NULL if it is not `ok`. */
static json_t *arguments_if_new(bool ok, json_t *value)
{
	if (ok)
		return value;
	json_decref(value);
	return NULL;
}

/* "a,b" as an array; NULL if one of them is empty. */
static json_t *arguments_texts_new(const char *text)
{
	json_t *array = json_array();
	for (;;) {
		size_t n = strcspn(text, ",");
		if (!n || json_array_append_new(array, json_stringn(text, n)) != 0) {
			json_decref(array);
			return NULL;
		}
		if (!text[n])
			return array;
		text += n + 1;
	}
}

/* "LINE:RATE" */
static json_t *arguments_line_rate_new(const char *text)
{
	size_t n = strcspn(text, ":");
	json_t *rate = n && text[n] ? arguments_rate_new(text + n + 1) : NULL;
	json_t *row = json_object();
	json_object_set_new(row, "line", json_stringn(text, n));
	json_object_set_new(row, "rate", rate);
	return arguments_if_new(rate != NULL, row);
}

/* "DATE:RATE" */
static json_t *arguments_rate_change_new(const char *text)
{
	size_t n = strcspn(text, ":");
	char *day = memory_copy_bytes(text, n);
	json_t *on = arguments_date_new(day), *rate = text[n] ? arguments_rate_new(text + n + 1) : NULL;
	json_t *change = json_object();
	bool ok = on && rate;
	json_object_set_new(change, "on", on);
	json_object_set_new(change, "rate_percent", rate);
	free(day);
	return arguments_if_new(ok, change);
}

/* "DATE:KIND:AMOUNT" */
static json_t *arguments_event_new(const char *text, const char *kinds)
{
	size_t n = strcspn(text, ":"), m = text[n] ? strcspn(text + n + 1, ":") : 0;
	const char *kind = text + n + 1;
	if (!text[n] || !kind[m] || !arguments_has_word(kinds, kind, m))
		return NULL;
	char *day = memory_copy_bytes(text, n);
	json_t *on = arguments_date_new(day), *amount = arguments_money_new(kind + m + 1);
	json_t *event = json_object();
	bool ok = on && amount;
	json_object_set_new(event, "on", on);
	json_object_set_new(event, "kind", json_stringn(kind, m));
	json_object_set_new(event, "amount", amount);
	free(day);
	return arguments_if_new(ok, event);
}

/* "NUMBER:AMOUNT", or "NUMBER": what was asked for */
static json_t *arguments_agreed_new(const char *text)
{
	size_t n = strcspn(text, ":");
	char *id = memory_copy_bytes(text, n);
	json_t *agreed = json_object(), *amount = text[n] ? arguments_money_new(text + n + 1) : NULL;
	bool ok = parse_id(id) && (amount || !text[n]);
	json_object_set_new(agreed, "application", json_string(id));
	if (amount)
		json_object_set_new(agreed, "amount", amount);
	free(id);
	return arguments_if_new(ok, agreed);
}

/* "NUMBER:REASON" */
static json_t *arguments_refused_new(const char *text)
{
	size_t n = strcspn(text, ":");
	char *id = memory_copy_bytes(text, n);
	json_t *refused = json_object(), *reason = text[n] && text[n + 1] ? json_string(text + n + 1) : NULL;
	bool ok = parse_id(id) && reason;
	json_object_set_new(refused, "application", json_string(id));
	json_object_set_new(refused, "reason", reason);
	free(id);
	return arguments_if_new(ok, refused);
}

/* What stands for the text in the parameters; NULL if it has not the form it must have. */
static json_t *arguments_value_new(const struct argument *a, const char *text)
{
	int64_t n;
	switch (a->type) {
	case ARGUMENT_TEXT:
		return json_string(text);
	case ARGUMENT_ID:
		return parse_id(text) ? json_string(text) : NULL;
	case ARGUMENT_IDS:
		return arguments_ids_new(text);
	case ARGUMENT_WORD:
		return arguments_has_word(a->words, text, strlen(text)) ? json_string(text) : NULL;
	case ARGUMENT_WORDS:
		return arguments_words_new(text, a->words);
	case ARGUMENT_MONEY:
		return arguments_money_new(text);
	case ARGUMENT_INTEGER:
		return parse_integer(text, &n) ? json_integer(n) : NULL;
	case ARGUMENT_DATE:
	case ARGUMENT_DATES:
		return arguments_date_new(text);
	case ARGUMENT_RATE:
		return arguments_rate_new(text);
	case ARGUMENT_FLAG:
		return json_true();
	case ARGUMENT_KEY:
		return parse_key(text) ? json_string(text) : NULL;
	case ARGUMENT_TEXTS:
		return arguments_texts_new(text);
	case ARGUMENT_LINE_RATES:
		return arguments_line_rate_new(text);
	case ARGUMENT_RATE_CHANGES:
		return arguments_rate_change_new(text);
	case ARGUMENT_EVENTS:
		return arguments_event_new(text, a->words);
	case ARGUMENT_AGREED:
		return arguments_agreed_new(text);
	case ARGUMENT_REFUSED:
		return arguments_refused_new(text);
	case ARGUMENT_END:
		break;
	}
	return NULL;
}

static const char *arguments_allowed(const struct argument *a)
{
	switch (a->type) {
	case ARGUMENT_ID:
		return _("digits");
	case ARGUMENT_IDS:
		return _("numbers with commas between");
	case ARGUMENT_MONEY:
		return _("VND without decimals: 1234567 or 1.234.567");
	case ARGUMENT_INTEGER:
		return _("a whole number");
	case ARGUMENT_DATE:
	case ARGUMENT_DATES:
		return _("a day: 2023-12-31 or 31/12/2023");
	case ARGUMENT_RATE:
		return _("percent with at most 4 decimals: 6.6");
	case ARGUMENT_KEY:
		return _("a UUIDv7");
	case ARGUMENT_TEXTS:
		return _("texts with commas between");
	case ARGUMENT_LINE_RATES:
		return _("a rate line and a rate: 01:6.24");
	case ARGUMENT_RATE_CHANGES:
		return _("a day and a rate: 2025-12-01:6.24");
	case ARGUMENT_EVENTS:
		return _("a day, what happened, VND: 2024-05-10:paid:500000");
	case ARGUMENT_AGREED:
		return _("an application and VND: 12:30000000, or its number alone");
	case ARGUMENT_REFUSED:
		return _("an application and the reason: 12:not enough labour");
	case ARGUMENT_TEXT:
	case ARGUMENT_WORD:
	case ARGUMENT_WORDS:
	case ARGUMENT_FLAG:
	case ARGUMENT_END:
		break;
	}
	return a->words ? a->words : _("text that is valid UTF-8");
}

static bool arguments_is_array(const struct argument *a)
{
	return a->type == ARGUMENT_DATES || a->type == ARGUMENT_RATE_CHANGES || a->type == ARGUMENT_EVENTS ||
	       a->type == ARGUMENT_LINE_RATES || a->type == ARGUMENT_AGREED || a->type == ARGUMENT_REFUSED;
}

static void arguments_store(struct reader *r, const struct argument *a, json_t *value)
{
	json_t *into = a->flags & ARGUMENT_LOCAL ? r->out->line.local : r->out->line.params;
	if (!arguments_is_array(a)) {
		json_object_set_new(into, a->param, value);
		return;
	}
	if (!json_object_get(into, a->param))
		json_object_set_new(into, a->param, json_array());
	json_array_append_new(json_object_get(into, a->param), value);
}

static bool arguments_take(struct reader *r, const struct argument *a, const char *text)
{
	const char *name = argument_is_option(a) ? a->name : _(a->name);
	json_t *value = arguments_value_new(a, text);
	if (!value)
		return arguments_fail(r, _("%s: \"%s\" is not possible here; allowed: %s"), name, text,
				      arguments_allowed(a));
	arguments_store(r, a, value);
	return true;
}

/* An option every command has. */
static bool arguments_take_common(struct reader *r, const struct argument *a, const char *text)
{
	struct client *c = r->client;
	enum language language;
	json_t *value = arguments_value_new(a, text);
	int64_t n = json_integer_value(value);
	bool ok = value && !(a->type == ARGUMENT_INTEGER && (n < 1 || n > TIMEOUT_S_MAX));
	json_decref(value);
	if (!ok)
		return arguments_fail(r, _("%s: \"%s\" is not possible here; allowed: %s"), a->name, text,
				      arguments_allowed(a));
	if (!strcmp(a->name, "--socket"))
		r->target.socket = text;
	else if (!strcmp(a->name, "--host"))
		r->target.host = text;
	else if (!strcmp(a->name, "--cert"))
		r->target.certificate = text;
	else if (!strcmp(a->name, "--ca"))
		r->target.ca = text;
	else if (!strcmp(a->name, "--json"))
		c->json = c->errors_as_json = true;
	else if (!strcmp(a->name, "--as"))
		c->as = text;
	else if (!strcmp(a->name, "--key") && parse_key(text))
		c->key = text;
	else if (!strcmp(a->name, "--key"))
		r->target.key = text;
	else if (!strcmp(a->name, "--timeout"))
		c->timeout_s = (int)n;
	else if (!strcmp(a->name, "--help"))
		r->out->help = true;
	else if (!strcmp(a->name, "--version"))
		r->out->version = true;
	else if (!strcmp(a->name, "--lang") && language_parse(text, &language))
		language_use(language);
	return true;
}

/* Each option once, but for those that are lists; --key is two, that of a write and that of a certificate. */
static bool arguments_note(struct reader *r, const struct argument *a, const char *value)
{
	bool of_write = value && !strcmp(a->name, "--key") && parse_key(value);
	const char *name = of_write ? "--key of a write" : a->name;
	if (json_object_get(r->seen, name) && !arguments_is_array(a))
		return arguments_fail(r, _("%s is given twice"), a->name);
	json_object_set_new(r->seen, name, json_true());
	return true;
}

/* The option at argv[*i], with its value. `table` NULL: only those every command has, others are passed over. */
static bool arguments_option(struct reader *r, int argc, char **argv, int *i, const struct argument *table,
			     bool common)
{
	const char *name = !strcmp(argv[*i], "-h") ? "--help" : argv[*i];
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	const struct argument *shared = arguments_find(command_options, name, len);
	const struct argument *a = shared ? shared : arguments_find(table, name, len);
	if (!a)
		return arguments_fail(r, _("no such option: %s"), argv[*i]);
	if (a->type == ARGUMENT_FLAG && value)
		return arguments_fail(r, _("%s takes no value"), a->name);
	if (a->type != ARGUMENT_FLAG && !value && ++*i >= argc)
		return arguments_fail(r, _("%s wants a value"), a->name);
	if ((shared != NULL) != common)
		return true;
	if (a->type != ARGUMENT_FLAG && !value)
		value = argv[*i];
	if (!arguments_note(r, a, value))
		return false;
	return shared ? arguments_take_common(r, a, value) : arguments_take(r, a, value);
}

/* First words that name the command; options that stand before or between them are those every command has. */
static void arguments_find_command(struct reader *r, int argc, char **argv)
{
	const char *word[2] = { NULL, NULL };
	int n = 0;
	for (int i = 1; i < argc && n < 2; i++) {
		if (!strcmp(argv[i], "--"))
			break;
		if (argv[i][0] != '-' || !argv[i][1]) {
			word[n++] = argv[i];
			continue;
		}
		const struct argument *a = arguments_find(command_options, argv[i], strcspn(argv[i], "="));
		if (a && a->type != ARGUMENT_FLAG && !strchr(argv[i], '='))
			i++;
		else if (!a && n == 1)
			break; /* an option of the command: what follows may be its value */
	}
	const struct command *with_sub = n == 2 ? command_find(word[0], word[1]) : NULL;
	r->out->word = word[0];
	r->out->line.command = with_sub ? with_sub : n ? command_find(word[0], NULL) : NULL;
}

/* Goes over the whole line: once for the options every command has, once for the rest. */
static bool arguments_scan(struct reader *r, int argc, char **argv, bool common)
{
	const struct argument *table = r->out->line.command ? r->out->line.command->arguments : NULL;
	bool ended = false;
	for (int i = 1; i < argc; i++) {
		if (!ended && !strcmp(argv[i], "--")) {
			ended = true;
		} else if (!ended && argv[i][0] == '-' && argv[i][1]) {
			if (!arguments_option(r, argc, argv, &i, table, common))
				return false;
		} else if (!common) {
			r->word[r->words++] = argv[i];
		}
	}
	return true;
}

static char *arguments_join_new(char **words, int count)
{
	struct buffer b = { 0 };
	for (int i = 0; i < count; i++)
		buffer_printf(&b, i ? " %s" : "%s", words[i]);
	return buffer_steal(&b);
}

/* Words told by their place. */
static bool arguments_places(struct reader *r)
{
	const struct command *command = r->out->line.command;
	int at = command->sub ? 2 : 1;
	for (const struct argument *a = command->arguments; a && a->type; a++) {
		if (argument_is_option(a) || at >= r->words)
			continue;
		int count = a->flags & ARGUMENT_REST ? r->words - at : 1;
		char *text = arguments_join_new(r->word + at, count);
		bool ok = arguments_take(r, a, text);
		free(text);
		if (!ok)
			return false;
		at += count;
	}
	if (at < r->words)
		return arguments_fail(r, _("one word too many: %s"), r->word[at]);
	return true;
}

static bool arguments_complete(struct reader *r)
{
	const struct command *command = r->out->line.command;
	for (const struct argument *a = command->arguments; a && a->type; a++) {
		json_t *in = a->flags & ARGUMENT_LOCAL ? r->out->line.local : r->out->line.params;
		if ((a->flags & ARGUMENT_REQUIRED) && !json_object_get(in, a->param))
			return arguments_fail(r, _("%s is missing"),
					      argument_is_option(a) ? a->name : _(a->name));
	}
	return true;
}

/* The command line again, for asking again: without the program and without the key of the write. */
static char *arguments_words_of_line_new(int argc, char **argv)
{
	struct buffer b = { 0 };
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--key") && i + 1 < argc && parse_key(argv[i + 1]))
			i++;
		else if (strncmp(argv[i], "--key=", 6) != 0 || !parse_key(argv[i] + 6)) {
			if (b.len)
				buffer_add_char(&b, ' ');
			buffer_add_shell_word(&b, argv[i]);
		}
	}
	return buffer_steal(&b);
}

static bool arguments_read_command(struct reader *r, int argc, char **argv)
{
	const char *word = r->out->word;
	if (word && !command_has_word(word))
		return arguments_fail(r, _("no such command: %s"), word);
	if (!arguments_scan(r, argc, argv, true))
		return false;
	if (r->out->help || r->out->version)
		return true;
	if (!word)
		return arguments_fail(r, "%s", _("which command?"));
	if (!r->out->line.command) {
		terminal_say(_("which command of %s?"), word);
		help_print(stderr, word, NULL);
		return false;
	}
	return arguments_scan(r, argc, argv, false) && arguments_places(r) && arguments_complete(r);
}

static bool arguments_check_key(const struct reader *r)
{
	const struct command *command = r->out->line.command;
	bool possible = command && (command->kind == COMMAND_WRITE || !strcmp(command->word, "call"));
	if (r->client->key && !possible && !r->out->help)
		return arguments_fail(r, "%s", _("--key is for commands that write once"));
	return true;
}

static bool arguments_choose_target(const struct reader *r)
{
	struct buffer trouble = { 0 };
	bool ok = target_choose(&r->client->target, &r->target, &trouble) ||
		  arguments_fail(r, "%s", buffer_str(&trouble));
	r->client->target_named = r->target.socket || r->target.host;
	buffer_clear(&trouble);
	return ok;
}

bool arguments_read(struct arguments *out, struct client *c, int argc, char **argv)
{
	struct reader r = { .out = out, .client = c, .seen = json_object() };
	r.word = memory_alloc((size_t)argc * sizeof *r.word);
	*out = (struct arguments){ .line = { .params = json_object(), .local = json_object() } };
	arguments_find_command(&r, argc, argv);
	bool ok = arguments_read_command(&r, argc, argv) && arguments_check_key(&r) &&
		  (out->help || out->version || arguments_choose_target(&r));
	c->command = out->line.command;
	c->words = arguments_words_of_line_new(argc, argv);
	json_decref(r.seen);
	free(r.word);
	return ok;
}

void arguments_clear(struct arguments *a)
{
	json_decref(a->line.params);
	json_decref(a->line.local);
}
