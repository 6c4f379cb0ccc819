/* The file a clerk fills in where there is no network: CSV, a row a group with the key of its post, a row a line below it.
 * Read as a whole: every error is told with its line and column, and then nothing is sent. */
#ifndef VONVAY_CLIENT_SHEET_FILE_H
#define VONVAY_CLIENT_SHEET_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"

struct sheet_group {
	int line;	/* of its row in the file */
	json_t *params; /* of session.post, key and lines included */
	int *lines;	/* rows in the file of the lines sent, in their order */
	size_t count;
	bool counted;	    /* cash_counted is filled in: to be sent */
	bool principal;	    /* principal_counted is, */
	int principal_line; /* and the first row with principal in cash, 0: none */
};

struct sheet_file {
	const char *path;
	struct sheet_group *groups;
	size_t count;
	int errors;
};

/* False after saying every error. Clear it in any case. */
MUSTCHECK bool sheet_file_read(struct sheet_file *f, const char *path);
void sheet_file_clear(struct sheet_file *f);

/* Writes the result of session.sheets; false after saying why not. A file that exists is left alone: it may be filled in. */
MUSTCHECK bool sheet_file_write(const char *path, const json_t *sheets);

#endif
