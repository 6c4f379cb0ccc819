/* group.score, group.scores, group.commission: what was counted of the groups in a month comes as flat rows, one question
 * after the other; ratios, points and money are made of it by the domain. */
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "vonvay/deposit.h"
#include "vonvay/group_score.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

#define SCORE_BANDS_MAX 200
#define SESSION_MONTHS_BACK 2 /* a cancelled session carries what is due to the next one held */

#define SCORE_PARAM_MONTH                                                                                    \
	{                                                                                                    \
		.name = "month", .type = PARAM_TEXT, .min = 7, .max = 7,                                     \
		.help = "YYYY-MM, by default the month of the business date."                                \
	}

#define SCORE_PARAMS_PLACE                                                                                   \
	{ .name = "organisation",                                                                            \
	  .type = PARAM_WORD,                                                                                \
	  .words = "farmers women veterans youth direct",                                                    \
	  .help = "Only groups of this organisation." },                                                     \
		{ .name = "point", .type = PARAM_TEXT, .max = 40, .help = "Only groups of this point." },    \
	{                                                                                                    \
		.name = "commune", .type = PARAM_TEXT, .max = 40, .help = "Only groups of this commune."     \
	}

const struct param_spec group_score_params[] = {
	{ .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group." },
	SCORE_PARAM_MONTH,
	{ 0 },
};

const struct param_spec group_scores_params[] = {
	SCORE_PARAM_MONTH,
	SCORE_PARAMS_PLACE,
	{ .name = "below",
	  .type = PARAM_WORD,
	  .words = "overdue interest attendance principal_due deposit_growth depositing",
	  .help = "Only groups below full marks in this criterion." },
	{ 0 },
};

const struct param_spec group_commission_params[] = {
	SCORE_PARAM_MONTH,
	SCORE_PARAMS_PLACE,
	{ 0 },
};

struct score_group {
	int64_t group_id;
	char *name, *organisation, *commune, *point, *leader;
	struct score_inputs in;
	struct interest due; /* exact */
	struct group_score score;
	struct commission commission;
};

enum score_answer { SCORE_ONE, SCORE_LIST, SCORE_COMMISSION };

struct score {
	struct request *req;
	const struct loan_context *ctx;
	enum score_answer answer;
	struct date from, to, until; /* first and last day counted; first day whose interest is not due yet */
	bool ok;
	struct score_group *groups; /* ascending */
	size_t count;
	struct score_band bands[SCORE_BANDS_MAX];
	struct commission_band commission[SCORE_BANDS_MAX];
	size_t bands_count, commission_count;
	struct score_ranks ranks;
};

static void score_clear(void *arg)
{
	struct score *s = arg;
	for (size_t i = 0; i < s->count; i++) {
		free(s->groups[i].name);
		free(s->groups[i].organisation);
		free(s->groups[i].commune);
		free(s->groups[i].point);
		free(s->groups[i].leader);
	}
	free(s->groups);
}

static int score_group_cmp(const void *key, const void *row)
{
	int64_t id = *(const int64_t *)key, other = ((const struct score_group *)row)->group_id;
	return id < other ? -1 : id > other;
}

/* NULL for a group that is not among those asked about. */
static struct score_group *score_group_of(struct score *s, int64_t id)
{
	return s->count ? bsearch(&id, s->groups, s->count, sizeof s->groups[0], score_group_cmp) : NULL;
}

/* ---- the reply ---- */

static void score_write_part(struct jw *w, enum score_criterion c, const struct score_part *p)
{
	jw_object(w, NULL);
	jw_str(w, "criterion", score_criterion_word(c));
	jw_bool(w, "measured", p->measured);
	if (p->measured)
		jw_decimal(w, "percent", p->value, 2);
	else
		jw_null(w, "percent");
	jw_i64(w, "points", p->points);
	jw_i64(w, "most", p->most);
	jw_end(w);
}

static void score_write_group(struct jw *w, const struct score_group *g)
{
	loan_json_group(w, "group", g->group_id);
	jw_str(w, "name", g->name);
	jw_str(w, "leader", g->leader);
	jw_str(w, "organisation", g->organisation);
	jw_str(w, "commune", g->commune);
	jw_str(w, "point", g->point);
}

static void score_write_inputs(struct jw *w, const struct score_inputs *in)
{
	jw_object(w, "counted");
	jw_money(w, "outstanding", in->outstanding);
	jw_money(w, "overdue", in->overdue);
	jw_money(w, "frozen", in->frozen);
	jw_money(w, "interest_due", in->interest_due);
	jw_money(w, "interest_collected", in->interest_collected);
	jw_i64(w, "sessions_held", in->sessions_held);
	jw_i64(w, "sessions_attended", in->sessions_attended);
	jw_money(w, "principal_due", in->principal_due);
	jw_money(w, "principal_collected", in->principal_collected);
	jw_money(w, "deposits_before", in->deposits_before);
	jw_money(w, "deposits_after", in->deposits_after);
	jw_i64(w, "members", in->members);
	jw_i64(w, "members_depositing", in->members_depositing);
	jw_end(w);
}

static void score_write_bands(struct jw *w, const struct score *s)
{
	jw_array(w, "bands");
	for (size_t i = 0; i < s->bands_count; i++) {
		jw_object(w, NULL);
		jw_str(w, "criterion", score_criterion_word(s->bands[i].criterion));
		jw_decimal(w, "percent_from", s->bands[i].at_least, 2);
		jw_i64(w, "points", s->bands[i].points);
		jw_end(w);
	}
	jw_end(w);
}

static void score_write_month(struct jw *w, const struct score *s)
{
	jw_date(w, "from", s->from);
	jw_date(w, "to", s->to);
}

static void score_write_one(struct jw *w, const struct score *s)
{
	const struct score_group *g = &s->groups[0];
	score_write_group(w, g);
	jw_i64(w, "points", g->score.points);
	jw_str(w, "rank", score_rank_word(g->score.rank));
	jw_array(w, "criteria");
	for (int c = 0; c < SCORE_COUNT; c++)
		score_write_part(w, (enum score_criterion)c, &g->score.part[c]);
	jw_end(w);
	score_write_inputs(w, &g->in);
	score_write_bands(w, s);
}

/* ---- group.scores ---- */

static bool score_text_is(const struct request *req, const char *name, const char *value)
{
	return !param_has(req->params, name) || strcmp(param_text(req->params, name), value) == 0;
}

static bool score_is_asked(const struct score *s, const struct score_group *g)
{
	const json_t *p = s->req->params;
	enum score_criterion c;
	if (!score_text_is(s->req, "organisation", g->organisation) ||
	    !score_text_is(s->req, "point", g->point) || !score_text_is(s->req, "commune", g->commune))
		return false;
	return !param_has(p, "below") || !score_criterion_of_word(param_text(p, "below"), &c) ||
	       g->score.part[c].points < g->score.part[c].most;
}

/* The best first; equal ones by number. */
static int score_order(const void *a, const void *b)
{
	const struct score_group *const *g = a, *const *h = b;
	if ((*g)->score.points != (*h)->score.points)
		return (*h)->score.points - (*g)->score.points;
	return (*g)->group_id < (*h)->group_id ? -1 : (*g)->group_id > (*h)->group_id;
}

static const struct score_group **score_asked_new(struct score *s, size_t *n)
{
	const struct score_group **list = request_state(s->req, (s->count + 1) * sizeof *list);
	*n = 0;
	for (size_t i = 0; i < s->count; i++)
		if (score_is_asked(s, &s->groups[i]))
			list[(*n)++] = &s->groups[i];
	return list;
}

static void score_write_ranks(struct jw *w, const struct score_group *const *list, size_t n)
{
	int64_t ranks[SCORE_GOOD + 1] = { 0 }, below[SCORE_COUNT] = { 0 };
	for (size_t i = 0; i < n; i++) {
		ranks[list[i]->score.rank]++;
		for (int c = 0; c < SCORE_COUNT; c++)
			below[c] += list[i]->score.part[c].points < list[i]->score.part[c].most;
	}
	jw_i64(w, "groups", (int64_t)n);
	jw_object(w, "ranks");
	for (int rank = SCORE_GOOD; rank >= SCORE_WEAK; rank--)
		jw_i64(w, score_rank_word((enum score_rank)rank), ranks[rank]);
	jw_end(w);
	jw_object(w, "below_full");
	for (int c = 0; c < SCORE_COUNT; c++)
		jw_i64(w, score_criterion_word((enum score_criterion)c), below[c]);
	jw_end(w);
}

static void score_write_list(struct jw *w, struct score *s)
{
	size_t n;
	const struct score_group **list = score_asked_new(s, &n);
	qsort(list, n, sizeof *list, score_order);
	score_write_ranks(w, list, n);
	jw_array(w, "rows");
	for (size_t i = 0; i < n; i++) {
		const struct score_group *g = list[i];
		jw_object(w, NULL);
		score_write_group(w, g);
		jw_i64(w, "points", g->score.points);
		jw_str(w, "rank", score_rank_word(g->score.rank));
		jw_object(w, "criteria");
		for (int c = 0; c < SCORE_COUNT; c++)
			jw_i64(w, score_criterion_word((enum score_criterion)c), g->score.part[c].points);
		jw_end(w);
		jw_money(w, "outstanding", g->in.outstanding);
		jw_end(w);
	}
	jw_end(w);
}

/* ---- group.commission ---- */

static void commission_write_row(struct jw *w, const struct score_group *g)
{
	const struct commission *c = &g->commission;
	jw_object(w, NULL);
	score_write_group(w, g);
	jw_money(w, "interest_due", g->in.interest_due);
	jw_money(w, "interest_collected", g->in.interest_collected);
	jw_decimal(w, "collection_percent", c->collection, 2);
	jw_decimal(w, "bad_percent", c->bad, 2);
	if (c->has_band) {
		jw_decimal(w, "collection_from_percent", c->band.collection_from, 2);
		jw_decimal(w, "bad_upto_percent", c->band.bad_debt_upto, 2);
		jw_decimal(w, "share_percent", c->band.share, 2);
	}
	jw_str(w, "reason", !c->has_band ? "below_bands" : !c->within_ceiling ? "bad_debt" : NULL);
	jw_money(w, "amount", c->amount);
	jw_end(w);
}

static void score_write_commission(struct jw *w, struct score *s)
{
	struct money total = MONEY_ZERO, collected = MONEY_ZERO;
	size_t n;
	const struct score_group **list = score_asked_new(s, &n);
	jw_array(w, "rows");
	for (size_t i = 0; i < n; i++) {
		commission_write_row(w, list[i]);
		loan_add(&total, list[i]->commission.amount, &s->ok);
		loan_add(&collected, list[i]->in.interest_collected, &s->ok);
	}
	jw_end(w);
	jw_object(w, "total");
	jw_i64(w, "groups", (int64_t)n);
	jw_money(w, "interest_collected", collected);
	jw_money(w, "amount", total);
	jw_end(w);
}

static void score_make(struct score *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct score_group *g = &s->groups[i];
		g->in.interest_due = interest_round(g->due);
		group_score_make(&g->in, s->bands, s->bands_count, &s->ranks, &g->score);
		s->ok = commission_make(&g->in, s->commission, s->commission_count, &g->commission) && s->ok;
	}
}

static void score_reply(struct score *s)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	score_make(s);
	jw_object(&w, NULL);
	score_write_month(&w, s);
	switch (s->answer) {
	case SCORE_ONE:
		score_write_one(&w, s);
		break;
	case SCORE_LIST:
		score_write_list(&w, s);
		break;
	case SCORE_COMMISSION:
		score_write_commission(&w, s);
		break;
	}
	jw_end(&w);
	loan_reply(s->req, &text, s->ok);
}

/* ---- what is counted, row by row ---- */

static void score_take_balances(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	(void)s;
	g->in.outstanding = db_money(r, row, 1);
	g->in.overdue = db_money(r, row, 2);
	g->in.frozen = db_money(r, row, 3);
}

/* A change of principal on a day bears interest from that day on: linear, so loans of one rate can be taken together. */
static void score_take_interest(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	const struct reference_line *line = reference_line_find(s->ctx->ref, db_text(r, row, 1));
	struct date on = db_date(r, row, 3);
	if (!line) {
		request_log(s->req, "no rate line %s", db_text(r, row, 1));
		s->ok = false;
		return;
	}
	int64_t index = rate_index(&line->line, s->until) - rate_index(&line->line, on);
	s->ok = interest_accrue(&g->due, db_money(r, row, 4), index, 100) &&
		interest_accrue(&g->due, db_money(r, row, 5), index, db_i32(r, row, 2)) && s->ok;
}

static void score_take_collected(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	(void)s;
	g->in.interest_collected = db_money(r, row, 1);
}

static struct money score_scheduled(const struct calendar *c, const int64_t *due, const int64_t *amount,
				    int n, struct date upto, bool *ok)
{
	struct money sum = MONEY_ZERO;
	for (int i = 0; i < n; i++)
		if (date_cmp(calendar_due(c, (struct date){ (int32_t)due[i] }), upto) <= 0)
			loan_add(&sum, (struct money){ amount[i] }, ok);
	return sum;
}

static void score_take_due(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	int64_t due[SCHEDULE_TERM_MAX], amount[SCHEDULE_TERM_MAX];
	const struct reference_point *point = reference_point_find(s->ctx->ref, db_i32(r, row, 1));
	int n = db_i64_array(r, row, 2, due, SCHEDULE_TERM_MAX);
	if (!point || n > SCHEDULE_TERM_MAX || db_i64_array(r, row, 3, amount, SCHEDULE_TERM_MAX) != n) {
		s->ok = false;
		return;
	}
	struct money begin =
		score_scheduled(&point->calendar, due, amount, n, date_add_days(s->from, -1), &s->ok);
	struct money end = score_scheduled(&point->calendar, due, amount, n, s->to, &s->ok);
	struct due_collected d = score_due_collected(begin, end, db_money(r, row, 4), db_money(r, row, 5));
	loan_add(&g->in.principal_due, d.due, &s->ok);
	loan_add(&g->in.principal_collected, d.collected, &s->ok);
}

static void score_take_deposits(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	struct deposit_fact before = { .kind = (enum deposit_kind)db_i32(r, row, 1),
				       .amount = db_money(r, row, 2) };
	struct deposit_fact upto = { .kind = before.kind, .amount = db_money(r, row, 3) };
	loan_add(&g->in.deposits_before, deposit_change(&before), &s->ok);
	loan_add(&g->in.deposits_after, deposit_change(&upto), &s->ok);
}

static void score_take_sessions(struct score *s, struct score_group *g, const struct db_result *r, int row)
{
	(void)s;
	g->in.sessions_held = db_i64(r, row, 1);
	g->in.sessions_attended = db_i64(r, row, 2);
}

/* ---- the questions, one after the other ---- */

static void score_args_days(struct score *s, struct db_args *args, struct date last)
{
	db_arg_date(args, s->from);
	db_arg_date(args, last);
}

static void score_args_period(struct score *s, struct db_args *args)
{
	score_args_days(s, args, s->to);
}

static void score_args_end(struct score *s, struct db_args *args)
{
	db_arg_date(args, s->to);
}

static void score_args_interest(struct score *s, struct db_args *args)
{
	score_args_days(s, args, s->until);
}

static void score_args_due(struct score *s, struct db_args *args)
{
	score_args_days(s, args, s->to);
	db_arg_date(args, date_add_months(s->from, -SESSION_MONTHS_BACK));
}

static void score_args_sessions(struct score *s, struct db_args *args)
{
	score_args_days(s, args, s->to);
	db_arg_i64(args, reference_policy_int(s->ctx->ref, "attendance_days", "", true, s->to, 2));
}

struct score_question {
	enum stmt stmt;
	void (*args)(struct score *s, struct db_args *args);
	void (*take)(struct score *s, struct score_group *g, const struct db_result *r, int row);
};

static const struct score_question score_questions[] = {
	{ STMT_SCORE_BALANCES, score_args_end, score_take_balances },
	{ STMT_SCORE_INTEREST, score_args_interest, score_take_interest },
	{ STMT_SCORE_COLLECTED, score_args_period, score_take_collected },
	{ STMT_SCORE_DUE, score_args_due, score_take_due },
	{ STMT_SCORE_DEPOSITS, score_args_period, score_take_deposits },
	{ STMT_SCORE_SESSIONS, score_args_sessions, score_take_sessions },
};

struct score_asking {
	struct score *s;
	size_t question;
};

static void score_ask(struct score_asking *a);

static void score_answered(const struct db_result *r, void *arg)
{
	struct score_asking *a = arg;
	const struct score_question *q = &score_questions[a->question];
	if (!r->ok) {
		request_fail_db(a->s->req, r);
		return;
	}
	for (int row = 0; row < r->rows; row++) {
		struct score_group *g = score_group_of(a->s, db_i64(r, row, 0));
		if (g)
			q->take(a->s, g, r, row);
	}
	a->question++;
	score_ask(a);
}

static void score_arg_group(const struct score *s, struct db_args *args)
{
	db_arg_i64(args, s->req->actor.staff_id);
	book_arg_id(args, s->req, "group");
}

static void score_ask(struct score_asking *a)
{
	struct db_args args = { 0 };
	if (a->question == ARRAY_LEN(score_questions)) {
		score_reply(a->s);
		return;
	}
	score_arg_group(a->s, &args);
	score_questions[a->question].args(a->s, &args);
	db_query(a->s->req->db, score_questions[a->question].stmt, &args, score_answered, a);
}

static void score_groups_read(const struct db_result *r, void *arg)
{
	struct score *s = arg;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	s->groups = xcalloc((size_t)r->rows, sizeof *s->groups);
	for (int row = 0; row < r->rows; row++) {
		struct score_group *g = &s->groups[s->count++];
		g->group_id = db_i64(r, row, 0);
		g->name = xstrdup(db_text(r, row, 1));
		g->organisation = xstrdup(db_text(r, row, 2));
		g->commune = xstrdup(db_text(r, row, 3));
		g->point = xstrdup(db_text(r, row, 5));
		g->leader = xstrdup(db_text(r, row, 6));
		g->in.members = db_i64(r, row, 7);
		g->in.members_depositing = db_i64(r, row, 8);
	}
	if (s->answer == SCORE_ONE && !s->count) {
		request_fail(s->req, ERR_GROUP_NOT_FOUND, "group", "the group did not exist in that month");
		return;
	}
	struct score_asking *a = request_state(s->req, sizeof *a);
	a->s = s;
	score_ask(a);
}

static void score_commission_read(const struct db_result *r, void *arg)
{
	struct score *s = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	for (int row = 0; row < r->rows && row < SCORE_BANDS_MAX; row++)
		s->commission[s->commission_count++] =
			(struct commission_band){ db_i32(r, row, 0), db_i32(r, row, 1), db_i32(r, row, 2) };
	score_arg_group(s, &args);
	score_args_period(s, &args);
	db_query(s->req->db, STMT_SCORE_GROUPS, &args, score_groups_read, s);
}

static void score_bands_read(const struct db_result *r, void *arg)
{
	struct score *s = arg;
	struct db_args args = { 0 };
	enum score_criterion c;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	for (int row = 0; row < r->rows && s->bands_count < SCORE_BANDS_MAX; row++)
		if (score_criterion_of_word(db_text(r, row, 0), &c))
			s->bands[s->bands_count++] =
				(struct score_band){ c, db_i64(r, row, 1), db_i32(r, row, 2) };
	db_arg_i64(&args, s->req->actor.staff_id);
	db_arg_date(&args, s->to);
	db_query(s->req->db, STMT_SCORE_COMMISSION_BANDS, &args, score_commission_read, s);
}

/* ---- the month ---- */

static int score_policy(const struct score *s, const char *name, int otherwise)
{
	return (int)reference_policy_int(s->ctx->ref, name, "", true, s->to, otherwise);
}

static void score_begin(struct request *req, const struct loan_context *ctx, enum score_answer answer)
{
	struct score *s = request_state(req, sizeof *s);
	struct db_args args = { 0 };
	s->req = req;
	s->ctx = ctx;
	s->answer = answer;
	s->ok = true;
	request_on_free(req, score_clear, s);
	if (!book_month_of(req, ctx, &s->from, &s->to))
		return;
	/* the interest of a day is due when the day is over */
	s->until = date_min(date_add_days(s->to, 1), ctx->business);
	s->ranks = (struct score_ranks){ score_policy(s, "rank_good", 85), score_policy(s, "rank_fair", 70),
					 score_policy(s, "rank_average", 50) };
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, s->to);
	db_query(req->db, STMT_SCORE_BANDS, &args, score_bands_read, s);
}

static void group_score_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)arg;
	score_begin(req, ctx, SCORE_ONE);
}

static void group_scores_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)arg;
	score_begin(req, ctx, SCORE_LIST);
}

static void group_commission_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	(void)arg;
	score_begin(req, ctx, SCORE_COMMISSION);
}

void group_score(struct request *req)
{
	loan_context_get(req, false, group_score_begin, NULL);
}

void group_scores(struct request *req)
{
	loan_context_get(req, false, group_scores_begin, NULL);
}

void group_commission(struct request *req)
{
	loan_context_get(req, false, group_commission_begin, NULL);
}
