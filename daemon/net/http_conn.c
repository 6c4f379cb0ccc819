/* A connection of the HTTPS door, below evhttp.
 *
 * evhttp reads from a bufferevent over OpenSSL. A callback of that one's input buffer sees every byte before evhttp does
 * and follows where requests begin and end. A head that is not good is never read by evhttp: its callbacks are taken off
 * the bufferevent, the refusal is written here, and evhttp is told that the client has gone.
 *
 * evhttp frees the bufferevent whenever it likes; what is watched hangs on its SSL and is freed with that. */
#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "http_private.h"
#include "vonvay/http_head.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"
#include "vonvay/tls.h"

/* After a refusal so long is read and thrown away: closing at once could take the refusal away from the client. */
#define LINGER_S 2

enum http_phase {
	HTTP_WAITING, /* for the first byte of a request */
	HTTP_HEAD,
	HTTP_BODY,
	HTTP_ANSWERING, /* at least one request is complete and unanswered */
	HTTP_REPLYING,	/* its reply is on the way */
	HTTP_REFUSING,	/* the refusal is to be written */
	HTTP_LINGERING, /* it is written */
	HTTP_NO_ROOM,	/* to be dropped */
};

struct http_conn {
	TAILQ_ENTRY(http_conn) next;
	struct http *http; /* NULL: the door is closed */
	struct bufferevent *bev;
	struct ssl_st *ssl;
	enum http_phase phase;
	bool fresh;			/* nothing was ever answered: its time began with the connection */
	bool spoilt;			/* nothing that comes is a request any more */
	int unanswered;			/* complete requests */
	int refusal;			/* status */
	struct http_head_limits limits; /* of the settings when it came: its buffer is made for them */
	struct text head;		/* as far as it has come */
	int64_t body;			/* bytes of it to come */
	struct event *due;
	/* the certificate, as looked at in this generation */
	uint32_t generation;
	bool certified;
	struct tls_peer certificate;
};

static const struct settings *conn_settings(const struct http_conn *conn)
{
	return &conn->http->server->settings;
}

/* ---- life ---- */

static void conn_freed(void *parent, void *ptr, CRYPTO_EX_DATA *data, int index, long number, void *arg)
{
	struct http_conn *conn = ptr;
	(void)parent;
	(void)data;
	(void)index;
	(void)number;
	(void)arg;
	if (!conn)
		return;
	if (conn->http) {
		TAILQ_REMOVE(&conn->http->conns, conn, next);
		conn->http->now--;
		event_free(conn->due);
	}
	text_clear(&conn->head);
	free(conn);
}

static int conn_index(void)
{
	static int index = -1;
	if (index < 0)
		index = SSL_get_ex_new_index(0, NULL, NULL, NULL, conn_freed);
	return index;
}

static struct http_conn *conn_of_bev(struct bufferevent *bev)
{
	return SSL_get_ex_data(bufferevent_openssl_get_ssl(bev), conn_index());
}

struct http_conn *http_conn_of(struct evhttp_request *req)
{
	return conn_of_bev(evhttp_connection_get_bufferevent(evhttp_request_get_connection(req)));
}

/* Tells evhttp that the client has gone; it frees all. Nothing happens if it has done so already. */
static void conn_drop(struct http_conn *conn)
{
	bufferevent_event_cb tell = NULL;
	void *arg = NULL;
	bufferevent_getcb(conn->bev, NULL, NULL, &tell, &arg);
	if (tell)
		tell(conn->bev, BEV_EVENT_READING | BEV_EVENT_EOF, arg);
}

/* ---- time ---- */

static void conn_phase(struct http_conn *conn, enum http_phase phase, int64_t seconds)
{
	struct timeval tv = { .tv_sec = seconds };
	conn->phase = phase;
	event_add(conn->due, &tv);
}

static void conn_answering(struct http_conn *conn)
{
	conn->phase = HTTP_ANSWERING;
	event_del(conn->due);
}

static void conn_cut(struct http_conn *conn, const char *why)
{
	conn->http->counters.cut++;
	log_debug("https: cut off: %s", why);
	conn_drop(conn);
}

/* ---- refusals ---- */

static void conn_discard(struct bufferevent *bev, void *arg)
{
	struct evbuffer *input = bufferevent_get_input(bev);
	(void)arg; /* evhttp calls this too, with what is its own */
	evbuffer_drain(input, evbuffer_get_length(input));
}

/* The refusal is written: the client hears that nothing more comes, while what it still sends is read. */
static void conn_said(struct bufferevent *bev, void *arg)
{
	const struct http_conn *conn = conn_of_bev(bev);
	(void)arg;
	if (conn->phase != HTTP_LINGERING)
		return;
	SSL_shutdown(conn->ssl);
	ERR_clear_error();
	shutdown(bufferevent_getfd(bev), SHUT_WR);
}

/* evhttp's callbacks but that for the end are taken off; it reads nothing any more. */
static void conn_take_from_evhttp(struct http_conn *conn)
{
	bufferevent_event_cb tell = NULL;
	void *arg = NULL;
	bufferevent_getcb(conn->bev, NULL, NULL, &tell, &arg);
	if (tell)
		bufferevent_setcb(conn->bev, conn_discard, conn_said, tell, arg);
}

static const char *refusal_words(int status)
{
	static const struct {
		int status;
		const char *words;
	} known[] = {
		{ 400, "Bad Request" },	       { 408, "Request Timeout" },
		{ 411, "Length Required" },    { 413, "Content Too Large" },
		{ 414, "URI Too Long" },       { 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" }, { 431, "Request Header Fields Too Large" },
		{ 501, "Not Implemented" },    { 505, "HTTP Version Not Supported" },
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (known[i].status == status)
			return known[i].words;
	return "Refused";
}

static void conn_refuse_now(struct http_conn *conn)
{
	struct text reply = { 0 }, body = { 0 };
	const char *words = refusal_words(conn->refusal);
	text_printf(&body, "{\"error\":\"bad_http\",\"message\":\"%s\"}\n", words);
	text_printf(
		&reply,
		"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\nConnection: close\r\n",
		conn->refusal, words, body.len);
	http_add_security(&reply);
	text_add(&reply, "\r\n");
	text_add_bytes(&reply, body.s, body.len);
	conn->http->counters.bad++;
	conn_take_from_evhttp(conn);
	conn_discard(conn->bev, NULL);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
	bufferevent_write(conn->bev, reply.s, reply.len);
	conn_phase(conn, HTTP_LINGERING, LINGER_S);
	text_clear(&reply);
	text_clear(&body);
}

/* Called below evhttp and OpenSSL: the refusal itself waits for the next turn. Behind a request that is still being
 * answered there is no place for one: then the connection ends with that answer. */
static void conn_spoil(struct http_conn *conn, int status)
{
	conn->spoilt = true;
	if (conn->unanswered)
		return;
	conn->refusal = status;
	conn_take_from_evhttp(conn);
	conn_phase(conn, HTTP_REFUSING, 0);
}

static void conn_too_slow(struct http_conn *conn)
{
	conn->http->counters.cut++;
	conn->spoilt = true;
	conn->refusal = 408;
	conn_refuse_now(conn);
}

static void conn_due(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *conn = arg;
	(void)fd;
	(void)what;
	switch (conn->phase) {
	case HTTP_WAITING:
		if (conn->fresh)
			conn_cut(conn, "no request within header_timeout_s");
		else
			conn_drop(conn);
		return;
	case HTTP_HEAD:
	case HTTP_BODY:
		conn_too_slow(conn);
		return;
	case HTTP_REPLYING:
		conn_cut(conn, "has not taken its reply within reply_timeout_s");
		return;
	case HTTP_REFUSING:
		conn_refuse_now(conn);
		return;
	case HTTP_ANSWERING:
	case HTTP_LINGERING:
	case HTTP_NO_ROOM:
		conn_drop(conn);
		return;
	}
}

/* ---- following the bytes ---- */

static void conn_request_complete(struct http_conn *conn)
{
	conn->unanswered++;
	if (conn->phase != HTTP_REPLYING)
		conn_answering(conn);
}

/* Where a request stands that is not complete; a reply on its way has its own time. */
static void conn_reading(struct http_conn *conn, enum http_phase phase, int64_t seconds)
{
	if (!conn->unanswered && conn->phase != phase)
		conn_phase(conn, phase, seconds);
}

static size_t conn_take_body(struct http_conn *conn, size_t len)
{
	size_t n = (int64_t)len < conn->body ? len : (size_t)conn->body;
	conn->body -= (int64_t)n;
	if (!conn->body)
		conn_request_complete(conn);
	return n;
}

/* Returns how many of the bytes are done with. */
static size_t conn_take_head(struct http_conn *conn, const char *s, size_t len)
{
	const struct settings *settings = conn_settings(conn);
	struct http_head head;
	size_t had = conn->head.len, room = (size_t)conn->limits.head_bytes + 1 - had;
	if (len > room)
		len = room;
	text_add_bytes(&conn->head, s, len);
	int result = http_head_check(conn->head.s, conn->head.len, &conn->limits, &head);
	if (result == HTTP_HEAD_MORE) {
		conn_reading(conn, HTTP_HEAD, settings->https.header_timeout_s);
		return len;
	}
	if (result != HTTP_HEAD_GOOD) {
		conn_spoil(conn, result);
		return len;
	}
	text_reset(&conn->head);
	conn->body = head.body;
	if (conn->body)
		conn_reading(conn, HTTP_BODY, settings->https.body_timeout_s);
	else
		conn_request_complete(conn);
	return head.size - had;
}

static void conn_take(struct http_conn *conn, const char *s, size_t len)
{
	while (len && !conn->spoilt) {
		size_t done = conn->body ? conn_take_body(conn, len) : conn_take_head(conn, s, len);
		s += done;
		len -= done;
	}
}

/* Bytes came into the buffer that evhttp will read. */
static void conn_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *conn = arg;
	char piece[4096];
	struct evbuffer_ptr at;
	size_t left = info->n_added;
	while (left && conn->http && !conn->spoilt) {
		size_t n = left < sizeof piece ? left : sizeof piece;
		evbuffer_ptr_set(input, &at, evbuffer_get_length(input) - left, EVBUFFER_PTR_SET);
		if (evbuffer_copyout_from(input, &at, piece, n) != (ev_ssize_t)n)
			return;
		conn_take(conn, piece, n);
		left -= n;
	}
}

/* ---- for http.c ---- */

struct bufferevent *http_conn_new(struct http *http)
{
	struct http_conn *conn = xcalloc(1, sizeof *conn);
	const struct settings *s = &http->server->settings;
	bool room = http->now < s->https.max_connections || http_conns_make_room(http);
	conn->http = http;
	conn->fresh = true;
	conn->limits = (struct http_head_limits){ s->https.max_header_bytes, s->https.max_body_bytes };
	conn->ssl = tls_ssl_new(http->server->tls, TLS_CERTIFICATE_OPTIONAL);
	conn->due = evtimer_new(http->server->base, conn_due, conn);
	conn->bev = bufferevent_openssl_socket_new(http->server->base, -1, conn->ssl,
						   BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!conn->bev)
		abort(); /* only out of memory */
	SSL_set_ex_data(conn->ssl, conn_index(), conn);
	bufferevent_openssl_set_allow_dirty_shutdown(conn->bev, 1);
	evbuffer_add_cb(bufferevent_get_input(conn->bev), conn_input, conn);
	/* evhttp leaves a body here until it is whole; what comes behind a request waits in the kernel, beyond this */
	bufferevent_setwatermark(conn->bev, EV_READ, 0,
				 65536 + (size_t)(s->https.max_header_bytes + s->https.max_body_bytes));
	TAILQ_INSERT_TAIL(&http->conns, conn, next);
	http->now++;
	http->counters.connections++;
	http->counters.refused += !room;
	conn_phase(conn, room ? HTTP_WAITING : HTTP_NO_ROOM, room ? s->https.header_timeout_s : 0);
	return conn->bev;
}

void http_conn_replying(struct http_conn *conn)
{
	conn_phase(conn, HTTP_REPLYING, conn_settings(conn)->https.reply_timeout_s);
}

bool http_conn_replied(struct http_conn *conn)
{
	const struct settings *s = conn_settings(conn);
	conn->unanswered--;
	conn->fresh = false;
	conn_answering(conn);
	if (conn->body)
		conn_reading(conn, HTTP_BODY, s->https.body_timeout_s);
	else if (conn->head.len)
		conn_reading(conn, HTTP_HEAD, s->https.header_timeout_s);
	else
		conn_reading(conn, HTTP_WAITING, s->https.idle_timeout_s);
	TAILQ_REMOVE(&conn->http->conns, conn, next);
	TAILQ_INSERT_TAIL(&conn->http->conns, conn, next);
	return conn->spoilt;
}

bool http_conns_busy(const struct http *http)
{
	const struct http_conn *conn;
	TAILQ_FOREACH(conn, &http->conns, next)
	{
		if (conn->unanswered)
			return true;
	}
	return false;
}

/* Looked at again when other lists were loaded or its time is over. */
bool http_conn_certificate(struct http_conn *conn, struct peer *peer)
{
	const struct tls *tls = conn->http->server->tls;
	struct text why = { 0 };
	if (conn->generation != tls_generation(tls) || conn->certificate.not_after < (int64_t)time(NULL)) {
		conn->certified = tls_peer(tls, conn->ssl, &conn->certificate, &why);
		conn->generation = tls_generation(tls);
	}
	text_clear(&why);
	if (conn->certified) {
		snprintf(peer->certificate, sizeof peer->certificate, "%s", conn->certificate.name);
		peer->certificate_from = conn->certificate.not_before;
	}
	return conn->certified;
}

bool http_conns_make_room(struct http *http)
{
	struct http_conn *conn;
	TAILQ_FOREACH(conn, &http->conns, next)
	{
		if (conn->unanswered || conn->phase == HTTP_NO_ROOM)
			continue;
		conn->phase = HTTP_NO_ROOM;
		conn_cut(conn, "another connection needs its place");
		return true;
	}
	return false;
}

void http_conns_leave(struct http *http)
{
	struct http_conn *conn;
	while ((conn = TAILQ_FIRST(&http->conns))) {
		TAILQ_REMOVE(&http->conns, conn, next);
		event_free(conn->due);
		conn->http = NULL;
	}
	http->now = 0;
}
