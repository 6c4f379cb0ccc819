/* One run of the client: what the options said, and the connection. */
#ifndef VONVAY_CLIENT_CLIENT_H
#define VONVAY_CLIENT_CLIENT_H

#include <stdbool.h>

#include "buffer.h"
#include "link.h"
#include "target.h"

struct command;

enum client_exit {
	CLIENT_DONE = 0,
	CLIENT_REFUSED = 1,
	CLIENT_USAGE = 2,
	CLIENT_NO_CONNECTION = 3,
};

#define CLIENT_TIMEOUT_S 60

struct client {
	struct target target;
	bool target_named; /* by --socket or --host */
	bool json;
	bool errors_as_json;
	const char *as;	 /* act as this member of the staff; NULL: as oneself */
	const char *key; /* given by --key, else NULL */
	int timeout_s;
	char *words; /* the command line without the program and its key, for asking again */
	const struct command *command;
	struct link link;
	long long last_id;
	struct buffer trouble; /* why there was no answer */
};

void client_clear(struct client *c);

#endif
