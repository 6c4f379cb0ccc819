/* Heads of seals, their signature, keys in PEM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vonvay/seal.h"

/* RFC 8032, 7.1, test 1: the secret key 9d61b19d... and its public key d75a9801... in PEM. */
static const char private_pem[] = "-----BEGIN PRIVATE KEY-----\n"
				  "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
				  "-----END PRIVATE KEY-----\n";
static const char public_pem[] = "-----BEGIN PUBLIC KEY-----\n"
				 "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
				 "-----END PUBLIC KEY-----\n";
static const char rsa_like[] = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qY\n-----END PUBLIC KEY-----\n";

static struct seal_key *key_of(const char *pem, struct text *error)
{
	char path[] = "/tmp/vonvay-seal-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, pem, strlen(pem)), (ssize_t)strlen(pem));
	close(fd);
	struct seal_key *key = seal_key_new(path, error);
	unlink(path);
	return key;
}

static struct seal example(void)
{
	struct seal s = { .branch = 1,
			  .number = 7,
			  .closes = true,
			  .closed_at = "2026-06-29T17:00:01.123456Z",
			  .first = 101,
			  .last = 104,
			  .leaves = 12 };
	assert_true(date_make(2026, 6, 28, &s.from_day) && date_make(2026, 6, 29, &s.business_date));
	memset(s.root.bytes, 0xab, sizeof s.root.bytes);
	return s;
}

static void the_head_is_one_line(void **state)
{
	struct text head = { 0 };
	struct seal s = example();
	(void)state;
	seal_head(&s, &head);
	assert_string_equal(
		text_str(&head),
		"vonvayd-seal-1 1 7 2026-06-28 2026-06-29 1 2026-06-29T17:00:01.123456Z 101 104 12 "
		"abababababababababababababababababababababababababababababababab "
		"66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925 " /* of 32 zero bytes */
		"0000000000000000000000000000000000000000000000000000000000000000 0000000000000000");
	text_clear(&head);
}

static void a_signature_is_checked_with_the_key_of_its_id(void **state)
{
	struct text error = { 0 }, pem = { 0 }, head = { 0 };
	struct seal_public keys;
	struct seal s = example();
	unsigned char signature[SEAL_SIGNATURE_SIZE], id[SEAL_KEY_ID_SIZE];
	struct seal_key *key = key_of(private_pem, &error);
	(void)state;
	assert_non_null(key);
	seal_key_public(key, &pem);
	assert_string_equal(text_str(&pem), public_pem);
	seal_key_id(key, id);
	seal_head(&s, &head);
	seal_key_sign(key, &head, signature);
	assert_true(seal_public_parse(&keys, public_pem, &error));
	assert_int_equal(seal_public_find(&keys, id), 0);
	assert_true(seal_public_check(&keys, 0, &head, signature));
	signature[5] ^= 1;
	assert_false(seal_public_check(&keys, 0, &head, signature));
	signature[5] ^= 1;
	head.s[head.len - 1] ^= 1;
	assert_false(seal_public_check(&keys, 0, &head, signature));
	id[0] ^= 1;
	assert_int_equal(seal_public_find(&keys, id), -1);
	seal_key_free(key);
	text_clear(&pem);
	text_clear(&head);
	text_clear(&error);
}

static void what_is_no_key_is_refused(void **state)
{
	struct text error = { 0 }, two = { 0 };
	struct seal_public keys;
	(void)state;
	assert_null(key_of(public_pem, &error));
	assert_null(key_of("", &error));
	assert_null(seal_key_new("/nowhere/seal.pem", &error));
	assert_non_null(strstr(text_str(&error), "/nowhere/seal.pem"));
	assert_false(seal_public_parse(&keys, "", &error));
	assert_false(seal_public_parse(&keys, private_pem, &error));
	assert_false(seal_public_parse(&keys, rsa_like, &error));
	text_add(&two, public_pem);
	text_add(&two, public_pem);
	assert_true(seal_public_parse(&keys, text_str(&two), &error));
	assert_int_equal(keys.count, 2);
	text_add(&two, rsa_like);
	assert_false(seal_public_parse(&keys, text_str(&two), &error));
	text_clear(&two);
	text_clear(&error);
}

static void the_salt_follows_from_the_chain(void **state)
{
	struct text error = { 0 };
	struct merkle_hash a = { { 1 } }, b = { { 2 } };
	unsigned char one[SHA256_SIZE], again[SHA256_SIZE], other[SHA256_SIZE], blind[SEAL_BLIND_SIZE];
	struct seal_key *key = key_of(private_pem, &error);
	(void)state;
	seal_key_salt(key, &a, one);
	seal_key_salt(key, &a, again);
	seal_key_salt(key, &b, other);
	assert_memory_equal(one, again, sizeof one);
	assert_memory_not_equal(one, other, sizeof one);
	struct merkle_hash leaf = seal_leaf(one, "[]", 2, blind);
	struct merkle_hash same = merkle_leaf(blind, sizeof blind, "[]", 2);
	assert_true(merkle_same(&leaf, &same));
	struct merkle_hash blinded = seal_leaf(other, "[]", 2, blind);
	assert_false(merkle_same(&leaf, &blinded));
	seal_key_free(key);
	text_clear(&error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_is_one_line),
		cmocka_unit_test(a_signature_is_checked_with_the_key_of_its_id),
		cmocka_unit_test(what_is_no_key_is_refused),
		cmocka_unit_test(the_salt_follows_from_the_chain),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
