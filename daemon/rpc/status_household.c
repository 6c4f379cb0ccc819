/* status.household: a household on a day: who they are, its classes, its loans, and what it may borrow. */
#include <string.h>

#include "household_rules.h"
#include "household_write.h"
#include "look.h"
#include "personal_show.h"
#include "vonvay/method.h"

const struct param_spec status_household_params[] = {
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." },
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

static void household_write_head(struct jw *w, const struct household_rules *rules)
{
	const struct household_data *d = rules->data;
	const struct household_residence *r = household_residence_on(d, rules->on);
	const struct reference_area *area = r ? reference_area_on(rules->ctx->ref, r->area, rules->on) : NULL;
	loan_json_household(w, "household", d->household_id);
	jw_str(w, "name", d->name);
	jw_date(w, "as_of", rules->on);
	jw_str(w, "area", area ? area->code : NULL);
	jw_str(w, "area_name", area ? area->name : NULL);
	jw_str(w, "hamlet", r ? r->hamlet : NULL);
	jw_date(w, "registered_on", d->registered_on);
	jw_date(w, "left_on", d->left_on);
	if (d->ended[0])
		jw_str(w, "ended", d->ended);
	if (d->merged_into)
		loan_json_household(w, "merged_into", d->merged_into);
}

static void household_write_members(struct jw *w, const struct household_data *d, struct date on,
				    const struct personal_shown *personal)
{
	const struct household_member *signer = household_representative_on(d, on);
	jw_array(w, "members");
	for (size_t i = 0; i < d->members_count; i++) {
		const struct household_member *m = &d->members[i];
		if (!household_member_on(m, on))
			continue;
		jw_object(w, NULL);
		jw_i64(w, "no", m->no);
		jw_str(w, "name", m->name);
		jw_str(w, "sex", m->sex);
		jw_date(w, "born_on", m->born_on);
		jw_str(w, "relation", m->relation);
		jw_str(w, "ethnic", m->ethnic);
		jw_bool(w, "representative", m == signer);
		personal_shown_write(w, personal, m->no);
		jw_end(w);
	}
	jw_end(w);
}

static void household_write_former_members(struct jw *w, const struct household_data *d, struct date on)
{
	jw_array(w, "former_members");
	for (size_t i = 0; i < d->members_count; i++) {
		const struct household_member *m = &d->members[i];
		if (date_cmp(m->until, on) > 0)
			continue;
		jw_object(w, NULL);
		jw_i64(w, "no", m->no);
		jw_str(w, "name", m->name);
		jw_date(w, "until_on", m->until);
		jw_str(w, "ended", m->ended);
		jw_end(w);
	}
	jw_end(w);
}

/* The last survey, and what class it gives by the standard of the day; beside the decision when they differ. */
static void household_write_survey(struct jw *w, const struct household_rules *rules,
				   enum household_class decided)
{
	const struct household_data *d = rules->data;
	const struct household_survey *survey = household_survey_on(d, rules->on);
	struct poverty_standard standard;
	enum household_class computed = HOUSEHOLD_NONE;
	if (!survey)
		return;
	bool known = household_computed_class(d, rules->ctx->ref, survey, rules->on, &standard, &computed);
	if (known && poverty_differs(&standard, decided, computed))
		jw_str(w, "computed_class", household_class_word(computed));
	jw_object(w, "survey");
	jw_date(w, "on", survey->on);
	jw_money(w, "income", survey->income);
	household_json_lacking(w, "lacking", survey->lacking);
	jw_i64(w, "lacking_count", poverty_count(survey->lacking));
	if (known) {
		jw_str(w, "standard", standard.instrument);
		jw_money(w, "line", rules->view.rural ? standard.rural : standard.urban);
		jw_str(w, "computed_class", household_class_word(computed));
	}
	jw_end(w);
}

static void household_write_classes(struct jw *w, const struct household_rules *rules)
{
	struct date since;
	const struct household_data *d = rules->data;
	jw_array(w, "classes");
	for (size_t i = 0; i < d->classes_count; i++) {
		jw_object(w, NULL);
		jw_date(w, "from", d->classes[i].from);
		jw_str(w, "class", household_class_word(d->classes[i].class));
		jw_str(w, "decision", d->decisions[i]);
		jw_end(w);
	}
	jw_end(w);
	enum household_class class = household_class_on(d->classes, d->classes_count, rules->on, &since);
	jw_str(w, "class", household_class_word(class));
	jw_date(w, "class_since", since);
	household_write_survey(w, rules, class);
}

static void household_write_loans(struct jw *w, const struct loan_views *views)
{
	jw_array(w, "loans");
	for (int i = 0; i < views->count; i++) {
		const struct loan_view *v = &views->view[i];
		if (!v->begun)
			continue;
		jw_object(w, NULL);
		jw_id(w, "loan", v->record.contract.loan_id);
		jw_str(w, "programme", v->record.programme);
		jw_date(w, "contract_on", v->record.contract.contract_on);
		jw_str(w, "status", loan_status_word(v->b.status));
		jw_money(w, "outstanding", loan_outstanding(&v->b));
		jw_money(w, "overdue", v->b.overdue);
		jw_end(w);
	}
	jw_end(w);
}

static void household_write_verdict(struct jw *w, const struct household_rules *rules,
				    const struct reference_programme *p, const char *purpose)
{
	const struct reference_limit *limit = reference_limit_on(p, purpose, rules->on);
	struct eligibility e;
	household_rules_check(rules, p, limit, 1, &e);
	jw_object(w, NULL);
	jw_str(w, "programme", p->rule.code);
	jw_str(w, "name", p->name_vi);
	jw_str(w, "purpose", purpose);
	jw_bool(w, "eligible", e.eligible);
	if (e.has_headroom_figure)
		jw_money(w, "cap", e.cap);
	else
		jw_null(w, "cap");
	jw_str(w, "cap_basis", limit ? cap_basis_word(limit->limit.basis) : NULL);
	jw_money(w, "counted", e.counted);
	if (e.has_headroom_figure)
		jw_money(w, "headroom", e.headroom);
	else
		jw_null(w, "headroom");
	household_rules_reasons(w, "reasons", p, &e);
	jw_end(w);
}

/* A verdict for the programme as a whole, or for each of its purposes that has a limit of its own. */
static void household_write_programme(struct jw *w, const struct household_rules *rules,
				      const struct reference_programme *p)
{
	char purpose[64];
	const char *stored;
	if (reference_purpose_stored(p, "", &stored))
		household_write_verdict(w, rules, p, "");
	if (!strchr(p->purposes, '|'))
		return;
	for (const char *s = p->purposes; *s; s += *s == '|') {
		size_t len = strcspn(s, "|");
		snprintf(purpose, sizeof purpose, "%.*s", (int)len, s);
		if (reference_purpose_stored(p, purpose, &stored) && stored[0])
			household_write_verdict(w, rules, p, purpose);
		s += len;
	}
}

static void household_write_eligibility(struct jw *w, const struct household_rules *rules)
{
	size_t count;
	const struct reference_programme *p = reference_programmes(rules->ctx->ref, &count);
	jw_array(w, "eligibility");
	for (size_t i = 0; i < count; i++)
		household_write_programme(w, rules, &p[i]);
	jw_end(w);
}

static void status_household_reply(struct request *req, struct household_rules *rules,
				   struct loan_views *views, void *arg)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	const struct household_membership *group = household_group_on(rules->data, rules->on);
	jw_object(&w, NULL);
	household_write_head(&w, rules);
	household_write_members(&w, rules->data, rules->on, arg);
	household_write_former_members(&w, rules->data, rules->on);
	household_write_classes(&w, rules);
	household_json_attributes(&w, "attributes", rules->view.attributes);
	loan_json_group(&w, "group", group ? group->group_id : 0);
	household_write_loans(&w, views);
	household_write_eligibility(&w, rules);
	jw_end(&w);
	look_at(req, rules->data->household_id);
	look_reply(req, &text);
	text_clear(&text);
}

static void status_household_read(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct date as_of;
	if (loan_context_as_of(req, ctx, &as_of))
		household_rules_get(req, ctx, param_id(req->params, "household"), as_of,
				    status_household_reply, arg);
}

static void status_household_personal(const struct db_result *r, void *arg)
{
	static const struct personal_columns columns = { .member = 0, .field = 1, .sealed = 2 };
	struct request *req = arg;
	if (!r->ok)
		request_fail_db(req, r);
	else
		loan_context_get(req, false, status_household_read,
				 personal_shown_new(req, param_id(req->params, "household"), r, &columns));
}

void status_household(struct request *req)
{
	struct db_args args = { 0 };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, param_id(req->params, "household"));
	db_query(req->db, STMT_HOUSEHOLD_SEALED, &args, status_household_personal, req);
}
