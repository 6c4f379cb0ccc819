/* The daemon from start to stop: what is started in run_start() is stopped in reverse in run_clear(). */
#include "run.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "run_keys.h"
#include "vonvay/clock.h"
#include "vonvay/conn.h"
#include "vonvay/db.h"
#include "vonvay/hash.h"
#include "vonvay/http.h"
#include "vonvay/json.h"
#include "vonvay/listener.h"
#include "vonvay/log.h"
#include "vonvay/migrate.h"
#include "vonvay/seal.h"
#include "vonvay/server.h"
#include "vonvay/tls.h"
#include "vonvay/worker.h"

/* How long the socket waits for the database at start; after that clients hear "unavailable". */
#define LISTEN_PATIENCE_S 3
#define STOP_POLL_MS 20

/* The doors of lines; HTTPS is one of its own. */
static const enum door run_doors[] = { DOOR_UNIX, DOOR_TLS };

static const int run_signals[] = { SIGTERM, SIGINT, SIGHUP };

struct run {
	struct server server; /* first: what is given a server finds the run by it */
	const char *config;
	int status;
	int64_t stop_by_ms;
	bool listening;
	struct conns *conns[ARRAY_LEN(run_doors)];
	struct listener *listeners[ARRAY_LEN(run_doors)];
	struct event *signals[ARRAY_LEN(run_signals)];
	struct event *patience; /* listen even without the database */
	struct event *watchdog;
	struct event *stop_poll;
	struct text worker_said; /* its last line */
};

static void run_fail(struct run *run, const char *why)
{
	log_error("%s", why);
	run->status = 1;
	event_base_loopbreak(run->server.base);
}

/* ---- the worker ---- */

static bool run_job_send(struct server *server, const char *json)
{
	return server->worker && worker_host_send(server->worker, json);
}

static void run_job_report(struct server *server, struct jw *w)
{
	const struct run *run = (const struct run *)server;
	if (!server->worker)
		return;
	jw_object(w, "worker");
	worker_host_report(server->worker, w);
	jw_str(w, "last_event", run->worker_said.len ? run->worker_said.s : NULL);
	jw_end(w);
}

/* Whatever it says, the state of the nights may have changed; while it works it is read every second. */
static void run_worker_event(const char *json, void *arg)
{
	struct run *run = arg;
	if (!json)
		return; /* it ended: what is to do stands in the database */
	text_reset(&run->worker_said);
	text_add(&run->worker_said, json);
	log_debug("worker: %s", json);
	server_watch_state(&run->server, strstr(json, "\"event\":\"progress\"") != NULL);
	server_refresh_state(&run->server);
}

/* ---- the worker for passwords ---- */

static bool run_hash_ask(struct server *server, const struct scrypt *how, const char *password, size_t len,
			 server_hash_cb *cb, void *arg)
{
	return server->hasher && hash_host_ask(server->hasher, how, password, len, cb, arg);
}

static bool run_hash_room(const struct server *server)
{
	return server->hasher && hash_host_room(server->hasher);
}

static void run_hash_report(struct server *server, struct jw *w)
{
	if (server->hasher)
		hash_host_report(server->hasher, w);
}

/* ---- start ---- */

static void run_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	sd_notify(0, "WATCHDOG=1");
}

/* From readiness on: systemd counts from there, and a start that waits for the database is no hang. */
static void run_start_watchdog(struct run *run)
{
	uint64_t usec;
	if (sd_watchdog_enabled(0, &usec) <= 0)
		return;
	struct timeval half = { .tv_sec = (time_t)(usec / 2000000),
				.tv_usec = (suseconds_t)(usec / 2 % 1000000) };
	run->watchdog = event_new(run->server.base, -1, EV_PERSIST, run_watchdog, run);
	event_add(run->watchdog, &half);
}

static void run_door_report(struct server *server, struct jw *w)
{
	const struct run *run = (const struct run *)server;
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++)
		if (run->listeners[i])
			listener_report(run->listeners[i], w);
	if (server->http)
		http_report(server->http, w);
}

static bool run_open_doors(struct run *run, struct text *error)
{
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++) {
		run->listeners[i] = listener_new(&run->server, run_doors[i], run->conns[i], error);
		if (!run->listeners[i])
			return false;
	}
	run->server.http = http_new(&run->server, error);
	return error->len == 0;
}

static void run_close_doors(struct run *run)
{
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++) {
		listener_free(run->listeners[i]);
		run->listeners[i] = NULL;
	}
	http_stop(run->server.http);
}

static void run_listen(struct run *run)
{
	struct text error = { 0 };
	if (run->listening || run->server.stopping)
		return;
	run->listening = run_open_doors(run, &error);
	if (run->listening) {
		sd_notify(0, "READY=1");
		run_start_watchdog(run);
	} else {
		run_fail(run, text_str(&error));
	}
	text_clear(&error);
}

static void run_impatient(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;
	(void)fd;
	(void)what;
	if (!run->listening)
		log_warn("the database is not available yet; listening without it");
	run_listen(run);
}

static void run_keys_taken(const char *why, void *arg)
{
	struct run *run = arg;
	if (why) {
		run_fail(run, why);
		return;
	}
	server_refresh_state(&run->server);
	run_listen(run);
	if (!run->listening)
		return;
	run->server.worker = worker_host_new(run->server.base, "/proc/self/exe", "--worker", run->config,
					     "{\"job\":\"resume\"}", run_worker_event, run);
	run->server.hasher =
		hash_host_new(run->server.base, "/proc/self/exe", run->config, &run->server.settings);
}

static void run_db_started(const char *why, void *arg)
{
	struct run *run = arg;
	if (why)
		run_fail(run, why);
	else
		run_keys_take(&run->server, run_keys_taken, run);
}

/* ---- stop and reload ---- */

static bool run_stopped(const struct run *run)
{
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++)
		if (!conns_idle(run->conns[i]))
			return false;
	return http_idle(run->server.http) && !db_busy(run->server.db) && (!run->server.worker || worker_host_stop(run->server.worker)) &&
	       (!run->server.hasher || hash_host_stop(run->server.hasher));
}

static void run_stop_poll(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;
	(void)fd;
	(void)what;
	bool late = clock_ms() > run->stop_by_ms;
	if (late)
		log_warn("stopping with requests in flight: they took longer than stop_timeout_s");
	if (late || run_stopped(run))
		event_base_loopbreak(run->server.base);
}

/* No new clients, and new requests are refused ("stopping"); the loop goes on until what is under way is answered. A
 * second signal cuts it short. */
static void run_stop(struct run *run, int signal_number)
{
	static const struct timeval every = { .tv_usec = STOP_POLL_MS * 1000L };
	if (run->server.stopping) {
		event_base_loopbreak(run->server.base);
		return;
	}
	log_info("signal %d: stopping", signal_number);
	sd_notify(0, "STOPPING=1");
	run->server.stopping = true;
	run->stop_by_ms = clock_ms() + run->server.settings.daemon.stop_timeout_s * 1000;
	run_close_doors(run);
	run->stop_poll = event_new(run->server.base, -1, EV_PERSIST, run_stop_poll, run);
	event_add(run->stop_poll, &every);
	event_active(run->stop_poll, 0, 0);
}

static void run_apply_level(const struct run *run)
{
	enum log_level level;
	if (log_level_parse(run->server.settings.daemon.log_level, &level))
		log_set_level(level);
}

/* Certificates are read first: one that is bad leaves everything as it was. */
static bool run_reload_files(struct run *run, const struct settings *fresh, struct text *error)
{
	if (run->server.tls)
		return tls_reload(run->server.tls, fresh, error);
	if (fresh->tls.certificate_file[0])
		log_warn("certificate_file in [tls] was empty at the start: TLS needs a restart");
	return true;
}

static bool run_reload_settings(struct run *run, struct text *error)
{
	struct settings fresh;
	if (!settings_load(&fresh, run->config, error))
		return false;
	bool ok = run_reload_files(run, &fresh, error);
	if (ok)
		settings_reload(&run->server.settings, &fresh);
	settings_clear(&fresh);
	return ok;
}

/* The worker reads them anew too, once it is known that they are good. */
static void run_keys_reloaded(const char *why, void *arg)
{
	struct run *run = arg;
	if (why)
		log_error("the data keys stay as they were: %s", why);
	else
		log_info("data keys: %d", run->server.keys.count);
	if (!why && run->server.worker)
		worker_host_reload(run->server.worker);
	sd_notify(0, "READY=1");
}

static void run_reload(struct run *run)
{
	struct text error = { 0 };
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_ms() * 1000);
	if (run_reload_settings(run, &error)) {
		run_apply_level(run);
		run->server.generation++;
		server_refresh_state(&run->server);
		log_info("reloaded %s", run->config);
		run_keys_take(&run->server, run_keys_reloaded, run);
	} else {
		log_error("not reloaded, all stays as it was: %s", error.s);
		sd_notify(0, "READY=1");
	}
	text_clear(&error);
}

static void run_signalled(evutil_socket_t number, short what, void *arg)
{
	struct run *run = arg;
	(void)what;
	if (number == SIGHUP)
		run_reload(run);
	else
		run_stop(run, (int)number);
}

/* ---- whole ---- */

static bool run_load_keys(struct run *run, struct text *error)
{
	const struct settings *s = &run->server.settings;
	return data_keys_load(&run->server.keys, s->security.data_key_file, s->security.old_data_key_files,
			      error);
}

static bool run_load_tls(struct run *run, struct text *error)
{
	const struct settings *s = &run->server.settings;
	if (!s->tls.certificate_file[0])
		return true;
	run->server.tls = tls_new(s, error);
	return run->server.tls != NULL;
}

/* The worker signs; the daemon only looks whether it can, before anything starts. */
static bool run_check_seal_key(const struct run *run, struct text *error)
{
	const char *path = run->server.settings.security.seal_key_file;
	struct seal_key *key = path[0] ? seal_key_new(path, error) : NULL;
	seal_key_free(key);
	if (!path[0])
		log_warn("no seal_key_file in [security]: the days go unsealed");
	return !path[0] || key;
}

static void run_start(struct run *run, int schema)
{
	static const struct timeval patience = { .tv_sec = LISTEN_PATIENCE_S };
	struct server *server = &run->server;
	server->base = event_base_new();
	server->started_at = time(NULL);
	server->started_ms = clock_ms();
	server->job_send = run_job_send;
	server->job_report = run_job_report;
	server->door_report = run_door_report;
	server->hash_ask = run_hash_ask;
	server->hash_room = run_hash_room;
	server->hash_report = run_hash_report;
	metrics_init(&server->metrics);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_LEN(run_signals); i++) {
		run->signals[i] = evsignal_new(server->base, run_signals[i], run_signalled, run);
		event_add(run->signals[i], NULL);
	}
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++)
		run->conns[i] = conns_new(server, run_doors[i]);
	server->db = db_new(server->base, &server->settings, schema);
	db_on_start(server->db, run_db_started, run);
	run->patience = evtimer_new(server->base, run_impatient, run);
	event_add(run->patience, &patience);
}

static void run_event_free(struct event *e)
{
	if (e)
		event_free(e);
}

static void run_clear(struct run *run)
{
	struct server *server = &run->server;
	run_close_doors(run);
	worker_host_free(server->worker);
	server->worker = NULL;
	/* before the database: its last callbacks then drop their replies */
	http_close(server->http);
	for (size_t i = 0; i < ARRAY_LEN(run_doors); i++)
		conns_free(run->conns[i]);
	db_free(server->db);
	hash_host_free(server->hasher);
	http_free(server->http);
	text_clear(&run->worker_said);
	metrics_clear(&server->metrics);
	run_event_free(server->state_timer);
	run_event_free(run->patience);
	run_event_free(run->watchdog);
	run_event_free(run->stop_poll);
	for (size_t i = 0; i < ARRAY_LEN(run_signals); i++)
		event_free(run->signals[i]);
	event_base_free(server->base);
	tls_free(server->tls);
	data_keys_clear(&server->keys);
}

int run_daemon(struct settings *settings, const char *config)
{
	struct run run = { .server.settings = *settings, .config = config };
	struct text error = { 0 };
	int schema;
	if (!migrate_newest(settings->sql.dir, &schema, &error) || !run_load_keys(&run, &error) ||
	    !run_check_seal_key(&run, &error) ||
	    !run_load_tls(&run, &error)) {
		log_error("%s", text_str(&error));
		text_clear(&error);
		settings_clear(settings);
		return 1;
	}
	run_start(&run, schema);
	event_base_dispatch(run.server.base);
	run_clear(&run);
	settings_clear(&run.server.settings);
	log_info("stopped");
	return run.status;
}
