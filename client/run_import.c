/* vonvay import: sends a file in pieces, has it checked, prints every error, and has it applied. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "csv_file.h"
#include "format.h"
#include "language.h"
#include "memory.h"
#include "run.h"
#include "show.h"
#include "terminal.h"
#include "view.h"
#include "wait.h"

enum import_stage {
	IMPORT_CHECKING,
	IMPORT_APPLYING,
};

struct import {
	struct client *client;
	const char *name; /* for people: the path of the file */
	json_t *id;
	enum import_stage stage;
	int (*when_valid)(struct import *im);
};

static json_t *import_params_new(const struct import *im)
{
	return json_pack("{s:O}", "import", im->id);
}

/* Begins the import; false after saying why not. */
static bool import_begin(struct import *im, const char *kind, const struct csv_file *file, int *status)
{
	const char *slash = strrchr(file->path, '/');
	char *sha256 = csv_file_sha256_new(file);
	json_t *params =
		json_pack("{s:s, s:s, s:I, s:s}", "kind", kind, "name", slash ? slash + 1 : file->path,
			  "size", (json_int_t)file->size, "sha256", sha256);
	json_t *result = params ? call_new(im->client, "import.begin", params, CALL_WRITE, status) : NULL;
	if (!params) {
		terminal_say(_("%s: the name is not UTF-8"), file->path);
		*status = CLIENT_USAGE;
	}
	im->id = json_incref(json_object_get(result, "import"));
	json_decref(result);
	json_decref(params);
	free(sha256);
	return im->id != NULL;
}

static bool import_send_piece(const struct import *im, const struct csv_file *file, size_t at, size_t len,
			      int *status)
{
	json_t *params = import_params_new(im);
	json_object_set_new(params, "at_byte", json_integer((json_int_t)at));
	json_object_set_new(params, "text", json_stringn_nocheck(file->bytes + at, len));
	json_t *result = call_new(im->client, "import.append", params, CALL_WRITE, status);
	json_decref(params);
	json_decref(result);
	return result != NULL;
}

static bool import_send(const struct import *im, const struct csv_file *file, int *status)
{
	bool ok = true;
	for (size_t at = 0; ok && at < file->size;) {
		size_t len = csv_piece_bytes(file->bytes + at, file->size - at);
		progress_show(_("sending, bytes"), (int64_t)at, (int64_t)file->size);
		ok = import_send_piece(im, file, at, len, status);
		at += len;
	}
	progress_end();
	return ok;
}

static bool import_is_running(const json_t *result, void *arg)
{
	const struct import *im = arg;
	const char *state = view_text(result, "state");
	bool checking = im->stage == IMPORT_CHECKING;
	const char *waits = checking ? "uploaded" : "valid", *works = checking ? "validating" : "applying";
	if (strcmp(state, waits) != 0 && strcmp(state, works) != 0 &&
	    !(checking && !strcmp(state, "uploading")))
		return false;
	progress_show(checking ? _("checking, lines") : _("applying, lines"),
		      view_integer(result, checking ? "checked_lines" : "applied_lines"),
		      view_integer(result, "lines"));
	return true;
}

/* Starts a stage and waits for its end: the last status, NULL after saying why there is none. */
static json_t *import_stage_new(struct import *im, enum import_stage stage, int *status)
{
	json_t *params = import_params_new(im), *last = NULL;
	const char *method = stage == IMPORT_CHECKING ? "import.check" : "import.apply";
	json_t *result = call_new(im->client, method, params, CALL_WRITE, status);
	im->stage = stage;
	if (result)
		last = wait_new(im->client, "import.status", params, import_is_running, im, status);
	json_decref(result);
	json_decref(params);
	return last;
}

static void import_print_error(const struct import *im, const json_t *error)
{
	struct buffer where = { 0 };
	buffer_printf(&where, "%s:%lld", im->name, (long long)view_integer(error, "line"));
	if (view_at(error, "column") &&
	    !(json_is_string(view_at(error, "column")) && !*view_text(error, "column"))) {
		buffer_add_char(&where, ':');
		view_add_value(&where, view_at(error, "column"), VIEW_TEXT);
	}
	terminal_say("%s: %s", where.s, view_text(error, "message"));
	buffer_clear(&where);
}

/* All errors, page by page; `status` becomes that of a failed call. */
static void import_print_errors(const struct import *im, int *status)
{
	json_int_t shown = 0;
	for (size_t count = 1; count;) {
		json_t *params = import_params_new(im), *error;
		size_t i;
		json_object_set_new(params, "errors_after", json_integer(shown));
		json_t *result = call_new(im->client, "import.status", params, CALL_READ, status);
		json_t *list = json_object_get(result, "error_list");
		json_array_foreach(list, i, error)
		{
			import_print_error(im, error);
		}
		count = json_array_size(list);
		shown += (json_int_t)count;
		json_decref(result);
		json_decref(params);
	}
}

static int import_refuse(const struct import *im, const json_t *last)
{
	int status = CLIENT_REFUSED;
	struct buffer count = { 0 };
	if (im->client->json) {
		show_json(last);
		return status;
	}
	import_print_errors(im, &status);
	format_count(&count, view_integer(last, "errors"));
	if (view_integer(last, "errors"))
		terminal_say(_("%s: %s errors, nothing was applied"), im->name, count.s);
	else
		terminal_say("%s: %s", im->name,
			     *view_text(last, "message") ? view_text(last, "message") : _("failed"));
	buffer_clear(&count);
	return status == CLIENT_NO_CONNECTION ? status : CLIENT_REFUSED;
}

static int import_tell_applied(const struct import *im, const json_t *last)
{
	struct buffer lines = { 0 };
	if (im->client->json) {
		show_json(last);
		return CLIENT_DONE;
	}
	format_count(&lines, view_integer(last, "applied_lines"));
	printf(_("%s: %s lines applied\n"), im->name, lines.s);
	buffer_clear(&lines);
	return CLIENT_DONE;
}

static int import_apply(struct import *im)
{
	int status = CLIENT_REFUSED;
	json_t *last = import_stage_new(im, IMPORT_APPLYING, &status);
	if (!last)
		return status;
	status = strcmp(view_text(last, "state"), "applied") ? import_refuse(im, last)
							     : import_tell_applied(im, last);
	json_decref(last);
	return status;
}

static int import_check(struct import *im)
{
	int status = CLIENT_REFUSED;
	json_t *last = import_stage_new(im, IMPORT_CHECKING, &status);
	if (!last)
		return status;
	bool valid = !strcmp(view_text(last, "state"), "valid");
	if (!valid)
		status = import_refuse(im, last);
	json_decref(last);
	return valid ? im->when_valid(im) : status;
}

/* What a file of reviews would change is shown; applying it is a command of its own. */
static int import_preview(struct import *im)
{
	int status = CLIENT_REFUSED;
	json_t *params = import_params_new(im);
	json_t *result = call_new(im->client, "review.preview", params, CALL_READ, &status);
	json_decref(params);
	if (!result)
		return status;
	if (im->client->json) {
		show_json(result);
	} else {
		show_review_preview(result);
		printf(_("\nNothing is applied yet: vonvay import apply %s\n"), json_string_value(im->id));
	}
	json_decref(result);
	return CLIENT_DONE;
}

static int import_file(struct client *c, const struct command_line *line, int (*when_valid)(struct import *im))
{
	struct csv_file file;
	struct import im = { .client = c, .name = view_text(line->local, "file"), .when_valid = when_valid };
	int status = CLIENT_REFUSED;
	if (!csv_file_open(&file, im.name))
		return CLIENT_USAGE;
	if (csv_file_check(&file) && import_begin(&im, line->command->sub, &file, &status) &&
	    import_send(&im, &file, &status))
		status = import_check(&im);
	csv_file_close(&file);
	json_decref(im.id);
	return status;
}

int run_import(struct client *c, const struct command_line *line)
{
	return import_file(c, line, import_apply);
}

int run_import_reviews(struct client *c, const struct command_line *line)
{
	return import_file(c, line, import_preview);
}

int run_import_apply(struct client *c, const struct command_line *line)
{
	json_t *id = json_object_get(line->params, "import");
	char *name = memory_printf(_("import %s"), json_string_value(id));
	struct import im = { .client = c, .id = id, .name = name };
	int status = import_apply(&im);
	free(name);
	return status;
}
