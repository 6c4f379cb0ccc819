/* check.record, check.list: checks of loans and groups, what they cover and what is missing. domain.md 5.4
 * notice.list, notice.give: who was told in time what falls due next. domain.md 5.6 */
#include "vonvay/check.h"

#include <stdlib.h>
#include <string.h>

#include "simple_write.h"
#include "vonvay/inactive.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "watch.h"

const struct param_spec check_record_params[] = {
	{ .name = "loan", .type = PARAM_ID, .help = "Contract number (06/TD); either it or group." },
	{ .name = "group", .type = PARAM_ID, .help = "Number of the group (16/TD); either it or loan." },
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the check, by default the business date." },
	{ .name = "by", .type = PARAM_TEXT, .required = true, .min = 1, .max = 200, .help = "Who looked." },
	{ .name = "result",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "as_agreed misused not_used lost borrower_gone faults",
	  .help = "What was found." },
	{ .name = "amount", .type = PARAM_MONEY, .min = 1, .help = "What was misused or lost." },
	{ .name = "number",
	  .type = PARAM_TEXT,
	  .max = 60,
	  .help = "Number of the form, by default the next one." },
	{ .name = "note", .type = PARAM_TEXT, .help = "What else there is to say." },
	{ .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 of the write." },
	{ 0 },
};

const struct param_spec check_list_params[] = {
	WATCH_PARAMS_PLACE,
	{ .name = "rule",
	  .type = PARAM_WORD,
	  .words = "new_loan inactive each_group earlier",
	  .help = "Only what this rule asks for." },
	{ 0 },
};

const struct param_spec notice_give_params[] = {
	{ .name = "month", .type = PARAM_TEXT, .required = true, .min = 7, .max = 7, .help = "YYYY-MM." },
	{ .name = "loans",
	  .type = PARAM_IDS,
	  .required = true,
	  .min = 1,
	  .max = 1000,
	  .help = "Contract numbers." },
	{ .name = "on", .type = PARAM_DATE, .help = "Day of the notice, by default the business date." },
	{ .name = "to", .type = PARAM_TEXT, .max = 200, .help = "Who took it: the leader, the borrower..." },
	{ .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 of the write." },
	{ 0 },
};

const struct param_spec notice_list_params[] = {
	{ .name = "month",
	  .type = PARAM_TEXT,
	  .min = 7,
	  .max = 7,
	  .help = "YYYY-MM, by default the month after the business date." },
	WATCH_PARAMS_PLACE,
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = "open late done done_late",
	  .help = "Only notices of this state." },
	{ 0 },
};

void check_record(struct request *req)
{
	static const struct simple_write write = { .stmt = STMT_CHECK_RECORD, .params = true };
	simple_write(req, &write);
}

void notice_give(struct request *req)
{
	static const struct simple_write write = { .stmt = STMT_NOTICE_GIVE, .params = true };
	simple_write(req, &write);
}

/* ---- check.list ---- */

enum check_rule { RULE_NEW, RULE_INACTIVE, RULE_GROUP, RULE_EARLIER, RULE_COUNT };

static const char *const rule_words[RULE_COUNT] = {
	[RULE_NEW] = "new_loan",
	[RULE_INACTIVE] = "inactive",
	[RULE_GROUP] = "each_group",
	[RULE_EARLIER] = "earlier",
};

enum check_column {
	K_RULE,
	K_LOAN,
	K_HOUSEHOLD,
	K_NAME,
	K_GROUP,
	K_GROUP_NAME,
	K_PROGRAMME,
	K_BASE_ON,
	K_CHECKED_ON,
	K_DIFFICULT,
	K_BALANCE,
	K_FROZEN,
};

/* The loans of earlier years of a group. */
struct check_group {
	int64_t group_id, loans, checked;
	const char *name; /* of the result */
	bool difficult;
};

struct check_counts {
	int64_t asked, done, late;
};

struct checks {
	struct request *req;
	const struct loan_context *ctx;
	int32_t point_id;
	struct date year;
	int new_days, inactive_months, percent, percent_difficult;
	struct check_counts counts[RULE_COUNT];
	struct check_group *groups;
	size_t groups_count;
	struct text rows;
};

static void checks_clear(void *arg)
{
	struct checks *c = arg;
	free(c->groups);
	text_clear(&c->rows);
}

static enum check_rule check_rule_of(const char *word)
{
	for (int i = 0; i < RULE_COUNT; i++)
		if (strcmp(word, rule_words[i]) == 0)
			return (enum check_rule)i;
	return RULE_COUNT;
}

static bool check_rule_asked(const struct checks *c, enum check_rule rule)
{
	const char *word = param_text_or(c->req->params, "rule", NULL);
	return rule < RULE_COUNT && (!word || strcmp(word, rule_words[rule]) == 0);
}

/* The last day of the year. */
static struct date checks_year_end(const struct checks *c)
{
	return date_add_days(date_add_months(c->year, 12), -1);
}

struct check_found {
	enum check_state state;
	struct date upto; /* the last day */
};

static struct check_found check_found_of(const struct checks *c, enum check_rule rule, struct date base,
					 struct date checked)
{
	struct check_found f = { CHECK_OPEN, checks_year_end(c) };
	switch (rule) {
	case RULE_NEW:
		f.upto = check_new_upto(base, c->new_days);
		break;
	case RULE_INACTIVE:
		if (!check_inactive_done(base, c->inactive_months, checked))
			checked = DATE_NONE;
		break;
	case RULE_GROUP:
	case RULE_EARLIER:
	case RULE_COUNT:
		break;
	}
	f.state = check_state_of(checked, f.upto, c->ctx->business);
	return f;
}

static bool check_is_done(enum check_state state)
{
	return state == CHECK_DONE || state == CHECK_DONE_LATE;
}

static void check_write_row(struct checks *c, const struct db_result *r, int row, enum check_rule rule,
			    const struct check_found *f)
{
	struct jw w = jw_start(&c->rows);
	if (c->rows.len)
		text_add(&c->rows, ",");
	jw_object(&w, NULL);
	jw_str(&w, "rule", rule_words[rule]);
	if (rule == RULE_GROUP) {
		loan_json_group(&w, "group", db_i64(r, row, K_GROUP));
		jw_str(&w, "group_name", db_text(r, row, K_GROUP_NAME));
	} else {
		watch_json_row(&w, r, row, K_LOAN);
		jw_str(&w, "programme", db_text(r, row, K_PROGRAMME));
	}
	jw_date(&w, "since", db_date(r, row, K_BASE_ON));
	jw_date(&w, "upto", f->upto);
	jw_str(&w, "state", check_state_word(f->state));
	jw_end(&w);
}

/* Rows come by rule and group. */
static void check_take_earlier(struct checks *c, const struct db_result *r, int row, bool done)
{
	int64_t id = db_i64(r, row, K_GROUP);
	struct check_group *g = c->groups_count ? &c->groups[c->groups_count - 1] : NULL;
	if (!g || g->group_id != id) {
		c->groups = xrealloc_array(c->groups, c->groups_count + 1, sizeof *c->groups);
		g = &c->groups[c->groups_count++];
		*g = (struct check_group){ .group_id = id,
					   .name = db_text(r, row, K_GROUP_NAME),
					   .difficult = db_bool(r, row, K_DIFFICULT) };
	}
	g->loans++;
	g->checked += done;
}

/* An inactive loan is one by the definition by dates. */
static bool check_counts(const struct checks *c, const struct db_result *r, int row, enum check_rule rule)
{
	if (!check_rule_asked(c, rule))
		return false;
	return rule != RULE_INACTIVE ||
	       (strcmp(reference_policy_text(c->ctx->ref, "inactive_watched", db_text(r, row, K_PROGRAMME),
					     true, c->ctx->business, "yes"),
		       "yes") == 0 &&
		inactive_by_dates(db_money(r, row, K_BALANCE), db_money(r, row, K_FROZEN),
				  db_date(r, row, K_BASE_ON), c->ctx->business, c->inactive_months));
}

static void check_take(struct checks *c, const struct db_result *r, int row)
{
	enum check_rule rule = check_rule_of(db_text(r, row, K_RULE));
	if (!check_counts(c, r, row, rule))
		return;
	struct check_found f =
		check_found_of(c, rule, db_date(r, row, K_BASE_ON), db_date(r, row, K_CHECKED_ON));
	bool done = check_is_done(f.state);
	c->counts[rule].asked++;
	c->counts[rule].done += done;
	c->counts[rule].late += f.state == CHECK_LATE || f.state == CHECK_DONE_LATE;
	if (rule == RULE_EARLIER)
		check_take_earlier(c, r, row, done);
	/* thousands of loans of earlier years: one by one only of a group */
	if (!done && (rule != RULE_EARLIER || param_has(c->req->params, "group")))
		check_write_row(c, r, row, rule, &f);
}

static void checks_write_rules(struct jw *w, const struct checks *c)
{
	jw_array(w, "rules");
	for (int i = 0; i < RULE_COUNT; i++) {
		const struct check_counts *n = &c->counts[i];
		if (!check_rule_asked(c, (enum check_rule)i))
			continue;
		jw_object(w, NULL);
		jw_str(w, "rule", rule_words[i]);
		jw_i64(w, "asked", n->asked);
		jw_i64(w, "done", n->done);
		jw_i64(w, "missing", n->asked - n->done);
		jw_i64(w, "late", n->late);
		if (n->asked)
			jw_decimal(w, "percent", n->done * 10000 / n->asked, 2);
		jw_end(w);
	}
	jw_end(w);
}

static void checks_write_groups(struct jw *w, const struct checks *c)
{
	jw_array(w, "groups");
	for (size_t i = 0; i < c->groups_count; i++) {
		const struct check_group *g = &c->groups[i];
		int percent = g->difficult ? c->percent_difficult : c->percent;
		int64_t needed = check_needed(g->loans, percent);
		jw_object(w, NULL);
		loan_json_group(w, "group", g->group_id);
		jw_str(w, "group_name", g->name);
		jw_bool(w, "difficult", g->difficult);
		jw_i64(w, "loans", g->loans);
		jw_i64(w, "percent_needed", percent);
		jw_i64(w, "needed", needed);
		jw_i64(w, "checked", g->checked);
		jw_i64(w, "missing", needed > g->checked ? needed - g->checked : 0);
		jw_end(w);
	}
	jw_end(w);
}

static void checks_read(const struct db_result *r, void *arg)
{
	struct checks *c = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(c->req, r);
		return;
	}
	for (int row = 0; row < r->rows; row++)
		check_take(c, r, row);
	jw_object(&w, NULL);
	jw_date(&w, "on", c->ctx->business);
	jw_date(&w, "from", c->year);
	checks_write_rules(&w, c);
	checks_write_groups(&w, c);
	jw_array(&w, "rows");
	if (c->rows.len)
		jw_raw(&w, NULL, text_str(&c->rows));
	jw_end(&w);
	jw_end(&w);
	loan_reply(c->req, &text, true);
}

static void check_list_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct checks *c = request_state(req, sizeof *c);
	struct db_args args = { 0 };
	int year, month, day;
	(void)arg;
	c->req = req;
	c->ctx = ctx;
	request_on_free(req, checks_clear, c);
	if (!book_point_of(req, ctx, &c->point_id))
		return;
	date_split(ctx->business, &year, &month, &day);
	c->year = date_in_month(date_month_number(ctx->business) - (month - 1), 1);
	c->new_days = watch_policy(ctx, "check_new_days", 30);
	c->inactive_months = watch_policy(ctx, "inactive_months", 3);
	c->percent = watch_policy(ctx, "check_earlier_percent", 90);
	c->percent_difficult = watch_policy(ctx, "check_earlier_percent_difficult", 75);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, ctx->business);
	db_arg_date(&args, c->year);
	db_arg_date(&args, date_add_months(ctx->business, -c->inactive_months));
	watch_args_place(&args, req, c->point_id);
	db_query(req->db, STMT_CHECK_ROWS, &args, checks_read, c);
}

void check_list(struct request *req)
{
	loan_context_get(req, false, check_list_begin, NULL);
}

/* ---- notice.list ---- */

struct notice_row {
	int64_t loan_id;
	struct date given_on;
	char *given_to, *actor;
};

struct notices {
	struct request *req;
	const struct loan_context *ctx;
	struct date first, last;
	int32_t point_id;
	int days;
	struct notice_row *given; /* ascending */
	size_t count;
	int64_t states[CHECK_DONE_LATE + 1];
	bool ok;
};

static void notices_clear(void *arg)
{
	struct notices *n = arg;
	for (size_t i = 0; i < n->count; i++) {
		free(n->given[i].given_to);
		free(n->given[i].actor);
	}
	free(n->given);
}

static int notice_cmp(const void *key, const void *row)
{
	int64_t id = *(const int64_t *)key, other = ((const struct notice_row *)row)->loan_id;
	return id < other ? -1 : id > other;
}

static const struct notice_row *notice_of(const struct notices *n, int64_t loan_id)
{
	return n->count ? bsearch(&loan_id, n->given, n->count, sizeof *n->given, notice_cmp) : NULL;
}

struct notice_due {
	struct date due_on; /* the first of them */
	struct money amount;
	bool last;
};

/* What falls due in the month itself; false: nothing. */
static bool notice_due_of(struct notices *n, const struct loan_view *v, struct notice_due *out)
{
	struct due_row rows[SCHEDULE_TERM_MAX];
	*out = (struct notice_due){ DATE_NONE, MONEY_ZERO, false };
	if (!v->begun)
		return false;
	int count =
		due_list(&v->record.contract, &v->record.loan, n->first, n->last, rows, SCHEDULE_TERM_MAX);
	for (int i = 0; i < count; i++) {
		if (date_cmp(rows[i].due_on, n->first) < 0)
			continue;
		if (date_is_none(out->due_on))
			out->due_on = rows[i].due_on;
		out->last = rows[i].last;
		loan_add(&out->amount, rows[i].amount, &n->ok);
	}
	return !date_is_none(out->due_on);
}

static void notice_write_row(struct jw *w, const struct loan_view *v, const struct notice_due *due,
			     const struct notice_row *given, struct date upto, enum check_state state)
{
	jw_object(w, NULL);
	watch_json_loan(w, &v->record);
	jw_date(w, "due_on", due->due_on);
	jw_bool(w, "last", due->last);
	jw_money(w, "amount", due->amount);
	jw_date(w, "upto", upto);
	jw_date(w, "given_on", given ? given->given_on : DATE_NONE);
	jw_str(w, "given_to", given ? given->given_to : NULL);
	jw_str(w, "actor", given ? given->actor : NULL);
	jw_str(w, "state", check_state_word(state));
	jw_end(w);
}

static void notice_take(struct jw *w, struct notices *n, const struct loan_view *v)
{
	struct notice_due due;
	if (!notice_due_of(n, v, &due))
		return;
	const struct notice_row *given = notice_of(n, v->record.contract.loan_id);
	struct date upto = notice_upto(due.due_on, n->days);
	enum check_state state = check_state_of(given ? given->given_on : DATE_NONE, upto, n->ctx->business);
	const char *asked = param_text_or(n->req->params, "state", NULL);
	n->states[state]++;
	if (!asked || strcmp(asked, check_state_word(state)) == 0)
		notice_write_row(w, v, &due, given, upto, state);
}

static void notices_views_read(struct request *req, struct loan_views *views, void *arg)
{
	struct notices *n = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_date(&w, "from", n->first);
	jw_date(&w, "to", n->last);
	jw_i64(&w, "notice_days", n->days);
	jw_array(&w, "rows");
	for (int i = 0; i < views->count; i++)
		notice_take(&w, n, &views->view[i]);
	jw_end(&w);
	jw_object(&w, "total");
	for (int state = CHECK_OPEN; state <= CHECK_DONE_LATE; state++)
		jw_i64(&w, check_state_word((enum check_state)state), n->states[state]);
	jw_end(&w);
	jw_end(&w);
	loan_reply(req, &text, n->ok);
}

static void notices_given_read(const struct db_result *r, void *arg)
{
	struct notices *n = arg;
	if (!r->ok) {
		request_fail_db(n->req, r);
		return;
	}
	n->given = xcalloc((size_t)r->rows, sizeof *n->given);
	for (int row = 0; row < r->rows; row++)
		n->given[n->count++] =
			(struct notice_row){ db_i64(r, row, 0), db_date(r, row, 1),
					     xstrdup(db_text(r, row, 2)), xstrdup(db_text(r, row, 3)) };
	watch_loans_get(n->req, n->ctx, "due", n->last, n->point_id, notices_views_read, n);
}

static void notice_list_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct notices *n = request_state(req, sizeof *n);
	struct db_args args = { 0 };
	(void)arg;
	n->req = req;
	n->ctx = ctx;
	n->ok = true;
	request_on_free(req, notices_clear, n);
	if (!book_coming_month_of(req, ctx, &n->first, &n->last) || !book_point_of(req, ctx, &n->point_id))
		return;
	n->days = watch_policy(ctx, "notice_days", 30);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, n->first);
	db_query(req->db, STMT_NOTICE_GIVEN, &args, notices_given_read, n);
}

void notice_list(struct request *req)
{
	loan_context_get(req, false, notice_list_begin, NULL);
}
