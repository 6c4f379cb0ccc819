/* Where the daemon is: a Unix socket, or a host with the certificates that go with it. */
#ifndef VONVAY_CLIENT_TARGET_H
#define VONVAY_CLIENT_TARGET_H

#include <jansson.h>
#include <stdbool.h>

#include "buffer.h"
#include "vonvay/compiler.h"

struct target {
	char *socket;		      /* NULL when it is a host */
	char *host;		      /* "NAME:PORT", "[::1]:PORT" */
	char *certificate, *key, *ca; /* paths; `ca` NULL: the authorities of the system */
};

/* What the options said, each NULL when it was not there. */
struct target_options {
	const char *socket, *host, *certificate, *key, *ca;
};

/* By the options, then VONVAY_HOST with VONVAY_CERT, VONVAY_CERT_KEY and VONVAY_CA, or VONVAY_SOCKET, .run/vonvayd.sock
 * here, the system's socket. False: `trouble` says what does not go together. */
MUSTCHECK bool target_choose(struct target *t, const struct target_options *options, struct buffer *trouble);
void target_clear(struct target *t);
/* The path or "NAME:PORT". */
const char *target_name(const struct target *t);
/* "NAME:PORT" in its parts; brackets are taken off. False when it has not this form. */
MUSTCHECK bool target_split(const char *host, char **name, char **port);

/* Its members into `object`, paths from the root on. */
void target_save(const struct target *t, json_t *object);
/* The same back. */
void target_load(struct target *t, const json_t *object);

#endif
