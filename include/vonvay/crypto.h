/* What we use of OpenSSL: digests, random bytes, UUIDv7 keys, and sealing of personal data. */
#ifndef VONVAY_CRYPTO_H
#define VONVAY_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

#define SHA256_SIZE 32
#define SHA256_HEX_SIZE 65
#define UUID_TEXT_SIZE 37
#define DATA_KEY_SIZE 32
/* key id (4, big endian), nonce (12), tag (16): what a sealed value is longer than the plain one. */
#define SEAL_OVERHEAD 32

/* The raw digest. */
void sha256(const void *data, size_t len, unsigned char out[SHA256_SIZE]);
/* The same of bytes that come in pieces; _end frees. */
struct sha256_stream;
struct sha256_stream *sha256_stream_new(void);
void sha256_stream_add(struct sha256_stream *stream, const void *data, size_t len);
void sha256_stream_end(struct sha256_stream *stream, unsigned char out[SHA256_SIZE]);
/* RFC 2104 over SHA-256; a key of any length. */
void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
		 unsigned char out[SHA256_SIZE]);
/* Lower case, with a NUL; `out` has room for 2 * len + 1. */
void hex_encode(const unsigned char *bytes, size_t len, char *out);
/* False unless `hex` is exactly 2 * len hexadecimal digits. */
MUSTCHECK bool hex_decode(const char *hex, unsigned char *out, size_t len);
/* Fit for keys; the process ends when the system has none. */
void random_bytes(void *out, size_t len);

/* A canonical UUID of version 7 (8-4-4-4-12 hexadecimal digits, either case)? */
bool uuid7_check(const char *text);

/* Where a file named in the settings is: a name without '/' is a systemd credential, looked up in
 * $CREDENTIALS_DIRECTORY if set. `buffer` is returned; 4352 bytes hold any. */
const char *credential_path(const char *path, char *buffer, size_t size);

/* HKDF (RFC 5869) with SHA-256 and without salt: keys for one purpose each, named by `info`, from one secret. */
void hkdf_sha256(const void *secret, size_t len, const char *info, unsigned char *out, size_t out_len);

/* A data key is a file of 32 random bytes. Nothing is done with these themselves: from them come the key that seals, the
 * key of the hashes by which values are found again, and the id that names both and tells nothing of them. */
struct data_key {
	uint32_t id;
	unsigned char seal[DATA_KEY_SIZE];
	unsigned char hash[DATA_KEY_SIZE];
};

void data_key_derive(struct data_key *key, const unsigned char secret[DATA_KEY_SIZE]);
/* Reads 32 raw bytes or 64 hexadecimal digits. The path as for credential_path(). */
MUSTCHECK bool data_key_load(struct data_key *key, const char *path, struct text *error);
/* AES-256-GCM with a random nonce; `out` has room for len + SEAL_OVERHEAD; `bound` is authenticated, not stored. */
void data_seal(const struct data_key *key, const void *plain, size_t len, const char *bound,
	       unsigned char *out);
/* The id of the key a value was sealed with; 0: too short to be one. */
uint32_t data_sealed_by(const unsigned char *sealed, size_t len);
/* False when the value was made with another key, for another `bound`, or was changed. `out` has room for
 * len - SEAL_OVERHEAD. */
MUSTCHECK bool data_open(const struct data_key *key, const unsigned char *sealed, size_t len,
			 const char *bound, unsigned char *out);
/* The keyed hash (HMAC-SHA-256) by which a value of one kind is found again. */
void data_hash(const struct data_key *key, const char *what, const void *value, size_t len,
	       unsigned char out[SHA256_SIZE]);

#endif
