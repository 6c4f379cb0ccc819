/* A loan is its facts; its state is the fold of facts and of the transitions that follow from them by rule.
 * loan_apply() takes one fact, loan_advance() makes the transitions the calendar brings, loan_replay() does both from
 * the beginning. Pure functions of (contract, state, fact, date): the same facts always give the same state. design.md 1 */
#ifndef VONVAY_LOAN_H
#define VONVAY_LOAN_H

#include "vonvay/allocation.h"
#include "vonvay/calendar.h"
#include "vonvay/interest.h"
#include "vonvay/rate.h"
#include "vonvay/schedule.h"

/* Codes are stored (sql: loan.fact_kind, loan.transition_kind, loan.loan_status); never renumber. */
enum fact_kind {
	FACT_OPENED = 1, /* a running loan taken over with its balances */
	FACT_DISBURSED = 2,
	FACT_PAID = 3,		 /* allocated by the policy of the day */
	FACT_PRINCIPAL_PAID = 4, /* overdue principal first, then instalments in order of their dates */
	FACT_INTEREST_PAID = 5,	 /* overdue, in term, grace */
	FACT_REVERSED = 6,	 /* takes `reverses` out of the fold; effective on the day of that fact */
};

enum transition_kind {
	TRANSITION_GRACE_ENDED = 1,
	TRANSITION_INSTALMENT_CARRIED = 2, /* missed, and by the contract's rule stays in term */
	TRANSITION_INSTALMENT_OVERDUE = 3, /* the unpaid part is moved to overdue */
	TRANSITION_MATURED = 4,		   /* final maturity unpaid: all that is left is moved to overdue */
	TRANSITION_ROUNDING_DROPPED = 5,   /* the rest in [-1/2, +1/2) of each interest goes at closing */
	TRANSITION_CLOSED = 6,
};

enum loan_status {
	LOAN_STATUS_PENDING = 0, /* nothing disbursed yet */
	LOAN_STATUS_IN_TERM = 1,
	LOAN_STATUS_OVERDUE = 2,
	LOAN_STATUS_FROZEN = 3,
	LOAN_STATUS_CLOSED = 4,
};

/* What a missed instalment before maturity does. domain.md 3.4 */
enum instalment_default {
	INSTALMENT_DEFAULT_CARRY = 1,
	INSTALMENT_DEFAULT_OVERDUE = 2,
};

enum loan_error {
	LOAN_OK = 0,
	LOAN_ERROR_OVERFLOW,
	LOAN_ERROR_TOO_MUCH,	  /* more paid than owed on that day */
	LOAN_ERROR_BEFORE_START,  /* before the contract date or the opening */
	LOAN_ERROR_NO_INSTALMENT, /* a later disbursement with no unpaid instalment after it */
	LOAN_ERROR_NOT_DISBURSED, /* a payment before any disbursement */
	LOAN_ERROR_CLOSED,
	LOAN_ERROR_ORDER,    /* the fact belongs before something already folded: use loan_replay */
	LOAN_ERROR_OPENING,  /* a second opening, or an opening whose balances do not fit the contract */
	LOAN_ERROR_REVERSES, /* reverses a fact that is not there, or is a reversal, or was reversed already */
};

/* The word of a kind/status/error on the wire and in SQL: "disbursed", "instalment_overdue", "in_term", "too_much"... */
const char *fact_kind_word(enum fact_kind kind);
const char *transition_kind_word(enum transition_kind kind);
const char *loan_status_word(enum loan_status status);
const char *loan_error_word(enum loan_error error);

/* The immutable side. Arrays and tables are borrowed and must outlive the contract. */
struct loan_contract {
	int64_t loan_id;
	struct date contract_on;
	struct date grace_end; /* first day whose interest is not grace interest; contract_on without grace */
	int64_t rounding;      /* instalment rounding, đồng */
	enum instalment_default instalment_default;
	int overdue_percent; /* of the contract rate, multiple of 10: 130 */
	const struct rate_line *line;
	const struct calendar *calendar;
	const struct allocation_policy *policies; /* ascending */
	size_t policies_count;
};

/* The balances of a state: all that a summary, a posting or a comparison needs. */
struct loan_balances {
	enum loan_status status;
	bool in_grace;		/* in-term interest of now goes to interest_grace */
	struct date since;	/* the interests hold the days before this one */
	struct money disbursed; /* all principal ever lent on this contract (opened: the original principal) */
	struct money paid;	/* all principal ever repaid */
	struct money in_term, overdue, frozen;				    /* disbursed - paid = their sum */
	struct interest interest_in_term, interest_overdue, interest_grace; /* unpaid, exact */
	struct interest accrued; /* all interest since the start, whatever was paid (opened: since the opening) */
};

/* A plain value; copy it freely. */
struct loan {
	struct loan_balances b;
	struct date last_on; /* effective day and rank of the last fact, transition or deciding session folded; */
	int last_rank;	     /* what sorts before it needs a replay (a closing has the rank of its payment) */
	int decided;	     /* instalments 0..decided-1 have had their session */
	int count;	     /* instalments */
	struct instalment instalment[SCHEDULE_TERM_MAX];
};

/* Balances of FACT_OPENED, as of the beginning of its day. principal = what was lent on the contract in all. */
struct loan_opening {
	struct money principal;
	struct money in_term, overdue, frozen;
	struct interest interest_in_term, interest_overdue, interest_grace;
};

struct fact {
	int32_t no; /* 1, 2, 3... in the order recorded; orders facts of equal day and rank */
	enum fact_kind kind;
	struct date on;
	struct money amount;	     /* > 0; FACT_OPENED and FACT_REVERSED: 0 */
	int32_t reverses;	     /* FACT_REVERSED: the number of the fact taken out */
	struct loan_opening opening; /* FACT_OPENED only */
};

/* One step of the fold, told as it is made. Pointers are valid during the call only. */
struct loan_step {
	const struct fact *fact;	 /* NULL for a transition */
	enum transition_kind transition; /* when fact is NULL */
	struct date on;
	int instalment; /* index of the instalment of CARRIED, OVERDUE, MATURED; else -1 */
	struct money
		amount; /* fact: its amount; CARRIED: what is in arrears of it; OVERDUE, MATURED: moved; else 0 */
	struct allocation paid;			    /* payments: where it went; else zeros */
	const struct loan_balances *before, *after; /* interests of both brought to step->on */
};
typedef void loan_step_fn(void *arg, const struct loan_step *step);

/* An empty loan with its dated instalments (amounts 0 until disbursed). rows have due_on and month filled. */
void loan_init(struct loan *loan, const struct instalment *rows, int count);

/* Folds one fact: first makes every transition effective before it (settled or not: what was paid after a session is
 * paid after it), then the fact, then its closing when nothing is owed. On error the loan is unchanged and no step was
 * told. LOAN_ERROR_ORDER when the fact sorts before what is folded. step may be NULL. FACT_REVERSED is only for replay. */
MUSTCHECK enum loan_error loan_apply(const struct loan_contract *c, struct loan *loan,
				     const struct fact *fact, loan_step_fn *step, void *arg);

/* Makes the transitions effective on or before `on` whose session is settled at `business`. Interest is not moved by the
 * mere passing of days (since stays). Idempotent; on <= business. Use business = DATE_EVER when settling is no question. */
MUSTCHECK enum loan_error loan_advance(const struct loan_contract *c, struct loan *loan, struct date on,
				       struct date business, loan_step_fn *step, void *arg);

/* State from the facts alone (any order given; sorted into scratch, which holds count facts), advanced to `on`.
 * On error *failed is the number of the fact that does not fit. */
MUSTCHECK enum loan_error loan_replay(const struct loan_contract *c, struct loan *loan,
				      const struct fact *facts, size_t count, struct fact *scratch,
				      struct date on, struct date business, loan_step_fn *step, void *arg,
				      int32_t *failed);

/* Would loan_apply answer LOAN_ERROR_ORDER for a fact of this kind on this day? */
bool loan_needs_replay(const struct loan *loan, enum fact_kind kind, struct date on);

/* The balances with the interest of the days before `on` added (on >= since); changes nothing else. */
MUSTCHECK enum loan_error loan_balances_on(const struct loan_contract *c, const struct loan *loan,
					   struct date on, struct loan_balances *out);
/* What is owed on a day, a part: interest rounded half up each. `b` from loan_balances_on(on). */
void loan_owed(const struct loan_contract *c, const struct loan *loan, const struct loan_balances *b,
	       struct date on, struct allocation *out);
/* Principal scheduled on or before the day and unpaid, whether moved to overdue or not. */
struct money loan_arrears(const struct loan_contract *c, const struct loan *loan, struct date on);
/* Has a session passed that would move something to overdue, and is not settled yet? domain.md 8b */
bool loan_awaiting_session(const struct loan_contract *c, const struct loan *loan, struct date on,
			   struct date business);

enum loan_next_reason {
	LOAN_NEXT_NOTHING,
	LOAN_NEXT_INSTALMENT,
	LOAN_NEXT_MATURITY,
	LOAN_NEXT_TRANSFER, /* the session that moves something to overdue */
	LOAN_NEXT_GRACE_END,
};
const char *loan_next_reason_word(enum loan_next_reason reason);
/* The next day strictly after `after` on which an instalment with unpaid principal is due or is decided about; the reason;
 * DATE_NONE and NOTHING when there is none. (The end of the interest grace counts only with grace_end = true.) */
struct date loan_next(const struct loan_contract *c, const struct loan *loan, struct date after,
		      bool grace_end, enum loan_next_reason *reason);

#endif
