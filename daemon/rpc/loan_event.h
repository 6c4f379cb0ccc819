/* Facts added to loans: read, decide, write, and again when another was faster. design.md 4
 * One write has any number of loans, each with any number of new facts; all is stored or nothing. All loans are read by one
 * statement, facts and transitions only of those whose new facts lie before what is folded already, and one statement
 * writes (loan.event_write in sql/api/loan_write.sql).
 *
 *	static void freeze_begin(struct request *req, const struct loan_context *ctx, void *arg)
 *	{
 *		struct loan_event *e = arg;
 *		loan_event_reset(e, ctx);
 *		struct event_loan *l = loan_event_add(e, loan_id);
 *		struct fact *f = event_loan_fact(l, FACT_FROZEN, on);
 *		...
 *		loan_event_go(e);
 *	}
 *	struct loan_event *e = loan_event_new(req, STMT_LOAN_FREEZE, freeze_begin); e->reply = ...; loan_event_start(e);
 */
#ifndef VONVAY_LOAN_EVENT_H
#define VONVAY_LOAN_EVENT_H

#include "loan_context.h"
#include "vonvay/json.h"
#include "vonvay/loan_batch.h"

/* Another process was faster: read and decided anew so often, with a growing pause. */
#define LOAN_EVENT_TRIES 12
/* The business date moves under a write while nights are caught up, a few milliseconds a day. */
#define LOAN_EVENT_MOVES 100

struct loan_event;

struct event_loan {
	int64_t loan_id;
	struct fact *facts; /* the new ones; numbers are given when the loan is read */
	int count, room;
	struct allocation *paid;   /* where each went; after the decision */
	struct loan_record record; /* as stored until the decision, then as it is after it */
	bool has_record;
	bool made;    /* a new contract: nothing of it is stored yet */
	bool dropped; /* `refused` took it out */
	bool back; /* facts and transitions are read too: for facts before what is folded, or when the caller says so */
	const struct record_place *place; /* that a FACT_MOVED names: the record gets to know it; borrowed */
	void *arg;			  /* the caller's */
	/* with `back`: what is stored */
	struct fact *stored;
	size_t stored_count;
	struct stored_transition *transitions;
	size_t transitions_count;
};

struct loan_event {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt; /* takes the head of a write, the matrices and p jsonb */
	bool contracts; /* it takes p_contracts and p before the matrices */
	const char *on_field, *amount_field, *until_field,
		*loan_field;	   /* names of parameters, for refusals */
	struct event_loan **loans; /* in order of adding */
	int count;
	struct loan_batch batch;
	struct text places; /* those that the write makes, as SQL takes them */
	int tries, moves;
	bool has_turn;
	void *arg; /* the caller's */
	/* Begins from the parameters, with a fresh context; arg is the event. */
	loan_context_cb *begin;
	/* Each loan once all are read, before anything is decided: completes or adds facts, looks whether the rules of the event
	 * allow it. NULL: nothing to do. False: answered. */
	bool (*prepare)(struct loan_event *e, struct event_loan *l);
	/* The loan is missing (no record) or the domain refuses its facts (the first of them that does not fit). True: it is left
	 * out and the rest goes on. NULL or false: the request is answered with the refusal. */
	bool (*refused)(struct loan_event *e, struct event_loan *l, enum loan_error error);
	/* Members of p, after the decision; NULL: none. */
	void (*more)(struct loan_event *e, struct jw *p);
	/* Members of the reply, after the decision. False: a sum of it does not fit. */
	bool (*reply)(struct loan_event *e, struct jw *out);
};

/* A new one that is cleared with the request. */
struct loan_event *loan_event_new(struct request *req, enum stmt stmt, loan_context_cb *begin);
/* Asks for the context and begins. */
void loan_event_start(struct loan_event *e);
/* First of all in `begin`: forgets what an earlier try had. */
void loan_event_reset(struct loan_event *e, const struct loan_context *ctx);
/* One more loan, which no other of this write is; the pointer stays valid. */
struct event_loan *loan_event_add(struct loan_event *e, int64_t loan_id);
struct event_loan *loan_event_find(const struct loan_event *e, int64_t loan_id); /* NULL: none */
/* One more new fact, its dates DATE_NONE; valid until the next one. FACT_REVERSED: on is set when it is known (prepare). */
struct fact *event_loan_fact(struct event_loan *l, enum fact_kind kind, struct date on);
/* The record of a loan that was added is filled in by loan_contract_make(): the write makes the contract too (e->contracts). */
void loan_event_made(struct loan_event *e, struct event_loan *l);
/* In `begin`, in place of a turn at the loans: one at a household, whose caps depend on all its loans. go(arg) now or later. */
void loan_event_turn_household(struct loan_event *e, int64_t household_id, void (*go)(void *arg), void *arg);
/* All loans have been added: reads, decides, writes and answers. */
void loan_event_go(struct loan_event *e);

/* The loan as it was on a day, before the new facts: instalments and balances with interest. In prepare; a day before what is
 * folded needs l->back. False: answered. */
MUSTCHECK bool loan_event_on(struct loan_event *e, const struct event_loan *l, struct date on,
			     struct loan *loan, struct loan_balances *b);
/* The domain's refusal in words of the wire; `field` may become NULL. */
void loan_event_words(const struct loan_event *e, enum loan_error error, enum error *code, const char **field,
		      const char **why);
/* Answers with that refusal about this loan. */
void loan_event_refuse(struct loan_event *e, const struct event_loan *l, enum loan_error error);

/* Numbers of places to move to, each another one: number is filled in, then go(arg). The write makes those that are new. After
 * loan_event_reset(), once, and before loan_event_go(). */
void loan_event_places(struct loan_event *e, struct record_place *places, int count, void (*go)(void *arg),
		       void *arg);

/* {"allocation": {...}} of a payment, {"outstanding", "interest_unpaid", "status"} on the business date; false: a sum does
 * not fit. */
void loan_event_json_paid(struct jw *out, const struct allocation *paid);
MUSTCHECK bool loan_event_json_balances(const struct loan_event *e, const struct event_loan *l,
					struct jw *out);

#endif
