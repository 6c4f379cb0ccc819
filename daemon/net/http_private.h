/* Shared by the files of the HTTPS door.
 *
 * http_conn.c watches the bytes of a connection before evhttp reads them: it refuses heads that are not good, keeps the
 * limits of time, and knows how many requests are unanswered. http.c keeps the connections and turns what evhttp reads
 * into calls; a call is one request, answered once by http_reply*(), which frees it. It may outlive its client. */
#ifndef VONVAY_HTTP_PRIVATE_H
#define VONVAY_HTTP_PRIVATE_H

#include <event2/http.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "sockets.h"
#include "vonvay/crypto.h"
#include "vonvay/request.h"
#include "vonvay/text.h"

struct bufferevent;
struct event;
struct evhttp;
struct http_call;
struct http_conn;
struct db_result;
struct server;
struct ssl_st;

struct http_counters {
	int64_t connections, refused, cut; /* all, for want of room, for want of time */
	int64_t bad;			   /* requests that never came to a call */
	int64_t signed_in, wrong, delayed, busy;
};

struct http {
	struct server *server;
	struct evhttp *evhttp;
	struct sockets sockets;
	struct event *pause;			 /* no file descriptor left: accept again a little later */
	TAILQ_HEAD(http_conns, http_conn) conns; /* whoever waits longest is first */
	int64_t now;				 /* connections */
	int64_t calls;				 /* under way */
	struct http_counters counters;
};

/* ---- connections (http_conn.c) ---- */

/* A bufferevent for evhttp: TLS, watched. evhttp owns it; what is watched goes with it. */
struct bufferevent *http_conn_new(struct http *http);
/* Of a request of evhttp. */
struct http_conn *http_conn_of(struct evhttp_request *req);
/* The reply is being sent: it has to be taken in time. */
void http_conn_replying(struct http_conn *conn);
/* It has been sent. True: evhttp is to close, what came behind it can't be read. */
bool http_conn_replied(struct http_conn *conn);
/* Any request without a complete answer? */
bool http_conns_busy(const struct http *http);
/* Who the certificate names, as loaded now; false without a good one. */
bool http_conn_certificate(struct http_conn *conn, struct peer *peer);
/* Cuts off whoever waits longest for a request to come; false when all are being answered. */
bool http_conns_make_room(struct http *http);
/* The door is closing: nothing of it is touched any more by what is still to be freed. */
void http_conns_leave(struct http *http);

/* ---- calls (http.c) ---- */

enum http_who {
	HTTP_NOBODY,
	HTTP_BY_SESSION,     /* a cookie: peer.staff_id */
	HTTP_BY_CERTIFICATE, /* peer.certificate */
};

/* `session` is the row of STMT_WEB_SESSION_USE with HTTP_BY_SESSION, else NULL. */
typedef void http_who_cb(struct http_call *call, enum http_who who, const struct db_result *session);

struct http_call {
	struct http *http;
	struct server *server;
	struct evhttp_request *req; /* NULL once the client has left */
	struct peer peer;
	unsigned char token_sha256[SHA256_SIZE]; /* of the cookie, after http_token() */
	http_who_cb *who;			 /* waiting for the session */
	void *user;				 /* the handler's own, freed with free() */
};

struct http_route {
	const char *path;
	int methods; /* EVHTTP_REQ_* */
	const char *allow;
	void (*fn)(struct http_call *call);
};

/* These answer and free the call. JSON text. */
void http_reply(struct http_call *call, int status, const char *json);
void http_reply_text(struct http_call *call, int status, const char *type, const struct text *body);
/* {"error":WORD,"message":...} */
void http_fail(struct http_call *call, int status, const char *word, const char *message);
/* The same with Retry-After. */
void http_fail_later(struct http_call *call, int status, int64_t seconds, const char *word,
		     const char *message);
/* The database did not do it. */
void http_fail_db(struct http_call *call, const struct db_result *r);
/* A header of the reply to come. */
void http_header(struct http_call *call, const char *name, const char *value);
/* A header of the request, or NULL. */
const char *http_given(const struct http_call *call, const char *name);
/* The body, NUL-terminated, owned by the request; "" when there is none. */
const char *http_body(struct http_call *call, size_t *len);
/* Otherwise answered with 415. */
bool http_is_json(struct http_call *call);
/* Does the request come from a page of ours, by its Origin? Otherwise answered with 403. `without` says whether a
 * request without any is good: no browser leaves it away. */
bool http_is_ours(struct http_call *call, bool without);
/* The headers that every answer has, as lines of a head. */
void http_add_security(struct text *out);

/* ---- the handlers ---- */

void http_rpc(struct http_call *call);	   /* http_rpc.c */
void http_sign_in(struct http_call *call); /* http_sign.c */
void http_sign_out(struct http_call *call);
void http_session(struct http_call *call);
void http_metrics(struct http_call *call); /* http_status.c */
void http_healthz(struct http_call *call);
void http_readyz(struct http_call *call);

#endif
