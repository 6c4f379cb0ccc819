/* Listening sockets: what systemd handed over comes before what the settings say. */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "vonvay/json.h"
#include "vonvay/log.h"

#define BACKLOG 128
#define PORT_SIZE 6

union address {
	struct sockaddr any;
	struct sockaddr_un local;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_storage storage;
};

/* ---- a Unix socket ---- */

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

static int socket_make_unix(const char *path, mode_t mode, struct text *error)
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

/* ---- a TCP socket ---- */

/* "ADDRESS:PORT" of `len` bytes, numbers only: a name could mean another machine tomorrow. */
static bool socket_parse(const char *s, size_t len, union address *out, socklen_t *size)
{
	static const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
					       .ai_socktype = SOCK_STREAM };
	char text[128];
	struct addrinfo *found = NULL;
	if (len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	char *colon = strrchr(text, ':'), *host = text;
	if (!colon || strlen(colon + 1) >= PORT_SIZE || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	*colon = '\0';
	if (host[0] == '[' && colon > host + 1 && colon[-1] == ']') {
		host++;
		colon[-1] = '\0';
	} else if (strchr(host, ':')) {
		return false;
	}
	if (!host[0] || strtol(colon + 1, NULL, 10) > 65535 || getaddrinfo(host, colon + 1, &hints, &found))
		return false;
	memcpy(out, found->ai_addr, found->ai_addrlen);
	*size = found->ai_addrlen;
	freeaddrinfo(found);
	return true;
}

/* Linux lets what is accepted inherit it. Without it a reply may wait 40 ms for the acknowledgement of the one before. */
static void socket_no_delay(int fd)
{
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* An IPv6 socket takes IPv6 only, so that 0.0.0.0 and [::] can stand side by side. */
static int socket_make_tcp(const union address *address, socklen_t size)
{
	int on = 1;
	int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (address->any.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	socket_no_delay(fd);
	if (bind(fd, &address->any, size) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static bool socket_add_tcp(struct sockets *out, const char *section, const char *s, size_t len,
			   struct text *error)
{
	union address address;
	socklen_t size;
	if (!socket_parse(s, len, &address, &size))
		text_printf(error,
			    "listen in [%s]: \"%.*s\" is not ADDRESS:PORT, as 0.0.0.0:7443 or [::]:7443",
			    section, (int)len, s);
	else if (out->count == SOCKETS_MAX)
		text_printf(error, "listen in [%s]: more than %d sockets", section, SOCKETS_MAX);
	else if ((out->fds[out->count] = socket_make_tcp(&address, size)) < 0)
		text_printf(error, "listen in [%s]: %.*s: %s", section, (int)len, s, strerror(errno));
	else
		out->count++;
	return error->len == 0;
}

/* ---- from systemd ---- */

static void names_free(char **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static bool name_is_tcp(const char *name)
{
	return !strcmp(name, "tls") || !strcmp(name, "https");
}

/* A Unix socket may have any other name: without FileDescriptorName= it is that of the unit. */
static bool handed_over_is(const char *door, int fd, const char *name)
{
	if (name_is_tcp(name))
		return !strcmp(name, door) && sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) > 0 &&
		       sd_is_socket(fd, AF_UNIX, SOCK_STREAM, 1) <= 0;
	return !strcmp("unix", door) && sd_is_socket_unix(fd, SOCK_STREAM, 1, NULL, 0) > 0;
}

bool sockets_handed_over_good(struct text *error)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names);
	if (count > SOCKETS_MAX)
		text_printf(error, "systemd handed over more than %d sockets", SOCKETS_MAX);
	for (int i = 0; i < count && !error->len; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		if (!handed_over_is("unix", fd, names[i]) && !handed_over_is("tls", fd, names[i]) &&
		    !handed_over_is("https", fd, names[i]))
			text_printf(
				error,
				"systemd handed over a socket \"%s\" that is neither a listening Unix stream "
				"socket nor a TCP one with FileDescriptorName=tls or https",
				names[i]);
	}
	if (count > 0)
		names_free(names, count);
	return error->len == 0;
}

/* The sockets that systemd opened for this door. */
static void sockets_take_over(struct sockets *out)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(0, &names);
	for (int i = 0; i < count; i++) {
		int fd = SD_LISTEN_FDS_START + i;
		if (!handed_over_is(out->door, fd, names[i]))
			continue;
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
		if (name_is_tcp(out->door))
			socket_no_delay(fd);
		out->fds[out->count++] = fd;
	}
	if (count > 0)
		names_free(names, count);
}

/* ---- a door ---- */

bool sockets_open_unix(struct sockets *out, const char *path, mode_t mode, struct text *error)
{
	*out = (struct sockets){ .door = "unix" };
	sockets_take_over(out);
	if (out->count)
		return true;
	out->fds[0] = socket_make_unix(path, mode, error);
	if (out->fds[0] < 0)
		return false;
	out->count = 1;
	out->file = path;
	return true;
}

bool sockets_open_tcp(struct sockets *out, const char *door, const char *section, const char *listen,
		      struct text *error)
{
	static const char blanks[] = " \t";
	*out = (struct sockets){ .door = door };
	sockets_take_over(out);
	if (out->count)
		return true;
	for (const char *s = listen + strspn(listen, blanks); *s; s += strspn(s, blanks)) {
		size_t len = strcspn(s, blanks);
		if (!socket_add_tcp(out, section, s, len, error)) {
			sockets_close(out);
			return false;
		}
		s += len;
	}
	return true;
}

void sockets_close(struct sockets *sockets)
{
	for (int i = 0; i < sockets->count; i++)
		close(sockets->fds[i]);
	if (sockets->file)
		unlink(sockets->file);
	sockets->count = 0;
	sockets->file = NULL;
}

/* ---- names ---- */

static union address socket_bound(int fd)
{
	union address address;
	socklen_t size = sizeof address;
	memset(&address, 0, sizeof address);
	if (getsockname(fd, &address.any, &size) != 0)
		address.any.sa_family = AF_UNSPEC;
	return address;
}

static int socket_port(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}

void sockets_address(const struct sockaddr *from, char *out, size_t size)
{
	static const char mapped[] = "::ffff:";
	socklen_t len =
		from->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
	char text[INET6_ADDRSTRLEN + 32] = "";
	if (from->sa_family == AF_INET || from->sa_family == AF_INET6)
		getnameinfo(from, len, text, sizeof text, NULL, 0, NI_NUMERICHOST);
	bool v4 = !strncmp(text, mapped, sizeof mapped - 1) && strchr(text, '.');
	snprintf(out, size, "%s", v4 ? text + sizeof mapped - 1 : text);
}

void sockets_name(int fd, struct text *out)
{
	union address bound = socket_bound(fd);
	char host[64];
	if (bound.any.sa_family == AF_UNIX) {
		text_add(out, bound.local.sun_path);
		return;
	}
	sockets_address(&bound.any, host, sizeof host);
	text_printf(out, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, socket_port(&bound));
}

void sockets_report(const struct sockets *sockets, int which, int64_t connections, struct jw *w)
{
	union address bound = socket_bound(sockets->fds[which]);
	char host[64];
	jw_object(w, NULL);
	jw_str(w, "kind", sockets->door);
	if (bound.any.sa_family == AF_UNIX) {
		jw_str(w, "path", bound.local.sun_path);
	} else {
		sockets_address(&bound.any, host, sizeof host);
		jw_str(w, "address", host);
		jw_i64(w, "port", socket_port(&bound));
	}
	jw_i64(w, "connections", connections);
	jw_end(w);
}
