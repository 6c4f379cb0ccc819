/* Replies: their text, and the way to the client, alone or gathered in a batch. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request_private.h"
#include "vonvay/error.h"
#include "vonvay/json.h"
#include "vonvay/server.h"

static void reply_begin(struct jw *w, const json_t *id)
{
	jw_object(w, NULL);
	jw_str(w, "jsonrpc", "2.0");
	char *text = id ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
	jw_raw(w, "id", text ? text : "null");
	free(text);
}

/* `more` (NULL: none) is the JSON of one more member of data, called `name`. */
static void reply_error(struct text *out, const json_t *id, enum error error, const char *message,
			const char *field, const char *ref, long position, const char *name, const char *more)
{
	struct jw w = jw_start(out);
	reply_begin(&w, id);
	jw_object(&w, "error");
	jw_i64(&w, "code", error_code(error));
	jw_str(&w, "message", message);
	jw_object(&w, "data");
	jw_str(&w, "word", error_word(error));
	jw_str(&w, "field", field);
	jw_str(&w, "ref", ref);
	if (position >= 0)
		jw_i64(&w, "position", position);
	if (more)
		jw_raw(&w, name, more);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
}

void reply_error_text(struct text *out, const json_t *id, enum error error, const char *message,
		      const char *field, const char *ref, long position)
{
	reply_error(out, id, error, message, field, ref, position, NULL, NULL);
}

static void reply_result_text(struct text *out, const json_t *id, const char *result)
{
	struct jw w = jw_start(out);
	reply_begin(&w, id);
	jw_raw(&w, "result", result);
	jw_end(&w);
}

/* ---- the way to the client ---- */

static void batch_add(struct batch *batch, const struct text *reply)
{
	if (batch->replies.len)
		text_add_char(&batch->replies, ',');
	text_add_bytes(&batch->replies, reply->s, reply->len);
}

static void reply_line(struct session *session, const char *before, const struct text *reply,
		       const char *after)
{
	struct text line = { 0 };
	text_add(&line, before);
	text_add_bytes(&line, reply->s, reply->len);
	text_add(&line, after);
	session->send(session, line.s, line.len);
	text_clear(&line);
}

void reply_send(struct session *session, struct batch *batch, const struct text *reply)
{
	if (batch)
		batch_add(batch, reply);
	else if (session)
		reply_line(session, "", reply, "\n");
}

void batch_close(struct batch *batch)
{
	if (--batch->open > 0)
		return;
	if (batch->session && batch->replies.len)
		reply_line(batch->session, "[", &batch->replies, "]\n");
	if (batch->link) {
		*batch->link = batch->next;
		if (batch->next)
			batch->next->link = batch->link;
	}
	text_clear(&batch->replies);
	free(batch);
}

/* ---- the end of a request ---- */

static void request_end(struct request *req, const struct text *reply, enum error outcome)
{
	struct session *session = req->session;
	if (outcome == ERR_NONE)
		req->server->counters.served++;
	else
		req->server->counters.failed++;
	metrics_count(&req->server->metrics, req->method, outcome, metrics_now_us() - req->began_us);
	if (req->id)
		reply_send(session, req->batch, reply);
	struct batch *batch = req->batch;
	request_free(req);
	if (batch)
		batch_close(batch);
	if (session) {
		session->in_flight--;
		session->answered(session);
	}
}

void request_reply_str(struct request *req, const char *result)
{
	struct text reply = { 0 };
	reply_result_text(&reply, req->id, result);
	request_end(req, &reply, ERR_NONE);
	text_clear(&reply);
}

void request_reply_row(struct request *req, const struct db_result *r)
{
	if (r->ok && r->rows)
		request_reply_str(req, db_text(r, 0, 0));
	else
		request_fail_db(req, r);
}

void request_reply_rows(struct request *req, const struct db_result *r, const char *list,
			void (*write)(struct jw *w, const struct db_result *r, int row))
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	jw_object(&w, NULL);
	jw_array(&w, list);
	for (int i = 0; i < r->rows; i++)
		write(&w, r, i);
	jw_end(&w);
	jw_end(&w);
	request_reply_text(req, &text);
	text_clear(&text);
}

void request_reply_text(struct request *req, const struct text *result)
{
	request_reply_str(req, text_str(result));
}

void request_reply_new(struct request *req, json_t *result)
{
	char *text = json_dumps(result, JSON_ENCODE_ANY | JSON_COMPACT);
	json_decref(result);
	if (text)
		request_reply_str(req, text);
	else
		request_fail(req, ERR_INTERNAL, NULL, "%s", "");
	free(text);
}

static void request_fail_va(struct request *req, enum error error, const char *field, const char *name,
			    const char *more, const char *fmt, va_list ap)
{
	struct text reply = { 0 };
	char message[1024];
	vsnprintf(message, sizeof message, fmt, ap);
	message[utf8_cut(message, strlen(message))] = '\0'; /* it may have been too long */
	reply_error(&reply, req->id, error, message[0] ? message : error_sentence(error), field, req->ref, -1,
		    name, more);
	request_end(req, &reply, error);
	text_clear(&reply);
}

void request_fail(struct request *req, enum error error, const char *field, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	request_fail_va(req, error, field, NULL, NULL, fmt, ap);
	va_end(ap);
}

void request_fail_data(struct request *req, enum error error, const char *field, const char *name,
		       const char *json, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	request_fail_va(req, error, field, name, json, fmt, ap);
	va_end(ap);
}
