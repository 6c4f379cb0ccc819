/* What the whole daemon process shares. Made by main, read by the handlers of methods. */
#ifndef VONVAY_SERVER_H
#define VONVAY_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "vonvay/data_keys.h"
#include "vonvay/date.h"
#include "vonvay/metrics.h"
#include "vonvay/scrypt.h"
#include "vonvay/settings.h"

struct db;
struct event;
struct event_base;
struct hash_host;
struct http;
struct jw;
struct tls;
struct worker_host;

/* api.daemon_state(), as last read. */
struct daemon_state {
	bool known;
	struct date business_date;
	struct date swept_until; /* DATE_NONE before the first night */
	struct date sealed_until; /* DATE_NONE before the first seal */
};

struct server_counters {
	int64_t connections_total;
	int64_t connections_now;
	int64_t connections_refused;
	int64_t connections_cut; /* slow or idle */
	int64_t served;
	int64_t failed;
};

/* The hash of a password, or NULL when it could not be made now. */
typedef void server_hash_cb(const unsigned char hash[SCRYPT_HASH_SIZE], void *arg);

struct server {
	struct event_base *base;
	struct settings settings;
	struct db *db;
	/* the worker, as main gave it; NULL while there is none */
	bool (*job_send)(struct server *server, const char *json);
	void (*job_report)(struct server *server, struct jw *w);
	struct worker_host *worker;
	/* the worker for passwords, the same way */
	bool (*hash_ask)(struct server *server, const struct scrypt *how, const char *password, size_t len,
			 server_hash_cb *cb, void *arg);
	bool (*hash_room)(const struct server *server);
	void (*hash_report)(struct server *server, struct jw *w);
	struct hash_host *hasher;
	struct http *http;
	void (*door_report)(struct server *server, struct jw *w); /* the rows of `doors` in status.daemon */
	struct tls *tls; /* of the doors with TLS; NULL without certificate_file */
	struct data_keys keys; /* for personal data */
	struct daemon_state state;
	bool state_asked;	   /* a query for `state` is under way */
	struct event *state_timer; /* re-reads `state` while a job runs */
	struct server_counters counters;
	struct metrics metrics;
	time_t started_at;
	int64_t started_ms; /* monotonic */
	bool stopping;
	uint32_t generation; /* raised by a reload and by a change of staff: sessions look theirs up again */
	uint32_t next_session;
};

/* A job for the worker, one line of JSON: {"job":"sweep"} or {"job":"import"}. False when no worker runs at the moment. (The worker is known to main only; the rpc layer reaches it through here.) */
MUSTCHECK bool server_job_send(struct server *server, const char *json);

/* Asks the worker for passwords for a hash; `cb` comes once, later. False when it has no room or does not run: the client
 * is to come again, and `cb` does not come. */
MUSTCHECK bool server_hash(struct server *server, const struct scrypt *how, const char *password, size_t len,
			   server_hash_cb *cb, void *arg);
/* Would it take one now? */
bool server_hash_room(const struct server *server);
/* What new hashes are made with: the settings, and a fresh salt. */
struct scrypt server_scrypt(const struct server *server);

/* Reads api.daemon_state() again, soon. */
void server_refresh_state(struct server *server);
/* On: from now on every second, for while a job runs. Off: once more, then not again. */
void server_watch_state(struct server *server, bool on);

#endif
