/* status.daemon: the process itself, from memory, without asking the database. */
#include <time.h>
#include <unistd.h>

#include "vonvay/db.h"
#include "vonvay/json.h"
#include "vonvay/method.h"
#include "vonvay/server.h"

const struct param_spec status_daemon_params[] = { { 0 } };

static int64_t uptime_s(const struct server *server)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - server->started_ms / 1000;
}

static void report_time(struct jw *w, const char *name, time_t at)
{
	struct tm tm;
	char text[32];
	gmtime_r(&at, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	jw_str(w, name, text);
}

static void report_connections(struct jw *w, const struct server *server)
{
	jw_object(w, "connections");
	jw_i64(w, "now", server->counters.connections_now);
	jw_i64(w, "total", server->counters.connections_total);
	jw_i64(w, "refused", server->counters.connections_refused);
	jw_i64(w, "cut_off", server->counters.connections_cut);
	jw_end(w);
	jw_object(w, "requests");
	jw_i64(w, "served", server->counters.served);
	jw_i64(w, "failed", server->counters.failed);
	jw_end(w);
}

static void report_doors(struct jw *w, struct server *server)
{
	jw_array(w, "doors");
	if (server->door_report)
		server->door_report(server, w);
	jw_end(w);
}

static void report_actor(struct jw *w, const struct request *req)
{
	if (req->actor.staff_id == 0) {
		jw_null(w, "actor");
		return;
	}
	jw_str(w, "actor", req->actor.name);
}

static void report_night(struct jw *w, const struct server *server)
{
	const char *at = server->settings.night.at;
	jw_object(w, "night");
	jw_str(w, "at", at && at[0] ? at : NULL);
	jw_end(w);
}

/* Days go unsealed without a key: that must not pass unseen. */
static void report_seal(struct jw *w, const struct server *server)
{
	const char *key = server->settings.security.seal_key_file;
	jw_object(w, "seal");
	jw_bool(w, "key", key && key[0]);
	jw_date(w, "sealed_until", server->state.known ? server->state.sealed_until : DATE_NONE);
	jw_end(w);
}

void status_daemon(struct request *req)
{
	struct text reply = { 0 };
	struct jw w = jw_start(&reply);
	struct server *server = req->server;
	jw_object(&w, NULL);
	jw_str(&w, "name", "vonvayd");
	jw_str(&w, "version", VONVAY_VERSION);
	jw_i64(&w, "pid", getpid());
	report_time(&w, "started_at", server->started_at);
	jw_i64(&w, "uptime_s", uptime_s(server));
	jw_date(&w, "business_date", server->state.known ? server->state.business_date : DATE_NONE);
	jw_date(&w, "swept_until", server->state.known ? server->state.swept_until : DATE_NONE);
	report_night(&w, server);
	report_seal(&w, server);
	report_actor(&w, req);
	report_doors(&w, server);
	report_connections(&w, server);
	db_report(server->db, &w);
	if (server->job_report)
		server->job_report(server, &w);
	if (server->hash_report)
		server->hash_report(server, &w);
	jw_end(&w);
	request_reply_text(req, &reply);
	text_clear(&reply);
}
