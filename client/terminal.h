/* What goes to the person at the terminal beside the result: styles, messages on stderr, progress. Colours and bars are
 * for terminals only; in a pipe everything is plain text. */
#ifndef VONVAY_CLIENT_TERMINAL_H
#define VONVAY_CLIENT_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "vonvay/compiler.h"

enum style {
	STYLE_PLAIN,
	STYLE_TITLE,
	STYLE_DIM,
	STYLE_BAD,
};

/* Escape sequence that begins a style on this stream; "" where there are no colours (pipe, NO_COLOR, TERM=dumb). */
const char *terminal_style(FILE *stream, enum style style);

/* "vonvay: …" and a newline on stderr, control characters taken out. */
void terminal_say(const char *fmt, ...) PRINTF_LIKE(1, 2);
/* Every line, indented, without the program's name. */
void terminal_hint(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* A long job. On a terminal a bar that is drawn over, otherwise a plain line every few seconds; all on stderr. */
void progress_show(const char *label, int64_t done, int64_t total);
/* Takes the bar away. */
void progress_end(void);

#endif
