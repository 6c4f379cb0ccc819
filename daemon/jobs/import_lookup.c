/* What an import compares with: numbers seen earlier in the file, and what the database has. */
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/mem.h"

/* ---- numbers seen ---- */

static size_t import_seen_slot(const struct import_seen *seen, int64_t key)
{
	uint64_t h = (uint64_t)key * 0x9e3779b97f4a7c15ULL;
	size_t i = (size_t)(h >> 20) & (seen->cap - 1);
	while (seen->line[i] && seen->key[i] != key)
		i = (i + 1) & (seen->cap - 1);
	return i;
}

static void import_seen_grow(struct import_seen *seen)
{
	struct import_seen wider = { .cap = seen->cap ? 2 * seen->cap : 1024 };
	wider.key = xcalloc(wider.cap, sizeof *wider.key);
	wider.line = xcalloc(wider.cap, sizeof *wider.line);
	for (size_t i = 0; i < seen->cap; i++)
		if (seen->line[i])
			import_seen_add(&wider, seen->key[i], seen->line[i]);
	import_seen_clear(seen);
	*seen = wider;
}

int64_t import_seen_add(struct import_seen *seen, int64_t key, int64_t line)
{
	if (2 * (seen->count + 1) > seen->cap)
		import_seen_grow(seen);
	size_t i = import_seen_slot(seen, key);
	if (seen->line[i])
		return seen->line[i];
	seen->key[i] = key;
	seen->line[i] = line;
	seen->count++;
	return 0;
}

void import_seen_clear(struct import_seen *seen)
{
	free(seen->key);
	free(seen->line);
	*seen = (struct import_seen){ 0 };
}

/* ---- what is wanted of the database ---- */

void import_want(struct import_wanted *wanted, const char *key, int64_t line, int column)
{
	if (wanted->count == wanted->cap) {
		wanted->cap = wanted->cap ? 2 * wanted->cap : 256;
		wanted->line = xrealloc_array(wanted->line, (size_t)wanted->cap, sizeof *wanted->line);
		wanted->column = xrealloc_array(wanted->column, (size_t)wanted->cap, sizeof *wanted->column);
		wanted->key = xrealloc_array(wanted->key, (size_t)wanted->cap, sizeof *wanted->key);
	}
	text_array_add(&wanted->keys, key);
	wanted->key[wanted->count] = xstrdup(key);
	wanted->line[wanted->count] = line;
	wanted->column[wanted->count++] = column;
}

static void import_wanted_reset(struct import_wanted *wanted)
{
	text_array_clear(&wanted->keys);
	for (int i = 0; i < wanted->count; i++)
		free(wanted->key[i]);
	wanted->count = 0;
}

void import_wanted_clear(struct import_wanted *wanted)
{
	import_wanted_reset(wanted);
	free(wanted->key);
	free(wanted->line);
	free(wanted->column);
	*wanted = (struct import_wanted){ 0 };
}

static int import_key_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys that exist, sorted; they belong to `r`. */
static const char **import_found_new(const struct db_result *r)
{
	const char **found = xcalloc((size_t)r->rows + 1, sizeof *found);
	for (int i = 0; i < r->rows; i++)
		found[i] = db_text(r, i, 0);
	qsort(found, (size_t)r->rows, sizeof *found, import_key_cmp);
	return found;
}

static void import_compare(struct import_job *job, const struct import_wanted *wanted,
			   const struct db_result *r)
{
	const char **found = import_found_new(r);
	for (int i = 0; i < wanted->count; i++) {
		const char *key = wanted->key[i];
		bool exists = bsearch(&key, found, (size_t)r->rows, sizeof *found, import_key_cmp) != NULL;
		if (exists != wanted->must_exist)
			import_wrong_at(job, wanted->line[i], wanted->column[i], "%s", wanted->complaint);
	}
	free(found);
}

bool import_lookup(struct import_job *job, const char *kind, const struct text_array *keys,
		   struct db_result *r)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, job->w->import);
	db_arg_text(&args, kind);
	db_arg_text_array(&args, keys);
	bool ok = worker_call(job->w, STMT_IMPORT_LOOKUP, &args, r);
	if (!ok)
		import_lost(job, r);
	return ok;
}

void import_ask(struct import_job *job, struct import_wanted *wanted)
{
	struct db_result r;
	if (wanted->count && import_going(job)) {
		if (import_lookup(job, wanted->kind, &wanted->keys, &r))
			import_compare(job, wanted, &r);
		db_result_clear(&r);
	}
	import_wanted_reset(wanted);
}
