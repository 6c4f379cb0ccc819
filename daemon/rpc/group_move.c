/* group.move, group.merge, group.split: households go to another group from a day on, and their loans with them, by `moved`
 * facts in the same transaction. domain.md 5.1 */
#include <stdlib.h>
#include <string.h>

#include "loan_set.h"
#include "loan_event.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

/* clang-format off */
#define THE_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_GROUP { .name = "group", .type = PARAM_ID, .required = true, .help = "Number of the group, 7 digits." }
#define THE_OTHER { .name = "to_group", .type = PARAM_ID, .required = true, .help = "Number of the group they go to." }
#define A_DAY(what) { .name = (what), .type = PARAM_DATE, .help = "The first day in the other group, by default the business date." }
#define HOUSEHOLDS { .name = "households", .type = PARAM_IDS, .required = true, .min = 1, .max = 200, .help = "Who goes." }
#define A_TEXT(what, most) { .name = (what), .type = PARAM_TEXT, .required = true, .min = 1, .max = (most), .help = "As it stands on the paper." }
/* clang-format on */

const struct param_spec group_move_params[] = {
	THE_KEY, THE_GROUP, THE_OTHER, HOUSEHOLDS, A_DAY("moved_on"), A_TEXT("reason", 300), { 0 },
};

const struct param_spec group_merge_params[] = {
	THE_KEY, THE_GROUP, THE_OTHER, A_DAY("merged_on"), A_TEXT("decision", 120), { 0 },
};

const struct param_spec group_split_params[] = {
	THE_KEY,
	THE_GROUP,
	{ .name = "new_group", .type = PARAM_ID, .required = true, .help = "Number of the new group." },
	A_TEXT("name", 120),
	{ .name = "organisation",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = "farmers women veterans youth",
	  .help = "The entrusted organisation." },
	A_TEXT("area", 40),
	{ .name = "hamlet", .type = PARAM_TEXT, .max = 120, .help = "The hamlet, where it has one." },
	A_TEXT("point", 40),
	A_TEXT("leader", 120),
	{ .name = "leader_household", .type = PARAM_ID, .help = "One of those who go." },
	HOUSEHOLDS,
	A_DAY("split_on"),
	A_TEXT("decision", 120),
	{ 0 },
};

struct group_move {
	struct request *req;
	const struct loan_context *ctx;
	enum stmt stmt;
	const char *on_field;
	struct date on;
	json_t *data;		   /* api.group_move_read() */
	struct record_place there; /* group, point and organisation of the other group */
	struct loan_set set;
	struct text places; /* new ones, as SQL takes them */
	int32_t next_place;
	int tries, moves;
};

static void move_reset(struct group_move *g)
{
	json_decref(g->data);
	g->data = NULL;
	loan_set_clear(&g->set);
	text_clear(&g->places);
}

static void move_clear(void *arg)
{
	move_reset(arg);
}

static void move_begin(struct request *req, const struct loan_context *ctx, void *arg);

static void move_again(struct group_move *g, bool moved)
{
	if (moved ? ++g->moves >= LOAN_EVENT_MOVES : ++g->tries >= LOAN_EVENT_TRIES) {
		request_fail(g->req, ERR_TRY_AGAIN, NULL, "%s", "");
		return;
	}
	move_reset(g);
	loan_context_get(g->req, true, move_begin, g);
}

/* ---- write ---- */

static void move_written(const struct db_result *r, void *arg)
{
	struct group_move *g = arg;
	if (r->ok && r->rows)
		request_reply_str(g->req, db_text(r, 0, 1));
	else if (r->error == ERR_STALE || r->error == ERR_MOVED)
		move_again(g, r->error == ERR_MOVED);
	else
		request_fail_db(g->req, r);
}

static void move_arg_policy(const struct group_move *g, struct db_args *args, const char *name,
			    int64_t otherwise)
{
	db_arg_i64(args, reference_policy_int(g->ctx->ref, name, "", true, g->on, otherwise));
}

static void move_send(struct group_move *g)
{
	struct request *req = g->req;
	struct db_args args = { 0 };
	char *params = param_json_new(req->params);
	loan_context_write_head(g->ctx, req, "{}", &args);
	loan_batch_args(&g->set.batch, &args);
	db_arg_text(&args, params);
	move_arg_policy(g, &args, "group_members_min", 5);
	move_arg_policy(g, &args, "group_members_max", 60);
	db_arg_i64(&args, g->there.organisation);
	db_arg_text(&args, text_str(&g->places));
	free(params);
	db_query(req->db, g->stmt, &args, move_written, g);
}

/* ---- decide ---- */

static const json_t *move_loan_row(const struct group_move *g, size_t i)
{
	return json_array_get(json_object_get(g->data, "loans"), i);
}

static int64_t move_int(const json_t *in, const char *name)
{
	return json_integer_value(json_object_get(in, name));
}

static bool move_same_place(const struct group_move *g, const struct loan_record *a,
			    const struct loan_record *b)
{
	(void)g;
	return a->household_id == b->household_id && a->member_no == b->member_no &&
	       !strcmp(a->commune, b->commune);
}

/* The number of the place a loan goes to: known, made for an earlier loan of this write, or a new one. */
static int32_t move_place_number(struct group_move *g, struct jw *places, const struct loan_set_member *m,
				 int32_t *given)
{
	size_t at = (size_t)(m - g->set.members);
	int32_t known = (int32_t)move_int(move_loan_row(g, at), "place");
	if (known)
		return known;
	for (size_t i = 0; i < at; i++)
		if (move_same_place(g, &g->set.members[i].record, &m->record))
			return given[i];
	jw_object(places, NULL);
	jw_i64(places, "place", g->next_place);
	jw_i64(places, "household", m->record.household_id);
	jw_i64(places, "member", m->record.member_no);
	jw_str(places, "commune", m->record.commune);
	jw_end(places);
	return g->next_place++;
}

static void move_refuse(struct group_move *g, const struct loan_set_member *m, enum loan_error error)
{
	long long loan = (long long)m->record.contract.loan_id;
	if (error == LOAN_ERROR_BEFORE_START || error == LOAN_ERROR_NOT_DISBURSED)
		request_fail(g->req, ERR_DATE_OUT_OF_RANGE, g->on_field,
			     "loan %lld was disbursed only after that day", loan);
	else
		request_fail(g->req, ERR_CONFLICT, g->on_field, "loan %lld can't move on that day: %s", loan,
			     loan_error_word(error));
}

/* False: answered, or begun again. */
static bool move_apply(struct group_move *g, struct loan_set_member *m, int32_t number)
{
	struct record_place place = g->there;
	bool mismatch;
	place.number = number;
	place.household_id = m->record.household_id;
	place.member_no = m->record.member_no;
	place.commune = m->record.commune;
	if (!loan_record_add_place(&m->record, g->ctx->ref, &place)) {
		request_fail(g->req, ERR_NOT_FOUND, "to_group", "the point of that group is not known");
		return false;
	}
	struct fact fact = { .kind = FACT_MOVED,
			     .on = g->on,
			     .number = number,
			     .until = DATE_NONE,
			     .holiday_until = DATE_NONE };
	enum loan_error error = loan_set_apply(&g->set, m, &fact, 1, &mismatch);
	if (mismatch)
		move_again(g, false);
	else if (error != LOAN_OK)
		move_refuse(g, m, error);
	return !mismatch && error == LOAN_OK;
}

static void move_loans_read(struct loan_set *set, void *arg)
{
	struct group_move *g = arg;
	int32_t *given = request_state(g->req, ((size_t)set->count + 1) * sizeof *given);
	if ((size_t)set->count != json_array_size(json_object_get(g->data, "loans"))) {
		move_again(g, false);
		return;
	}
	struct jw places = jw_start(&g->places);
	jw_array(&places, NULL);
	for (int i = 0; i < set->count; i++) {
		given[i] = move_place_number(g, &places, &set->members[i], given);
		if (!move_apply(g, &set->members[i], given[i]))
			return;
	}
	jw_end(&places);
	move_send(g);
}

/* ---- read ---- */

static void move_loans(struct group_move *g)
{
	struct int_rows loans = { 0 };
	const json_t *list = json_object_get(g->data, "loans");
	for (size_t i = 0; i < json_array_size(list); i++)
		int_rows_add(&loans, move_int(json_array_get(list, i), "loan"));
	g->set.req = g->req;
	g->set.ctx = g->ctx;
	g->set.on = g->on;
	g->set.kind = FACT_MOVED;
	loan_set_read(&g->set, &loans, move_loans_read, g);
}

static int move_organisation(const struct reference *ref, const char *word)
{
	int number = 0;
	for (int i = 0; i < ORGANISATION_DIRECT && !number; i++) {
		const struct reference_organisation *o = reference_organisation_find(ref, i);
		if (o && !strcmp(o->word, word))
			number = i;
	}
	return number;
}

/* Where they go: a group that is there, or the one that a split makes. False: answered. */
static bool move_find_there(struct group_move *g)
{
	const json_t *in = g->req->params;
	if (!param_has(in, "new_group")) {
		g->there = (struct record_place){ .group_id = param_id(in, "to_group"),
						  .point_id = (int32_t)move_int(g->data, "point_id"),
						  .organisation = (int)move_int(g->data, "organisation") };
		return true;
	}
	const struct reference_point *point = reference_point_by_code(g->ctx->ref, param_text(in, "point"));
	if (!point) {
		request_fail(g->req, ERR_NOT_FOUND, "point", "no such transaction point");
		return false;
	}
	g->there = (struct record_place){
		.group_id = param_id(in, "new_group"),
		.point_id = point->point_id,
		.organisation = move_organisation(g->ctx->ref, param_text(in, "organisation")),
	};
	return true;
}

static void move_data_read(const struct db_result *r, void *arg)
{
	struct group_move *g = arg;
	if (!r->ok) {
		request_fail_db(g->req, r);
		return;
	}
	g->data = json_loads(db_text(r, 0, 0), 0, NULL);
	g->next_place = (int32_t)move_int(g->data, "next_place");
	if (move_find_there(g))
		move_loans(g);
}

static bool move_check_day(struct group_move *g)
{
	char first[DATE_TEXT_SIZE], last[DATE_TEXT_SIZE];
	g->on = param_date_or(g->req->params, g->on_field, g->ctx->business);
	if (date_cmp(g->on, g->ctx->began_on) >= 0 && date_cmp(g->on, g->ctx->business) <= 0)
		return true;
	date_format(g->ctx->began_on, first);
	date_format(g->ctx->business, last);
	request_fail(g->req, ERR_DATE_OUT_OF_RANGE, g->on_field, "%s must be %s to %s", g->on_field, first,
		     last);
	return false;
}

static void move_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct group_move *g = arg;
	struct db_args args = { 0 };
	g->ctx = ctx;
	if (!move_check_day(g))
		return;
	char *params = param_json_new(req->params);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, params);
	free(params);
	db_query(req->db, STMT_GROUP_MOVE_READ, &args, move_data_read, g);
}

static void move_start(struct request *req, enum stmt stmt, const char *on_field)
{
	struct group_move *g = request_state(req, sizeof *g);
	g->req = req;
	g->stmt = stmt;
	g->on_field = on_field;
	request_on_free(req, move_clear, g);
	loan_context_get(req, false, move_begin, g);
}

void group_move(struct request *req)
{
	move_start(req, STMT_GROUP_MOVE, "moved_on");
}

void group_merge(struct request *req)
{
	move_start(req, STMT_GROUP_MERGE, "merged_on");
}

void group_split(struct request *req)
{
	move_start(req, STMT_GROUP_SPLIT, "split_on");
}
