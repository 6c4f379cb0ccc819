/* A write that C decides nothing about: head, arguments, one statement, perhaps a job for the worker. */
#ifndef VONVAY_SIMPLE_WRITE_H
#define VONVAY_SIMPLE_WRITE_H

#include "loan_context.h"

struct simple_write {
	enum stmt stmt; /* takes the common head, then `args`; gives entry_id, reply, repeated */
	/* Adds the arguments behind the head. False: answered. NULL: none. */
	bool (*args)(struct request *req, const struct loan_context *ctx, struct db_args *args);
	/* The reply, where the function does not make it itself. */
	void (*reply)(struct request *req, struct text *reply);
	const char *job; /* told to the worker when it was stored; what is to do stands in the database */
};

/* `write` lives as long as the process. */
void simple_write(struct request *req, const struct simple_write *write);

#endif
