/* The command line, read by the table of commands. */
#ifndef VONVAY_CLIENT_ARGUMENTS_H
#define VONVAY_CLIENT_ARGUMENTS_H

#include <stdbool.h>

#include "client.h"
#include "commands.h"

struct arguments {
	struct command_line line; /* command NULL: only options */
	const char *word;	  /* the first word, NULL if there is none */
	bool help, version;
};

/* False: it was told what is wrong, with the usage of the command. */
MUSTCHECK bool arguments_read(struct arguments *out, struct client *c, int argc, char **argv);
void arguments_clear(struct arguments *a);

#endif
