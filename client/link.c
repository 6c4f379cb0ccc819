/* Lines over a Unix socket. */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define READ_BYTES 65536

void link_init(struct link *l)
{
	*l = (struct link){ .fd = -1 };
}

bool link_is_open(const struct link *l)
{
	return l->fd >= 0;
}

void link_close(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	l->scanned = 0;
	buffer_clear(&l->in);
}

static int link_connect(int fd, const char *path, int timeout_s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	/* connect() waits while the queue of the listener is full, as long as a send may take */
	struct timeval limit = { .tv_sec = timeout_s };
	if (strlen(path) >= sizeof address.sun_path)
		return ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path) + 1);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	while (connect(fd, (struct sockaddr *)&address, sizeof address))
		if (errno != EINTR)
			return errno;
	return fcntl(fd, F_SETFL, O_NONBLOCK) ? errno : 0;
}

bool link_open(struct link *l, const char *path, int timeout_s, int *error)
{
	link_close(l);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*error = fd < 0 ? errno : link_connect(fd, path, timeout_s);
	if (*error) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	l->fd = fd;
	return true;
}

static int64_t link_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t link_deadline_ms(int timeout_s)
{
	return link_now_ms() + (int64_t)timeout_s * 1000;
}

/* False once the deadline has passed. */
static bool link_wait(const struct link *l, short events, int64_t deadline_ms)
{
	struct pollfd pfd = { .fd = l->fd, .events = events };
	for (;;) {
		int64_t left = deadline_ms - link_now_ms();
		if (left <= 0)
			return false;
		int n = poll(&pfd, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0 || (n < 0 && errno != EINTR))
			return true;
	}
}

enum link_status link_send(struct link *l, const char *bytes, size_t len, int64_t deadline_ms)
{
	while (len) {
		ssize_t n = send(l->fd, bytes, len, MSG_NOSIGNAL);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (!link_wait(l, POLLOUT, deadline_ms))
				return LINK_TIMEOUT;
		} else if (n < 0 && errno != EINTR) {
			return LINK_LOST;
		}
	}
	return LINK_OK;
}

/* Moves a whole line from the input to `line`, if there is one. */
static bool link_take_line(struct link *l, struct buffer *line)
{
	const char *from = buffer_str(&l->in);
	const char *end = memchr(from + l->scanned, '\n', l->in.len - l->scanned);
	if (!end) {
		l->scanned = l->in.len;
		return false;
	}
	size_t len = (size_t)(end - from);
	buffer_reset(line);
	buffer_add_bytes(line, from, len);
	buffer_drop(&l->in, len + 1);
	l->scanned = 0;
	return true;
}

enum link_status link_receive(struct link *l, struct buffer *line, int64_t deadline_ms)
{
	while (!link_take_line(l, line)) {
		if (l->in.len > LINK_LINE_BYTES_MAX)
			return LINK_TOO_LONG;
		ssize_t n = recv(l->fd, buffer_reserve(&l->in, READ_BYTES), READ_BYTES, 0);
		if (n > 0)
			l->in.len += (size_t)n;
		else if (n == 0)
			return LINK_LOST;
		else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (!link_wait(l, POLLIN, deadline_ms))
				return LINK_TIMEOUT;
		} else if (errno != EINTR) {
			return LINK_LOST;
		}
	}
	return LINK_OK;
}
