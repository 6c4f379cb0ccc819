/* status.sweep, sweep.held, sweep.release, import.status, status.daemon. */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "memory.h"
#include "view.h"

static const struct view_field sweep_fields[] = {
	{ N_("Business date"), "business_date", VIEW_DATE },
	{ N_("Settled until"), "swept_until", VIEW_DATE },
	{ N_("Run"), "run.run_id", VIEW_TEXT },
	{ N_("From"), "run.from_on", VIEW_DATE },
	{ N_("Until"), "run.until_on", VIEW_DATE },
	{ N_("State"), "run.state", VIEW_WORD },
	{ N_("Days done"), "run.days_done", VIEW_COUNT },
	{ N_("Days in all"), "run.days_total", VIEW_COUNT },
	{ N_("Reached"), "run.at", VIEW_DATE },
	{ N_("Error"), "run.error", VIEW_TEXT },
	{ N_("Loans to try again"), "retry", VIEW_COUNT },
	{ N_("Loans held back"), "held", VIEW_COUNT },
	{ 0 },
};

static const struct view_field sweep_day_fields[] = {
	{ N_("Last day"), "on_day", VIEW_DATE },
	{ N_("Loans read"), "loans_read", VIEW_COUNT },
	{ N_("Loans changed"), "loans_changed", VIEW_COUNT },
	{ N_("Transitions"), "transitions", VIEW_COUNT },
	{ N_("Households changed"), "households_changed", VIEW_COUNT },
	{ N_("Finished at"), "finished_at", VIEW_MOMENT },
	{ 0 },
};

void show_sweep(const json_t *result)
{
	const json_t *day = view_at(result, "last_day");
	view_title(_("The nights"));
	view_record(result, sweep_fields);
	if (day) {
		putchar('\n');
		view_record(day, sweep_day_fields);
	}
}

static const struct view_field sweep_asked_fields[] = {
	{ N_("Run"), "run_id", VIEW_TEXT },
	{ N_("From"), "from_on", VIEW_DATE },
	{ N_("Until"), "until_on", VIEW_DATE },
	{ 0 },
};

void show_sweep_asked(const json_t *result)
{
	view_title(_("Nights asked for"));
	view_record(result, sweep_asked_fields);
}

static const struct view_field held_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Day"), "on_day", VIEW_DATE },
	{ N_("Reason"), "reason", VIEW_TEXT },
	{ N_("Since"), "held_at", VIEW_MOMENT },
	{ 0 },
};

void show_held(const json_t *result)
{
	view_table(view_at(result, "held"), held_fields, NULL);
}

void show_released(const json_t *result)
{
	printf(_("Loan %s is released; the next night takes it again.\n"), view_text(result, "loan"));
}

static const struct view_field import_fields[] = {
	{ N_("Import"), "import", VIEW_TEXT },
	{ N_("Kind"), "kind", VIEW_WORD },
	{ N_("State"), "state", VIEW_WORD },
	{ N_("Lines"), "lines", VIEW_COUNT },
	{ N_("Lines checked"), "checked_lines", VIEW_COUNT },
	{ N_("Lines applied"), "applied_lines", VIEW_COUNT },
	{ N_("Errors"), "errors", VIEW_COUNT },
	{ N_("Message"), "message", VIEW_TEXT },
	{ 0 },
};

void show_import(const json_t *result)
{
	view_title(_("Import"));
	view_record(result, import_fields);
}

static const struct view_field daemon_fields[] = {
	{ N_("Program"), "name", VIEW_TEXT },
	{ N_("Version"), "version", VIEW_TEXT },
	{ N_("Process"), "pid", VIEW_NUMBER },
	{ N_("Started at"), "started_at", VIEW_MOMENT },
	{ N_("Running for"), "uptime_s", VIEW_SECONDS },
	{ N_("Business date"), "business_date", VIEW_DATE },
	{ N_("Settled until"), "swept_until", VIEW_DATE },
	{ N_("Connections"), "connections.now", VIEW_COUNT },
	{ N_("Requests answered"), "requests.served", VIEW_COUNT },
	{ N_("Requests refused"), "requests.failed", VIEW_COUNT },
	{ N_("Database, reading"), "database.read.connections", VIEW_WORDS },
	{ N_("Database, writing"), "database.write.connections", VIEW_WORDS },
	{ N_("Worker"), "worker.state", VIEW_WORD },
	{ N_("Process of the worker"), "worker.pid", VIEW_NUMBER },
	{ N_("Night at"), "night.at", VIEW_TEXT },
	{ N_("Days are sealed"), "seal.key", VIEW_YES },
	{ N_("Sealed until"), "seal.sealed_until", VIEW_DATE },
	{ N_("Next night"), "night.next_at", VIEW_MOMENT },
	{ N_("You are"), "actor.name", VIEW_TEXT },
	{ N_("Role"), "actor.role", VIEW_WORDS },
	{ 0 },
};

static const struct view_field door_fields[] = {
	{ N_("Door"), "kind", VIEW_TEXT },
	{ N_("Address"), "at", VIEW_TEXT },
	{ N_("Connections"), "connections", VIEW_COUNT },
	{ 0 },
};

/* Where a door is: a path, or address and port as they are given to --host. */
static char *sweep_door_new(const json_t *door)
{
	const char *path = view_text(door, "path"), *address = view_text(door, "address");
	if (*path)
		return memory_copy(path);
	return memory_printf(strchr(address, ':') ? "[%s]:%lld" : "%s:%lld", address,
			     (long long)json_integer_value(view_at(door, "port")));
}

static void show_doors(json_t *doors)
{
	size_t i;
	json_t *door;
	json_array_foreach(doors, i, door)
	{
		char *at = sweep_door_new(door);
		json_object_set_new(door, "at", json_string(at));
		free(at);
	}
	putchar('\n');
	view_table(doors, door_fields, NULL);
}

void show_daemon(const json_t *result)
{
	json_t *doors = json_deep_copy(view_at(result, "doors"));
	view_title(_("The daemon"));
	view_record(result, daemon_fields);
	if (json_array_size(doors))
		show_doors(doors);
	json_decref(doors);
}

void show_json(const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
	printf("%s\n", text ? text : "null");
	free(text);
}
