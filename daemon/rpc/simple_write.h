/* A write that C decides nothing about: head, arguments, one statement, perhaps a job for the worker; and a read whose
 * answer PostgreSQL makes: no derived money, date or personal data in it. */
#ifndef VONVAY_SIMPLE_WRITE_H
#define VONVAY_SIMPLE_WRITE_H

#include "loan_context.h"

struct simple_write {
	enum stmt stmt; /* takes the common head, then the parameters, then `args`; gives entry_id, reply, repeated */
	bool params; /* the function takes the parameters as jsonb, without the key */
	/* Adds the arguments behind the head. False: answered. NULL: none. */
	bool (*args)(struct request *req, const struct loan_context *ctx, struct db_args *args);
	/* The reply, where the function does not make it itself. */
	void (*reply)(struct request *req, struct text *reply);
	bool reference;	 /* changes what loan_context keeps: the next request sees it */
	bool staff;	 /* changes who may do what: every session looks its peer up again */
	const char *job; /* told to the worker when it was stored; what is to do stands in the database */
};

/* `write` lives as long as the process. */
void simple_write(struct request *req, const struct simple_write *write);
/* stmt takes the actor and the parameters as jsonb and gives the reply as jsonb. */
void simple_read(struct request *req, enum stmt stmt);

#endif
