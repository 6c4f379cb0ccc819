/* Allocation that never fails. */
#include "memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *memory_check(void *p)
{
	if (!p) {
		fputs("vonvay: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *memory_alloc(size_t size)
{
	return memory_check(calloc(1, size ? size : 1));
}

void *memory_resize(void *old, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return memory_check(NULL);
	size_t bytes = count * size;
	return memory_check(realloc(old, bytes ? bytes : 1));
}

char *memory_copy(const char *s)
{
	return memory_check(strdup(s));
}

char *memory_copy_bytes(const char *s, size_t len)
{
	char *copy = memory_alloc(len + 1);
	memcpy(copy, s, len);
	return copy;
}

char *memory_printf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return memory_check(n < 0 ? NULL : s);
}
