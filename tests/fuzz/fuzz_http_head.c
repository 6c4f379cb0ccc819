/* The head of an HTTP request, judged the same however much of what follows is there already. */
#include <string.h>

#include "fuzz.h"
#include "vonvay/http_head.h"

#define HEAD_BYTES 1024
#define BODY_BYTES 65536

static void check_good(const char *s, size_t len, const struct http_head *head)
{
	FUZZ_CHECK(head->size >= 4 && head->size <= len && head->size <= HEAD_BYTES);
	FUZZ_CHECK(!memcmp(s + head->size - 4, "\r\n\r\n", 4));
	FUZZ_CHECK(head->body >= 0 && head->body <= BODY_BYTES);
	FUZZ_CHECK(!memchr(s, '\0', head->size));
}

int fuzz_one(const uint8_t *data, size_t size)
{
	static const struct http_head_limits limits = { HEAD_BYTES, BODY_BYTES };
	const char *s = (const char *)data;
	struct http_head head = { 0 }, again = { 0 };
	int result = http_head_check(s, size, &limits, &head);
	FUZZ_CHECK(result == HTTP_HEAD_GOOD || result == HTTP_HEAD_MORE || (result >= 400 && result <= 505));
	/* a head that is too long or has too long a body is refused, never waited for */
	FUZZ_CHECK(result != HTTP_HEAD_MORE || size <= HEAD_BYTES);
	if (result != HTTP_HEAD_GOOD)
		return 0;
	check_good(s, size, &head);
	/* the body says nothing about the head, and without its last byte a head is not complete */
	FUZZ_CHECK(http_head_check(s, head.size, &limits, &again) == HTTP_HEAD_GOOD);
	FUZZ_CHECK(again.size == head.size && again.body == head.body);
	FUZZ_CHECK(http_head_check(s, head.size - 1, &limits, &again) == HTTP_HEAD_MORE);
	return 0;
}
