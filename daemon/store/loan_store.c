/* Rows of loans -> structs. The columns stand in the order of statements.def. */
#include "vonvay/loan_store.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

enum loan_column {
	L_LOAN_ID,
	L_HOUSEHOLD_ID,
	L_MEMBER_NO,
	L_HOUSEHOLD_NAME,
	L_GROUP_ID,
	L_GROUP_NAME,
	L_POINT_ID,
	L_CELL_ID,
	L_COMMUNE,
	L_ORGANISATION,
	L_PROGRAMME,
	L_PURPOSE,
	L_RATE_LINE,
	L_FUND,
	L_CONTRACT_ON,
	L_TERM_MONTHS,
	L_INSTALMENT_MONTHS,
	L_PRINCIPAL_GRACE_MONTHS,
	L_INTEREST_GRACE_MONTHS,
	L_GRACE_END,
	L_ROUNDING,
	L_INSTALMENT_DEFAULT,
	L_OVERDUE_PERCENT,
	L_DUE_ON,
	L_DUE_MONTH,
	L_VERSION,
	L_STATUS,
	L_IN_GRACE,
	L_SINCE,
	L_DISBURSED,
	L_PAID,
	L_IN_TERM,
	L_OVERDUE,
	L_FROZEN,
	L_IT_DONG,
	L_IT_UNITS,
	L_OD_DONG,
	L_OD_UNITS,
	L_GR_DONG,
	L_GR_UNITS,
	L_ACCRUED_DONG,
	L_ACCRUED_UNITS,
	L_LAST_ON,
	L_LAST_RANK,
	L_DECIDED,
	L_FACTS,
	L_AMOUNTS,
	L_HELD,
};

static struct interest loan_store_interest(const struct db_result *r, int row, int column)
{
	return (struct interest){ db_i64(r, row, column), db_i64(r, row, column + 1) };
}

static void loan_store_balances(const struct db_result *r, int row, struct loan_balances *b)
{
	b->status = (enum loan_status)db_i32(r, row, L_STATUS);
	b->in_grace = db_bool(r, row, L_IN_GRACE);
	b->since = db_date(r, row, L_SINCE);
	b->disbursed = db_money(r, row, L_DISBURSED);
	b->paid = db_money(r, row, L_PAID);
	b->in_term = db_money(r, row, L_IN_TERM);
	b->overdue = db_money(r, row, L_OVERDUE);
	b->frozen = db_money(r, row, L_FROZEN);
	b->interest_in_term = loan_store_interest(r, row, L_IT_DONG);
	b->interest_overdue = loan_store_interest(r, row, L_OD_DONG);
	b->interest_grace = loan_store_interest(r, row, L_GR_DONG);
	b->accrued = loan_store_interest(r, row, L_ACCRUED_DONG);
	b->frozen_until = DATE_EVER;
	b->thawed_on = b->line_until = b->holiday_until = b->moved_on = DATE_NONE;
}

/* False when the three arrays differ in length or are too long. */
static bool loan_store_instalments(const struct db_result *r, int row, struct loan *loan)
{
	int64_t on[SCHEDULE_TERM_MAX], month[SCHEDULE_TERM_MAX], amount[SCHEDULE_TERM_MAX];
	int n = db_i64_array(r, row, L_DUE_ON, on, SCHEDULE_TERM_MAX);
	if (n < 1 || n > SCHEDULE_TERM_MAX ||
	    db_i64_array(r, row, L_DUE_MONTH, month, SCHEDULE_TERM_MAX) != n ||
	    db_i64_array(r, row, L_AMOUNTS, amount, SCHEDULE_TERM_MAX) != n)
		return false;
	for (int i = 0; i < n; i++)
		loan->instalment[i] = (struct instalment){ .due_on = { (int32_t)on[i] },
							   .first_on = { (int32_t)on[i] },
							   .month = (int32_t)month[i],
							   .amount = { amount[i] } };
	loan->count = n;
	return true;
}

static void loan_store_contract(const struct db_result *r, int row, const struct reference *ref,
				struct loan_record *out)
{
	struct loan_contract *c = &out->contract;
	c->contract_on = db_date(r, row, L_CONTRACT_ON);
	c->grace_end = db_date(r, row, L_GRACE_END);
	c->rounding = db_i64(r, row, L_ROUNDING);
	c->instalment_default = (enum instalment_default)db_i32(r, row, L_INSTALMENT_DEFAULT);
	c->overdue_percent = db_i32(r, row, L_OVERDUE_PERCENT);
	c->policies = reference_allocation(ref, &c->policies_count);
	out->term_months = db_i32(r, row, L_TERM_MONTHS);
	out->instalment_months = db_i32(r, row, L_INSTALMENT_MONTHS);
	out->principal_grace_months = db_i32(r, row, L_PRINCIPAL_GRACE_MONTHS);
	out->interest_grace_months = db_i32(r, row, L_INTEREST_GRACE_MONTHS);
}

static void loan_store_keys(const struct db_result *r, int row, struct loan_record *out)
{
	out->contract.loan_id = db_i64(r, row, L_LOAN_ID);
	out->household_id = db_i64(r, row, L_HOUSEHOLD_ID);
	out->member_no = db_i32(r, row, L_MEMBER_NO);
	out->group_id = db_i64(r, row, L_GROUP_ID);
	out->point_id = db_i32(r, row, L_POINT_ID);
	out->cell_id = db_i32(r, row, L_CELL_ID);
	out->organisation = db_i32(r, row, L_ORGANISATION);
	out->fund = db_i32(r, row, L_FUND);
	out->version = db_i32(r, row, L_VERSION);
	out->facts = db_i32(r, row, L_FACTS);
	out->held = db_bool(r, row, L_HELD);
	out->purpose = xstrdup(db_text(r, row, L_PURPOSE));
	out->household_name = xstrdup(db_text(r, row, L_HOUSEHOLD_NAME));
	out->group_name = xstrdup(db_text(r, row, L_GROUP_NAME));
}

/* What the row names must be in the reference data, whose tables the contract borrows. NULL, or what is missing. */
static const char *loan_store_resolve(struct loan_record *out, const struct reference *ref,
				      const char *commune, const char *programme, const char *line)
{
	const struct reference_area *area = reference_area_find(ref, commune);
	const struct reference_programme *p = reference_programme_find(ref, programme);
	const struct reference_point *point = reference_point_find(ref, out->point_id);
	out->line = reference_line_find(ref, line);
	if (!area)
		return "commune";
	if (!p)
		return "programme";
	if (!point)
		return "point";
	if (!out->line)
		return "rate line";
	out->commune = area->code;
	out->programme = p->rule.code;
	out->rate_line = out->line->name;
	out->contract.line = &out->line->line;
	out->contract.calendar = &point->calendar;
	return NULL;
}

static void loan_store_progress(const struct db_result *r, int row, struct loan *loan)
{
	loan->last_on = db_date(r, row, L_LAST_ON);
	loan->last_rank = db_i32(r, row, L_LAST_RANK);
	loan->decided = db_i32(r, row, L_DECIDED);
}

bool loan_store_read(const struct db_result *r, int row, const struct reference *ref, struct loan_record *out,
		     struct text *error)
{
	memset(out, 0, sizeof *out);
	loan_store_keys(r, row, out);
	loan_store_contract(r, row, ref, out);
	loan_store_balances(r, row, &out->loan.b);
	loan_store_progress(r, row, &out->loan);
	const char *missing = loan_store_resolve(out, ref, db_text(r, row, L_COMMUNE),
						 db_text(r, row, L_PROGRAMME), db_text(r, row, L_RATE_LINE));
	if (!missing && !loan_store_instalments(r, row, &out->loan))
		missing = "schedule";
	if (!missing)
		return true;
	text_printf(error, "loan %lld: no such %s in the reference data", (long long)out->contract.loan_id,
		    missing);
	loan_record_clear(out);
	return false;
}

void loan_record_clear(struct loan_record *record)
{
	free(record->purpose);
	free(record->household_name);
	free(record->group_name);
	record->purpose = record->household_name = record->group_name = NULL;
}

/* ---- facts and transitions ---- */

enum fact_column {
	F_LOAN_ID,
	F_NO,
	F_KIND,
	F_ON,
	F_AMOUNT,
	F_REVERSES,
	F_OPENING,
};

enum transition_column {
	T_LOAN_ID,
	T_ENTRY_ID,
	T_ORDINAL,
	T_KIND,
	T_ON,
	T_INSTALMENT,
	T_AMOUNT,
};

/* How many rows from *row on belong to the loan; *row goes to the first of them. */
static size_t loan_store_run(const struct db_result *r, int *row, int64_t loan_id)
{
	int n = 0;
	while (*row < r->rows && db_i64(r, *row, 0) < loan_id)
		(*row)++;
	while (*row + n < r->rows && db_i64(r, *row + n, 0) == loan_id)
		n++;
	return (size_t)n;
}

static void loan_store_opening(const struct db_result *r, int row, struct loan_opening *o)
{
	int64_t v[10] = { 0 };
	if (db_i64_array(r, row, F_OPENING, v, 10) != 10)
		return;
	*o = (struct loan_opening){
		.principal = { v[0] },
		.in_term = { v[1] },
		.overdue = { v[2] },
		.frozen = { v[3] },
		.interest_in_term = { v[4], v[5] },
		.interest_overdue = { v[6], v[7] },
		.interest_grace = { v[8], v[9] },
	};
}

struct fact *loan_store_facts_new(const struct db_result *r, int *row, int64_t loan_id, size_t *count)
{
	*count = loan_store_run(r, row, loan_id);
	struct fact *facts = xcalloc(*count, sizeof *facts);
	for (size_t i = 0; i < *count; i++, (*row)++) {
		facts[i].no = db_i32(r, *row, F_NO);
		facts[i].kind = (enum fact_kind)db_i32(r, *row, F_KIND);
		facts[i].on = db_date(r, *row, F_ON);
		facts[i].amount = db_money(r, *row, F_AMOUNT);
		facts[i].reverses = db_i32(r, *row, F_REVERSES);
		if (!db_is_null(r, *row, F_OPENING))
			loan_store_opening(r, *row, &facts[i].opening);
	}
	return facts;
}

struct stored_transition *loan_store_transitions_new(const struct db_result *r, int *row, int64_t loan_id,
						     size_t *count)
{
	*count = loan_store_run(r, row, loan_id);
	struct stored_transition *stored = xcalloc(*count, sizeof *stored);
	for (size_t i = 0; i < *count; i++, (*row)++)
		stored[i] = (struct stored_transition){
			.entry_id = db_i64(r, *row, T_ENTRY_ID),
			.ordinal = db_i32(r, *row, T_ORDINAL),
			.kind = (enum transition_kind)db_i32(r, *row, T_KIND),
			.on = db_date(r, *row, T_ON),
			.instalment = db_is_null(r, *row, T_INSTALMENT) ? -1 : db_i32(r, *row, T_INSTALMENT),
			.amount = db_money(r, *row, T_AMOUNT),
		};
	return stored;
}
