/* Shared by the files of the migration machinery. */
#ifndef VONVAY_MIGRATE_PRIVATE_H
#define VONVAY_MIGRATE_PRIVATE_H

#include <stdbool.h>

#include "vonvay/compiler.h"
#include "vonvay/crypto.h"
#include "vonvay/text.h"

/* One file of sql/. */
struct sql_file {
	char *name; /* "001_roles.sql" */
	struct text content;
	char sha256[SHA256_HEX_SIZE];
};

struct sql_files {
	int count;
	struct sql_file *files; /* in the order of their names */
};

/* All files of `dir`/`folder` whose name ends with `suffix`. */
MUSTCHECK bool sql_files_read(struct sql_files *out, const char *dir, const char *folder, const char *suffix,
			      struct text *error);
void sql_files_clear(struct sql_files *files);
/* One digest over names and contents. */
void sql_files_digest(const struct sql_files *files, char out[SHA256_HEX_SIZE]);
/* Migrations: file i must be number i + 1. */
MUSTCHECK bool sql_files_check_numbers(const struct sql_files *files, struct text *error);

/* The statement that makes the temporary table of a CSV file ("data_NAME", all columns text, from its header), and the
 * one that copies into it. False: the header is not one. */
MUSTCHECK bool sql_csv_table(const struct sql_file *csv, struct text *create, struct text *copy,
			     struct text *error);

#endif
