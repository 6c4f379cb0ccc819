/* Personal data: their form, sealing them to their place, and what is shown of them. */
#include "vonvay/personal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

#define BOUND_SIZE 96

const char *const personal_fields[] = {
	[PERSONAL_CITIZEN_ID] = "citizen_id",
	[PERSONAL_TELEPHONE] = "telephone",
	[PERSONAL_ADDRESS] = "address",
	[PERSONAL_FIELDS] = NULL,
};

bool personal_field_of_word(const char *word, enum personal_field *field)
{
	for (int i = 0; personal_fields[i]; i++) {
		if (strcmp(personal_fields[i], word) == 0) {
			*field = (enum personal_field)i;
			return true;
		}
	}
	return false;
}

/* ---- the form of a value ---- */

static bool personal_is_digits(const char *s, size_t min, size_t max)
{
	size_t n = strspn(s, "0123456789");
	return n >= min && n <= max && !s[n];
}

/* Without what people write between digits. */
static void personal_digits(const char *value, personal_text out)
{
	size_t n = 0;
	for (const char *s = value; *s; s++)
		if (!strchr(" .-()", *s))
			out[n++] = *s;
	out[n] = '\0';
}

static const char *personal_citizen_id(const char *value, personal_text out)
{
	personal_digits(value, out);
	if (personal_is_digits(out, 9, 9) || personal_is_digits(out, 12, 12))
		return NULL;
	return "not a citizen id of 9 or 12 digits";
}

/* +84 905... is 0905...; another country keeps its sign. */
static const char *personal_telephone(const char *value, personal_text out)
{
	personal_digits(value, out);
	if (strncmp(out, "+84", 3) == 0) {
		out[0] = '0';
		memmove(out + 1, out + 3, strlen(out + 3) + 1);
	}
	return personal_is_digits(out + (out[0] == '+'), 9, 15) ? NULL
								 : "not a telephone number of 9 to 15 digits";
}

static const char *personal_address(const char *value, personal_text out)
{
	const char *s = value + strspn(value, " ");
	size_t len = strlen(s);
	while (len && s[len - 1] == ' ')
		len--;
	memcpy(out, s, len);
	out[len] = '\0';
	return len ? NULL : "nothing but spaces";
}

const char *personal_normalise(enum personal_field field, const char *value, personal_text out)
{
	if (strlen(value) > PERSONAL_BYTES_MAX)
		return "longer than 300 bytes";
	switch (field) {
	case PERSONAL_CITIZEN_ID:
		return personal_citizen_id(value, out);
	case PERSONAL_TELEPHONE:
		return personal_telephone(value, out);
	case PERSONAL_ADDRESS:
		return personal_address(value, out);
	case PERSONAL_FIELDS:
		break;
	}
	return "no such field";
}

/* ---- sealing ---- */

static void personal_bound(char bound[BOUND_SIZE], const struct personal_place *place, uint32_t key_id)
{
	snprintf(bound, BOUND_SIZE, "personal/%d/%lld/%lld/%s/%08x", place->branch,
		 (long long)place->household, (long long)place->member, personal_fields[place->field], key_id);
}

/* Addresses are compared without case of plain letters and without what stands between the words. */
static size_t personal_fold(const char *value, personal_text out)
{
	size_t n = 0;
	for (const char *s = value + strspn(value, " ,.;"); *s;) {
		size_t between = strspn(s, " ,.;");
		if (between && s[between])
			out[n++] = ' ';
		else if (!between)
			out[n++] = (char)(*s >= 'A' && *s <= 'Z' ? *s + ('a' - 'A') : *s);
		s += between ? between : 1;
	}
	return n;
}

void personal_hash(const struct data_key *key, enum personal_field field, const char *value,
		   unsigned char out[SHA256_SIZE])
{
	personal_text folded;
	size_t len = personal_fold(value, folded);
	data_hash(key, personal_fields[field], folded, len, out);
	explicit_bzero(folded, sizeof folded);
}

static void personal_write_hash(const struct data_key *key, enum personal_field field, const char *value,
				const char *name, struct jw *w)
{
	unsigned char hash[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	personal_hash(key, field, value, hash);
	hex_encode(hash, sizeof hash, hex);
	jw_str(w, name, hex);
}

void personal_seal_members(const struct data_key *key, const struct personal_place *place, const char *value,
			   struct jw *w)
{
	unsigned char sealed[PERSONAL_BYTES_MAX + SEAL_OVERHEAD];
	char hex[2 * sizeof sealed + 1], bound[BOUND_SIZE];
	size_t len = strnlen(value, PERSONAL_BYTES_MAX);
	personal_bound(bound, place, key->id);
	data_seal(key, value, len, bound, sealed);
	hex_encode(sealed, len + SEAL_OVERHEAD, hex);
	jw_str(w, "sealed", hex);
	personal_write_hash(key, place->field, value, "hash", w);
}

void personal_seal(const struct data_keys *keys, const struct personal_place *place, const char *value,
		   struct jw *w)
{
	jw_object(w, personal_fields[place->field]);
	personal_seal_members(&keys->key[0], place, value, w);
	jw_array(w, "known");
	for (int i = 1; i < keys->count; i++)
		personal_write_hash(&keys->key[i], place->field, value, NULL, w);
	jw_end(w);
	jw_end(w);
}

bool personal_open(const struct data_keys *keys, const struct personal_place *place,
		   const unsigned char *sealed, size_t len, personal_text out)
{
	const struct data_key *key = data_keys_find(keys, data_sealed_by(sealed, len));
	char bound[BOUND_SIZE];
	if (!key || len > PERSONAL_BYTES_MAX + SEAL_OVERHEAD)
		return false;
	personal_bound(bound, place, key->id);
	if (!data_open(key, sealed, len, bound, (unsigned char *)out))
		return false;
	out[len - SEAL_OVERHEAD] = '\0';
	return true;
}

/* ---- pieces of files ---- */

static void piece_bound(char bound[BOUND_SIZE], int64_t import, int64_t at_byte, uint32_t key_id)
{
	snprintf(bound, BOUND_SIZE, "import/%lld/%lld/%08x", (long long)import, (long long)at_byte, key_id);
}

void personal_piece_seal(const struct data_keys *keys, int64_t import, int64_t at_byte, const char *piece,
			 size_t len, struct text *sealed, struct text *digest)
{
	const struct data_key *current = &keys->key[0];
	unsigned char *out = xmalloc(len + SEAL_OVERHEAD), hash[SHA256_SIZE];
	char bound[BOUND_SIZE];
	piece_bound(bound, import, at_byte, current->id);
	data_seal(current, piece, len, bound, out);
	text_add_hex(sealed, out, len + SEAL_OVERHEAD);
	data_hash(current, "import", piece, len, hash);
	text_add_hex(digest, hash, sizeof hash);
	free(out);
}

unsigned char *personal_piece_open_new(const struct data_keys *keys, int64_t import, int64_t at_byte,
				       const unsigned char *sealed, size_t len)
{
	const struct data_key *key = data_keys_find(keys, data_sealed_by(sealed, len));
	char bound[BOUND_SIZE];
	if (!key)
		return NULL;
	unsigned char *plain = xmalloc(len); /* more than is needed, and never nothing */
	piece_bound(bound, import, at_byte, key->id);
	if (data_open(key, sealed, len, bound, plain))
		return plain;
	free(plain);
	return NULL;
}

/* ---- showing ---- */

/* A full citizen id of 12 digits shows where it was given out; of shorter numbers less is left to guess. */
#define MASK_LONG 12
#define MASK_AFTER 2

void personal_mask(enum personal_field field, const char *value, personal_text out)
{
	size_t len = strlen(value), before = len >= MASK_LONG ? 4 : 2;
	if (field == PERSONAL_ADDRESS) {
		snprintf(out, sizeof(personal_text), "***");
		return;
	}
	for (size_t i = 0; i < len; i++)
		out[i] = i < before || i >= len - MASK_AFTER ? value[i] : '*';
	out[len] = '\0';
}
