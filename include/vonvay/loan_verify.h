/* Loans made again from their facts and compared with what is stored: transitions, balances, postings. No call of the
 * database is made here: the worker hands in results. What is found goes to a callback, one sentence each. */
#ifndef VONVAY_LOAN_VERIFY_H
#define VONVAY_LOAN_VERIFY_H

#include "vonvay/db.h"
#include "vonvay/loan_batch.h"
#include "vonvay/loan_store.h"

struct loan_verify {
	const struct reference *ref;
	struct date until; /* the nights have come so far: every transition up to it must be stored */
	void (*found)(void *arg, int64_t loan_id, const char *what);
	void *arg;
	struct loan_batch batch; /* of the loans given last; its matrix of deltas is what they add to the summaries */
	int64_t loans, facts, transitions, postings;
	int64_t held; /* loans that wait for somebody: their transitions may be late */
};

/* One row of VERIFY_POSTINGS: what the postings of a loan, a day and two accounts (a below b) come to, debit a less credit a. */
enum verify_posting_column {
	VERIFY_POSTING_LOAN,
	VERIFY_POSTING_ON,
	VERIFY_POSTING_A,
	VERIFY_POSTING_B,
	VERIFY_POSTING_NET,
};

/* The results of LOAN_READ, LOAN_FACTS, LOAN_TRANSITIONS and VERIFY_POSTINGS for the same loans. */
void loan_verify(struct loan_verify *v, const struct db_result *loans, const struct db_result *facts,
		 const struct db_result *transitions, const struct db_result *postings);
void loan_verify_clear(struct loan_verify *v);

#endif
