/* Lines over a Unix socket or over TLS. */
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

#include "link_tls.h"

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
	link_tls_close(l);
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

static bool link_open_unix(struct link *l, const char *path, int timeout_s, struct buffer *trouble)
{
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error = l->fd < 0 ? errno : link_connect(l->fd, path, timeout_s);
	if (error)
		buffer_add(trouble, strerror(error));
	return !error;
}

bool link_open(struct link *l, const struct target *target, int timeout_s, struct buffer *trouble)
{
	link_close(l);
	l->refusal = NULL;
	bool ok = target->host ? link_tls_open(l, target, link_deadline_ms(timeout_s), trouble)
			       : link_open_unix(l, target->socket, timeout_s, trouble);
	if (!ok)
		link_close(l);
	return ok;
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

bool link_wait(const struct link *l, short events, int64_t deadline_ms)
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

/* ---- bytes: how many went through, at least one, or an enum link_want ---- */

static ssize_t link_plain(ssize_t n, enum link_want direction)
{
	if (n > 0)
		return n;
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) ? (ssize_t)direction
										    : LINK_ENDED;
}

static ssize_t link_write(struct link *l, const char *bytes, size_t len)
{
	if (l->ssl)
		return link_tls_write(l, bytes, len);
	return link_plain(send(l->fd, bytes, len, MSG_NOSIGNAL), LINK_WANT_WRITE);
}

static ssize_t link_read(struct link *l, char *buffer, size_t size)
{
	if (l->ssl)
		return link_tls_read(l, buffer, size);
	return link_plain(recv(l->fd, buffer, size, 0), LINK_WANT_READ);
}

/* LINK_OK: try again. */
static enum link_status link_after(const struct link *l, ssize_t want, int64_t deadline_ms)
{
	if (want == LINK_ENDED)
		return l->refusal ? LINK_REFUSED : LINK_LOST;
	return link_wait(l, want == LINK_WANT_READ ? POLLIN : POLLOUT, deadline_ms) ? LINK_OK : LINK_TIMEOUT;
}

enum link_status link_send(struct link *l, const char *bytes, size_t len, int64_t deadline_ms)
{
	while (len) {
		ssize_t n = link_write(l, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
			continue;
		}
		enum link_status status = link_after(l, n, deadline_ms);
		if (status != LINK_OK)
			return status;
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
		ssize_t n = link_read(l, buffer_reserve(&l->in, READ_BYTES), READ_BYTES);
		if (n > 0) {
			l->in.len += (size_t)n;
			continue;
		}
		enum link_status status = link_after(l, n, deadline_ms);
		if (status != LINK_OK)
			return status;
	}
	return LINK_OK;
}
