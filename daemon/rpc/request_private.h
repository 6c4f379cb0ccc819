/* Shared by the files of the envelope: session.c, request.c, reply.c. */
#ifndef VONVAY_REQUEST_PRIVATE_H
#define VONVAY_REQUEST_PRIVATE_H

#include "vonvay/request.h"

/* So much of a name that a client made up is said to it in a message, in bytes. */
#define NAME_SHOWN_MAX 64

/* The replies of one batch, sent together when the last one is there. Owned by its open requests. */
struct batch {
	struct session *session;    /* NULL once the client has left */
	int open;		    /* requests without an answer, plus one while the batch is being read */
	struct text replies;	    /* divided by commas */
	struct batch *next, **link; /* batches of the session */
};

/* A new request of `session`, in its list. */
struct request *request_new(struct session *session, struct batch *batch);
/* All checks common to all methods, then the handler. */
void request_run(struct request *req, const char *method);
void request_free(struct request *req);

/* Sends "{…}\n" to the client, or adds it to the batch. */
void reply_send(struct session *session, struct batch *batch, const struct text *reply);
void batch_close(struct batch *batch);

/* The text of an error reply; `id` may be NULL. `position` < 0: none. */
void reply_error_text(struct text *out, const json_t *id, enum error error, const char *message,
		      const char *field, const char *ref, long position);

#endif
