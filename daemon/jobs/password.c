/* A password set by the operator, who can do everything to the database anyway. */
#include "vonvay/password.h"

#include <string.h>

#include "vonvay/crypto.h"
#include "vonvay/db.h"
#include "vonvay/scrypt.h"
#include "vonvay/settings.h"

static bool password_read(FILE *in, char *line, size_t size, struct text *error)
{
	if (!fgets(line, (int)size, in))
		line[0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	size_t len = strlen(line);
	if (len >= PASSWORD_BYTES_MIN && len <= PASSWORD_BYTES_MAX && utf8_valid(line, len, NULL))
		return true;
	text_printf(error, "a password is a line of %d to %d bytes of UTF-8", PASSWORD_BYTES_MIN,
		    PASSWORD_BYTES_MAX);
	return false;
}

static bool password_store(const struct settings *s, const char *name, const struct scrypt *how,
			   const unsigned char *hash, struct text *error)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct db_sync *db = db_sync_open(s->database.migrate_conninfo, error);
	if (!db)
		return false;
	db_arg_text(&args, name);
	db_arg_i64(&args, how->log2_n);
	db_arg_i64(&args, how->r);
	db_arg_i64(&args, how->p);
	db_arg_bytea(&args, how->salt, sizeof how->salt);
	db_arg_bytea(&args, hash, SCRYPT_HASH_SIZE);
	bool ok = db_sync_exec_args(
		db, "select loan.web_password_set($1, $2::integer, $3::integer, $4::integer, $5, $6)", &args,
		&r);
	if (!ok)
		text_add(error, r.message);
	db_result_clear(&r);
	db_sync_close(db);
	return ok;
}

bool password_set(const struct settings *s, const char *name, FILE *in, struct text *error)
{
	char line[PASSWORD_BYTES_MAX + 3];
	unsigned char hash[SCRYPT_HASH_SIZE];
	struct scrypt how = { .log2_n = (int)s->https.scrypt_log2_n,
			      .r = (int)s->https.scrypt_r,
			      .p = (int)s->https.scrypt_p };
	random_bytes(how.salt, sizeof how.salt);
	bool ok = password_read(in, line, sizeof line, error);
	if (ok && !scrypt_hash(&how, line, strlen(line), hash)) {
		text_add(error, "scrypt failed: too little memory for scrypt_log2_n and scrypt_r in [https]?");
		ok = false;
	}
	explicit_bzero(line, sizeof line);
	return ok && password_store(s, name, &how, hash, error);
}
