/* Merkle trees of RFC 6962. The recursion of its definition is walked from the leaves: two neighbours become a node, an odd
 * one at the end goes up as it is, which gives the same tree. */
#include "vonvay/merkle.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

static const unsigned char leaf_tag = 0x00, node_tag = 0x01;

struct merkle_hash merkle_leaf(const void *blind, size_t blind_len, const void *data, size_t len)
{
	struct merkle_hash hash;
	struct sha256_stream *s = sha256_stream_new();
	sha256_stream_add(s, &leaf_tag, 1);
	sha256_stream_add(s, blind, blind_len);
	sha256_stream_add(s, data, len);
	sha256_stream_end(s, hash.bytes);
	return hash;
}

struct merkle_hash merkle_node(const struct merkle_hash *left, const struct merkle_hash *right)
{
	struct merkle_hash hash;
	unsigned char bytes[1 + 2 * SHA256_SIZE];
	bytes[0] = node_tag;
	memcpy(bytes + 1, left->bytes, SHA256_SIZE);
	memcpy(bytes + 1 + SHA256_SIZE, right->bytes, SHA256_SIZE);
	sha256(bytes, sizeof bytes, hash.bytes);
	return hash;
}

bool merkle_same(const struct merkle_hash *a, const struct merkle_hash *b)
{
	return memcmp(a->bytes, b->bytes, SHA256_SIZE) == 0;
}

/* One level up, in place; how many there are then. */
static size_t merkle_level(struct merkle_hash *nodes, size_t count)
{
	size_t up = 0;
	for (size_t i = 0; i + 1 < count; i += 2)
		nodes[up++] = merkle_node(&nodes[i], &nodes[i + 1]);
	if (count % 2)
		nodes[up++] = nodes[count - 1];
	return up;
}

/* Climbs to the root; on the way the neighbours of `index` go to `path`, unless it is NULL. */
static struct merkle_hash merkle_climb(const struct merkle_hash *leaves, size_t count, size_t index,
				       struct merkle_hash *path, int *path_len)
{
	struct merkle_hash root, *nodes = xcalloc(count, sizeof *nodes);
	memcpy(nodes, leaves, count * sizeof *nodes);
	while (count > 1) {
		size_t beside = index ^ 1;
		if (path && beside < count && *path_len < MERKLE_PATH_MAX)
			path[(*path_len)++] = nodes[beside];
		count = merkle_level(nodes, count);
		index /= 2;
	}
	root = nodes[0];
	free(nodes);
	return root;
}

struct merkle_hash merkle_root(const struct merkle_hash *leaves, size_t count)
{
	struct merkle_hash root;
	if (count)
		return merkle_climb(leaves, count, 0, NULL, NULL);
	sha256("", 0, root.bytes);
	return root;
}

int merkle_path(const struct merkle_hash *leaves, size_t count, size_t index,
		struct merkle_hash path[MERKLE_PATH_MAX])
{
	int len = 0;
	merkle_climb(leaves, count, index, path, &len);
	return len;
}

bool merkle_check(const struct merkle_hash *leaf, uint64_t index, uint64_t count,
		  const struct merkle_hash *path, int path_len, const struct merkle_hash *root)
{
	struct merkle_hash hash = *leaf;
	int used = 0;
	if (index >= count)
		return false;
	for (uint64_t last = count - 1; last; index /= 2, last /= 2) {
		if (index % 2 == 0 && index == last)
			continue; /* the odd one goes up as it is */
		if (used == path_len)
			return false;
		hash = index % 2 ? merkle_node(&path[used], &hash) : merkle_node(&hash, &path[used]);
		used++;
	}
	return used == path_len && merkle_same(&hash, root);
}
