/* Heads of seals and the keys of Ed25519, by OpenSSL. */
#include "vonvay/seal.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

struct seal_key {
	EVP_PKEY *pkey;
};

static void seal_must(int ok)
{
	if (ok != 1) {
		fputs("OpenSSL failed\n", stderr);
		abort();
	}
}

/* ---- heads and leaves ---- */

static void seal_add_hex(struct text *out, const unsigned char *bytes, size_t len)
{
	char hex[SHA256_HEX_SIZE];
	hex_encode(bytes, len, hex);
	text_printf(out, " %s", hex);
}

void seal_head(const struct seal *seal, struct text *out)
{
	char from[DATE_TEXT_SIZE], day[DATE_TEXT_SIZE];
	unsigned char salt[SHA256_SIZE];
	date_format(seal->from_day, from);
	date_format(seal->business_date, day);
	sha256(seal->salt, sizeof seal->salt, salt);
	text_printf(out, "vonvayd-seal-1 %d %d %s %s %d %s %lld %lld %lld", seal->branch, seal->number, from,
		    day, seal->closes, seal->closed_at, (long long)seal->first, (long long)seal->last,
		    (long long)seal->leaves);
	seal_add_hex(out, seal->root.bytes, SHA256_SIZE);
	seal_add_hex(out, salt, sizeof salt);
	seal_add_hex(out, seal->previous.bytes, SHA256_SIZE);
	seal_add_hex(out, seal->key_id, SEAL_KEY_ID_SIZE);
}

struct merkle_hash seal_hash(const struct text *head)
{
	struct merkle_hash hash;
	sha256(text_str(head), head->len, hash.bytes);
	return hash;
}

struct merkle_hash seal_leaf(const unsigned char salt[SHA256_SIZE], const char *body, size_t len,
			     unsigned char blind[SEAL_BLIND_SIZE])
{
	unsigned char keyed[SHA256_SIZE];
	hmac_sha256(salt, SHA256_SIZE, body, len, keyed);
	memcpy(blind, keyed, SEAL_BLIND_SIZE);
	return merkle_leaf(blind, SEAL_BLIND_SIZE, body, len);
}

/* ---- keys ---- */

static void seal_id_of(const unsigned char public[SEAL_PUBLIC_SIZE], unsigned char id[SEAL_KEY_ID_SIZE])
{
	unsigned char digest[SHA256_SIZE];
	sha256(public, SEAL_PUBLIC_SIZE, digest);
	memcpy(id, digest, SEAL_KEY_ID_SIZE);
}

static void seal_raw_public(const EVP_PKEY *pkey, unsigned char out[SEAL_PUBLIC_SIZE])
{
	size_t len = SEAL_PUBLIC_SIZE;
	seal_must(EVP_PKEY_get_raw_public_key(pkey, out, &len));
}

static FILE *seal_key_file(const char *path, struct text *error)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct text name = { 0 };
	if (folder && !strchr(path, '/'))
		text_printf(&name, "%s/", folder);
	text_add(&name, path);
	FILE *f = fopen(text_str(&name), "re");
	if (!f)
		text_printf(error, "seal key %s: %s", text_str(&name), strerror(errno));
	text_clear(&name);
	return f;
}

/* An encrypted key would ask the terminal for its password: nobody sits there. */
static int seal_no_password(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

struct seal_key *seal_key_new(const char *path, struct text *error)
{
	FILE *f = seal_key_file(path, error);
	if (!f)
		return NULL;
	EVP_PKEY *pkey = PEM_read_PrivateKey(f, NULL, seal_no_password, NULL);
	fclose(f);
	ERR_clear_error();
	if (!pkey || EVP_PKEY_get_base_id(pkey) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(pkey);
		text_printf(error, "seal key %s: must be a private key of Ed25519 in PEM, without password", path);
		return NULL;
	}
	struct seal_key *key = xcalloc(1, sizeof *key);
	key->pkey = pkey;
	return key;
}

void seal_key_free(struct seal_key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

void seal_key_id(const struct seal_key *key, unsigned char id[SEAL_KEY_ID_SIZE])
{
	unsigned char public[SEAL_PUBLIC_SIZE];
	seal_raw_public(key->pkey, public);
	seal_id_of(public, id);
}

void seal_key_sign(const struct seal_key *key, const struct text *head,
		   unsigned char signature[SEAL_SIGNATURE_SIZE])
{
	size_t len = SEAL_SIGNATURE_SIZE;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	seal_must(c && EVP_DigestSignInit(c, NULL, NULL, NULL, key->pkey));
	seal_must(EVP_DigestSign(c, signature, &len, (const unsigned char *)text_str(head), head->len));
	EVP_MD_CTX_free(c);
}

void seal_key_salt(const struct seal_key *key, const struct merkle_hash *previous,
		   unsigned char salt[SHA256_SIZE])
{
	static const char tag[] = "vonvayd seal salt";
	unsigned char secret[SEAL_PUBLIC_SIZE], derived[SHA256_SIZE];
	size_t len = sizeof secret;
	seal_must(EVP_PKEY_get_raw_private_key(key->pkey, secret, &len));
	hmac_sha256(secret, len, tag, sizeof tag - 1, derived);
	hmac_sha256(derived, sizeof derived, previous->bytes, SHA256_SIZE, salt);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(derived, sizeof derived);
}

void seal_key_public(const struct seal_key *key, struct text *pem)
{
	char *bytes;
	BIO *bio = BIO_new(BIO_s_mem());
	seal_must(bio && PEM_write_bio_PUBKEY(bio, key->pkey));
	long len = BIO_get_mem_data(bio, &bytes);
	text_add_bytes(pem, bytes, (size_t)len);
	BIO_free(bio);
}

/* ---- public keys ---- */

static bool seal_public_add(struct seal_public *out, const char *kind, const unsigned char *der, long len)
{
	EVP_PKEY *pkey = strcmp(kind, PEM_STRING_PUBLIC) ? NULL : d2i_PUBKEY(NULL, &der, len);
	bool good = pkey && EVP_PKEY_get_base_id(pkey) == EVP_PKEY_ED25519 && out->count < SEAL_PUBLIC_MAX;
	if (good) {
		seal_raw_public(pkey, out->keys[out->count].bytes);
		seal_id_of(out->keys[out->count].bytes, out->keys[out->count].id);
		out->count++;
	}
	EVP_PKEY_free(pkey);
	return good;
}

bool seal_public_parse(struct seal_public *out, const char *pem, struct text *error)
{
	char *kind, *header;
	unsigned char *der;
	long len;
	bool good = true;
	BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
	out->count = 0;
	while (good && PEM_read_bio(bio, &kind, &header, &der, &len)) {
		good = seal_public_add(out, kind, der, len);
		OPENSSL_free(kind);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	/* what ends the loop well is that no further block begins */
	good = good && out->count && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	ERR_clear_error();
	BIO_free(bio);
	if (!good)
		text_printf(error, "must be 1 to %d public keys of Ed25519 in PEM", SEAL_PUBLIC_MAX);
	return good;
}

int seal_public_find(const struct seal_public *keys, const unsigned char id[SEAL_KEY_ID_SIZE])
{
	for (int i = 0; i < keys->count; i++)
		if (!memcmp(keys->keys[i].id, id, SEAL_KEY_ID_SIZE))
			return i;
	return -1;
}

bool seal_public_check(const struct seal_public *keys, int which, const struct text *head,
		       const unsigned char signature[SEAL_SIGNATURE_SIZE])
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, keys->keys[which].bytes,
						     SEAL_PUBLIC_SIZE);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool good = pkey && c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, pkey) == 1 &&
		    EVP_DigestVerify(c, signature, SEAL_SIGNATURE_SIZE, (const unsigned char *)text_str(head),
				     head->len) == 1;
	ERR_clear_error();
	EVP_MD_CTX_free(c);
	EVP_PKEY_free(pkey);
	return good;
}
