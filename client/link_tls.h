/* The TLS side of a link. */
#ifndef VONVAY_CLIENT_LINK_TLS_H
#define VONVAY_CLIENT_LINK_TLS_H

#include <sys/types.h>

#include "link.h"

/* When nothing went through. */
enum link_want {
	LINK_WANT_READ = -1,
	LINK_WANT_WRITE = -2,
	LINK_ENDED = -3,
};

/* Connects and shakes hands; the name or address of the host must stand in its certificate. False: `trouble` says why, and
 * the link is to be closed. */
MUSTCHECK bool link_tls_open(struct link *l, const struct target *target, int64_t deadline_ms,
			     struct buffer *trouble);
/* Bytes that went through, at least one, or an enum link_want. */
ssize_t link_tls_read(struct link *l, void *buffer, size_t size);
ssize_t link_tls_write(struct link *l, const void *bytes, size_t len);
void link_tls_close(struct link *l);

#endif
