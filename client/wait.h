/* Waiting for a job of the daemon: asks how far it is until it has ended. The daemon may be started again meanwhile. */
#ifndef VONVAY_CLIENT_WAIT_H
#define VONVAY_CLIENT_WAIT_H

#include <jansson.h>
#include <stdbool.h>

#include "client.h"

/* Looks at one answer, shows the progress; true while the job goes on. */
typedef bool wait_running(const json_t *result, void *arg);

/* The last answer, or NULL after saying why, with the exit status in `status`. */
json_t *wait_new(struct client *c, const char *method, const json_t *params, wait_running *running, void *arg,
		 int *status);

#endif
