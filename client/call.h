/* Calling a method: one JSON-RPC request and its answer, asked again when the connection is lost. */
#ifndef VONVAY_CLIENT_CALL_H
#define VONVAY_CLIENT_CALL_H

#include <jansson.h>
#include <stdbool.h>

#include "client.h"

enum call_kind {
	CALL_READ,
	CALL_WRITE, /* carries a key, is kept on the disk until it is answered, and sent again with that key */
};

enum call_status {
	CALL_DONE,
	CALL_REFUSED,
	CALL_NOT_SENT, /* no connection, so nothing can have happened */
	CALL_LOST,     /* sent, and no answer: c->trouble says why */
};

struct reply {
	json_t *result;
	json_t *error;
};

void reply_clear(struct reply *reply);
/* Says nothing to anybody; keeps nothing. `params` of a write must hold their key. */
enum call_status call_try(struct client *c, const char *method, const json_t *params, enum call_kind kind,
			  struct reply *reply);
/* The result, to be given back with json_decref; NULL when there is none, after saying why, with the exit status in
 * `status`. A write gets a key if `params` holds none. */
json_t *call_new(struct client *c, const char *method, const json_t *params, enum call_kind kind, int *status);
/* Says that there is no answer; the exit status. */
int call_report_lost(const struct client *c, enum call_status status);
void call_sleep_ms(int ms);

#endif
