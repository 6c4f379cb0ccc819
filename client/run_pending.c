/* vonvay pending: writes that have no answer yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "fault.h"
#include "language.h"
#include "memory.h"
#include "pending.h"
#include "run.h"
#include "show.h"
#include "terminal.h"
#include "view.h"

static const struct view_field pending_fields[] = {
	{ N_("Key"), "key", VIEW_TEXT },
	{ N_("Since"), "made_at", VIEW_MOMENT },
	{ N_("Method"), "method", VIEW_TEXT },
	{ N_("Command"), "words", VIEW_TEXT },
	{ 0 },
};

int run_pending(struct client *c, const struct command_line *line)
{
	json_t *list = pending_list_new();
	(void)line;
	if (c->json)
		show_json(list);
	else
		view_table(list, pending_fields, NULL);
	json_decref(list);
	return CLIENT_DONE;
}

/* Each to the daemon it was meant for, as whom it was meant, unless options say otherwise. */
static void pending_aim(struct client *c, const json_t *entry, const char *as)
{
	struct target meant;
	const char *acted = view_text(entry, "as");
	target_load(&meant, entry);
	if (!c->target_named && *target_name(&meant)) {
		link_close(&c->link);
		target_clear(&c->target);
		c->target = meant;
	} else {
		target_clear(&meant);
	}
	c->as = as ? as : *acted ? acted : NULL;
}

static void pending_show_answer(const struct client *c, const json_t *entry, const json_t *result)
{
	if (c->json) {
		show_json(result);
		return;
	}
	char *text = json_dumps(result, JSON_COMPACT | JSON_ENCODE_ANY);
	printf("%s %s: %s\n", view_text(entry, "key"), view_text(entry, "method"), text ? text : "null");
	free(text);
}

static int pending_retry_one(struct client *c, const json_t *entry)
{
	struct reply reply = { 0 };
	enum call_status got =
		call_try(c, view_text(entry, "method"), view_at(entry, "params"), CALL_WRITE, &reply);
	int status = CLIENT_DONE;
	if (got == CALL_DONE) {
		pending_show_answer(c, entry, reply.result);
	} else if (got == CALL_REFUSED) {
		fault_report(c, reply.error);
		status = CLIENT_REFUSED;
	} else {
		status = call_report_lost(c, got);
	}
	if (got == CALL_DONE || (got == CALL_REFUSED && !fault_is_passing(reply.error)))
		pending_drop(view_text(entry, "path"));
	reply_clear(&reply);
	return status;
}

int run_pending_retry(struct client *c, const struct command_line *line)
{
	const char *wanted = view_text(line->local, "key"), *as = c->as;
	json_t *list = pending_list_new(), *entry;
	int status = CLIENT_DONE;
	size_t i, tried = 0;
	json_array_foreach(list, i, entry)
	{
		if (*wanted && strcmp(wanted, view_text(entry, "key")) != 0)
			continue;
		pending_aim(c, entry, as);
		int one = pending_retry_one(c, entry);
		status = one > status ? one : status;
		tried++;
	}
	c->as = as;
	json_decref(list);
	if (*wanted && !tried) {
		terminal_say(_("no write is waiting with the key %s"), wanted);
		return CLIENT_REFUSED;
	}
	if (!tried && !c->json)
		view_nothing();
	return status;
}

int run_pending_forget(struct client *c, const struct command_line *line)
{
	const char *wanted = view_text(line->local, "key");
	json_t *list = pending_list_new(), *entry;
	size_t i, found = 0;
	(void)c;
	json_array_foreach(list, i, entry)
	{
		if (!strcmp(wanted, view_text(entry, "key"))) {
			pending_drop(view_text(entry, "path"));
			found++;
		}
	}
	json_decref(list);
	if (!found)
		terminal_say(_("no write is waiting with the key %s"), wanted);
	return found ? CLIENT_DONE : CLIENT_REFUSED;
}
