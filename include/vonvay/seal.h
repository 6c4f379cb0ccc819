/* Seals: the head of a seal as it is signed, the key that signs (Ed25519), public keys to check with.
 * The head is one line of ASCII:
 *	vonvayd-seal-1 BRANCH NUMBER FROM_DAY BUSINESS_DATE CLOSES CLOSED_AT FIRST LAST LEAVES ROOT SALT PREVIOUS KEY
 * CLOSES 1 or 0; ROOT, PREVIOUS, SALT (the SHA-256 of the salt) and KEY in hexadecimal digits. The hash of a seal is the
 * SHA-256 of its head, the signature is over the head itself, PREVIOUS is the hash of the seal before. */
#ifndef VONVAY_SEAL_H
#define VONVAY_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/date.h"
#include "vonvay/merkle.h"
#include "vonvay/text.h"

#define SEAL_KEY_ID_SIZE 8
#define SEAL_PUBLIC_SIZE 32
#define SEAL_SIGNATURE_SIZE 64
/* Bytes that blind a leaf: who gets one leaf can't guess what its neighbours say. */
#define SEAL_BLIND_SIZE 16
#define SEAL_MOMENT_SIZE 28 /* "2026-06-30T17:00:01.123456Z" */

struct seal {
	int branch;
	int32_t number;
	struct date from_day, business_date;
	bool closes;
	char closed_at[SEAL_MOMENT_SIZE];
	int64_t first, last; /* positions; last = first - 1: none */
	int64_t leaves;
	struct merkle_hash root;
	unsigned char salt[SHA256_SIZE];
	struct merkle_hash previous;
	unsigned char key_id[SEAL_KEY_ID_SIZE];
};

/* Adds the head to `out`. */
void seal_head(const struct seal *seal, struct text *out);
struct merkle_hash seal_hash(const struct text *head);
/* The leaf of a row by its canonical text; `blind` gets what it is blinded with. */
struct merkle_hash seal_leaf(const unsigned char salt[SHA256_SIZE], const char *body, size_t len,
			     unsigned char blind[SEAL_BLIND_SIZE]);

/* ---- keys ---- */

struct seal_key;

/* An Ed25519 private key, PEM. A path without '/' is looked up in $CREDENTIALS_DIRECTORY if set. NULL: `error` says why. */
struct seal_key *seal_key_new(const char *path, struct text *error);
void seal_key_free(struct seal_key *key);
/* The id is the start of the SHA-256 of the public key. */
void seal_key_id(const struct seal_key *key, unsigned char id[SEAL_KEY_ID_SIZE]);
void seal_key_sign(const struct seal_key *key, const struct text *head,
		   unsigned char signature[SEAL_SIGNATURE_SIZE]);
/* The same salt for the same seal: what was interrupted is made again as it was. */
void seal_key_salt(const struct seal_key *key, const struct merkle_hash *previous,
		   unsigned char salt[SHA256_SIZE]);
/* The public key, PEM. */
void seal_key_public(const struct seal_key *key, struct text *pem);

/* ---- who checks has public keys from elsewhere: those of today and of before ---- */

#define SEAL_PUBLIC_MAX 16

struct seal_public {
	int count;
	struct {
		unsigned char bytes[SEAL_PUBLIC_SIZE];
		unsigned char id[SEAL_KEY_ID_SIZE];
	} keys[SEAL_PUBLIC_MAX];
};

/* One or more PEM blocks. False: none, too many, or one that is no public key of Ed25519. */
MUSTCHECK bool seal_public_parse(struct seal_public *out, const char *pem, struct text *error);
/* -1: none has this id. */
int seal_public_find(const struct seal_public *keys, const unsigned char id[SEAL_KEY_ID_SIZE]);
MUSTCHECK bool seal_public_check(const struct seal_public *keys, int which, const struct text *head,
				 const unsigned char signature[SEAL_SIGNATURE_SIZE]);

#endif
