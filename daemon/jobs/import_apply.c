/* Chunks of an import on their way into the database. They go over a connection of their own, so that the next chunk is
 * read and made while PostgreSQL writes this one; one is under way at a time, in the order of the file. */
#include "import_private.h"

void import_sent_wait(struct import_job *job)
{
	struct db_result r;
	if (!job->sent_upto)
		return;
	if (db_sync_wait(job->db, &r))
		job->done_lines = job->sent_upto;
	else if (job->end == JOB_DONE)
		import_lost(job, &r);
	db_result_clear(&r);
	job->sent_upto = 0;
}

static bool import_connect(struct import_job *job)
{
	struct text error = { 0 };
	if (!job->db)
		job->db = db_sync_open(job->w->settings->database.conninfo, &error);
	if (!job->db)
		job->end = JOB_AGAIN;
	text_clear(&error);
	return job->db != NULL;
}

void import_send(struct import_job *job, struct db_args *args, int64_t upto_line)
{
	import_sent_wait(job);
	if (!import_going(job) || !import_connect(job)) {
		db_args_clear(args);
		return;
	}
	db_sync_send(job->db, job->format->apply, args);
	job->sent_upto = upto_line;
}

void import_disconnect(struct import_job *job)
{
	if (job->sent_upto) {
		/* whether it was written is seen when the import goes on */
		struct db_result r;
		bool ok UNUSED = db_sync_wait(job->db, &r);
		db_result_clear(&r);
	}
	db_sync_close(job->db);
}

/* ---- rows as jsonb ---- */

struct text *import_chunk_row(struct import_chunk *chunk, int64_t line)
{
	text_add_char(&chunk->json, chunk->rows++ ? ',' : '[');
	chunk->upto_line = line;
	return &chunk->json;
}

void import_chunk_apply(struct import_job *job, struct import_chunk *chunk)
{
	struct db_args args = { 0 };
	if (chunk->rows && import_going(job)) {
		text_add_char(&chunk->json, ']');
		db_arg_i64(&args, job->w->import);
		db_arg_i64(&args, job->id);
		db_arg_i64(&args, chunk->upto_line);
		db_arg_text(&args, text_str(&chunk->json));
		import_send(job, &args, chunk->upto_line);
	}
	text_reset(&chunk->json);
	chunk->rows = 0;
}

void import_chunk_clear(struct import_chunk *chunk)
{
	text_clear(&chunk->json);
	*chunk = (struct import_chunk){ 0 };
}
