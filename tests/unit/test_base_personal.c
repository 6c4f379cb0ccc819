/* Personal data: how values are written, that they open at their place alone, what is shown of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vonvay/personal.h"

static void normal(enum personal_field field, const char *value, const char *wanted)
{
	personal_text out;
	assert_null(personal_normalise(field, value, out));
	assert_string_equal(out, wanted);
}

static void values_are_kept_in_one_form(void **state)
{
	(void)state;
	normal(PERSONAL_CITIZEN_ID, "046 185-000.017", "046185000017");
	normal(PERSONAL_CITIZEN_ID, " 191234567 ", "191234567");
	normal(PERSONAL_TELEPHONE, "0905.111.222", "0905111222");
	normal(PERSONAL_TELEPHONE, "+84 905 111 222", "0905111222");
	normal(PERSONAL_TELEPHONE, "(0234) 3-878-111", "02343878111");
	normal(PERSONAL_TELEPHONE, "+856 20 5551 2345", "+8562055512345");
	normal(PERSONAL_ADDRESS, "  Hồng Kim 12 ", "Hồng Kim 12");
}

static void wrong_values_are_told_without_being_repeated(void **state)
{
	static const struct {
		enum personal_field field;
		const char *value;
	} wrong[] = {
		{ PERSONAL_CITIZEN_ID, "04618500001" },	 { PERSONAL_CITIZEN_ID, "0461850000171" },
		{ PERSONAL_CITIZEN_ID, "04618500001x" }, { PERSONAL_CITIZEN_ID, " .-" },
		{ PERSONAL_TELEPHONE, "12345678" },	 { PERSONAL_TELEPHONE, "1234567890123456" },
		{ PERSONAL_TELEPHONE, "0905+111222" },	 { PERSONAL_ADDRESS, "   " },
	};
	personal_text out;
	char lengthy[PERSONAL_BYTES_MAX + 2];
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *message = personal_normalise(wrong[i].field, wrong[i].value, out);
		assert_non_null(message);
		assert_null(strstr(message, wrong[i].value));
	}
	memset(lengthy, '1', sizeof lengthy - 1);
	lengthy[sizeof lengthy - 1] = '\0';
	for (int f = 0; f < PERSONAL_FIELDS; f++)
		assert_string_equal(personal_normalise((enum personal_field)f, lengthy, out),
				    "longer than 300 bytes");
}

static void a_mask_leaves_little(void **state)
{
	personal_text out;
	(void)state;
	personal_mask(PERSONAL_CITIZEN_ID, "046012345612", out);
	assert_string_equal(out, "0460******12");
	personal_mask(PERSONAL_CITIZEN_ID, "191234567", out);
	assert_string_equal(out, "19*****67");
	personal_mask(PERSONAL_TELEPHONE, "0905111222", out);
	assert_string_equal(out, "09******22");
	personal_mask(PERSONAL_ADDRESS, "Hồng Kim 12", out);
	assert_string_equal(out, "***");
}

static struct data_keys keys_of(int current, int other)
{
	struct data_keys keys = { .count = other ? 2 : 1 };
	unsigned char secret[DATA_KEY_SIZE];
	memset(secret, current, sizeof secret);
	data_key_derive(&keys.key[0], secret);
	memset(secret, other, sizeof secret);
	if (other)
		data_key_derive(&keys.key[1], secret);
	return keys;
}

/* "sealed" of what personal_seal() writes. */
static size_t sealed_of(const char *json, unsigned char *out)
{
	const char *hex = strstr(json, "\"sealed\":\"");
	char digits[2 * (PERSONAL_BYTES_MAX + SEAL_OVERHEAD) + 1];
	assert_non_null(hex);
	hex += strlen("\"sealed\":\"");
	size_t len = strcspn(hex, "\"");
	snprintf(digits, sizeof digits, "%.*s", (int)len, hex);
	assert_true(hex_decode(digits, out, len / 2));
	return len / 2;
}

static size_t seal(const struct data_keys *keys, const struct personal_place *place, const char *value,
		   unsigned char *out)
{
	struct text json = { 0 };
	struct jw w = jw_start(&json);
	jw_object(&w, NULL);
	personal_seal(keys, place, value, &w);
	jw_end(&w);
	size_t len = sealed_of(json.s, out);
	text_clear(&json);
	return len;
}

static void a_value_opens_at_its_place_alone(void **state)
{
	const struct personal_place place = { 1, 21, 2, PERSONAL_CITIZEN_ID };
	const struct personal_place others[] = { { 2, 21, 2, PERSONAL_CITIZEN_ID },
						 { 1, 22, 2, PERSONAL_CITIZEN_ID },
						 { 1, 21, 3, PERSONAL_CITIZEN_ID },
						 { 1, 21, 2, PERSONAL_TELEPHONE } };
	struct data_keys keys = keys_of(1, 0), both = keys_of(2, 1), other = keys_of(2, 0);
	unsigned char sealed[PERSONAL_BYTES_MAX + SEAL_OVERHEAD];
	personal_text value;
	(void)state;
	size_t len = seal(&keys, &place, "046185000017", sealed);
	assert_true(personal_open(&keys, &place, sealed, len, value));
	assert_string_equal(value, "046185000017");
	assert_true(personal_open(&both, &place, sealed, len, value));
	assert_false(personal_open(&other, &place, sealed, len, value));
	assert_false(personal_open(&keys, &place, sealed, SEAL_OVERHEAD - 1, value));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(personal_open(&keys, &others[i], sealed, len, value));
	for (int i = 0; i < 4; i++) { /* under the name of another key */
		unsigned char renamed[sizeof sealed];
		memcpy(renamed, sealed, len);
		renamed[i] ^= 1;
		assert_false(personal_open(&both, &place, renamed, len, value));
	}
}

static void a_value_is_known_by_the_hash_of_every_key(void **state)
{
	const struct personal_place place = { 1, 21, 2, PERSONAL_CITIZEN_ID };
	struct data_keys keys = keys_of(2, 1);
	struct text json = { 0 };
	struct jw w = jw_start(&json);
	(void)state;
	jw_object(&w, NULL);
	personal_seal(&keys, &place, "046185000017", &w);
	jw_end(&w);
	for (int i = 0; i < keys.count; i++) {
		unsigned char hash[SHA256_SIZE];
		char wanted[32 + SHA256_HEX_SIZE], hex[SHA256_HEX_SIZE];
		personal_hash(&keys.key[i], PERSONAL_CITIZEN_ID, "046185000017", hash);
		hex_encode(hash, sizeof hash, hex);
		snprintf(wanted, sizeof wanted, i ? "\"known\":[\"%s\"]" : "\"hash\":\"%s\"", hex);
		assert_non_null(strstr(json.s, wanted));
	}
	assert_null(strstr(json.s, "046185000017"));
	text_clear(&json);
}

static void addresses_are_compared_without_commas_and_case(void **state)
{
	struct data_keys keys = keys_of(1, 0);
	unsigned char a[SHA256_SIZE], b[SHA256_SIZE];
	(void)state;
	personal_hash(&keys.key[0], PERSONAL_ADDRESS, "Hồng Kim,  A Lưới", a);
	personal_hash(&keys.key[0], PERSONAL_ADDRESS, "hồng kim A lưới.", b);
	assert_memory_equal(a, b, sizeof a);
	personal_hash(&keys.key[0], PERSONAL_ADDRESS, "hồng kimA lưới", b);
	assert_memory_not_equal(a, b, sizeof a);
}

static void pieces_of_files_open_at_their_place_alone(void **state)
{
	struct data_keys keys = keys_of(1, 0);
	struct text sealed = { 0 }, digest = { 0 }, again = { 0 };
	unsigned char bytes[64 + SEAL_OVERHEAD], *plain;
	(void)state;
	personal_piece_seal(&keys, 7, 100, "record,household\n", 17, &sealed, &digest);
	assert_int_equal(sealed.len, 2 * (17 + SEAL_OVERHEAD));
	assert_true(hex_decode(sealed.s, bytes, 17 + SEAL_OVERHEAD));
	plain = personal_piece_open_new(&keys, 7, 100, bytes, 17 + SEAL_OVERHEAD);
	assert_memory_equal(plain, "record,household\n", 17);
	free(plain);
	assert_null(personal_piece_open_new(&keys, 8, 100, bytes, 17 + SEAL_OVERHEAD));
	assert_null(personal_piece_open_new(&keys, 7, 101, bytes, 17 + SEAL_OVERHEAD));
	text_reset(&sealed);
	personal_piece_seal(&keys, 7, 100, "record,household\n", 17, &sealed, &again);
	assert_string_equal(digest.s, again.s);
	text_clear(&sealed);
	text_clear(&digest);
	text_clear(&again);
}

/* ---- the ring ---- */

static char folder[] = "/tmp/vv-keys.XXXXXX";

static void put_key(const char *name, char digit)
{
	char path[64];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	for (int i = 0; i < 64; i++)
		fputc(digit, f);
	fclose(f);
}

static void keys_are_loaded_as_a_ring(void **state)
{
	struct data_keys keys;
	struct text error = { 0 };
	(void)state;
	assert_true(data_keys_load(&keys, "", " ", &error));
	assert_int_equal(keys.count, 0);
	assert_true(data_keys_load(&keys, "a", " b  c ", &error));
	assert_int_equal(keys.count, 3);
	assert_ptr_equal(data_keys_find(&keys, keys.key[2].id), &keys.key[2]);
	assert_null(data_keys_find(&keys, keys.key[0].id ^ 1));
	assert_false(data_keys_load(&keys, "a", "b a", &error));
	assert_non_null(strstr(error.s, "twice"));
	assert_int_equal(keys.count, 0);
	text_reset(&error);
	assert_false(data_keys_load(&keys, "a", "nowhere", &error));
	assert_non_null(strstr(error.s, "nowhere"));
	text_reset(&error);
	assert_false(data_keys_load(&keys, "", "a", &error));
	assert_non_null(strstr(error.s, "no current one"));
	text_clear(&error);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	put_key("a", 'a');
	put_key("b", 'b');
	put_key("c", 'c');
	return setenv("CREDENTIALS_DIRECTORY", folder, 1);
}

static int teardown(void **state)
{
	static const char *const names[] = { "a", "b", "c" };
	char path[64];
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_kept_in_one_form),
		cmocka_unit_test(wrong_values_are_told_without_being_repeated),
		cmocka_unit_test(a_mask_leaves_little),
		cmocka_unit_test(a_value_opens_at_its_place_alone),
		cmocka_unit_test(a_value_is_known_by_the_hash_of_every_key),
		cmocka_unit_test(addresses_are_compared_without_commas_and_case),
		cmocka_unit_test(pieces_of_files_open_at_their_place_alone),
		cmocka_unit_test(keys_are_loaded_as_a_ring),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
