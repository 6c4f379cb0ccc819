/* What a fuzz target is made of. A program is one target: under libFuzzer (`make fuzz`) fuzz_one() gets inputs without
 * end, under replay.c (`make check`) every file of its corpus once. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The name libFuzzer calls. */
#define fuzz_one LLVMFuzzerTestOneInput
int fuzz_one(const uint8_t *data, size_t size);

/* What must hold whatever the input is. */
#define FUZZ_CHECK(condition)                                                                                \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);              \
			abort();                                                                             \
		}                                                                                            \
	} while (0)

/* The input as numbers; zeros when it has run out. */
struct fuzz_bytes {
	const uint8_t *at;
	size_t left;
};

static inline uint64_t fuzz_take(struct fuzz_bytes *b, size_t bytes)
{
	uint64_t v = 0;
	while (bytes--) {
		v = v << 8 | (b->left ? *b->at : 0);
		b->at += b->left > 0;
		b->left -= b->left > 0;
	}
	return v;
}

/* A file that holds the input, as a path for what only reads files; `fd` is to be closed. */
struct fuzz_file {
	int fd;
	char path[32];
};
struct fuzz_file fuzz_file(const uint8_t *data, size_t size);

#endif
