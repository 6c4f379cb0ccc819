/* CSV files as a stream of rows with their line numbers (libcsv, strict). Whatever is not well-formed is told with its
 * line: quotes that do not close, NUL, a carriage return inside a line, bytes that are not UTF-8 (with their column). */
#ifndef VONVAY_CSV_H
#define VONVAY_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"

#define CSV_COLUMNS_MAX 64

/* Valid inside the callback. */
struct csv_row {
	int64_t line;			    /* where it begins; the first of the file is 1 */
	int count;			    /* of fields, at most CSV_COLUMNS_MAX */
	const char *field[CSV_COLUMNS_MAX]; /* without quotes, ended by a NUL */
	int bad_utf8;			    /* index of the first field that is not UTF-8, -1 for none */
};

/* Why a file can't be read on. */
struct csv_fault {
	int64_t line;
	const char *message;
};

struct csv_reader;
typedef void csv_row_fn(void *arg, const struct csv_row *row);

/* `row` is called with `arg` for every row, the header too, during _feed and _end. */
struct csv_reader *csv_reader_new(csv_row_fn *row, void *arg);
/* The next bytes of the file, cut anywhere. A byte order mark at the beginning is passed over. After a fault the reader
 * takes nothing more. */
MUSTCHECK bool csv_reader_feed(struct csv_reader *r, const void *bytes, size_t len, struct csv_fault *fault);
/* The end of the file: gives the last row if it has no line end. */
MUSTCHECK bool csv_reader_end(struct csv_reader *r, struct csv_fault *fault);
/* Lines seen so far. */
int64_t csv_reader_lines(const struct csv_reader *r);
void csv_reader_free(struct csv_reader *r);

#endif
