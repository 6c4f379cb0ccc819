/* The part of change.preview that looks at loans one by one: read some at a time, folded with the data before and after
 * where the change reaches into the past, counted, forgotten. Nothing is written. */
#include <stdlib.h>
#include <string.h>

#include "change_preview.h"
#include "vonvay/mem.h"

#define LOANS_AT_ONCE 100
#define REFUSED_ROWS_MAX 100

static void preview_next(struct preview *p);

void preview_loans_clear(struct preview *p)
{
	loan_changed_list_clear(&p->list);
	loan_batch_clear(&p->fold.batch);
	text_clear(&p->refused);
	free(p->ids);
	free(p->households);
}

/* ---- counting one loan ---- */

static void preview_concern(struct preview *p, const struct loan_record *record)
{
	p->households = xrealloc_array(p->households, p->households_count + 1, sizeof *p->households);
	p->households[p->households_count++] = record->household_id;
	p->total.loans++;
}

static void preview_refuse(struct preview *p, const struct loan_changed *loan)
{
	struct jw w = jw_start(&p->refused);
	if (p->refused_count++ >= REFUSED_ROWS_MAX)
		return;
	if (p->refused.len)
		text_add_char(&p->refused, ',');
	jw_object(&w, NULL);
	jw_id(&w, "loan", loan->loan_id);
	jw_str(&w, "reason", loan_changed_word(loan));
	jw_end(&w);
}

/* Exact unpaid interest of the business date, whatever class. */
static bool preview_unpaid(const struct loan_record *record, struct date business, struct interest *sum)
{
	struct loan loan = record->loan;
	struct loan_balances b;
	*sum = INTEREST_ZERO;
	return loan_advance(&record->contract, &loan, business, business, NULL, NULL) == LOAN_OK &&
	       loan_balances_on(&record->contract, &loan, business, &b) == LOAN_OK &&
	       interest_add(sum, b.interest_in_term) && interest_add(sum, b.interest_overdue) &&
	       interest_add(sum, b.interest_grace);
}

static void preview_count_folded(struct preview *p, const struct loan_changed *loan)
{
	struct interest before, after;
	struct preview_row *row = preview_row_of(p, loan->old.programme);
	if (loan_changed_refused(loan)) {
		preview_refuse(p, loan);
		return;
	}
	p->loans_changed += loan->end == LOAN_CHANGE_DIFFERS;
	if (!preview_unpaid(&loan->old, p->business, &before) ||
	    !preview_unpaid(&loan->now, p->business, &after) || !interest_sub(&after, before) ||
	    !interest_add(&p->total.unpaid, after) || (row && !interest_add(&row->unpaid, after)))
		p->overflow = true;
}

/* Instalments whose day, or the session that decides about them, is another one. */
static int preview_moved(const struct loan_changed *loan)
{
	int moved = 0;
	const struct loan *l = &loan->old.loan;
	const struct calendar *a = loan_calendar(&loan->old.contract, &l->b);
	const struct calendar *b = loan_calendar(&loan->now.contract, &l->b);
	for (int i = l->decided; a && b && i < l->count; i++) {
		struct date due = l->instalment[i].due_on;
		moved += date_cmp(calendar_due(a, due), calendar_due(b, due)) != 0 ||
			 date_cmp(calendar_decides(a, due), calendar_decides(b, due)) != 0;
	}
	return moved;
}

static void preview_count_sessions(struct preview *p, const struct loan_changed *loan)
{
	int moved = preview_moved(loan);
	p->instalments_moved += moved;
	if (moved || loan->end == LOAN_CHANGE_DIFFERS)
		preview_concern(p, &loan->old);
	if (p->past)
		preview_count_folded(p, loan);
}

/* A cap counts so many units at most; without a figure there is none. */
static bool preview_over_cap(const struct reference_limit *limit, struct money amount)
{
	struct money most = MONEY_ZERO;
	for (int i = 0; i < limit->limit.max_units; i++)
		if (!money_add(most, limit->limit.cap, &most))
			return false;
	return money_is_positive(most) && money_cmp(amount, most) > 0;
}

/* Would the contract be made today with these data? */
static bool preview_makes(const struct preview *p, const struct reference *ref, const struct loan_record *r)
{
	const struct reference_programme *programme = reference_programme_find(ref, r->programme);
	const struct reference_limit *limit = reference_limit_on(programme, r->purpose, p->on);
	struct loan_record made;
	const char *field;
	struct text why = { 0 };
	struct loan_terms terms = {
		.loan_id = r->contract.loan_id,
		.household_id = r->household_id,
		.member_no = r->member_no,
		.group_id = r->group_id,
		.point_id = r->point_id,
		.commune = r->commune,
		.organisation = r->organisation,
		.programme = r->programme,
		.purpose = r->purpose,
		.priority = r->line->priority,
		.fund = r->fund,
		.contract_on = p->on,
		.term_months = r->term_months,
		.instalment_months = r->instalment_months,
		.principal_grace_months = r->principal_grace_months,
		.interest_grace_months = r->interest_grace_months,
	};
	if (!limit || date_cmp(programme->rule.closed, p->on) < 0)
		return false;
	if (preview_over_cap(limit, r->loan.b.disbursed))
		return false;
	bool ok = loan_contract_make(ref, &terms, true, &made, &field, &why);
	if (ok)
		loan_record_clear(&made);
	text_clear(&why);
	return ok;
}

static void preview_count_contract(struct preview *p, const struct loan_changed *loan)
{
	if (!preview_makes(p, p->before, &loan->old) || preview_makes(p, p->after, &loan->old))
		return;
	p->contracts_refused++;
	preview_concern(p, &loan->old);
}

static void preview_count(struct preview *p)
{
	for (int i = 0; i < p->list.count; i++) {
		const struct loan_changed *loan = &p->list.loans[i];
		switch (p->look) {
		case PREVIEW_LOANS_FOLDED:
			preview_count_folded(p, loan);
			break;
		case PREVIEW_LOANS_SESSIONS:
			preview_count_sessions(p, loan);
			break;
		case PREVIEW_LOANS_CONTRACTS:
			if (loan->end != LOAN_CHANGE_UNREADABLE)
				preview_count_contract(p, loan);
			break;
		case PREVIEW_LOANS_NONE:
			break;
		}
	}
	loan_changed_list_clear(&p->list);
	p->overflow = p->overflow || p->fold.batch.overflow;
	loan_batch_clear(&p->fold.batch);
}

/* ---- some loans at a time ---- */

static int preview_part(const struct preview *p)
{
	int left = p->ids_count - p->ids_at;
	return left < LOANS_AT_ONCE ? left : LOANS_AT_ONCE;
}

static void preview_read(struct preview *p, enum stmt stmt, db_cb *cb)
{
	struct db_args args = { 0 };
	struct int_rows ids = { 0 };
	for (int i = 0; i < preview_part(p); i++)
		int_rows_add(&ids, p->ids[p->ids_at + i]);
	db_arg_i64(&args, p->req->actor.staff_id);
	db_arg_int_rows(&args, &ids);
	int_rows_clear(&ids);
	db_query(p->req->db, stmt, &args, cb, p);
}

static void preview_part_done(struct preview *p)
{
	preview_count(p);
	p->ids_at += preview_part(p);
	preview_next(p);
}

static void preview_transitions_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	loan_change_fold(&p->fold, r, &p->list);
	preview_part_done(p);
}

static void preview_facts_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	loan_change_facts(&p->fold, r, &p->list);
	preview_read(p, STMT_LOAN_TRANSITIONS, preview_transitions_read);
}

static void preview_loans_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	loan_change_read(&p->fold, r, &p->list);
	if (p->past)
		preview_read(p, STMT_LOAN_FACTS, preview_facts_read);
	else
		preview_part_done(p);
}

static int preview_id_cmp(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void preview_count_households(struct preview *p)
{
	if (p->look == PREVIEW_LOANS_FOLDED)
		return; /* counted by their balances */
	if (p->households_count)
		qsort(p->households, p->households_count, sizeof *p->households, preview_id_cmp);
	for (size_t i = 0; i < p->households_count; i++)
		p->total.households += !i || p->households[i] != p->households[i - 1];
}

static void preview_next(struct preview *p)
{
	if (p->ids_at < p->ids_count) {
		preview_read(p, STMT_LOAN_READ, preview_loans_read);
		return;
	}
	preview_count_households(p);
	p->done(p);
}

static void preview_ids_read(const struct db_result *r, void *arg)
{
	struct preview *p = arg;
	if (!r->ok) {
		request_fail_db(p->req, r);
		return;
	}
	p->ids_count = r->rows;
	p->ids = xcalloc((size_t)r->rows, sizeof *p->ids);
	for (int i = 0; i < r->rows; i++)
		p->ids[i] = db_i64(r, i, 0);
	preview_next(p);
}

static enum preview_loans preview_look(const struct preview *p)
{
	static const struct {
		const char *kind;
		enum preview_loans look;
	} looks[] = {
		{ "rate_correction", PREVIEW_LOANS_FOLDED },
		{ "session_day", PREVIEW_LOANS_SESSIONS },
		{ "session_change", PREVIEW_LOANS_SESSIONS },
		{ "holiday", PREVIEW_LOANS_SESSIONS },
		{ "policy", PREVIEW_LOANS_SESSIONS },
		{ "limit", PREVIEW_LOANS_CONTRACTS },
		{ "instalment_period", PREVIEW_LOANS_CONTRACTS },
		{ "programme", PREVIEW_LOANS_CONTRACTS },
	};
	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		if (strcmp(p->kind, looks[i].kind) == 0)
			return looks[i].look;
	return PREVIEW_LOANS_NONE;
}

void preview_loans(struct preview *p, void (*done)(struct preview *p))
{
	struct db_args args = { 0 };
	p->done = done;
	p->look = preview_look(p);
	p->fold = (struct loan_change){ .before = p->before, .after = p->after, .business = p->business };
	if (p->look == PREVIEW_LOANS_NONE) {
		done(p);
		return;
	}
	char *parameters = json_dumps(p->parameters, JSON_COMPACT);
	db_arg_i64(&args, p->req->actor.staff_id);
	db_arg_text(&args, p->kind);
	db_arg_text(&args, parameters);
	db_arg_text(&args, "true");
	free(parameters);
	db_query(p->req->db, STMT_CHANGE_LOANS, &args, preview_ids_read, p);
}
