/* The parent's side of the worker: start, talk, watch, start again. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/text.h"
#include "vonvay/worker.h"

#define WORKER_NICE 5
#define LINE_MAX_BYTES (1 << 20)
#define PAUSE_MIN_MS 200
#define PAUSE_MAX_MS 10000
/* A worker that lived so long was healthy: the next pause is short again. */
#define HEALTHY_S 60

struct worker_host {
	struct event_base *base;
	char *program;
	const char *mode;
	char *config;
	const char *hello;
	worker_event_cb *cb;
	void *arg;
	pid_t pid; /* 0: none */
	int fd;	   /* ours of the pair, -1: none */
	struct event *reading;
	struct event *child; /* SIGCHLD */
	struct event *timer; /* start again */
	struct text in;
	int failures;
	int64_t starts;
	time_t started_at;
	bool stopping;	/* not to be started again */
	bool reloading; /* its end is wanted: start again at once */
};

static void worker_start(struct worker_host *host);

/* ---- in the child ---- */

NORETURN static void worker_exec(const struct worker_host *host, int fd, pid_t parent)
{
	sigset_t none;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1); /* it died before the line above */
	setpriority(PRIO_PROCESS, 0, WORKER_NICE);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	unsetenv("NOTIFY_SOCKET");
	if (fd == WORKER_FD ? fcntl(fd, F_SETFD, 0) != 0 : dup2(fd, WORKER_FD) < 0)
		_exit(1);
	execl(host->program, "vonvayd", host->mode, "--config", host->config, (char *)NULL);
	_exit(127);
}

/* ---- talking ---- */

static void worker_disconnect(struct worker_host *host)
{
	if (host->reading)
		event_free(host->reading);
	host->reading = NULL;
	if (host->fd >= 0)
		close(host->fd);
	host->fd = -1;
	text_clear(&host->in);
}

bool worker_host_send(struct worker_host *host, const char *text)
{
	struct text line = { 0 };
	size_t len = strlen(text);
	if (!host->pid || host->fd < 0)
		return false;
	text_reserve(&line, len + 1); /* at once: no copy of a password is left behind by growing */
	text_add_bytes(&line, text, len);
	text_add_char(&line, '\n');
	ssize_t n = send(host->fd, line.s, line.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	bool ok = n == (ssize_t)line.len;
	if (n > 0 && !ok) /* half a line is worse than none */
		worker_disconnect(host);
	explicit_bzero(line.s, line.len);
	text_clear(&line);
	return ok;
}

static void worker_lines(struct worker_host *host)
{
	char *newline;
	size_t from = 0;
	while ((newline = memchr(host->in.s + from, '\n', host->in.len - from))) {
		*newline = '\0';
		const char *line = host->in.s + from;
		from = (size_t)(newline - host->in.s) + 1;
		host->cb(line, host->arg);
	}
	text_drop(&host->in, from);
	if (host->in.len > LINE_MAX_BYTES) {
		log_error("worker: a line without end");
		worker_disconnect(host);
	}
}

static void worker_readable(evutil_socket_t fd, short what, void *arg)
{
	struct worker_host *host = arg;
	(void)what;
	text_reserve(&host->in, 4096);
	ssize_t n = recv(fd, host->in.s + host->in.len, 4096, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		worker_disconnect(host);
		return;
	}
	host->in.len += (size_t)n;
	host->in.s[host->in.len] = '\0';
	worker_lines(host);
}

/* ---- start and end ---- */

static void worker_started(struct worker_host *host, int fd)
{
	host->fd = fd;
	host->starts++;
	host->started_at = time(NULL);
	host->reading = event_new(host->base, fd, EV_READ | EV_PERSIST, worker_readable, host);
	event_add(host->reading, NULL);
	log_info("worker %d started%s", (int)host->pid, host->hello ? "" : ", for passwords");
	if (host->hello && !worker_host_send(host, host->hello))
		log_error("worker %d does not listen", (int)host->pid);
}

static void worker_start_later(struct worker_host *host)
{
	int ms = PAUSE_MIN_MS;
	for (int i = 0; i < host->failures && ms < PAUSE_MAX_MS; i++)
		ms *= 2;
	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	host->failures++;
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = (ms % 1000) * 1000L };
	evtimer_add(host->timer, &tv);
}

static void worker_start(struct worker_host *host)
{
	int pair[2];
	pid_t parent = getpid();
	host->reloading = false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		log_error("worker: %s", strerror(errno));
		worker_start_later(host);
		return;
	}
	host->pid = fork();
	if (host->pid == 0)
		worker_exec(host, pair[1], parent);
	close(pair[1]);
	if (host->pid > 0) {
		worker_started(host, pair[0]);
		return;
	}
	host->pid = 0;
	close(pair[0]);
	log_error("worker: %s", strerror(errno));
	worker_start_later(host);
}

static void worker_log_end(const struct worker_host *host, int status)
{
	if (WIFSIGNALED(status))
		log_error("worker %d was killed by signal %d", (int)host->pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) || !(host->stopping || host->reloading))
		log_error("worker %d ended with status %d", (int)host->pid, WEXITSTATUS(status));
	else
		log_info("worker %d ended", (int)host->pid);
}

static void worker_ended(struct worker_host *host, int status)
{
	worker_log_end(host, status);
	if (host->in.len || host->reading)
		worker_disconnect(host);
	host->pid = 0;
	host->cb(NULL, host->arg);
	if (host->stopping)
		return;
	if (time(NULL) - host->started_at >= HEALTHY_S || host->reloading)
		host->failures = 0;
	if (host->reloading)
		worker_start(host);
	else
		worker_start_later(host);
}

/* Lines it wrote before its end still count: they are read before the end is looked at. */
static void worker_drain(struct worker_host *host)
{
	while (host->fd >= 0) {
		size_t before = host->in.len;
		text_reserve(&host->in, 4096);
		ssize_t n = recv(host->fd, host->in.s + host->in.len, 4096, MSG_DONTWAIT);
		if (n <= 0)
			return;
		host->in.len = before + (size_t)n;
		host->in.s[host->in.len] = '\0';
		worker_lines(host);
	}
}

static void worker_child(evutil_socket_t fd, short what, void *arg)
{
	struct worker_host *host = arg;
	int status;
	(void)fd;
	(void)what;
	if (!host->pid || waitpid(host->pid, &status, WNOHANG) != host->pid)
		return;
	worker_drain(host);
	worker_ended(host, status);
}

static void worker_again(evutil_socket_t fd, short what, void *arg)
{
	struct worker_host *host = arg;
	(void)fd;
	(void)what;
	if (!host->stopping)
		worker_start(host);
}

struct worker_host *worker_host_new(struct event_base *base, const char *program, const char *mode,
				    const char *config, const char *hello, worker_event_cb *cb, void *arg)
{
	struct worker_host *host = xcalloc(1, sizeof *host);
	host->base = base;
	host->program = xstrdup(program);
	host->mode = mode;
	host->hello = hello;
	host->config = xstrdup(config);
	host->cb = cb;
	host->arg = arg;
	host->fd = -1;
	host->child = evsignal_new(base, SIGCHLD, worker_child, host);
	host->timer = evtimer_new(base, worker_again, host);
	event_add(host->child, NULL);
	worker_start(host);
	return host;
}

/* The end of the pipe is what the worker takes as the wish to end. */
static void worker_ask_to_end(struct worker_host *host)
{
	if (host->fd >= 0)
		shutdown(host->fd, SHUT_WR);
}

void worker_host_reload(struct worker_host *host)
{
	host->reloading = true;
	worker_ask_to_end(host);
}

bool worker_host_stop(struct worker_host *host)
{
	if (!host->stopping)
		worker_ask_to_end(host);
	host->stopping = true;
	return host->pid == 0;
}

void worker_host_report(const struct worker_host *host, struct jw *w)
{
	jw_str(w, "state", host->pid ? "running" : host->stopping ? "stopped" : "waiting");
	if (host->pid)
		jw_i64(w, "pid", host->pid);
	else
		jw_null(w, "pid");
	jw_i64(w, "starts", host->starts);
}

void worker_host_free(struct worker_host *host)
{
	if (!host)
		return;
	if (host->pid) {
		log_warn("worker %d did not end in time", (int)host->pid);
		kill(host->pid, SIGKILL);
		waitpid(host->pid, NULL, 0);
	}
	worker_disconnect(host);
	event_free(host->child);
	event_free(host->timer);
	free(host->program);
	free(host->config);
	free(host);
}
