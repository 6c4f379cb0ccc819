/* The language of everything people read: Vietnamese unless asked otherwise. Messages are English in the source and
 * translated by gettext (po/vi.po). Numbers, money and dates follow the language too (format.h). */
#ifndef VONVAY_CLIENT_LANGUAGE_H
#define VONVAY_CLIENT_LANGUAGE_H

#include <libintl.h>
#include <stdbool.h>

#include "vonvay/compiler.h"

#define _(s) gettext(s)
/* Marks a message of a table; it is translated where it is printed. */
#define N_(s) s

enum language {
	LANGUAGE_VIETNAMESE,
	LANGUAGE_ENGLISH,
};

/* "vi", "en", and locale names that begin so ("vi_VN.UTF-8"). */
MUSTCHECK bool language_parse(const char *word, enum language *out);
/* Once, before anything is printed; again when an option asks for another language. */
void language_use(enum language language);
enum language language_used(void);

#endif
