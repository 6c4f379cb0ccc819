/* Merkle trees by the vectors of RFC 6962 (those of certificate-transparency); paths; pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vonvay/merkle.h"

#define LEAVES 8
#define MANY 2100

static const char *const inputs[LEAVES] = {
	"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
};

static const char *const roots[LEAVES + 1] = {
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
	"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
	"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
	"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
	"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
	"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static struct merkle_hash merkle_of_hex(const char *hex)
{
	unsigned char bytes[16];
	size_t len = strlen(hex) / 2;
	assert_true(hex_decode(hex, bytes, len));
	return merkle_leaf(NULL, 0, bytes, len);
}

static void assert_hash(const struct merkle_hash *hash, const char *expected)
{
	char hex[SHA256_HEX_SIZE];
	hex_encode(hash->bytes, sizeof hash->bytes, hex);
	assert_string_equal(hex, expected);
}

static void roots_of_the_rfc(void **state)
{
	struct merkle_hash leaves[LEAVES];
	(void)state;
	for (size_t i = 0; i < LEAVES; i++)
		leaves[i] = merkle_of_hex(inputs[i]);
	for (size_t n = 0; n <= LEAVES; n++) {
		struct merkle_hash root = merkle_root(leaves, n);
		assert_hash(&root, roots[n]);
	}
}

/* RFC 6962, 2.1.3: of seven leaves the path of d0 is [b, h, l], of d3 [c, g, l], of d4 [f, j, k], of d6 [i, k]. */
static void paths_of_the_rfc(void **state)
{
	struct merkle_hash d[7], path[MERKLE_PATH_MAX];
	(void)state;
	for (size_t i = 0; i < 7; i++)
		d[i] = merkle_of_hex(inputs[i]);
	struct merkle_hash g = merkle_node(&d[0], &d[1]), h = merkle_node(&d[2], &d[3]),
			   i = merkle_node(&d[4], &d[5]), k = merkle_node(&g, &h);
	assert_int_equal(merkle_path(d, 7, 0, path), 3);
	assert_true(merkle_same(&path[0], &d[1]) && merkle_same(&path[1], &h));
	assert_int_equal(merkle_path(d, 7, 3, path), 3);
	assert_true(merkle_same(&path[0], &d[2]) && merkle_same(&path[1], &g));
	assert_int_equal(merkle_path(d, 7, 4, path), 3);
	assert_true(merkle_same(&path[0], &d[5]) && merkle_same(&path[1], &d[6]) && merkle_same(&path[2], &k));
	assert_int_equal(merkle_path(d, 7, 6, path), 2);
	assert_true(merkle_same(&path[0], &i) && merkle_same(&path[1], &k));
}

static void many_leaves(struct merkle_hash leaves[MANY])
{
	for (int i = 0; i < MANY; i++)
		leaves[i] = merkle_leaf(&i, sizeof i, "leaf", 4);
}

static void every_path_leads_to_the_root_and_no_other(void **state)
{
	static struct merkle_hash leaves[MANY];
	struct merkle_hash path[MERKLE_PATH_MAX];
	(void)state;
	many_leaves(leaves);
	for (size_t n = 1; n <= 70; n++) {
		struct merkle_hash root = merkle_root(leaves, n);
		for (size_t i = 0; i < n; i++) {
			int len = merkle_path(leaves, n, i, path);
			assert_true(merkle_check(&leaves[i], i, n, path, len, &root));
			assert_false(merkle_check(&leaves[i + 1], i, n, path, len, &root));
			assert_false(merkle_check(&leaves[i], n, n, path, len, &root));
			assert_false(merkle_check(&leaves[i], i, n, path, len + 1, &root));
			assert_false(len && merkle_check(&leaves[i], i, n, path, len - 1, &root));
			assert_false(len && merkle_check(&leaves[i], i ^ 1, n, path, len, &root));
			for (int k = 0; k < len; k++) {
				path[k].bytes[k % SHA256_SIZE] ^= 1;
				assert_false(merkle_check(&leaves[i], i, n, path, len, &root));
				path[k].bytes[k % SHA256_SIZE] ^= 1;
			}
		}
	}
}

static void pages_have_the_root_of_their_leaves(void **state)
{
	static struct merkle_hash leaves[MANY];
	static const size_t counts[] = { 1, 1023, 1024, 1025, 2047, 2048, 2049, MANY };
	(void)state;
	many_leaves(leaves);
	for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
		struct merkle_hash pages[3], all = merkle_root(leaves, counts[c]);
		size_t n = 0;
		for (size_t at = 0; at < counts[c]; at += MERKLE_PAGE)
			pages[n++] = merkle_root(leaves + at, counts[c] - at < MERKLE_PAGE ? counts[c] - at
											    : MERKLE_PAGE);
		struct merkle_hash root = merkle_root(pages, n);
		assert_true(merkle_same(&root, &all));
	}
}

/* A node can't be passed off as a leaf. */
static void a_leaf_is_no_node(void **state)
{
	struct merkle_hash a = merkle_of_hex("00"), b = merkle_of_hex("10"), node = merkle_node(&a, &b);
	unsigned char both[2 * SHA256_SIZE];
	(void)state;
	memcpy(both, a.bytes, SHA256_SIZE);
	memcpy(both + SHA256_SIZE, b.bytes, SHA256_SIZE);
	struct merkle_hash leaf = merkle_leaf(NULL, 0, both, sizeof both);
	assert_false(merkle_same(&leaf, &node));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_of_the_rfc),
		cmocka_unit_test(paths_of_the_rfc),
		cmocka_unit_test(every_path_leads_to_the_root_and_no_other),
		cmocka_unit_test(pages_have_the_root_of_their_leaves),
		cmocka_unit_test(a_leaf_is_no_node),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
