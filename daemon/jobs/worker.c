/* The worker process. It has one blocking connection to the database, where the work to do stands; the socket to the
 * daemon wakes it up, takes its progress, and by its end tells it to finish the chunk under way and go. */
#include "vonvay/clock.h"
#include "vonvay/worker.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vonvay/change.h"
#include "vonvay/date.h"
#include "vonvay/import.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/night.h"
#include "vonvay/proof.h"
#include "vonvay/reference.h"
#include "vonvay/seal.h"
#include "vonvay/worker_jobs.h"

#define SAY_EVERY_MS 200
#define LOOK_EVERY_MS 2000 /* for work nobody woke us up for, and for entries without position */
#define AGAIN_MS 500

static volatile sig_atomic_t worker_terminated;

/* ---- the daemon ---- */

static void worker_lines(struct worker *w)
{
	const char *end = w->input.len ? memrchr(w->input.s, '\n', w->input.len) : NULL;
	if (!end)
		return;
	w->woken = true;
	text_drop(&w->input, (size_t)(end + 1 - w->input.s));
}

static void worker_hear(struct worker *w)
{
	char bytes[4096];
	ssize_t n = recv(w->fd, bytes, sizeof bytes, MSG_DONTWAIT);
	if (n > 0) {
		text_add_bytes(&w->input, bytes, (size_t)n);
		worker_lines(w);
	} else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
		w->stopping = true;
	}
}

/* Waits at most so long for something to be said. */
static void worker_listen(struct worker *w, int64_t wait_ms)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	if (worker_terminated)
		w->stopping = true;
	else if (poll(&p, 1, (int)wait_ms) > 0)
		worker_hear(w);
}

bool worker_stopping(struct worker *w)
{
	worker_listen(w, 0);
	return w->stopping || worker_terminated;
}

bool worker_may_say(struct worker *w)
{
	int64_t now = clock_ms();
	if (now - w->said_ms < SAY_EVERY_MS)
		return false;
	w->said_ms = now;
	return true;
}

/* Progress that the daemon is too slow to read is lost: it must not hold up the work. */
void worker_say(struct worker *w, const struct text *json)
{
	struct text line = { 0 };
	text_add_bytes(&line, text_str(json), json->len);
	text_add_char(&line, '\n');
	if (send(w->fd, line.s, line.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN)
		w->stopping = true;
	text_clear(&line);
}

static void worker_say_event(struct worker *w, const char *event, const char *job)
{
	struct text line = { 0 };
	struct jw writer = jw_start(&line);
	jw_object(&writer, NULL);
	jw_str(&writer, "event", event);
	if (job)
		jw_str(&writer, "job", job);
	jw_end(&writer);
	worker_say(w, &line);
	text_clear(&line);
}

/* ---- the database ---- */

bool worker_call(struct worker *w, enum stmt stmt, struct db_args *args, struct db_result *out)
{
	if (db_sync_call(w->db, stmt, args, out))
		return true;
	log_warn("%s: %s (%s)", stmts[stmt].name, out->message, out->sqlstate);
	return false;
}

bool worker_do(struct worker *w, enum stmt stmt, struct db_args *args)
{
	struct db_result r;
	bool ok = worker_call(w, stmt, args, &r);
	db_result_clear(&r);
	return ok;
}

/* What passes by itself, or once everything is read anew: connection, lock, lease, another business date. */
enum job_end worker_lost(const struct db_result *r)
{
	static const char *const passing[] = { "08", "57", "40", "55P03", "LN411", "LN421", "LN409" };
	for (size_t i = 0; i < ARRAY_LEN(passing); i++)
		if (!strncmp(r->sqlstate, passing[i], strlen(passing[i])))
			return JOB_AGAIN;
	return JOB_FAILED;
}

struct reference *worker_reference_new(struct worker *w, int64_t actor, enum job_end *end)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct text error = { 0 };
	struct reference *ref = NULL;
	db_arg_i64(&args, actor);
	if (!worker_call(w, STMT_REFERENCE_READ, &args, &r))
		*end = worker_lost(&r);
	else if (!(ref = reference_parse_new(db_text(&r, 0, 1), db_i64(&r, 0, 0), &error)))
		*end = JOB_FAILED;
	if (error.len)
		log_error("reference data: %s", text_str(&error));
	db_result_clear(&r);
	text_clear(&error);
	return ref;
}

static bool worker_actors(struct worker *w)
{
	struct db_result r;
	bool ok = worker_call(w, STMT_JOB_ACTORS, NULL, &r) && r.rows == 1;
	if (ok) {
		w->night = db_i64(&r, 0, 0);
		w->import = db_i64(&r, 0, 1);
		w->branch = db_i32(&r, 0, 2);
	}
	db_result_clear(&r);
	return ok;
}

static void worker_disconnect(struct worker *w)
{
	db_sync_close(w->db);
	w->db = NULL;
}

static bool worker_connect(struct worker *w)
{
	struct text error = { 0 };
	if (w->db && db_sync_alive(w->db))
		return true;
	worker_disconnect(w);
	w->db = db_sync_open(w->settings->database.conninfo, &error);
	if (!w->db)
		log_warn("database: %s", text_str(&error));
	text_clear(&error);
	if (w->db && !worker_actors(w))
		worker_disconnect(w);
	return w->db != NULL;
}

/* ---- work ---- */

typedef enum job_end worker_job(struct worker *w, bool *found);

/* True: it found something and finished it, so there may be more. */
static bool worker_one(struct worker *w, const char *name, worker_job *job, int64_t *pause_ms)
{
	bool found = false;
	enum job_end end = job(w, &found);
	if (end == JOB_AGAIN)
		*pause_ms = AGAIN_MS;
	if (found && (end == JOB_DONE || end == JOB_FAILED))
		worker_say_event(w, end == JOB_DONE ? "done" : "failed", name);
	return found && (end == JOB_DONE || end == JOB_FAILED);
}

/* Longer and longer while there is no database. */
static int64_t worker_no_database(struct worker *w)
{
	int64_t pause_ms = w->settings->database.reconnect_min_ms << w->failures;
	if (pause_ms < w->settings->database.reconnect_max_ms)
		w->failures++;
	else
		pause_ms = w->settings->database.reconnect_max_ms;
	return pause_ms;
}

/* All there is; returns how long to wait before looking again. */
static int64_t worker_work(struct worker *w)
{
	int64_t pause_ms = LOOK_EVERY_MS;
	w->woken = false;
	if (!worker_connect(w))
		return worker_no_database(w);
	w->failures = 0;
	bool more = true;
	while (more && !worker_stopping(w) && pause_ms == LOOK_EVERY_MS) {
		more = worker_one(w, "import", import_work, &pause_ms);
		if (pause_ms == LOOK_EVERY_MS)
			more |= worker_one(w, "change", change_work, &pause_ms);
		if (pause_ms == LOOK_EVERY_MS)
			more |= worker_one(w, "sweep", night_work, &pause_ms);
		if (pause_ms == LOOK_EVERY_MS)
			more |= worker_one(w, "session", session_work, &pause_ms);
		if (pause_ms == LOOK_EVERY_MS)
			more |= worker_one(w, "seal", seal_work, &pause_ms);
		if (pause_ms == LOOK_EVERY_MS)
			more |= worker_one(w, "verify", verify_work, &pause_ms);
		if (db_sync_alive(w->db))
			upkeep(w);
	}
	return pause_ms;
}

static int64_t worker_pause(struct worker *w, int64_t pause_ms)
{
	int64_t until_night_ms = w->db ? night_clock(w) : -1;
	return until_night_ms >= 0 && until_night_ms < pause_ms ? until_night_ms : pause_ms;
}

static void worker_loop(struct worker *w)
{
	while (!worker_stopping(w)) {
		int64_t pause_ms = worker_work(w);
		pause_ms = worker_pause(w, pause_ms);
		int64_t until = clock_ms() + pause_ms;
		while (!w->woken && !w->stopping && clock_ms() < until)
			worker_listen(w, until - clock_ms());
	}
}

static void worker_on_signal(int number UNUSED)
{
	worker_terminated = 1;
}

/* SIGINT and SIGHUP of a terminal reach the whole group: the daemon decides what they mean. */
static void worker_signals(void)
{
	struct sigaction end = { .sa_handler = worker_on_signal };
	sigaction(SIGTERM, &end, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
}

static bool worker_load_keys(struct worker *w)
{
	struct text error = { 0 };
	bool ok = data_keys_load(&w->keys, w->settings->security.data_key_file,
				 w->settings->security.old_data_key_files, &error);
	if (!ok)
		log_error("%s", text_str(&error));
	text_clear(&error);
	return ok;
}

static bool worker_load_seal_key(struct worker *w)
{
	struct text error = { 0 };
	const char *path = w->settings->security.seal_key_file;
	w->seal_key = path[0] ? seal_key_new(path, &error) : NULL;
	if (path[0] && !w->seal_key)
		log_error("%s", text_str(&error));
	text_clear(&error);
	return !path[0] || w->seal_key;
}

int worker_main(const struct settings *settings, int fd)
{
	struct worker w = { .settings = settings, .fd = fd, .night_asked = DATE_NONE, .purged_on = DATE_NONE };
	worker_signals();
	if (!worker_load_keys(&w) || !worker_load_seal_key(&w))
		return 1;
	worker_loop(&w);
	seal_key_free(w.seal_key);
	worker_disconnect(&w);
	text_clear(&w.input);
	data_keys_clear(&w.keys);
	return 0;
}
