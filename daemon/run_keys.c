/* Taking the data keys, at start and at a reload. */
#include "run_keys.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/db.h"
#include "vonvay/mem.h"

struct keys_job {
	struct server *server;
	struct data_keys keys;
	run_keys_cb *cb;
	void *arg;
};

static void keys_end(struct keys_job *job, const char *why)
{
	if (!why)
		job->server->keys = job->keys;
	job->cb(why, job->arg);
	data_keys_clear(&job->keys);
	free(job);
}

/* Columns of api.data_keys. */
enum {
	KEYS_ID,
	KEYS_RETIRED,
};

static void keys_check_row(const struct data_keys *keys, const struct db_result *r, int i, struct text *wrong)
{
	uint32_t id = (uint32_t)db_i64(r, i, KEYS_ID);
	bool retired = db_bool(r, i, KEYS_RETIRED), here = data_keys_find(keys, id) != NULL;
	if (wrong->len)
		return;
	if (!retired && !here)
		text_printf(wrong,
			    "personal data are sealed with the data key %08x, which is not among those configured "
			    "([security] data_key_file, old_data_key_files)",
			    id);
	if (retired && keys->count && keys->key[0].id == id)
		text_printf(wrong,
			    "the data key %08x ([security] data_key_file) is retired: everything was sealed anew with "
			    "another",
			    id);
}

static void keys_known(const struct db_result *r, void *arg)
{
	struct keys_job *job = arg;
	struct text wrong = { 0 };
	if (!r->ok)
		text_printf(&wrong, "data keys: the database did not say which are used: %s", r->message);
	for (int i = 0; r->ok && i < r->rows; i++)
		keys_check_row(&job->keys, r, i, &wrong);
	keys_end(job, wrong.len ? wrong.s : NULL);
	text_clear(&wrong);
}

void run_keys_take(struct server *server, run_keys_cb *cb, void *arg)
{
	struct keys_job *job = xcalloc(1, sizeof *job);
	struct text error = { 0 };
	struct db_args args = { 0 };
	const struct settings *s = &server->settings;
	*job = (struct keys_job){ .server = server, .cb = cb, .arg = arg };
	if (data_keys_load(&job->keys, s->security.data_key_file, s->security.old_data_key_files, &error))
		db_query(server->db, STMT_DATA_KEYS, &args, keys_known, job);
	else
		keys_end(job, text_str(&error));
	text_clear(&error);
}
