/* How many columns of a terminal a text takes, and texts that can't harm one. */
#ifndef VONVAY_CLIENT_WIDTH_H
#define VONVAY_CLIENT_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* Columns of UTF-8 text: 0 for combining marks, 2 for wide characters. */
size_t width_of(const char *s);
/* The text without control characters (they could steer the terminal): each becomes a space. To be freed. */
char *width_printable_new(const char *s);
/* Bytes of the longest beginning that takes at most `columns`. */
size_t width_cut(const char *s, size_t columns);

#endif
