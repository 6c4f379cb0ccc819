/* vonvayd: options and modes; nothing else. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "vonvay/administrator.h"
#include "vonvay/hash.h"
#include "vonvay/log.h"
#include "vonvay/migrate.h"
#include "vonvay/password.h"
#include "vonvay/rotate.h"
#include "vonvay/seal.h"
#include "vonvay/settings.h"
#include "vonvay/worker.h"

enum mode {
	MODE_RUN,
	MODE_CHECK_CONFIG,
	MODE_PRINT_CONFIG,
	MODE_PRINT_PUBLIC_KEY,
	MODE_MIGRATE,
	MODE_ROTATE_KEY,
	MODE_ADD_ADMINISTRATOR,
	MODE_SET_PASSWORD,
	MODE_VERSION,
	MODE_WORKER,
	MODE_HASH_WORKER,
	MODE_HELP,
};

static const char usage[] =
	"usage: vonvayd [--config FILE] [--check-config | --print-config | --print-public-key | --migrate | --rotate-key | --version | --help]\n"
	"       vonvayd [--config FILE] --set-password NAME\n"
	"       vonvayd [--config FILE] --add-administrator NAME [--full-name TEXT] [--uid N]\n"
	"  --config FILE    settings (default " VONVAY_SYSCONFDIR "/vonvayd.conf)\n"
	"  --check-config   read the settings, say what is wrong with them, end\n"
	"  --print-config   print all settings with their defaults, end\n"
	"  --print-public-key  print the public key of the seals, PEM, end\n"
	"  --migrate        bring the database up to this version, end\n"
	"  --rotate-key     seal all personal data anew with the key in data_key_file, while daemons serve; end\n"
	"  --add-administrator NAME\n"
	"                   enter one of the first two administrators, end; they enter all others (staff create)\n"
	"  --full-name TEXT their first and last name\n"
	"  --uid N          their user on this machine, for the socket\n"
	"  --set-password NAME\n"
	"                   give a member of staff the password that stands on standard input, end\n"
	"  --version        print the version, end\n"
	"  --help           print this, end\n"
	"  --worker         (internal) run the jobs of the daemon that started it\n"
	"  --hash-worker    (internal) hash passwords for the daemon that started it\n"
	"SIGHUP reloads the settings, SIGTERM finishes what is under way and stops.\n";

static const struct option options[] = {
	{ "check-config", no_argument, NULL, MODE_CHECK_CONFIG },
	{ "print-config", no_argument, NULL, MODE_PRINT_CONFIG },
	{ "print-public-key", no_argument, NULL, MODE_PRINT_PUBLIC_KEY },
	{ "migrate", no_argument, NULL, MODE_MIGRATE },
	{ "rotate-key", no_argument, NULL, MODE_ROTATE_KEY },
	{ "add-administrator", required_argument, NULL, MODE_ADD_ADMINISTRATOR },
	{ "full-name", required_argument, NULL, 'n' },
	{ "uid", required_argument, NULL, 'u' },
	{ "set-password", required_argument, NULL, MODE_SET_PASSWORD },
	{ "version", no_argument, NULL, MODE_VERSION },
	{ "worker", no_argument, NULL, MODE_WORKER },
	{ "hash-worker", no_argument, NULL, MODE_HASH_WORKER },
	{ "help", no_argument, NULL, MODE_HELP },
	{ "config", required_argument, NULL, 'c' },
	{ NULL, 0, NULL, 0 },
};

NORETURN static void main_usage(void)
{
	fputs(usage, stderr);
	exit(2);
}

static enum mode main_options(int argc, char **argv, const char **config, struct administrator *who)
{
	int option;
	enum mode mode = MODE_RUN;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			main_usage();
		if (option == 'c')
			*config = optarg;
		else if (option == 'n')
			who->full_name = optarg;
		else if (option == 'u')
			who->uid = optarg;
		else if (mode == MODE_RUN)
			mode = (enum mode)option;
		else
			main_usage(); /* two modes */
		if (option == MODE_ADD_ADMINISTRATOR || option == MODE_SET_PASSWORD)
			who->name = optarg;
	}
	if (optind < argc || (mode != MODE_ADD_ADMINISTRATOR && (who->full_name || who->uid)))
		main_usage();
	return mode;
}

static bool main_load(struct settings *settings, const char *config)
{
	struct text error = { 0 };
	enum log_level level;
	if (!settings_load(settings, config, &error)) {
		fprintf(stderr, "vonvayd: %s\n", error.s);
		text_clear(&error);
		return false;
	}
	if (log_level_parse(settings->daemon.log_level, &level))
		log_set_level(level);
	return true;
}

static int main_migrate(struct settings *settings)
{
	struct text error = { 0 };
	bool ok = migrate_run(settings->database.migrate_conninfo, settings->sql.dir, &error);
	if (!ok)
		fprintf(stderr, "vonvayd: %s\n", text_str(&error));
	text_clear(&error);
	return ok ? 0 : 1;
}

static int main_add_administrator(struct settings *settings, const struct administrator *who)
{
	struct text error = { 0 };
	bool ok = administrator_add(settings->database.migrate_conninfo, who, &error);
	if (ok)
		printf("%s is an administrator from today\n", who->name);
	else
		fprintf(stderr, "vonvayd: %s\n", text_str(&error));
	text_clear(&error);
	return ok ? 0 : 1;
}

static int main_set_password(const struct settings *settings, const char *name)
{
	struct text error = { 0 };
	bool ok = password_set(settings, name, stdin, &error);
	if (!ok)
		fprintf(stderr, "vonvayd: %s\n", text_str(&error));
	text_clear(&error);
	return ok ? 0 : 1;
}

/* What who verifies, or holds a receipt, needs; it is given to them by another way than the database. */
static int main_print_public_key(const struct settings *settings)
{
	struct text error = { 0 }, pem = { 0 };
	const char *path = settings->security.seal_key_file;
	struct seal_key *key = path[0] ? seal_key_new(path, &error) : NULL;
	if (key) {
		seal_key_public(key, &pem);
		fputs(text_str(&pem), stdout);
	} else {
		fprintf(stderr, "vonvayd: %s\n", path[0] ? text_str(&error) : "no seal_key_file in [security]");
	}
	int status = key ? 0 : 1;
	seal_key_free(key);
	text_clear(&pem);
	text_clear(&error);
	return status;
}

static int main_worker(struct settings *settings)
{
	log_open("worker", getenv("JOURNAL_STREAM") != NULL);
	signal(SIGPIPE, SIG_IGN);
	return worker_main(settings, WORKER_FD);
}

/* A terminal's Ctrl-C goes to all processes of its group: the worker leaves it to the daemon. */
static void main_ignore_terminal(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

/* It needs no settings: what it is to do comes with each task. */
static int main_hash_worker(void)
{
	log_open("passwords", getenv("JOURNAL_STREAM") != NULL);
	signal(SIGPIPE, SIG_IGN);
	main_ignore_terminal();
	signal(SIGTERM, SIG_IGN); /* systemd sends it to all: the daemon closes the pipe when it is time */
	return hash_worker_main(WORKER_FD);
}

static int main_with_settings(enum mode mode, const char *config, const struct administrator *who)
{
	struct settings settings;
	int status = 0;
	if (!main_load(&settings, config))
		return 2;
	if (mode == MODE_RUN) {
		log_open("vonvayd", getenv("JOURNAL_STREAM") != NULL);
		return run_daemon(&settings, config);
	}
	if (mode == MODE_CHECK_CONFIG) {
		printf("%s: good\n", config);
	} else if (mode == MODE_MIGRATE) {
		status = main_migrate(&settings);
	} else if (mode == MODE_ROTATE_KEY) {
		status = rotate_key(&settings);
	} else if (mode == MODE_ADD_ADMINISTRATOR) {
		status = main_add_administrator(&settings, who);
	} else if (mode == MODE_SET_PASSWORD) {
		status = main_set_password(&settings, who->name);
	} else if (mode == MODE_PRINT_PUBLIC_KEY) {
		status = main_print_public_key(&settings);
	} else {
		main_ignore_terminal();
		status = main_worker(&settings);
	}
	settings_clear(&settings);
	return status;
}

int main(int argc, char **argv)
{
	const char *config = VONVAY_SYSCONFDIR "/vonvayd.conf";
	struct administrator who = { 0 };
	enum mode mode = main_options(argc, argv, &config, &who);
	switch (mode) {
	case MODE_VERSION:
		puts("vonvayd " VONVAY_VERSION);
		return 0;
	case MODE_PRINT_CONFIG:
		settings_print(stdout);
		return 0;
	case MODE_HELP:
		fputs(usage, stdout);
		return 0;
	case MODE_HASH_WORKER:
		return main_hash_worker();
	case MODE_RUN:
	case MODE_CHECK_CONFIG:
	case MODE_MIGRATE:
	case MODE_ROTATE_KEY:
	case MODE_ADD_ADMINISTRATOR:
	case MODE_SET_PASSWORD:
	case MODE_PRINT_PUBLIC_KEY:
	case MODE_WORKER:
		break;
	}
	return main_with_settings(mode, config, &who);
}
