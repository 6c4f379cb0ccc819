/* session.post and session.correct: a group's sheet in one transaction. Everything it names is read, each line decided by
 * itself, and what stands is written together; when another was faster, all is read and decided again. design.md 4 */
#include "session_post.h"

#include <stdlib.h>
#include <string.h>

#include "loan_views.h"
#include "loan_event.h"
#include "vonvay/error.h"
#include "vonvay/method.h"

#define LINES_MAX 400

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_GROUP { .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group, 7 digits." }
#define THE_SESSION { .name = "session_on", .type = PARAM_DATE, .required = true, .help = "Day of the session." }
#define A_LINE                                                                                                                \
	{ .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." },                                                          \
	{ .name = "loan", .type = PARAM_ID, .help = "Contract number; without it only a deposit." },                          \
	{ .name = "interest", .type = PARAM_MONEY, .help = "Interest paid, đồng." },                                          \
	{ .name = "principal", .type = PARAM_MONEY, .help = "Principal paid by the borrower, đồng." },                        \
	{ .name = "deposit", .type = PARAM_MONEY, .help = "Put into the deposit, đồng." },                                    \
	{ .name = "withdraw", .type = PARAM_MONEY, .help = "Paid out of the deposit, đồng." },                                \
	{ .name = "from", .type = PARAM_WORD, .words = "cash deposit",                                                        \
	  .help = "What interest and principal are paid from: cash, the default, or the member's deposit." }
/* clang-format on */

static const struct param_spec session_line_params[] = { A_LINE, { 0 } };

const struct param_spec session_post_params[] = {
	THE_KEY,
	THE_GROUP,
	THE_SESSION,
	{ .name = "received_on",
	  .type = PARAM_DATE,
	  .help = "Day of the leader's receipts, by default that of the session." },
	{ .name = "lines",
	  .type = PARAM_OBJECTS,
	  .required = true,
	  .max = LINES_MAX,
	  .items = session_line_params,
	  .help = "One a loan, or a household with only a deposit." },
	{ .name = "cash_counted",
	  .type = PARAM_MONEY,
	  .required = true,
	  .min = -MONEY_INPUT_MAX,
	  .help = "Cash the leader brought: interest and deposits less withdrawals." },
	{ .name = "principal_counted",
	  .type = PARAM_MONEY,
	  .required = true,
	  .help = "Cash the borrowers brought: principal." },
	{ 0 },
};

const struct param_spec session_correct_params[] = {
	THE_KEY,
	THE_GROUP,
	THE_SESSION,
	A_LINE,
	{ .name = "reason", .type = PARAM_TEXT, .required = true, .min = 1, .max = 300, .help = "Why." },
	{ 0 },
};

static void post_reset(struct session_post *s)
{
	json_decref(s->data);
	s->data = NULL;
	loan_set_clear(&s->set);
	deposit_accounts_clear(&s->accounts);
	int_rows_clear(&s->deposits);
	s->expected = (struct sheet_cash){ 0 };
	s->posted = s->refused = 0;
	s->mismatch = s->overflow = false;
}

static void post_clear(void *arg)
{
	post_reset(arg);
}

static void post_begin(struct request *req, const struct loan_context *ctx, void *arg);

static void post_again(struct session_post *s, bool moved)
{
	if (moved ? ++s->moves >= LOAN_EVENT_MOVES : ++s->tries >= LOAN_EVENT_TRIES) {
		request_fail(s->req, ERR_TRY_AGAIN, NULL, "%s", "");
		return;
	}
	post_reset(s);
	loan_context_get(s->req, true, post_begin, s);
}

/* ---- the lines as asked for ---- */

static struct money post_money(const json_t *in, const char *name)
{
	return param_has(in, name) ? param_money(in, name) : MONEY_ZERO;
}

static struct session_line post_line(const json_t *in, int ordinal)
{
	return (struct session_line){
		.ordinal = ordinal,
		.household = param_id(in, "household"),
		.loan = param_has(in, "loan") ? param_id(in, "loan") : 0,
		.amounts = {
			.interest = post_money(in, "interest"),
			.principal = post_money(in, "principal"),
			.deposit = post_money(in, "deposit"),
			.withdraw = post_money(in, "withdraw"),
			.from_deposit = !strcmp(param_text_or(in, "from", "cash"), "deposit"),
		},
	};
}

static void post_read_lines(struct session_post *s)
{
	const json_t *in = s->req->params;
	s->count = s->correct ? 1 : param_count(in, "lines");
	if (!s->lines)
		s->lines = request_state(s->req, (s->count + 1) * sizeof *s->lines);
	for (size_t i = 0; i < s->count; i++)
		s->lines[i] = post_line(s->correct ? in : param_object_at(in, "lines", i), (int)i + 1);
}

/* No more households than a group may have members. domain.md 5.1 */
static bool post_check_size(struct session_post *s)
{
	int64_t max = reference_policy_int(s->ctx->ref, "group_members_max", "", true, s->on, 60);
	int64_t households = 0;
	for (size_t i = 0; i < s->count; i++) {
		size_t k = 0;
		while (s->lines[k].household != s->lines[i].household)
			k++;
		households += k == i;
	}
	if (households <= max)
		return true;
	request_fail(s->req, ERR_GROUP_SIZE, "lines", "lines name %lld households, at most %lld are allowed",
		     (long long)households, (long long)max);
	return false;
}

/* ---- the reply, and what SQL stores ---- */

static void post_write_line(struct jw *w, const struct session_post *s, const struct session_line *l)
{
	const struct sheet_amounts *m = &l->amounts;
	jw_object(w, NULL);
	jw_i64(w, "line", l->ordinal);
	loan_json_household(w, "household", l->household);
	if (l->loan)
		jw_id(w, "loan", l->loan);
	else
		jw_null(w, "loan");
	jw_str(w, "outcome", l->posted ? "posted" : l->word != ERR_NONE ? "refused" : "nothing");
	jw_money(w, "interest", m->interest);
	jw_money(w, "principal", m->principal);
	jw_money(w, "deposit", m->deposit);
	jw_money(w, "withdraw", m->withdraw);
	jw_str(w, "from", m->from_deposit ? "deposit" : "cash");
	if (l->word != ERR_NONE) {
		jw_str(w, "word", error_word(l->word));
		jw_str(w, "field", l->field);
		jw_str(w, "message", l->message);
	}
	if (l->facts_count) {
		jw_array(w, "facts");
		for (int i = 0; i < l->facts_count; i++)
			jw_i64(w, NULL, l->facts[i]);
		jw_end(w);
		jw_object(w, "allocation");
		for (int p = 0; p < PART_COUNT; p++)
			jw_money(w, part_word((enum part)p), l->paid.part[p]);
		jw_end(w);
	}
	jw_end(w);
	(void)s;
}

static void post_write_difference(struct jw *w, const char *name, struct money expected, struct money counted,
				  bool *ok)
{
	struct money difference = MONEY_ZERO;
	if (!money_sub(counted, expected, &difference))
		*ok = false;
	jw_object(w, name);
	jw_money(w, "expected", expected);
	jw_money(w, "counted", counted);
	jw_money(w, "difference", difference);
	jw_end(w);
}

static bool post_reply(struct session_post *s, struct text *text)
{
	bool ok = !s->overflow;
	const json_t *in = s->req->params;
	struct jw w = jw_start(text);
	jw_object(&w, NULL);
	loan_json_group(&w, "group", s->group);
	jw_date(&w, "session_on", s->on);
	jw_date(&w, "posted_on", s->ctx->business);
	jw_i64(&w, "posted", s->posted);
	jw_i64(&w, "refused", s->refused);
	jw_array(&w, "lines");
	for (size_t i = 0; i < s->count; i++)
		post_write_line(&w, s, &s->lines[i]);
	jw_end(&w);
	if (s->correct) {
		jw_str(&w, "reason", param_text(in, "reason"));
		jw_money(&w, "cash_change", s->expected.leader);
		jw_money(&w, "principal_change", s->expected.borrowers);
	} else {
		post_write_difference(&w, "cash", s->expected.leader, param_money(in, "cash_counted"), &ok);
		post_write_difference(&w, "principal", s->expected.borrowers,
				      param_money(in, "principal_counted"), &ok);
	}
	jw_end(&w);
	return ok;
}

static void post_store_numbers(struct jw *w, const char *name, const int32_t *numbers, int count)
{
	jw_array(w, name);
	for (int i = 0; i < count; i++)
		jw_i64(w, NULL, numbers[i]);
	jw_end(w);
}

static void post_store_line(struct jw *w, const struct session_line *l)
{
	const struct sheet_amounts *m = &l->amounts;
	jw_object(w, NULL);
	jw_i64(w, "ordinal", l->ordinal);
	jw_i64(w, "household", l->household);
	jw_i64(w, "loan", l->loan);
	jw_i64(w, "source", m->from_deposit ? FACT_SOURCE_DEPOSIT : FACT_SOURCE_CASH);
	jw_money(w, "asked", l->asked);
	jw_money(w, "interest", m->interest);
	jw_money(w, "principal", m->principal);
	jw_money(w, "deposit", m->deposit);
	jw_money(w, "withdraw", m->withdraw);
	if (l->word != ERR_NONE) {
		jw_str(w, "word", error_word(l->word));
		jw_str(w, "field", l->field);
	} else {
		jw_array(w, "allocation");
		for (int p = 0; p < PART_COUNT; p++)
			jw_money(w, NULL, l->paid.part[p]);
		jw_end(w);
		post_store_numbers(w, "facts", l->facts, l->facts_count);
		post_store_numbers(w, "deposit_facts", l->deposit_facts, l->deposits_count);
	}
	jw_end(w);
}

/* What api.session_post() takes as p. */
static void post_store(const struct session_post *s, struct text *text)
{
	const json_t *in = s->req->params;
	struct jw w = jw_start(text);
	jw_object(&w, NULL);
	jw_i64(&w, "point_id", s->point_id);
	jw_date(&w, "session_on", s->on);
	jw_i64(&w, "group", s->group);
	jw_date(&w, "received_on", param_date_or(in, "received_on", s->on));
	jw_i64(&w, "posted", s->posted);
	jw_i64(&w, "refused", s->refused);
	jw_money(&w, "cash_expected", s->expected.leader);
	jw_money(&w, "cash_counted", s->correct ? MONEY_ZERO : param_money(in, "cash_counted"));
	jw_money(&w, "principal_expected", s->expected.borrowers);
	jw_money(&w, "principal_counted", s->correct ? MONEY_ZERO : param_money(in, "principal_counted"));
	jw_str(&w, "reason", param_text_or(in, "reason", ""));
	if (s->correct) {
		jw_i64(&w, "old_entry", s->old.entry);
		jw_i64(&w, "old_ordinal", s->old.ordinal);
	}
	jw_array(&w, "lines");
	for (size_t i = 0; i < s->count; i++)
		if (s->lines[i].posted || s->lines[i].word != ERR_NONE)
			post_store_line(&w, &s->lines[i]);
	jw_end(&w);
	jw_end(&w);
}

/* ---- write ---- */

static void post_written(const struct db_result *r, void *arg)
{
	struct session_post *s = arg;
	if (r->ok && r->rows)
		request_reply_str(s->req, db_text(r, 0, 1));
	else if (r->error == ERR_STALE || r->error == ERR_MOVED)
		post_again(s, r->error == ERR_MOVED);
	else
		request_fail_db(s->req, r);
}

static void post_send(struct session_post *s)
{
	struct request *req = s->req;
	struct db_args args = { 0 };
	struct text reply = { 0 }, stored = { 0 };
	if (post_reply(s, &reply)) {
		post_store(s, &stored);
		loan_context_write_head(s->ctx, req, reply.s, &args);
		loan_batch_args(&s->set.batch, &args);
		db_arg_int_rows(&args, &s->deposits);
		db_arg_text(&args, stored.s);
		db_query(req->db, s->stmt, &args, post_written, s);
	} else {
		request_fail(req, ERR_INVALID_PARAMS, "lines", "lines give sums that are too large");
	}
	text_clear(&reply);
	text_clear(&stored);
}

/* A correction is one line: refused, it is refused as a whole. */
static bool post_refuse_correction(struct session_post *s)
{
	const struct session_line *line = &s->lines[0];
	if (!s->correct || line->word == ERR_NONE)
		return false;
	request_fail(s->req, line->word, line->field, "%s", line->message);
	return true;
}

/* ---- read ---- */

static void post_deposits_read(const struct db_result *r, void *arg)
{
	struct session_post *s = arg;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	deposit_accounts_read(r, &s->accounts);
	session_decide(s);
	if (s->mismatch)
		post_again(s, false);
	else if (!post_refuse_correction(s))
		post_send(s);
}

static void post_loans_read(struct loan_set *set, void *arg)
{
	struct session_post *s = arg;
	struct db_args args = { 0 };
	struct int_rows households = { 0 };
	(void)set;
	for (size_t i = 0; i < s->count; i++)
		int_rows_add(&households, s->lines[i].household);
	db_arg_i64(&args, s->req->actor.staff_id);
	db_arg_int_rows(&args, &households);
	int_rows_clear(&households);
	db_query(s->req->db, STMT_DEPOSIT_FACTS, &args, post_deposits_read, s);
}

static void post_refuse_day(struct session_post *s, enum sheet_day day)
{
	switch (day) {
	case SHEET_DAY_NONE:
		request_fail(s->req, ERR_DATE_OUT_OF_RANGE, "session_on",
			     "session_on is no day on which a session of this point is held");
		return;
	case SHEET_DAY_EARLY:
		request_fail(s->req, ERR_DATE_OUT_OF_RANGE, "session_on", "session_on is still to come");
		return;
	case SHEET_DAY_LATE:
		request_fail(s->req, ERR_SESSION_CLOSED, "session_on",
			     "the next session has come: record a payment of an earlier day");
		return;
	case SHEET_DAY_OPEN:
		break;
	}
}

/* Is the group there, and does its session take posts? False: answered. */
static bool post_check_session(struct session_post *s)
{
	const struct reference_point *point = reference_point_find(s->ctx->ref, s->point_id);
	enum sheet_day day = point ? sheet_day(&point->calendar, s->on, s->ctx->business) : SHEET_DAY_NONE;
	const char *closed = json_string_value(json_object_get(s->data, "closed_on"));
	if (closed)
		request_fail(s->req, ERR_SESSION_CLOSED, "session_on",
			     "the session was closed on %s: record a payment of an earlier day", closed);
	else if (day != SHEET_DAY_OPEN)
		post_refuse_day(s, day);
	else if (!json_is_true(json_object_get(s->data, "there")))
		request_fail(s->req, ERR_DATE_OUT_OF_RANGE, "group", "the group is not there on that day");
	else
		return true;
	return false;
}

static void post_read_loans(struct session_post *s)
{
	struct int_rows loans = { 0 };
	for (size_t i = 0; i < s->count; i++)
		if (s->lines[i].loan)
			int_rows_add(&loans, s->lines[i].loan);
	s->set.req = s->req;
	s->set.ctx = s->ctx;
	s->set.on = s->on;
	s->set.kind = FACT_INTEREST_PAID;
	s->set.always = s->correct && s->old.facts_count;
	loan_set_read(&s->set, &loans, post_loans_read, s);
}

static void post_group_read(const struct db_result *r, void *arg)
{
	struct session_post *s = arg;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	s->data = json_loads(db_text(r, 0, 0), 0, NULL);
	s->point_id = (int32_t)json_integer_value(json_object_get(s->data, "point_id"));
	if (!post_check_session(s))
		return;
	if (s->correct && !session_find_old(s))
		request_fail(s->req, ERR_NOT_FOUND, "household", "no such line was posted for this session");
	else
		post_read_loans(s);
}

static void post_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct session_post *s = arg;
	struct db_args args = { 0 };
	s->ctx = ctx;
	s->group = param_id(req->params, "group");
	s->on = param_date(req->params, "session_on");
	post_read_lines(s);
	if (param_has(req->params, "received_on") &&
	    date_cmp(param_date(req->params, "received_on"), ctx->business) > 0) {
		request_fail(req, ERR_DATE_OUT_OF_RANGE, "received_on", "received_on is still to come");
		return;
	}
	if (!post_check_size(s))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_i64(&args, s->group);
	db_arg_date(&args, s->on);
	db_query(req->db, STMT_SESSION_READ, &args, post_group_read, s);
}

static void post_start(struct request *req, enum stmt stmt, bool correct)
{
	struct session_post *s = request_state(req, sizeof *s);
	s->req = req;
	s->stmt = stmt;
	s->correct = correct;
	request_on_free(req, post_clear, s);
	loan_context_get(req, false, post_begin, s);
}

void session_post(struct request *req)
{
	post_start(req, STMT_SESSION_POST, false);
}

void session_correct(struct request *req)
{
	post_start(req, STMT_SESSION_CORRECT, true);
}
