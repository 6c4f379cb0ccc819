/* Bytes over a connected non-blocking stream socket, plain or through TLS. */
#ifndef VONVAY_TRANSPORT_H
#define VONVAY_TRANSPORT_H

#include <stdbool.h>
#include <sys/types.h>

#include "vonvay/text.h"

struct ssl_st;

struct transport {
	int fd;
	struct ssl_st *ssl; /* NULL: plain */
	bool failed;	    /* TLS is past use: not even a farewell can be said */
};

/* What is returned when nothing went through. TLS may want the other direction than the one asked for. */
enum transport_want {
	TRANSPORT_WANT_READ = -1,
	TRANSPORT_WANT_WRITE = -2,
	TRANSPORT_FAILED = -3,
};

/* True once it is done, at once when plain; else `want` says what for to wait, and `why` the reason of a failure. */
bool transport_handshake(struct transport *t, enum transport_want *want, struct text *why);
/* Bytes read; 0 when the other side will send no more (over TLS: when it said so); else an enum transport_want. */
ssize_t transport_read(struct transport *t, void *buffer, size_t size);
/* Bytes written, at least one, else an enum transport_want; then the same bytes have to come first again. */
ssize_t transport_write(struct transport *t, const void *bytes, size_t len);
/* Says farewell over TLS as far as that goes without waiting, closes, frees. */
void transport_close(struct transport *t);

#endif
