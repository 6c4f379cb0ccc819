/* Display width. The classes come from wcwidth() in the locale C.UTF-8, which language_use() has set. */
#include "width.h"

#include <string.h>
#include <wchar.h>

#include "buffer.h"
#include "utf8.h"

#define REPLACEMENT 0xFFFD

/* The character at *s, which moves behind it; 0xFFFD for a byte that begins none. Not for the end of the text. */
static uint32_t width_next_char(const char **s)
{
	static const unsigned char mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *p = (const unsigned char *)*s;
	size_t bytes = utf8_char_bytes(*s, strnlen(*s, 4));
	uint32_t c = p[0] & mask[bytes];
	for (size_t i = 1; i < bytes; i++)
		c = c << 6 | (p[i] & 0x3F);
	*s += bytes ? bytes : 1;
	return bytes ? c : REPLACEMENT;
}

static size_t width_of_char(uint32_t c)
{
	int w = wcwidth((wchar_t)c);
	return w < 0 ? 1 : (size_t)w;
}

size_t width_of(const char *s)
{
	size_t columns = 0;
	while (*s)
		columns += width_of_char(width_next_char(&s));
	return columns;
}

size_t width_cut(const char *s, size_t columns)
{
	const char *p = s;
	while (*p) {
		const char *next = p;
		size_t w = width_of_char(width_next_char(&next));
		if (w > columns)
			break;
		columns -= w;
		p = next;
	}
	return (size_t)(p - s);
}

/* Control characters, and those that turn the direction of the text around. */
static int width_is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

char *width_printable_new(const char *s)
{
	struct buffer b = { 0 };
	while (*s) {
		const char *from = s;
		uint32_t c = width_next_char(&s);
		if (c == REPLACEMENT)
			buffer_add(&b, "\xEF\xBF\xBD");
		else if (width_is_harmful(c))
			buffer_add_char(&b, ' ');
		else
			buffer_add_bytes(&b, from, (size_t)(s - from));
	}
	return buffer_steal(&b);
}
