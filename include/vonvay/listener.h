/* The sockets that clients of a line door connect to: the Unix socket, the TLS sockets. */
#ifndef VONVAY_LISTENER_H
#define VONVAY_LISTENER_H

#include "vonvay/compiler.h"
#include "vonvay/request.h"
#include "vonvay/text.h"

struct conns;
struct jw;
struct listener;
struct server;

/* The sockets given by systemd (LISTEN_FDS) or else new ones at [daemon] socket, or [tls] listen, which may name none. What
 * they accept goes to `conns`. NULL with the reason in `error`. */
struct listener *listener_new(struct server *server, enum door door, struct conns *conns, struct text *error);
/* Stops accepting; removes the file if we made it. */
void listener_free(struct listener *listener);
/* Its rows of `doors` in status.daemon. */
void listener_report(const struct listener *listener, struct jw *w);

#endif
