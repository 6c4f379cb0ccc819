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
	L_WRITTEN_OFF,
	L_INTEREST_WRITTEN_OFF,
	L_RECOVERED,
	L_FROZEN_UNTIL,
	L_THAWED_ON,
	L_LINE,
	L_LINE_UNTIL,
	L_HOLIDAY_UNTIL,
	L_PLACE,
	L_MOVED_ON,
	L_MOVED_DUE,
	L_FIRST_HOUSEHOLD,
	L_FIRST_MEMBER,
	L_FIRST_GROUP,
	L_FIRST_POINT,
	L_FIRST_ORGANISATION,
	L_FIRST_COMMUNE,
	L_FIRST_HOUSEHOLD_NAME,
	L_FIRST_GROUP_NAME,
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
	b->written_off = db_money(r, row, L_WRITTEN_OFF);
	b->interest_written_off = db_money(r, row, L_INTEREST_WRITTEN_OFF);
	b->recovered = db_money(r, row, L_RECOVERED);
	b->frozen_until = db_date(r, row, L_FROZEN_UNTIL);
	b->thawed_on = db_date(r, row, L_THAWED_ON);
	b->line = db_i32(r, row, L_LINE);
	b->line_until = db_date(r, row, L_LINE_UNTIL);
	b->holiday_until = db_date(r, row, L_HOLIDAY_UNTIL);
	b->place = db_i32(r, row, L_PLACE);
	b->moved_on = db_date(r, row, L_MOVED_ON);
}

/* Dates that a decision has moved stand beside those of the contract. */
static bool loan_store_moved(const struct db_result *r, int row, struct loan *loan)
{
	int64_t on[SCHEDULE_TERM_MAX];
	int n = db_i64_array(r, row, L_MOVED_DUE, on, SCHEDULE_TERM_MAX);
	for (int i = 0; i < n && n == loan->count; i++)
		loan->instalment[i].due_on = (struct date){ (int32_t)on[i] };
	return n == 0 || n == loan->count;
}

/* False when the arrays differ in length or are too long. */
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
	return loan_store_moved(r, row, loan);
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
	c->overlays = reference_overlays(ref, &c->overlays_count);
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
	out->organisation = db_i32(r, row, L_ORGANISATION);
	out->first = (struct record_place){
		.household_id = db_i64(r, row, L_FIRST_HOUSEHOLD),
		.member_no = db_i32(r, row, L_FIRST_MEMBER),
		.group_id = db_i64(r, row, L_FIRST_GROUP),
		.point_id = db_i32(r, row, L_FIRST_POINT),
		.organisation = db_i32(r, row, L_FIRST_ORGANISATION),
		.household_name = xstrdup(db_text(r, row, L_FIRST_HOUSEHOLD_NAME)),
		.group_name = xstrdup(db_text(r, row, L_FIRST_GROUP_NAME)),
	};
	out->fund = db_i32(r, row, L_FUND);
	out->version = db_i32(r, row, L_VERSION);
	out->facts = db_i32(r, row, L_FACTS);
	out->held = db_bool(r, row, L_HELD);
	out->purpose = xstrdup(db_text(r, row, L_PURPOSE));
	out->household_name = xstrdup(db_text(r, row, L_HOUSEHOLD_NAME));
	out->group_name = xstrdup(db_text(r, row, L_GROUP_NAME));
}

/* ---- places ---- */

const struct record_place *loan_record_place(const struct loan_record *record, int32_t number)
{
	if (!number)
		return &record->first;
	for (size_t i = 0; i < record->contract.places_count; i++)
		if (record->places[i].number == number)
			return &record->places[i];
	return NULL;
}

static char *loan_store_name(const char *name)
{
	return name ? xstrdup(name) : NULL;
}

bool loan_record_stand(struct loan_record *record, int32_t number)
{
	const struct record_place *place = loan_record_place(record, number);
	if (!place)
		return false;
	record->household_id = place->household_id;
	record->member_no = place->member_no;
	record->group_id = place->group_id;
	record->point_id = place->point_id;
	record->organisation = place->organisation;
	record->commune = place->commune;
	free(record->household_name);
	free(record->group_name);
	record->household_name = xstrdup(place->household_name ? place->household_name : "");
	record->group_name = xstrdup(place->group_name ? place->group_name : "");
	return true;
}

/* Two tables with the same rows: what the domain needs of a place, and what people do. */
bool loan_record_add_place(struct loan_record *record, const struct reference *ref,
			   const struct record_place *place)
{
	struct loan_contract *c = &record->contract;
	size_t n = c->places_count;
	const struct reference_point *point = reference_point_find(ref, place->point_id);
	if (!point)
		return false;
	if (loan_record_place(record, place->number))
		return true;
	struct loan_place *calendars =
		xrealloc_array((struct loan_place *)c->places, n + 1, sizeof *calendars);
	record->places = xrealloc_array(record->places, n + 1, sizeof *record->places);
	record->places[n] = *place;
	record->places[n].household_name = loan_store_name(place->household_name);
	record->places[n].group_name = loan_store_name(place->group_name);
	calendars[n] = (struct loan_place){ place->number, &point->calendar };
	c->places = calendars;
	c->places_count = n + 1;
	return true;
}

static bool loan_store_place(const struct db_result *r, int row, struct loan_record *out,
			     const struct reference *ref)
{
	const struct record_place now = {
		.number = db_i32(r, row, L_PLACE),
		.household_id = out->household_id,
		.member_no = out->member_no,
		.group_id = out->group_id,
		.point_id = out->point_id,
		.organisation = out->organisation,
		.commune = out->commune,
		.household_name = out->household_name,
		.group_name = out->group_name,
	};
	return !now.number || loan_record_add_place(out, ref, &now);
}

/* What the row names must be in the reference data, whose tables the contract borrows. NULL, or what is missing. */
static const char *loan_store_resolve(const struct db_result *r, int row, struct loan_record *out,
				      const struct reference *ref)
{
	const struct reference_area *area = reference_area_find(ref, db_text(r, row, L_COMMUNE));
	const struct reference_area *first = reference_area_find(ref, db_text(r, row, L_FIRST_COMMUNE));
	const struct reference_programme *p = reference_programme_find(ref, db_text(r, row, L_PROGRAMME));
	const struct reference_point *point = reference_point_find(ref, out->first.point_id);
	out->line = reference_line_find(ref, db_text(r, row, L_RATE_LINE));
	if (!area || !first)
		return "commune";
	if (!p)
		return "programme";
	if (!point)
		return "point";
	if (!out->line)
		return "rate line";
	out->commune = area->code;
	out->first.commune = first->code;
	out->programme = p->rule.code;
	out->rate_line = out->line->name;
	out->contract.line = &out->line->line;
	out->contract.calendar = &point->calendar;
	return loan_store_place(r, row, out, ref) ? NULL : "point";
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
	const char *missing = loan_store_resolve(r, row, out, ref);
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
	for (size_t i = 0; record->places && i < record->contract.places_count; i++) {
		free(record->places[i].household_name);
		free(record->places[i].group_name);
	}
	free(record->first.household_name);
	free(record->first.group_name);
	record->first.household_name = record->first.group_name = NULL;
	free(record->places);
	free((struct loan_place *)record->contract.places);
	record->purpose = record->household_name = record->group_name = NULL;
	record->places = NULL;
	record->contract.places = NULL;
	record->contract.places_count = 0;
}

/* ---- facts and transitions ---- */

enum fact_column {
	F_LOAN_ID,
	F_NO,
	F_KIND,
	F_ON,
	F_AMOUNT,
	F_REVERSES,
	F_INTEREST,
	F_UNTIL,
	F_HOLIDAY_UNTIL,
	F_NUMBER,
	F_SOURCE,
	F_PLACE,
	F_COMMUNE,
	F_HOUSEHOLD_NAME,
	F_GROUP_NAME,
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

/* A place whose point or commune the reference lacks stays unknown: the fold says so by its number. */
static void loan_store_fact_place(const struct db_result *r, int row, const struct reference *ref,
				  struct loan_record *record)
{
	int64_t v[6] = { 0 };
	const struct reference_area *area = reference_area_find(ref, db_text(r, row, F_COMMUNE));
	if (db_i64_array(r, row, F_PLACE, v, 6) != 6 || !area)
		return;
	bool known UNUSED = loan_record_add_place(
		record, ref,
		&(struct record_place){
			.number = (int32_t)v[0],
			.household_id = v[1],
			.member_no = (int)v[2],
			.group_id = v[3],
			.point_id = (int32_t)v[4],
			.organisation = (int)v[5],
			.commune = area->code,
			.household_name = (char *)db_text(r, row, F_HOUSEHOLD_NAME),
			.group_name = (char *)db_text(r, row, F_GROUP_NAME),
		});
}

static void loan_store_fact(const struct db_result *r, int row, struct fact *fact)
{
	fact->no = db_i32(r, row, F_NO);
	fact->kind = (enum fact_kind)db_i32(r, row, F_KIND);
	fact->on = db_date(r, row, F_ON);
	fact->amount = db_money(r, row, F_AMOUNT);
	fact->reverses = db_i32(r, row, F_REVERSES);
	fact->interest = db_money(r, row, F_INTEREST);
	fact->until = db_date(r, row, F_UNTIL);
	fact->holiday_until = db_date(r, row, F_HOLIDAY_UNTIL);
	fact->number = db_i32(r, row, F_NUMBER);
	fact->source = (enum fact_source)db_i32(r, row, F_SOURCE);
	if (!db_is_null(r, row, F_OPENING))
		loan_store_opening(r, row, &fact->opening);
}

struct fact *loan_store_facts_new(const struct db_result *r, int *row, const struct reference *ref,
				  struct loan_record *record, size_t *count)
{
	*count = loan_store_run(r, row, record->contract.loan_id);
	struct fact *facts = xcalloc(*count, sizeof *facts);
	for (size_t i = 0; i < *count; i++, (*row)++) {
		loan_store_fact(r, *row, &facts[i]);
		if (!db_is_null(r, *row, F_PLACE))
			loan_store_fact_place(r, *row, ref, record);
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
