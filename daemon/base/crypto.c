/* OpenSSL behind our own few functions. A failure inside OpenSSL with valid arguments ends the process: going on
 * without randomness or a digest would be worse. */
#include "vonvay/crypto.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONCE_SIZE 12
#define TAG_SIZE 16
#define KEY_ID_SIZE 4

static void crypto_must(int ok)
{
	if (ok != 1) {
		fputs("OpenSSL failed\n", stderr);
		abort();
	}
}

void sha256(const void *data, size_t len, unsigned char out[SHA256_SIZE])
{
	crypto_must(EVP_Digest(data, len, out, NULL, EVP_sha256(), NULL));
}

/* The context of OpenSSL is the stream itself. */
struct sha256_stream *sha256_stream_new(void)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	crypto_must(context && EVP_DigestInit_ex(context, EVP_sha256(), NULL));
	return (struct sha256_stream *)context;
}

void sha256_stream_add(struct sha256_stream *stream, const void *data, size_t len)
{
	crypto_must(EVP_DigestUpdate((EVP_MD_CTX *)stream, data, len));
}

void sha256_stream_end(struct sha256_stream *stream, unsigned char out[SHA256_SIZE])
{
	crypto_must(EVP_DigestFinal_ex((EVP_MD_CTX *)stream, out, NULL));
	EVP_MD_CTX_free((EVP_MD_CTX *)stream);
}

void hmac_sha256(const void *key, size_t key_len, const void *data, size_t len, unsigned char out[SHA256_SIZE])
{
	unsigned int size = SHA256_SIZE;
	crypto_must(HMAC(EVP_sha256(), key, (int)key_len, data, len, out, &size) != NULL);
}

void hex_encode(const unsigned char *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(const char *hex, unsigned char *out, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = hex_digit(hex[2 * i]);
		int low = high < 0 ? -1 : hex_digit(hex[2 * i + 1]);
		if (low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return hex[2 * len] == '\0';
}

void random_bytes(void *out, size_t len)
{
	crypto_must(RAND_bytes(out, (int)len));
}

bool uuid7_check(const char *text)
{
	static const char form[] = "hhhhhhhh-hhhh-7hhh-vhhh-hhhhhhhhhhhh";
	if (strlen(text) != sizeof form - 1)
		return false;
	for (size_t i = 0; i < sizeof form - 1; i++) {
		int digit = hex_digit(text[i]);
		if (form[i] == 'h'   ? digit < 0
		    : form[i] == 'v' ? digit < 8 || digit > 11
				     : text[i] != form[i])
			return false;
	}
	return true;
}

static void seal_put_id(unsigned char *out, uint32_t id)
{
	for (int i = 0; i < KEY_ID_SIZE; i++)
		out[i] = (unsigned char)(id >> (24 - 8 * i));
}

static uint32_t seal_get_id(const unsigned char *in)
{
	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

const char *credential_path(const char *path, char *buffer, size_t size)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	if (strchr(path, '/') || !folder)
		snprintf(buffer, size, "%s", path);
	else
		snprintf(buffer, size, "%s/%s", folder, path);
	return buffer;
}

void hkdf_sha256(const void *secret, size_t len, const char *info, unsigned char *out, size_t out_len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
	EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)secret, len),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, strlen(info)),
		OSSL_PARAM_construct_end(),
	};
	crypto_must(context && EVP_KDF_derive(context, out, out_len, params) == 1);
	EVP_KDF_CTX_free(context);
	EVP_KDF_free(kdf);
}

void data_key_derive(struct data_key *key, const unsigned char secret[DATA_KEY_SIZE])
{
	unsigned char id[KEY_ID_SIZE];
	hkdf_sha256(secret, DATA_KEY_SIZE, "vonvay data key id", id, sizeof id);
	hkdf_sha256(secret, DATA_KEY_SIZE, "vonvay data seal", key->seal, sizeof key->seal);
	hkdf_sha256(secret, DATA_KEY_SIZE, "vonvay data hash", key->hash, sizeof key->hash);
	key->id = seal_get_id(id);
}

/* 32 bytes, or 64 digits with at most one newline after them. */
static bool data_key_parse(unsigned char secret[DATA_KEY_SIZE], char *content, size_t len)
{
	if (len == DATA_KEY_SIZE) {
		memcpy(secret, content, DATA_KEY_SIZE);
		return true;
	}
	if (len == (size_t)2 * DATA_KEY_SIZE + 1 && content[len - 1] == '\n')
		len--;
	content[len] = '\0';
	return len == (size_t)2 * DATA_KEY_SIZE && hex_decode(content, secret, DATA_KEY_SIZE);
}

bool data_key_load(struct data_key *key, const char *path, struct text *error)
{
	char name[4096];
	char content[2 * DATA_KEY_SIZE + 3];
	unsigned char secret[DATA_KEY_SIZE];
	FILE *f = fopen(credential_path(path, name, sizeof name), "re");
	if (!f) {
		text_printf(error, "data key %s: %s", name, strerror(errno));
		return false;
	}
	size_t len = fread(content, 1, sizeof content - 1, f);
	fclose(f);
	bool ok = data_key_parse(secret, content, len);
	if (ok)
		data_key_derive(key, secret);
	else
		text_printf(error, "data key %s: must be 32 bytes or 64 hexadecimal digits", name);
	OPENSSL_cleanse(content, sizeof content);
	OPENSSL_cleanse(secret, sizeof secret);
	return ok;
}

void data_seal(const struct data_key *key, const void *plain, size_t len, const char *bound,
	       unsigned char *out)
{
	unsigned char *nonce = out + KEY_ID_SIZE, *sealed = nonce + NONCE_SIZE, *tag = sealed + len;
	int n = 0;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	seal_put_id(out, key->id);
	random_bytes(nonce, NONCE_SIZE);
	crypto_must(EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->seal, nonce));
	crypto_must(EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)bound, (int)strlen(bound)));
	crypto_must(EVP_EncryptUpdate(c, sealed, &n, plain, (int)len));
	crypto_must(EVP_EncryptFinal_ex(c, tag, &n));
	crypto_must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, tag));
	EVP_CIPHER_CTX_free(c);
}

static bool open_with(EVP_CIPHER_CTX *c, const struct data_key *key, const unsigned char *in, size_t len,
		      const char *bound, unsigned char *out)
{
	const unsigned char *nonce = in + KEY_ID_SIZE, *sealed = nonce + NONCE_SIZE;
	unsigned char tag[TAG_SIZE];
	int n = 0;
	memcpy(tag, sealed + len, TAG_SIZE);
	crypto_must(EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->seal, nonce));
	crypto_must(EVP_DecryptUpdate(c, NULL, &n, (const unsigned char *)bound, (int)strlen(bound)));
	crypto_must(EVP_DecryptUpdate(c, out, &n, sealed, (int)len));
	crypto_must(EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag));
	return EVP_DecryptFinal_ex(c, out + len, &n) == 1;
}

uint32_t data_sealed_by(const unsigned char *sealed, size_t len)
{
	return len < SEAL_OVERHEAD ? 0 : seal_get_id(sealed);
}

bool data_open(const struct data_key *key, const unsigned char *sealed, size_t len, const char *bound,
	       unsigned char *out)
{
	if (len < SEAL_OVERHEAD || data_sealed_by(sealed, len) != key->id)
		return false;
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	bool ok = open_with(c, key, sealed, len - SEAL_OVERHEAD, bound, out);
	EVP_CIPHER_CTX_free(c);
	if (!ok)
		OPENSSL_cleanse(out, len - SEAL_OVERHEAD);
	return ok;
}

void data_hash(const struct data_key *key, const char *what, const void *value, size_t len,
	       unsigned char out[SHA256_SIZE])
{
	unsigned char derived[SHA256_SIZE];
	hmac_sha256(key->hash, sizeof key->hash, what, strlen(what), derived);
	hmac_sha256(derived, sizeof derived, value, len, out);
	OPENSSL_cleanse(derived, sizeof derived);
}
