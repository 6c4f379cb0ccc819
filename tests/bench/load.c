/* load: N clients in a closed loop on a Unix socket, one JSON text a line. Each sends a line of FILE, waits for the reply
 * and sends the next; prints count, rate and latencies as one line of JSON. A reply without a result is an error.
 *   load SOCKET CLIENTS SECONDS again|once FILE
 * again: the lines are taken in turn, over and over; once: the end of the file ends the run (writes with their keys). */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define REPLY_MAX (1 << 20)
#define EVENTS_MAX 64

struct line {
	const char *text;
	size_t size; /* with its end of line */
};

struct client {
	int fd;
	const struct line *line;
	size_t sent;
	char *reply;
	size_t have, room;
	int64_t since_ns;
};

struct load {
	int epoll;
	struct line *lines;
	size_t lines_count, next;
	bool once;
	int64_t until_ns;
	struct client *clients;
	int clients_count, busy;
	int64_t *taken_ns;
	size_t taken, taken_room, errors;
};

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		die("memory");
	return p;
}

static int64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the file ---- */

static char *file_read(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	struct stat st;
	if (!f || fstat(fileno(f), &st) != 0)
		die(path);
	char *text = must(malloc((size_t)st.st_size + 1));
	*size = fread(text, 1, (size_t)st.st_size, f);
	if (*size != (size_t)st.st_size)
		die(path);
	fclose(f);
	return text;
}

static void lines_read(struct load *l, const char *path)
{
	size_t size, room = 0;
	const char *at = file_read(path, &size), *end = at + size, *eol;
	for (; (eol = memchr(at, '\n', (size_t)(end - at))); at = eol + 1) {
		if (l->lines_count == room) {
			room = room ? 2 * room : 1024;
			l->lines = must(realloc(l->lines, room * sizeof *l->lines));
		}
		l->lines[l->lines_count++] = (struct line){ at, (size_t)(eol - at) + 1 };
	}
	if (!l->lines_count) {
		fprintf(stderr, "load: %s has no line\n", path);
		exit(2);
	}
}

/* ---- a client ---- */

static void client_connect(struct load *l, struct client *c, const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct epoll_event watch = { .events = EPOLLIN, .data.ptr = c };
	if (strlen(path) >= sizeof to.sun_path) {
		errno = ENAMETOOLONG;
		die(path);
	}
	strcpy(to.sun_path, path);
	c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
		die(path);
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, c->fd, &watch) != 0)
		die("epoll");
	c->room = 4096;
	c->reply = must(malloc(c->room));
}

static const struct line *line_next(struct load *l)
{
	if (l->next == l->lines_count) {
		if (l->once)
			return NULL;
		l->next = 0;
	}
	return &l->lines[l->next++];
}

/* A request is far smaller than a socket's buffer, and the one before it was answered: sending does not block. */
static void client_send(struct load *l, struct client *c)
{
	int64_t now = now_ns();
	c->line = now < l->until_ns ? line_next(l) : NULL;
	if (!c->line) {
		l->busy--;
		return;
	}
	c->since_ns = now;
	for (c->sent = 0; c->sent < c->line->size;) {
		ssize_t n = send(c->fd, c->line->text + c->sent, c->line->size - c->sent, MSG_NOSIGNAL);
		if (n < 0)
			die("send");
		c->sent += (size_t)n;
	}
}

static void load_take(struct load *l, struct client *c, size_t size)
{
	if (l->taken == l->taken_room) {
		l->taken_room = l->taken_room ? 2 * l->taken_room : 1 << 16;
		l->taken_ns = must(realloc(l->taken_ns, l->taken_room * sizeof *l->taken_ns));
	}
	l->taken_ns[l->taken++] = now_ns() - c->since_ns;
	if (memmem(c->reply, size, "\"result\":", 9))
		return;
	if (l->errors++ == 0)
		fprintf(stderr, "load: %.*s", (int)(size < 2000 ? size : 2000), c->reply);
}

static void client_receive(struct load *l, struct client *c)
{
	if (c->have == c->room) {
		c->room *= 2;
		if (c->room > REPLY_MAX) {
			errno = EMSGSIZE;
			die("reply");
		}
		c->reply = must(realloc(c->reply, c->room));
	}
	ssize_t n = recv(c->fd, c->reply + c->have, c->room - c->have, 0);
	if (n <= 0) {
		errno = n == 0 ? ECONNRESET : errno;
		die("receive");
	}
	c->have += (size_t)n;
	if (c->reply[c->have - 1] != '\n')
		return;
	load_take(l, c, c->have);
	c->have = 0;
	client_send(l, c);
}

/* ---- the run ---- */

static void load_run(struct load *l)
{
	struct epoll_event events[EVENTS_MAX];
	l->busy = l->clients_count;
	for (int i = 0; i < l->clients_count; i++)
		client_send(l, &l->clients[i]);
	while (l->busy) {
		int n = epoll_wait(l->epoll, events, EVENTS_MAX, -1);
		if (n < 0 && errno != EINTR)
			die("epoll");
		for (int i = 0; i < n; i++)
			client_receive(l, events[i].data.ptr);
	}
}

static int taken_cmp(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static long long taken_us(const struct load *l, size_t per_mille)
{
	size_t at = l->taken * per_mille / 1000;
	return l->taken ? (l->taken_ns[at < l->taken ? at : l->taken - 1] + 500) / 1000 : 0;
}

static void load_print(struct load *l, int64_t spent_ns)
{
	qsort(l->taken_ns, l->taken, sizeof *l->taken_ns, taken_cmp);
	printf("{\"count\":%zu,\"errors\":%zu,\"spent_ms\":%lld,\"per_second\":%lld,\"p50_us\":%lld,\"p99_us\":%lld,"
	       "\"max_us\":%lld}\n",
	       l->taken, l->errors, (long long)(spent_ns / 1000000),
	       (long long)(l->taken * 1000000 / (size_t)(spent_ns / 1000 + 1)), taken_us(l, 500),
	       taken_us(l, 990), taken_us(l, 1000));
}

static long number(const char *text, long max)
{
	char *end;
	long n = strtol(text, &end, 10);
	if (end == text || *end || n < 1 || n > max) {
		fprintf(stderr, "load: %s is not a number from 1 to %ld\n", text, max);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	struct load l = { .epoll = epoll_create1(0) };
	bool once = argc == 6 && strcmp(argv[4], "once") == 0;
	if (argc != 6 || (!once && strcmp(argv[4], "again") != 0)) {
		fputs("usage: load SOCKET CLIENTS SECONDS again|once FILE\n", stderr);
		return 2;
	}
	l.once = once;
	l.clients_count = (int)number(argv[2], 1000);
	l.clients = must(calloc((size_t)l.clients_count, sizeof *l.clients));
	lines_read(&l, argv[5]);
	for (int i = 0; i < l.clients_count; i++)
		client_connect(&l, &l.clients[i], argv[1]);
	int64_t began = now_ns();
	l.until_ns = began + (int64_t)number(argv[3], 3600) * 1000000000;
	load_run(&l);
	load_print(&l, now_ns() - began);
	return l.errors ? 1 : 0;
}
