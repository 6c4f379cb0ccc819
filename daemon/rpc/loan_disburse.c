/* loan.disburse: a new contract with its first disbursement, or a further drawdown on a contract. */
#include <string.h>

#include "household_rules.h"
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
	  .help = "Months to maturity." },
	{ .name = "instalment_months",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = SCHEDULE_TERM_MAX,
	  .help = "Months between principal instalments; default: the longest that the programme allows." },
	{ .name = "purpose", .type = PARAM_TEXT, .max = 64, .help = "Where the programme has several." },
	{ .name = "units",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 120,
	  .help = "Months of study in all, or types of works, that the cap is counted by; default 1." },
	{ .name = "priority",
	  .type = PARAM_BOOL,
	  .help = "The borrower has priority, where a rate line is kept for it." },
	{ .name = "fund",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = 2,
	  .help = "1 central (default), 2 local budget." },
	{ .name = "disbursed_on",
	  .type = PARAM_DATE,
	  .help = "Day of the disbursement, by default the business date." },
	{ 0 },
};

struct disburse {
	struct loan_write *write;
	struct household_rules *rules;
	const struct reference_programme *programme;
	const char *purpose;
	int64_t seen; /* of the household's loans, for the write to compare */
};

static const char *const contract_fields[] = { "programme", "term_months", "household", "instalment_months",
					       "purpose",   "priority",	   "fund" };

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
		if (!further && i < 3 && !param_has(req->params, field)) {
			request_fail(req, ERR_INVALID_PARAMS, field, "%s is required for a new contract",
				     field);
			return false;
		}
	}
	return true;
}

/* ---- the reply ---- */

static bool disburse_reply(struct loan_write *w, struct jw *out)
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

/* ---- refusals ---- */

static void disburse_not_eligible(struct request *req, const struct reference_programme *p,
				  struct eligibility *e, const char *field, const char *why)
{
	struct text reasons = { 0 };
	struct jw w = jw_start(&reasons);
	household_rules_reasons(&w, NULL, p, e);
	request_fail_data(req, ERR_NOT_ELIGIBLE, field, "reasons", text_str(&reasons), "%s", why);
	text_clear(&reasons);
}

/* A figure there is, and it is too small for the amount. */
static bool disburse_over_cap(struct request *req, const struct reference_programme *p, struct eligibility *e)
{
	char why[120];
	struct money amount = param_money(req->params, "amount");
	if (!e->has_headroom_figure || money_cmp(amount, e->headroom) <= 0)
		return false;
	e->reasons_count = 1;
	e->reasons[0] = INELIGIBLE_CAP;
	snprintf(why, sizeof why, "the household may borrow %lld đồng more from programme %s",
		 (long long)e->headroom.dong /* raw: in a sentence */, p->rule.code);
	disburse_not_eligible(req, p, e, "amount", why);
	return true;
}

/* ---- a further drawdown: the cap of the programme still holds ---- */

static void drawdown_decide(struct request *req, struct household_rules *rules, struct loan_views *views,
			    void *arg)
{
	struct loan_write *w = arg;
	int64_t loan_id = param_id(req->params, "loan");
	struct eligibility e;
	int i = 0;
	while (i < views->count && views->view[i].record.contract.loan_id != loan_id)
		i++;
	if (i == views->count) {
		request_fail(req, ERR_LOAN_NOT_FOUND, "loan", "%s", "");
		return;
	}
	const struct loan_record *r = &views->view[i].record;
	const struct reference_programme *p = reference_programme_find(rules->ctx->ref, r->programme);
	const struct reference_limit *limit = reference_limit_on(p, r->purpose, rules->on);
	if (!limit) /* the programme is closed: what it gave when the contract was made */
		limit = reference_limit_on(p, r->purpose, r->contract.contract_on);
	household_rules_check(rules, p, limit, (int)param_int_or(req->params, "units", 1), &e);
	if (!disburse_over_cap(req, p, &e))
		loan_write_read(w, loan_id);
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

/* Through the group of the household where the programme is entrusted, else directly. */
static bool contract_place(struct disburse *d, struct loan_terms *t)
{
	const struct household_data *data = d->rules->data;
	const struct reference *ref = d->rules->ctx->ref;
	const struct household_membership *group = household_group_on(data, d->rules->on);
	const struct household_residence *home = household_residence_on(data, d->rules->on);
	const struct reference_area *area = home ? reference_area_on(ref, home->area, d->rules->on) : NULL;
	if (d->programme->entrusted == ENTRUSTED_DIRECT)
		group = NULL;
	const struct reference_point *point = NULL;
	if (area)
		point = group ? reference_point_find(ref, group->point_id)
			      : reference_point_of_area(ref, area->code, d->rules->on);
	if (!point) {
		request_fail(d->write->req, ERR_CONFLICT, "household",
			     "no transaction point serves the household");
		return false;
	}
	t->group_id = group ? group->group_id : 0;
	t->organisation = group ? group->organisation : ORGANISATION_DIRECT;
	t->point_id = point->point_id;
	t->commune = area->code;
	return true;
}

static bool contract_signer(struct disburse *d, struct loan_terms *t)
{
	const struct household_member *m = household_representative(d->rules->data);
	if (!m) {
		request_fail(d->write->req, ERR_CONFLICT, "household",
			     "no member of the household signs for it");
		return false;
	}
	t->member_no = m->no;
	return true;
}

static void contract_terms(struct disburse *d, struct loan_terms *t)
{
	const json_t *in = d->write->req->params;
	*t = (struct loan_terms){
		.household_id = d->rules->data->household_id,
		.programme = d->programme->rule.code,
		.purpose = d->purpose,
		.priority = param_bool_or(in, "priority", false),
		.fund = (int)param_int_or(in, "fund", 1),
		.contract_on = d->rules->on,
		.term_months = (int)param_int(in, "term_months"),
		.instalment_months = (int)param_int_or(in, "instalment_months", 0),
		.principal_grace_months = -1,
		.interest_grace_months = -1,
	};
}

static void contract_numbered(const struct db_result *r, void *arg)
{
	struct disburse *d = arg;
	struct loan_write *w = d->write;
	struct loan_terms t;
	struct text message = { 0 };
	const char *field;
	if (!r->ok) {
		request_fail_db(w->req, r);
		return;
	}
	contract_terms(d, &t);
	t.loan_id = db_i64(r, 0, 0);
	if (!contract_place(d, &t) || !contract_signer(d, &t))
		return;
	if (loan_contract_make(w->ctx->ref, &t, true, &w->record, &field, &message)) {
		w->has_record = true;
		w->record.household_seen = d->seen;
		loan_batch_new_contract(&w->batch, &w->record);
		loan_write_apply(w);
	} else {
		request_fail(w->req, ERR_INVALID_PARAMS,
			     strcmp(field, "contract_on") ? field : "disbursed_on", "%s", text_str(&message));
	}
	text_clear(&message);
}

static bool contract_eligible(struct disburse *d)
{
	struct request *req = d->write->req;
	struct eligibility e;
	if (date_cmp(d->rules->data->left_on, d->rules->on) <= 0) {
		request_fail(req, ERR_CONFLICT, "household", "the household has left");
		return false;
	}
	household_rules_check(d->rules, d->programme,
			      reference_limit_on(d->programme, d->purpose, d->rules->on),
			      (int)param_int_or(req->params, "units", 1), &e);
	if (!e.eligible) {
		disburse_not_eligible(req, d->programme, &e, "household", "");
		return false;
	}
	return !disburse_over_cap(req, d->programme, &e);
}

static bool contract_programme(struct disburse *d)
{
	struct request *req = d->write->req;
	d->programme = reference_programme_find(d->write->ctx->ref, param_text(req->params, "programme"));
	d->purpose = param_text_or(req->params, "purpose", "");
	if (!d->programme) {
		request_fail(req, ERR_INVALID_PARAMS, "programme", "programme is unknown");
		return false;
	}
	bool several = strchr(d->programme->purposes, '|') != NULL;
	if ((several || d->purpose[0]) && !reference_purpose_known(d->programme, d->purpose)) {
		request_fail(req, ERR_INVALID_PARAMS, "purpose", "purpose must be one of: %s",
			     d->programme->purposes);
		return false;
	}
	return true;
}

static void contract_decide(struct request *req, struct household_rules *rules, struct loan_views *views,
			    void *arg)
{
	struct disburse *d = arg;
	struct db_args args = { 0 };
	d->rules = rules;
	d->seen = 0;
	for (int i = 0; i < views->count; i++)
		d->seen += views->view[i].record.version + 1;
	if (!contract_eligible(d))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_query(req->db, STMT_CONTRACT_NUMBER, &args, contract_numbered, d);
}

static void contract_begin(struct loan_write *w)
{
	struct disburse *d = request_state(w->req, sizeof *d);
	d->write = w;
	if (contract_programme(d))
		household_rules_get(w->req, w->ctx, param_id(w->req->params, "household"), w->fact.on,
				    contract_decide, d);
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
	w->reply = disburse_reply;
	w->begin = disburse_begin;
	loan_context_get(req, false, disburse_begin, w);
}
