/* What machines ask the HTTPS door: does the daemon live, may it get requests, how is it doing. */
#include <string.h>

#include "http_private.h"
#include "vonvay/date.h"
#include "vonvay/db.h"
#include "vonvay/hash.h"
#include "vonvay/metrics.h"
#include "vonvay/network.h"
#include "vonvay/server.h"

void http_healthz(struct http_call *call)
{
	http_reply(call, 200, "{\"status\":\"ok\"}");
}

/* ---- ready? ---- */

/* Only connections to a database of the right schema are used, so an answer says that too. */
static void readyz_answered(const struct db_result *r, void *arg)
{
	struct http_call *call = arg;
	if (r->ok)
		http_reply(call, 200, "{\"status\":\"ready\"}");
	else
		http_fail_db(call, r);
}

void http_readyz(struct http_call *call)
{
	if (call->server->stopping)
		http_fail_later(call, 503, 5, "stopping", "the daemon is stopping");
	else
		db_query(call->server->db, STMT_DAEMON_STATE, NULL, readyz_answered, call);
}

/* ---- metrics ---- */

static void print_one(struct text *out, const char *name, const char *type, const char *help, int64_t value)
{
	metrics_head(out, name, type, help);
	metrics_line(out, name, NULL, value);
}

/* A day as the moment it begins in Vietnam, seven hours before UTC's. */
static int64_t day_seconds(struct date day)
{
	return (int64_t)day.days * 86400 - 7 * 3600;
}

static void print_day(struct text *out, const char *name, const char *help, const struct db_result *r,
		      int column)
{
	if (!db_is_null(r, 0, column))
		print_one(out, name, "gauge", help, day_seconds(db_date(r, 0, column)));
}

static void print_number(struct text *out, const char *name, const char *help, const struct db_result *r,
			 int column)
{
	if (!db_is_null(r, 0, column))
		print_one(out, name, "gauge", help, db_i64(r, 0, column));
}

static void print_run_state(struct text *out, const char *state)
{
	bool under_way = !strcmp(state, "asked") || !strcmp(state, "running");
	print_one(out, "vonvay_night_running", "gauge", "1 while nights are asked for or under way.",
		  under_way);
	print_one(out, "vonvay_night_failed", "gauge", "1 when the last run of nights failed.",
		  !strcmp(state, "failed"));
}

/* What the database knows; without it these are missing, and vonvay_database_up says why. */
static void print_database(struct text *out, const struct db_result *r)
{
	print_one(out, "vonvay_database_up", "gauge", "1 when the database answered just now.", r->ok);
	if (!r->ok || !r->rows)
		return;
	print_day(out, "vonvay_business_date_seconds", "Begin of the business date, as a Unix time.", r, 0);
	print_day(out, "vonvay_swept_until_seconds", "Begin of the last day whose night has ended.", r, 1);
	print_run_state(out, db_text(r, 0, 2));
	print_number(out, "vonvay_night_days_done", "Days done of the last run of nights.", r, 3);
	print_number(out, "vonvay_night_days", "Days of the last run of nights.", r, 4);
	print_number(out, "vonvay_night_chunks_done", "Chunks done of the day under way.", r, 5);
	print_number(out, "vonvay_night_age_seconds", "Time since the last night ended.", r, 6);
	print_number(out, "vonvay_night_retry_loans", "Loans that wait for another look in the night.", r, 7);
	print_number(out, "vonvay_night_held_loans",
		     "Loans that no night can decide until somebody releases them.", r, 8);
	print_day(out, "vonvay_sealed_until_seconds",
		  "Begin of the last day that is sealed; missing before the first.", r, 9);
}

static void print_pools(struct text *out, const struct db *db)
{
	static const char *const labels[] = { "pool=\"read\"", "pool=\"write\"" };
	struct db_pool_state state[2];
	for (int i = 0; i < 2; i++)
		state[i] = db_pool_state(db, i ? STMT_WRITE : STMT_READ);
	metrics_head(out, "vonvay_database_connections", "gauge", "Connections to the database.");
	for (int i = 0; i < 2; i++)
		metrics_line(out, "vonvay_database_connections", labels[i], state[i].connections);
	metrics_head(out, "vonvay_database_connections_ready", "gauge", "Those of them that are ready.");
	for (int i = 0; i < 2; i++)
		metrics_line(out, "vonvay_database_connections_ready", labels[i], state[i].ready);
	metrics_head(out, "vonvay_database_under_way", "gauge", "Statements sent and not answered.");
	for (int i = 0; i < 2; i++)
		metrics_line(out, "vonvay_database_under_way", labels[i], state[i].under_way);
	metrics_head(out, "vonvay_database_waiting", "gauge", "Statements that wait for a connection.");
	for (int i = 0; i < 2; i++)
		metrics_line(out, "vonvay_database_waiting", labels[i], state[i].waiting);
}

static void print_doors(struct text *out, const struct http *http)
{
	const struct server_counters *c = &http->server->counters;
	const struct http_counters *h = &http->counters;
	metrics_head(out, "vonvay_connections", "gauge", "Clients connected, by door.");
	metrics_line(out, "vonvay_connections", "door=\"lines\"", c->connections_now);
	metrics_line(out, "vonvay_connections", "door=\"https\"", http->now);
	metrics_head(out, "vonvay_connections_total", "counter", "Clients that have connected.");
	metrics_line(out, "vonvay_connections_total", "door=\"lines\"", c->connections_total);
	metrics_line(out, "vonvay_connections_total", "door=\"https\"", h->connections);
	metrics_head(out, "vonvay_connections_refused_total", "counter", "Those that found no room.");
	metrics_line(out, "vonvay_connections_refused_total", "door=\"lines\"", c->connections_refused);
	metrics_line(out, "vonvay_connections_refused_total", "door=\"https\"", h->refused);
	metrics_head(out, "vonvay_connections_cut_total", "counter", "Those that were too slow.");
	metrics_line(out, "vonvay_connections_cut_total", "door=\"lines\"", c->connections_cut);
	metrics_line(out, "vonvay_connections_cut_total", "door=\"https\"", h->cut);
	print_one(out, "vonvay_http_bad_requests_total", "counter",
		  "Requests refused for their head or its limits.", h->bad);
}

static void print_sign_ins(struct text *out, const struct http *http)
{
	const struct http_counters *h = &http->counters;
	const struct hash_host *hasher = http->server->hasher;
	metrics_head(out, "vonvay_sign_ins_total", "counter", "Sign-ins by how they ended.");
	metrics_line(out, "vonvay_sign_ins_total", "outcome=\"ok\"", h->signed_in);
	metrics_line(out, "vonvay_sign_ins_total", "outcome=\"wrong\"", h->wrong);
	metrics_line(out, "vonvay_sign_ins_total", "outcome=\"delayed\"", h->delayed);
	metrics_line(out, "vonvay_sign_ins_total", "outcome=\"busy\"", h->busy);
	if (!hasher)
		return;
	print_one(out, "vonvay_password_hashes_total", "counter", "Passwords hashed.",
		  hash_host_hashed(hasher));
	print_one(out, "vonvay_password_hashes_waiting", "gauge", "Passwords that wait to be hashed.",
		  hash_host_waiting(hasher));
}

static void print_build(struct text *out, const struct server *server)
{
	metrics_head(out, "vonvay_build_info", "gauge", "The version, as a label.");
	metrics_line(out, "vonvay_build_info", "version=\"" VONVAY_VERSION "\"", 1);
	print_one(out, "vonvay_start_time_seconds", "gauge", "When this process began, as a Unix time.",
		  (int64_t)server->started_at);
}

static void metrics_answered(const struct db_result *r, void *arg)
{
	struct http_call *call = arg;
	struct text out = { 0 };
	print_build(&out, call->server);
	print_database(&out, r);
	print_pools(&out, call->server->db);
	print_doors(&out, call->http);
	print_sign_ins(&out, call->http);
	metrics_print(&call->server->metrics, &out);
	http_reply_text(call, 200, "text/plain; version=0.0.4; charset=utf-8", &out);
	text_clear(&out);
}

/* A scraper comes from an address that is allowed, or shows a certificate; a browser's session is no way in. */
void http_metrics(struct http_call *call)
{
	if (networks_contain(call->server->settings.https.metrics_from, call->peer.address) ||
	    http_conn_certificate(http_conn_of(call->req), &call->peer))
		db_query(call->server->db, STMT_WEB_METRICS, NULL, metrics_answered, call);
	else
		http_fail(call, 403, "denied",
			  "metrics are for metrics_from in [https] and for client certificates");
}
