/* JSON-RPC 2.0 over one JSON text a line: from a line to requests. Everything wrong with the text itself is answered
 * here, with the position; what is wrong with a request object too. */
#include <stdio.h>
#include <string.h>

#include "request_private.h"
#include "vonvay/error.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"

void session_init(struct session *session, struct server *server, const struct peer *peer)
{
	memset(session, 0, sizeof *session);
	session->server = server;
	session->number = ++server->next_session;
	session->peer = *peer;
}

void session_clear(struct session *session)
{
	struct request *req;
	struct batch *batch;
	while ((req = session->requests)) {
		session->requests = req->next;
		req->session = NULL;
		req->link = NULL;
		req->next = NULL;
	}
	while ((batch = session->batches)) {
		session->batches = batch->next;
		batch->session = NULL;
		batch->link = NULL;
		batch->next = NULL;
	}
}

/* ---- errors without a request ---- */

static void session_fail(struct session *session, struct batch *batch, const json_t *id, enum error error,
			 const char *message, const char *field, long position)
{
	struct text reply = { 0 };
	char ref[REF_SIZE];
	snprintf(ref, sizeof ref, "c%u-%u", session->number, ++session->next_request);
	session->server->counters.failed++;
	reply_error_text(&reply, id, error, message, field, ref, position);
	reply_send(session, batch, &reply);
	text_clear(&reply);
}

void session_refuse(struct session *session, enum error error, const char *message, long position)
{
	session_fail(session, NULL, NULL, error, message, NULL, position);
}

static void session_fail_parse(struct session *session, const char *what, long position)
{
	struct text message = { 0 };
	text_printf(&message, "not valid JSON at byte %ld: %s", position, what);
	session_fail(session, NULL, NULL, ERR_PARSE, message.s, NULL, position);
	text_clear(&message);
}

/* ---- the text ---- */

/* The offset at which brackets are nested deeper than `max`, or -1. Strings are skipped; broken text is left to the
 * parser. */
static long json_too_deep(const char *s, size_t len, int64_t max)
{
	int64_t depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < len; i++) {
		if (in_string) {
			if (s[i] == '\\')
				i++;
			else if (s[i] == '"')
				in_string = false;
			continue;
		}
		in_string = s[i] == '"';
		if (s[i] == '[' || s[i] == '{')
			depth++;
		else if (s[i] == ']' || s[i] == '}')
			depth--;
		if (depth > max)
			return (long)i;
	}
	return -1;
}

/* What the parser says, without the piece of text it quotes. */
static const char *json_error_words(json_error_t *error)
{
	static const struct {
		enum json_error_code code;
		const char *words;
	} known[] = {
		{ json_error_premature_end_of_input, "it ends too early" },
		{ json_error_end_of_input_expected, "something follows the end" },
		{ json_error_null_character, "NUL" },
		{ json_error_null_byte_in_key, "NUL in a name" },
		{ json_error_duplicate_key, "a name is there twice" },
		{ json_error_numeric_overflow, "a number beyond 64 bits" },
		{ json_error_invalid_utf8, "invalid UTF-8" },
	};
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (json_error_code(error) == known[i].code)
			return known[i].words;
	char *near = strstr(error->text, " near '");
	if (near)
		*near = '\0';
	return error->text;
}

static json_t *session_parse(struct session *session, const char *line, size_t len)
{
	json_error_t error;
	size_t bad;
	int64_t max_depth = session->server->settings.daemon.max_depth;
	if (!utf8_valid(line, len, &bad)) {
		session_fail_parse(session, "invalid UTF-8", (long)bad);
		return NULL;
	}
	long deep = json_too_deep(line, len, max_depth);
	if (deep >= 0) {
		char words[64];
		snprintf(words, sizeof words, "nested deeper than max_depth (%d)", (int)max_depth);
		session_fail_parse(session, words, deep);
		return NULL;
	}
	json_t *value =
		json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
	if (!value)
		session_fail_parse(session, json_error_words(&error), error.position);
	return value;
}

/* ---- request objects ---- */

/* A string without NUL, or NULL. */
static const char *plain_string(const json_t *v)
{
	const char *s = json_string_value(v);
	return s && strlen(s) == json_string_length(v) ? s : NULL;
}

static bool id_ok(const json_t *id)
{
	return json_is_string(id) || json_is_number(id) || json_is_null(id);
}

/* NULL, or the member that is wrong; `why` says how. */
static const char *envelope_wrong(json_t *object, const char **why)
{
	static const char *const known[] = { "jsonrpc", "id", "method", "params", "as" };
	const char *name;
	json_t *v;
	json_object_foreach(object, name, v)
	{
		size_t i = 0;
		while (i < ARRAY_LEN(known) && strcmp(name, known[i]) != 0)
			i++;
		*why = "is not a member of a request";
		if (i == ARRAY_LEN(known))
			return name;
	}
	*why = "must be \"2.0\"";
	const char *version = plain_string(json_object_get(object, "jsonrpc"));
	if (!version || strcmp(version, "2.0") != 0)
		return "jsonrpc";
	*why = "must be a string without NUL";
	if (!plain_string(json_object_get(object, "method")))
		return "method";
	if (json_object_get(object, "as") && !plain_string(json_object_get(object, "as")))
		return "as";
	*why = "must be an object or an array";
	const json_t *params = json_object_get(object, "params");
	if (params && !json_is_object(params) && !json_is_array(params))
		return "params";
	*why = "must be a string, a number or null";
	const json_t *id = json_object_get(object, "id");
	return id && !id_ok(id) ? "id" : NULL;
}

static void session_object(struct session *session, struct batch *batch, json_t *object)
{
	const char *why;
	json_t *id = json_object_get(object, "id");
	const char *wrong = envelope_wrong(object, &why);
	if (wrong) {
		struct text message = { 0 };
		text_printf(&message, "not a request: %.*s %s", (int)utf8_cut(wrong, NAME_SHOWN_MAX),
			    wrong, why);
		session_fail(session, batch, id && id_ok(id) ? id : NULL, ERR_INVALID_REQUEST, message.s,
			     wrong, -1);
		text_clear(&message);
		return;
	}
	struct request *req = request_new(session, batch);
	json_t *params = json_object_get(object, "params");
	req->id = json_incref(id);
	req->as = json_incref(json_object_get(object, "as"));
	bool empty = !params || (json_is_array(params) && json_array_size(params) == 0);
	req->params = empty ? json_object() : json_incref(params);
	request_run(req, json_string_value(json_object_get(object, "method")));
}

static void session_value(struct session *session, struct batch *batch, json_t *value)
{
	if (json_is_object(value))
		session_object(session, batch, value);
	else
		session_fail(session, batch, NULL, ERR_INVALID_REQUEST, "a request must be an object", NULL,
			     -1);
}

/* Open while it is read, so that it isn't sent before its last request was even begun. */
static struct batch *batch_new(struct session *session)
{
	struct batch *batch = xcalloc(1, sizeof *batch);
	batch->session = session;
	batch->open = 1;
	batch->next = session->batches;
	batch->link = &session->batches;
	if (batch->next)
		batch->next->link = &batch->next;
	session->batches = batch;
	return batch;
}

static void session_batch(struct session *session, json_t *array)
{
	size_t i;
	json_t *value;
	if (json_array_size(array) == 0) {
		session_fail(session, NULL, NULL, ERR_INVALID_REQUEST, "a batch must not be empty", NULL, -1);
		return;
	}
	if (json_array_size(array) > WIRE_BATCH_MAX) {
		session_fail(session, NULL, NULL, ERR_INVALID_REQUEST,
			     "a batch must not have more than 1000 requests", NULL, -1);
		return;
	}
	struct batch *batch = batch_new(session);
	json_array_foreach(array, i, value)
	{
		session_value(session, batch, value);
	}
	batch_close(batch);
}

void session_line(struct session *session, const char *line, size_t len)
{
	size_t blank = 0;
	while (len && line[len - 1] == '\r')
		len--;
	while (blank < len && strchr(" \t", line[blank]) && line[blank])
		blank++;
	if (blank == len)
		return;
	json_t *value = session_parse(session, line, len);
	if (json_is_array(value))
		session_batch(session, value);
	else if (value)
		session_value(session, NULL, value);
	json_decref(value);
}
