/* The Unix socket: made by us or handed over by systemd. */
#include "vonvay/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "vonvay/conn.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"

#define BACKLOG 128

struct listener {
	struct server *server;
	struct conns *conns;
	int fd;
	bool ours; /* the file is ours to remove */
	struct event *event;
	struct event *pause; /* no file descriptor left: look again a little later */
};

static bool socket_address(const char *path, struct sockaddr_un *address, struct text *error)
{
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof address->sun_path) {
		text_printf(error, "socket %s: longer than %zu bytes", path, sizeof address->sun_path - 1);
		return false;
	}
	memcpy(address->sun_path, path, strlen(path));
	return true;
}

/* Does anybody answer there? */
static bool socket_answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN;
	close(fd);
	return answers;
}

/* Only a socket is ever removed, and only a dead one. */
static bool socket_clear_way(const struct sockaddr_un *address, struct text *error)
{
	struct stat st;
	if (lstat(address->sun_path, &st) != 0)
		return true;
	if (!S_ISSOCK(st.st_mode))
		text_printf(error, "socket %s: there is something else of this name", address->sun_path);
	else if (socket_answers(address))
		text_printf(error, "socket %s: another daemon answers there", address->sun_path);
	else if (unlink(address->sun_path) != 0)
		text_printf(error, "socket %s: %s", address->sun_path, strerror(errno));
	else
		log_info("replaced the stale socket %s", address->sun_path);
	return error->len == 0;
}

static int socket_make(const char *path, mode_t mode, struct text *error)
{
	struct sockaddr_un address;
	if (!socket_address(path, &address, error) || !socket_clear_way(&address, error))
		return -1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* nobody may connect before the mode is set: bind with none, listen last */
	mode_t before = umask(0777);
	int bound = bind(fd, (const struct sockaddr *)&address, sizeof address);
	umask(before);
	if (bound != 0 || chmod(path, mode) != 0 || listen(fd, BACKLOG) != 0) {
		text_printf(error, "socket %s: %s", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* The socket that systemd opened for us, or -1. */
static int socket_from_systemd(struct text *error)
{
	int count = sd_listen_fds(1);
	if (count <= 0)
		return -1;
	if (count == 1 && sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) > 0) {
		evutil_make_socket_nonblocking(SD_LISTEN_FDS_START);
		return SD_LISTEN_FDS_START;
	}
	text_add(error, "systemd handed over something else than one listening Unix socket");
	return -1;
}

static void listener_resume(evutil_socket_t fd, short what, void *arg)
{
	struct listener *listener = arg;
	(void)fd;
	(void)what;
	event_add(listener->event, NULL);
}

static void listener_accept(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval moment = { .tv_usec = 200000 };
	struct listener *listener = arg;
	int client;
	(void)what;
	while ((client = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		conns_accept(listener->conns, client);
	if (errno == EAGAIN || errno == ECONNABORTED || errno == EINTR)
		return;
	log_warn("accept: %s", strerror(errno));
	event_del(listener->event);
	event_add(listener->pause, &moment);
}

struct listener *listener_new(struct server *server, struct conns *conns, struct text *error)
{
	int fd = socket_from_systemd(error);
	bool ours = fd < 0 && !error->len;
	if (ours)
		fd = socket_make(server->settings.daemon.socket, (mode_t)server->settings.daemon.socket_mode,
				 error);
	if (fd < 0)
		return NULL;
	struct listener *listener = xcalloc(1, sizeof *listener);
	listener->server = server;
	listener->conns = conns;
	listener->fd = fd;
	listener->ours = ours;
	listener->event = event_new(server->base, fd, EV_READ | EV_PERSIST, listener_accept, listener);
	listener->pause = evtimer_new(server->base, listener_resume, listener);
	event_add(listener->event, NULL);
	return listener;
}

void listener_free(struct listener *listener)
{
	if (!listener)
		return;
	event_free(listener->event);
	event_free(listener->pause);
	close(listener->fd);
	if (listener->ours)
		unlink(listener->server->settings.daemon.socket);
	free(listener);
}
