/* groups.csv: savings and credit groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"

enum {
	GROUP,
	NAME,
	ORGANISATION,
	AREA,
	HAMLET,
	POINT,
	LEADER,
	FORMED_ON,
	DISSOLVED_ON,
};

static const char *const columns[] = {
	[GROUP] = "group",
	[NAME] = "name",
	[ORGANISATION] = "organisation",
	[AREA] = "area",
	[HAMLET] = "hamlet",
	[POINT] = "point",
	[LEADER] = "leader",
	[FORMED_ON] = "formed_on",
	[DISSOLVED_ON] = "dissolved_on",
	NULL,
};
static const char *const organisations[] = { "farmers", "women", "veterans", "youth", NULL };
static const int organisation_numbers[] = { 11, 12, 13, 14 };

struct groups {
	struct import_seen seen;
	struct import_wanted areas, points, groups;
	struct import_chunk chunk;
};

struct group_row {
	int64_t group;
	const char *name, *area, *hamlet, *point, *leader;
	int organisation;
	struct date formed_on, dissolved_on;
};

static bool groups_begin(struct import_job *job)
{
	struct groups *g = xcalloc(1, sizeof *g);
	g->areas = (struct import_wanted){ .kind = "area", .must_exist = true, .complaint = "no such area" };
	g->points =
		(struct import_wanted){ .kind = "point", .must_exist = true, .complaint = "no such point" };
	g->groups = (struct import_wanted){ .kind = "group", .complaint = "this group exists already" };
	job->state = g;
	return true;
}

static void groups_free(struct import_job *job)
{
	struct groups *g = job->state;
	import_seen_clear(&g->seen);
	import_wanted_clear(&g->areas);
	import_wanted_clear(&g->points);
	import_wanted_clear(&g->groups);
	import_chunk_clear(&g->chunk);
	free(g);
}

static bool group_read(struct import_job *job, struct group_row *row)
{
	bool ok = import_number(job, GROUP, true, 1, 9999999, &row->group);
	ok &= import_text(job, NAME, true, 200, &row->name);
	ok &= import_word(job, ORGANISATION, true, organisations, &row->organisation);
	ok &= import_code(job, AREA, true, &row->area);
	ok &= import_text(job, HAMLET, false, 200, &row->hamlet);
	ok &= import_code(job, POINT, true, &row->point);
	ok &= import_text(job, LEADER, false, 200, &row->leader);
	ok &= import_date(job, FORMED_ON, true, &row->formed_on);
	ok &= import_date(job, DISSOLVED_ON, false, &row->dissolved_on);
	if (ok && !date_is_none(row->dissolved_on) && date_cmp(row->dissolved_on, row->formed_on) <= 0) {
		import_wrong(job, DISSOLVED_ON, "not after formed_on");
		ok = false;
	}
	return ok;
}

static void group_check(struct import_job *job, const struct group_row *row)
{
	struct groups *g = job->state;
	char key[24];
	int64_t line = job->row->line, first = row->group ? import_seen_add(&g->seen, row->group, line) : 0;
	if (first)
		import_wrong(job, GROUP, "this group stands on line %lld already", (long long)first);
	snprintf(key, sizeof key, "%lld", (long long)row->group);
	if (row->group)
		import_want(&g->groups, key, line, GROUP);
	if (row->area[0])
		import_want(&g->areas, row->area, line, AREA);
	if (row->point[0])
		import_want(&g->points, row->point, line, POINT);
}

static void group_write(struct groups *g, const struct group_row *row, int64_t line)
{
	struct jw w = jw_start(import_chunk_row(&g->chunk, line));
	jw_object(&w, NULL);
	jw_i64(&w, "group", row->group);
	jw_str(&w, "name", row->name);
	jw_i64(&w, "organisation", organisation_numbers[row->organisation]);
	jw_str(&w, "area", row->area);
	jw_str(&w, "hamlet", row->hamlet);
	jw_str(&w, "point", row->point);
	jw_str(&w, "leader", row->leader);
	jw_date(&w, "formed_on", row->formed_on);
	jw_date(&w, "dissolved_on", row->dissolved_on);
	jw_end(&w);
}

static void groups_flush(struct import_job *job)
{
	struct groups *g = job->state;
	import_ask(job, &g->areas);
	import_ask(job, &g->points);
	import_ask(job, &g->groups);
	if (job->applying && !job->errors_count)
		import_chunk_apply(job, &g->chunk);
}

static void groups_row(struct import_job *job)
{
	struct groups *g = job->state;
	struct group_row row = { .organisation = -1, .area = "", .point = "" };
	bool ok = group_read(job, &row);
	if (!job->applying)
		group_check(job, &row);
	else if (ok)
		group_write(g, &row, job->row->line);
	if (g->chunk.rows >= IMPORT_ROWS_MAX || g->groups.count >= 2 * IMPORT_ROWS_MAX)
		groups_flush(job);
}

const struct import_format import_groups = {
	.kind = "groups",
	.columns = columns,
	.optional = IMPORT_BIT(HAMLET) | IMPORT_BIT(LEADER) | IMPORT_BIT(DISSOLVED_ON),
	.apply = STMT_IMPORT_GROUPS,
	.begin = groups_begin,
	.row = groups_row,
	.end = groups_flush,
	.free = groups_free,
};
