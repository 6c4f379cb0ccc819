/* Short ways for the tests of the domain to write dates and đồng, and to compare them. */
#ifndef DOMAIN_TEST_H
#define DOMAIN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "vonvay/date.h"
#include "vonvay/interest.h"

#define TEST(name) cmocka_unit_test(name)
#define DONG(n) ((struct money){ n })

static inline struct date day(const char *text)
{
	struct date d = DATE_NONE;

	if (!date_parse(text, &d))
		fail_msg("the test has no date '%s'", text);
	return d;
}

static inline void assert_date_at(struct date d, const char *expected, const char *file, int line)
{
	char text[DATE_TEXT_SIZE] = "none";

	if (date_cmp(d, DATE_EVER) == 0)
		strcpy(text, "ever");
	else if (!date_is_none(d))
		date_format(d, text);
	_assert_string_equal(text, expected, file, line);
}
#define assert_date(d, expected) assert_date_at(d, expected, __FILE__, __LINE__)

static inline void assert_dong_at(struct money m, int64_t expected, const char *file, int line)
{
	if (m.dong != expected)
		print_error("%lld is not %lld\n", (long long)m.dong, (long long)expected);
	_assert_true(m.dong == expected, "đồng", file, line);
}
#define assert_dong(m, expected) assert_dong_at(m, expected, __FILE__, __LINE__)

#endif
