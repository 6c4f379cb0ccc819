/* Allocation that never fails: out of memory ends the process. */
#ifndef VONVAY_MEM_H
#define VONVAY_MEM_H

#include <stddef.h>

#include "vonvay/compiler.h"

/* All results are freed with free(). */
void *xmalloc(size_t size);
/* Zeroed. */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
/* Room for `count` members; a product that overflows ends the process. */
void *xrealloc_array(void *old, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
