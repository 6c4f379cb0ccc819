/* The head of an HTTP/1.1 request, judged before the HTTP library sees it. What two readers could understand in two
 * ways is refused here: so the library, this daemon and whatever stands in front of both agree where a request ends. */
#ifndef VONVAY_HTTP_HEAD_H
#define VONVAY_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is wrong as a status: 400, 411, 413, 414, 415, 417, 431, 501, 505. */
enum http_head_result {
	HTTP_HEAD_GOOD = 0,
	HTTP_HEAD_MORE = 1, /* not complete yet */
};

struct http_head_limits {
	int64_t head_bytes;
	int64_t body_bytes;
};

struct http_head {
	size_t size;  /* of the head with its empty line */
	int64_t body; /* bytes that follow it */
};

/* Looks at the first `len` bytes of a request. HTTP_HEAD_GOOD: `out` is filled. Otherwise HTTP_HEAD_MORE or the status
 * to refuse it with. Good are: one of the usual methods, a path, HTTP/1.0 or 1.1, lines ended by CR LF, no folded lines,
 * no control
 * characters, at most one Content-Length (digits; above 0 only with POST, PUT, PATCH), no Transfer-Encoding, at most
 * one Host and for 1.1 exactly one. */
int http_head_check(const char *s, size_t len, const struct http_head_limits *limits, struct http_head *out);

#endif
