/* Migrations: sql/migrations/NNN_name.sql once and in order, sql/api/ whenever it changed, sql/data/ whenever it changed. */
#ifndef VONVAY_MIGRATE_H
#define VONVAY_MIGRATE_H

#include <stdbool.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

/* The number of the newest migration in `dir`/migrations, 0 for none. False: two files of one number, a gap, or no
 * such folder. */
MUSTCHECK bool migrate_newest(const char *dir, int *number, struct text *error);
/* Brings the database up to the files in `dir`; says on stdout what it does. False: `error` has the reason and the
 * database is as before the step that failed. */
MUSTCHECK bool migrate_run(const char *conninfo, const char *dir, struct text *error);

#endif
