/* status.sweep, sweep.held, sweep.release, import.status, status.daemon. */
#include "show.h"

#include <stdio.h>
#include <stdlib.h>

#include "language.h"
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
	{ N_("Next night"), "night.next_at", VIEW_MOMENT },
	{ N_("You are"), "actor.name", VIEW_TEXT },
	{ N_("Role"), "actor.role", VIEW_WORDS },
	{ 0 },
};

static const struct view_field door_fields[] = {
	{ N_("Door"), "kind", VIEW_TEXT },
	{ N_("Address"), "path", VIEW_TEXT },
	{ 0 },
};

void show_daemon(const json_t *result)
{
	view_title(_("The daemon"));
	view_record(result, daemon_fields);
	if (json_array_size(view_at(result, "doors"))) {
		putchar('\n');
		view_table(view_at(result, "doors"), door_fields, NULL);
	}
}

void show_json(const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);
	printf("%s\n", text ? text : "null");
	free(text);
}
