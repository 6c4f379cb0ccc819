/* A Merkle tree as RFC 6962 has it: SHA-256, a leaf is H(0x00 || data), a node H(0x01 || left || right); of n leaves the left
 * part are the largest power of two below n. PURE but for the digest of OpenSSL: no state, no I/O.
 * A full page of 2^k leaves is a subtree, so that the root over the roots of pages is the root over all leaves. */
#ifndef VONVAY_MERKLE_H
#define VONVAY_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/crypto.h"

/* Leaves of one page. */
#define MERKLE_PAGE 1024
/* Longest path: more leaves than 2^40 are nowhere. */
#define MERKLE_PATH_MAX 40

struct merkle_hash {
	unsigned char bytes[SHA256_SIZE];
};

/* The leaf of some data whose first `blind_len` bytes are given apart: H(0x00 || blind || data). */
struct merkle_hash merkle_leaf(const void *blind, size_t blind_len, const void *data, size_t len);
struct merkle_hash merkle_node(const struct merkle_hash *left, const struct merkle_hash *right);
/* Of no leaf: the digest of nothing. */
struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count);
/* The path from the leaf at `index` (below count) to the root, the deepest neighbour first; how many (at most
 * MERKLE_PATH_MAX). */
int merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
		struct merkle_hash path[MERKLE_PATH_MAX]);
/* Does the path lead from the leaf at `index` of a tree of `count` leaves to this root? */
MUSTCHECK bool merkle_check(const struct merkle_hash *leaf, uint64_t index, uint64_t count,
			    const struct merkle_hash *path, int path_len, const struct merkle_hash *root);
bool merkle_same(const struct merkle_hash *a, const struct merkle_hash *b);

#endif
