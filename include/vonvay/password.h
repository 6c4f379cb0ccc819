/* The operator's way to a password, beside the daemon: `vonvayd --set-password NAME`. */
#ifndef VONVAY_PASSWORD_H
#define VONVAY_PASSWORD_H

#include <stdbool.h>
#include <stdio.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

struct settings;

/* In bytes. */
#define PASSWORD_BYTES_MIN 8
#define PASSWORD_BYTES_MAX 1024

/* Reads the new password, one line, from `in`; hashes it and stores it as migrate_conninfo lets us. The sessions of that
 * member of staff end. False with the reason in `error`: nothing has changed. */
MUSTCHECK bool password_set(const struct settings *settings, const char *name, FILE *in, struct text *error);

#endif
