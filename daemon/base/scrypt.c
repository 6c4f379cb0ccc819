/* scrypt through the KDF interface of OpenSSL 3. */
#include "vonvay/scrypt.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdint.h>

bool scrypt_ok(const struct scrypt *s)
{
	return s->log2_n >= SCRYPT_LOG2_N_MIN && s->log2_n <= SCRYPT_LOG2_N_MAX && s->r >= 1 &&
	       s->r <= SCRYPT_R_MAX && s->p >= 1 && s->p <= SCRYPT_P_MAX;
}

static uint64_t scrypt_cost(const struct scrypt *s)
{
	return ((uint64_t)s->r * (uint64_t)s->p) << s->log2_n;
}

bool scrypt_weaker(const struct scrypt *s, const struct scrypt *wanted)
{
	return scrypt_cost(s) < scrypt_cost(wanted);
}

/* OpenSSL refuses more memory than it is told; the blocks of RFC 7914 with some room. */
static uint64_t scrypt_memory(const struct scrypt *s)
{
	return ((uint64_t)128 * (uint64_t)s->r << s->log2_n) +
	       (uint64_t)128 * (uint64_t)s->r * (uint64_t)s->p + (1 << 20);
}

bool scrypt_hash(const struct scrypt *s, const void *password, size_t len, unsigned char out[SCRYPT_HASH_SIZE])
{
	struct scrypt copy = *s; /* OpenSSL's parameters are not const */
	uint64_t n = (uint64_t)1 << s->log2_n, r = (uint64_t)s->r, p = (uint64_t)s->p;
	uint64_t memory = scrypt_memory(s);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, (void *)password, len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, copy.salt, sizeof copy.salt),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "SCRYPT", NULL);
	EVP_KDF_CTX *context = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
	bool ok = context && EVP_KDF_derive(context, out, SCRYPT_HASH_SIZE, params) == 1;
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
	return ok;
}

bool scrypt_equal(const unsigned char a[SCRYPT_HASH_SIZE], const unsigned char b[SCRYPT_HASH_SIZE])
{
	return CRYPTO_memcmp(a, b, SCRYPT_HASH_SIZE) == 0;
}
