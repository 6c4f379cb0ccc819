/* The daemon's side of the hashing of passwords: tasks under way in their order, answered in that order. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "vonvay/crypto.h"
#include "vonvay/hash.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/settings.h"
#include "vonvay/worker.h"

struct hash_task {
	STAILQ_ENTRY(hash_task) next;
	int64_t id;
	server_hash_cb *cb;
	void *arg;
};
STAILQ_HEAD(hash_tasks, hash_task);

struct hash_host {
	const struct settings *settings;
	struct worker_host *worker;
	struct hash_tasks tasks;
	int waiting;
	int64_t asked, hashed, refused;
};

static void hash_finish(struct hash_host *host, const unsigned char *hash)
{
	struct hash_task *task = STAILQ_FIRST(&host->tasks);
	STAILQ_REMOVE_HEAD(&host->tasks, next);
	host->waiting--;
	task->cb(hash, task->arg);
	free(task);
}

/* Only those that are there now: an answer may lead to a new task. */
static void hash_lose_all(struct hash_host *host)
{
	for (int lost = host->waiting; lost > 0; lost--)
		hash_finish(host, NULL);
}

static void hash_heard(const char *line, void *arg)
{
	struct hash_host *host = arg;
	const struct hash_task *task = STAILQ_FIRST(&host->tasks);
	unsigned char hash[SCRYPT_HASH_SIZE];
	int64_t id;
	int at = 0;
	if (!line) {
		hash_lose_all(host);
		return;
	}
	if (!task || sscanf(line, "%" SCNd64 " %n", &id, &at) != 1 || id != task->id ||
	    !hex_decode(line + at, hash, sizeof hash)) {
		log_error("the worker for passwords said what nobody asked");
		return;
	}
	host->hashed++;
	hash_finish(host, hash);
	explicit_bzero(hash, sizeof hash);
}

struct hash_host *hash_host_new(struct event_base *base, const char *program, const char *config,
				const struct settings *settings)
{
	struct hash_host *host = xcalloc(1, sizeof *host);
	host->settings = settings;
	STAILQ_INIT(&host->tasks);
	host->worker = worker_host_new(base, program, "--hash-worker", config, NULL, hash_heard, host);
	return host;
}

static bool hash_send(struct hash_host *host, int64_t id, const struct scrypt *how, const char *password,
		      size_t len)
{
	struct text line = { 0 };
	text_reserve(&line,
		     128 + 2 * SCRYPT_SALT_SIZE + 2 * len); /* at once: growing would leave a copy behind */
	text_printf(&line, "%" PRId64 " %d %d %d ", id, how->log2_n, how->r, how->p);
	text_add_hex(&line, how->salt, sizeof how->salt);
	text_add_char(&line, ' ');
	text_add_hex(&line, (const unsigned char *)password, len);
	bool sent = worker_host_send(host->worker, line.s);
	explicit_bzero(line.s, line.len);
	text_clear(&line);
	return sent;
}

bool hash_host_room(const struct hash_host *host)
{
	return host->waiting < host->settings->https.password_queue;
}

bool hash_host_ask(struct hash_host *host, const struct scrypt *how, const char *password, size_t len,
		   server_hash_cb *cb, void *arg)
{
	if (!hash_host_room(host) || !hash_send(host, host->asked + 1, how, password, len)) {
		host->refused++;
		return false;
	}
	struct hash_task *task = xcalloc(1, sizeof *task);
	task->id = ++host->asked;
	task->cb = cb;
	task->arg = arg;
	STAILQ_INSERT_TAIL(&host->tasks, task, next);
	host->waiting++;
	return true;
}

void hash_host_report(const struct hash_host *host, struct jw *w)
{
	jw_object(w, "passwords");
	worker_host_report(host->worker, w);
	jw_i64(w, "hashed", host->hashed);
	jw_i64(w, "waiting", host->waiting);
	jw_i64(w, "refused", host->refused);
	jw_end(w);
}

int64_t hash_host_hashed(const struct hash_host *host)
{
	return host->hashed;
}

int hash_host_waiting(const struct hash_host *host)
{
	return host->waiting;
}

bool hash_host_stop(struct hash_host *host)
{
	return worker_host_stop(host->worker);
}

void hash_host_free(struct hash_host *host)
{
	if (!host)
		return;
	worker_host_free(host->worker);
	hash_lose_all(host);
	free(host);
}
