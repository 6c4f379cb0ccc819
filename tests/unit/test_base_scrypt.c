/* scrypt: what another implementation gives, limits, and what is weaker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vonvay/crypto.h"
#include "vonvay/scrypt.h"

/* Given by Python's hashlib.scrypt. */
static void test_known_hash(void **state)
{
	struct scrypt how = { .log2_n = 14, .r = 8, .p = 1 };
	unsigned char hash[SCRYPT_HASH_SIZE];
	char hex[2 * SCRYPT_HASH_SIZE + 1];
	(void)state;
	memcpy(how.salt, "0123456789abcdef", SCRYPT_SALT_SIZE);
	assert_true(scrypt_hash(&how, "pleaseletmein", 13, hash));
	hex_encode(hash, sizeof hash, hex);
	assert_string_equal(hex, "c0e0654cbc76913bc39e533b19e46a2cf25268bf1d80ee8c6e26ab9fa5851c42");
}

static void test_everything_counts(void **state)
{
	struct scrypt how = { .log2_n = 10, .r = 1, .p = 1 }, other;
	unsigned char a[SCRYPT_HASH_SIZE], b[SCRYPT_HASH_SIZE];
	(void)state;
	assert_true(scrypt_hash(&how, "x", 1, a));
	assert_true(scrypt_hash(&how, "x", 1, b));
	assert_true(scrypt_equal(a, b));
	assert_true(scrypt_hash(&how, "y", 1, b));
	assert_false(scrypt_equal(a, b));
	other = how;
	other.salt[15] ^= 1;
	assert_true(scrypt_hash(&other, "x", 1, b));
	assert_false(scrypt_equal(a, b));
	other = how;
	other.p = 2;
	assert_true(scrypt_hash(&other, "x", 1, b));
	assert_false(scrypt_equal(a, b));
}

static void test_limits(void **state)
{
	static const struct {
		int log2_n, r, p;
		bool ok;
	} rows[] = {
		{ 10, 1, 1, true },  { 20, 32, 16, true }, { 9, 8, 1, false },	{ 21, 8, 1, false },
		{ 17, 0, 1, false }, { 17, 33, 1, false }, { 17, 8, 0, false }, { 17, 8, 17, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scrypt how = { .log2_n = rows[i].log2_n, .r = rows[i].r, .p = rows[i].p };
		assert_int_equal(scrypt_ok(&how), rows[i].ok);
	}
}

static void test_weaker(void **state)
{
	struct scrypt wanted = { .log2_n = 17, .r = 8, .p = 1 };
	struct scrypt less = { .log2_n = 16, .r = 8, .p = 1 }, same = { .log2_n = 16, .r = 8, .p = 2 };
	(void)state;
	assert_true(scrypt_weaker(&less, &wanted));
	assert_false(scrypt_weaker(&same, &wanted));
	assert_false(scrypt_weaker(&wanted, &less));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_hash),
		cmocka_unit_test(test_everything_counts),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_weaker),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
