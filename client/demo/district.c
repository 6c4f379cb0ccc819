/* The district: units, households with their class at each year's end, groups. Totals are quotas drawn without chance, so
 * that the published figures come out exactly; who is who is drawn by lot. */
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define FULL_SIZE 14050
#define HAMLETS 6

/* Households and share of poor by unit are invented within what was published: 11 units above 60 % poor, 2 at 35-60,
 * 4 at 10-30, 1 below 5; difficulty and session days are the demo's own. */
const struct unit units[UNIT_COUNT] = {
	{ "AL01", "Thị trấn A Lưới", "town", 2050, 4, 0, 6, "ALX2" },
	{ "AL02", "A Ngo", "commune", 1050, 25, 1, 8, "ALX2" },
	{ "AL03", "A Roàng", "commune", 760, 66, 2, 12, "ALX4" },
	{ "AL04", "Đông Sơn", "commune", 430, 78, 2, 13, "ALX4" },
	{ "AL05", "Hồng Bắc", "commune", 620, 64, 2, 7, "ALX2" },
	{ "AL06", "Hồng Hạ", "commune", 500, 61, 2, 20, "ALX5" },
	{ "AL07", "Hồng Kim", "commune", 560, 62, 2, 9, "ALX1" },
	{ "AL08", "Hồng Thái", "commune", 430, 55, 1, 16, "ALX3" },
	{ "AL09", "Hồng Thượng", "commune", 640, 28, 1, 15, "ALX3" },
	{ "AL10", "Hồng Thủy", "commune", 830, 80, 2, 18, "ALX1" },
	{ "AL11", "Hồng Vân", "commune", 820, 70, 2, 19, "ALX1" },
	{ "AL12", "Hương Nguyên", "commune", 380, 72, 2, 21, "ALX5" },
	{ "AL13", "Hương Phong", "commune", 130, 38, 1, 22, "ALX4" },
	{ "AL14", "Lâm Đớt", "commune", 1500, 74, 2, 11, "ALX4" },
	{ "AL15", "Phú Vinh", "commune", 420, 20, 1, 14, "ALX3" },
	{ "AL16", "Quảng Nhâm", "commune", 1300, 66, 2, 5, "ALX2" },
	{ "AL17", "Sơn Thủy", "commune", 800, 14, 1, 4, "ALX3" },
	{ "AL18", "Trung Sơn", "commune", 830, 76, 2, 10, "ALX1" },
};

struct date demo_date(int year, int month, int day)
{
	struct date d;

	if (!date_make(year, month, day, &d))
		abort();
	return d;
}

static int scale(int64_t value, int households)
{
	return (int)((value * households + FULL_SIZE / 2) / FULL_SIZE);
}

static int64_t scale_money(int64_t dong, int households)
{
	return dong / 1000000 * households / FULL_SIZE * 1000000;
}

static void figures_make(struct figures *f, int n)
{
	static const int total[DEMO_YEARS] = { 14050, 14134, 14283, 14400, 14510, 14570 };
	static const int poor[DEMO_YEARS] = { 7022, 5399, 3485, 2065, 1640, 1640 };

	for (int y = 0; y < DEMO_YEARS; y++) {
		f->households[y] = y == 0 ? n : scale(total[y], n);
		f->poor[y] = n == FULL_SIZE ? poor[y] : scale(poor[y], n);
	}
	f->near_poor = scale(2185, n);
	f->customers_2023 = scale(3908, n);
	f->groups = scale(192, n) < 4 ? 4 : scale(192, n);
	f->outstanding_2022 = n == FULL_SIZE ? 439395000000 : scale_money(439395000000, n);
	f->lent_2023 = n == FULL_SIZE ? 183587000000 : scale_money(183587000000, n);
	f->collected_2023 = n == FULL_SIZE ? 98497000000 : scale_money(98497000000, n);
}

static enum ethnic ethnic_draw(struct rng *r, int unit)
{
	bool kinh = rng_chance(r, units[unit].poor_percent < 30 ? 600 : 60);

	return kinh ? ETHNIC_KINH : (enum ethnic)rng_below(r, ETHNIC_KINH);
}

static struct household *household_add(struct district *d, int unit, struct date registered_on)
{
	struct household *h = &d->households[d->count++];

	*h = (struct household){
		.unit = unit,
		.hamlet = 1 + (int)rng_below(&d->rng, HAMLETS),
		.members = 2 + (int)rng_below(&d->rng, 3) + (int)rng_below(&d->rng, 2),
		.group = -1,
		.ethnic = ethnic_draw(&d->rng, unit),
		.released = rng_chance(&d->rng, 12),
		.registered_on = registered_on,
		.left_on = DATE_EVER,
		.joined_on = DATE_EVER,
		.seed = rng_next(&d->rng),
	};
	return h;
}

/* All units' households; what rounding leaves goes to the largest unit. */
static void households_first(struct district *d)
{
	int wanted[UNIT_COUNT], given = 0;

	for (int u = 0; u < UNIT_COUNT; u++)
		given += wanted[u] = scale(units[u].households, d->figures.households[0]);
	wanted[0] += d->figures.households[0] - given;
	for (int u = 0; u < UNIT_COUNT; u++)
		for (int i = 0; i < wanted[u]; i++)
			household_add(d, u,
				      demo_date(2008 + (int)rng_below(&d->rng, 6),
						1 + (int)rng_below(&d->rng, 12), 1));
}

/* Poor by the units' shares, then one more or less here and there until the total is met; near-poor by lot. */
static void classes_first(struct district *d)
{
	int n = d->count, poor = 0, near = 0;
	int *order = malloc((size_t)n * sizeof(*order));

	if (order == NULL)
		abort();
	for (int i = 0; i < n; i++)
		order[i] = i;
	rng_shuffle(&d->rng, order, n);
	for (int i = 0; i < n; i++)
		d->households[i].class_at[0] =
			rng_below(&d->rng, 100) < 30 ? HOUSEHOLD_AVERAGE : HOUSEHOLD_NONE;
	for (int u = 0; u < UNIT_COUNT; u++) {
		int quota = scale((int64_t)units[u].households * units[u].poor_percent / 100,
				  d->figures.households[0]);

		for (int i = 0; i < n && quota > 0 && poor < d->figures.poor[0]; i++)
			if (d->households[order[i]].unit == u) {
				d->households[order[i]].class_at[0] = HOUSEHOLD_POOR;
				quota--;
				poor++;
			}
	}
	/* from the other end: the quotas above took their poor from this one */
	for (int i = n - 1; i >= 0 && (poor < d->figures.poor[0] || near < d->figures.near_poor); i--) {
		struct household *h = &d->households[order[i]];

		if (h->class_at[0] == HOUSEHOLD_POOR)
			continue;
		if (poor < d->figures.poor[0] && units[h->unit].poor_percent > 60) {
			h->class_at[0] = HOUSEHOLD_POOR;
			poor++;
		} else if (near < d->figures.near_poor) {
			h->class_at[0] = HOUSEHOLD_NEAR_POOR;
			near++;
		}
	}
	free(order);
}

static void household_leave(struct district *d, const int *order, int leave, int year)
{
	for (int i = 0; i < d->count && leave > 0; i++) {
		struct household *h = &d->households[order[i]];

		if (h->class_at[year] != HOUSEHOLD_NONE || date_cmp(h->left_on, DATE_EVER) != 0)
			continue;
		h->left_on = demo_date(DEMO_FIRST_YEAR + year, 2 + (int)rng_below(&d->rng, 9), 1);
		leave--;
	}
}

static bool household_gone(const struct household *h)
{
	return date_cmp(h->left_on, DATE_EVER) != 0;
}

/* The review of one December: some fall into poverty, more leave it, so many that the year's figure is met. */
static void classes_review(struct district *d, const int *order, int n, int year)
{
	int poor = 0, fall = d->figures.poor[year] / 60;

	for (int i = 0; i < d->count; i++) {
		struct household *h = &d->households[i];

		h->class_at[year] = year > 0 && i < n ? h->class_at[year - 1] : HOUSEHOLD_NONE;
		if (!household_gone(h) && h->class_at[year] == HOUSEHOLD_POOR)
			poor++;
	}
	for (int i = 0; i < n && fall > 0; i++) {
		struct household *h = &d->households[order[i]];

		if (household_gone(h) || (h->class_at[year] != HOUSEHOLD_NEAR_POOR &&
					  h->class_at[year] != HOUSEHOLD_NEWLY_ESCAPED))
			continue;
		h->class_at[year] = HOUSEHOLD_POOR;
		poor++;
		fall--;
	}
	for (int i = n - 1; i >= 0; i--) {
		struct household *h = &d->households[order[i]];

		if (household_gone(h))
			continue;
		if (h->class_at[year] == HOUSEHOLD_NEAR_POOR && rng_chance(&d->rng, 250)) {
			h->class_at[year] = HOUSEHOLD_NEWLY_ESCAPED;
		} else if (poor > d->figures.poor[year] && h->class_at[year] == HOUSEHOLD_POOR &&
			   h->class_at[year - 1] == HOUSEHOLD_POOR) {
			h->class_at[year] =
				rng_chance(&d->rng, 450) ? HOUSEHOLD_NEAR_POOR : HOUSEHOLD_NEWLY_ESCAPED;
			poor--;
		}
	}
}

static void households_grow(struct district *d, int year)
{
	int alive = 0, wanted;

	for (int i = 0; i < d->count; i++)
		alive += !household_gone(&d->households[i]);
	wanted = d->figures.households[year] - alive;
	for (int i = 0; i < wanted; i++)
		household_add(d, (int)rng_below(&d->rng, UNIT_COUNT),
			      demo_date(DEMO_FIRST_YEAR + year, 1 + (int)rng_below(&d->rng, 11), 10));
}

static void households_all(struct district *d)
{
	int *order;

	households_first(d);
	classes_first(d);
	order = malloc((size_t)(d->figures.households[DEMO_YEARS - 1] + d->count) * sizeof(*order));
	if (order == NULL)
		abort();
	for (int year = 1; year < DEMO_YEARS; year++) {
		int n = d->count;

		for (int i = 0; i < n; i++) {
			order[i] = i;
			d->households[i].class_at[year] = d->households[i].class_at[year - 1];
		}
		rng_shuffle(&d->rng, order, n);
		household_leave(d, order, d->figures.households[year] / 550, year);
		households_grow(d, year);
		classes_review(d, order, n, year);
	}
	free(order);
}

static const int organisations[4] = { 11, 12, 13, 14 };
static const int organisation_share[4] = { 340, 720, 880, 1000 };

static int organisation_draw(struct rng *r)
{
	int64_t at = rng_below(r, 1000);
	int i = 0;

	while (at >= organisation_share[i])
		i++;
	return organisations[i];
}

/* Groups in proportion to the units' households, at least one a unit when there are enough. */
static void groups_make(struct district *d)
{
	d->groups = calloc((size_t)d->figures.groups + UNIT_COUNT, sizeof(*d->groups));
	if (d->groups == NULL)
		abort();
	for (int u = 0; u < UNIT_COUNT; u++) {
		int wanted = (units[u].households * d->figures.groups + FULL_SIZE / 2) / FULL_SIZE;

		for (int i = 0; i < (wanted > 0 ? wanted : 1); i++)
			d->groups[d->group_count++] = (struct credit_group){
				.unit = u,
				.hamlet = 1 + i % HAMLETS,
				.organisation = organisation_draw(&d->rng),
				.formed_on = demo_date(2006 + (int)rng_below(&d->rng, 4),
						       1 + (int)rng_below(&d->rng, 12), 1),
			};
	}
}

void district_make(struct district *d, uint64_t seed, int number, int households)
{
	*d = (struct district){ .rng = { seed * 1000003u + (uint64_t)number }, .number = number };
	figures_make(&d->figures, households);
	d->households = calloc((size_t)households + (size_t)households / 2 + 64, sizeof(*d->households));
	if (d->households == NULL)
		abort();
	households_all(d);
	groups_make(d);
	for (int u = 0; u < UNIT_COUNT; u++) {
		d->days[u] = (struct session_day){ demo_date(2000, 1, 1), units[u].session_day };
		d->calendars[u] = (struct calendar){
			.days = &d->days[u], .days_count = 1, .close_days = 2, .closed_upto = DATE_NONE
		};
	}
}

void district_clear(struct district *d)
{
	free(d->households);
	free(d->groups);
}

int household_class_at(const struct household *h, struct date on)
{
	int year = DEMO_YEARS - 1;

	while (year > 0 && date_cmp(on, demo_date(DEMO_FIRST_YEAR + year, 12, 15)) < 0)
		year--;
	return h->class_at[year];
}

/* Numbers of A Lưới begin with the district's own prefix; further districts of a benchmark count on from there. */
int64_t household_number(const struct district *d, int index)
{
	return 4600000000 + (int64_t)d->number * 100000 + index + 1;
}

int64_t group_number(const struct district *d, int index)
{
	return 4600001 + (int64_t)d->number * 300 + index;
}

void unit_code(const struct district *d, int unit, char out[16])
{
	if (d->number == 0)
		snprintf(out, 16, "%s", units[unit].code);
	else
		snprintf(out, 16, "D%04d-%s", d->number, units[unit].code);
}
