/* Networks of the settings and addresses of clients. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vonvay/network.h"

static void lists(void **state)
{
	static const char *const good[] = { "", " ", "127.0.0.1/32", "0.0.0.0/0 ::/0",
					    " 10.0.0.0/8\t2001:db8::/32 " };
	static const char *const bad[] = {
		"127.0.0.1",	"127.0.0.1/33", "127.0.0.1/-1", "127.0.0.1/",
		"127.0.0.1/8x", "::1/129",	"localhost/8",	"10.0.0.0/8,10.1.0.0/16",
		"/8",		"10.0.0/8",	"10.0.0.0/8 x",
	};
	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(networks_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(networks_valid(bad[i]));
}

static void members(void **state)
{
	static const char list[] = "10.1.0.0/15 192.0.2.7/32 2001:db8:1::/47";
	(void)state;
	assert_true(networks_contain(list, "10.0.255.1"));
	assert_true(networks_contain(list, "10.1.0.1"));
	assert_false(networks_contain(list, "10.2.0.1"));
	assert_true(networks_contain(list, "192.0.2.7"));
	assert_true(networks_contain(list, "::ffff:192.0.2.7"));
	assert_false(networks_contain(list, "192.0.2.8"));
	assert_true(networks_contain(list, "2001:db8:0:ffff::1"));
	assert_true(networks_contain(list, "2001:db8:1::1"));
	assert_false(networks_contain(list, "2001:db8:2::1"));
	assert_false(networks_contain(list, ""));
	assert_false(networks_contain("", "10.1.0.1"));
	assert_true(networks_contain("0.0.0.0/0", "10.1.0.1"));
	assert_false(networks_contain("0.0.0.0/0", "::1"));
}

static void houses(void **state)
{
	char out[ADDRESS_SIZE];
	(void)state;
	network_of_house("192.0.2.7", out);
	assert_string_equal(out, "192.0.2.7");
	network_of_house("::ffff:192.0.2.7", out);
	assert_string_equal(out, "192.0.2.7");
	network_of_house("2001:db8:1:2:3:4:5:6", out);
	assert_string_equal(out, "2001:db8:1:2::/64");
	network_of_house("unknown", out);
	assert_string_equal(out, "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(members),
		cmocka_unit_test(houses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
