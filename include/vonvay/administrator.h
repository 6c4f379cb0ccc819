/* The first two administrators, who are put in by the operator; from then on staff are changed by two of them (staff.*). */
#ifndef VONVAY_ADMINISTRATOR_H
#define VONVAY_ADMINISTRATOR_H

#include <stdbool.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

struct administrator {
	const char *name;      /* what they sign in as */
	const char *full_name; /* NULL: the name */
	const char *uid;       /* of their Unix user, digits; NULL: none */
};

/* False: `error` has the reason, nothing was stored. `conninfo` is that of --migrate. */
MUSTCHECK bool administrator_add(const char *conninfo, const struct administrator *who, struct text *error);

#endif
