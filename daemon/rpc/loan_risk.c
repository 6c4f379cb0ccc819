/* Loans at risk: loan.freeze, loan.unfreeze, loan.write_off, loan.recover, loan.misuse. domain.md 3.4, 4 */
#include <string.h>

#include "event_rules.h"
#include "loan_views.h"

#define RISK_CASES "K1 K2 K3 K4a K4b K4c K5"
#define RISK_PARAM_DECISION                                                                                  \
	{ .name = "number",                                                                                  \
	  .type = PARAM_TEXT,                                                                                \
	  .required = true,                                                                                  \
	  .min = 1,                                                                                          \
	  .max = 60,                                                                                         \
	  .help = "Number of the decision." },                                                               \
	{                                                                                                    \
		.name = "decided_on", .type = PARAM_DATE, .required = true, .help = "Day of the decision."   \
	}

static void risk_papers(struct loan_event *e, struct jw *p, const char *kind)
{
	const json_t *in = e->req->params;
	event_papers_begin(p);
	for (int i = 0; i < e->count; i++)
		event_paper(p, e, e->loans[i], 0,
			    &(struct event_paper){ .kind = kind,
						   .risk_case = param_has(in, "case") ? param_text(in, "case")
										      : NULL,
						   .loss_percent = (int)param_int_or(in, "loss_percent", -1),
						   .decided_on = DATE_NONE });
	event_papers_end(p);
}

static bool risk_reply_one(struct loan_event *e, const struct event_loan *l, struct jw *out)
{
	const struct loan_balances *b = &l->record.loan.b;
	event_json_head(e, l, out);
	jw_money(out, "amount", l->facts[0].amount);
	if (l->facts[0].kind == FACT_WRITTEN_OFF)
		jw_money(out, "interest", l->facts[0].interest);
	if (l->facts[0].kind == FACT_FROZEN || l->facts[0].kind == FACT_FREEZE_PROLONGED)
		jw_date(out, "until", l->facts[0].until);
	jw_money(out, "in_term", b->in_term);
	jw_money(out, "overdue", b->overdue);
	jw_money(out, "frozen", b->frozen);
	return loan_event_json_balances(e, l, out);
}

static bool risk_reply(struct loan_event *e, struct jw *out)
{
	return risk_reply_one(e, e->loans[0], out);
}

static bool risk_reply_all(struct loan_event *e, struct jw *out)
{
	bool ok = true;
	jw_array(out, "loans");
	for (int i = 0; i < e->count; i++) {
		jw_object(out, NULL);
		ok = risk_reply_one(e, e->loans[i], out) && ok;
		jw_end(out);
	}
	jw_end(out);
	return ok;
}

/* The last fact of a kind up to a day that was not taken back; NULL: none. */
static const struct fact *risk_last(const struct event_loan *l, enum fact_kind kind, struct date upto)
{
	const struct fact *last = NULL;
	for (size_t i = 0; i < l->stored_count; i++) {
		bool reversed = false;
		for (size_t k = 0; k < l->stored_count; k++)
			reversed = reversed || (l->stored[k].kind == FACT_REVERSED &&
						l->stored[k].reverses == l->stored[i].no);
		if (l->stored[i].kind == kind && !reversed && date_cmp(l->stored[i].on, upto) <= 0 &&
		    (!last || date_cmp(l->stored[i].on, last->on) >= 0))
			last = &l->stored[i];
	}
	return last;
}

/* ---- loan.freeze ---- */

const struct param_spec loan_freeze_params[] = {
	EVENT_PARAM_KEY,
	{ .name = "loans",
	  .type = PARAM_IDS,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Contract numbers." },
	{ .name = "case",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = RISK_CASES,
	  .help = "Cause of the loss." },
	{ .name = "loss_percent",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 0,
	  .max = 100,
	  .help = "Loss, percent of the capital of the project." },
	{ .name = "late", .type = PARAM_BOOL, .help = "Handled late (K1, K2)." },
	RISK_PARAM_DECISION,
	EVENT_PARAM_AUTHORITY,
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .min = 1,
	  .help = "Principal of the one loan to freeze; by default all of every loan." },
	{ .name = "from",
	  .type = PARAM_DATE,
	  .help = "First day frozen, by default the day of the decision." },
	{ .name = "until",
	  .type = PARAM_DATE,
	  .help = "First day no longer frozen, by default the longest that case and loss allow." },
	{ .name = "supplementary",
	  .type = PARAM_BOOL,
	  .help = "Prolongs the freeze that runs, or freezes again after one that ended." },
	EVENT_PARAM_REASON,
	{ 0 },
};

static bool freeze_too_long(struct loan_event *e, const struct event_loan *l, struct date most)
{
	char day[DATE_TEXT_SIZE];
	if (date_cmp(l->facts[0].until, most) <= 0)
		return false;
	date_format(most, day);
	request_fail(e->req, ERR_DATE_OUT_OF_RANGE, "until",
		     "loan %lld may be frozen until %s at most (domain.md 4)", (long long)l->loan_id, day);
	return true;
}

static bool freeze_first(struct loan_event *e, struct event_loan *l, struct date decided_on)
{
	size_t count;
	const json_t *in = e->req->params;
	const struct risk_limit *rows = reference_freezes(e->ctx->ref, &count);
	int months =
		risk_freeze_months(rows, count, param_text(in, "case"), (int)param_int(in, "loss_percent"),
				   param_bool_or(in, "late", false), decided_on);
	if (!months) {
		request_fail(e->req, ERR_NOT_ELIGIBLE, "case",
			     "case %s with a loss of %d %% gives no freeze (domain.md 4)",
			     param_text(in, "case"), (int)param_int(in, "loss_percent"));
		return false;
	}
	struct date most = risk_freeze_end(l->facts[0].on, months);
	if (date_is_none(l->facts[0].until))
		l->facts[0].until = most;
	return !freeze_too_long(e, l, most);
}

/* A freeze that runs is prolonged; after one that ended the principal is frozen again. */
static bool freeze_again(struct loan_event *e, struct event_loan *l, const struct loan_balances *b)
{
	const struct fact *first = risk_last(l, FACT_FROZEN, l->facts[0].on);
	if (!first) {
		request_fail(e->req, ERR_CONFLICT, "supplementary", "loan %lld was never frozen",
			     (long long)l->loan_id);
		return false;
	}
	bool runs = money_is_positive(b->frozen);
	struct date most = risk_supplement_end(first->on, first->until, l->facts[0].on);
	if (runs)
		l->facts[0].kind = FACT_FREEZE_PROLONGED;
	if (date_is_none(l->facts[0].until))
		l->facts[0].until = most;
	return !freeze_too_long(e, l, most);
}

/* False: answered. */
static bool freeze_amount(struct loan_event *e, struct event_loan *l, const struct loan_balances *b)
{
	if (l->facts[0].kind == FACT_FREEZE_PROLONGED && param_has(e->req->params, "amount")) {
		request_fail(e->req, ERR_INVALID_PARAMS, "amount",
			     "a freeze that runs is prolonged for all that is frozen");
		return false;
	}
	if (l->facts[0].kind == FACT_FREEZE_PROLONGED)
		return true;
	l->facts[0].amount =
		(struct money){ b->in_term.dong + b->overdue.dong }; /* raw: parts of one balance */
	if (param_has(e->req->params, "amount"))
		l->facts[0].amount = param_money(e->req->params, "amount");
	return true;
}

static bool freeze_prepare(struct loan_event *e, struct event_loan *l)
{
	struct loan loan;
	struct loan_balances b;
	struct date decided_on = param_date(e->req->params, "decided_on");
	bool again = param_bool_or(e->req->params, "supplementary", false);
	if (!event_day_allowed(e, l, l->facts[0].on) || !loan_event_on(e, l, l->facts[0].on, &loan, &b))
		return false;
	if (!(again ? freeze_again(e, l, &b) : freeze_first(e, l, decided_on)))
		return false;
	return freeze_amount(e, l, &b);
}

static void freeze_more(struct loan_event *e, struct jw *p)
{
	risk_papers(e, p, "freeze");
}

static void freeze_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct loan_event *e = arg;
	struct date from = param_date_or(req->params, "from", param_date(req->params, "decided_on"));
	loan_event_reset(e, ctx);
	for (size_t i = 0; i < param_count(req->params, "loans"); i++) {
		struct event_loan *l = loan_event_add(e, param_id_at(req->params, "loans", i));
		event_loan_fact(l, FACT_FROZEN, from)->until = param_date_or(req->params, "until", DATE_NONE);
		l->back = param_bool_or(req->params, "supplementary", false);
	}
	loan_event_go(e);
}

void loan_freeze(struct request *req)
{
	if (param_has(req->params, "amount") && param_count(req->params, "loans") != 1) {
		request_fail(req, ERR_INVALID_PARAMS, "amount", "amount goes with one loan only");
		return;
	}
	struct loan_event *e = loan_event_new(req, STMT_LOAN_FREEZE, freeze_begin);
	e->on_field = param_has(req->params, "from") ? "from" : "decided_on";
	e->loan_field = "loans";
	e->prepare = freeze_prepare;
	e->more = freeze_more;
	e->reply = risk_reply_all;
	loan_event_start(e);
}

/* ---- loan.unfreeze ---- */

const struct param_spec loan_unfreeze_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	EVENT_PARAM_ON,
	EVENT_PARAM_NUMBER,
	EVENT_PARAM_DECIDED_ON,
	EVENT_PARAM_AUTHORITY,
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "Why it ends now." },
	{ 0 },
};

static bool unfreeze_prepare(struct loan_event *e, struct event_loan *l)
{
	return event_day_allowed(e, l, l->facts[0].on);
}

static void unfreeze_more(struct loan_event *e, struct jw *p)
{
	risk_papers(e, p, "unfreeze");
}

static void risk_begin(struct loan_event *e, const struct loan_context *ctx, enum fact_kind kind)
{
	loan_event_reset(e, ctx);
	struct event_loan *l = loan_event_add(e, param_id(e->req->params, "loan"));
	struct fact *f = event_loan_fact(l, kind, param_date_or(e->req->params, "on", ctx->business));
	if (param_has(e->req->params, "amount"))
		f->amount = param_money(e->req->params, "amount");
	l->back = kind == FACT_WRITTEN_OFF;
	loan_event_go(e);
}

static void unfreeze_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)req;
	risk_begin(arg, ctx, FACT_UNFROZEN);
}

void loan_unfreeze(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_UNFREEZE, unfreeze_begin);
	e->prepare = unfreeze_prepare;
	e->more = unfreeze_more;
	e->reply = risk_reply;
	loan_event_start(e);
}

/* ---- loan.write_off ---- */

const struct param_spec loan_write_off_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "case",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = RISK_CASES,
	  .help = "Cause of the loss." },
	RISK_PARAM_DECISION,
	{ .name = "authority",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 200,
	  .help = "Who decided." },
	{ .name = "amount", .type = PARAM_MONEY, .help = "Principal; by default all that is left." },
	{ .name = "interest", .type = PARAM_MONEY, .help = "Interest; by default all that is unpaid." },
	EVENT_PARAM_ON,
	EVENT_PARAM_REASON,
	{ 0 },
};

/* Is the word one of the list, blanks between? */
static bool risk_listed(const char *list, const char *word)
{
	size_t len = strlen(word);
	for (const char *s = list; *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");
		if (n == len && strncmp(s, word, n) == 0)
			return true;
		s += n;
	}
	return false;
}

/* After a freeze (with its supplement) has ended, or at once for the causes of the policy. */
static bool write_off_allowed(struct loan_event *e, const struct event_loan *l, const struct loan_balances *b)
{
	const struct fact *f = &l->facts[0];
	const char *direct = reference_policy_text(e->ctx->ref, "write_off_direct", l->record.programme,
						   l->record.group_id != 0, f->on, "");
	const struct fact *frozen = risk_last(l, FACT_FROZEN, date_add_days(f->on, -1));
	if (risk_listed(direct, param_text(e->req->params, "case")))
		return true;
	if (frozen && !money_is_positive(b->frozen))
		return true;
	request_fail(e->req, ERR_CONFLICT, "loan",
		     "debt is written off after a freeze has ended, without one only in case %s (domain.md 4)",
		     direct);
	return false;
}

static bool write_off_prepare(struct loan_event *e, struct event_loan *l)
{
	struct loan loan;
	struct loan_balances b;
	struct allocation owed;
	const json_t *in = e->req->params;
	struct fact *f = &l->facts[0];
	if (!event_day_allowed(e, l, f->on) || !loan_event_on(e, l, f->on, &loan, &b) ||
	    !write_off_allowed(e, l, &b))
		return false;
	loan_owed(&l->record.contract, &loan, &b, f->on, &owed);
	f->amount = loan_outstanding(&b);
	f->interest = MONEY_ZERO;
	bool fits =
		money_add(owed.part[PART_INTEREST_IN_TERM], owed.part[PART_INTEREST_OVERDUE], &f->interest) &&
		money_add(f->interest, owed.part[PART_INTEREST_GRACE], &f->interest);
	if (!fits) {
		loan_event_refuse(e, l, LOAN_ERROR_OVERFLOW);
		return false;
	}
	if (param_has(in, "amount"))
		f->amount = param_money(in, "amount");
	if (param_has(in, "interest"))
		f->interest = param_money(in, "interest");
	return true;
}

static void write_off_more(struct loan_event *e, struct jw *p)
{
	risk_papers(e, p, "write_off");
}

static void write_off_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)req;
	risk_begin(arg, ctx, FACT_WRITTEN_OFF);
}

void loan_write_off(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_WRITE_OFF, write_off_begin);
	e->prepare = write_off_prepare;
	e->more = write_off_more;
	e->reply = risk_reply;
	loan_event_start(e);
}

/* ---- loan.recover ---- */

const struct param_spec loan_recover_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .required = true,
	  .min = 1,
	  .help = "What came in of what was written off." },
	EVENT_PARAM_ON,
	EVENT_PARAM_REASON,
	{ 0 },
};

static bool recover_reply(struct loan_event *e, struct jw *out)
{
	const struct event_loan *l = e->loans[0];
	const struct loan_balances *b = &l->record.loan.b;
	event_json_head(e, l, out);
	jw_money(out, "amount", l->facts[0].amount);
	jw_money(out, "written_off", b->written_off);
	jw_money(out, "interest_written_off", b->interest_written_off);
	jw_money(out, "recovered", b->recovered);
	return true;
}

static void recover_more(struct loan_event *e, struct jw *p)
{
	if (param_has(e->req->params, "reason"))
		risk_papers(e, p, "recover");
}

static void recover_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)req;
	risk_begin(arg, ctx, FACT_RECOVERED);
}

void loan_recover(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_RECOVER, recover_begin);
	e->prepare = unfreeze_prepare;
	e->more = recover_more;
	e->reply = recover_reply;
	loan_event_start(e);
}

/* ---- loan.misuse ---- */

const struct param_spec loan_misuse_params[] = {
	EVENT_PARAM_KEY,
	EVENT_PARAM_LOAN,
	{ .name = "amount",
	  .type = PARAM_MONEY,
	  .min = 1,
	  .help = "Misused principal; by default all in term." },
	EVENT_PARAM_ON,
	EVENT_PARAM_NUMBER,
	EVENT_PARAM_DECIDED_ON,
	{ .name = "reason",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 500,
	  .help = "What the money was used for." },
	{ 0 },
};

static bool misuse_prepare(struct loan_event *e, struct event_loan *l)
{
	struct loan loan;
	struct loan_balances b;
	if (!event_day_allowed(e, l, l->facts[0].on) || !loan_event_on(e, l, l->facts[0].on, &loan, &b))
		return false;
	if (!param_has(e->req->params, "amount"))
		l->facts[0].amount = b.in_term;
	return true;
}

static void misuse_more(struct loan_event *e, struct jw *p)
{
	risk_papers(e, p, "misuse");
}

static void misuse_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)req;
	risk_begin(arg, ctx, FACT_MISUSED);
}

void loan_misuse(struct request *req)
{
	struct loan_event *e = loan_event_new(req, STMT_LOAN_MISUSE, misuse_begin);
	e->prepare = misuse_prepare;
	e->more = misuse_more;
	e->reply = risk_reply;
	loan_event_start(e);
}
