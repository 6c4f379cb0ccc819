/* POST /rpc: one JSON text, a request or a batch, to a session of its own and its replies back. */
#include <event2/event.h>
#include <stdlib.h>

#include "http_private.h"
#include "http_who.h"
#include "vonvay/mem.h"
#include "vonvay/server.h"

struct http_session {
	struct session session; /* first: what the rpc layer gives back */
	struct http_call *call; /* NULL once it is answered */
	struct text out;
	bool feeding;	   /* session_line() is running: what it answers is not all yet */
	struct event *end; /* frees, when its callers are off the stack */
};

static void http_session_end(evutil_socket_t fd, short what, void *arg)
{
	struct http_session *s = arg;
	(void)fd;
	(void)what;
	session_clear(&s->session);
	text_clear(&s->out);
	event_free(s->end);
	free(s);
}

static void http_session_finish(struct http_session *s)
{
	struct http_call *call = s->call;
	if (s->feeding || s->session.in_flight || !call)
		return;
	s->call = NULL;
	http_reply_text(call, s->out.len ? 200 : 204, "application/json", &s->out);
	event_active(s->end, 0, 0);
}

static void http_session_send(struct session *session, const char *line, size_t len)
{
	struct http_session *s = (struct http_session *)session;
	text_add_bytes(&s->out, line, len);
}

static void http_session_answered(struct session *session)
{
	http_session_finish((struct http_session *)session);
}

static void http_rpc_run(struct http_call *call)
{
	size_t len;
	struct http_session *s = xcalloc(1, sizeof *s);
	const char *body = http_body(call, &len);
	session_init(&s->session, call->server, &call->peer);
	s->session.send = http_session_send;
	s->session.answered = http_session_answered;
	s->call = call;
	s->end = event_new(call->server->base, -1, 0, http_session_end, s);
	s->feeding = true;
	session_line(&s->session, body, len);
	s->feeding = false;
	http_session_finish(s);
}

static void http_rpc_who(struct http_call *call, enum http_who who, const struct db_result *session)
{
	(void)session;
	if (who == HTTP_NOBODY)
		http_fail(call, 401, "sign_in", "sign in first (POST /sign-in, or a client certificate)");
	else if (http_is_ours(call, who == HTTP_BY_CERTIFICATE))
		http_rpc_run(call);
}

void http_rpc(struct http_call *call)
{
	if (http_is_json(call))
		http_who(call, http_rpc_who);
}
