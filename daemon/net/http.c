/* The HTTPS door: sockets, and requests as evhttp reads them. THE table of paths is here. */
#include "vonvay/http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_private.h"
#include "vonvay/db.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"

#define METHODS_ALL                                                                                          \
	(EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH |            \
	 EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS)
#define READING (EVHTTP_REQ_GET | EVHTTP_REQ_HEAD)

static const struct http_route routes[] = {
	{ "/rpc", EVHTTP_REQ_POST, "POST", http_rpc },
	{ "/sign-in", EVHTTP_REQ_POST, "POST", http_sign_in },
	{ "/sign-out", EVHTTP_REQ_POST, "POST", http_sign_out },
	{ "/session", READING, "GET, HEAD", http_session },
	{ "/metrics", READING, "GET, HEAD", http_metrics },
	{ "/healthz", READING, "GET, HEAD", http_healthz },
	{ "/readyz", READING, "GET, HEAD", http_readyz },
};

/* Nothing of ours may be framed, sniffed, cached, or taken into a page of another's. */
static const char *const security[][2] = {
	{ "Content-Security-Policy",
	  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Strict-Transport-Security", "max-age=31536000" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

void http_add_security(struct text *out)
{
	for (size_t i = 0; i < ARRAY_LEN(security); i++)
		text_printf(out, "%s: %s\r\n", security[i][0], security[i][1]);
}

/* ---- the request ---- */

const char *http_given(const struct http_call *call, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(call->req), name);
}

const char *http_body(struct http_call *call, size_t *len)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(call->req);
	*len = evbuffer_get_length(input);
	evbuffer_add(input, "", 1);
	return (const char *)evbuffer_pullup(input, -1);
}

bool http_is_json(struct http_call *call)
{
	const char *type = http_given(call, "Content-Type");
	size_t len = type ? strcspn(type, "; \t") : 0;
	if (len == strlen("application/json") && !strncasecmp(type, "application/json", len))
		return true;
	http_fail(call, 415, "not_json", "Content-Type must be application/json");
	return false;
}

static bool origin_allowed(const struct http_call *call, const char *origin)
{
	const char *list = call->server->settings.https.origins;
	const char *host = http_given(call, "Host");
	static const char scheme[] = "https://";
	size_t len = strlen(origin);
	if (!list[strspn(list, " ")])
		return host && !strncmp(origin, scheme, sizeof scheme - 1) &&
		       !strcmp(origin + sizeof scheme - 1, host);
	for (list += strspn(list, " "); *list; list += strspn(list, " ")) {
		size_t word = strcspn(list, " ");
		if (word == len && !strncmp(list, origin, len))
			return true;
		list += word;
	}
	return false;
}

bool http_is_ours(struct http_call *call, bool without)
{
	const char *origin = http_given(call, "Origin");
	if (origin ? origin_allowed(call, origin) : without)
		return true;
	http_fail(call, 403, "foreign_origin",
		  origin ? "the page that asks is not of this daemon (Origin)" : "there must be an Origin");
	return false;
}

/* ---- the reply ---- */

void http_header(struct http_call *call, const char *name, const char *value)
{
	if (call->req)
		evhttp_add_header(evhttp_request_get_output_headers(call->req), name, value);
}

static void call_free(struct http_call *call)
{
	call->http->calls--;
	free(call->user);
	free(call);
}

static void call_send(struct http_call *call, int status, const struct text *body)
{
	struct evbuffer *out = evbuffer_new();
	evbuffer_add(out, text_str(body), body->len);
	for (size_t i = 0; i < ARRAY_LEN(security); i++)
		http_header(call, security[i][0], security[i][1]);
	if (call->server->stopping)
		http_header(call, "Connection", "close");
	evhttp_connection_set_closecb(evhttp_request_get_connection(call->req), NULL, NULL);
	http_conn_replying(http_conn_of(call->req));
	evhttp_send_reply(call->req, status, NULL, out);
	evbuffer_free(out);
}

void http_reply_text(struct http_call *call, int status, const char *type, const struct text *body)
{
	http_header(call, "Content-Type", type);
	if (call->req)
		call_send(call, status, body);
	call_free(call);
}

void http_reply(struct http_call *call, int status, const char *json)
{
	struct text body = { 0 };
	text_add(&body, json);
	text_add_char(&body, '\n');
	http_reply_text(call, status, "application/json", &body);
	text_clear(&body);
}

void http_fail(struct http_call *call, int status, const char *word, const char *message)
{
	struct text body = { 0 };
	struct jw w = jw_start(&body);
	jw_object(&w, NULL);
	jw_str(&w, "error", word);
	jw_str(&w, "message", message);
	jw_end(&w);
	http_reply(call, status, body.s);
	text_clear(&body);
}

void http_fail_later(struct http_call *call, int status, int64_t seconds, const char *word,
		     const char *message)
{
	char after[24];
	snprintf(after, sizeof after, "%" PRId64, seconds);
	http_header(call, "Retry-After", after);
	http_fail(call, status, word, message);
}

void http_fail_db(struct http_call *call, const struct db_result *r)
{
	log_warn("https: database: %s %s", r->sqlstate, r->message);
	http_fail_later(call, 503, 1, "unavailable", "the database is not available");
}

/* ---- calls ---- */

/* evhttp frees a request with its connection, but for one that was taken off it: that is ours to free. */
static void call_left(struct evhttp_connection *connection, void *arg)
{
	struct http_call *call = arg;
	struct evhttp_request *req = call->req;
	(void)connection;
	call->req = NULL;
	if (!evhttp_request_get_connection(req))
		evhttp_request_free(req);
}

static void request_complete(struct evhttp_request *req, void *arg)
{
	(void)arg;
	/* evhttp looks at this header when it decides whether to read on */
	if (http_conn_replied(http_conn_of(req)))
		evhttp_add_header(evhttp_request_get_output_headers(req), "Connection", "close");
}

static struct http_call *call_new(struct http *http, struct evhttp_request *req)
{
	struct http_call *call = xcalloc(1, sizeof *call);
	struct evhttp_connection *connection = evhttp_request_get_connection(req);
	call->http = http;
	call->server = http->server;
	call->req = req;
	call->peer.door = DOOR_HTTPS;
	sockets_address(evhttp_connection_get_addr(connection), call->peer.address, sizeof call->peer.address);
	evhttp_connection_set_closecb(connection, call_left, call);
	evhttp_request_set_on_complete_cb(req, request_complete, NULL);
	http->calls++;
	return call;
}

static const struct http_route *route_find(struct evhttp_request *req)
{
	const char *path = evhttp_uri_get_path(evhttp_request_get_evhttp_uri(req));
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		if (path && !strcmp(path, routes[i].path))
			return &routes[i];
	return NULL;
}

static void http_request(struct evhttp_request *req, void *arg)
{
	const struct http_route *route = route_find(req);
	struct http_call *call = call_new(arg, req);
	if (!route) {
		http_fail(call, 404, "no_such_path", "there is nothing at this path");
	} else if (!(route->methods & (int)evhttp_request_get_command(req))) {
		http_header(call, "Allow", route->allow);
		http_fail(call, 405, "wrong_method", "this path takes other methods (Allow)");
	} else {
		route->fn(call);
	}
}

/* ---- sockets ---- */

static struct bufferevent *http_bufferevent(struct event_base *base, void *arg)
{
	(void)base;
	return http_conn_new(arg);
}

static void http_each_listener(struct http *http, void (*what)(struct evconnlistener *listener));

static void listener_on(struct evconnlistener *listener)
{
	evconnlistener_enable(listener);
}

static void listener_off(struct evconnlistener *listener)
{
	evconnlistener_disable(listener);
}

static void http_accept_again(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	http_each_listener(arg, listener_on);
}

/* No file descriptor left. evhttp gives the listener's callbacks its own argument, which is not ours: so the door that
 * this is about is kept here; there is one a process. */
static struct http *http_accepting;

static void http_accept_failed(struct evconnlistener *listener, void *arg)
{
	static const struct timeval moment = { .tv_usec = 200000 };
	(void)listener;
	(void)arg;
	log_warn("https: accept: %s", strerror(errno));
	if (http_accepting) {
		http_each_listener(http_accepting, listener_off);
		event_add(http_accepting->pause, &moment);
	}
}

static void listener_watch(struct evconnlistener *listener)
{
	evconnlistener_set_error_cb(listener, http_accept_failed);
}

static void bound_do(struct evhttp_bound_socket *bound, void *arg)
{
	void (**what)(struct evconnlistener *) = arg;
	(*what)(evhttp_bound_socket_get_listener(bound));
}

static void http_each_listener(struct http *http, void (*what)(struct evconnlistener *listener))
{
	evhttp_foreach_bound_socket(http->evhttp, bound_do, &what);
}

/* evhttp closes its sockets by itself; we keep ours to tell their ports. */
static bool http_listen(struct http *http, struct text *error)
{
	for (int i = 0; i < http->sockets.count; i++) {
		int fd = fcntl(http->sockets.fds[i], F_DUPFD_CLOEXEC, 0);
		if (fd < 0 || evhttp_accept_socket(http->evhttp, fd) != 0) {
			text_printf(error, "[https] listen: %s", strerror(errno));
			return false;
		}
	}
	http_each_listener(http, listener_watch);
	http_accepting = http;
	return true;
}

/* Its own limits are behind those of http_conn.c, which come first. */
static void http_set_up(struct http *http)
{
	const struct settings *s = &http->server->settings;
	http->evhttp = evhttp_new(http->server->base);
	evhttp_set_bevcb(http->evhttp, http_bufferevent, http);
	evhttp_set_gencb(http->evhttp, http_request, http);
	evhttp_set_allowed_methods(http->evhttp, METHODS_ALL);
	evhttp_set_max_headers_size(http->evhttp, 2 * s->https.max_header_bytes);
	evhttp_set_max_body_size(http->evhttp, 67108864);
	evhttp_set_default_content_type(http->evhttp, NULL);
	http->pause = evtimer_new(http->server->base, http_accept_again, http);
}

struct http *http_new(struct server *server, struct text *error)
{
	struct http *http = xcalloc(1, sizeof *http);
	http->server = server;
	TAILQ_INIT(&http->conns);
	bool ok = sockets_open_tcp(&http->sockets, "https", "https", server->settings.https.listen, error);
	if (ok && http->sockets.count && !server->tls) {
		text_add(error, "[https] listen needs certificate_file in [tls]");
		ok = false;
	}
	if (ok && http->sockets.count) {
		http_set_up(http);
		ok = http_listen(http, error);
		if (ok)
			return http;
	}
	http_close(http);
	http_free(http);
	return NULL;
}

void http_stop(struct http *http)
{
	if (!http)
		return;
	event_del(http->pause);
	http_each_listener(http, listener_off);
	sockets_close(&http->sockets);
}

bool http_idle(const struct http *http)
{
	return !http || (http->calls == 0 && !http_conns_busy(http));
}

void http_report(const struct http *http, struct jw *w)
{
	for (int i = 0; i < http->sockets.count; i++)
		sockets_report(&http->sockets, i, i ? 0 : http->now, w);
}

void http_close(struct http *http)
{
	if (!http)
		return;
	http_accepting = NULL;
	http_conns_leave(http);
	if (http->evhttp) {
		evhttp_free(http->evhttp);
		event_free(http->pause);
	}
	http->evhttp = NULL;
	sockets_close(&http->sockets);
}

void http_free(struct http *http)
{
	free(http);
}
