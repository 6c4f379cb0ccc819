/* A growing string and the two things every text of ours must obey: UTF-8 and the escapes of JSON. */
#include "vonvay/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

void text_clear(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

void text_reset(struct text *t)
{
	t->len = 0;
	if (t->s)
		t->s[0] = '\0';
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

void text_reserve(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;
	if (need <= t->cap)
		return;
	size_t cap = t->cap ? t->cap : 64;
	while (cap < need)
		cap *= 2;
	t->s = xrealloc(t->s, cap);
	t->cap = cap;
}

void text_add_bytes(struct text *t, const char *s, size_t len)
{
	text_reserve(t, len);
	if (len)
		memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_add_char(struct text *t, char c)
{
	text_add_bytes(t, &c, 1);
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	text_reserve(t, (size_t)n);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, again);
	va_end(again);
	t->len += (size_t)n;
}

void text_add_i64(struct text *t, long long v)
{
	char digits[24];
	char *p = digits + sizeof digits;
	unsigned long long u = v < 0 ? 0ULL - (unsigned long long)v : (unsigned long long)v;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	text_add_bytes(t, p, (size_t)(digits + sizeof digits - p));
}

/* The escape of a byte that can't stand in a JSON string as it is, or NULL. */
static const char *json_escape(unsigned char c, char buffer[8])
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	}
	if (c >= 0x20 && c != 0x7f)
		return NULL;
	snprintf(buffer, 8, "\\u%04x", c);
	return buffer;
}

void text_add_json_bytes(struct text *t, const char *s, size_t len)
{
	char buffer[8];
	size_t from = 0;
	text_reserve(t, len + 2);
	text_add_char(t, '"');
	for (size_t i = 0; i < len; i++) {
		const char *escape = json_escape((unsigned char)s[i], buffer);
		if (!escape)
			continue;
		text_add_bytes(t, s + from, i - from);
		text_add(t, escape);
		from = i + 1;
	}
	text_add_bytes(t, s + from, len - from);
	text_add_char(t, '"');
}

void text_add_json_string(struct text *t, const char *s)
{
	if (s)
		text_add_json_bytes(t, s, strlen(s));
	else
		text_add(t, "null");
}

void text_add_hex(struct text *t, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	text_reserve(t, 2 * len);
	for (size_t i = 0; i < len; i++) {
		t->s[t->len++] = digits[bytes[i] >> 4];
		t->s[t->len++] = digits[bytes[i] & 15];
	}
	t->s[t->len] = '\0';
}

void text_drop(struct text *t, size_t n)
{
	if (!n)
		return;
	memmove(t->s, t->s + n, t->len - n);
	t->len -= n;
	t->s[t->len] = '\0';
}

/* How many bytes the well-formed character at s[0..len) has, 0 if there is none. Table 3-7 of the Unicode Standard. */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	static const struct {
		unsigned char first, last, second_min, second_max;
		size_t bytes;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 }, { 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	if (s[0] < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (s[0] < forms[i].first || s[0] > forms[i].last)
			continue;
		if (len < forms[i].bytes || s[1] < forms[i].second_min || s[1] > forms[i].second_max)
			return 0;
		for (size_t j = 2; j < forms[i].bytes; j++)
			if ((s[j] & 0xc0) != 0x80)
				return 0;
		return forms[i].bytes;
	}
	return 0;
}

bool utf8_valid(const char *s, size_t len, size_t *bad_at)
{
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length((const unsigned char *)s + i, len - i);
		if (!n) {
			if (bad_at)
				*bad_at = i;
			return false;
		}
		i += n;
	}
	return true;
}

size_t utf8_cut(const char *s, size_t max)
{
	size_t len = strnlen(s, max), start = len;
	while (start && len - start < 4 && ((unsigned char)s[start - 1] & 0xc0) == 0x80)
		start--;
	if (!start || (unsigned char)s[start - 1] < 0x80)
		return len;
	start--;
	return utf8_length((const unsigned char *)s + start, len - start) ? len : start;
}
