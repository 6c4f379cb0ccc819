/* The process that hashes passwords: a line in, a line out, one after another. It has no database and no settings. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vonvay/crypto.h"
#include "vonvay/hash.h"
#include "vonvay/log.h"
#include "vonvay/text.h"

#define HASH_PIECE 8192

/* "ID LOG2_N R P SALT PASSWORD": the password stays in the line, in hexadecimal. */
struct hash_task {
	long long id;
	struct scrypt how;
	char *password;
};

static bool hash_task_parse(struct hash_task *task, char *line)
{
	char salt[2 * SCRYPT_SALT_SIZE + 1];
	int at = 0;
	if (sscanf(line, "%lld %d %d %d %32s %n", &task->id, &task->how.log2_n, &task->how.r, &task->how.p,
		   salt, &at) != 5 ||
	    !at)
		return false;
	task->password = line + at;
	return scrypt_ok(&task->how) && hex_decode(salt, task->how.salt, SCRYPT_SALT_SIZE);
}

static bool hash_answer(int fd, const struct hash_task *task, const unsigned char *hash)
{
	char hex[2 * SCRYPT_HASH_SIZE + 1], line[128];
	hex_encode(hash, SCRYPT_HASH_SIZE, hex);
	int len = snprintf(line, sizeof line, "%lld %s\n", task->id, hex);
	return send(fd, line, (size_t)len, MSG_NOSIGNAL) == len;
}

/* The decoded password takes the place of its hexadecimal digits. */
static bool hash_line(int fd, char *line)
{
	struct hash_task task;
	unsigned char hash[SCRYPT_HASH_SIZE];
	if (!hash_task_parse(&task, line))
		return false;
	size_t len = strlen(task.password) / 2;
	unsigned char *plain = (unsigned char *)task.password;
	bool ok = hex_decode(task.password, plain, len) && scrypt_hash(&task.how, plain, len, hash);
	if (!ok)
		log_error("a password could not be hashed");
	return ok && hash_answer(fd, &task, hash);
}

static bool hash_lines(int fd, struct text *in)
{
	char *newline;
	bool ok = true;
	while (ok && in->len && (newline = memchr(in->s, '\n', in->len))) {
		size_t size = (size_t)(newline - in->s) + 1;
		*newline = '\0';
		ok = hash_line(fd, in->s);
		explicit_bzero(in->s, size);
		text_drop(in, size);
	}
	return ok;
}

int hash_worker_main(int fd)
{
	struct text in = { 0 };
	bool ok = true;
	ssize_t n = 1;
	while (ok && n > 0) {
		text_reserve(&in, HASH_PIECE);
		do
			n = recv(fd, in.s + in.len, HASH_PIECE, 0);
		while (n < 0 && errno == EINTR);
		if (n > 0) {
			in.len += (size_t)n;
			in.s[in.len] = '\0';
			ok = hash_lines(fd, &in);
		}
	}
	text_clear(&in);
	return ok && n == 0 ? 0 : 1;
}
