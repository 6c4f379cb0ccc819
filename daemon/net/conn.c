/* One client: bytes in, lines to its session, replies out. Raw events, as they cost a quarter less than bufferevents.
 *
 * Over TLS a connection begins with its handshake, whose time is limited; then its certificate says who it is, and is
 * looked at again when the daemon has loaded newer lists or its time is over.
 *
 * A connection is closed by conn_close() only, which never frees: the session's callers may still be on the stack. It is
 * freed by an event at the end of the turn. Requests under way live on without it. */
#include "vonvay/conn.h"

#include <errno.h>
#include <event2/event.h>
#include <openssl/ssl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>

#include "transport.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/request.h"
#include "vonvay/server.h"
#include "vonvay/text.h"
#include "vonvay/tls.h"

#define READ_PIECE 65536
/* With so much unread, a client gets nothing more done: it is to read first. */
#define OUT_ENOUGH 262144

struct conn {
	TAILQ_ENTRY(conn) next;
	struct session session; /* what the rpc layer sees of us */
	struct conns *conns;
	int listening; /* the number of the socket it came in by */
	struct transport transport;
	uint32_t tls_generation; /* by which the certificate was looked at */
	int64_t certificate_until;
	bool handshaking; /* the TLS handshake is not over */
	bool crossed;	  /* TLS reads only once it could write */
	bool closing;	  /* closed or to be closed; takes no more lines */
	bool ended;	  /* the client will send no more: closed once all is answered */
	bool refused;	  /* nothing is taken from it any more: closed once all is answered */
	bool in_lines;	  /* conn_lines() is running: it must not be entered again */
	bool skipping;	  /* a line was too long: all up to its end is thrown away */
	size_t scanned;	  /* bytes of `in` known to hold no newline */
	struct text in;	  /* from the start of an unfinished line */
	struct text out;  /* not yet taken by the kernel */
	struct event *reading, *writing;
	struct event *idle; /* no request for too long */
	struct event *slow; /* no reply taken for too long */
	struct event *end;  /* frees */
};

struct conns {
	struct server *server;
	enum door door;
	int64_t now; /* not closing */
	TAILQ_HEAD(conn_list, conn) all;
};

static void conn_lines(struct conn *conn);
static void conn_readable(evutil_socket_t fd, short what, void *arg);

static struct conn *conn_of(struct session *session)
{
	return (struct conn *)((char *)session - offsetof(struct conn, session));
}

/* ---- the end ---- */

static void conns_left(struct conns *conns)
{
	conns->now--;
	conns->server->counters.connections_now--;
}

static void conn_free(struct conn *conn)
{
	struct event *events[] = { conn->reading, conn->writing, conn->idle, conn->slow, conn->end };
	session_clear(&conn->session);
	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		event_free(events[i]);
	transport_close(&conn->transport);
	text_clear(&conn->in);
	text_clear(&conn->out);
	TAILQ_REMOVE(&conn->conns->all, conn, next);
	if (!conn->closing)
		conns_left(conn->conns);
	free(conn);
}

static void conn_ended(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_free(arg);
}

/* `why` is for the log; NULL when the client left by itself. */
static void conn_close(struct conn *conn, const char *why)
{
	if (conn->closing)
		return;
	conn->closing = true;
	conns_left(conn->conns);
	if (why) {
		log_info("c%u cut off: %s", conn->session.number, why);
		conn->conns->server->counters.connections_cut++;
	} else {
		log_debug("c%u left", conn->session.number);
	}
	event_del(conn->reading);
	event_del(conn->writing);
	event_active(conn->end, 0, 0);
}

/* The client has said all, or is to say no more: close as soon as it has all its answers. */
static void conn_close_if_done(struct conn *conn)
{
	if ((conn->ended || conn->refused) && !conn->session.in_flight && !conn->out.len)
		conn_close(conn, NULL);
}

/* ---- timers ---- */

static void conn_timer(struct event *timer, int64_t seconds)
{
	struct timeval tv = { .tv_sec = seconds };
	event_add(timer, &tv);
}

static void conn_is_idle(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	(void)fd;
	(void)what;
	if (conn->handshaking)
		conn_close(conn, "no TLS handshake within handshake_timeout_s");
	else if (conn->session.in_flight)
		conn_timer(conn->idle, conn->conns->server->settings.daemon.idle_timeout_s);
	else
		conn_close(conn, "idle for longer than idle_timeout_s");
}

static void conn_is_slow(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_close(arg, "reads nothing for longer than slow_reader_timeout_s");
}

/* ---- out ---- */

/* Gives the kernel what it takes. Each byte taken starts the patience with a slow reader anew. */
static void conn_write(struct conn *conn)
{
	const struct settings *s = &conn->conns->server->settings;
	size_t done = 0;
	ssize_t n = 1;
	while (n > 0 && done < conn->out.len) {
		n = transport_write(&conn->transport, conn->out.s + done, conn->out.len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (n == TRANSPORT_FAILED) {
		conn_close(conn, NULL);
		return;
	}
	if (done) {
		text_drop(&conn->out, done);
		event_del(conn->slow);
	}
	if (!conn->out.len)
		return;
	/* TLS 1.3 never waits to read before it may write: there is no renegotiation */
	event_add(conn->writing, NULL);
	if (!event_pending(conn->slow, EV_TIMEOUT, NULL))
		conn_timer(conn->slow, s->daemon.slow_reader_timeout_s);
}

static void conn_writable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	if (conn->handshaking || conn->crossed) {
		conn->crossed = false;
		conn_readable(fd, what, arg);
		if (conn->handshaking || conn->closing)
			return;
	}
	conn_write(conn);
	if (!conn->closing)
		conn_lines(conn);
	conn_close_if_done(conn);
}

/* Replies of one turn of the loop leave together: the write waits for the end of the turn. */
static void conn_send(struct session *session, const char *line, size_t len)
{
	struct conn *conn = conn_of(session);
	const struct settings *s = &conn->conns->server->settings;
	if (conn->closing)
		return;
	text_add_bytes(&conn->out, line, len);
	if ((int64_t)conn->out.len > s->daemon.slow_reader_bytes) {
		conn_write(conn);
		if (!conn->closing && (int64_t)conn->out.len > s->daemon.slow_reader_bytes)
			conn_close(conn, "more unread replies than slow_reader_bytes");
	} else if (!event_pending(conn->writing, EV_WRITE, NULL)) {
		event_active(conn->writing, EV_WRITE, 0);
	}
}

/* ---- in ---- */

static bool conn_may_take(const struct conn *conn)
{
	const struct settings *s = &conn->conns->server->settings;
	int64_t enough = s->daemon.slow_reader_bytes / 2;
	if (enough > OUT_ENOUGH)
		enough = OUT_ENOUGH;
	return !conn->closing && !conn->refused && (int64_t)conn->out.len < enough &&
	       conn->session.in_flight < s->daemon.max_in_flight;
}

/* Answered at once, as its end may be far away; it is skipped up to there. */
static void conn_line_too_long(struct conn *conn)
{
	char message[160];
	long long max = conn->conns->server->settings.daemon.max_line_bytes;
	snprintf(message, sizeof message,
		 "not valid JSON at byte %lld: the line is longer than max_line_bytes (%lld)", max, max);
	session_refuse(&conn->session, ERR_PARSE, message, (long)max);
	conn->skipping = true;
}

/* ---- TLS ---- */

/* Who it is by its certificate; an answer that ends the connection if that is not good or not any more. */
static void conn_know_peer(struct conn *conn)
{
	const struct tls *tls = conn->conns->server->tls;
	struct peer *peer = &conn->session.peer;
	struct tls_peer found;
	struct text why = { 0 };
	if (tls_peer(tls, conn->transport.ssl, &found, &why)) {
		snprintf(peer->certificate, sizeof peer->certificate, "%s", found.name);
		peer->certificate_from = found.not_before;
		conn->certificate_until = found.not_after;
		conn->tls_generation = tls_generation(tls);
	} else {
		struct text message = { 0 };
		text_printf(&message, "certificate refused: %s", text_str(&why));
		log_info("c%u cut off: %s", conn->session.number, text_str(&message));
		conn->conns->server->counters.connections_cut++;
		session_refuse(&conn->session, ERR_DENIED, text_str(&message), -1);
		conn->refused = true;
		text_clear(&message);
	}
	text_clear(&why);
}

/* What is loaded may have changed since the certificate was looked at, and its time may be over. */
static bool conn_peer_is_good(struct conn *conn)
{
	if (!conn->transport.ssl)
		return true;
	if (conn->tls_generation != tls_generation(conn->conns->server->tls) ||
	    conn->certificate_until < (int64_t)time(NULL))
		conn_know_peer(conn);
	return !conn->refused;
}

static void conn_handshake(struct conn *conn)
{
	enum transport_want want;
	struct text why = { 0 };
	if (transport_handshake(&conn->transport, &want, &why)) {
		conn->handshaking = false;
		conn_know_peer(conn);
		log_debug("c%u is %s", conn->session.number, conn->session.peer.certificate);
		conn_timer(conn->idle, conn->conns->server->settings.daemon.idle_timeout_s);
	} else if (want == TRANSPORT_FAILED) {
		text_printf(&why, " (TLS handshake from %s)", conn->session.peer.address);
		conn_close(conn, text_str(&why));
	} else if (want == TRANSPORT_WANT_WRITE) {
		event_add(conn->writing, NULL);
	}
	text_clear(&why);
}

/* ---- in: lines ---- */

/* One line, or as much of it as is there: how many bytes are done with, 0 for "more must come". */
static size_t conn_line(struct conn *conn, const char *s, size_t have)
{
	const struct settings *settings = &conn->conns->server->settings;
	const char *newline = memchr(s + conn->scanned, '\n', have - conn->scanned);
	size_t len = newline ? (size_t)(newline - s) : have;
	conn->scanned = newline ? 0 : len;
	if (!conn->skipping && (int64_t)len > settings->daemon.max_line_bytes)
		conn_line_too_long(conn);
	if (conn->skipping) {
		conn->skipping = !newline;
		conn->scanned = 0;
		return newline ? len + 1 : have;
	}
	if (!newline)
		return 0;
	conn_timer(conn->idle, settings->daemon.idle_timeout_s);
	if (conn_peer_is_good(conn))
		session_line(&conn->session, s, len);
	return len + 1;
}

/* Takes whole lines while the client may have more under way; what is left stays in `in`, and reading stops. */
static void conn_lines(struct conn *conn)
{
	size_t from = 0, done = 1;
	if (conn->in_lines)
		return;
	conn->in_lines = true;
	while (done && conn_may_take(conn) && conn->in.len > from) {
		done = conn_line(conn, conn->in.s + from, conn->in.len - from);
		from += done;
	}
	text_drop(&conn->in, from);
	conn->in_lines = false;
	if (conn->closing)
		return;
	if (!conn_may_take(conn) || conn->ended || conn->crossed)
		event_del(conn->reading);
	else
		event_add(conn->reading, NULL);
}

/* The client will send no more. A last line without its newline is one all the same. */
static void conn_read_end(struct conn *conn, bool failed)
{
	conn->ended = true;
	event_del(conn->reading);
	if (failed) {
		conn_close(conn, NULL);
		return;
	}
	if (conn->in.len)
		text_add_char(&conn->in, '\n');
	conn_lines(conn);
	conn_close_if_done(conn);
}

static void conn_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *conn = arg;
	(void)fd;
	(void)what;
	if (conn->handshaking) {
		conn_handshake(conn);
		return;
	}
	text_reserve(&conn->in, READ_PIECE);
	ssize_t n = transport_read(&conn->transport, conn->in.s + conn->in.len, READ_PIECE);
	if (n == TRANSPORT_WANT_READ)
		return;
	if (n == TRANSPORT_WANT_WRITE) {
		conn->crossed = true;
		event_del(conn->reading);
		event_add(conn->writing, NULL);
		return;
	}
	if (n <= 0) {
		conn_read_end(conn, n < 0);
		return;
	}
	conn->in.len += (size_t)n;
	conn->in.s[conn->in.len] = '\0';
	conn_lines(conn);
}

/* Room for one more: lines that waited may go on. */
static void conn_answered(struct session *session)
{
	struct conn *conn = conn_of(session);
	if (conn->closing)
		return;
	conn_lines(conn);
	conn_close_if_done(conn);
}

/* ---- all ---- */

static struct peer conn_peer(enum door door, int fd, const char *address)
{
	struct ucred process;
	socklen_t len = sizeof process;
	struct peer peer = { .door = door, .uid = (uid_t)-1 };
	if (door == DOOR_UNIX && getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &process, &len) == 0)
		peer.uid = process.uid;
	snprintf(peer.address, sizeof peer.address, "%s", address);
	return peer;
}

static struct transport conn_transport(const struct conns *conns, int fd)
{
	struct transport transport = { .fd = fd };
	if (conns->door == DOOR_TLS) {
		transport.ssl = tls_ssl_new(conns->server->tls, TLS_CERTIFICATE_REQUIRED);
		if (SSL_set_fd(transport.ssl, fd) != 1)
			abort(); /* only out of memory */
	}
	return transport;
}

static struct conn *conn_new(struct conns *conns, int fd, const char *address)
{
	struct conn *conn = xcalloc(1, sizeof *conn);
	struct event_base *base = conns->server->base;
	struct peer peer = conn_peer(conns->door, fd, address);
	session_init(&conn->session, conns->server, &peer);
	conn->session.send = conn_send;
	conn->session.answered = conn_answered;
	conn->conns = conns;
	conn->transport = conn_transport(conns, fd);
	conn->handshaking = conn->transport.ssl != NULL;
	conn->reading = event_new(base, fd, EV_READ | EV_PERSIST, conn_readable, conn);
	conn->writing = event_new(base, fd, EV_WRITE, conn_writable, conn);
	conn->idle = evtimer_new(base, conn_is_idle, conn);
	conn->slow = evtimer_new(base, conn_is_slow, conn);
	conn->end = event_new(base, -1, 0, conn_ended, conn);
	TAILQ_INSERT_TAIL(&conns->all, conn, next);
	conns->now++;
	conns->server->counters.connections_total++;
	conns->server->counters.connections_now++;
	return conn;
}

static int64_t conns_from(const struct conns *conns, const char *address)
{
	const struct conn *conn;
	int64_t count = 0;
	TAILQ_FOREACH(conn, &conns->all, next)
	count += !conn->closing && !strcmp(conn->session.peer.address, address);
	return count;
}

/* Why one more is too many; NULL when it is not. */
static const char *conns_full(const struct conns *conns, const char *address)
{
	const struct settings *s = &conns->server->settings;
	if (conns->now > s->daemon.max_clients)
		return "too many clients (max_clients)";
	if (conns->door == DOOR_TLS && conns_from(conns, address) > s->tls.max_clients_per_address)
		return "too many clients from one address (max_clients_per_address)";
	return NULL;
}

static void conn_refuse(struct conn *conn, const char *why)
{
	conn->conns->server->counters.connections_refused++;
	if (!conn->handshaking) {
		session_refuse(&conn->session, ERR_TOO_MANY_CLIENTS, why, -1);
		conn_write(conn);
	}
	conn_close(conn, why);
}

void conns_accept(struct conns *conns, int fd, const char *address, int listening)
{
	const struct settings *s = &conns->server->settings;
	struct conn *conn = conn_new(conns, fd, address);
	const char *full = conns_full(conns, address);
	conn->listening = listening;
	if (conns->door == DOOR_UNIX)
		log_debug("c%u uid %d", conn->session.number, (int)conn->session.peer.uid);
	else
		log_debug("c%u from %s", conn->session.number, address);
	if (full) {
		conn_refuse(conn, full);
		return;
	}
	conn_timer(conn->idle, conn->handshaking ? s->tls.handshake_timeout_s : s->daemon.idle_timeout_s);
	event_add(conn->reading, NULL);
}

int64_t conns_count(const struct conns *conns, int listening)
{
	const struct conn *conn;
	int64_t count = 0;
	TAILQ_FOREACH(conn, &conns->all, next)
	count += !conn->closing && conn->listening == listening;
	return count;
}

struct conns *conns_new(struct server *server, enum door door)
{
	struct conns *conns = xcalloc(1, sizeof *conns);
	conns->server = server;
	conns->door = door;
	TAILQ_INIT(&conns->all);
	return conns;
}

bool conns_idle(const struct conns *conns)
{
	const struct conn *conn;
	TAILQ_FOREACH(conn, &conns->all, next)
	if (!conn->closing && (conn->session.in_flight || conn->out.len))
		return false;
	return true;
}

void conns_free(struct conns *conns)
{
	struct conn *conn;
	if (!conns)
		return;
	while ((conn = TAILQ_FIRST(&conns->all)))
		conn_free(conn);
	free(conns);
}
