/* The inside of the import: the core (import.c) reads the file and hands its rows one by one to the format of its kind,
 * in both passes; the format reads fields with the functions below, which note what is wrong, and applies when told. */
#ifndef VONVAY_IMPORT_PRIVATE_H
#define VONVAY_IMPORT_PRIVATE_H

#include "vonvay/csv.h"
#include "vonvay/import.h"
#include "vonvay/money.h"

#define IMPORT_ERRORS_KEPT 1000

struct import_error {
	int64_t line;
	const char *column; /* name of a column of the format, or "" */
	char *message;
};

struct import_job;

struct import_format {
	const char *kind;
	const char *const *columns; /* ended by NULL */
	uint64_t optional;	    /* bits of columns that the header may leave out */
	enum stmt apply;
	/* Makes job->state. False: the job can't go on (job->end is set). */
	bool (*begin)(struct import_job *job);
	void (*row)(struct import_job *job);
	/* After the last row. */
	void (*end)(struct import_job *job);
	void (*free)(struct import_job *job);
};

extern const struct import_format import_areas, import_groups, import_households, import_reviews, import_loans;

struct import_job {
	struct worker *w;
	struct lease lease;
	const struct import_format *format;
	int64_t id;
	int64_t size;
	char sha256[SHA256_HEX_SIZE];
	int64_t applied_lines; /* of an earlier, interrupted run */
	int64_t done_lines;    /* applied up to here, as far as we know */
	struct db_sync *db;    /* for chunks; opened with the first one */
	int64_t sent_upto;     /* last line of the chunk under way, 0: none */
	bool applying;	       /* else checking */
	bool takeover;	       /* no night has run yet: facts up to today */
	struct date business_date, swept_until;
	int64_t bytes; /* read so far */
	int64_t lines; /* of the file, known at its end */
	bool has_header;
	int64_t rows;		 /* behind the header */
	int at[CSV_COLUMNS_MAX]; /* column of the format -> field of the file, -1 */
	int fields;		 /* of the header */
	const struct csv_row *row;
	enum job_end end; /* when not JOB_DONE the rest of the file is not read */
	bool broken;	  /* the file can't be read on */
	int64_t errors_count;
	struct import_error *errors; /* the first IMPORT_ERRORS_KEPT */
	void *state;		     /* of the format */
};

/* Reads on? */
bool import_going(const struct import_job *job);
/* Ends the job because of a failed call. */
void import_lost(struct import_job *job, const struct db_result *r);
/* Tells of progress when it is time, and takes in what the daemon says. */
void import_tell(struct import_job *job);
/* Notes an error of a line. */
void import_wrong_at(struct import_job *job, int64_t line, int column, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* Of the row under way; column -1 = the whole line. */
void import_wrong(struct import_job *job, int column, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- fields of the row under way: what can't be used is noted, and false returned ---- */

/* As it stands, "" when absent. */
const char *import_raw(const struct import_job *job, int column);
bool import_has(const struct import_job *job, int column);
MUSTCHECK bool import_text(struct import_job *job, int column, bool required, size_t max, const char **out);
/* Letters, digits, '-' and '_'. */
MUSTCHECK bool import_code(struct import_job *job, int column, bool required, const char **out);
/* Empty and not required: DATE_NONE. */
MUSTCHECK bool import_date(struct import_job *job, int column, bool required, struct date *out);
/* Empty and not required: *out stays. */
MUSTCHECK bool import_number(struct import_job *job, int column, bool required, int64_t min, int64_t max,
			     int64_t *out);
MUSTCHECK bool import_money(struct import_job *job, int column, int64_t min, struct money *out);
/* Index in `words` (ended by NULL); empty and not required: *out stays. */
MUSTCHECK bool import_word(struct import_job *job, int column, bool required, const char *const *words,
			   int *out);
/* Every column outside `allowed` is empty in a row of this record. */
void import_only(struct import_job *job, uint64_t allowed, const char *record);

#define IMPORT_BIT(column) ((uint64_t)1 << (column))

/* ---- a set of numbers with the line each was first seen on ---- */

struct import_seen {
	int64_t *key;
	int64_t *line; /* 0: free */
	size_t cap, count;
};

/* The line on which it was seen before, else 0 and now it is in. */
int64_t import_seen_add(struct import_seen *seen, int64_t key, int64_t line);
void import_seen_clear(struct import_seen *seen);

/* ---- looking up what is in the database ---- */

struct import_wanted {
	const char *kind; /* of api.import_lookup */
	struct text_array keys;
	char **key;
	int64_t *line;
	int *column;
	int count, cap;
	bool must_exist;       /* else must not */
	const char *complaint; /* when it is not so */
};

void import_want(struct import_wanted *wanted, const char *key, int64_t line, int column);
/* api.import_lookup: rows of key, extra. False: the job has ended; `r` is to be cleared in both cases. */
MUSTCHECK bool import_lookup(struct import_job *job, const char *kind, const struct text_array *keys,
			     struct db_result *r);
/* Asks for all that is wanted, notes what is not as it must be, and empties the list. */
void import_ask(struct import_job *job, struct import_wanted *wanted);
void import_wanted_clear(struct import_wanted *wanted);

/* ---- applying ---- */

/* Sends a chunk (format->apply), once the one before it is written. Takes over `args`. */
void import_send(struct import_job *job, struct db_args *args, int64_t upto_line);
/* Waits for the chunk under way. */
void import_sent_wait(struct import_job *job);
void import_disconnect(struct import_job *job);

#define IMPORT_ROWS_MAX 500

struct import_chunk {
	struct text json; /* "[{...},{...}" */
	int rows;
	int64_t upto_line;
};

/* Where the next row is to be written; `line`: the last line that belongs to it. */
struct text *import_chunk_row(struct import_chunk *chunk, int64_t line);
/* One transaction: api.import_<kind>(actor, import, upto_line, rows). */
void import_chunk_apply(struct import_job *job, struct import_chunk *chunk);
void import_chunk_clear(struct import_chunk *chunk);

#endif
