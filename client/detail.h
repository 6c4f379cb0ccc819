/* Sentences in which the daemon says what is wrong, in the language in use: known by their wording, since the wire carries
 * them in English. */
#ifndef VONVAY_CLIENT_DETAIL_H
#define VONVAY_CLIENT_DETAIL_H

#include "buffer.h"

/* Adds the sentence translated, its amounts and days as people write them; a sentence nobody knows as it came. */
void detail_add(struct buffer *out, const char *sentence);

#endif
