/* THE table of settings. A setting is one row; parser, reload and --print-config read the rows. */
#include "vonvay/settings.h"

#include <errno.h>
#include <ini.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/log.h"
#include "vonvay/mem.h"
#include "vonvay/network.h"

enum setting_type {
	SETTING_INT,
	SETTING_OCTAL,
	SETTING_BOOL,
	SETTING_TEXT,
	SETTING_LEVEL, /* a word of log_level_parse() */
	SETTING_TIME,  /* HH:MM or empty */
	SETTING_NETWORKS, /* networks_valid() */
};

struct setting {
	const char *section;
	const char *name;
	enum setting_type type;
	bool reloadable;
	size_t offset;
	int64_t min, max;
	const char *otherwise; /* the default */
	const char *help;      /* lines divided by newlines */
};

/* clang-format off */
#define ROW(section, name, type, reload, min, max, otherwise, help) \
	{ #section, #name, type, reload, \
	  offsetof(struct settings, section.name), /* NOLINT(bugprone-macro-parentheses): a member, no expression */ \
	  min, max, otherwise, help }
/* clang-format on */
#define LIVE true
#define FIXED false

static const struct setting settings_table[] = {
	ROW(daemon, socket, SETTING_TEXT, FIXED, 1, 107, "/run/vonvay/vonvayd.sock",
	    "Unix socket the daemon listens on, unless systemd hands one over."),
	ROW(daemon, socket_mode, SETTING_OCTAL, FIXED, 0, 0777, "0660", "Permissions of that socket."),
	ROW(daemon, max_clients, SETTING_INT, LIVE, 1, 10000, "256",
	    "Clients of one door at the same time; one more is refused."),
	ROW(daemon, max_line_bytes, SETTING_INT, LIVE, 1024, 67108864, "1048576",
	    "Longest request, one line, in bytes."),
	ROW(daemon, max_depth, SETTING_INT, LIVE, 4, 512, "32", "Deepest nesting of a request's JSON."),
	ROW(daemon, max_in_flight, SETTING_INT, LIVE, 1, 10000, "64",
	    "Requests of one client under way; no more is read from it until one is answered."),
	ROW(daemon, idle_timeout_s, SETTING_INT, LIVE, 1, 86400, "900",
	    "A client without a request for so many seconds is cut off."),
	ROW(daemon, slow_reader_bytes, SETTING_INT, LIVE, 65536, 1073741824, "8388608",
	    "A client with more unread replies than this is cut off."),
	ROW(daemon, slow_reader_timeout_s, SETTING_INT, LIVE, 1, 3600, "30",
	    "A client that reads nothing of a waiting reply for so many seconds is cut off."),
	ROW(daemon, stop_timeout_s, SETTING_INT, LIVE, 1, 600, "10",
	    "How long a stop waits for requests in flight and for the worker."),
	ROW(daemon, log_level, SETTING_LEVEL, LIVE, 0, 0, "info", "error, warn, info or debug."),
	ROW(daemon, demo_act_as, SETTING_BOOL, LIVE, 0, 1, "no",
	    "Demo only: staff marked so in the database may act as another by \"as\" in a request."),
	ROW(database, conninfo, SETTING_TEXT, FIXED, 1, 2000, "dbname=vonvay user=vonvayd",
	    "How the daemon connects (libpq conninfo); its role may only execute functions of schema api."),
	ROW(database, migrate_conninfo, SETTING_TEXT, FIXED, 1, 2000, "dbname=vonvay user=postgres",
	    "How --migrate connects: a superuser, or the owner of everything."),
	ROW(database, read_connections, SETTING_INT, FIXED, 1, 64, "2",
	    "Connections for reads, in pipeline mode."),
	ROW(database, write_connections, SETTING_INT, FIXED, 1, 64, "4", "Connections for writes."),
	ROW(database, statement_timeout_ms, SETTING_INT, FIXED, 10, 3600000, "10000",
	    "Longest run of one statement, ended by PostgreSQL."),
	ROW(database, queue_timeout_ms, SETTING_INT, LIVE, 10, 60000, "3000",
	    "How long a statement waits for a connection before the request is answered \"unavailable\"."),
	ROW(database, context_kept_ms, SETTING_INT, LIVE, 0, 60000, "100",
	    "The business date and the reference data are asked for again when they were read longer ago."),
	ROW(database, reconnect_min_ms, SETTING_INT, LIVE, 10, 60000, "100",
	    "First pause before connecting again; doubled each time, with jitter."),
	ROW(database, reconnect_max_ms, SETTING_INT, LIVE, 10, 600000, "5000", "Longest such pause."),
	ROW(night, at, SETTING_TIME, LIVE, 0, 0, "",
	    "When the night starts, HH:MM in Asia/Ho_Chi_Minh; empty: only by sweep.run."),
	ROW(night, chunk_loans, SETTING_INT, LIVE, 1, 500, "500", "Loans in one transaction of the night."),
	ROW(security, data_key_file, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Key that seals personal data: 32 bytes or 64 hexadecimal digits. A name without / is a systemd\n"
	    "credential. Empty: no key, what needs one is refused. The files are read again by a reload."),
	ROW(security, old_data_key_files, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Further keys, with spaces between, that rows may still be sealed with (or, with several daemons,\n"
	    "already are): they are read, not used for anything new, until vonvayd --rotate-key is done."),
	ROW(security, seal_key_file, SETTING_TEXT, FIXED, 0, 4000, "",
	    "Private key of Ed25519 that signs the seals of the days, PEM without a password; a name without / is a\n"
	    "systemd credential. Empty: days go unsealed, and status.daemon says so."),
	ROW(tls, listen, SETTING_TEXT, FIXED, 0, 1000, "",
	    "TCP sockets of the TLS door, for vonvay --host: ADDRESS:PORT ..., numbers only, IPv6 in brackets,\n"
	    "port 0 for a free one. Empty: none, unless systemd hands over sockets with the name tls."),
	ROW(tls, certificate_file, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Certificate of the daemon, PEM, with the chain behind it. Like the next three a name without / is a\n"
	    "systemd credential; all four are read again by SIGHUP. Empty: no TLS."),
	ROW(tls, key_file, SETTING_TEXT, LIVE, 0, 4000, "", "Its private key, PEM without a passphrase."),
	ROW(tls, client_ca_file, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Certificates of the authority whose client certificates are accepted, and of those between, PEM."),
	ROW(tls, crl_file, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Revocation list of that authority, PEM; it must not have run out. Empty: nothing is revoked."),
	ROW(tls, handshake_timeout_s, SETTING_INT, LIVE, 1, 300, "10",
	    "A connection without a complete TLS handshake after so many seconds is cut off."),
	ROW(tls, max_clients_per_address, SETTING_INT, LIVE, 1, 10000, "64",
	    "Connections from one address at the same time; one more is closed at once."),
	ROW(https, listen, SETTING_TEXT, FIXED, 0, 1000, "",
	    "TCP sockets of the HTTPS door: ADDRESS:PORT ..., numbers only, IPv6 in brackets, port 0 for a free one.\n"
	    "Empty: none, unless systemd hands over sockets with the name https. It needs the certificate of [tls]."),
	ROW(https, origins, SETTING_TEXT, LIVE, 0, 4000, "",
	    "Origins whose pages may call, like https://vonvay.example:8443, divided by blanks. Empty: https:// and\n"
	    "the Host of the request."),
	ROW(https, metrics_from, SETTING_NETWORKS, LIVE, 0, 0, "127.0.0.1/32 ::1/128",
	    "Networks that may read /metrics without a client certificate."),
	ROW(https, max_connections, SETTING_INT, LIVE, 1, 10000, "256",
	    "Connections at the same time. One more takes the place of that which waits longest for a request."),
	ROW(https, max_header_bytes, SETTING_INT, LIVE, 1024, 65536, "16384",
	    "Longest head of a request, its first line included."),
	ROW(https, max_body_bytes, SETTING_INT, LIVE, 1024, 67108864, "1048576", "Longest body of a request."),
	ROW(https, header_timeout_s, SETTING_INT, LIVE, 1, 3600, "10",
	    "A head that is not complete after so many seconds is cut off; so is a handshake."),
	ROW(https, body_timeout_s, SETTING_INT, LIVE, 1, 3600, "30",
	    "A body that is not complete so many seconds after its head is cut off."),
	ROW(https, idle_timeout_s, SETTING_INT, LIVE, 1, 3600, "60",
	    "A connection without a request for so many seconds is closed."),
	ROW(https, reply_timeout_s, SETTING_INT, LIVE, 1, 3600, "60",
	    "A client that has not taken its whole reply after so many seconds is cut off."),
	ROW(https, session_idle_s, SETTING_INT, LIVE, 1, 604800, "1800",
	    "A session not used for so many seconds has ended."),
	ROW(https, session_life_s, SETTING_INT, LIVE, 1, 604800, "36000",
	    "A session ends so many seconds after signing in, used or not."),
	ROW(https, scrypt_log2_n, SETTING_INT, LIVE, 10, 20, "17",
	    "Cost of new password hashes: scrypt with N = 2 to this power, each 128 * r * N bytes of memory. Hashes\n"
	    "that cost less are made anew at the next sign-in."),
	ROW(https, scrypt_r, SETTING_INT, LIVE, 1, 32, "8", "Size of the blocks of scrypt."),
	ROW(https, scrypt_p, SETTING_INT, LIVE, 1, 16, "1", "Rounds of scrypt."),
	ROW(https, password_queue, SETTING_INT, LIVE, 1, 1000, "32",
	    "Passwords waiting to be hashed; one more is refused until there is room."),
	ROW(https, tries_free, SETTING_INT, LIVE, 1, 100, "3",
	    "Wrong passwords for one name from one address before there is a delay."),
	ROW(https, try_delay_s, SETTING_INT, LIVE, 1, 3600, "2", "First delay; each further wrong one doubles it."),
	ROW(https, try_delay_max_s, SETTING_INT, LIVE, 1, 86400, "900", "Longest delay."),
	ROW(https, tries_forget_s, SETTING_INT, LIVE, 1, 2592000, "86400",
	    "Wrong passwords are forgotten so many seconds after the last one."),
	ROW(https, tries_max, SETTING_INT, LIVE, 10, 1000000, "10000",
	    "Pairs of name and address that are remembered; the oldest go first."),
	ROW(sql, dir, SETTING_TEXT, FIXED, 1, 4000, VONVAY_SQLDIR, "Folder with migrations/, api/ and data/."),
};

static void *setting_at(const struct setting *row, struct settings *s)
{
	return (char *)s + row->offset;
}

static const void *setting_read(const struct setting *row, const struct settings *s)
{
	return (const char *)s + row->offset;
}

static bool setting_is_text(const struct setting *row)
{
	return row->type == SETTING_TEXT || row->type == SETTING_LEVEL || row->type == SETTING_TIME ||
	       row->type == SETTING_NETWORKS;
}

static const struct setting *setting_find(const char *section, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++)
		if (!strcmp(settings_table[i].section, section) && !strcmp(settings_table[i].name, name))
			return &settings_table[i];
	return NULL;
}

/* ---- values ---- */

static bool setting_parse_int(const struct setting *row, const char *text, int64_t *out)
{
	char *end;
	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	long long v = strtoll(text, &end, row->type == SETTING_OCTAL ? 8 : 10);
	if (errno || *end || v < row->min || v > row->max)
		return false;
	*out = v;
	return true;
}

static bool setting_parse_bool(const char *text, bool *out)
{
	*out = !strcmp(text, "yes");
	return *out || !strcmp(text, "no");
}

static bool setting_time_ok(const char *text)
{
	if (!text[0])
		return true;
	for (int i = 0; i < 5; i++)
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return false;
	return !text[5] && strtol(text, NULL, 10) < 24 && strtol(text + 3, NULL, 10) < 60;
}

static bool setting_text_ok(const struct setting *row, const char *text)
{
	enum log_level level;
	if (row->type == SETTING_LEVEL)
		return log_level_parse(text, &level);
	if (row->type == SETTING_TIME)
		return setting_time_ok(text);
	if (row->type == SETTING_NETWORKS)
		return networks_valid(text);
	return (int64_t)strlen(text) >= row->min && (int64_t)strlen(text) <= row->max;
}

static bool setting_parse_text(const struct setting *row, const char *text, char **out)
{
	if (!setting_text_ok(row, text))
		return false;
	free(*out);
	*out = xstrdup(text);
	return true;
}

static bool setting_set(const struct setting *row, struct settings *s, const char *text)
{
	void *at = setting_at(row, s);
	switch (row->type) {
	case SETTING_INT:
	case SETTING_OCTAL:
		return setting_parse_int(row, text, at);
	case SETTING_BOOL:
		return setting_parse_bool(text, at);
	case SETTING_TEXT:
	case SETTING_LEVEL:
	case SETTING_TIME:
	case SETTING_NETWORKS:
		return setting_parse_text(row, text, at);
	}
	return false;
}

static void setting_allowed(const struct setting *row, struct text *out)
{
	switch (row->type) {
	case SETTING_INT:
		text_printf(out, "a whole number, %" PRId64 " to %" PRId64, row->min, row->max);
		return;
	case SETTING_OCTAL:
		text_printf(out, "an octal number, %04" PRIo64 " to %04" PRIo64, row->min, row->max);
		return;
	case SETTING_BOOL:
		text_add(out, "yes or no");
		return;
	case SETTING_TEXT:
		text_printf(out, "text of %" PRId64 " to %" PRId64 " bytes", row->min, row->max);
		return;
	case SETTING_LEVEL:
		text_add(out, "error, warn, info or debug");
		return;
	case SETTING_TIME:
		text_add(out, "HH:MM, 00:00 to 23:59, or empty");
		return;
	case SETTING_NETWORKS:
		text_add(out, "ADDRESS/BITS, divided by blanks, or empty");
		return;
	}
}

/* ---- whole ---- */

void settings_init(struct settings *s)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++)
		if (!setting_set(&settings_table[i], s, settings_table[i].otherwise))
			log_fatal("the default of %s is not allowed", settings_table[i].name);
}

void settings_clear(struct settings *s)
{
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++)
		if (setting_is_text(&settings_table[i]))
			free(*(char **)setting_at(&settings_table[i], s));
	memset(s, 0, sizeof *s);
}

/* Reading one file: inih gives no line numbers, so the reader below counts. */
struct settings_reader {
	FILE *file;
	const char *path;
	int line;
	bool seen[ARRAY_LEN(settings_table)];
	struct settings *settings;
	struct text *error; /* the first one wins */
};

static void settings_error(struct settings_reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void settings_error(struct settings_reader *r, const char *fmt, ...)
{
	va_list ap;
	char message[1024];
	if (r->error->len)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	text_printf(r->error, "%s:%d: %s", r->path, r->line, message);
}

static char *settings_read_line(char *line, int size, void *stream)
{
	struct settings_reader *r = stream;
	char *got = fgets(line, size, r->file);
	if (!got)
		return NULL;
	r->line++;
	size_t len = strlen(line);
	if (len && line[len - 1] != '\n' && !feof(r->file))
		settings_error(r, "line longer than %d bytes", size - 2);
	return got;
}

static void settings_unknown(struct settings_reader *r, const char *section, const char *name)
{
	struct text keys = { 0 }, sections = { 0 };
	const char *last = "";
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++) {
		const struct setting *row = &settings_table[i];
		if (!strcmp(row->section, section))
			text_printf(&keys, "%s%s", keys.len ? ", " : "", row->name);
		if (strcmp(row->section, last) != 0)
			text_printf(&sections, "%s%s", sections.len ? ", " : "", row->section);
		last = row->section;
	}
	if (keys.len)
		settings_error(r, "unknown key %s in [%s]; allowed: %s", name, section, keys.s);
	else
		settings_error(r, "unknown section [%s] with key %s; allowed: %s", section, name, sections.s);
	text_clear(&keys);
	text_clear(&sections);
}

static int settings_handle(void *user, const char *section, const char *name, const char *value)
{
	struct settings_reader *r = user;
	struct text allowed = { 0 };
	const struct setting *row = setting_find(section, name);
	if (!row) {
		settings_unknown(r, section, name);
		return 0;
	}
	if (r->seen[row - settings_table])
		settings_error(r, "%s in [%s] is given twice", name, section);
	r->seen[row - settings_table] = true;
	if (!setting_set(row, r->settings, value)) {
		setting_allowed(row, &allowed);
		settings_error(r, "%s in [%s] is \"%s\"; allowed: %s", name, section, value, allowed.s);
		text_clear(&allowed);
	}
	return r->error->len == 0;
}

static void settings_parse(struct settings_reader *r)
{
	ini_max_line = 4096;
	ini_initial_alloc = 4096; /* one buffer of the full size: it is not allowed to grow */
	ini_use_stack = false;
	ini_stop_on_first_error = true;
	ini_allow_no_value = false;
	ini_allow_multiline = false;
	ini_allow_inline_comments = false;
	int bad = ini_parse_stream(settings_read_line, r, settings_handle, r);
	if (bad)
		settings_error(r, "not a section, not \"key = value\", not a comment");
}

bool settings_load(struct settings *s, const char *path, struct text *error)
{
	struct settings_reader r = { .path = path, .settings = s, .error = error };
	settings_init(s);
	r.file = fopen(path, "re");
	if (!r.file) {
		text_printf(error, "%s: %s", path, strerror(errno));
		settings_clear(s);
		return false;
	}
	settings_parse(&r);
	fclose(r.file);
	if (!error->len && s->database.reconnect_min_ms > s->database.reconnect_max_ms)
		text_printf(error, "%s: reconnect_min_ms in [database] is larger than reconnect_max_ms", path);
	if (!error->len)
		return true;
	settings_clear(s);
	return false;
}

/* ---- reload and print ---- */

static void setting_format(const struct setting *row, const struct settings *s, struct text *out)
{
	const void *at = setting_read(row, s);
	switch (row->type) {
	case SETTING_INT:
		text_add_i64(out, *(const int64_t *)at);
		return;
	case SETTING_OCTAL:
		text_printf(out, "%04" PRIo64, *(const int64_t *)at);
		return;
	case SETTING_BOOL:
		text_add(out, *(const bool *)at ? "yes" : "no");
		return;
	case SETTING_TEXT:
	case SETTING_LEVEL:
	case SETTING_TIME:
	case SETTING_NETWORKS:
		text_add(out, *(char *const *)at);
		return;
	}
}

/* Values are compared by their text, which is what the administrator sees. */
static void setting_reload(const struct setting *row, struct settings *s, const struct settings *fresh)
{
	struct text before = { 0 }, after = { 0 };
	setting_format(row, s, &before);
	setting_format(row, fresh, &after);
	if (strcmp(text_str(&before), text_str(&after)) != 0) {
		if (!row->reloadable)
			log_warn("%s in [%s] needs a restart to change", row->name, row->section);
		else if (setting_set(row, s, text_str(&after)))
			log_info("%s in [%s] is now %s", row->name, row->section, text_str(&after));
	}
	text_clear(&before);
	text_clear(&after);
}

void settings_reload(struct settings *s, const struct settings *fresh)
{
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++)
		setting_reload(&settings_table[i], s, fresh);
}

static void setting_print_help(FILE *out, const char *help)
{
	fputs("\n# ", out);
	for (; *help; help++) {
		fputc(*help, out);
		if (*help == '\n')
			fputs("# ", out);
	}
	fputc('\n', out);
}

static void setting_print(FILE *out, const struct setting *row)
{
	struct text allowed = { 0 };
	setting_allowed(row, &allowed);
	setting_print_help(out, row->help);
	fprintf(out, "# Allowed: %s.%s\n", allowed.s, row->reloadable ? "" : " Needs a restart.");
	fprintf(out, "%s =%s%s\n", row->name, row->otherwise[0] ? " " : "", row->otherwise);
	text_clear(&allowed);
}

void settings_print(FILE *out)
{
	const char *section = "";
	fputs("# Settings of vonvayd, as printed by vonvayd --print-config: every line is the default.\n"
	      "# SIGHUP reloads all that does not say \"Needs a restart\".\n",
	      out);
	for (size_t i = 0; i < ARRAY_LEN(settings_table); i++) {
		if (strcmp(section, settings_table[i].section) != 0)
			fprintf(out, "\n[%s]\n", settings_table[i].section);
		section = settings_table[i].section;
		setting_print(out, &settings_table[i]);
	}
}
