/* Well-formed UTF-8: table 3-7 of the Unicode Standard. */
#include "utf8.h"

#include "vonvay/compiler.h"

static const struct {
	unsigned char first, last, second_min, second_max;
	size_t bytes;
} utf8_forms[] = {
	{ 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, { 0xE1, 0xEC, 0x80, 0xBF, 3 },
	{ 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
	{ 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
};

size_t utf8_char_bytes(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	if (!len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(utf8_forms); i++) {
		if (p[0] < utf8_forms[i].first || p[0] > utf8_forms[i].last)
			continue;
		if (len < utf8_forms[i].bytes || p[1] < utf8_forms[i].second_min ||
		    p[1] > utf8_forms[i].second_max)
			return 0;
		for (size_t j = 2; j < utf8_forms[i].bytes; j++)
			if ((p[j] & 0xC0) != 0x80)
				return 0;
		return utf8_forms[i].bytes;
	}
	return 0;
}
