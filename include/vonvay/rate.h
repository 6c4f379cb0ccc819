/* A rate line: the dated rates a loan follows, with the cumulative index F(line, day) = sum of rate_e7 over all days
 * before `day`, so that interest over a span is balance x (F(end) - F(start)) whatever changes it crosses. design.md 1.5 */
#ifndef VONVAY_RATE_H
#define VONVAY_RATE_H

#include <stddef.h>

#include "vonvay/date.h"

struct rate_row {
	struct date from; /* in force from this day, this day counted */
	int32_t rate_e7;  /* 0 .. 10^7, a multiple of 10 */
	int64_t index;	  /* F(from), filled by rate_line_init */
};

/* Rows in ascending order of from, no two equal; owned by whoever made the line. Before the first row the first rate holds. */
struct rate_line {
	const struct rate_row *rows;
	size_t count;
};

/* Fills rows[].index; false when not ascending, empty, or a rate is out of range. */
MUSTCHECK bool rate_line_init(struct rate_line *line, struct rate_row *rows, size_t count);
/* F(line, day); negative before the first row. */
int64_t rate_index(const struct rate_line *line, struct date day);
int32_t rate_on(const struct rate_line *line, struct date day);
/* "6.6" -> 660000: at most 4 decimals, 0..100, no sign, no exponent, no leading or trailing dot. */
MUSTCHECK bool rate_parse_percent(const char *text, int32_t *rate_e7);
/* 660000 -> "6.6", 1030224 -> "10.30224"; out holds 12 bytes. */
void rate_format_percent(int32_t rate_e7, char out[12]);

#endif
