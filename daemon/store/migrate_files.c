/* The files of sql/: reading them, their digests, the numbers of migrations, the header of a CSV file. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate_private.h"
#include "vonvay/mem.h"

static bool name_ends_with(const char *name, const char *suffix)
{
	size_t len = strlen(name), end = strlen(suffix);
	return len > end && !strcmp(name + len - end, suffix);
}

static bool sql_file_read(struct sql_file *file, const char *path, struct text *error)
{
	char piece[65536];
	unsigned char digest[SHA256_SIZE];
	size_t n;
	FILE *f = fopen(path, "re");
	if (!f) {
		text_printf(error, "%s: %s", path, strerror(errno));
		return false;
	}
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		text_add_bytes(&file->content, piece, n);
	bool ok = !ferror(f);
	fclose(f);
	if (!ok)
		text_printf(error, "%s: cannot be read", path);
	sha256(text_str(&file->content), file->content.len, digest);
	hex_encode(digest, sizeof digest, file->sha256);
	return ok;
}

static bool sql_files_add(struct sql_files *out, const char *folder, const char *name, struct text *error)
{
	out->files = xrealloc_array(out->files, (size_t)out->count + 1, sizeof *out->files);
	struct sql_file *file = &out->files[out->count++];
	memset(file, 0, sizeof *file);
	file->name = xstrdup(name);
	char *path = xasprintf("%s/%s", folder, name);
	bool ok = sql_file_read(file, path, error);
	free(path);
	return ok;
}

bool sql_files_read(struct sql_files *out, const char *dir, const char *folder, const char *suffix,
		    struct text *error)
{
	struct dirent **entries;
	bool ok = true;
	char *path = xasprintf("%s/%s", dir, folder);
	int n = scandir(path, &entries, NULL, alphasort);
	memset(out, 0, sizeof *out);
	if (n < 0) {
		text_printf(error, "%s: %s", path, strerror(errno));
		free(path);
		return false;
	}
	for (int i = 0; i < n; i++) {
		if (ok && entries[i]->d_name[0] != '.' && name_ends_with(entries[i]->d_name, suffix))
			ok = sql_files_add(out, path, entries[i]->d_name, error);
		free(entries[i]);
	}
	free(entries);
	free(path);
	if (!ok)
		sql_files_clear(out);
	return ok;
}

void sql_files_clear(struct sql_files *files)
{
	for (int i = 0; i < files->count; i++) {
		free(files->files[i].name);
		text_clear(&files->files[i].content);
	}
	free(files->files);
	memset(files, 0, sizeof *files);
}

void sql_files_digest(const struct sql_files *files, char out[SHA256_HEX_SIZE])
{
	struct text all = { 0 };
	unsigned char digest[SHA256_SIZE];
	for (int i = 0; i < files->count; i++)
		text_printf(&all, "%s %s\n", files->files[i].sha256, files->files[i].name);
	sha256(text_str(&all), all.len, digest);
	hex_encode(digest, sizeof digest, out);
	text_clear(&all);
}

static bool migration_name_ok(const char *name)
{
	return strspn(name, "0123456789") == 3 && name[3] == '_' &&
	       strspn(name + 4, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name + 4) - strlen(".sql");
}

bool sql_files_check_numbers(const struct sql_files *files, struct text *error)
{
	for (int i = 0; i < files->count; i++) {
		const char *name = files->files[i].name;
		if (!migration_name_ok(name)) {
			text_printf(error, "migrations/%s: the name must be like 001_name.sql", name);
			return false;
		}
		if (strtol(name, NULL, 10) != i + 1) {
			text_printf(
				error,
				"migrations/%s: number %03d was expected (a gap, or two files of one number)",
				name, i + 1);
			return false;
		}
	}
	return true;
}

/* ---- CSV ---- */

/* One column of a header, quotes and BOM taken off, to be used inside a double-quoted identifier. */
static bool sql_csv_column(const char *s, size_t len, struct text *create)
{
	if (len > 1 && s[0] == '"' && s[len - 1] == '"') {
		s++;
		len -= 2;
	}
	if (!len || memchr(s, '"', len))
		return false;
	text_add(create, create->s[create->len - 1] == '(' ? "\"" : ", \"");
	text_add_bytes(create, s, len);
	text_add(create, "\" text");
	return true;
}

bool sql_csv_table(const struct sql_file *csv, struct text *create, struct text *copy, struct text *error)
{
	int stem = (int)(strlen(csv->name) - strlen(".csv"));
	const char *s = text_str(&csv->content);
	if (!strncmp(s, "\xef\xbb\xbf", 3))
		s += 3;
	size_t len = strcspn(s, "\r\n");
	text_printf(create, "create temporary table \"data_%.*s\" (", stem, csv->name);
	for (const char *end = s + len; s <= end;) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma ? comma : end;
		if (!sql_csv_column(s, (size_t)(stop - s), create)) {
			text_printf(error, "data/%s: the first line is not a header of column names",
				    csv->name);
			return false;
		}
		s = stop + 1;
	}
	text_add(create, ") on commit drop");
	text_printf(copy, "copy \"data_%.*s\" from stdin (format csv, header true, encoding 'UTF8')", stem,
		    csv->name);
	return true;
}
