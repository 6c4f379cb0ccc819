/* vonvay sweep run: asks for the nights, and with --wait stays until they are done. */
#include <string.h>

#include "call.h"
#include "language.h"
#include "run.h"
#include "show.h"
#include "terminal.h"
#include "view.h"
#include "wait.h"

static bool sweep_is_running(const json_t *result, void *arg)
{
	const json_t *run = view_at(result, "run");
	const char *state = view_text(run, "state");
	(void)arg;
	if (strcmp(state, "asked") != 0 && strcmp(state, "running") != 0)
		return false;
	progress_show(_("nights"), view_integer(run, "days_done"), view_integer(run, "days_total"));
	return true;
}

static int sweep_wait(struct client *c)
{
	int status = CLIENT_DONE;
	json_t *result = wait_new(c, "status.sweep", NULL, sweep_is_running, NULL, &status);
	if (!result)
		return status;
	if (c->json)
		show_json(result);
	else
		show_sweep(result);
	if (!strcmp(view_text(result, "run.state"), "failed")) {
		terminal_say(_("the nights stopped: %s"), view_text(result, "run.error"));
		status = CLIENT_REFUSED;
	}
	json_decref(result);
	return status;
}

int run_sweep(struct client *c, const struct command_line *line)
{
	int status;
	json_t *result = call_new(c, "sweep.run", line->params, CALL_WRITE, &status);
	if (!result)
		return status;
	if (json_is_true(json_object_get(line->local, "wait")))
		status = sweep_wait(c);
	else if (c->json)
		show_json(result);
	else
		show_sweep_asked(result);
	json_decref(result);
	return status;
}
