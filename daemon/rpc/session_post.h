/* The inside of session.post and session.correct: reading and writing (session_post.c), deciding line by line
 * (session_lines.c). */
#ifndef VONVAY_SESSION_POST_H
#define VONVAY_SESSION_POST_H

#include "loan_set.h"
#include "vonvay/deposit_store.h"
#include "vonvay/json.h"
#include "vonvay/sheet.h"

#define LINE_FACTS_MAX 2
#define LINE_DEPOSITS_MAX 4
#define LINE_OLD_MAX 8

/* One line of a sheet and what became of it. */
struct session_line {
	int ordinal;		 /* from 1 */
	int64_t household, loan; /* loan 0: only a deposit */
	struct sheet_amounts amounts;
	bool posted;
	enum error word; /* ERR_NONE: posted, or nothing to post */
	const char *field;
	char message[160];
	struct money asked;
	struct allocation paid;
	int32_t facts[LINE_FACTS_MAX];
	int facts_count;
	int32_t deposit_facts[LINE_DEPOSITS_MAX];
	int deposits_count;
};

/* The posted line that a correction takes back. */
struct session_old {
	int64_t entry, ordinal;
	struct sheet_amounts amounts;
	int32_t facts[LINE_FACTS_MAX];
	int facts_count;
	int32_t deposit_facts[LINE_OLD_MAX];
	int deposits_count;
};

struct session_post {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt; /* SESSION_POST or SESSION_CORRECT */
	bool correct;
	int64_t group;
	struct date on;
	int32_t point_id;
	json_t *data; /* api.session_read() */
	struct loan_set set;
	struct deposit_accounts accounts;
	struct int_rows deposits;
	struct session_line *lines;
	size_t count;
	struct session_old old;
	struct sheet_cash expected;
	int posted, refused;
	int tries, moves;
	bool mismatch, overflow;
};

/* Decides every line in order; on a mismatch it stops. */
void session_decide(struct session_post *s);
/* Finds what a correction takes back, from `data`. False: nothing of the kind was posted. */
MUSTCHECK bool session_find_old(struct session_post *s);

#endif
