/* The data keys of a process. */
#include "vonvay/data_keys.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

const struct data_key *data_keys_find(const struct data_keys *keys, uint32_t id)
{
	for (int i = 0; i < keys->count; i++)
		if (keys->key[i].id == id)
			return &keys->key[i];
	return NULL;
}

void data_keys_clear(struct data_keys *keys)
{
	explicit_bzero(keys, sizeof *keys);
}

static bool data_keys_add(struct data_keys *keys, const char *path, struct text *error)
{
	struct data_key key;
	if (keys->count == DATA_KEYS_MAX) {
		text_printf(error, "more than %d data keys", DATA_KEYS_MAX);
		return false;
	}
	bool ok = data_key_load(&key, path, error);
	if (ok && data_keys_find(keys, key.id)) {
		text_printf(error, "data key %s: the same key (%08x) is configured twice", path, key.id);
		ok = false;
	}
	if (ok)
		keys->key[keys->count++] = key;
	explicit_bzero(&key, sizeof key);
	return ok;
}

static bool data_keys_add_others(struct data_keys *keys, const char *others, struct text *error)
{
	bool ok = true;
	for (const char *s = others + strspn(others, " \t"); *s && ok; s += strspn(s, " \t")) {
		size_t len = strcspn(s, " \t");
		char *path = xstrndup(s, len);
		ok = data_keys_add(keys, path, error);
		free(path);
		s += len;
	}
	return ok;
}

bool data_keys_load(struct data_keys *keys, const char *current, const char *others, struct text *error)
{
	*keys = (struct data_keys){ 0 };
	if (!current[0]) {
		if (!others[strspn(others, " \t")])
			return true;
		text_printf(error, "there are old data keys (old_data_key_files) but no current one (data_key_file)");
		return false;
	}
	if (data_keys_add(keys, current, error) && data_keys_add_others(keys, others, error))
		return true;
	data_keys_clear(keys);
	return false;
}
