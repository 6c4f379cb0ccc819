/* A growing string. `struct buffer b = { 0 };` is an empty one. */
#ifndef VONVAY_CLIENT_BUFFER_H
#define VONVAY_CLIENT_BUFFER_H

#include <stddef.h>

#include "vonvay/compiler.h"

struct buffer {
	char *s; /* ended by a NUL once anything was added */
	size_t len, cap;
};

void buffer_clear(struct buffer *b);
void buffer_reset(struct buffer *b); /* empty, memory kept */
/* Never NULL; valid until the next change. */
const char *buffer_str(const struct buffer *b);
/* The string, to be freed by the caller; the buffer is empty then. */
char *buffer_steal(struct buffer *b);
/* Room for `more` bytes behind the end; the caller writes them and raises len. */
char *buffer_reserve(struct buffer *b, size_t more);
void buffer_add_bytes(struct buffer *b, const char *s, size_t len);
void buffer_add(struct buffer *b, const char *s);
void buffer_add_char(struct buffer *b, char c);
void buffer_printf(struct buffer *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Takes `n` bytes off the front. */
void buffer_drop(struct buffer *b, size_t n);
/* A word of a shell command line, quoted if it has to be. */
void buffer_add_shell_word(struct buffer *b, const char *word);

#endif
