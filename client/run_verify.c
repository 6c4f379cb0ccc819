/* vonvay verify: sends the public key, waits for the daemon to have compared everything, shows what it found. */
#include <stdio.h>
#include <string.h>
#include <errno.h>

#include "call.h"
#include "language.h"
#include "run.h"
#include "show.h"
#include "terminal.h"
#include "view.h"
#include "wait.h"

#define PEM_MAX 4000

/* False after saying why. */
static bool verify_read_key(const char *path, char pem[PEM_MAX + 1])
{
	FILE *f = fopen(path, "re");
	if (!f) {
		terminal_say("%s: %s", path, strerror(errno));
		return false;
	}
	size_t len = fread(pem, 1, PEM_MAX, f);
	fclose(f);
	pem[len] = '\0';
	if (strstr(pem, "PRIVATE KEY")) {
		terminal_say(_("%s: this is a private key; it stays where it is"), path);
		return false;
	}
	return true;
}

static bool verify_is_running(const json_t *result, void *arg)
{
	const char *state = view_text(result, "run.state");
	(void)arg;
	return !strcmp(state, "asked") || !strcmp(state, "running");
}

static int verify_wait(struct client *c)
{
	int status = CLIENT_DONE;
	json_t *result = wait_new(c, "status.verify", NULL, verify_is_running, NULL, &status);
	if (!result)
		return status;
	if (c->json)
		show_json(result);
	else
		show_verify(result);
	if (!strcmp(view_text(result, "run.state"), "failed")) {
		terminal_say(_("the verification stopped: %s"), view_text(result, "run.error"));
		status = CLIENT_REFUSED;
	} else if (!json_is_true(view_at(result, "run.good"))) {
		status = CLIENT_REFUSED;
	}
	json_decref(result);
	return status;
}

int run_verify(struct client *c, const struct command_line *line)
{
	char pem[PEM_MAX + 1];
	int status;
	if (!verify_read_key(view_text(line->local, "public_key"), pem))
		return CLIENT_USAGE;
	json_object_set_new(line->params, "public_key", json_string(pem));
	json_t *result = call_new(c, "verify.run", line->params, CALL_READ, &status);
	if (!result)
		return status;
	json_decref(result);
	return verify_wait(c);
}
