/* Allocation that never fails. Nothing sensible can be done without memory, and no test would ever run that path. */
#include "vonvay/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *mem_check(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

void *xmalloc(size_t size)
{
	return mem_check(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return mem_check(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return mem_check(realloc(old, size ? size : 1));
}

void *xrealloc_array(void *old, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return mem_check(NULL);
	return xrealloc(old, count * size);
}

char *xstrdup(const char *s)
{
	return mem_check(strdup(s));
}

char *xstrndup(const char *s, size_t len)
{
	return mem_check(strndup(s, len));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return mem_check(n < 0 ? NULL : s);
}
