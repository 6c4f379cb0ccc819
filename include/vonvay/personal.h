/* Personal data of members of households: the three fields there are, what a value must look like, and sealing it. A value
 * is bound to its household and member: it opens at no other place. Values appear in no message, reply or log. */
#ifndef VONVAY_PERSONAL_H
#define VONVAY_PERSONAL_H

#include "vonvay/crypto.h"
#include "vonvay/json.h"

#define PERSONAL_BYTES_MAX 300

/* "citizen_id", "telephone", "address", NULL; codes 1, 2, 3 of sql/data/codes.csv. */
extern const char *const personal_fields[];

/* What is wrong with a value that is not empty, in words that don't repeat it; NULL: nothing. */
const char *personal_check(const char *field, const char *value);
/* Writes {"sealed":hex,"hash":hex} as the member `field` of `w`. The value is at most PERSONAL_BYTES_MAX long. */
void personal_seal(const struct data_key *key, int64_t household, int64_t member, const char *field,
		   const char *value, struct jw *w);
/* The same with a value that was sealed for another place. False: not by this key, or it was changed. */
MUSTCHECK bool personal_reseal(const struct data_key *key, int64_t old_household, int64_t old_member,
			       const unsigned char *sealed, size_t len, int64_t household, int64_t member,
			       const char *field, struct jw *w);

#endif
