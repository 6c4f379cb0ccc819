/* Allocation that never fails: out of memory ends the program. */
#ifndef VONVAY_CLIENT_MEMORY_H
#define VONVAY_CLIENT_MEMORY_H

#include <stddef.h>

#include "vonvay/compiler.h"

void *memory_alloc(size_t size); /* zeroed */
void *memory_resize(void *old, size_t count, size_t size);
char *memory_copy(const char *s);
char *memory_copy_bytes(const char *s, size_t len); /* NUL added */
char *memory_printf(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
