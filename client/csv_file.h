/* A file to be imported: its bytes, whether they can be sent at all, and the pieces they are sent in. */
#ifndef VONVAY_CLIENT_CSV_FILE_H
#define VONVAY_CLIENT_CSV_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"

/* A piece and what JSON makes of it: the line with it stays below WIRE_LINE_BYTES_MAX. */
#define CSV_PIECE_BYTES_MAX ((size_t)512 * 1024)
#define CSV_PIECE_JSON_BYTES_MAX ((size_t)960 * 1024)

struct csv_file {
	const char *path;
	void *map;
	const char *bytes; /* in the map */
	size_t size;
};

/* False after saying why. */
MUSTCHECK bool csv_file_open(struct csv_file *f, const char *path);
void csv_file_close(struct csv_file *f);
/* UTF-8 without NUL? False after saying where it is not. */
MUSTCHECK bool csv_file_check(const struct csv_file *f);
/* SHA-256 in hexadecimal; to be freed. */
char *csv_file_sha256_new(const struct csv_file *f);
/* Bytes of the piece that begins at s: whole characters. */
size_t csv_piece_bytes(const char *s, size_t len);

#endif
