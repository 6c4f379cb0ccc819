/* need.*, escape.*, plan.*: what households need, who means to escape poverty, who helps them. C decides nothing here. */
#include "simple_write.h"
#include "vonvay/method.h"

#define NEED_KINDS "credit training job housing water sanitation health_insurance information"
#define NEED_ROWS_MAX 1000

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define ON_DAY(what) { .name = "on", .type = PARAM_DATE, .help = what ", by default the business date." }
#define AS_OF { .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." }
#define THE_HOUSEHOLD { .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." }
#define IN_AREA { .name = "area", .type = PARAM_TEXT, .min = 1, .max = 20, .help = "Only in this unit and those below it." }
#define ROWS { .name = "limit", .type = PARAM_INT, .min = 1, .max = NEED_ROWS_MAX, .help = "At most so many; default 50." }
#define YEAR(must, what) { .name = "year", .type = PARAM_INT, .required = (must), .min = 2018, .max = 2100, .help = (what) }
/* clang-format on */

/* ---- needs ---- */

const struct param_spec need_record_params[] = {
	THE_KEY,
	THE_HOUSEHOLD,
	{ .name = "kind", .type = PARAM_WORD, .required = true, .words = NEED_KINDS, .help = "What it needs." },
	ON_DAY("Since when"),
	{ .name = "amount", .type = PARAM_MONEY, .min = 1, .help = "Of credit, in VND; credit only." },
	{ .name = "programme",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 10,
	  .help = "Of credit: only a loan of this programme serves the need." },
	{ .name = "note", .type = PARAM_TEXT, .help = "What for, as people say it." },
	{ 0 },
};

const struct param_spec need_serve_params[] = {
	THE_KEY,
	{ .name = "need", .type = PARAM_ID, .required = true, .help = "Number of the need." },
	ON_DAY("When it was served"),
	{ .name = "by",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "loan other",
	  .help = "A loan of the household, or anything else." },
	{ .name = "reference", .type = PARAM_TEXT, .help = "Contract number of the loan, or what served it." },
	{ 0 },
};

const struct param_spec need_withdraw_params[] = {
	THE_KEY,
	{ .name = "need", .type = PARAM_ID, .required = true, .help = "Number of the need." },
	ON_DAY("Since when it is no longer needed"),
	{ .name = "note", .type = PARAM_TEXT, .help = "Why." },
	{ 0 },
};

const struct param_spec need_list_params[] = {
	AS_OF,
	IN_AREA,
	{ .name = "kind", .type = PARAM_WORD, .words = NEED_KINDS, .help = "Only needs of this kind." },
	{ .name = "household", .type = PARAM_ID, .help = "Only of this household." },
	{ .name = "since", .type = PARAM_DATE, .help = "Only needs from this day on." },
	{ .name = "after", .type = PARAM_ID, .help = "Number of the last need of the page before." },
	ROWS,
	{ 0 },
};

static const struct simple_write need_record_write = { .stmt = STMT_NEED_RECORD, .params = true };

void need_record(struct request *req)
{
	simple_write(req, &need_record_write);
}

static const struct simple_write need_serve_write = { .stmt = STMT_NEED_SERVE, .params = true };

void need_serve(struct request *req)
{
	simple_write(req, &need_serve_write);
}

static const struct simple_write need_withdraw_write = { .stmt = STMT_NEED_WITHDRAW, .params = true };

void need_withdraw(struct request *req)
{
	simple_write(req, &need_withdraw_write);
}

void need_list(struct request *req)
{
	simple_read(req, STMT_NEED_LIST);
}

/* ---- registrations to escape poverty ---- */

const struct param_spec escape_register_params[] = {
	THE_KEY,
	THE_HOUSEHOLD,
	YEAR(true, "It means to be out of poverty by the end of this year."),
	ON_DAY("When it registered"),
	{ 0 },
};

const struct param_spec escape_withdraw_params[] = {
	THE_KEY,
	THE_HOUSEHOLD,
	YEAR(true, "The year it was registered for."),
	ON_DAY("Since when it no longer is"),
	{ 0 },
};

const struct param_spec escape_list_params[] = {
	AS_OF,
	IN_AREA,
	YEAR(false, "Registered for this year, by default that of the day."),
	{ .name = "after", .type = PARAM_ID, .help = "Number of the last household of the page before." },
	ROWS,
	{ 0 },
};

static const struct simple_write escape_register_write = { .stmt = STMT_ESCAPE_REGISTER, .params = true };

void escape_register(struct request *req)
{
	simple_write(req, &escape_register_write);
}

static const struct simple_write escape_withdraw_write = { .stmt = STMT_ESCAPE_WITHDRAW, .params = true };

void escape_withdraw(struct request *req)
{
	simple_write(req, &escape_withdraw_write);
}

void escape_list(struct request *req)
{
	simple_read(req, STMT_ESCAPE_LIST);
}

/* ---- who helps ---- */

const struct param_spec plan_assign_params[] = {
	THE_KEY,
	THE_HOUSEHOLD,
	{ .name = "unit",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Who helps: a union, an office, a company, a person." },
	{ .name = "from", .type = PARAM_DATE, .help = "First day, by default the business date." },
	{ .name = "until", .type = PARAM_DATE, .help = "Last day; without it open." },
	{ .name = "plan", .type = PARAM_TEXT, .required = true, .min = 1, .max = 2000, .help = "What they do." },
	{ 0 },
};

const struct param_spec plan_list_params[] = {
	AS_OF,
	IN_AREA,
	{ .name = "household", .type = PARAM_ID, .help = "Only of this household." },
	{ .name = "unit", .type = PARAM_TEXT, .min = 1, .max = 200, .help = "Words of the name of who helps." },
	{ .name = "after", .type = PARAM_ID, .help = "Number of the last household of the page before." },
	ROWS,
	{ 0 },
};

static const struct simple_write plan_assign_write = { .stmt = STMT_PLAN_ASSIGN, .params = true };

void plan_assign(struct request *req)
{
	simple_write(req, &plan_assign_write);
}

void plan_list(struct request *req)
{
	simple_read(req, STMT_PLAN_LIST);
}
