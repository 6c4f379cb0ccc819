/* Personal data of members of households: the three fields there are, how a value is written, sealing it and showing it. A
 * value is bound to its place: branch, household, member, field and key; it opens at no other. Values appear in no message,
 * stored reply or log. */
#ifndef VONVAY_PERSONAL_H
#define VONVAY_PERSONAL_H

#include "vonvay/data_keys.h"
#include "vonvay/json.h"

#define PERSONAL_BYTES_MAX 300

enum personal_field {
	PERSONAL_CITIZEN_ID, /* codes 1, 2, 3 of sql/data/codes.csv */
	PERSONAL_TELEPHONE,
	PERSONAL_ADDRESS,
	PERSONAL_FIELDS
};

/* "citizen_id", "telephone", "address", NULL. */
extern const char *const personal_fields[];

/* False: there is no such field. */
MUSTCHECK bool personal_field_of_word(const char *word, enum personal_field *field);

/* Whose value it is. */
struct personal_place {
	int branch;
	int64_t household, member;
	enum personal_field field;
};

typedef char personal_text[PERSONAL_BYTES_MAX + 1];

/* The value as it is kept: numbers without spaces, dots and hyphens, +84 as 0; an address without spaces around it. NULL,
 * or what is wrong in words that don't repeat it. */
const char *personal_normalise(enum personal_field field, const char *value, personal_text out);
/* Writes {"sealed":hex,"hash":hex,"known":[hex,...]} as the member named by the field. `value` is normalised, `keys` has a
 * current one; known: the hashes it may be stored under by the other keys. */
void personal_seal(const struct data_keys *keys, const struct personal_place *place, const char *value,
		   struct jw *w);
/* The members "sealed" and "hash" of that object. */
void personal_seal_members(const struct data_key *key, const struct personal_place *place, const char *value,
			   struct jw *w);
/* False: none of the keys opens it, or it was changed, or was another's. */
MUSTCHECK bool personal_open(const struct data_keys *keys, const struct personal_place *place,
			     const unsigned char *sealed, size_t len, personal_text out);
/* The hash under one key; `value` is normalised. Addresses that differ in case or commas alone have the same. */
void personal_hash(const struct data_key *key, enum personal_field field, const char *value,
		   unsigned char out[SHA256_SIZE]);
/* What is shown to whoever need not know: of 12 digits the first four and the last two,
 * of fewer the first and the last two, of an address nothing. */
void personal_mask(enum personal_field field, const char *value, personal_text out);

/* ---- pieces of imported files, which hold personal data too: bound to import and place ---- */

/* Adds the sealed piece and its keyed hash to the texts, in hexadecimal digits. */
void personal_piece_seal(const struct data_keys *keys, int64_t import, int64_t at_byte, const char *piece,
			 size_t len, struct text *sealed, struct text *digest);
/* len - SEAL_OVERHEAD bytes, to be freed. NULL: none of the keys opens it, or it was changed. */
unsigned char *personal_piece_open_new(const struct data_keys *keys, int64_t import, int64_t at_byte,
				       const unsigned char *sealed, size_t len);

#endif
