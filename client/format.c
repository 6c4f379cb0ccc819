/* Numbers, money and dates for people. */
#include "format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "language.h"

#define VIETNAM_SECONDS_EAST (7 * 3600)

static bool format_is_vietnamese(void)
{
	return language_used() == LANGUAGE_VIETNAMESE;
}

void format_count(struct buffer *out, int64_t n)
{
	char digits[24];
	char separator = format_is_vietnamese() ? '.' : ',';
	uint64_t u = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
	int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)u);
	if (n < 0)
		buffer_add_char(out, '-');
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buffer_add_char(out, separator);
		buffer_add_char(out, digits[i]);
	}
}

void format_money(struct buffer *out, int64_t amount)
{
	format_count(out, amount);
	buffer_add(out, " ₫");
}

static bool format_is_date(const char *s)
{
	static const char shape[] = "dddd-dd-dd";
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return false;
	return true;
}

static void format_date_part(struct buffer *out, const char *iso)
{
	if (format_is_vietnamese())
		buffer_printf(out, "%.2s/%.2s/%.4s", iso + 8, iso + 5, iso);
	else
		buffer_add_bytes(out, iso, 10);
}

void format_date(struct buffer *out, const char *iso)
{
	if (format_is_date(iso) && !iso[10])
		format_date_part(out, iso);
	else
		buffer_add(out, iso);
}

/* Seconds east of Greenwich told by "Z", "+07", "+07:00" or "-0330" at the end of a time; false for anything else. */
static bool format_read_zone(const char *s, int *east)
{
	int hours, minutes = 0;
	*east = 0;
	if (!strcmp(s, "Z"))
		return true;
	if (s[0] != '+' && s[0] != '-')
		return false;
	if (sscanf(s + 1, "%2d:%2d", &hours, &minutes) != 2 && sscanf(s + 1, "%2d%2d", &hours, &minutes) < 1)
		return false;
	*east = (s[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

/* The time with its zone as seconds since 1970; false if the text is something else. */
static bool format_read_moment(const char *iso, time_t *out)
{
	struct tm tm = { 0 };
	int east;
	if (!format_is_date(iso) || (iso[10] != 'T' && iso[10] != ' '))
		return false;
	const char *rest = strptime(iso, iso[10] == 'T' ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
	if (!rest)
		return false;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (!format_read_zone(rest, &east))
		return false;
	*out = timegm(&tm) - east;
	return true;
}

void format_moment(struct buffer *out, const char *iso)
{
	time_t at;
	struct tm tm;
	char text[32];
	if (!format_read_moment(iso, &at)) {
		buffer_add(out, iso);
		return;
	}
	at += VIETNAM_SECONDS_EAST;
	gmtime_r(&at, &tm);
	strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
	format_date_part(out, text);
	buffer_add(out, text + 10);
}

static bool format_is_decimal(const char *s)
{
	if (*s == '-')
		s++;
	size_t whole = strspn(s, "0123456789");
	if (!whole)
		return false;
	if (!s[whole])
		return true;
	size_t rest = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
	return rest && !s[whole + 1 + rest];
}

/* Digits of a decimal text with the mark of the language. */
static void format_decimal(struct buffer *out, const char *decimal)
{
	for (; *decimal; decimal++)
		buffer_add_char(out, *decimal == '.' && format_is_vietnamese() ? ',' : *decimal);
}

void format_percent(struct buffer *out, const char *decimal)
{
	format_decimal(out, decimal);
	if (format_is_decimal(decimal))
		buffer_add_char(out, '%');
}

/* Moves the point of a decimal text two places to the right. */
void format_ratio(struct buffer *out, const char *decimal)
{
	struct buffer shifted = { 0 };
	if (!format_is_decimal(decimal)) {
		buffer_add(out, decimal);
		return;
	}
	const char *digits = decimal + (*decimal == '-');
	size_t whole = strspn(digits, "0123456789");
	const char *rest = digits[whole] ? digits + whole + 1 : "";
	size_t rest_len = strlen(rest);
	buffer_add_bytes(&shifted, digits, whole);
	for (size_t i = 0; i < 2; i++)
		buffer_add_char(&shifted, i < rest_len ? rest[i] : '0');
	const char *from = buffer_str(&shifted);
	while (from[0] == '0' && from[1])
		from++;
	if (*decimal == '-')
		buffer_add_char(out, '-');
	buffer_add(out, from);
	if (rest_len > 2) {
		buffer_add_char(out, format_is_vietnamese() ? ',' : '.');
		buffer_add(out, rest + 2);
	}
	buffer_add_char(out, '%');
	buffer_clear(&shifted);
}

void format_seconds(struct buffer *out, int64_t seconds)
{
	if (seconds >= 86400)
		buffer_printf(out, _("%lld d "), (long long)(seconds / 86400));
	if (seconds >= 3600)
		buffer_printf(out, _("%lld h "), (long long)(seconds / 3600 % 24));
	if (seconds >= 60)
		buffer_printf(out, _("%lld min "), (long long)(seconds / 60 % 60));
	buffer_printf(out, _("%lld s"), (long long)(seconds % 60));
}
