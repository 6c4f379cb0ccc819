/* The head of a request: first its length, then its lines one by one. Pure. */
#include "vonvay/http_head.h"

#include <string.h>
#include <strings.h>

#include "vonvay/compiler.h"

#define HEADERS_MAX 100
#define TARGET_MAX 4096

struct line {
	const char *s;
	size_t len; /* without its CR LF */
};

/* What the lines said so far. */
struct head_facts {
	int hosts;
	int lengths;
	int64_t length;
	bool minor_0; /* HTTP/1.0 */
	bool may_have_body;
};

/* tchar of RFC 9110 */
static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static size_t token_length(const char *s, size_t len)
{
	size_t n = 0;
	while (n < len && is_token_char(s[n]))
		n++;
	return n;
}

static bool line_is(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && !strncasecmp(s, word, len);
}

/* ---- the first line ---- */

static int head_method(const char *s, size_t len, struct head_facts *facts)
{
	static const struct {
		const char *name;
		bool body;
	} known[] = {
		{ "GET", false },  { "HEAD", false },	{ "POST", true },     { "PUT", true },
		{ "PATCH", true }, { "DELETE", false }, { "OPTIONS", false },
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (len == strlen(known[i].name) && !memcmp(s, known[i].name, len)) {
			facts->may_have_body = known[i].body;
			return HTTP_HEAD_GOOD;
		}
	}
	return 501;
}

/* A path with perhaps a query, as RFC 3986 allows it; no other form has a meaning here. "//" would be a host to some. */
static int head_target(const char *s, size_t len)
{
	if (len > TARGET_MAX)
		return 414;
	if (!len || s[0] != '/' || (len > 1 && s[1] == '/'))
		return 400;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%' && (i + 2 >= len || !is_hex(s[i + 1]) || !is_hex(s[i + 2])))
			return 400;
		if (s[i] <= ' ' || s[i] > '~' || strchr("\"#<>\\^`{|}", s[i]))
			return 400;
	}
	return HTTP_HEAD_GOOD;
}

static int head_version(const char *s, size_t len, struct head_facts *facts)
{
	if (len != 8 || memcmp(s, "HTTP/", 5) != 0 || s[6] != '.')
		return 400;
	if (s[5] != '1' || (s[7] != '0' && s[7] != '1'))
		return 505;
	facts->minor_0 = s[7] == '0';
	return HTTP_HEAD_GOOD;
}

/* METHOD SP target SP version, with exactly one blank between. */
static int head_first_line(struct line line, struct head_facts *facts)
{
	size_t method = token_length(line.s, line.len);
	const char *last = memrchr(line.s, ' ', line.len);
	if (!method || method == line.len || line.s[method] != ' ' || last == line.s + method)
		return 400;
	int wrong = head_version(last + 1, line.len - (size_t)(last + 1 - line.s), facts);
	if (!wrong)
		wrong = head_target(line.s + method + 1, (size_t)(last - line.s) - method - 1);
	if (!wrong)
		wrong = head_method(line.s, method, facts);
	return wrong;
}

/* ---- the others ---- */

static int head_length(struct line value, struct head_facts *facts)
{
	if (++facts->lengths > 1 || !value.len || value.len > 15)
		return 400;
	for (size_t i = 0; i < value.len; i++) {
		if (value.s[i] < '0' || value.s[i] > '9')
			return 400;
		facts->length = facts->length * 10 + (value.s[i] - '0');
	}
	return HTTP_HEAD_GOOD;
}

/* The lines that decide where a request ends, and those that may be there once. */
static int head_meaning(const char *name, size_t len, struct line value, struct head_facts *facts)
{
	if (line_is(name, len, "Content-Length"))
		return head_length(value, facts);
	if (line_is(name, len, "Transfer-Encoding"))
		return 411; /* who sends JSON knows how long it is */
	if (line_is(name, len, "Host"))
		return ++facts->hosts > 1 ? 400 : HTTP_HEAD_GOOD;
	if (line_is(name, len, "Expect"))
		return line_is(value.s, value.len, "100-continue") ? HTTP_HEAD_GOOD : 417;
	if (line_is(name, len, "Content-Encoding"))
		return 415;
	return HTTP_HEAD_GOOD;
}

static int head_line(struct line line, struct head_facts *facts)
{
	size_t name = token_length(line.s, line.len);
	if (!name || name == line.len || line.s[name] != ':')
		return 400;
	struct line value = { line.s + name + 1, line.len - name - 1 };
	for (size_t i = 0; i < value.len; i++)
		if (((unsigned char)value.s[i] < ' ' && value.s[i] != '\t') || value.s[i] == 0x7f)
			return 400;
	while (value.len && strchr(" \t", value.s[0])) {
		value.s++;
		value.len--;
	}
	while (value.len && strchr(" \t", value.s[value.len - 1]))
		value.len--;
	return head_meaning(line.s, name, value, facts);
}

/* ---- whole ---- */

/* The next line; false when its end is not there or is not CR LF. */
static bool head_next(const char **s, const char *end, struct line *line)
{
	const char *newline = memchr(*s, '\n', (size_t)(end - *s));
	if (!newline || newline == *s || newline[-1] != '\r')
		return false;
	line->s = *s;
	line->len = (size_t)(newline - 1 - *s);
	*s = newline + 1;
	return true;
}

static int head_body(const struct head_facts *facts, const struct http_head_limits *limits,
		     struct http_head *out)
{
	if (!facts->minor_0 && !facts->hosts)
		return 400;
	if (facts->length && !facts->may_have_body)
		return 400;
	if (facts->length > limits->body_bytes)
		return 413;
	out->body = facts->length;
	return HTTP_HEAD_GOOD;
}

static int head_lines(const char *s, const char *end, const struct http_head_limits *limits,
		      struct http_head *out)
{
	struct head_facts facts = { 0 };
	struct line line;
	int wrong = head_next(&s, end, &line) ? head_first_line(line, &facts) : 400;
	for (int lines = 0; !wrong && s < end; lines++) {
		if (!head_next(&s, end, &line))
			return 400;
		if (!line.len)
			break;
		wrong = lines < HEADERS_MAX ? head_line(line, &facts) : 431;
	}
	return wrong ? wrong : head_body(&facts, limits, out);
}

/* Of a head whose end isn't there yet only what can never become good is judged: its length, a line of another ending. */
static int head_unfinished(const char *s, size_t len, const struct http_head_limits *limits)
{
	const char *newline = memchr(s, '\n', len);
	if (newline && (newline == s || newline[-1] != '\r'))
		return 400;
	if ((int64_t)len <= limits->head_bytes)
		return HTTP_HEAD_MORE;
	return newline ? 431 : 414;
}

int http_head_check(const char *s, size_t len, const struct http_head_limits *limits, struct http_head *out)
{
	const char *end = memmem(s, len, "\r\n\r\n", 4);
	if (!end)
		return head_unfinished(s, len, limits);
	out->size = (size_t)(end + 4 - s);
	if ((int64_t)out->size > limits->head_bytes)
		return 431;
	return head_lines(s, s + out->size, limits, out);
}
