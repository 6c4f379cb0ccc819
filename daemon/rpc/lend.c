/* The questions that every new loan is asked. */
#include "lend.h"

#include <stdio.h>
#include <string.h>

#include "vonvay/method.h"

#define STUDENT_WAIT_MONTHS 12
#define STUDY_MONTHS_A_YEAR 10

struct student_rules lend_student_rules(const struct reference *ref, struct date on)
{
	return (struct student_rules){
		.wait_months = (int)reference_policy_int(ref, "student_wait_months", "", true, on,
							 STUDENT_WAIT_MONTHS),
		.months_a_year = (int)reference_policy_int(ref, "study_months_a_year", "", true, on,
							   STUDY_MONTHS_A_YEAR),
	};
}

static const char *const study_fields[] = { "student", "school", "course_months", "study_months" };

/* All of a study or nothing of it. */
static bool lend_study_of_params(struct request *req, struct lend_order *o)
{
	const json_t *in = req->params;
	for (size_t i = 0; i < ARRAY_LEN(study_fields); i++)
		o->has_study |= param_has(in, study_fields[i]);
	if (!o->has_study)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(study_fields); i++) {
		if (param_has(in, study_fields[i]))
			continue;
		request_fail(req, ERR_INVALID_PARAMS, study_fields[i], "%s is required for a student loan",
			     study_fields[i]);
		return false;
	}
	o->student_no = (int)param_int(in, "student");
	o->school = param_text(in, "school");
	o->study = (struct student_course){ .course_months = (int)param_int(in, "course_months"),
					    .study_months = (int)param_int(in, "study_months"),
					    .twice = param_bool_or(in, "medicine", false) };
	return true;
}

bool lend_order_of_params(struct request *req, struct lend_order *order, struct date on, const char *on_field)
{
	const json_t *in = req->params;
	*order = (struct lend_order){
		.programme = param_text(in, "programme"),
		.purpose = param_text_or(in, "purpose", ""),
		.amount = param_money(in, "amount"),
		.term_months = (int)param_int_or(in, "term_months", 0),
		.instalment_months = (int)param_int_or(in, "instalment_months", 0),
		.units = (int)param_int_or(in, "units", 1),
		.declared = param_bool_or(in, "priority", false),
		.fund = (int)param_int_or(in, "fund", 1),
		.on = on,
		.school = "",
		.on_field = on_field,
	};
	return lend_study_of_params(req, order);
}

/* ---- before the household is known ---- */

static bool lend_fund(struct request *req, const struct reference *ref, const struct lend_order *o)
{
	const struct reference_fund *f = reference_fund_find(ref, o->fund);
	if (f && date_cmp(f->from, o->on) <= 0 && date_cmp(o->on, f->until) <= 0)
		return true;
	request_fail(req, ERR_INVALID_PARAMS, "fund", "there is no fund %d on that day", o->fund);
	return false;
}

static bool lend_is_study(const struct reference_programme *p)
{
	return strcmp(p->purposes, "study") == 0;
}

static bool lend_study(struct request *req, const struct reference *ref, struct lend *lend)
{
	const struct lend_order *o = lend->order;
	struct student_rules rules = lend_student_rules(ref, o->on);
	if (o->has_study != lend_is_study(lend->programme)) {
		request_fail(req, ERR_INVALID_PARAMS, o->has_study ? "student" : "course_months",
			     o->has_study
				     ? "programme %s is not for students"
				     : "programme %s needs student, school, course_months and study_months",
			     o->programme);
		return false;
	}
	if (!o->has_study)
		return true;
	if (!student_terms_make(&o->study, &rules, &lend->student)) {
		request_fail(req, ERR_INVALID_PARAMS, "study_months",
			     "study_months must be 1 to course_months, and the term at most %d months",
			     SCHEDULE_TERM_MAX);
		return false;
	}
	lend->units = lend->student.units;
	return true;
}

bool lend_begin(struct request *req, const struct reference *ref, const struct lend_order *order,
		struct lend *lend)
{
	*lend = (struct lend){ .order = order, .units = order->units };
	lend->programme = reference_programme_find(ref, order->programme);
	if (!lend->programme) {
		request_fail(req, ERR_INVALID_PARAMS, "programme", "programme is unknown");
		return false;
	}
	if (!reference_purpose_stored(lend->programme, order->purpose, &lend->purpose)) {
		request_fail(req, ERR_INVALID_PARAMS, "purpose", "purpose must be one of: %s",
			     lend->programme->purposes);
		return false;
	}
	return lend_fund(req, ref, order) && lend_study(req, ref, lend);
}

/* ---- refusals ---- */

void lend_refuse(struct request *req, const struct reference_programme *p, const struct eligibility *e,
		 const char *field, const char *why)
{
	struct text reasons = { 0 };
	struct jw w = jw_start(&reasons);
	household_rules_reasons(&w, NULL, p, e);
	request_fail_data(req, ERR_NOT_ELIGIBLE, field, "reasons", text_str(&reasons), "%s", why);
	text_clear(&reasons);
}

bool lend_over_cap(struct request *req, const struct reference_programme *p, struct eligibility *e,
		   struct money amount, const char *field)
{
	char why[120];
	if (!e->has_headroom_figure || money_cmp(amount, e->headroom) <= 0)
		return false;
	e->reasons_count = 1;
	e->reasons[0] = INELIGIBLE_CAP;
	snprintf(why, sizeof why, "the household may borrow %lld đồng more from programme %s",
		 (long long)e->headroom.dong /* raw: in a sentence */, p->rule.code);
	lend_refuse(req, p, e, field, why);
	return true;
}

static bool lend_eligible(struct request *req, const struct lend *lend)
{
	const struct household_rules *rules = lend->rules;
	const struct lend_order *o = lend->order;
	struct eligibility e;
	if (date_cmp(rules->data->left_on, rules->on) <= 0) {
		request_fail(req, ERR_CONFLICT, "household", "the household has left");
		return false;
	}
	household_rules_check(rules, lend->programme,
			      reference_limit_on(lend->programme, lend->purpose, rules->on), lend->units, &e);
	if (!e.eligible) {
		lend_refuse(req, lend->programme, &e, "household", "");
		return false;
	}
	return !lend_over_cap(req, lend->programme, &e, o->amount, "amount");
}

/* ---- terms ---- */

/* Through the group of the household where the programme is entrusted, else directly. */
static bool lend_place(struct request *req, const struct lend *lend, struct loan_terms *t)
{
	const struct household_rules *rules = lend->rules;
	const struct reference *ref = rules->ctx->ref;
	const struct household_membership *group = household_group_on(rules->data, rules->on);
	const struct household_residence *home = household_residence_on(rules->data, rules->on);
	const struct reference_area *area = home ? reference_area_on(ref, home->area, rules->on) : NULL;
	const struct reference_point *point = NULL;
	if (lend->programme->entrusted == ENTRUSTED_DIRECT)
		group = NULL;
	if (area)
		point = group ? reference_point_find(ref, group->point_id)
			      : reference_point_of_area(ref, home->area, rules->on);
	if (!point) {
		request_fail(req, ERR_CONFLICT, "household", "no transaction point serves the household");
		return false;
	}
	t->group_id = group ? group->group_id : 0;
	t->organisation = group ? group->organisation : ORGANISATION_DIRECT;
	t->point_id = point->point_id;
	t->commune = area->code;
	return true;
}

static bool lend_signer(struct request *req, const struct lend *lend, struct loan_terms *t)
{
	const struct household_member *m = household_representative(lend->rules->data);
	if (!m) {
		request_fail(req, ERR_CONFLICT, "household", "no member of the household signs for it");
		return false;
	}
	t->member_no = m->no;
	return true;
}

/* The own support fund of an organisation serves its groups. */
static bool lend_fund_serves(struct request *req, const struct lend *lend, const struct loan_terms *t)
{
	const struct reference_fund *f = reference_fund_find(lend->rules->ctx->ref, lend->order->fund);
	if (!f->organisation || f->organisation == t->organisation)
		return true;
	request_fail(req, ERR_CONFLICT, "fund", "fund %d (%s) is lent to groups of its own organisation only",
		     f->number, f->name);
	return false;
}

static bool lend_student_known(struct request *req, const struct lend *lend)
{
	const struct household_data *d = lend->rules->data;
	for (size_t i = 0; i < d->members_count; i++)
		if (d->members[i].no == lend->order->student_no)
			return true;
	request_fail(req, ERR_INVALID_PARAMS, "student", "the household has no member %d",
		     lend->order->student_no);
	return false;
}

/* Whole months between two days. */
static int lend_months(struct date from, struct date to)
{
	int months = (int)(date_month_number(to) - date_month_number(from));
	return date_cmp(date_add_months(from, months), to) > 0 ? months - 1 : months;
}

bool lend_drawn_fits(struct request *req, const struct household_rules *rules,
		     const struct reference_programme *p, const char *purpose,
		     const struct student_course *study, struct date began_on, struct money drawn,
		     struct money amount)
{
	struct student_rules student = lend_student_rules(rules->ctx->ref, rules->on);
	const struct reference_limit *limit = reference_limit_on(p, purpose, rules->on);
	int units = student_units_by(study, &student, lend_months(began_on, rules->on));
	struct money sum, most;
	if (!limit)
		return true;
	most.dong = limit->limit.cap.dong * units; /* raw: cap of a month by months */
	if (money_add(drawn, amount, &sum) && money_cmp(sum, most) <= 0)
		return true;
	request_fail(req, ERR_NOT_ELIGIBLE, "amount",
		     "at most %lld đồng may be drawn up to this year of study: %d months of %lld (%s)",
		     (long long)most.dong, units, (long long)limit->limit.cap.dong /* raw: in a sentence */,
		     p->rule.instrument);
	return false;
}

/* Neither principal nor interest while drawing and waiting; then at most the repayment period. */
static bool lend_student_terms(struct request *req, const struct lend *lend, struct loan_terms *t)
{
	const struct student_terms *s = &lend->student;
	if (!lend_student_known(req, lend))
		return false;
	if (!t->term_months)
		t->term_months = s->term_max;
	if (t->term_months <= s->grace_months || t->term_months > s->term_max) {
		request_fail(
			req, ERR_INVALID_PARAMS, "term_months",
			"term_months must be %d to %d: %d of drawdown and waiting, at most %d of repayment (%s)",
			s->grace_months + 1, s->term_max, s->grace_months, s->repayment_max,
			lend->programme->rule.instrument);
		return false;
	}
	t->principal_grace_months = t->interest_grace_months = s->grace_months;
	return !lend->order->drawing ||
	       lend_drawn_fits(req, lend->rules, lend->programme, lend->purpose, &lend->order->study,
			       lend->order->on, MONEY_ZERO, lend->order->amount);
}

/* By what is known of the household; what is only declared counts where nothing can be known. */
static bool lend_priority(struct request *req, struct lend *lend, struct loan_terms *t)
{
	const struct reference *ref = lend->rules->ctx->ref;
	const struct lend_order *o = lend->order;
	t->priority = reference_priority(ref, o->programme, lend->rules->view.attributes, o->declared, o->on,
					 &lend->priority_rule);
	if (t->priority || !o->declared)
		return true;
	request_fail(
		req, ERR_INVALID_PARAMS, "priority",
		"programme %s gives no priority that is only declared; the data of the household show none",
		o->programme);
	return false;
}

/* As the contract would be made, for what it would be refused for. */
static bool lend_contract(struct request *req, const struct lend *lend, const struct loan_terms *t)
{
	struct loan_record record;
	struct text message = { 0 };
	const char *field;
	bool ok = loan_contract_make(lend->rules->ctx->ref, t, true, &record, &field, &message);
	if (ok)
		loan_record_clear(&record);
	else
		request_fail(req, ERR_INVALID_PARAMS,
			     strcmp(field, "contract_on") ? field : lend->order->on_field, "%s",
			     text_str(&message));
	text_clear(&message);
	return ok;
}

bool lend_check(struct request *req, struct lend *lend, const struct household_rules *rules,
		struct loan_terms *t)
{
	const struct lend_order *o = lend->order;
	lend->rules = rules;
	*t = (struct loan_terms){
		.household_id = rules->data->household_id,
		.programme = lend->programme->rule.code,
		.purpose = o->purpose,
		.fund = o->fund,
		.contract_on = o->on,
		.term_months = o->term_months,
		.instalment_months = o->instalment_months,
		.principal_grace_months = -1,
		.interest_grace_months = -1,
	};
	if (!lend_eligible(req, lend) || !lend_place(req, lend, t) || !lend_signer(req, lend, t) ||
	    !lend_fund_serves(req, lend, t) || !lend_priority(req, lend, t))
		return false;
	if (o->has_study && !lend_student_terms(req, lend, t))
		return false;
	return lend_contract(req, lend, t);
}

void lend_write_study(struct jw *w, const struct lend_order *o)
{
	if (!o->has_study)
		return;
	jw_object(w, "study");
	jw_i64(w, "student_no", o->student_no);
	jw_str(w, "school", o->school);
	jw_i64(w, "course_months", o->study.course_months);
	jw_i64(w, "study_months", o->study.study_months);
	jw_bool(w, "twice", o->study.twice);
	if (money_is_positive(o->approved))
		jw_money(w, "approved", o->approved);
	jw_end(w);
}
