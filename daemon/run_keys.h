/* The data keys of the daemon: every key that something in the database is sealed with has to be among them. */
#ifndef VONVAY_RUN_KEYS_H
#define VONVAY_RUN_KEYS_H

#include "vonvay/server.h"

/* `why` NULL: they are in server->keys now; else what is wrong, and server->keys is as it was. */
typedef void run_keys_cb(const char *why, void *arg);

/* Reads the files that the settings name, asks the database, and then takes them. */
void run_keys_take(struct server *server, run_keys_cb *cb, void *arg);

#endif
