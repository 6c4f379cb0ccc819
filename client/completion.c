/* vonvay completion bash: a script made from the table of commands. */
#include <stdio.h>
#include <string.h>

#include "run.h"

static void completion_print_words(void)
{
	for (size_t i = 0; i < command_count(); i++)
		if (!i || strcmp(command_at(i)->word, command_at(i - 1)->word) != 0)
			printf("%s%s", i ? " " : "", command_at(i)->word);
}

static void completion_print_subs(const char *word)
{
	for (size_t i = 0; i < command_count(); i++)
		if (!strcmp(command_at(i)->word, word) && command_at(i)->sub)
			printf("%s ", command_at(i)->sub);
}

static void completion_print_options(const struct argument *a)
{
	for (; a && a->type; a++)
		if (argument_is_option(a))
			printf(" %s", a->name);
}

static void completion_print_case(const struct command *c)
{
	/* a word alone comes after the commands below it: it takes whatever the second word is */
	printf("\t'%s '%s) options+='", c->word, c->sub ? c->sub : "*");
	completion_print_options(c->arguments);
	printf("' ;;\n");
}

static void completion_print_cases(void)
{
	for (size_t i = 0; i < command_count(); i++)
		if (command_at(i)->sub)
			completion_print_case(command_at(i));
	for (size_t i = 0; i < command_count(); i++)
		if (!command_at(i)->sub)
			completion_print_case(command_at(i));
}

static void completion_print_sub_cases(void)
{
	for (size_t i = 0; i < command_count(); i++) {
		if (i && !strcmp(command_at(i)->word, command_at(i - 1)->word))
			continue;
		printf("\t%s) words='", command_at(i)->word);
		completion_print_subs(command_at(i)->word);
		printf("' ;;\n");
	}
}

int run_completion(struct client *c, const struct command_line *line)
{
	(void)c;
	(void)line;
	printf("_vonvay()\n{\n\tlocal current=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} second=${COMP_WORDS[2]}\n"
	       "\tlocal options='");
	completion_print_options(command_options);
	printf("' words=''\n\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\twords='");
	completion_print_words();
	printf("'\n\telif [ \"$COMP_CWORD\" -eq 2 ]; then\n\t\tcase $first in\n");
	completion_print_sub_cases();
	printf("\t\tesac\n\tfi\n\tcase \"$first $second\" in\n");
	completion_print_cases();
	printf("\tesac\n\tcase $current in\n\t-*) words=$options ;;\n\tesac\n"
	       "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n}\n"
	       "complete -o default -F _vonvay vonvay\n");
	return CLIENT_DONE;
}
