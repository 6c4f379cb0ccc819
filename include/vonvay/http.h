/* The HTTPS door: POST /rpc, /metrics, /healthz, /readyz, and signing in (daemon/net/http*.c). evhttp over OpenSSL. */
#ifndef VONVAY_HTTP_H
#define VONVAY_HTTP_H

#include <stdbool.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

struct http;
struct jw;
struct server;

/* The door, listening where [https] listen or systemd says; it needs server->tls. `server` is borrowed. NULL with the
 * reason in `error`, or without one when no such door is wanted. */
struct http *http_new(struct server *server, struct text *error);
/* Takes no more connections; requests on those that live are answered and the connections closed. */
void http_stop(struct http *http);
/* Nothing under way and nothing left to send? */
bool http_idle(const struct http *http);
/* One object a listening socket: kind, address, port, connections. */
void http_report(const struct http *http, struct jw *w);
/* Cuts off whoever is still connected. What is under way in the database or at the worker goes on without a client: so
 * before those are freed, and http_free() after. */
void http_close(struct http *http);
void http_free(struct http *http);

#endif
