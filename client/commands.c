/* THE table of commands, a file for each subject: commands_*.c. A new one is one row there, its arguments above it, and a
 * function in show_*.c. */
#include "commands.h"

#include <string.h>

#include "language.h"
#include "vonvay/compiler.h"

const struct argument command_options[] = {
	{ "--socket", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("PATH"), N_("socket of the daemon") },
	{ "--host", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("HOST:PORT"),
	  N_("the daemon on another machine, over TLS; with --cert") },
	{ "--cert", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("FILE"), N_("certificate that says who you are") },
	{ "--ca", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("FILE"),
	  N_("certificate of the authority that vouches for the daemon") },
	{ "--json", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("the result as JSON") },
	{ "--lang", NULL, ARGUMENT_WORD, ARGUMENT_LOCAL, "vi en", N_("language of the output") },
	{ "--as", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("NAME"),
	  N_("act as this member of the staff (demo only)") },
	{ "--key", NULL, ARGUMENT_TEXT, ARGUMENT_LOCAL, N_("FILE|KEY"),
	  N_("private key of --cert; or ask for a write again with the key it had") },
	{ "--timeout", NULL, ARGUMENT_INTEGER, ARGUMENT_LOCAL, NULL,
	  N_("seconds to wait for an answer (default: 60)") },
	{ "--help", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("help on the command") },
	{ "--version", NULL, ARGUMENT_FLAG, ARGUMENT_LOCAL, NULL, N_("version of this program") },
	{ 0 },
};

/* In the order of help; all commands of one word stand in one file. */
/* clang-format off */
static const struct command *const tables[] = {
	status_commands,
	loan_commands,
	application_commands,
	fund_commands,
	household_commands,
	group_commands,
	deposit_commands,
	session_commands,
	need_commands,
	sweep_commands,
	proof_commands,
	change_commands,
	rate_commands,
	relief_commands,
	import_commands,
	book_commands, watch_commands,
	staff_commands,
	other_commands,
};
/* clang-format on */

static size_t command_table_count(const struct command *table)
{
	size_t n = 0;
	while (table[n].word)
		n++;
	return n;
}

size_t command_count(void)
{
	size_t n = 0;
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		n += command_table_count(tables[i]);
	return n;
}

const struct command *command_at(size_t i)
{
	size_t t = 0;
	for (size_t n; t < ARRAY_LEN(tables) && i >= (n = command_table_count(tables[t])); t++)
		i -= n;
	return &tables[t][i];
}

/* Called by a command that is more than one call. */
static const char *const local_writes[] = { "import.begin", "import.append", "import.check", "import.apply",
					    "session.post" };

const struct command *command_find(const char *word, const char *sub)
{
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *c = command_at(i);
		if (!strcmp(c->word, word) && (sub ? c->sub && !strcmp(c->sub, sub) : !c->sub))
			return c;
	}
	return NULL;
}

bool command_has_word(const char *word)
{
	for (size_t i = 0; i < command_count(); i++)
		if (!strcmp(command_at(i)->word, word))
			return true;
	return false;
}

bool command_writes(const char *method)
{
	for (size_t i = 0; i < command_count(); i++)
		if (command_at(i)->kind == COMMAND_WRITE && !strcmp(command_at(i)->method, method))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(local_writes); i++)
		if (!strcmp(local_writes[i], method))
			return true;
	return false;
}

bool argument_is_option(const struct argument *a)
{
	return a->name[0] == '-';
}
