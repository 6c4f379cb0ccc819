/* A growing string, always ended by a NUL once something was added. `struct text t = { 0 };` is an empty one. */
#ifndef VONVAY_TEXT_H
#define VONVAY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"

struct text {
	char *s;    /* NULL while nothing was ever added: use text_str() to read */
	size_t len; /* without the NUL */
	size_t cap;
};

/* Frees; the text may be used again as an empty one. */
void text_clear(struct text *t);
/* Empties, keeps the memory. */
void text_reset(struct text *t);
/* Never NULL. */
const char *text_str(const struct text *t);
/* Room for at least `more` further bytes and a NUL. */
void text_reserve(struct text *t, size_t more);

/* Append: a string, bytes, ... Out of memory ends the process. */
void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *s, size_t len);
void text_add_char(struct text *t, char c);
void text_printf(struct text *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
void text_add_i64(struct text *t, long long v);
/* With the quotes; NULL gives null. `s` must be UTF-8. */
void text_add_json_string(struct text *t, const char *s);
void text_add_json_bytes(struct text *t, const char *s, size_t len);
void text_add_hex(struct text *t, const unsigned char *bytes, size_t len);
/* Drops the first `n` bytes. */
void text_drop(struct text *t, size_t n);

/* Well-formed UTF-8 (no surrogates, no overlong forms, up to U+10FFFF)? `bad_at` (may be NULL) gets the offset
 * of the first byte that is not. */
bool utf8_valid(const char *s, size_t len, size_t *bad_at);
/* The longest beginning of `s` in at most `max` bytes that does not end inside a character, as a length in bytes. `s` is
 * UTF-8, or was cut off somewhere: then s[utf8_cut(s, strlen(s))] = '\0' drops the rest of a character. */
size_t utf8_cut(const char *s, size_t max);

#endif
