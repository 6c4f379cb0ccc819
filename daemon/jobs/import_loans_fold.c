/* The import of loans, second half: what the loans held refer to is looked up, each is folded by the domain, and the
 * chunk is written by the same function as live writes. */
#include "import_loans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

/* ---- groups ---- */

static const struct group_known *loans_group(const struct loans *l, int64_t group)
{
	for (int lo = 0, hi = l->groups_count; lo < hi;) {
		int mid = (lo + hi) / 2;
		if (l->groups[mid].group == group)
			return &l->groups[mid];
		if (l->groups[mid].group < group)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static int group_known_cmp(const void *a, const void *b)
{
	const struct group_known *x = a, *y = b;
	return (x->group > y->group) - (x->group < y->group);
}

/* extra: organisation|point_id|formed_on|dissolved_on */
static void loans_groups_read(struct loans *l, const struct db_result *r)
{
	l->groups = xrealloc_array(l->groups, (size_t)(l->groups_count + r->rows) + 1, sizeof *l->groups);
	for (int i = 0; i < r->rows; i++) {
		struct group_known *g = &l->groups[l->groups_count++];
		char *rest;
		g->group = db_i64(r, i, 0);
		g->organisation = (int)strtol(db_text(r, i, 1), &rest, 10);
		g->point_id = (int32_t)strtol(rest + (*rest == '|'), NULL, 10);
	}
	if (l->groups) /* qsort() takes no NULL, not even for none */
		qsort(l->groups, (size_t)l->groups_count, sizeof *l->groups, group_known_cmp);
}

/* Keys of numbers, each once. */
static void loans_key(struct import_seen *seen, struct text_array *keys, int64_t number)
{
	char key[24];
	if (!number || import_seen_add(seen, number, 1))
		return;
	snprintf(key, sizeof key, "%lld", (long long)number);
	text_array_add(keys, key);
}

static void loans_lookup(struct import_job *job, const char *kind, struct text_array *keys,
			 void (*read)(struct loans *, const struct db_result *))
{
	struct db_result r;
	if (keys->count && import_going(job)) {
		if (import_lookup(job, kind, keys, &r))
			read(job->state, &r);
		db_result_clear(&r);
	}
	text_array_clear(keys);
}

static void loans_lookup_groups(struct import_job *job)
{
	struct loans *l = job->state;
	struct import_seen seen = { 0 };
	struct text_array keys = { 0 };
	for (int i = 0; i < l->count; i++)
		if (!loans_group(l, l->unit[i].group))
			loans_key(&seen, &keys, l->unit[i].group);
	loans_lookup(job, "group", &keys, loans_groups_read);
	import_seen_clear(&seen);
}

/* ---- households ---- */

static int residence_known_cmp(const void *a, const void *b)
{
	const struct residence_known *x = a, *y = b;
	if (x->household != y->household)
		return x->household < y->household ? -1 : 1;
	return date_cmp(x->from, y->from);
}

static void loans_residence_add(struct loans *l, int64_t household, char *text)
{
	char *area = strchr(text, ':');
	struct date from;
	if (!area)
		return;
	*area++ = '\0';
	if (!date_parse(text, &from))
		return;
	if ((l->residences_count & (l->residences_count - 1)) == 0)
		l->residences = xrealloc_array(l->residences,
					       l->residences_count ? 2 * (size_t)l->residences_count : 1,
					       sizeof *l->residences);
	l->residences[l->residences_count++] =
		(struct residence_known){ household, from, reference_area_find(l->ref, area) };
}

/* extra: residences|registered_on|left_on|members */
static void loans_residences_read(struct loans *l, const struct db_result *r)
{
	for (int i = 0; i < r->rows; i++) {
		char *extra = xstrdup(db_text(r, i, 1)), *list = extra, *item;
		extra[strcspn(extra, "|")] = '\0';
		while ((item = strsep(&list, ",")))
			loans_residence_add(l, db_i64(r, i, 0), item);
		free(extra);
	}
	if (l->residences)
		qsort(l->residences, (size_t)l->residences_count, sizeof *l->residences, residence_known_cmp);
}

static void loans_lookup_households(struct import_job *job)
{
	struct loans *l = job->state;
	struct import_seen seen = { 0 };
	struct text_array keys = { 0 };
	free(l->residences);
	l->residences = NULL;
	l->residences_count = 0;
	for (int i = 0; i < l->count; i++)
		loans_key(&seen, &keys, l->unit[i].household);
	loans_lookup(job, "household", &keys, loans_residences_read);
	import_seen_clear(&seen);
}

/* The residence on the day of the contract, the first one before it began; NULL: no such household. */
static const struct reference_area *loans_commune(const struct loans *l, int64_t household, struct date on)
{
	const struct reference_area *found = NULL;
	int lo = 0, hi = l->residences_count;
	while (lo < hi) {
		int mid = (lo + hi) / 2;
		if (l->residences[mid].household < household)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < l->residences_count && l->residences[lo].household == household; lo++)
		if (!found || date_cmp(l->residences[lo].from, on) <= 0)
			found = l->residences[lo].area;
	return found;
}

/* ---- one loan ---- */

/* Columns of the members of struct loan_terms that loan_contract_make() may name. */
static int loan_column_of_field(const char *field)
{
	static const struct {
		const char *field;
		int column;
	} names[] = {
		{ "loan_id", LOAN },
		{ "household_id", HOUSEHOLD },
		{ "group_id", GROUP },
		{ "point_id", GROUP },
		{ "organisation", GROUP },
		{ "programme", PROGRAMME },
		{ "purpose", PURPOSE },
		{ "rate_line", RATE_LINE },
		{ "fund", FUND },
		{ "contract_on", ON },
		{ "term_months", TERM_MONTHS },
		{ "instalment_months", INSTALMENT_MONTHS },
		{ "principal_grace_months", PRINCIPAL_GRACE },
		{ "interest_grace_months", INTEREST_GRACE },
	};
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(names[i].field, field))
			return names[i].column;
	return -1;
}

/* Group and household: false when one of them is not there. */
static bool loan_place(struct import_job *job, const struct loan_unit *u, struct loan_terms *t)
{
	struct loans *l = job->state;
	const struct group_known *group = u->group ? loans_group(l, u->group) : NULL;
	const struct reference_area *commune = loans_commune(l, u->household, u->contract_on);
	const struct reference_point *point;
	if (u->group && !group)
		import_wrong_at(job, u->line, GROUP, "no such group");
	if (!commune)
		import_wrong_at(job, u->line, HOUSEHOLD, "no such household");
	if (!commune || (u->group && !group))
		return false;
	point = group ? reference_point_find(l->ref, group->point_id)
		      : reference_point_of_area(l->ref, commune->code, u->contract_on);
	if (!point) {
		import_wrong_at(job, u->line, GROUP, "no transaction point serves this loan");
		return false;
	}
	t->commune = commune->code;
	t->point_id = point->point_id;
	t->organisation = group ? group->organisation : ORGANISATION_DIRECT;
	return true;
}

/* A line that is named must be there for contracts of that day; that there is one at all is seen by the contract. */
static bool loan_line_fits(struct import_job *job, const struct loan_unit *u)
{
	struct loans *l = job->state;
	const struct reference_line *line =
		u->rate_line[0] ? reference_line_find(l->ref, u->rate_line) : NULL;
	char from[DATE_TEXT_SIZE];
	if (!line || date_cmp(line->for_contracts_from, u->contract_on) <= 0)
		return true;
	date_format(line->for_contracts_from, from);
	import_wrong_at(job, u->line, RATE_LINE, "this line is for contracts made from %s on", from);
	return false;
}

static bool loan_make(struct import_job *job, const struct loan_unit *u, struct loan_record *record)
{
	struct loans *l = job->state;
	struct text message = { 0 };
	const char *field = "";
	struct loan_terms t = {
		.loan_id = u->loan,
		.household_id = u->household,
		.member_no = 1,
		.group_id = u->group,
		.programme = u->programme,
		.purpose = u->purpose,
		.rate_line = u->rate_line,
		.fund = u->fund + 1,
		.contract_on = u->contract_on,
		.term_months = (int)u->term,
		.instalment_months = (int)u->instalment,
		.principal_grace_months = (int)u->principal_grace,
		.interest_grace_months = (int)u->interest_grace,
	};
	if (!loan_line_fits(job, u) || !loan_place(job, u, &t))
		return false;
	bool ok = loan_contract_make(l->ref, &t, false, record, &field, &message);
	if (!ok)
		import_wrong_at(job, u->line, loan_column_of_field(field), "%s", text_str(&message));
	text_clear(&message);
	return ok;
}

static void loan_wrong_fact(struct import_job *job, int64_t line, enum loan_error error)
{
	static const struct {
		int column;
		const char *message;
	} words[] = {
		[LOAN_OK] = { -1, "" },
		[LOAN_ERROR_OVERFLOW] = { AMOUNT, "the sums of this loan become too large" },
		[LOAN_ERROR_TOO_MUCH] = { AMOUNT, "more than is owed on that day" },
		[LOAN_ERROR_BEFORE_START] = { ON, "before the contract or its opening" },
		[LOAN_ERROR_NO_INSTALMENT] = { ON, "no unpaid instalment is left after this day" },
		[LOAN_ERROR_NOT_DISBURSED] = { RECORD, "nothing has been disbursed before it" },
		[LOAN_ERROR_CLOSED] = { RECORD, "the loan is closed on that day" },
		[LOAN_ERROR_ORDER] = { ON,
				       "not in order: within a day a disbursement stands before payments" },
		[LOAN_ERROR_OPENING] = { PRINCIPAL,
					 "a second opening, or its balances do not fit the contract" },
		[LOAN_ERROR_REVERSES] = { RECORD, "a reversal" },
	};
	import_wrong_at(job, line, words[error].column, "%s", words[error].message);
}

/* All facts, then what the nights up to the last one would have made. False: one of them can't be. */
static bool loan_fold(struct import_job *job, const struct loan_unit *u, struct loan_record *record,
		      loan_step_fn *step, void *arg)
{
	enum loan_error error;
	for (int i = 0; i < u->facts; i++) {
		error = loan_apply(&record->contract, &record->loan, &u->fact[i], step, arg);
		if (error != LOAN_OK) {
			loan_wrong_fact(job, u->line_of[i], error);
			return false;
		}
	}
	if (job->takeover)
		return true; /* the nights begin after this */
	error = loan_advance(&record->contract, &record->loan, job->swept_until, job->swept_until, step, arg);
	if (error != LOAN_OK)
		loan_wrong_fact(job, u->line, error);
	return error == LOAN_OK;
}

static void loan_check(struct import_job *job, const struct loan_unit *u)
{
	struct loan_record record = { 0 };
	if (!loan_make(job, u, &record))
		return;
	/* what does not fit is noted by its line */
	bool ok UNUSED = loan_fold(job, u, &record, NULL, NULL);
	loan_record_clear(&record);
}

static void loan_add(struct import_job *job, const struct loan_unit *u)
{
	struct loans *l = job->state;
	struct loan_record record = { 0 };
	if (!loan_make(job, u, &record))
		return;
	loan_batch_new_contract(&l->batch, &record);
	loan_batch_begin_loan(&l->batch, &record);
	if (loan_fold(job, u, &record, loan_batch_step, &l->batch))
		loan_batch_end_loan(&l->batch);
	else
		loan_batch_drop_loan(&l->batch);
	loan_record_clear(&record);
}

/* ---- the chunk ---- */

static void loans_send(struct import_job *job)
{
	struct loans *l = job->state;
	struct db_args args = { 0 };
	db_arg_i64(&args, job->w->import);
	db_arg_i64(&args, job->id);
	db_arg_i64(&args, l->last_line);
	db_arg_date(&args, l->upto);
	db_arg_date(&args, job->business_date);
	db_arg_i64(&args, reference_version(l->ref));
	loan_batch_args_contracts(&l->batch, &args);
	loan_batch_args(&l->batch, &args);
	import_send(job, &args, l->last_line);
}

static void loans_apply(struct import_job *job)
{
	struct loans *l = job->state;
	for (int i = 0; i < l->count; i++)
		loan_add(job, &l->unit[i]);
	if (l->batch.overflow)
		import_wrong_at(job, l->last_line, AMOUNT,
				"the sums of the loans up to here become too large");
	if (l->count && !job->errors_count && import_going(job))
		loans_send(job);
	loan_batch_clear(&l->batch);
}

static void loans_check(struct import_job *job)
{
	struct loans *l = job->state;
	for (int i = 0; i < l->count; i++)
		if (!l->unit[i].bad)
			loan_check(job, &l->unit[i]);
}

void import_loans_flush(struct import_job *job)
{
	struct loans *l = job->state;
	import_ask(job, &l->contracts);
	loans_lookup_groups(job);
	loans_lookup_households(job);
	if (import_going(job)) {
		if (job->applying)
			loans_apply(job);
		else
			loans_check(job);
	}
	l->count = l->facts = 0;
	import_tell(job);
}
