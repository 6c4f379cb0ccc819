/* scrypt (RFC 7914) by OpenSSL, for passwords. Its parameters are stored beside each hash, so that they can be raised. */
#ifndef VONVAY_SCRYPT_H
#define VONVAY_SCRYPT_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"

#define SCRYPT_HASH_SIZE 32
#define SCRYPT_SALT_SIZE 16
#define SCRYPT_LOG2_N_MIN 10
#define SCRYPT_LOG2_N_MAX 20
#define SCRYPT_R_MAX 32
#define SCRYPT_P_MAX 16

/* What one hash is made with. Memory: 128 * r * 2^log2_n bytes. */
struct scrypt {
	int log2_n;
	int r;
	int p;
	unsigned char salt[SCRYPT_SALT_SIZE];
};

/* Within the limits above? */
bool scrypt_ok(const struct scrypt *s);
/* Costs less than `wanted` (2^log2_n * r * p)? */
bool scrypt_weaker(const struct scrypt *s, const struct scrypt *wanted);
/* Takes as long as it has to: only in the worker for it. False when the memory for it is missing. */
MUSTCHECK bool scrypt_hash(const struct scrypt *s, const void *password, size_t len,
			   unsigned char out[SCRYPT_HASH_SIZE]);
/* In a time that does not depend on where they differ. */
bool scrypt_equal(const unsigned char a[SCRYPT_HASH_SIZE], const unsigned char b[SCRYPT_HASH_SIZE]);

#endif
