/* Personal data: their form, and sealing them to their place. */
#include "vonvay/personal.h"

#include <stdio.h>
#include <string.h>

#define BOUND_SIZE 64

const char *const personal_fields[] = { "citizen_id", "telephone", "address", NULL };

static bool personal_is_phone(const char *s)
{
	size_t plus = s[0] == '+', n = strspn(s + plus, "0123456789");
	return n >= 9 && n <= 15 && !s[plus + n];
}

static bool personal_is_citizen_id(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return (n == 9 || n == 12) && !s[n];
}

const char *personal_check(const char *field, const char *value)
{
	if (!strcmp(field, "citizen_id") && !personal_is_citizen_id(value))
		return "not a citizen id of 9 or 12 digits";
	if (!strcmp(field, "telephone") && !personal_is_phone(value))
		return "not a telephone number of 9 to 15 digits";
	return strlen(value) > PERSONAL_BYTES_MAX ? "longer than 300 bytes" : NULL;
}

static void personal_bound(char bound[BOUND_SIZE], int64_t household, int64_t member, const char *field)
{
	snprintf(bound, BOUND_SIZE, "%010lld/%lld/%s", (long long)household, (long long)member, field);
}

void personal_seal(const struct data_key *key, int64_t household, int64_t member, const char *field,
		   const char *value, struct jw *w)
{
	unsigned char sealed[PERSONAL_BYTES_MAX + SEAL_OVERHEAD], hash[SHA256_SIZE];
	char hex[2 * sizeof sealed + 1], bound[BOUND_SIZE];
	size_t len = strnlen(value, PERSONAL_BYTES_MAX);
	personal_bound(bound, household, member, field);
	data_seal(key, value, len, bound, sealed);
	data_hash(key, field, value, hash);
	jw_object(w, field);
	hex_encode(sealed, len + SEAL_OVERHEAD, hex);
	jw_str(w, "sealed", hex);
	hex_encode(hash, sizeof hash, hex);
	jw_str(w, "hash", hex);
	jw_end(w);
}

bool personal_reseal(const struct data_key *key, int64_t old_household, int64_t old_member,
		     const unsigned char *sealed, size_t len, int64_t household, int64_t member,
		     const char *field, struct jw *w)
{
	unsigned char value[PERSONAL_BYTES_MAX + 1];
	char bound[BOUND_SIZE];
	personal_bound(bound, old_household, old_member, field);
	if (len < SEAL_OVERHEAD || len > PERSONAL_BYTES_MAX + SEAL_OVERHEAD ||
	    !data_open(key, sealed, len, bound, value))
		return false;
	value[len - SEAL_OVERHEAD] = '\0';
	personal_seal(key, household, member, field, (const char *)value, w);
	return true;
}
