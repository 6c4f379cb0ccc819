/* One client on a stream socket: bytes to lines, lines to a session, replies back; limits and cutting off. */
#ifndef VONVAY_CONN_H
#define VONVAY_CONN_H

#include <stdbool.h>

struct server;
struct conn;

/* A set of connections with their common limits; one a listener. */
struct conns;

/* None yet. `server` is borrowed and has to live longer. */
struct conns *conns_new(struct server *server);
/* Takes over the accepted socket; answers and closes it when there are too many. */
void conns_accept(struct conns *conns, int fd);
/* Nothing in flight and nothing left to send? */
bool conns_idle(const struct conns *conns);
/* Cuts off whoever is still connected, without an answer. */
void conns_free(struct conns *conns);

#endif
