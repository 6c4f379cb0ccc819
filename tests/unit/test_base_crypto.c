/* Digests by published vectors; keys of writes; sealing of personal data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vonvay/crypto.h"

static void sha256_of_abc(void **state)
{
	unsigned char digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	(void)state;
	sha256("abc", 3, digest);
	hex_encode(digest, sizeof digest, hex);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); /* FIPS 180-2 */
}

static void hmac_of_rfc_4231_case_2(void **state)
{
	unsigned char digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	(void)state;
	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, digest);
	hex_encode(digest, sizeof digest, hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hex_takes_exactly_its_digits(void **state)
{
	unsigned char out[2];
	(void)state;
	assert_true(hex_decode("0aFf", out, 2));
	assert_int_equal(out[0], 0x0a);
	assert_int_equal(out[1], 0xff);
	assert_false(hex_decode("0aF", out, 2));
	assert_false(hex_decode("0aFf0", out, 2));
	assert_false(hex_decode("0aFg", out, 2));
	assert_false(hex_decode("", out, 2));
}

static void uuid7_is_told_from_others(void **state)
{
	(void)state;
	assert_true(uuid7_check("01890a5d-ac96-774b-bcce-b302099a8057"));
	assert_true(uuid7_check("01890A5D-AC96-774B-8CCE-B302099A8057"));
	assert_false(uuid7_check("01890a5d-ac96-474b-bcce-b302099a8057")); /* version 4 */
	assert_false(uuid7_check("01890a5d-ac96-774b-7cce-b302099a8057")); /* variant */
	assert_false(uuid7_check("01890a5dac96774bbcceb302099a8057"));
	assert_false(uuid7_check("01890a5d-ac96-774b-bcce-b302099a805"));
	assert_false(uuid7_check("01890a5d-ac96-774b-bcce-b302099a80577"));
	assert_false(uuid7_check(""));
}

static struct data_key key_of(unsigned char fill)
{
	struct data_key key;
	unsigned char secret[DATA_KEY_SIZE];
	memset(secret, fill, sizeof secret);
	data_key_derive(&key, secret);
	return key;
}

static void hkdf_of_rfc_5869_case_3(void **state)
{
	unsigned char secret[22], out[42], wanted[42];
	(void)state;
	memset(secret, 0x0b, sizeof secret);
	assert_true(hex_decode("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
			       "9d201395faa4b61a96c8",
			       wanted, sizeof wanted));
	hkdf_sha256(secret, sizeof secret, "", out, sizeof out);
	assert_memory_equal(out, wanted, sizeof out);
}

/* Test case 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", as we store it: id, nonce, text, tag. */
static void aes_256_gcm_opens_its_test_vector(void **state)
{
	struct data_key key = { .id = 0x01020304 };
	unsigned char sealed[60 + SEAL_OVERHEAD], plain[60], wanted[60];
	(void)state;
	assert_true(hex_decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", key.seal,
			       sizeof key.seal));
	assert_true(hex_decode("01020304"
			       "cafebabefacedbaddecaf888"
			       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
			       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
			       "76fc6ece0f4e1768cddf8853bb2d551b",
			       sealed, sizeof sealed));
	assert_true(hex_decode("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
			       "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			       wanted, sizeof wanted));
	assert_int_equal(data_sealed_by(sealed, sizeof sealed), 0x01020304);
	assert_true(data_open(&key, sealed, sizeof sealed,
			      "\xfe\xed\xfa\xce\xde\xad\xbe\xef\xfe\xed\xfa\xce\xde\xad\xbe\xef\xab\xad\xda\xd2",
			      plain));
	assert_memory_equal(plain, wanted, sizeof plain);
}

/* Made with Python's hmac: HKDF and HMAC by RFC 5869 and 2104, from 32 bytes of 1. */
static void a_data_key_gives_three_things(void **state)
{
	struct data_key key = key_of(1);
	unsigned char hash[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	(void)state;
	assert_int_equal(key.id, 0x64ea5142);
	hex_encode(key.seal, sizeof key.seal, hex);
	assert_string_equal(hex, "7d0c6057431472aec4691c28d0452a28906160b95ce7fbcb553c4a0792cccace");
	hex_encode(key.hash, sizeof key.hash, hex);
	assert_string_equal(hex, "4abc36957a690c378f8ddf7e018cc0736becd7a70684110b27382cde5c75f8b0");
	data_hash(&key, "citizen_id", "046090012345", 12, hash);
	hex_encode(hash, sizeof hash, hex);
	assert_string_equal(hex, "cd880f4457d98f465aa26e542796c1f8e193f65583ed335607de2758e3563022");
}

static void sealed_values_open_again(void **state)
{
	struct data_key key = key_of(1);
	unsigned char sealed[12 + SEAL_OVERHEAD], again[12 + SEAL_OVERHEAD], plain[12];
	(void)state;
	data_seal(&key, "046090012345", 12, "citizen_id 7", sealed);
	data_seal(&key, "046090012345", 12, "citizen_id 7", again);
	assert_memory_not_equal(sealed, again, sizeof sealed); /* a nonce of its own each time */
	assert_true(data_open(&key, sealed, sizeof sealed, "citizen_id 7", plain));
	assert_memory_equal(plain, "046090012345", 12);
}

static void sealed_values_open_for_nothing_else(void **state)
{
	struct data_key key = key_of(1), other = key_of(2);
	unsigned char sealed[3 + SEAL_OVERHEAD], plain[3 + SEAL_OVERHEAD];
	(void)state;
	data_seal(&key, "abc", 3, "a", sealed);
	assert_false(data_open(&key, sealed, sizeof sealed, "b", plain));
	assert_false(data_open(&key, sealed, sizeof sealed, "", plain));
	assert_false(data_open(&other, sealed, sizeof sealed, "a", plain));
	assert_false(data_open(&key, sealed, SEAL_OVERHEAD - 1, "a", plain));
	for (size_t i = 0; i < sizeof sealed; i++) {
		sealed[i] ^= 1;
		assert_false(data_open(&key, sealed, sizeof sealed, "a", plain));
		sealed[i] ^= 1;
	}
	assert_true(data_open(&key, sealed, sizeof sealed, "a", plain));
}

static void hashes_depend_on_key_kind_and_value(void **state)
{
	struct data_key key = key_of(1), other = key_of(2);
	unsigned char a[SHA256_SIZE], b[SHA256_SIZE];
	(void)state;
	data_hash(&key, "citizen_id", "1", 1, a);
	data_hash(&key, "citizen_id", "1", 1, b);
	assert_memory_equal(a, b, sizeof a);
	data_hash(&other, "citizen_id", "1", 1, b);
	assert_memory_not_equal(a, b, sizeof a);
	data_hash(&key, "phone", "1", 1, b);
	assert_memory_not_equal(a, b, sizeof a);
	data_hash(&key, "citizen_id", "2", 1, b);
	assert_memory_not_equal(a, b, sizeof a);
}

/* Writes `content` to a file of its own and loads it as a key. */
static bool load_key(const void *content, size_t len, struct data_key *key, bool as_credential)
{
	char folder[] = "/tmp/vv-key.XXXXXX", path[64];
	struct text error = { 0 };
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/data.key", folder);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(content, 1, len, f), len);
	fclose(f);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	bool ok = data_key_load(key, as_credential ? "data.key" : path, &error);
	assert_int_equal(ok, error.len == 0);
	text_clear(&error);
	unsetenv("CREDENTIALS_DIRECTORY");
	unlink(path);
	rmdir(folder);
	return ok;
}

static void keys_are_32_bytes_or_64_digits(void **state)
{
	static const char digits[] = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F\n";
	struct data_key raw, hex;
	unsigned char bytes[DATA_KEY_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)i;
	assert_true(load_key(bytes, 32, &raw, false));
	assert_true(load_key(digits, 65, &hex, false));
	assert_memory_equal(raw.seal, hex.seal, DATA_KEY_SIZE);
	assert_memory_equal(raw.hash, hex.hash, DATA_KEY_SIZE);
	assert_int_equal(raw.id, hex.id);
	assert_true(load_key(digits, 64, &hex, true));
	assert_int_equal(raw.id, hex.id);
	assert_false(load_key(bytes, 31, &raw, false));
	assert_false(load_key(bytes, 0, &raw, false));
	assert_false(load_key(digits, 63, &raw, false));
	assert_false(load_key("g00102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F", 64, &raw,
			      false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_abc),
		cmocka_unit_test(hmac_of_rfc_4231_case_2),
		cmocka_unit_test(hkdf_of_rfc_5869_case_3),
		cmocka_unit_test(aes_256_gcm_opens_its_test_vector),
		cmocka_unit_test(a_data_key_gives_three_things),
		cmocka_unit_test(hex_takes_exactly_its_digits),
		cmocka_unit_test(uuid7_is_told_from_others),
		cmocka_unit_test(sealed_values_open_again),
		cmocka_unit_test(sealed_values_open_for_nothing_else),
		cmocka_unit_test(hashes_depend_on_key_kind_and_value),
		cmocka_unit_test(keys_are_32_bytes_or_64_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
