/* Signing in by name and password, signing out, and who one is.
 *
 * A sign-in is three steps: the database counts the try and gives the hash to compare with (or how long to wait), the
 * worker hashes what was typed, the database opens the session. A name that is nobody's takes the same steps with a salt
 * made up, so that neither time nor work tells whether it is. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_who.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/network.h"
#include "vonvay/scrypt.h"
#include "vonvay/server.h"

#define NAME_MAX_BYTES 63
#define PASSWORD_MAX_BYTES 1024

struct sign_in {
	char name[NAME_MAX_BYTES + 1];
	char house[ADDRESS_SIZE]; /* what tries are counted by */
	char password[PASSWORD_MAX_BYTES + 1];
	size_t password_len;
	int64_t credential; /* 0: nobody's name */
	struct scrypt how;
	unsigned char hash[SCRYPT_HASH_SIZE];
	bool renew; /* its hash costs too little: made anew with `how` */
	unsigned char token[HTTP_TOKEN_SIZE];
};

static void sign_in_wipe(struct http_call *call)
{
	struct sign_in *s = call->user;
	explicit_bzero(s, sizeof *s);
}

/* ---- the third step: the session ---- */

static void sign_in_reply(struct http_call *call, const struct sign_in *s, const struct db_result *r)
{
	struct text cookie = { 0 }, body = { 0 };
	struct jw w = jw_start(&body);
	text_add(&cookie, HTTP_COOKIE "=");
	text_add_hex(&cookie, s->token, sizeof s->token);
	text_add(&cookie, HTTP_COOKIE_ATTRIBUTES);
	http_header(call, "Set-Cookie", cookie.s);
	jw_object(&w, NULL);
	jw_str(&w, "name", db_text(r, 0, 0));
	jw_str(&w, "full_name", db_text(r, 0, 1));
	jw_str(&w, "expires_at", db_text(r, 0, 2));
	jw_end(&w);
	sign_in_wipe(call);
	http_reply(call, 200, body.s);
	text_clear(&body);
	explicit_bzero(cookie.s, cookie.len);
	text_clear(&cookie);
}

static void sign_in_wrong(struct http_call *call)
{
	call->http->counters.wrong++;
	sign_in_wipe(call);
	http_fail(call, 401, "wrong_password", "name or password is wrong");
}

static void sign_in_done(const struct db_result *r, void *arg)
{
	struct http_call *call = arg;
	const struct sign_in *s = call->user;
	if (r->ok && r->rows) {
		call->http->counters.signed_in++;
		log_info("https: %s signed in from %s", s->name, call->peer.address);
		sign_in_reply(call, s, r);
	} else if (r->error == ERR_DENIED) {
		sign_in_wrong(call); /* the password was changed while this one was hashed */
	} else {
		sign_in_wipe(call);
		http_fail_db(call, r);
	}
}

static void sign_in_arg_renewed(struct db_args *args, const struct sign_in *s)
{
	db_arg_i64(args, s->how.log2_n);
	db_arg_i64(args, s->how.r);
	db_arg_i64(args, s->how.p);
	db_arg_bytea(args, s->renew ? s->how.salt : NULL, sizeof s->how.salt);
	db_arg_bytea(args, s->renew ? s->hash : NULL, sizeof s->hash);
}

static void sign_in_open(struct http_call *call)
{
	struct sign_in *s = call->user;
	struct db_args args = { 0 };
	unsigned char sha[SHA256_SIZE];
	bool before = call->req && http_token(call);
	random_bytes(s->token, sizeof s->token);
	sha256(s->token, sizeof s->token, sha);
	db_arg_i64(&args, s->credential);
	db_arg_text(&args, s->name);
	db_arg_text(&args, s->house);
	db_arg_bytea(&args, sha, sizeof sha);
	db_arg_i64(&args, call->server->settings.https.session_life_s);
	db_arg_bytea(&args, before ? call->token_sha256 : NULL, sizeof call->token_sha256);
	sign_in_arg_renewed(&args, s);
	db_query(call->server->db, STMT_WEB_SIGN_IN_DONE, &args, sign_in_done, call);
}

/* ---- the second step: the hash ---- */

static void sign_in_no_room(struct http_call *call)
{
	call->http->counters.busy++;
	if (call->user)
		sign_in_wipe(call);
	http_fail_later(call, 503, 2, "busy", "too many sign in at this moment");
}

static void sign_in_renewed(const unsigned char *hash, void *arg)
{
	struct http_call *call = arg;
	struct sign_in *s = call->user;
	s->renew = hash != NULL;
	if (hash)
		memcpy(s->hash, hash, sizeof s->hash);
	sign_in_open(call);
}

/* The password is right, and here it can be hashed as the settings want it now; if there is no room, another time. */
static void sign_in_renew(struct http_call *call)
{
	struct sign_in *s = call->user;
	s->how = server_scrypt(call->server);
	if (!server_hash(call->server, &s->how, s->password, s->password_len, sign_in_renewed, call))
		sign_in_open(call);
}

static void sign_in_hashed(const unsigned char *hash, void *arg)
{
	struct http_call *call = arg;
	struct sign_in *s = call->user;
	struct scrypt wanted = server_scrypt(call->server);
	if (!hash) {
		sign_in_no_room(call);
	} else if (!scrypt_equal(hash, s->hash) || !s->credential) {
		log_info("https: sign-in of %s from %s refused", s->credential ? s->name : "an unknown name",
			 call->peer.address);
		sign_in_wrong(call);
	} else if (scrypt_weaker(&s->how, &wanted)) {
		sign_in_renew(call);
	} else {
		sign_in_open(call);
	}
}

/* ---- the first step: the try ---- */

/* A value of bytea of exactly `size` bytes. */
static bool sign_in_bytes(const struct db_result *r, int column, unsigned char *out, size_t size)
{
	size_t len;
	unsigned char *bytes = db_bytea(r, 0, column, &len);
	bool ok = bytes && len == size;
	if (ok)
		memcpy(out, bytes, size);
	free(bytes);
	return ok;
}

/* Nobody's hash is one that no password has. */
static void sign_in_read(struct http_call *call, const struct db_result *r)
{
	struct sign_in *s = call->user;
	s->how = server_scrypt(call->server);
	random_bytes(s->hash, sizeof s->hash);
	if (!db_is_null(r, 0, 3)) {
		s->how.log2_n = db_i32(r, 0, 3);
		s->how.r = db_i32(r, 0, 4);
		s->how.p = db_i32(r, 0, 5);
	}
	if (sign_in_bytes(r, 6, s->how.salt, sizeof s->how.salt) &&
	    sign_in_bytes(r, 7, s->hash, sizeof s->hash))
		s->credential = db_i64(r, 0, 1);
}

static void sign_in_begun(const struct db_result *r, void *arg)
{
	struct http_call *call = arg;
	struct sign_in *s = call->user;
	if (!r->ok || !r->rows) {
		sign_in_wipe(call);
		http_fail_db(call, r);
		return;
	}
	int64_t wait_s = db_i64(r, 0, 0);
	if (wait_s > 0) {
		call->http->counters.delayed++;
		sign_in_wipe(call);
		http_fail_later(call, 429, wait_s, "too_many_tries",
				"too many wrong passwords; try again later");
		return;
	}
	sign_in_read(call, r);
	if (!server_hash(call->server, &s->how, s->password, s->password_len, sign_in_hashed, call))
		sign_in_no_room(call);
}

static void sign_in_begin(struct http_call *call)
{
	const struct settings *settings = &call->server->settings;
	struct sign_in *s = call->user;
	struct db_args args = { 0 };
	network_of_house(call->peer.address, s->house);
	db_arg_text(&args, s->name);
	db_arg_text(&args, s->house);
	db_arg_i64(&args, settings->https.tries_free);
	db_arg_i64(&args, settings->https.try_delay_s);
	db_arg_i64(&args, settings->https.try_delay_max_s);
	db_arg_i64(&args, settings->https.tries_forget_s);
	db_arg_i64(&args, settings->https.tries_max);
	db_query(call->server->db, STMT_WEB_SIGN_IN_BEGIN, &args, sign_in_begun, call);
}

/* ---- what was sent ---- */

static bool sign_in_text(const json_t *body, const char *member, char *out, size_t max, size_t *len)
{
	const json_t *v = json_object_get(body, member);
	*len = json_string_length(v);
	if (!*len || *len > max)
		return false;
	memcpy(out, json_string_value(v), *len);
	out[*len] = '\0';
	return !memchr(out, 0, *len);
}

static bool sign_in_parse(struct sign_in *s, const char *text, size_t len)
{
	json_t *body = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	size_t name_len;
	bool ok = json_is_object(body) && json_object_size(body) == 2 &&
		  sign_in_text(body, "name", s->name, NAME_MAX_BYTES, &name_len) &&
		  sign_in_text(body, "password", s->password, PASSWORD_MAX_BYTES, &s->password_len);
	json_decref(body);
	return ok;
}

/* The queue is looked at first: who finds no room there has not tried. */
void http_sign_in(struct http_call *call)
{
	size_t len;
	if (!http_is_json(call) || !http_is_ours(call, false))
		return;
	const char *body = http_body(call, &len);
	struct sign_in *s = xcalloc(1, sizeof *s);
	call->user = s;
	if (!sign_in_parse(s, body, len)) {
		sign_in_wipe(call);
		http_fail(call, 400, "bad_body", "the body must be {\"name\":TEXT,\"password\":TEXT}");
	} else if (call->server->stopping || !server_hash_room(call->server)) {
		sign_in_no_room(call);
	} else {
		sign_in_begin(call);
	}
}

/* ---- signing out ---- */

static void sign_out_done(const struct db_result *r, void *arg)
{
	static const struct text nothing = { 0 };
	struct http_call *call = arg;
	if (!r->ok) {
		http_fail_db(call, r);
		return;
	}
	http_header(call, "Set-Cookie", HTTP_COOKIE "=" HTTP_COOKIE_ATTRIBUTES "; Max-Age=0");
	http_reply_text(call, 204, "application/json", &nothing);
}

void http_sign_out(struct http_call *call)
{
	struct db_args args = { 0 };
	if (!http_is_ours(call, false))
		return;
	if (!http_token(call)) {
		http_fail(call, 401, "sign_in", "there is no session to end");
		return;
	}
	db_arg_bytea(&args, call->token_sha256, sizeof call->token_sha256);
	db_query(call->server->db, STMT_WEB_SESSION_END, &args, sign_out_done, call);
}

/* ---- who am I ---- */

static void session_report(struct http_call *call, const struct db_result *r)
{
	struct text body = { 0 };
	struct jw w = jw_start(&body);
	jw_object(&w, NULL);
	jw_str(&w, "by", "session");
	jw_str(&w, "name", db_text(r, 0, 1));
	jw_str(&w, "full_name", db_text(r, 0, 2));
	jw_i64(&w, "role", db_i64(r, 0, 3));
	jw_str(&w, "made_at", db_text(r, 0, 4));
	jw_str(&w, "expires_at", db_text(r, 0, 5));
	jw_i64(&w, "idle_s", call->server->settings.https.session_idle_s);
	jw_end(&w);
	http_reply(call, 200, body.s);
	text_clear(&body);
}

static void session_of_certificate(struct http_call *call)
{
	struct text body = { 0 };
	struct jw w = jw_start(&body);
	jw_object(&w, NULL);
	jw_str(&w, "by", "certificate");
	jw_str(&w, "name", call->peer.certificate);
	jw_end(&w);
	http_reply(call, 200, body.s);
	text_clear(&body);
}

static void session_who(struct http_call *call, enum http_who who, const struct db_result *session)
{
	switch (who) {
	case HTTP_BY_SESSION:
		session_report(call, session);
		return;
	case HTTP_BY_CERTIFICATE:
		session_of_certificate(call);
		return;
	case HTTP_NOBODY:
		http_fail(call, 401, "sign_in", "nobody has signed in");
		return;
	}
}

void http_session(struct http_call *call)
{
	http_who(call, session_who);
}
