/* The table of settings: what it takes, what it refuses and with which words, what a reload takes over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "vonvay/settings.h"

static char path[] = "/tmp/vv-settings.XXXXXX";

static bool load(struct settings *s, const char *content, struct text *error)
{
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(content, f);
	fclose(f);
	return settings_load(s, path, error);
}

/* The words behind "PATH:". */
static void refuses(const char *content, const char *words)
{
	struct settings s;
	struct text error = { 0 };
	assert_false(load(&s, content, &error));
	assert_int_equal(strncmp(text_str(&error), path, strlen(path)), 0);
	assert_string_equal(text_str(&error) + strlen(path) + 1, words);
	text_clear(&error);
}

static void an_empty_file_gives_the_defaults(void **state)
{
	struct settings s;
	struct text error = { 0 };
	(void)state;
	assert_true(load(&s, "", &error));
	assert_int_equal(s.daemon.max_line_bytes, 1048576);
	assert_int_equal(s.daemon.socket_mode, 0660);
	assert_false(s.daemon.demo_act_as);
	assert_int_equal(s.night.chunk_loans, 500);
	assert_string_equal(s.night.at, "");
	settings_clear(&s);
}

static void values_of_all_types_are_taken(void **state)
{
	struct settings s;
	struct text error = { 0 };
	(void)state;
	assert_true(load(
		&s,
		"# a comment\n; another\n[daemon]\nsocket = /tmp/a b ; c\nsocket_mode = 0600\nmax_clients=7\n"
		"demo_act_as = yes\nlog_level = debug\n\n[night]\nat = 23:05\n[security]\ndata_key_file =\n",
		&error));
	assert_string_equal(s.daemon.socket, "/tmp/a b ; c");
	assert_int_equal(s.daemon.socket_mode, 0600);
	assert_int_equal(s.daemon.max_clients, 7);
	assert_true(s.daemon.demo_act_as);
	assert_string_equal(s.daemon.log_level, "debug");
	assert_string_equal(s.night.at, "23:05");
	settings_clear(&s);
}

static void long_values_are_taken_and_longer_lines_refused(void **state)
{
	struct settings s;
	struct text error = { 0 }, content = { 0 };
	(void)state;
	text_add(&content, "[sql]\ndir = ");
	for (int i = 0; i < 390; i++)
		text_add(&content, "0123456789");
	text_add(&content, "\n");
	assert_true(load(&s, content.s, &error));
	assert_int_equal(strlen(s.sql.dir), 3900);
	settings_clear(&s);
	text_add(&content, "[night]\nat = ");
	for (int i = 0; i < 500; i++)
		text_add(&content, "0123456789");
	refuses(content.s, "4: line longer than 4094 bytes");
	text_clear(&content);
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	refuses("[daemon]\nmax_clients = 0\n",
		"2: max_clients in [daemon] is \"0\"; allowed: a whole number, 1 to 10000");
	refuses("[daemon]\nmax_clients = 5x\n",
		"2: max_clients in [daemon] is \"5x\"; allowed: a whole number, 1 to 10000");
	refuses("[daemon]\nmax_clients = -1\n",
		"2: max_clients in [daemon] is \"-1\"; allowed: a whole number, 1 to 10000");
	refuses("[daemon]\nmax_clients = 99999999999999999999\n",
		"2: max_clients in [daemon] is \"99999999999999999999\"; allowed: a whole number, 1 to 10000");
	refuses("\n\n[daemon]\nsocket_mode = 0999\n",
		"4: socket_mode in [daemon] is \"0999\"; allowed: an octal number, 0000 to 0777");
	refuses("[daemon]\ndemo_act_as = true\n",
		"2: demo_act_as in [daemon] is \"true\"; allowed: yes or no");
	refuses("[daemon]\nlog_level = loud\n",
		"2: log_level in [daemon] is \"loud\"; allowed: error, warn, info or debug");
	refuses("[daemon]\nsocket =\n", "2: socket in [daemon] is \"\"; allowed: text of 1 to 107 bytes");
	refuses("[night]\nat = 24:00\n",
		"2: at in [night] is \"24:00\"; allowed: HH:MM, 00:00 to 23:59, or empty");
	refuses("[night]\nat = 1:00\n",
		"2: at in [night] is \"1:00\"; allowed: HH:MM, 00:00 to 23:59, or empty");
	refuses("[night]\nmax_clients = 1\n",
		"2: unknown key max_clients in [night]; allowed: at, chunk_loans");
	refuses("[nigth]\nat = 22:00\n",
		"2: unknown section [nigth] with key at; allowed: daemon, database, night, security, tls, https, sql");
	refuses("at = 22:00\n",
		"1: unknown section [] with key at; allowed: daemon, database, night, security, tls, https, sql");
	refuses("[night]\nat = 22:00\nat = 23:00\n", "3: at in [night] is given twice");
	refuses("[night\nat = 22:00\n", "1: not a section, not \"key = value\", not a comment");
	refuses("[night]\nat\n", "2: not a section, not \"key = value\", not a comment");
	refuses("[database]\nreconnect_min_ms = 9000\n",
		" reconnect_min_ms in [database] is larger than reconnect_max_ms");
}

static void a_missing_file_is_named(void **state)
{
	struct settings s;
	struct text error = { 0 };
	(void)state;
	assert_false(settings_load(&s, "/nonexistent/x.conf", &error));
	assert_string_equal(error.s, "/nonexistent/x.conf: No such file or directory");
	text_clear(&error);
}

static void a_reload_takes_what_may_change(void **state)
{
	struct settings s, fresh;
	struct text error = { 0 };
	(void)state;
	assert_true(load(&s, "[daemon]\nsocket = /a\nmax_clients = 5\n[night]\nat = 20:00\n", &error));
	assert_true(load(&fresh, "[daemon]\nsocket = /b\nmax_clients = 6\n", &error));
	settings_reload(&s, &fresh);
	assert_string_equal(s.daemon.socket, "/a");
	assert_int_equal(s.daemon.max_clients, 6);
	assert_string_equal(s.night.at, "");
	settings_clear(&s);
	settings_clear(&fresh);
}

/* What is printed is a file that gives the defaults. */
static void what_is_printed_can_be_read(void **state)
{
	struct settings s;
	struct text error = { 0 };
	char *printed = NULL;
	size_t len;
	(void)state;
	FILE *out = open_memstream(&printed, &len);
	settings_print(out);
	fclose(out);
	assert_true(load(&s, printed, &error));
	assert_int_equal(s.database.queue_timeout_ms, 3000);
	settings_clear(&s);
	free(printed);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);
	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(values_of_all_types_are_taken),
		cmocka_unit_test(long_values_are_taken_and_longer_lines_refused),
		cmocka_unit_test(what_is_wrong_is_named),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(a_reload_takes_what_may_change),
		cmocka_unit_test(what_is_printed_can_be_read),
	};
	return cmocka_run_group_tests(tests, make_file, remove_file);
}
