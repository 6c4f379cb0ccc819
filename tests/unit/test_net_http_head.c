/* Heads of HTTP requests: what is good, and with which status everything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vonvay/http_head.h"

static const struct http_head_limits limits = { 1024, 1000 };

#define GET "GET /x HTTP/1.1\r\nHost: h\r\n"
#define POST "POST /rpc HTTP/1.1\r\nHost: h\r\n"
#define END "\r\n"

static const struct {
	const char *head;
	int result;
	int body;
} rows[] = {
	{ GET END, 0, 0 },
	{ "GET / HTTP/1.0\r\n\r\n", 0, 0 },
	{ "GET /metrics?a=b&c=%20 HTTP/1.1\r\nhOST:h\r\n\r\n", 0, 0 },
	{ "OPTIONS /rpc HTTP/1.1\r\nHost: h\r\n\r\n", 0, 0 },
	{ POST "Content-Length: 12\r\n" END, 0, 12 },
	{ POST "content-length:\t12 \r\n" END, 0, 12 },
	{ POST "Content-Length: 0\r\n" END, 0, 0 },
	{ POST "Content-Length: 1000\r\n" END, 0, 1000 },
	{ GET "Content-Length: 0\r\n" END, 0, 0 },
	{ POST "Expect: 100-continue\r\nContent-Length: 1\r\n" END, 0, 1 },
	{ GET "X: \xc3\xa9\t~\r\n" END, 0, 0 },
	/* where the body ends must not be a matter of opinion */
	{ POST "Content-Length: 1001\r\n" END, 413, 0 },
	{ POST "Content-Length: 999999999999999\r\n" END, 413, 0 },
	{ POST "Content-Length: 9999999999999999\r\n" END, 400, 0 },
	{ POST "Content-Length: 3\r\nContent-Length: 3\r\n" END, 400, 0 },
	{ POST "Content-Length: 3\r\nContent-Length: 4\r\n" END, 400, 0 },
	{ POST "Content-Length: 3, 3\r\n" END, 400, 0 },
	{ POST "Content-Length: +3\r\n" END, 400, 0 },
	{ POST "Content-Length: -3\r\n" END, 400, 0 },
	{ POST "Content-Length: 0x3\r\n" END, 400, 0 },
	{ POST "Content-Length: \r\n" END, 400, 0 },
	{ POST "Content-Length : 3\r\n" END, 400, 0 },
	{ POST " Content-Length: 3\r\n" END, 400, 0 },
	{ POST "Content-Length\r\n" END, 400, 0 },
	{ POST "Transfer-Encoding: chunked\r\n" END, 411, 0 },
	{ POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n" END, 411, 0 },
	{ POST "Content-Length: 3\r\nTransfer-Encoding: identity\r\n" END, 411, 0 },
	{ POST "Transfer-Encoding: \tchunked\r\n" END, 411, 0 },
	{ GET "Content-Length: 3\r\n" END, 400, 0 },
	{ "HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n", 400, 0 },
	{ "DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n", 400, 0 },
	{ POST "Content-Encoding: gzip\r\nContent-Length: 3\r\n" END, 415, 0 },
	{ POST "Expect: something\r\n" END, 417, 0 },
	/* lines */
	{ "GET /x HTTP/1.1\nHost: h\n\n", 400, 0 },
	{ "GET /x HTTP/1.1\r\nHost: h\nX: 1\r\n\r\n", 400, 0 },
	{ GET "X: a\rb\r\n" END, 400, 0 },
	{ GET "X: 1\r\n folded\r\n" END, 400, 0 },
	{ GET "X: \x01\r\n" END, 400, 0 },
	{ GET "X: \x7f\r\n" END, 400, 0 },
	{ GET "X Y: 1\r\n" END, 400, 0 },
	{ GET ": 1\r\n" END, 400, 0 },
	{ GET "\xc3\xa9: 1\r\n" END, 400, 0 },
	{ "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "\n", 400, 0 },
	/* hosts */
	{ "GET /x HTTP/1.1\r\n\r\n", 400, 0 },
	{ GET "Host: h\r\n" END, 400, 0 },
	{ "GET /x HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, 0 },
	/* first lines */
	{ "GET  /x HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x  HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x HTTP/1.1 \r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET\r\n\r\n", 400, 0 },
	{ "GET HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET http://h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET //h/x HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x#y HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x%2 HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /x%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /\xc3\xa9 HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "GET /<x> HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "get /x HTTP/1.1\r\nHost: h\r\n\r\n", 501, 0 },
	{ "TRACE /x HTTP/1.1\r\nHost: h\r\n\r\n", 501, 0 },
	{ "CONNECT /x HTTP/1.1\r\nHost: h\r\n\r\n", 501, 0 },
	{ "GET /x HTTP/1.2\r\nHost: h\r\n\r\n", 505, 0 },
	{ "GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 505, 0 },
	{ "GET /x http/1.1\r\nHost: h\r\n\r\n", 400, 0 },
	{ "PRI * HTTP/2.0\r\n\r\n", 505, 0 },
	/* not complete */
	{ "", 1, 0 },
	{ "G", 1, 0 },
	{ "GET /x HTTP/1.1\r\nHost: h\r\n", 1, 0 },
	{ "GET /x HTTP/1.1\r\nHost: h\r\n\r", 1, 0 },
};

static void every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_head head = { 0 };
		int result = http_head_check(rows[i].head, strlen(rows[i].head), &limits, &head);
		if (result != rows[i].result)
			fail_msg("%d, not %d: %s", result, rows[i].result, rows[i].head);
		if (!result) {
			assert_int_equal(head.size, strlen(rows[i].head));
			assert_int_equal(head.body, rows[i].body);
		}
	}
}

static void what_follows_is_not_its_own(void **state)
{
	static const char two[] = POST "Content-Length: 3\r\n" END "abcGET / HTTP/1.1\r\n";
	struct http_head head;
	(void)state;
	assert_int_equal(http_head_check(two, sizeof two - 1, &limits, &head), 0);
	assert_int_equal(head.size, strlen(POST "Content-Length: 3\r\n" END));
	assert_int_equal(head.body, 3);
}

static void a_nul_is_no_end(void **state)
{
	static const char in_value[] = GET "X: a\0b\r\n" END,
			  in_target[] = "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n",
			  in_name[] = GET "X\0: b\r\n" END,
			  in_method[] = "GET\0 / HTTP/1.1\r\nHost: h\r\n\r\n";
	struct http_head head;
	(void)state;
	assert_int_equal(http_head_check(in_value, sizeof in_value - 1, &limits, &head), 400);
	assert_int_equal(http_head_check(in_target, sizeof in_target - 1, &limits, &head), 400);
	assert_int_equal(http_head_check(in_name, sizeof in_name - 1, &limits, &head), 400);
	assert_int_equal(http_head_check(in_method, sizeof in_method - 1, &limits, &head), 400);
}

/* Memory of exactly its size, so that a reader beyond it is found by the sanitizers. */
static int check_exactly(const char *s, size_t len)
{
	struct http_head head;
	char *copy = malloc(len ? len : 1);
	assert_non_null(copy);
	memcpy(copy, s, len);
	int result = http_head_check(copy, len, &limits, &head);
	free(copy);
	return result;
}

static void too_long(void **state)
{
	char text[4096];
	(void)state;
	memset(text, 'a', sizeof text);
	memcpy(text, "GET /", 5);
	assert_int_equal(check_exactly(text, 1024), 1);
	assert_int_equal(check_exactly(text, 1025), 414);
	int n = snprintf(text, sizeof text, GET "X: ");
	memset(text + n, 'b', sizeof text - (size_t)n);
	assert_int_equal(check_exactly(text, 1024), 1);
	assert_int_equal(check_exactly(text, 1025), 431);
	memcpy(text + 1100, "\r\n\r\n", 4);
	assert_int_equal(check_exactly(text, 1104), 431);
	memcpy(text + 1020, "\r\n\r\n", 4);
	assert_int_equal(check_exactly(text, 1024), 0);
}

static void too_many_lines(void **state)
{
	char text[1024];
	int n = snprintf(text, sizeof text, GET);
	(void)state;
	for (int i = 1; i < 100; i++)
		n += snprintf(text + n, sizeof text - (size_t)n, "a:1\r\n");
	memcpy(text + n, "\r\n", 3);
	assert_int_equal(check_exactly(text, strlen(text)), 0);
	memcpy(text + n, "a:1\r\n\r\n", 8);
	assert_int_equal(check_exactly(text, strlen(text)), 431);
}

/* Whatever comes in pieces is judged as if it came at once: a piece is never good, and bad only if the whole is. */
static void pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t len = strlen(rows[i].head);
		for (size_t part = 0; part < len; part++) {
			int result = check_exactly(rows[i].head, part);
			if (result != 1)
				assert_int_equal(rows[i].result, 400);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row),	   cmocka_unit_test(what_follows_is_not_its_own),
		cmocka_unit_test(a_nul_is_no_end), cmocka_unit_test(too_long),
		cmocka_unit_test(too_many_lines),  cmocka_unit_test(pieces),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
