/* The hashing of passwords: a worker process of its own (`vonvayd --hash-worker`), so that neither the event loop nor a
 * night ever waits for scrypt, behind a queue that is bounded: who finds it full is told to come again.
 * To the worker, one line a task: "ID LOG2_N R P SALT PASSWORD", the last two in hexadecimal. From it: "ID HASH". */
#ifndef VONVAY_HASH_H
#define VONVAY_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/scrypt.h"
#include "vonvay/server.h"

struct event_base;
struct hash_host;
struct jw;
struct settings;

/* Starts the worker and keeps it running until hash_host_free(). `settings` is borrowed: the length of the queue. */
struct hash_host *hash_host_new(struct event_base *base, const char *program, const char *config,
				const struct settings *settings);
/* Queues one task; `cb` is called once, later: with the hash, or with NULL when the worker was lost or we end. False
 * when the queue is full or no worker runs: `cb` is not called then. The password is wiped once it is sent. */
MUSTCHECK bool hash_host_ask(struct hash_host *host, const struct scrypt *how, const char *password,
			     size_t len, server_hash_cb *cb, void *arg);
/* Would it take one more now? */
bool hash_host_room(const struct hash_host *host);
/* The member "passwords" of status.daemon: hashes asked for, under way, refused. */
void hash_host_report(const struct hash_host *host, struct jw *w);
int64_t hash_host_hashed(const struct hash_host *host);
int hash_host_waiting(const struct hash_host *host);
/* Closes the pipe; true once the worker has ended. */
bool hash_host_stop(struct hash_host *host);
void hash_host_free(struct hash_host *host);

/* The main function of that process: returns its exit status when `fd` ends. */
int hash_worker_main(int fd);

#endif
