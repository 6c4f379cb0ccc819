/* Funds: their owners, what may be lent of them in a year, what is left. What is stored decides; C only passes it on. */
#include "simple_write.h"
#include "vonvay/method.h"

#define A_KEY                                                                                                \
	{                                                                                                    \
		.name = "key", .type = PARAM_KEY, .required = true,                                          \
		.help = "UUIDv7 made by the client before sending."                                          \
	}
#define A_FUND(needed)                                                                                       \
	{                                                                                                    \
		.name = "fund", .type = PARAM_INT, .required = (needed), .min = 1, .max = 999,                 \
		.help = "Number of the fund."                                                                \
	}
#define A_YEAR(needed)                                                                                       \
	{                                                                                                    \
		.name = "year", .type = PARAM_INT, .required = (needed), .min = 2018, .max = 2100,             \
		.help = "The year."                                                                          \
	}

const struct param_spec fund_add_params[] = {
	A_KEY,
	{ .name = "kind",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "central local investor organisation",
	  .help = "Whose money it is." },
	{ .name = "name",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Name of the fund." },
	{ .name = "owner",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Who gives the money." },
	{ .name = "organisation",
	  .type = PARAM_WORD,
	  .words = "farmers women veterans youth",
	  .help = "Of its own support fund: lent to groups of this organisation only." },
	{ .name = "from", .type = PARAM_DATE, .help = "First day; default: the business date." },
	{ 0 },
};

const struct param_spec fund_appropriate_params[] = {
	A_KEY,
	A_FUND(true),
	{ .name = "programme",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 16,
	  .help = "Code of the programme." },
	A_YEAR(true),
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .required = true,
	  .min = 0,
	  .max = MONEY_INPUT_MAX,
	  .help = "What may be lent, in đồng." },
	{ .name = "decision",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "The decision it rests on." },
	{ .name = "decided_on", .type = PARAM_DATE, .help = "Its day, by default the business date." },
	{ 0 },
};

const struct param_spec fund_list_params[] = { { 0 } };

const struct param_spec fund_status_params[] = {
	A_YEAR(false),
	A_FUND(false),
	{ .name = "programme", .type = PARAM_TEXT, .min = 1, .max = 16, .help = "Only of this programme." },
	{ 0 },
};

const struct param_spec fund_history_params[] = { A_FUND(true), { 0 } };

void fund_add(struct request *req)
{
	static const struct simple_write write = { .stmt = STMT_FUND_ADD, .params = true, .reference = true };
	simple_write(req, &write);
}

void fund_appropriate(struct request *req)
{
	static const struct simple_write write = { .stmt = STMT_FUND_APPROPRIATE, .params = true };
	simple_write(req, &write);
}

void fund_list(struct request *req)
{
	simple_read(req, STMT_FUND_LIST);
}

void fund_status(struct request *req)
{
	simple_read(req, STMT_FUND_STATUS);
}

void fund_history(struct request *req)
{
	simple_read(req, STMT_FUND_HISTORY);
}
