/* The settings: one table (daemon/base/settings.c) gives section, name, type, range, default and help text of each;
 * parser, reload, --print-config and config/vonvayd.conf follow it. */
#ifndef VONVAY_SETTINGS_H
#define VONVAY_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "vonvay/compiler.h"
#include "vonvay/text.h"

/* Every member is a row of the table. Texts belong to the struct and are never NULL. */
struct settings {
	struct {
		char *socket;
		int64_t socket_mode; /* written in octal */
		int64_t max_clients;
		int64_t max_line_bytes;
		int64_t max_depth;
		int64_t max_in_flight;
		int64_t idle_timeout_s;
		int64_t slow_reader_bytes;
		int64_t slow_reader_timeout_s;
		int64_t stop_timeout_s;
		char *log_level;
		bool demo_act_as;
	} daemon;
	struct {
		char *conninfo;
		char *migrate_conninfo;
		int64_t read_connections;
		int64_t write_connections;
		int64_t statement_timeout_ms;
		int64_t queue_timeout_ms;
		int64_t context_kept_ms;
		int64_t reconnect_min_ms;
		int64_t reconnect_max_ms;
	} database;
	struct {
		char *at; /* "HH:MM" in Asia/Ho_Chi_Minh, or "" */
		int64_t chunk_loans;
	} night;
	struct {
		char *data_key_file;
		char *old_data_key_files;
		char *seal_key_file;
	} security;
	struct {
		char *listen; /* "ADDRESS:PORT ...", or "" */
		char *certificate_file;
		char *key_file;
		char *client_ca_file;
		char *crl_file;
		int64_t handshake_timeout_s;
		int64_t max_clients_per_address;
	} tls;
	struct {
		char *listen; /* "ADDRESS:PORT ...", "" for none */
		char *origins; /* divided by blanks; "": https:// and the Host */
		char *metrics_from; /* networks divided by blanks */
		int64_t max_connections;
		int64_t max_header_bytes;
		int64_t max_body_bytes;
		int64_t header_timeout_s;
		int64_t body_timeout_s;
		int64_t idle_timeout_s;
		int64_t reply_timeout_s;
		int64_t session_idle_s;
		int64_t session_life_s;
		int64_t scrypt_log2_n;
		int64_t scrypt_r;
		int64_t scrypt_p;
		int64_t password_queue;
		int64_t tries_free;
		int64_t try_delay_s;
		int64_t try_delay_max_s;
		int64_t tries_forget_s;
		int64_t tries_max;
	} https;
	struct {
		char *dir; /* holds migrations/, api/, data/ */
	} sql;
};

/* All defaults. */
void settings_init(struct settings *s);
void settings_clear(struct settings *s);
/* Defaults, then the file. False: `error` says file, line, key and what is allowed; `s` is cleared. */
MUSTCHECK bool settings_load(struct settings *s, const char *path, struct text *error);
/* Takes from `fresh` what may change while running, logs what changed and what would need a restart. */
void settings_reload(struct settings *s, const struct settings *fresh);
/* The annotated defaults. */
void settings_print(FILE *out);

#endif
