/* What is lent in the demo: a spread over the sixteen programmes as a mountain district shows it. The rules themselves
 * (rates, caps, terms allowed) are reference data; these are only choices inside them. */
#include <stdlib.h>
#include <string.h>

#include "demo.h"

/* clang-format off */
const struct spec specs[] = {
	/* code purpose           line            new stock from until month  terms            every grace   low high who               direct */
	{ "01", "",                "01",           330, 400, 2015, 2026, 1, { 60, 60, 60 },    24, 0, 0,     20, 80, WHO_POOR,          false },
	{ "01", "",                "01",            60,  60, 2019, 2026, 4, { 120, 96, 120 },  36, 0, 0,     50, 90, WHO_POOR,          false },
	{ "19", "",                "19",           130, 110, 2015, 2026, 7, { 48, 60, 60 },    24, 0, 0,     30, 90, WHO_NEAR_POOR,     false },
	{ "09", "",                "09",           140,  90, 2016, 2026, 1, { 60, 60, 60 },    12, 0, 0,     30, 90, WHO_ESCAPED,       false },
	{ "02", "",                "02",            30,  30, 2018, 2026, 9, { 108, 96, 108 },  12, 60, 60,   10, 20, WHO_ANY,           false },
	{ "06", "",                "06",           120,  90, 2018, 2026, 11, { 60, 60, 60 },   12, 0, 0,     10, 20, WHO_ANY,           false },
	{ "07", "",                "07",             0,  45, 2016, 2020, 1, { 180, 180, 180 }, 12, 60, 60,   25, 25, WHO_POOR,          false },
	{ "48", "",                "48",             0,  25, 2015, 2019, 1, { 120, 120, 120 }, 12, 60, 60,   15, 15, WHO_POOR,          false },
	{ "03", "",                "03B",           90,  40, 2019, 2025, 12, { 60, 60, 60 },   24, 0, 0,     40, 90, WHO_ANY,           false },
	{ "03", "",                "03C",           90,   0, 2026, 2026, 1, { 36, 60, 60 },    24, 0, 0,     50, 90, WHO_ANY,           false },
	{ "04", "",                "04A",           12,   6, 2018, 2025, 1, { 36, 36, 24 },    12, 0, 0,     60, 90, WHO_MINORITY_POOR, false },
	{ "10", "",                "10",            90,  70, 2017, 2026, 1, { 60, 60, 60 },    12, 0, 0,     30, 50, WHO_ANY,           false },
	{ "15", "",                "15",             6,   3, 2018, 2026, 1, { 36, 48, 60 },    12, 0, 0,     40, 90, WHO_ANY,           false },
	{ "25", "land",            "25-land",       12,   0, 2022, 2025, 6, { 180, 180, 180 }, 12, 60, 0,    30, 50, WHO_MINORITY_POOR, false },
	{ "25", "house",           "25-house",      30,   0, 2022, 2025, 6, { 180, 180, 120 }, 12, 60, 0,    40, 40, WHO_MINORITY_POOR, false },
	{ "25", "production_land", "25-productionA", 20,  0, 2022, 2025, 6, { 120, 96, 120 },  12, 0, 0,     40, 75, WHO_MINORITY_POOR, false },
	{ "17", "",                "17",             0,  12, 2014, 2016, 1, { 120, 120, 120 }, 12, 60, 0,    10, 15, WHO_MINORITY_POOR, false },
	{ "21", "",                "21",             0,  12, 2017, 2020, 1, { 120, 120, 120 }, 24, 0, 0,     20, 50, WHO_MINORITY_POOR, false },
	{ "26", "",                "26",             8,   0, 2023, 2026, 11, { 36, 60, 60 },   24, 0, 0,     40, 90, WHO_RELEASED,      false },
	{ "12", "",                "12",             4,   3, 2018, 2026, 1, { 180, 240, 240 }, 6, 0, 0,      200, 450, WHO_ANY,         true },
};
/* clang-format on */
const int spec_count = (int)(sizeof(specs) / sizeof(specs[0]));

#define LINES_MAX 64
#define ROWS_MAX 8

struct line {
	char name[24];
	struct rate_row rows[ROWS_MAX];
	size_t count;
	struct rate_line line;
};
static struct line lines[LINES_MAX];
static int line_count;

static void rates_die(const char *path, int at)
{
	fprintf(stderr, "vonvay-demo: %s: line %d cannot be read\n", path, at);
	exit(1);
}

static struct line *line_get(const char *name)
{
	for (int i = 0; i < line_count; i++)
		if (strcmp(lines[i].name, name) == 0)
			return &lines[i];
	if (line_count == LINES_MAX)
		return NULL;
	snprintf(lines[line_count].name, sizeof(lines[0].name), "%s", name);
	return &lines[line_count++];
}

/* line,code,for_contracts_from,valid_from,rate_percent,... : no field of this file is quoted. */
static bool rates_row(char *text)
{
	char *field[5];
	struct line *line;

	for (int i = 0; i < 5; i++)
		if ((field[i] = strsep(&text, ",")) == NULL)
			return false;
	line = line_get(field[0]);
	if (line == NULL || line->count == ROWS_MAX)
		return false;
	return date_parse(field[3], &line->rows[line->count].from) &&
	       rate_parse_percent(field[4], &line->rows[line->count++].rate_e7);
}

void rates_load(const char *folder)
{
	char path[512], text[512];
	FILE *f;
	int at = 0;

	snprintf(path, sizeof(path), "%s/programme_rates.csv", folder);
	f = fopen(path, "r");
	if (f == NULL) {
		fprintf(stderr, "vonvay-demo: cannot open %s\n", path);
		exit(1);
	}
	while (fgets(text, sizeof(text), f) != NULL)
		if (++at > 1 && !rates_row(text))
			rates_die(path, at);
	fclose(f);
	for (int i = 0; i < line_count; i++)
		if (!rate_line_init(&lines[i].line, lines[i].rows, lines[i].count))
			rates_die(path, at);
}

const struct rate_line *rate_line_of(const char *line)
{
	for (int i = 0; i < line_count; i++)
		if (strcmp(lines[i].name, line) == 0)
			return &lines[i].line;
	fprintf(stderr, "vonvay-demo: no rate line %s\n", line);
	exit(1);
}
