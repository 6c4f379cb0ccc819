/* The listening sockets of a door: handed over by systemd under the door's name ("unix", "tls", "https"), or made. */
#ifndef VONVAY_SOCKETS_H
#define VONVAY_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

struct jw;
struct sockaddr;

#define SOCKETS_MAX 16

struct sockets {
	const char *door; /* "unix", "tls", "https" */
	int fds[SOCKETS_MAX];
	int count;
	const char *file; /* of a Unix socket we made: ours to remove; borrowed from the settings */
};

/* Is everything that systemd handed over of a kind and a name we know? To be asked before the ones below. */
MUSTCHECK bool sockets_handed_over_good(struct text *error);
/* A stale file at `path` is replaced, one on which somebody answers is not. `path` has to live as long as `out`. */
MUSTCHECK bool sockets_open_unix(struct sockets *out, const char *path, mode_t mode, struct text *error);
/* `listen`, the setting of this name in [section], is "ADDRESS:PORT ...": numbers only, IPv6 in brackets, port 0 for a
 * free one; empty: none. Connections inherit that small packets leave at once. */
MUSTCHECK bool sockets_open_tcp(struct sockets *out, const char *door, const char *section,
				const char *listen, struct text *error);
/* Closes them; removes the file if we made it. */
void sockets_close(struct sockets *sockets);

/* One of them as an object of status.daemon: kind, path or address and port as really bound, its connections. */
void sockets_report(const struct sockets *sockets, int which, int64_t connections, struct jw *w);
/* "127.0.0.1:7443", "[::1]:7443" or the path, of a listening socket. */
void sockets_name(int fd, struct text *out);
/* Where a client comes from, without its port; an IPv4 address in its own form. */
void sockets_address(const struct sockaddr *from, char *out, size_t size);

#endif
