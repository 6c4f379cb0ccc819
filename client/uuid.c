/* Keys of writes. */
#include "uuid.h"

#include <openssl/rand.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void uuid_make(char out[UUID_SIZE])
{
	unsigned char b[16];
	struct timespec now;
	if (RAND_bytes(b, sizeof b) != 1) {
		fputs("vonvay: no random numbers\n", stderr);
		abort();
	}
	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t millis = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(millis >> (40 - 8 * i));
	b[6] = 0x70 | (b[6] & 0x0F);
	b[8] = 0x80 | (b[8] & 0x3F);
	snprintf(out, UUID_SIZE, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		 b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		 b[15]);
}
