/* Date: days since 1970-01-01 of the proleptic Gregorian calendar. No clock, no time zone. */
#ifndef VONVAY_DATE_H
#define VONVAY_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/compiler.h"

struct date {
	int32_t days;
};

/* "No date": sorts before every date. Not a valid date. */
#define DATE_NONE ((struct date){ INT32_MIN })
/* "For ever": sorts after every valid date. Not a valid date. */
#define DATE_EVER ((struct date){ INT32_MAX })

/* Valid dates are 1900-01-01 .. 2299-12-31. */
#define DATE_TEXT_SIZE 11

/* False when year, month or day is out of range. */
MUSTCHECK bool date_make(int year, int month, int day, struct date *out);
/* The inverse of date_make. */
void date_split(struct date d, int *year, int *month, int *day);
/* Exactly YYYY-MM-DD and nothing else. */
MUSTCHECK bool date_parse(const char *text, struct date *out);
/* Writes YYYY-MM-DD and a NUL. */
void date_format(struct date d, char out[DATE_TEXT_SIZE]);

/* < 0, 0, > 0: a before, on, after b. DATE_NONE is before, DATE_EVER after every day. */
int date_cmp(struct date a, struct date b);
bool date_is_none(struct date d);
struct date date_min(struct date a, struct date b);
struct date date_max(struct date a, struct date b);
/* Later by `days`, which may be negative; the result is not checked against the valid range. */
struct date date_add_days(struct date d, int32_t days);
/* The same day of the month `months` later, clamped to the end of that month. */
struct date date_add_months(struct date d, int months);
/* a - b in days. */
int32_t date_diff(struct date a, struct date b);
int date_days_in_month(int year, int month);
/* year * 12 + month - 1: a number for a month. */
int32_t date_month_number(struct date d);
/* The day `day` (1..31) of a month number, clamped to the end of the month. */
struct date date_in_month(int32_t month_number, int day);

#endif
