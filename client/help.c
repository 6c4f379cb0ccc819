/* Help, derived from the table of commands. */
#include "help.h"

#include <string.h>

#include "language.h"
#include "run.h"
#include "terminal.h"
#include "width.h"

#define HELP_COLUMN 28

/* Words of a table as a choice: "vi|en". */
static void help_add_choice(struct buffer *out, const char *words)
{
	for (; *words; words++) {
		if (*words == ' ')
			buffer_add_char(out, '|');
		else
			buffer_add_char(out, *words);
	}
}

static void help_add_value(struct buffer *out, const struct argument *a)
{
	switch (a->type) {
	case ARGUMENT_TEXT:
		buffer_add(out, a->words ? _(a->words) : _("TEXT"));
		break;
	case ARGUMENT_ID:
		buffer_add(out, _("NUMBER"));
		break;
	case ARGUMENT_IDS:
		buffer_add(out, _("NUMBER,NUMBER..."));
		break;
	case ARGUMENT_WORD:
		help_add_choice(out, a->words);
		break;
	case ARGUMENT_WORDS:
		buffer_add(out, _("WORD,WORD..."));
		break;
	case ARGUMENT_MONEY:
		buffer_add(out, _("AMOUNT"));
		break;
	case ARGUMENT_INTEGER:
		buffer_add(out, _("N"));
		break;
	case ARGUMENT_DATE:
	case ARGUMENT_DATES:
		buffer_add(out, _("DATE"));
		break;
	case ARGUMENT_RATE:
		buffer_add(out, _("RATE"));
		break;
	case ARGUMENT_KEY:
		buffer_add(out, _("KEY"));
		break;
	case ARGUMENT_TEXTS:
		buffer_add(out, _("TEXT,TEXT..."));
		break;
	case ARGUMENT_LINE_RATES:
		buffer_add(out, _("LINE:RATE"));
		break;
	case ARGUMENT_RATE_CHANGES:
		buffer_add(out, _("DATE:RATE"));
		break;
	case ARGUMENT_AGREED:
		buffer_add(out, _("NUMBER:AMOUNT"));
		break;
	case ARGUMENT_REFUSED:
		buffer_add(out, _("NUMBER:REASON"));
		break;
	case ARGUMENT_EVENTS:
		buffer_add(out, _("DATE:KIND:AMOUNT"));
		break;
	case ARGUMENT_FLAG:
	case ARGUMENT_END:
		break;
	}
}

/* "--on DATE", "LOAN". */
static void help_add_argument(struct buffer *out, const struct argument *a)
{
	if (!argument_is_option(a)) {
		buffer_add(out, _(a->name));
		if (a->flags & ARGUMENT_REST)
			buffer_add(out, "…");
		return;
	}
	buffer_add(out, a->name);
	if (a->type != ARGUMENT_FLAG) {
		buffer_add_char(out, ' ');
		help_add_value(out, a);
	}
}

static bool help_is_repeated(const struct argument *a)
{
	return a->type == ARGUMENT_DATES || a->type == ARGUMENT_RATE_CHANGES || a->type == ARGUMENT_EVENTS ||
	       a->type == ARGUMENT_LINE_RATES || a->type == ARGUMENT_AGREED || a->type == ARGUMENT_REFUSED;
}

void help_add_usage(struct buffer *out, const struct command *command)
{
	buffer_printf(out, "vonvay %s", command->word);
	if (command->sub)
		buffer_printf(out, " %s", command->sub);
	for (const struct argument *a = command->arguments; a && a->type; a++) {
		buffer_add(out, a->flags & ARGUMENT_REQUIRED ? " " : " [");
		help_add_argument(out, a);
		if (!(a->flags & ARGUMENT_REQUIRED))
			buffer_add_char(out, ']');
		if (help_is_repeated(a))
			buffer_add(out, "…");
	}
}

/* "  left      right", the right column always at the same place. */
static void help_print_pair(FILE *stream, const char *left, const char *right)
{
	size_t width = width_of(left);
	fprintf(stream, "  %s%*s%s\n", left, width < HELP_COLUMN ? (int)(HELP_COLUMN - width) : 2, "", right);
}

static void help_print_title(FILE *stream, const char *title)
{
	fprintf(stream, "\n%s%s%s\n", terminal_style(stream, STYLE_TITLE), title,
		terminal_style(stream, STYLE_PLAIN));
}

static void help_print_argument(FILE *stream, const struct argument *a)
{
	struct buffer left = { 0 }, right = { 0 };
	help_add_argument(&left, a);
	buffer_add(&right, _(a->help));
	if ((a->type == ARGUMENT_WORDS || a->type == ARGUMENT_EVENTS) && a->words) {
		buffer_add(&right, ": ");
		help_add_choice(&right, a->words);
	}
	help_print_pair(stream, left.s, right.s);
	buffer_clear(&left);
	buffer_clear(&right);
}

static void help_print_options(FILE *stream)
{
	help_print_title(stream, _("With every command"));
	for (const struct argument *a = command_options; a->type; a++)
		help_print_argument(stream, a);
}

static void help_print_row(FILE *stream, const struct command *command)
{
	struct buffer left = { 0 };
	buffer_add(&left, command->word);
	if (command->sub)
		buffer_printf(&left, " %s", command->sub);
	help_print_pair(stream, left.s, _(command->summary));
	buffer_clear(&left);
}

static void help_print_word(FILE *stream, const char *word)
{
	for (size_t i = 0; i < command_count(); i++)
		if (!word || !strcmp(command_at(i)->word, word))
			help_print_row(stream, command_at(i));
}

static bool help_has_subs(const char *word)
{
	for (size_t i = 0; i < command_count(); i++)
		if (command_at(i)->sub && !strcmp(command_at(i)->word, word))
			return true;
	return false;
}

static void help_print_command(FILE *stream, const struct command *command)
{
	struct buffer usage = { 0 };
	help_add_usage(&usage, command);
	fprintf(stream, "%s\n\n%s\n", usage.s, _(command->summary));
	if (command->arguments)
		fputc('\n', stream);
	for (const struct argument *a = command->arguments; a && a->type; a++)
		help_print_argument(stream, a);
	if (command->method)
		fprintf(stream, _("\nMethod of the daemon: %s\n"), command->method);
	buffer_clear(&usage);
	if (!command->sub && help_has_subs(command->word)) {
		help_print_title(stream, _("Commands"));
		help_print_word(stream, command->word);
	}
}

void help_print(FILE *stream, const char *word, const struct command *command)
{
	if (command) {
		help_print_command(stream, command);
	} else if (word) {
		fprintf(stream, _("vonvay %s ...\n"), word);
		help_print_title(stream, _("Commands"));
		help_print_word(stream, word);
	} else {
		fprintf(stream, "%s\n",
			_("vonvay COMMAND ...: the client of vonvayd, the daemon of policy credit"));
		help_print_title(stream, _("Commands"));
		help_print_word(stream, NULL);
	}
	help_print_options(stream);
	if (!command)
		fprintf(stream, "\n%s\n", _("vonvay help COMMAND tells more about one of them."));
}

int run_help(struct client *c, const struct command_line *line)
{
	const char *text = json_string_value(json_object_get(line->local, "command"));
	struct buffer word = { 0 };
	const char *sub = text ? strchr(text, ' ') : NULL;
	(void)c;
	if (text)
		buffer_add_bytes(&word, text, sub ? (size_t)(sub - text) : strlen(text));
	const struct command *command = text ? command_find(word.s, sub ? sub + 1 : NULL) : NULL;
	bool known = !text || command || (!sub && command_has_word(word.s));
	if (known)
		help_print(stdout, text ? word.s : NULL, command);
	else
		terminal_say(_("no such command: %s"), text);
	buffer_clear(&word);
	return known ? CLIENT_DONE : CLIENT_USAGE;
}
