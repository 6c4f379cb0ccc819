/* Reading of what people type. */
#include "parse.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"

bool parse_integer(const char *text, int64_t *out)
{
	char *end;
	const char *digits = text + (*text == '-');
	if (!isdigit((unsigned char)*digits))
		return false;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (errno || *end)
		return false;
	*out = v;
	return true;
}

/* Length of the number at the beginning of `text`, which has dots only between groups of three; 0 if it breaks that. */
static size_t parse_grouped(const char *text, struct buffer *digits)
{
	size_t first = strspn(text, "0123456789");
	const char *p = text + first;
	buffer_add_bytes(digits, text, first);
	if (*p == '.' && (first < 1 || first > 3))
		return 0;
	while (*p == '.') {
		if (strspn(p + 1, "0123456789") != 3)
			return 0;
		buffer_add_bytes(digits, p + 1, 3);
		p += 4;
	}
	return (size_t)(p - text);
}

static bool parse_is_currency(const char *s)
{
	while (*s == ' ')
		s++;
	return !*s || !strcmp(s, "₫") || !strcmp(s, "đ") || !strcmp(s, "VND");
}

bool parse_money(const char *text, int64_t *out)
{
	struct buffer digits = { 0 };
	size_t len = parse_grouped(text, &digits);
	bool ok = len && parse_is_currency(text + len) && parse_integer(buffer_str(&digits), out) && *out > 0;
	buffer_clear(&digits);
	return ok;
}

static bool parse_is_day(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (year < 1 || month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= days[month - 1] + (leap && month == 2);
}

/* Does the text have exactly the form of the pattern, d for a digit? */
static bool parse_has_shape(const char *text, const char *shape)
{
	for (; *shape; shape++, text++)
		if (*shape == 'd' ? !isdigit((unsigned char)*text) : *text != *shape)
			return false;
	return !*text;
}

/* The digits at *p as a number; *p moves behind the mark that follows them. */
static int parse_digits(const char **p)
{
	int n = 0;
	for (; isdigit((unsigned char)**p); ++*p)
		n = n * 10 + **p - '0';
	if (**p)
		++*p;
	return n;
}

bool parse_date(const char *text, char out[PARSE_DATE_SIZE])
{
	int year, month, day;
	const char *p = text;
	if (parse_has_shape(text, "dddd-dd-dd")) {
		year = parse_digits(&p);
		month = parse_digits(&p);
		day = parse_digits(&p);
	} else if (parse_has_shape(text, "dd/dd/dddd") || parse_has_shape(text, "d/dd/dddd") ||
		   parse_has_shape(text, "dd/d/dddd") || parse_has_shape(text, "d/d/dddd")) {
		day = parse_digits(&p);
		month = parse_digits(&p);
		year = parse_digits(&p);
	} else {
		return false;
	}
	if (!parse_is_day(year, month, day))
		return false;
	snprintf(out, PARSE_DATE_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
		 (unsigned)day % 100);
	return true;
}

bool parse_id(const char *text)
{
	size_t len = strspn(text, "0123456789");
	return len >= 1 && len <= 19 && !text[len];
}

char *parse_rate_new(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t len = whole;
	if (!whole || whole > 3)
		return NULL;
	if (text[whole] == '.' || text[whole] == ',') {
		size_t decimals = strspn(text + whole + 1, "0123456789");
		if (decimals < 1 || decimals > 4)
			return NULL;
		len += 1 + decimals;
	}
	if (text[len] && strcmp(text + len, "%") != 0)
		return NULL;
	char *rate = memory_copy_bytes(text, len);
	if (len > whole)
		rate[whole] = '.';
	return rate;
}

bool parse_key(const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-7xxx-vxxx-xxxxxxxxxxxx";
	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; shape[i]; i++) {
		unsigned char c = (unsigned char)text[i];
		bool ok = shape[i] == 'x'   ? isdigit(c) || (c >= 'a' && c <= 'f')
			  : shape[i] == 'v' ? strchr("89ab", c) != NULL
					    : c == (unsigned char)shape[i];
		if (!ok)
			return false;
	}
	return true;
}
