/* The data keys a process holds: the current one, with which it seals, and others with which rows may still be sealed (or,
 * before a rotation, are already). A value is opened with whichever of them it names, and looked for by the hashes of all. */
#ifndef VONVAY_DATA_KEYS_H
#define VONVAY_DATA_KEYS_H

#include "vonvay/crypto.h"

#define DATA_KEYS_MAX 8

struct data_keys {
	int count; /* 0: no key, what needs one is refused */
	struct data_key key[DATA_KEYS_MAX]; /* the current one first */
};

/* `current`: a file or a credential, "" for none; `others`: more of them with spaces between. False: `error` says which
 * can't be read or is there twice; `keys` is empty then. */
MUSTCHECK bool data_keys_load(struct data_keys *keys, const char *current, const char *others,
			      struct text *error);
/* NULL: it is not here. */
const struct data_key *data_keys_find(const struct data_keys *keys, uint32_t id);
/* Forgets them. */
void data_keys_clear(struct data_keys *keys);

#endif
