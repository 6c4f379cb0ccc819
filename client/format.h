/* Numbers, money and dates for people, in the language in use: 1.234.567 ₫, 6,6%, 31/12/2023; 1,234,567 ₫, 6.6%,
 * 2023-12-31. What can't be read as such is shown as it came. */
#ifndef VONVAY_CLIENT_FORMAT_H
#define VONVAY_CLIENT_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

void format_count(struct buffer *out, int64_t n);
void format_money(struct buffer *out, int64_t amount);
/* "2023-12-31". */
void format_date(struct buffer *out, const char *iso);
/* "2026-11-23T18:58:00.123+07:00", shown in the time of Việt Nam. */
void format_moment(struct buffer *out, const char *iso);
/* "6.6" -> 6,6% */
void format_percent(struct buffer *out, const char *decimal);
/* "0.0123" -> 1,23% */
void format_ratio(struct buffer *out, const char *decimal);
void format_seconds(struct buffer *out, int64_t seconds);

#endif
