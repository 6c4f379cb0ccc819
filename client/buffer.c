/* A growing string. */
#include "buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

void buffer_clear(struct buffer *b)
{
	free(b->s);
	*b = (struct buffer){ 0 };
}

void buffer_reset(struct buffer *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = '\0';
}

const char *buffer_str(const struct buffer *b)
{
	return b->s ? b->s : "";
}

char *buffer_steal(struct buffer *b)
{
	char *s = b->s ? b->s : memory_copy("");
	*b = (struct buffer){ 0 };
	return s;
}

char *buffer_reserve(struct buffer *b, size_t more)
{
	size_t need = b->len + more + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap : 64;
		while (cap < need)
			cap *= 2;
		b->s = memory_resize(b->s, cap, 1);
		b->cap = cap;
	}
	return b->s + b->len;
}

void buffer_add_bytes(struct buffer *b, const char *s, size_t len)
{
	char *end = buffer_reserve(b, len);
	if (len)
		memcpy(end, s, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void buffer_add(struct buffer *b, const char *s)
{
	buffer_add_bytes(b, s, strlen(s));
}

void buffer_add_char(struct buffer *b, char c)
{
	buffer_add_bytes(b, &c, 1);
}

void buffer_printf(struct buffer *b, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	char *end = buffer_reserve(b, (size_t)n);
	vsnprintf(end, (size_t)n + 1, fmt, again);
	va_end(again);
	b->len += (size_t)n;
}

void buffer_drop(struct buffer *b, size_t n)
{
	if (!n)
		return;
	memmove(b->s, b->s + n, b->len - n);
	b->len -= n;
	b->s[b->len] = '\0';
}

void buffer_add_shell_word(struct buffer *b, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
	if (*word && !word[strspn(word, plain)]) {
		buffer_add(b, word);
		return;
	}
	buffer_add_char(b, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			buffer_add(b, "'\\''");
		else
			buffer_add_char(b, *word);
	}
	buffer_add_char(b, '\'');
}
