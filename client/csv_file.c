/* A file to be imported. */
#include "csv_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buffer.h"
#include "language.h"
#include "terminal.h"
#include "utf8.h"

#define ERRORS_SHOWN_MAX 20

static bool csv_file_map(struct csv_file *f, int fd, size_t size)
{
	void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED) {
		terminal_say("%s: %s", f->path, strerror(errno));
		return false;
	}
	f->map = map;
	f->bytes = map;
	f->size = size;
	return true;
}

bool csv_file_open(struct csv_file *f, const char *path)
{
	struct stat st;
	bool ok = false;
	*f = (struct csv_file){ .path = path };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		terminal_say("%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		terminal_say(_("%s is no regular file"), path);
	else if (!st.st_size)
		terminal_say(_("%s is empty"), path);
	else
		ok = csv_file_map(f, fd, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	return ok;
}

void csv_file_close(struct csv_file *f)
{
	if (f->map)
		munmap(f->map, f->size);
	*f = (struct csv_file){ 0 };
}

bool csv_file_check(const struct csv_file *f)
{
	long long line = 1, column = 1;
	int errors = 0;
	for (size_t i = 0; i < f->size && errors < ERRORS_SHOWN_MAX;) {
		size_t n = utf8_char_bytes(f->bytes + i, f->size - i);
		if (!n || !f->bytes[i]) {
			terminal_say("%s:%lld:%lld: %s", f->path, line, column,
				     n ? _("a NUL character") : _("not UTF-8"));
			errors++;
		}
		if (f->bytes[i] == '\n') {
			line++;
			column = 0;
		}
		column++;
		i += n ? n : 1;
	}
	return !errors;
}

char *csv_file_sha256_new(const struct csv_file *f)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	struct buffer hex = { 0 };
	if (EVP_Digest(f->bytes, f->size, digest, &len, EVP_sha256(), NULL) != 1)
		abort();
	for (unsigned int i = 0; i < len; i++)
		buffer_printf(&hex, "%02x", digest[i]);
	return buffer_steal(&hex);
}

/* Bytes a character takes in a JSON text. */
static size_t csv_json_bytes(char c, size_t n)
{
	if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t')
		return 2;
	return (unsigned char)c < 0x20 || c == 0x7F ? 6 : n;
}

size_t csv_piece_bytes(const char *s, size_t len)
{
	size_t at = 0, json = 0;
	while (at < len) {
		size_t n = utf8_char_bytes(s + at, len - at);
		n = n ? n : 1;
		json += csv_json_bytes(s[at], n);
		if (at + n > CSV_PIECE_BYTES_MAX || json > CSV_PIECE_JSON_BYTES_MAX)
			break;
		at += n;
	}
	return at;
}
