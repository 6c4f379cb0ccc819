/* Help, derived from the table of commands. */
#ifndef VONVAY_CLIENT_HELP_H
#define VONVAY_CLIENT_HELP_H

#include <stdio.h>

#include "buffer.h"
#include "commands.h"

/* "vonvay loan pay LOAN AMOUNT [--on DATE] …" */
void help_add_usage(struct buffer *out, const struct command *command);
/* Everything about one command, about all of a word (`word` alone), or the list of all (`word` NULL). */
void help_print(FILE *stream, const char *word, const struct command *command);

#endif
