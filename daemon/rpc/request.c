/* One request: the checks common to all methods, in this order: known, who, right, parameters, key; then the handler.
 * Two of them ask the database, so a request lives from callback to callback; its client may leave meanwhile. */
#include "vonvay/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request_private.h"
#include "vonvay/clock.h"
#include "vonvay/error.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "vonvay/server.h"

/* What is freed with a request, last in first out. */
struct request_memory {
	struct request_memory *next;
	void (*clear)(void *arg);
	void *arg;
};

struct request *request_new(struct session *session, struct batch *batch)
{
	struct request *req = xcalloc(1, sizeof *req);
	req->session = session;
	req->server = session->server;
	req->db = session->server->db;
	req->peer = session->peer;
	req->batch = batch;
	req->began_us = metrics_now_us();
	if (batch)
		batch->open++;
	snprintf(req->ref, sizeof req->ref, "c%u-%u", session->number, ++session->next_request);
	req->next = session->requests;
	req->link = &session->requests;
	if (req->next)
		req->next->link = &req->next;
	session->requests = req;
	session->in_flight++;
	return req;
}

static void request_unlink(struct request *req)
{
	if (!req->link)
		return;
	*req->link = req->next;
	if (req->next)
		req->next->link = req->link;
}

void request_free(struct request *req)
{
	struct request_memory *m;
	request_unlink(req);
	while ((m = req->memory)) {
		req->memory = m->next;
		m->clear(m->arg);
		free(m);
	}
	json_decref(req->id);
	json_decref(req->params);
	json_decref(req->as);
	free(req);
}

void request_on_free(struct request *req, void (*clear)(void *), void *arg)
{
	struct request_memory *m = xcalloc(1, sizeof *m);
	m->clear = clear;
	m->arg = arg;
	m->next = req->memory;
	req->memory = m;
}

void *request_state(struct request *req, size_t size)
{
	void *state = xcalloc(1, size);
	request_on_free(req, free, state);
	return state;
}

void request_log(const struct request *req, const char *fmt, ...)
{
	char message[1024];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	log_info("%s %s: %s", req->ref, req->method ? req->method->name : "-", message);
}

static bool request_takes_personal(const struct param_spec *specs)
{
	for (; specs && specs->name; specs++)
		if (specs->personal || request_takes_personal(specs->items))
			return true;
	return false;
}

/* `key` NULL: a plain digest. */
static void request_body_hash_with(const struct request *req, const struct data_key *key,
				   unsigned char out[SHA256_SIZE])
{
	struct text body = { 0 };
	char *sorted = param_json_new(req->params);
	text_printf(&body, "%s\n%s", req->method->name, sorted);
	if (key)
		data_hash(key, "request", body.s, body.len, out);
	else
		sha256(body.s, body.len, out);
	free(sorted);
	text_clear(&body);
}

void request_body_hash(const struct request *req, unsigned char out[SHA256_SIZE])
{
	const struct data_keys *keys = &req->server->keys;
	bool keyed = keys->count && request_takes_personal(req->method->params);
	request_body_hash_with(req, keyed ? &keys->key[0] : NULL, out);
}

/* ---- the key of a write ---- */

/* PostgreSQL writes bytea as \x… */
static bool request_same_hash(const struct request *req, const struct data_key *key, const char *stored)
{
	unsigned char digest[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	request_body_hash_with(req, key, digest);
	hex_encode(digest, sizeof digest, hex);
	return !strcmp(hex, strncmp(stored, "\\x", 2) ? stored : stored + 2);
}

/* It may have been stored before the data key was changed. */
static bool request_same_body(const struct request *req, const char *stored)
{
	const struct data_keys *keys = &req->server->keys;
	if (!keys->count || !request_takes_personal(req->method->params))
		return request_same_hash(req, NULL, stored);
	for (int i = 0; i < keys->count; i++)
		if (request_same_hash(req, &keys->key[i], stored))
			return true;
	return false;
}

static void request_answer_stored(struct request *req, const struct db_result *r)
{
	if (request_same_body(req, db_text(r, 0, 0)))
		request_reply_str(req, db_text(r, 0, 1));
	else
		request_fail(req, ERR_KEY_REUSED, "key", "%s", "");
}

static void request_find_key(struct request *req, db_cb *found)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, param_key(req->params));
	db_query(req->db, STMT_KEY_GET, &args, found, req);
}

static void request_key_found(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (!r->ok)
		request_fail_db(req, r);
	else if (r->rows)
		request_answer_stored(req, r);
	else
		req->method->fn(req);
}

/* Another connection wrote the same key between our look and our write: its answer is ours. */
static void request_race_found(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (r->ok && r->rows)
		request_answer_stored(req, r);
	else
		request_fail(req, ERR_TRY_AGAIN, NULL, "%s", "");
}

void request_fail_db(struct request *req, const struct db_result *r)
{
	if (r->error == ERR_KEY_RACE && req->method->kind == METHOD_WRITE) {
		request_find_key(req, request_race_found);
		return;
	}
	bool ours = r->sqlstate[0] == 'L' && r->sqlstate[1] == 'N' && r->error != ERR_INTERNAL;
	if (!ours)
		log_warn("%s %s: database: %s %s", req->ref, req->method->name, r->sqlstate, r->message);
	if (r->detail) /* may hold values of rows, so never in the usual log */
		log_debug("%s %s: %s", req->ref, req->method->name, r->detail);
	request_fail(req, r->error, ours ? r->field : NULL, "%s", ours ? r->message : "");
}

/* ---- checks in their order ---- */

static void request_check_params(struct request *req)
{
	struct text field = { 0 }, message = { 0 };
	if (!json_is_object(req->params))
		request_fail(req, ERR_INVALID_PARAMS, "params",
			     "parameters go by name: params must be an object");
	else if (!param_check(req->params, req->method->params, &field, &message))
		request_fail(req, ERR_INVALID_PARAMS, text_str(&field), "%s", text_str(&message));
	else if (req->method->kind == METHOD_WRITE)
		request_find_key(req, request_key_found);
	else
		req->method->fn(req);
	text_clear(&field);
	text_clear(&message);
}

/* A stranger on this machine may ask what needs no right; one from the network, whose certificate is good, nothing. */
static bool request_needs_staff(const struct request *req)
{
	return req->method->right != RIGHT_ANYBODY || req->peer.door == DOOR_TLS;
}

static void request_refuse_stranger(struct request *req)
{
	if (req->peer.door != DOOR_UNIX) {
		log_info("%s: the certificate of %s names nobody of the staff", req->ref,
			 req->peer.certificate);
		request_fail(req, ERR_DENIED, NULL, "the certificate of \"%s\" names nobody of the staff",
			     req->peer.certificate);
	} else {
		request_fail(req, ERR_DENIED, NULL, "user %d of this machine is no staff", (int)req->peer.uid);
	}
}

static void request_check_right(struct request *req)
{
	int right = req->method->right;
	if (request_needs_staff(req) && !req->actor.staff_id)
		request_refuse_stranger(req);
	else if (right != RIGHT_ANYBODY && !(right & req->actor.role))
		request_fail(req, ERR_DENIED, NULL, "%s may not call %s", req->actor.name, req->method->name);
	else
		request_check_params(req);
}

static int actor_role(const struct server *server, int code, bool may_act_as)
{
	static const int bits[] = { 0,		ROLE_CLERK,    ROLE_OFFICER,  ROLE_ORGANISATION,
				    ROLE_ADMIN, ROLE_DIRECTOR, ROLE_INSPECTOR };
	int role = code > 0 && code < (int)ARRAY_LEN(bits) ? bits[code] : 0;
	return server->settings.daemon.demo_act_as && may_act_as ? role | ROLE_DISTRICT : role;
}

static struct actor actor_of(const struct server *server, const struct db_result *r)
{
	struct actor actor = { 0 };
	if (!r->rows)
		return actor;
	actor.staff_id = db_i64(r, 0, 0);
	snprintf(actor.name, sizeof actor.name, "%s", db_text(r, 0, 1));
	actor.may_act_as = db_bool(r, 0, 3);
	actor.branch = db_i32(r, 0, 4);
	actor.role = actor_role(server, db_i32(r, 0, 2), actor.may_act_as);
	return actor;
}

static void request_as_found(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (!r->ok) {
		request_fail_db(req, r);
	} else if (!r->rows) {
		request_fail(req, ERR_DENIED, "as", "there is no staff of this name");
	} else {
		req->actor = actor_of(req->server, r);
		request_check_right(req);
	}
}

static void request_check_as(struct request *req)
{
	struct db_args args = { 0 };
	if (!req->as) {
		request_check_right(req);
	} else if (!req->server->settings.daemon.demo_act_as) {
		request_fail(req, ERR_DENIED, "as", "acting as another is for the demo only (demo_act_as)");
	} else if (!req->actor.may_act_as) {
		request_fail(req, ERR_DENIED, "as", "you may not act as another");
	} else {
		db_arg_i64(&args, req->actor.staff_id);
		db_arg_text(&args, json_string_value(req->as));
		db_query(req->db, STMT_STAFF_BY_NAME, &args, request_as_found, req);
	}
}

static void request_staff_found(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	req->actor = actor_of(req->server, r);
	if (req->session) {
		req->session->actor = req->actor;
		req->session->actor_known = true;
		req->session->actor_read_ms = clock_ms();
		req->session->generation = req->server->generation;
	}
	request_check_as(req);
}

/* A role ends at midnight, and another daemon may have changed it: what is known of a peer is asked for again as often
 * as the context is. (Whoever has ended is refused by every function of api too.) */
static bool session_knows_actor(const struct session *session)
{
	return session->actor_known && session->generation == session->server->generation &&
	       clock_ms() - session->actor_read_ms < session->server->settings.database.context_kept_ms;
}

static void request_ask_staff(struct request *req)
{
	struct db_args args = { 0 };
	enum stmt stmt = STMT_STAFF_BY_UID;
	if (req->peer.staff_id) {
		stmt = STMT_STAFF_BY_SESSION;
		db_arg_i64(&args, req->peer.staff_id);
	} else if (req->peer.door == DOOR_UNIX) {
		db_arg_i64(&args, req->peer.uid);
	} else {
		stmt = STMT_STAFF_BY_CERTIFICATE;
		db_arg_text(&args, req->peer.certificate);
		db_arg_i64(&args, req->peer.certificate_from);
	}
	db_query(req->db, stmt, &args, request_staff_found, req);
}

/* Who is the peer? */
static void request_check_who(struct request *req)
{
	struct session *session = req->session;
	if (!request_needs_staff(req) && !req->as) {
		request_check_params(req);
	} else if (session_knows_actor(session)) {
		req->actor = session->actor;
		request_check_as(req);
	} else {
		request_ask_staff(req);
	}
}

void request_run(struct request *req, const char *method)
{
	req->method = method_find(method);
	if (!req->method)
		request_fail(req, ERR_METHOD_NOT_FOUND, NULL, "there is no method \"%.*s\"",
			     (int)utf8_cut(method, NAME_SHOWN_MAX), method);
	else if (req->server->stopping)
		request_fail(req, ERR_STOPPING, NULL, "%s", "");
	else
		request_check_who(req);
}
