/* Writes without an answer, in $XDG_STATE_HOME/vonvay/pending/. */
#include "pending.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "language.h"
#include "memory.h"
#include "parse.h"
#include "terminal.h"
#include "view.h"

/* NULL if there is neither XDG_STATE_HOME nor HOME. */
static char *pending_folder_new(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	if (state && state[0] == '/')
		return memory_printf("%s/vonvay/pending", state);
	return home && home[0] == '/' ? memory_printf("%s/.local/state/vonvay/pending", home) : NULL;
}

/* With all that lead to it, for the user alone. */
static bool pending_make_folder(const char *folder)
{
	char *path = memory_copy(folder);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(path, 0700); /* the last one tells whether it worked */
		*slash = '/';
	}
	bool ok = !mkdir(path, 0700) || errno == EEXIST;
	free(path);
	return ok;
}

static bool pending_write_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s += n;
		len -= (size_t)n;
	}
	return true;
}

static bool pending_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0 && !fsync(fd);
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Whole or not at all: written beside, synced, renamed, the folder synced. */
static bool pending_write_file(const char *folder, const char *path, const char *text)
{
	char *beside = memory_printf("%s.new", path);
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool ok = fd >= 0 && pending_write_all(fd, text, strlen(text)) && !fsync(fd);
	if (fd >= 0)
		ok = !close(fd) && ok;
	ok = ok && !rename(beside, path) && pending_sync_folder(folder);
	if (!ok) {
		int error = errno;
		unlink(beside);
		errno = error;
	}
	free(beside);
	return ok;
}

static void pending_set(json_t *object, const char *name, const char *value)
{
	if (value)
		json_object_set_new(object, name, json_string(value));
}

static char *pending_text_new(const struct client *c, const char *method, const json_t *params,
			      const char *key)
{
	char now[32];
	struct tm tm;
	time_t t = time(NULL);
	strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
	json_t *object = json_object();
	pending_set(object, "key", key);
	pending_set(object, "made_at", now);
	target_save(&c->target, object);
	pending_set(object, "as", c->as);
	pending_set(object, "words", c->words);
	pending_set(object, "method", method);
	json_object_set_new(object, "params", json_deep_copy(params));
	char *text = json_dumps(object, JSON_INDENT(1));
	json_decref(object);
	return text;
}

char *pending_keep_new(const struct client *c, const char *method, const json_t *params, const char *key)
{
	char *folder = pending_folder_new(), *path = NULL, *text = pending_text_new(c, method, params, key);
	errno = folder ? 0 : ENOENT;
	bool ok = text && folder && pending_make_folder(folder);
	if (ok) {
		path = memory_printf("%s/%s.json", folder, key);
		ok = pending_write_file(folder, path, text);
	}
	if (!ok) {
		terminal_say(_("the key of this write can't be kept in %s: %s"),
			     folder ? folder : "~/.local/state/vonvay/pending", strerror(errno));
		terminal_hint(_("if the answer is lost, ask again with: --key %s"), key);
		free(path);
		path = NULL;
	}
	free(text);
	free(folder);
	return path;
}

void pending_drop(const char *path)
{
	if (path)
		unlink(path);
}

static int pending_is_file(const struct dirent *entry)
{
	char key[37];
	size_t len = strlen(entry->d_name);
	if (len != 36 + strlen(".json") || strcmp(entry->d_name + 36, ".json") != 0)
		return 0;
	memcpy(key, entry->d_name, 36);
	key[36] = '\0';
	return parse_key(key);
}

static void pending_add(json_t *list, const char *folder, const char *name)
{
	json_error_t error;
	char *path = memory_printf("%s/%s", folder, name);
	json_t *object = json_load_file(path, 0, &error);
	if (json_is_object(object) && *view_text(object, "method") && *view_text(object, "key")) {
		json_object_set_new(object, "path", json_string(path));
		json_array_append(list, object);
	} else {
		terminal_say(_("%s can't be read as a write that is waiting"), path);
	}
	json_decref(object);
	free(path);
}

json_t *pending_list_new(void)
{
	json_t *list = json_array();
	char *folder = pending_folder_new();
	struct dirent **entries = NULL;
	/* the keys begin with the time, so their order is that of the writes */
	int n = folder ? scandir(folder, &entries, pending_is_file, alphasort) : 0;
	for (int i = 0; i < n; i++) {
		pending_add(list, folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	return list;
}
