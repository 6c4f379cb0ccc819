/* THE table of commands. Reading the command line, usage, help and completion are derived from it. */
#ifndef VONVAY_CLIENT_COMMANDS_H
#define VONVAY_CLIENT_COMMANDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "client.h"

enum argument_type {
	ARGUMENT_END, /* ends a table of arguments: a row of zeros */
	ARGUMENT_TEXT,
	ARGUMENT_ID,	/* digits, sent as a string */
	ARGUMENT_IDS,	/* several of them, commas between; sent as an array */
	ARGUMENT_WORD,	/* one of `words` */
	ARGUMENT_WORDS, /* several of them, commas between; sent as an array */
	ARGUMENT_MONEY,
	ARGUMENT_INTEGER,
	ARGUMENT_DATE,
	ARGUMENT_DATES, /* may be given several times; sent as an array */
	ARGUMENT_RATE,
	ARGUMENT_FLAG,
	ARGUMENT_KEY,
	ARGUMENT_TEXTS,	       /* several of them, commas between; sent as an array */
	ARGUMENT_LINE_RATES,   /* LINE:RATE, several times */
	ARGUMENT_RATE_CHANGES, /* DATE:RATE, several times */
	ARGUMENT_EVENTS,       /* DATE:KIND:AMOUNT, several times; KIND is one of `words` */
	ARGUMENT_AGREED,       /* NUMBER:AMOUNT or NUMBER, several times: applications */
	ARGUMENT_REFUSED,      /* NUMBER:REASON, several times: applications */
};

enum argument_flag {
	ARGUMENT_REQUIRED = 1,
	ARGUMENT_REST = 2,  /* takes all words that are left, blanks between */
	ARGUMENT_LOCAL = 4, /* for the client itself, not sent */
};

struct argument {
	const char *name;  /* "--as-of", or "LOAN" for one told by its place */
	const char *param; /* member of the parameters */
	enum argument_type type;
	unsigned flags;
	const char *words;
	const char *help;
};

/* What the words of the command line said. Both are objects by the names of the parameters. */
struct command_line {
	const struct command *command;
	json_t *params;
	json_t *local;
};

enum command_kind {
	COMMAND_READ,
	COMMAND_WRITE, /* one write: --key is possible */
	COMMAND_LOCAL, /* more than one call, or none */
};

struct command {
	const char *word, *sub; /* sub NULL: the word alone */
	enum command_kind kind;
	const char *method;		  /* NULL: run() does it all */
	const struct argument *arguments; /* NULL: none */
	/* NULL: call the method and show the result */
	int (*run)(struct client *c, const struct command_line *line);
	void (*show)(const json_t *result);
	const char *summary;
};

/* The tables of commands_*.c, each ended by a row of zeros. */
extern const struct command status_commands[];
extern const struct command loan_commands[];
extern const struct command application_commands[];
extern const struct command fund_commands[];
extern const struct command household_commands[];
extern const struct command group_commands[];
extern const struct command deposit_commands[];
extern const struct command session_commands[];
extern const struct command need_commands[];
extern const struct command sweep_commands[];
extern const struct command proof_commands[];
extern const struct command change_commands[];
extern const struct command rate_commands[];
extern const struct command relief_commands[];
extern const struct command import_commands[];
extern const struct command book_commands[], watch_commands[];
extern const struct command staff_commands[];
extern const struct command other_commands[];
/* All of them, in the order of help: command_at(0 .. command_count() - 1). */
size_t command_count(void);
const struct command *command_at(size_t i);
/* What may be given with every command. */
extern const struct argument command_options[];

/* NULL if there is none. `sub` may be NULL. */
const struct command *command_find(const char *word, const char *sub);
bool command_has_word(const char *word);
/* Is a method one that some command calls to write? */
bool command_writes(const char *method);
bool argument_is_option(const struct argument *a);

#endif
