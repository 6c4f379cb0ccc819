/* One client on a stream socket, plain or TLS: bytes to lines, lines to a session, replies back; limits and cutting off. */
#ifndef VONVAY_CONN_H
#define VONVAY_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/request.h"

struct server;
struct conn;

/* The connections of one door with their common limits. */
struct conns;

/* None yet. `server` is borrowed and has to live longer; DOOR_TLS needs its `tls` once a socket is accepted. */
struct conns *conns_new(struct server *server, enum door door);
/* Takes over the accepted socket; `address` is where it comes from ("" on a Unix socket), `listening` the number of the
 * socket it was accepted on. Closes it when there are too many: with an answer on a Unix socket, without one over TLS,
 * where an answer would cost a handshake. */
void conns_accept(struct conns *conns, int fd, const char *address, int listening);
/* How many came in by that socket and are there. */
int64_t conns_count(const struct conns *conns, int listening);
/* Nothing in flight and nothing left to send? */
bool conns_idle(const struct conns *conns);
/* Cuts off whoever is still connected, without an answer. */
void conns_free(struct conns *conns);

#endif
