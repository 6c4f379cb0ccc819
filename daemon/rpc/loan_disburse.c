/* loan.disburse: a new contract with its first disbursement, or a further drawdown on a contract. */
#include <string.h>

#include "lend.h"
#include "loan_disburse.h"
#include "loan_reads.h"
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

bool loan_contract_reply(struct loan_event *e, struct jw *out)
{
	const struct event_loan *l = e->loans[0];
	const struct loan *loan = &l->record.loan;
	jw_id(out, "loan", l->loan_id);
	jw_i64(out, "fact", l->facts[0].no);
	jw_date(out, "disbursed_on", l->facts[0].on);
	jw_money(out, "amount", l->facts[0].amount);
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

struct loan_event *loan_disburse_new(struct request *req, enum stmt stmt, loan_context_cb *begin)
{
	struct loan_event *e = loan_event_new(req, stmt, begin);
	e->contracts = true;
	e->on_field = "disbursed_on";
	e->reply = loan_contract_reply;
	return e;
}

bool loan_disburse_day(struct loan_event *e, struct date on)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	if (date_cmp(on, e->ctx->began_on) >= 0 && date_cmp(on, e->ctx->business) <= 0)
		return true;
	date_format(e->ctx->began_on, first);
	date_format(e->ctx->business, last);
	request_fail(e->req, ERR_DATE_OUT_OF_RANGE, e->on_field, "%s must be %s to %s", e->on_field, first,
		     last);
	return false;
}

/* ---- a further drawdown: the cap of the programme still holds ---- */

struct drawdown {
	struct loan_event *e;
	int64_t loan_id, household_id;
	int64_t seen; /* of the household's loans, for the write to compare */
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
static void drawdown_more(struct loan_event *e, struct jw *p)
{
	const struct drawdown *d = e->arg;
	jw_array(p, "households");
	jw_object(p, NULL);
	jw_i64(p, "household_id", d->household_id);
	jw_i64(p, "household_seen", d->seen);
	jw_end(p);
	jw_end(p);
}

static void drawdown_go(struct drawdown *d)
{
	struct event_loan *l = loan_event_add(d->e, d->loan_id);
	event_loan_fact(l, FACT_DISBURSED, d->rules->on)->amount = param_money(d->e->req->params, "amount");
	loan_event_go(d->e);
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
		drawdown_go(d);
}

static void drawdown_study_read(const struct db_result *r, void *arg)
{
	struct drawdown *d = arg;
	struct request *req = d->e->req;
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
	struct drawdown *d = arg;
	struct db_args args = { 0 };
	int i = 0;
	while (i < views->count && views->view[i].record.contract.loan_id != d->loan_id)
		i++;
	if (i == views->count) {
		request_fail(req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
		return;
	}
	const struct loan_record *r = &views->view[i].record;
	d->rules = rules;
	d->record = r;
	d->b = &views->view[i].b;
	d->seen = household_rules_seen(rules->data, views);
	d->programme = reference_programme_find(rules->ctx->ref, r->programme);
	d->limit = reference_limit_on(d->programme, r->purpose, rules->on);
	if (!d->limit) /* the programme is closed: what it gave when the contract was made */
		d->limit = reference_limit_on(d->programme, r->purpose, r->contract.contract_on);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, d->loan_id);
	db_query(req->db, STMT_CONTRACT_STUDY, &args, drawdown_study_read, d);
}

static void drawdown_household(void *arg)
{
	struct drawdown *d = arg;
	struct request *req = d->e->req;
	household_rules_get(req, d->e->ctx, d->household_id,
			    param_date_or(req->params, "disbursed_on", d->e->ctx->business), drawdown_decide,
			    d);
}

static void drawdown_loan_read(const struct db_result *r, int row, void *arg)
{
	struct loan_event *e = arg;
	struct drawdown *d = request_state(e->req, sizeof *d);
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	if (row < 0) {
		request_fail(e->req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
		return;
	}
	d->e = e;
	d->loan_id = param_id(e->req->params, "loan");
	d->household_id = db_i64(r, row, 1);
	e->arg = d;
	e->more = drawdown_more;
	loan_event_turn_household(e, d->household_id, drawdown_household, d);
}

/* ---- a new contract ---- */

struct contract_job {
	struct loan_event *e;
	struct lend_order order;
	struct lend lend;
	struct loan_terms terms;
	int64_t household_id;
	int64_t seen; /* of the household's loans, for the write to compare */
	void (*more)(struct loan_event *e, struct jw *p, void *arg);
	void *arg;
};

static void contract_more(struct loan_event *e, struct jw *p)
{
	struct contract_job *job = e->arg;
	lend_write_study(p, &job->order);
	if (job->more)
		job->more(e, p, job->arg);
}

static void contract_numbered(const struct db_result *r, void *arg)
{
	struct contract_job *job = arg;
	struct loan_event *e = job->e;
	struct text message = { 0 };
	const char *field;
	if (!r->ok) {
		request_fail_db(e->req, r);
		return;
	}
	job->terms.loan_id = db_i64(r, 0, 0);
	struct event_loan *l = loan_event_add(e, job->terms.loan_id);
	if (loan_contract_make(e->ctx->ref, &job->terms, true, &l->record, &field, &message)) {
		l->record.household_seen = job->seen;
		loan_event_made(e, l);
		event_loan_fact(l, FACT_DISBURSED, job->order.on)->amount = job->order.amount;
		loan_event_go(e);
	} else {
		request_fail(e->req, ERR_INVALID_PARAMS, field, "%s", text_str(&message));
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

static void contract_household(void *arg)
{
	struct contract_job *job = arg;
	household_rules_get(job->e->req, job->e->ctx, job->household_id, job->order.on, contract_decide, job);
}

void loan_contract_begin(struct loan_event *e, const struct lend_order *order, int64_t household_id,
			 void (*more)(struct loan_event *e, struct jw *p, void *arg), void *arg)
{
	struct contract_job *job = request_state(e->req, sizeof *job);
	*job = (struct contract_job){
		.e = e, .order = *order, .household_id = household_id, .more = more, .arg = arg
	};
	e->arg = job;
	e->more = contract_more;
	if (lend_begin(e->req, e->ctx->ref, &job->order, &job->lend))
		loan_event_turn_household(e, household_id, contract_household, job);
}

static void contract_begin(struct loan_event *e, struct date on)
{
	struct request *req = e->req;
	struct lend_order order;
	if (!lend_order_of_params(req, &order, on, "disbursed_on"))
		return;
	order.drawing = true;
	loan_contract_begin(e, &order, param_id(req->params, "household"), NULL, NULL);
}

/* ---- both ---- */

static void disburse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	struct date on = param_date_or(req->params, "disbursed_on", ctx->business);
	loan_event_reset(e, ctx);
	if (!loan_disburse_day(e, on))
		return;
	if (param_has(req->params, "loan"))
		loan_read(req, param_id(req->params, "loan"), drawdown_loan_read, e);
	else
		contract_begin(e, on);
}

void loan_disburse(struct request *req)
{
	if (disburse_check_params(req))
		loan_event_start(loan_disburse_new(req, STMT_LOAN_DISBURSE, disburse_begin));
}
