/* Lines of a client, up to the moment at which a handler asks the database. There is none here: whoever asks who the
 * client is hears of one that may do everything, keys are unknown, and anything else is unavailable, later, as it would be.
 * Every reply has to be one line of JSON, and every request is answered. */
#include <event2/event.h>
#include <libpq-fe.h>
#include <string.h>

#include "fuzz.h"
#include "vonvay/db.h"
#include "vonvay/json.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/request.h"
#include "vonvay/server.h"

#define STAFF_COLUMNS 24
#define ROUNDS_MAX 1000

/* ---- a database of a few words; the linker puts these in place of daemon/store's ---- */

struct asked {
	struct asked *next;
	enum stmt stmt;
	db_cb *cb;
	void *arg;
};

static struct asked *asked_first, **asked_last = &asked_first;

void __wrap_db_query(struct db *db, enum stmt stmt, struct db_args *args, db_cb *cb, void *arg);
void __wrap_db_query(struct db *db, enum stmt stmt, struct db_args *args, db_cb *cb, void *arg)
{
	struct asked *asked = xcalloc(1, sizeof *asked);
	(void)db;
	if (args)
		db_args_clear(args);
	*asked = (struct asked){ .stmt = stmt, .cb = cb, .arg = arg };
	*asked_last = asked;
	asked_last = &asked->next;
}

void __wrap_db_report(const struct db *db, struct jw *w);
void __wrap_db_report(const struct db *db, struct jw *w)
{
	(void)db;
	jw_null(w, "database");
}

/* number, name, role, may act as another; whatever else is asked for is NULL. */
static PGresult *staff_result(void)
{
	static char empty[] = "", *const values[] = { "1", "fuzz", "4", "t" };
	PGresAttDesc columns[STAFF_COLUMNS] = { { 0 } };
	PGresult *pg = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
	for (int i = 0; i < STAFF_COLUMNS; i++)
		columns[i].name = empty;
	FUZZ_CHECK(PQsetResultAttrs(pg, STAFF_COLUMNS, columns));
	for (int i = 0; i < STAFF_COLUMNS; i++)
		if (i < (int)ARRAY_LEN(values))
			FUZZ_CHECK(PQsetvalue(pg, 0, i, values[i], (int)strlen(values[i])));
		else
			FUZZ_CHECK(PQsetvalue(pg, 0, i, NULL, -1));
	return pg;
}

static void answer(const struct asked *asked)
{
	bool staff = asked->stmt == STMT_STAFF_BY_UID || asked->stmt == STMT_STAFF_BY_NAME;
	bool known = staff || asked->stmt == STMT_KEY_GET;
	struct db_result r = { .ok = known,
			       .message = "",
			       .rows = staff,
			       .columns = staff ? STAFF_COLUMNS : 0,
			       .pg = staff ? staff_result() : NULL };
	if (!known) {
		r.error = ERR_UNAVAILABLE;
		r.message = "there is no database";
		snprintf(r.sqlstate, sizeof r.sqlstate, "08006");
	}
	asked->cb(&r, asked->arg);
	PQclear(r.pg);
}

static void answer_all(void)
{
	struct asked *asked;
	while ((asked = asked_first)) {
		asked_first = asked->next;
		if (!asked_first)
			asked_last = &asked_first;
		answer(asked);
		free(asked);
	}
}

/* ---- the client ---- */

static void check_reply(struct session *session, const char *line, size_t len)
{
	(void)session;
	FUZZ_CHECK(len > 1 && line[len - 1] == '\n' && !memchr(line, '\n', len - 1));
	json_t *reply = json_loadb(line, len - 1, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	FUZZ_CHECK(json_is_object(reply) || json_array_size(reply) > 0);
	json_decref(reply);
}

static void answered(struct session *session)
{
	(void)session;
}

static struct server *server(void)
{
	static struct server server;
	if (!server.base) {
		server.base = event_base_new();
		settings_init(&server.settings);
		metrics_init(&server.metrics);
		server.settings.daemon.demo_act_as = true;
		log_set_level(LOG_LEVEL_ERROR);
	}
	return &server;
}

static void lines(struct session *session, const char *s, size_t len)
{
	while (len) {
		const char *newline = memchr(s, '\n', len);
		size_t n = newline ? (size_t)(newline - s) : len;
		session_line(session, s, n);
		n += newline != NULL;
		s += n;
		len -= n;
	}
}

int fuzz_one(const uint8_t *data, size_t size)
{
	struct session session;
	struct peer peer = { .door = DOOR_UNIX };
	session_init(&session, server(), &peer);
	session.send = check_reply;
	session.answered = answered;
	lines(&session, (const char *)data, size);
	for (int i = 0; session.in_flight && i < ROUNDS_MAX; i++) {
		answer_all();
		if (session.in_flight)
			event_base_loop(server()->base, EVLOOP_ONCE);
	}
	FUZZ_CHECK(!session.in_flight && !session.requests && !session.batches);
	session_clear(&session);
	return 0;
}
