/* The log: stderr, one line a message, either with a time and a word or, under systemd, with sd-daemon priorities. */
#ifndef VONVAY_LOG_H
#define VONVAY_LOG_H

#include <stdbool.h>

#include "vonvay/compiler.h"

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/* Until called: plain lines, level info. `name` stands in every plain line ("vonvayd", "worker"). */
void log_open(const char *name, bool systemd);
/* What is below is not written. */
void log_set_level(enum log_level level);
/* By its word in the settings; false for another. */
MUSTCHECK bool log_level_parse(const char *word, enum log_level *out);

/* One line; newlines inside it become blanks. */
void log_error(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_warn(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_info(const char *fmt, ...) PRINTF_LIKE(1, 2);
void log_debug(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Logs and ends the process with status 1. For start-up only. */
NORETURN void log_fatal(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
