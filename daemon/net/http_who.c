/* Who is asking: the cookie's session, looked up and used at once, or the certificate of the connection. */
#include "http_who.h"

#include <string.h>

#include "vonvay/server.h"

bool http_is_there(struct http_call *call)
{
	static const struct text nothing = { 0 };
	if (call->req)
		return true;
	http_reply_text(call, 500, "text/plain", &nothing);
	return false;
}

/* The value of our cookie among "a=b; c=d", or NULL. */
static const char *cookie_value(const char *cookies)
{
	static const char name[] = HTTP_COOKIE "=";
	while (cookies && *cookies) {
		cookies += strspn(cookies, " ;");
		if (!strncmp(cookies, name, sizeof name - 1))
			return cookies + sizeof name - 1;
		cookies = strchr(cookies, ';');
	}
	return NULL;
}

bool http_token(struct http_call *call)
{
	unsigned char token[HTTP_TOKEN_SIZE];
	char hex[2 * HTTP_TOKEN_SIZE + 1];
	const char *value = cookie_value(http_given(call, "Cookie"));
	size_t len = value ? strcspn(value, "; ") : 0;
	if (len != 2 * HTTP_TOKEN_SIZE)
		return false;
	memcpy(hex, value, len);
	hex[len] = '\0';
	if (!hex_decode(hex, token, sizeof token))
		return false;
	sha256(token, sizeof token, call->token_sha256);
	return true;
}

static void who_by_certificate(struct http_call *call, http_who_cb *done)
{
	bool good = http_conn_certificate(http_conn_of(call->req), &call->peer);
	done(call, good ? HTTP_BY_CERTIFICATE : HTTP_NOBODY, NULL);
}

static void who_session_found(const struct db_result *r, void *arg)
{
	struct http_call *call = arg;
	if (!http_is_there(call))
		return;
	if (!r->ok) {
		http_fail_db(call, r);
	} else if (r->rows) {
		call->peer.staff_id = db_i64(r, 0, 0);
		call->who(call, HTTP_BY_SESSION, r);
	} else {
		who_by_certificate(call, call->who);
	}
}

void http_who(struct http_call *call, http_who_cb *done)
{
	struct db_args args = { 0 };
	if (!http_token(call)) {
		who_by_certificate(call, done);
		return;
	}
	call->who = done;
	db_arg_bytea(&args, call->token_sha256, sizeof call->token_sha256);
	db_arg_i64(&args, call->server->settings.https.session_idle_s);
	db_query(call->server->db, STMT_WEB_SESSION_USE, &args, who_session_found, call);
}
