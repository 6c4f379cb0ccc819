/* The Unix socket that clients connect to. */
#ifndef VONVAY_LISTENER_H
#define VONVAY_LISTENER_H

#include "vonvay/compiler.h"
#include "vonvay/text.h"

struct server;
struct conns;
struct listener;

/* The socket given by systemd (LISTEN_FDS) or else a new one at [daemon] socket: a stale file is replaced, one on which
 * somebody answers is not. NULL with the reason in `error`. */
struct listener *listener_new(struct server *server, struct conns *conns, struct text *error);
/* Stops accepting; removes the file if we made it. */
void listener_free(struct listener *listener);

#endif
