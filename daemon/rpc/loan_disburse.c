/* loan.disburse: a new contract with its first disbursement, or a further drawdown on a contract. */
#include <string.h>

#include "lend.h"
#include "loan_disburse.h"
#include "loan_reads.h"
#include "loan_write.h"
#include "vonvay/method.h"

const struct param_spec loan_disburse_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "loan", .type = PARAM_ID, .help = "Contract number, for a further drawdown." },
	{ .name = "household", .type = PARAM_ID, .help = "Number of the household, for a new contract." },
	{ .name = "programme", .type = PARAM_TEXT, .min = 1, .max = 16, .help = "Code of the programme." },
	{ .name = "amount", .type = PARAM_MONEY, .required = true, .min = 1, .help = "Amount in đồng." },
	{ .name = "term_months",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Months to maturity; a student loan has the longest one by default." },
	LEND_TERM_PARAMS,
	{ .name = "disbursed_on",
	  .type = PARAM_DATE,
	  .help = "Day of the disbursement, by default the business date." },
	{ 0 },
};

static const char *const contract_fields[] = {
	"programme", "household", "term_months",   "instalment_months", "purpose", "priority",
	"fund",	     "student",	  "course_months", "study_months",	"school",  "medicine"
};
#define REQUIRED_FIELDS 2

/* Which parameters belong together can't stand in their table. False: answered. */
static bool disburse_check_params(struct request *req)
{
	bool further = param_has(req->params, "loan");
	for (size_t i = 0; i < ARRAY_LEN(contract_fields); i++) {
		const char *field = contract_fields[i];
		if (further && param_has(req->params, field)) {
			request_fail(req, ERR_INVALID_PARAMS, field,
				     "%s belongs to a new contract, not to a further drawdown", field);
			return false;
		}
	}
	for (size_t i = 0; !further && i < ARRAY_LEN(contract_fields); i++) {
		const char *field = contract_fields[i];
		bool student = param_has(req->params, "course_months");
		if (i > REQUIRED_FIELDS || param_has(req->params, field) || (i == REQUIRED_FIELDS && student))
			continue;
		request_fail(req, ERR_INVALID_PARAMS, field, "%s is required for a new contract", field);
		return false;
	}
	return true;
}

/* ---- the reply ---- */

bool loan_contract_reply(struct loan_write *w, struct jw *out)
{
	const struct loan *loan = &w->record.loan;
	jw_id(out, "loan", w->record.contract.loan_id);
	jw_i64(out, "fact", w->fact.no);
	jw_date(out, "disbursed_on", w->fact.on);
	jw_money(out, "amount", w->fact.amount);
	jw_money(out, "outstanding", loan_outstanding(&loan->b));
	jw_array(out, "schedule");
	for (int i = 0; i < loan->count; i++) {
		jw_object(out, NULL);
		jw_date(out, "due_on", loan->instalment[i].due_on);
		jw_money(out, "amount", loan->instalment[i].amount);
		jw_end(out);
	}
	jw_end(out);
	return true;
}

/* ---- a further drawdown: the cap of the programme still holds ---- */

struct drawdown {
	struct loan_write *write;
	struct household_rules *rules;
	const struct loan_record *record; /* of the views */
	const struct loan_balances *b;
	const struct reference_programme *programme;
	const struct reference_limit *limit;
	bool has_study;
	struct student_course study;
	struct money approved; /* of a student loan: in all; 0: not said */
};

/* What does not end with the contract: a programme may have closed since, and what is left under the cap is asked by the
 * amount. domain.md 6 */
static bool drawdown_reason_counts(enum ineligible reason)
{
	switch (reason) {
	case INELIGIBLE_NOT_OPEN:
	case INELIGIBLE_PROGRAMME_CLOSED:
	case INELIGIBLE_NO_LIMIT:
	case INELIGIBLE_CAP:
	case INELIGIBLE_CONFLICT:
	case INELIGIBLE_COUNT:
		return false;
	case INELIGIBLE_CLASS:
	case INELIGIBLE_ESCAPED_TOO_LONG:
	case INELIGIBLE_ATTRIBUTE:
	case INELIGIBLE_AREA:
	case INELIGIBLE_NO_ADULT:
	case INELIGIBLE_NO_GROUP:
	case INELIGIBLE_OVERDUE_DEBT:
		break;
	}
	return true;
}

/* By the policy drawdown_recheck. False: answered. */
static bool drawdown_eligible(struct request *req, const struct drawdown *d, struct eligibility e)
{
	const char *recheck =
		reference_policy_text(d->rules->ctx->ref, "drawdown_recheck", d->programme->rule.code,
				      d->record->group_id != 0, d->rules->on, "no");
	int kept = 0;
	if (strcmp(recheck, "yes") != 0)
		return true;
	for (int i = 0; i < e.reasons_count; i++)
		if (drawdown_reason_counts(e.reasons[i]))
			e.reasons[kept++] = e.reasons[i];
	e.reasons_count = kept;
	if (kept)
		lend_refuse(req, d->programme, &e, "loan", "");
	return !kept;
}

/* Within the drawdown period, year by year, and within what was approved. False: answered. */
static bool drawdown_of_study(struct request *req, const struct drawdown *d)
{
	char until[DATE_TEXT_SIZE];
	struct date on = d->rules->on, began = d->record->contract.contract_on;
	struct date end = date_add_months(began, d->study.study_months);
	struct money amount = param_money(req->params, "amount"), sum;
	if (date_cmp(on, end) >= 0) {
		date_format(end, until);
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "disbursed_on",
			     "the drawdown period of the study ended before %s", until);
		return false;
	}
	if (money_is_positive(d->approved) &&
	    (!money_add(d->b->disbursed, amount, &sum) || money_cmp(sum, d->approved) > 0)) {
		request_fail(req, ERR_NOT_ELIGIBLE, "amount", "%lld đồng were approved in all (04/TD)",
			     (long long)d->approved.dong /* raw: in a sentence */);
		return false;
	}
	return lend_drawn_fits(req, d->rules, d->programme, d->record->purpose, &d->study, began,
			       d->b->disbursed, amount);
}

/* The loans of the household as they were decided with: two drawdowns at once could both fit under its cap. */
static void drawdown_more(struct drawdown *d, int64_t seen)
{
	struct jw w = jw_start(&d->write->more);
	jw_object(&w, NULL);
	jw_array(&w, "households");
	jw_object(&w, NULL);
	jw_i64(&w, "household_id", d->record->household_id);
	jw_i64(&w, "household_seen", seen);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
}

static void drawdown_check(struct request *req, struct drawdown *d)
{
	struct eligibility e;
	int units = (int)param_int_or(req->params, "units", 1);
	if (d->has_study) {
		struct student_terms t;
		struct student_rules rules = lend_student_rules(d->rules->ctx->ref, d->rules->on);
		if (student_terms_make(&d->study, &rules, &t))
			units = t.units;
	}
	household_rules_check(d->rules, d->programme, d->limit, units, &e);
	if (!drawdown_eligible(req, d, e))
		return;
	if (d->has_study && !drawdown_of_study(req, d))
		return;
	if (!lend_over_cap(req, d->programme, &e, param_money(req->params, "amount"), "amount"))
		loan_write_read(d->write, d->record->contract.loan_id);
}

static void drawdown_study_read(const struct db_result *r, void *arg)
{
	struct drawdown *d = arg;
	struct request *req = d->write->req;
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	if (r->rows) {
		d->has_study = true;
		d->study = (struct student_course){ db_i32(r, 0, 0), db_i32(r, 0, 1), db_bool(r, 0, 2) };
		d->approved = db_money(r, 0, 3);
	}
	drawdown_check(req, d);
}

static void drawdown_decide(struct request *req, struct household_rules *rules, struct loan_views *views,
			    void *arg)
{
	struct loan_write *w = arg;
	int64_t loan_id = param_id(req->params, "loan");
	struct drawdown *d = request_state(req, sizeof *d);
	struct db_args args = { 0 };
	int i = 0;
	while (i < views->count && views->view[i].record.contract.loan_id != loan_id)
		i++;
	if (i == views->count) {
		request_fail(req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
		return;
	}
	const struct loan_record *r = &views->view[i].record;
	*d = (struct drawdown){ .write = w, .rules = rules, .record = r, .b = &views->view[i].b };
	d->programme = reference_programme_find(rules->ctx->ref, r->programme);
	d->limit = reference_limit_on(d->programme, r->purpose, rules->on);
	if (!d->limit) /* the programme is closed: what it gave when the contract was made */
		d->limit = reference_limit_on(d->programme, r->purpose, r->contract.contract_on);
	text_clear(&w->more);
	drawdown_more(d, household_rules_seen(rules->data, views));
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, loan_id);
	db_query(req->db, STMT_CONTRACT_STUDY, &args, drawdown_study_read, d);
}

static void drawdown_loan_read(const struct db_result *r, int row, void *arg)
{
	struct loan_write *w = arg;
	if (!r->ok)
		request_fail_db(w->req, r);
	else if (row < 0)
		request_fail(w->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
	else
		household_rules_get(w->req, w->ctx, db_i64(r, row, 1), w->fact.on, drawdown_decide, w);
}

/* ---- a new contract ---- */

struct contract_job {
	struct loan_write *write;
	struct lend_order order;
	struct lend lend;
	struct loan_terms terms;
	int64_t household_id;
	int64_t seen; /* of the household's loans, for the write to compare */
	void (*more)(struct loan_write *w, struct jw *out, void *arg);
	void *arg;
};

static void contract_more(struct contract_job *job)
{
	struct loan_write *w = job->write;
	struct jw out = jw_start(&w->more);
	text_clear(&w->more);
	jw_object(&out, NULL);
	lend_write_study(&out, &job->order);
	if (job->more)
		job->more(w, &out, job->arg);
	jw_end(&out);
}

static void contract_numbered(const struct db_result *r, void *arg)
{
	struct contract_job *job = arg;
	struct loan_write *w = job->write;
	struct text message = { 0 };
	const char *field;
	if (!r->ok) {
		request_fail_db(w->req, r);
		return;
	}
	job->terms.loan_id = db_i64(r, 0, 0);
	if (loan_contract_make(w->ctx->ref, &job->terms, true, &w->record, &field, &message)) {
		w->has_record = true;
		w->record.household_seen = job->seen;
		loan_batch_new_contract(&w->batch, &w->record);
		contract_more(job);
		loan_write_apply(w);
	} else {
		request_fail(w->req, ERR_INVALID_PARAMS, field, "%s", text_str(&message));
	}
	text_clear(&message);
}

static void contract_decide(struct request *req, struct household_rules *rules, struct loan_views *views,
			    void *arg)
{
	struct contract_job *job = arg;
	struct db_args args = { 0 };
	household_rules_release(rules, job->order.application);
	if (!lend_check(req, &job->lend, rules, &job->terms))
		return;
	job->seen = household_rules_seen(rules->data, views);
	db_arg_i64(&args, req->actor.staff_id);
	db_query(req->db, STMT_CONTRACT_NUMBER, &args, contract_numbered, job);
}

void loan_contract_begin(struct loan_write *w, const struct lend_order *order, int64_t household_id,
			 void (*more)(struct loan_write *w, struct jw *out, void *arg), void *arg)
{
	struct contract_job *job = request_state(w->req, sizeof *job);
	*job = (struct contract_job){
		.write = w, .order = *order, .household_id = household_id, .more = more, .arg = arg
	};
	if (lend_begin(w->req, w->ctx->ref, &job->order, &job->lend))
		household_rules_get(w->req, w->ctx, household_id, w->fact.on, contract_decide, job);
}

static void contract_begin(struct loan_write *w)
{
	struct request *req = w->req;
	struct lend_order order;
	if (!lend_order_of_params(req, &order, w->fact.on, "disbursed_on"))
		return;
	order.drawing = true;
	loan_contract_begin(w, &order, param_id(req->params, "household"), NULL, NULL);
}

/* ---- both ---- */

static void disburse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_write *w = arg;
	w->ctx = ctx;
	w->fact = (struct fact){
		.kind = FACT_DISBURSED,
		.on = param_date_or(req->params, "disbursed_on", ctx->business),
		.amount = param_money(req->params, "amount"),
	};
	if (!loan_write_check_day(w))
		return;
	if (param_has(req->params, "loan"))
		loan_read(req, param_id(req->params, "loan"), drawdown_loan_read, w);
	else
		contract_begin(w);
}

void loan_disburse(struct request *req)
{
	if (!disburse_check_params(req))
		return;
	struct loan_write *w = loan_write_new(req, STMT_LOAN_DISBURSE);
	w->contracts = true;
	w->on_field = "disbursed_on";
	w->reply = loan_contract_reply;
	w->begin = disburse_begin;
	loan_context_get(req, false, disburse_begin, w);
}
