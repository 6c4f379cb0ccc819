/* Accepts on the sockets of one door. */
#include "vonvay/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "sockets.h"
#include "vonvay/conn.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"

struct accepting {
	struct listener *listener;
	int which; /* of the sockets */
	struct event *event;
	struct event *pause; /* no file descriptor left: look again a little later */
};

struct listener {
	struct conns *conns;
	struct sockets sockets;
	struct accepting accepting[SOCKETS_MAX];
};

static void listener_resume(evutil_socket_t fd, short what, void *arg)
{
	struct accepting *accepting = arg;
	(void)fd;
	(void)what;
	event_add(accepting->event, NULL);
}

static void listener_accept(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval moment = { .tv_usec = 200000 };
	struct accepting *accepting = arg;
	struct sockaddr_storage from;
	socklen_t size = sizeof from;
	int client;
	(void)what;
	while ((client = accept4(fd, (struct sockaddr *)&from, &size, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		char address[64];
		sockets_address((const struct sockaddr *)&from, address, sizeof address);
		conns_accept(accepting->listener->conns, client, address, accepting->which);
		size = sizeof from;
	}
	if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)
		return;
	log_warn("accept: %s", strerror(errno));
	event_del(accepting->event);
	event_add(accepting->pause, &moment);
}

static bool listener_open(struct sockets *sockets, const struct server *server, enum door door,
			  struct text *error)
{
	const struct settings *s = &server->settings;
	if (door == DOOR_UNIX)
		return sockets_handed_over_good(error) &&
		       sockets_open_unix(sockets, s->daemon.socket, (mode_t)s->daemon.socket_mode, error);
	if (!sockets_open_tcp(sockets, "tls", "tls", s->tls.listen, error))
		return false;
	if (!sockets->count || server->tls)
		return true;
	text_add(error, "the TLS door needs certificate_file in [tls]");
	sockets_close(sockets);
	return false;
}

struct listener *listener_new(struct server *server, enum door door, struct conns *conns, struct text *error)
{
	struct listener *listener = xcalloc(1, sizeof *listener);
	if (!listener_open(&listener->sockets, server, door, error)) {
		free(listener);
		return NULL;
	}
	listener->conns = conns;
	for (int i = 0; i < listener->sockets.count; i++) {
		struct accepting *a = &listener->accepting[i];
		struct text name = { 0 };
		*a = (struct accepting){ .listener = listener, .which = i };
		a->event = event_new(server->base, listener->sockets.fds[i], EV_READ | EV_PERSIST,
				     listener_accept, a);
		a->pause = evtimer_new(server->base, listener_resume, a);
		event_add(a->event, NULL);
		sockets_name(listener->sockets.fds[i], &name);
		log_info("listening on %s (%s)", text_str(&name), listener->sockets.door);
		text_clear(&name);
	}
	return listener;
}

void listener_free(struct listener *listener)
{
	if (!listener)
		return;
	for (int i = 0; i < listener->sockets.count; i++) {
		event_free(listener->accepting[i].event);
		event_free(listener->accepting[i].pause);
	}
	sockets_close(&listener->sockets);
	free(listener);
}

void listener_report(const struct listener *listener, struct jw *w)
{
	for (int i = 0; i < listener->sockets.count; i++)
		sockets_report(&listener->sockets, i, conns_count(listener->conns, i), w);
}
