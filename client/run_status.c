/* vonvay status: the portfolio and the nights at a glance. */
#include "call.h"
#include "run.h"
#include "show.h"

/* Both results as one object for --json. */
static void status_show_json(json_t *portfolio, json_t *sweep)
{
	json_t *both = json_object();
	json_object_set(both, "portfolio", portfolio);
	json_object_set(both, "sweep", sweep);
	show_json(both);
	json_decref(both);
}

int run_status(struct client *c, const struct command_line *line)
{
	int status;
	json_t *sweep = NULL, *portfolio = call_new(c, "status.portfolio", line->params, CALL_READ, &status);
	if (portfolio)
		sweep = call_new(c, "status.sweep", NULL, CALL_READ, &status);
	if (sweep && c->json) {
		status_show_json(portfolio, sweep);
	} else if (portfolio && !c->json) {
		show_portfolio(portfolio);
		if (sweep)
			show_sweep(sweep);
	}
	json_decref(portfolio);
	json_decref(sweep);
	return status;
}
