/* The table of errors, read in both directions. */
#include "vonvay/error.h"

#include <string.h>

#include "vonvay/compiler.h"

struct error_row {
	const char *sqlstate;
	int code;
	const char *word;
	const char *sentence;
};

static const struct error_row error_rows[ERROR_COUNT] = {
#define X(name, sqlstate, code, word, sentence) { sqlstate, code, word, sentence },
	ERROR_TABLE(X)
#undef X
};

int error_code(enum error e)
{
	return error_rows[e].code;
}

const char *error_word(enum error e)
{
	return error_rows[e].word;
}

const char *error_sentence(enum error e)
{
	return error_rows[e].sentence;
}

const char *error_sqlstate(enum error e)
{
	return error_rows[e].sqlstate;
}

/* What PostgreSQL itself may say that is worth repeating; all else of its own is our bug. */
static enum error error_from_class(const char *sqlstate)
{
	static const struct {
		const char *start;
		enum error error;
	} classes[] = {
		{ "08", ERR_UNAVAILABLE },  { "57", ERR_UNAVAILABLE },	{ "53", ERR_UNAVAILABLE },
		{ "40001", ERR_TRY_AGAIN }, { "40P01", ERR_TRY_AGAIN }, { "55P03", ERR_TRY_AGAIN },
	};
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (!strncmp(sqlstate, classes[i].start, strlen(classes[i].start)))
			return classes[i].error;
	return ERR_INTERNAL;
}

enum error error_from_sqlstate(const char *sqlstate)
{
	for (int e = 0; e < ERROR_COUNT; e++)
		if (error_rows[e].sqlstate[0] && !strcmp(sqlstate, error_rows[e].sqlstate))
			return (enum error)e;
	return error_from_class(sqlstate);
}
