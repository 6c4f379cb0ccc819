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
	FACT_RESCHEDULED = 7,	 /* instalment `number` moves to `until`. domain.md 3.6 */
	FACT_EXTENDED = 8,	 /* the final date moves to `until`. domain.md 3.7 */
	FACT_FROZEN = 9, /* `amount` of principal, overdue first, until the day `until`. domain.md 4 */
	FACT_FREEZE_PROLONGED = 10, /* the running freeze ends on `until` */
	FACT_UNFROZEN = 11,	    /* the running freeze ends by decision */
	FACT_WRITTEN_OFF = 12,	    /* `amount` of principal (frozen, overdue, in term) and `interest` */
	FACT_RECOVERED = 13,	    /* paid of what was written off; also after the closing */
	FACT_MISUSED = 14,	    /* `amount` goes from in term to overdue at once. domain.md 3.4 */
	FACT_RELIEVED = 15, /* overlay line `number` until `until`; no interest asked before `holiday_until` */
	FACT_MOVED = 16,    /* to the place `number`: another borrower, group or point */
};

/* Where the money of a payment comes from; stored (code 'fact_source'). */
enum fact_source {
	FACT_SOURCE_CASH = 0,
	FACT_SOURCE_DEPOSIT = 1, /* the member's deposit */
};

enum transition_kind {
	TRANSITION_GRACE_ENDED = 1,
	TRANSITION_INSTALMENT_CARRIED = 2, /* missed, and by the contract's rule stays in term */
	TRANSITION_INSTALMENT_OVERDUE = 3, /* the unpaid part is moved to overdue */
	TRANSITION_MATURED = 4,		   /* final maturity unpaid: all that is left is moved to overdue */
	TRANSITION_ROUNDING_DROPPED = 5,   /* the rest in [-1/2, +1/2) of each interest goes at closing */
	TRANSITION_CLOSED = 6,
	TRANSITION_FREEZE_ENDED = 7, /* in term until the maturity; past it overdue at the next session */
	TRANSITION_RELIEF_ENDED = 8, /* back to the line of the contract */
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
	LOAN_ERROR_ORDER,   /* the fact belongs before something already folded: use loan_replay */
	LOAN_ERROR_OPENING, /* a second opening, or an opening whose balances do not fit the contract */
	LOAN_ERROR_DECIDED, /* the session of that instalment has decided about it, or nothing of it is unpaid */
	LOAN_ERROR_UNTIL,  /* `until` is not after the day, or not where the kind allows it */
	LOAN_ERROR_FROZEN, /* a freeze is running already */
	LOAN_ERROR_NOT_FROZEN,
	LOAN_ERROR_NUMBER,   /* no such instalment, overlay line or place */
	LOAN_ERROR_REVERSES, /* reverses a fact that is not there, or is a reversal, or was reversed already */
};

/* The word of a kind/status/error on the wire and in SQL: "disbursed", "instalment_overdue", "in_term", "too_much"... */
const char *fact_kind_word(enum fact_kind kind);
const char *transition_kind_word(enum transition_kind kind);
const char *loan_status_word(enum loan_status status);
const char *loan_error_word(enum loan_error error);

/* A line made from another one by a relief, and a place a loan has moved to: what facts name by number (from 1 on). */
struct loan_overlay {
	int32_t number;
	const struct rate_line *line;
};
struct loan_place {
	int32_t number;
	const struct calendar *calendar; /* of its point */
};

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
	const struct loan_overlay *overlays; /* any order; NULL when there are none */
	size_t overlays_count;
	const struct loan_place *places;
	size_t places_count;
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
	struct money written_off;	       /* principal */
	struct money in_term, overdue, frozen; /* disbursed - paid - written_off = their sum */
	struct interest interest_in_term, interest_overdue, interest_grace; /* unpaid, exact */
	struct interest accrued; /* all interest since the start, whatever was paid (opened: since the opening) */
	struct money interest_written_off;
	struct money recovered; /* of both written off */
	struct date frozen_until; /* first day no longer frozen; DATE_NONE: nothing is, DATE_EVER: no end is known */
	struct date thawed_on; /* a freeze ended after the maturity, and no session has decided since; else DATE_NONE */
	int32_t line;		   /* number of the overlay line; 0: the line of the contract */
	struct date line_until;	   /* end of the overlay; DATE_NONE without one */
	struct date holiday_until; /* interest is not asked before this day; DATE_NONE: no holiday */
	int32_t place;		   /* number of the place; 0: that of the contract */
	struct date moved_on; /* no session of the place before this day counts; DATE_NONE: never moved */
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

/* Balances of FACT_OPENED, as of the beginning of its day. principal = what was lent on the contract in all. What is frozen
 * stays so until the `until` of the fact (DATE_NONE: no end is known). */
struct loan_opening {
	struct money principal;
	struct money in_term, overdue, frozen;
	struct interest interest_in_term, interest_overdue, interest_grace;
};

struct fact {
	int32_t no; /* 1, 2, 3... in the order recorded; orders facts of equal day and rank */
	enum fact_kind kind;
	struct date on;
	struct money amount;   /* > 0 where the kind has one; WRITTEN_OFF: may be 0 when interest is not */
	struct money interest; /* WRITTEN_OFF */
	struct date until; /* RESCHEDULED, EXTENDED, FROZEN, FREEZE_PROLONGED, RELIEVED, OPENED; else DATE_NONE */
	struct date holiday_until; /* RELIEVED: DATE_NONE without a holiday */
	int32_t number; /* RESCHEDULED: index of the instalment; RELIEVED: overlay line, 0 none; MOVED: place */
	int32_t reverses;	     /* FACT_REVERSED: the number of the fact taken out */
	enum fact_source source;     /* of a payment or recovery */
	struct loan_opening opening; /* FACT_OPENED only */
};

/* One step of the fold, told as it is made. Pointers are valid during the call only. */
struct loan_step {
	const struct fact *fact;	 /* NULL for a transition */
	enum transition_kind transition; /* when fact is NULL */
	struct date on;
	int instalment; /* index of the instalment of CARRIED, OVERDUE, MATURED (also of a freeze that ended late); else -1 */
	struct money
		amount; /* fact: its amount; CARRIED: what is in arrears of it; OVERDUE, MATURED, FREEZE_ENDED: moved; else 0 */
	struct allocation paid;			    /* payments, WRITTEN_OFF: where it went; else zeros */
	const struct loan_balances *before, *after; /* interests of both brought to step->on */
};
typedef void loan_step_fn(void *arg, const struct loan_step *step);

/* An empty loan with its dated instalments (amounts 0 until disbursed). rows have due_on and month filled; first_on
 * becomes due_on. */
void loan_init(struct loan *loan, const struct instalment *rows, int count);

/* The line a loan follows and the calendar it is served by, as things stand: of its overlay or place, else of the contract.
 * NULL when the contract does not have the number that is in force. */
const struct rate_line *loan_line(const struct loan_contract *c, const struct loan_balances *b);
const struct calendar *loan_calendar(const struct loan_contract *c, const struct loan_balances *b);
/* Principal that is off the instalments: paid or written off. It covers them in order of their dates. */
struct money loan_settled(const struct loan_balances *b);

/* Folds one fact: first makes every transition effective before it (settled or not: what was paid after a session is
 * paid after it), then the fact, then its closing when nothing is owed. On error the loan is unchanged and no step was
 * told. LOAN_ERROR_ORDER when the fact sorts before what is folded. step may be NULL. FACT_REVERSED is only for replay. */
MUSTCHECK enum loan_error loan_apply(const struct loan_contract *c, struct loan *loan,
				     const struct fact *fact, loan_step_fn *step, void *arg);

/* Makes the transitions effective on or before `on` whose session is settled at `business`; one that is not, and would move
 * something, holds back what comes after it. Interest is not moved by the mere passing of days (since stays). Idempotent;
 * on <= business. Use business = DATE_EVER when settling is no question. */
MUSTCHECK enum loan_error loan_advance(const struct loan_contract *c, struct loan *loan, struct date on,
				       struct date business, loan_step_fn *step, void *arg);

/* State from the facts alone (any order given; sorted into scratch, which holds count facts), advanced to `on`. `loan` is any
 * state of this contract: it begins anew, every instalment on its first_on.
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
/* What is owed on a day, a part: interest rounded half up each, whether it is asked now or not. `b` from
 * loan_balances_on(on). */
void loan_owed(const struct loan_contract *c, const struct loan *loan, const struct loan_balances *b,
	       struct date on, struct allocation *out);
/* Is interest asked on this day? Not during a collection holiday; it runs on. domain.md 2.9 */
bool loan_interest_asked(const struct loan_balances *b, struct date on);
/* Principal scheduled on or before the day and unpaid, whether moved to overdue or not; without what is frozen. */
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
	LOAN_NEXT_FREEZE_END,
};
const char *loan_next_reason_word(enum loan_next_reason reason);
/* The next day strictly after `after` on which an instalment with unpaid principal is due or is decided about; the reason;
 * DATE_NONE and NOTHING when there is none. (The end of the interest grace counts only with grace_end = true.) */
struct date loan_next(const struct loan_contract *c, const struct loan *loan, struct date after,
		      bool grace_end, enum loan_next_reason *reason);

#endif
