/* Shared by the files of the loan and by the quote. */
#ifndef DOMAIN_LOAN_PRIVATE_H
#define DOMAIN_LOAN_PRIVATE_H

#include "vonvay/loan.h"

/* Order within a day: what the calendar ends (grace, freeze, relief), opened and disbursed, decisions, payments, transfers. */
enum fold_rank {
	FOLD_RANK_CALENDAR = 0,
	FOLD_RANK_DISBURSED = 1,
	FOLD_RANK_DECIDED = 2,
	FOLD_RANK_PAID = 3,
	FOLD_RANK_TRANSITION = 4,
};

enum fold_rank fact_rank(enum fact_kind kind);
bool fact_is_payment(enum fact_kind kind);
/* By day, rank and number; in place, without memory of its own. */
void fact_sort(struct fact *facts, size_t count);
/* The facts that count, sorted: reversed ones and their reversals left out. live holds count facts. */
MUSTCHECK enum loan_error fact_select(const struct fact *facts, size_t count, struct fact *live,
				      size_t *live_count, int32_t *failed);

/* Adds the interest of the days before `to`; false on overflow, then *b is spoilt. */
MUSTCHECK bool loan_bring(const struct loan_contract *c, struct loan_balances *b, struct date to);
bool loan_is_running(const struct loan_balances *b);
struct money loan_principal(const struct loan_balances *b);

/* Paid, written off or frozen: what no session finds missing. It covers instalments in order of their dates. */
struct money loan_covered(const struct loan_balances *b);
/* What of instalment i is neither settled nor frozen. upto = sum of the amounts to this instalment. */
struct money loan_unpaid_of(const struct loan *loan, int i, struct money upto);
/* The same without what is overdue already: what its session finds missed. */
struct money loan_missed_of(const struct loan *loan, int i, struct money upto);
/* Missed, and by the rule of the contract left in term: told, though nothing moves. */
bool loan_carries(const struct loan_contract *c, const struct loan *loan, int i, struct money upto);
/* The session whose closing decides about instalment i: never before the one that decides about i - 1, nor before the loan
 * came to its place. */
struct date loan_decides(const struct loan_contract *c, const struct loan *loan, int i);
/* The session that moves what a freeze has left past the maturity; false when there is none to wait for. */
MUSTCHECK bool loan_thaw_session(const struct loan_contract *c, const struct loan *loan, struct date *session);
/* What the session of instalment i moves to overdue as things stand. */
struct money loan_moves(const struct loan_contract *c, const struct loan *loan, int i, struct money upto);

/* Takes the parts from the balances; the caller says what they are (paid or written off). False on overflow. */
MUSTCHECK bool loan_take(struct loan_balances *b, const struct allocation *parts);
/* Ends the freeze: all of it is in term again. */
void loan_thaw(struct loan *loan, struct date on);
/* What a decision or a recovery changes, on the day of the fact; paid: where a write-off went. On error nothing changed. */
MUSTCHECK enum loan_error loan_decision(const struct loan_contract *c, struct loan *loan,
					const struct fact *fact, struct allocation *paid);

#endif
