/* Rate lines and the text of a rate. */
#include "vonvay/rate.h"

#include "vonvay/interest.h"

static bool rate_row_valid(const struct rate_row *row)
{
	return row->rate_e7 >= 0 && row->rate_e7 <= RATE_E7_MAX && row->rate_e7 % 10 == 0 &&
	       date_cmp(row->from, DATE_NONE) > 0 && date_cmp(row->from, DATE_EVER) < 0;
}

bool rate_line_init(struct rate_line *line, struct rate_row *rows, size_t count)
{
	if (count == 0)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!rate_row_valid(&rows[i]))
			return false;
		if (i == 0) {
			rows[i].index = 0;
			continue;
		}
		const struct rate_row *last = &rows[i - 1];
		if (date_cmp(last->from, rows[i].from) >= 0)
			return false;
		rows[i].index = last->index + (int64_t)date_diff(rows[i].from, last->from) * last->rate_e7;
	}
	*line = (struct rate_line){ rows, count };
	return true;
}

/* The row in force on a day; before the first row the first. */
static const struct rate_row *rate_row_on(const struct rate_line *line, struct date day)
{
	size_t low = 0, high = line->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (date_cmp(line->rows[middle].from, day) <= 0)
			low = middle;
		else
			high = middle;
	}
	return &line->rows[low];
}

int64_t rate_index(const struct rate_line *line, struct date day)
{
	const struct rate_row *row = rate_row_on(line, day);

	return row->index + (int64_t)date_diff(day, row->from) * row->rate_e7;
}

int32_t rate_on(const struct rate_line *line, struct date day)
{
	return rate_row_on(line, day)->rate_e7;
}

#define RATE_E7_PER_PERCENT 100000

/* Up to `max` digits from *text on, which is moved past them; returns how many. */
static int rate_digits(const char **text, int max, int32_t *value)
{
	int count = 0;

	*value = 0;
	while (count < max && **text >= '0' && **text <= '9') {
		*value = *value * 10 + (**text - '0');
		(*text)++;
		count++;
	}
	return count;
}

bool rate_parse_percent(const char *text, int32_t *rate_e7)
{
	int32_t whole, part = 0;

	if (rate_digits(&text, 3, &whole) == 0)
		return false;
	if (*text == '.') {
		text++;
		int count = rate_digits(&text, 4, &part);
		if (count == 0)
			return false;
		for (; count < 5; count++)
			part *= 10;
	}
	int32_t rate = whole * RATE_E7_PER_PERCENT + part;
	if (*text != '\0' || rate > RATE_E7_MAX)
		return false;
	*rate_e7 = rate;
	return true;
}

void rate_format_percent(int32_t rate_e7, char out[12])
{
	int32_t whole = rate_e7 / RATE_E7_PER_PERCENT, part = rate_e7 % RATE_E7_PER_PERCENT;
	char digits[8];
	int count = 0;

	do {
		digits[count++] = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole != 0 && count < 5);
	while (count > 0)
		*out++ = digits[--count];
	if (part != 0)
		*out++ = '.';
	for (int32_t unit = RATE_E7_PER_PERCENT / 10; unit > 0 && part > 0; unit /= 10) {
		*out++ = (char)('0' + part / unit);
		part %= unit;
	}
	*out = '\0';
}
