/* areas.csv: administrative units with their successors, and transaction points (kind point: parent is the commune,
 * session_day the fixed day of the month). */
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"

enum {
	CODE,
	NAME,
	KIND,
	PARENT,
	RURAL,
	DIFFICULTY,
	SESSION_DAY,
	VALID_FROM,
	VALID_TO,
	SUCCESSOR,
	MARK,
};

static const char *const columns[] = {
	[CODE] = "code",
	[NAME] = "name",
	[KIND] = "kind",
	[PARENT] = "parent",
	[RURAL] = "rural",
	[DIFFICULTY] = "difficulty",
	[SESSION_DAY] = "session_day",
	[VALID_FROM] = "valid_from",
	[VALID_TO] = "valid_to",
	[SUCCESSOR] = "successor",
	[MARK] = "mark",
	NULL,
};
static const char *const kinds[] = {
	"transaction_office", "branch", "town", "commune", "hamlet", "point", NULL
};
static const char *const yes_no[] = { "no", "yes", NULL };
static const char *const difficulties[] = { "ordinary", "difficult", "extremely_difficult", NULL };
static const char *const marks[] = { "found", "known", "derived", "demo", NULL };

enum {
	KIND_OFFICE,
	KIND_BRANCH,
	KIND_HAMLET = 4,
	KIND_POINT,
};

/* A code that another row of this file, or the database, has to have. */
struct area_link {
	int64_t line;
	int column;
	char *code;
};

struct areas {
	char **codes; /* of the file, units only, sorted at the end */
	int64_t *lines;
	int count, cap;
	struct area_link *links;
	int links_count, links_cap;
	struct import_chunk chunk;
};

struct area_row {
	const char *code, *name, *parent, *successor;
	int kind, rural, difficulty, mark;
	int64_t session_day;
	struct date valid_from, valid_to;
};

static bool areas_begin(struct import_job *job)
{
	job->state = xcalloc(1, sizeof(struct areas));
	return true;
}

static void areas_free(struct import_job *job)
{
	struct areas *a = job->state;
	for (int i = 0; i < a->count; i++)
		free(a->codes[i]);
	for (int i = 0; i < a->links_count; i++)
		free(a->links[i].code);
	free(a->codes);
	free(a->lines);
	free(a->links);
	import_chunk_clear(&a->chunk);
	free(a);
}

/* A file of areas has some dozens of rows: a list is enough. */
static void areas_add_code(struct import_job *job, const char *code)
{
	struct areas *a = job->state;
	for (int i = 0; i < a->count; i++)
		if (!strcmp(a->codes[i], code))
			import_wrong(job, CODE, "this code stands on line %lld already",
				     (long long)a->lines[i]);
	if (a->count == a->cap) {
		a->cap = a->cap ? 2 * a->cap : 64;
		a->codes = xrealloc_array(a->codes, (size_t)a->cap, sizeof *a->codes);
		a->lines = xrealloc_array(a->lines, (size_t)a->cap, sizeof *a->lines);
	}
	a->codes[a->count] = xstrdup(code);
	a->lines[a->count++] = job->row->line;
}

static void areas_add_link(struct import_job *job, int column, const char *code)
{
	struct areas *a = job->state;
	if (!code[0])
		return;
	if (a->links_count == a->links_cap) {
		a->links_cap = a->links_cap ? 2 * a->links_cap : 64;
		a->links = xrealloc_array(a->links, (size_t)a->links_cap, sizeof *a->links);
	}
	a->links[a->links_count++] = (struct area_link){ job->row->line, column, xstrdup(code) };
}

static void area_check_kind(struct import_job *job, const struct area_row *row)
{
	bool top = row->kind == KIND_OFFICE || row->kind == KIND_BRANCH;
	if (row->kind == KIND_POINT && row->session_day < 0)
		import_wrong(job, SESSION_DAY, "required for a point");
	if (row->kind != KIND_POINT && row->session_day >= 0)
		import_wrong(job, SESSION_DAY, "only a point has a session day");
	if (row->kind == KIND_POINT && row->successor[0])
		import_wrong(job, SUCCESSOR, "a point has no successor");
	if (!top && !row->parent[0])
		import_wrong(job, PARENT, "required");
	if (!strcmp(row->parent, row->code) && row->code[0] && row->kind != KIND_POINT)
		import_wrong(job, PARENT, "a unit is not its own parent");
	if (!strcmp(row->successor, row->code) && row->code[0])
		import_wrong(job, SUCCESSOR, "a unit is not its own successor");
}

static bool area_read(struct import_job *job, struct area_row *row)
{
	int64_t before = job->errors_count;
	bool ok = import_code(job, CODE, true, &row->code);
	ok &= import_text(job, NAME, true, 200, &row->name);
	ok &= import_code(job, PARENT, false, &row->parent);
	ok &= import_word(job, RURAL, false, yes_no, &row->rural);
	ok &= import_word(job, DIFFICULTY, false, difficulties, &row->difficulty);
	ok &= import_number(job, SESSION_DAY, false, 1, 31, &row->session_day);
	ok &= import_date(job, VALID_FROM, true, &row->valid_from);
	ok &= import_date(job, VALID_TO, false, &row->valid_to);
	ok &= import_code(job, SUCCESSOR, false, &row->successor);
	ok &= import_word(job, MARK, true, marks, &row->mark);
	if (import_word(job, KIND, true, kinds, &row->kind) && ok)
		area_check_kind(job, row);
	if (!date_is_none(row->valid_to) && !date_is_none(row->valid_from) &&
	    date_cmp(row->valid_to, row->valid_from) < 0)
		import_wrong(job, VALID_TO, "before valid_from");
	return job->errors_count == before;
}

static void area_write(struct areas *a, const struct area_row *row, int64_t line)
{
	struct jw w = jw_start(import_chunk_row(&a->chunk, line));
	jw_object(&w, NULL);
	jw_str(&w, "code", row->code);
	jw_str(&w, "name", row->name);
	jw_str(&w, "kind", kinds[row->kind]);
	jw_str(&w, "parent", row->parent[0] ? row->parent : NULL);
	if (row->rural < 0)
		jw_null(&w, "rural");
	else
		jw_bool(&w, "rural", row->rural == 1);
	jw_i64(&w, "difficulty", row->difficulty);
	if (row->session_day < 0)
		jw_null(&w, "session_day");
	else
		jw_i64(&w, "session_day", row->session_day);
	jw_date(&w, "valid_from", row->valid_from);
	jw_date(&w, "valid_to", row->valid_to);
	jw_str(&w, "successor", row->successor[0] ? row->successor : NULL);
	jw_str(&w, "mark", marks[row->mark]);
	jw_end(&w);
}

static void areas_row(struct import_job *job)
{
	struct areas *a = job->state;
	struct area_row row = { .kind = -1, .rural = -1, .session_day = -1 };
	bool ok = area_read(job, &row);
	if (row.kind != KIND_POINT && row.code[0])
		areas_add_code(job, row.code);
	if (ok) {
		/* an office stands below the branch, which need not be an area */
		if (row.kind != KIND_OFFICE && row.kind != KIND_BRANCH)
			areas_add_link(job, PARENT, row.parent);
		areas_add_link(job, SUCCESSOR, row.successor);
	}
	if (ok && job->applying)
		area_write(a, &row, job->row->line);
}

static bool areas_has(const struct areas *a, const char *code)
{
	for (int i = 0; i < a->count; i++)
		if (!strcmp(a->codes[i], code))
			return true;
	return false;
}

/* What the file itself does not have must be in the database: units refer to each other in any order. */
static void areas_check_links(struct import_job *job)
{
	struct areas *a = job->state;
	struct import_wanted wanted = { .kind = "area", .must_exist = true, .complaint = "no such area" };
	for (int i = 0; i < a->links_count; i++)
		if (!areas_has(a, a->links[i].code))
			import_want(&wanted, a->links[i].code, a->links[i].line, a->links[i].column);
	import_ask(job, &wanted);
	import_wanted_clear(&wanted);
}

static void areas_end(struct import_job *job)
{
	struct areas *a = job->state;
	if (!job->applying)
		areas_check_links(job);
	else if (!job->errors_count)
		import_chunk_apply(job, &a->chunk);
}

const struct import_format import_areas = {
	.kind = "areas",
	.columns = columns,
	.optional = IMPORT_BIT(DIFFICULTY) | IMPORT_BIT(SESSION_DAY) | IMPORT_BIT(RURAL),
	.apply = STMT_IMPORT_AREAS,
	.begin = areas_begin,
	.row = areas_row,
	.end = areas_end,
	.free = areas_free,
};
