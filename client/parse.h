/* What people type, read into what goes over the wire. False: the text is not of that form. */
#ifndef VONVAY_CLIENT_PARSE_H
#define VONVAY_CLIENT_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/compiler.h"

#define PARSE_DATE_SIZE 11

/* 1234567 or 1.234.567: dots only as separators of groups of three. Also with ₫, đ or "VND" behind. At least 1. */
MUSTCHECK bool parse_money(const char *text, int64_t *out);
MUSTCHECK bool parse_integer(const char *text, int64_t *out);
/* YYYY-MM-DD or dd/mm/yyyy, a day of the calendar; out is YYYY-MM-DD. */
MUSTCHECK bool parse_date(const char *text, char out[PARSE_DATE_SIZE]);
/* Digits, 1 to 19 of them. */
MUSTCHECK bool parse_id(const char *text);
/* 6.6 or 6,6, a % behind allowed; at most 4 decimals. The result has a point; to be freed, NULL for another form. */
char *parse_rate_new(const char *text);
/* UUIDv7 in its canonical form. */
MUSTCHECK bool parse_key(const char *text);

#endif
