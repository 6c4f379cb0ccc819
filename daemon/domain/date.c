/* Days since 1970-01-01 <-> year, month, day. A year is counted from March, so that the leap day comes last in it. */
#include "vonvay/date.h"

#define DAYS_PER_ERA 146097  /* 400 years */
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */
#define YEAR_MIN 1900
#define YEAR_MAX 2299

static int32_t date_days_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

static bool date_is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool date_is_special(struct date d)
{
	return d.days == INT32_MIN || d.days == INT32_MAX;
}

/* DATE_NONE and DATE_EVER stand for days that no arithmetic reaches. */
static struct date date_clamp(int64_t days)
{
	if (days <= INT32_MIN)
		return (struct date){ INT32_MIN + 1 };
	if (days >= INT32_MAX)
		return (struct date){ INT32_MAX - 1 };
	return (struct date){ (int32_t)days };
}

int date_days_in_month(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && date_is_leap(year) ? 29 : days[month - 1];
}

bool date_make(int year, int month, int day, struct date *out)
{
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12)
		return false;
	if (day < 1 || day > date_days_in_month(year, month))
		return false;
	out->days = date_days_of(year, month, day);
	return true;
}

void date_split(struct date d, int *year, int *month, int *day)
{
	int64_t z = (int64_t)d.days + DAYS_TO_EPOCH;
	int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int32_t day_of_era = (int32_t)(z - era * DAYS_PER_ERA);
	int32_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int32_t march_month = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * march_month + 2) / 5 + 1;
	*month = march_month < 10 ? march_month + 3 : march_month - 9;
	*year = (int)(year_of_era + era * 400) + (*month <= 2);
}

/* The number of exactly `count` digits at text, or -1. */
static int date_digits(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool date_parse(const char *text, struct date *out)
{
	int year = date_digits(text, 4);

	if (year < 0 || text[4] != '-')
		return false;
	int month = date_digits(text + 5, 2);
	if (month < 0 || text[7] != '-')
		return false;
	int day = date_digits(text + 8, 2);
	if (day < 0 || text[10] != '\0')
		return false;
	return date_make(year, month, day, out);
}

static void date_put(char *at, int value, int count)
{
	for (int i = count - 1; i >= 0; i--, value /= 10)
		at[i] = (char)('0' + value % 10);
}

void date_format(struct date d, char out[DATE_TEXT_SIZE])
{
	int year, month, day;

	date_split(d, &year, &month, &day);
	date_put(out, year, 4);
	out[4] = '-';
	date_put(out + 5, month, 2);
	out[7] = '-';
	date_put(out + 8, day, 2);
	out[10] = '\0';
}

int date_cmp(struct date a, struct date b)
{
	return (a.days > b.days) - (a.days < b.days);
}

bool date_is_none(struct date d)
{
	return d.days == INT32_MIN;
}

struct date date_min(struct date a, struct date b)
{
	return a.days < b.days ? a : b;
}

struct date date_max(struct date a, struct date b)
{
	return a.days > b.days ? a : b;
}

struct date date_add_days(struct date d, int32_t days)
{
	return date_is_special(d) ? d : date_clamp((int64_t)d.days + days);
}

int32_t date_diff(struct date a, struct date b)
{
	return date_clamp((int64_t)a.days - b.days).days;
}

int32_t date_month_number(struct date d)
{
	int year, month, day;

	date_split(d, &year, &month, &day);
	return year * 12 + month - 1;
}

struct date date_in_month(int32_t month_number, int day)
{
	int year = month_number / 12;
	int month = month_number % 12 + 1;
	int last = date_days_in_month(year, month);

	return (struct date){ date_days_of(year, month, day < last ? day : last) };
}

struct date date_add_months(struct date d, int months)
{
	int year, month, day;

	if (date_is_special(d))
		return d;
	date_split(d, &year, &month, &day);
	return date_in_month(year * 12 + month - 1 + months, day);
}
