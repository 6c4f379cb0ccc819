/* Fields of a row of an import: each getter notes what is wrong by line and column, in words that do not repeat the
 * value where it may be personal. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/mem.h"

static void import_note(struct import_job *job, int64_t line, int column, const char *fmt, va_list args)
{
	char message[512];
	if (job->errors_count++ >= IMPORT_ERRORS_KEPT)
		return;
	size_t kept = (size_t)job->errors_count;
	if ((kept & (kept - 1)) == 0)
		job->errors = xrealloc_array(job->errors, 2 * kept, sizeof *job->errors);
	vsnprintf(message, sizeof message, fmt, args);
	message[utf8_cut(message, strlen(message))] = '\0'; /* a long field may have been cut off */
	job->errors[kept - 1] = (struct import_error){
		.line = line,
		.column = column < 0 ? "" : job->format->columns[column],
		.message = xstrdup(message),
	};
}

void import_wrong_at(struct import_job *job, int64_t line, int column, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	import_note(job, line, column, fmt, args);
	va_end(args);
}

void import_wrong(struct import_job *job, int column, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	import_note(job, job->row->line, column, fmt, args);
	va_end(args);
}

const char *import_raw(const struct import_job *job, int column)
{
	int at = job->at[column];
	return at < 0 ? "" : job->row->field[at];
}

bool import_has(const struct import_job *job, int column)
{
	return import_raw(job, column)[0] != '\0';
}

/* True when there is a value; an absent one that is required is noted. */
static bool import_given(struct import_job *job, int column, bool required)
{
	if (import_has(job, column))
		return true;
	if (required)
		import_wrong(job, column, "required");
	return false;
}

static bool import_has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return true;
	return false;
}

bool import_text(struct import_job *job, int column, bool required, size_t max, const char **out)
{
	*out = import_raw(job, column);
	if (!import_given(job, column, required))
		return !required;
	if (strlen(*out) > max)
		import_wrong(job, column, "longer than %zu bytes", max);
	else if (import_has_control(*out))
		import_wrong(job, column, "a control character");
	else
		return true;
	*out = "";
	return false;
}

static bool import_is_code(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == strlen(s);
}

bool import_code(struct import_job *job, int column, bool required, const char **out)
{
	if (!import_text(job, column, required, 40, out))
		return false;
	if (import_is_code(*out))
		return true;
	import_wrong(job, column, "only letters, digits, - and _ are allowed");
	*out = "";
	return false;
}

bool import_date(struct import_job *job, int column, bool required, struct date *out)
{
	*out = DATE_NONE;
	if (!import_given(job, column, required))
		return !required;
	if (date_parse(import_raw(job, column), out))
		return true;
	*out = DATE_NONE;
	import_wrong(job, column, "not a date YYYY-MM-DD from 1900 to 2299");
	return false;
}

static bool import_is_digits(const char *s, size_t max)
{
	size_t n = strspn(s, "0123456789");
	return n > 0 && n <= max && !s[n];
}

bool import_number(struct import_job *job, int column, bool required, int64_t min, int64_t max, int64_t *out)
{
	const char *s = import_raw(job, column);
	if (!import_given(job, column, required))
		return !required;
	if (!import_is_digits(s, 18)) {
		import_wrong(job, column, "not a whole number");
		return false;
	}
	int64_t v = strtoll(s, NULL, 10);
	if (v < min || v > max) {
		import_wrong(job, column, "not in %lld..%lld", (long long)min, (long long)max);
		return false;
	}
	*out = v;
	return true;
}

bool import_money(struct import_job *job, int column, int64_t min, struct money *out)
{
	int64_t v = 0;
	if (!import_number(job, column, min > 0, min, MONEY_INPUT_MAX, &v))
		return false;
	*out = (struct money){ v };
	return true;
}

static void import_wrong_word(struct import_job *job, int column, const char *const *words)
{
	char list[300] = "";
	size_t len = 0;
	for (int i = 0; words[i] && len < sizeof list; i++)
		len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", words[i]);
	import_wrong(job, column, "not one of %s", list);
}

bool import_word(struct import_job *job, int column, bool required, const char *const *words, int *out)
{
	const char *s = import_raw(job, column);
	if (!import_given(job, column, required))
		return !required;
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], s)) {
			*out = i;
			return true;
		}
	}
	import_wrong_word(job, column, words);
	return false;
}

void import_only(struct import_job *job, uint64_t allowed, const char *record)
{
	for (int c = 0; job->format->columns[c]; c++)
		if (!(allowed & IMPORT_BIT(c)) && import_has(job, c))
			import_wrong(job, c, "must be empty in a %s row", record);
}
