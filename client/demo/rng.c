/* A small seeded generator (splitmix64): the same seed gives the same district on every machine. Not for secrets. */
#include "demo.h"

uint64_t rng_next(struct rng *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* 0 .. n-1 */
int64_t rng_below(struct rng *r, int64_t n)
{
	return (int64_t)(rng_next(r) % (uint64_t)n);
}

int64_t rng_between(struct rng *r, int64_t low, int64_t high)
{
	return low + rng_below(r, high - low + 1);
}

bool rng_chance(struct rng *r, int per_mille)
{
	return rng_below(r, 1000) < per_mille;
}

void rng_shuffle(struct rng *r, int *items, int count)
{
	for (int i = count - 1; i > 0; i--) {
		int j = (int)rng_below(r, i + 1);
		int keep = items[i];

		items[i] = items[j];
		items[j] = keep;
	}
}
