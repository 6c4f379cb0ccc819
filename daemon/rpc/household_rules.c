/* Reading a household with its loans, and asking the rules of eligibility about it. */
#include "household_rules.h"

struct rules_job {
	struct request *req;
	const struct loan_context *ctx;
	int64_t household_id;
	struct date on;
	struct household_data *data;
	household_rules_cb *cb;
	void *arg;
};

static const char *rules_cap_group(const struct reference *ref, const char *programme)
{
	const struct reference_programme *p = reference_programme_find(ref, programme);
	return p ? p->rule.cap_group : "";
}

static void rules_add_loan(const struct reference *ref, struct household_loan *row, const struct loan_view *v)
{
	*row = (struct household_loan){
		.programme = v->record.programme,
		.purpose = v->record.purpose,
		.cap_group = rules_cap_group(ref, v->record.programme),
		.balance = loan_outstanding(&v->b),
		.overdue = v->b.overdue,
	};
}

/* What is approved uses the cap from then on, so that a second approval beyond it is refused. domain.md 8b */
static void rules_add_approved(const struct reference *ref, struct household_loan *row,
			       const struct household_approved *a)
{
	*row = (struct household_loan){
		.programme = a->programme,
		.purpose = a->purpose,
		.cap_group = rules_cap_group(ref, a->programme),
		.balance = a->amount,
		.overdue = MONEY_ZERO,
	};
}

/* What lives as long as the request. `views` are the loans of the household on the day. */
static struct household_rules *household_rules_new(struct request *req, const struct household_data *data,
						   const struct loan_views *views)
{
	struct household_rules *rules = request_state(req, sizeof *rules);
	size_t count = (size_t)views->count;
	struct household_loan *loans = request_state(req, (count + data->approved_count + 1) * sizeof *loans);
	rules->ctx = views->ctx;
	rules->data = data;
	rules->on = views->as_of;
	household_view_on(data, rules->ctx->ref, rules->on, &rules->view);
	for (size_t i = 0; i < count; i++)
		rules_add_loan(rules->ctx->ref, &loans[i], &views->view[i]);
	for (size_t i = 0; i < data->approved_count; i++)
		rules_add_approved(rules->ctx->ref, &loans[count + i], &data->approved[i]);
	rules->loans = loans;
	rules->approved_at = count;
	rules->view.loans = loans;
	rules->view.loans_count = count + data->approved_count;
	return rules;
}

void household_rules_release(struct household_rules *rules, int64_t application_id)
{
	for (size_t i = 0; i < rules->data->approved_count; i++)
		if (rules->data->approved[i].application_id == application_id)
			rules->loans[rules->approved_at + i].balance = MONEY_ZERO;
}

void household_rules_check(const struct household_rules *rules, const struct reference_programme *p,
			   const struct reference_limit *limit, int units, struct eligibility *out)
{
	reference_eligibility(rules->ctx->ref, &rules->view, p, limit, units, rules->on, out);
}

int64_t household_rules_seen(const struct household_data *data, const struct loan_views *views)
{
	int64_t seen = 0;
	for (int i = 0; i < views->count; i++)
		seen += views->view[i].record.version + 1;
	for (size_t i = 0; i < data->approved_count; i++)
		seen += 1000000 * data->approved[i].application_id;
	return seen;
}

/* domain.md 1.2, 5.1, 6 */
static const char *rules_rule(enum ineligible reason, const struct reference_programme *p,
			      const struct eligibility *e)
{
	switch (reason) {
	case INELIGIBLE_NO_ADULT:
		return "01/UQ: a member of 18 or more signs for the household";
	case INELIGIBLE_NO_GROUP:
		return "783/2003/QĐ-HĐQT: lent through a savings and credit group";
	case INELIGIBLE_OVERDUE_DEBT:
		return "no new loan while the household has an overdue balance";
	case INELIGIBLE_CONFLICT:
		return e->conflict->rule;
	case INELIGIBLE_NOT_OPEN:
	case INELIGIBLE_PROGRAMME_CLOSED:
	case INELIGIBLE_NO_LIMIT:
	case INELIGIBLE_CLASS:
	case INELIGIBLE_ESCAPED_TOO_LONG:
	case INELIGIBLE_ATTRIBUTE:
	case INELIGIBLE_AREA:
	case INELIGIBLE_CAP:
	case INELIGIBLE_COUNT:
		break;
	}
	return p->rule.instrument;
}

void household_rules_reasons(struct jw *w, const char *name, const struct reference_programme *p,
			     const struct eligibility *e)
{
	jw_array(w, name);
	for (int i = 0; i < e->reasons_count; i++) {
		jw_object(w, NULL);
		jw_str(w, "reason", ineligible_word(e->reasons[i]));
		jw_str(w, "rule", rules_rule(e->reasons[i], p, e));
		jw_end(w);
	}
	jw_end(w);
}

/* ---- reading ---- */

static void rules_data_free(void *arg)
{
	household_data_free(arg);
}

static void rules_loans_read(struct request *req, struct loan_views *views, void *arg)
{
	struct rules_job *job = arg;
	job->cb(req, household_rules_new(req, job->data, views), views, job->arg);
}

static void rules_household_read(const struct db_result *r, void *arg)
{
	struct rules_job *job = arg;
	struct request *req = job->req;
	struct text error = { 0 };
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	job->data = household_data_parse_new(db_text(r, 0, 0), &error);
	if (!job->data) {
		request_log(req, "%s", text_str(&error));
		text_clear(&error);
		request_fail(req, ERR_INTERNAL, NULL, "%s", "");
		return;
	}
	request_on_free(req, rules_data_free, job->data);
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, job->household_id);
	loan_views_get(req, job->ctx, job->on, STMT_LOAN_READ_HOUSEHOLD, &args, rules_loans_read, job);
}

void household_rules_get(struct request *req, const struct loan_context *ctx, int64_t household_id,
			 struct date on, household_rules_cb *cb, void *arg)
{
	struct rules_job *job = request_state(req, sizeof *job);
	struct db_args args = { 0 };
	*job = (struct rules_job){
		.req = req, .ctx = ctx, .household_id = household_id, .on = on, .cb = cb, .arg = arg
	};
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, household_id);
	db_query(req->db, STMT_HOUSEHOLD_READ, &args, rules_household_read, job);
}
