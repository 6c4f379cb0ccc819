/* What the handlers ask of the process: jobs for the worker, the state of the nights. */
#include "vonvay/server.h"

#include <event2/event.h>
#include <string.h>

#include "vonvay/db.h"
#include "vonvay/log.h"

bool server_job_send(struct server *server, const char *json)
{
	return server->job_send && server->job_send(server, json);
}

bool server_hash(struct server *server, const struct scrypt *how, const char *password, size_t len,
		 server_hash_cb *cb, void *arg)
{
	return server->hash_ask && server->hash_ask(server, how, password, len, cb, arg);
}

bool server_hash_room(const struct server *server)
{
	return server->hash_room && server->hash_room(server);
}

struct scrypt server_scrypt(const struct server *server)
{
	struct scrypt how = {
		.log2_n = (int)server->settings.https.scrypt_log2_n,
		.r = (int)server->settings.https.scrypt_r,
		.p = (int)server->settings.https.scrypt_p,
	};
	random_bytes(how.salt, sizeof how.salt);
	return how;
}

static void server_state_done(const struct db_result *r, void *arg)
{
	struct server *server = arg;
	server->state_asked = false;
	if (!r->ok) {
		log_warn("business date: %s", r->message);
		return;
	}
	if (!r->rows)
		return;
	server->state.known = !db_is_null(r, 0, 0);
	server->state.business_date = db_date(r, 0, 0);
	server->state.swept_until = db_date(r, 0, 1);
	server->state.sealed_until = db_date(r, 0, 2);
}

void server_refresh_state(struct server *server)
{
	if (server->state_asked || !server->db)
		return;
	server->state_asked = true;
	db_query(server->db, STMT_DAEMON_STATE, NULL, server_state_done, server);
}

static void server_state_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	server_refresh_state(arg);
}

void server_watch_state(struct server *server, bool on)
{
	static const struct timeval every = { .tv_sec = 1 };
	if (on && !server->state_timer) {
		server->state_timer = event_new(server->base, -1, EV_PERSIST, server_state_tick, server);
		event_add(server->state_timer, &every);
	} else if (!on && server->state_timer) {
		event_free(server->state_timer);
		server->state_timer = NULL;
		server_refresh_state(server);
	}
}
