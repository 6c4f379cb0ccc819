/* watch.signs: signs of wrongdoing, each with its rule and the rows behind it. What needs no decision PostgreSQL selects by
 * thresholds of dated policies; whether a household is over a cap the rules of eligibility say. Of personal data only that
 * they are equal is ever seen. */
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"
#include "vonvay/method.h"
#include "watch.h"

enum sign {
	SIGN_SHARED_TELEPHONE,
	SIGN_SHARED_ADDRESS,
	SIGN_DUPLICATE_CITIZEN,
	SIGN_DUPLICATE_PERSON,
	SIGN_CASH_DIFFERENCE,
	SIGN_LATE_POSTING,
	SIGN_REVERSALS,
	SIGN_OVER_CAP,
	SIGN_REGISTERED_ELSEWHERE,
	SIGN_COUNT,
};

#define SIGN_WORDS                                                                                           \
	"shared_telephone shared_address duplicate_citizen duplicate_person cash_difference late_posting "   \
	"reversals over_cap registered_elsewhere"

const struct param_spec watch_signs_params[] = {
	{ .name = "sign", .type = PARAM_WORD, .words = SIGN_WORDS, .help = "Only this sign." },
	{ .name = "from",
	  .type = PARAM_DATE,
	  .help = "First day of what was posted, by default the first of the month of the last." },
	BOOK_PARAM_TO,
	{ 0 },
};

static const struct {
	const char *word, *policy; /* policy NULL: no threshold */
	int otherwise;
	const char *rule;
} signs[SIGN_COUNT] = {
	[SIGN_SHARED_TELEPHONE] = { "shared_telephone", "signs_shared_households", 2,
				    "at least so many borrowing households have one telephone number" },
	[SIGN_SHARED_ADDRESS] = { "shared_address", "signs_shared_households", 2,
				  "at least so many borrowing households have one address, and no more than signs_address_most" },
	[SIGN_DUPLICATE_CITIZEN] = { "duplicate_citizen", NULL, 0,
				     "one citizen id stands in two borrowing households" },
	[SIGN_DUPLICATE_PERSON] = { "duplicate_person", NULL, 0,
				    "one name and day of birth stand in two borrowing households" },
	[SIGN_CASH_DIFFERENCE] = { "cash_difference", NULL, 0,
				   "the cash counted at a session is not what the sheets of a group come to" },
	[SIGN_LATE_POSTING] = { "late_posting", "signs_late_days", 3,
				"recorded more than so many days after the receipt" },
	[SIGN_REVERSALS] = { "reversals", "signs_reversals", 3,
			     "more reversals than so many by one person in a month" },
	[SIGN_OVER_CAP] = { "over_cap", NULL, 0,
			    "more is left than the cap in force when the last of the loans that share it was made" },
	[SIGN_REGISTERED_ELSEWHERE] = { "registered_elsewhere", NULL, 0,
					"somebody tried to register a person who is registered elsewhere" },
};

struct sign_found {
	struct text rows; /* JSON, comma between */
	int64_t count;
};

struct signs {
	struct request *req;
	const struct loan_context *ctx;
	struct book_period period;
	struct sign_found found[SIGN_COUNT];
	bool ok;
};

static void signs_clear(void *arg)
{
	struct signs *s = arg;
	for (int i = 0; i < SIGN_COUNT; i++)
		text_clear(&s->found[i].rows);
}

static bool sign_asked(const struct signs *s, enum sign sign)
{
	const char *word = param_text_or(s->req->params, "sign", NULL);
	return !word || strcmp(word, signs[sign].word) == 0;
}

static int sign_threshold(const struct signs *s, enum sign sign)
{
	return signs[sign].policy ? watch_policy(s->ctx, signs[sign].policy, signs[sign].otherwise) : 0;
}

/* Room for one more finding. */
static struct jw sign_begin(struct signs *s, enum sign sign)
{
	struct sign_found *f = &s->found[sign];
	if (f->count++)
		text_add(&f->rows, ",");
	return jw_start(&f->rows);
}

/* ---- the reply ---- */

static void signs_write(struct jw *w, const struct signs *s, enum sign sign)
{
	const struct sign_found *f = &s->found[sign];
	jw_object(w, NULL);
	jw_str(w, "sign", signs[sign].word);
	jw_str(w, "rule", signs[sign].rule);
	if (signs[sign].policy) {
		jw_str(w, "policy", signs[sign].policy);
		jw_i64(w, "threshold", sign_threshold(s, sign));
	}
	jw_i64(w, "count", f->count);
	jw_array(w, "rows");
	if (f->count)
		jw_raw(w, NULL, text_str(&f->rows));
	jw_end(w);
	jw_end(w);
}

static void signs_reply(struct signs *s)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_date(&w, "from", s->period.from);
	jw_date(&w, "to", s->period.to);
	jw_array(&w, "signs");
	for (int i = 0; i < SIGN_COUNT; i++)
		if (sign_asked(s, (enum sign)i))
			signs_write(&w, s, (enum sign)i);
	jw_end(&w);
	jw_end(&w);
	loan_reply(s->req, &text, s->ok);
}

/* ---- loans over a cap ---- */

enum balance_column {
	B_HOUSEHOLD,
	B_NAME,
	B_LOAN,
	B_PROGRAMME,
	B_PURPOSE,
	B_BALANCE,
	B_OVERDUE,
	B_CONTRACT_ON
};

#define HOUSEHOLD_LOANS_MAX 64

/* The open loans of one household. */
struct cap_household {
	struct household_loan loan[HOUSEHOLD_LOANS_MAX];
	struct date contract_on[HOUSEHOLD_LOANS_MAX];
	int count;
};

/* Do two loans fall under one cap? */
static bool cap_shared(const struct household_loan *a, const struct household_loan *b)
{
	if (a->cap_group[0] != '\0')
		return strcmp(a->cap_group, b->cap_group) == 0;
	return strcmp(a->programme, b->programme) == 0 && strcmp(a->purpose, b->purpose) == 0;
}

/* The loan whose contract is the last of those under its cap: its day says which cap is in force. */
static bool cap_is_last(const struct cap_household *h, int i)
{
	for (int k = 0; k < h->count; k++) {
		if (k == i || !cap_shared(&h->loan[i], &h->loan[k]))
			continue;
		int later = date_cmp(h->contract_on[k], h->contract_on[i]);
		if (later > 0 || (later == 0 && k > i))
			return false;
	}
	return true;
}

static void cap_write(struct signs *s, const struct db_result *r, int row, const struct cap_household *h,
		      int i, const struct eligibility *e)
{
	struct jw w = sign_begin(s, SIGN_OVER_CAP);
	jw_object(&w, NULL);
	loan_json_household(&w, "household", db_i64(r, row, B_HOUSEHOLD));
	jw_str(&w, "name", db_text(r, row, B_NAME));
	jw_str(&w, "programme", h->loan[i].programme);
	jw_str(&w, "purpose", h->loan[i].purpose);
	jw_date(&w, "contract_on", h->contract_on[i]);
	jw_money(&w, "cap", e->cap);
	jw_money(&w, "counted", e->counted);
	jw_array(&w, "loans");
	for (int k = 0; k < h->count; k++)
		if (cap_shared(&h->loan[i], &h->loan[k]))
			jw_id(&w, NULL, db_i64(r, row + k, B_LOAN));
	jw_end(&w);
	jw_end(&w);
}

static void cap_check(struct signs *s, const struct db_result *r, int row, const struct cap_household *h,
		      int i)
{
	const struct reference_programme *p = reference_programme_find(s->ctx->ref, h->loan[i].programme);
	const struct reference_limit *limit =
		p ? reference_limit_on(p, h->loan[i].purpose, h->contract_on[i]) : NULL;
	struct household_view view = { .loans = h->loan, .loans_count = (size_t)h->count };
	struct eligibility e = { 0 };
	if (!limit)
		return;
	eligibility_check(&view, &p->rule, &limit->limit, 0, limit->limit.max_units, h->contract_on[i], &e);
	if (e.has_headroom_figure && money_cmp(e.counted, e.cap) > 0)
		cap_write(s, r, row, h, i, &e);
}

/* Rows of one household follow each other; returns the first row of the next. */
static int cap_take_household(struct signs *s, const struct db_result *r, int row)
{
	struct cap_household h = { .count = 0 };
	int64_t id = db_i64(r, row, B_HOUSEHOLD);
	int end = row;
	for (; end < r->rows && db_i64(r, end, B_HOUSEHOLD) == id; end++) {
		const struct reference_programme *p =
			reference_programme_find(s->ctx->ref, db_text(r, end, B_PROGRAMME));
		if (h.count == HOUSEHOLD_LOANS_MAX)
			continue;
		h.contract_on[h.count] = db_date(r, end, B_CONTRACT_ON);
		h.loan[h.count++] = (struct household_loan){ .programme = db_text(r, end, B_PROGRAMME),
							     .purpose = db_text(r, end, B_PURPOSE),
							     .cap_group = p ? p->rule.cap_group : "",
							     .balance = db_money(r, end, B_BALANCE),
							     .overdue = db_money(r, end, B_OVERDUE) };
	}
	for (int i = 0; i < h.count; i++)
		if (cap_is_last(&h, i))
			cap_check(s, r, row, &h, i);
	return end;
}

static void signs_balances_read(const struct db_result *r, void *arg)
{
	struct signs *s = arg;
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	for (int row = 0; row < r->rows;)
		row = cap_take_household(s, r, row);
	signs_reply(s);
}

/* ---- what PostgreSQL finds ---- */

static void signs_take(struct signs *s, const struct db_result *r, int row)
{
	for (int i = 0; i < SIGN_COUNT; i++) {
		if (strcmp(db_text(r, row, 0), signs[i].word) != 0 || !sign_asked(s, (enum sign)i))
			continue;
		struct jw w = sign_begin(s, (enum sign)i);
		jw_raw(&w, NULL, db_text(r, row, 1));
	}
}

static void signs_read(const struct db_result *r, void *arg)
{
	struct signs *s = arg;
	struct db_args args = { 0 };
	if (!r->ok) {
		request_fail_db(s->req, r);
		return;
	}
	for (int row = 0; row < r->rows; row++)
		signs_take(s, r, row);
	if (!sign_asked(s, SIGN_OVER_CAP)) {
		signs_reply(s);
		return;
	}
	db_arg_i64(&args, s->req->actor.staff_id);
	db_query(s->req->db, STMT_WATCH_BALANCES, &args, signs_balances_read, s);
}

static void watch_signs_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct signs *s = request_state(req, sizeof *s);
	struct db_args args = { 0 };
	(void)arg;
	s->req = req;
	s->ctx = ctx;
	s->ok = true;
	request_on_free(req, signs_clear, s);
	if (!book_period_of(req, ctx, &s->period))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, s->period.from);
	db_arg_date(&args, s->period.to);
	db_arg_i64(&args, sign_threshold(s, SIGN_SHARED_TELEPHONE));
	db_arg_i64(&args, watch_policy(ctx, "signs_address_most", 5));
	db_arg_i64(&args, sign_threshold(s, SIGN_LATE_POSTING));
	db_arg_i64(&args, sign_threshold(s, SIGN_REVERSALS));
	db_query(req->db, STMT_WATCH_SIGNS, &args, signs_read, s);
}

void watch_signs(struct request *req)
{
	loan_context_get(req, false, watch_signs_begin, NULL);
}
