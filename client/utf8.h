/* Well-formed UTF-8. */
#ifndef VONVAY_CLIENT_UTF8_H
#define VONVAY_CLIENT_UTF8_H

#include <stddef.h>

/* Bytes of the character that begins at s, of which `len` may be read; 0 if none does. */
size_t utf8_char_bytes(const char *s, size_t len);

#endif
