/* Styles, messages and progress. */
#include "terminal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "format.h"
#include "language.h"
#include "width.h"

#define BAR_EVERY_MS 100
#define LINE_EVERY_MS 5000
#define BAR_CELLS_MAX 40

static bool terminal_is_smart(FILE *stream)
{
	const char *term = getenv("TERM");
	return isatty(fileno(stream)) && !(term && !strcmp(term, "dumb"));
}

const char *terminal_style(FILE *stream, enum style style)
{
	static const char *const sequence[] = { "\033[0m", "\033[1m", "\033[2m", "\033[31m" };
	const char *no_color = getenv("NO_COLOR");
	if ((no_color && *no_color) || !terminal_is_smart(stream))
		return "";
	return sequence[style];
}

static void terminal_print(const char *before, const char *text)
{
	char *clean = width_printable_new(text);
	progress_end();
	fprintf(stderr, "%s%s\n", before, clean);
	free(clean);
}

static char *terminal_format_new(const char *fmt, va_list ap)
{
	char *text = NULL;
	if (vasprintf(&text, fmt, ap) < 0)
		abort();
	return text;
}

void terminal_say(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = terminal_format_new(fmt, ap);
	va_end(ap);
	terminal_print("vonvay: ", text);
	free(text);
}

void terminal_hint(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = terminal_format_new(fmt, ap);
	va_end(ap);
	terminal_print("  ", text);
	free(text);
}

static int64_t progress_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct {
	bool drawn;	   /* a bar stands on the line of the cursor */
	int64_t shown_ms;  /* when something was last printed */
	const char *label; /* of the last call */
} progress;

static size_t progress_columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

static void progress_numbers(struct buffer *b, int64_t done, int64_t total)
{
	buffer_printf(b, "%3lld%%  ", (long long)(total > 0 ? done * 100 / total : 0));
	format_count(b, done);
	buffer_add_char(b, '/');
	format_count(b, total);
}

static void progress_bar(struct buffer *b, int64_t done, int64_t total, size_t cells)
{
	size_t filled = total > 0 ? (size_t)(done * (int64_t)cells / total) : 0;
	buffer_add_char(b, '[');
	for (size_t i = 0; i < cells; i++)
		buffer_add_char(b, i < filled ? '=' : ' ');
	buffer_add(b, "] ");
}

static void progress_draw(const char *label, int64_t done, int64_t total)
{
	struct buffer line = { 0 }, numbers = { 0 };
	progress_numbers(&numbers, done, total);
	buffer_printf(&line, "%s ", label);
	size_t taken = width_of(line.s) + width_of(numbers.s) + 4, columns = progress_columns();
	if (columns > taken + 5)
		progress_bar(&line, done, total,
			     columns - taken < BAR_CELLS_MAX ? columns - taken : BAR_CELLS_MAX);
	buffer_add(&line, numbers.s);
	fprintf(stderr, "\r\033[K%.*s", (int)width_cut(line.s, columns - 1), line.s);
	fflush(stderr);
	progress.drawn = true;
	buffer_clear(&line);
	buffer_clear(&numbers);
}

static void progress_line(const char *label, int64_t done, int64_t total)
{
	struct buffer numbers = { 0 };
	progress_numbers(&numbers, done, total);
	fprintf(stderr, "%s: %s\n", label, numbers.s);
	buffer_clear(&numbers);
}

void progress_show(const char *label, int64_t done, int64_t total)
{
	bool smart = terminal_is_smart(stderr);
	int64_t now = progress_now_ms();
	bool fresh = !progress.label || strcmp(progress.label, label) != 0;
	if (done > total)
		done = total;
	if (!fresh && now - progress.shown_ms < (smart ? BAR_EVERY_MS : LINE_EVERY_MS))
		return;
	progress.label = label;
	progress.shown_ms = now;
	if (smart)
		progress_draw(label, done, total);
	else if (!fresh)
		progress_line(label, done, total);
}

void progress_end(void)
{
	if (progress.drawn)
		fputs("\r\033[K", stderr);
	progress.drawn = false;
}
