/* vonvay session export and session post: the sheets of a session as a file, for where there is no network. The key of each
 * group's post stands in the file, so it may be sent any number of times. */
#include <stdio.h>
#include <string.h>

#include "call.h"
#include "fault.h"
#include "language.h"
#include "run.h"
#include "sheet_file.h"
#include "show.h"
#include "terminal.h"
#include "view.h"

static size_t session_rows(const json_t *sheets)
{
	const json_t *group;
	size_t i, rows = 0;
	json_array_foreach(view_at(sheets, "groups"), i, group)
	{
		rows += json_array_size(view_at(group, "rows"));
	}
	return rows;
}

int run_session_export(struct client *c, const struct command_line *line)
{
	int status;
	const char *path = view_text(line->local, "file");
	json_t *sheets = call_new(c, "session.sheets", line->params, CALL_READ, &status);
	if (!sheets)
		return status;
	if (!sheet_file_write(path, sheets)) {
		status = CLIENT_USAGE;
	} else if (c->json) {
		show_json(sheets);
	} else {
		printf(_("%s: %zu groups, %zu lines\n"), path, json_array_size(view_at(sheets, "groups")),
		       session_rows(sheets));
	}
	json_decref(sheets);
	return status;
}

/* What was refused of a group, by the lines of the file; how many. */
static int session_say_refused(const struct sheet_file *f, const struct sheet_group *g, const json_t *result)
{
	const json_t *line;
	size_t i;
	int refused = 0;
	json_array_foreach(view_at(result, "lines"), i, line)
	{
		if (strcmp(view_text(line, "outcome"), "refused") != 0 || i >= g->count)
			continue;
		terminal_say("%s:%d: %s: %s", f->path, g->lines[i], view_text(line, "field"),
			     fault_explain(view_text(line, "word")));
		refused++;
	}
	return refused;
}

/* The exit status for one group; its result is added to `results`. */
static int session_post_group(struct client *c, const struct sheet_file *f, const struct sheet_group *g,
			      json_t *results)
{
	int status;
	json_t *result = call_new(c, "session.post", g->params, CALL_WRITE, &status);
	if (!result) {
		terminal_say(_("%s:%d: group %s was not posted"), f->path, g->line,
			     view_text(g->params, "group"));
		return status;
	}
	json_array_append_new(results, result);
	if (!c->json)
		show_session_posted(result);
	return session_say_refused(f, g, result) ? CLIENT_REFUSED : CLIENT_DONE;
}

static int session_post_all(struct client *c, const struct sheet_file *f)
{
	json_t *results = json_array();
	int status = CLIENT_DONE, sent = 0;
	for (size_t i = 0; i < f->count && status != CLIENT_NO_CONNECTION; i++) {
		if (!f->groups[i].counted)
			continue;
		int one = session_post_group(c, f, &f->groups[i], results);
		status = one == CLIENT_DONE ? status : one;
		sent++;
	}
	if (!sent) {
		terminal_say(_("%s: no group is filled in: cash_counted is empty everywhere"), f->path);
		status = CLIENT_USAGE;
	}
	if (status == CLIENT_NO_CONNECTION)
		terminal_hint("%s", _("Send the file again later: what was posted is not posted twice."));
	if (c->json)
		show_json(results);
	json_decref(results);
	return status;
}

int run_session_post(struct client *c, const struct command_line *line)
{
	struct sheet_file f;
	bool read = sheet_file_read(&f, view_text(line->local, "file"));
	int status = CLIENT_USAGE;
	if (read)
		status = session_post_all(c, &f);
	else if (f.errors)
		terminal_say(_("%s: nothing was sent"), f.path);
	sheet_file_clear(&f);
	return status;
}
