/* Allocation that never fails: out of memory ends the process. */
#ifndef VONVAY_MEM_H
#define VONVAY_MEM_H

#include <stddef.h>

#include "vonvay/compiler.h"

/* All results are freed with free(). */
NEVER_NULL void *xmalloc(size_t size);
/* Zeroed. */
NEVER_NULL void *xcalloc(size_t count, size_t size);
NEVER_NULL void *xrealloc(void *old, size_t size);
/* Room for `count` members; a product that overflows ends the process. */
NEVER_NULL void *xrealloc_array(void *old, size_t count, size_t size);
NEVER_NULL char *xstrdup(const char *s);
NEVER_NULL char *xstrndup(const char *s, size_t len);
NEVER_NULL char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
