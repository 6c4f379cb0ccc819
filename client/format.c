/* Numbers, money and dates for people. */
#include "format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "language.h"

#define VIETNAM_SECONDS_EAST (7 * 3600L)

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

static int format_two_digits(const char *s)
{
	return (s[0] - '0') * 10 + s[1] - '0';
}

/* Seconds east of Greenwich told by "Z", "+07", "+07:00" or "-0330" at the end of a time; false for anything else. */
static bool format_read_zone(const char *s, int *east)
{
	*east = 0;
	if (!strcmp(s, "Z"))
		return true;
	size_t hours = strspn(s + (*s != '\0'), "0123456789");
	if ((s[0] != '+' && s[0] != '-') || (hours != 2 && hours != 4))
		return false;
	const char *minutes = s + 3 + (s[3] == ':');
	if (*minutes &&
	    (!isdigit((unsigned char)minutes[0]) || !isdigit((unsigned char)minutes[1]) || minutes[2]))
		return false;
	*east = format_two_digits(s + 1) * 3600 + (*minutes ? format_two_digits(minutes) * 60 : 0);
	*east = s[0] == '-' ? -*east : *east;
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

static void format_mark(struct buffer *out)
{
	buffer_add(out, format_is_vietnamese() ? "," : ".");
}

/* Digits of a decimal text with the mark of the language. */
static void format_decimal(struct buffer *out, const char *decimal)
{
	for (; *decimal; decimal++) {
		if (*decimal == '.')
			format_mark(out);
		else
			buffer_add_char(out, *decimal);
	}
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
	buffer_add_bytes(&shifted, rest, rest_len < 2 ? rest_len : 2);
	for (size_t i = rest_len; i < 2; i++)
		buffer_add_char(&shifted, '0');
	const char *from = buffer_str(&shifted);
	while (from[0] == '0' && from[1])
		from++;
	if (*decimal == '-')
		buffer_add_char(out, '-');
	buffer_add(out, from);
	if (rest_len > 2) {
		format_mark(out);
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
