/* The CSV files, in the form `vonvay import` takes them. */
#include <string.h>

#include "demo.h"

void write_headers(FILE *areas, FILE *groups, FILE *households, FILE *loans)
{
	fputs("code,name,kind,parent,rural,difficulty,session_day,valid_from,valid_to,successor,mark\n",
	      areas);
	fputs("group,name,organisation,area,hamlet,point,leader,formed_on,dissolved_on\n", groups);
	fputs("record,household,area,hamlet,group,on,until,member,name,sex,born_on,relation,ethnic,citizen_id,telephone,address,"
	      "class,attributes,decision\n",
	      households);
	fputs("record,loan,household,group,programme,purpose,rate_line,fund,on,amount,term_months,instalment_months,"
	      "principal_grace_months,interest_grace_months,principal,in_term,overdue,frozen,interest_in_term,interest_overdue,"
	      "interest_grace\n",
	      loans);
}

static const char *const difficulty_words[] = { "ordinary", "difficult", "extremely_difficult" };

static void prefix_of(const struct district *d, char out[16])
{
	out[0] = '\0';
	if (d->number > 0)
		snprintf(out, 16, "D%04d-", d->number);
}

/* The five communes from July 2025 on; which unit went where is known, not checked (domain.md 7.2). */
static void areas_new(const char *prefix, FILE *f)
{
	static const int difficulty[5] = { 2, 2, 1, 2, 2 };

	for (int i = 1; i <= 5; i++)
		fprintf(f, "%sALX%d,A Lưới %d,commune,%sAL,yes,%s,,2025-07-01,,,known\n", prefix, i, i,
			prefix, difficulty_words[difficulty[i - 1]]);
}

/* Units merged in 2020, kept so that older papers can be read. */
static void areas_old(const char *prefix, FILE *f)
{
	static const char *const old[][3] = {
		{ "AL14a", "A Đớt", "AL14" },	   { "AL14b", "Hương Lâm", "AL14" },
		{ "AL16a", "Hồng Quảng", "AL16" }, { "AL16b", "Nhâm", "AL16" },
		{ "AL18a", "Hồng Trung", "AL18" }, { "AL18b", "Bắc Sơn", "AL18" },
	};

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		fprintf(f, "%s%s,%s,commune,%sAL,yes,extremely_difficult,,1976-01-01,2019-12-31,%s%s,found\n",
			prefix, old[i][0], old[i][1], prefix, prefix, old[i][2]);
}

static const char *unit_from(int unit)
{
	return strcmp(units[unit].code, "AL14") == 0 || strcmp(units[unit].code, "AL16") == 0 ||
			       strcmp(units[unit].code, "AL18") == 0
		       ? "2020-01-01"
		       : "1976-01-01";
}

static void write_areas(const struct district *d, FILE *f)
{
	char prefix[16], code[16];

	prefix_of(d, prefix);
	fprintf(f, "%sAL,A Lưới (Phòng giao dịch),transaction_office,HUE,,,,2003-01-01,,,found\n", prefix);
	areas_new(prefix, f);
	for (int u = 0; u < UNIT_COUNT; u++) {
		unit_code(d, u, code);
		fprintf(f, "%s,%s,%s,%sAL,%s,%s,,%s,2025-06-30,%s%s,found\n", code, units[u].name,
			units[u].kind, prefix, strcmp(units[u].kind, "town") == 0 ? "no" : "yes",
			difficulty_words[units[u].difficulty], unit_from(u), prefix, units[u].successor);
	}
	areas_old(prefix, f);
	for (int u = 0; u < UNIT_COUNT; u++) {
		unit_code(d, u, code);
		fprintf(f, "%sTXN%02d,Điểm giao dịch %s,point,%s,,,%d,2003-01-01,,,demo\n", prefix, u + 1,
			units[u].name, code, units[u].session_day);
	}
}

static const char *organisation_word(int organisation)
{
	static const char *const words[] = { "farmers", "women", "veterans", "youth" };

	return words[organisation - 11];
}

static void write_groups(const struct district *d, FILE *f)
{
	char prefix[16], code[16], leader[64], formed[DATE_TEXT_SIZE];
	struct rng r = { 77u + (uint64_t)d->number };

	prefix_of(d, prefix);
	for (int g = 0; g < d->group_count; g++) {
		const struct credit_group *group = &d->groups[g];

		unit_code(d, group->unit, code);
		name_make(&r, (enum ethnic)rng_below(&r, ETHNIC_COUNT), group->organisation == 12, leader,
			  sizeof(leader));
		date_format(group->formed_on, formed);
		fprintf(f, "%07lld,Tổ %d thôn %d %s,%s,%s,Thôn %d,%sTXN%02d,%s,%s,\n",
			(long long)group_number(d, g), g + 1, group->hamlet, units[group->unit].name,
			organisation_word(group->organisation), code, group->hamlet, prefix, group->unit + 1,
			leader, formed);
	}
}

static void write_attributes(struct rng *r, const struct household *h, FILE *f)
{
	const char *separator = "";
	const struct {
		bool has;
		const char *word;
	} words[] = {
		{ h->ethnic != ETHNIC_KINH, "ethnic_minority" },
		{ rng_chance(r, 500), "lacks_works" },
		{ rng_chance(r, 700), "worker" },
		{ rng_chance(r, 150), "student" },
		{ h->released, "released" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].has) {
			fprintf(f, "%s%s", separator, words[i].word);
			separator = "|";
		}
}

static void write_member(const struct district *d, struct rng *r, int index, int member, const char *name,
			 bool female, FILE *f)
{
	const struct household *h = &d->households[index];
	static const char *const relations[] = { "chủ hộ", "vợ/chồng", "con", "con", "con" };
	int born = member <= 2 ? (int)rng_between(r, 1955, 1998) : (int)rng_between(r, 1999, 2021);

	fprintf(f, "member,%010lld,,,,,,%d,%s,%s,%04d-%02d-%02d,%s,%s,",
		(long long)household_number(d, index), member, name, female ? "female" : "male", born,
		(int)rng_between(r, 1, 12), (int)rng_between(r, 1, 28), relations[member - 1],
		ethnic_name(h->ethnic));
	if (member <= 2)
		fprintf(f, "046%09lld", ((long long)d->number * 40000 + index) * 2 + member);
	fputc(',', f);
	if (member == 1)
		fprintf(f, "09%08lld,\"Thôn %d, %s\"", (long long)rng_below(r, 100000000), h->hamlet,
			units[h->unit].name);
	else
		fputc(',', f);
	fputs(",,,\n", f);
}

static const char *const class_words[] = { "none", "poor", "near_poor", "newly_escaped", "average" };

static void write_classes(const struct district *d, int index, FILE *f)
{
	const struct household *h = &d->households[index];
	int before = HOUSEHOLD_NONE;

	for (int y = 0; y < DEMO_YEARS - 1; y++) {
		struct date on = demo_date(DEMO_FIRST_YEAR + y, 12, 15);

		if (h->class_at[y] == before || date_cmp(on, h->registered_on) < 0 ||
		    date_cmp(on, h->left_on) >= 0)
			continue;
		fprintf(f, "class,%010lld,,,,%d-12-15,,,,,,,,,,,%s,,QĐ %d/QĐ-UBND\n",
			(long long)household_number(d, index), DEMO_FIRST_YEAR + y,
			class_words[h->class_at[y]], 1200 + 100 * y + h->unit);
		before = h->class_at[y];
	}
}

static void write_household(const struct district *d, int index, FILE *f)
{
	const struct household *h = &d->households[index];
	struct rng r = { h->seed };
	bool female = rng_chance(&r, 350);
	char code[16], name[64], on[DATE_TEXT_SIZE], until[DATE_TEXT_SIZE] = "";
	long long number = household_number(d, index);

	unit_code(d, h->unit, code);
	date_format(h->registered_on, on);
	if (date_cmp(h->left_on, DATE_EVER) != 0)
		date_format(h->left_on, until);
	name_make(&r, h->ethnic, female, name, sizeof(name));
	fprintf(f, "household,%010lld,%s,Thôn %d,,%s,%s,,%s,,,,,,,,,", number, code, h->hamlet, on, until,
		name);
	write_attributes(&r, h, f);
	fputs(",\n", f);
	write_member(d, &r, index, 1, name, female, f);
	for (int m = 2; m <= h->members; m++) {
		bool girl = m == 2 ? !female : rng_chance(&r, 500);

		name_make(&r, h->ethnic, girl, name, sizeof(name));
		write_member(d, &r, index, m, name, girl, f);
	}
	write_classes(d, index, f);
	if (h->group >= 0) {
		date_format(h->joined_on, on);
		fprintf(f, "join,%010lld,,,%07lld,%s,,,,,,,,,,,,,\n", number,
			(long long)group_number(d, h->group), on);
	}
}

static void write_opening(const struct sim_loan *s, FILE *f)
{
	const struct loan_opening *o = &s->opening;

	fprintf(f, "opened,%lld,,,,,,,2021-12-31,,,,,,%lld,%lld,%lld,0,%lld,%lld,%lld\n",
		(long long)s->number, (long long)o->principal.dong, (long long)o->in_term.dong,
		(long long)o->overdue.dong, (long long)o->interest_in_term.dong,
		(long long)o->interest_overdue.dong, (long long)o->interest_grace.dong);
}

static void write_loan(const struct district *d, const struct sim_loan *s, FILE *f)
{
	const struct spec *spec = &specs[s->spec];
	char on[DATE_TEXT_SIZE], group[16] = "";

	if (s->group >= 0)
		snprintf(group, sizeof(group), "%07lld", (long long)group_number(d, s->group));
	date_format(s->terms.contract_on, on);
	fprintf(f, "loan,%lld,%010lld,%s,%s,%s,%s,central,%s,,%d,%d,%d,%d,,,,,,,\n", (long long)s->number,
		(long long)household_number(d, s->household), group, spec->code, spec->purpose, s->line, on,
		s->terms.term_months, s->terms.instalment_months, s->terms.principal_grace_months,
		s->terms.interest_grace_months);
	if (s->opened)
		write_opening(s, f);
	for (int i = 0; i < s->event_count; i++) {
		date_format(s->events[i].on, on);
		fprintf(f, "%s,%lld,,,,,,,%s,%lld,,,,,,,,,,,\n", fact_kind_word(s->events[i].kind),
			(long long)s->number, on, (long long)s->events[i].amount);
	}
}

void write_district(const struct district *d, const struct lending *l, FILE *areas, FILE *groups,
		    FILE *households, FILE *loans)
{
	write_areas(d, areas);
	write_groups(d, groups);
	for (int i = 0; i < d->count; i++)
		write_household(d, i, households);
	for (int i = 0; i < l->count; i++)
		write_loan(d, &l->loans[i], loans);
}
