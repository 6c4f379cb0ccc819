/* The key of a write: before the handler runs, api.key_get(actor, key) is asked; a known key with the same body hash is
 * answered with the stored reply, with another one by ERR_KEY_REUSED, and the handler never sees it. So a handler of a
 * write only gives key, request_body_hash() and its reply text to its api function, which stores them in the
 * transaction of the write, and raises LN015 on a unique violation of the key (request_fail_db() then answers what
 * the other one stored).
 *
 * Sessions and requests. A session is one client; a request is one call of a method. A request owns itself: it is
 * answered exactly once by one of the request_reply_*() / request_fail*() functions, which free it. It may outlive its
 * session: then the reply is dropped, and whatever it was doing in the database completes. */
#ifndef VONVAY_REQUEST_H
#define VONVAY_REQUEST_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "vonvay/compiler.h"
#include "vonvay/crypto.h"
#include "vonvay/db.h"
#include "vonvay/text.h"
#include "vonvay/wire.h"

struct server;
struct method;
struct batch;
struct request_memory;
struct look_waiter;

/* The roles as bits, so that a method can name all that may call it. loan.staff_role holds their code: 1 clerk,
 * 2 officer, 3 organisation officer, 4 administrator, 5 director, 6 inspector. */
enum role {
	ROLE_CLERK = 1,
	ROLE_OFFICER = 2,
	ROLE_ORGANISATION = 4,
	ROLE_ADMIN = 8,
	ROLE_DIRECTOR = 32,
	ROLE_INSPECTOR = 64,
	ROLE_DISTRICT = 16, /* demo only (demo_act_as): who may act as others may call everything */
};

struct actor {
	int64_t staff_id; /* 0: nobody */
	int branch;
	int role;	  /* bits of enum role */
	bool may_act_as;
	char name[64];
};

/* How a client came in; code 'door' of sql/data/codes.csv. */
enum door {
	DOOR_UNIX = 1,
	DOOR_TLS = 5,
	DOOR_HTTPS = 6,
};

/* Who is at the door, as the door found out. */
struct peer {
	enum door door;
	uid_t uid;	  /* DOOR_UNIX: of the process at the other end */
	char address[64]; /* the others: where from, without the port */
	/* DOOR_TLS, DOOR_HTTPS: the certificate's common name, and since when it is valid, in seconds since 1970 */
	char certificate[64];
	int64_t certificate_from;
	int64_t staff_id; /* DOOR_HTTPS: whose session it is; 0: none */
};

#define REF_SIZE 32

struct request {
	struct session *session; /* NULL once the client has left */
	struct server *server;
	struct db *db;
	const struct method *method;
	struct actor actor;
	struct peer peer;
	json_t *id;	/* NULL: a notification */
	json_t *params; /* an object, checked against the method's specs; borrow from it through param_*() */
	char ref[REF_SIZE]; /* "c3-118": the prefix of its log lines, and data.ref of its error */
	void *user; /* the handler's own, NULL at first */
	/* the rest belongs to daemon/rpc */
	int64_t began_us; /* metrics_now_us() */
	struct batch *batch;
	json_t *as;
	struct request_memory *memory;
	struct look_waiter *looks; /* look.h */
	struct request *next, **link; /* requests of the session */
};

/* Zeroed memory that is freed with the request. */
void *request_state(struct request *req, size_t size);
/* `clear(arg)` is called when the request is freed; last in, first out, before the memory above goes. */
void request_on_free(struct request *req, void (*clear)(void *), void *arg);

/* Exactly one of these, once; the request is gone after it. */
void request_reply_new(struct request *req, json_t *result);		 /* steals `result` */
void request_reply_text(struct request *req, const struct text *result); /* JSON text, copied */
void request_reply_str(struct request *req, const char *result);	 /* JSON text, copied */
/* The JSON in the first column of the only row; without one what the database said. */
void request_reply_row(struct request *req, const struct db_result *result);
/* {"LIST":[...]}, one value a row, which `write` makes. */
void request_reply_rows(struct request *req, const struct db_result *result, const char *list,
			void (*write)(struct jw *w, const struct db_result *result, int row));
/* `field` may be NULL. An empty format gives the sentence of the table. */
void request_fail(struct request *req, enum error error, const char *field, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* The same with one more member in data, called `name`, its JSON given. */
void request_fail_data(struct request *req, enum error error, const char *field, const char *name,
		       const char *json, const char *fmt, ...) PRINTF_LIKE(6, 7);
/* What the database said: a domain error with its message and field; anything else by class, its text to the log only. */
void request_fail_db(struct request *req, const struct db_result *result);

/* Log lines with the request's ref in front. */
void request_log(const struct request *req, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* SHA-256 of the method and its sorted parameters without `key`, to store with the key; keyed where they are personal. */
void request_body_hash(const struct request *req, unsigned char out[SHA256_SIZE]);

/* ---- sessions: what a door (daemon/net) gives to this layer ---- */

struct session {
	struct server *server;
	uint32_t number; /* "c3" */
	struct peer peer;
	struct actor actor;
	bool actor_known; /* at actor_read_ms, in this generation of the server */
	int64_t actor_read_ms;
	uint32_t generation;
	int in_flight; /* requests not answered yet, those of batches too */
	uint32_t next_request;
	struct request *requests;
	struct batch *batches;
	/* Sends one reply, newline included. */
	void (*send)(struct session *session, const char *line, size_t len);
	/* A request was answered: in_flight went down. */
	void (*answered)(struct session *session);
};

/* For this client; send and answered are the caller's to set. */
void session_init(struct session *session, struct server *server, const struct peer *peer);
/* The client has left: its requests go on without it. */
void session_clear(struct session *session);
/* One line without its newline; replies come through session->send. */
void session_line(struct session *session, const char *line, size_t len);
/* Answers a line that can't even be read (too long, too many clients), with id null. */
void session_refuse(struct session *session, enum error error, const char *message, long position);

#endif
