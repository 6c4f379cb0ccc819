/* The worker: `vonvayd --worker`, a process of the same binary that runs the long jobs. The daemon starts it, talks to
 * it in lines of JSON over a socketpair (fd 3 there) and starts it again when it dies.
 * To the worker: {"job":"sweep"}, {"job":"import"}, {"job":"session"}, {"job":"resume"} (after every start). Any line only wakes it up: what
 * is to do stands in the database. From it: {"event":"progress","job":...}, {"event":"done",...}, {"event":"failed",...}.
 * Handlers of methods send jobs with server_job_send() (server.h). */
#ifndef VONVAY_WORKER_H
#define VONVAY_WORKER_H

#include <stdbool.h>

#include "vonvay/compiler.h"

struct event_base;
struct settings;
struct worker_host;
struct jw;

#define WORKER_FD 3

/* One line from the worker, without the newline; NULL when it has ended: what it was told and has not answered is lost. */
typedef void worker_event_cb(const char *line, void *arg);

/* Starts the worker and keeps it running until worker_host_free(). `program`, `mode` ("--worker") and `config` make its
 * command line, `hello` (may be NULL) is the first line it gets. */
struct worker_host *worker_host_new(struct event_base *base, const char *program, const char *mode,
				    const char *config, const char *hello, worker_event_cb *cb, void *arg);
/* Sends one line. False when no worker runs at the moment: the job must not be called accepted then, unless it stands
 * in the database, where "resume" finds it. The line is wiped from our memory afterwards. */
MUSTCHECK bool worker_host_send(struct worker_host *host, const char *line);
/* Passes a reload on (SIGHUP). */
void worker_host_reload(struct worker_host *host);
/* Closes the pipe: the worker finishes its chunk and ends. True once it has. */
bool worker_host_stop(struct worker_host *host);
/* Members of an object that is open: state, pid, starts. */
void worker_host_report(const struct worker_host *host, struct jw *w);
/* Ends the worker at once if it still runs. */
void worker_host_free(struct worker_host *host);

/* The main function of the worker process (daemon/jobs/worker.c): returns its exit status when `fd` ends. */
int worker_main(const struct settings *settings, int fd);

#endif
