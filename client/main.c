/* vonvay, the client of vonvayd: reads the command line by the table of commands, calls a method, shows its result. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "call.h"
#include "help.h"
#include "language.h"
#include "show.h"
#include "terminal.h"

/* The language, before anything can go wrong: --lang, VONVAY_LANG, Vietnamese. */
static void main_choose_language(int argc, char **argv)
{
	enum language language = LANGUAGE_VIETNAMESE;
	const char *named = getenv("VONVAY_LANG");
	bool known = !named || !*named || language_parse(named, &language);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		/* a wrong one is told when the options are read */
		if (!strncmp(argv[i], "--lang=", 7))
			(void)!language_parse(argv[i] + 7, &language);
		else if (!strcmp(argv[i], "--lang") && i + 1 < argc)
			(void)!language_parse(argv[i + 1], &language);
	}
	language_use(language);
	if (!known)
		terminal_say(_("VONVAY_LANG: there are vi and en, not %s"), named);
}

/* One call, its result shown: what most commands are. */
static int main_run_method(struct client *c, const struct command_line *line)
{
	int status;
	const struct command *command = line->command;
	enum call_kind kind = command->kind == COMMAND_WRITE ? CALL_WRITE : CALL_READ;
	json_t *result = call_new(c, command->method, line->params, kind, &status);
	if (result && c->json)
		show_json(result);
	else if (result)
		command->show(result);
	json_decref(result);
	return status;
}

static int main_run(struct client *c, const struct arguments *a)
{
	if (a->version) {
		printf("vonvay %s\n", VONVAY_VERSION);
		return CLIENT_DONE;
	}
	if (a->help) {
		help_print(stdout, a->word, a->line.command);
		return CLIENT_DONE;
	}
	return a->line.command->run ? a->line.command->run(c, &a->line) : main_run_method(c, &a->line);
}

/* Whoever reads our output may have gone away: that is no error. Another failure to write is. */
static int main_flush(int status)
{
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && errno && errno != EPIPE) {
		terminal_say(_("the output can't be written: %s"), strerror(errno));
		return status ? status : CLIENT_REFUSED;
	}
	return status;
}

int main(int argc, char **argv)
{
	struct client client = { .timeout_s = CLIENT_TIMEOUT_S };
	struct arguments arguments;
	int status = CLIENT_USAGE;
	/* a write must be told to its end, even if nobody reads it */
	signal(SIGPIPE, SIG_IGN);
	link_init(&client.link);
	main_choose_language(argc, argv);
	if (arguments_read(&arguments, &client, argc, argv))
		status = main_run(&client, &arguments);
	status = main_flush(status);
	arguments_clear(&arguments);
	client_clear(&client);
	return status;
}
