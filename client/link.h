/* The connection to the daemon: lines over a Unix socket, with a time limit. */
#ifndef VONVAY_CLIENT_LINK_H
#define VONVAY_CLIENT_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"
#include "vonvay/compiler.h"

/* More than this in one line is not an answer of ours. */
#define LINK_LINE_BYTES_MAX ((size_t)256 * 1024 * 1024)

enum link_status {
	LINK_OK,
	LINK_LOST, /* ended by the other side */
	LINK_TIMEOUT,
	LINK_TOO_LONG,
};

struct link {
	int fd; /* -1: not connected */
	struct buffer in;
	size_t scanned; /* bytes of `in` known to hold no newline */
};

void link_init(struct link *l);
/* False: `*error` is the errno of what failed. */
MUSTCHECK bool link_open(struct link *l, const char *path, int timeout_s, int *error);
bool link_is_open(const struct link *l);
void link_close(struct link *l);
/* A point in time `timeout_s` from now, for the two below. */
int64_t link_deadline_ms(int timeout_s);
MUSTCHECK enum link_status link_send(struct link *l, const char *bytes, size_t len, int64_t deadline_ms);
/* One line without its end into `line`. */
MUSTCHECK enum link_status link_receive(struct link *l, struct buffer *line, int64_t deadline_ms);

#endif
