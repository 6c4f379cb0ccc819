/* work.list, work.done: what waits for somebody. The kinds stand in sql/api/work.sql. */
#include "simple_write.h"
#include "vonvay/method.h"

#define WORK_ROWS_MAX 1000

const struct param_spec work_list_params[] = {
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ .name = "kind", .type = PARAM_TEXT, .min = 1, .max = 40, .help = "Only work of this kind." },
	{ .name = "organisation",
	  .type = PARAM_WORD,
	  .words = "farmers women veterans youth",
	  .help = "Only of groups of this organisation." },
	{ .name = "area",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 20,
	  .help = "Only in this unit and those below it." },
	{ .name = "limit",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = WORK_ROWS_MAX,
	  .help = "At most so many; default 50." },
	{ .name = "skip", .type = PARAM_INT, .min = 0, .max = 1000000, .help = "Rows of the pages before." },
	{ 0 },
};

const struct param_spec work_done_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "kind",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "The kind of work." },
	{ .name = "subject_id",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 40,
	  .help = "Which, as work.list names it." },
	{ 0 },
};

static const struct simple_write work_done_write = { .stmt = STMT_WORK_DONE, .params = true };

void work_list(struct request *req)
{
	simple_read(req, STMT_WORK_LIST);
}

void work_done(struct request *req)
{
	simple_write(req, &work_done_write);
}
