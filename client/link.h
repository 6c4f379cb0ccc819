/* The connection to the daemon: lines over a Unix socket or over TLS 1.3, with a time limit. */
#ifndef VONVAY_CLIENT_LINK_H
#define VONVAY_CLIENT_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "target.h"
#include "vonvay/compiler.h"

/* More than this in one line is not an answer of ours. */
#define LINK_LINE_BYTES_MAX ((size_t)256 * 1024 * 1024)

enum link_status {
	LINK_OK,
	LINK_LOST, /* ended by the other side */
	LINK_TIMEOUT,
	LINK_TOO_LONG,
	LINK_REFUSED, /* the daemon does not take our certificate: nothing was done with what was sent */
};

struct ssl_st;
struct ssl_ctx_st;

struct link {
	int fd; /* -1: not connected */
	struct ssl_ctx_st *context;
	struct ssl_st *ssl;  /* NULL on a Unix socket */
	const char *refusal; /* why LINK_REFUSED, in the language of the user */
	struct buffer in;
	size_t scanned; /* bytes of `in` known to hold no newline */
};

void link_init(struct link *l);
/* False: `trouble` says why. */
MUSTCHECK bool link_open(struct link *l, const struct target *target, int timeout_s, struct buffer *trouble);
bool link_is_open(const struct link *l);
void link_close(struct link *l);
/* A point in time `timeout_s` from now, for the ones below. */
int64_t link_deadline_ms(int timeout_s);
MUSTCHECK enum link_status link_send(struct link *l, const char *bytes, size_t len, int64_t deadline_ms);
/* One line without its end into `line`. */
MUSTCHECK enum link_status link_receive(struct link *l, struct buffer *line, int64_t deadline_ms);
/* Waits for POLLIN or POLLOUT; false once the deadline has passed. */
MUSTCHECK bool link_wait(const struct link *l, short events, int64_t deadline_ms);

#endif
