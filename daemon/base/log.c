/* The log: one write a line, so that lines of daemon and worker never mix. */
#include "vonvay/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "vonvay/text.h"

/* Priorities of sd-daemon(3). */
static const struct {
	const char *word;
	const char *priority;
} log_levels[] = {
	[LOG_LEVEL_ERROR] = { "error", "<3>" },
	[LOG_LEVEL_WARN] = { "warn", "<4>" },
	[LOG_LEVEL_INFO] = { "info", "<6>" },
	[LOG_LEVEL_DEBUG] = { "debug", "<7>" },
};

static const char *log_name = "vonvayd";
static bool log_systemd;
static enum log_level log_level_now = LOG_LEVEL_INFO;

void log_open(const char *name, bool systemd)
{
	log_name = name;
	log_systemd = systemd;
}

void log_set_level(enum log_level level)
{
	log_level_now = level;
}

bool log_level_parse(const char *word, enum log_level *out)
{
	for (size_t i = 0; i < ARRAY_LEN(log_levels); i++)
		if (!strcmp(word, log_levels[i].word)) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

static void log_prefix(struct text *line, enum log_level level)
{
	struct timeval now;
	struct tm tm;
	char day[32];
	if (log_systemd) {
		text_add(line, log_levels[level].priority);
		return;
	}
	gettimeofday(&now, NULL);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
	text_printf(line, "%s.%03dZ %s[%d] %s: ", day, (int)(now.tv_usec / 1000), log_name, (int)getpid(),
		    log_levels[level].word);
}

/* A newline inside a message (PostgreSQL likes them) would look like a line of its own. */
static void log_flatten(struct text *line, size_t from)
{
	while (line->len > from && line->s[line->len - 1] == '\n')
		line->s[--line->len] = '\0';
	for (size_t i = from; i < line->len; i++)
		if (line->s[i] == '\n')
			line->s[i] = ' ';
}

static void log_write(enum log_level level, const char *fmt, va_list ap)
{
	struct text line = { 0 };
	char message[4096];
	if (level > log_level_now)
		return;
	vsnprintf(message, sizeof message, fmt, ap);
	log_prefix(&line, level);
	size_t from = line.len;
	text_add(&line, message);
	log_flatten(&line, from);
	text_add_char(&line, '\n');
	ssize_t written = write(STDERR_FILENO, line.s, line.len);
	(void)written; /* nowhere to complain */
	text_clear(&line);
}

#define LOG_FUNCTION(name, level)                                                                            \
	void name(const char *fmt, ...)                                                                      \
	{                                                                                                    \
		va_list ap;                                                                                  \
		va_start(ap, fmt);                                                                           \
		log_write(level, fmt, ap);                                                                   \
		va_end(ap);                                                                                  \
	}

LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

void log_fatal(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	log_write(LOG_LEVEL_ERROR, fmt, ap);
	va_end(ap);
	exit(1);
}
