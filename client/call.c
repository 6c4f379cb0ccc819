/* One JSON-RPC request and its answer. A read is repeated a few times on a lost connection; a write too, with its key, so
 * that it happens once whichever of them arrived. */
#include "call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fault.h"
#include "language.h"
#include "memory.h"
#include "pending.h"
#include "terminal.h"
#include "uuid.h"
#include "view.h"
#include "vonvay/compiler.h"

#define TIMEOUTS_MAX 2

static const int call_waits_ms[] = { 200, 400, 800, 1600, 3200 };
#define WRITE_ATTEMPTS ((int)ARRAY_LEN(call_waits_ms) + 1)
#define READ_ATTEMPTS 3

enum exchange {
	EXCHANGE_ANSWERED,
	EXCHANGE_NOT_SENT,
	EXCHANGE_LOST,
	EXCHANGE_TIMEOUT,
};

void reply_clear(struct reply *reply)
{
	json_decref(reply->result);
	json_decref(reply->error);
	*reply = (struct reply){ 0 };
}

void call_sleep_ms(int ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/* The line of a request with its newline; to be freed. */
static char *call_line_new(struct client *c, const char *method, const json_t *params, size_t *len)
{
	json_t *request = json_object();
	json_object_set_new(request, "jsonrpc", json_string("2.0"));
	json_object_set_new(request, "id", json_integer(++c->last_id));
	json_object_set_new(request, "method", json_string(method));
	if (c->as)
		json_object_set_new(request, "as", json_string(c->as));
	if (params)
		json_object_set_new(request, "params", json_deep_copy(params));
	*len = json_dumpb(request, NULL, 0, JSON_COMPACT);
	char *line = memory_alloc(*len + 2);
	json_dumpb(request, line, *len, JSON_COMPACT);
	line[(*len)++] = '\n';
	json_decref(request);
	return line;
}

/* Is it an answer to our request? An error without id is one too: the daemon could not read what it was for. */
static bool call_read_reply(const struct client *c, const struct buffer *line, struct reply *reply)
{
	json_error_t error;
	json_t *root = json_loadb(buffer_str(line), line->len, JSON_ALLOW_NUL, &error);
	const json_t *id = json_object_get(root, "id");
	json_t *result = json_object_get(root, "result"), *fault = json_object_get(root, "error");
	bool ours = json_is_integer(id) && json_integer_value(id) == c->last_id;
	bool ok = (result && !fault && ours) ||
		  (!result && json_is_integer(json_object_get(fault, "code")) && (ours || json_is_null(id)));
	if (ok) {
		reply->result = json_incref(result);
		reply->error = json_incref(fault);
	}
	json_decref(root);
	return ok;
}

static enum exchange call_fail(struct client *c, enum link_status status)
{
	link_close(&c->link);
	buffer_reset(&c->trouble);
	if (status == LINK_REFUSED) {
		buffer_add(&c->trouble, c->link.refusal);
		return EXCHANGE_NOT_SENT;
	}
	if (status == LINK_TIMEOUT) {
		buffer_printf(&c->trouble, _("no answer within %d s"), c->timeout_s);
		return EXCHANGE_TIMEOUT;
	}
	buffer_add(&c->trouble,
		   status == LINK_LOST ? _("the connection was lost") : _("the answer is too long"));
	return EXCHANGE_LOST;
}

static bool call_connect(struct client *c)
{
	if (link_is_open(&c->link))
		return true;
	buffer_reset(&c->trouble);
	return link_open(&c->link, &c->target, c->timeout_s, &c->trouble);
}

static enum exchange call_exchange(struct client *c, const char *line, size_t len, struct reply *reply)
{
	struct buffer answer = { 0 };
	int64_t deadline = link_deadline_ms(c->timeout_s);
	if (!call_connect(c))
		return EXCHANGE_NOT_SENT;
	enum link_status status = link_send(&c->link, line, len, deadline);
	/* who refuses a client answers and hangs up, maybe before it has read anything */
	if (status == LINK_OK || status == LINK_LOST)
		status = link_receive(&c->link, &answer, deadline);
	enum exchange result = EXCHANGE_ANSWERED;
	if (status != LINK_OK) {
		result = call_fail(c, status);
	} else if (!call_read_reply(c, &answer, reply)) {
		result = call_fail(c, LINK_LOST);
		buffer_reset(&c->trouble);
		buffer_add(&c->trouble, _("the answer is not one of vonvayd"));
	}
	buffer_clear(&answer);
	return result;
}

/* Worth asking again: lost ones, and errors that pass (a read's only if it says so itself). */
static bool call_is_over(enum exchange what, const struct reply *reply, enum call_kind kind)
{
	if (what != EXCHANGE_ANSWERED)
		return what == EXCHANGE_TIMEOUT && kind == CALL_READ;
	if (!reply->error)
		return true;
	return kind == CALL_READ ? strcmp(fault_word(reply->error), "try_again") != 0
				 : !fault_is_passing(reply->error);
}

static enum call_status call_status_of(enum exchange what, const struct reply *reply)
{
	if (what != EXCHANGE_ANSWERED)
		return CALL_LOST;
	return reply->error ? CALL_REFUSED : CALL_DONE;
}

enum call_status call_try(struct client *c, const char *method, const json_t *params, enum call_kind kind,
			  struct reply *reply)
{
	size_t len;
	bool sent = false;
	int attempts = kind == CALL_WRITE ? WRITE_ATTEMPTS : READ_ATTEMPTS, timeouts = 0;
	char *line = call_line_new(c, method, params, &len);
	enum exchange what;
	for (int i = 0;; i++) {
		what = call_exchange(c, line, len, reply);
		if (what == EXCHANGE_NOT_SENT && !sent)
			break;
		sent = true;
		timeouts += what == EXCHANGE_TIMEOUT;
		if (call_is_over(what, reply, kind) || i + 1 == attempts || timeouts == TIMEOUTS_MAX)
			break;
		reply_clear(reply);
		call_sleep_ms(call_waits_ms[i]);
	}
	free(line);
	return sent ? call_status_of(what, reply) : CALL_NOT_SENT;
}

int call_report_lost(const struct client *c, enum call_status status)
{
	if (status == CALL_NOT_SENT) {
		terminal_say(_("no connection to %s: %s"), target_name(&c->target), buffer_str(&c->trouble));
		if (!c->target.host)
			terminal_hint(
				"%s",
				_("Is vonvayd running? --socket PATH or VONVAY_SOCKET names another socket."));
	} else {
		terminal_say(_("no answer from %s: %s"), target_name(&c->target), buffer_str(&c->trouble));
	}
	return CLIENT_NO_CONNECTION;
}

/* A write without a final answer: how to ask for it again. */
static void call_say_again(const struct client *c, const char *key, const char *path)
{
	struct buffer text = { 0 };
	terminal_hint(
		"%s",
		_("Whether it was done is not known. Asked again with its key it is done once, not twice:"));
	buffer_printf(&text, "vonvay --key %s %s", key, c->words ? c->words : "");
	if (c->words)
		terminal_hint("  %s", text.s);
	if (path)
		terminal_hint("  vonvay pending retry %s", key);
	buffer_clear(&text);
}

static json_t *call_read_new(struct client *c, const char *method, const json_t *params, int *status)
{
	struct reply reply = { 0 };
	enum call_status got = call_try(c, method, params, CALL_READ, &reply);
	*status = CLIENT_DONE;
	if (got == CALL_REFUSED) {
		fault_report(c, reply.error);
		*status = CLIENT_REFUSED;
	} else if (got != CALL_DONE) {
		*status = call_report_lost(c, got);
	}
	json_decref(reply.error);
	return reply.result;
}

/* A copy of the parameters with the key: their own, the one given by --key, or a new one. */
static json_t *call_with_key_new(const struct client *c, const json_t *params, char key[UUID_SIZE])
{
	json_t *copy = params ? json_deep_copy(params) : json_object();
	const char *own = view_text(copy, "key");
	if (c->key || strlen(own) == UUID_SIZE - 1)
		memcpy(key, c->key ? c->key : own, UUID_SIZE);
	else
		uuid_make(key);
	if (!*own)
		json_object_set_new(copy, "key", json_string(key));
	return copy;
}

static int call_finish_write(const struct client *c, enum call_status got, const struct reply *reply,
			     const char *key, const char *path)
{
	bool open = got == CALL_LOST || (got == CALL_REFUSED && fault_is_passing(reply->error));
	int status = CLIENT_DONE;
	if (got == CALL_REFUSED) {
		fault_report(c, reply->error);
		status = CLIENT_REFUSED;
	} else if (got != CALL_DONE) {
		status = call_report_lost(c, got);
	}
	if (open)
		call_say_again(c, key, path);
	else
		pending_drop(path);
	return status;
}

static json_t *call_write_new(struct client *c, const char *method, const json_t *params, int *status)
{
	char key[UUID_SIZE];
	struct reply reply = { 0 };
	json_t *keyed = call_with_key_new(c, params, key);
	char *path = pending_keep_new(c, method, keyed, key);
	enum call_status got = call_try(c, method, keyed, CALL_WRITE, &reply);
	*status = call_finish_write(c, got, &reply, key, path);
	json_decref(keyed);
	json_decref(reply.error);
	free(path);
	return reply.result;
}

json_t *call_new(struct client *c, const char *method, const json_t *params, enum call_kind kind, int *status)
{
	return kind == CALL_WRITE ? call_write_new(c, method, params, status)
				  : call_read_new(c, method, params, status);
}
